"""Three readings of a text for patterns that spelling must not fool, each with the way back to the text.

raw: as it stands. folded: widths, case, circled and look-alike letters and Traditional forms made plain, character for
character. squeezed: of the folded text only letters, digits and Han, so that `w w w` and `小＿说` read as www and 小说.

Knows nothing of rules.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache

import numpy as np

from cleancorpus.edits import NO_INTS, Bools, Codes, Ints, decode
from cleancorpus.lexicon import fold_table
from cleancorpus.text import HAN, Text, among

# Blocks whose characters NFKC makes plain: letters and digits in a circle, in brackets, full-width, mathematical.
DRESSED = ((0x2100, 0x2190), (0x2460, 0x2500), (0x3200, 0x3400), (0xFF01, 0xFF5F), (0x1D400, 0x1D800))
LOOK_ALIKES = dict(zip("аеорсухіјѕԁɡοανικ〖〗『』【】［］｛｝", "aeopcyxijsdgoavik[][][][]{}", strict=True))
# What the squeezed view keeps beside Han: digits, letters of the alphabets of Europe, kana, Hangul.
SOLID = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x370, 0x52F))
SOLID_EAST = ((0x3041, 0x30FA), (0xAC00, 0xD7A3))


@lru_cache(maxsize=1)
def folding() -> Codes:
    """For every code point the plain one it stands for."""
    table = fold_table().copy()
    for first, beyond in DRESSED:
        for c in range(first, beyond):
            plain = [p for p in unicodedata.normalize("NFKC", chr(c)).lower() if p.isalnum()] or [
                unicodedata.normalize("NFKC", chr(c))
            ]
            if len(plain) == 1 and len(plain[0]) == 1:
                table[c] = ord(plain[0])
    table[0x41:0x5B] += 0x20
    for odd, plain_letter in LOOK_ALIKES.items():
        table[ord(odd)] = ord(plain_letter)
    table.flags.writeable = False
    return table


def fold(text: str) -> str:
    """`text` folded, code point by code point."""
    table = folding()
    return "".join(chr(table[ord(c)]) for c in text)


def solid() -> Bools:
    """The table of characters that the squeezed view keeps."""
    return among(*HAN, *SOLID, *SOLID_EAST)


class Views:
    """The views of one text. A view is a string, the place of each of its characters in the text, and its lines."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.codes: Codes = folding()[text.codes]
        self.place: Ints = np.flatnonzero(solid()[self.codes])
        self.kept: Codes = self.codes[self.place]
        self.line: Ints = np.searchsorted(self.place, np.append(text.lines.start, len(text)))

    @cached_property
    def marks(self) -> tuple[Ints, Codes]:
        """Where the folded text has what the squeezed one leaves out, and what that is."""
        at = np.flatnonzero(~solid()[self.codes])
        return at, self.codes[at]

    @cached_property
    def folded(self) -> str:
        return decode(self.codes)

    @cached_property
    def squeezed(self) -> str:
        return decode(self.kept)

    def of(self, view: str, line: int) -> tuple[str, Ints | range]:
        """A line in a view, and for each of its characters the place in the text."""
        if view == "squeezed":
            a, b = int(self.line[line]), int(self.line[line + 1])
            return self.squeezed[a:b], self.place[a:b]
        start, end = int(self.text.lines.start[line]), int(self.text.lines.end[line])
        whole = self.folded if view == "folded" else self.text.string
        return whole[start:end], range(start, end)


class Hints:
    """Literals to look for in the squeezed view, all in one pass: by their first two characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self.pairs = sorted({w[:2] for w in words})
        keys = np.array([(ord(p[0]) << 32) | ord(p[1]) for p in self.pairs], np.uint64)
        order = np.argsort(keys)
        self.keys = keys[order]
        self.number: Ints = np.arange(len(self.pairs))[order]
        self.first = among("".join(p[0] for p in self.pairs))
        self.second = among("".join(p[1] for p in self.pairs))

    def found(self, views: Views) -> tuple[Ints, Ints]:
        """Where a pair stands: places in the squeezed view, and the pairs' numbers."""
        codes = views.kept
        if len(codes) < 2:
            return NO_INTS, NO_INTS
        at = np.flatnonzero(self.first[codes[:-1]])
        at = at[self.second[codes[at + 1]]]
        keys = (codes[at].astype(np.uint64) << np.uint64(32)) | codes[at + 1]
        index = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        hit = self.keys[index] == keys
        return at[hit], self.number[index[hit]]
