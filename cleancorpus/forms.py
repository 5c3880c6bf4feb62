"""Which Traditional form a character should have, by the word it stands in: for many places of a text at once.

Where a Simplified character has several Traditional ones, the word decides: 发 is 發 in 发现 and 髮 in 头发. The words
are looked up in text folded to Simplified, so it does not matter which form the text has. Where the words over a
place disagree, or would go against what the character is taken for alone, the best division of the stretch into words
decides (see `lexicon`). Knows nothing of rules, documents or whether anything should be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Codes, Ints, encode, spans
from cleancorpus.keys import PAIR_BITS, Keys, hash_columns, pair_slots, unpack
from cleancorpus.lexicon import LONGEST, division, fold, fold_table, lexicon
from cleancorpus.text import CODE_POINTS, among

Bits = NDArray[np.uint16]

# One spelling for forms that only differ by region, so that a word's form can be compared with the text's.
REGIONAL = "裏裡 麪麵 爲為 衆眾 羣群 喫吃 祕秘 着著 臺台 麽麼 啓啟 脣唇 溼濕 峯峰 牀床 僞偽 説說 别別 衹只 祇只"

# The ways a word can lie over a place, a bit each: how long it is and where in it the place is, the shortest first.
LENGTH, OFFSET = np.array([(n, i) for n in range(2, LONGEST + 1) for i in range(n)]).T
WAYS = len(LENGTH)
BIT: Bits = (1 << np.arange(WAYS)).astype(np.uint16)
# The number of the way by length and offset.
WAY = np.zeros((LONGEST + 1, LONGEST), np.int64)
WAY[LENGTH, OFFSET] = np.arange(WAYS)
# Where the place has no neighbour in the word.
FIRST, LAST = (np.bitwise_or.reduce(BIT[edge]) for edge in (OFFSET == 0, OFFSET == LENGTH - 1))
# Beside those bits: some word says that the character is wrong.
WRONG = np.uint16(1 << WAYS)
# Where a word comes from: the package, or a rule file, whose words need no division to find them where they are rarer
# than their characters (LISTED) or are no words of the lexicon (SAID), or that only says where a form may stay.
CARRIED, LISTED, SAID, KEPT = range(4)
# No form, as a number of 32 bits and as a character of a word of the list, and any.
NONE, SILENT, ANY = 0xFFFFFFFF, "\0", "\1"


@lru_cache(maxsize=1)
def plain_table() -> Codes:
    """For every code point the one spelling that stands for its regional ones."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for pair in REGIONAL.split():
        table[ord(pair[0])] = ord(pair[1])
    table.flags.writeable = False
    return table


@dataclass(frozen=True, slots=True)
class Forms:
    """The word forms, and which characters are worth a look.

    words: their hashes. forms: the form of each, a row of LONGEST. source: where each comes from, CARRIED to KEPT.
    before, after: for each pair (see `pair_slots`) of a character that may be changed and its neighbour on that side
    the ways in which words with both lie over it, and WRONG. old, new, change: the numbers, from 1, of the changes that
    may be made, by the rows and columns of the two characters. alone: what a character becomes that stands in no known
    word (0: nothing); lone: the same for telling ones only. telling: the characters that are hardly ever right without
    a word.
    """

    words: Keys
    forms: Codes
    source: NDArray[np.uint8]
    before: Bits
    after: Bits
    old: Bits
    new: Bits
    change: Bits
    alone: Codes
    lone: Codes
    telling: Bools

    @property
    def kinds(self) -> int:
        """One more than the highest number of a change."""
        return len(self.change)

    def number(self, old: Codes, new: Codes) -> Bits:
        """The number of each change, 0 where it may not be made."""
        found: Bits = self.change[self.old.take(old), self.new.take(new)]
        return found


class Says(NamedTuple):
    """What a rule file says of forms, all with blanks between.

    changes: those that may be made, two characters each. alone: what characters become that stand in no known word, two
    each. telling: characters that are hardly ever right without a word. words: as they are written, or with what they
    should be: 壹起=一起. either: words, in Simplified, that may be written in any form. kept: words as they are written
    that say nothing where the text has another form.
    """

    changes: str
    alone: str
    telling: str
    words: str
    either: str
    kept: str


