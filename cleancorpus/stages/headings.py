"""Headings: find the places that may be headings, and set those that are on lines of their own.

Whether a place is a heading is decided over the whole file (see `chain`); here is what one block of lines can tell, and
what is done to the text where the survey has decided. Knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cleancorpus.chain import (
    DATED,
    EXAM,
    LONG,
    NUMBERED,
    POINT,
    SEPARATORS,
    SHORT,
    STOPS,
    TITLED,
    Candidate,
    Found,
    Rows,
    TitleForms,
)
from cleancorpus.edits import NO_EDITS, Bools, Edits, Ints, edits_of, settle
from cleancorpus.profile import Headings, Profile
from cleancorpus.rules import Rule, Rules, compiled, find_data
from cleancorpus.text import Text, among, blank, han

# A heading on a line of its own is no longer than this (code points). The longest of 900 chapter headings of web novels
# read for this was 38; beyond it nearly all that begins like a heading is a sentence.
LONGEST = 45
# A title without a number is no longer than this.
TITLE = 30
NUMERALS = "0123456789〇○零一二三四五六七八九十百"
ENDS = "。！？!?，,、；;：:…“‘「『（(《"

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


def candidates(text: Text, rules: Rules) -> list[Found]:
    """What one block of whole lines tells of headings, as a list of one."""
    lines = text.lines
    solid = np.flatnonzero(~lines.is_blank)
    if not len(solid):
        count = len(lines) - (1 if not len(text) or text.codes[-1] == 0x0A else 0)
        return [Found(Rows.none(), [], "", "", False, -1, count)]
    first, last = lines.first[solid], lines.last[solid]
    gap = np.diff(solid, prepend=-1) - 1
    below = len(lines) - 1 - int(solid[-1])
    if text.codes[-1] == 0x0A:
        below -= 1
    rows = Rows((last - first).astype(np.int32), text.codes[first], text.codes[last - 1], gap.astype(np.int32))
    block = _Block(text, rules, rows, first, last)
    found = [c for row in block.rows_to_read() for c in block.read(row)]
    _to_raw(text, found)
    head_end = int(text.raw_at(last[:1] - 1)[0]) + 1
    led = bool(block.wanted[-1])
    return [Found(rows, found, block.said(0), block.said(len(solid) - 1), led, head_end, max(0, below))]


def _to_raw(text: Text, found: list[Candidate]) -> None:
    """Turn the candidates' places in the text into raw offsets, all in one go."""
    if not found:
        return
    places = np.array([(c.start, c.ordinal_end, c.end, c.title_end, c.below_end) for c in found], np.int64)
    # The end of a span is found from its last character, so that nothing behind it that was taken away counts to it.
    ends = np.column_stack([places[:, 2] > places[:, 0], places[:, 3] > places[:, 1], places[:, 4] > 0])
    places[:, 2:] -= ends
    raw = text.raw_at(places.ravel()).reshape(-1, 5)
    raw[:, 2:] += ends
    for c, row in zip(found, raw.tolist(), strict=True):
        c.start, c.ordinal_end, c.end, c.title_end = row[:4]
        c.below_end = row[4] if c.below_end > 0 else -1


