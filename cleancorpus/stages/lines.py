"""Join the lines that a scraper, a page or a fixed width broke.

Looks at a line end with the line above it and the line below it. What kind of text it stands in, the survey has said
(`Profile.layout`): in wrapped prose a full line goes on; in plain prose a line end must show that it is none; in
verse, lists, tables and code nothing is joined. A break at a place where the file may be cut is never joined, and no
evidence is taken from beyond it, so that a piece needs no neighbour. Heading lines are left alone.

Evidence, the strongest first: a line that begins with a mark no line begins with; a word that goes on across the break
(`lexicon.straddle`); a line as full as the wrapped width; and for what is left a logistic regression over the ends of
the two lines, whose weights stand in rules/lines.toml with how they were won.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from itertools import pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus import layout
from cleancorpus.edits import NO_EDITS, NO_INTS, Bools, Edits, Ints, encode, settle, spans
from cleancorpus.layout import (
    CLASS,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    FOREIGN,
    HYPHEN,
    IDEOGRAPH,
    LETTER,
    LOWER,
    NARROW,
    NEAR,
    OPEN,
    PROSE_END,
    SEMI,
    SHORT,
    STOP,
    STRANGE,
    UPPER,
    among_classes,
)
from cleancorpus.lexicon import SIDE, edges, fold_table, straddle
from cleancorpus.profile import CODE, GUARDED, LISTED, OTHER, PLAIN, WRAPPED, Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import CODE_POINTS, Text, among, blank, han

STAGE = "lines"

NUMERAL = "[0-9０-９〇零一二两三四五六七八九十百千廿卅IVXⅠ-Ⅻ]"
# The start of a heading or of an item of a list; 五、六 is an enumeration and no start.
MARKER = regex.compile(
    rf"[（(【〔\[]\s*(?:{NUMERAL}{{1,4}}|[a-zA-Z])\s*[）)】〕\]]|第\s*{NUMERAL}{{1,6}}\s*[篇章回节節卷集部讲講课課单元條条幕场場]"
    rf"|{NUMERAL}{{1,4}}\s*[、.．](?!{NUMERAL})(?!\d)|[篇卷]{NUMERAL}{{1,3}}|[①-⑳⒈-⒛㈠-㈩❶-❿]"
    rf"|[甲乙丙丁戊己庚辛壬癸][、.．]|[一二三四五六七八九十]{{1,2}}(?:[是要][^，,。]|，|,|\s|$)|附[：:录錄]|[【〔\[（(]?[注註][】〕\]）)：:释釋]|【[^】]{{1,12}}】|[图圖表例]\s*[A-Z]?[.-]?\d|[A-Ea-e][.．、]|-(?!-{{1,7}}\p{{Han}})|[*•·●○■□◆◇★☆※▲>＞|#=~]"
)
MARKER_START = (
    "（(【〔[第篇卷附注註图圖表例甲乙丙丁戊己庚辛壬癸〇零一二两三四五六七八九十百千廿卅IVX-*•·●○■□◆◇★☆※▲>＞|#=~ABCDEabcde",
    (0x30, 0x39), (0xFF10, 0xFF19), (0x2160, 0x216B), (0x2460, 0x249B), (0x3220, 0x3229), (0x2776, 0x277F),
)  # fmt: skip
REMARK = regex.compile(r"[。！？…”」][（(][^（）()]+[）)]$")
NUMBERED = regex.compile(r"\d{1,3}[.)、．]\s")
ALONE_START = ("（([·.—-〇零一二两三四五六七八九十百千廿卅IVX", (0x30, 0x39), (0xFF10, 0xFF19), (0x2160, 0x216B))
ALONE = regex.compile(rf"[（(\[·.—-]*{NUMERAL}+[)）\]·.、—-]*|[\d\s（()）\[\]·.,，:：/—–~～-]+")
# … and no longer (columns).
LONGEST_NUMBER = 32
# The dots of a table of contents that lead to the number of a page.
DOTS = ".·…‥"
LEADER = regex.compile(rf"(?:[{DOTS}]\s?){{5,}}\s*[0-9０-９]{{1,4}}$")
# A tab so far behind the start of a line parts the cells of a table.
TAB_STOP = 8
# A line so much farther in than its neighbour (columns) is centred or set to the right.
CENTRED = 12
# Latin lines narrower than this (columns) are verse, code or a list.
LATIN_WIDTH = 36
# Characters that seldom begin and seldom end a sentence.
BOUND_START = (
    "的了着著过過们們吗嗎呢吧嘛么麼啊呀之所而与與和及或等则則也都就才又却卻地得性化者里裡中上下后後内內间間时時"
)
BOUND_END = (
    "的把被和与與在是为為对對向从從由于於以及或而但却卻都也就不很更最将將使让讓给給跟同这這那每各并並且因"
    "如若虽雖所其之一着著个個"
)
# … and what stands before a quotation whose colon or quotation mark was lost.
SAYS = "说說道问問叫喊答想曰云"
# … unless it is the end of one of these words, or the line below begins with what stands so much oftener (log odds)
# inside a sentence than at its start: 说|着话.
NO_SAYING = (
    "再说听说据说虽说别说如说来说所说传说小说学说知道难道味道街道轨道频道地道管道通道人道航道隧道渠道"
    "思想理想感想梦想幻想联想猜想设想料想学问疑问访问顾问白云乌云风云彩云青云"
)
SPOKEN = 2.0
BULLETS = "·．."
QUOTE = "“「『‘"
NUMERALS = "〇零一二两三四五六七八九十百千万萬"
INSIDE = regex.compile("[，。、；！？,;!?]")
# What stands so much oftener (log odds) inside a paragraph begins none, whatever its indent: 的, 着, 了.
WITHIN = 2.5
# … and what ends so much oftener there (的 2.4 to 3.0, 很 2.3) ends no paragraph of sentences: in 400 texts that joins
# three lines more, all rightly.
UNENDED = 2.0
# A line no wider than this (columns) and without a mark is no part of a sentence by itself.
SCRAP = 6
# Two lines no wider than this (columns) are a list or a label and what it says.
BOTH_SHORT = 12
# A line wider than this (columns) is a paragraph, or most of one.
LONG = 100
# A date is no wider than this (columns).
DATE = 36
DATED = regex.compile(rf"(?:(?:{NUMERAL}|○|\s)+年)?(?:{NUMERAL}|\s)+月(?:{NUMERAL}|\s)+[日号號]")
# A paragraph's indent is no deeper (columns).
INDENT = 8
# Where a quotation is from, and who said it.
DASHES, LONGEST_SOURCE = "-—―─－–", 44
SOURCE = regex.compile(
    rf"^[{DASHES}]{{1,4}}[^{DASHES}。！？：:]{{1,{LONGEST_SOURCE}}}$"
    rf"|[。！？.!?…][”」』\"']?\s*[{DASHES}]{{1,4}}\s*[\p{{Han}}\p{{L}}《》·. ]{{1,24}}$"
)
# The address of a page at the end of a line, no longer than this.
LONGEST_ADDRESS = 80
ADDRESS = regex.compile(r"(?:https?://|www\.)[!-~]+$")
# What ends the last line of a letter before the wish, and an item of a list before the last one.
PARTING = regex.compile(r"(?:此致|[敬顺順即并並恭谨謹专專][颂頌祝请請候叩问問])$|[；;][或及和且]者?$")
PARTING_END = "致颂頌祝请請候叩问問或及和且者"
# Features that bar a join by the regression, whatever the sum.
BARS = (
    *("below marker", "narrow latin", "says", "spoken", "misread stop"),
    *(
        "starts",
        "command",
        "listed scrap",
        "both short",
        "parting",
        "dated",
        "source",
        "timed",
        "address",
        "parts",
        "rows",
    ),
)
# … those that ask for more.
DOUBTS = ("couplet", "quotation", "marker and title", "marker and short", "twins", "scrap")
# … and those that bar one even where a word seems to go on, as 行李 does from a poem's title 行 to its author 李.
TITLES = ("marker and title", "bare scrap")
KINDS = OPENER, CLOSER, INNER, ENDER, CLAUSE = 1, 2, 4, 8, 16
DOT = 32

Floats = NDArray[np.float32]


# Joined lines are judged again as one, until nothing joins them to more; so cleaning once is cleaning twice.
ROUNDS = 8


# A join whose evidence falls short by less than this (log odds) is a near miss.
HAIR = 1.0


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    gaps = Gaps(text, profile)
    found = [find_data(text, STAGE, rules)]
    for _ in range(ROUNDS):
        if not len(gaps):
            break
        fault = np.full(len(gaps), -1, np.int64)
        for name, which in judge(gaps, rules):
            fault[which & (fault < 0)] = rules.number[f"{STAGE}/{name}"]
        found.append(_joins(gaps, fault, rules, profile))
        if not len(found[-1]):
            break
        gaps = gaps.joined(gaps.row[fault >= 0])
    return settle(found)


class Gaps:
    """The gaps between lines that are not blank, as columns: line a above, line b below. Closed ones are left out."""

    def __init__(self, text: Text, profile: Profile) -> None:
        lines, codes = text.lines, text.codes
        solid = np.flatnonzero(~lines.is_blank)
        first, last = lines.first[solid], lines.last[solid]
        self.text = text
        self.codes = codes
        # Whether the file begins and ends here.
        self.opens, self.ended = text.origin == 0, text.origin + len(text.raw) == profile.length
        if len(solid) < 2:
            self.row = np.zeros(0, np.int64)
            return
        self.first, self.last = first, last
        self.ends = layout.end_class(codes, first, last)
        self.begins = layout.begin_class(codes, first)
        size = layout.Columns(text)
        self.width = size.between(first, last)
        self.indent = size.between(lines.start[solid], first)
        self.blanks = np.diff(solid) - 1
        runs = profile.layout
        run = runs.run_of(text.raw_at(lines.start[solid]))
        self.kind = runs.kind[run]
        self.room = runs.width[run]
        self.full = runs.full[run]
        self.inset = runs.indent[run]
        self.ghost = runs.ghost[run]
        self.usual = runs.gap[run]
        self.loose = runs.loose[run]
        self.starts = runs.starts[run]
        self.spaced = runs.spaced[run]
        self.says = runs.says[run]
        self.reach = layout.reach(self.width, np.where(self.room > 0, self.indent, 0))
        self.cut = _cut(text, profile, first, last)
        self.head = _heads(text, profile, first, last)
        self.entry = _entries(text, first, last, self.ends)
        self.cells = _cells(text, first, last)
        self.row = np.flatnonzero(~self._closed())

    def __len__(self) -> int:
        return len(self.row)

    def joined(self, at: Ints) -> Gaps:
        """The gaps that are left when those after the lines `at` are closed, as far as that changes what is known of
        them: a paragraph made of lines is a line like others."""
        again = copy(self)
        goes_on = np.zeros(len(self.first) - 1, np.bool_)
        goes_on[at] = True
        head = np.flatnonzero(np.append(True, ~goes_on))
        tail = np.flatnonzero(np.append(~goes_on, True))
        again.width = np.add.reduceat(self.width, head)
        again.first, again.last = self.first[head], self.last[tail]
        again.begins, again.ends = self.begins[head], self.ends[tail]
        again.blanks, again.cut = self.blanks[tail[:-1]], self.cut[tail[:-1]]
        for name in (
            "indent",
            "kind",
            "room",
            "full",
            "inset",
            "ghost",
            "usual",
            "loose",
            "starts",
            "spaced",
            "says",
            "head",
            "entry",
            "cells",
        ):
            setattr(again, name, getattr(self, name)[head])
        again.reach = layout.reach(again.width, np.where(again.room > 0, again.indent, 0))
        changed = again._judged(tail > head)
        near = changed.copy()
        near[1:] |= changed[:-1]
        again.row = np.flatnonzero(~again._closed() & (near[:-1] | changed[1:]))
        return again

    def torn(self) -> NDArray[np.bool_]:
        """Which gaps lack what parts paragraphs around them: the indent of the line below, the blank line between."""
        plain = self.kind[:-1] != WRAPPED
        indent = self.starts[:-1] & (self.indent[:-1] > 0) & (self.indent[1:] == 0)
        apart = self.blanks > 0
        blank = self.spaced[:-1] & ~apart & np.append(True, apart[:-1]) & np.append(apart[1:], True)
        return np.array([indent & plain, blank & plain])

    def _judged(self, changed: Bools) -> Bools:
        """Say anew what kind each line is where lines have changed, and which lines have changed, their kinds counted.

        Wrapped lines are paragraphs now, and short lines beside what was joined may be no verse or list any more; but
        where a cut is so near that not all the lines around are known they stay what they are.
        """
        wrapped = self.kind == WRAPPED
        out: Bools = changed | wrapped
        cut = np.flatnonzero(self.cut)
        bounds = np.concatenate([[0], cut + 1, [len(self.kind)]])
        for a, b in pairwise(bounds.tolist()):
            if wrapped[a:b].any():
                listed = layout.listed(self.ends[a:b], self.width[a:b])
                self.kind[a:b][wrapped[a:b]] = np.where(listed, LISTED, PLAIN)[wrapped[a:b]]
        asked = ((self.kind == LISTED) | (self.kind == GUARDED)) & ~wrapped & (layout.around(changed, NEAR) > 0)
        at = np.flatnonzero(asked)
        if len(at):
            known = np.searchsorted(cut, at - NEAR) == np.searchsorted(cut, at + NEAR)
            known &= ((at >= NEAR) | self.opens) & ((at < len(asked) - NEAR) | self.ended)
            row = layout.in_parts(self.text, self.first, self.last)
            gone = at[known & ~layout.listed(self.ends, self.width, row)[at]]
            self.kind[gone] = PLAIN
            out[gone] = True
        # What was joined brings paragraphs nearer to what stood by itself.
        guarded = np.flatnonzero(self.kind == GUARDED)
        beside = (guarded[:, None] + np.arange(-layout.ALONE, layout.ALONE + 1)).clip(0, len(out) - 1)
        plain = self.kind[beside] == PLAIN
        plain &= np.searchsorted(cut, beside) == np.searchsorted(cut, guarded)[:, None]
        guarded = guarded[plain.any(axis=1)]
        self.kind[guarded] = LISTED
        out[guarded] = True
        return out

    def _closed(self) -> Bools:
        a, b = slice(None, -1), slice(1, None)
        # Outside of wrapped prose a stop ends the paragraph, but for a closing mark below.
        ended = (self.ends[a] == STOP) & (self.begins[b] != CLOSE) & ((self.kind[a] != WRAPPED) | (self.room[a] == 0))
        listed = (self.kind == LISTED) | (self.kind == GUARDED)
        quiet = listed[a] & listed[b] & (self.width[a] <= SHORT) & (self.width[b] <= SHORT)
        quiet |= (self.kind[a] == GUARDED) & (self.kind[b] == GUARDED)
        quiet &= ~self.torn().any(axis=0)
        code = np.isin(self.kind[a], (CODE, OTHER)) | np.isin(self.kind[b], (CODE, OTHER))
        lone = (self.width[a] <= 4) & (self.width[b] <= 12)
        centred = np.abs(self.indent[a] - self.indent[b]) > CENTRED
        other = (self.ends[a] == FOREIGN) | (self.begins[b] == FOREIGN)
        cells = np.where(listed[a] & listed[b], self.cells[a] | self.cells[b], self.cells[a] & self.cells[b])
        entry = self.entry[a] | self.entry[b] | cells
        shut: Bools = ended | self.cut | quiet | code | other | lone | centred | entry | self.head[a] | self.head[b]
        asked = np.append(~shut, False)
        asked[1:] |= ~shut
        numeral = _numeral(self, asked)
        return shut | numeral[a] | numeral[b]


def _titles(gaps: Gaps, which: Bools) -> Bools:
    """Of the chosen gaps, those whose upper line may be a title: it begins a paragraph and has no mark inside."""
    row = gaps.row
    before = np.maximum(row - 1, 0)
    ended = (gaps.ends[before] == STOP) | (gaps.reach[before] < gaps.room[before] - 6) | gaps.cut[before] | (row == 0)
    out: Bools = which & (ended | (gaps.indent[row] > gaps.indent[row + 1]))
    whole = gaps.text.string
    for i in np.flatnonzero(out).tolist():
        k = int(row[i])
        out[i] = INSIDE.search(whole, int(gaps.first[k]), int(gaps.last[k]) - 1) is None
    return out


def _remarks(gaps: Gaps, which: Bools) -> Bools:
    """Of the chosen gaps, those whose upper line ends with a remark in brackets behind a full stop."""
    row = gaps.row
    out: Bools = which & (gaps.ends[row] == CLOSE) & among("）)")[gaps.codes[gaps.last[row] - 1]]
    for i in np.flatnonzero(out).tolist():
        k = int(row[i])
        out[i] = REMARK.search(gaps.text.string, int(gaps.first[k]), int(gaps.last[k])) is not None
    return out


def _numbered(gaps: Gaps, which: Bools) -> Bools:
    """Of the chosen gaps, those whose lower line has a number and a blank before its words."""
    out: Bools = which & (gaps.begins[gaps.row + 1] == DIGIT)
    for i in np.flatnonzero(out).tolist():
        out[i] = NUMBERED.match(gaps.text.string, int(gaps.first[gaps.row[i] + 1])) is not None
    return out


def _numeral(gaps: Gaps, which: Bools) -> Bools:
    """Of the chosen lines, those that are nothing but a numeral: the number of a chapter, a verse or a page."""
    out: Bools = which & (gaps.width <= LONGEST_NUMBER)
    out[out] = among(*ALONE_START).take(gaps.codes[gaps.first[out]])
    for i in np.flatnonzero(out).tolist():
        out[i] = ALONE.fullmatch(gaps.text.string, int(gaps.first[i]), int(gaps.last[i])) is not None
    return out


def _entries(text: Text, first: Ints, last: Ints, ends: NDArray[np.uint8]) -> Bools:
    """Which lines are entries of a table of contents."""
    out = np.zeros(len(first), np.bool_)
    places, low = text.lines.low
    dots = places[among(DOTS).take(low)]
    for i in np.flatnonzero((ends == DIGIT) & (layout.count(dots, first, last) >= 5)).tolist():
        out[i] = LEADER.search(text.string, int(first[i]), int(last[i])) is not None
    return out


def _cells(text: Text, first: Ints, last: Ints) -> Bools:
    """Which lines have a tab between their words."""
    blanks = text.lines.blanks
    tabs = blanks[text.codes[blanks] == 0x09]
    found: Bools = layout.count(tabs, np.minimum(first + TAB_STOP, last), last) > 0
    return found


def _cut(text: Text, profile: Profile, first: Ints, last: Ints) -> Bools:
    """Which gaps hold a place where the file may be cut."""
    places = profile.cuts.place
    inside = places[(places > text.origin) & (places < text.origin + len(text.raw))]
    out = np.zeros(len(first) - 1, np.bool_)
    if len(inside):
        at = text.at(inside)
        gap = np.searchsorted(first, at, side="left") - 1
        good = (gap >= 0) & (gap < len(out))
        good[good] &= last[gap[good]] <= at[good]
        out[gap[good]] = True
    return out


def _heads(text: Text, profile: Profile, first: Ints, last: Ints) -> Bools:
    """Which lines hold a heading, or say its title again."""
    heads = profile.headings
    out = np.zeros(len(first), np.bool_)
    mine = np.flatnonzero(text.holds(heads.start)) if len(heads) else heads.start
    if len(mine):
        start = text.at(heads.start[mine])
        end = text.at(np.maximum(heads.end[mine], heads.repeat_end[mine]), after=False)
        a = np.searchsorted(last, start, side="right")
        b = np.searchsorted(first, end, side="left")
        out[a[a < len(out)]] = True
        more = b > a + 1
        for i, j in zip(a[more].tolist(), b[more].tolist(), strict=True):
            out[i:j] = True
    return out


def left_open(text: Text, rules: Rules, profile: Profile) -> tuple[Ints, Ints, Floats]:
    """The gaps that were left open although the words were asked: where the line above ends, where the one below
    begins, and by how much the evidence for a join falls short (log odds)."""
    gaps = Gaps(text, profile)
    if not len(gaps):
        return NO_INTS, NO_INTS, np.zeros(0, np.float32)
    faults, short = weighed(gaps, rules)
    left = np.isfinite(short) & ~np.logical_or.reduce([which for _, which in faults])
    row = gaps.row[left]
    return gaps.last[row], gaps.first[row + 1], short[left]


def judge(gaps: Gaps, rules: Rules) -> list[tuple[str, Bools]]:
    """Which gaps are to be joined, by the fault that shows it; the first that holds names the join."""
    return weighed(gaps, rules)[0]


def weighed(gaps: Gaps, rules: Rules) -> tuple[list[tuple[str, Bools]], Floats]:
    """As `judge`, and for each gap by how much the evidence of the words falls short (inf where they do not count)."""
    closer, continues, doubtful, strict, fresh = laid_out(gaps)
    at = np.flatnonzero(doubtful)
    across = np.zeros(len(gaps), np.float32)
    sums = np.full(len(gaps), -np.inf, np.float32)
    marked, doubted, goes_on, titled, headed, whole = np.zeros((6, len(gaps)), np.bool_)
    if len(at):
        weights = rules.setting(STAGE, "weights")
        across[at], values, names = evidence(gaps, at)
        sums[at] = values @ np.array([weights[name] for name in names], np.float32) + weights["bias"]
        marked[at] = values[:, [names.index(n) for n in BARS]].any(axis=1)
        doubted[at] = values[:, [names.index(n) for n in DOUBTS]].any(axis=1)
        titled[at] = values[:, [names.index(n) for n in TITLES]].any(axis=1)
        headed[at] = (values[:, names.index("title")] > 0) & (across[at] <= 2)
        # A paragraph of several sentences is no title and no item of a list.
        whole[at] = values[:, [names.index(n) for n in ("long", "sentences")]].all(axis=1)
        whole[at] &= (values[:, [names.index(n) for n in ("han", "comma")]] > 0).any(axis=1)
        goes_on[at] = values[:, names.index("semicolon goes on")] > 0
    limit = np.where(whole, rules.setting(STAGE, "paragraph"), rules.setting(STAGE, "likely"))
    apart = (gaps.blanks[gaps.row] > gaps.usual[gaps.row]) | strict & (gaps.kind[gaps.row] == WRAPPED)
    for where, name in (
        (headed, "heading"),
        (strict, "sure"),
        (doubted, "doubted"),
        (apart, "apart"),
        (gaps.loose[gaps.row], "loose"),
    ):
        limit = np.where(where, rules.setting(STAGE, name), limit)
    likely = sums > limit
    likely |= goes_on
    # Over several blank lines only a word goes on.
    far = gaps.blanks[gaps.row] > gaps.usual[gaps.row] + 1
    likely &= ~marked & ~fresh & ~(far & (across <= 2))
    straddles = (across > 4) & (sums > rules.setting(STAGE, "straddle")) & ~titled
    a_end, b_begin = gaps.ends[gaps.row], gaps.begins[gaps.row + 1]
    letter = LETTER[CLASS[gaps.codes[np.maximum(gaps.last[gaps.row] - 2, 0)]]]
    hyphen = letter & (a_end == HYPHEN) & (b_begin == LOWER) & (gaps.width[gaps.row] >= LATIN_WIDTH)
    latin = among_classes(LOWER, UPPER, COMMA)[a_end] & (gaps.width[gaps.row] >= LATIN_WIDTH) & LETTER[b_begin]
    faults = [
        ("starts-with-closer", closer),
        ("hyphen", hyphen),
        ("latin-wrap", (continues | likely) & latin),
        ("full-width-line", continues),
        ("word-straddles-break", straddles),
        ("sentence-goes-on", likely),
    ]
    return faults, np.where(marked | fresh, np.inf, limit - sums).astype(np.float32)


def laid_out(gaps: Gaps) -> tuple[Bools, Bools, Bools, Bools, Bools]:
    """What the layout says of every gap: the line below begins with a closing mark; the line above is full and goes
    on; neither, so that words must show it; of those, where more than usual is asked for; and where the line below is
    set as a paragraph of its own."""
    row = gaps.row
    a_end, b_begin = gaps.ends[row], gaps.begins[row + 1]
    stop = a_end == STOP
    opened = PROSE_END[a_end]
    reach, room, ghost = gaps.reach[row], gaps.room[row], gaps.ghost[row]
    wrapped = (gaps.kind[row] == WRAPPED) & (room > 0)
    word = np.zeros(len(row), np.int64)
    word[wrapped] = layout.word_width(gaps.codes, gaps.first[row[wrapped] + 1], gaps.last[row[wrapped] + 1])
    latin = among_classes(LOWER, UPPER, DIGIT)[b_begin] & (gaps.codes[gaps.last[row] - 1] < 0x250)
    spare = np.where(latin, word + 1, np.maximum(word, 5 + ghost))
    full = wrapped & (reach + spare >= room) & (reach <= room + 8)
    letters, most = gaps.last[row] - gaps.first[row], room // 2
    counted = wrapped & (letters >= most - 2 - ghost // 2) & (letters <= most + 3)
    near = gaps.blanks[row] <= gaps.usual[row]
    inset = gaps.inset[row]
    # A small letter goes on wherever it stands: items have their further lines set in.
    lower = (
        (gaps.width[row] >= LATIN_WIDTH)
        & (b_begin == LOWER)
        & among_classes(LOWER, COMMA)[a_end]
        & (gaps.codes[gaps.last[row] - 1] < 0x250)
    )
    deep = (inset > 0) & (2 * gaps.indent[row + 1] > inset) & ~lower
    fresh = deep | gaps.full[row] & (inset == 0) & ~near
    heavy = among_classes(SEMI, COLON, DIGIT)[a_end]
    marker = np.zeros(len(row), np.bool_)
    asked = np.flatnonzero((full | counted) & (stop | heavy | ~near))
    marker[asked] = _markers(gaps, row[asked] + 1)

    goes_on = (full | counted) & opened & ~fresh & ~(marker & (~near | heavy))
    goes_on &= ~((a_end == CLOSE) & (b_begin == OPEN)) & ~among("#<")[gaps.codes[gaps.first[row + 1]]]
    # A full line without a wide character is wrapped where it goes on as prose does, else code or a row of a listing.
    goes_on &= (gaps.width[row] > letters) | (b_begin == LOWER)
    goes_on &= (
        ~_titles(gaps, goes_on & (a_end != COMMA) & ~lower) & ~_numbered(gaps, goes_on) & ~_remarks(gaps, goes_on)
    )
    wide = (gaps.reach[row + 1] >= room - 1) & (gaps.reach[row + 1] <= room + 6)
    stop_goes_on = gaps.full[row] | (ghost > 0) & wide & (b_begin != OPEN)
    goes_on |= full & stop & near & ~fresh & ~marker & stop_goes_on
    said = (inset > 0) | gaps.says[row] & (b_begin == OPEN) | (ghost > 0) & wide
    goes_on |= full & (a_end == COLON) & near & said & ~fresh & ~marker

    at = gaps.first[row + 1]
    below = gaps.codes[np.minimum(at + 1, len(gaps.codes) - 1)]
    joint = among(layout.JOINTS)[gaps.codes[at]] | among(":!")[gaps.codes[at]] & layout.is_wide(below)
    # Lines of code and of data begin with a half-width comma before a name.
    joint &= (gaps.codes[at] != below) & (layout.is_wide(gaps.codes[at]) | ~LETTER[CLASS[below]])
    # A row of points has one before each.
    joint &= ~among(BULLETS)[gaps.codes[at]] | (gaps.codes[gaps.first[row]] != gaps.codes[at])
    dash = (a_end == DASH) & (b_begin == DASH)
    quote = stop & among(layout.CLOSERS)[gaps.codes[gaps.first[row + 1]]] & (~wrapped | full)
    closer = (joint & ~stop | dash) & (~wrapped | full | near) | quote
    # A quotation mark that closes nothing was meant to open (’98).
    shuts = closer & (b_begin == CLOSE)
    closer[shuts] = _unclosed(gaps, row[shuts])
    fresh |= shuts & ~closer
    doubtful = ~stop & ~goes_on & ~closer & (a_end != STRANGE) & (b_begin != STRANGE)
    listed = ((gaps.kind[row] == LISTED) | (gaps.kind[row] == GUARDED)) & (gaps.width[row] <= 2 * SHORT)
    return closer, goes_on, doubtful, (wrapped & ~full & ~counted) | listed, fresh


def _unclosed(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines open more quotations and brackets than they close, or are wrapped, so that one above may."""
    marks = _marks(gaps, lines)
    out: Bools = (marks[OPENER] > marks[CLOSER]) | (gaps.kind[lines] == WRAPPED)
    return out


