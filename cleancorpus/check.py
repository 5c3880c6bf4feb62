"""Try rules on their own examples, on long lines, and on what other rules keep. Returns records; prints nothing.

Knows nothing of the command line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex

from cleancorpus.pipeline import clean
from cleancorpus.rulefile import DATA, Rule, compiled, line_of
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
# A pattern is tried on lines this long (code points) for this long (seconds) each. A pattern that looks at each place
# once needs less than a millisecond; one that tries all pairs of places runs into the limit.
PROBE = 20_000
PROBE_LIMIT = 0.5


@dataclass(frozen=True)
class Finding:
    """One fault a test found. before: the example; expected, got: what it must become and became; by: the rules that
    changed it."""

    rule: str
    verdict: str
    before: str = ""
    expected: str = ""
    got: str = ""
    by: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


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
    for before, after in rule.change:
        got = clean_string(before, only)
        if got.string != after:
            yield finding("missing" if got.string == before else "wrong", rule, rules, before, after, got)
            continue
        again = clean_string(after, only)
        if again.string != after:
            yield finding("unstable", rule, rules, after, after, again)
    for text in rule.keep:
        for chosen in (rules, only):
            got = clean_string(text, chosen)
            if got.string != text:
                yield finding("noisy", rule, rules, text, text, got)
                break
    if not rule.keep or (not rule.change and rule.kind in DATA):
        yield finding("untested", rule, rules)


def finding(
    verdict: str, rule: Rule, rules: Rules, before: str = "", expected: str = "", got: Text | None = None
) -> Finding:
    by = changed_by(got, rules) if got else ()
    return Finding(rule.id, verdict, before, expected, got.string if got else "", by, rule.path, line_of(rule))


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
    for kept in (rule for rule in rules.all if rule.ours):
        for text in kept.keep:
            got = clean_string(text, theirs)
            if got.string != text:
                for rule_id in changed_by(got, rules):
                    rule = rules.get(rule_id)
                    yield Finding(
                        rule_id, "harmful", text, text, got.string, (kept.id,), rule.path, line_of(rule)
                    )  # fmt: skip


def is_slow(rule: Rule) -> bool:
    """Whether a pattern of the rule takes too long on long lines made of its own examples."""
    seeds = [before for before, _ in rule.change[:4]] + list(rule.keep[:4])
    pieces = {seed for text in seeds for seed in (text, text[:-1], *text[:1], *text[-1:]) if seed}
    long = rule.longest or PROBE
    lines = [(piece * (long // len(piece) + 1))[:long].replace("\n", " ") for piece in sorted(pieces)]
    lines += [" " * long, "一" * long, "a" * long, "1" * long]
    # A heading that fills its line is not sought inside one.
    whole = rule.kind == "heading" and not rule.inline
    return any(_too_long(compiled(p), line, whole) for p in (rule.match, rule.unless) if p for line in lines)


def _too_long(pattern: regex.Pattern[str], line: str, whole: bool) -> bool:
    stop = time.monotonic() + PROBE_LIMIT
    try:
        if whole:
            pattern.fullmatch(line, timeout=PROBE_LIMIT)
            return False
        return any(time.monotonic() > stop for _ in pattern.finditer(line, timeout=PROBE_LIMIT))
    except TimeoutError:
        return True
