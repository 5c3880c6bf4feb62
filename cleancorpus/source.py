"""Where raw text comes from: bytes, their encoding, and blocks of whole lines in bounded memory.

All offsets into a source are code points of the decoded text, BOM not counted, line breaks as they stand; `byte` says
bytes. Knows nothing of rules or cleaning.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cleancorpus.edits import Ints
from cleancorpus.text import Text

BLOCK_BYTES = 1 << 20
# A line longer than this is cut inside, behind a full stop where there is one.
LINE_BYTES = 1 << 22

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class SourceError(Exception):
    """A source that cannot be read; the message says why, and where in the bytes."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole lines as the source reads it: where it begins in code points and in bytes, and whether its end
    was forced inside a line."""

    text: str
    origin: int
    byte: int
    forced: bool = False


@dataclass(frozen=True)
class Source:
    """One raw file. `origins` and `bytes_at` say where its blocks begin; they are filled by the first reading."""

    name: str
    path: Path
    encoding: str
    bom: bytes = b""
    origins: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    bytes_at: Ints = field(default_factory=lambda: np.zeros(1, np.int64))


def open_source(path: Path, encoding: str | None = None) -> Source:
    """The file at `path` with its encoding found or as said. Raises SourceError."""
    with path.open("rb") as f:
        head = f.read(4)
    for bom, name in BOMS:
        if head.startswith(bom):
            return Source(path.name, path, name, bom)
    return Source(path.name, path, encoding or "utf-8")


def read_blocks(source: Source) -> Iterator[Block]:
    """The whole text of the source in blocks of whole lines. Raises SourceError where the bytes do not decode."""
    unit = 4 if source.encoding.startswith("utf-32") else 2 if source.encoding.startswith("utf-16") else 1
    with source.path.open("rb") as f:
        at = len(source.bom)
        f.seek(at)
        origin, pending = 0, b""
        while True:
            data = f.read(BLOCK_BYTES)
            pending += data
            end = _line_end(pending, unit, final=not data)
            if not end and len(pending) < LINE_BYTES and data:
                continue
            if not pending:
                return
            text, end, forced = _decode(source, pending, end, at, final=not data)
            yield Block(text, origin, at, forced)
            origin += len(text)
            at += end
            pending = pending[end:]


def _line_end(data: bytes, unit: int, *, final: bool) -> int:
    """How many bytes of `data` are whole lines."""
    if final:
        return len(data)
    for mark in (b"\n", b"\r"):
        at = len(data) - unit if mark == b"\r" else len(data)
        while (at := data.rfind(mark, 0, at)) >= 0:
            if unit == 1:
                return at + 1
            start = at - at % unit
            for order in ("<", ">"):
                if int.from_bytes(data[start : start + unit], "little" if order == "<" else "big") == mark[0]:
                    return start + unit
    return 0


def _decode(source: Source, data: bytes, end: int, byte: int, *, final: bool) -> tuple[str, int, bool]:
    """The text of the first `end` bytes, or of as many as a too long line allows; the bytes it took; whether forced."""
    try:
        if end:
            return data[:end].decode(source.encoding), end, False
        text = codecs.getincrementaldecoder(source.encoding)().decode(data)
    except UnicodeDecodeError as fault:
        raise SourceError(
            f"{source.name}: byte {byte + fault.start} is no {source.encoding} "
            f"(0x{data[fault.start]:02x}); try --encoding NAME"
        ) from None
    cut = text.rfind("。") + 1 or len(text)
    took = len(text[:cut].encode(source.encoding))
    return text[:cut], took, not final


def read_piece(source: Source, start: int, end: int) -> Text:
    """The raw text between two offsets, as a Text that knows its origin."""
    first = int(np.searchsorted(source.origins, start, side="right")) - 1
    last = int(np.searchsorted(source.origins, end, side="left"))
    with source.path.open("rb") as f:
        f.seek(int(source.bytes_at[first]))
        until = int(source.bytes_at[last]) if last < len(source.bytes_at) else -1
        data = f.read(until - f.tell() if until >= 0 else -1)
    origin = int(source.origins[first])
    return Text.of(data.decode(source.encoding)[start - origin : end - origin], start)
