"""Which of the heading candidates are headings: the best numbered sequences over the whole file.

Knows nothing of text beyond what the candidates say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleancorpus.profile import Headings
from cleancorpus.rules import Rules

NO_HEADINGS = Headings()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be a heading. All places are raw offsets."""

    start: int
    end: int
    family: str
    number: int
    title: str
    ordinal_end: int
    title_end: int
    inline: bool
    score: float


def choose(candidates: Sequence[Candidate], length: int, rules: Rules) -> Headings:
    """The headings among the candidates."""
    return NO_HEADINGS
