"""Conversion between the scripts and regional standards of Chinese, as opencc-python-reimplemented does it.

The result is the package's, character for character, from its own dictionary and configuration files. A dictionary's
phrases are taken longest first wherever they stand, of equal ones the leftmost, and never over another; what no phrase
covers is left to the next dictionary of the group. The package finds them one by one, recursing left and right of each
match. Here they are found together, a length at a time, over arrays: the phrases that overlap one another, directly or
through others, are settled among themselves, so the text may be as long as it likes, and since no key holds a mark or
a blank, paragraph by paragraph gives the same as the whole.

Knows nothing of rules, documents or whether a text should be converted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import (
    NO_CHANGES,
    NO_CODES,
    NO_EDITS,
    NO_INTS,
    Bools,
    Codes,
    Edits,
    Ints,
    apply,
    compose,
    covered,
    encode,
    settle,
    spans,
)
from cleancorpus.keys import PAIR_BITS, Keys, hash_columns, pair_slots
from cleancorpus.text import CODE_POINTS

CONFIGS = ("s2t", "t2s", "s2tw", "tw2s", "s2hk", "hk2s", "s2twp", "tw2sp", "t2tw", "t2hk")
# What a user says to what the package calls it; the package's names can be said as they are.
NAMES = {"hans": "t2s", "hant": "s2t", "tw": "s2tw", "hk": "s2hk", "twp": "s2twp", "hansp": "tw2sp"}
# What the package splits its text at. A key with one of them in it (乔治．布希) is never found.
MARKS = (
    "-,.?!*　，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼"
    "︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼"
)

LONGEST = 16


def config_of(name: str) -> str | None:
    """The package's name for a conversion, None if there is none of this name."""
    name = NAMES.get(name, name)
    return name if name in CONFIGS else None


@dataclass(frozen=True, slots=True)
class Phrases:
    """The keys of one length, and where the new text of each stands in the dictionary's pool.

    matters: the phrase becomes something else than its characters would, one by one.
    """

    index: Keys
    keys: Codes
    new_start: Ints
    new_length: Ints
    matters: Bools


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One dictionary file.

    known, single: for every code point whether it is a key, and what becomes of it. long_singles: the keys of one
    character that become several. lengths: for every pair of characters (see `pair_slots`) a bit for each length of the
    keys that may begin with it. pool: the new texts of the phrases, one after the other.
    """

    known: Bools
    single: Codes
    long_singles: dict[int, str]
    lengths: NDArray[np.uint16]
    phrases: dict[int, Phrases]
    pool: Codes


@dataclass(frozen=True, slots=True)
class Matches:
    """The phrases found in a text: start, end, and where their new text stands in `pool`."""

    start: Ints
    length: Ints
    new_start: Ints
    new_length: Ints
    matters: Bools


def read_dictionary(name: str) -> list[tuple[str, str]]:
    """The keys of a dictionary file of the package, each with its first form."""
    text = files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    rows = (line.strip().split("\t") for line in text.splitlines())
    return [(key, form.partition(" ")[0]) for key, form in rows]


@lru_cache(maxsize=16)
def load_dictionary(name: str, rest: tuple[str, ...]) -> Dictionary:
    """A dictionary of a group; `rest`: the dictionaries that follow it there."""
    marks = set(MARKS)
    rows = [(key, form) for key, form in read_dictionary(name) if marks.isdisjoint(key)]
    return build(rows, single_table((name, *rest)))


def build(rows: Sequence[tuple[str, str]], by_one: Codes | None = None) -> Dictionary:
    """A dictionary of these keys and forms. by_one: what characters become one by one; None: every phrase matters."""
    known = np.zeros(CODE_POINTS, np.bool_)
    single = np.arange(CODE_POINTS, dtype=np.uint32)
    long_singles = {}
    longer: dict[int, tuple[list[str], list[str]]] = {}
    for key, form in rows:
        if len(key) > 1:
            keys, forms = longer.setdefault(len(key), ([], []))
            keys.append(key)
            forms.append(form)
        else:
            known[ord(key)] = True
            if len(form) == 1:
                single[ord(key)] = ord(form)
            else:
                long_singles[ord(key)] = form
    columns = {
        n: (encode("".join(keys)), encode("".join(forms)), np.fromiter(map(len, forms), np.int64, len(forms)))
        for n, (keys, forms) in longer.items()
    }
    return Dictionary(known, single, long_singles, *index(columns, by_one))


def index(
    columns: Mapping[int, tuple[Codes, Codes, Ints]], by_one: Codes | None = None
) -> tuple[NDArray[np.uint16], dict[int, Phrases], Codes]:
    """The last three columns of a Dictionary. columns: for each length the keys and forms run together, and the length
    of each form."""
    keys_of = {n: keys.reshape(-1, n) for n, (keys, _, _) in columns.items()}
    lengths = np.zeros(1 << PAIR_BITS, np.uint16)
    pool: list[Codes] = [NO_CODES]
    pooled = 0
    phrases = {}
    for n, keys in keys_of.items():
        if n > LONGEST:
            raise ValueError(f"a key of {n} characters; there may be {LONGEST}")
        lengths[pair_slots(keys[:, 0], keys[:, 1])] |= np.uint16(1 << (n - 1))
        _, new, new_length = columns[n]
        new_start = np.cumsum(new_length) - new_length
        matters = new_length != n
        if by_one is None:
            matters[:] = True
        else:
            same = np.flatnonzero(~matters)
            fresh = new[spans(new_start[same], new_length[same])].reshape(-1, n)
            matters[same] = (fresh != by_one[keys[same]]).any(axis=1)
        phrases[n] = Phrases(Keys(hash_columns(keys.T)), keys, pooled + new_start, new_length, matters)
        pool.append(new)
        pooled += len(new)
    return lengths, phrases, np.concatenate(pool)


def single_table(names: tuple[str, ...]) -> Codes | None:
    """What a group makes of characters one by one; None where more than its first dictionary holds phrases."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for name in reversed(names):
        for key, form in read_dictionary(name):
            if len(key) == len(form) == 1:
                table[ord(key)] = ord(form)
            elif name != names[0] or len(key) == 1:
                return None
    return table


