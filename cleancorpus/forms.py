"""Which Traditional form a character should have, by the word it stands in: for many places of a text at once.

Where a Simplified character has several Traditional ones, the word decides: 发 is 發 in 发现 and 髮 in 头发. The words
are looked up in text folded to Simplified, so it does not matter which form the text has. Where the words over a
place disagree, or would go against what the character is taken for alone, the best division of the stretch into words
decides (see `lexicon`). Knows nothing of rules, documents or whether anything should be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleancorpus.convert import Dictionary, find_matches, index
from cleancorpus.edits import Bools, Codes, Ints, encode, spans
from cleancorpus.keys import Keys, hash_columns, unpack
from cleancorpus.lexicon import LONGEST, division, fold_table
from cleancorpus.text import CODE_POINTS, han

# One spelling for forms that only differ by region, so that a word's form can be compared with the text's.
REGIONAL = "裏裡 麪麵 纔才 爲為 衆眾 羣群 喫吃 祕秘 着著 臺台 麽麼 啓啟 脣唇 溼濕 峯峰 牀床 僞偽 説說 别別 衹只 祇只"

_STEP = np.uint64(0x9E3779B97F4A7C15)
_BITS = 20


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
    """The word forms, and the places worth a look. A word that matters was said by a rule file: it needs no division.

    pairs[c, v] is told by `allowed`: sorted codes c << 32 | v of the changes that may be made. suspect: for every code
    point whether it may be changed at all. filter: a bit for each hashed pair of such a character and its neighbour
    that some word says is wrong. alone: what a character becomes that stands in no known word (itself: nothing).
    """

    words: Dictionary
    allowed: NDArray[np.uint64]
    suspect: Bools
    filter: Bools
    alone: Codes


@lru_cache(maxsize=4)
def load(pairs: tuple[str, ...], alone: tuple[str, ...], more: tuple[tuple[str, str], ...]) -> Forms:
    """The word forms that the package carries with `more` of them, for these changes (two characters each)."""
    plain = plain_table()
    columns: dict[int, tuple[Codes, Codes, Ints]] = {}
    said: dict[int, Keys] = {}
    for table in unpack("forms.bin"):
        n = len(table) // 2
        keys, new = table[:n].T, table[n:].T
        own = [(word, form) for word, form in more if len(word) == n]
        own_keys, own_new = (
            encode("".join(part)).reshape(-1, n) for part in (zip(*own, strict=True) if own else ("", ""))
        )
        said[n] = Keys(hash_columns(own_keys.T))
        other = said[n].find(hash_columns(keys.T)) < 0
        keys, new = np.concatenate([own_keys, keys[other]]), plain[np.concatenate([own_new, new[other]])]
        columns[n] = (keys.ravel(), new.ravel(), np.full(len(keys), n))
    lengths, phrases, pool = index(columns)
    for n, found in phrases.items():
        found.matters[:] = said[n].find(hash_columns(found.keys.T)) >= 0
    nothing = np.zeros(CODE_POINTS, np.bool_), np.arange(CODE_POINTS, dtype=np.uint32)
    words = Dictionary(nothing[0], nothing[1], {}, lengths, phrases, pool)
    olds, news = encode("".join(p[0] for p in pairs)), encode("".join(p[1] for p in pairs))
    allowed = np.sort(olds.astype(np.uint64) << np.uint64(32) | news)
    suspect = np.zeros(CODE_POINTS, np.bool_)
    suspect[olds] = True
    single = np.arange(CODE_POINTS, dtype=np.uint32)
    for p in alone:
        single[ord(p[0])] = ord(p[1])
    return Forms(words, allowed, suspect, _filter(columns, olds, news, single), single)


def _filter(columns: dict[int, tuple[Codes, Codes, Ints]], olds: Codes, news: Codes, alone: Codes) -> Bools:
    """The bits of all (wrong character, neighbour) pairs: for each word with a form v, each c that v may replace."""
    bits = np.zeros(2 << _BITS, np.bool_)
    order = np.argsort(news, kind="stable")
    olds, news = olds[order], news[order]
    for n, (keys, forms, _) in columns.items():
        rows, news_of = keys.reshape(-1, n), forms.reshape(-1, n)
        for i in range(n):
            low = np.searchsorted(news, news_of[:, i])
            count = np.searchsorted(news, news_of[:, i], side="right") - low
            old = olds[spans(low, count)]
            if i:
                bits[_slot(old, np.repeat(rows[:, i - 1], count), 0)] = True
            if i < n - 1:
                bits[_slot(old, np.repeat(rows[:, i + 1], count), 1)] = True
    return bits


def _slot(old: Codes, neighbour: Codes, side: int) -> NDArray[np.uint64]:
    mixed = (old.astype(np.uint64) << np.uint64(32) | neighbour) * _STEP
    return (mixed >> np.uint64(64 - _BITS)) + np.uint64(side << _BITS)


def suspects(codes: Codes, within: Bools, forms: Forms, alone: bool = True) -> Ints:
    """The places within the mask whose character a word may say is wrong, or, with `alone`, its lack of a word."""
    at = np.flatnonzero(forms.suspect.take(codes) & within)
    old, folded = codes[at], fold_table()
    wrong = (forms.alone[old] != old) & alone
    wrong |= forms.filter[_slot(old, folded[codes[np.maximum(at - 1, 0)]], 0)]
    wrong |= forms.filter[_slot(old, folded[codes[np.minimum(at + 1, len(codes) - 1)]], 1)]
    found: Ints = at[wrong]
    return found


@dataclass(frozen=True, slots=True)
class Votes:
    """What the words say of some places.

    form: the form in its plain spelling, the character's own where nothing is said against it. known: a
    word said it.
    """

    form: Codes
    known: Bools


def contradictions(codes: Codes, within: Bools, forms: Forms) -> tuple[Ints, Ints]:
    """The places within the mask where all words agree on another form than the text has, and the number of the change
    in `allowed`."""
    at = suspects(codes, within, forms, alone=False)
    _, old, low, high = _look_up(codes, at, forms)
    wrong = np.flatnonzero((low == high) & (high != old))
    return at[wrong], np.searchsorted(forms.allowed, _change(old[wrong], high[wrong]))


def vote(codes: Codes, at: Ints, forms: Forms) -> Votes:
    """The forms of the suspect places `at`."""
    rows, old, low, high = _look_up(codes, at, forms)
    known = high >= 0
    low[rows.said], high[rows.said] = rows.form_said, rows.form_said
    agreed = known & (low == high)
    alone = forms.alone[codes[at]].astype(np.int64)
    says = np.where(agreed, high, np.where(known, -1, alone))
    easy = says == alone
    is_hard = ~easy & (~agreed | (says != old))
    is_hard[rows.said] = False
    hard = np.flatnonzero(is_hard)
    if len(hard):
        begin, length = division(codes, han()[codes], at[hard])
        order = np.argsort(rows.key)
        wanted = hard * 64 + (at[hard] - begin) * 8 + length
        where = np.minimum(np.searchsorted(rows.key[order], wanted), len(order) - 1)
        found = rows.key[order][where] == wanted
        chosen = rows.form[order][where]
        says[hard] = np.where(found, chosen, np.where(length > 1, old[hard], alone[hard]))
        known[hard] = length > 1
    return Votes(says.astype(np.uint32), known)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A row for every suspect place that a word covers. key: place, offset in the word and its length in one number.

    said, form_said: the places that a word of a rule file covers, and its form.
    """

    key: Ints
    form: Ints
    said: Ints
    form_said: Ints


