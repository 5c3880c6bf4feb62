"""Headings: find the places that may be headings, and set those that are on lines of their own.

Whether a place is a heading is decided over the whole file (see `chain`); here is what one block of lines can tell, and
what is done to the text where the survey has decided. Knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from cleancorpus.candidates import (
    CHAPTER,
    DATED,
    DAY,
    ENTRY,
    EXAM,
    FORMED,
    LONG,
    MOST_ENTRIES,
    NUMBERED,
    PLAIN_NUMBER,
    POINT,
    PREFACE,
    SEPARATORS,
    SHORT,
    STOPS,
    TITLED,
    WORDED,
    Candidates,
    Found,
    Rows,
    TitleForms,
    begin_alike,
    is_contents,
    value,
)
from cleancorpus.edits import NO_EDITS, NO_INTS, Bools, Edits, Ints, decode, edits_of, settle
from cleancorpus.profile import Headings, Profile
from cleancorpus.rules import Rule, Rules, compiled, find_data, left_until, stop_of
from cleancorpus.text import Text, among, blank, han

# A heading on a line of its own is no longer than this (code points). The longest of 900 chapter headings of web novels
# read for this was 38; beyond it nearly all that begins like a heading is a sentence.
LONGEST = 45
# A title without a number is no longer than this.
TITLE = 30
NUMERALS = "0123456789〇○零一二三四五六七八九十百"
# What a title may end in whose number tells it from others.
NUMBER_ENDS = "0123456789)）一二三四五六七八九十"
# Those that are told something by the line below them.
ASKED = (EXAM, POINT, DAY)
# What a page says of itself under its title.
PAGE_META = "watermark/page-meta"
# Marks that sites and editors put around a heading.
ORNAMENTS = "#＃*＊★☆◆◇■□▲△▼▽►▶※"
# What is no part of a title at its ends.
TRIM = " \u3000:：、.．" + ORNAMENTS
AROUND = " \u3000\t、" + ORNAMENTS
# What the heading of a table of contents may end in, and how many lines below it are read.
CONTENTS_ENDS = "录錄次】]》:："
# The name of a book before the number of a chapter, what parts the two, and what stands there in place of a name.
LONGEST_NAME = 16
FRAME = " \u3000_-—"
NAME_ENDS = " \u3000》】:：·_-—"
# What no title begins with: code, points of a list, the second half of a title.
UNTITLED = "(（/\\|{}=;$%&+^@—－-•·>~"
# Behind these somebody is quoted.
OPENING = "“‘「『《〈"
ENDS = "。！？!?，,、；;：:…“‘「『（(《"

_dateline = re.compile(r"(?=.*(?:来源|來源|作者|[编編][辑輯]))(?=.*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2})")
_suffix = re.compile(
    r"(?P<title>(?:\d{1,3}[.．、])?[^\s，。；：！？,;:!?、()（）]{2,35}?[？?！!]?)\s?"
    r"(?:(?P<n>\d{1,3}|[一二三四五六七八九十](?=$))|[(（](?P<m>\d{1,3}|[一二三四五六七八九十]{1,3})[)）])"
)
_count = re.compile(
    r"(?P<title>[^，。！？；,;!?]{2,36}?)\s*"
    r"[(（](?:共|精[选選]|通用|合集|[汇匯][总總]|[范範]文)?\s*[0-9一二三四五六七八九十]{1,3}\s*篇\s*[)）]"
)
_mark = re.compile(r"[，。；：！？、,;:!?…]")
_number = re.compile(r"[\d)）][ \u3000\t]")
_leader = re.compile(r"[\s.…·．?？_—-]{2,}\d{1,4}\s*$")
_point = re.compile(r"[:：](?P<gap>[ \u3000\t]+)(?P<n>一)[是要、]")
_sentence = re.compile(r"[。！？；!?;](?!$)")
_clauses = re.compile(r"[，,].*[，,]")
_stop = re.compile(r"[。！？!?…”](?!$)")
_greeting = re.compile(r"(?:尊敬|敬爱|敬愛|亲爱|親愛|各位|老师|老師|同学|同學).*[:：!！]$")
_words = re.compile(r"[^\s，。！？；：,;:!?]{2,30}(?=\s)")


def candidates(text: Text, rules: Rules, cut: Ints = NO_INTS, told: Ints = NO_INTS) -> list[Found]:
    """What one block of whole lines tells of headings, as a list of one. cut: where watermarks stood in it, told: where
    those that say when a page was put up and where it is from."""
    lines = text.lines
    solid = np.flatnonzero(~lines.is_blank)
    if not len(solid):
        count = len(lines) - (1 if not len(text) or text.codes[-1] == 0x0A else 0)
        return [Found(Rows.none(), Candidates.none(), "", "", False, -1, count, len(cut) > 0, len(told) > 0)]
    first, last = lines.first[solid], lines.last[solid]
    gap = np.diff(solid, prepend=-1) - 1
    below = len(lines) - 1 - int(solid[-1])
    if text.codes[-1] == 0x0A:
        below -= 1
    begin = lines.start[solid]
    # An indent is made of full-width blanks or of others.
    deep = np.minimum((first - begin) * np.where(text.codes[begin] == 0x3000, 2, 1), 250)
    rows = Rows(
        (last - first).astype(np.int32),
        text.codes[first],
        text.codes[last - 1],
        gap.astype(np.int32),
        deep.astype(np.uint8),
    )
    block = _Block(text, rules, rows, first, last, _above(cut, first, last), _above(told, first, last))
    found = block.candidates()
    head_end = int(text.raw_at(last[:1] - 1)[0]) + 1
    led = bool(block.wanted[-1])
    ends = block.said(0), block.said(len(solid) - 1)
    return [Found(rows, found, *ends, led, head_end, max(0, below), bool(block.cut[-1]), bool(block.told[0]))]


def _above(cut: Ints, first: Ints, last: Ints) -> Bools:
    """Whether watermarks that stood on lines of their own were right above each row, and below the last."""
    under = np.searchsorted(first, cut)
    under = under[(under == 0) | (cut > last[under - 1])]
    return np.bincount(under, minlength=len(first) + 1) > 0


def tells(text: Text, edits: Edits, rules: Rules) -> Ints:
    """Where in what the edits make of a text those stood that took away when a page was put up and where it is from.
    Who wrote a post, and when, stands over the posts of a forum as well."""
    if not rules.has(PAGE_META):
        return NO_INTS
    taken = np.flatnonzero((edits.rule == rules.number[PAGE_META]) & (edits.new_length == 0))
    said = [
        _dateline.search(decode(text.codes[a:b])) for a, b in zip(edits.start[taken], edits.end[taken], strict=True)
    ]
    return edits.out_start[taken[[i for i, m in enumerate(said) if m]]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A heading rule at work: its pattern, when its time ends, and the numbers of the groups that it has (0: none)."""

    rule: Rule
    pattern: regex.Pattern[str]
    unless: regex.Pattern[str] | None
    stop: float | None
    n: int
    title: int
    ordinal: int

    @classmethod
    def of(cls, rule: Rule) -> _Kind:
        group = rule.pattern.groupindex
        unless = compiled(rule.unless) if rule.unless else None
        return cls(rule, rule.pattern, unless, stop_of(rule), *(group.get(name, 0) for name in ("n", "title", "ord")))