@lru_cache(maxsize=16)
def chain(config: str) -> tuple[tuple[str, ...], ...]:
    """The dictionaries of a conversion: its steps in order, each a group."""
    said = json.loads(files("opencc").joinpath("config", f"{config}.json").read_text(encoding="utf-8"))
    steps = [step["dict"] for step in said["conversion_chain"]]
    return tuple(tuple(d["file"] for d in (step["dicts"] if step["type"] == "group" else [step])) for step in steps)


def convert(codes: Codes, name: str, rule: int) -> Edits:
    """The edits, all of one rule, that convert a text: a character each, or a phrase where its length changes."""
    config = config_of(name)
    if config is None:
        raise ValueError(f"no conversion is called {name!r}; there are {', '.join((*NAMES, *CONFIGS))}")
    now = codes
    trail = []
    for names in chain(config):
        edits = group_edits(now, names)
        trail.append(edits)
        now = apply(now, edits)
    if all((e.new_length == e.end - e.start).all() for e in trail):
        at = np.flatnonzero(now != codes)
        return Edits(at, at + 1, np.full(len(at), rule, np.int64), now[at], np.arange(1, len(at) + 1))
    changes = NO_CHANGES
    for edits in trail:
        changes = compose(changes, edits)
    length = changes.to_end - changes.to_start
    new = now[spans(changes.to_start, length)]
    return Edits(changes.start, changes.end, np.full(len(changes), rule, np.int64), new, np.cumsum(length))


def group_edits(codes: Codes, names: tuple[str, ...]) -> Edits:
    """What one group of dictionaries does: a place that one of them matched is out of reach of the next."""
    free = np.ones(len(codes), np.bool_)
    found = []
    for i, name in enumerate(names):
        dictionary = load_dictionary(name, names[i + 1 :])
        matches = settle_matches(find_matches(codes, dictionary, free))
        taken = covered(len(codes), matches.start, matches.start + matches.length)
        found.append(phrase_edits(codes, matches, dictionary.pool))
        free &= ~taken
        at = np.flatnonzero(dictionary.known[codes] & free)
        free[at] = False
        found.append(single_edits(codes, at, dictionary))
    return settle(found)


