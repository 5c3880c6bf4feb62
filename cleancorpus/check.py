"""Try rules on their own examples, and say in words what a rule is. Returns records; prints nothing.

Knows nothing of the command line.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from cleancorpus.pipeline import clean
from cleancorpus.rulefile import DATA, FIELDS, Rule, compiled, line_of
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
UNSAID = Rule("", "")


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
    lines = [(piece * (PROBE // len(piece) + 1))[:PROBE].replace("\n", " ") for piece in sorted(pieces)]
    lines += [" " * PROBE, "一" * PROBE, "a" * PROBE, "1" * PROBE]
    return any(_too_long(compiled(p), line) for p in (rule.match, rule.unless) if p for line in lines)


def _too_long(pattern: regex.Pattern[str], line: str) -> bool:
    stop = time.monotonic() + PROBE_LIMIT
    try:
        for _ in pattern.finditer(line, timeout=PROBE_LIMIT):
            if time.monotonic() > stop:
                return True
    except TimeoutError:
        return True
    return False


def state_of(rule: Rule, rules: Rules) -> str:
    """on, review (shown, applied only when asked for) or off."""
    if rules.on[rules.number[rule.id]]:
        return "on"
    return "review" if rule.review and rule.enabled else "off"


def described(rule: Rule, rules: Rules) -> dict[str, Any]:
    """All that is known of a rule: its fields that are said, its stage, its state and where it stands."""
    said = {name: getattr(rule, name) for name in FIELDS if getattr(rule, name) != getattr(UNSAID, name)}
    return {
        **said, "stage": rule.stage, "kind": rule.kind, "state": state_of(rule, rules),
        "built_in": rule.ours, "file": rule.path, "line": line_of(rule),
    }  # fmt: skip


def in_words(rule: Rule) -> str:
    """What a rule looks for and what it does, in a sentence or two."""
    where = f" in a line that holds {_some(rule.hints)}" if rule.hints else " in a line"
    if rule.view != "raw":
        where += f" (read {rule.view}: the edit is made in the line as it stands)"
    less = f" A line where {_code(rule.unless)} matches is left alone." if rule.unless else ""
    if rule.kind == "regex":
        deed = f"puts {_code(rule.replace)} in its place" if rule.replace else "removes it"
        return f"Looks for {_code(rule.match)}{where} and {deed}.{less}"
    if rule.kind == "keep":
        stages = f"the stages {', '.join(rule.stages)} do" if rule.stages else "no stage does"
        verb = "not change it" if rule.stages else "change it"
        return f"Looks for {_code(rule.match)}{where}; {stages} {verb}.{less}"
    if rule.kind == "heading":
        inline = " It may begin inside a line." if rule.inline else ""
        return f"A place where {_code(rule.match)} matches may be a heading; the sequence of all decides.{inline}{less}"
    if rule.kind in ("phrases", "map"):
        table = rule.phrases if rule.kind == "phrases" else rule.map
        noun = "phrases" if rule.kind == "phrases" else "characters"
        pairs = [f"{_code(old)} → {_code(new) if new else 'nothing'}" for old, new in list(table.items())[:5]]
        more = f" and {len(table) - 5} more" if len(table) > 5 else ""
        return f"Replaces {noun}: {', '.join(pairs)}{more}."
    return f"A mechanism of the stage {rule.stage} finds it."


def _code(text: str) -> str:
    return f"`{text}`"


def _some(words: Sequence[str]) -> str:
    more = f" or one of {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(_code(word) for word in words[:3]) + more


def off_switch(rule: Rule) -> str:
    """How to turn a rule off for good, as lines of a rule file, and once."""
    return f'cleancorpus clean --ignore {rule.id} …\n[[rule]]\nid = "{rule.id}"\nenabled = false'
