"""What still looks dirty when a text is clean: found while it is cleaned, for a person to look at, never changed.

Counts garbled places, domains that stayed, half-width marks in Chinese and doubled marks, quotes without a partner,
characters of the other script, line breaks that were all but joined, and what rules for review found. Much of it is as
it must be: a text about websites has domains. Costs a few more looks at each piece, so it is done only when asked.

Knows a piece and the Profile, not files. Offsets are code points of the raw file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TextIO

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus import garbled, pipeline
from cleancorpus.edits import Edits, Ints
from cleancorpus.pipeline import Pass
from cleancorpus.preview.rows import Rows
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.stages import lines, script
from cleancorpus.text import CODE_POINTS, Text, among, han

# What is looked for, in the words of the summary; rules for review go by their ids.
GARBLED = "garbled place"
DOMAIN = "domain left"
MARK = "mixed or doubled mark"
QUOTE = "unpaired quote"
STRAY = "character of the other script"
JOIN = "line break all but joined"

SITE = regex.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+"
    r"(?:com|net|org|cn|cc|info|me|tv|la|co|io|xyz|top|vip|club|site|us|tw|hk|jp|kr|test|invalid)(?![A-Za-z0-9])",
    regex.IGNORECASE,
)
PAIRS = ("“”", "「」", "『』", "《》")
HALF, WIDE, DOT = ",;:?!", "，。、；：", "."
# How much of the text beside a place is shown (code points), and how many places the summary names.
NEAR, NAMED = 12, 3
# A line with more than one such character to so many of its own is a quotation of the other script, and no stray.
LONE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that looks dirty: what it is, where it stands in the raw file, and the cleaned text around it."""

    kind: str
    start: int
    text: str


def clean(piece: Text, rules: Rules, profile: Profile) -> tuple[Text, list[Finding]]:
    """The cleaned piece, as `pipeline.clean` gives it, and what still looks dirty in it, in order."""
    found: list[Finding] = []

    def watch(done: Pass) -> None:
        found.extend(_for_review(done.given, done.found, rules))
        if done.stage == lines.STAGE:
            found.extend(_joins(done.given, rules, profile))

    piece = pipeline.clean(piece, rules, profile, watch)
    found += _findings(GARBLED, piece, piece.at(garbled.find(piece)[0]))
    found += _dirty(piece, rules, profile)
    return piece, sorted(found, key=lambda one: (one.start, one.kind))


def _findings(kind: str, text: Text, at: Ints) -> Iterator[Finding]:
    """Findings at places of the text at some point of the pipeline."""
    for place, raw in zip(at.tolist(), text.raw_at(at).tolist(), strict=True):
        a, b = max(0, place - NEAR), min(len(text), place + NEAR)
        head, tail = text.string[a:place].rpartition("\n")[2], text.string[place:b].partition("\n")[0]
        yield Finding(kind, raw, head + tail)


def _for_review(text: Text, edits: Edits, rules: Rules) -> Iterator[Finding]:
    """What rules for review found; quotes without a partner are looked for in the clean text."""
    for n in np.unique(edits.rule[~rules.on[edits.rule]]).tolist():
        rule = rules.all[n]
        if rule.review and rule.enabled and rule.id != "punctuation/unpaired-quote":
            yield from _findings(rule.id, text, edits.start[edits.rule == n])


def _joins(text: Text, rules: Rules, profile: Profile) -> Iterator[Finding]:
    above, below, short = lines.left_open(text, rules, profile)
    near = short < lines.HAIR
    above, below = above[near], below[near]
    for raw, a, b in zip(text.raw_at(above).tolist(), above.tolist(), below.tolist(), strict=True):
        head, tail = text.string[max(0, a - NEAR) : a], text.string[b : b + NEAR]
        yield Finding(JOIN, raw, head.rpartition("\n")[2] + "\n" + tail.partition("\n")[0])


# What a character may be a sign of, a bit each; from FIRST_PAIR on two for each pair of quotes.
IS_HALF, IS_WIDE, IS_DOT, FIRST_PAIR = 1, 2, 4, 8


@lru_cache(maxsize=1)
def signs() -> NDArray[np.uint16]:
    """For every code point what it may be a sign of."""
    table = np.zeros(CODE_POINTS, np.uint16)
    members = [among(HALF), among(WIDE), among(DOT), *(among(mark) for pair in PAIRS for mark in pair)]
    for i, member in enumerate(members):
        table |= member * np.uint16(1 << i)
    return table


def _dirty(text: Text, rules: Rules, profile: Profile) -> Iterator[Finding]:
    """What shows in the cleaned text alone."""
    said = signs().take(text.codes)
    at = np.flatnonzero(said != 0)
    said = said[at]
    yield from _findings(DOMAIN, text, np.array(list(_domains(text, at[said & IS_DOT > 0])), np.int64))
    yield from _findings(MARK, text, _marks(text, at, said))
    for i in range(len(PAIRS)):
        opens, closes = (at[(said & (FIRST_PAIR << (2 * i + k))) > 0] for k in (0, 1))
        yield from _findings(QUOTE, text, np.array(list(_unpaired(text, opens, closes)), np.int64))
    if rules.setting("script", "to") in ("auto", "keep"):
        yield from _findings(STRAY, text, _strays(text, rules, profile))