# A candidate in the row it was read in: the row; start, end, ordinal end and title end from the first character of the
# row; rule, family, number, title, inline, glued, clear, text, bare (see `Candidates`).
_Reading = tuple[int, int, int, int, int, str, str, int, str, bool, bool, bool, str, bool]


@dataclass
class _Block:
    """The lines of one block that are not blank, and how to read those that may hold a heading. cut, told: whether a
    watermark (one that said when a page was put up) stood right above each, and below the last."""

    text: Text
    rules: Rules
    rows: Rows
    first: Ints
    last: Ints
    cut: Bools
    told: Bools

    def __post_init__(self) -> None:
        slow = self.rules.slow
        kinds = [_Kind.of(r) for n, r in self.rules.of("headings") if r.kind == "heading" and n not in slow]
        # The kinds that can begin inside a line, and the others by the character that their line begins or ends with,
        # or by the two that it begins with.
        self.inline = [k for k in kinds if k.rule.inline]
        self.edges: dict[str, list[_Kind]] = {}
        for k in kinds:
            for hint in () if k.rule.inline else k.rule.hints:
                self.edges.setdefault(hint[:2], []).append(k)
        self.ends: dict[str, list[_Kind]] = {}
        self.like = TitleForms.of(self.rules)
        self.whole = self.text.string
        # One number at a time is asked of these, of few of the rows: a view gives it faster than an array, and a list
        # would be made of all of them.
        self.firsts, self.lasts = self.first.data, self.last.data
        self.found: list[_Reading] = []

    def said(self, row: int) -> str:
        """The text of a row between its blanks, cut off where it is long: enough to know a title or a date again."""
        a, b, whole = self.firsts[row], self.lasts[row], self.whole
        return whole[a:b] if b - a <= 64 else whole[a : a + 40] + "…" + whole[b - 24 : b]

    def line(self, row: int) -> str:
        return self.whole[self.firsts[row] : self.lasts[row]]

    def candidates(self) -> Candidates:
        """The candidates of the block, row by row and from left to right.

        Which rows are read for which kind is decided by their lengths, their first and last characters, and the marks
        in them.
        """
        rows = self.rows
        short = rows.width <= LONGEST
        edge = among("".join(hint for hint in self.edges if len(hint) == 1))
        one, two = (among("".join(hint[n] for hint in self.edges if len(hint) == 2)) for n in (0, 1))
        edged = short & (edge[rows.first] | edge[rows.last])
        led = np.flatnonzero(short & one[rows.first])
        edged[led] |= two[self.text.codes.take(self.first[led] + 1, mode="clip")]
        reach = self._reach(self._marks())
        marked, pointed = reach >= 0, self._reach(self._points()) >= 0
        numbered = self._numbered(short)
        self.wanted = edged | marked | numbered | pointed
        ornate = short & among(ORNAMENTS)[rows.first]
        for row in np.flatnonzero(edged | ornate).tolist():
            self._read_line(row)
        for row in np.flatnonzero(self._named(short & ~edge[rows.first])).tolist():
            self._read_named(row)
        starts = [(row, 0) for row in np.flatnonzero(numbered).tolist()]
        for row, until in zip(np.flatnonzero(marked).tolist(), reach[marked].tolist(), strict=True):
            starts += [(row, end) for end in self._read_inside(row, until)]
        for row in np.flatnonzero(pointed).tolist():
            self._read_points(row)
        if self.rules.has(NUMBERED):
            starts += [
                (row, at)
                for row in np.flatnonzero(~short & among(NUMBER_ENDS)[rows.last]).tolist()
                if (at := self._tail(row))
            ]
            for row, at in starts:
                self._read_numbered(row, at)
        if self.rules.has(TITLED):
            self._read_titles()
            self._read_entries()
        return self._gathered()

    def _reach(self, places: Ints) -> Ints:
        """How far into each row the last of the places in it lies; -1 in a row that holds none."""
        places = np.sort(places)
        row = np.searchsorted(self.first, places, side="right") - 1
        held = (row >= 0) & (places < self.last[row])
        reach = np.full(len(self.first), -1)
        reach[row[held]] = places[held] - self.first[row[held]]
        return reach

    def _marks(self) -> Ints:
        """The marks of headings inside a line: their hints beside a numeral."""
        codes, numeral, gap = self.text.codes, among(NUMERALS), blank()
        hints = {hint for k in self.inline for hint in k.rule.hints}
        known = np.zeros(len(codes), np.bool_)
        for c in {hint[-1] for hint in hints}:
            known |= codes == ord(c)
        places, marks = np.flatnonzero(known), [NO_INTS]
        for hint in hints:
            end = places[places >= len(hint) - 1] + 1
            begin = end - len(hint)
            for k, c in enumerate(hint):
                held = codes[begin + k] == ord(c)
                begin, end = begin[held], end[held]
            for near, far in ((end, end + 1), (begin - 1, begin - 2)):
                one, two = (codes.take(places, mode="clip") for places in (near, far))
                marks.append(end[numeral[one] | (gap[one] & numeral[two])] - 1)
        return np.concatenate(marks)

    def _numbered(self, short: Bools) -> Bools:
        """The rows that may be a title with a number behind it, or have one before their text: with a blank behind the
        number, and one more before it at most."""
        if not self.rules.has(NUMBERED):
            return np.zeros(len(self.first), np.bool_)
        blanks = self.text.lines.blanks
        behind = np.flatnonzero(among("0123456789")[self.text.codes[blanks - 1]] & (blanks > 0))
        row = np.searchsorted(self.first, blanks[behind], side="right") - 1
        before = np.where(behind > 1, blanks[np.maximum(behind - 2, 0)], -1)
        first = self.first[row]
        near = (row >= 0) & (blanks[behind] - first <= LONGEST) & (before < first) & (blanks[behind] < self.last[row])
        found: Bools = short & among(NUMBER_ENDS)[self.rows.last]
        found[row[near]] = True
        return found

    def _points(self) -> Ints:
        """Where the first point of a list may stand: 一 behind a colon and a blank."""
        if not self.rules.has(POINT):
            return NO_INTS
        codes, blanks = self.text.codes, self.text.lines.blanks
        after = codes[np.minimum(blanks + 1, len(codes) - 1)]
        lists = among("：:")[codes[blanks - 1]] & ((after == ord("一")) | blank()[after]) & (blanks > 0)
        found: Ints = blanks[lists]
        return found

    def _read_line(self, row: int) -> None:
        """The headings that a whole row can be."""
        line = self.line(row)
        first, last = 0, len(line)
        if line[0] in ORNAMENTS:
            last = len(line.rstrip(AROUND))
            first = max(0, min(len(line) - len(line.lstrip(AROUND)), last - 1))
            self._match(self.edges.get(line[:2], []), row, line, 0, len(line))
        word = line[first : first + 2]
        ends = line[first] + line[last - 1] + (word if word in self.edges else "") + "#" * (first > 0)
        kinds = self.ends.get(ends)
        if kinds is None:
            hints = dict.fromkeys((line[first], line[last - 1], word))
            kinds = list({id(k): k for hint in hints for k in self.edges.get(hint, [])}.values())
            # A number behind a mark is that of a point or of a section.
            kinds = self.ends[ends] = [k for k in kinds if not first or k.rule.id in (*WORDED, PREFACE)]
        self._match(kinds, row, line, first, last)

    def _match(self, kinds: list[_Kind], row: int, line: str, first: int, last: int) -> None:
        for kind in kinds:
            try:
                # By place, here and below: arguments by name take longer than to match a short line.
                m = kind.pattern.fullmatch(line, first, last, None, False, kind.stop and left_until(kind.stop))
                if m is None or (kind.unless and kind.unless.search(line, timeout=left_until(kind.stop))):
                    continue
            except TimeoutError:
                self.rules.give_up(self.rules.number[kind.rule.id], line)
                continue
            begin = m.start(kind.title) if kind.title else last
            leads = _leads(line, begin)
            self._add(kind, row, line, m, 0, len(line), begin, leads.start() if leads else last)

    def _named(self, free: Bools) -> Bools:
        """The rows among the free that may be a chapter behind the name of its book: with a numeral before 章."""
        codes = self.text.codes
        places = np.flatnonzero(codes == ord("章"))
        before = codes[places - 1]
        row = np.searchsorted(self.first, places[among(NUMERALS)[before] | blank()[before]], side="right") - 1
        named = np.zeros(len(free), np.bool_)
        named[row[row >= 0]] = True
        return named & free

    def _read_named(self, row: int) -> None:
        """A chapter behind the name of its book."""
        line = self.line(row)
        at = line.find("第")
        if not 0 < at <= LONGEST_NAME or line[at - 1] not in NAME_ENDS or _mark.search(line, 0, at - 1):
            return
        # It may stand in a frame of dashes.
        name = line[: at - 1].strip(FRAME)
        end = len(line) if name else len(line.rstrip(FRAME))
        for kind in self.edges.get("第", []):
            if kind.rule.id == CHAPTER and (m := kind.pattern.fullmatch(line, at, end)):
                family = f" {name}" if name else ""
                self._add(kind, row, line, m, 0, len(line), m.start(kind.title), end, family)
                return

    def _read_inside(self, row: int, until: int) -> list[int]:
        """The headings that can begin inside a row up to its last mark, and where those end that text follows."""
        line = self.line(row)
        ends = []
        for kind in self.inline:
            at = 0
            while at <= until:
                try:
                    m = kind.pattern.search(line, at, None, None, False, kind.stop and left_until(kind.stop))
                    if m is None or (kind.unless and kind.unless.search(line, timeout=left_until(kind.stop))):
                        break
                except TimeoutError:
                    self.rules.give_up(self.rules.number[kind.rule.id], line)
                    break
                start = m.start()
                begin = m.start(kind.title) if kind.title else m.end()
                end, title_end = _extent(line, begin)
                at = max(m.end(kind.ordinal), start + 1)
                if start and line[start - 1] in OPENING:
                    continue
                counted = line[start - 1] in ")）" and _count.fullmatch(line, 0, start)
                if 0 < start <= TITLE and not counted and not _mark.search(line, 0, start):
                    # 年终总结 篇1: what stands before the ordinal is the title, where nothing follows it.
                    said, start = start, 0
                    if begin == len(line):
                        begin, title_end = 0, len(line[:said].rstrip())
                self._add(kind, row, line, m, start, end, begin, title_end)
                if end < len(line):
                    ends.append(end)
        return ends

    def _add(
        self,
        kind: _Kind,
        row: int,
        line: str,
        m: regex.Match[str],
        start: int,
        end: int,
        begin: int,
        title_end: int,
        name: str = "",
    ) -> None:
        said = (m[kind.n] or "") if kind.n else ""
        clear = begin >= title_end or line[begin - 1] in " \u3000\t:：、.．·—-】]〗)）" or not said
        rule = kind.rule.id
        family = rule + name
        if rule == EXAM:
            # 一、 stands over （一）, and that over 5．
            family += " 0" if line[0] in NUMERALS[10:] else " 2" if line[0] in "(（" else " 3" if said else " 1"
        title = line[begin:title_end].strip(TRIM)
        if rule == PLAIN_NUMBER and self.like.essay(title):
            family += FORMED
        self.found.append(
            (
                row, start, end, begin, title_end, rule, family, value(said), title, start > 0, end < len(line), clear,
                line[:64], False,
            )
        )  # fmt: skip

    def _read_numbered(self, row: int, at: int) -> None:
        """A title that ends in a number: the whole row, or what stands at its head before a blank."""
        line = self.line(row)
        if line[-1] not in NUMBER_ENDS and not _number.search(line, at, at + LONGEST):
            return
        m = _suffix.match(line, at)
        if m is None:
            return
        end = m.end()
        if end < len(line) and not (line[end] in " \u3000\t" and m["n"] and len(line) - end > 12):
            return
        close = m["title"][-1]
        if not han()[ord(close)] and close not in ("》”？?！!" if end == len(line) and m["m"] else "》”"):
            return
        form = "n" if m["n"] else "m"
        tail = m["title"].rstrip("？?！!")[-2:]
        title_end = m.end("title")
        self.found.append(
            (
                row, at, end, at, title_end, NUMBERED, f"{NUMBERED} {form} {tail}", value(m[form]),
                line[at:title_end].strip(TRIM), at > 0, end < len(line), True, line[:64], False,
            )
        )  # fmt: skip

    def _tail(self, row: int) -> int:
        """Where the last sentence of a long row begins, if it is short enough for a title; else 0."""
        line = self.line(row)
        ends = [m.end() for m in _stop.finditer(line, len(line) - LONGEST)]
        return ends[-1] if ends else 0

    def _read_points(self, row: int) -> None:
        """The blanks in a row that may stand for the line break before the first point of a list."""
        line = self.line(row)
        for p in _point.finditer(line):
            at, end = p.span("gap")
            self.found.append(
                (row, at, at, at, at, POINT, f"{POINT} {line[end + 1]}", 1, "", True, True, False, line[:64], False)
            )

    def _read_titles(self) -> None:
        """The rows without another heading that are short enough for a title, where something in them or beside them
        can speak for it: before a long row, or one that can be a date or a name before a long row, and behind one that
        is not broken off or is read anyway. Near the edges of a block: perhaps."""
        rows, like = self.rows, self.like
        width = rows.width
        one = np.append(width[1:], 1 << 20)
        two = np.append(width[2:], [1 << 20, 1 << 20])[: len(width)]
        dated = np.append(among(DATED)[rows.first[1:]], True)
        greeted = np.append(among(":：!！")[rows.last[1:]], True)
        stopped = among(STOPS)[rows.last]
        apart = (rows.gap > 0) | np.append(True, (stopped | (width < SHORT) | self.wanted)[:-1])
        fits = self.wanted | (apart & ((one >= LONG) | ((one < LONG) & (dated | greeted | (two >= LONG)))))
        fits &= (width <= TITLE) & (width >= 2) & ~among(ENDS)[rows.last] & ~among(UNTITLED)[rows.first]
        fits[[f[0] for f in self.found]] = False
        edge = among(SEPARATORS)
        behind = np.append(True, (stopped | edge[rows.last])[:-1]) | (rows.gap > 0)
        parted = np.append(True, (edge[rows.first] & (rows.first == rows.last))[:-1]) | (rows.gap > 1)
        inner = np.zeros(len(width), np.bool_)
        inner[1:-2] = True
        at = np.flatnonzero(fits)
        columns = (at, behind[at], parted[at] | ~inner[at] | self.told[at + 1], dated[at], one[at] < LONG, inner[at])
        for row, can, speaks, may_date, leads, within in zip(*(c.tolist() for c in columns), strict=True):
            line = self.line(row)
            if not speaks:
                speaks = like.title(line) or like.passage.search(self.said(row - 1)) is not None
                can = can or speaks
                if not speaks:
                    below = self.said(row + 1)
                    speaks = (may_date and like.dated(below)) or like.named(below)
                    can = can or (speaks and leads)
            if can or not within:
                self.found.append(
                    (
                        row, 0, len(line), len(line) - len(line.lstrip(AROUND)), len(line), TITLED, TITLED, 0,
                        line.strip(TRIM), False, False, False, line, not speaks,
                    )
                )  # fmt: skip

    def _read_entries(self) -> None:
        """The short rows below the word contents, and those the block begins with: it may be in the block before."""
        width = self.rows.width
        long = np.append(np.flatnonzero(width > LONGEST), len(width))
        heads = np.flatnonzero((width <= TITLE) & among(CONTENTS_ENDS)[self.rows.last]).tolist()
        heads = [row for row in heads if is_contents(self.line(row))]
        read: set[int] = set()
        for row in [0, *heads]:
            read.update(range(row, min(row + MOST_ENTRIES + 1, int(long[np.searchsorted(long, row)]))))
        for row in sorted(read):
            line = self.line(row)
            leads = _leads(line)
            end = leads.start() if leads else len(line)
            self.found.append(
                (
                    row,
                    0,
                    len(line),
                    0,
                    end,
                    TITLED,
                    ENTRY,
                    0,
                    line[:end].strip(TRIM),
                    False,
                    False,
                    False,
                    line[:64],
                    True,
                )
            )

    def _gathered(self) -> Candidates:
        """What was read, in order and at its place in the raw text."""
        if not self.found:
            return Candidates.none()
        # In one row from left to right, of those that begin together the longest first.
        self.found.sort(key=lambda f: (f[0], f[1], -f[2]))
        columns = list(zip(*self.found, strict=True))
        row, *places = np.array(columns[:5], np.int64)
        begin, rows = self.first[row], len(self.first)
        start, end, ordinal_end, title_end = (begin + p for p in places)
        below = np.where(row + 1 < rows, self.last[np.minimum(row + 1, rows - 1)], 0)
        # The end of a span is found from its last character: nothing behind it that was taken away counts to it.
        tails = [(end, end > start), (title_end, title_end > ordinal_end), (below, below > 0)]
        spots = self.text.raw_at(np.concatenate([start, ordinal_end, *(p - held for p, held in tails)])).reshape(5, -1)
        ends = [spots[k + 2] + held for k, (_, held) in enumerate(tails)]
        listed = among("0123456789")[self.rows.last[row]]
        for i in np.flatnonzero(listed).tolist():
            listed[i] = _leads(self.line(int(row[i]))) is not None
        number = row.tolist()
        rule, title, bare = columns[5], columns[8], columns[13]
        titles = [r == TITLED and not b for r, b in zip(rule, bare, strict=True)]
        told = zip(number, titles, rule, title, strict=True)
        given: list[Any] = [
            spots[0], ends[0], spots[1], ends[1], np.where(below > 0, ends[2], -1), row,
            self.rows.width[row].astype(np.int64), (row == 0) | (row >= rows - 2), (row > 0) & self.wanted[row - 1],
            self.cut[row], self.told[row + 1],
            (start > begin) & among(STOPS)[self.text.codes[start - 1]], listed, *columns[5:],
            [self.said(r - 1) if r and t else "" for r, t in zip(number, titles, strict=True)],
            [self._below(r, t or rule in ASKED, title) for r, t, rule, title in told],
        ]  # fmt: skip
        return Candidates(*given)

    def _below(self, row: int, asked: bool, title: str) -> str:
        """The line below a row, where somebody may ask for it or it may say the title again."""
        if row + 1 >= len(self.firsts) or not (asked or begin_alike(title, self.whole[self.firsts[row + 1]])):
            return ""
        return self.said(row + 1)