@lru_cache(maxsize=4)
def load(says: Says) -> Forms:
    """The word forms that the package carries, and those of a rule file."""
    entries = [(fold(word), form or word) for word, _, form in (entry.partition("=") for entry in says.words.split())]
    entries += [(word, ANY * len(word)) for word in says.either.split()]
    keeps = [(fold(form), form) for form in says.kept.split()]
    hashes, keys, rows, sources = [], [], [], []
    for table in unpack("forms.bin"):
        n = len(table) // 2
        listed, keep = (
            encode("".join(word + form for word, form in some if len(word) == n)).reshape(-1, 2 * n)
            for some in (entries, keeps)
        )
        keep = keep[~has_form(keep, table.T)]
        # Of two equal words the first is found.
        both = np.concatenate([listed, keep, table.T])
        hashes.append(hash_columns(both[:, :n].T))
        keys.append(np.pad(both[:, :n], ((0, 0), (0, LONGEST - n))))
        rows.append(np.pad(plain_table()[both[:, n:]], ((0, 0), (0, LONGEST - n))))
        source = np.repeat(np.array([LISTED, KEPT, CARRIED], np.uint8), [len(listed), len(keep), len(table.T)])
        unknown = lexicon().words.find(hashes[-1][: len(listed)]) < 0
        source[: len(listed)][unknown | (listed == ord(ANY)).any(axis=1)] = SAID
        sources.append(source)
    olds, news = encode("".join(says.changes.split())).reshape(-1, 2).T
    old, new = numbered(olds), numbered(news)
    change = np.zeros((len(olds) + 1, len(olds) + 1), np.uint16)
    change[old[olds], new[news]] = np.arange(1, len(olds) + 1)
    single = np.zeros(CODE_POINTS, np.uint32)
    for pair in says.alone.split():
        single[ord(pair[0])] = ord(pair[1])
    found = Forms(
        Keys(np.concatenate(hashes), 4),
        np.concatenate(rows),
        np.concatenate(sources),
        np.zeros(1 << PAIR_BITS, np.uint16),
        np.zeros(1 << PAIR_BITS, np.uint16),
        old,
        new,
        change,
        single,
        single * among(says.telling),
        among(says.telling),
    )
    lengths = np.repeat(np.arange(2, LONGEST + 1), [len(k) for k in keys])
    mark(found, np.concatenate(keys), lengths, np.unique(olds))
    return found


def has_form(rows: Codes, table: Codes) -> Bools:
    """Which rows, words and their forms, the table has, or with a form that says no more of some characters."""
    n = table.shape[1] // 2
    near = table[np.isin(hash_columns(table[:, :n].T), hash_columns(rows[:, :n].T))]
    same = (near[None, :, :n] == rows[:, None, :n]).all(axis=2)
    form = near[None, :, n:]
    out: Bools = (same & ((form == ord(SILENT)) | (form == rows[:, None, n:])).all(axis=2)).any(axis=1)
    return out


def numbered(codes: Codes) -> Bits:
    """For every code point its number among these, from 1, and 0 for all others."""
    table = np.zeros(CODE_POINTS, np.uint16)
    table[codes] = np.arange(1, len(codes) + 1)
    return table


def mark(forms: Forms, words: Codes, lengths: Ints, olds: Codes) -> None:
    """Set the bits of `before` and `after` for these characters, in whatever script the text has them."""
    folded = fold_table()[olds]
    olds = olds[np.argsort(folded, kind="stable")]
    keys, first, count = np.unique(np.sort(folded), return_index=True, return_counts=True)
    flat = words.ravel()
    key = numbered(keys).take(flat).astype(np.int64) - 1
    at = np.flatnonzero(key >= 0)
    key = key[at]
    old, at = olds[spans(first[key], count[key])], np.repeat(at, count[key])
    word, offset = np.divmod(at, LONGEST)
    length = lengths[word]
    bits = BIT[WAY[length, offset]]
    bits[forms.number(plain_table()[old], forms.forms.ravel()[at]) > 0] |= WRONG
    has = offset > 0
    np.bitwise_or.at(forms.before, pair_slots(flat[at[has] - 1], old[has]), bits[has])
    has = offset < length - 1
    np.bitwise_or.at(forms.after, pair_slots(old[has], flat[at[has] + 1]), bits[has])


@dataclass(frozen=True, slots=True)
class Looked:
    """The places whose character may be wrong, and what the words over them say.

    which: their numbers among the places that were asked for. old: the characters, in plain spelling. forms: a row for
    each way a word can lie over a place, the form it gives (the character's own where the change may not be made), NONE
    where there is no such word. low, high: the lowest and the highest of them. said: the form that a rule file says.
    firm: a word of a rule file says a form, or the character is a telling one: the word may be rarer than its parts.
    """

    which: Ints
    old: Codes
    forms: Codes
    low: Codes
    high: Codes
    said: Codes
    firm: Bools


