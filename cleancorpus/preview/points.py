"""Two points of the pipeline and what lies between them: the raw text, or the text as a stage leaves it.

Offsets and line numbers are then those of the text at the first point.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cleancorpus.edits import apply
from cleancorpus.profile import Profile
from cleancorpus.rules import STAGE_NAMES, Rules
from cleancorpus.source import Source
from cleancorpus.text import Text

POINTS = ("raw", *STAGE_NAMES)


class PointError(Exception):
    """There is no such point."""


@dataclass
class Between:
    """From the point `first` to the point `last`, as places in POINTS."""

    rules: Rules
    first: int = 0
    last: int = len(POINTS) - 1
    origin: int = field(default=0, init=False)

    @classmethod
    def of(cls, said: str, rules: Rules) -> Between:
        """What `A..B` names; a stage alone is what that stage does, a missing end the raw or the cleaned text."""
        names = said.split("..")
        points = [POINTS.index(name) if name in POINTS else -1 for name in names]
        if len(names) == 1 and points[0] > 0:
            return cls(rules, points[0] - 1, points[0])
        if len(names) == 2:
            first, last = (p if name else end for p, name, end in zip(points, names, (0, len(POINTS) - 1), strict=True))
            if 0 <= first < last:
                return cls(rules, first, last)
        raise PointError(f"`{said}` is no stage and no A..B of two points in this order: {', '.join(POINTS)}")

    def begin(self, source: Source, profile: Profile) -> tuple[Source, Profile]:
        """The source and its profile as they are at the first point."""
        self.origin = 0
        return (replace(source, bom=b""), Profile()) if self.first else (source, profile)

    def of_piece(self, piece: Text) -> Text:
        """The piece at the last point, with the changes since the first."""
        codes, later = piece.raw, []
        for edits in piece.trail:
            point = POINTS.index(self.rules.all[int(edits.rule[0])].stage)
            if point <= self.first:
                codes = apply(codes, edits)
            elif point <= self.last:
                later.append(edits)
        out = Text(codes, self.origin)
        self.origin += len(codes)
        for edits in later:
            out = out.after(edits)
        return out
