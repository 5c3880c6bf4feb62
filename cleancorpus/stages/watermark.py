"""Strip what sites put into the texts they copy: whole lines, and spans inside a line.

Patterns read a folded or squeezed view of a line (see `views`) and cut the line itself. A line is looked at closely
only where hints stand in it: those of a rule, enough words of notices, or the parts of a domain. What a pattern finds
is widened over its brackets and ornaments; when no letter remains of a line it goes with its break.

Knows a line and, from the Profile, which lines repeat over the file; nothing else of other lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
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
    settle,
    spans,
    together,
)
from cleancorpus.lexicon import fold_table
from cleancorpus.profile import Profile, Watermarks
from cleancorpus.rules import Rules, compiled, find_data, left_until, stop_of
from cleancorpus.text import LF, Text, blank
from cleancorpus.views import Hints, Hits, Views, fold, folding, solid

ENDS = "。！？…!?；;”’」』）)》>〉—"
OPENERS = dict(zip("(（[［【〖〔{｛<＜《『「“〈", ")）]］】〗〕}｝>＞》』」”〉", strict=True))
ORNAMENTS = "-=_*+~^#@|\\/`$%&☆★◆◇■□●○◎※→←↑↓·•．.,＿＊～＾＃＠｜＼／％＄＆－＝＋¤§﹏▲△▼▽♂♀×÷'\"!"
BLANKS = " \t\u3000\u00a0"

ENDED = regex.compile(rf"[{regex.escape(ENDS)}][\s{regex.escape(ORNAMENTS)}]*$")
# One syllable with its tone.
GLOSS = regex.compile(r"[(（][a-zü]{0,3}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,3}[)）]")
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
# Words of stories, which notices seldom use; each takes this from the weight.
STORY = regex.compile("[他她它我咱俩]|[^为除][了着]|[又也却便很]")
STORY_WEIGHT = 1.5
WEAK = ";；，、"
ODD = regex.compile(r"[#&*^%$@~+|·]")
# Before and behind 网 where it does not end the name of a site: 上网, 互联网, 渔网; 网络, 网站.
SURF_ON = regex.compile("网[络球友址站页民点安上吧线格]")
SURF = regex.compile(f"[上联互渔电法蛛球罗情]网.?|.{SURF_ON.pattern}")
# What the name of a site that no list holds weighs.
SITE_WEIGHT = 0.5
# Lines of so many letters, which are at least a half of them, may be found to repeat: those whose words of notices
# weigh so much, so often …
SHORT = (2, 40)
SPARSE = 2
REPEATED_WEIGHT = 1.2
REPEATS = 5
# … and numbered headings with a title, so often and so many characters apart.
TITLED = regex.compile(r"第[0-9零〇一二三四五六七八九十百千两]{1,6}[章节回卷集部篇].{2,}")
HEADERS = 3
PAGE = 100
# A stretch of more letters is no notice; below this share of words of notices nothing is.
LONGEST = 200
LEAST_SHARE = 0.33

BRACKETED = regex.compile(
    "|".join(rf"\{a}[^{a}\{b}\n]{{2,60}}\{b}" for a, b in zip("[【(（<［", "]】)）>］", strict=True))
)
# As they stand in the folded text.
BRACKETS = "([<"
BRACKET_WEIGHT = 1.4
BRACKET_SHARE = 0.55

# Of a domain: how it is spelt when nothing hides it, and the blanks it may have; its labels; letters of two widths.
PLAIN = regex.compile(r"(?:https?:/*)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
AROUND_SIGN = regex.compile(r"\s*([:/.])\s*")
LABEL = regex.compile("[A-Za-z0-9]+")
WIDE = regex.compile("[Ａ-ｚ]")
SLIM = regex.compile("[A-Za-z]")
PATH = regex.compile(r"[a-z0-9][/?][a-z0-9]")
# What stands before a domain that is part of an address, a link or a tag.
HELD = regex.compile(r"(?:@|\]\(|=[\"']?|>|<)$")
# A name that ends as those of sites do.
TAIL = r"[a-z0-9]{0,8}\p{Han}{0,5}⟨tail⟩"

Span = tuple[int, int, int]
Floats = NDArray[np.float64]


class Vocabulary:
    """The words of notices: what each weighs and which family it belongs to."""

    def __init__(self, families: dict[str, dict[str, float]]) -> None:
        self.weight = {w: k for words in families.values() for w, k in words.items()}
        self.family = {w: f for f, words in families.items() for w in words}
        self.by_pair: dict[str, list[str]] = {}
        for w in sorted(self.weight, key=len, reverse=True):
            self.by_pair.setdefault(w[:2], []).append(w)
        # A sentence is weighed alone, in its run and with its line; and a watermark comes again and again.
        self.covered = lru_cache(maxsize=1 << 14)(self._covered)

    def words(self, squeezed: str) -> Iterator[str]:
        """The listed words in a squeezed stretch, the longest at a place; what looks like the name of a site; the rest
        of what is ASCII."""
        done = 0
        for at in range(len(squeezed)):
            if at < done:
                continue
            for word in self.by_pair.get(squeezed[at : at + 2], ()):
                behind = squeezed[at + len(word) - 1 : at + len(word) + 1]
                if squeezed.startswith(word, at) and not SURF_ON.fullmatch(behind):
                    yield word
                    done = at + len(word)
                    break
            else:
                c = squeezed[at]
                if c.isascii():
                    yield c
                    done = at + 1
                elif c == "网" and at - done > 0 and not SURF.fullmatch(squeezed[at - 1 : at + 2]):
                    yield squeezed[max(done, at - 4) : at + 1]
                    done = at + 1

    def _covered(self, squeezed: str) -> tuple[float, float, str]:
        """The weight of the different words in a squeezed stretch, the share of its Han they cover, the main family."""
        seen: set[str] = set()
        length = rest = 0
        for word in self.words(squeezed):
            seen.add(word)
            if word.isascii():
                rest += len(word)
            else:
                length += len(word)
        weights: dict[str, float] = {}
        for word in sorted(seen):
            family = self.family.get(word, "download-notice")
            weights[family] = weights.get(family, 0.0) + self.weighs(word)
        top = max(weights, key=lambda f: weights[f], default="")
        told = STORY_WEIGHT * len(STORY.findall(squeezed))
        return sum(weights.values()) - told, length / max(1, len(squeezed) - rest), top

    def weighs(self, word: str) -> float:
        """The weight of a listed word; of an unlisted site what the listed word it ends in weighs."""
        if word in self.weight or word.isascii():
            return self.weight.get(word, 0.0)
        tails = (word[k:] for k in range(1, len(word) - 1))
        return max((self.weight[t] for t in tails if t in self.weight), default=SITE_WEIGHT)


class Knowledge:
    """What the rule files say, prepared: patterns with their parts, hints, words."""

    def __init__(self, rules: Rules) -> None:
        stage = rules.settings["watermark"]
        self.parts: dict[str, str] = dict(stage.get("parts", {}))
        self.vocabulary = Vocabulary(stage.get("words", {}))
        self.whole = float(stage["notice_weight"])
        self.cover = float(stage["notice_share"])
        self.rules = [(n, r) for n, r in rules.of("watermark") if r.kind == "regex" and (r.ours or r.view != "raw")]
        mine = {n for n, _ in self.rules}
        self.data = replace(rules, on=rules.on & ~np.isin(np.arange(len(rules.all)), list(mine)))
        weight = {"网": SITE_WEIGHT, **self.vocabulary.weight}
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
        self.longest: Ints = np.array([r.longest or 1 << 62 for _, r in self.rules], np.int64)
        # A pattern is made ready when a line first asks for it.
        self.pattern = lru_cache(maxsize=None)(lambda source: compiled(self.expand(source)))
        self.is_squeezed: Ints = np.array([r.view == "squeezed" for _, r in self.rules], np.int64)

    def noticed(self, said: str) -> bool:
        """Whether a sentence speaks as notices do."""
        if len(said) < 2:
            return True
        if len(said) > LONGEST:
            return False
        weight, share, _ = self.vocabulary.covered(said)
        return (weight >= 0.7 and share >= self.cover) or (weight >= 4 and share >= LEAST_SHARE)

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
    return Watermarks(text.raw_at(start), text.lines.end[line] - start, said)


def decide(blocks: Sequence[Watermarks]) -> Watermarks:
    """The watermarks of all blocks of a file."""
    return Watermarks(
        np.concatenate([NO_INTS, *(b.line for b in blocks)]),
        np.concatenate([NO_INTS, *(b.length for b in blocks)]),
        together([b.edits for b in blocks]),
    )


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
    views = Views(text.codes, text.lines.start, text.lines.end, known.hints)
    hits = known.hints.found(views)
    weight: Floats = np.bincount(hits.line, known.weight[hits.number], len(text.lines)).astype(np.float64)
    found = [
        *_by_rule(text, views, known, rules, hits),
        *_notices(text, views, known, rules, np.flatnonzero(weight >= known.whole)),
        *_brackets(text, views, known, rules, hits, weight),
        *_domains(text, views, known, rules, hits),
        *_scattered(text, views, known, rules, hits),
        *_glosses(text, known, rules, hits),
        *_stray(text, views, rules),
    ]
    by_line: dict[int, list[Span]] = {}
    for i, span in found:
        by_line.setdefault(i, []).append(span)
    cuts = edits_of(e for i in sorted(by_line) for e in _cut(text, i, by_line[i]))
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


def _notices(text: Text, views: Views, known: Knowledge, rules: Rules, heavy: Ints) -> Iterator[tuple[int, Span]]:
    """Lines, or the first or last sentences of lines, that are made of the words of notices."""
    for i in heavy.tolist():
        start, end = int(text.lines.first[i]), int(text.lines.last[i])
        string = text.string[start:end]
        squeezed, places = views.of("squeezed", i)
        ends = [m.end() for m in SENTENCE.finditer(string)]
        begins = [0, *ends]
        cuts = [0, *np.searchsorted(places, np.array(ends) + start).tolist()]
        for some in _outer_runs([squeezed[a:b] for a, b in pairwise(cuts)], known):
            said = squeezed[cuts[some[0]] : cuts[some[-1] + 1]]
            weight, _, family = known.vocabulary.covered(said)
            if weight < known.whole or not rules.has(f"watermark/{family}") or not known.noticed(said):
                continue
            listed = LISTED_WEIGHT if LISTED.search(string) else 0.0
            if weight - listed >= known.whole and not CONTENT.search(string) and not HEADING.match(string):
                yield i, (start + begins[some[0]], start + ends[some[-1]], rules.number[f"watermark/{family}"])


def _outer_runs(sentences: Sequence[str], known: Knowledge) -> Iterator[range]:
    """The run of sentences that speak as notices do at the start of a line, and the one at its end; one if all do."""
    head = next((k for k, said in enumerate(sentences) if not known.noticed(said)), len(sentences))
    tail = len(sentences)
    while tail > head and known.noticed(sentences[tail - 1]):
        tail -= 1
    if head:
        yield range(head)
    if tail < len(sentences):
        yield range(tail, len(sentences))


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
            else:
                found.append((a, b, True))
        for m in self.known.pattern("⟨domain⟩").finditer(self.folded):
            a, b = m.span()
            if not any(a < d and c < b for c, d, _ in found):
                found.append((a, b, self.odd_case(a, b)))
        found += [(a, b, odd) for a, b, odd in glued if not any(a < d and c < b for c, d, _ in found)]
        yield from sorted(found)

    def odd_case(self, a: int, b: int) -> bool:
        """Whether a domain mixes cases or widths as nobody types."""
        for label in LABEL.finditer(self.raw, a, b):
            said = label.group()
            if said.islower() or said.isupper():
                continue
            turns = sum(x.isupper() != y.isupper() for x, y in pairwise(said) if (x + y).isalpha())
            edge = said.lower() in ("www", "wap", "http") or not LABEL.search(self.raw, label.end(), b)
            if turns and (edge or turns > 3 or (turns > 2 and said[0].islower())):
                return True
        place = self.text.raw_at(np.array([self.start + a, self.start + b])) - self.text.origin
        raw = decode(self.text.raw[int(place[0]) : int(place[1])])
        return WIDE.search(raw) is not None and SLIM.search(raw) is not None

    def judged(self, a: int, b: int, hidden: bool) -> tuple[int, int] | None:
        """The span of the watermark that this domain is the core of, or None where the domain is content."""
        if (
            HELD.search(self.raw, max(0, a - 2), a)
            or (CONTENT.search(self.raw) or LISTED.search(self.raw))
            and not hidden
        ):
            return None
        path = PATH.search(self.folded, a, b) is not None
        inner = self.bracket(a, b)
        if inner:
            c, d, kind = inner
            rest = self.kept_between(c, a) + self.kept_between(b, d)
            weight, share, _ = self.known.vocabulary.covered(rest)
            named = self.known.pattern(TAIL).fullmatch(rest) is not None and self.raw[c] in "[［【〖{<"
            if hidden or named or (rest and weight >= 1 and (share >= 0.4 or len(rest) <= 12)):
                return c, d
            if not rest:
                if not path and (kind in "[{<" or ENDED.search(self.raw[:c]) or self.is_heading()):
                    return c, d
                a, b = c, d
        left, right = self.left(a, hidden), self.right(b, hidden)
        rest = self.kept_between(0, a) + self.kept_between(b, len(self.raw))
        if hidden:
            return left, right
        if not rest:
            return None if path else (a, b)
        weight, share, _ = self.known.vocabulary.covered(rest)
        booked = self.known.pattern("⟨book⟩").search(rest) is not None
        few = len(rest) <= 10 and weight >= 0.5 and share >= 0.4 and not path
        named = self.known.pattern(TAIL).fullmatch(rest) is not None
        if named or booked and (few or (len(rest) <= 40 and weight >= (2 if path else 1) and share >= 0.45)):
            return 0, len(self.raw)
        if inner and not (left < a or right > b):
            return None
        behind = self.kept_between(right, len(self.raw))
        weight, _, _ = self.known.vocabulary.covered(self.kept_between(left, a) + self.kept_between(b, right))
        ended = left == 0 or ENDED.search(self.raw[:left]) is not None
        goes_on = behind and (left == 0 or path or self.raw[right] in "，,、；;")
        if (left < a or right > b) and ended and not goes_on and (weight >= 2 or not path):
            return left, right
        return (left, right) if not path and ended and left > 0 and not behind else None

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

    def slogan(self, a: int, b: int, hidden: bool) -> bool:
        """Whether kept characters [a, b) beside a domain are a site's name or slogan; a hidden one asks for less."""
        said = self.kept[a:b]
        if not 1 < len(said) <= 40 or said.isascii():
            return False
        weight, share, _ = self.known.vocabulary.covered(said)
        if self.known.pattern(TAIL).fullmatch(said):
            return True
        if not hidden:
            return weight >= 0.9 and share >= 0.5 and self.known.pattern("⟨book⟩").search(said) is not None
        apart = sum(self.place[k + 1] - self.place[k] > 1 for k in range(a, b - 1))
        return (weight >= 0.3 and share >= 0.4) or (len(said) <= 16 and apart >= 0.5 * (b - a - 1))

    def left(self, a: int, hidden: bool) -> int:
        """Where the slogan before a domain begins; `a` where there is none."""
        k = best = bisect_left(self.place, a)
        for j in range(k - 1, max(-1, k - 41), -1):
            edge = j == 0 or self.place[j] - self.place[j - 1] > 1
            if edge and self.slogan(j, k, hidden):
                best = j
                break
        while 0 < best < k and k - best < 41:
            gap = self.raw[self.place[best - 1] + 1 : self.place[best]]
            lone = best == 1 or self.place[best - 1] - self.place[best - 2] > 1 or self.kept[best - 2].isascii()
            letter = self.kept[best - 1].isascii()
            if letter or (lone and gap and not any(c in "！？”…」』!?" for c in gap)):
                best -= 1
                continue
            run = next((n for n in (2, 3, 4) if self.kept[max(0, best - n) : best] in self.known.vocabulary.weight), 0)
            if not run or not (best == run or self.kept[best - run - 1].isascii()):
                break
            best -= run
        return self.place[best] if best < k else a

    def right(self, b: int, hidden: bool) -> int:
        """Where the slogan behind a domain ends; `b` where there is none."""
        k = bisect_left(self.place, b)
        while k < len(self.kept) and self.place[k] == b and self.kept[k].isascii():
            k, b = k + 1, b + 1
        rest = len(self.kept) - k
        if self.slogan(k, len(self.kept), hidden) or (hidden and rest <= 12 and not self.kept_between(0, b - 1)):
            return len(self.raw)
        for j in range(k + 2, min(len(self.kept), k + 24)):
            if self.place[j] - self.place[j - 1] > 1 and self.slogan(k, j, hidden):
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
            weighs, share, _ = known.vocabulary.covered(squeezed[a:b])
            if weighs >= BRACKET_WEIGHT and share >= BRACKET_SHARE:
                yield i, (start + m.start(), start + m.end(), rule)


