"""How rules do on real text: what each changes and costs, which never act, undo each other or want the same place, and
which take away too much.

Prints nothing. Knows nothing of the command line or of rule files.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from cleancorpus.check import clean_string
from cleancorpus.edits import Edits, Ints, decode
from cleancorpus.pipeline import passes
from cleancorpus.profile import Profile
from cleancorpus.rules import Rule, Rules
from cleancorpus.stages import STAGES
from cleancorpus.text import Text

# A rule of a user's file that takes away more than this share of a file is more likely wrong than right: of the 40 raw
# files measured, the most that one built-in rule took was 21 % (the page numbers of a scanned text) and 19 % (a list of
# watermarks), and 10 % of all others …
MOST_REMOVED = 0.3
# … but in a text as short as this (code points) one line is a large share.
SHORT = 2000
# Seconds a million code points, and in all, for less is chance. All stages together take a quarter of a second for a
# million.
SLOW = 0.1
MEASURED = 0.1

# What can be wrong with a rule on a corpus, and what that means.
AILMENTS = {
    "idle": "it changes nothing in these texts",
    "undone": "another rule puts back what it changes",
    "contested": "another rule wants the same place, so that their order decides",
    "slow": "it takes long",
}
# Those that are only to be known.
NOTES = ("idle", "contested")


@dataclass
class Counts:
    """What every rule did: its edits, the characters of the spans it changed and of what it put there, and by how many
    the text became shorter."""

    rules: Rules
    edits: Ints = field(init=False)
    before: Ints = field(init=False)
    after: Ints = field(init=False)
    lost: Ints = field(init=False)
    characters: int = 0

    def __post_init__(self) -> None:
        n = len(self.rules.all)
        self.edits, self.before, self.after, self.lost = (np.zeros(n, np.int64) for _ in range(4))

    def take(self, piece: Text) -> None:
        """Count the edits that led to a cleaned piece."""
        self.characters += len(piece.raw)
        for edits in piece.trail:
            n, length = len(self.edits), edits.end - edits.start
            self.edits += np.bincount(edits.rule, minlength=n)
            shorter = np.maximum(length - edits.new_length, 0)
            for column, much in ((self.before, length), (self.after, edits.new_length), (self.lost, shorter)):
                column += np.bincount(edits.rule, much, n).astype(np.int64)

    def add(self, more: Counts) -> None:
        """Add what was counted elsewhere."""
        self.characters += more.characters
        self.edits += more.edits
        self.before += more.before
        self.after += more.after
        self.lost += more.lost

    def too_much(self) -> list[tuple[Rule, float]]:
        """The rules of users' files that took away more of the text than they should, with their share of it."""
        if self.characters <= SHORT:
            return []
        share = self.lost / self.characters
        numbers = np.flatnonzero(share > MOST_REMOVED).tolist()
        return [(self.rules.all[n], float(share[n])) for n in numbers if self.rules.all[n].limited]


@dataclass(frozen=True)
class Ailment:
    """What is wrong with a rule on a corpus. other: the rule it meets; count: how often; example: the first time, as it
    stood; seconds: a million code points."""

    rule: str
    what: str
    other: str = ""
    count: int = 0
    example: str = ""
    seconds: float = 0.0


