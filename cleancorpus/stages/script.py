"""script: convert to the script that was asked for, or keep each document's own and repair what a converter broke.

What a document is written in, and whether a machine wrote it (the words that contradict their characters: 以后,
頭發), is counted line by line in the survey and judged a document at a time. Traditional text that nobody converted
does not change at all. In converted text a character changes only inside a closed list of pairs, and only if the word
it stands in says so (see `forms`); in Simplified text only what is clearly a stray comes to Simplified. Knows nothing
of headings beyond where documents begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleancorpus import forms
from cleancorpus.convert import convert
from cleancorpus.edits import (
    NO_EDITS,
    NO_INTS,
    Bools,
    Codes,
    Edits,
    Ints,
    covered,
    decode,
    encode,
    settle,
    spans,
    swaps,
)
from cleancorpus.lexicon import dictionary, division, fold_table
from cleancorpus.profile import Headings, Profile, Scripts
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import CODE_POINTS, LF, Text, among, han

Bytes = NDArray[np.uint8]

# The habits that are counted: 裡, 裏, and what goes with the one and the other elsewhere.
HABITS = ("裡", "裏", "為眾群麵", "爲衆羣麪")
# Below this many characters of one script only a document goes by the file's verdict.
FEW = 12
# A small document is like its file if its share of contradictions is at least this much of the file's.
LIKE = 0.2
# A text is of one script if this share of what is of one script only belongs to it.
PURE = 0.9
# Strays where they stand for 着 and 么, which the words tell.
PARTICLES = "著麽"
# Characters that proper text has in words the list does not know (係 in Cantonese) or in free spellings (一並).
UNSURE = "係幾隻儘盡並"
# A Traditional form beside one of them is spoken of, not written by mistake.
QUOTING = "“”‘’「」『』《》〈〉()（）[]【】\"'"
# What a phrase may end with; 于, 里 or 后 behind it begins no name.
CLOSING = "”’」』》〉）)]】"
# Characters that only written Cantonese has.
CANTONESE = "嘅哋咗嚟佢喺唔"
# Hiragana and katakana, without the dot and the stroke that Chinese borrows, and の.
KANA = ((0x3041, 0x306D), (0x306F, 0x3096), (0x30A1, 0x30FA))
# Traditional forms that Simplified text has too, in other words or older print.
SHARED = "吒夥徵捱摺榘甯菸薹醣麴麽乾著藉覆瞭脩"


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    to = rules.setting("script", "to")
    if to == "keep":
        return NO_EDITS
    found = [find_data(text, "script", rules)]
    if to == "auto":
        found += repairs(text, rules, profile.scripts)
    else:
        found.append(convert(text.codes, to, rules.number["script/convert"]))
    edits = settle(found)
    return without(edits, protected(text, rules.setting("script", "protect")))


def protected(text: Text, words: Sequence[str]) -> Bools | None:
    """The places that stand in a protected word."""
    if not words:
        return None
    mask = np.zeros(len(text) + 1, np.bool_)
    for word in words:
        at = text.string.find(word)
        while word and at >= 0:
            mask[at : at + len(word)] = True
            at = text.string.find(word, at + 1)
    return mask


def without(edits: Edits, mask: Bools | None) -> Edits:
    """The edits that touch no place of the mask."""
    if mask is None or not len(edits):
        return edits
    before = np.append(0, np.cumsum(mask))
    return edits.take(before[np.maximum(edits.end, edits.start)] == before[edits.start])


# What a character says, a bit each.
IS_HAN, IS_SIMPLIFIED, IS_TRADITIONAL, IS_KANA, IS_CANTONESE, IS_STRANGE, IS_HABIT = (1 << i for i in range(7))


@lru_cache(maxsize=1)
def signs() -> Bytes:
    """For every code point what it says."""
    table = np.zeros(CODE_POINTS, np.uint8)
    for bit, members in (
        (IS_HAN, han()),
        (IS_SIMPLIFIED, simplified_only()),
        (IS_TRADITIONAL, traditional_only()),
        (IS_KANA, among(*KANA)),
        (IS_CANTONESE, among(CANTONESE)),
        (IS_STRANGE, strange()),
        (IS_HABIT, among(*HABITS)),
    ):
        table |= members * np.uint8(bit)
    return table


# What each byte of signs adds to a line's count: Han, Simplified only, Traditional only, 21 bits each.
WEIGHTS = np.array(
    [bool(b & IS_HAN) | bool(b & IS_SIMPLIFIED) << 21 | bool(b & IS_TRADITIONAL) << 42 for b in range(256)], np.int64
)
FIELD = (1 << 21) - 1


@lru_cache(maxsize=1)
def traditional_only() -> Bools:
    """The characters that no Simplified text has."""
    keys = np.flatnonzero(fold_table() != np.arange(CODE_POINTS))
    table = np.zeros(CODE_POINTS, np.bool_)
    table[keys] = True
    table[encode(SHARED)] = False
    return table


@lru_cache(maxsize=1)
def strange() -> Bools:
    """What may be a stray in Simplified text; a character whose Simplified form is rare is part of a name."""
    folded = fold_table()
    table = among(PARTICLES).copy()
    table[[c for c in np.flatnonzero(traditional_only()).tolist() if chr(folded[c]).encode("gb2312", "ignore")]] = True
    return table


@lru_cache(maxsize=1)
def simplified_only() -> Bools:
    """The characters that no Traditional text has: Big5 is without them."""
    folded = fold_table()
    table = np.zeros(CODE_POINTS, np.bool_)
    table[folded[folded != np.arange(CODE_POINTS)]] = True
    forms_of = np.flatnonzero(table).astype(np.uint32)
    table[encode(decode(forms_of).encode("big5", "ignore").decode("big5"))] = False
    return table


@dataclass(frozen=True, slots=True)
class Counted:
    """What one block says, a row a section (a part that documents are made of).

    start: the raw offset where it begins. counts: how many of its characters are Han, only Simplified, only
    Traditional. habits: how often it writes each of HABITS. wrong: how many words contradict their character. kinds:
    the first few different such changes, as numbers, NO_KIND where there are no more.
    """

    start: Ints
    counts: NDArray[np.int32]
    habits: NDArray[np.int32]
    wrong: NDArray[np.int32]
    kinds: NDArray[np.uint16]


NO_KIND = 0xFFFF


def measure(text: Text, sections: Ints, rules: Rules) -> Counted:
    """What the verdict on the script rests on, counted in one block, whose sections begin at these raw offsets.

    A line counts for the section it begins in.
    """
    n, several = len(sections), rules.setting("script", "converted_kinds")
    counted = Counted(
        sections,
        np.zeros((n, 3), np.int32),
        np.zeros((n, len(HABITS)), np.int32),
        np.zeros(n, np.int32),
        np.full((n, several), NO_KIND, np.uint16),
    )
    if not len(text):
        return counted
    said = signs().take(text.codes)
    counts = line_counts(text, said)
    counts[lines_with(text, said, IS_KANA)] = 0
    lines = text.lines
    edges = np.searchsorted(text.raw_at(lines.start), sections)
    edges[0] = 0
    upto = np.append(0, np.cumsum(counts))[np.append(edges, len(lines))]
    for i in range(3):
        counted.counts[:, i] = np.diff(upto) >> (21 * i) & FIELD
    mine = np.flatnonzero((counts >> 42) > ((counts >> 21) & FIELD))
    if not len(mine):
        return counted
    within = covered(len(text), lines.start[mine], lines.end[mine])
    first = lines.start[edges[edges < len(lines)]]

    def section_of(places: Ints) -> Ints:
        found: Ints = np.maximum(np.searchsorted(first, places, side="right") - 1, 0)
        return found

    codes = text.codes
    telling = np.flatnonzero(((said & IS_HABIT) > 0) & within)
    section = section_of(telling)
    for i, group in enumerate(HABITS):
        counted.habits[:, i] = np.bincount(section[among(group)[codes[telling]]], minlength=n)
    places, kind = forms.contradictions(codes, within, known_forms(rules))
    sure = ~among(UNSURE)[codes[places]]
    section, kind = section_of(places[sure]), kind[sure]
    counted.wrong[:] = np.bincount(section, minlength=n)
    pair = np.unique(section << 16 | kind)
    section = pair >> 16
    rank = np.arange(len(pair)) - np.searchsorted(section, section)
    few = rank < several
    counted.kinds[section[few], rank[few]] = pair[few] & NO_KIND
    return counted


@dataclass(frozen=True, slots=True)
class Sums:
    """What a document or the whole file says, as Counted has it; kinds: how many different changes, as far as known."""

    han: int
    simplified: int
    traditional: int
    habits: tuple[int, ...]
    wrong: int
    kinds: int


def decide(counted: Sequence[Counted], headings: Headings, rules: Rules) -> Scripts:
    """The script of each document; a small one is taken for what the whole file is."""
    if not counted:
        return Scripts()
    bounds = np.unique(np.append(0, headings.start[headings.opens | headings.holds]))
    document = np.searchsorted(bounds, np.concatenate([c.start for c in counted]), side="right") - 1
    (whole,) = sums(counted, np.zeros(len(document), np.int64), 1)
    limits = Limits(*(rules.setting("script", key) for key in LIMITS))
    verdict, rate = judge(whole, limits), whole.wrong / max(1, whole.han)
    whole_habit = habit(whole.habits, {})
    parts = sums(counted, document, len(bounds))
    return Scripts(
        bounds,
        tuple(judge(p, limits, verdict, rate) for p in parts),
        tuple(habit(p.habits, whole_habit) for p in parts),
    )


def sums(counted: Sequence[Counted], document: Ints, n: int) -> list[Sums]:
    """The sums of each of n documents; document: the number of the document that each section belongs to."""

    def summed(columns: Sequence[NDArray[np.int32]]) -> Ints:
        out = np.zeros((n, *columns[0].shape[1:]), np.int64)
        np.add.at(out, document, np.concatenate(columns))
        return out

    kinds = np.concatenate([c.kinds for c in counted])
    row, column = np.nonzero(kinds != NO_KIND)
    different = np.bincount(np.unique(document[row] << 16 | kinds[row, column]) >> 16, minlength=n)
    return [
        Sums(h, s, t, tuple(habits), wrong, k)
        for (h, s, t), habits, wrong, k in zip(
            summed([c.counts for c in counted]).tolist(),
            summed([c.habits for c in counted]).tolist(),
            summed([c.wrong for c in counted]).tolist(),
            different.tolist(),
            strict=True,
        )
    ]


LIMITS = ("converted_least", "converted_kinds", "converted_share", "enough")


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of the verdict."""

    least: int
    kinds: int
    share: float
    enough: int


