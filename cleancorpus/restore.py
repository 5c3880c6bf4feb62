"""The raw file back, byte for byte, from an output and its edit log alone.

Goes through both in order and holds little of either. Refuses with a reason where they do not belong together or one
of them was changed, and checks the sum of the whole file at the end. Knows nothing of rules.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

from cleancorpus.sink import SinkError, path_beside
from cleancorpus.source import BIJECTIVE, SourceError, encoded, unpacked

# Characters read or encoded at once.
STEP = 1 << 18
# How the lines of a log begin that tell of a change, and of text that the output does not hold.
CHANGE, REST = b'{"start"', b'{"rest"'
# What its lines hold.
A_CHANGE: Mapping[str, type] = {"start": int, "end": int, "before": str, "after": str}
A_REST: Mapping[str, type] = {"rest": str, "at": int}
A_HEADER: Mapping[str, type] = {
    "source": str, "sha256": str, "encoding": str, "bom": str, "rules": str, "format": str, "gap": int
}  # fmt: skip
AN_ODD: Mapping[str, type] = {"odd": list, "bytes": str}
AN_END: Mapping[str, type] = {"changes": int, "length": int, "stored": int, "stored_sha256": str}


class RestoreError(Exception):
    """The file cannot be given back; the message says what is wrong, and with which of the two."""


@dataclass
class Section:
    """What the log says of one source. begin: where in the log the line behind its header stands, as (byte, line
    number)."""

    header: dict[str, Any]
    begin: tuple[int, int]
    odd: list[tuple[int, int, bytes]] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.header["source"])


def restore(output: Path, log: Path, target: Path | None, source: str | None = None) -> list[str]:
    """Write the raw file of `output` (a text, JSON lines, a folder, Parquet) and its edit log to `target`.

    target: a file; a folder if the log tells of several sources; None for standard output (one source only).
    source: only the source of this name. Returns the names of the sources given back. Raises RestoreError; what it
    was raised for is not written.
    """
    try:
        sections = read_log(log)
        wanted = [s for s in sections if source in (None, s.name)]
        if not wanted:
            raise RestoreError(f"{log}: tells of no source {source}; there are {', '.join(s.name for s in sections)}")
        if target is None and len(wanted) > 1:
            raise RestoreError(
                f"{log}: tells of {len(wanted)} sources; name a folder to restore them to, or one source"
            )
        _refuse_to_overwrite(target, output, log)
        many = source is None and len(sections) > 1
        with _opened_store(output, str(sections[0].header.get("format"))) as store:
            for section in sections:
                stored = store.of(section)
                if section in wanted:
                    with _written(_place(target, section.name, many=many)) as out:
                        _restore_one(section, Taken(stored), log, output, out)
                else:
                    for _ in stored:
                        pass
        return [s.name for s in wanted]
    except (SinkError, SourceError) as fault:
        raise RestoreError(str(fault)) from None
    except UnicodeDecodeError:
        raise RestoreError(f"{output}: is no UTF-8; it is not as it was written") from None
    except (ValueError, LookupError, TypeError) as fault:
        raise RestoreError(f"{log}: is damaged ({fault})") from None
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise RestoreError(f"{fault.filename or output}: {fault.strerror or fault}") from None


def read_log(log: Path) -> list[Section]:
    """The sections of a log, without their changes and texts. Raises RestoreError where it is damaged."""
    sections: list[Section] = []
    at = 0
    with unpacked(log) as f:
        for n, line in enumerate(f, 1):
            at += len(line)
            if line.startswith((CHANGE, REST)) and sections and not sections[-1].end:
                continue
            said = _parsed(line, log, n, {})
            if "cleancorpus" in said:
                _parsed(line, log, n, A_HEADER)
                if sections and not sections[-1].end:
                    raise RestoreError(f"{log}: line {n}: the log of {sections[-1].name} has no end; it is damaged")
                sections.append(Section(said, (at, n)))
            elif not sections or sections[-1].end:
                raise RestoreError(f"{log}: line {n}: no line that tells of a source stands before it; no edit log?")
            elif "odd" in said:
                a, b = _parsed(line, log, n, AN_ODD)["odd"]
                sections[-1].odd.append((a, b, bytes.fromhex(said["bytes"])))
            elif "end" in said:
                sections[-1].end = _parsed(line, log, n, AN_END)
            else:
                raise RestoreError(f"{log}: line {n}: is no line of an edit log")
    if not sections:
        raise RestoreError(f"{log}: is empty; no edit log?")
    if not sections[-1].end:
        raise RestoreError(f"{log}: the log of {sections[-1].name} has no end; it is cut off")
    return sections


def _parsed(line: bytes, log: Path, n: int, keys: Mapping[str, type]) -> dict[str, Any]:
    """A line of the log, which has these keys with values of these types."""
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(type(said.get(key)) is kind for key, kind in keys.items()):
        raise RestoreError(f"{log}: line {n}: is no line of an edit log")
    return said


class Taken:
    """A stream of text that is taken from the front, and the sum of all that was taken."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self.chunks = iter(chunks)
        self.chunk = ""
        self.at = 0
        self.length = 0
        self.hash = sha256()

    def take(self, n: int) -> str:
        """The next n characters, or fewer at the end."""
        out = self.chunk[self.at : self.at + n]
        self.at += len(out)
        if len(out) == n:
            return out
        parts = [out]
        n -= len(out)
        while n:
            chunk = next(self.chunks, None)
            if chunk is None:
                break
            self.hash.update(chunk.encode())
            self.length += len(chunk)
            self.chunk, self.at = chunk, min(n, len(chunk))
            parts.append(chunk[: self.at])
            n -= self.at
        return "".join(parts)

    def finish(self) -> None:
        """Read what is left, for the sum."""
        while self.take(STEP):
            pass


