"""Edits as columns: find them anywhere, apply them in one place, follow them back to the raw text.

An edit is a value (start, end, new text, rule) in the text a stage was given. Thousands of them are kept as numpy
columns, not objects, so that every run can afford them. `compose` folds the edits of one stage after another into
`Changes`, which lie between the raw text and the final one.

All offsets are code points. Knows nothing of rules, files or Chinese.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]
Bools = NDArray[np.bool_]

NO_INTS: Ints = np.zeros(0, np.int64)
NO_CODES: Codes = np.zeros(0, np.uint32)


def encode(text: str) -> Codes:
    """The code points of `text` as a uint32 array."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def decode(codes: Codes) -> str:
    """The string whose code points are `codes`."""
    return codecs.utf_32_le_decode(np.ascontiguousarray(codes, "<u4").data, "surrogatepass", True)[0]


@dataclass(frozen=True)
class Edits:
    """The edits of one stage, sorted by start and disjoint once settled.

    start, end: int64, code points in the text the stage was given; end is exclusive.
    rule: int64, the rule's number.
    new: uint32, all new texts one after the other; new_end[i]: int64, where the i-th of them ends in `new`.
    """

    start: Ints
    end: Ints
    rule: Ints
    new: Codes
    new_end: Ints

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def new_length(self) -> Ints:
        length = self.new_end.copy()
        length[1:] -= self.new_end[:-1]
        return length

    @cached_property
    def out_start(self) -> Ints:
        """Where each new text starts in the text that `apply` returns."""
        grown = self.new_length - (self.end - self.start)
        begin: Ints = self.start + np.cumsum(grown) - grown
        return begin

    def text_of(self, i: int) -> str:
        """The new text of the i-th edit."""
        a = int(self.new_end[i - 1]) if i else 0
        return decode(self.new[a : int(self.new_end[i])])

    def take(self, which: Ints | Bools) -> Edits:
        """The edits that `which` (indexes or a mask) picks, in that order."""
        index = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        length = self.new_length[index]
        begin = self.new_end[index] - length
        return Edits(
            self.start[index], self.end[index], self.rule[index], self.new[spans(begin, length)], np.cumsum(length)
        )


NO_EDITS = Edits(NO_INTS, NO_INTS, NO_INTS, NO_CODES, NO_INTS)


def spans(start: Ints, length: Ints) -> Ints:
    """The indexes start[0] … start[0]+length[0]-1, start[1] … and so on, in one array."""
    if not len(start):
        return NO_INTS
    before = np.cumsum(length) - length
    return np.repeat(start - before, length) + np.arange(int(length.sum()))


def covered(n: int, start: Ints, end: Ints) -> Bools:
    """A mask of n places, True inside any of the disjoint spans [start, end)."""
    some = np.flatnonzero(end > start)
    some = some[np.argsort(start[some], kind="stable")]
    edges = np.zeros(2 * len(some) + 2, np.int64)
    edges[1:-1:2], edges[2:-1:2], edges[-1] = start[some], end[some], n
    return np.repeat(np.arange(len(edges) - 1) % 2 == 1, np.diff(edges))


def deletions(start: Ints, end: Ints, rule: int) -> Edits:
    """Edits of one rule that remove the spans [start, end)."""
    n = len(start)
    return Edits(start, end, np.full(n, rule, np.int64), NO_CODES, np.zeros(n, np.int64))


def swaps(start: Ints, codes: Codes, rule: int | Ints) -> Edits:
    """Edits that replace the single code point at each `start` by the one in `codes`."""
    n = len(start)
    rules = np.full(n, rule, np.int64) if isinstance(rule, int) else rule
    return Edits(start, start + 1, rules, codes.astype(np.uint32), np.arange(1, n + 1))


def rewrites(start: Ints, end: Ints, new: str, rule: int) -> Edits:
    """Edits of one rule that put the same text in place of each span [start, end)."""
    n, codes = len(start), encode(new)
    return Edits(start, end, np.full(n, rule, np.int64), np.tile(codes, n), np.arange(1, n + 1) * len(codes))


def edits_of(found: Iterable[tuple[int, int, str, int]]) -> Edits:
    """Edits from (start, end, new text, rule) tuples."""
    rows = list(found)
    if not rows:
        return NO_EDITS
    start, end, new, rule = zip(*rows, strict=True)
    return Edits(
        np.array(start, np.int64),
        np.array(end, np.int64),
        np.array(rule, np.int64),
        encode("".join(new)),
        np.cumsum([len(n) for n in new]),
    )


