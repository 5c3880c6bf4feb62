"""Three readings of a text for patterns that spelling must not fool, each with the way back to the text.

raw: as it stands. folded: widths, case, circled and look-alike letters and Traditional forms made plain, character for
character. squeezed: of the folded text only letters, digits and Han, so that `w w w` and `小＿说` read as www and 小说.

Knows nothing of rules.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Bools, Codes, Ints, decode, encode, spans
from cleancorpus.lexicon import fold_table
from cleancorpus.text import CODE_POINTS, HAN, among

Number = TypeVar("Number", bound=np.generic)

# Blocks whose characters NFKC makes plain: letters and digits in a circle, in brackets, full-width, mathematical.
DRESSED = ((0x2100, 0x2190), (0x2460, 0x2500), (0x3200, 0x3400), (0xFF01, 0xFF5F), (0x1D400, 0x1D800))
# Letters of other alphabets, small capitals and signs of money that stand for Latin letters, characters that stand for
# those of 地址 and 发布, black digits in a circle, brackets.
LOOK_ALIKES = dict(
    zip(
        "гбзчлдцжёїςζλΓΛаеорсухіјѕԁɡкмнтвАВСЕНКМОРТХοανικρτηεωχσμυΑΒΕΗΙΚΜΝΟΡΤΧщшп¢©®ɑϲϳӏɩոսօհցԝѵʋⅼγβんЪъьиИøØ∨₮₩₭₳₦₵₴₲₱阯哋咘鈽"
        + "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
        + "❶❷❸❹❺❻❼❽❾➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒"
        + "〖〗『』【】［］｛｝",
        "rb34ndhxeiczlraaeopcyxijsdgkmhtbabcehkmoptxoavikptnewxouuabehikmnoptxwwnccracjiinuohgwvulybhbbbnnoovtwkancsgp址地布布"
        + "abcdefghijklmnoprstuvwyz"
        + "123456789" * 3
        + "[][][][]{}",
        strict=True,
    )
)
# Latin letters with marks on them.
ACCENTED = (0xC0, 0x250)
# What the squeezed view keeps beside Han: digits, letters of the alphabets of Europe, kana, Hangul.
SOLID = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x370, 0x52F))
SOLID_EAST = ((0x3041, 0x30FA), (0xAC00, 0xD7A3))
# What ends a sentence, or a part of one that stands by itself.
SENTENCE_ENDS = "。！？!?…”\u3000"
# What a character may be, in bits: kept in the squeezed view, a hint by itself, the end of a sentence, a sign that
# stands between no two characters of running text.
KEPT, ALONE, END, ODD = 1, 2, 4, 8
# Above those bits, for the first character of hints the groups in which their second ones are, and for those their own
# group: few characters that follow one another fit, most of them a hint.
GROUPS, AS_FIRST, AS_SECOND = 12, 20, 8
ODD_SIGNS = "±⊙☆★♠♥♣♦◆◇■□◎※§°¤ˊˋ￠￡∷▲△▼▽♀♂∨∧∩∪≈≡∠⌒▪▫◢◣◤◥〓`€÷"


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
    for c in range(*ACCENTED):
        letter = unicodedata.normalize("NFD", chr(c))[0].lower()
        if letter.isascii():
            table[c] = ord(letter)
    for odd, plain_letter in LOOK_ALIKES.items():
        table[ord(odd)] = ord(plain_letter)
    table.flags.writeable = False
    return table


def _as_folded(table: NDArray[Number]) -> NDArray[Number]:
    """A table over all code points, with what it says of the plain ones for all that stand for them."""
    own = _dressed()
    table[own] = table.take(folding().take(own))
    return table


@lru_cache(maxsize=1)
def _dressed() -> Ints:
    """The code points that stand for others."""
    return np.flatnonzero(folding() != np.arange(CODE_POINTS, dtype=np.uint32))


def fold(text: str) -> str:
    """`text` folded, code point by code point."""
    return decode(folding().take(encode(text)))


def solid() -> Bools:
    """The table of characters that the squeezed view keeps."""
    return among(*HAN, *SOLID, *SOLID_EAST)


class Views:
    """The views of some lines, each of which begins and ends at a place of `codes`.

    place: where the characters of the squeezed view stand; line: where in it each line begins, and the last ends.
    without: places that the squeezed view leaves out.
    """

    def __init__(self, codes: Codes, start: Ints, end: Ints, hints: Hints, without: Ints = NO_INTS) -> None:
        self.codes, self.start, self.end = codes, start, end
        self.kind = hints.kind.take(codes)
        self.kind[without] &= ~np.uint32(KEPT)
        self.place: Ints = np.flatnonzero(self.kind & KEPT != 0)
        self.line: Ints = np.searchsorted(self.place, np.append(start, len(codes)))

    def squeezed(self, at: Ints) -> Codes:
        """Characters of the squeezed view."""
        return folding().take(self.codes.take(self.place.take(at)))

    def of(self, view: str, line: int) -> tuple[str, Ints | range]:
        """A line in a view, and the place of each of its characters."""
        if view == "squeezed":
            place = self.place[self.line[line] : self.line[line + 1]]
            return decode(folding().take(self.codes.take(place))), place
        start, end = int(self.start[line]), int(self.end[line])
        codes = self.codes[start:end]
        return decode(folding().take(codes) if view == "folded" else codes), range(start, end)


@dataclass(frozen=True, slots=True)
class Hits:
    """Where hints stand: the number of each hint, its line, the places of its first character and of its second."""

    number: Ints
    line: Ints
    place: Ints
    second: Ints


class Hints:
    """Literals to look for, all in one pass: in the squeezed view, and of one character in the folded one."""

    def __init__(self, literals: Iterable[str]) -> None:
        self.literals = sorted(set(literals))
        self.number = {hint: n for n, hint in enumerate(self.literals)}
        self.length: Ints = np.array([len(hint) for hint in self.literals])
        longest = int(self.length.max(initial=3))
        # The characters of all hints by columns.
        self.columns = encode("".join(hint.ljust(longest) for hint in self.literals)).reshape(-1, longest).T
        self.alone: Ints = np.flatnonzero(self.length == 1)
        words = np.flatnonzero(self.length > 1)
        letters, letter = np.unique(self.columns[:2, words], return_inverse=True)
        letter = letter.reshape(2, -1)
        self.letter = np.zeros(CODE_POINTS, np.uint16)
        self.letter[letters] = np.arange(len(letters))
        # For each pair of letters the first hint that begins with it, and how many do: as sorted they stand together.
        pair, begin, count = np.unique(letter[0] * len(letters) + letter[1], return_index=True, return_counts=True)
        self.begin, self.count = np.zeros((2, len(letters) ** 2), np.int64)
        self.begin[pair], self.count[pair] = words[begin], count
        self.letters = len(letters)
        self.pairs = self.count > 0
        # For each pair a bit for every remainder of the characters behind it, all where a hint ends with the pair.
        self.thirds = np.zeros(len(letters) ** 2, np.uint64)
        bits = np.where(self.length[words] > 2, _bit(self.columns[2, words]), ~np.uint64(0))
        np.bitwise_or.at(self.thirds, letter[0] * len(letters) + letter[1], bits)
        kind = solid() * np.uint32(KEPT)
        kind[self.columns[0, self.alone]] |= ALONE
        group = (1 << letter[1] % GROUPS).astype(np.uint32)
        np.bitwise_or.at(kind, self.columns[0, words], group << AS_FIRST)
        kind[self.columns[1, words]] |= group << AS_SECOND
        self.kind = _as_folded(kind)
        # The numbers of the letters, for characters as they stand in a text.
        self.letter = _as_folded(self.letter)
        self.kind[encode(SENTENCE_ENDS)] |= END
        self.kind[encode(ODD_SIGNS)] |= ODD

    def found(self, views: Views) -> Hits:
        """Where the hints stand in some lines."""
        at, line, word = self._words(views)
        alone = np.flatnonzero(views.kind & ALONE != 0)
        code = folding().take(views.codes.take(alone))
        number = self.alone[np.searchsorted(self.columns[0, self.alone], code)]
        return Hits(
            np.concatenate([word, number]),
            np.concatenate([line, _rows(alone, np.append(views.start, len(views.codes)))]),
            np.concatenate([views.place[at], alone]),
            np.concatenate([views.place[at + 1], alone]),
        )

    def _words(self, views: Views) -> tuple[Ints, Ints, Ints]:
        """Where the hints of more characters stand in the squeezed view: the place in it, the line, the number."""
        kind = views.kind.take(views.place)
        groups = np.uint32((1 << GROUPS) - 1 << AS_SECOND)
        at = np.flatnonzero((kind[:-1] >> AS_FIRST - AS_SECOND & kind[1:] & groups) != 0)
        first, second = (self.letter.take(views.codes.take(views.place.take(at + k))) for k in (0, 1))
        pair = first * np.int64(self.letters) + second
        some = np.flatnonzero(self.pairs.take(pair))
        at, pair = at[some], pair[some]
        third = views.squeezed(np.minimum(at + 2, len(views.place) - 1))
        some = np.flatnonzero(self.thirds.take(pair) & _bit(third))
        at, pair, third = at[some], pair[some], third[some]
        count = self.count[pair]
        word = spans(self.begin[pair], count)
        third = np.repeat(third, count)
        fits = np.flatnonzero((self.columns[2].take(word) == third) | (self.length.take(word) == 2))
        word, at = word[fits], np.repeat(at, count)[fits]
        line = _rows(at, views.line)
        length = self.length.take(word)
        stands = at + length <= views.line[line + 1]
        k, going = 3, np.flatnonzero(stands & (length > 3))
        while len(going):
            same = views.squeezed(at[going] + k) == self.columns[k].take(word[going])
            stands[going[~same]] = False
            k, going = k + 1, going[same & (length[going] > k + 1)]
        return at[stands], line[stands], word[stands]


def _bit(codes: Codes) -> NDArray[np.uint64]:
    """The bit of each character among 64."""
    return np.uint64(1) << (codes & np.uint32(63)).astype(np.uint64)


def _rows(at: Ints, begin: Ints) -> Ints:
    """In which of the rows each of the sorted places lies; `begin`: where each row begins, and the last ends."""
    return np.repeat(np.arange(len(begin) - 1), np.diff(np.searchsorted(at, begin)))
