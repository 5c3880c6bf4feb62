"""Places that may be headings: what is known of each, and of the lines around it.

The stage finds them block by block; here they are put together as if the file had been one block. Which of them are
headings is decided in `chain`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import chain, compress, count
from typing import Any, NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Ints
from cleancorpus.lexicon import fold
from cleancorpus.rules import Rules, compiled
from cleancorpus.text import among

NUMBERED = "headings/numbered-title"
TITLED = "headings/title"
POINT = "headings/list-break"
PREFACE = "headings/preface"
VOLUME = "headings/volume"
CHAPTER = "headings/chapter"
DIARY = "headings/diary"
DAY = "headings/day"
STARRED = "headings/starred"
PLAIN_NUMBER = "headings/numbered"
# The family of the lines that may stand in a table of contents without a number; they are no headings there.
ENTRY = "headings/title entry"
# What tells the family of those whose title is made as that of an essay from the others of a rule.
FORMED = " title"
EXAM = "headings/exam"
# Families that name themselves (第…章, 篇…): a heading of theirs needs less to be believed.
WORDED = ("headings/volume", "headings/piece", "headings/part", "headings/chapter", "headings/section")
BOOK = ("headings/volume", "headings/chapter", "headings/section")
COMPILED = ("headings/piece", "headings/part", NUMBERED)
LOW = ("headings/outline", "headings/numbered", "headings/bare-number", "headings/bracketed")

# What a line ends in that is not broken off.
STOPS = "。！？…!?.．～~；;”’」』）)》〉】]\"'"
# A line shorter than this was not broken off, whatever it ends in; one longer than that is a paragraph or part of one.
SHORT = 22
LONG = 28
# What a line with a date begins with.
DATED = "12发發更日时時来來作编編记記(（[［【"
SEPARATORS = "-=*＊—_~＝－#☆★◆※…"
# A table of contents has at most this many entries.
MOST_ENTRIES = 300
COMMAS = "，,、:：“‘「『（("


_contents = regex.compile(r"[【\[《]?[^，。；：:]{0,12}?目\s*[录錄次]\s*[】\]》]?[:：]?")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places that may be headings, as columns, in order. All places are raw offsets.

    row: the number of its line among those that are not blank, whole: how long that line is. clear: something parts the
    ordinal from the title. near_edge: it stands at the beginning or the end of its block. led: the line above was read
    for a heading. cut: a watermark stood between it and the line above. told: one that said when a page was put up and
    where it is from stood between it and the line below. stopped: a sentence ends right before it in its line. bare: a
    title for which nothing in its block speaks. listed: its line ends in leaders and a page number. text: its line (cut
    off if long). above, below: the lines around it where they are asked for and lie in its block; below_end: where the
    one below ends.
    """

    start: Ints
    end: Ints
    ordinal_end: Ints
    title_end: Ints
    below_end: Ints
    row: Ints
    whole: Ints
    near_edge: Bools
    led: Bools
    cut: Bools
    told: Bools
    stopped: Bools
    listed: Bools
    rule: Sequence[str]
    family: Sequence[str]
    number: Sequence[int]
    title: Sequence[str]
    inline: Sequence[bool]
    glued: Sequence[bool]
    clear: Sequence[bool]
    text: Sequence[str]
    bare: Sequence[bool]
    above: list[str]
    below: list[str]

    @classmethod
    def none(cls) -> Candidates:
        ints, bools = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        columns: list[Any] = [*[ints] * 7, *[bools] * 6, *[()] * 9, [], []]
        return cls(*columns)

    def __len__(self) -> int:
        return len(self.start)


COLUMNS = [f.name for f in fields(Candidates)]