def together(groups: Sequence[Edits]) -> Edits:
    """The edits of all groups, one group after the other."""
    return Edits(
        np.concatenate([NO_INTS, *(e.start for e in groups)]),
        np.concatenate([NO_INTS, *(e.end for e in groups)]),
        np.concatenate([NO_INTS, *(e.rule for e in groups)]),
        np.concatenate([NO_CODES, *(e.new for e in groups)]),
        np.cumsum(np.concatenate([NO_INTS, *(e.new_length for e in groups)])),
    )


def settle(found: Sequence[Edits]) -> Edits:
    """All edits of `found` sorted and made disjoint: where two overlap, the one in the earlier group stands.

    Edits that only touch both stand; of two insertions at one place the first stands.
    """
    groups = [e for e in found if len(e)]
    if not groups:
        return NO_EDITS
    every = together(groups)
    order = np.lexsort((every.end, every.start))
    if not np.array_equal(order, np.arange(len(order))):
        every = every.take(order)
    rank = np.repeat(np.arange(len(groups)), [len(e) for e in groups])[order]
    clash = (every.start[1:] < every.end[:-1]) | (
        (every.start[1:] == every.start[:-1]) & (every.end[1:] == every.end[:-1])
    )
    if not clash.any():
        return every
    return every.take(_standing(every, rank, clash))


def _standing(every: Edits, rank: Ints, clash: Bools) -> Bools:
    """Which edits stand: group by group, each refused where an earlier group (or an earlier edit) has the place."""
    stands = np.ones(len(every), np.bool_)
    start, end, ranks = every.start.tolist(), every.end.tolist(), rank.tolist()
    i, n = 0, len(start)
    clashes = np.append(clash, False)
    while i < n:
        if not clashes[i]:
            i += 1
            continue
        j, reach = i + 1, end[i]
        while j < n and (start[j] < reach or (start[j], end[j]) == (start[j - 1], end[j - 1])):
            reach = max(reach, end[j])
            j += 1
        taken: list[int] = []
        for k in sorted(range(i, j), key=lambda k: (ranks[k], k)):
            a, b = start[k], end[k]
            if any((a < end[t] and start[t] < b) or (a, b) == (start[t], end[t]) for t in taken):
                stands[k] = False
            else:
                taken.append(k)
        i = j
    return stands


def apply(codes: Codes, edits: Edits) -> Codes:
    """The text after the edits (sorted, disjoint) were made."""
    if not len(edits):
        return codes
    length, begin = edits.end - edits.start, edits.new_end - edits.new_length
    common = np.minimum(length, edits.new_length)
    out = codes.copy()
    # Most edits are of one character.
    one, several = np.flatnonzero(common == 1), np.flatnonzero(common > 1)
    out[edits.start[one]] = edits.new[begin[one]]
    out[spans(edits.start[several], common[several])] = edits.new[spans(begin[several], common[several])]
    if (length > common).any():
        out = out[~covered(len(out), edits.start + common, edits.end)]
    more = edits.new_length - common
    if more.any():
        narrow, places = out, spans(edits.out_start + common, more)
        out = np.empty(len(narrow) + len(places), codes.dtype)
        old = np.ones(len(out), np.bool_)
        old[places] = False
        out[old], out[places] = narrow, edits.new[spans(begin + common, more)]
    return out


def forward(edits: Edits, places: Ints, *, after: bool = True) -> Ints:
    """Where boundaries between code points of the old text lie in the new text.

    A place inside a replaced span goes to the start of the new text. At an insertion the place goes behind the new
    text (`after`) or stays before it.
    """
    if not len(edits) or not len(places):
        return places
    begin = edits.out_start
    finish = begin + edits.new_length
    i = np.searchsorted(edits.start, places, side="right" if after else "left") - 1
    known = i >= 0
    i = np.maximum(i, 0)
    inside = known & (places < edits.end[i])
    return np.where(inside, begin[i], np.where(known, places - edits.end[i] + finish[i], places))


def backward(edits: Edits, places: Ints) -> Ints:
    """Where boundaries of the new text lie in the old one; a place inside a new text goes to the start of its span."""
    if not len(edits) or not len(places):
        return places
    begin = edits.out_start
    finish = begin + edits.new_length
    i = np.searchsorted(begin, places, side="right") - 1
    known = i >= 0
    i = np.maximum(i, 0)
    inside = known & (places < finish[i])
    return np.where(inside, edits.start[i], np.where(known, places - finish[i] + edits.end[i], places))


