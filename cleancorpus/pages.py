"""Which lines pages left between those of the text: their running heads and numbers.

They stand at the end of every page, wherever in a sentence that falls: so the text goes on across them, from the line
above to the one below, as it does across no heading, refrain or entry of a list. A word that goes on shows it, or a
wrapped line that is full and open.

Knows short lines, the layout and the word list; nothing of rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Bools, Ints, spans
from cleancorpus.layout import IDEOGRAPH, PROSE_END, LineTable, reach
from cleancorpus.lexicon import lexicon
from cleancorpus.profile import WRAPPED, Layout
from cleancorpus.text import Text, among, blank
from cleancorpus.views import solid

# A running head is no longer (code points), a page number has no more digits.
HEAD, DIGITS = 40, 4
# So many lines, blank ones not counted, may stand between the last line of a page and the first of the next.
BETWEEN = 5
# Natural log units by which a word surely goes on (see lexicon.straddle).
SURE = 4.0
# So many pages at least; on so many of them the text goes on, which is this share.
PAGES, CROSSED, SHARE = 3, 2, 0.3
# So many columns short of the width a wrapped line is full.
SPARE = 2
# Between two page numbers stands at least so much of the text (code points), and at most.
PAGE, LONGEST_PAGE = 150, 20_000

NUMERALS = ((0x30, 0x39), (0xFF10, 0xFF19))
TURN = np.cumprod(np.full(HEAD + 1, 0x9E3779B97F4A7C15, np.uint64))


@dataclass(frozen=True, slots=True)
class PageLines:
    """A row for every short line that comes again in its block but for the digits in it, and for every number.

    start: its raw offset. hash: of what it has beside digits and blanks, 0 for a number. number: its value, -1 for what
    is none. titled: whether it begins as the heading of a chapter does.
    """

    start: Ints
    hash: NDArray[np.uint64]
    number: Ints
    titled: Bools


def measure(text: Text) -> PageLines:
    """The rows of one block."""
    lines, codes = text.lines, text.codes
    short = np.flatnonzero((lines.last - lines.first <= HEAD) & (lines.last > lines.first))
    first, last = lines.first[short], lines.last[short]
    size, digit, letter = last - first, among(*NUMERALS), solid()
    begins, ends = codes[first], codes[last - 1]
    number = _numbers(text, first, size)
    # Of marks alone, or behind more than one, no head is made.
    named = (letter.take(begins) | letter.take(codes.take(first + 1, mode="clip"))) & (size > 1) & (number < 0)
    # Those of a length that begin and end alike; of them those that are alike.
    edges = [np.where(digit.take(edge), np.uint32(0), edge).astype(np.uint64) for edge in (begins, ends)]
    alike = size.astype(np.uint64) << np.uint64(42) | edges[0] << np.uint64(21) | edges[1]
    some = np.flatnonzero(named)
    some = some[_again(alike[some])]
    found = np.zeros(len(short), np.uint64)
    found[some] = _hashes(text, first[some], size[some])
    kept = number >= 0
    kept[some[_again(found[some])]] = True
    which = np.flatnonzero(kept)
    return PageLines(text.raw_at(first[which]), found[which], number[which], codes[first[which]] == ord("第"))


def _numbers(text: Text, first: Ints, size: Ints) -> Ints:
    """The number that each line is, -1 where it is none."""
    digit = among(*NUMERALS)
    found = np.full(len(first), -1)
    some = np.flatnonzero((size <= DIGITS) & digit.take(text.codes[first]))
    value, is_number = np.zeros(len(some), np.int64), np.ones(len(some), np.bool_)
    for k in range(DIGITS):
        inside = size[some] > k
        code = text.codes.take(first[some] + k, mode="clip")
        is_number &= ~inside | digit.take(code)
        value = np.where(inside, 10 * value + (code & 0xF), value)
    found[some[is_number]] = value[is_number]
    return found


def _again(keys: NDArray[np.uint64]) -> Bools:
    """Which of the keys stand there more than once."""
    order = np.argsort(keys, kind="stable")
    same = np.diff(keys[order]) == 0
    found = np.zeros(len(keys), np.bool_)
    found[order[1:][same]] = found[order[:-1][same]] = True
    return found


def _hashes(text: Text, first: Ints, size: Ints) -> NDArray[np.uint64]:
    """A hash of what each line has beside digits and blanks."""
    if not len(first):
        return np.zeros(0, np.uint64)
    codes = text.codes[spans(first, size)]
    head = np.cumsum(size) - size
    counts = ~(among(*NUMERALS) | blank()).take(codes)
    upto = np.append(0, np.cumsum(counts))
    nth = upto[:-1] - np.repeat(upto[head], size)
    return np.add.reduceat(np.where(counts, codes.astype(np.uint64) * TURN[nth], np.uint64(0)), head)


def _beyond(kept: Bools) -> tuple[Ints, Ints]:
    """For each line the nearest above and below it that is not kept; -1 and the number of lines where there is none."""
    order = np.arange(len(kept))
    above = np.maximum.accumulate(np.where(kept, -1, order))
    return above, np.minimum.accumulate(np.where(kept, len(kept), order)[::-1])[::-1]


def _parted(table: LineTable, above: Ints, below: Ints) -> Bools:
    """Whether a word surely goes on from each line above to the one below."""
    found: Bools = (table.ends[above] == IDEOGRAPH) & (table.begins[below] == IDEOGRAPH)
    some = np.flatnonzero(found)
    if len(some):
        windows = np.concatenate([table.tail[above[some]], table.head[below[some]]], axis=1).astype(np.uint32)
        words = lexicon()
        grams = words.grams(windows)
        found[some] = words.best(grams, 0, 4) - words.best(grams, 0, 2) - words.best(grams, 2, 4) > SURE
    return found


def decide(blocks: Sequence[PageLines], table: LineTable, runs: Layout) -> Ints:
    """The raw offsets of the lines that pages left, in order; `table`, `runs`: the lines of the file, their layout."""
    start = np.concatenate([NO_INTS, *(b.start for b in blocks)])
    hashes = np.concatenate([np.zeros(0, np.uint64), *(b.hash for b in blocks)])
    number = np.concatenate([NO_INTS, *(b.number for b in blocks)])
    titled = np.concatenate([np.zeros(0, np.bool_), *(b.titled for b in blocks)])
    if not len(start):
        return NO_INTS
    row = np.searchsorted(table.start, start, side="right") - 1
    kept = np.zeros(len(table), np.bool_)
    kept[row] = True
    above, below = (found[row] for found in _beyond(kept))
    some = np.flatnonzero((above >= 0) & (below < len(table)) & (below - above <= BETWEEN + 1))
    a, b = above[some], below[some]
    run = runs.run_of(table.start[a])
    full = (runs.kind[run] == WRAPPED) & (reach(table.width[a], table.indent[a]) >= runs.width[run] - SPARE)
    goes_on = PROSE_END[table.ends[a]] & (table.begins[b] == IDEOGRAPH)
    crosses = np.zeros(len(start), np.bool_)
    crosses[some] = full & goes_on & ((runs.indent[run] == 0) | (table.indent[b] < runs.indent[run]))
    crosses[some] |= _parted(table, a, b)
    heads = np.flatnonzero(number < 0)
    _, group, count = np.unique(hashes[heads], return_inverse=True, return_counts=True)
    crossed = np.bincount(group, crosses[heads], len(count))
    of_pages = ((count >= PAGES) & (crossed >= np.maximum(CROSSED, SHARE * count)))[group]
    # A chapter may begin with what its pages say at their top.
    of_pages &= crosses[heads] | ~titled[heads]
    numbers = np.flatnonzero(number >= 0)
    if np.count_nonzero(crosses[numbers]) >= CROSSED:
        numbers = numbers[_counted(start[numbers], number[numbers], crosses[numbers])]
    else:
        numbers = numbers[:0]
    return np.sort(np.concatenate([start[heads[of_pages]], start[numbers]]))


def _counted(start: Ints, number: Ints, crosses: Bools) -> list[int]:
    """Which of the numbers count pages: longest first, the chains in which each is one more than the one before."""
    places, values, crossed = start.tolist(), number.tolist(), crosses.tolist()
    length, sure, before = [1] * len(places), [int(c) for c in crossed], [-1] * len(places)
    latest: dict[int, int] = {}
    for i, value in enumerate(values):
        j = latest.get(value - 1, -1)
        if j >= 0 and PAGE <= places[i] - places[j] <= LONGEST_PAGE:
            length[i], sure[i], before[i] = length[j] + 1, sure[j] + sure[i], j
        latest[value] = i
    taken: set[int] = set()
    for i in sorted(range(len(places)), key=lambda i: -length[i]):
        if length[i] < PAGES:
            break
        if i in taken or sure[i] < max(CROSSED, SHARE * length[i]):
            continue
        while i >= 0 and i not in taken:
            taken.add(i)
            i = before[i]
    return sorted(taken)
