"""Strip what sites put into the texts they copy: whole lines, and spans inside a line.

Patterns read a folded or squeezed view of a line (see `views`) and cut the line itself. A line is looked at closely
only where hints stand in it: those of a rule, enough words of notices, or the parts of a domain. What a pattern finds
is widened over its brackets and ornaments; when no letter remains of a line it goes with its break.

Knows a line and, from the Profile, which lines repeat over the file; nothing else of other lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import (
    NO_EDITS,
    NO_INTS,
    Bools,
    Edits,
    Ints,
    decode,
    deletions,
    edits_of,
    encode,
    settle,
    spans,
    together,
)
from cleancorpus.lexicon import fold_table
from cleancorpus.notices import LONG, MOST_UNCOVERED, PATH, Notices
from cleancorpus.profile import Profile, Watermarks
from cleancorpus.rules import Rules, compiled, find_data, left_until, stop_of
from cleancorpus.text import LF, Text, among, blank, han
from cleancorpus.views import END, KEPT, ODD, ODD_SIGNS, Hints, Hits, Views, fold, folding, solid

ENDS = "。！？…!?；;”’」』）)》>〉—"
OPENERS = dict(zip("(（[［【〖〔{｛<＜《『「“〈", ")）]］】〗〕}｝>＞》』」”〉", strict=True))
ORNAMENTS = "-=_*+~^#@|\\/`$%&☆★◆◇■□●○◎※→←↑↓·•．.,＿＊～＾＃＠｜＼／％＄＆－＝＋¤§﹏▲△▼▽♂♀×÷'\"!"
BLANKS = " \t\u3000\u00a0"

ENDED = regex.compile(rf"[{regex.escape(ENDS)}][\s{regex.escape(ORNAMENTS)}]*$")
# One syllable with its tone.
GLOSS = regex.compile(r"[(][a-zü]{0,3}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,3}[)）]")
# A sentence with its end and what closes it; a wide gap ends one too.
SENTENCE = regex.compile(
    r"(?:[^。！？!?…”\u3000]++|\u3000(?!\u3000))+[。！？!?…”’」』）\u3000]*|[。！？!?…”’」』）\u3000]+"
)
# What a notice never has: a link of markdown, markup of a feed, a site named with its address as one of a list.
CONTENT = regex.compile(r"\]\(|</?(?:item|title|link|description|p|li)\b|CDATA")
HEADING = regex.compile(r"第.{1,9}?[章节回卷集部篇]")
LISTED = regex.compile(r"[\p{Han}》”][（(](?:https?://|www\.)[^)）]*[)）][，,。、：:\p{Han}].{5}")
# What such a site in a list takes from the weight of the notice its line may be.
LISTED_WEIGHT = 3.0
WEAK = ";；，、"
ODD_MARK = regex.compile(r"[#&*^%$@~+|·]")
# Single characters set apart by signs; so many are no chance, one less if the signs differ.
ONE = r"[\p{Han}A-Za-z0-9]"
SET_APART = regex.compile(rf"(?<!{ONE}){ONE}?[{ODD_SIGNS}]{{1,3}}(?:{ONE}[{ODD_SIGNS}]{{1,3}})+(?:{ONE}(?!{ONE}))?")
APART = 4
# A word of letters, and within how many of them its widths change again.
WORD = regex.compile("[a-z0-9]{4,}")
LETTERS = 12
# Stands in a line for what was found in it.
LEFT_OUT = "\0"
# So many letters beside a hidden address are a part of it.
SCRAP = 8
# The rules that find what is spelt so that no search finds it.
HIDING = ("scattered-name", "scattered-letters", "spaced-domain", "spaced-name", "two-widths")
# A text is Chinese if at least this share of its letters is Han: manuals and papers in English with some Chinese have
# less than 0.2, Japanese up to 0.4, Chinese manuals full of commands 0.5 and more. So many letters tell it.
CHINESE, TELLING = 0.45, 400
# Lines of so many letters, which are at least a half of them, may be found to repeat: those that are so little short of
# a notice, whose words weigh at least so much, so often …
SHORT = (2, 40)
SPARSE = 2
NEARLY = 1.2
REPEATED_WEIGHT = 0.8
REPEATS = 5
# … and numbered headings with a title, so often and so many characters apart.
TITLED = regex.compile(r"第[0-9零〇一二三四五六七八九十百千两]{1,6}[章节回卷集部篇].{2,}")
HEADERS = 3
PAGE = 100
# A sentence of more letters is no part of a notice, nor is one that says more against it than this.
LONGEST = 200
LEAST = -0.8
# Its words cover at least so many characters: one short word says little, whatever it weighs.
WORDS = 4
# The share of what stands beside a plain domain that is words of notices.
SHARE = 0.5
# What a notice in the middle of a line must weigh more than one at its edge.
MIDDLE = 1.0

BRACKETED = regex.compile(
    "|".join(rf"\{a}[^{a}\{b}\n]{{2,60}}\{b}" for a, b in zip("[【(（<［", "]】)）>］", strict=True))
)
# As they stand in the folded text.
BRACKETS = "([<"
BRACKET_WEIGHT = 1.4

# Of a domain: how it is spelt when nothing hides it, and the blanks it may have; its labels; letters of two widths.
PLAIN = regex.compile(r"(?:https?:/*)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
AROUND_SIGN = regex.compile(r"\s*([:/.])\s*")
HOST = regex.compile("(?:https?[:;]/*)?[^/?]*")
LABEL = regex.compile("[A-Za-z0-9]+")
WIDE = regex.compile("[Ａ-ｚ]")
SLIM = regex.compile("[A-Za-z]")
# Words of running text behind www: a folder, a column of a table.
RUNNING = regex.compile(r"\S*w{3}\S*(?:\s+[a-z]{2,}){2}|www\s*\|")
# The end of a domain that is the middle of a word.
WORDLIKE = regex.compile(".*(?:cn|cc|la|info|biz|tw|hk|xyz|top|vip)[a-z]")
# What stands before a domain that is part of an address, a link or a tag.
HELD = regex.compile(r"(?:@|\]\(|=[\"']?|>|<)$")
# The brackets of a command or a call.
MARKED_UP = regex.compile(r"[A-Za-z\]}][({\[][^(){}\[\]]*$")
# A domain that may stand alone in its line with no slogan: others are as well the names of things.
ALONE = regex.compile(r"https?:|www\.|wap\.|.*\.(?:com|net|org|cn|cc|la|tw|hk)(?![a-z])")
# A name that ends as those of sites do.
TAIL = r"[a-z0-9]{0,8}\p{Han}{0,5}⟨tail⟩"

Span = tuple[int, int, int]
Floats = NDArray[np.float64]


class Knowledge:
    """What the rule files say, prepared: patterns with their parts, hints, words."""

    def __init__(self, rules: Rules) -> None:
        stage = rules.settings["watermark"]
        self.parts: dict[str, str] = dict(stage.get("parts", {}))
        # A pattern is made ready when a line first asks for it.
        self.pattern = lru_cache(maxsize=None)(lambda source: compiled(self.expand(source)))
        self.notices = Notices(stage.get("words", {}), stage["looks"], self.pattern("⟨domain⟩"))
        self.rules = [(n, r) for n, r in rules.of("watermark") if r.kind == "regex" and (r.ours or r.view != "raw")]
        mine = {n for n, _ in self.rules}
        self.data = replace(rules, on=rules.on & ~np.isin(np.arange(len(rules.all)), list(mine)))
        # A watermark comes again and again.
        self.notices_in = lru_cache(maxsize=1 << 12)(lambda *line: tuple(_notices_in(self.notices, *line)))
        self.nearly = lru_cache(maxsize=1 << 12)(lambda line: _nearly(self.notices, line))
        weight = {"网": stage["looks"]["site"], **{w: k for w, k in self.notices.weight.items() if k > 0}}
        domains, scattered = stage.get("domain_hints", ()), stage.get("scattered_hints", ())
        self.hints = Hints([*(h for _, r in self.rules for h in r.hints), *weight, *domains, *scattered, *BRACKETS])
        self.weight = np.array([weight.get(h, 0.0) for h in self.hints.literals])
        self.is_domain, self.is_scattered, self.is_bracket = (
            np.array([h in some for h in self.hints.literals]) for some in (set(domains), set(scattered), set(BRACKETS))
        )
        # For each hint the rules that ask for it, one after the other.
        asking: list[list[int]] = [[] for _ in self.hints.literals]
        for k, (_, r) in enumerate(self.rules):
            for hint in set(r.hints):
                asking[self.hints.number[hint]].append(k)
        self.asked: Ints = np.array([len(some) for some in asking])
        self.asking: Ints = np.array([k for some in asking for k in some], np.int64)
        self.hiding = {rules.number[f"watermark/{name}"] for name in HIDING if rules.has(f"watermark/{name}")}
        self.longest: Ints = np.array([r.longest or 1 << 62 for _, r in self.rules], np.int64)
        self.is_squeezed: Ints = np.array([r.view == "squeezed" for _, r in self.rules], np.int64)

    def expand(self, pattern: str) -> str:
        """The pattern with every ⟨part⟩ written out."""
        while "⟨" in pattern:
            before, _, rest = pattern.partition("⟨")
            part, _, after = rest.partition("⟩")
            pattern = f"{before}(?:{self.parts[part]}){after}"
        return pattern


@lru_cache(maxsize=4)
def _known(key: _Same) -> Knowledge:
    return Knowledge(key.rules)


class _Same:
    """Rules as a key: the same object holds the same knowledge."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    """The edits that take the watermarks out of a text: looked for line by line until the survey says them."""
    if profile.watermarks is None:
        return _found(text, rules)
    return _told(text, rules, profile.watermarks, profile.repeated)


def tell(text: Text, edits: Edits) -> Watermarks:
    """What the survey says of a block from which the edits take the watermarks."""
    line = text.lines.of(edits.start)
    start = text.lines.start[line]
    said = replace(edits, start=edits.start - start, end=edits.end - start)
    length = edits.end - edits.start
    gone = np.append(0, np.cumsum(han().take(text.codes[spans(edits.start, length)])))
    end = np.cumsum(length)
    return Watermarks(text.raw_at(start), text.lines.end[line] - start, said, gone[end] > gone[end - length])


def count(text: Text) -> tuple[int, int]:
    """How many of the letters and digits of a block are Han of the commonest blocks, and how many they are."""
    chinese, kana, hangul = (
        int(np.count_nonzero(text.codes - np.uint32(first) <= last - first))
        for first, last in ((0x3400, 0x9FFF), (0x3041, 0x30FA), (0xAC00, 0xD7A3))
    )
    return chinese, chinese + kana + hangul + int(np.count_nonzero(solid().take(text.lines.low[1])))


def decide(blocks: Sequence[Watermarks], counted: Sequence[tuple[int, int]], markup: bool, rules: Rules) -> Watermarks:
    """The watermarks of all blocks of a file, of which a part of the letters is Han.

    In a text that is not Chinese only what is Chinese is one; where tags mean something they stay.
    """
    every = Watermarks(
        np.concatenate([NO_INTS, *(b.line for b in blocks)]),
        np.concatenate([NO_INTS, *(b.length for b in blocks)]),
        together([b.edits for b in blocks]),
        np.concatenate([np.zeros(0, np.bool_), *(b.chinese for b in blocks)]),
    )
    stays = np.zeros(len(every.line), np.bool_)
    chinese, letters = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0)
    if letters >= TELLING and chinese < CHINESE * letters:
        stays |= ~every.chinese
    if markup and rules.has("watermark/html-site"):
        stays |= every.edits.rule == rules.number["watermark/html-site"]
    goes = np.flatnonzero(~stays)
    return Watermarks(every.line[goes], every.length[goes], every.edits.take(goes), every.chinese[goes])


def _told(text: Text, rules: Rules, watermarks: Watermarks, repeated: Ints) -> Edits:
    """The edits of the survey in this text, and those of the lines that repeat over the file as watermarks do.

    A line that reads otherwise than it did in the survey, as one with tags does in a file of HTML, stays as it is.
    """
    lines = text.lines
    here = np.arange(*np.searchsorted(watermarks.line, [text.origin, text.origin + len(text.raw)]))
    line = lines.of(text.at(watermarks.line[here]))
    same = lines.end[line] - lines.start[line] == watermarks.length[here]
    edits, start = watermarks.edits.take(here[same]), lines.start[line[same]]
    edits = replace(edits, start=edits.start + start, end=edits.end + start)
    if not rules.has("watermark/repeated-line"):
        return edits
    again = np.unique(lines.of(text.at(repeated[text.holds(repeated)])))
    ends = np.minimum(lines.end[again] + 1, len(text))
    return settle([deletions(lines.start[again], ends, rules.number["watermark/repeated-line"]), edits])


def _found(text: Text, rules: Rules) -> Edits:
    """The edits of all watermarks that a line alone shows."""
    if len(text) < 2:
        return NO_EDITS
    known = _known(_Same(rules))
    glosses = np.array([*_glosses(text)] if rules.has("watermark/pinyin-gloss") else [], np.int64).reshape(-1, 2)
    inside = spans(glosses[:, 0], glosses[:, 1] - glosses[:, 0])
    views = Views(text.codes, text.lines.start, text.lines.end, known.hints, inside)
    hits = known.hints.found(views)
    weight: Floats = np.bincount(hits.line, known.weight[hits.number], len(text.lines)).astype(np.float64)
    by_line: dict[int, list[Span]] = {}
    for i, span in (
        *_by_rule(text, views, known, rules, hits),
        *_domains(text, views, known, rules, hits),
        *_scattered(text, views, known, rules, hits),
        *_two_widths(text, views, rules),
        *_stray(text, views, rules),
    ):
        by_line.setdefault(i, []).append(span)
    for i, (a, b) in zip(text.lines.of(glosses[:, 0]).tolist(), glosses.tolist(), strict=True):
        by_line.setdefault(i, []).append((a, b, rules.number["watermark/pinyin-gloss"]))
    for i, span in (
        *_notices(text, views, known, rules, hits, by_line),
        *_brackets(text, views, known, rules, hits, weight),
    ):
        by_line.setdefault(i, []).append(span)
    cuts = edits_of(e for i in sorted(by_line) for e in _cut(text, i, by_line[i], known))
    return settle([find_data(text, "watermark", known.data), cuts])


def _by_rule(text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    """What the patterns of the rule files find in a folded or squeezed view, and in the raw one what is to go."""
    for k, lines in groupby(_asked(text, views, known, hits), key=itemgetter(0)):
        n, rule = known.rules[k]
        if n in rules.slow:
            continue
        stop = stop_of(rule)
        pattern, unless = known.pattern(rule.match), known.pattern(rule.unless) if rule.unless else None
        try:
            for _, i in lines:
                string, place = views.of(rule.view, i)
                if unless is not None and unless.search(string, timeout=left_until(stop)):
                    continue
                for m in pattern.finditer(string, timeout=left_until(stop)):
                    a, b = m.span()
                    if b > a:
                        yield i, (int(place[a]), int(place[b - 1]) + 1, n)
        except TimeoutError:
            rules.give_up(n, string)


def _asked(text: Text, views: Views, known: Knowledge, hits: Hits) -> Iterator[tuple[int, int]]:
    """The rules, in order, with the lines each must look at: those with one of its hints, or all where it has none."""
    count = known.asked[hits.number]
    hit = np.repeat(np.arange(len(count)), count)
    rule = known.asking[spans((np.cumsum(known.asked) - known.asked)[hits.number], count)]
    line = hits.line[hit]
    length = np.stack([views.end - views.start, np.diff(views.line)])
    stands = length[known.is_squeezed[rule], line] <= known.longest[rule]
    alone = stands & (hits.second == hits.place)[hit]
    for k, (_, r) in enumerate(known.rules):
        if r.near:
            own = np.flatnonzero(alone & (rule == k))
            stands[own] = _near(views, hits.place[hit[own]], known.pattern(r.near))
    n = len(text.lines)
    every = [k * n + np.flatnonzero(~text.lines.is_blank) for k, (_, r) in enumerate(known.rules) if not r.hints]
    keys = np.unique(np.concatenate([rule[stands] * n + line[stands], *every]))
    return zip(*(column.tolist() for column in np.divmod(keys, n)), strict=True)


def _near(views: Views, places: Ints, pattern: regex.Pattern[str]) -> Bools:
    """Whether the pattern matches each place with the character before and the one behind it; past a line a blank."""
    around = places[:, None] + np.arange(-1, 3)
    codes = folding().take(views.codes.take(around, mode="clip"))
    codes[(codes == LF) | (around < 0) | (around >= len(views.codes))] = ord(" ")
    codes[:, 3] = LF
    windows = decode(codes.ravel()).split("\n")[:-1]
    matching = {window for window in set(windows) if pattern.fullmatch(window)}
    return np.array([window in matching for window in windows], np.bool_)


def _notices(
    text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits, found: Mapping[int, Sequence[Span]]
) -> Iterator[tuple[int, Span]]:
    """Lines, or sentences of lines, that are made of the words of notices, what was found in them already left out."""
    for i in _speaking(text, views, known, hits).tolist():
        start, end = int(text.lines.first[i]), int(text.lines.last[i])
        string = text.string[start:end]
        folded = fold(string)
        for a, b, _ in found.get(i, ()):
            a, b = max(0, a - start), min(b, end) - start
            folded = folded[:a] + LEFT_OUT * (b - a) + folded[b:]
        for a, b, family in known.notices_in(string, folded):
            if rules.has(f"watermark/{family}"):
                yield i, (start + a, start + b, rules.number[f"watermark/{family}"])


def _notices_in(notices: Notices, string: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """The notices in a line: where each begins and ends, and its family."""
    if CONTENT.search(string):
        return
    codes = encode(folded)
    places = np.flatnonzero(solid().take(codes))
    squeezed = decode(codes[places])
    edges = [0, *(m.end() for m in SENTENCE.finditer(string))]
    said = [squeezed[a:b] for a, b in pairwise(np.searchsorted(places, edges).tolist())]
    against = LISTED_WEIGHT if LISTED.search(string) else 0.0
    for a, b, spoken in _runs(said, notices):
        if sum(notices.read(s)[1] for s in said[a:b]) < WORDS or (a == 0 and HEADING.match(string)):
            continue
        look = notices.weigh(notices.look(string[edges[a] : edges[b]], folded[edges[a] : edges[b]]))
        if spoken + look > against + (MIDDLE if a > 0 and b < len(said) else 0.0):
            yield edges[a], edges[b], notices.family_of(said[a:b])


def _nearly(notices: Notices, string: str) -> bool:
    """Whether a line is nearly a notice."""
    folded = fold(string)
    codes = encode(folded)
    squeezed = decode(codes[solid().take(codes)])
    return notices.read(squeezed)[1] >= WORDS and notices.odds(string, folded, squeezed) > -NEARLY


def _runs(said: Sequence[str], notices: Notices) -> Iterator[tuple[int, int, float]]:
    """The runs of sentences that may be notices: the first, the one behind the last, what their words say.

    A run begins and ends with a sentence that speaks for it.
    """
    weights = [notices.spoken(s) if len(s) <= LONGEST else LEAST - 1 for s in said]
    for may, group in groupby(range(len(said)), key=lambda k: weights[k] >= LEAST):
        run = list(group)
        while may and run and weights[run[0]] <= 0:
            del run[0]
        while may and run and weights[run[-1]] <= 0:
            del run[-1]
        if may and run:
            yield run[0], run[-1] + 1, sum(weights[k] for k in run)


def _speaking(text: Text, views: Views, known: Knowledge, hits: Hits) -> Ints:
    """The lines whose words may weigh enough for a notice: sentence by sentence, and with a frame."""
    looks, n = known.notices.looks, len(text.lines)
    for_it = np.maximum(known.weight[hits.number], 0)
    look = np.full(n, looks["start"] + looks["framed"])
    look[hits.line[known.is_domain[hits.number]]] += looks["domain"]
    low, codes = text.lines.low
    digits = low[(codes >= ord("0")) & (codes <= ord("9"))]
    long = digits[LONG - 1 :] - digits[: max(0, len(digits) - LONG + 1)] < LONG
    look[text.lines.of(digits[: len(long)][long])] += looks["number"]
    may = np.bincount(hits.line, for_it, n) + look > 0
    may &= np.bincount(hits.line, minlength=n) > 0
    if not may.any():
        return NO_INTS
    some = np.flatnonzero(may[hits.line])
    place, line = hits.place[some], hits.line[some]
    ends = np.append(np.flatnonzero((views.kind & END) != 0), len(text))
    end = np.searchsorted(ends, place)
    begin = np.maximum(text.lines.start[line], np.where(end > 0, ends[end - 1] + 1, 0))
    begin, one, which = np.unique(begin, return_index=True, return_inverse=True)
    beyond = np.minimum(text.lines.end[line], ends[end] + 1)[one]
    first, beyond = np.searchsorted(views.place, np.stack([begin, beyond]))
    wide = np.append(0, np.cumsum(views.squeezed(spans(first, beyond - first)) >= 0x80))
    upto = np.cumsum(beyond - first)
    covered = np.bincount(which, known.hints.length[hits.number[some]])
    uncovered = np.clip(wide[upto] - wide[upto - (beyond - first)] - covered, 0, MOST_UNCOVERED)
    spoken = np.maximum(np.bincount(which, for_it[some]) + looks["uncovered"] * uncovered, 0)
    return np.flatnonzero(may & (np.bincount(line[one], spoken, n) + look > 0))


def _domains(text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    if not rules.has("watermark/site-domain"):
        return
    rule = rules.number["watermark/site-domain"]
    for i in np.unique(hits.line[known.is_domain[hits.number]]).tolist():
        for a, b in Site(text, views, known, i).spans():
            yield i, (a, b, rule)


class Site:
    """The domains in one line: which of them are watermarks, and how far each reaches."""

    def __init__(self, text: Text, views: Views, known: Knowledge, line: int) -> None:
        self.text = text
        self.known = known
        self.start, self.end = int(text.lines.first[line]), int(text.lines.last[line])
        self.raw = text.string[self.start : self.end]
        begin = int(text.lines.start[line])
        self.folded = views.of("folded", line)[0][self.start - begin : self.end - begin]
        self.kept, place = views.of("squeezed", line)
        self.place: list[int] = (np.asarray(place) - self.start).tolist()

    def spans(self) -> Iterator[tuple[int, int]]:
        for a, b, hidden in self.found():
            if span := self.judged(a, b, hidden):
                yield span[0] + self.start, span[1] + self.start

    def found(self) -> Iterator[tuple[int, int, bool]]:
        """Domains in order: start, end, and whether the spelling hides it."""
        found = []
        glued = []
        for m in self.known.pattern("⟨hidden⟩").finditer(self.kept):
            a, b = self.place[m.start()], self.place[m.end() - 1] + 1
            if PLAIN.fullmatch(AROUND_SIGN.sub(r"\1", self.folded[a:b])):
                glued.append((a, b, self.odd_case(a, b)))
            elif not RUNNING.match(self.folded, a) and not WORDLIKE.fullmatch(self.folded, b - 4, b + 1):
                found.append((a, b, True))
        for m in self.known.pattern("⟨domain⟩").finditer(self.folded):
            a, b = m.span()
            if not any(a < d and c < b for c, d, _ in found):
                found.append((a, b, self.odd_case(a, b)))
        found += [(a, b, odd) for a, b, odd in glued if not any(a < d and c < b for c, d, _ in found)]
        yield from sorted(found)

    def odd_case(self, a: int, b: int) -> bool:
        """Whether a domain mixes cases or widths as nobody types; what case its path has says nothing."""
        host = HOST.match(self.folded, a, b)
        labels = list(LABEL.finditer(self.raw, a, host.end() if host else b))
        for k, label in enumerate(labels):
            said = label.group()
            if said.islower() or said.isupper():
                continue
            turns = sum(x.isupper() != y.isupper() for x, y in pairwise(said) if (x + y).isalpha())
            last = k == len(labels) - 1 and not labels[0].group().islower()
            edge = said.lower() in ("www", "wap", "http") or (last and len(labels[0].group()) > 2)
            if turns and (edge or turns > 3 or (turns > 2 and said[0].islower())):
                return True
        place = self.text.raw_at(np.array([self.start + a, self.start + b])) - self.text.origin
        raw = decode(self.text.raw[int(place[0]) : int(place[1])])
        return WIDE.search(raw) is not None and SLIM.search(raw) is not None

    def judged(self, a: int, b: int, hidden: bool) -> tuple[int, int] | None:
        """The span of the watermark that this domain is the core of, or None where the domain is content."""
        if HELD.search(self.raw, max(0, a - 2), a):
            return None
        if not hidden and (CONTENT.search(self.raw) or LISTED.search(self.raw) or MARKED_UP.search(self.raw, 0, a)):
            return None
        path = PATH.search(self.folded, a, b) is not None
        inner = self.bracket(a, b)
        if inner:
            c, d, kind = inner
            rest = self.kept_between(c, a) + self.kept_between(b, d)
            named = self.named(rest) and self.raw[c] in "[［【〖{<"
            if hidden or named or (rest and self.speaks(rest, path)):
                return c, d
            if not rest:
                beside = kind in "[{<" and self.has_han(0, len(self.raw))
                if not path and (beside or ENDED.search(self.raw[:c]) or self.is_heading()):
                    return c, d
                a, b = c, d
        left, right = self.left(a, hidden, path), self.right(b, hidden, path)
        rest = self.kept_between(0, a) + self.kept_between(b, len(self.raw))
        if hidden:
            return left, right
        if not rest:
            return (a, b) if not path and ALONE.match(self.folded, a, b) else None
        if self.named(rest):
            return 0, len(self.raw)
        if inner and not (left < a or right > b):
            return None
        behind = self.kept_between(right, len(self.raw))
        ended = left == 0 or ENDED.search(self.raw[:left]) is not None
        goes_on = behind and (left == 0 or path or self.raw[right] in "，,、；;")
        if (left < a or right > b) and ended and not goes_on:
            return left, right
        return (left, right) if not path and ended and left > 0 and not behind and self.has_han(0, left) else None

    def named(self, rest: str) -> bool:
        """Whether what stands beside a domain is the name of a site."""
        return self.known.pattern(TAIL).fullmatch(rest) is not None

    def speaks(self, rest: str, path: bool) -> bool:
        """Whether what stands beside a domain, which has a path or not, is a notice with it."""
        looks, notices = self.known.notices.looks, self.known.notices
        odds = notices.spoken(rest) + looks["start"] + looks["path" if path else "domain"]
        return odds > 0 and notices.covered(rest)[1] >= SHARE

    def has_han(self, a: int, b: int) -> bool:
        return any(not c.isascii() for c in self.kept_between(a, b))

    def is_heading(self) -> bool:
        return HEADING.match(self.raw) is not None

    def kept_between(self, a: int, b: int) -> str:
        return self.kept[bisect_left(self.place, a) : bisect_left(self.place, b)]

    def bracket(self, a: int, b: int) -> tuple[int, int, str] | None:
        """The innermost bracket pair around a span: its outer edges and its kind."""
        depth = 0
        for c in range(a - 1, max(-1, a - 60), -1):
            mark = self.raw[c]
            if mark in OPENERS and mark not in "“":
                if depth:
                    depth -= 1
                    continue
                close = OPENERS[mark]
                d = self.raw.find(close, b, b + 60)
                if d < 0:
                    close = OPENERS.get({"(": "（", "（": "(", "[": "［", "［": "["}.get(mark, ""), "")
                    d = self.raw.find(close, b, b + 60) if close else -1
                if d >= 0:
                    return c, d + 1, fold(mark)
                return None
            if mark in OPENERS.values() and mark not in "”":
                depth += 1
        return None

    def slogan(self, a: int, b: int, hidden: bool, path: bool) -> bool:
        """Whether kept characters [a, b) beside a domain are a site's name or slogan; a hidden one asks for less."""
        said = self.kept[a:b]
        if not 1 < len(said) <= 40 or said.isascii():
            return False
        if self.named(said):
            return True
        if len(said) <= 16:
            apart = sum(self.place[k + 1] - self.place[k] > 1 for k in range(a, b - 1))
            noun = hidden and self.known.pattern("⟨noun⟩").search(said) is not None
            if noun or (b - a > 2 and apart >= (0.5 if hidden else 1.0) * (b - a - 1)):
                return True
        if not hidden:
            return self.speaks(said, path)
        weight, share = self.known.notices.covered(said)
        return weight >= 0.3 and share >= 0.4

    def is_word(self, said: str) -> bool:
        return said in self.known.notices.weight or self.known.pattern("⟨noun⟩").fullmatch(said) is not None

    def left(self, a: int, hidden: bool, path: bool) -> int:
        """Where the slogan before a domain begins; `a` where there is none."""
        k = best = bisect_left(self.place, a)
        for j in range(k - 1, max(-1, k - 41), -1):
            edge = j == 0 or self.place[j] - self.place[j - 1] > 1
            if edge and self.slogan(j, k, hidden, path):
                best = j
                break
        while 0 < best < k and k - best < 41:
            gap = self.raw[self.place[best - 1] + 1 : self.place[best]]
            lone = best == 1 or self.place[best - 1] - self.place[best - 2] > 1 or self.kept[best - 2].isascii()
            letter = self.kept[best - 1].isascii()
            if letter or (lone and gap and not any(c in "！？”…」』!?" for c in gap)):
                best -= 1
                continue
            run = next((n for n in (2, 3, 4) if self.is_word(self.kept[max(0, best - n) : best])), 0)
            if not run or not (best == run or self.kept[best - run - 1].isascii()):
                break
            best -= run
        return self.place[best] if best < k else a

    def right(self, b: int, hidden: bool, path: bool) -> int:
        """Where the slogan behind a domain ends; `b` where there is none."""
        k = bisect_left(self.place, b)
        while k < len(self.kept) and self.place[k] == b and self.kept[k].isascii():
            k, b = k + 1, b + 1
        if self.slogan(k, len(self.kept), hidden, path):
            return len(self.raw)
        for j in range(k + 2, min(len(self.kept), k + 24)):
            if self.place[j] - self.place[j - 1] > 1 and self.slogan(k, j, hidden, path):
                return self.place[j - 1] + 1
        return b