def find_matches(codes: Codes, dictionary: Dictionary, free: Bools) -> Matches:
    """Every phrase of the dictionary that stands in the free parts of the text, sorted by start."""
    none = Matches(NO_INTS, NO_INTS, NO_INTS, NO_INTS, np.zeros(0, np.bool_))
    if not dictionary.phrases or len(codes) < 2:
        return none
    lengths = dictionary.lengths.take(pair_slots(codes[:-1], codes[1:]))
    at = np.flatnonzero(lengths > 0)
    lengths = lengths[at]
    blocked = None if free.all() else np.append(0, np.cumsum(~free))
    found = []
    for n, phrases in dictionary.phrases.items():
        here = at[(lengths & np.uint16(1 << (n - 1))) > 0]
        here = here[here + n <= len(codes)]
        if blocked is not None:
            here = here[blocked[here + n] == blocked[here]]
        if not len(here):
            continue
        columns = [codes[here + k] for k in range(n)]
        which = phrases.index.find(hash_columns(columns))
        true = which >= 0
        for k in range(n):
            true &= phrases.keys[which, k] == columns[k]
        here, which = here[true], which[true]
        found.append((here, n, which, phrases))
    if not found:
        return none
    start = np.concatenate([here for here, _, _, _ in found])
    length = np.concatenate([np.full(len(here), n) for here, n, _, _ in found])
    order = np.lexsort((length, start))
    return Matches(
        start[order],
        length[order],
        np.concatenate([p.new_start[w] for _, _, w, p in found])[order],
        np.concatenate([p.new_length[w] for _, _, w, p in found])[order],
        np.concatenate([p.matters[w] for _, _, w, p in found])[order],
    )


def settle_matches(matches: Matches) -> Matches:
    """The matches that are taken: the longest first, of equal ones the leftmost, none over another.

    Clusters of overlapping matches in which none matters are dropped: their characters fall to the single table.
    """
    start, end = matches.start, matches.start + matches.length
    if not len(start):
        return matches
    reach = np.maximum.accumulate(end)
    cluster = np.cumsum(np.append(True, start[1:] >= reach[:-1])) - 1
    matters = np.zeros(int(cluster[-1]) + 1, np.bool_)
    matters[cluster[matches.matters]] = True
    some = np.flatnonzero(matters[cluster])
    start, length = start[some], matches.length[some]
    if not len(some):
        return _take(matches, some)
    low = int(start[0])
    used = np.zeros(int((start + length).max()) - low + 1, np.bool_)
    taken = []
    for n in sorted(set(length.tolist()), reverse=True):
        of_n = np.flatnonzero(length == n)
        at = start[of_n] - low
        blocked = np.append(0, np.cumsum(used))
        open_ = blocked[at + n] == blocked[at]
        of_n, at = of_n[open_], at[open_]
        chosen = leftmost(at, n)
        taken.append(of_n[chosen])
        used[(at[chosen][:, None] + np.arange(n)).ravel()] = True
    return _take(matches, some[np.sort(np.concatenate(taken))])


def _take(m: Matches, which: Ints) -> Matches:
    return Matches(m.start[which], m.length[which], m.new_start[which], m.new_length[which], m.matters[which])


def leftmost(start: Ints, length: int) -> Bools:
    """Which of these sorted spans of one length a walk from the left takes, none over another."""
    taken = np.ones(len(start), np.bool_)
    taken[1:] = np.diff(start) >= length
    if taken.all():
        return taken
    # From each taken one the walk goes to the first that begins behind its end: the jumps are doubled till all is said.
    jump = np.append(np.searchsorted(start, start + length), len(start))
    taken = np.append(taken, True)
    while True:
        more = jump[np.flatnonzero(taken)]
        if taken[more].all():
            return taken[:-1]
        taken[more] = True
        jump = jump[jump]


def phrase_edits(codes: Codes, matches: Matches, pool: Codes) -> Edits:
    """The edits of phrases: the characters that differ, or the whole phrase where its length changes."""
    same = matches.new_length == matches.length
    at = spans(matches.start[same], matches.length[same])
    new = pool[spans(matches.new_start[same], matches.length[same])]
    differs = codes[at] != new
    at, new = at[differs], new[differs]
    swaps = Edits(at, at + 1, np.zeros(len(at), np.int64), new, np.arange(1, len(at) + 1))
    other = ~same
    length = matches.new_length[other]
    start = matches.start[other]
    texts = pool[spans(matches.new_start[other], length)]
    wholes = Edits(start, start + matches.length[other], np.zeros(len(start), np.int64), texts, np.cumsum(length))
    return settle([swaps, wholes])


def single_edits(codes: Codes, at: Ints, dictionary: Dictionary) -> Edits:
    """The edits of characters that are keys themselves."""
    old = codes[at]
    new = dictionary.single[old]
    differs = new != old
    place = at[differs]
    swaps = Edits(place, place + 1, np.zeros(len(place), np.int64), new[differs], np.arange(1, len(place) + 1))
    if not dictionary.long_singles:
        return swaps
    longs = []
    for code, form in dictionary.long_singles.items():
        where = at[old == code]
        texts = np.tile(encode(form), len(where))
        ends = np.arange(1, len(where) + 1) * len(form)
        longs.append(Edits(where, where + 1, np.zeros(len(where), np.int64), texts, ends))
    return settle([swaps, *longs]) if longs else NO_EDITS