def _look_up(codes: Codes, at: Ints, forms: Forms) -> tuple[_Rows, Ints, Ints, Ints]:
    """The words over the places, the places' characters, the lowest and the highest form that the words give."""
    folded = fold_table().take(codes)
    old = plain_table()[codes[at]].astype(np.int64)
    mark = np.zeros(len(codes) + LONGEST, np.bool_)
    for back in range(LONGEST):
        mark[at + LONGEST - back] = True
    matches = find_matches(folded, forms.words, at=np.flatnonzero(mark[LONGEST:]))
    mark[:] = False
    mark[at + 1] = True
    until = np.cumsum(mark, dtype=np.int32)
    first = until[matches.start].astype(np.int64)
    count = until[matches.start + matches.length] - first
    match = np.repeat(np.arange(len(first)), count)
    place = spans(first, count)
    offset = at[place] - matches.start[match]
    form = forms.words.pool[matches.new_start[match] + offset].astype(np.int64)
    form = np.where(_may(old[place], form, forms), form, old[place])
    low = np.full(len(at), CODE_POINTS, np.int64)
    high = np.full(len(at), -1, np.int64)
    np.minimum.at(low, place, form)
    np.maximum.at(high, place, form)
    said = matches.matters[match]
    key = place * 64 + offset * 8 + matches.length[match]
    return _Rows(key, form, place[said], form[said]), old, low, high


def _may(old: Ints, new: Ints, forms: Forms) -> Bools:
    code = _change(old, new)
    where = np.minimum(np.searchsorted(forms.allowed, code), len(forms.allowed) - 1)
    may: Bools = forms.allowed[where] == code
    return may


def _change(old: Ints, new: Ints) -> NDArray[np.uint64]:
    return old.astype(np.uint64) << np.uint64(32) | new.astype(np.uint64)
