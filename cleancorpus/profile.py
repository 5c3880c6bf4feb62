"""What the survey says of a whole file: the few facts a stage may know beyond its paragraph.

A Profile is small, picklable and read-only. All places in it are raw offsets (code points of the decoded file, BOM
not counted). Knows nothing of how the facts were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cleancorpus.edits import NO_INTS, Bools, Edits, Ints

PLAIN, WRAPPED, LISTED, GUARDED, CODE, OTHER = range(6)


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings that were taken, in order of `start`, sections inside a document among them.

    start, end: the span of the heading. level: 1 is the highest. opens: it begins a document of its own. holds: it
    stands over other documents (what text it has before the first of them is a document too). Neither: a section.
    ordinal_end: where the ordinal (第二篇：, 篇一:, 3.) ends and the title begins; title_end: where the title ends (a
    number or a count behind it is no part). repeat_end: the end of a line under it that says the title again, or -1.
    before: how many line breaks are missing before it; after: a line break is missing behind it. rule: the number of
    the rule that found it.
    points: where the blank before the first point of a list stands for a line break.
    """

    start: Ints = field(default_factory=lambda: NO_INTS)
    end: Ints = field(default_factory=lambda: NO_INTS)
    level: Ints = field(default_factory=lambda: NO_INTS)
    opens: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    holds: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    ordinal_end: Ints = field(default_factory=lambda: NO_INTS)
    title_end: Ints = field(default_factory=lambda: NO_INTS)
    repeat_end: Ints = field(default_factory=lambda: NO_INTS)
    before: Ints = field(default_factory=lambda: NO_INTS)
    after: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    rule: Ints = field(default_factory=lambda: NO_INTS)
    points: Ints = field(default_factory=lambda: NO_INTS)

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Layout:
    """Runs of lines of one kind: a run begins at start[i] and ends where the next begins.

    kind: PLAIN (a paragraph a line), WRAPPED (broken at a fixed width), LISTED (some short lines with open ends among
    paragraphs), GUARDED (nothing else: verse, lists, tables), CODE, OTHER (Korean or Japanese).
    width: the wrapped width in half-width columns, else 0. full: a full line may go on even after a full stop.
    indent: how many columns the indent has that marks a paragraph, or 0. ghost: how many columns the first line of a
    paragraph is narrower (its indent is lost), or 0. gap: how many blank lines part the lines of one paragraph.
    loose: the author leaves lines open, so that an open end shows no break. starts: an indent begins a paragraph.
    spaced: a blank line parts paragraphs. says: what is said goes on behind its colon, in the same line.
    """

    start: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    kind: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    width: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    full: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    indent: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    ghost: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    gap: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    loose: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    starts: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    spaced: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    says: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))

    def run_of(self, places: Ints) -> Ints:
        """The number of the run that holds each raw offset."""
        return np.maximum(np.searchsorted(self.start, places, side="right") - 1, 0)


@dataclass(frozen=True, slots=True)
class Scripts:
    """The script of each part of the file: part i begins at start[i].

    verdict: "hans", "hant", "converted" (Traditional made by machine from Simplified), "mixed" or "none".
    habits: the forms that the part writes where others write another (裡 to 裏), one for one.
    shows: whether its Traditional lines by themselves show a converter's hand, so that those of a mixed one are mended.
    """

    start: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    verdict: tuple[str, ...] = ("none",)
    habits: tuple[Mapping[str, str], ...] = ({},)
    shows: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))

    def part_of(self, places: Ints) -> Ints:
        """The number of the part that holds each raw offset."""
        return np.maximum(np.searchsorted(self.start, places, side="right") - 1, 0)


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the file may be cut into pieces that know nothing of each other.

    place: raw offsets, the first 0 and the last the length.
    forced: places where it must be cut (inside a line too long to hold).
    """

    place: Ints = field(default_factory=lambda: np.zeros(2, np.int64))
    forced: Bools = field(default_factory=lambda: np.zeros(2, np.bool_))


@dataclass(frozen=True, slots=True)
class Watermarks:
    """What takes the watermarks out that a line alone shows, an edit each, in order.

    line: the raw offset where the line of each begins; length: how long that line is once its characters are put right;
    edits: their places count from the beginning of the line; chinese: whether Han goes with it.
    """

    line: Ints
    length: Ints
    edits: Edits
    chinese: Bools


@dataclass(frozen=True)
class Profile:
    """The facts of one file.

    watermarks: None while they are being looked for. repeated: the raw offsets where the lines begin that repeat over
    the file as watermarks do; pages: those that pages left. copies: the starts of documents that say again what others
    say, with those others: (the name of their file or "" for this one, their start). pauses: the blanks between Han in
    sentences were typed, hardly one of them stands inside a word.
    """

    length: int = 0
    headings: Headings = field(default_factory=Headings)
    layout: Layout = field(default_factory=Layout)
    scripts: Scripts = field(default_factory=Scripts)
    cuts: Cuts = field(default_factory=Cuts)
    watermarks: Watermarks | None = None
    repeated: Ints = field(default_factory=lambda: NO_INTS)
    pages: Ints = field(default_factory=lambda: NO_INTS)
    words: frozenset[str] = frozenset()
    spacing: float = 0.0
    pauses: bool = False
    markup: bool = False
    quotes: str = "curly"
    copies: Mapping[int, tuple[str, int]] = field(default_factory=dict)
