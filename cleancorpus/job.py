"""Survey a source, then clean its pieces: the two passes put together, for the command line and the Python API.

Knows nothing of outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from cleancorpus import survey
from cleancorpus.pipeline import clean
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.run import in_order
from cleancorpus.source import Block, Source, open_source, read_blocks, read_piece
from cleancorpus.text import Text

PIECE = 1 << 18


@dataclass(frozen=True)
class Job:
    """A source that was surveyed and can be cleaned piece by piece."""

    source: Source
    profile: Profile
    rules: Rules

    def pieces(self, jobs: int = 1, size: int = PIECE) -> Iterator[Text]:
        """The cleaned pieces in order; `size`: about how many code points each."""
        yield from in_order(partial(clean_span, self), self.spans(size), jobs)

    def spans(self, size: int) -> Iterator[tuple[int, int]]:
        """The raw spans of the pieces: between cuts, at least `size` long where no cut is forced."""
        cuts = self.profile.cuts
        start = 0
        for place, forced in zip(cuts.place.tolist(), cuts.forced.tolist(), strict=True):
            if place > start and (forced or place - start >= size or place == self.profile.length):
                yield start, place
                start = place


def clean_span(job: Job, span: tuple[int, int]) -> Text:
    return clean(read_piece(job.source, *span), job.rules, job.profile)


def prepare(path: Path, rules: Rules, encoding: str | None = None) -> Job:
    """Survey the file at `path`. Raises SourceError."""
    source = open_source(path, encoding)
    origins: list[int] = []
    places: list[int] = []

    def blocks() -> Iterator[Block]:
        for block in read_blocks(source):
            origins.append(block.origin)
            places.append(block.byte)
            yield block

    profile = survey.survey(blocks(), rules)
    known = replace(source, origins=np.array(origins, np.int64), bytes_at=np.array(places, np.int64))
    return Job(known, profile, rules)
