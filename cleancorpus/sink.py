"""Where cleaned text goes: one text, a folder of texts, JSON lines, Parquet; and the edit log beside it.

Everything is written beside its target and moved into place at the end, so that nothing half-written ever stands under
its name. The log takes what the documents do not hold, so that output and log together always hold the whole file.
Knows nothing of how the text was cleaned.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from json.encoder import JSONEncoder, encode_basestring
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

import numpy as np

from cleancorpus import __version__
from cleancorpus.documents import Document, Part
from cleancorpus.edits import decode
from cleancorpus.rules import Rules
from cleancorpus.source import Source
from cleancorpus.text import Text

FORMATS = ("text", "folder", "jsonl", "parquet")
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}

# A row group of Parquet is written when it holds about so many characters.
GROUP = 1 << 24
# Text is written so many parts at a time.
HELD = 256
# The lines of the log are put together so many at a time: as strings of their own they take three times the memory.
RUN = 1 << 13
# What no document holds is written to the log when it is about so long (characters).
REST = 1 << 20
# Longest title in a file name, in bytes of UTF-8: file systems take 255 for the whole name.
NAME_BYTES = 120
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e]+')
OURS = re.compile(r"\d{4,}(-.*)?\.txt")


class SinkError(Exception):
    """An output that cannot be written; the message says why."""


def format_of(target: str | None, said: str | None = None) -> str:
    """The format of an output: as said, or by its name; a folder where the name ends in / or is one."""
    folder = target is not None and (target.endswith(("/", os.sep)) or Path(target).is_dir())
    if said in (None, "text", "folder"):
        if folder or said == "folder":
            return "folder"
        return said or SUFFIXES.get(Path(target or "").suffix.lower(), "text")
    if said not in FORMATS:
        raise SinkError(f"there is no format `{said}`; there are {', '.join(FORMATS)}")
    if folder:
        raise SinkError(f"{target}: is a folder, but {said} is one file")
    return said


class Store:
    """One format. For each source: `begin`, `take` for every part of its cleaned text in order, `end`; at last `close`.

    tells: whether it tells of a document more than its text.
    """

    tells = False
    encoding = ""

    def begin(self, source: Source) -> int:
        """The next source; returns how many characters are put between it and the one before."""
        self.encoding = source.encoding
        return 0

    def take(self, part: Part) -> bool:
        """Whether the part's text is held."""
        raise NotImplementedError

    def end(self) -> dict[str, Any]:
        """The source is over; returns what the log must say of where it stands."""
        return {}

    def close(self) -> None:
        """All sources are over."""


@dataclass
class Output:
    """The store and the log of a run. For each source: `begin`, `log` and `take` in turn as pieces come, `end`.

    drop: documents that are copies of others are left out; the log holds them.
    """

    format: str
    store: Store
    file: TextIO | None
    drop: bool = False
    documents: int = 0
    cut_off: int = 0
    copies: int = 0
    changes: int = 0
    _source: Source | None = None
    _length: int = 0
    _stored: int = 0
    _changes: int = 0
    _rest: list[str] = field(default_factory=list)
    _rest_length: int = 0

    @property
    def logs(self) -> bool:
        return self.file is not None

    def begin(self, source: Source, rules: Rules) -> None:
        self._source = source
        self._length = self._stored = self._changes = 0
        self._hash = sha256()
        gap = self.store.begin(source)
        if self.file:
            self._say(
                {
                    "cleancorpus": __version__,
                    "source": source.name,
                    "sha256": source.sha256,
                    "encoding": source.encoding,
                    "bom": source.bom.hex(),
                    "newline": source.newline,
                    "rules": rules.digest,
                    "format": self.format,
                    "gap": gap,
                }
            )

    def log(self, piece: Text, lines: list[str]) -> None:
        """Tell the log of the changes of a piece; `lines` are its `log_lines`."""
        if self.file:
            self._changes += len(piece.changes)
            self.file.writelines(lines)

    def take(self, part: Part) -> None:
        if part.last and part.document:
            self.documents += 1
            self.cut_off += part.document.truncated
            self.copies += bool(part.document.duplicate_of)
        dropped = self.drop and part.of is not None and part.of.duplicate_of
        if not dropped and self.store.take(part):
            if self._rest:
                self._say_rest()
            self._stored += len(part.text)
            if self.file:
                self._hash.update(part.text.encode())
        elif self.file and part.text:
            self._rest.append(part.text)
            self._rest_length += len(part.text)
            if self._rest_length > REST:
                self._say_rest(len(part.text))
        self._length += len(part.text)

    def _say_rest(self, behind: int = 0) -> None:
        """Tell the log what the store did not take; it ends so far behind what was counted."""
        if self._rest:
            self._say({"rest": "".join(self._rest), "at": self._length + behind - self._rest_length})
            self._rest, self._rest_length = [], 0

    def end(self) -> None:
        told = self.store.end()
        self.changes += self._changes
        self._say_rest()
        assert self._source is not None
        for a, b, raw in self._source.odd:
            self._say({"odd": [a, b], "bytes": raw.hex()})
        self._say(
            {
                "end": self._source.name,
                "changes": self._changes,
                "length": self._length,
                "stored": self._stored,
                "stored_sha256": self._hash.hexdigest(),
                **told,
            }
        )

    def _say(self, line: dict[str, Any]) -> None:
        if self.file:
            self.file.write(said(line) + "\n")