def judge(part: Sums, limits: Limits, whole: str = "", rate: float = 0.0) -> str:
    """The verdict on a document; whole, rate: the verdict on its file and its share of contradictions, if known."""
    of_one = part.simplified + part.traditional
    if of_one < FEW and whole:
        return whole
    if of_one == 0:
        return "none"
    if part.simplified >= PURE * of_one:
        return "hans"
    if part.traditional < PURE * of_one:
        return "mixed"
    if part.wrong >= max(limits.least, limits.share * part.han) and part.kinds >= limits.kinds:
        return "converted"
    if whole == "converted" and part.han < limits.enough and part.wrong >= max(1, LIKE * rate * part.han):
        return "converted"
    return "hant"


def habit(counts: Sequence[int], other: Mapping[str, str]) -> Mapping[str, str]:
    """The forms that a document writes, `other` where it does not say."""
    inner, inner_old, common, orthodox = counts
    if not any(counts):
        return other
    old = inner_old > inner if inner != inner_old else orthodox > common
    return {"裡": "裏", "麵": "麪"} if old and orthodox > common else {"裡": "裏"} if old else {}


def known_forms(rules: Rules) -> forms.Forms:
    """The word forms with what the rule file says of them."""

    def said(key: str) -> tuple[str, ...]:
        return tuple(rules.setting("script", key).split())

    more = tuple((w, f) for w, _, f in (entry.partition("=") for entry in said("words")))
    return forms.load(said("lazy") + said("wrong"), said("alone"), more)