def _scattered(text: Text, views: Views, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    """Names of sites whose characters are set apart by marks: looked for where a mark parts a pair of their words."""
    if not rules.has("watermark/scattered-name"):
        return
    some = known.is_scattered[hits.number] & (hits.second - hits.place > 1)
    apart = ~blank()[text.codes[hits.place[some] + 1]]
    for i in np.unique(hits.line[some][apart]).tolist():
        string, place = views.of("folded", i)
        marked = [m for m in known.pattern("⟨broken⟩").finditer(string) if ODD.search(m.group())]
        for m in (*known.pattern("⟨scattered⟩").finditer(string), *marked):
            yield i, (int(place[m.start()]), int(place[m.end() - 1]) + 1, rules.number["watermark/scattered-name"])


def _glosses(text: Text, known: Knowledge, rules: Rules, hits: Hits) -> Iterator[tuple[int, Span]]:
    """The readings that a converter to Traditional left behind the characters it had made."""
    if not rules.has("watermark/pinyin-gloss"):
        return
    some = hits.number == known.hints.number["("]
    line, place = hits.line[some], hits.place[some]
    before = text.codes[place - 1]
    made = (place > 0) & (fold_table()[before] != before)
    for i, a in zip(line[made].tolist(), place[made].tolist(), strict=True):
        if m := GLOSS.match(text.string, a):
            yield i, (a, m.end(), rules.number["watermark/pinyin-gloss"])


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
    heading = np.zeros(len(short), np.bool_)
    for i in np.flatnonzero(begins).tolist():
        heading[i] = TITLED.match(views.of("squeezed", int(short[i]))[0]) is not None
    stands = heading | (weight[short] >= REPEATED_WEIGHT)
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

    A line in which some words of notices stand, and that stands in the file REPEATS times. A numbered heading with its
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


def _cut(text: Text, line: int, spans: Sequence[Span]) -> Iterator[tuple[int, int, str, int]]:
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
    if not any(solid()[ord(c)] for c in fold(left)):
        yield start, min(end + 1, len(text)), "", done[0][2]
        return
    at = 0
    for a, b, n in wide:
        if b > max(a, at):
            yield start + max(a, at), start + b, "", n
            at = b


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