def _restore_one(section: Section, stored: Taken, log: Path, output: Path, out: IO[bytes]) -> None:
    """Write the raw bytes of one source."""
    cleaned = Taken(_cleaned(section, stored, log))
    total = sha256()
    for data in _bytes(section, _raw(section, cleaned, log, output)):
        out.write(data)
        total.update(data)
    stored.finish()
    if (stored.length, stored.hash.hexdigest()) != (section.end["stored"], section.end["stored_sha256"]):
        raise RestoreError(f"{output}: what it holds of {section.name} is not what was written; it was changed since")
    if total.hexdigest() != section.header["sha256"]:
        raise RestoreError(f"{log}: does not lead back to {section.name} (its sha256 differs); the log was changed")


def _cleaned(section: Section, stored: Taken, log: Path) -> Iterator[str]:
    """The cleaned text: what the output holds, and between it what only the log does."""
    at = 0
    rests = ((said["at"], said["rest"]) for _, said in _lines(section, log, REST, A_REST))
    for place, rest in chain(rests, [(section.end["length"], "")]):
        while at < place and (text := stored.take(min(STEP, place - at))):
            at += len(text)
            yield text
        yield rest
        at += len(rest)


def _raw(section: Section, cleaned: Taken, log: Path, output: Path) -> Iterator[str]:
    """The raw text: the cleaned one with every change undone."""
    at = made = count = 0
    for n, change in _lines(section, log, CHANGE, A_CHANGE):
        start, end, before, after = change["start"], change["end"], change["before"], change["after"]
        if start < at or end - start != len(before):
            raise RestoreError(f"{log}: line {n}: the change does not fit the one before it; the log is damaged")
        while at < start:
            text = cleaned.take(min(STEP, start - at))
            if not text:
                raise RestoreError(f"{output}: ends before the change that {log} names in line {n}")
            at += len(text)
            made += len(text)
            yield text
        held = cleaned.take(len(after))
        if held != after:
            raise RestoreError(
                f"{log}: line {n}: the change leads to {after!r} at character {made} of the cleaned text, "
                f"but {output} holds {held!r} there; they do not belong together, or one of them was changed"
            )
        made += len(after)
        at = end
        count += 1
        yield before
    if count != section.end["changes"]:
        raise RestoreError(f"{log}: holds {count} changes of {section.name}, but says {section.end['changes']}")
    while text := cleaned.take(STEP):
        yield text


