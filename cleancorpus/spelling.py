"""Names and addresses of sites that show by how they are spelt, wherever they stand: characters set apart by marks,
words of two widths or alphabets, stretches riddled with signs.

Knows a line at a time; what is bound to such a span is told in `sites`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.addresses import Known, stretches
from cleancorpus.edits import Ints
from cleancorpus.riddled import may_be, riddled
from cleancorpus.sites import Site
from cleancorpus.text import Text, among, blank
from cleancorpus.views import KEPT, ODD, ODD_SIGNS, Hits, Views, folding

QUOTES = "“”‘’「」『』"
ODD_MARK = regex.compile(r"[#&*^%$@~+|·]")
# Single characters set apart by signs, some of lists among them; so many are no chance, one less if the signs differ.
ONE = r"[\p{Han}A-Za-z0-9]"
SIGNS = ODD_SIGNS + "●"
SET_APART = regex.compile(rf"(?<!{ONE}){ONE}?[{SIGNS}]{{1,3}}(?:{ONE}[{SIGNS}]{{1,3}})+(?:{ONE}(?!{ONE}))?")
APART = 4
# With these signs so many of them are Han: 6÷2÷3÷1 is a sum.
OF_SUMS, WORDED = "÷€", 2
# A word of letters, and within how many of them its widths change again.
WORD = regex.compile("[a-z0-9]{4,}")
LETTERS = 12
# Letters of an alphabet that shares no word with the Latin one, small capitals, letters and numbers with brackets.
OTHER = ((0x400, 0x52F), (0x1D00, 0x1D7F), (0x2474, 0x24E9))
# What a riddled stretch weighs at least: at 1 as at 4 nothing in 5.2 million characters of prose, lists and news is
# one, and as many labelled watermarks are; and how many odd characters a line has that may hold one.
RIDDLED, FEW = 4.0, 2
# From a letter or digit to the full-width one.
WIDER = np.uint32(ord("Ａ") - ord("A"))

# A line, and where in the text a span of it begins and ends.
Found = tuple[int, int, int]


def scattered(text: Text, views: Views, hits: Hits, known: Known) -> Iterator[Found]:
    """Names of sites whose characters are set apart by marks: looked for where a mark parts a pair of their words
    (hits), and where signs that nobody writes there part single characters."""
    some = hits.second - hits.place > 1
    # What is only parted by the beginning of a quotation is not set apart.
    apart = ~(blank() | among(QUOTES))[text.codes[hits.place[some] + 1]]
    apart &= ~among(QUOTES)[text.codes[hits.second[some] - 1]]
    for i in np.unique(hits.line[some][apart]).tolist():
        string, place = views.of("folded", i)
        marked = [m for m in known.pattern("⟨broken⟩").finditer(string) if ODD_MARK.search(m.group())]
        for m in (*known.pattern("⟨scattered⟩").finditer(string), *marked):
            yield i, int(place[m.start()]), int(place[m.end() - 1]) + 1
    signs = np.flatnonzero((views.kind & ODD) != 0)
    twice = signs[:-1][np.diff(signs) == 2]
    for i in np.unique(text.lines.of(twice[views.kind[twice + 1] & KEPT > 0])).tolist():
        start = int(text.lines.start[i])
        for m in SET_APART.finditer(text.string[start : int(text.lines.end[i])]):
            signs_in = {c for c in m.group() if c in SIGNS}
            said = sum(c not in signs_in for c in m.group())
            if signs_in & set(OF_SUMS) and sum(not c.isascii() for c in m.group() if c not in signs_in) < WORDED:
                continue
            if said >= APART or (said >= APART - 1 and len(signs_in) > 1):
                yield i, start + m.start(), start + m.end()


def two_widths(text: Text, wide: Ints, views: Views) -> Iterator[Found]:
    """Words of letters of two widths or two alphabets, which change more than once; wide: the places of the letters
    that are full-width in the raw text."""
    place, low = text.lines.low
    other = place[among(*OTHER).take(low)]
    if not len(wide) + len(other):
        return
    kind = np.zeros(len(text) + 1, np.int8)
    kind[wide], kind[other] = 1, 2
    turns = np.flatnonzero(kind[1:-1] != kind[:-2])
    plain = [folding().take(text.codes[turns + k]) for k in (0, 1)]
    letters = np.logical_and(*(among((0x61, 0x7A)).take(codes) for codes in plain))
    digits = np.logical_and(*(among((0x61, 0x7A), (0x30, 0x39)).take(codes) for codes in plain))
    turns = turns[letters | (digits & ((kind[turns] == 2) | (kind[turns + 1] == 2)))]
    line = text.lines.of(turns)
    for i in np.unique(line[1:][(np.diff(line) == 0) & (np.diff(turns) < LETTERS)]).tolist():
        start = int(text.lines.start[i])
        for m in WORD.finditer(views.of("folded", i)[0]):
            a, b = start + m.start(), start + m.end()
            if np.count_nonzero((turns >= a) & (turns < b)) > 1:
                yield i, a, b


def riddled_in(text: Text, wide: Ints, pairs: NDArray[np.float64], known: Known) -> Iterator[Found]:
    """Stretches riddled with signs and odd letters, with the name or the slogan of a site beside them."""
    place, low = text.lines.low
    digits = text.at(np.flatnonzero(text.raw - ord("０") <= 9) + text.origin) if len(wide) else wide
    lines, count = np.unique(text.lines.of(may_be(low, place, wide, text.codes)), return_counts=True)
    for i in lines[count >= FEW].tolist():
        for start, end in stretches(text.string, int(text.lines.first[i]), int(text.lines.last[i])):
            codes = text.codes[start:end].copy()
            for places in (wide, digits):
                codes[places[slice(*np.searchsorted(places, [start, end]))] - start] += WIDER
            found = list(riddled(codes, pairs, RIDDLED))
            site = Site(text.string[start:end], frozenset(), False, known) if found else None
            for a, b in found:
                if site and (span := site.judged(a, b, True)):
                    yield i, start + min(a, span[0]), start + max(b, span[1])
