"""Which documents of a file say again what others say: exact, near and cut-off copies.

The survey keeps a sample of short stretches, chosen by their content alone, so that two copies of a text give the same
sample wherever they stand; when the documents are known, those that share most of their samples are compared. Of a
section, however long, only some samples are kept, those of the smallest hashes, so any two documents can be compared
by what both would have kept. Knows
nothing of copies in other files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Ints, spans
from cleancorpus.profile import Headings
from cleancorpus.text import Text

# Of the places of a text one in 16 is sampled. A section keeps those of the smallest hashes: at least LEAST of them,
# of many ROOT times the square root, so that a file takes a tenth of a byte a character at most, and a document of one
# section can still be told to hold one of a tenth its length.
EVERY_BITS = 4
STRETCH = 8
LEAST = 16
ROOT = 2.0
# A document with fewer samples (about 100 characters) is not judged, and one is a copy if this share of it stands in
# another. Essays of one site on one subject, which quote the same speeches, share up to a third.
FEWEST = 6
SHARE = 0.75
# Of two that hold each other, the one that is this much shorter is the copy; else the later one.
SHORTER = 0.9
RIVALS = 4

NO_HASHES = np.zeros(0, np.uint32)
ALL = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sampled stretches of a block.

    start: the raw offsets where its sections begin, the parts that documents are made of. total: how many samples each
    has. hash: those that each keeps (see `kept`), in order.
    """

    start: Ints
    total: NDArray[np.uint32]
    hash: NDArray[np.uint32]


def kept(total: NDArray[np.uint32]) -> Ints:
    """How many samples a section of so many keeps."""
    found: Ints = np.minimum(total, np.maximum(LEAST, ROOT * np.sqrt(total))).astype(np.int64)
    return found


def measure(text: Text, sections: Ints) -> Sketch:
    """The samples of one block, whose sections begin at these raw offsets."""
    codes = text.codes
    none = np.zeros(len(sections), np.uint32)
    if len(codes) <= STRETCH:
        return Sketch(sections, none, NO_HASHES)
    first = codes[: len(codes) - STRETCH]
    mixed = (first * np.uint32(0x9E3779B1) + codes[1 : len(codes) - STRETCH + 1]) * np.uint32(0x85EBCA77)
    at = np.flatnonzero(mixed < np.uint32(1 << (32 - EVERY_BITS)))
    hashes = np.zeros(len(at), np.uint64)
    whole = np.ones(len(at), np.bool_)
    for k in range(STRETCH):
        code = codes[at + k]
        # A stretch with a blank or a line break in it may look different in the copy.
        whole &= (code > 0x20) & (code != 0x3000)
        hashes = (hashes ^ code) * _MIX
        hashes ^= hashes >> np.uint64(29)
    section = np.searchsorted(text.at(sections), at, side="right") - 1
    rows = np.sort(np.maximum(section, 0).astype(np.uint64)[whole] << _HALF | hashes[whole] >> _HALF)
    new = np.ones(len(rows), np.bool_)
    new[1:] = rows[1:] != rows[:-1]
    rows = rows[new]
    total = np.bincount((rows >> _HALF).astype(np.int64), minlength=len(sections))
    chosen = spans(np.cumsum(total) - total, kept(total.astype(np.uint32)))
    return Sketch(sections, total.astype(np.uint32), rows[chosen].astype(np.uint32))


def decide(sketches: Sequence[Sketch], headings: Headings) -> tuple[Ints, Ints]:
    """(starts of the documents that are copies, starts of the documents they are copies of)."""
    starts = headings.start[headings.opens | headings.holds]
    if len(starts) < 2:
        return NO_INTS, NO_INTS
    starts = np.unique(np.append(0, starts))
    total = np.concatenate([s.total for s in sketches])
    hashes = np.concatenate([s.hash for s in sketches])
    document = np.searchsorted(starts, np.concatenate([s.start for s in sketches]), side="right") - 1
    size = np.bincount(document, total, len(starts))
    count = kept(total)
    # Of a document only those samples count that each of its sections would have kept.
    limit = np.full(len(starts), ALL)
    cut = count < total
    np.minimum.at(limit, document[cut], hashes[np.cumsum(count)[cut] - 1])
    of = np.repeat(document, count).astype(np.uint64)
    counts = hashes <= limit[of]
    hashes, of = hashes[counts].astype(np.uint64), of[counts]
    own = np.unique(of << _HALF | hashes)
    rows = np.unique(hashes << _HALF | of)
    x, y, shared = rivals(rows)
    some = shared >= SHARE * FEWEST
    x, y, shared = x[some], y[some], shared[some]
    head = x.astype(np.uint64) << _HALF
    under = np.searchsorted(own, head | np.minimum(limit[x], limit[y]), side="right") - np.searchsorted(own, head)
    holds = (shared >= SHARE * under) & (under >= FEWEST)
    later = np.where(size[x] < SHORTER * size[y], True, (size[y] >= SHORTER * size[x]) & (x > y))
    chosen = np.flatnonzero(holds & later)
    chosen = chosen[np.lexsort((y[chosen], -shared[chosen], x[chosen]))]
    copy, at = np.unique(x[chosen], return_index=True)
    target = np.arange(len(starts))
    target[copy] = y[chosen][at]
    for _ in range(RIVALS):
        target = target[target]
    copy = copy[target[copy] != copy]
    return starts[copy], starts[target[copy]]


def rivals(rows: NDArray[np.uint64]) -> tuple[Ints, Ints, Ints]:
    """The pairs of documents that share samples, and how many; rows: sorted hash << 32 | document."""
    hashes = rows >> _HALF
    common = np.zeros(len(rows), np.bool_)
    common[1:] = hashes[1:] == hashes[:-1]
    common[:-1] |= common[1:].copy()
    hashes, documents = hashes[common], (rows[common] & ALL).astype(np.int64)
    head = np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]
    first = np.flatnonzero(head)
    group = np.cumsum(head) - 1
    count = np.diff(np.append(first, len(hashes)))
    pairs = []
    for k in range(RIVALS):
        has = np.flatnonzero(count[group] > k)
        other = documents[first[group[has]] + k]
        both = other != documents[has]
        pairs.append(documents[has][both] << 32 | other[both])
    pair, shared = np.unique(np.concatenate(pairs), return_counts=True)
    return pair >> 32, pair & 0xFFFFFFFF, shared
