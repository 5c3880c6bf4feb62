"""What stands in a cleaned piece: its raw lines, its paragraphs, and which changes are whose.

Knows nothing of screens.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from cleancorpus.edits import Bools, Changes, Codes, Ints, covered
from cleancorpus.rules import Rules
from cleancorpus.text import Text

# Rules of these kinds act almost everywhere and are read as counts; --show spells them out.
BULK = (
    "punctuation/*",
    "script/*",
    "lines/full-width-line",
    "characters/line-break",
    "spaces/indent",
    "spaces/trailing",
)
# Of them, these act at the ends of lines only and are counted in the closing table alone.
EDGES = ("characters/line-break", "spaces/indent", "spaces/trailing")

LF, CR = 0x0A, 0x0D


@dataclass
class Rows:
    """The raw lines, counted over the pieces. number: of the first one of this piece; starts: where each begins."""

    number: int = 1
    starts: Ints = field(default_factory=lambda: np.zeros(1, np.int64))

    def take(self, piece: Text) -> None:
        """Go on to the lines of the next piece."""
        self.number += len(self.starts) - 1
        breaks = np.flatnonzero(_breaks(piece.raw)) + 1 + piece.origin
        self.starts = np.append(self.starts[-1], breaks)

    def of(self, place: int) -> tuple[int, int]:
        """The number of the line that holds a raw offset of the piece, and the column in it, both from 1."""
        i = int(np.searchsorted(self.starts, place, side="right")) - 1
        return self.number + i, place - int(self.starts[i]) + 1


def _breaks(raw: Codes) -> Bools:
    """The code points that end a line: LF, and CR where no LF follows."""
    ends: Bools = raw == LF
    lone: Bools = raw == CR
    lone[:-1] &= ~ends[1:]
    return ends | lone


def paragraphs(piece: Text) -> Ints:
    """The places in the raw piece where the paragraphs of the cleaned text begin; a removed line stands for itself."""
    raw, final, changes = piece.raw, piece.codes, piece.changes
    kept = np.flatnonzero((raw == LF) & ~covered(len(raw), changes.start, changes.end)) + 1
    if not len(changes):
        return np.append(0, kept)
    is_break = (raw == LF) | (raw == CR)
    some = changes.end > changes.start
    gone = changes.to_end == changes.to_start
    ends_break = some & is_break[changes.end - 1]
    stays_break = ~gone & (final[np.maximum(changes.to_end, 1) - 1] == LF)
    heads_line = (changes.start == 0) | is_break[changes.start - 1]
    whole = ends_break & gone & heads_line
    after = changes.end[ends_break & stays_break | whole]
    starts_break = some & is_break[np.minimum(changes.start, len(raw) - 1)]
    tails_line = (changes.end == len(raw)) | is_break[np.minimum(changes.end, len(raw) - 1)]
    before = changes.start[starts_break & gone & tails_line & ~ends_break]
    return np.unique(np.concatenate([[0], kept, after, before, changes.start[whole]]))


def counts(changes: Changes, rules: Rules, of: Bools | None = None) -> Ints:
    """For every rule the number of changes it took part in; `of`: only of the changes this mask picks."""
    which = np.repeat(np.arange(len(changes)), np.diff(changes.rules_end, prepend=0))
    pairs = np.unique(which * len(rules.all) + changes.rules)
    if of is not None:
        pairs = pairs[of[pairs // len(rules.all)]]
    return np.bincount(pairs % len(rules.all), minlength=len(rules.all))


def blank_lines(piece: Text) -> Bools:
    """Which changes only put blank lines before a line."""
    changes = piece.changes
    length = changes.to_end - changes.to_start
    out: Bools = (changes.start == changes.end) & (length > 0)
    places = np.flatnonzero(out)
    begins = changes.start[places]
    out[places] = (begins == 0) | (piece.raw[begins - 1] == LF) | (piece.raw[begins - 1] == CR)
    for i in np.flatnonzero(out).tolist():
        out[i] = bool((piece.codes[changes.to_start[i] : changes.to_end[i]] == LF).all())
    return out


def between(changes: Changes, a: int, b: int) -> Changes:
    """The changes from the a-th to before the b-th."""
    first = int(changes.rules_end[a - 1]) if a else 0
    last = int(changes.rules_end[b - 1]) if b else 0
    return Changes(
        changes.start[a:b], changes.end[a:b], changes.to_start[a:b], changes.to_end[a:b],
        changes.rules[first:last], changes.rules_end[a:b] - first,
    )  # fmt: skip


def matching(rules: Rules, globs: Iterable[str]) -> Bools:
    """The rules that one of the ids or globs names."""
    wanted = list(globs)
    return np.array([any(fnmatch.fnmatchcase(r.id, w) for w in wanted) for r in rules.all], np.bool_)