class Examination:
    """Rules tried on real text, piece by piece."""

    def __init__(self, rules: Rules, tried: Sequence[Rule]) -> None:
        self.rules = rules
        self.tried = [rules.number[rule.id] for rule in tried if rules.has(rule.id) and rule.kind != "keep"]
        ids = [rules.all[n].id for n in self.tried]
        self.alone = {n: rules.choose([rules.all[n].id]) for n in self.tried}
        self.others = rules.choose([], ids) if ids else rules
        self.counts = Counts(rules)
        self.seconds = dict.fromkeys(self.tried, 0.0)
        self.undone: dict[tuple[int, int], list[str]] = {}
        self.contested: dict[tuple[int, int], list[str]] = {}

    def take(self, raw: Text, profile: Profile) -> None:
        """Clean a piece stage by stage, and look at what the tried rules do in each."""
        cleaned = raw
        for stage, done in zip(STAGES, passes(raw, self.rules, profile), strict=True):
            piece, cleaned = done.given, done.text
            mine = [n for n in self.tried if self.rules.all[n].stage == done.stage]
            found = []
            for n in mine:
                began = time.perf_counter()
                found.append(stage.find(piece, self.alone[n], profile))
                self.seconds[n] += time.perf_counter() - began
            if mine:
                self._compare([*found, stage.find(piece, self.others, profile)], piece)
        self.counts.take(cleaned)
        self._turned_back(cleaned)
        self._cleaned_again(cleaned)

    def _compare(self, found: Sequence[Edits], text: Text) -> None:
        """Note where a tried rule and another want the same place and not the same edit."""
        for i, one in enumerate(found[:-1]):
            for other in found[i + 1 :]:
                for a, b in meeting(one.start, one.end, other.start, other.end):
                    if not same(one, a, other, b):
                        pair = int(one.rule[a]), int(other.rule[b])
                        span = slice(min(one.start[a], other.start[b]), max(one.end[a], other.end[b]))
                        self.contested.setdefault(pair, []).append(decode(text.codes[span]))

    def _turned_back(self, piece: Text) -> None:
        """Note the changes that leave everything as it was, because one rule undid what another had done."""
        c = piece.changes
        for i in np.flatnonzero(c.end - c.start == c.to_end - c.to_start).tolist():
            before = piece.raw[c.start[i] : c.end[i]]
            if np.array_equal(before, piece.codes[c.to_start[i] : c.to_end[i]]):
                first, *_, last = [*c.rules_of(i)] * 2
                self._note_undone(first, last, decode(before))

    def _cleaned_again(self, piece: Text) -> None:
        """Note what a second cleaning puts back."""
        again = clean_string(piece.string, self.rules)
        c, d = piece.changes, again.changes
        for i, k in meeting(c.to_start, c.to_end, d.start, d.end):
            before, made = piece.raw[c.start[i] : c.end[i]], piece.codes[c.to_start[i] : c.to_end[i]]
            back = again.codes[d.to_start[k] : d.to_end[k]]
            same_place = c.to_start[i] == d.start[k] and c.to_end[i] == d.end[k]
            if same_place and np.array_equal(before, back) and not np.array_equal(before, made):
                self._note_undone(c.rules_of(i)[0], d.rules_of(k)[-1], decode(before))

    def _note_undone(self, first: int, last: int, example: str) -> None:
        if first in self.tried or last in self.tried:
            self.undone.setdefault((first, last), []).append(example)

    def found(self) -> Iterator[Ailment]:
        """What is wrong with the tried rules, rule by rule."""
        per_million = 1e6 / max(1, self.counts.characters)
        for n in self.tried:
            rule = self.rules.all[n].id
            if not self.counts.edits[n] and n not in self.rules.slow:
                yield Ailment(rule, "idle")
            for what, pairs in (("undone", self.undone), ("contested", self.contested)):
                for (one, other), examples in pairs.items():
                    if n == one or (n == other and one not in self.tried):
                        met = self.rules.all[other if n == one else one].id
                        yield Ailment(rule, what, met, len(examples), examples[0])
            took = self.alone[n].spent.get(n, self.seconds[n])
            slow = n in self.rules.slow or n in self.alone[n].slow
            if slow or (took > MEASURED and took * per_million > SLOW):
                yield Ailment(rule, "slow", seconds=took * per_million)


def meeting(start: Ints, end: Ints, start_2: Ints, end_2: Ints) -> Iterator[tuple[int, int]]:
    """The pairs of spans of two sorted, disjoint columns that overlap or are the same place."""
    first = np.searchsorted(end_2, start, side="left").tolist()
    beyond = np.searchsorted(start_2, end, side="right").tolist()
    for i, (a, b) in enumerate(zip(first, beyond, strict=True)):
        for k in range(a, b):
            if (start[i] < end_2[k] and start_2[k] < end[i]) or (start[i] == start_2[k] and end[i] == end_2[k]):
                yield i, k


def same(one: Edits, a: int, other: Edits, b: int) -> bool:
    """Whether two edits do the same."""
    return bool(one.start[a] == other.start[b] and one.end[a] == other.end[b]) and one.text_of(a) == other.text_of(b)