@contextmanager
def opened(
    target: str | None,
    format: str | None = None,
    log: Path | None = None,
    *,
    many: bool = False,
    held: bool = False,
    drop: bool = False,
) -> Iterator[Output]:
    """The output of a run; it and the log appear under their names when the context ends without an exception.

    target: a file, a folder or None for standard output, which is held back until then if `held`. many: there are
    several sources. drop: copies are left out.
    Raises SinkError.
    """
    kind = format_of(target, format)
    if target is None and kind in ("folder", "parquet"):
        raise SinkError(f"{kind} cannot go to standard output; name it with -o")
    if log is not None and target is not None and os.path.realpath(log) == os.path.realpath(target):
        raise SinkError(f"{log}: output and edit log cannot be one file")
    try:
        with ExitStack() as stack:
            file = stack.enter_context(written_beside(log)) if log else None
            store: Store
            if kind == "folder":
                store = FolderStore(stack.enter_context(folder_beside(Path(str(target)))), many=many)
            elif kind == "parquet":
                store = ParquetStore(stack.enter_context(path_beside(Path(str(target)))))
            else:
                out = stack.enter_context(written_beside(Path(target)) if target else standard_output(held=held))
                store = JsonStore(out) if kind == "jsonl" else TextStore(out)
            yield Output(kind, store, file, drop)
            store.close()
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise SinkError(f"{fault.filename or target}: {fault.strerror or fault}") from None


