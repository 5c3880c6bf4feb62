"""Which of the heading candidates are headings: the best numbered sequences over the whole file.

A number alone proves little (唯|一、 at a line start); a number that goes on from the one before, in a place where a
heading can stand, proves much. So the candidates of each family are judged as a sequence by dynamic programming, the
families that stand highest first; how deep a heading stands follows from which family restarts inside which.
Titles without a number count only where something else speaks for them. Knows nothing of text beyond what the
candidates say.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from cleancorpus.candidates import (
    BOOK,
    CHAPTER,
    COMPILED,
    DATED,
    DAY,
    DIARY,
    ENTRY,
    EXAM,
    FORMED,
    LONG,
    LOW,
    MOST_ENTRIES,
    NUMBERED,
    PLAIN_NUMBER,
    POINT,
    PREFACE,
    SEPARATORS,
    SHORT,
    STARRED,
    TITLED,
    VOLUME,
    WORDED,
    Candidate,
    Found,
    Rows,
    TitleForms,
    gather,
    is_contents,
    plain,
    value,
)
from cleancorpus.edits import NO_INTS, Ints
from cleancorpus.profile import Headings
from cleancorpus.rules import Rules
from cleancorpus.text import among, han

BARE = "headings/bare-number"
OUTLINE = "headings/outline"
NO_HEADINGS = Headings()
# What prose may begin with, beside Han.
OPENING = "“‘「『《〈【（("

# What the names of those end in who sign a report.
SIGNERS = (*"局部院社處处科室組组队隊会會委厅廳所站校系班", "公司", "支部", "大学", "大學", "中学", "小学", "政府")

# What a sequence gains by a member that goes on from the one before, and what it loses where it does not (score
# units; a heading on a line of its own behind a full stop scores 3 to 4).
NEXT = 2.0
GAP, GAP_MOST = 0.4, 2.5
BACK = 3.5
RESTART = 1.0
AGAIN = 5.0
LOOK_BACK = 12
# Two that stand on lines of their own, ordinal and title apart, set off from the text, score this much: then it is the
# author who lost count, and it costs no more than that.
SURE, MISCOUNTED = 3.3, 1.5
# A member that stands alone must score this much, or this where blank lines stand above and below it.
ALONE, ALONE_APART = 3.0, 2.5
# Chapters that only a number marks are documents of their own where half of them have this many characters.
LONG_CHAPTER = 1500
# Where the file is a part of a book and cuts chapters off: of ten such parts, the longer of what it held of the two
# chapters around a number had 900 to 1400 characters and more.
LONG_PART = 800
# Marks do not speak against a title that blank lines set off and that is no longer than this.
TITLE = 30
# The title of a book stands no more lines than this above its first chapter.
TITLE_PAGE = 4
# Where they are written as the sections of an essay are (一、…, 1．…), this many. Fewer than MOST_SECTIONS prove
# nothing.
LONG_SECTION = 4000
MOST_SECTIONS = 5
# A title in the middle of its line is indented this far at least, and the paragraph below it less than half as far; its
# middle is no more columns than this from that of others. Three of one book were all in the same column.
CENTRED, PARAGRAPH, ASIDE = 10, 8, 2
# Of prose, so much stands in long lines that begin with a Han or a quotation.
PROSE = 0.8
# A title that stands among others of its like has at least this much text.
SHORT_BODY = 60
# And that of those that only their words make titles, and of those that only blank lines set off.
ALIKE_BODY = 200
FREE_BODY = 300
# Where one or two titles part a file, this many blank lines stand above each, and it is no longer than this.
FAR, SHORT_TITLE = 3, 16
# A table of contents without numbers has at least this many entries.
LEAST_ENTRIES = 3
# A diary has at least this many days.
MOST_DAYS = 3
# Half of the bare dates of a diary are no more days than this apart, and of so many one may be out of order.
APART, SLIPS = 31, 20
NO_TITLE = "a short line, but nothing says that it is a title"
# The parts of an exam paper that have a text to read; the others are documents only beside these.
READING = ("阅读", "閱讀", "鉴赏", "鑒賞")
REFUSED_KEPT = 2000
_ordinal = re.compile(r"\d|[一二三四五六七八九十]+[、.．]|第[\d一二三四五六七八九十百]|附录|附錄")
# What no text of several is called, but the parts of one are.
_part = re.compile(
    r"(?:引言|前言|序言|绪论|緒論|导言|導言|摘要|背景|简介|簡介|介绍|介紹|概述|概要|总结|總結|小结|小結|结论|結論|结语|結語"
    r"|参考|參考|参考文献|參考文獻|参考资料|參考資料|附录|附錄|致谢|致謝|目录|目錄|后记|後記)"
)
# What parts clauses.
_clause = re.compile(r"[，。；！？,;!?]")
# What ends a quotation that began on a line above.
_rest = re.compile(r"[^“「『《]*[”」』》]")
# A bare date: its year, where it says it, its month and its day.
_day = re.compile(r"(?:(\d{4})\s*[年./-]\s*)?([^\s年月./-]+)\s*[月./-]\s*([^\s日号號]+)\s*[日号號]?")
# The number of a page among those that a site has cut a chapter into.
_page = re.compile(r"(?P<title>.+?)\s*[(（\[【](?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})[)）\]】]")
# Where a text was written, as it is said at its end, over the date.
_place = re.compile(r".{0,3}[写寫作成完定草脱脫记記识識撰]稿?[于於]")
_promise = re.compile(r"(?<![第\d一二三四五六七八九十])(\d{1,2}|[一二三四五六七八九十]{1,3})\s?篇\s?[)）】]?$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the outline: a candidate, whether it was taken, how deep it stands and why."""

    start: int
    text: str
    rule: str
    level: int
    taken: bool
    opens: bool
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The headings. `tell` makes the outline, which few ask for."""

    headings: Headings = NO_HEADINGS
    tell: Callable[[], tuple[Verdict, ...]] = tuple

    @property
    def outline(self) -> tuple[Verdict, ...]:
        """Every heading taken, and the first of those refused, each with its reason."""
        return self.tell()


def choose(found: Sequence[Found], length: int, rules: Rules, gone: Ints = NO_INTS) -> Chosen:
    """The headings among the candidates of all blocks of a file of `length` code points, as if its lines `gone` (by
    their number among those that are not blank) had not been there."""
    rows, candidates = gather(found, gone)
    if not candidates:
        return Chosen()
    head = next((f.head for f in found if len(f.rows)), "")
    return _Choice(rows, candidates, length, rules, _promised(head)).result()


@dataclass(slots=True)
class _Choice:
    """One file's candidates on their way to headings. promised: how many texts its first line says that it holds."""

    rows: Rows
    candidates: list[Candidate]
    length: int
    rules: Rules
    promised: int = 0
    taken: list[Candidate] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    contents: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)
    listing: dict[str, int] = field(default_factory=dict)
    ranks: dict[str, float] = field(default_factory=dict)
    # Of each candidate: how well it does as a heading, and why it is one or none.
    score: list[float] = field(init=False)
    why: list[str] = field(init=False)
    # How many blank lines are more than stand between the paragraphs of the file.
    wide: int = field(init=False)

    def __post_init__(self) -> None:
        self.wide = max(2, int(np.median(self.rows.gap[1:])) + 1) if len(self.rows) > 1 else 2
        self.score = [0.0] * len(self.candidates)
        self.why = [""] * len(self.candidates)

    def result(self) -> Chosen:
        families: dict[str, list[Candidate]] = defaultdict(list)
        for c in self.candidates:
            families[c.family].append(c)
        for family in [f for f in families if f.startswith(POINT)]:
            for c in families.pop(family):
                self._judge_point(c)
        self.points.sort()
        self._read_contents(families.pop(ENTRY, []))
        self._drop_contents()
        by_rank = sorted(families, key=lambda f: (self._rank(f), f))
        for family in by_rank:
            if families[family][0].rule not in (TITLED, PREFACE, EXAM, DIARY, DAY, STARRED):
                self._take(self._chain(family, [c for c in families[family] if not self.why[c.nth]]))
        self._take(self._exams([c for f in by_rank if f.startswith(EXAM) for c in families[f]]))
        self._take(self._starred(families.get(STARRED, [])))
        self._take(self._prefaces(families.get(PREFACE, [])))
        self._take(self._days(families.get(DIARY, [])))
        self._take(self._bare_days(families.get(DAY, [])))
        self._take(self._titles(families.get(TITLED, [])))
        return self._settle()

    def _take(self, chosen: Iterable[Candidate]) -> None:
        # They sort by `nth`, and so by place.
        self.taken = sorted([*self.taken, *chosen])

    def _rank(self, family: str) -> float:
        rule = self.rules.all[self.rules.number[family.partition(" ")[0]]]
        within = family.rpartition(" ")[2]
        return rule.rank + (int(within) / 10 if rule.id == EXAM and within.isdigit() else 0)

    def _form(self, c: Candidate) -> float:
        """How much it looks like a heading in itself."""
        if c.rule == NUMBERED:
            return 1.5 if c.glued else 2.0
        if c.rule in LOW:
            if c.text[-1:] in "，,；;：:、":
                return -1.0
            return 1.0 + 0.5 * (c.whole <= 20) - 0.5 * (c.text[-1:] in "。！？!?")
        if not c.title:
            return 2.5 if not c.glued else 0.5
        if c.inline or c.glued:
            return 1.5 if c.clear else -1.0
        if (
            c.clear
            and c.whole <= 40
            and c.title[-1] in ")）]】"
            and _page.fullmatch(c.title)
            and (c.gap or not _clause.search(c.title))
        ):
            return 2.5
        if c.whole > 40 or "。" in c.text or "；" in c.text:
            if c.clear and c.whole <= TITLE and c.gap >= self.wide and c.room:
                return 0.5
            return 0.0 if c.clear and c.rule not in BOOK else -2.0
        if not c.clear:
            if c.title[0] in "的中里裡内內是已也就所上之，。、）)":
                return -3.0
            if any(s in c.title for s in "，,：:“"):
                return -1.0
            alone = c.rule == CHAPTER and c.whole <= SHORT_TITLE and c.title[0] != "第" and not c.inline
            return 2.2 if alone else 1.5
        return 2.5

    # Sequences.

    def _read_contents(self, members: list[Candidate]) -> None:
        """Remember the titles that a table of contents lists line by line: up to one that it has listed already, or to
        one that text stands below. Where numbers stand before them, the numbers tell more."""
        said: list[str] = []
        nexts = -1
        for c in [*members, None]:
            title = plain(c.title) if c is not None else ""
            if c is not None and c.row == nexts and title not in said and c.under < LONG and len(said) < MOST_ENTRIES:
                said.append(title)
                nexts += 1
                continue
            if len(said) >= LEAST_ENTRIES:
                self.entries |= {*said} - {""}
                if not any(_ordinal.match(t) for t in said):
                    self.listing |= {t: n for n, t in enumerate(said) if t}
            said = []
            nexts = -1
            if c is not None and is_contents(c.text):
                nexts = c.row + 1

    def _drop_contents(self) -> None:
        """Refuse what stands in a table of contents, and remember the titles it lists."""
        free = (TITLED, POINT, DAY)
        listed = [c for c in self.candidates if c.rule not in free and not c.inline and not c.glued]
        rows = np.array([c.row for c in listed], np.int64)
        step = np.diff(rows, prepend=-2)
        # The first candidates of their rows, in runs of rows that follow each other.
        leading = np.flatnonzero(step > 0)
        begins = np.append(np.flatnonzero(step[leading] > 1), len(leading))
        length = np.diff(begins)
        marked = np.add.reduceat(
            np.array([c.listed for c in listed] + [False], np.int64)[np.append(leading, -1)], begins
        )
        for n in np.flatnonzero((length > 2) | (marked[:-1] > 1)).tolist():
            run = [listed[i] for i in leading[begins[n] : begins[n + 1]].tolist()]
            one = len({r.family for r in run}) == 1 and run[0].number + 2 == run[min(2, len(run) - 1)].number
            if marked[n] >= 2 or len(run) >= 5 or one:
                self._refuse_contents(run)
        for c in self.candidates:
            if c.listed and not self.why[c.nth] and c.rule != POINT:
                if c.rule == TITLED:
                    self.why[c.nth] = NO_TITLE
                else:
                    self._refuse_contents([c])

    def _refuse_contents(self, run: list[Candidate]) -> None:
        rows = {c.row for c in run}
        last = run[-1]
        for c in self.candidates[run[0].nth :]:
            if c.start > last.start:
                break
            if c.row in rows and c.family != ENTRY and c.rule != POINT:
                self.why[c.nth] = "an entry of a list or a table of contents"
                if c.rule not in LOW or c.listed:
                    self.contents.add(plain(c.title) if c.title else plain(c.text))
        # The last entry may be the first heading: text follows it, and it begins the sequence anew, or says again what
        # the list has said.
        anew = 0 < last.number <= run[0].number or plain(last.title) in {plain(c.title) for c in run[:-1] if c.title}
        if len(run) > 1 and not last.listed and anew:
            self.why[last.nth] = ""

    def _chain(self, family: str, members: list[Candidate]) -> list[Candidate]:
        """The best sequence of one family."""
        rank = self._rank(family)
        self.ranks[family] = rank
        least = 0.0 if family in WORDED else 0.8
        fit, scores = [], []
        for c in members:
            if not c.number:
                self.why[c.nth] = "no number"
                continue
            score = self.score[c.nth] = self._form(c) + c.context
            if score > least:
                fit.append(c)
                scores.append(score)
            else:
                self.why[c.nth] = "it reads as part of a sentence"
        if not fit:
            return []
        higher = [c.start for c in self.taken if self.ranks[c.family] < rank]
        scope = np.searchsorted(higher, [c.start for c in fit]).tolist()
        # The best score of a sequence that ends with each, and of one that ends no later.
        best = [0.0] * len(fit)
        most = [0.0] * len(fit)
        link = [-1] * len(fit)
        for i, c in enumerate(fit):
            top, source = -0.3 * (c.number > 1), -1
            # The nearest first, for those farther off can seldom gain as much; of equal ones the farthest counts.
            for j in range(i - 1, max(0, i - LOOK_BACK) - 1, -1):
                if most[j] + NEXT < top:
                    break
                gain = best[j] + _step(fit[j], c, scope[i] > scope[j], scores[j] >= SURE and scores[i] >= SURE)
                if gain > top or (gain == top and source >= 0):
                    top, source = gain, j
            best[i], link[i] = scores[i] + top, source
            most[i] = max(best[i], most[i - 1]) if i else best[i]
        at = best.index(max(best))
        kept: list[Candidate] = []
        while at >= 0:
            kept.append(fit[at])
            at = link[at]
        kept.reverse()
        chosen = self._runs(family, kept)
        ours = {c.nth for c in chosen}
        for c in fit:
            if c.nth not in ours and not self.why[c.nth]:
                self.why[c.nth] = f"its number {c.number} does not go on from the headings around it"
        return chosen

    def _runs(self, family: str, kept: list[Candidate]) -> list[Candidate]:
        """The members of the sequence that stand: in runs of two or more, or alone with good evidence."""
        chosen: list[Candidate] = []
        run: list[Candidate] = []
        for c in [*kept, None]:
            if (
                c is not None
                and run
                and (c.number > run[-1].number or _next_page(run[-1], c))
                and not (family not in WORDED and c.number > run[-1].number + 2)
            ):
                run.append(c)
                continue
            if run:
                chosen += self._stand(family, run)
            run = [c] if c is not None else []
        return chosen

    def _stand(self, family: str, run: list[Candidate]) -> list[Candidate]:
        rule = family.partition(" ")[0]
        if len(run) > 1:
            bodies = [b.start - a.end for a, b in zip(run, run[1:], strict=False)]
            few = sorted(bodies)[len(bodies) // 2]
            same = len({plain(c.title) for c in run}) == 1
            if rule == NUMBERED and few < SHORT_BODY:
                return self._refuse(run, "an entry of a list or a table of contents")
            if rule == NUMBERED and not same and len(plain(run[0].title)) < 4:
                return self._refuse(run, "a label, too short for a title")
            if rule == NUMBERED and same and len(plain(run[0].title)) < 4 and family.split(" ")[1] == "n":
                return self._refuse(run, "a label, too short for a title")
            if rule == NUMBERED and run[0].number != 1 and not same:
                return self._refuse(run, "only its number makes it a title, and the numbers do not begin at 1")
            if rule in WORDED and len(run) > 2 and few < 8:
                return self._refuse(run, "an entry of a list or a table of contents")
            return run
        c = run[0]
        if rule in (BARE, OUTLINE, PLAIN_NUMBER) and self._excerpted(run):
            return run
        if family in WORDED and (
            self.score[c.nth] >= (ALONE_APART if c.gap and c.room else ALONE)
            or (c.number == 1 and self.score[c.nth] >= 1.5)
            or plain(c.title) in self.contents
        ):
            return run
        if rule == OUTLINE and plain(c.title) in self.contents:
            return run
        apart, reads = c.gap and (c.ended or c.over < SHORT), max(c.under, c.second) >= LONG
        if rule == CHAPTER and apart and reads and self.score[c.nth] >= ALONE:
            return run
        far = apart and c.room and c.gap >= (self.wide if reads else FAR)
        if rule == NUMBERED and far and c.whole <= SHORT_TITLE and not c.inline:
            return run
        return self._refuse(run, "it stands alone, no other number goes with it")

    def _excerpted(self, run: list[Candidate]) -> bool:
        """Whether numerals of their own, or short titles behind one, are the chapters of a book of which the file has
        only a part: 二 without 一, or 一 without 二, each with blank lines around it and before long lines, before a
        title more of them than elsewhere. A number in digits may be a page's."""
        if run[0].number == 1 and len(run) > 1:
            return False
        apart = all(c.gap and c.room and max(c.under, c.second) >= LONG for c in run)
        if not apart or any(c.text.isascii() for c in run):
            return False
        titled = [c for c in run if c.title]
        if titled and not all(c.gap >= self.wide and c.ended and c.whole <= SHORT_TITLE for c in run):
            return False
        edges = [0, *(c.start for c in run), self.length]
        if run[0].number == 1:
            edges[0] = run[0].start
        bodies = [b - a for a, b in pairwise(edges)]
        return max(bodies[0], bodies[-1]) >= LONG_PART and min(bodies[1:-1], default=LONG_PART) >= LONG_PART

    def _refuse(self, members: list[Candidate], why: str) -> list[Candidate]:
        for c in members:
            self.why[c.nth] = why
        return []

    # Headings without a sequence.

    def _exams(self, members: list[Candidate]) -> list[Candidate]:
        after = TitleForms.of(self.rules).passage
        chosen: list[Candidate] = []
        for c in members:
            self.ranks[c.family] = self._rank(c.family)
            if self.why[c.nth]:
                continue
            reads = bool(after.search(c.below)) or any(word in c.title for word in READING)
            if (reads or (c.title and chosen)) and c.context > -1:
                chosen.append(c)
            else:
                self.why[c.nth] = "a question without a text of its own"
        return chosen

    def _starred(self, members: list[Candidate]) -> list[Candidate]:
        self.ranks[STARRED] = self._rank(STARRED)
        for c in members:
            self.why[c.nth] = self.why[c.nth] or ("" if not c.row or c.gap or c.ended else "in the middle of a text")
        return [c for c in members if not self.why[c.nth]]

    def _prefaces(self, members: list[Candidate]) -> list[Candidate]:
        self.ranks[PREFACE] = self._rank(PREFACE)
        book = any(c.rule in BOOK for c in self.taken)
        said = {c.row + 1: plain(c.title) for c in self.taken} if members else {}
        chosen = []
        for c in members:
            if self.why[c.nth]:
                continue
            if said.get(c.row) == plain(c.text):
                self.why[c.nth] = "it says the heading above it again"
                continue
            follows = c.under >= 20 or c.second >= 20
            # 番外 is nothing but a part of a book.
            most = SHORT_TITLE if c.text.startswith("番外") else 4
            plainly = c.whole <= most and (c.ended or c.over < SHORT)
            listed = plain(c.title) in self.contents or plain(c.text) in self.entries
            # One with a title behind it may be the last section of an essay as well.
            apart = c.gap or plainly or (book and c.ended) if c.ordinal_end == c.start else book and (c.gap or c.ended)
            if follows and (listed or apart):
                chosen.append(c)
            else:
                self.why[c.nth] = "nothing sets it off from the text around it"
        return chosen

    def _check_listing(self, members: list[Candidate]) -> None:
        """Believe a table of contents without numbers where its titles follow in order, from the first or second."""
        known = [c for c in members if plain(c.text) in self.listing and _stands_free(c)]
        order = [self.listing[plain(c.text)] for c in known]
        if order and order[0] < 2 and all(a < b for a, b in pairwise(order)):
            self.contents |= self.listing.keys()

    def _days(self, members: list[Candidate]) -> list[Candidate]:
        """The days of a diary: dates with a weekday or the weather, each between the end of a text and another text."""
        self.ranks[DIARY] = self._rank(DIARY)
        fit = [c for c in members if (not c.row or c.ended or c.over >= SHORT) and max(c.under, c.second) >= SHORT]
        if len(fit) < MOST_DAYS:
            return self._refuse(members, "few dates like it stand over a text")
        if any(c.rule in WORDED for c in self.taken):
            return self._refuse(members, "a date in a chapter")
        for c in members:
            self.why[c.nth] = "a day of a diary" if c in fit else "a date under a title or a name"
        return fit

    def _bare_days(self, members: list[Candidate]) -> list[Candidate]:
        """The days of a diary that only dates tell: in order, each set off from the text above it more than from its
        own. A number with a point may be that of a section, a version or a price as well: nearly all such numbers in
        the file must be days."""
        self.ranks[DAY] = self._rank(DAY)
        near = [c for c in members if c.gap > c.room and (not c.row or c.ended or c.over < SHORT)]
        fit = [c for c in near if any(map(_is_han, c.below))]
        days = [_date(c.text) for c in fit]
        if len(fit) < max(MOST_DAYS, 0.9 * len(members)) or not _in_order(days):
            return self._refuse(members, "few dates like it stand in order, each over a text")
        if "." in fit[0].text and not days[0][0] and _are_sections(days):
            return self._refuse(members, "a number, which need not be a date")
        bodies = sorted(b.start - a.end for a, b in pairwise(fit))
        if bodies[len(bodies) // 2] < SHORT_BODY:
            return self._refuse(members, "an entry of a list")
        if any(c.rule in WORDED for c in self.taken):
            return self._refuse(members, "a date in a chapter")
        for c in members:
            self.why[c.nth] = "a day of a diary" if c in fit else "a date under a title or a name"
        return fit

    def _titles(self, members: list[Candidate]) -> list[Candidate]:
        """Titles without a number: by what stands above or below them, or by their like in a compilation."""
        self.ranks[TITLED] = self._rank(TITLED)
        like = TitleForms.of(self.rules)
        for c in members:
            if c.near_edge and not self.why[c.nth] and not self._may_title(c, like):
                self.why[c.nth] = NO_TITLE
        rows = {c.row for c in self.taken}
        titled = {c.row for c in self.taken if c.rule not in LOW}
        compiled_file = any(c.rule in COMPILED for c in self.taken)
        free = [c for c in members if not self.why[c.nth]]
        if self.listing:
            self._check_listing(free)
        chosen = []
        for c in free:
            stops = not c.row or c.gap > 0 or c.ended
            wide = c.under >= LONG or c.second >= LONG
            if self.contents and _stands_free(c) and plain(c.text) in self.contents:
                listed = True
            elif c.bare:
                continue
            elif _rest.match(c.text):
                self.why[c.nth] = NO_TITLE
                continue
            else:
                listed = False
            first = c.row - 1 in rows
            near = stops or c.over < SHORT
            if like.dated(c.below) and near and self._heads_date(c, like, titled):
                score, why = 3.0, "a date stands below it"
            elif c.told and stops and wide and not (like.named(c.text) or like.dated(c.text)) and len(c.text) > 3:
                score, why = 2.0, "a watermark that says when the page was put up stood below it"
            elif like.passage.search(c.above) and wide and not c.text[0].isdigit() and c.text[0] not in "①（([":
                score, why = 3.0, "an exam paper's instruction stands above it"
            elif (
                like.named(c.below)
                and any(map(_is_han, c.text))
                and not (like.named(c.text) or like.dated(c.text) or first)
                and c.second >= LONG
                and (c.gap or not c.below[0].isalpha() or c.below[1:2] in "/／" or (near and not c.ended))
            ):
                score, why = 2.5, "an author's name stands below it"
            elif listed:
                score, why = 2.5, "the table of contents lists it"
            elif compiled_file and like.title(c.text) and _opens_text(c, like) and (stops or first):
                score, why = (1.0 if first else 2.0), "its like stands in a compilation"
            else:
                continue
            self.score[c.nth], self.why[c.nth] = score, why
            chosen.append(c)
        if not titled and not chosen:
            chosen += self._alike(free, like)
        chosen += self._centred(free, like)
        chosen += self._marked_up(free)
        chosen += self._set_off(free)
        kept = self._subtitles(sorted(chosen))
        for c in members:
            if not self.why[c.nth]:
                self.why[c.nth] = NO_TITLE
        return kept

    def _alike(self, members: list[Candidate], like: TitleForms) -> list[Candidate]:
        """Titles made as those of essays are, where a file begins with one and nothing else parts its texts."""
        kin = [c for c in members if like.essay(c.text) and _opens_text(c, like) and (not c.row or c.gap or c.ended)]
        bodies = sorted(b.start - a.end for a, b in pairwise(kin))
        if len(kin) < 3 or kin[0].row > 1 or bodies[len(bodies) // 2] < ALIKE_BODY:
            return []
        for c in kin:
            self.score[c.nth], self.why[c.nth] = 2.0, "it is made as the titles of essays are, as others in the file"
        return kin

    def _heads_date(self, c: Candidate, like: TitleForms, rows: set[int]) -> bool:
        """Whether a line above a date is a title, and not the signature under a letter or a report."""
        if (
            like.named(c.text)
            or like.dated(c.text)
            or _place.match(c.text)
            or c.row + 2 >= len(self.rows)
            or c.row + 2 in rows
        ):
            return False
        # Under a signature stands nothing but the date.
        signs = c.below[0].isdigit() and not (c.gap or c.ended)
        return c.second >= LONG or not (signs or c.text.endswith(SIGNERS))

    def _may_title(self, c: Candidate, like: TitleForms) -> bool:
        """What the stage asks of a title inside a block, asked here of those near the edges of one."""
        dated = c.below[:1] != "" and c.below[0] in DATED
        stops = not c.row or c.gap > 0 or c.ended
        apart = stops or c.led or c.over < SHORT
        greeted = c.below[-1:] in (":", "：", "!", "！")
        if not apart or not (c.under >= LONG or (c.under < LONG and (dated or greeted or c.second >= LONG))):
            return False
        if c.under < LONG and (like.dated(c.below) or like.named(c.below)):
            return True
        if like.title(c.text) or like.passage.search(c.above):
            return True
        return stops or c.above[-1:] in SEPARATORS

    def _set_off(self, members: list[Candidate]) -> list[Candidate]:
        """Titles that a separator, a run of blank lines or a site's watermark stands before, where that is how the
        file parts its texts."""
        free = [c for c in members if not self.why[c.nth] and c.under >= LONG]
        parted = [c for c in free if c.parted]
        if len(parted) < 2 or len(parted) < 0.7 * (int(self.rows.separators.sum()) - 1):
            parted = []
        elif free[0].row == 0:
            parted.insert(0, free[0])
        for c in parted:
            self.score[c.nth], self.why[c.nth] = 2.0, "a separator stands above it, as above others"
        # To find the gap that is wide takes far longer than to see that there is no wide one.
        far = [c for c in members if not self.why[c.nth] and c.gap > 1]
        far = [c for c in far if c.under >= LONG or (c.room and c.second >= LONG)]
        gaps = self.rows.gap[1:]
        wide = max(2, 2 * int(np.median(gaps)) + 1) if far else 2
        far = [c for c in far if c.gap >= wide and any(map(_is_han, c.text))]
        # The blank lines below a title part it from its own text.
        titles = {c.row for c in far}
        far = [c for c in far if c.row - 1 not in titles]
        bodies = sorted(b.start - a.end for a, b in pairwise(far))
        all_wide = int((gaps >= wide).sum()) - sum(c.room >= wide for c in far)
        if len(far) < 3:
            far = far if self._few(far, all_wide) else []
        elif len(far) < 0.7 * all_wide or bodies[len(bodies) // 2] < FREE_BODY:
            far = []
        for c in far:
            self.score[c.nth] = 2.0
            self.why[c.nth] = "blank lines stand above it, as above others and hardly elsewhere"
        cut = [c for c in members if not self.why[c.nth] and c.cut and c.gap and c.room and c.whole < SHORT]
        cut = [c for c in cut if max(c.under, c.second) >= LONG and any(map(_is_han, c.text))]
        bodies = sorted(b.start - a.end for a, b in pairwise(cut))
        if len(cut) < 2:
            cut = cut if self._cut_once(cut) else []
        elif bodies[len(bodies) // 2] < FREE_BODY:
            cut = []
        for c in cut:
            self.score[c.nth], self.why[c.nth] = 2.0, "a watermark stood above it, as above others"
        return [*parted, *far, *cut]

    def _centred(self, members: list[Candidate], like: TitleForms) -> list[Candidate]:
        """Titles in the middle of their lines, over indented paragraphs and apart from the text above: two at least,
        or one beside the preface of a book, with the same middle and much text between them. A signature and a line of
        verse may be set so as well, but a title or their like follows them."""
        indent = self.rows.indent
        if not (indent >= CENTRED).any() or any(c.rule in WORDED for c in self.taken):
            return []
        taken = [c for c in self.taken if c.rule == PREFACE and indent[c.row] >= CENTRED]
        kin = [c for c in members if indent[c.row] >= CENTRED and c.gap >= self.wide and c.whole < SHORT]
        kin = [c for c in kin if not self.why[c.nth] and 0 < np.append(indent, 0)[c.row + 1] <= PARAGRAPH]
        kin = [c for c in kin if any(map(_is_han, c.text)) and not _clause.search(c.text) and not is_contents(c.text)]
        kin = [c for c in kin if not (like.dated(c.text) or like.named(c.text))]
        both = sorted([*taken, *kin])
        if not kin or len(both) < 2:
            return []
        middles = [2 * int(indent[c.row]) + sum(1 + _is_wide(s) for s in c.text) for c in both]
        bodies = [b - c.end for c, b in zip(both, [*(c.start for c in both[1:]), self.length], strict=True)]
        if max(middles) - min(middles) > 2 * ASIDE or min(bodies[:-1]) < LONG_PART or bodies[-1] < SHORT_BODY:
            return []
        for c in kin:
            self.score[c.nth], self.why[c.nth] = 2.0, "it stands in the middle of its line, as others"
        return kin

    def _marked_up(self, members: list[Candidate]) -> list[Candidate]:
        """Titles behind one # of Markdown, where several stand in prose. A # may begin a comment in code as well, and a
        section of one text: then it stands right under other lines, or its section is short or called as sections
        are."""
        kin = [c for c in members if c.text[:2] == "# " and any(map(_is_han, c.text)) and (not c.row or c.gap)]
        if len(kin) < 2 or any(c.rule in WORDED for c in self.taken):
            return []
        if any(_ordinal.match(c.title) or _part.fullmatch(c.title) for c in kin):
            return []
        rows = self.rows
        marked = rows.first == ord("#")
        if (marked & (rows.gap == 0))[1:].any() or (rows.first == ord("`")).any():
            return []
        prose = (rows.width >= LONG) & (han() | among(OPENING))[rows.first]
        if rows.width[prose].sum() < PROSE * rows.width[~marked].sum():
            return []
        bodies = sorted(b - c.end for c, b in zip(kin, [*(c.start for c in kin[1:]), self.length], strict=True))
        if bodies[(len(bodies) - 1) // 2] < LONG_PART:
            return []
        kin = [c for c in kin if not self.why[c.nth]]
        for c in kin:
            self.score[c.nth], self.why[c.nth] = 2.0, "one # stands before it, as before others"
        return kin

    def _few(self, far: list[Candidate], wide: int) -> bool:
        """Whether one or two titles behind blank lines part a file that is parted by nothing else: before nothing else
        are so many, and each has blank lines below it, the end of a sentence above it and text on both sides."""
        inner = [c for c in far if c.row]
        if not inner or len(inner) < wide or any(c.rule not in LOW for c in self.taken):
            return False
        if any(c.gap < FAR or not c.room or not c.ended or c.whole > SHORT_TITLE for c in inner):
            return False
        if not all(any(map(_is_han, c.text)) for c in inner):
            return False
        bodies = [b - a for a, b in pairwise([0, *(c.start for c in inner), self.length])]
        # The file may hold only parts of the first and the last.
        return min(bodies) >= SHORT_BODY and min([max(bodies), *bodies[1:-1]]) >= FREE_BODY

    def _cut_once(self, cut: list[Candidate]) -> bool:
        """Whether the one title behind a watermark parts a file that is parted by nothing else: more blank lines stand
        above it than elsewhere, above them the end of a sentence, and text on both sides."""
        if len(cut) != 1 or any(c.rule not in LOW for c in self.taken):
            return False
        c = cut[0]
        if c.gap < self.wide or not c.row or not c.ended or c.whole > SHORT_TITLE:
            return False
        return min(c.start, self.length - c.end) >= FREE_BODY

    def _subtitles(self, chosen: list[Candidate]) -> list[Candidate]:
        """Without the titles right under a numbered heading, unless that heading holds other titles as well."""
        numbered = [c for c in self.taken if c.rule in WORDED]
        starts = [c.start for c in numbered]
        members: Counter[int] = Counter()
        for c in [*(t for t in self.taken if t.rule == NUMBERED), *(t for t in chosen if self.score[t.nth] >= 2)]:
            members[bisect_right(starts, c.start) - 1] += 1
        kept = []
        for c in chosen:
            scope = bisect_right(starts, c.start) - 1
            if self.score[c.nth] < 2 and not members[scope]:
                self.why[c.nth] = "a second title of the heading above it"
            else:
                kept.append(c)
        return kept

    # What the headings make of the file.

    def _settle(self) -> Chosen:
        heads = self._disjoint(self.taken)
        ranks = self._nested(heads)
        levels, above = self._levels(heads, ranks)
        document = self._documents(heads, above)
        opens, holds = self._opening(levels, document)
        record = self._record(heads, levels, opens, holds)
        return Chosen(record, lambda: self._outline(heads, levels, opens, holds))

    def _disjoint(self, taken: list[Candidate]) -> list[Candidate]:
        """Of two that overlap the one of the higher family; a heading ends where the next in its line begins."""
        heads: list[Candidate] = []
        for c in taken:
            if heads and c.start < heads[-1].end:
                last = heads[-1]
                if c.start > last.start and c.inline:
                    end, title_end = min(last.end, c.start), min(last.title_end, c.start)
                    heads[-1] = last._replace(end=end, title_end=title_end, glued=False)
                elif self.ranks[c.family] < self.ranks[last.family]:
                    self.why[last.nth] = "another heading holds its place"
                    heads[-1] = c
                    continue
                else:
                    self.why[c.nth] = "another heading holds its place"
                    continue
            if heads and c.inline and c.start - heads[-1].end <= 2:
                heads[-1] = heads[-1]._replace(glued=False)
            heads.append(c)
        return heads

    def _nested(self, heads: list[Candidate]) -> dict[str, float]:
        """The order of the families: as the rules say, but a family that begins anew inside another stands below it."""
        ranks = dict(self.ranks)
        order = sorted({c.rule for c in heads if c.number}, key=lambda r: ranks.get(r, self._rank(r)))
        for high, low in zip(order, order[1:], strict=False):
            both = [c for c in heads if c.rule in (high, low)]
            if self._restarts(both, high) > self._restarts(both, low):
                a, b = self._rank(high), self._rank(low)
                for f in ranks:
                    rule = f.partition(" ")[0]
                    if rule in (high, low):
                        ranks[f] = b if rule == high else a
        return ranks

    def _restarts(self, heads: list[Candidate], rule: str) -> int:
        """How often a family begins anew behind a heading of the other."""
        count, last, other = 0, 0, False
        for c in heads:
            if c.rule != rule:
                other = True
                continue
            count += other and c.number <= last
            last, other = c.number, False
        return count

    def _levels(self, heads: list[Candidate], ranks: dict[str, float]) -> tuple[list[int], list[int]]:
        """The level of each heading, and the heading it stands right under (its index among them, or -1)."""
        stack: list[int] = []
        levels, above = [], []
        for i, c in enumerate(heads):
            # A preface or an afterword holds sections of its own at most, never what comes after it.
            while stack and (
                ranks[heads[stack[-1]].family] >= ranks[c.family]
                or (heads[stack[-1]].rule == PREFACE and c.rule not in LOW)
            ):
                stack.pop()
            above.append(stack[-1] if stack else -1)
            stack.append(i)
            levels.append(len(stack))
        return levels, above

    def _documents(self, heads: list[Candidate], above: list[int]) -> list[bool]:
        """Which headings are those of documents, as opposed to sections inside one."""
        document = {rule: self.rules.all[self.rules.number[rule]].document for rule in {c.rule for c in heads}}
        said = [document[c.rule] for c in heads]
        over = (VOLUME, PREFACE)
        # The title of a book is no document that its chapters could stand in.
        book = len(heads) > 1 and heads[0].rule == TITLED and heads[1].row - heads[0].row <= TITLE_PAGE
        # Of each heading, itself counted: whether a chapter, and whether a document's heading, is among those above it.
        chapter: list[bool] = []
        inside: list[bool] = []
        free = []
        for i, (c, a) in enumerate(zip(heads, above, strict=True)):
            chapter.append(c.rule == "headings/chapter" or (a >= 0 and chapter[a]))
            if c.rule == "headings/section" and chapter[i]:
                said[i] = False
                self.why[c.nth] = self.why[c.nth] or "a section of a chapter"
            within = a >= 0 and inside[a]
            inside.append(within or (said[i] and c.rule not in over and not (book and not i)))
            if c.rule in LOW and not within:
                free.append(i)
        alone = not any(n and c.rule not in over for n, c in list(zip(said, heads, strict=True))[book:])
        if alone:
            self._said_to_be(free, heads, said)
        for rule in LOW[:3] if alone else LOW[:1]:
            of_rule = [i for i in free if heads[i].rule == rule]
            for i in of_rule:
                if plain(heads[i].title) and plain(heads[i].title) in self.contents:
                    said[i] = True
                    self.why[heads[i].nth] = "the table of contents lists it"
            if alone and of_rule and self._excerpted([heads[i] for i in of_rule]):
                for i in of_rule:
                    said[i] = True
                    self.why[heads[i].nth] = "a chapter of a book of which this is a part"
                break
            pages = ((heads[i], heads[j]) for i, j in pairwise(of_rule))
            if alone and any(_next_page(a, b) and b.start - a.end >= LONG_PART for a, b in pages):
                # No essay says the heading of a section again.
                for i in of_rule:
                    said[i] = True
                    self.why[heads[i].nth] = "chapters that a site has cut into pages"
                break
            if alone and len(of_rule) >= MOST_SECTIONS:
                ends = [heads[i + 1].start if i + 1 < len(heads) else self.length for i in of_rule]
                bodies = sorted(b - heads[i].end for i, b in zip(of_rule, ends, strict=True))
                listed = [i for i in of_rule if heads[i].title and _mark(heads[i]) in "、．."]
                marked = 2 * len(listed) > len(of_rule)
                fair = sum(heads[i].context >= 0.6 for i in of_rule) >= 0.9 * len(of_rule)
                if fair and bodies[len(bodies) // 2] >= (LONG_SECTION if marked else LONG_CHAPTER):
                    for i in of_rule:
                        said[i] = True
                        self.why[heads[i].nth] = "long chapters that only a number marks"
                    break
        return said

    def _said_to_be(self, free: list[int], heads: list[Candidate], said: list[bool]) -> None:
        """Number headings as documents that are as many as the first line says, or whose titles are made as those of
        essays are."""
        of: dict[str, list[int]] = defaultdict(list)
        for i in free:
            of[heads[i].family].append(i)
        for family, members in of.items():
            numbers = [heads[i].number for i in members]
            bodies = sorted(heads[b].start - heads[a].end for a, b in pairwise(members))
            if len(members) < 2 or numbers != [*range(1, len(members) + 1)] or bodies[len(bodies) // 2] < FREE_BODY:
                continue
            if len(members) == self.promised or (family.endswith(FORMED) and len(members) > 2):
                for i in members:
                    said[i] = True
                    self.why[heads[i].nth] = "a numbered text of a compilation"

    def _opening(self, levels: list[int], document: list[bool]) -> tuple[list[bool], list[bool]]:
        """Which headings open a document, and which stand over other documents."""
        most = int(self.rules.setting("headings", "split_level"))
        split = bool(self.rules.setting("headings", "split"))
        counts = [split and (level <= most if most else doc) for level, doc in zip(levels, document, strict=True)]
        holds = [False] * len(levels)
        # From the last to the first: the levels of the headings below, up to one as high, that open or hold a document.
        counted: list[int] = []
        for i in range(len(levels) - 1, -1, -1):
            inner = False
            while counted and counted[-1] > levels[i]:
                counted.pop()
                inner = True
            holds[i] = inner and counts[i]
            if counts[i] or inner:
                counted.append(levels[i])
        return [n and not h for n, h in zip(counts, holds, strict=True)], holds

    def _judge_point(self, c: Candidate) -> None:
        """A point inside a line is one where the next line begins with the second."""
        sign = c.family.rpartition(" ")[2]
        if c.below[:2] == "二" + sign:
            self.points.append(c.start)
        else:
            self.why[c.nth] = "no second point follows on the next line"

    def _record(self, heads: list[Candidate], levels: list[int], opens: list[bool], holds: list[bool]) -> Headings:
        set_off = [o or h for o, h in zip(opens, holds, strict=True)]
        before, repeat = [], []
        for c, s in zip(heads, set_off, strict=True):
            missing = 2 if c.inline else int(not c.gap)
            before.append(missing if s else 0)
            again = not c.glued and c.below_end > c.end and plain(c.title) == plain(c.below) != ""
            repeat.append(c.below_end if again else -1)
        ints = (np.int64,)
        return Headings(
            start=np.array([c.start for c in heads], *ints),
            end=np.array([c.end for c in heads], *ints),
            level=np.array(levels, *ints),
            opens=np.array(opens, np.bool_),
            holds=np.array(holds, np.bool_),
            ordinal_end=np.array([c.ordinal_end for c in heads], *ints),
            title_end=np.array([c.title_end for c in heads], *ints),
            repeat_end=np.array(repeat, *ints),
            before=np.array(before, *ints),
            after=np.array([c.glued and s for c, s in zip(heads, set_off, strict=True)], np.bool_),
            rule=np.array([self.rules.number[c.rule] for c in heads], *ints),
            points=np.array(self.points, *ints),
        )

    def _outline(
        self, heads: list[Candidate], levels: list[int], opens: list[bool], holds: list[bool]
    ) -> tuple[Verdict, ...]:
        taken = [
            Verdict(
                c.start,
                c.text,
                c.rule,
                level,
                True,
                o,
                self.why[c.nth] or ("" if o else "it holds others" if h else "a section"),
            )
            for c, level, o, h in zip(heads, levels, opens, holds, strict=True)
        ]
        ours = {c.nth for c in heads}
        refused = [
            Verdict(c.start, c.text, c.rule, 0, False, False, self.why[c.nth])
            for c in self.candidates
            if c.nth not in ours and c.family != ENTRY and c.rule != POINT and self.why[c.nth] != NO_TITLE
        ][:REFUSED_KEPT]
        return tuple(sorted([*taken, *refused], key=lambda v: v.start))


def _step(a: Candidate, b: Candidate, scoped: bool, sure: bool) -> float:
    """What a sequence gains by going from `a` to `b`; scoped: a heading of a higher family stands between them; sure:
    both do well by themselves."""
    d = b.number - a.number
    if a.row == b.row:
        return -9.0
    if d == 1 or _next_page(a, b):
        return NEXT
    if d > 1:
        return -min(GAP * (d - 1), MISCOUNTED if sure else GAP_MOST)
    if d == 0:
        return -AGAIN if plain(a.title) == plain(b.title) else -1.5
    if b.number == 1:
        return 0.5 if scoped else -RESTART
    return -1.0 if scoped else -MISCOUNTED if sure else -BACK


def _next_page(a: Candidate, b: Candidate) -> bool:
    """Whether `b` is the heading `a` said again, with the number of the next page of its chapter."""
    if a.number != b.number or not (page := _page.fullmatch(b.title)):
        return False
    before = _page.fullmatch(a.title)
    title, number = (before["title"], value(before["n"])) if before else (a.title, 1)
    return plain(title) == plain(page["title"]) and value(page["n"]) == number + 1


def _promised(head: str) -> int:
    """How many texts a first line like 工作总结（精选8篇） says that the file holds."""
    m = _promise.search(head)
    return value(m[1]) if m else 0


def _date(said: str) -> tuple[int, int, int]:
    """The year (0 where it is not said), month and day of a bare date."""
    year, month, day = _day.fullmatch(said).groups("")  # type: ignore[union-attr]
    return value(year), value(month), value(day)


def _in_order(days: list[tuple[int, int, int]]) -> bool:
    """Whether these dates are the days of a diary: in order but for a slip of the pen, the most of them near."""
    if not all(1 <= month <= 12 and 1 <= day <= 31 for _, month, day in days):
        return False
    steps = []
    for (year, month, day), (next_year, next_month, next_day) in pairwise(days):
        passed = 372 * (next_year - year) + 31 * (next_month - month) + next_day - day
        steps.append(passed + 372 if not year and not next_year and passed < -248 else passed)
    return sum(s <= 0 for s in steps) <= len(steps) // SLIPS and sorted(steps)[len(steps) // 2] <= APART


def _are_sections(days: list[tuple[int, int, int]]) -> bool:
    """Whether 1.1, 1.2, 2.1 may be numbers of sections or versions, which go on one by one and seldom go far: of the
    days of a year three in five are later than the 12th."""
    later = sum(day > 12 for _, _, day in days)
    return 3 * later < len(days) or all(b in ((y, m, d + 1), (y, m + 1, 1)) for (y, m, d), b in pairwise(days))


def _stands_free(c: Candidate) -> bool:
    """Whether it stands behind the end of a text and over another."""
    return (not c.row or c.gap > 0 or c.ended) and (c.under >= LONG or c.second >= LONG)


def _opens_text(c: Candidate, like: TitleForms) -> bool:
    """Whether it stands over a text, or over those whom a speech greets."""
    return c.under >= LONG or like.greets(c.below)


def _is_han(c: str) -> bool:
    return bool(han()[ord(c)])


def _is_wide(c: str) -> bool:
    """Whether a character fills two columns."""
    return unicodedata.east_asian_width(c) in "WFA"


def _mark(c: Candidate) -> str:
    """The character that parts the ordinal of a heading at the beginning of its line from the title."""
    return c.text[: c.ordinal_end - c.start].rstrip()[-1:]