class Candidate(NamedTuple):
    """One of the candidates of a file, with what the lines around it say.

    gap, room: how many blank lines stand above and below it. over: how long the line above is, under, second: the two
    below. ended: the line above ends a sentence. parted: it is a line of separators. context: how well a heading can
    stand here.
    """

    nth: int
    start: int
    end: int
    ordinal_end: int
    title_end: int
    below_end: int
    row: int
    whole: int
    near_edge: bool
    led: bool
    cut: bool
    told: bool
    stopped: bool
    listed: bool
    rule: str
    family: str
    number: int
    title: str
    inline: bool
    glued: bool
    clear: bool
    text: str
    bare: bool
    above: str
    below: str
    gap: int
    room: int
    over: int
    under: int
    second: int
    ended: bool
    parted: bool
    context: float


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines that are not blank: how long, their first and last characters, how many blank lines stand above, and
    how many half-width columns of blanks before them."""

    width: NDArray[np.int32]
    first: NDArray[np.uint32]
    last: NDArray[np.uint32]
    gap: NDArray[np.int32]
    indent: NDArray[np.uint8]

    @classmethod
    def none(cls) -> Rows:
        numbers, codes = np.zeros(0, np.int32), np.zeros(0, np.uint32)
        return cls(numbers, codes, codes, numbers, np.zeros(0, np.uint8))

    def __len__(self) -> int:
        return len(self.width)

    @property
    def separators(self) -> Bools:
        """Which lines are made of one mark that parts texts."""
        parts: Bools = (self.width >= 3) & among(SEPARATORS)[self.first] & (self.first == self.last)
        return parts


@dataclass(frozen=True, slots=True)
class Found:
    """What one block tells: its rows and candidates, the texts of its first and last row, whether the last was read for
    a heading, where the first row ends, how many blank lines stand below the last, and whether a watermark did; told:
    whether one that said when a page was put up stood above the first."""

    rows: Rows
    candidates: Candidates
    head: str
    tail: str
    led: bool
    head_end: int
    blank: int
    cut: bool
    told: bool = False


@dataclass(frozen=True, slots=True)
class TitleForms:
    """What titles without a number, and the lines beside them, look like. ends: what they may end in, by its last
    character."""

    date: regex.Pattern[str]
    byline: regex.Pattern[str]
    greeting: regex.Pattern[str]
    passage: regex.Pattern[str]
    form: regex.Pattern[str]
    ends: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, rules: Rules) -> TitleForms:
        keys = ("date_line", "byline", "greeting", "passage_after", "title_form")
        date, byline, greeting, passage, form = (compiled(rules.setting("headings", key)) for key in keys)
        ends: dict[str, tuple[str, ...]] = {}
        for end in rules.setting("headings", "title_ends"):
            ends[end[-1:]] = (*ends.get(end[-1:], ()), end)
        return cls(date, byline, greeting, passage, form, ends)

    def dated(self, line: str) -> bool:
        return self.date.fullmatch(line) is not None

    def named(self, line: str) -> bool:
        return self.byline.fullmatch(line) is not None

    def greets(self, line: str) -> bool:
        return self.greeting.fullmatch(line) is not None

    def essay(self, line: str) -> bool:
        """Whether a line ends as the titles of essays do."""
        return line.endswith(self.ends.get(line[-1:], ()))

    def title(self, line: str) -> bool:
        """Whether a line is made as the titles of essays are."""
        return self.essay(line) or self.form.search(line) is not None


def gather(found: Sequence[Found], gone: Ints) -> tuple[Rows, list[Candidate]]:
    """The rows and candidates of all blocks as if they had been one, and as if the rows `gone` had not been there."""
    filled = [f for f in found if len(f.rows)]
    if not filled:
        return Rows.none(), []
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        parts = [getattr(f.candidates, name) for f in filled]
        columns[name] = np.concatenate(parts) if isinstance(parts[0], np.ndarray) else list(chain(*parts))
    gaps = []
    heads = iter([*filled[1:], None])
    at, number, blank, tail, led, cut = 0, 0, 0, "", False, False
    lasts: list[int] = []
    for f in found:
        if f.told:
            columns["told"][lasts] = True
        if not len(f.rows):
            blank += f.blank
            cut |= f.cut
            continue
        after, own = next(heads), f.candidates.row
        gaps.append(f.rows.gap.copy())
        gaps[-1][0] += blank
        for i in (at + np.flatnonzero(own == 0)).tolist():
            columns["above"][i], columns["led"][i] = tail, led
            columns["cut"][i] |= cut
        lasts = (at + np.flatnonzero(own == len(f.rows) - 1)).tolist()
        for i in lasts:
            columns["below"][i], columns["below_end"][i] = (after.head, after.head_end) if after else ("", -1)
        columns["row"][at : at + len(own)] += number
        at, number = at + len(own), number + len(f.rows)
        blank, tail, led, cut = f.blank, f.tail, f.led, f.cut
    width, first, last, indent = (
        np.concatenate([getattr(f.rows, name) for f in filled]) for name in ("width", "first", "last", "indent")
    )
    rows = Rows(width, first, last, np.concatenate(gaps), indent)
    if len(gone):
        rows, columns = _without(gone, rows, columns)
    columns |= _around(rows, columns)
    listed = (c.tolist() if isinstance(c, np.ndarray) else c for c in columns.values())
    return rows, list(map(Candidate._make, zip(count(), *listed)))


def _without(gone: Ints, rows: Rows, columns: dict[str, Any]) -> tuple[Rows, dict[str, Any]]:
    """The rows and candidates without the rows `gone`: the lines around them become neighbours."""
    goes = np.zeros(len(rows) + 1, np.bool_)
    goes[gone] = True
    row, stays = columns["row"], ~goes[:-1]
    below = goes[row - 1] & (row > 0)
    columns["cut"] |= below
    for i in np.flatnonzero(below).tolist():
        columns["above"][i] = ""
    for i in np.flatnonzero(goes[row + 1]).tolist():
        columns["below"][i] = ""
    # The blank lines above a row that goes stay.
    total = np.append(0, np.cumsum(rows.gap)[stays])
    gap = np.diff(total).astype(np.int32)
    left = Rows(rows.width[stays], rows.first[stays], rows.last[stays], gap, rows.indent[stays])
    kept = stays[row]
    kept_columns = {
        name: column[kept] if isinstance(column, np.ndarray) else list(compress(column, kept))
        for name, column in columns.items()
    }
    kept_columns["row"] -= np.cumsum(goes)[kept_columns["row"]]
    return left, kept_columns


def _around(rows: Rows, columns: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """What the lines around the candidates say."""
    row = columns["row"]
    gap = np.where(row > 0, rows.gap[row], 9)
    room = np.append(rows.gap, 9)[row + 1]
    over = rows.width[row - 1]
    under, second = (np.append(rows.width, [0, 0])[row + k] for k in (1, 2))
    above = rows.last[row - 1]
    ended = among(STOPS)[above]
    good = np.where(under > columns["whole"], 0.3, 0.0)
    broken = np.where(among(COMMAS)[above], good - 2.0, np.where(over >= SHORT, good - 1.5, good))
    parted = (row > 0) & rows.separators[row - 1]
    apart = np.where((gap > 0) | parted, good + 1.0, np.where(ended, good + 0.6, broken))
    inside = np.where(columns["stopped"], 1.5, 0.3)
    context = np.where(np.array(columns["inline"], np.bool_), inside, apart)
    names = ("gap", "room", "over", "under", "second", "ended", "parted", "context")
    return dict(zip(names, (gap, room, over, under, second, ended, parted, context), strict=True))


@lru_cache(maxsize=1 << 13)
def plain(title: str) -> str:
    """A title for comparing: folded to Simplified, letters, digits and Han only."""
    return fold("".join(filter(str.isalnum, title)))


def is_contents(line: str) -> bool:
    """Whether a line is the heading of a table of contents."""
    return _contents.fullmatch(line) is not None


def begin_alike(title: str, line: str) -> bool:
    """Whether a line may say a title again, by the first characters."""
    a, b = plain(title[:1]), plain(line[:1])
    return not a or not b or a == b


_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2}
_VOLUMES = {"上": 1, "中": 2, "下": 3}
_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ENGLISH = {said: n for all_said in (_WORDS, _ROMAN) for n, said in enumerate(all_said.split(), 1)}
_UNITS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}


@lru_cache(maxsize=1 << 10)
def value(said: str) -> int:
    """The number that digits, Chinese numerals, English words or 上 中 下 say; 0 where they say none."""
    said = "".join(said.split())
    if said in _VOLUMES:
        return _VOLUMES[said]
    if len(said) == 1 and "①" <= said <= "⑳":
        return ord(said) - ord("①") + 1
    if said.isascii():
        return int(said) if said.isdigit() else _ENGLISH.get(said.lower(), 0)
    if not any(c in _UNITS for c in said):
        digits = "".join(str(_DIGITS[c]) for c in said if c in _DIGITS)
        return int(digits) if digits else 0
    total, digit = 0, 0
    for c in said:
        if c in "廿卅":
            total += _UNITS[c]
        elif c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        else:
            digit = _DIGITS.get(c, int(c) if c.isdigit() else 0)
    return total + digit
