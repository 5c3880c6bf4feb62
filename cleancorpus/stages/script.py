"""script: convert to the script that was asked for, or keep each document's own and repair what a converter broke.

What a document is written in, and whether a machine wrote it (the words that contradict their characters: 以后,
頭發), is counted line by line in the survey and judged a document at a time. Traditional text that nobody converted
does not change at all. In converted text a character changes only inside a closed list of pairs, and only if the word
it stands in says so (see `forms`), or if it is one that needs a word and has none (結束瞭); so it is in the
Traditional lines of a mixed document that show a converter's hand. A short text is converted from two signs on, an old
one only from such as old books have not. In Simplified text only what is clearly a stray comes to Simplified. Knows
nothing of headings beyond where documents begin.
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
    decode,
    encode,
    settle,
    spans,
    swaps,
)
from cleancorpus.lexicon import dictionary, division, fold_table
from cleancorpus.profile import Headings, Profile, Scripts
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import CODE_POINTS, HAN, LF, Lines, Text, among, han

Bytes = NDArray[np.uint8]

# The forms that differ by habit, the common one before the old one. 裡 and 裏 differ by region too and say nothing of
# the others.
HABITS = "裡裏麵麪為爲眾衆群羣"
# Below this many characters of one script only a document goes by the file's verdict.
FEW = 12
# A small document is like its file if its share of contradictions is at least this much of the file's.
LIKE = 0.2
# A text is of one script if this share of what is of one script only belongs to it.
PURE = 0.9
# A line with so many times as many Traditional forms is Traditional, and its Simplified ones were left over.
LEFT_OVER = 3
# Simplified forms that some print in Traditional text.
PRINTED = "内别没强况黄毁净却横恒虚奥删决冲减凉宫吕吴温"
# Simplified forms that Big5 has as characters of old books, which no text of today writes: none of them stands in 1.2
# million characters of proper text, 机 once.
ARCHAIC = "气机确"
# Strays where they stand for 着 and 么, which the words tell.
PARTICLES = "著麽"
# Variants that old texts, verse and names have in Simplified print too: strays in a word of modern prose, others never.
VARIANTS = "踰弒悽棲氾汎濛矇瀰硃蘋霑慄蔔塗塚奼汙蹠"
NAMELY = "儁昇陞鍾甯彿榖寀"
# Forms that the dictionary of characters does not count as Traditional, and what they come to.
BESIDE = "妳你 牠它"
# Characters that proper text has in words the list does not know (係 in Cantonese) or in free spellings (一並).
UNSURE = "係幾隻儘盡並只表"
# A Traditional form beside one of them is spoken of, not written by mistake.
QUOTING = "“”‘’「」『』《》〈〉()（）[]【】\"'"
# Below this share of 的, 了 and 這 among the Han characters a text is older, verse or a list. Measured in 10,000: the
# classics 0 to 30, a play of the Yuan 190, all but the last hundredth of modern pages more than 110.
MODERN_SHARE = 0.007
# Lines that have one of these are modern.
MODERN = "的了是这這们們个個很"
# Those of them that may be strays in some words, and what they come to there.
MISLED = "瞭了 乾干 徵征 夥伙 藉借"
# What a phrase may end with; 于, 里 or 后 behind it begins no name.
CLOSING = "”’」』》〉）)]】"
# Characters that only written Cantonese has.
CANTONESE = "嘅哋咗嚟佢喺唔嘢啲嗰咁乜噉"
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


# What a character says, a bit each. IS_SUSPECT: it may have to change in converted text.
IS_HAN, IS_SIMPLIFIED, IS_TRADITIONAL, IS_KANA, IS_CANTONESE, IS_STRANGE, IS_HABIT, IS_SUSPECT = (
    1 << i for i in range(8)
)


def read(text: Text, rules: Rules) -> Bytes:
    """What each character of the text says."""
    return signs(changeable(rules)).take(text.codes)


@lru_cache(maxsize=4)
def signs(changes: str) -> Bytes:
    """For every code point what it says; changes: those that may be made, two characters each."""
    table = np.zeros(CODE_POINTS, np.uint8)
    for first, last in HAN:
        table[first : last + 1] = IS_HAN
    for first, last in KANA:
        table[first : last + 1] = IS_KANA
    folded = fold_table()
    characters = np.concatenate([np.arange(first, last + 1, dtype=np.uint32) for first, last in HAN])
    folds = characters[folded[characters] != characters]
    # No Simplified text has these, and no Traditional text those that Big5 is without.
    traditional = folds[~np.isin(folds, encode(SHARED))]
    simplified = np.unique(folded[folds])
    big5 = held(simplified, "big5") & ~np.isin(simplified, encode(ARCHAIC))
    simplified = simplified[~big5 & ~np.isin(simplified, encode(PRINTED))]
    # What may be a stray in Simplified text; a character whose Simplified form is rare is part of a name.
    strange = traditional[held(folded[traditional], "gb2312")]
    # What a repair puts in or takes out must not count for the verdict, or the repaired text would get another one.
    repaired = encode(changes.replace(" ", ""))
    for sign, members in (
        (IS_SIMPLIFIED, np.setdiff1d(simplified, repaired)),
        (IS_TRADITIONAL, np.setdiff1d(traditional, repaired)),
        (IS_STRANGE, np.union1d(strange, encode(PARTICLES + MISLED[::3] + BESIDE[::3]))),
        (IS_CANTONESE, encode(CANTONESE)),
        (IS_HABIT, encode(HABITS)),
        (IS_SUSPECT, encode("".join(pair[0] for pair in changes.split()))),
    ):
        table[members] |= np.uint8(sign)
    return table


@lru_cache(maxsize=1)
def habit_numbers() -> forms.Bits:
    """For every code point its number among HABITS, from 1."""
    return forms.numbered(encode(HABITS))


def held(codes: Codes, encoding: str) -> Bools:
    """Which of the characters the encoding has."""
    return np.isin(codes, encode(decode(codes).encode(encoding, "ignore").decode(encoding)))


# What each byte of signs adds to a line's count: Han, Simplified only, Traditional only, 21 bits each.
WEIGHTS = np.array(
    [bool(b & IS_HAN) | bool(b & IS_SIMPLIFIED) << 21 | bool(b & IS_TRADITIONAL) << 42 for b in range(256)], np.int64
)
FIELD = (1 << 21) - 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What one block says, a row a section (a part that documents are made of).

    start: the raw offset where it begins. counts: how many of its characters are Han, only Simplified, only
    Traditional. japanese: how many Han characters its lines with kana have, which counts has not. habits: how often it
    writes each of HABITS. modern: how many of 的, 了 and 這 it has. wrong: how many words contradict their character;
    sure: how many of those only a converter writes. kinds: the first few different such changes, as numbers, NO_KIND
    where there are no more.
    """

    start: Ints
    counts: NDArray[np.int32]
    japanese: NDArray[np.int32]
    habits: NDArray[np.int32]
    modern: NDArray[np.int32]
    wrong: NDArray[np.int32]
    sure: NDArray[np.int32]
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
        np.zeros(n, np.int32),
        np.zeros((n, len(HABITS)), np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        np.full((n, several), NO_KIND, np.uint16),
    )
    if not len(text):
        return counted
    said, lines = read(text, rules), text.lines
    counts = line_counts(lines.start, lines.end, said)
    foreign = np.unique(lines.of(places_of(said, IS_KANA)))
    foreign_han = counts[foreign] & FIELD
    counts[foreign] = 0
    # What is Simplified in a line that is Traditional was left over.
    over = (counts >> 42) >= LEFT_OVER * (counts >> 21 & FIELD)
    counts[over] &= ~(FIELD << 21)
    edges = np.searchsorted(lines.start, text.at(sections))
    edges[0] = 0
    upto = np.append(0, np.cumsum(counts))[np.append(edges, len(lines))]
    for i in range(3):
        counted.counts[:, i] = np.diff(upto) >> (21 * i) & FIELD
    modern = np.flatnonzero((text.codes == ord("的")) | (text.codes == ord("了")) | (text.codes == ord("這")))
    places = np.append(lines.start, len(text))[np.append(edges, len(lines))]
    counted.modern[:] = np.diff(np.searchsorted(modern, places))
    section_of = np.repeat(np.arange(n), np.diff(np.append(edges, len(lines))))
    counted.japanese[:] = np.bincount(section_of[foreign], foreign_han, minlength=n)
    mine = (counts >> 42) > ((counts >> 21) & FIELD)
    if not mine.any():
        return counted
    at = places_of(said, IS_HABIT | IS_SUSPECT)
    line = lines.of(at)
    at, section = at[mine[line]], section_of[line[mine[line]]]
    says = said[at]
    telling = (says & IS_HABIT) > 0
    habit = habit_numbers()[text.codes[at[telling]]] - 1
    counted.habits[:] = np.bincount(section[telling] * len(HABITS) + habit, minlength=n * len(HABITS)).reshape(n, -1)
    suspect = (says & IS_SUSPECT) > 0
    at, section = at[suspect], section[suspect]
    known = known_forms(rules)
    which, kind = forms.contradictions(text.codes, at, known)
    wrong = text.codes[at[which]]
    certain = ~among(UNSURE)[wrong]
    section, kind = section[which[certain]], kind[certain].astype(np.int64)
    sure = known.telling[wrong[certain]]
    counted.wrong[:] = np.bincount(section, minlength=n)
    counted.sure[:] = np.bincount(section[sure], minlength=n)
    # A sure change is of two kinds.
    has = np.zeros((n, 2 * known.kinds), np.bool_)
    has[section, kind] = True
    has[section[sure], kind[sure] + known.kinds] = True
    section, kind = np.divmod(np.flatnonzero(has), has.shape[1])
    rank = np.arange(len(section)) - np.searchsorted(section, section)
    few = rank < several
    counted.kinds[section[few], rank[few]] = kind[few]
    return counted


