"""Words as hashes: look up many at once among many, and the files that hold the package's word lists.

Knows nothing of what the words are for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import Codes, Ints

Hashes = NDArray[np.uint64]

STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
# A pair of characters has a place in a table of 2 ** PAIR_BITS by its hash.
PAIR_BITS = 19


def pack(tables: Sequence[Ints]) -> bytes:
    """Tables of numbers below 2 ** 24, compressed: column by column, and of each the low bytes first."""
    shapes = np.array([t.shape for t in tables], "<u4").tobytes()
    planes = [
        t.astype("<u4").view(np.uint8).reshape(*t.shape, 4)[:, :, :3].transpose(1, 2, 0).tobytes() for t in tables
    ]
    return zlib.compress(bytes([len(tables)]) + shapes + b"".join(planes), 9)


def unpack(name: str) -> Iterator[Codes]:
    """The tables of a file that the package carries, transposed: a row for each column."""
    data = zlib.decompress(Path(__file__).with_name("data").joinpath(name).read_bytes())
    at = 1 + 8 * data[0]
    for rows, columns in np.frombuffer(data, "<u4", 2 * data[0], 1).reshape(-1, 2).tolist():
        planes = np.frombuffer(data, np.uint8, 3 * rows * columns, at).reshape(columns, 3, rows).astype(np.uint32)
        at += planes.size
        yield planes[:, 0] | planes[:, 1] << np.uint32(8) | planes[:, 2] << np.uint32(16)


def hash_columns(columns: Sequence[Codes] | Codes) -> Hashes:
    """A hash of each word; columns: the first characters of all words, the second, and so on."""
    out = columns[0].astype(np.uint64)
    for column in columns[1:]:
        out *= STEP
        out += column
    return out


def pair_slots(first: Codes, second: Codes) -> Codes:
    """The place of each pair of characters in a table."""
    mixed: Codes = (first * np.uint32(0x9E3779B1) + second) * np.uint32(0x85EBCA77) >> np.uint32(32 - PAIR_BITS)
    return mixed


class Keys:
    """Hashes to look up many at once among: each stands at the place that its first bits say, or at the next free one
    behind it."""

    def __init__(self, hashes: Hashes, room: int = 2) -> None:
        """room: so many places at least for each, more of which make it faster and larger."""
        bits = (room * len(hashes)).bit_length()
        self.shift = np.uint64(64 - bits)
        place = self._places(hashes)
        # Sorting by half of the bits and then by the other half is much faster than by all.
        order = np.argsort(place.astype(np.uint16), kind="stable")
        order = order[np.argsort((place[order] >> 16).astype(np.uint16), kind="stable")]
        rank = np.arange(len(order))
        place = np.maximum.accumulate(place[order] - rank) + rank
        # The last is always free.
        size = max(1 << bits, int(place.max(initial=0)) + 1) + 1
        self.hashes, self.numbers = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        self.hashes[place], self.numbers[place] = hashes[order], order

    def _places(self, hashes: Hashes) -> Ints:
        return (hashes * _MIX >> self.shift).astype(np.int64)

    def find(self, hashes: Hashes) -> Ints:
        """The number of each hash among the keys, -1 where it is none of them."""
        out = np.full(len(hashes), -1)
        left, at = np.arange(len(hashes)), self._places(hashes)
        while len(left):
            held = self.hashes.take(at)
            same = held == hashes
            out[left[same]] = self.numbers[at[same]]
            go_on = np.flatnonzero(~same & (held > 0))
            left, at, hashes = left[go_on], at[go_on] + 1, hashes[go_on]
        return out
