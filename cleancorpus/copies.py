"""Which documents of a file say again what others say: exact, near and cut-off copies.

The survey keeps a sample of short stretches, chosen by their content alone, so that two copies of a text give the same
sample wherever they stand; when the documents are known, those that share most of their samples are compared. Knows
nothing of copies in other files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Ints
from cleancorpus.profile import Headings
from cleancorpus.text import Text

# Of the places of a text one in 16 is sampled at first; where a file has more samples than KEPT they are thinned out.
EVERY_BITS = 4
KEPT = 1 << 18
STRETCH = 8
# A document with fewer samples (about 100 characters) is not judged, and one is a copy if this share of it stands in
# another. Essays of one site on one subject, which quote the same speeches, share up to a third.
FEWEST = 6
SHARE = 0.75
# Of two that hold each other, the one that is this much shorter is the copy; else the later one.
SHORTER = 0.9
RIVALS = 4

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sampled stretches of a block: a hash and a raw offset each."""

    hash: NDArray[np.uint64]
    place: Ints


def measure(text: Text) -> Sketch:
    """The samples of one block."""
    codes = text.codes
    if len(codes) <= STRETCH:
        return Sketch(np.zeros(0, np.uint64), NO_INTS)
    first = codes[: len(codes) - STRETCH]
    mixed = (first * np.uint32(0x9E3779B1) + codes[1 : len(codes) - STRETCH + 1]) * np.uint32(0x85EBCA77)
    at = np.flatnonzero(mixed < np.uint32(1 << (32 - EVERY_BITS)))
    rows = codes[at[:, None] + np.arange(STRETCH)]
    # A stretch with a blank or a line break in it may look different in the copy.
    whole = ((rows > 0x20) & (rows != 0x3000)).all(axis=1)
    at, rows = at[whole], rows[whole]
    hashes = np.zeros(len(at), np.uint64)
    for k in range(STRETCH):
        hashes = (hashes ^ rows[:, k]) * _MIX
        hashes ^= hashes >> np.uint64(29)
    return Sketch(hashes, text.raw_at(at))


def thin(parts: Sequence[Sketch]) -> Sketch:
    """All samples of a file, thinned by their hashes alone until there are at most KEPT."""
    if not parts:
        return Sketch(np.zeros(0, np.uint64), NO_INTS)
    hashes = np.concatenate([p.hash for p in parts])
    places = np.concatenate([p.place for p in parts])
    bits = 0
    while len(hashes) > KEPT:
        bits += 1
        some = (hashes >> np.uint64(64 - bits)) == 0
        hashes, places = hashes[some], places[some]
    return Sketch(hashes, places)


def decide(sketch: Sketch, headings: Headings) -> tuple[Ints, Ints]:
    """(starts of the documents that are copies, starts of the documents they are copies of)."""
    starts = headings.start[headings.opens | headings.holds]
    if len(starts) < 2 or not len(sketch.hash):
        return NO_INTS, NO_INTS
    starts = np.unique(np.append(0, starts))
    document = np.searchsorted(starts, sketch.place, side="right") - 1
    order = np.lexsort((document, sketch.hash))
    hashes, documents = sketch.hash[order], document[order]
    new = np.ones(len(hashes), np.bool_)
    new[1:] = (hashes[1:] != hashes[:-1]) | (documents[1:] != documents[:-1])
    hashes, documents = hashes[new], documents[new]
    size = np.bincount(documents, minlength=len(starts))
    head = np.ones(len(hashes), np.bool_)
    head[1:] = hashes[1:] != hashes[:-1]
    first = np.flatnonzero(head)
    group = np.cumsum(head) - 1
    count = np.diff(np.append(first, len(hashes)))
    pairs = []
    for k in range(RIVALS):
        has = count[group] > k
        other = documents[np.minimum(first[group] + k, len(documents) - 1)]
        both = has & (other != documents)
        pairs.append(documents[both] * len(starts) + other[both])
    pair, shared = np.unique(np.concatenate(pairs), return_counts=True)
    x, y = pair // len(starts), pair % len(starts)
    holds = (shared >= SHARE * size[x]) & (size[x] >= FEWEST)
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