def look(codes: Codes, at: Ints, forms: Forms, alone: Codes) -> Looked:
    """Those of the places whose character some word may say is wrong, or, for those of `alone`, its lack of a word."""
    fold = fold_table()
    raw = codes.take(at)
    before = forms.before.take(pair_slots(fold.take(codes.take(at - 1, mode="clip")), raw))
    after = forms.after.take(pair_slots(raw, fold.take(codes.take(at + 1, mode="clip"))))
    some = np.flatnonzero(((before | after) >= WRONG) | (alone.take(raw) > 0))
    at, old = at[some], plain_table()[raw[some]]
    ways = (before[some] | FIRST) & (after[some] | LAST)
    lies = (ways & BIT[:, None]) != 0
    way = np.repeat(np.arange(WAYS), np.count_nonzero(lies, axis=1))
    place = np.flatnonzero(lies) - way * len(at)
    start = at[place] - OFFSET[way]
    inside = (start >= 0) & (start + LENGTH[way] <= len(codes))
    way, place, start = way[inside], place[inside], start[inside]
    edge = np.searchsorted(LENGTH[way], np.arange(2, LONGEST + 2))
    word = forms.words.find(
        np.concatenate(
            [
                hash_columns([fold.take(codes.take(start[edge[n - 2] : edge[n - 1]] + k)) for k in range(n)])
                for n in range(2, LONGEST + 1)
            ]
        )
    )
    hit = np.flatnonzero(word >= 0)
    way, place, word = way[hit], place[hit], word[hit]
    own, source = old[place], forms.source[word]
    form = forms.forms[word, OFFSET[way]]
    silent = (form == ord(SILENT)) | ((source == KEPT) & (form != own))
    form = np.where(forms.number(own, form) > 0, form, own)
    form[silent] = NONE
    rows = np.full((WAYS, len(at)), NONE, np.uint32)
    rows[way, place] = form
    said, firm = np.full(len(at), NONE, np.uint32), forms.telling[raw[some]]
    listed = np.flatnonzero(source)
    firm[place[listed]] = True
    # Of several such words the one that begins last goes before, of those the longest.
    sure = listed[source[listed] == SAID]
    sure = sure[np.lexsort((LENGTH[way[sure]], -OFFSET[way[sure]]))]
    said[place[sure]] = form[sure]
    return Looked(some, old, rows, rows.min(axis=0), rows.view(np.int32).max(axis=0).view(np.uint32), said, firm)


def contradictions(codes: Codes, at: Ints, forms: Forms) -> tuple[Ints, Bits]:
    """The numbers of the places where all words agree on another form than the text has, or a telling character has no
    word, and those of the changes."""
    found = look(codes, at, forms, forms.lone)
    form = found.high
    wrong = (found.low == form) & (form != found.old)
    lone = np.flatnonzero(form == NONE)
    form[lone] = forms.lone[found.old[lone]]
    wrong[lone] = form[lone] > 0
    return found.which[wrong], forms.number(found.old[wrong], form[wrong])


@dataclass(frozen=True, slots=True)
class Votes:
    """What the words say of the places whose character may be wrong.

    which: their numbers among the places that were asked for. old, form: the character and the form it should have, in
    plain spelling. known: a word said it.
    """

    which: Ints
    old: Codes
    form: Codes
    known: Bools


def vote(codes: Codes, is_han: Bools, at: Ints, forms: Forms) -> Votes:
    """The forms of those of the places whose character may be wrong."""
    found = look(codes, at, forms, forms.alone)
    at, old = at[found.which], found.old
    said = found.said != NONE
    low, high = np.where(said, found.said, found.low), np.where(said, found.said, found.high)
    known = found.high != NONE
    agreed = known & (low == high)
    alone = forms.alone[codes[at]]
    alone = np.where(alone > 0, alone, codes[at])
    form = np.where(agreed, high, np.where(known, np.uint32(NONE), alone))
    hard = np.flatnonzero((form != alone) & (~agreed | (form != old)) & ~said)
    begin, length = division(codes, is_han, at[hard])
    chosen = found.forms[WAY[length, at[hard] - begin], hard]
    within(found, hard, at, begin, length, chosen)
    whole = length > 1
    rare = ~whole & agreed[hard] & found.firm[hard]
    left = np.where(whole | rare, np.where(rare, form[hard], old[hard]), alone[hard])
    form[hard] = np.where(whole & (chosen != NONE), chosen, left)
    known[hard] = whole | rare
    return Votes(found.which, old, form, known)


def within(found: Looked, hard: Ints, at: Ints, begin: Ints, length: Ints, chosen: Codes) -> None:
    """Fill in the form of a long word that the list does not know: that of the longest listed word inside it over the
    place (注意 in 注意力)."""
    some = np.flatnonzero((chosen == NONE) & (length > 2))
    place, rows = at[hard[some]], found.forms[:, hard[some]]
    for way in range(WAYS):
        start = place - OFFSET[way]
        inner = (start >= begin[some]) & (start + LENGTH[way] <= begin[some] + length[some]) & (rows[way] != NONE)
        chosen[some[inner]] = rows[way][inner]
