"""A text as stages see it: a string and its code points, its lines, and the way back to the raw text.

All offsets are code points. Line breaks are LF once the characters stage has run. Knows nothing of rules or files.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np

from cleancorpus.edits import NO_CHANGES, Bools, Changes, Codes, Edits, Ints, apply, backward, compose, decode, encode
from cleancorpus.edits import forward as forward_places

CODE_POINTS = 0x110000
LF = 0x0A

HAN = ((0x3005, 0x3007), (0x3021, 0x3029), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
BLANK = " \t\u3000\u00a0\u2002\u2003\u2009\u202f"
LAST_BLANK = ord(max(BLANK))


@lru_cache(maxsize=256)
def among(*members: str | tuple[int, int]) -> Bools:
    """A look-up table over all code points, True for the given characters and (first, last) ranges."""
    table = np.zeros(CODE_POINTS, np.bool_)
    for m in members:
        if isinstance(m, str):
            table[encode(m)] = True
        else:
            table[m[0] : m[1] + 1] = True
    table.flags.writeable = False
    return table


def han() -> Bools:
    """The table of Han characters, with 々 〇 and the ideographs outside the basic plane."""
    return among(*HAN)


def blank() -> Bools:
    """The table of blanks that can stand inside a line."""
    return among(BLANK)


class Lines:
    """The lines of a text, as columns of code-point offsets.

    start, end: the line without its break. first, last: the part of it between leading and trailing blanks (`last`
    exclusive; both equal `start` in a blank line). Line i's break stands at end[i], except after the last line.
    blanks: the place of every blank.
    """

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        breaks = np.flatnonzero(codes == LF)
        self.start: Ints = np.append(0, breaks + 1)
        self.end: Ints = np.append(breaks, len(codes))

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def low(self) -> tuple[Ints, Codes]:
        """The places of the characters up to the last of the blanks in order of code points, and those characters. Han
        and most marks lie above: what is among the others need not be looked for everywhere."""
        places = np.flatnonzero(self._codes <= LAST_BLANK)
        return places, self._codes.take(places)

    @cached_property
    def blanks(self) -> Ints:
        places, codes = self.low
        return places[blank().take(codes)]

    @cached_property
    def _runs(self) -> tuple[Ints, Ints]:
        """Where the runs of blanks begin and end."""
        parted = np.flatnonzero(np.diff(self.blanks) > 1)
        return self.blanks[np.append(0, parted + 1)], self.blanks[np.append(parted, -1)] + 1

    @cached_property
    def first(self) -> Ints:
        if not len(self.blanks):
            return self.start
        begin, finish = self._runs
        first = _beyond(self.start, self._codes.take(self.start, mode="clip"), begin, finish)
        return np.where(first == self.end, self.start, first)

    @cached_property
    def last(self) -> Ints:
        if not len(self.blanks):
            return self.end
        begin, finish = self._runs
        last = _beyond(self.end, self._codes.take(self.end - 1, mode="clip"), finish, begin)
        return np.maximum(last, self.start)

    @cached_property
    def is_blank(self) -> Bools:
        blank: Bools = self.first == self.last
        return blank

    def of(self, places: Ints) -> Ints:
        """The number of the line that holds each place."""
        return np.searchsorted(self.start, places, side="right") - 1


def _beyond(places: Ints, inside: Codes, near: Ints, far: Ints) -> Ints:
    """The places, those at the near end of a run of blanks moved to its far end. inside: the character of the line that
    stands at each of them."""
    some = np.flatnonzero(blank().take(inside))
    i = np.minimum(np.searchsorted(near, places[some]), len(near) - 1)
    out = places.copy()
    out[some] = np.where(near[i] == places[some], far[i], places[some])
    return out


class Text:
    """The text of one piece at one point of the pipeline.

    codes: its code points; origin: the raw offset of the piece; trail: the edits that led here from the raw text.
    changes: what they come to, where it is known; decided: the numbers of the decisions that spoke of a change.
    """

    def __init__(
        self,
        codes: Codes,
        origin: int = 0,
        raw: Codes | None = None,
        trail: tuple[Edits, ...] = (),
        changes: Changes | None = None,
        decided: tuple[int, ...] = (),
    ) -> None:
        self.codes = codes
        self.origin = origin
        self.raw = codes if raw is None else raw
        self.trail = trail
        self.decided = decided
        self._changes = changes

    @classmethod
    def of(cls, text: str, origin: int = 0) -> Text:
        return cls(encode(text), origin)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def string(self) -> str:
        return decode(self.codes)

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.codes)

    @cached_property
    def changes(self) -> Changes:
        """All edits so far as changes of the piece's raw text; offsets count from the start of the piece."""
        if self._changes is not None:
            return self._changes
        changes = NO_CHANGES
        for edits in self.trail:
            changes = compose(changes, edits)
        return changes

    def after(self, edits: Edits) -> Text:
        """The text with the edits made."""
        if not len(edits):
            return self
        return Text(apply(self.codes, edits), self.origin, self.raw, (*self.trail, edits))

    def at(self, raw_places: Ints, *, after: bool = True) -> Ints:
        """Where raw offsets (of the whole file) lie in this text. See `edits.forward` for `after`."""
        places = raw_places - self.origin
        for edits in self.trail:
            places = forward_places(edits, places, after=after)
        return places

    def raw_at(self, places: Ints) -> Ints:
        """The raw offsets (of the whole file) of places in this text."""
        for edits in reversed(self.trail):
            places = backward(edits, places)
        return places + self.origin

    def holds(self, raw_places: Ints) -> Bools:
        """Which raw offsets (of the whole file) lie in this piece."""
        return (raw_places >= self.origin) & (raw_places < self.origin + len(self.raw))