def _lines(section: Section, log: Path, kind: bytes, keys: Mapping[str, type]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of one kind in a section, each with its number in the log."""
    byte, first = section.begin
    with unpacked(log) as f:
        f.seek(byte)
        for n, line in enumerate(f, first + 1):
            if line.startswith(kind):
                yield n, _parsed(line, log, n, keys)
            elif not line.startswith((CHANGE, REST)):
                return


def _bytes(section: Section, raw: Iterator[str]) -> Iterator[bytes]:
    """The bytes of the file: whole lines at a time, but for Unicode, which may be cut anywhere."""
    yield bytes.fromhex(section.header["bom"])
    encoding = section.header["encoding"]
    unicode = encoding.startswith(BIJECTIVE)
    origin = 0
    pending: list[str] = []
    held = 0
    odd = section.odd

    def flush(text: str) -> bytes:
        nonlocal origin, odd
        n = sum(1 for a, _, _ in odd[: len(text)] if a < origin + len(text))
        data = encoded(text, origin, odd[:n], encoding)
        odd = odd[n:]
        origin += len(text)
        return data

    for text in raw:
        pending.append(text)
        held += len(text)
        if held >= STEP and (unicode or "\n" in text):
            whole = "".join(pending)
            cut = len(whole) if unicode else whole.rfind("\n") + 1
            yield flush(whole[:cut])
            pending, held = [whole[cut:]], len(whole) - cut
    yield flush("".join(pending))


class _Text:
    """A text output: one source after the other."""

    def __init__(self, path: Path) -> None:
        self.file = path.open(encoding="utf-8", newline="")

    def of(self, section: Section) -> Iterator[str]:
        self.file.read(section.header["gap"])
        left = section.end["stored"]
        while left and (text := self.file.read(min(STEP, left))):
            left -= len(text)
            yield text

    def close(self) -> None:
        self.file.close()


class _Documents:
    """An output of documents, one source after the other."""

    def __init__(self, documents: Iterator[tuple[str, str]]) -> None:
        self.documents = documents
        self.ahead: tuple[str, str] | None = None

    def of(self, section: Section) -> Iterator[str]:
        while document := self.ahead or next(self.documents, None):
            self.ahead = document
            if document[0] != section.name:
                return
            self.ahead = None
            yield document[1]

    def close(self) -> None:
        pass


class _Folder:
    """An output folder: the log names the files, and where in them the document stands."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, section: Section) -> Iterator[str]:
        for name, begin, length in section.end["files"]:
            path = self.path.joinpath(*_parts(name))
            if not path.is_file():
                raise RestoreError(f"{path}: is missing")
            with path.open(encoding="utf-8", newline="") as f:
                f.read(begin)
                yield f.read(length)

    def close(self) -> None:
        pass


@contextmanager
def _opened_store(output: Path, format: str) -> Iterator[_Text | _Documents | _Folder]:
    """The output, for reading."""
    if (format == "folder") != output.is_dir():
        raise RestoreError(f"{output}: the log is that of a {'folder' if format == 'folder' else format + ' file'}")
    with ExitStack() as stack:
        if format == "text":
            text = _Text(output)
            stack.callback(text.close)
            yield text
        elif format == "folder":
            yield _Folder(output)
        elif format == "jsonl":
            yield _Documents(_json_documents(output))
        elif format == "parquet":
            yield _Documents(_parquet_documents(output))
        else:
            raise RestoreError(f"the log tells of a format `{format}` that is not known here")


def _json_documents(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="\n") as f:
        for n, line in enumerate(f, 1):
            try:
                said = json.loads(line)
                document = (said["source"], said["text"])
            except (ValueError, KeyError, TypeError):
                raise RestoreError(f"{path}: line {n}: is no document") from None
            yield document


def _parquet_documents(path: Path) -> Iterator[tuple[str, str]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise RestoreError("for Parquet one package more is needed: pip install 'cleancorpus[parquet]'") from None
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(16, columns=["source", "text"]):
            columns = batch.to_pydict()
            yield from zip(columns["source"], columns["text"], strict=True)


def _refuse_to_overwrite(target: Path | None, output: Path, log: Path) -> None:
    for path in (output, log):
        if not path.exists():
            raise RestoreError(f"{path}: there is no such file or folder")
        if target is not None and target.exists() and target.samefile(path):
            raise RestoreError(f"{path}: is what is restored from; name another target")


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name in the log, which must not lead out of its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise RestoreError(f"the log names `{name}`, which leads out of its folder")
    return path.parts


def _place(target: Path | None, name: str, *, many: bool) -> Path | None:
    if target is None or not (many or target.is_dir()):
        return target
    place = target.joinpath(*_parts(name))
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def _written(place: Path | None) -> Iterator[IO[bytes]]:
    """A file that appears at `place`, or on standard output, only when all of it was written."""
    if place is not None:
        with path_beside(place) as path, path.open("wb") as f:
            yield f
        return
    with tempfile.TemporaryFile() as f:
        yield f
        f.seek(0)
        try:
            shutil.copyfileobj(f, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise
