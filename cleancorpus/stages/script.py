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
from cleancorpus.edits import NO_EDITS, NO_INTS, Bools, Codes, Edits, Ints, covered, encode, settle, spans, swaps
from cleancorpus.lexicon import dictionary, division, fold_table
from cleancorpus.profile import Headings, Profile, Scripts
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import CODE_POINTS, LF, Text, among, han

# The habits that are counted: 裡, 裏, and what goes with the one and the other elsewhere.
INNER, INNER_OLD, COMMON, ORTHODOX = "裡", "裏", "為眾群麵", "爲衆羣麪"
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


@lru_cache(maxsize=1)
def weights() -> NDArray[np.int64]:
    """What each code point adds to a line's count: Han, Simplified only, Traditional only, 21 bits each."""
    table = np.zeros(CODE_POINTS, np.int64)
    table[han()] = 1
    table[simplified_only()] += 1 << 21
    table[traditional_only()] += 1 << 42
    return table


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
    forms_of = np.unique(folded[folded != np.arange(CODE_POINTS)])
    table = np.zeros(CODE_POINTS, np.bool_)
    table[[c for c in forms_of.tolist() if not chr(c).encode("big5", "ignore")]] = True
    return table


@lru_cache(maxsize=1)
def habit_weights() -> NDArray[np.int64]:
    """What each code point adds to a line's habits: INNER, INNER_OLD, COMMON, ORTHODOX, 15 bits each."""
    table = np.zeros(CODE_POINTS, np.int64)
    for i, group in enumerate((INNER, INNER_OLD, COMMON, ORTHODOX)):
        table[encode(group)] = 1 << (15 * i)
    return table


@dataclass(frozen=True, slots=True)
class Counted:
    """What one block says. A row a line with Han in it: its raw offset, its counts, its habits (packed as above).

    wrong, kind: a row for every word that contradicts its character: the raw offset, and which for which.
    """

    start: Ints
    counts: Ints
    habits: Ints
    wrong: Ints
    kind: NDArray[np.uint64]


def measure(text: Text, rules: Rules) -> Counted:
    """What the verdict on the script rests on, counted in one block."""
    lines = text.lines
    some = np.flatnonzero(lines.end > lines.start)
    if not len(some):
        return Counted(NO_INTS, NO_INTS, NO_INTS, NO_INTS, np.zeros(0, np.uint64))
    counts = np.add.reduceat(weights()[text.codes], lines.start[some])
    is_han = ((counts & FIELD) > 0) & ~foreign(text)[some]
    some, counts = some[is_han], counts[is_han]
    mostly = (counts >> 42) > ((counts >> 21) & FIELD)
    habits = np.zeros(len(some), np.int64)
    wrong, kind = NO_INTS, np.zeros(0, np.uint64)
    if mostly.any():
        mine = some[mostly]
        inside = covered(len(text), lines.start[mine], np.minimum(lines.end[mine] + 1, len(text)))
        at = np.flatnonzero(inside)
        codes = text.codes[at]
        begin = np.searchsorted(at, lines.start[mine])
        habits[mostly] = np.add.reduceat(habit_weights()[codes], begin)
        places, kind = forms.contradictions(codes, known_forms(rules))
        telling = ~among(UNSURE)[codes[places]]
        wrong, kind = at[places[telling]], kind[telling]
    return Counted(text.raw_at(lines.start[some]), counts, habits, text.raw_at(wrong), kind)


FIELD = (1 << 21) - 1
HABIT = (1 << 15) - 1


def decide(counted: Sequence[Counted], headings: Headings, rules: Rules) -> Scripts:
    """The script of each document; a small one is taken for what the whole file is."""
    if not counted:
        return Scripts()
    start = np.concatenate([c.start for c in counted])
    counts = np.concatenate([c.counts for c in counted])
    habits = np.concatenate([c.habits for c in counted])
    wrong = np.concatenate([c.wrong for c in counted])
    kind = np.concatenate([c.kind for c in counted])
    bounds = np.unique(np.append(0, headings.start[headings.opens | headings.holds]))
    whole = judge(counts, kind, rules)
    rate = len(kind) / max(1, int((counts & FIELD).sum()))
    whole_habit = habit(habits, {})
    edges = np.append(np.searchsorted(start, bounds), len(start))
    wrong_edges = np.append(np.searchsorted(wrong, bounds), len(wrong))
    verdicts, found = [], []
    for i in range(len(bounds)):
        part = slice(int(edges[i]), int(edges[i + 1]))
        kinds = kind[wrong_edges[i] : wrong_edges[i + 1]]
        verdicts.append(judge(counts[part], kinds, rules, whole, rate))
        found.append(habit(habits[part], whole_habit))
    return Scripts(bounds, tuple(verdicts), tuple(found))


