"""The Python API: clean a text in memory, with the same code as the command line.

Knows nothing of files and outputs. `cleancorpus` offers what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import overload

from cleancorpus import documents
from cleancorpus.edits import Changes, Codes, decode, encode, stitch
from cleancorpus.job import PieceError, prepare
from cleancorpus.packs import named
from cleancorpus.rules import RuleError, Rules, load
from cleancorpus.source import SourceError, of_text
from cleancorpus.text import Text

__all__ = ["Change", "Cleaned", "Document", "PieceError", "RuleError", "SourceError", "clean"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. start, end: code points of the raw text, end exclusive; before: what stood there; after: what stands
    for it in the cleaned text; rules: the ids of the rules that made it, in the order they acted."""

    start: int
    end: int
    before: str
    after: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a cleaned text.

    text: its body, cleaned. heading: the heading as it stands, cleaned; title: without its ordinal. level: 1 is the
    highest, 0 means that it has no heading. path: the titles above it. index: its number in the text, from 0.
    start, end: code points of the raw text. garbled: how many places in it hold lost or misread characters.
    script: "hans", "hant", "converted", "mixed" or "none".
    changes: how many changes lie in it; rules: the ids of the rules that made them, sorted.
    """

    id: str
    text: str
    source: str
    title: str
    heading: str
    level: int
    path: tuple[str, ...]
    index: int
    start: int
    end: int
    truncated: bool
    duplicate_of: str
    garbled: int
    script: str
    changes: int
    rules: tuple[str, ...]


class ChangeList(Sequence[Change]):
    """The changes of a text, sorted by start and disjoint. A record is made when it is asked for."""

    def __init__(self, columns: Changes, raw: Codes, final: Codes, rules: Rules) -> None:
        self._columns, self._raw, self._final, self._rules = columns, raw, final, rules

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, i: int) -> Change: ...
    @overload
    def __getitem__(self, i: slice) -> list[Change]: ...
    def __getitem__(self, i: int | slice) -> Change | list[Change]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        if not -len(self) <= i < len(self):
            raise IndexError(f"there are {len(self)} changes, and none is number {i}")
        i %= len(self)
        c = self._columns
        a, b, to_a, to_b = int(c.start[i]), int(c.end[i]), int(c.to_start[i]), int(c.to_end[i])
        ids = dict.fromkeys(self._rules.all[n].id for n in c.rules_of(i))
        return Change(a, b, decode(self._raw[a:b]), decode(self._final[to_a:to_b]), tuple(ids))

    def __repr__(self) -> str:
        return f"<{len(self)} changes>"


@dataclass(frozen=True)
class Cleaned:
    """A cleaned text. text: the whole of it, headings included; documents: what it was cut into."""

    text: str
    documents: tuple[Document, ...]
    _columns: Changes = field(repr=False)
    _raw: str = field(repr=False)
    _rules: Rules = field(repr=False)

    @cached_property
    def changes(self) -> ChangeList:
        """Every change between the raw text and `text`."""
        return ChangeList(self._columns, encode(self._raw), encode(self.text), self._rules)


def clean(
    text: str,
    *,
    script: str = "auto",
    rules: Sequence[str | PathLike[str]] = (),
    packs: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    split: bool = True,
    name: str = "text",
) -> Cleaned:
    """Clean a raw text, as `cleancorpus clean` cleans a file.

    text: the raw text; line breaks of any kind. script: "auto" keeps each document's script and repairs mechanical
    conversion, "keep" leaves Han characters alone, "hans", "hant", "tw", "hk" and others convert.
    rules: rule files of your own, which come before the built-in ones. packs: names of built-in packs for a kind of
    source, such as "novel". select, ignore: rule ids or globs, such as
    "watermark/*"; a review rule runs only if `select` names it. split: False takes the text as one document.
    name: what the documents call their source.

    Offsets in what is returned are code points of `text`. Raises RuleError for a rule file, id or glob that cannot be
    used, SourceError for a text with a lone surrogate, PieceError where a rule fails on the text.
    """
    chosen = load([*map(named, packs), *map(Path, rules)]).choose(select, ignore).set("script", "to", script)
    job = prepare(of_text(text, name), chosen if split else chosen.set("headings", "split", False))
    parts: list[tuple[int, int, Changes]] = []
    whole: list[str] = []
    bodies: list[str] = []
    found: list[Document] = []
    length = 0

    def pieces() -> Iterator[Text]:
        nonlocal length
        for piece in job.pieces():
            parts.append((piece.origin, length, piece.changes))
            length += len(piece)
            yield piece

    for part in job.parts(pieces()):
        whole.append(part.text)
        if part.document is None:
            continue
        bodies.append(part.text)
        if part.last:
            found.append(_record(part.document, "".join(bodies)))
            bodies = []
    return Cleaned("".join(whole), tuple(found), stitch(parts), text, chosen)


def _record(d: documents.Document, text: str) -> Document:
    return Document(
        id=d.id,
        text=text,
        source=d.source,
        title=d.title,
        heading=d.heading,
        level=d.level,
        path=d.path,
        index=d.index,
        start=d.start,
        end=d.end,
        truncated=d.truncated,
        duplicate_of=d.duplicate_of,
        garbled=d.garbled,
        script=d.script,
        changes=d.changes,
        rules=tuple(sorted(d.rules)),
    )