def decide(counted: Sequence[Counted], headings: Headings, rules: Rules) -> Scripts:
    """The script of each document; a small one is taken for what the whole file is."""
    if not counted:
        return Scripts()
    bounds = np.unique(np.append(0, headings.start[headings.opens | headings.holds]))
    start = np.concatenate([c.start for c in counted])
    whole = sums(counted, np.zeros(1, np.int64))
    parts = sums(counted, np.append(0, np.searchsorted(start, bounds[1:])))
    limits = Limits(*(rules.setting("script", key) for key in LIMITS))
    (verdict,), (whole_habit,) = judge(whole, limits), habits(whole, {})
    rate = int(whole.signs[0]) / max(1, int(whole.han[0]))
    verdicts = judge(parts, limits, verdict, rate)
    return Scripts(bounds, tuple(verdicts), tuple(habits(parts, whole_habit)), shows(parts, limits))


@dataclass(frozen=True, slots=True)
class Sums:
    """What each document says, or the whole file, in the columns of Counted; kinds: how many different changes, as far
    as known."""

    han: Ints
    simplified: Ints
    traditional: Ints
    japanese: Ints
    habits: Ints
    modern: Ints
    wrong: Ints
    sure: Ints
    kinds: Ints

    @property
    def signs(self) -> Ints:
        """How many signs of a converter there are: a sure one counts twice; only those count, once, in text that is not
        modern, where 于, 后, 舍 and 采 are at home; what Japanese has in lines without kana says nothing."""
        found = np.where(self.modern >= MODERN_SHARE * self.han, self.wrong + self.sure, self.sure)
        return found * (self.japanese <= self.han)