@contextmanager
def path_beside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what stands there at the end is moved to `path`.

    A device or a pipe is written to directly.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise SinkError(f"{path}: is a folder")
    if not path.parent.is_dir():
        raise SinkError(f"{path}: there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        yield path
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def written_beside(path: Path) -> Iterator[TextIO]:
    """A text file that appears at `path` only when all of it was written; UTF-8, line breaks as given."""
    with path_beside(path) as beside, beside.open("w", encoding="utf-8", newline="") as f:
        yield f


@contextmanager
def standard_output(*, held: bool = False) -> Iterator[TextIO]:
    """Standard output as UTF-8 with line breaks as given. BrokenPipeError means that nobody reads on: end quietly.

    held: nothing goes out before the end.
    """
    sys.stdout.flush()
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)  # noqa: SIM115, PTH123
    try:
        if held:
            with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as beside:
                yield beside
                beside.seek(0)
                shutil.copyfileobj(beside, out)
        else:
            yield out
        out.flush()
    except BrokenPipeError:
        # What is left in the buffers must find an open end when Python flushes them at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A folder beside `path` to write to, moved to `path` at the end.

    A folder that stands there already is replaced if it holds nothing but texts of an earlier run.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_dir():
        raise SinkError(f"{path}: is a file")
    if path.is_dir():
        for folder, _, names in os.walk(path):
            for name in names:
                if not OURS.fullmatch(name):
                    raise SinkError(
                        f"{path}: holds {Path(folder) / name}, which is no output of this program; name a new folder"
                    )
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"))
    try:
        yield beside
        beside.chmod(0o777 & ~_umask())
        if path.is_dir():
            old = beside.with_suffix(".old")
            path.rename(old)
            beside.rename(path)
            shutil.rmtree(old)
        else:
            beside.rename(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class TextStore(Store):
    """The whole cleaned text, headings included; a blank line between sources."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.tail = ""
        # Many parts are a line or two: they are written together.
        self.held: list[str] = []

    def begin(self, source: Source) -> int:
        gap = "\n" * (2 - (len(self.tail) - len(self.tail.rstrip("\n")))) if self.tail else ""
        self.take(Part(gap, None))
        return len(gap)

    def take(self, part: Part) -> bool:
        self.held.append(part.text)
        if len(self.held) == HELD:
            self._write()
        return True

    def _write(self) -> None:
        text = "".join(self.held)
        self.held.clear()
        self.out.write(text)
        self.tail = (self.tail + text[-2:])[-2:]

    def end(self) -> dict[str, Any]:
        self._write()
        return {}


class JsonStore(Store):
    """A document a line. The body is written as it comes, the metadata behind it."""

    tells = True

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.open = False

    def take(self, part: Part) -> bool:
        if part.document is None:
            return False
        if not self.open:
            self.out.write(f'{{"id": {said(part.document.id)}, "text": "')
            self.open = True
        self.out.write(encode_basestring(part.text)[1:-1])
        if part.last:
            meta = said(metadata(part.document, self.encoding))
            self.out.write(f'", "source": {said(part.document.source)}, "metadata": {meta}}}\n')
            self.open = False
        return True


class FolderStore(Store):
    """A text file a document, its heading on top; a folder a source where there are several."""

    def __init__(self, folder: Path, *, many: bool) -> None:
        self.folder = folder
        self.many = many
        self.taken: set[str] = set()
        self.place = PurePosixPath()
        self.files: list[list[Any]] = []
        self.out: TextIO | None = None

    def begin(self, source: Source) -> int:
        self.files = []
        if self.many:
            name = source.name[:-4] if source.name.lower().endswith(".txt") else source.name
            plain = PurePosixPath(*[safe_name(p) or "_" for p in PurePosixPath(name).parts])
            self.place, n = plain, 2
            while str(self.place).casefold() in self.taken:
                self.place, n = plain.with_name(f"{plain.name}-{n}"), n + 1
            self.taken.add(str(self.place).casefold())
        (self.folder / self.place).mkdir(parents=True, exist_ok=True)
        return 0

    def take(self, part: Part) -> bool:
        document = part.document
        if document is None:
            return False
        if self.out is None:
            title = safe_name(document.title)
            number = f"{len(self.files) + 1:04d}"
            name = self.place / (f"{number}-{title}.txt" if title else f"{number}.txt")
            self.out = (self.folder / name).open("w", encoding="utf-8", newline="")
            top = f"{document.heading}\n\n" if document.heading else ""
            self.out.write(top)
            self.files.append([str(name), len(top), 0])
        self.out.write(part.text)
        self.files[-1][2] += len(part.text)
        if part.last:
            self.out.write("\n")
            self.out.close()
            self.out = None
        return True

    def end(self) -> dict[str, Any]:
        return {"files": self.files}

    def close(self) -> None:
        if self.out:
            self.out.close()


def safe_name(title: str) -> str:
    """`title` as a part of a file name that every system takes."""
    name = UNSAFE.sub(" ", unicodedata.normalize("NFC", title)).strip()
    name = re.sub(r"\s+", " ", name)
    while len(name.encode()) > NAME_BYTES:
        name = name[:-1]
    return name.strip(". ")


class ParquetStore(Store):
    """A document a row, in row groups of bounded size."""

    tells = True

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise SinkError("for Parquet one package more is needed: pip install 'cleancorpus[parquet]'") from None
        self.arrow = pyarrow
        texts = pyarrow.list_(pyarrow.string())
        kinds = {str: pyarrow.string(), int: pyarrow.int64(), bool: pyarrow.bool_(), list: texts}
        meta = [(key, kinds[type(value)]) for key, value in metadata(Document("", 0), "").items()]
        self.schema = pyarrow.schema(
            [(key, pyarrow.string()) for key in ("id", "text", "source")] + [("metadata", pyarrow.struct(meta))]
        )
        self.writer = pyarrow.parquet.ParquetWriter(path, self.schema, compression="zstd")
        self.rows: list[dict[str, Any]] = []
        self.held = 0
        self.body: list[str] = []

    def take(self, part: Part) -> bool:
        if part.document is None:
            return False
        self.body.append(part.text)
        if part.last:
            text = "".join(self.body)
            self.body = []
            document = part.document
            self.rows.append(
                {
                    "id": document.id,
                    "text": text,
                    "source": document.source,
                    "metadata": metadata(document, self.encoding),
                }
            )
            self.held += len(text)
            if self.held > GROUP:
                self._flush()
        return True

    def _flush(self) -> None:
        self.writer.write_table(self.arrow.Table.from_pylist(self.rows, self.schema))
        self.rows, self.held = [], 0

    def close(self) -> None:
        if self.rows:
            self._flush()
        self.writer.close()


# `json.dumps` would make an encoder for every line.
said = JSONEncoder(ensure_ascii=False).encode


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
        "garbled": document.garbled,
        "encoding": encoding,
        "script": document.script,
        "changes": document.changes,
        "rules": sorted(document.rules),
    }


def log_lines(piece: Text, rules: Rules) -> list[str]:
    """The changes of a piece, a line of JSON each, with offsets of the whole file; in runs of RUN lines."""
    changes = piece.changes
    raw, final = decode(piece.raw), piece.string
    quoted: Callable[[str], str] = encode_basestring
    names = [said([rule.id]) for rule in rules.all]
    columns = np.stack([changes.start, changes.end, changes.to_start, changes.to_end, changes.rules_end])
    origin, at, runs = piece.origin, 0, []
    for first in range(0, len(changes), RUN):
        out = []
        for a, b, c, d, until in columns[:, first : first + RUN].T.tolist():
            numbers, at = changes.rules[at:until].tolist(), until
            ids = (
                names[numbers[0]] if len(numbers) == 1 else said(list(dict.fromkeys(rules.all[n].id for n in numbers)))
            )
            out.append(
                f'{{"start": {a + origin}, "end": {b + origin}, "before": {quoted(raw[a:b])},'
                f' "after": {quoted(final[c:d])}, "rules": {ids}}}\n'
            )
        runs.append("".join(out))
    return runs
