"""Changes that are alike, gathered over the pieces of a file: what a person is asked about, the doubtful first.

Alike are changes of one rule that put the same text in place of the same. Of each group and of each rule only so many
are held, the most doubtful of them, so that the memory stays the same for any file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleancorpus.decisions import Seen, Sight
from cleancorpus.edits import Changes, Ints
from cleancorpus.lexicon import straddle
from cleancorpus.preview.rows import BULK, EDGES, Rows, matching
from cleancorpus.rules import Rules
from cleancorpus.text import Text, blank, han
from cleancorpus.views import solid

Floats = NDArray[np.float64]

# How many kinds of changes of one rule are told apart.
KINDS = 2000
# How much of its line is shown beside a change (code points).
WIDE = 32
# The stages by how much what they do says of a change that several made: a removed watermark more than its widths.
TELLING = ("punctuation", "script", "characters", "spaces", "lines", "headings", "watermark")


@dataclass(frozen=True, slots=True)
class Example:
    """One change. place: its raw offset in its source; line, column: where it begins, from 1; rules: all that made it.

    doubt: the higher, the less speaks for it; as far as can be told, else 0.
    """

    source: str
    place: int
    line: int
    column: int
    seen: Seen
    rules: tuple[int, ...]
    doubt: float


@dataclass
class Group:
    """Changes that are alike. lost: how many letters, digits and Han characters each takes away."""

    rule: int
    before: str
    after: str
    lost: int
    count: int = 0
    examples: list[Example] = field(default_factory=list)

    @property
    def doubt(self) -> tuple[int, float, int]:
        """To sort by, the most doubtful last."""
        return self.lost, max((one.doubt for one in self.examples), default=0.0), -self.count


class Groups:
    """Gathers the changes of the pieces it is given; of each group it holds the `held` most doubtful."""

    def __init__(self, rules: Rules, held: int) -> None:
        self.rules = rules
        self.held = held
        self.found: dict[int, dict[tuple[str, str], Group]] = {}
        # Changes of every rule, and those among them that stand in no group for want of room.
        self.count = np.zeros(len(rules.all), np.int64)
        self.left_out = np.zeros(len(rules.all), np.int64)
        self.begin("")
        edge, bulk = matching(rules, EDGES), matching(rules, BULK)
        weight = [(not edge[n], not bulk[n], TELLING.index(r.stage), -n) for n, r in enumerate(rules.all)]
        self.by_weight = np.array(sorted(range(len(weight)), key=weight.__getitem__), np.int64)
        self.weight = np.argsort(self.by_weight)

    def begin(self, source: str) -> None:
        """Go on to the next source."""
        self.source = source
        self.rows = Rows()

    def telling(self, changes: Changes) -> Ints:
        """Of each change the rule that says most of it."""
        if not len(changes):
            return changes.rules
        first = changes.rules_end - np.diff(changes.rules_end, prepend=0)
        telling: Ints = self.by_weight[np.maximum.reduceat(self.weight[changes.rules], first)]
        return telling

    def take(self, piece: Text) -> None:
        """Sort the changes of a piece into their groups. What was decided already is left out."""
        self.rows.take(piece)
        changes = piece.changes
        if not len(changes):
            return
        telling = self.telling(changes)
        self.count += np.bincount(telling, minlength=len(self.count))
        sight = Sight(piece)
        raw, final = sight.raw, sight.final
        doubts, losses = doubt(piece).tolist(), lost(piece).tolist()
        decided = self.rules.decisions
        columns = (changes.start, changes.end, changes.to_start, changes.to_end, telling)
        for i, (a, b, c, d, rule) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            if decided.all and decided.of(sight.of(i, decided.near), changes.rules_of(i)):
                self.count[rule] -= 1
                continue
            kinds = self.found.setdefault(rule, {})
            key = (raw[a:b], final[c:d])
            group = kinds.get(key)
            if group is None:
                if len(kinds) == KINDS:
                    self.left_out[rule] += 1
                    continue
                group = kinds[key] = Group(rule, *key, losses[i])
            group.count += 1
            held = group.examples
            if len(held) == self.held and doubts[i] <= min(one.doubt for one in held):
                continue
            line, column = self.rows.of(a + piece.origin)
            numbers = tuple(dict.fromkeys(changes.rules_of(i)))
            held.append(Example(self.source, a + piece.origin, line, column, sight.of(i, WIDE), numbers, doubts[i]))
            if len(held) > self.held:
                held.remove(min(held, key=lambda one: (one.doubt, -one.place)))

    def __iter__(self) -> Iterator[tuple[int, list[Group]]]:
        """The rules and their groups, the doubtful first."""
        groups = {n: [g for g in kinds.values() if g.count] for n, kinds in self.found.items()}
        for n in sorted((n for n in groups if groups[n]), key=lambda n: self.trust(n, groups[n])):
            for group in groups[n]:
                group.examples.sort(key=lambda one: (-one.doubt, one.place))
            yield n, sorted(groups[n], key=lambda group: group.doubt, reverse=True)

    def trust(self, n: int, groups: list[Group]) -> tuple[bool, bool, bool, float, int]:
        """To sort rules by: for review, of one's own, not of bulk, by what is lost, the rarely tried first."""
        rule = self.rules.all[n]
        count = sum(g.count for g in groups)
        bulk = bool(matching(self.rules, BULK)[n])
        return not rule.review, rule.ours, bulk, -sum(g.count * g.lost for g in groups) / count, count


def lost(piece: Text) -> Ints:
    """How many letters, digits and Han characters each change takes away."""
    changes = piece.changes
    here, there = (np.append(0, np.cumsum(solid()[codes])) for codes in (piece.raw, piece.codes))
    gone = here[changes.end] - here[changes.start] - (there[changes.to_end] - there[changes.to_start])
    least: Ints = np.maximum(gone, 0)
    return least


def doubt(piece: Text) -> Floats:
    """How doubtful each change is: of two Han that come together, how little speaks for a word across the gap."""
    changes, raw = piece.changes, piece.raw
    out = np.zeros(len(changes))
    if not len(raw):
        return out
    is_han, is_gap = han()[raw], blank()[raw] | (raw == 0x0A) | (raw == 0x0D)
    gaps = np.append(0, np.cumsum(is_gap))
    left, right = np.maximum(changes.start - 1, 0), np.minimum(changes.end, len(raw) - 1)
    closes = (
        (changes.to_end == changes.to_start)
        & (gaps[changes.end] - gaps[changes.start] == changes.end - changes.start)
        & (changes.end > changes.start) & is_han[left] & is_han[right]
    )  # fmt: skip
    out[closes] = -straddle(raw, is_han, changes.start[closes], changes.end[closes])
    return out
