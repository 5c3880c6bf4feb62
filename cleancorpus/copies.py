"""Which documents say again what others of the run say: exact, near and cut-off copies.

The survey keeps a sample of short stretches, chosen by their content alone, so that two copies of a text give the same
sample wherever they stand; when the documents are known, those that share most of their samples are compared. The
longer a section or a document is, the smaller the hash must be of a stretch that counts for it, so any two documents
can be compared by what would have counted for both. Documents too short for that are copies where all their lines are
the same. Of the files before, the samples of their documents are kept
(`Seen`), so a copy in another file is found where it comes after what it is a copy of.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Bools, Ints, spans
from cleancorpus.profile import Headings
from cleancorpus.text import Text

# Of the places of a text one in 16 is sampled. Of a section or a document LEAST of them count, of many ROOT times the
# square root, so that a file takes a tenth of a byte a character, and a document can still be told to hold one of a
# tenth its length.
EVERY_BITS = 4
STRETCH = 8
LEAST = 20
ROOT = 2.5
# A document with fewer samples (about 100 characters) is only compared as a whole, and if it has so many characters. A
# longer one is a copy if this share of it stands in another. Essays of one site on one subject, which quote the same
# speeches, share up to a third.
FEWEST = 6
WORDS = 20
SHARE = 0.75
# Of two that hold each other, the one that is this much shorter is the copy; else the later one.
SHORTER = 0.9
RIVALS = 4
# A copy of a copy leads to the original in this many doublings of the way.
JUMPS = 16
# What stands before the first heading may be a title page, which is no document; it counts from so many samples on.
FOREWORD = 15
# Of the files before at most so many samples are kept: 16 MB, of some 100,000 documents. With more, only those of the
# smaller hashes go on counting, and so only the longer documents.
MOST = 1 << 21

Rows = NDArray[np.uint64]

NO_HASHES = np.zeros(0, np.uint32)
ALL = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sampled stretches of a block.

    start: the raw offsets where its sections begin, the parts that documents are made of. total: how many samples each
    has. count: how many of them it keeps, those below its `bound`. hash: those, section by section. top, rest: the hash
    of the line that the section begins with, if it does, and the sum of those of its other lines.
    """

    start: Ints
    total: NDArray[np.uint32]
    count: NDArray[np.uint32]
    hash: NDArray[np.uint32]
    top: Rows
    rest: Rows


def bound(total: Ints) -> NDArray[np.uint32]:
    """The hash below which a sample counts in a section or a document of so many: the more, the lower."""
    share = np.maximum(LEAST, ROOT * np.sqrt(total)) / np.maximum(1, total)
    return (np.minimum(1.0, share) * int(ALL)).astype(np.uint32)


def measure(text: Text, sections: Ints) -> Sketch:
    """The samples of one block, whose sections begin at these raw offsets."""
    codes = text.codes
    mixed = codes * np.uint32(0x9E3779B1)
    mixed[:-1] += codes[1:]
    mixed *= np.uint32(0x85EBCA77)
    at = np.flatnonzero(mixed[: max(0, len(codes) - STRETCH)] < np.uint32(1 << (32 - EVERY_BITS)))
    hashes = np.zeros(len(at), np.uint64)
    whole = np.ones(len(at), np.bool_)
    for k in range(STRETCH):
        code = codes[k:].take(at)
        # A stretch with a blank or a line break in it may look different in the copy.
        whole &= (code > 0x20) & (code != 0x3000)
        hashes ^= code.astype(np.uint64)
        hashes *= _MIX
        hashes ^= hashes >> np.uint64(29)
    at, sample = at[whole], (hashes[whole] >> _HALF).astype(np.uint32)
    begin = text.at(sections)
    total = np.diff(np.searchsorted(at, begin[1:]), prepend=0, append=len(at))
    counts = sample <= np.repeat(bound(total), total)
    kept = np.diff(np.append(0, np.cumsum(counts))[np.append(0, np.cumsum(total))])
    lines = sums_of_lines(text, mixed, begin)
    return Sketch(sections, total.astype(np.uint32), kept.astype(np.uint32), sample[counts], *lines)