def _brackets(
    text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits, weight: Floats
) -> Iterator[tuple[int, Span]]:
    """Brackets inside a line that hold nothing but the words of notices."""
    if not rules.has("watermark/site-name-in-brackets"):
        return
    rule = rules.number["watermark/site-name-in-brackets"]
    bracketed = hits.line[known.is_bracket[hits.number]]
    for i in np.unique(bracketed[weight[bracketed] >= BRACKET_WEIGHT]).tolist():
        start, end = int(text.lines.first[i]), int(text.lines.last[i])
        string = text.string[start:end]
        if CONTENT.search(string):
            continue
        squeezed, places = views.of("squeezed", i)
        for m in BRACKETED.finditer(string):
            a, b = np.searchsorted(places, [start + m.start(), start + m.end()]).tolist()
            inner = string[m.start() + 1 : m.end() - 1]
            look = known.notices.look(inner, fold(inner))
            if known.notices.spoken(squeezed[a:b]) + known.notices.weigh(look) > MIDDLE:
                yield i, (start + m.start(), start + m.end(), rule)


def _scattered(text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    """Names of sites whose characters are set apart by marks: looked for where a mark parts a pair of their words, and
    where signs that nobody writes there part single characters."""
    if not rules.has("watermark/scattered-name"):
        return
    rule = rules.number["watermark/scattered-name"]
    some = known.is_scattered[hits.number] & (hits.second - hits.place > 1)
    apart = ~blank()[text.codes[hits.place[some] + 1]]
    for i in np.unique(hits.line[some][apart]).tolist():
        string, place = views.of("folded", i)
        marked = [m for m in known.pattern("⟨broken⟩").finditer(string) if ODD_MARK.search(m.group())]
        for m in (*known.pattern("⟨scattered⟩").finditer(string), *marked):
            yield i, (int(place[m.start()]), int(place[m.end() - 1]) + 1, rule)
    signs = np.flatnonzero((views.kind & ODD) != 0)
    twice = signs[:-1][np.diff(signs) == 2]
    for i in np.unique(text.lines.of(twice[views.kind[twice + 1] & KEPT > 0])).tolist():
        start = int(text.lines.start[i])
        for m in SET_APART.finditer(text.string[start : int(text.lines.end[i])]):
            signs_in = {c for c in m.group() if c in ODD_SIGNS}
            said = sum(c not in signs_in for c in m.group())
            if said >= APART or (said >= APART - 1 and len(signs_in) > 1):
                yield i, (start + m.start(), start + m.end(), rule)


def _two_widths(text: Text, views: Views, rules: Rules) -> Iterator[tuple[int, Span]]:
    """Words of letters of two widths, which change more than once."""
    if not rules.has("watermark/two-widths"):
        return
    wide = np.zeros(len(text) + 1, np.bool_)
    wide[text.at(np.flatnonzero((text.raw >= ord("Ａ")) & (text.raw <= ord("ｚ"))) + text.origin)] = True
    turns = np.flatnonzero(wide[1:-1] != wide[:-2])
    letter = among((0x61, 0x7A))
    turns = turns[letter.take(folding().take(text.codes[turns])) & letter.take(folding().take(text.codes[turns + 1]))]
    if len(turns) < 2:
        return
    line = text.lines.of(turns)
    for i in np.unique(line[np.append(False, (np.diff(line) == 0) & (np.diff(turns) < LETTERS))]).tolist():
        start = int(text.lines.start[i])
        for m in WORD.finditer(views.of("folded", i)[0]):
            a, b = start + m.start(), start + m.end()
            if np.count_nonzero((turns >= a) & (turns < b)) > 1:
                yield i, (a, b, rules.number["watermark/two-widths"])


def _glosses(text: Text) -> Iterator[tuple[int, int]]:
    """The readings that a converter to Traditional left behind the characters it had made."""
    low, codes = text.lines.low
    place = low[codes == ord("(")]
    before = text.codes[place - 1]
    for a in place[(place > 0) & (fold_table()[before] != before)].tolist():
        if m := GLOSS.match(text.string, a):
            yield a, m.end()


def _stray(text: Text, views: Views, rules: Rules) -> Iterator[tuple[int, Span]]:
    """Weak marks alone in their line, which the foot of a page leaves."""
    if not rules.has("watermark/stray-mark"):
        return
    lines = text.lines
    for i in np.flatnonzero((np.diff(views.line) == 0) & (lines.last - lines.first == 1)).tolist():
        a = int(lines.first[i])
        if text.string[a] in WEAK:
            yield i, (a, a + 1, rules.number["watermark/stray-mark"])


@dataclass(frozen=True, slots=True)
class ShortLines:
    """A row a short line: the raw offset of its first character, its letters as a hash (digits as one, but in a
    heading), whether it is a numbered heading with a title."""

    start: Ints
    hash: NDArray[np.uint64]
    heading: Bools


def measure(text: Text, rules: Rules) -> ShortLines:
    """The rows of one block."""
    known, lines = _known(_Same(rules)), text.lines
    size = lines.last - lines.first
    some = np.flatnonzero((size >= SHORT[0]) & (size <= SPARSE * SHORT[1]))
    first, end = lines.first[some], np.cumsum(size[some])
    views = Views(text.codes[spans(first, size[some])], end - size[some], end, known.hints)
    hits = known.hints.found(views)
    weight = np.bincount(hits.line, known.weight[hits.number], len(some))
    length = np.diff(views.line)
    short = np.flatnonzero((length >= SHORT[0]) & (length <= SHORT[1]))
    begins = views.squeezed(views.line[short]) == ord("第")
    short, begins = (column[begins | (weight[short] >= REPEATED_WEIGHT)] for column in (short, begins))
    heading, notice = np.zeros((2, len(short)), np.bool_)
    for k, i in enumerate(short.tolist()):
        string = views.of("raw", i)[0]
        heading[k] = begins[k] and TITLED.match(views.of("squeezed", i)[0]) is not None
        notice[k] = weight[i] >= REPEATED_WEIGHT and known.nearly(string)
    stands = heading | notice
    short, heading = short[stands], heading[stands]
    codes = views.squeezed(spans(views.line[short], length[short])).astype(np.uint64)
    digit = (codes >= 0x30) & (codes <= 0x39) & ~np.repeat(heading, length[short])
    codes[digit] = 0x30
    head = np.cumsum(length[short]) - length[short]
    turn = np.cumprod(np.full(SHORT[1] + 1, 0x9E3779B97F4A7C15, np.uint64))
    mixed = codes * turn[np.arange(len(codes)) - np.repeat(head, length[short])]
    hashes = np.add.reduceat(mixed, head) if len(head) else np.zeros(0, np.uint64)
    return ShortLines(text.raw_at(first[short]), hashes, heading)


def repeated(blocks: Sequence[ShortLines], rules: Rules) -> Ints:
    """The raw offsets of the lines that repeat over the file as watermarks do.

    A line that is nearly a notice, and that stands in the file REPEATS times. A numbered heading with its
    title that comes again before any other: the header of a page. Mere repetition is no evidence: refrains, cries
    and stage directions repeat too.
    """
    if not blocks or not rules.has("watermark/repeated-line"):
        return NO_INTS
    start = np.concatenate([b.start for b in blocks])
    hashes = np.concatenate([b.hash for b in blocks])
    heading = np.concatenate([b.heading for b in blocks])
    _, group, count = np.unique(hashes, return_inverse=True, return_counts=True)
    often = ~heading & (count[group] >= REPEATS)
    heads = np.flatnonzero(heading)
    again = np.zeros(len(start), np.bool_)
    same = (hashes[heads[1:]] == hashes[heads[:-1]]) & (start[heads[1:]] - start[heads[:-1]] >= PAGE)
    again[heads[1:][same]] = True
    again &= count[group] >= HEADERS
    return np.sort(start[often | again])


def _cut(text: Text, line: int, spans: Sequence[Span], known: Knowledge) -> Iterator[tuple[int, int, str, int]]:
    """The edits of one line: its spans made disjoint and widened; the whole line where no letter remains."""
    start, end = int(text.lines.start[line]), int(text.lines.end[line])
    string = text.string[start:end]
    done: list[Span] = []
    for a, b, n in sorted(spans):
        if done and a <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], b), done[-1][2])
        else:
            done.append((a, b, n))
    wide = [(*_widened(string, a - start, b - start), n) for a, b, n in done]
    edges = [0, *(at for a, b, _ in wide for at in (a, b)), len(string)]
    left = "".join(string[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    rest = "".join(c for c in fold(left) if solid()[ord(c)])
    hidden = any(n in known.hiding for _, _, n in wide)
    if not rest or (hidden and (_is_scrap(rest) or known.notices.spoken(rest) > 0)):
        yield start, min(end + 1, len(text)), "", done[0][2]
        return
    at = 0
    for a, b, n in wide:
        if b > max(a, at):
            yield start + max(a, at), start + b, "", n
            at = b


def _is_scrap(rest: str) -> bool:
    """Whether what is left of a line beside a hidden address is too little to be text."""
    return len(rest) <= 1 or (len(rest) <= SCRAP and rest.isascii())


def _widened(string: str, a: int, b: int) -> tuple[int, int]:
    """A span with the brackets around it, the ornaments beside it, and the blanks that would be left over."""
    while True:
        c, d = a, b
        while c > 0 and string[c - 1] in BLANKS:
            c -= 1
        while d < len(string) and string[d] in BLANKS:
            d += 1
        if c > 0 and d < len(string) and OPENERS.get(string[c - 1], "") == string[d]:
            a, b = c - 1, d + 1
            continue
        # A bracket that the span opens or closes on one side only.
        if d < len(string) and _open(string[a:b], string[d]):
            b = d + 1
            continue
        break
    while b < len(string) and string[b] in ORNAMENTS + BLANKS and not _starts_word(string, b):
        b += 1
    c = a
    while c > 0 and string[c - 1] in ORNAMENTS + BLANKS:
        c -= 1
    if c == 0 or string[c - 1] in ENDS or c < a - 1 or string[c] not in ".．,!'\"":
        a = c
    if a < b and a > 0 and b == len(string) - 1 and string[b] == "。" and string[a - 1] in ENDS:
        b += 1
    return a, b


def _open(span: str, close: str) -> bool:
    """Whether a span opens a bracket that this mark closes."""
    return any(span.count(a) > span.count(b) for a, b in OPENERS.items() if b == close)


def _starts_word(string: str, at: int) -> bool:
    """Whether an ornament belongs to the text behind it."""
    return string[at] in ".,'\"!" and at + 1 < len(string) and string[at + 1].isalnum()
