"""What stands around a place: the kind of every character, the nearest letter on either side, lines that are code.

`spaces` and `punctuation` decide by the same context, so that a blank before a mark goes where the mark is widened.
Knows nothing of edits or rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Codes, Ints, covered
from cleancorpus.profile import CODE, GUARDED, Profile
from cleancorpus.text import BLANK, CODE_POINTS, HAN, LF, Text, among

Kinds = NDArray[np.uint8]

OTHER, LETTER, DIGIT, IDEOGRAPH, KANA, HANGUL, MARK, HALF, GAP, BREAK = range(10)
# Full-width and Chinese marks; ASCII marks that have a full-width twin in Chinese text.
MARKS = "，。、；：？！“”‘’「」『』《》〈〉（）【】〔〕〖〗［］｛｝…—―─－–⋯‥﹏～·．｡､｢｣"
HALVES = ",;:?!.()\"'-¨"
# The commonest of all.
COMMON = frozenset("，。、；：？！,.;:?!")
# How far the nearest letter is looked for, past marks and blanks.
REACH = 12
# A line with more than one kana or Hangul to so many Han is Japanese or Korean; Chinese names a word or two.
FOREIGN = 8


@lru_cache(maxsize=1)
def kind_table() -> Kinds:
    table = np.zeros(CODE_POINTS, np.uint8)
    table[0x00C0:0x0590] = LETTER
    table[0x1E00:0x2000] = LETTER
    table[0xD7] = table[0xF7] = OTHER
    for first, last in ((0x41, 0x5A), (0x61, 0x7A), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)):
        table[first : last + 1] = LETTER
    table[0x30:0x3A] = table[0xFF10:0xFF1A] = DIGIT
    table[0x3041:0x3100] = table[0x31F0:0x3200] = table[0xFF66:0xFFA0] = KANA
    table[0x30FB] = MARK
    table[0x1100:0x1200] = table[0x3130:0x3190] = table[0xAC00:0xD7A4] = HANGUL
    for first, last in HAN:
        table[first : last + 1] = IDEOGRAPH
    table[[ord(c) for c in MARKS]] = MARK
    table[[ord(c) for c in HALVES]] = HALF
    table[[ord(c) for c in BLANK]] = GAP
    table[LF] = BREAK
    table.flags.writeable = False
    return table


def runs(places: Ints) -> tuple[Ints, Ints]:
    """The spans of neighbouring places; `places` in order."""
    gap = np.flatnonzero(np.diff(places) > 1)
    first, last = np.append(0, gap + 1)[: len(places)], np.append(gap, len(places) - 1)[: len(places)]
    return places[first], places[last] + 1


def nearest(kind: Kinds, places: Ints, step: int) -> Kinds:
    """The kind of the nearest character to the left (step -1) or right (+1) of each place that is no mark or blank."""
    passed = np.zeros(10, np.bool_)
    passed[[MARK, HALF, GAP]] = True
    out = kind.take(places + step)
    going = np.flatnonzero(passed.take(out))
    for far in range(2, REACH + 1):
        if not len(going):
            return out
        found = kind.take(places[going] + step * far)
        out[going] = found
        going = going[passed.take(found)]
    out[going] = OTHER
    return out


def one_of(codes: NDArray[np.uint16], members: Iterable[str]) -> Bools:
    """Which of the characters are among some few."""
    found = np.zeros(len(codes), np.bool_)
    for c in members:
        found |= codes == ord(c)
    return found


def any_of(kind: Kinds, *wanted: int) -> Bools:
    """Which of the kinds are among those wanted."""
    table = np.zeros(10, np.bool_)
    table[list(wanted)] = True
    return table.take(kind)


# A line of code by its look: what it begins with, ends with, or assigns.
CODE_LINE = regex.compile(
    r"^\s*(?:#include|#define|import\s|from\s+\w+\s+import|(?:def|class|func|function)\s+\w|return\b|var\s|let\s|const\s"
    r"|public\s|private\s|static\s|if\s*\(|for\s*\(|while\s*\(|\}|\{|//|/\*|\*/|<\?|<!|\$\s|>>>|SELECT\s|INSERT\s|echo\s"
    r"|print\w*\s*\()"
    r"|(?<!\p{Han})[;{}]\s*$|[\w\])]\s*(?:=|\+=|:=|==|=>|->)\s*[\w\"'\[{(]|\w\(\s*[\"'][^\"']*[\"']\s*\)"
    r"|\\[A-Za-z]+\s*[{\[]|\\[nt](?![A-Za-z])"
)
# A line of data by its look: values in quotes with commas or colons between them, a list of quoted words, a field of a
# template, a key with a quoted text.
DATA_LINE = regex.compile(
    r"""(?a)["'],\s*$|\[["']|\{[A-Za-z_][\w.]*\}|^\s*["'][^"']*["']\s*:\s*["'\[{\d]"""
    r"""|^(?:"[^"]*"|[\w.:/+-]*)(?:,(?:"[^"]*"|[\w.:/+-]*))+\s*$|^\s*,?[A-Za-z_][\w.\[\]]*\s*(?:\s|:)\s*(?:"[^"]*"|'[^']*')\s*$"""
)
# The kind of publication in a reference: 书名[M]. 北京: 出版社, 1990; [A], [C], [D] begin the options of questions too.
# And a tag of a song's text: [ti:歌名].
REFERENCE = regex.compile(r"\[(?:[MJNRSPZ]|EB|DB|CP|[ACDG](?=\][.,/]|/))(?:/[A-Z]{2})?\]|^\[[a-z]{2,6}:.*\]$")
# And its publisher and year, where the kind is not said: 作者. 书名. 北京: 出版社, 1990.
PUBLISHED = regex.compile(r"[.．:：] ?\p{Han}{2,16}[社馆館局], ?(?:19|20)\d\d(?![\d年])")
# Nothing but short words with commas between them, among lists: a line of a word list, no sentence.
WORDS = regex.compile(r"^\s*\p{Han}{1,4}(?:,\p{Han}{1,4})+\s*$")
ADDRESS = regex.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\p{P}--[\x21-\x7e]]*", regex.V1)
SPAN = regex.compile(r"(`+)[^`\n].*?\1")
CODE_SIGNS = "={}<>$\\;"


