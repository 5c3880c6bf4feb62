"""Where raw text comes from: files, folders, streams; their bytes, their encoding, and blocks of whole lines.

A stream that cannot be read twice (standard input, a compressed file) is first written to a temporary file, so that
there is one way of reading. Text is never decoded with replacement characters: what does not decode is an error that
names the byte. Offsets into a source are code points of the decoded text, BOM not counted, line breaks as they stand;
where bytes are meant, `byte` says so. Knows nothing of rules or cleaning.
"""

from __future__ import annotations

import codecs
import importlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePath
from typing import IO, Any

import numpy as np

from cleancorpus.edits import Ints
from cleancorpus.text import Text

# Of three quarters as many a block 50 MB take 5 % longer; of twice as many 30 MB of memory more.
BLOCK_BYTES = 1 << 21
HELD_BLOCKS = 2
# A line longer than this is cut inside, behind a full stop where there is one.
LINE_BYTES = 1 << 22
# Detection looks at this many bytes where the first that is no UTF-8 stands, in the middle and at the end.
SAMPLE_BYTES = 1 << 15
# chardet's confidence where it was wrong: at most 0.09 on 1,500 windows of 60 to 1,000 bytes of Chinese in GB18030 and
# Big5, at most 0.16 on 740 windows of 20 bytes (and most of the wrong answers were Western encodings).
SURE = 0.2
# One in nine pairs of bytes that GB2312 can have is also UTF-8; a thousand one after another are no chance. A byte
# farther on that is none is then a fault of the file, and is said where it is read.
SURE_UTF8 = 1000
EASTERN = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022", "johab", "utf-16", "utf-32")
# A Western encoding fits nearly every file; below this the answer is a guess.
SURE_WESTERN = 0.5

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Files that say they are in the older encoding mostly use the newer one, as browsers know (encoding.spec.whatwg.org).
SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "ascii": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
# What these decode strictly, they encode to the same bytes.
BIJECTIVE = ("utf-8", "utf-16", "utf-32")
# Their encoders carry a state from one line to the next, or write a mark first: only ever encode them line by line.
STATEFUL = ("iso2022", "hz", "utf-7")
PACKED = ((b"\x1f\x8b\x08", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"), (b"\x28\xb5\x2f\xfd", "zstd"))
# What other files than text begin with.
BINARY = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"ITOLITLS",
    b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00", b"RIFF", b"OggS", b"ID3", b"\xca\xfe\xba\xbe", b"PAR1",
)  # fmt: skip
# Control characters that no text has, but for a stray one; a tab, breaks, escape and the end mark of DOS are not here.
CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1a\x1b")
STRAY, STRAY_SHARE = 4, 0.02


class SourceError(Exception):
    """A source that cannot be read; the message says why, and where in the bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A source that was named or lies in a named folder; path None is standard input; encoding: where it is known."""

    name: str
    path: Path | None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole lines as the source reads it: where it begins in code points and in bytes, whether its end was
    forced inside a line, how many bytes it has."""

    text: str
    origin: int
    byte: int
    forced: bool = False
    size: int = 0


@dataclass(frozen=True)
class Source:
    """One raw text. What stands under `encoding` and `note` is known when it is opened, the rest when it was read once.

    path: a plain file with its bytes, or None where `data` holds them. size: bytes, BOM counted.
    whole: where this is but the first part of a file, how many bytes the file has, else 0.
    note: what the reader should know of how the encoding was found, or "".
    newline: "lf", "crlf", "cr", "mixed" or "none".
    odd: (start, end, bytes) of the spans of text that the codec would write with other bytes than stand in the file.
    origins, bytes_at: where the blocks begin in code points and in bytes. held: the texts of blocks read last.
    """

    name: str
    path: Path | None
    encoding: str
    bom: bytes = b""
    data: bytes = b""
    size: int = 0
    whole: int = 0
    note: str = ""
    newline: str = "none"
    odd: tuple[tuple[int, int, bytes], ...] = ()
    origins: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    bytes_at: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    held: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def bytes(self) -> IO[bytes]:
        return io.BytesIO(self.data) if self.path is None else self.path.open("rb")

    @cached_property
    def sha256(self) -> str:
        """Of all its bytes, read when first asked for: only the edit log names it."""
        total = sha256()
        with self.bytes() as f:
            while data := f.read(BLOCK_BYTES):
                total.update(data)
        return total.hexdigest()

    def head(self, size: int) -> Source:
        """The first whole lines of it, about so many bytes; itself where it is not longer."""
        if self.size <= size:
            return self
        with self.bytes() as f:
            data = f.read(size)
        end = len(self.bom) + _line_end(data[len(self.bom) :], self.encoding)
        if end == len(self.bom):
            return self
        return replace(self, path=None, data=data[:end], size=end, whole=self.size)

    def read(self, block: Block) -> Block:
        """The block with its text."""
        with self.bytes() as f:
            f.seek(block.byte)
            return replace(block, text=f.read(block.size).decode(self.encoding))

    def piece(self, start: int, end: int) -> Text:
        """The raw text between two offsets, as a Text that knows its origin. Only after the first reading."""
        first = int(np.searchsorted(self.origins, start, side="right")) - 1
        last = int(np.searchsorted(self.origins, end, side="left"))
        text = "".join(map(self._block, range(first, last)))
        origin = int(self.origins[first])
        return Text.of(text[start - origin : end - origin], start)

    def _block(self, number: int) -> str:
        """The text of a block. The last ones are held: neighbouring pieces share them."""
        if number not in self.held:
            while len(self.held) >= HELD_BLOCKS:
                del self.held[next(iter(self.held))]
            with self.bytes() as f:
                f.seek(int(self.bytes_at[number]))
                until = int(self.bytes_at[number + 1]) if number + 1 < len(self.bytes_at) else self.size
                self.held[number] = f.read(until - f.tell()).decode(self.encoding)
        return self.held[number]


def find(arguments: Sequence[str | Path], outputs: Iterable[Path | None] = ()) -> tuple[list[Found], list[str]]:
    """The sources that the arguments name (files, folders, `-`), in order, and a message for each file left out.

    A folder is searched to the bottom, its files in the order of their names; hidden files, files that hold no text
    and files that are written to in this run (`outputs`) are left out. Raises SourceError for what is not there, and
    for a file that is both named as a source and written to.
    """
    written = [o for o in outputs if o is not None]
    found: list[Found] = []
    left_out: list[str] = []
    for argument in arguments:
        path = Path(argument)
        if str(argument) == "-":
            found.append(Found("stdin", None))
        elif path.is_dir():
            for file in files_of(path):
                if _is_among(file, written):
                    left_out.append(f"left out: {file} is written to in this run")
                elif why := no_text(file):
                    left_out.append(f"left out: {file} {why}")
                else:
                    found.append(Found(file.relative_to(path).as_posix(), file))
        elif not path.exists():
            raise SourceError(f"{path}: there is no such file or folder")
        elif _is_among(path, written):
            raise SourceError(f"{path}: this is a source; name another output")
        else:
            found.append(Found(path.name, path))
    return _told_apart(found), left_out


def files_of(folder: Path) -> Iterator[Path]:
    """The files under a folder that are not hidden, sorted by their path."""
    for entry in sorted(folder.iterdir(), key=lambda p: p.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from files_of(entry)
        elif entry.is_file():
            yield entry


def no_text(path: Path) -> str:
    """Why the file is left out of a folder, or ""."""
    try:
        with unpacked(path) as f:
            head = f.read(SAMPLE_BYTES)
    except Exception as fault:  # each way of packing has a class of its own for damage
        return f"cannot be read ({fault})"
    return "is no text" if looks_binary(head) else ""


def looks_binary(head: bytes) -> bool:
    """Whether a file that begins like this holds no text."""
    if head.startswith(BINARY):
        return True
    if head.startswith(tuple(bom for bom, _ in BOMS)) or _wide(head):
        return False
    return len(head) - len(head.translate(None, CONTROLS)) > max(STRAY, STRAY_SHARE * len(head))


def _is_among(path: Path, others: Iterable[Path]) -> bool:
    return any(other.exists() and path.samefile(other) for other in others)


def _told_apart(found: list[Found]) -> list[Found]:
    """The same sources, those of one name named by more of their path, or numbered."""
    by_name: dict[str, int] = {}
    for f in found:
        by_name[f.name] = by_name.get(f.name, 0) + 1
    taken: set[str] = set()
    out = []
    for f in found:
        name = f.name
        if by_name[name] > 1 and f.path is not None:
            name = PurePath(*[p for p in f.path.parts if p not in (f.path.anchor, "..")]).as_posix()
        plain, n = name, 2
        while name in taken:
            name, n = f"{plain}#{n}", n + 1
        taken.add(name)
        out.append(replace(f, name=name))
    return out


@contextmanager
def opened(found: Found, encoding: str | None = None) -> Iterator[Source]:
    """The source with its encoding found, or as said; its bytes can be read again and again inside the context.

    Raises SourceError.
    """
    with ExitStack() as stack:
        try:
            path = stack.enter_context(_plain_file(found))
            source = open_source(path, found.name, encoding)
        except OSError as fault:
            raise SourceError(f"{found.name}: {fault.strerror or fault}") from None
        yield source


@contextmanager
def _plain_file(found: Found) -> Iterator[Path]:
    """The file itself, or a temporary one with what the stream or the compressed file holds."""
    with ExitStack() as stack:
        path = found.path
        if path is None:
            path = stack.enter_context(_spooled(sys.stdin.buffer))
        elif not path.is_file():
            path = stack.enter_context(_spooled(stack.enter_context(path.open("rb"))))
        if packing(path):
            stream = stack.enter_context(unpacked(path))
            try:
                path = stack.enter_context(_spooled(stream))
            except Exception as fault:  # each way of packing has a class of its own for damage
                if isinstance(fault, OSError) and fault.errno:
                    raise
                raise SourceError(f"{found.name}: the compressed file is damaged ({fault})") from None
        yield path


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[Path]:
    """A temporary file with all that the stream holds."""
    handle, name = tempfile.mkstemp(prefix="cleancorpus-")
    try:
        with os.fdopen(handle, "wb") as spool:
            shutil.copyfileobj(stream, spool, BLOCK_BYTES)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def packing(path: Path) -> str:
    """The module that unpacks the file, told by its first bytes, or "" for a plain one."""
    with path.open("rb") as f:
        head = f.read(10)
    for mark, module in PACKED:
        if head.startswith(mark) and (module != "bz2" or head[4:] in (b"1AY&SY", b"\x17rE8P\x90")):
            return module
    return ""


def unpacked(path: Path) -> IO[bytes]:
    """The bytes of the file, unpacked where they are compressed. Raises SourceError where the package is missing."""
    module = packing(path)
    if not module:
        return path.open("rb")
    stream: IO[bytes] = (_zstd(path.name) if module == "zstd" else importlib.import_module(module)).open(path)
    return stream


def _zstd(name: str) -> Any:
    """The zstd module of the standard library (3.14) or of the package that goes before it."""
    for module in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    raise SourceError(f"{name}: for .zst one package more is needed: pip install 'cleancorpus[zstd]'")


def open_source(path: Path, name: str, encoding: str | None = None) -> Source:
    """A plain file with its encoding found, or as said. Raises SourceError."""
    size = path.stat().st_size
    with path.open("rb") as f:
        head = f.read(SAMPLE_BYTES)
    said = codec_of(encoding) if encoding else ""
    for bom, codec in BOMS:
        if head.startswith(bom) and (not said or said == codec or said == SUPERSETS.get(str(encoding).lower())):
            return Source(name, path, codec, bom, size=size)
    if said:
        return Source(name, path, said, size=size)
    if looks_binary(head):
        raise SourceError(f"{name}: this is no text; if it is, name its encoding with --encoding")
    # Before UTF-8, because English in UTF-16 is also UTF-8 (with NULs); `_wide` finds none without a NUL or the like.
    if codec := _wide(head):
        return Source(name, path, codec, size=size, note=f"{name}: read as {codec}, found without a BOM")
    codec, note = _detected(path, name, size)
    return Source(name, path, codec, size=size, note=note)


def of_text(text: str, name: str = "text") -> Source:
    """A source that holds `text`. Raises SourceError for a lone surrogate, which no file can hold."""
    try:
        data = text.encode()
    except UnicodeEncodeError as fault:
        raise SourceError(
            f"{name}: code point {fault.start} is a lone surrogate (U+{ord(text[fault.start]):04X})"
        ) from None
    return Source(name, None, "utf-8", data=data, size=len(data))


def codec_of(encoding: str) -> str:
    """The codec that reads the named encoding. Raises SourceError for a name that is none."""
    try:
        info = codecs.lookup(encoding)
        "\n".encode(info.name)
    except (LookupError, UnicodeError):
        raise SourceError(f"there is no encoding `{encoding}`; gb18030, big5hkscs, utf-16-le, cp932 are some") from None
    return SUPERSETS.get(info.name, info.name)


def _detected(path: Path, name: str, size: int) -> tuple[str, str]:
    """The codec of a file without a BOM, and what to say of how it was found. Raises SourceError."""
    fault = _utf8_fault(path, size)
    if fault is None:
        return "utf-8", ""
    sample = _sample(path, size, fault)
    valid, broken = _utf8_share(sample)
    if valid > 4 * broken:
        raise fault_at(Source(name, path, "utf-8", size=size), fault, "; the rest of it reads as utf-8")
    import chardet

    guesses = [(codec_of(g["encoding"]), g["confidence"]) for g in chardet.detect_all(sample) if g["encoding"]]
    fitting = [(codec, sure) for codec, sure in guesses if codec != "utf-8" and _decodes(sample, codec)]
    eastern = [(codec, sure) for codec, sure in fitting if codec.startswith(EASTERN)]
    for codec, sure in eastern or [g for g in fitting if g[1] >= SURE_WESTERN]:
        unsure = "" if sure >= SURE else ", but this is not sure; --encoding says it"
        return codec, f"{name}: read as {codec} (detected){unsure}"
    raise SourceError(f"{name}: the encoding was not found (byte {fault} is no utf-8); name it with --encoding")


def _utf8_fault(path: Path, size: int) -> int | None:
    """The first byte that is no UTF-8, or None: as far into a large file as it takes to be sure."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    with path.open("rb") as f:
        while True:
            data = f.read(BLOCK_BYTES)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as fault:
                return at - held + fault.start
            at += len(data)
            if not data or (at < size and len(text) - len(text.encode("ascii", "ignore")) >= SURE_UTF8):
                return None


def _sample(path: Path, size: int, first: int) -> bytes:
    """The lines that are not ASCII from around byte `first`, the middle and the end of a file; whole where they are
    short enough."""
    sample = b""
    with path.open("rb") as f:
        for place in (max(0, first - 200), size // 2, size - SAMPLE_BYTES):
            f.seek(max(0, place))
            part = f.read(SAMPLE_BYTES)
            whole = part[part.find(b"\n") + 1 if place > 0 else 0 : part.rfind(b"\n") + 1]
            sample += b"".join(line for line in whole.splitlines(keepends=True) if not line.isascii())
        if not sample:
            f.seek(0)
            sample = f.read(SAMPLE_BYTES)
    return sample


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeError:
        return False
    return True


def _utf8_share(sample: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII read as UTF-8, and how many places do not."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(c > "\x7f" for c in text) - broken, broken


def _wide(head: bytes) -> str:
    """The UTF-16 that a file without a BOM begins in, or "".

    Nearly all that a Chinese, Japanese, Korean or English text holds lies in a few rows of Unicode, and a blank or a
    full stop of it has a byte that no other encoding has. chardet finds no Chinese of this kind.
    """
    pairs = np.frombuffer(head[: len(head) // 2 * 2], "<u2")
    for codec, codes in (("utf-16-le", pairs), ("utf-16-be", pairs.byteswap())):
        usual = (
            ((codes >= 0x4E00) & (codes < 0xA000)) | ((codes >= 0x20) & (codes < 0x7F)) | np.isin(codes, (9, 10, 13))
            | ((codes >= 0x3000) & (codes < 0x3100)) | (codes >= 0xFF00) | ((codes >= 0x2010) & (codes < 0x2030))
            | ((codes >= 0xAC00) & (codes < 0xD7A4))
        )  # fmt: skip
        if np.count_nonzero(usual) > 0.95 * len(codes) and np.isin(codes, (9, 10, 13, 0x20, 0x3000, 0x3002)).any():
            return codec
    return ""


def fault_at(source: Source, byte: int, hint: str = "") -> SourceError:
    """The error for the byte (counted from 0, BOM included) at which a source does not decode."""
    decoder = codecs.getincrementaldecoder(source.encoding)("ignore")
    characters = breaks = 0
    with source.bytes() as f:
        left = byte - len(f.read(len(source.bom)))
        while left > 0:
            text = decoder.decode(f.read(min(BLOCK_BYTES, left)))
            left -= BLOCK_BYTES
            characters += len(text)
            breaks += text.count("\n") + text.count("\r") - text.count("\r\n")
        f.seek(byte)
        rest = f.read(16)
    if _decodes(rest, source.encoding):
        what = f"the file ends inside a character at byte {byte}"
    else:
        what = f"byte {byte} (0x{rest[0]:02x}) is no {source.encoding}"
    return SourceError(f"{source.name}: {what}: character {characters}, line {breaks + 1}{hint}")


class Reading:
    """The first reading of a source: its blocks in order, and afterwards the source with all that is to know of it.

    Iterating raises SourceError where the bytes do not decode.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._origins: list[int] = []
        self._bytes: list[int] = []
        self._odd: list[tuple[int, int, bytes]] = []
        self._breaks: set[str] = set()

    def __iter__(self) -> Iterator[Block]:
        source = self.source
        with source.bytes() as f:
            at = len(source.bom)
            f.seek(at)
            origin, pending, ended = 0, b"", False
            while not ended:
                data = f.read(BLOCK_BYTES)
                pending += data
                ended = not data
                while pending:
                    end = len(pending) if ended and len(pending) <= LINE_BYTES else _line_end(pending, source.encoding)
                    if not end and len(pending) < LINE_BYTES:
                        break
                    text, end, forced = self._decoded(pending, end, at)
                    self._note(text, pending[:end], origin, at)
                    yield Block(text, origin, at, forced, end)
                    origin += len(text)
                    at += end
                    pending = pending[end:]
        self.source = replace(
            source,
            newline="mixed" if len(self._breaks) > 1 else "".join(self._breaks) or "none",
            odd=tuple(self._odd),
            origins=np.array(self._origins or [0], np.int64),
            bytes_at=np.array(self._bytes or [len(source.bom)], np.int64),
        )

    def _decoded(self, data: bytes, end: int, byte: int) -> tuple[str, int, bool]:
        """The text of the first `end` bytes, or of a part of a line too long to hold; its bytes; whether it is cut."""
        encoding = self.source.encoding
        try:
            if end:
                return data[:end].decode(encoding), end, False
            decoder = codecs.getincrementaldecoder(encoding)()
            text = decoder.decode(data[:LINE_BYTES])
        except UnicodeDecodeError as fault:
            raise fault_at(self.source, byte + fault.start) from None
        cut = max(text.rfind("。"), text.rfind(".")) + 1 or len(text)
        if cut == len(text):
            cut -= text.endswith("\r")
        return text[:cut], _length(data, text[:cut], encoding), True

    def _note(self, text: str, data: bytes, origin: int, byte: int) -> None:
        """Remember of a block where it stands, its line breaks, and what its codec would write otherwise."""
        self._origins.append(origin)
        self._bytes.append(byte)
        # Most files have no CR, and to see that costs far less than to count.
        cr = text.count("\r") if "\r" in text else 0
        crlf = text.count("\r\n") if cr else 0
        if crlf:
            self._breaks.add("crlf")
        if cr > crlf:
            self._breaks.add("cr")
        if "lf" not in self._breaks and text.count("\n") > crlf:
            self._breaks.add("lf")
        encoding = self.source.encoding
        if encoding.startswith(BIJECTIVE):
            return
        if encoding.startswith(STATEFUL) or text.encode(encoding, "replace") != data:
            self._odd += [(origin + a, origin + b, odd) for a, b, odd in odd_spans(data, text, encoding)]


def _length(data: bytes, text: str, encoding: str) -> int:
    """How many bytes at the head of `data` decode to `text`."""
    plain = text.encode(encoding, "replace")
    if data.startswith(plain):
        return len(plain)
    low, high = 0, len(data)
    while low < high:
        middle = (low + high) // 2
        if len(codecs.getincrementaldecoder(encoding)().decode(data[:middle])) < len(text):
            low = middle + 1
        else:
            high = middle
    return low


def _line_end(data: bytes, encoding: str) -> int:
    """How many bytes of `data` are whole lines; a CR at its very end may be half a line break."""
    for mark in "\n\r":
        code = mark.encode(encoding)
        at = data.rfind(code, 0, len(data) - len(code) if mark == "\r" else len(data))
        while at >= 0 and at % len(code):
            at = data.rfind(code, 0, at + len(code) - 1)
        if at >= 0:
            return at + len(code)
    return 0


def odd_spans(data: bytes, text: str, encoding: str) -> Iterator[tuple[int, int, bytes]]:
    """The spans of `text`, decoded from `data`, that the codec would not write with the bytes they were read from.

    A character each, or a whole line where that does not explain the difference.
    """
    read, written = data.split(b"\n"), text.split("\n")
    if len(read) != len(written):
        yield 0, len(text), data
        return
    at = 0
    for old, line in zip(read, written, strict=True):
        if line.encode(encoding, "replace") != old:
            found = list(_odd_characters(old, encoding))
            if encoded(line, 0, found, encoding) != old:
                found = [(0, len(line), old)]
            yield from ((at + a, at + b, odd) for a, b, odd in found)
        at += len(line) + 1


def _odd_characters(data: bytes, encoding: str) -> Iterator[tuple[int, int, bytes]]:
    decoder = codecs.getincrementaldecoder(encoding)()
    at = begin = 0
    for i in range(len(data)):
        text = decoder.decode(data[i : i + 1])
        if text:
            if text.encode(encoding, "replace") != data[begin : i + 1]:
                yield at, at + len(text), data[begin : i + 1]
            at, begin = at + len(text), i + 1


def encoded(text: str, origin: int, odd: Sequence[tuple[int, int, bytes]], encoding: str) -> bytes:
    """The bytes of whole lines of raw text that begin at `origin`, as they stood in the file.

    odd: the spans inside this text that are written with bytes of their own.
    """
    out, at = [], 0
    for a, b, raw in odd:
        out += [_plainly(text[at : a - origin], encoding), raw]
        at = b - origin
    return b"".join([*out, _plainly(text[at:], encoding)])


def _plainly(text: str, encoding: str) -> bytes:
    if encoding.startswith(STATEFUL):
        return b"\n".join(line.encode(encoding) for line in text.split("\n"))
    return text.encode(encoding)
