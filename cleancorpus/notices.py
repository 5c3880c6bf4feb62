"""How much a line, or a part of it, speaks as the notices of sites do: by its words, and by what it looks like.

The evidence is added up. Every listed word has a weight, and so have two characters that stand next to each other in
many notices, what the words leave uncovered, what only stories say, and how the stretch looks: in brackets, with a
number as long as those of groups, as markup, as speech. Where the sum is above zero it is a notice. The weights stand
in rules/watermark.toml; tests/train_notices.py wins them from labelled text.

Knows the line only, not its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
import regex

from cleancorpus.edits import Ints, decode, encode
from cleancorpus.views import fold, solid

# Words of stories, which notices seldom use.
STORY = regex.compile("[他她它我咱俩]|[^为除][了着]|[又也却便很]")
# Before and behind 网 where it does not end the name of a site: 上网, 互联网, 渔网; 网络, 网站.
SURF_ON = regex.compile("网[络球友址站页民点安上吧线格]")
SURF = regex.compile(f"[上联互渔电法蛛球罗情官]网.?|.{SURF_ON.pattern}")
# So many characters that no word covers, and so many unlisted sites, say all that more of them could.
MOST_UNCOVERED = 80
MOST_SITES = 2
# The family of a notice that names a site and says nothing else.
OF_SITES = "download-notice"

# A sentence with its end and what closes it; a wide gap ends one too.
SENTENCE = regex.compile(
    r"(?:[^。！？!?…”\u3000]++|\u3000(?!\u3000))+[。！？!?…”’」』）\u3000]*|[。！？!?…”’」』）\u3000]+"
)
# A mark that parts single characters, or the parts of an address, ends no sentence.
APART = regex.compile(r"(?<=\p{Han})!(?=\p{Han}!)|(?<=[A-Za-z0-9/])\?(?=[A-Za-z0-9_]+=)")
# A bracket in a sentence that may be a notice by itself.
BRACKET = regex.compile(r"[(（\[【［〖{｛][^()（）\[\]【】［］〖〗{}｛｝]{6,80}[)）\]】］〗}｝]")
# Any bracket, and how much of it a notice is that takes all of it.
ENCLOSED, MOSTLY = regex.compile(r"[(（\[【［〖][^()（）\[\]【】［］〖〗]{6,160}[)）\]】］〗]"), 0.4
# What a notice never has: a link of markdown, markup of a feed, a site named with its address as one of a list.
CONTENT = regex.compile(r"\]\(|</?(?:item|title|link|description|p|li)\b|CDATA")
# A word or two, with a number before them, are as well a title or how a letter begins; the notices of these families
# say more.
TITLE = regex.compile(r"\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[）)]?[.、．\s]*)?\p{Han}{2,5}\s*[:：]?\s*")
SENTENCES = ("download-notice", "reprint-notice", "vote-begging")
# The title of a book, with a few words before it.
NAMED = regex.compile(r"[^，。！？]{0,10}《[^《》]{1,40}》[^\p{L}]*")
# The end of a text, in brackets, which what follows is no part of.
ASIDE = regex.compile(r"\s*[（(【](?:全[书文]完|全文完结|未完待续|待续|完|上|中|下|节选)[。.]?[)）】]")
HEADING = regex.compile(r"第.{1,9}?[章节回卷集部篇]")
# Behind which no name stands.
UNNAMED = "着们他她它我你您咱没不就也都很又还再更最已么吗呢啊"
LISTED = regex.compile(
    rf"[\p{{Han}}》”](?<![{UNNAMED}])[（(](?:https?://|www\.)[^)）]*[)）](?:[，,。、：:\p{{Han}}].{{5}}|\p{{Han}}{{2,5}}。)"
)
# What such a site in a list takes from the weight of the notice its line may be.
LISTED_WEIGHT = 3.0
# A sentence of more letters is no part of a notice, nor is one that says more against it than this.
LONGEST = 200
LEAST = -0.8
# Its words cover at least so many characters: one short word says little, whatever it weighs.
WORDS = 4
# What a notice in the middle of a line must weigh more than one at its edge.
MIDDLE = 1.0
# So many characters in a row at the edge of a notice that no word covers are the text it is glued to, fewer where no
# mark parts it from that; there what is left must weigh so much, begins and ends with words of more weight than this,
# and has no such gap.
GLUED, LEAST_GLUED, STRONG, ANCHOR, INNER = 12, 8, 3.0, 1.0, 9
# So many at the edges of a notice that is most of its line are part of it.
MOST_BESIDE = 10
# So many characters that no word covers lead from a mark to the core of a notice amid text, or back to one.
LEAD = 2
# A gap of so many such characters is in no notice, wherever it stands.
FAR = 32
# A line is nearly a notice if it is no more short of one than this: at 1.2 of 623 titles of essays 25 would go if they
# came six times, at 0.5 only 8, and as many labelled watermarks go.
NEARLY = 0.2

OPENING, CLOSING = '([{<《〈【〖「『（［｛＜"〔', ')]}>》〉】〗」』）］｝＞"〕'
FRAME = "-_=*+~^#@|\\/`%&·•※★☆◆◇■□●○◎→←↑↓♠♥♣♦…—"
FRAMED = regex.compile(
    rf"\s*(?:[{regex.escape(OPENING)}].*[{regex.escape(CLOSING)}]|[{regex.escape(FRAME)}].*[{regex.escape(FRAME)}])\s*"
)
MARKUP = regex.compile(r"\s*(?:#+\s|[-*+]\s|\||```|//|/\*|</?\w)|.*(?:`|=>|\s//\s)")
SPEECH = regex.compile(r"\s*[“‘「]|[^，。！？]{0,16}[说道问答喊叫]\s?[:：，,]\s?[“‘「]")
ENDED = regex.compile(r".*[。！？…”」!?]\s*")
# A number as long as those of groups and telephones.
LONG = 6
NUMBER = regex.compile(f"[0-9]{{{LONG}}}")
PATH = regex.compile(r"[a-z0-9][/?][a-z0-9]")


# Stands for an address that was taken out of a line.
ADDRESS_OUT = "\1"


def weighed(text: str) -> dict[str, float]:
    """The words in rows like `1.5: 更多 下载`, and what each weighs."""
    found, weight = {}, 0.0
    for word in text.split():
        if word.endswith(":"):
            weight = float(word[:-1])
        else:
            found[word] = weight
    return found


class Notices:
    """The words of notices, by family, and the weights of all else.

    neighbours: what two characters next to each other add, whatever word they are part of.
    """

    def __init__(
        self,
        families: Mapping[str, Mapping[str, float]],
        looks: Mapping[str, float],
        domain: regex.Pattern[str],
        neighbours: Mapping[str, float],
    ) -> None:
        self.weight = {w: k for words in families.values() for w, k in words.items()}
        self.family = {w: f for f, words in families.items() for w in words}
        self.looks = looks
        self.domain = domain
        self.neighbours = neighbours
        self.by_pair: dict[str, list[str]] = {}
        for w in sorted(self.weight, key=len, reverse=True):
            self.by_pair.setdefault(w[:2], []).append(w)
        # A sentence is weighed alone and in its run; and a watermark comes again and again.
        self.read = lru_cache(maxsize=1 << 14)(self._read)
        self.added = lru_cache(maxsize=1 << 14)(self._added)

    def words(self, squeezed: str) -> Iterator[tuple[int, str]]:
        """The listed words in a squeezed stretch, the longest at a place; what looks like the name of a site; the rest
        of what is ASCII: where each begins, and what it is."""
        done = 0
        for at in range(len(squeezed)):
            if at < done:
                continue
            for word in self.by_pair.get(squeezed[at : at + 2], ()):
                behind = squeezed[at + len(word) - 1 : at + len(word) + 1]
                if squeezed.startswith(word, at) and not SURF_ON.fullmatch(behind):
                    yield at, word
                    done = at + len(word)
                    break
            else:
                c = squeezed[at]
                if c.isascii():
                    yield at, c
                    done = at + 1
                elif c == "网" and at - done > 0 and not SURF.fullmatch(squeezed[at - 1 : at + 2]):
                    yield max(done, at - 4), squeezed[max(done, at - 4) : at + 1]
                    done = at + 1

    def _read(self, squeezed: str) -> tuple[frozenset[str], int, int, int]:
        """The different words of a squeezed stretch, listed or sites; how many of its characters they cover, of those
        that are not ASCII, and how many they do not; how often it speaks as stories do."""
        seen: set[str] = set()
        covered = rest = 0
        for _, word in self.words(squeezed):
            if word.isascii():
                rest += len(word)
            else:
                covered += len(word)
            if word in self.weight or not word.isascii():
                seen.add(word)
        return frozenset(seen), covered, len(squeezed) - covered - rest, len(STORY.findall(squeezed))

    def _added(self, squeezed: str) -> float:
        """What the different neighbours in a squeezed stretch add."""
        return sum(self.neighbours.get(two, 0.0) for two in sorted({a + b for a, b in pairwise(squeezed)}))

    def core(self, squeezed: str, inserted: bool = False) -> tuple[int, int]:
        """Where what speaks for a notice begins and ends in a squeezed stretch, without the text that is glued to it.

        inserted: it stands in the midst of a text, of which some words may speak so too.
        """
        least, gap = (ANCHOR, INNER) if inserted else (0.0, FAR)
        words = [(at, at + len(w), self.weight.get(w, self.looks["site"])) for at, w in self.words(squeezed)]
        words = [word for word in words if word[2] > least and not squeezed[word[0] : word[1]].isascii()]
        if not words:
            return 0, len(squeezed)
        cut = [k for k, (a, b) in enumerate(pairwise(words), 1) if _wide(squeezed[a[1] : b[0]]) >= gap]
        groups = [words[a:b] for a, b in pairwise([0, *cut, len(words)])]
        best = max(groups, key=lambda group: sum(weight for _, _, weight in group))
        begin, end = best[0][0], best[-1][1]
        before, behind = _wide(squeezed[:begin]), _wide(squeezed[end:])
        if inserted:
            return begin, end
        return begin if before >= LEAST_GLUED else 0, end if behind >= LEAST_GLUED else len(squeezed)

    def counts(self, squeezed: str) -> dict[str, int]:
        """What counts of a squeezed stretch beside its listed words, in the units of `looks`."""
        words, _, uncovered, told = self.read(squeezed)
        sites = sum(w not in self.weight for w in words)
        return {"site": min(MOST_SITES, sites), "uncovered": min(MOST_UNCOVERED, uncovered), "story": told}

    def look(self, raw: str, folded: str) -> dict[str, int]:
        """What a stretch looks like, in the units of `looks`."""
        domains = self.domain.findall(folded)
        paths = sum(PATH.search(d) is not None for d in domains)
        return {
            "start": 1,
            "framed": FRAMED.fullmatch(raw) is not None,
            "markup": MARKUP.match(raw) is not None,
            "speech": SPEECH.match(raw) is not None,
            "ended": ENDED.fullmatch(raw) is not None,
            "number": NUMBER.search(folded) is not None,
            "domain": len(domains) > paths or ADDRESS_OUT in folded,
            "path": paths > 0,
        }

    def weigh(self, counts: Mapping[str, int]) -> float:
        return sum(self.looks[name] * count for name, count in counts.items())

    def spoken(self, squeezed: str) -> float:
        """What the words of a sentence, squeezed, say for a notice and against it."""
        words = self.read(squeezed)[0]
        listed = [w for w in sorted(words) if w in self.weight]
        return sum(self.weight[w] for w in listed) + self.added(squeezed) + self.weigh(self.counts(squeezed))

    def odds(self, raw: str, folded: str, squeezed: str) -> float:
        """For a sentence in its three views: above zero it is a notice."""
        return self.spoken(squeezed) + self.weigh(self.look(raw, folded))

    def family_of(self, sentences: Iterable[str]) -> str:
        """The family to which most of the weight of some sentences belongs."""
        weights: dict[str, float] = {}
        for word in sorted({w for said in sentences for w in self.read(said)[0]}):
            family = self.family.get(word, OF_SITES)
            weights[family] = weights.get(family, 0.0) + self.weight.get(word, self.looks["site"])
        return max(weights, key=lambda f: weights[f], default=OF_SITES)

    def covered(self, squeezed: str) -> tuple[float, float]:
        """The weight of the words of a squeezed stretch, and the share of its characters, but for ASCII, they cover."""
        words, covered, uncovered, told = self.read(squeezed)
        weight = sum(self.weight.get(w, self.looks["site"]) for w in sorted(words)) + self.looks["story"] * told
        return weight, covered / max(1, covered + uncovered)


def notices_in(notices: Notices, string: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """The notices in a line: where each begins and ends, and its family."""
    if CONTENT.search(string):
        return
    codes = encode(folded)
    places = np.flatnonzero(solid().take(codes))
    squeezed = decode(codes[places])
    edges = [0, *(m.end() for m in SENTENCE.finditer(APART.sub(" ", string)))]
    said = [squeezed[a:b] for a, b in pairwise(np.searchsorted(places, edges).tolist())]
    against = LISTED_WEIGHT if LISTED.search(string) else 0.0
    raw = [string[a:b] for a, b in pairwise(edges)]
    for a, b, spoken in runs(said, raw, notices):
        while b < len(said) and not said[b]:
            b += 1
        if sum(notices.read(s)[1] for s in said[a:b]) < WORDS or (a == 0 and HEADING.match(string)):
            continue
        start, end, least = edges[a], edges[b], against + (MIDDLE if a > 0 and b < len(said) else 0.0)
        whole = "".join(said[a:b])
        odds = spoken + notices.weigh(notices.look(string[start:end], folded[start:end]))
        tries = [(start, end, whole, odds)]
        inner = places[(places >= start) & (places < end)]
        _, covered, uncovered, _ = notices.read(whole)
        cut = notices.core(whole)
        # Most of a line by itself.
        alone = b - a == len(said) and uncovered <= covered + LEAST_GLUED
        alone &= _wide(whole[: cut[0]] + whole[cut[1] :]) <= MOST_BESIDE
        if not alone and cut != (0, len(whole)):
            beside = content_beside(notices, string, folded, inner, start, end, cut)
            if beside is None:
                continue
            if any(beside):
                least = max(least, against + STRONG)
                # As if text stood on both sides; or with what stands on the side where none does.
                cores = (
                    to_marks(inner, whole, *notices.core(whole, inserted=True)),
                    (cut[0] if beside[0] else 0, cut[1] if beside[1] else len(whole)),
                )
                tries = []
                for first, last in cores:
                    c = int(inner[first]) if first else start
                    d = int(inner[last - 1]) + 1 if last < len(whole) else end
                    part = whole[first:last]
                    tries.append((c, d, part, notices.odds(string[c:d], folded[c:d], part)))
            elif b - a < len(said):
                least = max(least, against + MIDDLE)
        for c, d, part, odds in tries:
            # Of a sentence that hardly has its words it must be sure.
            _, covered, uncovered, _ = notices.read(part)
            if odds > max(least, MIDDLE if uncovered > 2 * covered else 0.0):
                family = notices.family_of(said[a:b])
                if family not in SENTENCES or not TITLE.fullmatch(string, c, d):
                    c, d = enclosed(string, *bracketed(notices, string, folded, c, d))
                    aside = ASIDE.match(string, c, d)
                    yield aside.end() if aside and aside.end() < d else c, d, family
                break


def enclosed(string: str, start: int, end: int) -> tuple[int, int]:
    """The span of a notice in a line, or that of the bracket it stands in, if it is most of that."""
    for m in ENCLOSED.finditer(string, 0, end + MOST_UNCOVERED):
        if m.start() <= start and end <= m.end() and end - start >= MOSTLY * len(m.group()):
            return m.span()
    return start, end


def to_marks(places: Ints, squeezed: str, first: int, last: int) -> tuple[int, int]:
    """The core of a notice with the ASCII characters beside it and, up to the next mark on either side, few others."""
    while first > 0 and squeezed[first - 1].isascii():
        first -= 1
    while last < len(squeezed) and squeezed[last].isascii():
        last += 1
    parted = np.append(True, np.append(np.diff(places) > 1, True))
    before = [k for k in range(first, max(0, first - LEAD) - 1, -1) if parted[k]]
    behind = [k for k in range(last, min(len(squeezed), last + LEAD) + 1) if parted[k]]
    return before[0] if before else first, behind[0] if behind else last


def content_beside(
    notices: Notices, string: str, folded: str, places: Ints, start: int, end: int, core: tuple[int, int]
) -> tuple[bool, bool] | None:
    """Whether text stands before and behind the core of a notice in a line, rather than more of the notice; None where
    the notice is but what a sentence speaks of.

    places: where the kept characters of the stretch [start, end) stand; core: which of them the core begins and ends
    with.
    """
    first, last = core
    begin = int(places[first]) if first else start
    beyond = int(places[last - 1]) + 1 if last < len(places) else end
    is_solid = solid()
    joined = (
        begin > start and bool(is_solid[ord(folded[begin - 1])]),
        beyond < end and bool(is_solid[ord(folded[beyond])]),
    )
    # In the midst of a sentence without an address.
    if all(joined) and not notices.domain.search(folded, begin, beyond):
        return None
    if FRAMED.fullmatch(string, start, end):
        return False, False
    # So little at a mark is a part of it, and the title that it speaks of.
    before, behind = (sum(not folded[int(k)].isascii() for k in some) for some in (places[:first], places[last:]))
    return (
        joined[0] or (before >= GLUED and not NAMED.fullmatch(string, start, begin)),
        joined[1] or (behind >= GLUED and not NAMED.fullmatch(string, beyond, end)),
    )


def bracketed(notices: Notices, string: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """The span of a notice in a line, or only that of a bracket in it which is one without what stands around it."""
    for m in BRACKET.finditer(string, start):
        if m.start() >= end:
            break
        around, inner = (
            "".join(c for c in said if solid()[ord(c)])
            for said in (folded[start : m.start()] + folded[m.end() : end], folded[m.start() : m.end()])
        )
        strongest = max((notices.weight.get(w, 0.0) for w in notices.read(around)[0]), default=0.0)
        if len(around) >= WORDS and strongest < ANCHOR and notices.spoken(inner) > notices.spoken(around) <= 0:
            return m.span()
    return start, end


def _wide(squeezed: str) -> int:
    """How many characters are not ASCII."""
    return sum(not c.isascii() for c in squeezed)


def is_nearly(notices: Notices, string: str) -> bool:
    """Whether a line is nearly a notice."""
    folded = fold(string)
    codes = encode(folded)
    squeezed = decode(codes[solid().take(codes)])
    return notices.read(squeezed)[1] >= WORDS and notices.odds(string, folded, squeezed) > -NEARLY


def runs(said: Sequence[str], raw: Sequence[str], notices: Notices) -> Iterator[tuple[int, int, float]]:
    """The runs of sentences that may be notices: the first, the one behind the last, what their words say.

    A run begins and ends with a sentence that speaks for it. Speech behind another sentence counts as it does alone.
    """
    weights = [notices.spoken(s) if len(s) <= LONGEST else LEAST - 1 for s in said]
    weights = [w + (notices.looks["speech"] if k and SPEECH.match(raw[k]) else 0) for k, w in enumerate(weights)]
    for may, group in groupby(range(len(said)), key=lambda k: weights[k] >= LEAST):
        run = list(group)
        while may and run and weights[run[0]] <= 0:
            del run[0]
        while may and run and weights[run[-1]] <= 0:
            del run[-1]
        if may and run:
            yield run[0], run[-1] + 1, sum(weights[k] for k in run)