def _extent(line: str, begin: int) -> tuple[int, int]:
    """Where a heading inside a line ends whose title begins at `begin`, and where its title ends."""
    rest = line[begin:]
    count = _count.match(rest) if "篇" in rest else None
    if count:
        return begin + count.end(), begin + count.end("title")
    if len(rest) <= LONGEST and not _sentence.search(rest) and not _clauses.search(rest):
        if rest and (rest[-1] in "。；;" or _greeting.match(rest)):
            return begin, begin
        return len(line), len(line)
    for k in range(4, 31):
        if rest[k : 2 * k] == rest[:k]:
            return begin + k, begin + k
    cut = _words.match(rest)
    if cut:
        return begin + cut.end(), begin + cut.end()
    return begin, begin


def _leads(line: str, at: int = 0) -> re.Match[str] | None:
    """The leaders and the page number that the line ends in, looked for where its last character can be one's."""
    return _leader.search(line, at) if line[-1:].isdecimal() or line[-1:].isspace() else None


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    """Set the headings of documents off: a line of their own, and a blank line before them."""
    heads = profile.headings
    made = NO_EDITS
    here = text.holds(heads.start)
    if here.any():
        made = edits_of(_set_off(text, heads, here))
    points = heads.points[text.holds(heads.points)]
    if len(points):
        made = settle([made, edits_of(_broken(text, points, rules))])
    return settle([find_data(text, "headings", rules), made])


