"""Word evidence: how well a stretch of Han characters divides into known words, for many stretches at once.

A break or a blank inside a word shows in `straddle`: the text with the two sides joined is much more probable than the
two sides apart. All look-ups are made in text folded to Simplified, code point by code point, so 關係, 關系 and 关系
are one word and no wrong conversion can hide it.

Method: unigram model, best division by dynamic programming (Viterbi), all windows of a text in one pass over numpy
columns. Knows nothing of lines, rules or edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import Codes, Ints, decode, encode
from cleancorpus.keys import PAIR_BITS, Hashes, Keys, hash_columns, pair_slots, unpack
from cleancorpus.text import CODE_POINTS

LONGEST = 5
SIDE = 6
# Natural log of the probability of a character that stands in no word.
UNKNOWN = -16.0

Floats = NDArray[np.float32]

# Characters beyond this are too rare for a probability of their own.
_SINGLES = 0xA000


def dictionary(name: str) -> Iterator[tuple[str, list[str]]]:
    """The entries of a dictionary of the package opencc-python-reimplemented: (key, its forms)."""
    text = files("opencc").joinpath("dictionary", f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        key, _, forms = line.partition("\t")
        if forms:
            yield key, forms.split(" ")


@lru_cache(maxsize=1)
def fold_table() -> Codes:
    """For every code point its Simplified form. 么 stays (the dictionary would make it 幺), as does 着 and 著."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for key, forms in dictionary("TSCharacters"):
        if len(key) == len(forms[0]) == 1 and key not in "么著":
            table[ord(key)] = ord(forms[0])
    table.flags.writeable = False
    return table


def fold(text: str) -> str:
    """`text` in Simplified, code point by code point, as the word list is."""
    return decode(fold_table()[encode(text)])


class Lexicon:
    """The word list: the log probabilities of characters in a table, of longer words by their hashes."""

    def __init__(self, tables: Iterator[Codes]) -> None:
        """tables: for each length the columns of the words' characters and their classes."""
        singles, *longer = tables
        self.singles = np.full(_SINGLES, UNKNOWN, np.float32)
        low = singles[0] < _SINGLES - 1
        self.singles[singles[0][low]] = np.maximum(_log_of(singles[1][low]), np.float32(UNKNOWN))
        self.singles[0] = 0
        # For every pair of characters (see `pair_slots`) a bit for each length of the words that may begin with it.
        self.begins = np.zeros(1 << PAIR_BITS, np.uint8)
        for n, table in enumerate(longer, 2):
            self.begins[pair_slots(table[0], table[1])] |= np.uint8(1 << n)
        self.words = Keys(np.concatenate([hash_columns(t[:-1]) for t in longer]))
        self.scores: Floats = _log_of(np.concatenate([t[-1] for t in longer]))

    def score(self, hashes: Hashes) -> Floats:
        """The log probability of each hashed word, -inf where it is no word."""
        found = self.words.find(hashes.ravel())
        out = np.full(len(found), -np.inf, np.float32)
        hit = np.flatnonzero(found >= 0)
        out[hit] = self.scores[found[hit]]
        return out.reshape(hashes.shape)

    def grams(self, windows: Codes) -> list[Floats]:
        """For n = 1 … LONGEST: the scores of all n-grams of each row, shape (rows, width - n + 1).

        windows: folded code points, shape (rows, width); 0 is no character and belongs to no word.
        """
        rows, width = windows.shape
        columns = windows.T
        flat = columns.ravel()
        begins = np.zeros((width, rows), np.uint8)
        begins[:-1] = self.begins.take(pair_slots(columns[:-1], columns[1:]))
        begins *= columns != 0
        places = []
        for n in range(2, min(LONGEST, width) + 1):
            begins[width - n + 1 :] = 0
            places.append(np.flatnonzero((begins & np.uint8(1 << n)) != 0))
        hashes = [hash_columns([flat.take(at + k * rows) for k in range(n)]) for n, at in enumerate(places, 2)]
        scores = self.score(np.concatenate([np.zeros(0, np.uint64), *hashes]))
        found = [self.singles.take(columns, mode="clip").T]
        for n, at in enumerate(places, 2):
            table = np.full((width - n + 1, rows), -np.inf, np.float32)
            table.ravel()[at], scores = scores[: len(at)], scores[len(at) :]
            found.append(table.T)
        return found

    def best(self, grams: list[Floats], start: int, end: int) -> Floats:
        """The log probability of the best division of columns [start, end) of every row."""
        rows = grams[0].shape[0]
        reach = [np.zeros(rows, np.float32)]
        for j in range(start + 1, end + 1):
            top = reach[-1] + grams[0][:, j - 1]
            for n in range(2, min(LONGEST, j - start) + 1):
                top = np.maximum(top, reach[-n] + grams[n - 1][:, j - n])
            reach.append(top)
        return reach[-1]


