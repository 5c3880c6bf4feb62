"""Where cleaned text goes: one text, a folder of texts, JSON lines; and the edit log. Written beside the target, then
moved into place, so that nothing half-written ever stands under its name.

Knows nothing of how the text was cleaned.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

from cleancorpus.documents import Document, Part
from cleancorpus.edits import decode
from cleancorpus.rules import Rules
from cleancorpus.text import Text


class Sink(Protocol):
    """Takes the parts of the cleaned text in order. Returns what it did not store, for the edit log, or nothing."""

    def take(self, part: Part) -> str: ...


@contextmanager
def written_beside(path: Path) -> Iterator[TextIO]:
    """A text file that appears at `path` only when all of it was written; UTF-8, line breaks as given."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as f:
            yield f
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class TextSink:
    """The whole cleaned text, headings included."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def take(self, part: Part) -> str:
        self.out.write(part.text)
        return ""


class JsonSink:
    """A document a line. The body is written as it comes, the metadata behind it."""

    def __init__(self, out: TextIO, encoding: str) -> None:
        self.out = out
        self.encoding = encoding
        self.open = False

    def take(self, part: Part) -> str:
        if part.document is None:
            return part.text
        if not self.open:
            self.out.write(f'{{"id": {said(part.document.id)}, "text": "')
            self.open = True
        self.out.write(said(part.text)[1:-1])
        if part.last:
            meta = said(metadata(part.document, self.encoding))
            self.out.write(f'", "source": {said(part.document.source)}, "metadata": {meta}}}\n')
            self.open = False
        return ""


def said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def metadata(document: Document, encoding: str) -> dict[str, Any]:
    """The metadata of a document: always the same keys with the same types."""
    return {
        "title": document.title,
        "heading": document.heading,
        "level": document.level,
        "path": list(document.path),
        "index": document.index,
        "start": document.start,
        "end": document.end,
        "truncated": document.truncated,
        "duplicate_of": document.duplicate_of,
        "encoding": encoding,
        "script": document.script,
        "changes": document.changes,
        "rules": sorted(document.rules),
    }


def write_changes(out: TextIO, piece: Text, rules: Rules) -> None:
    """The changes of a piece, a line each, with offsets of the whole file."""
    changes = piece.changes
    raw, final = decode(piece.raw), piece.string
    columns = zip(
        changes.start.tolist(), changes.end.tolist(), changes.to_start.tolist(), changes.to_end.tolist(), strict=True
    )
    for i, (a, b, c, d) in enumerate(columns):
        ids = list(dict.fromkeys(rules.all[n].id for n in changes.rules_of(i)))
        line = {
            "start": a + piece.origin, "end": b + piece.origin, "before": raw[a:b], "after": final[c:d], "rules": ids,
        }  # fmt: skip
        out.write(said(line) + "\n")


def write_rest(out: TextIO, rests: Iterable[str]) -> None:
    """What the documents do not hold of the cleaned text, in order, for restoring."""
    for rest in rests:
        out.write(said({"rest": rest}) + "\n")