@dataclass
class _Block:
    """The lines of one block that are not blank, and how to read one of them."""

    text: Text
    rules: Rules
    rows: Rows
    first: Ints
    last: Ints

    def __post_init__(self) -> None:
        kinds = [(n, r) for n, r in self.rules.of("headings") if r.kind == "heading"]
        self.patterns = {n: (r.pattern, compiled(r.unless) if r.unless else None) for n, r in kinds}
        # The kinds that can begin inside a line, with what the line must hold then; and the others by the character
        # that their line begins or ends with.
        self.inline = [(n, r, re.compile("|".join(map(re.escape, r.hints)))) for n, r in kinds if r.inline]
        self.edges: dict[str, list[tuple[int, Rule]]] = {}
        for n, r in kinds:
            for c in "" if r.inline else "".join(r.hints):
                self.edges.setdefault(c, []).append((n, r))
        self.ends: dict[str, list[tuple[int, Rule]]] = {}
        self.like = TitleForms.of(self.rules)
        self.titled = self.rules.has(TITLED)
        self.numbered = self.rules.has(NUMBERED)
        self.points = self.rules.has(POINT)
        self.whole = self.text.string
        # One number at a time is asked of these, row for row: that is cheaper of a list than of an array.
        self.firsts: list[int] = self.first.tolist()
        self.lasts: list[int] = self.last.tolist()
        self.widths: list[int] = self.rows.width.tolist()

    def said(self, row: int) -> str:
        """The text of a row between its blanks, cut off where it is long: enough to know a title or a date again."""
        a, b, whole = self.firsts[row], self.lasts[row], self.whole
        return whole[a:b] if b - a <= 64 else whole[a : a + 40] + "…" + whole[b - 24 : b]

    def rows_to_read(self) -> list[int]:
        """The rows that may hold a heading, by their first and last characters, their lengths and the marks in them."""
        codes, rows = self.text.codes, self.rows
        short = rows.width <= LONGEST
        edge = among("".join(self.edges))
        wanted = short & (edge[rows.first] | edge[rows.last])
        marks = [self._marks()]
        if self.numbered or self.points:
            # A number at the head of a paragraph with a blank behind it, and a point with a blank before it.
            blanks = self.text.lines.blanks
            before = blanks[blanks > 0] - 1
            marks.append(before[among("0123456789)）:：")[codes[before]]])
        places = np.concatenate(marks)
        row = np.searchsorted(self.first, places, side="right") - 1
        row = row[(row >= 0) & (places < self.last[np.maximum(row, 0)])]
        wanted[row] = True
        self.wanted = wanted
        free = short & ~among(ENDS)[rows.last]
        numbers: list[int] = np.flatnonzero(wanted | (free & self._titles(wanted))).tolist()
        return numbers

    def _marks(self) -> Ints:
        """The places of what a heading inside a line is known by: 篇 or 文 beside a numeral."""
        codes = self.text.codes
        numeral = among(NUMERALS)
        at = np.flatnonzero((codes[:-1] == ord("篇")) | (codes[:-1] == ord("文")))
        near = numeral[codes[at + 1]] | (among(" ")[codes[at + 1]]) | numeral[codes[np.maximum(at - 1, 0)]]
        marks: Ints = at[near]
        return marks

    def _titles(self, wanted: Bools) -> Bools:
        """Rows short enough for a title, before a long row or one that can be a date or a name before a long row, and
        behind one that is not broken off or is read anyway."""
        width = self.rows.width
        one = np.append(width[1:], 1 << 20)
        two = np.append(width[2:], [1 << 20, 1 << 20])[: len(width)]
        dated = np.append(among(DATED)[self.rows.first[1:]], True)
        apart = among(STOPS)[self.rows.last]
        apart = (self.rows.gap > 0) | np.append(True, (apart | (width < SHORT) | wanted)[:-1])
        fits: Bools = (
            (width <= TITLE) & (width >= 2) & apart & ((one >= LONG) | ((one <= 24) & (dated | (two >= LONG))))
        )
        return fits

    def _edged(self, ends: str) -> list[tuple[int, Rule]]:
        """The kinds of a line that begins and ends with these two characters."""
        kinds = self.ends.get(ends)
        if kinds is None:
            edges = self.edges.get(ends[0], [])
            kinds = self.ends[ends] = [*edges, *(k for k in self.edges.get(ends[1], []) if k not in edges)]
        return kinds

    def _may_title(self, row: int, line: str) -> bool:
        """Whether something in a row or beside it can speak for its being a title (near a block's edges: perhaps)."""
        if not 0 < row < len(self.widths) - 2:
            return True
        if self.widths[row + 1] < LONG:
            below = self.said(row + 1)
            if self.like.dated(below) or self.like.named(below):
                return True
        if self.like.title(line) or self.like.passage.search(self.said(row - 1)):
            return True
        return bool(self.rows.gap[row] > 0 or self.whole[self.lasts[row - 1] - 1] in STOPS + SEPARATORS)

    def read(self, row: int) -> Iterator[Candidate]:
        """The candidates of one row, from left to right."""
        line = self.whole[self.firsts[row] : self.lasts[row]]
        found: list[tuple[int, int, Candidate]] = []
        if len(line) <= LONGEST:
            for number, rule in self._edged(line[0] + line[-1]):
                for m in self._matches(number, False, line):
                    found.append((m[0], m[1], self._candidate(row, rule, line, *m)))
        for number, rule, hints in self.inline:
            if hints.search(line):
                for m in self._matches(number, True, line):
                    found.append((m[0], m[1], self._candidate(row, rule, line, *m)))
        if self.points and "一" in line:
            for p in _point.finditer(line):
                found.append((p.start("gap"), p.start("gap"), self._point(row, line, p.start("gap"), p.end("gap"))))
        if self.numbered:
            starts = [0, *(end for _, end, c in found if c.family in ("headings/piece", "headings/part"))]
            for at in starts:
                numbered = self._suffix(row, line, at)
                if numbered is not None:
                    found.append(numbered)
        if (
            not found
            and self.titled
            and 2 <= len(line) <= TITLE
            and line[-1] not in ENDS
            and self._may_title(row, line)
        ):
            yield self._make(row, TITLED, line, 0, len(line), 0, 0, len(line), False, False, False)
            return
        for _, _, c in sorted(found, key=lambda f: (f[0], -f[1])):
            yield c

    def _matches(self, number: int, inline: bool, line: str) -> Iterator[tuple[int, int, int, int, str]]:
        """(start, end, title begin, title end, number) of each match of a heading rule in a line."""
        pattern, unless = self.patterns[number]
        if unless is not None and unless.search(line):
            return
        at = 0
        while at < len(line):
            m = pattern.search(line, at) if inline else pattern.fullmatch(line)
            if m is None:
                return
            groups = pattern.groupindex
            start = m.start()
            begin = m.start("title") if "title" in groups else m.end()
            end, title_end = self._extent(line, begin, whole=not inline)
            if inline and 0 < start <= TITLE and not _mark.search(line, 0, start):
                # 年终总结 篇1: what stands before the ordinal is the title, where nothing follows it.
                said, start = start, 0
                if begin == len(line):
                    begin, title_end = 0, len(line[:said].rstrip())
            yield start, end, begin, title_end, (m["n"] or "") if "n" in groups else ""
            if not inline:
                return
            at = max(m.end("ord"), start + 1)

    def _extent(self, line: str, begin: int, *, whole: bool) -> tuple[int, int]:
        """Where a heading whose title begins at `begin` ends, and its title."""
        if whole:
            lead = _leads(line, begin)
            return len(line), lead.start() if lead else len(line)
        rest = line[begin:]
        count = _count.match(rest)
        if count:
            return begin + count.end(), begin + count.end("title")
        if len(rest) <= LONGEST and not re.search(r"[。！？；!?;](?!$)", rest) and not re.search(r"[，,].*[，,]", rest):
            if rest and rest[-1] in "。；;":
                return begin, begin
            return len(line), len(line)
        for k in range(4, 31):
            if rest[k : 2 * k] == rest[:k]:
                return begin + k, begin + k
        cut = re.match(r"[^\s，。！？；：,;:!?]{2,30}(?=\s)", rest)
        if cut:
            return begin + cut.end(), begin + cut.end()
        return begin, begin

    def _candidate(
        self, row: int, rule: Rule, line: str, start: int, end: int, begin: int, title_end: int, said: str
    ) -> Candidate:
        clear = begin == end or line[begin - 1] in " \u3000\t:：、.．·—-】]〗)）" or not said
        family = rule.id
        if family == EXAM:
            # 一、 stands over （一）, and that over 5．
            family += " 0" if line[0] in NUMERALS[10:] else " 2" if line[0] in "(（" else " 3" if said else " 1"
        return self._make(
            row, family, line, start, end, value(said), begin, title_end, start > 0, end < len(line), clear
        )

    def _suffix(self, row: int, line: str, at: int) -> tuple[int, int, Candidate] | None:
        """A title that ends in a number: the whole row, or what stands at its head before a blank."""
        if line[-1] not in "0123456789)）一二三四五六七八九十" and not _number.search(line, at, at + LONGEST):
            return None
        m = _suffix.match(line, at)
        if m is None:
            return None
        end = m.end()
        if end < len(line) and not (line[end] in " \u3000\t" and m["n"] and len(line) - end > 12):
            return None
        close = m["title"][-1]
        if not han()[ord(close)] and close not in ("》”？?！!" if end == len(line) and m["m"] else "》”"):
            return None
        form = "n" if m["n"] else "m"
        tail = m["title"].rstrip("？?！!")[-2:]
        c = self._make(
            row, f"{NUMBERED} {form} {tail}", line, at, end, value(m[form]), at, m.end("title"), at > 0,
            end < len(line), True,
        )  # fmt: skip
        return at, end, c

    def _point(self, row: int, line: str, at: int, end: int) -> Candidate:
        return self._make(row, f"{POINT} {line[end + 1]}", line, at, end, 1, at, at, True, True, False)

    def _make(
        self, row: int, family: str, line: str, start: int, end: int, number: int, ordinal_end: int, title_end: int,
        inline: bool, glued: bool, clear: bool,
    ) -> Candidate:  # fmt: skip
        a, rows = self.firsts[row], len(self.firsts)
        return Candidate(
            start=a + start,
            end=a + end,
            family=family,
            number=number,
            title=line[ordinal_end:title_end].strip(" \u3000:：、.．"),
            ordinal_end=a + ordinal_end,
            title_end=a + title_end,
            inline=inline,
            glued=glued,
            clear=clear,
            row=row,
            text=line if len(line) <= 64 else line[:64],
            whole=len(line),
            near_edge=not 0 < row < rows - 2,
            led=bool(row and self.wanted[row - 1]),
            above=self.said(row - 1) if row else None,
            below=self.said(row + 1) if row + 1 < rows else None,
            below_end=self.lasts[row + 1] if row + 1 < rows else -1,
            left=line[start - 1] if start else "",
            listed=_leads(line) is not None,
        )


def _leads(line: str, at: int = 0) -> re.Match[str] | None:
    """The leaders and the page number that the line ends in, looked for where its last character can be one's."""
    return _leader.search(line, at) if line[-1:].isdecimal() or line[-1:].isspace() else None


_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}


def value(said: str) -> int:
    """The number that digits or Chinese numerals say; 0 where they say none."""
    said = "".join(said.split())
    if said.isascii():
        return int(said) if said.isdigit() else 0
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