def _markers(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines begin a heading or an item."""
    out = np.zeros(len(lines), np.bool_)
    first = gaps.first[lines]
    whole = gaps.text.string
    for i in np.flatnonzero(among(*MARKER_START)[gaps.codes[first]]).tolist():
        out[i] = MARKER.match(whole, int(first[i])) is not None
    return out


def _ordinals(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines have a mark behind their first characters, as behind an ordinal."""
    near = gaps.codes.take(gaps.first[lines][:, None] + np.arange(1, 4), mode="clip")
    return np.asarray(among("、，,")[near].any(axis=1))


def _han_near(gaps: Gaps, row: Ints) -> Bools:
    """Which characters around the given gaps are Han; False everywhere else."""
    out = np.zeros(len(gaps.codes), np.bool_)
    step = np.arange(SIDE)
    near = np.concatenate([gaps.last[row][:, None] - 1 - step, gaps.first[row + 1][:, None] + step]).ravel()
    near = near[(near >= 0) & (near < len(out))]
    out[near] = han()[gaps.codes[near]]
    return out


@lru_cache(maxsize=1)
def mark_table() -> NDArray[np.uint8]:
    """For every code point which KINDS of marks it is."""
    table = np.zeros(CODE_POINTS, np.uint8)
    for bit, members in (
        (OPENER, "“「『《（(‘【"),
        (CLOSER, "”」』》）)’】"),
        (INNER, "，。、；！？,;!?"),
        (ENDER, "。！？!?"),
        (CLAUSE, "。！？!?；;"),
    ):
        table[encode(members)] |= np.uint8(bit)
    table[ord(".")] = DOT
    return table


def _marks(gaps: Gaps, lines: Ints) -> dict[int, Ints]:
    """How many marks of each kind stand in each of the lines."""
    length = gaps.last[lines] - gaps.first[lines]
    said = gaps.codes.take(spans(gaps.first[lines], length))
    held = mark_table().take(said)
    at = np.flatnonzero(held)
    # Behind Han a dot stands for a full stop where a closing mark follows, or a blank and Han.
    dots = at[held[at] == DOT]
    one, two = (said.take(dots + k, mode="clip") for k in (1, 2))
    stops = (mark_table()[one] & CLOSER > 0) | (blank()[one] & (CLASS[two] == IDEOGRAPH))
    held[dots] = np.where(stops & (CLASS[said[dots - 1]] == IDEOGRAPH), mark_table()[ord("。")], 0)
    line = np.searchsorted(np.cumsum(length), at, side="right")
    sorts = np.bincount(line * 32 + held[at], minlength=32 * len(lines)).reshape(-1, 32)
    return {bit: sorts[:, (np.arange(32) & bit) > 0].sum(axis=1) for bit in KINDS}


def evidence(gaps: Gaps, at: Ints) -> tuple[Floats, Floats, list[str]]:
    """How much better the words go across each of the gaps `at`; all features of them for the regression, a row a gap;
    the names of the features."""
    row = gaps.row[at]
    codes = gaps.codes
    a_end, b_begin = gaps.ends[row], gaps.begins[row + 1]
    aw, bw = gaps.width[row], gaps.width[row + 1]
    tail, head = codes[gaps.last[row] - 1], codes[gaps.first[row + 1]]
    start, end = edges(codes, gaps.last[row], gaps.first[row + 1])
    across = np.zeros(len(row), np.float32)
    both = np.flatnonzero(han()[tail] & han()[head])
    across[both] = straddle(codes, _han_near(gaps, row[both]), gaps.last[row[both]], gaps.first[row[both] + 1])
    lines, near = np.unique(np.concatenate([row, row + 1]), return_inverse=True)
    every = _marks(gaps, lines)
    marks, below = ({bit: n[i] for bit, n in every.items()} for i in (near[: len(row)], near[len(row) :]))
    marker_a, marker_b = _markers(gaps, row), _markers(gaps, row + 1)
    # The mark behind an ordinal (乙、) is none of the sentence's.
    inside = marks[INNER].astype(np.int64) > (mark_table()[tail] & INNER > 0) + (marker_a & _ordinals(gaps, row))
    sentences, clauses = marks[ENDER] > 0, marks[CLAUSE] > 2
    unclosed, unopened = marks[OPENER] > marks[CLOSER], below[CLOSER] > below[OPENER]
    bare = below[INNER] == 0
    quoted = among(QUOTE)[codes[gaps.first[row]]]
    title = ~inside & ~unclosed & (aw <= 48) & ~quoted
    both_bare = ~inside & ~unclosed & bare & (gaps.ends[row + 1] != STOP)
    scrap = _scraps(gaps, row, aw, inside | quoted) | _scraps(gaps, row + 1, bw, ~bare)
    before = np.maximum(row - 1, 0)
    known = (row > 0) & ~gaps.cut[before]
    says = among(SAYS)[tail] & (across <= 4) & (start <= SPOKEN) & ~_unsaid(codes, gaps.last[row])
    under_tail = codes[gaps.last[row + 1] - 1]
    # What is said stands in quotation marks of its own, or has lost the first of them.
    spoken = among(QUOTE)[head] & (CLASS[under_tail] == CLOSE)
    within = codes[np.maximum(gaps.last[row] - 2, 0)]
    inner = CLASS[within]
    spoken |= (a_end == COLON) & (unopened | among(SAYS)[within])
    # A quotation that opens behind a word and is not closed below was meant to be closed.
    misread = (a_end == COMMA) & (inner == COMMA) | (a_end == OPEN) & (inner == STOP)
    misread |= among(QUOTE)[tail] & (inner == IDEOGRAPH) & ~unopened
    comma, is_han = a_end == COMMA, a_end == IDEOGRAPH
    couplet = known & among_classes(COMMA, SEMI)[a_end] & (aw <= NARROW)
    couplet &= (np.abs(aw - gaps.width[before]) <= 10) & (np.abs(aw - bw) <= 10)
    # Verse in a quotation: under a line that ends with a colon, and below that three short lines without a stop.
    quotation = known & (gaps.ends[before] == COLON) & (aw <= NARROW) & (bw <= SHORT)
    quotation |= (
        known
        & ~among_classes(STOP, COLON)[gaps.ends[before]]
        & (gaps.width[before] <= NARROW)
        & (aw <= NARROW)
        & (bw <= NARROW)
    )
    quotation &= gaps.kind[row] != WRAPPED
    semicolon = (a_end == SEMI) & (aw > 120) & clauses & (bw > 60) & (gaps.ends[row + 1] == STOP) & ~marker_b
    semicolon &= ~known | (gaps.ends[before] != SEMI)
    indent_lost, blank_lost = gaps.torn()[:, row] & (a_end != COLON)
    # No paragraph of sentences ends with what stands so seldom at an end: 的.
    unended = (end >= UNENDED) & (aw > LONG) & sentences
    columns: dict[str, NDArray[np.generic]] = {
        "comma": comma,
        "semicolon": a_end == SEMI,
        "semicolon goes on": semicolon,
        "colon": a_end == COLON,
        "opener": a_end == OPEN,
        "han": is_han,
        "digit": a_end == DIGIT,
        "latin": (a_end == LOWER) | (a_end == UPPER),
        "close": a_end == CLOSE,
        "dash": (a_end == DASH) | (a_end == HYPHEN),
        "below han": b_begin == IDEOGRAPH,
        "below digit": b_begin == DIGIT,
        "below opens": b_begin == OPEN,
        "below lower": b_begin == LOWER,
        "both latin": ((a_end == LOWER) | (a_end == UPPER)) & (b_begin == LOWER),
        "across": np.clip(across, -1, 12) / 6,
        "across > 2": across > 2,
        "inside": inside,
        "inside and han": inside & is_han,
        "inside and comma": inside & comma,
        "sentences": sentences,
        "sentences and han": sentences & is_han,
        "unclosed": unclosed,
        "unclosed and han": unclosed & is_han,
        "quote": quoted,
        "title": title,
        "title and across": title & (across > 2),
        "long title": ~inside & ~unclosed & (aw > 48) & (aw <= 96) & ~quoted,
        "title above long": title & (bw > 100),
        "title below stop": title & known & (gaps.ends[before] == STOP),
        "marker": marker_a,
        "marker and title": marker_a & title,
        "marker and short": marker_a & ~title & ~sentences & (aw <= SHORT),
        "twins": _twins(gaps, row),
        "long": aw > LONG,
        "long and han": (aw > LONG) & inside & is_han,
        "width": np.minimum(aw, 160) / 80,
        "width <= 20": aw <= 20,
        "width <= 30": aw <= 30,
        "width <= 60": aw <= 60,
        "below width": np.minimum(bw, 160) / 80,
        "below bare": bare,
        "both bare": both_bare,
        "below short and bare": bare & (bw <= 40),
        "below stops": gaps.ends[row + 1] == STOP,
        "below short and stops": (bw <= 40) & (gaps.ends[row + 1] == STOP),
        "below long": bw > 100,
        "below unopened": unopened,
        "below marker": marker_b,
        "bound end": among(BOUND_END)[tail],
        "bound end and inside": among(BOUND_END)[tail] & inside,
        "bound start": among(BOUND_START)[head],
        "numeral end": among(NUMERALS)[tail],
        "start odds": start,
        "end odds": end,
        "start odds and title": start * title,
        "end odds and title": end * title,
        "says": says,
        "spoken": spoken,
        "misread stop": misread,
        "above stops": known & (gaps.ends[before] == STOP),
        "above open": known & ~among_classes(STOP, COLON)[gaps.ends[before]] & (gaps.width[before] <= SHORT),
        "same width": known & (np.abs(gaps.width[before] - aw) <= 4) & (gaps.ends[before] != STOP) & (aw >= 24),
        "blank lines": gaps.blanks[row] > gaps.usual[row],
        "further in": gaps.indent[row + 1] > gaps.indent[row],
        "further out": (gaps.indent[row + 1] < gaps.indent[row]) & (gaps.indent[row] <= INDENT),
        "couplet": couplet,
        "quotation": quotation,
        "narrow latin": (tail < 0x250) & (head < 0x250) & (aw < LATIN_WIDTH),
        "starts": gaps.starts[row]
        & (gaps.kind[row] != WRAPPED)
        & (gaps.indent[row + 1] > 0)
        & (start < WITHIN)
        & ~unended,
        "command": (a_end == IDEOGRAPH)
        & (bw == gaps.last[row + 1] - gaps.first[row + 1])
        & (gaps.ends[row + 1] != STOP),
        "scrap": scrap,
        "bare scrap": scrap & both_bare,
        "listed scrap": scrap & (gaps.kind[row] == LISTED),
        "both short": title & (np.maximum(aw, bw) <= BOTH_SHORT) & (across <= 2),
        "parting": _partings(gaps, row),
        "dated": _dates(gaps, row + 1),
        "source": _sources(gaps, row),
        "timed": _timed(gaps, row),
        "address": _addresses(gaps, row),
        "parts": title & (_parts(gaps, row) > 0),
        "rows": (_parts(gaps, row) > 1) & (_parts(gaps, row + 1) > 1),
        "listed": (gaps.kind[row] == LISTED) & (gaps.kind[row + 1] == LISTED),
        "indent lost": indent_lost,
        "indent lost and title": indent_lost & title,
        "blank lost": blank_lost,
        "blank lost and title": blank_lost & title,
    }
    values = np.empty((len(columns), len(row)), np.float32)
    for value, column in zip(values, columns.values(), strict=True):
        value[:] = column
    return across, values.T, list(columns)


def _scraps(gaps: Gaps, lines: Ints, width: Ints, marked: Bools) -> Bools:
    """Which of the lines are a few characters with no mark among them or behind them: a name, a number, a misread."""
    return (width <= SCRAP) & ~marked & among_classes(IDEOGRAPH, DIGIT, LOWER, UPPER)[gaps.ends[lines]]


def _parts(gaps: Gaps, lines: Ints) -> Ints:
    """How many full-width blanks each of the lines holds, as between a title and its author or the parts of a row."""
    blanks = gaps.text.lines.blanks
    return layout.count(blanks[gaps.codes[blanks] == 0x3000], gaps.first[lines], gaps.last[lines])


def _sources(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines say where a quotation is from: ——《某书》, or end in ”——某人."""
    near = gaps.codes.take(gaps.last[lines][:, None] - np.arange(2, 2 + LONGEST_SOURCE), mode="clip")
    out = np.asarray(among(DASHES).take(near).any(axis=1))
    for i in np.flatnonzero(out).tolist():
        k = int(lines[i])
        out[i] = SOURCE.search(gaps.text.string[int(gaps.first[k]) : int(gaps.last[k])]) is not None
    return out


def _unsaid(codes: NDArray[np.uint32], last: Ints) -> Bools:
    """Before which places there is a word that ends as if somebody spoke, but nobody does."""
    words = fold_table()[encode(NO_SAYING)].reshape(-1, 2).astype(np.int64)
    pair = [fold_table().take(codes.take(last - k, mode="clip")).astype(np.int64) for k in (2, 1)]
    out: Bools = np.isin(pair[0] << 32 | pair[1], words[:, 0] << 32 | words[:, 1])
    return out


def _twins(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines are two halves as long as each other with a comma between them, as headings like to be."""
    length = gaps.last[lines] - gaps.first[lines]
    middle = gaps.codes.take(gaps.first[lines] + length // 2)
    out: Bools = (length % 2 == 1) & (length <= SHORT // 2) & among("，,")[middle]
    return out


def _addresses(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines end in the address of a page."""
    out = among_classes(LOWER, UPPER, DIGIT)[CLASS[gaps.codes[gaps.last[lines] - 1]]]
    near = gaps.codes.take(gaps.last[lines[out]][:, None] - np.arange(2, LONGEST_ADDRESS), mode="clip")
    out[out] = among("/.").take(near).any(axis=1)
    for i in np.flatnonzero(out).tolist():
        k = int(lines[i])
        begin = max(int(gaps.first[k]), int(gaps.last[k]) - LONGEST_ADDRESS)
        out[i] = ADDRESS.search(gaps.text.string[begin : int(gaps.last[k])]) is not None
    return out


def _timed(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines end in a time of day, as the name and time above a message do."""
    near = gaps.codes.take(gaps.last[lines][:, None] - np.arange(1, 4), mode="clip")
    digit = CLASS[near] == DIGIT
    out: Bools = digit[:, 0] & digit[:, 1] & among(":：")[near[:, 2]]
    return out


def _dates(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines are a date and nothing else, as below the name that signs a letter or a notice."""
    out = among("日号號")[gaps.codes[gaps.last[lines] - 1]] & (gaps.width[lines] <= DATE)
    for i in np.flatnonzero(out).tolist():
        k = int(lines[i])
        out[i] = DATED.fullmatch(gaps.text.string, int(gaps.first[k]), int(gaps.last[k])) is not None
    return out


def _partings(gaps: Gaps, lines: Ints) -> Bools:
    """Which of the lines end with the words that stand alone before a greeting or with the last but one of a list's."""
    out = np.zeros(len(lines), np.bool_)
    for i in np.flatnonzero(among(PARTING_END)[gaps.codes[gaps.last[lines] - 1]]).tolist():
        k = int(lines[i])
        out[i] = (
            PARTING.search(gaps.text.string, max(int(gaps.last[k]) - 4, int(gaps.first[k])), int(gaps.last[k]))
            is not None
        )
    return out


def _joins(gaps: Gaps, fault: Ints, rules: Rules, profile: Profile) -> Edits:
    """The edits that take the break and the blanks around it out, or put a space in its place between Latin words."""
    chosen = np.flatnonzero(fault >= 0)
    if not len(chosen):
        return NO_EDITS
    row = gaps.row[chosen]
    start, end = gaps.last[row].copy(), gaps.first[row + 1]
    left, right = gaps.codes[start - 1], gaps.codes[end]
    narrow = (left > 0x20) & (left < 0x250) & (right > 0x20) & (right < 0x250)
    word = among_classes(LOWER, UPPER, DIGIT, COMMA, SEMI, COLON, CLOSE, STOP, STRANGE)[CLASS[left]]
    word &= among_classes(LOWER, UPPER, DIGIT, OPEN, DASH, STRANGE)[CLASS[right]] | (right == 0x22) | (right == 0x27)
    digits = (CLASS[left] == DIGIT) & (CLASS[right] == DIGIT)
    space = narrow & word & ~digits
    whole = gaps.text.string
    for i in np.flatnonzero(fault[chosen] == rules.number[f"{STAGE}/hyphen"]).tolist():
        a, b = int(start[i]), int(end[i])
        if layout.fuse(whole[max(a - 24, 0) : a].split("\n")[-1], whole[b : b + 24].split("\n")[0]) in profile.words:
            start[i] -= 1
    n = space.astype(np.int64)
    return Edits(start, end, fault[chosen], np.full(int(n.sum()), 0x20, np.uint32), np.cumsum(n))
