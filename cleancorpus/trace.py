"""What became of a place: what every stage did there in order, what was considered and refused, where it stands now.

Runs the stages over the piece that holds the place once more, with the same code as cleaning. Lines and columns count
from 1, offsets are code points from 0. Knows nothing of screens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cleancorpus.chain import Verdict
from cleancorpus.edits import Edits, decode, forward
from cleancorpus.job import PIECE, Job
from cleancorpus.pipeline import passes
from cleancorpus.preview.rows import Rows
from cleancorpus.rules import Rules, matches
from cleancorpus.source import SourceError
from cleancorpus.stages import lines
from cleancorpus.text import Text


@dataclass(frozen=True, slots=True)
class Deed:
    """An edit of one stage. start, end: in the stretch of text it was made in."""

    start: int
    end: int
    new: str
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a stage did to a stretch of text: as it was before, and the edits."""

    stage: str
    before: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a stage considered and did not do: to put `after` in the place of `before`, and why not."""

    stage: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The stretch as it stands in the raw text, the stages that changed it in order, as it is cleaned, what was
    refused, and the headings in it that were taken."""

    raw: str
    steps: tuple[Step, ...]
    clean: str
    refused: tuple[Refusal, ...]
    headings: tuple[Verdict, ...] = ()


def stretch(job: Job, line: int, column: int | None) -> tuple[int, int]:
    """The raw offsets of a line, its break included, or of one character of it. Raises SourceError."""
    rows, start, end = Rows(), -1, job.profile.length
    for span in job.spans(PIECE):
        rows.take(job.source.piece(*span))
        if start < 0 < line < rows.number + len(rows.starts):
            start = int(rows.starts[line - rows.number])
        if start >= 0 and line + 1 < rows.number + len(rows.starts):
            end = int(rows.starts[line + 1 - rows.number])
            break
    if start < 0 or start == end == job.profile.length:
        count = rows.number + len(rows.starts) - 1 - (rows.starts[-1] == job.profile.length)
        raise SourceError(f"{job.source.name}: there is no line {line}; the file has {count}")
    if column is None:
        return start, end
    if not 0 < column <= end - start:
        raise SourceError(f"{job.source.name}: line {line} has no column {column}; it has {end - start}")
    return start + column - 1, start + column


def traced(job: Job, start: int, end: int, outline: Sequence[Verdict]) -> Trace:
    """What became of the raw text between two offsets."""
    raw, clean = "", ""
    steps: list[Step] = []
    heads = [verdict for verdict in outline if start <= verdict.start < end]
    refused = [Refusal("headings", v.text, v.text, f"no heading: {v.why}") for v in heads if not v.taken]
    for span in job.spans(PIECE):
        if span[0] < end and start < span[1]:
            piece = job.source.piece(*span)
            a, b = max(start, span[0]) - piece.origin, min(end, span[1]) - piece.origin
            raw += decode(piece.raw[a:b])
            here = (a, b)
            for done in passes(piece, job.rules, job.profile):
                stage, text, found, made, piece = done
                refused += _edits_refused(stage, text, _near(found, a, b), made, job.rules)
                if stage == lines.STAGE:
                    refused += _joins_refused(text, job, a, b)
                mine = _near(made, a, b)
                if len(mine):
                    a, b = min(a, int(mine.start[0])), max(b, int(mine.end[-1]))
                    steps.append(_step(stage, text, mine, a, b, job.rules))
                a, b = forward(made, np.array([a, b]), after=False).tolist()
            decided = job.rules.decisions.obeyed(piece)
            if decided is not piece:
                refused += _decisions(piece, decided, *here)
                a, b = decided.at(np.array(here) + piece.origin, after=False).tolist()
            clean += decode(decided.codes[a:b])
    return Trace(raw, tuple(steps), clean, tuple(refused), tuple(v for v in heads if v.taken))


def _near(edits: Edits, a: int, b: int) -> Edits:
    """The edits that change something between two places; what is put in at the first of them does."""
    put_in = (edits.start == edits.end) & (edits.start >= a) & (edits.start < b)
    return edits.take((edits.start < b) & (edits.end > a) | put_in)


def _step(stage: str, text: Text, edits: Edits, a: int, b: int, rules: Rules) -> Step:
    deeds = tuple(
        Deed(int(edits.start[i]) - a, int(edits.end[i]) - a, edits.text_of(i), rules.all[int(edits.rule[i])].id)
        for i in range(len(edits))
    )
    return Step(stage, decode(text.codes[a:b]), deeds)


def _edits_refused(stage: str, text: Text, found: Edits, made: Edits, rules: Rules) -> Iterator[Refusal]:
    """Edits that were found and not made: their rule is off, or a keep rule has the place."""
    stand = set(zip(made.start.tolist(), made.end.tolist(), strict=True))
    for i in range(len(found)):
        a, b, n = int(found.start[i]), int(found.end[i]), int(found.rule[i])
        if (a, b) in stand:
            continue
        rule = rules.all[n]
        if rules.on[n]:
            why = f"{rule.id} found it, but it is protected by {', '.join(_keepers(stage, text, a, b, rules))}"
        else:
            why = f"{rule.id} found it, but is {'for review' if rule.review and rule.enabled else 'off'}"
        yield Refusal(stage, decode(text.codes[a:b]), found.text_of(i), why)