def sums_of_lines(text: Text, mixed: NDArray[np.uint32], begin: Ints) -> tuple[Rows, Rows]:
    """For each section the hash of the line that it begins with, or 0, and the sum of the hashes of its other lines.

    The blanks around a line do not count. mixed: a hash of every two neighbours; begin: where the sections begin.
    """
    solid = np.flatnonzero(~text.lines.is_blank)
    first, last = text.lines.first[solid], text.lines.last[solid] - 1
    top, rest = np.zeros(len(begin), np.uint64), np.zeros(len(begin), np.uint64)
    if len(solid):
        # The sums of the pairs inside the lines stand at the even places. In 64 bits they take twice as long.
        sums = np.add.reduceat(mixed, np.stack([first, last], axis=1).ravel(), dtype=np.uint32)[::2]
        sums[first == last] = 0
        ends = packed(text.codes[first], text.codes[last])
        lines = (packed(sums, (last - first).astype(np.uint32)) * _MIX ^ ends) * _MIX
        section = np.maximum(np.searchsorted(begin, first, side="right") - 1, 0)
        heads = begin[section] == first
        top[section[heads]] = lines[heads]
        np.add.at(rest, section[~heads], lines[~heads])
    return top, rest


def heads(rows: Rows) -> Bools:
    """Which of the sorted rows differ from the one before. (numpy.unique hashes, which takes five times as long as to
    sort.)"""
    new = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=new[1:])
    return new


def packed(high: NDArray[np.uint32], low: NDArray[np.uint32]) -> Rows:
    """The two numbers in one, so that they sort together; made in place, for there are many."""
    rows = high.astype(np.uint64)
    rows <<= _HALF
    rows |= low
    return rows


class Seen:
    """The samples of the documents of the files so far that are no copies.

    name: of the file that is looked at. names: of the files so far. Documents are numbered as they come: file (its
    number), start, size and limit are columns. runs: sorted rows (hash << 32 | document), each run at least twice as
    long as the next. cap: what is above it counts no more.
    """

    def __init__(self) -> None:
        self.name = ""
        self.names: list[str] = []
        self.file, self.start, self.size, self.limit = (array("q") for _ in range(4))
        self.runs: list[Rows] = []
        self.cap = int(ALL)

    def like(self, rows: Rows) -> Rows:
        """The rows that have one of the hashes of these."""
        found = [rows[:0]]
        hashes = rows[heads(rows >> _HALF)] >> _HALF << _HALF if self.runs else rows[:0]
        for run in self.runs:
            low, high = np.searchsorted(run, hashes), np.searchsorted(run, hashes | ALL, "right")
            found.append(run[spans(low, high - low)])
        return np.concatenate(found)

    def add(self, starts: Ints, size: Ints, limit: NDArray[np.uint32], rows: Rows) -> None:
        """The documents of a file with their samples."""
        rows = rows[rows >> _HALF <= self.cap]
        self.runs.append(rows + np.uint64(len(self.file)))
        self.file.extend([len(self.names)] * len(starts))
        self.names.append(self.name)
        for column, new in ((self.start, starts), (self.size, size), (self.limit, limit)):
            column.frombytes(new.astype(np.int64).tobytes())
        while len(self.runs) > 1 and len(self.runs[-2]) < 2 * len(self.runs[-1]):
            self.runs[-2:] = [np.sort(np.concatenate(self.runs[-2:]))]
        while sum(map(len, self.runs)) > MOST:
            self._forget()

    def of(self, document: int) -> tuple[str, int]:
        """The file of a document, and where it starts in it."""
        return self.names[self.file[document]], self.start[document]

    def of_size(self, documents: Ints) -> tuple[Ints, NDArray[np.uint32]]:
        """The sizes of documents, and the hashes up to which their samples count."""
        if not len(documents):
            return NO_INTS, NO_HASHES
        size, limit = (np.frombuffer(column, np.int64)[documents] for column in (self.size, self.limit))
        return size, np.minimum(limit, self.cap).astype(np.uint32)

    def _forget(self) -> None:
        """Let only the smaller half of the hashes count, and go without the documents that are then too short."""
        self.cap //= 2
        rows = np.concatenate(self.runs)
        rows = rows[rows >> _HALF <= self.cap]
        count = np.bincount((rows & ALL).astype(np.int64), minlength=len(self.file))
        kept = np.flatnonzero(count >= FEWEST)
        number = np.full(len(self.file), -1)
        number[kept] = np.arange(len(kept))
        new = number[(rows & ALL).astype(np.int64)]
        self.runs = [np.sort(rows[new >= 0] >> _HALF << _HALF | new[new >= 0].astype(np.uint64))]
        for column in (self.file, self.start, self.size, self.limit):
            column[:] = array("q", np.array(column)[kept].tobytes())


