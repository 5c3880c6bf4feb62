"""Stretches of a line that are riddled with signs and letters which no text has in such rows: `➯(ｔｏｕ)•(ｃｏ)`.

Every pair of neighbouring characters, by the kinds they are of, says how much rather it stands in what sites hide from
filters than in a text; the stretch with the largest sum is riddled if the sum is large. The weights of the pairs stand
in rules/watermark.toml; tests/train_riddled.py wins them from labelled text.

Knows the line alone, and neither names nor addresses.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Codes, Ints
from cleancorpus.text import CODE_POINTS, HAN, among

# The kinds of characters. The end of a line, a blank, Han, Han with none beside it, a Latin letter, one with none
# beside it, one with an accent, a digit, a full-width one, a full-width letter, one of the other alphabets of Europe,
# any other letter; the stop of a domain, other ASCII marks of sentences, ASCII signs, ASCII brackets; the marks of
# Chinese text, other brackets, full-width signs, dots amid names; signs that only decorate, or stand for letters; all
# other signs, as lists and sums have them.
KINDS = "N_HhliadDwoK.psbCBXmGT"
LETTERS = {
    "H": (*HAN, (0x2E80, 0x2FDF)),
    "l": ((0x41, 0x5A), (0x61, 0x7A)),
    "a": ((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F)),
    "d": ((0x30, 0x39),),
    "D": ((0xFF10, 0xFF19),),
    "w": ((0xFF21, 0xFF3A), (0xFF41, 0xFF5A)),
    "o": ((0x370, 0x52F),),
    # Small capitals, signs of money, letters in circles or brackets, black digits in circles; pictures but those below.
    "G": ((0xA4, 0xAF), (0x1D00, 0x1D7F), (0x20A0, 0x214F), (0x249C, 0x24FF), (0x2600, 0x27BF), (0x2900, 0x2BFF))
    + ((0x3220, 0x3243), (0x1D400, 0x1D7FF)),
}
MARKS = {
    "N": "\n",
    "_": " \t\u3000\u00a0",
    ".": ".",
    "p": ",:;!?'\"-",
    "s": "#$%&*+/=@\\^_`|~",
    "b": "()[]{}<>",
    "C": "，。、；：？！…—“”‘’《》～＂",
    "B": "＜＞",
    "X": "＃＄＆＇＊＠＼＾＿｀｜",
    "m": "·•．・‧",
    "T": "★☆©®℃℉№™♥♡❤♪♫☺☻✌✓✔✗✘☀✨❌✅♀♂",
}
# Of a kind the one that stands for it where a character has none of its own beside it.
LONE = {"H": "h", "l": "i", "o": "T"}
# Those that are odd beside any other kind; those that are so beside a full-width letter; the pairs of these.
RARE, BESIDE_WIDE = "oXG", "hlisbdp"
ODD_PAIRS = {*("w" + kind for kind in BESIDE_WIDE), "mb"}
# Those that stand at its edges as well in the text beside it.
TEXT = "_HhCB"
# So many of them in a row are text, and no part of it.
MOST_TEXT = 6
# So many odd pairs a riddled stretch has at least.
TURNS = 3


@lru_cache(maxsize=1)
def kinds() -> NDArray[np.uint8]:
    """For every code point the number of its kind."""
    table = np.full(CODE_POINTS, KINDS.index("T"), np.uint8)
    for c in range(0xA0, 0x20000):
        category = unicodedata.category(chr(c))
        if category in ("Ps", "Pe", "Pi", "Pf"):
            table[c] = KINDS.index("B")
        elif category[0] in "LM":
            table[c] = KINDS.index("K")
    for kind, ranges in LETTERS.items():
        table[among(*ranges)] = KINDS.index(kind)
    for kind, marks in MARKS.items():
        table[among(marks)] = KINDS.index(kind)
    table.flags.writeable = False
    return table


def kinds_of(codes: Codes) -> NDArray[np.uint8]:
    """The kinds of the characters of a text, those of the ends of a line before and behind it."""
    end = np.uint8(KINDS.index("N"))
    kind = np.concatenate([[end], kinds().take(codes), [end]])
    same = kind[:-1] == kind[1:]
    alone = ~np.append(False, same) & ~np.append(same, False)
    for usual, lone in LONE.items():
        kind[alone & (kind == KINDS.index(usual))] = KINDS.index(lone)
    return kind


@lru_cache(maxsize=2)
def of_kinds(some: str) -> Bools:
    """The table of the characters of some kinds."""
    table: Bools = np.isin(kinds(), [KINDS.index(kind) for kind in some])
    return table


def pairs_of(rows: Mapping[str, str]) -> NDArray[np.float64]:
    """The weights of pairs as a matrix, from a row for each first kind with a number for each second one."""
    return np.array([[float(number) for number in rows[kind].split()] for kind in KINDS])


def riddled(codes: Codes, pairs: NDArray[np.float64], least: float) -> Iterator[tuple[int, int]]:
    """The riddled stretches of a line in order, each of at least so much weight: begin and end in code points.

    The maximal sum of a run is that of Kadane; what stands beside it is looked through in the same way.
    """
    kind = kinds_of(codes)
    weight = pairs[kind[:-1], kind[1:]]
    parts = between_texts(kind[1:-1])
    found = []
    while parts:
        first, beyond = parts.pop()
        summed = np.append(0, np.cumsum(weight[first:beyond]))
        best = summed - np.minimum.accumulate(summed)
        b = int(best.argmax())
        if best[b] < least:
            continue
        a = int(np.flatnonzero(summed[:b] == summed[: b + 1].min())[-1])
        parts += [(first, first + a), (first + b, beyond)]
        if turns(kind[first + a + 1 : first + b + 1]) >= TURNS:
            found.append((first + a, first + b))
    for a, b in sorted(found):
        yield trimmed(kind[1:-1], a, b)


def between_texts(kind: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """The parts of a line between the longer runs of text."""
    is_text = np.isin(kind, [KINDS.index(k) for k in TEXT])
    turn = np.flatnonzero(np.diff(np.concatenate([[False], is_text, [False]]).astype(np.int8)))
    begin, end = turn[::2], turn[1::2]
    long = end - begin > MOST_TEXT
    edges = [0, *np.stack([begin[long], end[long]], axis=1).ravel().tolist(), len(kind)]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]


def turns(kind: NDArray[np.uint8]) -> int:
    """How many odd pairs a stretch has."""
    names = "".join(KINDS[k] for k in kind.tolist())
    return sum(
        x != y and (x in RARE or y in RARE or x + y in ODD_PAIRS or y + x in ODD_PAIRS)
        for x, y in zip(names, names[1:], strict=False)
    )


def trimmed(kind: NDArray[np.uint8], a: int, b: int) -> tuple[int, int]:
    """A stretch without what stands at its edges as well in the text beside it."""
    inner = np.flatnonzero(~np.isin(kind[a:b], [KINDS.index(k) for k in TEXT]))
    return a + int(inner[0]), a + int(inner[-1]) + 1


def may_be(low: Codes, place: Ints, wide: Ints, codes: Codes) -> Ints:
    """Places in a text where something rare stands, or a full-width letter beside a plain one.

    low, place: the characters below the last of the blanks and where they stand; wide: where full-width letters do.
    """
    some = [place[of_kinds(RARE).take(low)]]
    some += [wide[of_kinds(BESIDE_WIDE).take(codes.take(wide + k, mode="clip"))] for k in (-1, 1)]
    return np.concatenate(some)
