"""Try rules on their own examples, on long lines, and on what other rules keep. Returns records; prints nothing.

Knows nothing of the command line.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import regex

from cleancorpus.pipeline import clean
from cleancorpus.rulefile import DATA, Rule, RuleError, Said, compiled, fault_at, line_at
from cleancorpus.rules import Rules
from cleancorpus.source import Block
from cleancorpus.survey import survey
from cleancorpus.text import Text

# What a test of a rule can find, and what that means.
VERDICTS = {
    "missing": "an example that must change did not",
    "wrong": "an example changed into something else",
    "noisy": "an example that must stay did not",
    "unstable": "cleaning the cleaned example changes it again",
    "harmful": "a text that a built-in rule keeps did not stay",
    "slow": "the pattern takes too long on a long line",
    "untested": "the rule has no examples that must change, or none that must stay",
}
# How many texts that a rule harms are told.
MOST_HARMED = 3
# A pattern is tried on lines this long (code points) for this long (seconds) each. A pattern that looks at each place
# once needs less than a millisecond; one that tries all pairs of places runs into the limit.
PROBE = 20_000
PROBE_LIMIT = 0.5
# On runs of its own characters it may try all pairs of places, but not all ways to part the run.
SHORT_PROBE = 1_000
# A character of a pattern that stands for itself. Of a long list of words the first are enough.
CHARACTER = regex.compile(r"\\[A-Za-z0-9]|\\?([^\\()\[\]{}|?*+^$.,:<>=!])")
MOST_OWN = 40


@dataclass(frozen=True)
class Finding:
    """One fault a test found. before: the example; expected, got: what it must become and became; by: the rules that
    changed it; path, line: where the example stands, or the rule where it is about no example."""

    rule: str
    verdict: str
    before: str = ""
    expected: str = ""
    got: str = ""
    by: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    at: Said = Said("", ())


def clean_string(text: str, rules: Rules) -> Text:
    """A whole text cleaned at once."""
    return clean(Text.of(text), rules, survey([Block(text, 0, 0)], rules))


def changed_by(text: Text, rules: Rules) -> tuple[str, ...]:
    """The ids of the rules that changed a text."""
    return tuple(rules.all[n].id for n in np.unique(text.changes.rules).tolist())


def alone(rule: Rule, rules: Rules) -> Rules:
    """The rules with only this one enabled; the script is kept unless the rule is about it."""
    only = rules.choose([rule.id], [r.id for r in rules.all if r.kind == "keep" and r.id != rule.id])
    return only if rule.stage == "script" else only.set("script", "to", "keep")


def try_examples(rule: Rule, rules: Rules) -> Iterator[Finding]:
    """Try one rule on its own examples: alone, and what must stay also among all enabled rules."""
    only = alone(rule, rules)
    yield from unheld(rule, only)
    for i, (_, after) in enumerate(rule.change):
        again = clean_string(after, only)
        if again.string != after:
            yield finding("unstable", rule, rules, after, after, again, rule.where("change", i))
    for i, text in enumerate(rule.keep):
        got = clean_string(text, rules)
        if got.string != text and clean_string(text, only).string == text:
            yield finding("noisy", rule, rules, text, text, got, rule.where("keep", i))
    if not rule.keep or (not rule.change and rule.kind in DATA):
        yield finding("untested", rule, rules)


def unheld(rule: Rule, only: Rules) -> Iterator[Finding]:
    """The examples of a rule that do not hold even where it acts alone."""
    for i, (before, after) in enumerate(rule.change):
        got = clean_string(before, only)
        if got.string != after:
            verdict = "missing" if got.string == before else "wrong"
            yield finding(verdict, rule, only, before, after, got, rule.where("change", i))
    for i, text in enumerate(rule.keep):
        got = clean_string(text, only)
        if got.string != text:
            yield finding("noisy", rule, only, text, text, got, rule.where("keep", i))


def finding(
    verdict: str, rule: Rule, rules: Rules, before: str = "", expected: str = "", got: Text | None = None,
    at: Said | None = None,
) -> Finding:  # fmt: skip
    by = changed_by(got, rules) if got else ()
    at = at or Said(rule.path, ("rule", rule.nth))
    return Finding(rule.id, verdict, before, expected, got.string if got else "", by, at.path, line_at(at), at)


def hold(rules: Rules) -> None:
    """Raise RuleError where an example of a user's rule that is on does not hold."""
    faults = []
    for rule in rules.all:
        if rules.has(rule.id) and not rule.ours:
            for fault in unheld(rule, alone(rule, rules)):
                became = f"`{fault.got}`" if fault.got else "nothing"
                must = "stay" if fault.verdict == "noisy" else f"become `{fault.expected}`" if fault.expected else "go"
                faults.append(
                    fault_at(
                        fault.at, f"`{rule.id}` does not do what this example says: it must {must}, and became {became}"
                    )
                )
    if faults:
        raise RuleError("\n".join(faults))


def try_rules(rules: Rules, tested: Sequence[Rule]) -> Iterator[Finding]:
    """Try rules on their examples and on long lines; those of a user's file also on what the built-in rules keep."""
    for rule in tested:
        yield from try_examples(rule, rules)
        if is_slow(rule):
            yield finding("slow", rule, rules)
    new = [rule for rule in tested if not rule.ours and rule.kind != "keep"]
    if not new:
        return
    others = [rule.id for rule in rules.all if rule not in new]
    theirs = rules.choose([rule.id for rule in new], others).set("script", "to", "keep")
    told: Counter[str] = Counter()
    for kept in (rule for rule in rules.all if rule.ours):
        for text in kept.keep:
            got = clean_string(text, theirs)
            if got.string != text:
                for rule_id in changed_by(got, rules):
                    told[rule_id] += 1
                    if told[rule_id] > MOST_HARMED:
                        continue
                    found = finding("harmful", rules.get(rule_id), rules, text, text, got)
                    yield replace(found, by=(kept.id,))


def is_slow(rule: Rule) -> bool:
    """Whether a pattern of the rule takes too long on a long line, of its own examples or its own characters."""
    seeds = [before for before, _ in rule.change[:4]] + list(rule.keep[:4])
    pieces = {seed for text in seeds for seed in (text, text[:-1], *text[:1], *text[-1:]) if seed}
    longest = rule.longest or PROBE
    lines = [_repeated(piece, longest) for piece in sorted({*pieces, " ", "一", "a", "1"})]
    # A pattern whose time doubles with each character mostly does so on what it repeats: its characters, alone and by
    # twos. They stand at the end once more, behind one that hardly any pattern takes: so it is tried although it fails.
    own = [m[1] for m in CHARACTER.finditer(rule.match) if m[1]][:MOST_OWN]
    runs = {*own, *("".join(pair) for pair in zip(own, own[1:], strict=False)), " ", "一", "a", "1"}
    lines += [_repeated(run, min(longest, SHORT_PROBE)) + "\ue000" + "".join(own) for run in sorted(runs)]
    # A heading that fills its line is not sought inside one.
    whole = rule.kind == "heading" and not rule.inline
    return any(_too_long(compiled(p), line, whole) for p in (rule.match, rule.unless) if p for line in lines)


def _repeated(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length].replace("\n", " ")


def _too_long(pattern: regex.Pattern[str], line: str, whole: bool) -> bool:
    stop = time.monotonic() + PROBE_LIMIT
    try:
        if whole:
            pattern.fullmatch(line, timeout=PROBE_LIMIT)
            return False
        return any(time.monotonic() > stop for _ in pattern.finditer(line, timeout=PROBE_LIMIT))
    except TimeoutError:
        return True
