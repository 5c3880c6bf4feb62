"""Cut the cleaned pieces into documents, in order and in bounded memory.

Knows nothing of files; where the headings are, the survey has said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import regex

from cleancorpus import garbled
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.text import Text

# Text before the first heading is a document of its own from this length on (code points); a title page, a source line
# or a greeting is shorter.
FOREWORD = 120
# A last line this long that ends in no mark was cut off; a shorter one may be a verse, a signature or an entry.
CUT_OFF = 25
COMMA = 8
TAIL = 200

_closing = regex.compile(r"[\p{Po}\p{Pe}\p{Pf}\p{Pd}\p{S}\"'~～](?<![，,、：:；;·@#%&*])$")
_date = regex.compile(r"(?:[0-9〇○零一二三四五六七八九十]{2,4}\s*年.{0,12}|[0-9]{4}[-/.][0-9].{0,16})$")
_columns = regex.compile(r"\t|\S(?: {2,}|\u3000+)\S.*\S(?: {2,}|\u3000+)\S")


@dataclass(slots=True)
class Document:
    """One document. start, end: code points of the raw text; end, garbled, changes and rules are known at its end."""

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
    garbled: int = 0
    script: str = "none"
    changes: int = 0
    rules: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        return id_of(self.source, self.start)


class Part(NamedTuple):
    """A run of the cleaned text: of a document's body, or (document None) of what stands between the bodies.

    last: the body ends with it, and the document's record is complete. of: the document in whose span it stands, its
    heading and the blank lines around its body included; None outside of all documents.
    """

    text: str
    document: Document | None
    last: bool = False
    of: Document | None = None


def split(
    pieces: Iterable[Text], profile: Profile, rules: Rules, source: str, *, counted: bool = True
) -> Iterator[Part]:
    """The whole cleaned text in order, as parts. Joined, their texts are the cleaned text.

    counted: the documents' records say how many changes and garbled places lie in them, and the rules of the changes.
    """
    heads = profile.headings
    bounds = np.flatnonzero(heads.opens | heads.holds)
    held: list[tuple[int, str]] = []
    first = profile.scripts.verdict[0]
    body = _Body(_open(source, 0, first, profile), least=FOREWORD if len(bounds) else 1)
    count, end, passed = 0, 0, 0
    for piece in pieces:
        end = piece.origin + len(piece.raw)
        text = piece.string
        here = bounds[piece.holds(heads.start[bounds])]
        raw_starts = heads.start[here]
        scripts = [profile.scripts.verdict[k] for k in profile.scripts.part_of(raw_starts).tolist()]
        starts = piece.at(raw_starts).tolist()
        repeats = np.minimum(heads.repeat_end[here], end)
        spans = [heads.end[here], heads.ordinal_end[here], heads.title_end[here], repeats]
        edges = piece.at(np.concatenate(spans), after=False).reshape(4, -1).T.tolist()
        tally = _Tally(piece, rules) if counted else None
        # What repeats a title at the end of the piece before is no body here.
        at = int(piece.at(np.array([passed]), after=False)[0]) if passed > piece.origin else 0
        if at:
            yield from body.skip(text[:at])
        levels, repeated = heads.level[here].tolist(), (heads.repeat_end[here] >= 0).tolist()
        opens, holds = heads.opens[here].tolist(), heads.holds[here].tolist()
        for k, (raw_start, start, (stop, begin, finish, repeat)) in enumerate(
            zip(raw_starts.tolist(), starts, edges, strict=True)
        ):
            start = max(start, at)
            yield from body.more(text[at:start])
            if tally:
                tally.count(body.document, raw_start)
            yield from body.close(raw_start)
            count += body.begun
            level = levels[k]
            while held and held[-1][0] >= level:
                held.pop()
            document = _open(source, raw_start, scripts[k], profile)
            document.heading = text[start:stop].strip()
            document.title = text[begin:finish].strip(" \u3000\n:：、.．") or document.heading
            document.level, document.path, document.index = level, tuple([title for _, title in held]), count
            at = max(start, stop)
            if repeated[k]:
                at, passed = max(at, repeat), int(heads.repeat_end[here[k]])
            body = _Body(document, text[start:at], always=opens[k])
            if holds[k]:
                held.append((level, document.title))
        yield from body.more(text[at:])
        if tally:
            tally.count(body.document, end)
    yield from body.close(end)


def _open(source: str, start: int, script: str, profile: Profile) -> Document:
    """The record of a document that begins at a raw offset, with what the survey says of it."""
    document = Document(source, start, script=script)
    if start in profile.copies:
        other, at = profile.copies[start]
        document.duplicate_of = id_of(other or source, at)
    return document


def id_of(source: str, start: int) -> str:
    """The id of the document of a source that begins at a raw offset."""
    return f"{source}@{start}"


class _Tally:
    """The changes and garbled places of one piece, counted for the documents they lie in."""

    def __init__(self, piece: Text, rules: Rules) -> None:
        self.starts = piece.changes.start + piece.origin
        self.ends = piece.changes.rules_end
        self.numbers = piece.changes.rules
        self.garbled, _ = garbled.find(piece)
        self.rules = rules
        self.done = self.passed = 0

    def count(self, document: Document, until: int) -> None:
        """Add the changes and the garbled places up to the raw offset `until` that were not counted yet."""
        before, self.passed = self.passed, int(np.searchsorted(self.garbled, until))
        document.garbled += self.passed - before
        a, b = self.done, int(np.searchsorted(self.starts, until))
        if b > a:
            self.done = b
            document.changes += b - a
            numbers = self.numbers[(int(self.ends[a - 1]) if a else 0) : int(self.ends[b - 1])]
            document.rules |= {self.rules.all[n].id for n in set(numbers.tolist())}


def truncated(tail: str) -> bool:
    """Whether a text that ends in `tail` breaks off in the middle of a sentence, as far as its last line shows it.

    Verse, lists, tables, dates and signatures end without a mark too; what is short is taken for one of them.
    """
    line = tail.rpartition("\n")[2].strip()
    if not line or _closed(line[-1]) or _date.search(line) or _columns.search(line):
        return False
    return len(line) >= CUT_OFF or (len(line) >= COMMA and line[-1] in "，,、")


@lru_cache(maxsize=1 << 10)
def _closed(last: str) -> bool:
    """Whether a line that ends in this character does not break off."""
    return _closing.match(last) is not None


class _Body:
    """The body of one document as it comes in: blank lines at its two ends are no part of it.

    lead: what stands before it, its heading. always: it is a document even when it is empty; least: else only when it
    is at least this long.
    """

    def __init__(self, document: Document, lead: str = "", *, always: bool = False, least: int = 1) -> None:
        self.document = document
        self.begun = False
        self.lead = lead
        self.body = ""
        self.always = always
        self.least = least
        self.pending = ""
        self.tail = ""

    @property
    def of(self) -> Document | None:
        """The document, as soon as it is sure that it is one."""
        return self.document if self.always or self.begun else None

    def skip(self, text: str) -> list[Part]:
        """Text that stands before the body and is no part of it."""
        part = Part(self.lead + self.pending + text, None, False, self.of)
        self.lead = self.pending = ""
        return [part]

    def more(self, text: str) -> list[Part]:
        """The parts that are sure once the text goes on like this."""
        parts: list[Part] = []
        text = self.pending + text
        if not self.begun:
            solid = text.lstrip("\n")
            if len(solid.strip()) < self.least:
                self.pending = text
                return parts
            self.begun = True
            lead = self.lead + text[: len(text) - len(solid)]
            if lead:
                parts.append(Part(lead, None, False, self.document))
            text = solid
        solid = text.rstrip("\n")
        if solid:
            if self.body:
                parts.append(Part(self.body, self.document, False, self.document))
            self.body, self.tail = solid, (self.tail + solid)[-TAIL:]
        self.pending = text[len(solid) :]
        return parts

    def close(self, end: int) -> list[Part]:
        """The parts that are left where the document ends."""
        parts: list[Part] = []
        self.document.end = end
        if not self.begun and self.lead:
            parts.append(Part(self.lead, None, False, self.of))
        if self.always or self.begun:
            self.begun = True
            self.document.truncated = truncated(self.tail)
            parts.append(Part(self.body, self.document, True, self.document))
        if self.pending:
            parts.append(Part(self.pending, None, False, self.of))
        return parts