class Context:
    """A text with what its characters are, where its marks stand, and what of it nobody may touch.

    kind: the kind of every character, and behind the last one a break, which by its number (-1) stands before the first
    one too. marks: the places of Chinese and ASCII marks, in order.
    """

    def __init__(self, text: Text, profile: Profile) -> None:
        self.text, self.profile = text, profile
        self.codes = text.codes

    @cached_property
    def kind(self) -> Kinds:
        found = np.full(len(self.codes) + 1, BREAK, np.uint8)
        kind_table().take(self.codes, out=found[:-1], mode="clip")
        return found

    @cached_property
    def marks(self) -> Ints:
        return np.flatnonzero((self.kind == MARK) | (self.kind == HALF))

    @cached_property
    def marked(self) -> NDArray[np.uint16]:
        """The characters at `marks`."""
        return self.codes.take(self.marks).astype(np.uint16)

    @cached_property
    def rare(self) -> tuple[Ints, NDArray[np.uint16]]:
        """The marks that are no commas or stops, few of all: their places and characters."""
        chosen = np.flatnonzero(~one_of(self.marked, COMMON))
        return self.marks[chosen], self.marked[chosen]

    def among_marks(self, members: str) -> Ints:
        """The places of the given marks."""
        places, codes = self.rare if COMMON.isdisjoint(members) else (self.marks, self.marked)
        return places[np.flatnonzero(one_of(codes, members))]

    def behind(self, places: Ints) -> Codes:
        """The character behind each place, a line break at the end of the text."""
        found = self.codes.take(places + 1, mode="clip")
        found[places + 1 == len(self.codes)] = LF
        return found

    def rows(self, members: str, single: str = "") -> tuple[Ints, Ints]:
        """The spans of two or more of the given marks in a row, and of one alone where it is among `single`."""
        at = self.among_marks(members)
        touches = np.diff(at) == 1
        chosen = among(single).take(self.codes[at])
        chosen[1:] |= touches
        chosen[:-1] |= touches
        return runs(at[chosen])

    def count(self, kind: int) -> Ints:
        """How many characters of the kind each line has."""
        if kind not in self._counts:
            self._counts[kind] = np.add.reduceat(self.kind == kind, self.text.lines.start, dtype=np.int32)
        return self._counts[kind]

    @cached_property
    def _counts(self) -> dict[int, Ints]:
        return {}

    def coded(self, places: Ints) -> Bools:
        """Which places stand in lines that the survey takes for code."""
        return self._laid_out(places, CODE)

    def _laid_out(self, places: Ints, kind: int) -> Bools:
        """Which places stand in lines that the survey takes for a kind."""
        layout = self.profile.layout
        if not (layout.kind == kind).any():
            return np.zeros(len(places), np.bool_)
        found: Bools = layout.kind[layout.run_of(self.text.raw_at(places))] == kind
        return found

    @cached_property
    def foreign(self) -> Bools:
        """Which lines are Japanese or Korean: to FOREIGN Han they have more than one kana or Hangul."""
        lines, places = self.text.lines, np.flatnonzero(self.kind - np.uint8(KANA) <= HANGUL - KANA)
        if not len(places):
            return np.zeros(len(lines), np.bool_)
        held = np.searchsorted(places, lines.end) - np.searchsorted(places, lines.start)
        found: Bools = held * FOREIGN > self.count(IDEOGRAPH)
        return found

    @cached_property
    def closed(self) -> Bools:
        """Which lines are code or data, as the survey says or by their look, references, foreign or hardly Chinese."""
        lines, latin = self.text.lines, self.count(LETTER)
        closed = (self.count(IDEOGRAPH) * 8 < latin) | self.foreign | self.coded(lines.start)
        odd = np.flatnonzero(self.kind == OTHER)
        odd = odd[among(CODE_SIGNS, "[").take(self.codes[odd])]
        opens, letters = self.codes[odd] == ord("["), among((0x41, 0x5A), (0x61, 0x7A), "_")
        letter = letters.take(self.behind(odd))
        signs = np.concatenate([odd[~opens], self.among_marks(CODE_SIGNS)])
        fields = odd[letter & (self.codes[odd] == ord("{"))]
        commas = self.among_marks(",")
        commas = commas[among("社馆館局").take(self.codes.take(commas - 1, mode="clip"))]
        for look, places in (
            (CODE_LINE, signs[latin[lines.of(signs)] > 1]),
            (DATA_LINE, np.concatenate([fields, self._quotes_of_data()])),
            (REFERENCE, odd[opens & letter]),
            (PUBLISHED, commas),
            (WORDS, self._lists_of_words()),
        ):
            some = np.zeros(len(lines), np.bool_)
            some[lines.of(places)] = True
            for i in np.flatnonzero(some & ~closed).tolist():
                closed[i] = look.search(self.text.string[int(lines.start[i]) : int(lines.end[i])]) is not None
        return closed

    def _lists_of_words(self) -> Ints:
        """The starts of lines of Han and commas among lists."""
        lines, commas = self.text.lines, self.among_marks(",")
        some = np.flatnonzero(self.kind[lines.end - 1] == IDEOGRAPH)
        start, end = lines.start[some], lines.end[some]
        held = np.searchsorted(commas, end) - np.searchsorted(commas, start)
        lists = start[(held > 0) & (held + self.count(IDEOGRAPH)[some] == end - start)]
        found: Ints = lists[self._laid_out(lists, GUARDED)]
        return found

    def _quotes_of_data(self) -> Ints:
        """The straight quotes that may hold data: at the beginning of a list; beside a comma or a colon, or at the end
        of a line that begins with a Latin word or a comma, where the line begins and ends with ASCII."""
        lines, at = self.text.lines, self.among_marks("\"'")
        if not len(at):
            return at
        before, after, of = self.codes.take(at - 1, mode="clip"), self.behind(at), lines.of(at)
        first, last = lines.first[of], lines.last[of] - 1
        parts = among(",:")
        key = (self.kind[first] == LETTER) | (self.codes[first] == ord(","))
        beside = parts.take(before) | parts.take(after) | (key & (at == last))
        ends = (self.codes[first] < 0x80) & (self.codes[last] < 0x80)
        found: Ints = at[(before == ord("[")) | (beside & ends)]
        return found

    @cached_property
    def literal(self) -> tuple[Ints, Ints]:
        """The spans between backticks and of addresses."""
        start, end = np.array(literal(self.text), np.int64).reshape(-1, 2).T
        return start, end

    def untouchable(self, places: Ints) -> Bools:
        """Which of the places, in order, stand in code, in an address, or in a line that is hardly Chinese."""
        lines = self.text.lines
        shut = np.flatnonzero(self.closed)
        start, end = self.literal
        return inside(places, lines.start[shut], lines.end[shut]) | inside(places, start, end)


def inside(places: Ints, start: Ints, end: Ints) -> Bools:
    """Which of the places, in order, stand in one of the disjoint spans."""
    if not len(start):
        return np.zeros(len(places), np.bool_)
    return covered(len(places), np.searchsorted(places, start), np.searchsorted(places, end))


def literal(text: Text) -> list[tuple[int, int]]:
    """The spans of code between backticks and of addresses, sorted and disjoint."""
    found: list[tuple[int, int]] = []
    codes = text.codes
    colon = np.flatnonzero(codes[:-2] == ord(":"))
    if (codes == ord("`")).any():
        found += [m.span() for m in SPAN.finditer(text.string)]
    if ((codes[colon + 1] == ord("/")) & (codes[colon + 2] == ord("/"))).any():
        for m in ADDRESS.finditer(text.string):
            prose = regex.search(r"[,;!()]+(?=\p{Han})|\p{Han}[,;:!?]", m.group())
            found.append((m.start(), m.start() + (prose.start() if prose else len(m.group()))))
    out: list[tuple[int, int]] = []
    for a, b in sorted(found):
        if b > a and (not out or a >= out[-1][1]):
            out.append((a, b))
    return out