def _domains(text: Text, dots: Ints) -> Iterator[int]:
    """Where domains begin."""
    codes = text.codes
    dots = dots[(dots > 0) & (dots + 1 < len(codes))]
    before, after = codes[dots - 1], codes[dots + 1] | 0x20
    dots = dots[(before > 0x2C) & (before < 0x7F) & (after >= ord("a")) & (after <= ord("z"))]
    done = 0
    for i in np.unique(text.lines.of(dots)).tolist():
        a, b = int(text.lines.start[i]), int(text.lines.end[i])
        for m in SITE.finditer(text.string, max(a, done), b):
            done = m.end()
            yield m.start()


def _marks(text: Text, at: Ints, said: NDArray[np.uint16]) -> Ints:
    """Half-width marks between Han characters, and marks beside marks that do not go together."""
    codes, is_han = text.codes, han()
    half = at[(said & IS_HALF) > 0]
    half = half[(half > 0) & (half + 1 < len(codes))]
    half = half[is_han[codes[half - 1]] & is_han[codes[half + 1]]]
    behind = 1 + np.flatnonzero(np.diff(at) == 1)
    behind = behind[((said[behind] & IS_WIDE) > 0) & ((said[behind - 1] & (IS_WIDE | IS_HALF)) > 0)]
    doubled = at[behind]
    doubled = doubled[~among("。?!").take(codes[doubled - 1]) & (codes[doubled] != codes[doubled - 1])]
    return np.union1d(half, doubled)


def _unpaired(text: Text, opens: Ints, closes: Ints) -> Iterator[int]:
    """Where a quote opens or closes without a partner in its paragraph. Speech that goes on in the next paragraph is
    opened again there, and not closed before."""
    every = text.lines
    count = np.bincount(every.of(opens), minlength=len(every)) - np.bincount(every.of(closes), minlength=len(every))
    for i in np.flatnonzero(count).tolist():
        a, b = int(every.start[i]), int(every.end[i])
        row = [(int(p), 1) for p in opens[(opens >= a) & (opens < b)]]
        row += [(int(p), -1) for p in closes[(closes >= a) & (closes < b)]]
        waiting: list[int] = []
        lone: list[int] = []
        for place, way in sorted(row):
            if way > 0:
                waiting.append(place)
            elif waiting:
                waiting.pop()
            else:
                lone.append(place)
        goes_on = len(waiting) == 1 and waiting[0] == every.first[i] and bool(np.isin(_next(text, i), opens))
        yield from sorted(lone + ([] if goes_on else waiting))


def _next(text: Text, line: int) -> int:
    """Where the next line that is not blank begins, or -1."""
    after = np.flatnonzero(~text.lines.is_blank[line + 1 :][:NAMED])
    return int(text.lines.first[line + 1 + after[0]]) if len(after) else -1


def _strays(text: Text, rules: Rules, profile: Profile) -> Ints:
    """Simplified characters alone in Traditional text, and the other way round."""
    said = script.read(text, rules)
    simplified = np.flatnonzero((said & script.IS_SIMPLIFIED > 0) | among(script.PRINTED)[text.codes])
    strange = np.flatnonzero((said & script.IS_STRANGE > 0) & (said & script.IS_TRADITIONAL > 0))
    every = text.lines
    verdict = np.array(profile.scripts.verdict)[profile.scripts.part_of(text.raw_at(every.start))]
    of_one, of_other = (np.bincount(every.of(at), minlength=len(every)) for at in (simplified, strange))
    some = np.isin(verdict, ("hant", "converted")) & (LONE * of_one <= of_other)
    others = (verdict == "hans") & (LONE * of_other <= of_one)
    return np.union1d(simplified[some[every.of(simplified)]], strange[others[every.of(strange)]])


@dataclass
class Residue:
    """What was found in a run: how much of each kind and where the first of it stands; every finding goes to `file`."""

    file: TextIO | None = None
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)
    _rows: Rows = field(default_factory=Rows)
    _name: str = ""

    def begin(self, name: str) -> None:
        """The next source."""
        self._rows, self._name = Rows(), name

    def take(self, piece: Text, found: list[Finding]) -> None:
        """What was found in the next piece."""
        self._rows.take(piece)
        for one in found:
            line, column = self._rows.of(one.start)
            self.counts[one.kind] += 1
            if self.counts[one.kind] <= NAMED:
                self.first.setdefault(one.kind, []).append(f"{self._name}:{line}:{column}")
            if self.file:
                place = {"file": self._name, "start": one.start, "line": line, "col": column}
                self.file.write(json.dumps({"kind": one.kind, **place, "text": one.text}, ensure_ascii=False) + "\n")

    def said(self) -> list[str]:
        """A row a kind, the most frequent first."""
        if not self.counts:
            return []
        wide = max(map(len, self.counts))
        high = max(len(f"{n:,}") for n in self.counts.values())
        return [
            f"{n:>{high},}  {kind:<{wide}}  {'  '.join(self.first[kind])}{'  …' if n > NAMED else ''}"
            for kind, n in self.counts.most_common()
        ]