def _log_of(classes: Codes) -> Floats:
    """The log probability that a class stands for: 2 ** (-class / 4)."""
    logs: Floats = (-classes.astype(np.float64) / 4 * np.log(2)).astype(np.float32)
    return logs


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The word list that the package carries."""
    return Lexicon(unpack("words.bin"))


def windows(codes: Codes, han: NDArray[np.bool_], left: Ints, right: Ints, side: int = SIDE) -> Codes:
    """Rows of 2 * side folded characters: the Han run that ends before `left` and the one that begins at `right`.

    left, right: places in `codes`, left <= right; what lies between them is passed over. Characters beyond the first
    that is no Han are 0.
    """
    places = np.empty((2 * side, len(left)), np.int64)
    for k in range(side):
        places[side - 1 - k], places[side + k] = left - 1 - k, right + k
    goes_on = han.take(places, mode="clip") & (places >= 0) & (places < len(codes))
    for k in range(1, side):
        goes_on[side - 1 - k] &= goes_on[side - k]
        goes_on[side + k] &= goes_on[side + k - 1]
    out = fold_table().take(codes.take(places, mode="clip"))
    out *= goes_on
    return out.T


def straddle(codes: Codes, han: NDArray[np.bool_], left: Ints, right: Ints) -> Floats:
    """How much better the Han characters before `left` and from `right` on divide into words joined than apart.

    In natural log units: 0 where a word ends at the gap, above 4 where a word surely goes on across it.
    """
    if not len(left):
        return np.zeros(0, np.float32)
    words = lexicon()
    rows = windows(codes, han, left, right)
    grams = words.grams(rows)
    return words.best(grams, 0, 2 * SIDE) - words.best(grams, 0, SIDE) - words.best(grams, SIDE, 2 * SIDE)


@lru_cache(maxsize=1)
def _edges() -> list[tuple[Floats, Ints, Floats]]:
    """Of the starts and of the ends of lines: the odds of each character; the pairs, sorted, and the odds of each."""
    out = []
    tables = list(unpack("edges.bin"))
    for single, pairs in (tables[:2], tables[2:]):
        odds = np.zeros(1 << 16, np.float32)
        odds[single[0]] = single[1].astype(np.float32) / 8 - 16
        keys = pairs[0].astype(np.int64) << 16 | pairs[1]
        out.append((odds, keys, pairs[2].astype(np.float32) / 8 - 16))
    return out


def edges(codes: Codes, left: Ints, right: Ints) -> tuple[Floats, Floats]:
    """How much oftener (log odds) what begins at `right` stands inside a paragraph than at the start of a line, and
    what ends before `left` inside a paragraph than at the end of a line that no stop ends; 0 for what is no Han."""
    first, last = ((right, right + 1), (left - 2, left - 1))
    out = []
    for near, at, (single, keys, odds) in zip((first[0], last[1]), (first, last), _edges(), strict=True):
        pair = [np.minimum(fold_table().take(codes.take(k, mode="clip")), 0xFFFF) for k in at]
        said = pair[0].astype(np.int64) << 16 | pair[1]
        found = np.minimum(np.searchsorted(keys, said), len(keys) - 1)
        alone = single.take(np.minimum(fold_table().take(codes.take(near, mode="clip")), 0xFFFF))
        out.append(np.where(keys[found] == said, odds[found], alone))
    return out[0], out[1]


def division(codes: Codes, han: NDArray[np.bool_], at: Ints) -> tuple[Ints, Ints]:
    """The word over each place in the best division of its surroundings: where it begins and how long it is."""
    rows = windows(codes, han, at, at)
    words = lexicon()
    grams = words.grams(rows)
    left = _reach(grams)
    right = _reach([g[:, ::-1] for g in grams])
    over = [(start, n) for n in range(1, LONGEST + 1) for start in range(SIDE - n + 1, SIDE + 1)]
    scores = [left[start] + grams[n - 1][:, start] + right[2 * SIDE - start - n] for start, n in over]
    start, length = np.array(over)[np.argmax(scores, axis=0)].T
    return at - SIDE + start, length


def _reach(grams: list[Floats]) -> list[Floats]:
    """The best score of a division of the first 0, 1, … SIDE columns."""
    reach = [np.zeros(grams[0].shape[0], np.float32)]
    for j in range(1, SIDE + 1):
        top = reach[-1] + grams[0][:, j - 1]
        for n in range(2, min(LONGEST, j) + 1):
            top = np.maximum(top, reach[-n] + grams[n - 1][:, j - n])
        reach.append(top)
    return reach