def _set_off(text: Text, heads: Headings, here: Bools) -> Iterator[tuple[int, int, str, int]]:
    """The breaks that are missing before and behind the headings of this piece."""
    blanks = blank()
    codes = text.codes
    begins, stops = text.at(heads.start[here]).tolist(), text.at(heads.end[here], after=False).tolist()
    missing = (column[here].tolist() for column in (heads.before, heads.after, heads.rule))
    for a, b, breaks, behind, n in zip(begins, stops, *missing, strict=True):
        if breaks:
            at = a
            while at and blanks[codes[at - 1]]:
                at -= 1
            if breaks == 1 and (not at or codes[at - 1] == 0x0A):
                yield at, at, "\n", n
            elif at and codes[at - 1] != 0x0A:
                yield at, a, "\n" * breaks, n
        if behind:
            to = b
            while to < len(codes) and blanks[codes[to]]:
                to += 1
            if to < len(codes) and codes[to] != 0x0A:
                yield b, to, "\n", n


def _broken(text: Text, points: Ints, rules: Rules) -> Iterator[tuple[int, int, str, int]]:
    blanks = blank()
    n = rules.number[POINT]
    for at in text.at(points).tolist():
        to = at
        while to < len(text) and blanks[text.codes[to]]:
            to += 1
        if to > at:
            yield at, to, "\n", n