@dataclass(frozen=True, slots=True)
class Changes:
    """What lies between the raw text and the final one, sorted and disjoint in both.

    start, end: the span in the raw text; to_start, to_end: the span that stands for it in the final text.
    rules: the rules of every change one after the other, in the order they acted; rules_end[i]: where the i-th ends.
    """

    start: Ints
    end: Ints
    to_start: Ints
    to_end: Ints
    rules: Ints
    rules_end: Ints

    def __len__(self) -> int:
        return len(self.start)

    def rules_of(self, i: int) -> list[int]:
        a = int(self.rules_end[i - 1]) if i else 0
        numbers: list[int] = self.rules[a : int(self.rules_end[i])].tolist()
        return numbers


def having(changes: Changes, wanted: Bools) -> Bools:
    """Which changes have one of the rules that `wanted` (a mask over the rules) names."""
    if not len(changes):
        return np.zeros(0, np.bool_)
    first = changes.rules_end - np.diff(changes.rules_end, prepend=0)
    return np.logical_or.reduceat(wanted[changes.rules], first)


NO_CHANGES = Changes(NO_INTS, NO_INTS, NO_INTS, NO_INTS, NO_INTS, NO_INTS)


def compose(changes: Changes, edits: Edits) -> Changes:
    """`changes` (raw to middle) followed by `edits` (middle to final), as changes from raw to final.

    Two that overlap in the middle text become one change with the rules of both; two that touch stay apart. What is
    put in where something was taken out stands behind it.
    """
    if not len(edits):
        return changes
    n = len(changes)
    start = np.concatenate([changes.to_start, edits.start])
    end = np.concatenate([changes.to_end, edits.end])
    # By start, what is empty there first, the old before the new.
    order = np.argsort(4 * start + 2 * (end > start) + (np.arange(len(start)) >= n), kind="stable")
    start, end = start[order], end[order]
    reach = np.maximum.accumulate(end)
    first = np.ones(len(order), np.bool_)
    first[1:] = start[1:] >= reach[:-1]
    head = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    mid_start, mid_end = start[head], np.maximum.reduceat(end, head)

    # Outside the groups the text is the same on all three levels, so their edges lie a known distance apart.
    old = order < n
    olds = np.cumsum(old)
    lag = np.append(0, changes.end - changes.to_end)
    olds_until = np.append(olds[head[1:] - 1], olds[-1])
    raw_start = mid_start + lag[np.append(0, olds_until[:-1])]
    raw_end = mid_end + lag[olds_until]
    grown = np.zeros(len(order), np.int64)
    grown[~old] = (edits.new_length - (edits.end - edits.start))[order[~old] - n]
    growth = np.add.reduceat(grown, head)
    to_end = mid_end + np.cumsum(growth)
    to_start = mid_start + np.cumsum(growth) - growth

    count = np.concatenate([np.diff(changes.rules_end, prepend=0), np.ones(len(edits), np.int64)])[order]
    begin = np.concatenate(
        [
            changes.rules_end - np.diff(changes.rules_end, prepend=0),
            len(changes.rules) + np.arange(len(edits)),
        ]
    )[order]
    # Inside a group the old rules come before the new one.
    by_age = np.lexsort((~old, group))
    pool = np.concatenate([changes.rules, edits.rule])
    rules = pool[spans(begin[by_age], count[by_age])]
    rules_end = np.cumsum(np.add.reduceat(count, head))
    return Changes(raw_start, raw_end, to_start, to_end, rules, rules_end)


def stitch(parts: Sequence[tuple[int, int, Changes]]) -> Changes:
    """The changes of several pieces as one: each part is (raw offset, final offset, changes)."""
    kept = [(a, b, c) for a, b, c in parts if len(c)]
    if not kept:
        return NO_CHANGES
    count = np.cumsum([len(c.rules) for _, _, c in kept])
    return Changes(
        np.concatenate([c.start + a for a, _, c in kept]),
        np.concatenate([c.end + a for a, _, c in kept]),
        np.concatenate([c.to_start + b for _, b, c in kept]),
        np.concatenate([c.to_end + b for _, b, c in kept]),
        np.concatenate([c.rules for _, _, c in kept]),
        np.concatenate([c.rules_end + k for (_, _, c), k in zip(kept, [0, *count[:-1].tolist()], strict=True)]),
    )


def invert(changes: Changes) -> Changes:
    """The changes that lead from the final text back to the raw one."""
    return Changes(changes.to_start, changes.to_end, changes.start, changes.end, changes.rules, changes.rules_end)


def replay(codes: Codes, changes: Changes, target: Codes) -> Codes:
    """`codes` with every change made; the new texts are taken from their spans in `target`."""
    length = changes.to_end - changes.to_start
    new = target[spans(changes.to_start, length)]
    return apply(codes, Edits(changes.start, changes.end, np.zeros(len(changes), np.int64), new, np.cumsum(length)))
