"""What cleaning would change, shown: inline in the text, as a patch, as counts, or a change a line for programs.

Each view takes the cleaned pieces one after another and reads their changes; nothing is cleaned here, and nothing is
kept but counts. Offsets are code points of the raw text; line numbers are those of the raw file, from 1.
"""

from __future__ import annotations

from typing import Protocol

from cleancorpus.preview.columns import SideBySide
from cleancorpus.preview.inline import PARAGRAPHS, Inline
from cleancorpus.preview.outline import say_outline
from cleancorpus.preview.patch import Unified
from cleancorpus.preview.points import Between, PointError
from cleancorpus.preview.records import Json
from cleancorpus.preview.samples import Samples
from cleancorpus.preview.tally import Summary, Tally, say
from cleancorpus.profile import Profile
from cleancorpus.source import Source
from cleancorpus.text import Text

__all__ = [
    "PARAGRAPHS",
    "Between",
    "Inline",
    "Json",
    "PointError",
    "Samples",
    "SideBySide",
    "Summary",
    "Tally",
    "Unified",
    "View",
    "say",
    "say_outline",
]


class View(Protocol):
    """Takes the cleaned pieces of one file after another."""

    def begin(self, source: Source, profile: Profile) -> None: ...
    def take(self, piece: Text) -> None: ...
    def end(self) -> None:
        """The file is over."""

    def close(self) -> int:
        """All files are over. Returns how many changes there were."""
