"""Survey a source, clean its pieces, cut them into documents and write them: the passes put together.

For the command line and the Python API alike. Knows nothing of options or terminals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from cleancorpus import documents, residue, survey
from cleancorpus.chain import Verdict
from cleancorpus.copies import Seen
from cleancorpus.documents import Part
from cleancorpus.pipeline import clean
from cleancorpus.profile import Profile
from cleancorpus.residue import Finding, Residue
from cleancorpus.rules import Rules, Toll
from cleancorpus.run import in_order
from cleancorpus.sink import Output, log_lines
from cleancorpus.source import BLOCK_BYTES, Block, Reading, Source
from cleancorpus.text import Text

# Code points of a piece. Of half as many 50 MB take 8 % longer; of twice as many 150 MB of memory more.
PIECE = 1 << 20
# Bytes of the largest array whose memory is kept for the next one.
REUSED = 1 << 24

# Where a piece begins and ends in the raw text, in code points.
Span = tuple[int, int]
# Called with the bytes done and the bytes to do, both passes counted.
Progress = Callable[[int, int], None]


class PieceError(Exception):
    """A piece could not be cleaned: a fault in a rule or in the program. Names the source and the span."""


@dataclass(frozen=True)
class Job:
    """A source that was surveyed and can be cleaned piece by piece."""

    source: Source
    profile: Profile
    rules: Rules

    def pieces(self, jobs: int = 1, size: int = PIECE) -> Iterator[Text]:
        """The cleaned pieces in order; `size`: about how many code points each. Raises PieceError, WorkerError."""
        return (piece for piece, *_ in self.logged(jobs, size, log=False))

    def logged(self, jobs: int = 1, size: int = PIECE, *, log: bool = True, look: bool = False) -> Iterator[Done]:
        """The cleaned pieces, each with the lines of the edit log that tell its changes, and with what still looks
        dirty in it if that is to be looked for."""
        spans = list(self.spans(size))
        jobs = min(jobs, len(spans))
        # A worker process reads its piece itself: bytes cost less to read and decode than text to send.
        pieces: Iterable[Text | Span] = spans if jobs > 1 else map(self._raw, spans)
        for done, toll in in_order(_clean_piece, (self, log, look), pieces, jobs):
            self.rules.pay(toll)
            yield done

    def parts(self, pieces: Iterator[Text], *, counted: bool = True) -> Iterator[Part]:
        """The cleaned text of the pieces, cut into documents, with their changes counted or not."""
        return documents.split(pieces, self.profile, self.rules, self.source.name, counted=counted)

    def _raw(self, span: Span) -> Text:
        with _named(self.source, span):
            return self.source.piece(*span)

    def spans(self, size: int) -> Iterator[Span]:
        """The raw spans of the pieces: between cuts, at least `size` long where no cut is forced."""
        cuts = self.profile.cuts
        start = 0
        for place, forced in zip(cuts.place.tolist(), cuts.forced.tolist(), strict=True):
            if place > start and (forced or place - start >= size or place == self.profile.length):
                yield start, place
                start = place


class Done(NamedTuple):
    """A cleaned piece, the lines of the edit log, and what still looks dirty in it."""

    piece: Text
    log: list[str]
    dirt: list[Finding]


def _clean_piece(given: tuple[Job, bool, bool], raw: Text | Span) -> tuple[Done, Toll]:
    job, log, look = given
    with _named(job.source, raw if isinstance(raw, tuple) else (raw.origin, raw.origin + len(raw))):
        text = job.source.piece(*raw) if isinstance(raw, tuple) else raw
        piece, dirt = residue.clean(text, job.rules, job.profile) if look else (clean(text, job.rules, job.profile), [])
        return Done(piece, log_lines(piece, job.rules) if log else [], dirt), job.rules.toll()


@contextmanager
def _named(source: Source, span: Span) -> Iterator[None]:
    """What goes wrong here as a PieceError."""
    try:
        yield
    except Exception as fault:
        a, b = span
        raise PieceError(f"{source.name}: characters {a} to {b}: {type(fault).__name__}: {fault}") from fault


def _measure(given: tuple[Source, Rules], block: Block) -> tuple[survey.Measured, Toll]:
    source, rules = given
    return survey.measure(block if block.text else source.read(block), rules), rules.toll()


def keep_memory() -> None:
    """Let the memory of arrays that go be kept for those that come.

    The C library of Linux gives memory back to the system where a piece is larger than any given back before, and the
    system clears every page that it hands out again: 6 % of a run. So one large array comes and goes at the start.
    """
    np.empty(REUSED, np.uint8)


def prepare(
    source: Source,
    rules: Rules,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    outline: Callable[[Sequence[Verdict]], None] | None = None,
    seen: Seen | None = None,
) -> Job:
    """Survey the source; `outline` is told which headings were taken and why. Raises SourceError.

    seen: the documents of the sources before, of which those of this one may be copies.
    """
    keep_memory()
    seen = seen or Seen()
    seen.name = source.name
    reading = Reading(source)
    if source.size <= BLOCK_BYTES:
        jobs = 1

    def blocks() -> Iterator[Block]:
        for block in reading:
            if progress:
                progress(block.byte, 2 * source.size)
            # A worker process reads its block again.
            yield block if jobs == 1 else replace(block, text="")

    def measured() -> Iterator[survey.Measured]:
        for block, toll in in_order(_measure, (source, rules), blocks(), jobs):
            rules.pay(toll)
            yield block

    profile = survey.decide(measured(), rules, outline, seen)
    return Job(reading.source, profile, rules)


def write(
    job: Job,
    output: Output,
    *,
    jobs: int = 1,
    size: int = PIECE,
    progress: Progress | None = None,
    watch: Callable[[Text], None] | None = None,
    watch_part: Callable[[Part], None] | None = None,
    dirt: Residue | None = None,
) -> None:
    """Clean a surveyed source into the output.

    watch: is shown each cleaned piece; watch_part: each part of the cleaned text; dirt: is told what looks dirty.
    """
    total = job.source.size

    def pieces() -> Iterator[Text]:
        for piece, lines, found in job.logged(jobs, size, log=output.logs, look=dirt is not None):
            output.log(piece, lines)
            if watch:
                watch(piece)
            if dirt:
                dirt.take(piece, found)
            if progress:
                done = (piece.origin + len(piece.raw)) / max(1, job.profile.length)
                progress(total + round(done * total), 2 * total)
            yield piece

    output.begin(job.source, job.rules)
    if dirt:
        dirt.begin(job.source.name)
    for part in job.parts(pieces(), counted=output.store.tells or watch_part is not None):
        output.take(part)
        if watch_part:
            watch_part(part)
    output.end()