def sums(counted: Sequence[Counted], first: Ints) -> Sums:
    """The sums of the documents whose first sections have these numbers."""

    def summed(columns: Sequence[NDArray[np.int32]]) -> Ints:
        column = np.concatenate(columns)
        upto = np.zeros((len(column) + 1, *column.shape[1:]), np.int64)
        np.cumsum(column, axis=0, out=upto[1:])
        found: Ints = np.diff(upto[np.append(first, len(column))], axis=0)
        return found

    kinds = np.concatenate([c.kinds for c in counted])
    section, _ = np.nonzero(kinds != NO_KIND)
    document = np.searchsorted(first, section, side="right") - 1
    different = np.unique(document << 16 | kinds[kinds != NO_KIND]) >> 16
    han, simplified, traditional = summed([c.counts for c in counted]).T
    return Sums(
        han,
        simplified,
        traditional,
        summed([c.japanese for c in counted]),
        summed([c.habits for c in counted]),
        summed([c.modern for c in counted]),
        summed([c.wrong for c in counted]),
        summed([c.sure for c in counted]),
        np.bincount(different, minlength=len(first)),
    )


LIMITS = ("converted_first", "converted_mixed", "converted_kinds", "converted_share", "enough")


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of the verdict."""

    first: float
    mixed: int
    kinds: int
    share: float
    enough: int


def shows(parts: Sums, limits: Limits) -> Bools:
    """Whether so many words contradict their characters, and in so many ways, that a converter was here."""
    mixed = parts.traditional < PURE * (parts.simplified + parts.traditional)
    least = np.maximum(np.where(mixed, limits.mixed, 2), limits.first + limits.share * parts.han)
    few = (parts.han < limits.enough) & ~mixed
    out: Bools = (parts.signs >= least) & (parts.kinds >= np.where(few, limits.kinds - 1, limits.kinds))
    return out


def judge(parts: Sums, limits: Limits, whole: str = "", rate: float = 0.0) -> list[str]:
    """The verdicts on documents; whole, rate: the verdict on their file and its share of contradictions, if known."""
    of_one = parts.simplified + parts.traditional
    like = (parts.han < limits.enough) & (parts.signs >= np.maximum(1, LIKE * rate * parts.han))
    verdicts = [
        ((of_one < FEW) & (whole != ""), whole),
        (of_one == 0, "none"),
        (parts.simplified >= PURE * of_one, "hans"),
        (parts.traditional < PURE * of_one, "mixed"),
        (shows(parts, limits), "converted"),
        (like & (whole == "converted"), "converted"),
    ]
    found: list[str] = np.select([c for c, _ in verdicts], [v for _, v in verdicts], "hant").tolist()
    return found


def habits(parts: Sums, other: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The old forms that documents write for common ones, `other` where one says nothing.

    Of two forms a document has the one it writes more often, and where that says nothing what it does with the others.
    """
    common, old = parts.habits[:, ::2], parts.habits[:, 1::2]
    general = (old[:, 1:] - common[:, 1:]).sum(axis=1) > 0
    own = np.where(old != common, old > common, general[:, None]) @ (1 << np.arange(len(HABITS) // 2))
    says = parts.habits.sum(axis=1)
    return [old_forms(o) if s else other for o, s in zip(own.tolist(), says.tolist(), strict=True)]


@lru_cache(maxsize=32)
def old_forms(own: int) -> Mapping[str, str]:
    """The old forms by the common ones, for those of HABITS that a document has: a bit each."""
    return {HABITS[2 * i]: HABITS[2 * i + 1] for i in range(len(HABITS) // 2) if own >> i & 1}


@lru_cache(maxsize=4)
def scarce(said: str) -> tuple[str, str]:
    """The changes of the forms that are right in some words only, two characters each, and those words."""
    entries = said.split()
    pairs = [entry for entry in entries if entry.endswith(":")]
    return " ".join(pair[:2] for pair in pairs), " ".join(entry for entry in entries if not entry.endswith(":"))


def changeable(rules: Rules) -> str:
    """The changes that may be made in converted text, two characters each."""
    pairs, _ = scarce(rules.setting("script", "scarce"))
    return "\n".join([rules.setting("script", "lazy"), rules.setting("script", "wrong"), pairs])


def known_forms(rules: Rules) -> forms.Forms:
    """The word forms with what the rule file says of them."""
    pairs, kept = scarce(rules.setting("script", "scarce"))
    alone, telling, words, either = (rules.setting("script", key) for key in ("alone", "telling", "words", "either"))
    return forms.load(forms.Says(changeable(rules), f"{alone} {pairs}", telling, words, either, kept))


def repairs(text: Text, rules: Rules, scripts: Scripts) -> Iterator[Edits]:
    """The edits of the automatic repair, line by line as the parts they stand in were judged."""
    lines = text.lines
    inner = scripts.start[(scripts.start > text.origin) & text.holds(scripts.start)]
    first = int(scripts.part_of(np.array([text.origin]))[0])
    parts = np.arange(first, first + len(inner) + 1)
    verdict = np.array([scripts.verdict[p] for p in parts])
    converted, hans, mixed = (verdict == wanted for wanted in ("converted", "hans", "mixed"))
    mixed &= scripts.shows[parts]
    if not len(text) or not (converted | hans | mixed).any():
        return
    edges = np.searchsorted(lines.start, text.at(inner))
    part = np.repeat(parts, np.diff(edges, prepend=0, append=len(lines)))
    said = read(text, rules)
    if (converted | mixed).any():
        yield from mend_converted(text, said, part, converted[part - first], mixed[part - first], rules, scripts)
    if hans.any():
        yield from mend_strays(text, said, hans[part - first], rules)


def line_counts(start: Ints, end: Ints, said: Bytes) -> Ints:
    """The packed counts of lines that follow one another: of each, its start and end in `said`."""
    counts = np.zeros(len(start), np.int64)
    some = np.flatnonzero(end > start)
    if len(some):
        counts[some] = np.add.reduceat(WEIGHTS.take(said), start[some])
    return counts


def places_of(said: Bytes, signs: int) -> Ints:
    """The places that say one of these."""
    return np.flatnonzero((said & np.uint8(signs)) != 0)


def mend_converted(
    text: Text, said: Bytes, part: Ints, converted: Bools, mixed: Bools, rules: Rules, scripts: Scripts
) -> Iterator[Edits]:
    """What a converter broke, in lines that are Traditional.

    part: where each line stands. converted: the lines of converted parts; mixed: those of parts that are mixed, where
    only what a word says is mended.
    """
    codes, lines, number = text.codes, text.lines, rules.number
    at = places_of(said, IS_KANA | IS_CANTONESE | IS_SIMPLIFIED | IS_SUSPECT)
    line, says = lines.of(at), said[at]

    def lines_with(sign: int) -> Bools:
        out = np.zeros(len(lines), np.bool_)
        out[line[(says & sign) > 0]] = True
        return out

    # In Japanese the Han characters are of neither script; in written Cantonese 係 is the word for being.
    mine, spoken = (converted | mixed) & ~lines_with(IS_KANA), lines_with(IS_CANTONESE)
    some = np.flatnonzero(mine & lines_with(IS_SIMPLIFIED))
    length = lines.end[some] - lines.start[some]
    counts = line_counts(np.cumsum(length) - length, np.cumsum(length), said[spans(lines.start[some], length)])
    mine[some] = (counts >> 42) >= LEFT_OVER * (counts >> 21 & FIELD)
    within = mine[line]
    suspect = np.flatnonzero(within & ((says & IS_SUSPECT) > 0))
    votes = forms.vote(codes, (said & IS_HAN) > 0, at[suspect], known_forms(rules))
    suspect = suspect[votes.which]
    place, line_of, old, new = at[suspect], line[suspect], votes.old, votes.form
    speaks = spoken[line_of]
    wrong = (new != old) & ~(((old == ord("係")) | (old == ord("冇"))) & speaks) & (votes.known | converted[line_of])
    tied = among("聯維牽")[codes[np.maximum(place - 1, 0)]]
    new[(old == ord("系")) & speaks & ~tied & wrong] = ord("係")
    place, line_of, old, new, known = place[wrong], line_of[wrong], old[wrong], new[wrong], votes.known[wrong]
    follow_habits(new, part[line_of], scripts)
    lazy = among("".join(pair[0] for pair in rules.setting("script", "lazy").split()))
    rule = np.where(lazy[old], number["script/lazy-form"], number["script/wrong-form"])
    unknown = np.flatnonzero(~known)
    rule[unknown[doubt(codes, place[unknown], rules)]] = number["script/doubtful-form"]
    yield swaps(place, new, rule)
    being = np.flatnonzero(codes == ord("系")) if spoken.any() else NO_INTS
    being = being[(mine & spoken & converted)[lines.of(being)]]
    if len(being):
        _, length = division(codes, (said & IS_HAN) > 0, being)
        being = being[length == 1]
        yield swaps(being, np.full(len(being), ord("係"), np.uint32), number["script/lazy-form"])
    far = places_of(said, IS_HABIT)
    far = far[miles(codes, far)]
    far = far[(mine & converted)[lines.of(far)]]
    yield swaps(far, np.full(len(far), ord("里"), np.uint32), number["script/wrong-form"])
    left = at[(mine & converted)[line] & ((says & IS_SIMPLIFIED) > 0)]
    if len(left):
        left = left[left_over(codes, said, left)]
        new = full_table()[codes[left]]
        follow_habits(new, part[lines.of(left)], scripts)
        yield swaps(left, new, number["script/left-simplified"])


def miles(codes: Codes, at: Ints) -> Bools:
    """Which of the places hold 裡 or 裏 for the measure of length, behind a round number, 公 or 英; 萬裡挑一 and 九十裡
    面 have none."""
    written = among("裡裏").take(codes[at])
    measured = among("十百千萬公英").take(codes.take(at - 1, mode="clip"))
    out: Bools = written & measured & ~among("挑選面邊頭").take(codes.take(at + 1, mode="clip"))
    return out


def left_over(codes: Codes, said: Bytes, at: Ints) -> Bools:
    """Which Simplified forms were left over: those in a word or among Traditional ones. Others may be garbled text."""
    simplified, traditional, _ = surroundings(codes, said, at)
    _, length = division(codes, (said & IS_HAN) > 0, at)
    out: Bools = (length > 1) | (traditional > simplified) | ((traditional > 0) & common()[codes[at]])
    return out


@lru_cache(maxsize=1)
def common() -> Bools:
    """The most used Simplified characters: the first level of GB2312."""
    return among(
        "".join(
            bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
        )
    )


def follow_habits(new: Codes, part: Ints, scripts: Scripts) -> None:
    """Put the forms that each part writes in place of the common ones; `part` is in order."""
    for common in HABITS[::2]:
        at = np.flatnonzero(new == ord(common))
        if len(at):
            first, last = int(part[0]), int(part[-1])
            own = encode("".join(scripts.habits[p].get(common, common) for p in range(first, last + 1)))
            new[at] = own[part[at] - first]


def doubt(codes: Codes, at: Ints, rules: Rules) -> Bools:
    """Whether a character alone may be right as it stands: a name, a measure of length, a title."""
    before = np.where(at > 0, codes[np.maximum(at - 1, 0)], 0x0A)
    after = codes[np.minimum(at + 1, len(codes) - 1)]
    opens = ~among(*HAN, CLOSING, "0123456789")[before]
    # 壹 is the number of a heading or a sum where no word follows it.
    out: Bools = (codes[at] == ord("壹")) & ~han()[after]
    for character, key in (("里", "measured"), ("后", "titled")):
        out |= (codes[at] == ord(character)) & (among(rules.setting("script", key))[before] | opens)
    of = np.flatnonzero((codes[at] == ord("于")) & han()[after])
    two_before = codes.take(at[of] - 2, mode="clip").astype(np.int64) << 16 | before[of]
    bearers = encode("".join(rules.setting("script", "bearers").split())).astype(np.int64).reshape(-1, 2)
    named = (at[of] > 1) & (two_before[:, None] == (bearers[:, 0] << 16 | bearers[:, 1])).any(axis=1)
    out[of] = opens[of] | (named & ~among(rules.setting("script", "places"))[after[of]])
    return out


@lru_cache(maxsize=1)
def full_table() -> Codes:
    """For every Simplified character its first Traditional form."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for key, several in dictionary("STCharacters"):
        if len(key) == len(several[0]) == 1:
            table[ord(key)] = ord(several[0])
    return forms.plain_table()[table]


def mend_strays(text: Text, said: Bytes, which: Bools, rules: Rules) -> Iterator[Edits]:
    """Single Traditional forms, in lines that are Simplified. Only lines that hold one are looked at."""
    lines = text.lines
    odd = lines.of(places_of(said, IS_STRANGE))
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
    said = read(text, rules)
    odd = places_of(said, IS_STRANGE)
    counts = line_counts(lines.start, lines.end, said)
    simplified, traditional = counts >> 21 & FIELD, counts >> 42
    mine = (simplified >= 2 * traditional) & (simplified > 0)
    mine[lines.of(places_of(said, IS_KANA))] = False
    odd = odd[mine[lines.of(odd)]]
    particle, shared = among(PARTICLES)[codes[odd]], among(MISLED[::3])[codes[odd]]
    said[odd[particle | shared]] &= ~np.uint8(IS_STRANGE)
    number = rules.number["script/stray-traditional"]
    at = odd[~particle & ~shared]
    kept = protected(text, rules.setting("script", "kept").split()) if len(at) else None
    at = at if kept is None else at[~kept[at]]
    # Each that goes says of those that are left that their text is Simplified.
    while len(at):
        goes = stray(codes, said, at) & ~variant(codes, said, at, lines)
        if not goes.any():
            break
        yield swaps(at[goes], simple_table()[codes[at[goes]]], number)
        codes = codes.copy()
        codes[at[goes]] = simple_table()[codes[at[goes]]]
        said, at = read(Text(codes), rules), at[~goes]
        said[odd[particle | shared]] &= ~np.uint8(IS_STRANGE)
    at = odd[shared]
    if len(at):
        at = at[in_words(codes, at, rules.setting("script", "shared").split())]
        yield swaps(at, simple_table()[codes[at]], number)
    at = odd[particle]
    if len(at):
        yield mend_particles(codes, said, at, lines, number)


@lru_cache(maxsize=1)
def simple_table() -> Codes:
    """For every code point its Simplified form, those of BESIDE and MISLED among them."""
    table = fold_table().copy()
    for pair in f"{BESIDE} {MISLED}".split():
        table[ord(pair[0])] = ord(pair[1])
    return table


def variant(codes: Codes, said: Bytes, at: Ints, lines: Lines) -> Bools:
    """Which forms may be meant: those of VARIANTS in no word, or in a line without a sign of modern prose."""
    out = among(NAMELY)[codes[at]]
    some = np.flatnonzero(among(VARIANTS)[codes[at]])
    _, length = division(codes, (said & IS_HAN) > 0, at[some])
    out[some] = (length == 1) | ~modern(codes, lines)[lines.of(at[some])]
    return out


def modern(codes: Codes, lines: Lines) -> Bools:
    """Which lines have characters that modern prose cannot do without."""
    out = np.zeros(len(lines), np.bool_)
    out[lines.of(np.flatnonzero(among(MODERN)[codes]))] = True
    return out


def in_words(codes: Codes, at: Ints, words: Sequence[str]) -> Bools:
    """Which places stand in one of the words."""
    out = np.zeros(len(at), np.bool_)
    for word in words:
        for offset, character in enumerate(word):
            if character in MISLED[::3]:
                places = at - offset + np.arange(len(word))[:, None]
                out |= (codes.take(places, mode="clip") == encode(word)[:, None]).all(axis=0)
    return out


def stray(codes: Codes, said: Bytes, at: Ints) -> Bools:
    """Which Traditional forms are strays: their stretch of Han is more Simplified, or they are alone and unquoted."""
    simplified, traditional, quoted = surroundings(codes, said, at)
    # A name may have lost its second character.
    goes_on = (codes[at] != ord("於")) | ((said.take(at + 1, mode="clip") & IS_HAN) > 0)
    more = (simplified > traditional) | ((codes[at] == ord("於")) & (simplified > 0) & (simplified == traditional))
    out: Bools = goes_on & (more | ((traditional == 1) & ((simplified == 1) | ~quoted)))
    return out


def surroundings(codes: Codes, said: Bytes, at: Ints) -> tuple[Ints, Ints, Bools]:
    """Of the stretch of Han around each place: how many Simplified and Traditional forms, and whether it is quoted."""
    stops = np.flatnonzero((said & IS_HAN) == 0)
    after = np.searchsorted(stops, at)
    start = np.where(after > 0, stops[np.maximum(after - 1, 0)] if len(stops) else -1, -1)
    end = np.where(after < len(stops), stops[np.minimum(after, len(stops) - 1)] if len(stops) else -1, len(codes))

    def between(sign: int) -> Ints:
        places = places_of(said, sign)
        found: Ints = np.searchsorted(places, end) - np.searchsorted(places, start)
        return found

    opened = (start >= 0) & among(QUOTING)[codes[np.maximum(start, 0)]]
    closed = (end < len(codes)) & among(QUOTING)[codes[np.minimum(end, len(codes) - 1)]]
    return between(IS_SIMPLIFIED), between(IS_TRADITIONAL | IS_STRANGE), opened & closed


def mend_particles(codes: Codes, said: Bytes, at: Ints, lines: Lines, rule: int) -> Edits:
    """著 and 麽 that are 着 and 么 elsewhere: where a word has the one and none the other."""
    particle = codes[at] == ord("著")
    new = np.where(particle, ord("着"), ord("么")).astype(np.uint32)
    fresh = codes.copy()
    fresh[at] = new
    is_han = (said & IS_HAN) > 0
    both = np.concatenate([codes, [np.uint32(LF)], fresh])
    begin, length = division(both, np.concatenate([is_han, [False], is_han]), np.concatenate([at, at + len(codes) + 1]))
    length_old, length_new = length[: len(at)], length[len(at) :]
    begin_new = begin[len(at) :] - len(codes) - 1
    inside = (at > 0) & is_han[at - 1] & is_han[np.minimum(at + 1, len(codes) - 1)]
    # 著意, 著手: what begins with it may be old print.
    begins = begin_new == at
    clear = (
        (length_new > 1)
        & (modern(codes, lines)[lines.of(at)] | ~begins)
        & ((length_old == 1) | ~particle)
        & (inside | ~particle)
    )
    return swaps(at[clear], new[clear], rule)
