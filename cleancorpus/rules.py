"""The rules of a run: put together from rule files, chosen by id, and run where they are data alone.

A rule that names a mechanism (kind "builtin") is only listed here: its stage finds its edits. Knows nothing of files
of text, and of no stage's workings.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import regex

from cleancorpus.decisions import NO_DECISIONS, Decision, Decisions
from cleancorpus.edits import NO_EDITS, Bools, Edits, Ints, edits_of, encode, settle, spans
from cleancorpus.packs import builtin, builtin_folder, put_together
from cleancorpus.rulefile import STAGE_NAMES, Rule, RuleError, compiled, nearest
from cleancorpus.text import Text, among
from cleancorpus.widen import widened

__all__ = [
    "STAGE_NAMES", "Rule", "RuleError", "Rules", "builtin", "builtin_folder", "compiled", "find_data", "hinted",
    "kept_spans", "load",
]  # fmt: skip

log = logging.getLogger("cleancorpus")

# Seconds a rule of a user's file may take on one piece or block of text. Ordinary patterns need some hundredths of one;
# the limit is wall time, so it must not trip on a loaded machine.
TIME_LIMIT = 4.0
# What a rule file says of a rule that does not decide what the rule does.
SPOKEN = {"why", "change", "keep", "path", "nth", "ours", "said"}


# What some work cost: the rules that turned out too slow, and the seconds that rules and stages took.
Toll = tuple[set[int], dict[int | str, float]]


@dataclass(frozen=True)
class Rules:
    """The rules of a run in their order. A rule's number is its index in `all`.

    decisions: what a person decided of their changes.
    slow: the numbers of the rules that took too long in this process and are left out from there on.
    spent: the seconds of processor time that rules (by number) and stages (by name) took in this process.
    layers: the files they come from, in order, each with the settings it says.
    """

    all: tuple[Rule, ...]
    on: Bools
    settings: Mapping[str, Mapping[str, Any]]
    decisions: Decisions = NO_DECISIONS
    slow: set[int] = field(default_factory=set, compare=False)
    spent: dict[int | str, float] = field(default_factory=dict, compare=False)
    layers: tuple[tuple[str, Mapping[str, Mapping[str, Any]]], ...] = field(default=(), compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Rules], tuple[Any, ...]]:
        return Rules, (self.all, self.on, self.settings, self.decisions, self.slow)

    def toll(self) -> Toll:
        """What the work since the last toll cost in this process."""
        with self._lock:
            spent = dict(self.spent)
            self.spent.clear()
            return set(self.slow), spent

    def pay(self, toll: Toll) -> None:
        """Add what work cost, wherever it was done."""
        slow, spent = toll
        self.slow.update(slow)
        for what, seconds in spent.items():
            self.spend(what, seconds)

    def spend(self, what: int | str, seconds: float) -> None:
        """Add the seconds that a rule or stage took."""
        with self._lock:
            self.spent[what] = self.spent.get(what, 0.0) + seconds

    def give_up(self, n: int, where: str) -> None:
        """Leave a rule out from here on, because it took too long where the text begins like this; say so."""
        with self._lock:
            if n in self.slow:
                return
            self.slow.add(n)
        rule = self.all[n]
        left = f"the stages {', '.join(rule.stages)} leave" if rule.stages else "all stages leave"
        log.warning(
            "%s: rule `%s` took longer than %g s on the text that begins `%s`; it is left out from here on, and %s. "
            "`cleancorpus rules test` finds slow patterns",
            rule.path, rule.id, TIME_LIMIT, where.lstrip().partition("\n")[0][:30],
            f"{left} the text alone" if rule.kind == "keep" else "the text stays as it was without it",
        )  # fmt: skip

    @cached_property
    def number(self) -> dict[str, int]:
        return {rule.id: n for n, rule in enumerate(self.all)}

    @cached_property
    def _by_stage(self) -> dict[str, list[tuple[int, Rule]]]:
        by_stage: dict[str, list[tuple[int, Rule]]] = {stage: [] for stage in STAGE_NAMES}
        for n in np.flatnonzero(self.on).tolist():
            by_stage[self.all[n].stage].append((n, self.all[n]))
        return by_stage

    @cached_property
    def _keeps(self) -> dict[str, list[tuple[int, Rule]]]:
        keeps = [(n, rule) for n, rule in enumerate(self.all) if self.on[n] and rule.kind == "keep"]
        return {s: [(n, rule) for n, rule in keeps if s in (rule.stages or STAGE_NAMES)] for s in STAGE_NAMES}

    def of(self, stage: str) -> Iterator[tuple[int, Rule]]:
        """The enabled rules of a stage with their numbers."""
        return iter(self._by_stage[stage])

    def keeps(self, stage: str) -> list[tuple[int, Rule]]:
        """The enabled keep rules that protect text from a stage."""
        return self._keeps[stage]

    def has(self, rule_id: str) -> bool:
        """Whether the rule is there and enabled."""
        n = self.number.get(rule_id)
        return n is not None and bool(self.on[n])

    def get(self, rule_id: str) -> Rule:
        """The rule of that id. Raises RuleError."""
        if rule_id not in self.number:
            raise RuleError(self._unknown(rule_id))
        return self.all[self.number[rule_id]]

    def setting(self, stage: str, key: str) -> Any:
        return self.settings[stage][key]

    def set(self, stage: str, key: str, value: Any) -> Rules:
        """The same rules with one setting of a stage said otherwise."""
        return replace(self, settings={**self.settings, stage: {**self.settings[stage], key: value}})

    @cached_property
    def digest(self) -> str:
        """A hash of all that decides what the rules do: the same digest, the same edits."""
        deciding = [f.name for f in fields(Rule) if f.name not in SPOKEN]
        said = [{name: getattr(rule, name) for name in deciding} for rule in self.all]
        decided = [one.keys for one in self.decisions.all]
        text = json.dumps([said, self.on.tolist(), self.settings, *decided], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def choose(self, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Rules:
        """The same rules with only those enabled that match `select` (all safe ones if empty) and not `ignore`.

        Both are ids or globs. Naming a rule by its whole id in `select` turns it on even if it is a review rule or is
        switched off. Keep rules go on protecting unless they are ignored. Raises RuleError for what names no rule.
        """
        self.matching([*select, *ignore])
        on, rules = self.on.copy(), list(self.all)
        for n, rule in enumerate(self.all):
            if select and rule.kind != "keep":
                on[n] = rule.id in select or (bool(on[n]) and any(named(rule, wanted) for wanted in select))
            if any(named(rule, unwanted) for unwanted in ignore):
                # A rule for review is then not for review either.
                on[n], rules[n] = False, replace(rule, enabled=False)
        return replace(self, all=tuple(rules), on=on, slow=set(), spent={})

    def decide(self, decided: Sequence[Decision]) -> Rules:
        """The same rules, whose changes do not happen where a decision rejects them."""
        return replace(self, decisions=Decisions(decided, [rule.id for rule in self.all]))

    def matching(self, wanted: Sequence[str]) -> list[str]:
        """The ids of the rules that any of these ids and globs names. Raises RuleError for one that names none."""
        faults = [self._unknown(w) for w in wanted if not any(named(rule, w) for rule in self.all)]
        if faults:
            raise RuleError("\n".join(faults))
        return [rule.id for rule in self.all if any(named(rule, w) for w in wanted)]

    def _unknown(self, wanted: str) -> str:
        near = f"{wanted}/*" if wanted in STAGE_NAMES else nearest(wanted, self.number)
        ends = {rule_id.partition("/")[2]: rule_id for rule_id in self.number}
        near = near or ends.get(nearest(wanted.rpartition("/")[2], ends), "")
        hint = f"did you mean `{near}`?" if near else "`cleancorpus rules list` shows them all"
        return f"no rule matches `{wanted}`; {hint}"


def named(rule: Rule, wanted: str) -> bool:
    """Whether an id or glob names the rule."""
    return fnmatch.fnmatchcase(rule.id, wanted)


def load(files: Sequence[Path] = ()) -> Rules:
    """The built-in rules and those of the given files, a later file before an earlier one. Raises RuleError.

    A rule of a file stands before the built-in ones of its stage; one with the id of another takes its place.
    """
    said = put_together(files)
    if said.untried:
        log.warning(
            "%d rule%s cannot be tested for want of `change` and `keep` examples: %s",
            len(said.untried), "s" * (len(said.untried) != 1), ", ".join(said.untried),
        )  # fmt: skip
    on = np.array([rule.enabled and not rule.review for rule in said.rules], np.bool_)
    return Rules(said.rules, on, said.settings, layers=said.layers)


def find_data(text: Text, stage: str, rules: Rules) -> Edits:
    """The edits of a stage's rules that are data alone (regex, phrases, map), the first in order winning a place."""
    found = []
    for n, rule in rules.of(stage):
        began = time.thread_time()
        if rule.kind == "map":
            found.append(find_map(text, n, rule))
        elif rule.kind == "regex":
            found.append(find_regex(text, n, rule, rules))
        elif rule.kind == "phrases":
            found.append(find_phrases(text, n, rule, rules))
        else:
            continue
        rules.spend(n, time.thread_time() - began)
    return settle(found)