def judge(counts: Ints, kinds: NDArray[np.uint64], rules: Rules, whole: str = "", rate: float = 0.0) -> str:
    """The verdict on a document; whole, rate: the verdict on its file and its share of contradictions, if known."""
    n_han = int((counts & FIELD).sum())
    simplified = int((counts >> 21 & FIELD).sum())
    traditional = int((counts >> 42).sum())
    if simplified + traditional < FEW and whole:
        return whole
    if simplified + traditional == 0:
        return "none"
    if simplified >= PURE * (simplified + traditional):
        return "hans"
    if traditional < PURE * (simplified + traditional):
        return "mixed"
    least, several, share = (rules.setting("script", f"converted_{key}") for key in ("least", "kinds", "share"))
    if len(kinds) >= max(least, share * n_han) and len(np.unique(kinds)) >= several:
        return "converted"
    small = n_han < rules.setting("script", "enough")
    if whole == "converted" and small and len(kinds) >= max(1, LIKE * rate * n_han):
        return "converted"
    return "hant"


def habit(rows: Ints, other: Mapping[str, str]) -> Mapping[str, str]:
    """The forms that a document writes, `other` where it does not say."""
    inner, inner_old, common, orthodox = (int((rows >> (15 * i) & HABIT).sum()) for i in range(4))
    if inner + inner_old + common + orthodox == 0:
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
    for wanted, mend in (("converted", mend_converted), ("hans", mend_strays)):
        which = verdict == wanted
        if which.any():
            yield from mend(text, which, rules, scripts)


def line_counts(text: Text) -> Ints:
    """The packed counts of every line of the text."""
    lines = text.lines
    counts = np.zeros(len(lines), np.int64)
    some = np.flatnonzero(lines.end > lines.start)
    if len(some):
        counts[some] = np.add.reduceat(weights()[text.codes], lines.start[some])
    return counts


def mend_converted(text: Text, which: Bools, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """What a converter broke, in lines that are Traditional."""
    counts = line_counts(text)
    simplified, traditional = counts >> 21 & FIELD, counts >> 42
    lines = text.lines
    mine = which & (traditional >= 3 * simplified) & ~foreign(text)
    votes = forms.vote(text.codes, known_forms(rules))
    line = lines.of(votes.at)
    old = text.codes[votes.at]
    wrong = mine[line] & (votes.form != forms.plain_table()[old])
    cantonese = spoken(text)[line]
    wrong &= ~((old == ord("係")) & cantonese)
    tied = among("聯維牽")[text.codes[np.maximum(votes.at - 1, 0)]]
    votes.form[(old == ord("系")) & cantonese & ~tied & wrong] = ord("係")
    at, new = votes.at[wrong], votes.form[wrong].copy()
    old, known = old[wrong], votes.known[wrong]
    doubtful = ~known & doubt(text.codes, at, rules)
    part = scripts.part_of(text.raw_at(lines.start[line[wrong]]))
    for p in np.unique(part).tolist():
        for common, own in scripts.habits[p].items():
            new[(part == p) & (new == ord(common))] = ord(own)
    number = rules.number
    lazy = np.isin(old, encode("".join(pair[0] for pair in rules.setting("script", "lazy").split())))
    rule = np.where(lazy, number["script/lazy-form"], number["script/wrong-form"])
    rule = np.where(doubtful, number["script/doubtful-form"], rule)
    yield swaps(at, new, rule)
    being = np.flatnonzero(text.codes == ord("系"))
    being = being[mine[lines.of(being)] & spoken(text)[lines.of(being)]] if len(being) else being
    if len(being):
        _, length = division(text.codes, han()[text.codes], being)
        being = being[length == 1]
        yield swaps(being, np.full(len(being), ord("係"), np.uint32), number["script/lazy-form"])
    left = np.flatnonzero(simplified_only()[text.codes])
    left = left[mine[lines.of(left)]]
    if len(left):
        yield swaps(left, full_table()[text.codes[left]], number["script/left-simplified"])


def spoken(text: Text) -> Bools:
    """The lines that are written in Cantonese, where 係 is the word for being."""
    return lines_with(text, among(CANTONESE))


def foreign(text: Text) -> Bools:
    """The lines that are Japanese, whose Han characters are of neither script."""
    return lines_with(text, among(*KANA))


def lines_with(text: Text, characters: Bools) -> Bools:
    """The lines that hold one of the characters."""
    out = np.zeros(len(text.lines), np.bool_)
    out[text.lines.of(np.flatnonzero(characters[text.codes]))] = True
    return out


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


def mend_strays(text: Text, which: Bools, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """Single Traditional forms, in lines that are Simplified. Only lines that hold one are looked at."""
    lines = text.lines
    odd = lines.of(np.flatnonzero(strange()[text.codes]))
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
    odd = np.flatnonzero(strange()[codes])
    counts = line_counts(text)
    simplified, traditional = counts >> 21 & FIELD, counts >> 42
    odd = odd[((simplified >= 2 * traditional) & (simplified > 0) & ~foreign(text))[lines.of(odd)]]
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