def _keepers(stage: str, text: Text, a: int, b: int, rules: Rules) -> list[str]:
    """The keep rules that protect a place from a stage."""
    return [
        rule.id
        for n, rule in rules.keeps(stage)
        if any(at + m.start() < max(b, a + 1) and a < at + m.end() for at, m in matches(text, n, rule, rules))
    ]


def _decisions(piece: Text, decided: Text, a: int, b: int) -> Iterator[Refusal]:
    """The changes between two places of the raw text that a decision takes back."""
    changes = piece.changes
    stand = set(zip(decided.changes.start.tolist(), decided.changes.end.tolist(), strict=True))
    for i in np.flatnonzero((changes.start < b) & (changes.end > a)).tolist():
        start, end = int(changes.start[i]), int(changes.end[i])
        if (start, end) not in stand:
            new = decode(piece.codes[int(changes.to_start[i]) : int(changes.to_end[i])])
            yield Refusal("decisions", decode(piece.raw[start:end]), new, "a person rejected it")


def _joins_refused(text: Text, job: Job, a: int, b: int) -> Iterator[Refusal]:
    """The line ends that begin between two places, that words were asked about and that stay."""
    above, below, short = lines.left_open(text, job.rules, job.profile)
    for i in np.flatnonzero((above >= a) & (above < b)).tolist():
        start, end = int(above[i]), int(below[i])
        why = f"not joined: the evidence falls short by {short[i]:.1f}"
        if short[i] < lines.HAIR:
            why += ", a hair"
        yield Refusal(lines.STAGE, decode(text.codes[start:end]), "", why)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the raw and in the cleaned text: offset, line and column. Where a change lies over it, what that puts
    for what, and its rules."""

    raw: int
    raw_line: int
    raw_col: int
    clean: int
    clean_line: int
    clean_col: int
    before: str = ""
    after: str = ""
    rules: tuple[str, ...] = ()


def mapped(job: Job, asked: Sequence[tuple[int, int | None]], *, of_clean: bool) -> list[Place]:
    """Where places of the raw text stand in the cleaned one, or the other way round; in the order they were asked for.

    asked: an offset and None, or a line and a column. Raises SourceError for a place that is not there.
    """
    found: dict[int, Place] = {}
    raw_rows, clean_rows, origin = Rows(), Rows(), 0
    for piece in job.pieces():
        clean = Text(piece.codes, origin)
        raw_rows.take(piece)
        clean_rows.take(clean)
        side, rows = (clean, clean_rows) if of_clean else (piece, raw_rows)
        for n, (first, column) in enumerate(asked):
            at = first if column is None else _offset(rows, first, column)
            if n in found or at is None or not side.origin <= at < side.origin + len(side.raw):
                continue
            raw = int(piece.raw_at(np.array([at - origin]))[0]) if of_clean else at
            final = at if of_clean else int(piece.at(np.array([at]))[0]) + origin
            before, after, ids = _change(piece, at, final - origin, of_clean, job.rules)
            found[n] = Place(raw, *raw_rows.of(raw), final, *clean_rows.of(final), before, after, ids)
        origin += len(piece)
    for n, (first, column) in enumerate(asked):
        if n not in found:
            kind, length = ("cleaned", origin) if of_clean else ("raw", job.profile.length)
            what = f"character {first}" if column is None else f"line {first} with a column {column}"
            raise SourceError(f"{job.source.name}: there is no {what}; the {kind} text has {length} characters")
    return [found[n] for n in range(len(asked))]


def _offset(rows: Rows, line: int, column: int) -> int | None:
    """The offset of a line and column among the rows of a piece; None where it is not in them."""
    i = line - rows.number
    if not 0 <= i < len(rows.starts) or column < 1:
        return None
    at = int(rows.starts[i]) + column - 1
    return None if i + 1 < len(rows.starts) and at >= rows.starts[i + 1] else at


def _change(piece: Text, raw: int, clean: int, of_clean: bool, rules: Rules) -> tuple[str, str, tuple[str, ...]]:
    """The change that lies over a place: before, after, rules; empty where none does."""
    changes = piece.changes
    start, end = (changes.to_start, changes.to_end) if of_clean else (changes.start, changes.end)
    at = clean if of_clean else raw - piece.origin
    i = int(np.searchsorted(start, at, side="right")) - 1
    while i >= 0 and start[i] == end[i] == at:
        i -= 1
    if i < 0 or at >= end[i]:
        return "", "", ()
    before, after = piece.raw[changes.start[i] : changes.end[i]], piece.codes[changes.to_start[i] : changes.to_end[i]]
    ids = dict.fromkeys(rules.all[n].id for n in changes.rules_of(i))
    return decode(before), decode(after), tuple(ids)