def decide(sketches: Sequence[Sketch], headings: Headings, length: int, seen: Seen) -> dict[int, tuple[str, int]]:
    """The starts of the documents of a file that are copies, with what they are copies of: (its file, its start).

    length: of the raw text. The file is "" where it is this one. The documents that are none are added to `seen`.
    """
    starts = headings.start[headings.opens | headings.holds]
    alone = len(starts) and starts[0] > 0
    starts = np.unique(np.append(0, starts))
    document = np.searchsorted(starts, np.concatenate([NO_INTS, *(s.start for s in sketches)]), side="right") - 1
    size = np.bincount(document, np.concatenate([NO_INTS, *(s.total for s in sketches)]), len(starts)).astype(np.int64)
    limit = bound(size)
    if alone and size[0] < FOREWORD:
        limit[0] = 0
    hashes = np.concatenate([NO_HASHES, *(s.hash for s in sketches)])
    count = np.concatenate([NO_INTS, *(s.count for s in sketches)]).astype(np.int64)
    of = np.repeat(document.astype(np.uint32), count)
    counts = hashes <= limit[of]
    rows = packed(hashes[counts], of[counts])
    del hashes, of, counts
    whole, same = _wholes(sketches, headings, np.append(starts, length), document, size)
    size[whole], limit[whole] = FEWEST, ALL
    rows = np.append(rows, same)
    rows.sort()
    rows = rows[heads(rows)]

    # The documents of other files that share a sample come first, then those of this one.
    others = seen.like(rows)
    before, number = np.unique((others & ALL).astype(np.int64), return_inverse=True)
    n = len(before)
    every = rows + np.uint64(n)
    if n:
        every = np.sort(np.append(others >> _HALF << _HALF | number.astype(np.uint64), every))
    sizes, limits = seen.of_size(before)
    target = _targets(every, np.append(sizes, size), np.append(limits, limit), n)
    copy = np.flatnonzero(target != np.arange(len(target)))

    mine = np.ones(len(starts), np.bool_)
    mine[copy - n] = False
    found: dict[int, tuple[str, int]] = {}
    for x, y in zip(copy.tolist(), target[copy].tolist(), strict=True):
        found[int(starts[x - n])] = seen.of(before[y]) if y < n else ("", int(starts[y - n]))
    keep = np.flatnonzero(mine & (size >= FEWEST))
    new = np.full(len(starts), -1)
    new[keep] = np.arange(len(keep))
    kept = new[(rows & ALL).astype(np.int64)]
    rows = rows[kept >= 0] >> _HALF << _HALF | kept[kept >= 0].astype(np.uint64)
    seen.add(starts[keep], size[keep], limit[keep], rows)
    return found


