"""Strip what sites put into the texts they copy: whole lines, and spans inside a line.

Patterns read a folded or squeezed view of a line (see `views`) and cut the line itself. A line is looked at closely
only where hints stand in it: those of a rule, enough words of notices, or the parts of a domain. What a pattern finds
is widened over its brackets and ornaments; when no letter remains of a line it goes with its break. The addresses of
a line are found in `addresses` and judged in `sites`, its words in `notices`, odd spellings in `spelling`; what pages
left between lines is told in `pages`.

Knows a line, and whether those beside it have addresses; from the Profile, which lines repeat over the file and which
pages left. Nothing else of other lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus import spelling
from cleancorpus.addresses import stretches
from cleancorpus.edits import (
    NO_EDITS,
    NO_INTS,
    Bools,
    Codes,
    Edits,
    Ints,
    deletions,
    edits_of,
    settle,
    spans,
    together,
)
from cleancorpus.lexicon import fold_table
from cleancorpus.notices import (
    ADDRESS_OUT,
    ASIDE,
    CONTENT,
    LONG,
    MIDDLE,
    MOST_UNCOVERED,
    Notices,
    is_nearly,
    notices_in,
    weighed,
)
from cleancorpus.profile import Profile, Watermarks
from cleancorpus.riddled import pairs_of
from cleancorpus.rules import Rules, compiled, find_data, left_until, stop_of
from cleancorpus.sites import ENDS, OPENERS, ORNAMENTS, SHARE, TAIL, Site
from cleancorpus.text import LF, Text, among, han
from cleancorpus.views import END, SENTENCE_ENDS, Hints, Hits, Views, fold, folding, solid

BLANKS = " \t\u3000\u00a0"

# One syllable with its tone.
GLOSS = regex.compile(r"[(][a-zü]{0,3}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,3}[)）]")
WEAK = ";；，、"
# What is bound to an address stands no farther from it.
AROUND = 300
# Stands in a line for what was found in it.
LEFT_OUT = "\0"
# So many letters beside a hidden address are a part of it.
SCRAP = 8
# So few letters beside an address go with it where they speak as notices do.
BESIDE = 12
# Ends of domains that are no hints; what stands for the o of com.
SHORT_ENDS, RINGS = ("tw", "me", "hk", "in"), "0○〇☉◯"
# The rules by which addresses and names are found from how they are spelt, whose span takes what is bound to it along.
SPELLING = ("riddled", "scattered-letters", "spaced-domain", "two-widths", "parted-name", "scattered-name")
# The rules that find what is spelt so that no search finds it.
HIDING = ("riddled", "scattered-name", "scattered-letters", "spaced-domain", "spaced-name", "two-widths")
# A text is Chinese if at least this share of its letters is Han: manuals and papers in English with some Chinese have
# less than 0.2, Japanese up to 0.4, Chinese manuals full of commands 0.5 and more. So many letters tell it.
CHINESE, TELLING = 0.45, 400
# Lines of so many letters, which are at least a half of them, may be found to repeat: those that are so little short of
# a notice, whose words weigh at least so much, so often …
SHORT = (2, 40)
SPARSE = 2
REPEATED_WEIGHT = 1.2
REPEATS = 5
# … and numbered headings with a title, so often and so many characters apart.
TITLED = regex.compile(r"第[0-9零〇一二三四五六七八九十百千两]{1,6}[章节回卷集部篇].{2,}")
HEADERS = 3
PAGE = 100
BRACKETED = regex.compile(
    "|".join(rf"\{a}[^{a}\{b}\n]{{2,60}}\{b}" for a, b in zip("[【(（<［", "]】)）>］", strict=True))
)
# As they stand in the folded text.
BRACKETS = "([<"
BRACKET_WEIGHT = 1.4

Span = tuple[int, int, int]
Floats = NDArray[np.float64]


class Knowledge:
    """What the rule files say, prepared: patterns with their parts, hints, words."""

    def __init__(self, rules: Rules) -> None:
        stage = rules.settings["watermark"]
        self.parts: dict[str, str] = dict(stage.get("parts", {}))
        # A pattern is made ready when a line first asks for it.
        self.pattern = lru_cache(maxsize=None)(lambda source: compiled(self.expand(source)))
        said: dict[str, dict[str, float]] = stage["words"]
        own = {word for words in said.values() for word in words}
        listed = {family: weighed(text) for family, text in stage["weights"].items()}
        families = {
            family: {word: k for word, k in listed.get(family, {}).items() if word not in own} | words
            for family, words in said.items()
        }
        self.neighbours = weighed(stage["neighbours"])
        self.notices = Notices(families, stage["looks"], self.pattern("⟨domain⟩"), self.neighbours)
        self.rules = [(n, r) for n, r in rules.of("watermark") if r.kind == "regex" and (r.ours or r.view != "raw")]
        mine = {n for n, _ in self.rules}
        self.data = replace(rules, on=rules.on & ~np.isin(np.arange(len(rules.all)), list(mine)))
        # A watermark comes again and again.
        self.notices_in = lru_cache(maxsize=1 << 12)(lambda *line: tuple(notices_in(self.notices, *line)))
        self.sites_in = lru_cache(maxsize=1 << 12)(
            lambda line, wide, listed: tuple(Site(line, wide, listed, self).spans())
        )
        self.nearly = lru_cache(maxsize=1 << 12)(lambda line: is_nearly(self.notices, line))
        self.pairs = pairs_of(stage["pairs"])
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
        # What may have to stand beside a hint of one character; of it what each rule wants and the rules of each hint
        # do; and the hints that only rules ask for which want something.
        self.near = sorted({r.near for _, r in self.rules if r.near})
        self.beside = lru_cache(maxsize=1 << 16)(
            lambda *three: [self.pattern(near).fullmatch("".join(map(chr, three))) is not None for near in self.near]
        )
        wants = [r.near == near for _, r in self.rules for near in self.near]
        self.wants = np.array(wants, np.bool_).reshape(len(self.rules), len(self.near))
        self.guards = np.zeros((len(asking), len(self.near)), np.bool_)
        self.is_guarded = (self.hints.length == 1) & ~self.is_bracket
        for n in np.flatnonzero(self.hints.length == 1).tolist():
            wanted = self.wants[asking[n]]
            self.guards[n] = wanted.any(axis=0)
            self.is_guarded[n] &= len(wanted) > 0 and bool(wanted.any(axis=1).all())
        # The hints that count in a row of their own kind.
        self.in_rows = ~self.is_guarded
        for n in np.flatnonzero(self.is_guarded).tolist():
            self.in_rows[n] = (self.guards[n] & self.beside(*[ord(self.hints.literals[n])] * 3)).any()
        self.asked: Ints = np.array([len(some) for some in asking])
        self.asking: Ints = np.array([k for some in asking for k in some], np.int64)
        self.hiding = {rules.number[f"watermark/{name}"] for name in HIDING if rules.has(f"watermark/{name}")}
        self.spelling = {rules.number[f"watermark/{name}"] for name in SPELLING if rules.has(f"watermark/{name}")}
        self.naming = {rules.number["watermark/site-domain"]} if rules.has("watermark/site-domain") else set()
        self.addresses = self.naming | self.spelling
        self.longest: Ints = np.array([r.longest or 1 << 62 for _, r in self.rules], np.int64)
        self.is_squeezed: Ints = np.array([r.view == "squeezed" for _, r in self.rules], np.int64)

    def speaks(self, rest: str) -> bool:
        """Whether what is left of a line beside an address is the name of a site, or speaks as notices do."""
        if self.notices.spoken(rest) > 0 and self.notices.covered(rest)[1] >= SHARE:
            return True
        return self.pattern(TAIL).fullmatch(rest) is not None

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
    return _told(text, rules, profile.watermarks, profile)


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


def _told(text: Text, rules: Rules, watermarks: Watermarks, profile: Profile) -> Edits:
    """The edits of the survey in this text, and those of the lines that repeat over the file as watermarks do and of
    those that pages left.

    A line that reads otherwise than it did in the survey, as one with tags does in a file of HTML, stays as it is.
    """
    lines = text.lines
    here = np.arange(*np.searchsorted(watermarks.line, [text.origin, text.origin + len(text.raw)]))
    line = lines.of(text.at(watermarks.line[here]))
    same = lines.end[line] - lines.start[line] == watermarks.length[here]
    edits, start = watermarks.edits.take(here[same]), lines.start[line[same]]
    edits = replace(edits, start=edits.start + start, end=edits.end + start)
    whole = []
    for name, starts in (("repeated-line", profile.repeated), ("page-line", profile.pages)):
        if rules.has(f"watermark/{name}"):
            gone = np.unique(lines.of(text.at(starts[text.holds(starts)])))
            ends = np.minimum(lines.end[gone] + 1, len(text))
            whole.append(deletions(lines.start[gone], ends, rules.number[f"watermark/{name}"]))
    return settle([*whole, edits])


def _found(text: Text, rules: Rules) -> Edits:
    """The edits of all watermarks that a line alone shows."""
    if len(text) < 2:
        return NO_EDITS
    known = _known(_Same(rules))
    glosses = np.array([*_glosses(text)] if rules.has("watermark/pinyin-gloss") else [], np.int64).reshape(-1, 2)
    inside = spans(glosses[:, 0], glosses[:, 1] - glosses[:, 0])
    views = Views(text.codes, text.lines.start, text.lines.end, known.hints, inside)
    hits, near = _beside(views, known, known.hints.found(views))
    weight: Floats = np.bincount(hits.line, known.weight[hits.number], len(text.lines)).astype(np.float64)
    wide = np.flatnonzero(text.raw - ord("Ａ") <= ord("ｚ") - ord("Ａ"))
    wide = text.at(wide + text.origin) if len(wide) else wide
    by_line: dict[int, list[Span]] = {}
    for i, span in (
        *_by_rule(views, known, rules, _asked(text, views, known, hits, near)),
        *_domains(text, wide, known, rules, hits),
        *_spelt(text, wide, views, known, rules, hits),
        *_stray(text, views, rules),
    ):
        by_line.setdefault(i, []).append(span if span[2] not in known.spelling else _grown(text, i, span, known))
    for i, (a, b) in zip(text.lines.of(glosses[:, 0]).tolist(), glosses.tolist(), strict=True):
        by_line.setdefault(i, []).append((a, b, rules.number["watermark/pinyin-gloss"]))
    for i, span in (
        *_notices(text, views, known, rules, hits, by_line),
        *_brackets(text, views, known, rules, hits, weight),
    ):
        by_line.setdefault(i, []).append(span)
    cuts = edits_of(e for i in sorted(by_line) for e in _cut(text, i, by_line[i], known))
    return settle([find_data(text, "watermark", known.data), cuts])


def _grown(text: Text, line: int, span: Span, known: Knowledge) -> Span:
    """The span of an address that a rule found by how it is spelt, with what is bound to it."""
    start = max(int(text.lines.start[line]), span[0] - AROUND)
    end = min(int(text.lines.end[line]), span[1] + AROUND)
    a, b = Site(text.string[start:end], frozenset(), False, known).grown(span[0] - start, span[1] - start)
    return start + a, start + b, span[2]


def _by_rule(
    views: Views, known: Knowledge, rules: Rules, asked: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, Span]]:
    """What the patterns of the rule files find in a folded or squeezed view, and in the raw one what is to go."""
    for k, lines in groupby(asked, key=itemgetter(0)):
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


def _asked(text: Text, views: Views, known: Knowledge, hits: Hits, near: Bools) -> Iterator[tuple[int, int]]:
    """The rules, in order, with the lines each must look at: those with one of its hints, or all where it has none."""
    count = known.asked[hits.number]
    hit = np.repeat(np.arange(len(count)), count)
    rule = known.asking[spans((np.cumsum(known.asked) - known.asked)[hits.number], count)]
    line = hits.line[hit]
    length = np.stack([views.end - views.start, np.diff(views.line)])
    stands = length[known.is_squeezed[rule], line] <= known.longest[rule]
    wants = known.wants[rule]
    stands &= (wants & near[hit]).any(axis=1) | ~wants.any(axis=1) | (known.hints.length[hits.number[hit]] > 1)
    n = len(text.lines)
    every = [k * n + np.flatnonzero(~text.lines.is_blank) for k, (_, r) in enumerate(known.rules) if not r.hints]
    keys = np.unique(np.concatenate([rule[stands] * n + line[stands], *every]))
    return zip(*(column.tolist() for column in np.divmod(keys, n)), strict=True)


def _beside(views: Views, known: Knowledge, hits: Hits) -> tuple[Hits, Bools]:
    """The hits without those of single characters that no rule wants beside what stands there; and for each hit left
    which of the patterns that say so match there."""
    alone = np.flatnonzero(known.hints.length.take(hits.number) == 1)
    number, place = hits.number.take(alone), hits.place.take(alone)
    # Most stand in rows of their own kind.
    follows = np.append((np.diff(place) == 1) & (np.diff(number) == 0), False)
    asked = np.flatnonzero(~follows | ~np.append(False, follows)[: len(place)] | known.in_rows.take(number))
    number, place = number[asked], place[asked]
    before, own, after = (folding().take(views.codes.take(place + k, mode="clip")) for k in (-1, 0, 1))
    before[(before == LF) | (place == 0)] = after[(after == LF) | (place == len(views.codes) - 1)] = ord(" ")
    keys = before.astype(np.int64) << 42 | own.astype(np.int64) << 21 | after
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    rows = np.array([known.beside(before[i], own[i], after[i]) for i in first.tolist()], np.bool_)
    rows = rows.reshape(len(first), len(known.near))
    stays = ~known.is_guarded[number[first]] | (rows & known.guards[number[first]]).any(axis=1)
    left = np.flatnonzero(stays[which])
    kept = np.concatenate([np.flatnonzero(known.hints.length.take(hits.number) > 1), alone[asked[left]]])
    match = np.zeros((len(kept), len(known.near)), np.bool_)
    match[len(kept) - len(left) :] = rows[which[left]]
    return Hits(hits.number[kept], hits.line[kept], hits.place[kept], hits.second[kept]), match


def _notices(
    text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits, found: Mapping[int, Sequence[Span]]
) -> Iterator[tuple[int, Span]]:
    """Lines, or sentences of lines, that are made of the words of notices, what was found in them already left out."""
    for i in _speaking(text, views, known, hits).tolist():
        start, end = int(text.lines.first[i]), int(text.lines.last[i])
        string = text.string[start:end]
        folded = fold(string)
        if i in found:
            left = list(folded)
            for a, b, n in found[i]:
                a, b = max(0, a - start), min(b, end) - start
                left[a:b] = (ADDRESS_OUT if n in known.addresses else LEFT_OUT) * (b - a)
            folded = "".join(left)
        notices = known.notices_in(string, folded)
        if {n for _, _, n in found.get(i, ())} == known.naming:
            # An address may speak with what else the line says.
            rest = folded.replace(LEFT_OUT, "").replace(ADDRESS_OUT, "")
            little = len(rest) <= BESIDE and not any(c in SENTENCE_ENDS for c in rest)
            with_it = known.notices_in(string, fold(string))
            if (little and not notices) or any(b - a == len(string) for a, b, _ in with_it):
                notices = with_it
        for a, b, family in notices:
            if rules.has(f"watermark/{family}"):
                yield i, (start + a, start + b, rules.number[f"watermark/{family}"])


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


def _domains(text: Text, wide: Ints, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    """The addresses of sites that are watermarks; wide: the places of the letters that the raw text has full-width."""
    if not rules.has("watermark/site-domain"):
        return
    rule = rules.number["watermark/site-domain"]
    may = np.unique(np.concatenate([hits.line[known.is_domain[hits.number]], _ended(text)]))
    if not len(may):
        return
    # Those next to each other but for blank lines.
    close = np.diff(np.cumsum(~text.lines.is_blank)[may]) == 1
    beside = np.zeros(len(may), np.bool_)
    beside[1:] |= close
    beside[:-1] |= close
    for i, listed in zip(may.tolist(), beside.tolist(), strict=True):
        for start, end in stretches(text.string, int(text.lines.first[i]), int(text.lines.last[i])):
            here = wide[slice(*np.searchsorted(wide, [start, end]))] - start
            for a, b in known.sites_in(text.string[start:end], frozenset(here.tolist()), listed):
                yield i, (start + a, start + b, rule)


def _ended(text: Text) -> Ints:
    """The lines with an end of a domain that is no hint: two letters, as too many words have them, or with a ring."""
    low, codes = text.lines.low

    def beside(places: Ints, k: int) -> Codes:
        return folding().take(text.codes.take(places + k, mode="clip"))

    dots = np.concatenate([low[codes == ord(".")], np.flatnonzero(text.codes == ord("．"))])
    letter = among((0x61, 0x7A), (0x30, 0x39))
    first, second = beside(dots, 1), beside(dots, 2)
    ends = np.zeros(len(dots), np.bool_)
    for end in SHORT_ENDS:
        ends |= (first == ord(end[0])) & (second == ord(end[1]))
    dots = dots[ends & letter.take(beside(dots, -1)) & ~letter.take(beside(dots, 3))]
    rings = np.flatnonzero(among(RINGS, "０").take(text.codes))
    rings = rings[(beside(rings, -1) == ord("c")) & (beside(rings, 1) == ord("m"))]
    return text.lines.of(np.concatenate([dots, rings]))


def _brackets(
    text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits, weight: Floats
) -> Iterator[tuple[int, Span]]:
    """Brackets inside a line that hold nothing but the words of notices, or the name of a site inside a word."""
    if not rules.has("watermark/site-name-in-brackets"):
        return
    rule = rules.number["watermark/site-name-in-brackets"]
    bracketed = hits.line[known.is_bracket[hits.number]]
    for i in np.unique(bracketed[weight[bracketed] > 0]).tolist():
        start, end = int(text.lines.first[i]), int(text.lines.last[i])
        string = text.string[start:end]
        if CONTENT.search(string):
            continue
        squeezed, places = views.of("squeezed", i)
        for m in BRACKETED.finditer(string):
            a, b = np.searchsorted(places, [start + m.start(), start + m.end()]).tolist()
            inner = string[m.start() + 1 : m.end() - 1]
            look = known.notices.look(inner, fold(inner))
            if look["domain"]:
                continue
            notice = (
                weight[i] >= BRACKET_WEIGHT and known.notices.spoken(squeezed[a:b]) + known.notices.weigh(look) > MIDDLE
            )
            if notice or (
                known.pattern(TAIL).fullmatch(squeezed[a:b])
                and Site(string, frozenset(), False, known).parts(*m.span())
            ):
                yield i, (start + m.start(), start + m.end(), rule)


def _spelt(
    text: Text, wide: Ints, views: Views, known: Knowledge, rules: Rules, hits: Hits
) -> Iterator[tuple[int, Span]]:
    """The names and addresses that show by how they are spelt; wide: as in `_domains`."""
    some = known.is_scattered[hits.number]
    parted = Hits(hits.number[some], hits.line[some], hits.place[some], hits.second[some])
    for name, found in (
        ("scattered-name", spelling.scattered(text, views, parted, known)),
        ("two-widths", spelling.two_widths(text, wide, views)),
        ("riddled", spelling.riddled_in(text, wide, known.pairs, known)),
    ):
        if rules.has(f"watermark/{name}"):
            rule = rules.number[f"watermark/{name}"]
            yield from ((i, (a, b, rule)) for i, a, b in found)


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
    """A row a short line: the raw offset of its first character, its letters and digits as a hash, whether it is a
    numbered heading with a title."""

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
        heading[k] = begins[k] and TITLED.match(views.of("squeezed", i)[0]) is not None
        notice[k] = weight[i] >= REPEATED_WEIGHT and known.nearly(views.of("raw", i)[0])
    stands = heading | notice
    short, heading = short[stands], heading[stands]
    codes = views.squeezed(spans(views.line[short], length[short])).astype(np.uint64)
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
    named = any(n in known.naming for _, _, n in wide) and len(rest) <= BESIDE
    speaks = (hidden or named) and not ASIDE.fullmatch(left) and known.speaks(rest)
    if not rest or (hidden and _is_scrap(rest)) or speaks:
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
