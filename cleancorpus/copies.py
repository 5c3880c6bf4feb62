"""Which documents of a file say again what others say: exact, near and cut-off copies.

The survey keeps a sample of short stretches, chosen by their content alone, so that two copies of a text give the same
sample wherever they stand; when the documents are known, those that share most of their samples are compared. The
longer a section or a document is, the smaller the hash must be of a stretch that counts for it, so any two documents
can be compared by what would have counted for both. Knows nothing of copies in other files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Ints
from cleancorpus.profile import Headings
from cleancorpus.text import Text

# Of the places of a text one in 16 is sampled. Of a section or a document LEAST of them count, of many ROOT times the
# square root, so that a file takes a tenth of a byte a character, and a document can still be told to hold one of a
# tenth its length.
EVERY_BITS = 4
STRETCH = 8
LEAST = 20
ROOT = 2.5
# A document with fewer samples (about 100 characters) is not judged, and one is a copy if this share of it stands in
# another. Essays of one site on one subject, which quote the same speeches, share up to a third.
FEWEST = 6
SHARE = 0.75
# Of two that hold each other, the one that is this much shorter is the copy; else the later one.
SHORTER = 0.9
RIVALS = 4

Rows = NDArray[np.uint64]

NO_HASHES = np.zeros(0, np.uint32)
ALL = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sampled stretches of a block.

    start: the raw offsets where its sections begin, the parts that documents are made of. total: how many samples each
    has. count: how many of them it keeps, those below its `bound`. hash: those, section by section.
    """

    start: Ints
    total: NDArray[np.uint32]
    count: NDArray[np.uint32]
    hash: NDArray[np.uint32]


def bound(total: Ints) -> NDArray[np.uint32]:
    """The hash below which a sample counts in a section or a document of so many: the more, the lower."""
    share = np.maximum(LEAST, ROOT * np.sqrt(total)) / np.maximum(1, total)
    return (np.minimum(1.0, share) * int(ALL)).astype(np.uint32)


def measure(text: Text, sections: Ints) -> Sketch:
    """The samples of one block, whose sections begin at these raw offsets."""
    codes = text.codes
    reach = max(0, len(codes) - STRETCH)
    mixed = (codes[:reach] * np.uint32(0x9E3779B1) + codes[1 : reach + 1]) * np.uint32(0x85EBCA77)
    at = np.flatnonzero(mixed < np.uint32(1 << (32 - EVERY_BITS)))
    hashes = np.zeros(len(at), np.uint64)
    whole = np.ones(len(at), np.bool_)
    for k in range(STRETCH):
        code = codes.take(at + k)
        # A stretch with a blank or a line break in it may look different in the copy.
        whole &= (code > 0x20) & (code != 0x3000)
        hashes = (hashes ^ code) * _MIX
        hashes ^= hashes >> np.uint64(29)
    at, sample = at[whole], (hashes[whole] >> _HALF).astype(np.uint32)
    total = np.diff(np.searchsorted(at, text.at(sections[1:])), prepend=0, append=len(at))
    counts = sample <= np.repeat(bound(total), total)
    kept = np.diff(np.append(0, np.cumsum(counts))[np.append(0, np.cumsum(total))])
    return Sketch(sections, total.astype(np.uint32), kept.astype(np.uint32), sample[counts])


def distinct(rows: Rows) -> tuple[Rows, Ints]:
    """The rows in order, each once, and how often it stood there. (numpy.unique hashes, which takes five times as
    long as to sort.)"""
    rows = np.sort(rows)
    new = np.ones(len(rows), np.bool_)
    new[1:] = rows[1:] != rows[:-1]
    first = np.flatnonzero(new)
    return rows[first], np.diff(first, append=len(rows))


def decide(sketches: Sequence[Sketch], headings: Headings) -> tuple[Ints, Ints]:
    """(starts of the documents that are copies, starts of the documents they are copies of)."""
    starts = headings.start[headings.opens | headings.holds]
    if len(starts) < 2:
        return NO_INTS, NO_INTS
    starts = np.unique(np.append(0, starts))
    document = np.searchsorted(starts, np.concatenate([s.start for s in sketches]), side="right") - 1
    size = np.bincount(document, np.concatenate([s.total for s in sketches]), len(starts))
    limit = bound(size)
    hashes = np.concatenate([s.hash for s in sketches])
    of = np.repeat(document, np.concatenate([s.count for s in sketches]))
    counts = hashes <= limit[of]
    rows, _ = distinct(hashes[counts].astype(np.uint64) << _HALF | of[counts].astype(np.uint64))
    x, y, shared = rivals(rows)
    some = shared >= SHARE * FEWEST
    x, y, shared = x[some], y[some], shared[some]
    asked = np.zeros(len(starts), np.bool_)
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
    target = np.arange(len(starts))
    target[copy] = y[chosen][at]
    for _ in range(RIVALS):
        target = target[target]
    copy = copy[target[copy] != copy]
    return starts[copy], starts[target[copy]]


def rivals(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """The pairs of documents that share samples, and how many; rows: sorted hash << 32 | document."""
    hashes = rows >> _HALF
    common = np.zeros(len(rows), np.bool_)
    common[1:] = hashes[1:] == hashes[:-1]
    common[:-1] |= common[1:].copy()
    hashes, documents = hashes[common], rows[common] & ALL
    head = np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]
    first = np.flatnonzero(head)
    count = np.diff(first, append=len(hashes))
    pairs = []
    for k in range(RIVALS):
        has = count > k
        at = np.repeat(first + k, np.where(has, count, 0))
        one, other = documents[np.repeat(has, count)], documents[at]
        pairs.append((one << _HALF | other)[one != other])
    pair = np.concatenate(pairs)
    # Most share a stretch or two, and go before the sort: by how many fall into one bucket with theirs.
    bucket = (pair * _MIX >> np.uint64(64 - 18)).astype(np.int64)
    pair, shared = distinct(pair[np.bincount(bucket, minlength=1)[bucket] >= SHARE * FEWEST])
    return (pair >> _HALF).astype(np.int64), (pair & ALL).astype(np.int64), shared