def _wholes(
    sketches: Sequence[Sketch], headings: Headings, edges: Ints, document: Ints, size: Ints
) -> tuple[Ints, Rows]:
    """The documents that are too short for samples but can be compared as a whole, and rows that stand for samples of
    them: the same for documents whose lines under the heading are the same.

    edges: where documents begin, and where the last one ends. document: the number of the document that each section is
    in; size: how many samples each has.
    """
    starts = edges[:-1]
    none = np.zeros(0, np.uint64)
    top, rest = np.concatenate([none, *(s.top for s in sketches)]), np.concatenate([none, *(s.rest for s in sketches)])
    own = np.flatnonzero(headings.opens | headings.holds)
    under = np.searchsorted(starts, headings.start[own])
    body, inline = starts.copy(), np.zeros(len(starts), np.bool_)
    body[under] = headings.end[own]
    # What stands in the line of a heading has no hash of its own.
    inline[under] = headings.after[own]
    headed = np.isin(np.concatenate([NO_INTS, *(s.start for s in sketches)]), headings.start[own])
    sums = np.zeros(len(starts), np.uint64)
    np.add.at(sums, document, rest + np.where(headed, np.uint64(0), top))
    short = np.flatnonzero((size < FEWEST) & (sums > 0) & ~inline & (edges[1:] - body >= WORDS))
    samples: Rows = np.repeat(sums[short], FEWEST).reshape(-1, FEWEST)
    samples += np.arange(1, FEWEST + 1).astype(np.uint64)
    samples *= _MIX
    samples ^= samples >> np.uint64(29)
    samples *= _MIX
    return short, packed((samples >> _HALF).astype(np.uint32), short[:, None].astype(np.uint32)).ravel()


def _targets(rows: Rows, size: Ints, limit: NDArray[np.uint32], first: int) -> Ints:
    """For each document the one that it is a copy of, or itself; only those from `first` on are asked for."""
    x, y, shared = rivals(rows)
    some = (shared >= SHARE * FEWEST) & (x >= first)
    x, y, shared = x[some], y[some], shared[some]
    asked = np.zeros(len(size), np.bool_)
    asked[x] = True
    own = rows[asked[(rows & ALL).astype(np.int64)]]
    own = np.sort(own << _HALF | own >> _HALF)
    head = x.astype(np.uint64) << _HALF
    under = np.searchsorted(own, head | np.minimum(limit[x], limit[y]), side="right") - np.searchsorted(own, head)
    holds = (shared >= SHARE * under) & (under >= FEWEST)
    later = np.where(size[x] < SHORTER * size[y], True, (size[y] >= SHORTER * size[x]) & (x > y))
    chosen = np.flatnonzero(holds & later)
    chosen = chosen[np.lexsort((y[chosen], -shared[chosen], x[chosen]))]
    copy, at = np.unique(x[chosen], return_index=True)
    target = np.arange(len(size))
    target[copy] = y[chosen][at]
    for _ in range(JUMPS):
        target = target[target]
    # What leads in a circle, each a little shorter than the next, leads to no original.
    return np.where(np.isin(target, copy), np.arange(len(size)), target)


def buckets(pairs: Rows, bits: int) -> Ints:
    """A number of so many bits for each of the pairs, the same for equal ones."""
    mixed = pairs * _MIX
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def rivals(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """The pairs of documents that share samples, and how many; rows: sorted hash << 32 | document."""
    head = heads(rows >> _HALF)
    common = ~(head & np.append(head[1:], True))
    documents, first = rows[common].astype(np.uint32), np.flatnonzero(head[common])
    count = np.diff(first, append=len(documents))

    def pairs(k: int) -> Rows:
        """Each of the documents with the k-th of those that share the sample."""
        has = count > k
        one, other = documents[np.repeat(has, count)], np.repeat(documents[first[has] + k], count[has])
        both = one != other
        return packed(one[both], other[both])

    # Most share a stretch or two, and go before the sort: by how many fall into one bucket with theirs. They are made
    # twice, for of a long file all of them at once would fill the memory.
    bits = len(documents).bit_length() + 2
    met = np.zeros(1 << bits, np.uint32)
    for k in range(RIVALS):
        np.add.at(met, buckets(pairs(k), bits), np.uint32(1))
    often = met >= SHARE * FEWEST
    pair = np.sort(np.concatenate([p[often[buckets(p, bits)]] for p in map(pairs, range(RIVALS))]))
    at = np.flatnonzero(heads(pair))
    pair, shared = pair[at], np.diff(at, append=len(pair))
    return (pair >> _HALF).astype(np.int64), (pair & ALL).astype(np.int64), shared