def repairs(text: Text, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """The edits of the automatic repair, line by line as the parts they stand in were judged."""
    if not {"converted", "hans"} & set(scripts.verdict) or not len(text):
        return
    part = scripts.part_of(text.raw_at(text.lines.start))
    verdict = np.array(scripts.verdict)[part]
    said = signs().take(text.codes)
    for wanted, mend in (("converted", mend_converted), ("hans", mend_strays)):
        which = verdict == wanted
        if which.any():
            yield from mend(text, said, which, rules, scripts)


def line_counts(text: Text, said: Bytes) -> Ints:
    """The packed counts of every line of the text."""
    lines = text.lines
    counts = np.zeros(len(lines), np.int64)
    some = np.flatnonzero(lines.end > lines.start)
    if len(some):
        counts[some] = np.add.reduceat(WEIGHTS.take(said), lines.start[some])
    return counts


def lines_with(text: Text, said: Bytes, sign: int) -> Bools:
    """The lines that hold a character that says this. IS_KANA: Japanese, whose Han characters are of neither script.
    IS_CANTONESE: written Cantonese, where 係 is the word for being."""
    out = np.zeros(len(text.lines), np.bool_)
    out[text.lines.of(np.flatnonzero(said & sign))] = True
    return out


def mend_converted(text: Text, said: Bytes, which: Bools, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """What a converter broke, in lines that are Traditional."""
    counts = line_counts(text, said)
    simplified, traditional = counts >> 21 & FIELD, counts >> 42
    lines = text.lines
    mine = which & (traditional >= 3 * simplified) & ~lines_with(text, said, IS_KANA)
    spoken = lines_with(text, said, IS_CANTONESE)
    known = known_forms(rules)
    at = forms.suspects(text.codes, covered(len(text), lines.start[mine], lines.end[mine]), known)
    line = lines.of(at)
    votes = forms.vote(text.codes, at, known)
    old = text.codes[at]
    wrong = votes.form != forms.plain_table()[old]
    wrong &= ~((old == ord("係")) & spoken[line])
    tied = among("聯維牽")[text.codes[np.maximum(at - 1, 0)]]
    votes.form[(old == ord("系")) & spoken[line] & ~tied & wrong] = ord("係")
    at, new, line = at[wrong], votes.form[wrong], line[wrong]
    old = old[wrong]
    unknown = np.flatnonzero(~votes.known[wrong])
    part = scripts.part_of(text.raw_at(lines.start[line]))
    for p in np.unique(part).tolist():
        for common, own in scripts.habits[p].items():
            new[(part == p) & (new == ord(common))] = ord(own)
    number = rules.number
    lazy = among("".join(pair[0] for pair in rules.setting("script", "lazy").split()))
    rule = np.where(lazy[old], number["script/lazy-form"], number["script/wrong-form"])
    rule[unknown[doubt(text.codes, at[unknown], rules)]] = number["script/doubtful-form"]
    yield swaps(at, new, rule)
    being = np.flatnonzero(text.codes == ord("系")) if spoken.any() else NO_INTS
    being = being[(mine & spoken)[lines.of(being)]]
    if len(being):
        _, length = division(text.codes, han()[text.codes], being)
        being = being[length == 1]
        yield swaps(being, np.full(len(being), ord("係"), np.uint32), number["script/lazy-form"])
    left = np.flatnonzero(said & IS_SIMPLIFIED)
    left = left[mine[lines.of(left)]]
    if len(left):
        yield swaps(left, full_table()[text.codes[left]], number["script/left-simplified"])


def doubt(codes: Codes, at: Ints, rules: Rules) -> Bools:
    """Whether a character alone may be right as it stands: a name, a measure of length, a title."""
    before = np.where(at > 0, codes[np.maximum(at - 1, 0)], 0x0A)
    after = codes[np.minimum(at + 1, len(codes) - 1)]
    is_han = han()
    old = codes[at]
    opens = ~(is_han | among(CLOSING, "0123456789"))[before]
    out: Bools = (old == ord("于")) & opens & is_han[after]
    two_before = codes[np.maximum(at - 2, 0)].astype(np.int64) << 16 | codes[np.maximum(at - 1, 0)]
    bearers = encode("".join(rules.setting("script", "bearers").split())).astype(np.int64).reshape(-1, 2)
    named = (at > 1) & np.isin(two_before, bearers[:, 0] << 16 | bearers[:, 1])
    out |= (old == ord("于")) & named & is_han[after] & ~among(rules.setting("script", "places"))[after]
    out |= (old == ord("里")) & (among(rules.setting("script", "measured"))[before] | opens)
    out |= (old == ord("后")) & (among(rules.setting("script", "titled"))[before] | opens)
    return out


@lru_cache(maxsize=1)
def full_table() -> Codes:
    """For every Simplified character its first Traditional form."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for key, several in dictionary("STCharacters"):
        if len(key) == len(several[0]) == 1:
            table[ord(key)] = ord(several[0])
    return forms.plain_table()[table]


def mend_strays(text: Text, said: Bytes, which: Bools, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """Single Traditional forms, in lines that are Simplified. Only lines that hold one are looked at."""
    lines = text.lines
    odd = lines.of(np.flatnonzero(said & IS_STRANGE))
    some = np.unique(odd[which[odd]])
    if not len(some):
        return
    places = spans(lines.start[some], np.minimum(lines.end[some] + 1, len(text)) - lines.start[some])
    for edits in strays(Text(text.codes[places]), rules):
        at = places[edits.start]
        yield swaps(at, edits.new, edits.rule)


def strays(text: Text, rules: Rules) -> Iterator[Edits]:
    """The strays of a text whose lines all hold something odd."""
    codes, lines = text.codes, text.lines
    said = signs().take(codes)
    odd = np.flatnonzero(said & IS_STRANGE)
    counts = line_counts(text, said)
    simplified, traditional = counts >> 21 & FIELD, counts >> 42
    odd = odd[((simplified >= 2 * traditional) & (simplified > 0) & ~lines_with(text, said, IS_KANA))[lines.of(odd)]]
    particle = among(PARTICLES)[codes[odd]]
    at = odd[~particle]
    if len(at):
        at = at[stray(codes, at)]
        kept = protected(text, rules.setting("script", "kept").split())
        at = at if kept is None else at[~kept[at]]
        yield swaps(at, fold_table()[codes[at]], rules.number["script/stray-traditional"])
    at = odd[particle]
    if len(at):
        yield mend_particles(codes, at, rules.number["script/stray-traditional"])


def stray(codes: Codes, at: Ints) -> Bools:
    """Which Traditional forms are strays: their stretch of Han is more Simplified, or they are alone and unquoted."""
    stops = np.flatnonzero(~han()[codes])
    after = np.searchsorted(stops, at)
    start = np.where(after > 0, stops[np.maximum(after - 1, 0)] if len(stops) else -1, -1)
    end = np.where(after < len(stops), stops[np.minimum(after, len(stops) - 1)] if len(stops) else -1, len(codes))

    def between(table: Bools) -> Ints:
        places = np.flatnonzero(table[codes])
        found: Ints = np.searchsorted(places, end) - np.searchsorted(places, start)
        return found

    simplified, traditional = between(simplified_only()), between(traditional_only())
    opened = (start >= 0) & among(QUOTING)[codes[np.maximum(start, 0)]]
    closed = (end < len(codes)) & among(QUOTING)[codes[np.minimum(end, len(codes) - 1)]]
    out: Bools = (simplified > traditional) | ((traditional == 1) & ((simplified == 1) | ~(opened | closed)))
    return out


def mend_particles(codes: Codes, at: Ints, rule: int) -> Edits:
    """著 and 麽 that are 着 and 么 elsewhere: where a word has the one and none the other."""
    particle = codes[at] == ord("著")
    new = np.where(particle, ord("着"), ord("么")).astype(np.uint32)
    fresh = codes.copy()
    fresh[at] = new
    is_han = han()[codes]
    both = np.concatenate([codes, [np.uint32(LF)], fresh])
    _, length = division(both, han()[both], np.concatenate([at, at + len(codes) + 1]))
    length_old, length_new = length[: len(at)], length[len(at) :]
    inside = (at > 0) & is_han[at - 1] & is_han[np.minimum(at + 1, len(codes) - 1)]
    clear = (length_new > 1) & ((length_old == 1) | ~particle) & (inside | ~particle)
    return swaps(at[clear], new[clear], rule)