def find_map(text: Text, n: int, rule: Rule) -> Edits:
    """The edits of a character map."""
    places = np.flatnonzero(among("".join(rule.map))[text.codes])
    if not len(places):
        return NO_EDITS
    olds = sorted(rule.map)
    news = [encode(rule.map[old]) for old in olds]
    lengths = np.array([len(new) for new in news], np.int64)
    which = np.searchsorted(encode("".join(olds)), text.codes[places])
    length = lengths[which]
    new = np.concatenate(news)[spans((np.cumsum(lengths) - lengths)[which], length)]
    return Edits(places, places + 1, np.full(len(places), n, np.int64), new, np.cumsum(length))


def find_regex(text: Text, n: int, rule: Rule, rules: Rules) -> Edits:
    """The edits of a regex rule. It sees one line at a time and never a line break."""
    rows = []
    for at, m in matches(text, n, rule, rules):
        new = m.expand(rule.replace) if "\\" in rule.replace else rule.replace
        if new != m.group():
            rows.append((at + m.start(), at + m.end(), new, n))
    return edits_of(rows)


def matches(text: Text, n: int, rule: Rule, rules: Rules) -> Sequence[tuple[int, regex.Match[str]]]:
    """Where the pattern of a rule matches, line by line, with the offset of the line.

    A rule of a user's file has limited time. Where it takes longer, nothing that it found in this text stands, and it
    is left out from there on.
    """
    if n in rules.slow:
        return ()
    lines, whole = text.lines, text.string
    line = whole
    unless = compiled(rule.unless) if rule.unless else None
    stop = stop_of(rule)
    found = []
    try:
        for i in _lines_of(text, rule, stop).tolist():
            a, b = int(lines.start[i]), int(lines.end[i])
            if rule.longest and b - a > rule.longest:
                continue
            line = whole[a:b]
            left = left_until(stop)
            some = [(a, m) for m in rule.pattern.finditer(line, timeout=left)]
            if some and not (unless is not None and unless.search(line, timeout=left)):
                found += some
    except TimeoutError:
        rules.give_up(n, line)
        return ()
    return found


