"""What repeats over lines and files as no writer repeats: families of strings, each with its variants.

Repetition alone is no evidence: names, phrases, refrains, cries and headings repeat too. What counts is how a repeated
string is spelt (its characters set apart, each time otherwise), what it says (words of notices, a domain), where it
stands (behind the end of a sentence, alone in its line, at the end of a page, in the middle of a word) and whether the
built-in rules take it out already. All of it is looked for in the squeezed view, a run of digits as one.

Knows nothing of files, and writes no rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Bools, Codes, Ints, decode, encode
from cleancorpus.keys import hash_columns
from cleancorpus.lexicon import Floats, lexicon, straddle
from cleancorpus.notices import CONTENT, STORY
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, allowed, compiled
from cleancorpus.stages import characters, watermark
from cleancorpus.text import CODE_POINTS, Text, blank, han
from cleancorpus.views import fold, folding, solid

# Strings are first found by grams of so many characters of the squeezed view.
GRAM = 3
# So many characters of a line are looked at on either side of a find.
REACH = 40
# A string goes on where at least this share of its finds goes on in the same way …
AGREE = 0.75
# … and beyond that in several ways, each this long, or this long up to an end of the line, and found this often.
BRANCH, BRANCH_TO_END, BRANCH_COUNT = 4, 2, 2
# … which in so many of the finds is no chance, nor with words of notices of so much weight.
BRANCH_SHARE, SPEAKS = 0.2, 0.5
# A string of words of less weight is general; words of notices that cover this share of a string say all they could.
GENERAL, COVER = 2.5, 0.45
# A variant lacks or adds so many characters in one place, and has this share of the grams.
SLIP, ALIKE = 8, 0.5
# A longer string is running text that stands in the corpus several times.
LONGEST = 200
# Fewer letters are no more than a part of a word, if they stand in one.
SYLLABLES = 6
# Letters are looked at where they are few: not in a text that is written in them.
FEW_LETTERS = 0.2
# Evidence (bits) below which a string is nothing; what stands beside a family so often is of it.
SOME, TOGETHER = 1.0, 0.2
# A word goes on across a string where `straddle` says more.
TORN = 3.0
# A string is foreign to a text that stands in it so often, never beside a mark, with so many different neighbours in
# its finds, and so much more often than its words by chance (bits). Names and phrases of prose came to 0.7 and to 20.
FOREIGN, SURELY, FREEDOM, UNKNOWN = 12, 0.95, 0.75, 20.0
PARTICLES = "[的了着是在不和与就都也又还得们这那有向对把被]"
HAN_ONLY = regex.compile(rf"(?!{PARTICLES})\p{{Han}}+(?<!{PARTICLES})")
# What a line ends in that says who spoke; what sentences, verses and lines that name a source have.
SPEAKING = "说道问答笑叫喊想曰"
VERSE = regex.compile("[，。？！“”「」]|^\\s*—")
# What stands before an address in running text: 网址, 登录, 访问, 来自 …
TELLS = "址站网为是到于录陆问在从载自看接击入见即和及"
# So many strings are looked at.
MOST_SEEDS = 3000
# So many finds of a family are read closely, and of so many what stands beside them.
CLOSELY, MOST_EDGES = 40, 400

CR = 0x0D

# What stands between two characters of the squeezed view.
BLANK, WEAK, ODD, END, OPEN, CLOSE, QUOTE, BREAK = (1 << k for k in range(8))
MARKS = {
    WEAK: "，、：；,:;·-—～~",
    ODD: "#&*^%$@+=|\\_`.＃＆＊＾％＄＠＋＝｜＼＿｀＜＞．",
    END: "。！？!?…”’」』",
    OPEN: "([{（［【〖〔｛",
    CLOSE: ")]}）］】〗〕｝",
    QUOTE: "“”‘’「」『』《》",
}
FULL_STOP = regex.compile("[。！？!?…]")
MARKUP = regex.compile(rf"{CONTENT.pattern}|(?i)<a |</a>|href=|^\s*\|.*\|\s*$|^```|^\s*[$#] \w", regex.M)
HEADING = regex.compile(r"第.{1,9}?[章节回卷集部篇]|序[言章幕]|楔子|尾声|后记|番外")

DATE = regex.compile(r"[0〇○零一二三四五六七八九十]+年[0一二三四五六七八九十]+月(?:[0一二三四五六七八九十]+日)?")

Bits = NDArray[np.uint8]
# Rows, the second exclusive.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sample:
    """A run of whole lines of a source; line: the number of the first of them, from 1."""

    source: str
    text: str
    line: int = 1


class Held:
    """All samples as columns, a row a character of the squeezed view, a run of digits being one row.

    code: the character, 0 for digits; start, end: its place in `raw`; line: the number of its line, over all samples;
    gap, behind: what stands in its line before it and behind it; by: the rule that takes it out, -1 for none; weight:
    the most that a word of notices weighs that may begin there.
    """

    def __init__(self, samples: Sequence[Sample], rules: Rules) -> None:
        self.samples = samples
        heavy: dict[str, float] = {}
        for word, weight in watermark.Knowledge(rules).notices.weight.items():
            heavy[word[:2]] = max(weight, heavy.get(word[:2], 0.0))
        parts = [_columns(s, rules) for s in samples]
        self.raw: Codes = np.concatenate([p[0] for p in parts])
        self.origin: Ints = np.cumsum([0, *(len(p[0]) for p in parts)])
        at = self.origin[:-1]
        self.code: Codes = np.concatenate([p[1] for p in parts])
        self.start: Ints = np.concatenate([p[2] + o for p, o in zip(parts, at, strict=True)])
        self.end: Ints = np.concatenate([p[3] + o for p, o in zip(parts, at, strict=True)])
        self.gap: Bits = np.concatenate([p[4] for p in parts])
        self.behind: Bits = np.concatenate([p[7] for p in parts])
        self.by: Ints = np.concatenate([p[5] for p in parts])
        # Whether a wide mark stands before a letter, or the letter is a wide one.
        self.wide: Bools = np.concatenate([p[6] for p in parts])
        self.weight = _weights(self.code, heavy)
        self.digits: Bools = self.code == ord("0")
        self.line: Ints = np.cumsum(self.gap & BREAK > 0)
        first = np.flatnonzero(np.diff(self.line, prepend=-1))
        self.line_start: Ints = np.append(first, len(self.code))
        self.line -= self.line[0] if len(self.line) else 0
        self.string = decode(self.code)

    def row(self, k: int) -> tuple[int, int]:
        """Where the line of a row begins and ends."""
        i = int(self.line[k])
        return int(self.line_start[i]), int(self.line_start[i + 1])

    def spelt(self, a: int, b: int) -> str:
        """Rows a to b as they stand in the raw text."""
        return decode(self.raw[self.start[a] : self.end[b - 1]])

    def source(self, k: int) -> str:
        """The source that a row is of."""
        return self.samples[self.sample(k)].source

    def sample(self, k: int) -> int:
        return int(np.searchsorted(self.origin, self.start[k], side="right")) - 1


def _weights(code: Codes, heavy: dict[str, float]) -> Floats:
    """For each row the weight of the pair of characters that begins there."""
    pairs = sorted(heavy)
    keys = _pairs(*(encode("".join(p[k] for p in pairs)) for k in (0, 1)))
    order = np.argsort(keys)
    at = _pairs(code, np.append(code[1:], np.uint32(0)))
    k = order[np.minimum(np.searchsorted(keys, at, sorter=order), len(keys) - 1)]
    return np.where(keys[k] == at, np.array([heavy[p] for p in pairs])[k], 0.0)


def _pairs(first: Codes, second: Codes) -> NDArray[np.uint64]:
    return (first.astype(np.uint64) << np.uint64(32)) | second


def _columns(sample: Sample, rules: Rules) -> tuple[Codes, Codes, Ints, Ints, Bits, Ints, Bools, Bits]:
    """The rows of one sample."""
    text = Text.of(sample.text + "\n" * (not sample.text.endswith(("\n", "\r"))))
    text = text.after(allowed(characters.find(text, rules, Profile()), text, "characters", rules))
    edits = allowed(watermark.find(text, rules, Profile()), text, "watermark", rules)
    by = np.full(len(text) + 1, -1)
    for a, b, n in zip(edits.start.tolist(), edits.end.tolist(), edits.rule.tolist(), strict=True):
        by[a:b] = n
    codes = folding()[text.codes]
    place = np.flatnonzero(solid()[codes])
    bits = _bits()[text.codes]
    # Lines of markup, code or tables repeat what no reader sees.
    markup = np.zeros(len(text.lines), np.bool_)
    markup[text.lines.of(np.array([m.start() for m in MARKUP.finditer(text.string)], np.int64))] = True
    place = place[~markup[text.lines.of(place)]]
    kept = codes[place]
    if not len(place):
        return text.raw, kept, NO_INTS, NO_INTS, bits[:0], NO_INTS, bits[:0] > 0, bits[:0]
    line = text.lines.of(place)
    gap = _between(bits, np.maximum(np.append(0, place[:-1] + 1), text.lines.start[line]), place)
    behind = _between(bits, place + 1, np.minimum(np.append(place[1:], len(text)), text.lines.end[line]))
    gap[np.diff(line, prepend=-1) > 0] |= BREAK
    behind[np.diff(line, append=len(text.lines)) > 0] |= BREAK
    digit = (kept >= 0x30) & (kept <= 0x39)
    goes_on = digit & np.append(False, digit[:-1]) & (gap & BREAK == 0)
    own = np.flatnonzero(~goes_on)
    last = np.append(own[1:], len(place)) - 1
    code = np.where(digit, np.uint32(0x30), kept)[own].astype(np.uint32)
    start = text.raw_at(place[own])
    beyond = np.append(0, np.cumsum((text.raw > 0x3000) & (_bits()[text.raw] & ODD > 0)))
    wide = (text.raw[start] >= 0xFF21) & (text.raw[start] <= 0xFF5A)
    wide[1:] |= beyond[start[1:]] > beyond[start[:-1] + 1]
    return text.raw, code, start, text.raw_at(place[last]) + 1, gap[own], by[place[own]], wide, behind[last]


def _between(bits: Bits, start: Ints, end: Ints) -> Bits:
    """What stands in each of some spans, one behind the other."""
    edges = np.stack([start, end], 1).ravel()
    found = np.bitwise_or.reduceat(np.append(bits, np.uint8(0)), edges)[::2]
    return np.where(end > start, found, np.uint8(0))


def _bits() -> Bits:
    table = np.zeros(CODE_POINTS, np.uint8)
    for bit, marks in MARKS.items():
        table[encode(marks)] |= bit
    table[blank()] |= BLANK
    return table


def grams(held: Held, n: int = GRAM) -> tuple[Ints, Ints, Ints]:
    """Where a gram of n rows stands in a line, the number of its class there, and how often each class stands."""
    at = np.flatnonzero(held.line[n - 1 :] == held.line[: max(0, len(held.line) - n + 1)])
    _, group, count = np.unique(
        hash_columns([held.code[at + k] for k in range(n)]), return_inverse=True, return_counts=True
    )
    return at, group, count


class Finder:
    """Looks for families in what is held."""

    def __init__(self, held: Held, rules: Rules, least: int) -> None:
        self.held = held
        self.rules = rules
        self.least = least
        self.known = watermark.Knowledge(rules)
        self.domain = compiled(self.known.expand("⟨domain⟩"))
        self.hidden = compiled(self.known.expand("⟨hidden⟩"))
        code = held.code
        self.ascii = (code < 0x80) & ~held.digits
        self.han = han()[code]
        # A gap is odd where a mark parts two Han, or a wide mark two letters.
        both_han = self.han & np.append(False, self.han[:-1])
        self.letters = self.ascii & np.append(False, self.ascii[:-1]) & (held.gap & BREAK == 0)
        self.odd = ((held.gap & ODD > 0) & both_han | self.letters & held.wide) & (held.gap & BREAK == 0)

        # How many odd gaps there are before each row.
        self.odd_until: Ints = np.append(0, np.cumsum(self.odd))

    def seeds(self) -> list[Span]:
        """Strings to look at: (a row where one stands, its length), the most telling first."""
        found = [*self.spelt_seeds(), *self.line_seeds(), *self.seam_seeds()]
        found.sort(key=lambda f: -f[0])
        return [(a, n) for _, a, n in found[:MOST_SEEDS]]

    def spelt_seeds(self) -> Iterator[tuple[float, int, int]]:
        """Grams that are spelt oddly, that a rule takes out, in which words of notices begin, or of letters."""
        held = self.held
        at, group, count = grams(held)
        often = count >= self.least
        some = np.flatnonzero(often[group])
        at, group = at[some], group[some]
        taken = (held.by[at] >= 0).astype(float)
        odd = (self.odd[at + 1] | self.odd[at + 2]).astype(float)
        latin = (self.ascii[at] & self.ascii[at + 1] & self.ascii[at + 2]).astype(float)
        says = held.weight[at] + held.weight[at + 1]
        value = 3 * taken + 2 * odd + 0.5 * says + 0.5 * latin * (self.ascii.sum() < FEW_LETTERS * len(held.code))
        mean = np.bincount(group, value, len(count)) / count
        first = np.full(len(count), -1)
        first[group[::-1]] = at[::-1]
        for g in np.flatnonzero(often & (mean >= 0.5)).tolist():
            yield float(mean[g]) * np.log2(count[g]), int(first[g]), GRAM

    def line_seeds(self) -> Iterator[tuple[float, int, int]]:
        """Lines that stand again and again, and what stands behind the last sentence of lines."""
        held = self.held
        lines: dict[str, list[int]] = {}
        tails: dict[str, list[int]] = {}
        ended = np.flatnonzero((held.gap & END > 0) & (held.gap & (BREAK | WEAK) == 0))
        last = np.append(-1, ended)[np.searchsorted(ended, held.line_start[1:])]
        for a, b, tail in zip(held.line_start[:-1].tolist(), held.line_start[1:].tolist(), last.tolist(), strict=True):
            if not held.behind[b - 1] & END:
                if GRAM < b - a <= REACH:
                    lines.setdefault(held.string[a:b], []).append(a)
                if tail > a and GRAM <= b - tail <= REACH:
                    tails.setdefault(held.string[tail:b], []).append(tail)
        for said, places in tails.items():
            if len(places) >= self.least:
                yield 0.5 * float(np.log2(len(places))), places[0], len(said)
        for said, places in lines.items():
            if len(places) < self.least or HEADING.match(said) or DATE.fullmatch(said):
                continue
            rows = np.array(places[: 4 * self.least])
            if self.at_page_ends(rows).mean() > 0.5 or held.weight[places[0] : places[0] + len(said)].max() >= 1:
                yield 0.5 * float(np.log2(len(places))), places[0], len(said)

    def seam_seeds(self) -> Iterator[tuple[float, int, int]]:
        """Strings around which words go on as if they did not stand there, and strings that no mark ever touches."""
        held = self.held
        for n in range(GRAM, 9):
            at, group, count = grams(held, n)
            inside = (at > 0) & (at + n < len(held.code)) & (count[group] >= self.least)
            inside[inside] = self.han[at[inside] - 1] & self.han[at[inside] + n]
            at, group = at[inside], group[inside]
            gap = held.gap[at] | held.gap[at + n]
            glued = np.bincount(group[gap == 0], minlength=len(count))
            at, group = at[gap & (BREAK | END) == 0], group[gap & (BREAK | END) == 0]
            # As many different characters on either side as a string has that may stand anywhere.
            free = np.minimum(*(_different(group, held.code[x], len(count)) for x in (at - 1, at + n)))
            some = (free >= np.maximum(4, 0.4 * count))[group]
            at, group = at[some], group[some]
            torn = np.bincount(group, straddle(held.code, self.han, at, at + n) > TORN, len(count))
            foreign = (count >= FOREIGN) & (glued >= SURELY * count) & (free >= FREEDOM * count)
            first = np.full(len(count), -1)
            first[group[::-1]] = at[::-1]
            for g in np.flatnonzero(((torn >= np.maximum(2, 0.1 * count)) | foreign) & (first >= 0)).tolist():
                yield 4 * float(torn[g] / count[g]), int(first[g]), n

    def torn(self, a: Ints, b: Ints) -> tuple[Bools, int]:
        """Which finds stand in the middle of a word, and how many of them and of others inside sentences there are.

        The same words around several finds are one passage that stands in the corpus several times, and count once.
        """
        held = self.held
        around = {
            (held.string[x - 2 : x], held.string[y : y + 2]): k
            for k, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True))
        }
        inner = np.zeros(len(a), np.bool_)
        inner[list(around.values())] = True
        inner &= (held.gap[a] & (BREAK | END) == 0) & (held.behind[b - 1] & (BREAK | END) == 0)
        inner[inner] = self.han[a[inner] - 1] & self.han[b[inner]]
        out = np.zeros(len(a), np.bool_)
        out[inner] = straddle(held.code, self.han, a[inner], b[inner]) > TORN
        return out, int(inner.sum())

    def foreign(self, said: str, a: Ints, b: Ints) -> bool:
        """Whether a string of no known words stands between Han of every kind and never beside a mark."""
        if len(a) < FOREIGN or not HAN_ONLY.fullmatch(said) or surprise(said, len(a), self) < UNKNOWN:
            return False
        inside = (a > 0) & (b < len(self.han))
        a, b = a[inside], b[inside]
        glued = self.han[a - 1] & self.han[b] & (self.held.gap[a] == 0) & (self.held.gap[b] == 0)
        free = min(len(np.unique(self.held.code[x])) for x in (a - 1, b))
        return bool(glued.mean() >= SURELY and free >= FREEDOM * len(a))

    def marks(self, finds: Ints) -> set[str]:
        """The marks that part the characters of finds oddly; a wide letter is one."""
        held = self.held
        out: set[str] = set()
        for a, b in finds.tolist():
            for k in (a + 1 + np.flatnonzero(self.odd[a + 1 : b])).tolist():
                between = decode(held.raw[held.end[k - 1] : held.start[k]]).strip()
                out |= set(between) or {"wide"}
        return out

    def in_word(self, row: int) -> bool:
        """Whether a row goes on with a word of letters."""
        return row < len(self.letters) and bool(self.letters[row]) and not self.held.gap[row]

    def with_head(self, a: int, b: int) -> str:
        """Rows as they stand, with the marks that their line begins with."""
        held = self.held
        head = held.end[a - 1] if a and held.gap[a] & BREAK else held.start[a]
        return decode(held.raw[head : held.end[b - 1]]).rpartition("\n")[2]

    def at_page_ends(self, rows: Ints) -> Bools:
        """Which rows stand in a line before or behind a heading, or in the last line of a source.

        None if the same line without a full stop mostly stands beside: they are the lines of a verse.
        """
        held = self.held
        starts = np.append(held.line_start, len(held.code))
        out = np.zeros(len(rows), np.bool_)
        beside: Counter[str] = Counter()
        for k, line in enumerate(held.line[rows].tolist()):
            near = [(int(starts[i]), int(starts[i + 1])) if i >= 0 else (0, 0) for i in (line - 1, line + 1)]
            said = [held.string[a : min(b, a + REACH)] for a, b in near]
            end = int(starts[line + 1])
            last = end == len(held.code) or held.source(end) != held.source(int(rows[k]))
            heads = [HEADING.match(x) is not None for x in said]
            out[k] = last or any(heads)
            beside.update({
                x for x, (a, b), head in zip(said, near, heads, strict=True)
                if x and not head and not held.behind[b - 1] & END
            })  # fmt: skip
        return out & (max(beside.values(), default=0) <= len(rows) / 2)


def _different(group: Ints, code: Codes, n: int) -> Ints:
    """How many different characters each class has."""
    pairs = np.unique((group.astype(np.uint64) << np.uint64(32)) | code)
    return np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=n)


@dataclass(frozen=True, slots=True)
class Part:
    """One string with its variants and what stands beside it. finds: where it stands, rows; core: where the string
    itself does; left, right: what may stand on either side."""

    core: str
    finds: list[Span]
    cores: list[Span]
    left: dict[str, list[Span]]
    right: dict[str, list[Span]]


@dataclass(slots=True)
class Family:
    """Strings that stand together. sure: the evidence in bits, and what it is made of; reasons: in words; certain,
    doubtful: the finds that stand as watermarks do, and those that stand in running text."""

    parts: list[Part]
    sure: float = 0.0
    evidence: dict[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    certain: list[Span] = field(default_factory=list)
    doubtful: list[Span] = field(default_factory=list)

    @property
    def finds(self) -> list[Span]:
        """Where the family stands, each place once."""
        out: list[Span] = []
        for a, b in sorted(find for part in self.parts for find in part.finds):
            if out and a <= out[-1][1]:
                out[-1] = (out[-1][0], max(out[-1][1], b))
            else:
                out.append((a, b))
        return out


class Growing:
    """Makes parts of seeds."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self.held = finder.held
        at, group, _ = grams(self.held)
        self.group = np.full(len(self.held.code), -1)
        self.group[at] = group
        order = np.argsort(self.group, kind="stable")
        self.order, self.sorted = order, self.group[order]

    def of_gram(self, row: int) -> Ints:
        """The rows where the gram of a row stands."""
        g = self.group[row]
        a, b = np.searchsorted(self.sorted, [g, g + 1])
        return self.order[a:b]

    def same(self, row: int, n: int) -> Ints:
        """The rows where the string of n rows at `row` stands."""
        at = self.of_gram(row)
        at = at[at + n <= len(self.held.code)]
        for k in range(GRAM, n):
            at = at[self.held.code[at + k] == self.held.code[row + k]]
        return np.asarray(at[self.held.line[at] == self.held.line[at + n - 1]])

    def closed(self, row: int, n: int) -> tuple[int, int]:
        """The string at a row made as long as most of its finds agree: where it stands, its length."""
        code, line = self.held.code, self.held.line
        at = self.same(row, n)
        enough = AGREE * len(at)
        for step in (1, -1):
            while n < LONGEST:
                edge = at + (n if step > 0 else -1)
                inside = (edge >= 0) & (edge < len(code))
                inside[inside] = line[edge[inside]] == line[at[inside]]
                codes, count = np.unique(code[edge[inside]], return_counts=True)
                if not len(count) or count.max() < enough:
                    break
                at = at[inside][code[edge[inside]] == codes[count.argmax()]] - (step < 0)
                n += 1
        return int(at[0]), n

    def variants(self, row: int, n: int) -> list[Span]:
        """Where the string stands, whole or with a slip: runs of its grams."""
        held = self.held
        whole = self.same(row, n)
        found = [(a, a + n) for a in whole.tolist()]
        if n < 2 * GRAM:
            return found
        wanted = np.unique(self.group[row : row + n - GRAM + 1])
        at = np.flatnonzero(np.isin(self.group, wanted))
        begins = np.append(True, (np.diff(at) > SLIP) | (np.diff(held.line[at]) > 0))
        first = np.flatnonzero(begins)
        size = np.diff(np.append(first, len(at)))
        start, end = at[first], at[first + size - 1] + GRAM
        before = np.searchsorted(whole, end) - 1
        apart = (before < 0) | (whole[np.maximum(before, 0)] + n <= start)
        alike = max(2.0, ALIKE * len(wanted))
        for k in np.flatnonzero((size >= alike) & (end - start <= n + SLIP) & apart).tolist():
            if len(set(self.group[at[first[k] : first[k] + size[k]]].tolist())) >= alike:
                found.append(self.with_letters(int(start[k]), int(end[k])))
        return sorted(found)

    def with_letters(self, a: int, b: int) -> tuple[int, int]:
        """A span with the letters that go on without a break at its ends."""
        letters = self.finder.letters
        while letters[a]:
            a -= 1
        while b < len(letters) and letters[b]:
            b += 1
        return a, b

    def part(self, row: int, n: int) -> Part:
        core = self.held.string[row : row + n]
        cores = self.variants(row, n)
        left, right = self.beside(cores, -1), self.beside(cores, 1)
        finds = [(self.reached(a, left, -1), self.reached(b, right, 1)) for a, b in cores]
        # What begins or ends inside a word of letters is a part of another string.
        whole = [k for k, (a, b) in enumerate(finds) if not (self.finder.in_word(a) or self.finder.in_word(b))]
        return Part(core, [finds[k] for k in whole], [cores[k] for k in whole], left, right)

    def ahead(self, edge: int, step: int) -> str:
        """What stands in the line beyond an edge, read away from it, with a line break at its end."""
        first, last = self.held.row(edge - (step > 0))
        if step > 0:
            return self.held.string[edge : min(last, edge + REACH)] + "\n" * (last <= edge + REACH)
        return self.held.string[max(first, edge - REACH) : edge][::-1] + "\n" * (first >= edge - REACH)

    def reached(self, edge: int, beside: dict[str, list[Span]], step: int) -> int:
        """How far what may stand beside a find reaches from an edge of it."""
        said = self.ahead(edge, step)
        best = max((len(s) for s in beside if said.startswith(s[::step])), default=0)
        return edge + step * best

    def beside(self, cores: list[Span], step: int) -> dict[str, list[Span]]:
        """What stands beside the finds again and again, and what speaks as notices do up to an end."""
        edges = [b if step > 0 else a for a, b in cores[:: -(-len(cores) // MOST_EDGES)]]
        said = [self.ahead(e, step) for e in edges]
        need = max(BRANCH_COUNT, len(edges) // 50)
        lengths = _branches(said, [self.firm(e, step) for e in edges], need, lambda x: self.speaks(x[::step]))
        spelt = max((len(letters) for x in lengths if (letters := _letters(x))), default=-GRAM)
        for e, s in zip(edges, said, strict=True):
            if not any(s.startswith(x) for x in lengths):
                slipped = len(_letters(s))
                n = self.notice(e, s, step) or slipped * (slipped < spelt + GRAM)
                lengths |= {s[:n]} if n else set()
        out: dict[str, list[Span]] = {}
        for a, b in cores:
            e = b if step > 0 else a
            s = self.ahead(e, step)
            n = max((len(x) for x in lengths if s.startswith(x)), default=0)
            if n:
                out.setdefault(s[:n][::step], []).append((e, e + n) if step > 0 else (e - n, e))
        return out

    def firm(self, edge: int, step: int) -> list[int]:
        """The distances from an edge at which brackets or sentences end or a new one begins."""
        gap = self.held.gap
        out = []
        for k in range(1, REACH):
            at = edge + step * k
            if not 0 < at < len(gap) or gap[at] & BREAK:
                break
            if gap[at] & ((END | CLOSE) if step > 0 else (END | OPEN)) and not self.finder.letters[at]:
                out.append(k)
        return out

    def speaks(self, said: str) -> bool:
        """Whether a string holds letters of an address or words of notices."""
        return bool(regex.search("[a-z]{2}", said)) or self.finder.known.notices.covered(said)[0] >= SPEAKS

    def notice(self, edge: int, said: str, step: int) -> int:
        """How many characters beyond an edge, up to the end of the line, speak as notices do and are one sentence."""
        if not said.endswith("\n") or len(said) < 3:
            return 0
        words = said[:-1][::step]
        if self.finder.known.notices.spoken(words) <= 0:
            return 0
        held = self.held
        rows = range(edge, edge + len(words)) if step > 0 else range(edge - len(words) + 1, edge + 1)
        gaps = (decode(held.raw[held.end[k - 1] : held.start[k]]) for k in rows if not self.finder.letters[k])
        return 0 if any(FULL_STOP.search(gap) for gap in gaps) else len(words)


def _letters(said: str) -> str:
    """The letters and digits of an address at the head of a string."""
    return said[: len(said) - len(said.lstrip("abcdefghijklmnopqrstuvwxyz0"))]


def _branches(said: list[str], firm: list[list[int]], need: int, speaks: Callable[[str], bool]) -> set[str]:
    """The ways in which several texts go on alike: long enough, or up to an end of the line.

    Two sentences of prose begin alike by chance: what neither ends the line nor stands often must speak as a site does.
    """
    found: set[str] = set()

    def grow(members: list[int], since: int, depth: int) -> None:
        """members: the texts alike up to `since`, where a segment begins that now reaches to `depth`."""
        nexts = Counter(said[m][depth] for m in members if depth < len(said[m]))
        top, count = nexts.most_common(1)[0] if nexts else ("", 0)
        ended = sum(depth in firm[m] for m in members) * 2 > len(members)
        goes_on = count >= AGREE * len(members) and top != "\n" and not (ended and depth > since)
        if goes_on:
            grow([m for m in members if said[m][depth : depth + 1] == top], since, depth + 1)
            return
        length = depth - since
        to_end = nexts["\n"] * 2 >= len(members)
        if depth > since:
            if depth >= REACH:
                return
            if length < BRANCH and not ((to_end or ended) and length >= BRANCH_TO_END):
                return
            often = len(members) >= max(BRANCH_COUNT + 1, BRANCH_SHARE * len(said))
            if not (to_end or often or speaks(said[members[0]][since:depth])):
                return
            found.add(said[members[0]][:depth])
        for c, n in nexts.items():
            if n >= need and c != "\n":
                grow([m for m in members if said[m][depth : depth + 1] == c], depth, depth + 1)

    if said:
        grow(list(range(len(said))), 0, 0)
    return found


def families(held: Held, rules: Rules, least: int) -> list[Family]:
    """The families, the surest first."""
    finder = Finder(held, rules, least)
    owner = np.full(len(held.code) + 1, -1)
    out: list[Family] = []
    for family in found(finder):
        part = family.parts[0]
        homes = [_owner(owner, held, a, b) for a, b in part.cores]
        home, n = Counter(h for h in homes if h >= 0).most_common(1)[0] if max(homes) >= 0 else (-1, 0)
        free = sum(owner[a] < 0 for a, _ in part.cores)
        if not free or (is_general(part.core, finder) and free < finder.least):
            continue
        if n >= TOGETHER * len(homes):
            if is_general(part.core, finder):
                continue
            out[home].parts.append(part)
        else:
            home = len(out)
            out.append(family)
        for a, b in part.finds:
            owner[a:b][owner[a:b] < 0] = home
    for family in out:
        judge(family, finder)
    return sorted(out, key=lambda f: (-f.sure, -len(f.finds)))


def found(finder: Finder) -> list[Family]:
    """A family of each string that there is some evidence for, those first that say most of the finds."""
    growing = Growing(finder)
    held = finder.held
    seen = np.zeros(len(held.code), np.bool_)
    strings: dict[str, Span] = {}
    for row, n in finder.seeds():
        if not seen[row]:
            a, n = growing.closed(row, n)
            seen[a : a + n] = True
            strings.setdefault(held.string[a : a + n], (a, n))
    out: list[tuple[float, Family]] = []
    for said, (a, n) in strings.items():
        torn = len(said) < SYLLABLES and said.isascii() and (finder.in_word(a) or finder.in_word(a + n))
        if n < LONGEST and not torn and not is_bare(said, finder):
            family = Family([growing.part(a, n)])
            cores = family.parts[0].cores
            if len(cores) < finder.least:
                continue
            judge(family, finder)
            whole = sum(d - c == n for c, d in cores)
            if family.sure >= SOME:
                out.append((family.sure * n * whole, family))
    out.sort(key=lambda f: (is_general(f[1].parts[0].core, finder), -f[0]))
    return [family for _, family in out]


def _owner(owner: Ints, held: Held, a: int, b: int) -> int:
    """The family that holds rows a to b or stands beside them in their line."""
    first, last = held.row(a)
    near = owner[max(first, a - 1) : min(last, b + 1)]
    near = near[near >= 0]
    return int(near[0]) if len(near) else -1


def is_bare(said: str, finder: Finder) -> bool:
    """Whether a string is no more than what all addresses have."""
    for hint in sorted(finder.rules.setting("watermark", "domain_hints"), key=len, reverse=True):
        said = said.replace(hint, "")
    return len(said) < 2


def is_general(said: str, finder: Finder) -> bool:
    """Whether a string is no more than a word that many sites use."""
    rest = said
    notices = finder.known.notices
    words = {w for _, w in notices.words(said) if w in notices.weight}
    for word in sorted(words | set(finder.rules.setting("watermark", "domain_hints")), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < 2 and notices.covered(said)[0] < GENERAL


def surprise(said: str, count: int, finder: Finder) -> float:
    """How much more often a string stands than its words would by chance, in bits."""
    codes = encode(said[:24])
    if not han()[codes].all():
        return 99.0
    rows = np.zeros((1, 24), np.uint32)
    rows[0, : len(codes)] = codes
    words = lexicon()
    log = float(words.best(words.grams(rows), 0, len(codes))[0]) / np.log(2)
    return float(np.log2(count / len(finder.held.code)) - log)


def torn_evidence(torn: int, inside: int) -> float:
    """What it says that so many of the finds inside sentences stand in the middle of a word, in bits.

    Where a string was put anywhere into prose 30 to 48 % of its finds tear a word; of phrases and names 0.4 % do, of
    a few that are part of longer words up to 20 %, but seldom three.
    """
    share = torn / max(1, inside)
    return min(5.0, 1.25 * max(0, torn - 1)) * min(1.0, max(0.0, (share - 0.08) / 0.12))


class Standing:
    """How the finds of a family stand: in columns, a row a find."""

    def __init__(self, held: Held, a: Ints, b: Ints) -> None:
        before, behind = held.gap[a], held.behind[b - 1]
        self.bracketed: Bools = (before & OPEN > 0) & (behind & CLOSE > 0)
        self.alone: Bools = (before & BREAK > 0) & (behind & BREAK > 0)
        self.quoted: Bools = (before & QUOTE > 0) & (behind & QUOTE > 0)
        ends = (behind & END > 0) & ~self.bracketed
        begins = before & (BREAK | END) > 0
        # A sentence of its own.
        self.sentence: Bools = ends & begins
        # As a site's line or the tail of a line stands, and as that tail.
        to_end = (behind & BREAK > 0) | self.bracketed
        self.placed: Bools = (begins | self.bracketed) & to_end & ~ends & ~self.quoted
        self.tail: Bools = self.placed & (before & END > 0) & (before & (BREAK | OPEN | WEAK) == 0)
        # Behind a word that leads to an address.
        self.told: Bools = (before & (BREAK | END | OPEN) == 0) & np.isin(held.code[a - 1], encode(TELLS))
        self.taken: Bools = held.by[a] >= 0


def judge(family: Family, finder: Finder) -> None:
    """Say how sure it is that a family is a watermark, in bits beyond what repetition alone says."""
    held, known = finder.held, finder.known
    finds = np.array(family.finds)
    a, b = finds[:, 0], finds[:, 1]
    stands = Standing(held, a, b)
    apart = finder.odd_until[b] > finder.odd_until[a + 1]
    torn, inside = finder.torn(a, b)
    some = finds[:: -(-len(finds) // CLOSELY)]
    texts = [held.string[x:y] for x, y in some.tolist()]
    common = Counter(texts).most_common(1)[0][0]
    weights = [known.notices.covered(text) for text in texts]
    says = sum(min(4.0, weight) * min(1.0, share / COVER) for weight, share in weights) / len(some)
    sites = [
        finder.hidden.search(t) or finder.domain.search(fold(held.spelt(x, y)))
        for t, (x, y) in zip(texts, some.tolist(), strict=True)
    ]
    site = sum(map(bool, sites)) / len(some) * float(1 - stands.told.mean())
    page = finder.at_page_ends(some[:, 0]) & Standing(held, some[:, 0], some[:, 1]).placed
    evidence = {
        "taken": 3 * stands.taken.mean(),
        "odd": 5 * min(1.0, 2 * apart.mean()) * min(1.0, max(0, len(finder.marks(finds[apart])) - 1) / 3)
        + 1.5 * (finder.odd_until[b] > finder.odd_until[a + 1] + 1).mean(),
        "broken": torn_evidence(int(torn.sum()), inside),
        "foreign": 3.0 * finder.foreign(common, a, b),
        "common": min(0.0, surprise(common, len(finds), finder) - 8),
        "says": 0.6 * says,
        "site": 2.5 * site,
        "placed": 1.5 * stands.placed.mean(),
        "tail": 1.5 * stands.tail.mean() * (common[-1] not in SPEAKING),
        "page": 1.5 * page.mean() * (VERSE.search(finder.with_head(*finds[0])) is None),
        "story": -1.0 * len(STORY.findall(common)),
        "sentence": -1.0 * stands.sentence.mean(),
        "quoted": -1.5 * stands.quoted.mean(),
    }
    family.evidence = {name: round(float(bits), 2) for name, bits in evidence.items() if bits}
    family.sure = float(sum(evidence.values()))
    family.reasons = tuple(
        said
        for said, holds in (
            ("spelt in other ways each time", evidence["odd"] >= 1),
            ("in the middle of words", evidence["broken"] >= 2),
            ("in the middle of sentences", evidence["foreign"] > 0),
            ("a web address", site >= 0.5),
            ("words of notices", says >= 1),
            ("alone in its line", stands.alone.mean() >= 0.5),
            ("in brackets", stands.bracketed.mean() >= 0.5),
            ("behind the last sentence of a line", stands.tail.mean() >= 0.3),
        )
        if holds
    )
    certain = stands.placed | apart | torn | stands.taken
    if site >= 0.5 or evidence["broken"] >= 2 or evidence["foreign"]:
        certain[:] = True
    family.certain = [(x, y) for x, y in finds[certain].tolist()]
    family.doubtful = [(x, y) for x, y in finds[~certain].tolist()]
