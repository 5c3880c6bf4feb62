"""Cut the cleaned pieces into documents, in order and in bounded memory.

Knows nothing of files; where the headings are, the survey has said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.text import Text


@dataclass
class Document:
    """One document. start, end: code points of the raw text; end, changes and rules are known at its end."""

    source: str
    start: int
    heading: str = ""
    title: str = ""
    level: int = 0
    path: tuple[str, ...] = ()
    index: int = 0
    end: int = 0
    truncated: bool = False
    duplicate_of: str = ""
    script: str = "none"
    changes: int = 0
    rules: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        return f"{self.source}@{self.start}"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the cleaned text: of a document's body, or (document None) of what stands between the bodies.

    last: the body ends with it, and the document's record is complete.
    """

    text: str
    document: Document | None
    last: bool = False


def split(pieces: Iterable[Text], profile: Profile, rules: Rules, source: str) -> Iterator[Part]:
    """The whole cleaned text in order, as parts. Joined, their texts are the cleaned text."""
    heads = profile.headings
    bounds = np.flatnonzero(heads.opens | heads.holds)
    held: list[tuple[int, str]] = []
    body = _Body(Document(source, 0, script=_script(profile, 0)))
    count = 0
    end = 0
    for piece in pieces:
        at = 0
        end = piece.origin + len(piece.raw)
        text = piece.string
        inside = bounds[piece.holds(heads.start[bounds])]
        starts = piece.at(heads.start[inside])
        edges = [
            piece.at(places[inside], after=False)
            for places in (heads.end, heads.ordinal_end, heads.title_end, heads.repeat_end)
        ]
        for h, start, stop, title_from, title_to, repeat in zip(
            *(column.tolist() for column in (inside, starts, *edges)), strict=True
        ):
            yield from body.more(text[at:start])
            raw_start = int(heads.start[h])
            _count(body.document, piece, raw_start, rules)
            yield from body.close(raw_start)
            count += body.begun
            level = int(heads.level[h])
            held = [(n, title) for n, title in held if n < level]
            heading = text[start:stop].strip()
            title = text[title_from:title_to].strip(" \u3000\n:：") or heading
            at = max(stop, repeat) if heads.repeat_end[h] >= 0 else stop
            yield Part(text[start:at], None)
            body = _Body(
                Document(
                    source, raw_start, heading, title, level, tuple(t for _, t in held), count,
                    script=_script(profile, raw_start),
                ),
                always=bool(heads.opens[h]),
            )  # fmt: skip
            if heads.holds[h]:
                held.append((level, title))
        yield from body.more(text[at:])
        _count(body.document, piece, end, rules)
    yield from body.close(end)


def _script(profile: Profile, place: int) -> str:
    return profile.scripts.verdict[int(profile.scripts.part_of(np.array([place]))[0])]


def _count(document: Document, piece: Text, until: int, rules: Rules) -> None:
    """Add the changes of this piece that lie in the document, up to the raw offset `until`."""
    a, b = np.searchsorted(piece.changes.start, [max(document.start - piece.origin, 0), until - piece.origin]).tolist()
    if b > a:
        document.changes += b - a
        ends = piece.changes.rules_end
        numbers = piece.changes.rules[(int(ends[a - 1]) if a else 0) : int(ends[b - 1])]
        document.rules |= {rules.all[n].id for n in np.unique(numbers).tolist()}


class _Body:
    """The body of one document as it comes in: blank lines at its two ends are no part of it."""

    def __init__(self, document: Document, *, always: bool = False) -> None:
        self.document = document
        self.begun = False
        self.always = always
        self.pending = ""

    def more(self, text: str) -> Iterator[Part]:
        text = self.pending + text
        self.pending = ""
        if not self.begun:
            solid = text.lstrip("\n")
            if not solid.strip():
                self.pending = text
                return
            if len(solid) < len(text):
                yield Part(text[: len(text) - len(solid)], None)
            self.begun, text = True, solid
        solid = text.rstrip("\n")
        self.pending = text[len(solid) :]
        if solid:
            yield Part(solid, self.document)

    def close(self, end: int) -> Iterator[Part]:
        self.document.end = end
        if self.always or self.begun:
            self.begun = True
            yield Part("", self.document, last=True)
        if self.pending:
            yield Part(self.pending, None)