def _lines_of(text: Text, rule: Rule, stop: float | None) -> Ints:
    """The lines a rule must look at: those with a hint, or else those where its pattern, widened, matches."""
    wider = None if rule.hints else widened(rule.match)
    if wider is None:
        return hinted(text, rule.hints)
    places = [m.start() for m in wider.finditer(text.string, timeout=left_until(stop))]
    return np.unique(text.lines.of(np.array(places, np.int64)))


def stop_of(rule: Rule) -> float | None:
    """When a rule's time on one block ends, if it begins now; None where it is not limited."""
    return time.monotonic() + TIME_LIMIT if rule.limited else None


def left_until(stop: float | None) -> float | None:
    """The seconds until `stop`, as a limit for a pattern."""
    return None if stop is None else max(stop - time.monotonic(), 1e-3)


def find_phrases(text: Text, n: int, rule: Rule, rules: Rules) -> Edits:
    """The edits of a phrase list, from left to right, the longest phrase at a place."""
    if n in rules.slow:
        return NO_EDITS
    stop = stop_of(rule)
    lengths: dict[str, set[int]] = {}
    for phrase in rule.phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    by_first = {first: sorted(some, reverse=True) for first, some in lengths.items()}
    maybe = among("".join(by_first))[text.codes]
    seconds = {phrase[1] for phrase in rule.phrases if len(phrase) > 1}
    if all(len(phrase) > 1 for phrase in rule.phrases):
        maybe[:-1] &= among("".join(sorted(seconds)))[text.codes[1:]]
    whole = text.string
    done = 0
    rows = []
    for at in np.flatnonzero(maybe).tolist():
        if at < done:
            continue
        for length in by_first[whole[at]]:
            phrase = whole[at : at + length]
            if phrase in rule.phrases:
                done = at + len(phrase)
                if rule.phrases[phrase] != phrase:
                    rows.append((at, done, rule.phrases[phrase], n))
                break
        if stop is not None and time.monotonic() > stop:
            rules.give_up(n, whole[at : at + 30])
            return NO_EDITS
    return edits_of(rows)


def hinted(text: Text, hints: Sequence[str]) -> Ints:
    """The lines that hold one of the literal hints; all lines that are not empty where there are none."""
    lines = text.lines
    if not hints:
        return np.flatnonzero(lines.end > lines.start)
    whole = text.string
    places: list[int] = []
    for hint in hints:
        at = whole.find(hint)
        while at >= 0:
            places.append(at)
            at = whole.find(hint, at + len(hint))
    return np.unique(lines.of(np.array(places, np.int64)))


def kept_spans(text: Text, stage: str, rules: Rules) -> tuple[Ints, Ints]:
    """The spans that keep rules protect from this stage, in no order."""
    start: list[int] = []
    end: list[int] = []
    for n, rule in rules.keeps(stage):
        for at, m in matches(text, n, rule, rules):
            start.append(at + m.start())
            end.append(at + m.end())
        if n in rules.slow:
            # What it would have kept is not known, so everything is.
            start.append(0)
            end.append(len(text))
    return np.array(start, np.int64), np.array(end, np.int64)


def allowed(edits: Edits, text: Text, stage: str, rules: Rules) -> Edits:
    """The edits whose rules are on and that touch nothing a keep rule protects."""
    if not len(edits):
        return edits
    stands = rules.on[edits.rule]
    start, end = kept_spans(text, stage, rules)
    if len(start):
        order = np.argsort(start)
        start, end = start[order], np.maximum.accumulate(end[order])
        i = np.searchsorted(start, np.maximum(edits.end, edits.start + 1), side="left") - 1
        stands &= (i < 0) | (end[np.maximum(i, 0)] <= edits.start)
    return edits if stands.all() else edits.take(stands)
