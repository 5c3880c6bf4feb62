"""Sources: what is found, how its encoding is found, and that its blocks and pieces are the file, however it is cut."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import source
from cleancorpus.source import Found, Reading, Source, SourceError

HANS = "他走进屋子，看见桌上放着一封信。信是从北京寄来的，里面写着三件事情。她想了很久，最后决定给他打一个电话。\n"
HANT = "他走進屋子，看見桌上放著一封信。信是從北京寄來的，裡面寫著三件事情。她想了很久，最後決定給他打一個電話。\n"
JAPANESE = "彼は部屋に入って、机の上に手紙が置いてあるのを見た。彼女は長い間考えて、最後に電話をかけることにした。\n"
KOREAN = (
    "그는 방에 들어가서 책상 위에 편지가 놓여 있는 것을 보았다. 그녀는 오래 생각하다가 마침내 전화를 걸기로 했다.\n"
)
ENGLISH = "He went into the room and saw a letter on the table.\n"


def read(path: Path | None, encoding: str | None = None) -> tuple[Source, str]:
    """A source as known after its first reading, and its whole text."""
    with source.opened(Found("raw.txt", path), encoding) as opened:
        reading = Reading(opened)
        text = "".join(block.text for block in reading)
        return reading.source, text


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (HANS, "utf-8", "utf-8"),
        (HANS, "utf-8-sig", "utf-8"),
        (HANS, "gb2312", "gb18030"),
        (HANS, "gbk", "gb18030"),
        (HANS + "𠮷㐂\n", "gb18030", "gb18030"),
        (HANT, "gb18030", "gb18030"),
        (HANT, "big5", "big5hkscs"),
        (HANT + "㗎喺嘅\n", "big5hkscs", "big5hkscs"),
        (HANS, "utf-16", "utf-16-le"),
        (HANS, "utf-16-le", "utf-16-le"),
        (HANT, "utf-16-be", "utf-16-be"),
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (KOREAN, "utf-16-le", "utf-16-le"),
        (HANS, "utf-32", "utf-32-le"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (KOREAN, "euc_kr", "cp949"),
        (KOREAN, "cp949", "cp949"),
        (ENGLISH, "ascii", "utf-8"),
    ],
)
@pytest.mark.parametrize("times", [1, 3000])
def test_the_encoding_is_found(tmp_path: Path, text: str, encoding: str, found: str, times: int) -> None:
    path = tmp_path / "raw.txt"
    # Most of a file may be plain ASCII: what tells stands in the middle.
    whole = ENGLISH * (times // 2) + text * times + ENGLISH * (times // 2)
    path.write_bytes(whole.encode(encoding))
    known, read_text = read(path)
    assert (known.encoding, read_text) == (found, whole)


def test_a_stray_control_character_makes_no_binary(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes("a\0b 中\x08文\n".encode())
    assert read(path)[1] == "a\0b 中\x08文\n"


def test_the_reader_is_told_how_an_encoding_was_found(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes((HANS * 20).encode("gbk"))
    assert read(path)[0].note == "raw.txt: read as gb18030 (detected)"
    path.write_bytes("中\n".encode("gbk"))
    assert "not sure" in read(path)[0].note
    assert read(path, "gbk")[0].note == ""


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        ((HANS * 9).encode() + b"\xe4\xb8", None, r"the file ends inside a character at byte 1413: character 477, line 10"),
        (HANS.encode() * 9 + b"a\xffb" + HANS.encode() * 9, None,
         r"byte 1414 \(0xff\) is no utf-8: character 478, line 10; the rest of it reads as utf-8"),
        (b"a\r\nb\rc\n\xff\xff\n", "gb18030", r"byte 7 \(0xff\) is no gb18030: character 7, line 4"),
        (b"\xff\xfea\x00\x00\xd8b\x00", None, r"byte 4 \(0x00\) is no utf-16-le: character 1, line 1"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", None, "is no text"),
        (bytes(range(256)) * 9, None, "is no text"),
        (b"abc\xff\xfe\xfd\x80\x81 zz", None, r"the encoding was not found \(byte 3 is no utf-8\); name it with --encoding"),
        (b"a", "klingon", "there is no encoding `klingon`"),
        (b"a", "base64", "there is no encoding `base64`"),
        (gzip.compress(b"abc" * 999)[:-12], None, "the compressed file is damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_that_says_where(
    tmp_path: Path, data: bytes, encoding: str | None, message: str
) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=message):
        read(path, encoding)


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("", "none"),
        ("a", "none"),
        ("a\nb", "lf"),
        ("a\r\nb\r\n", "crlf"),
        ("a\rb\r", "cr"),
        ("a\r\nb\n", "mixed"),
        ("\r\r\n", "mixed"),
    ],
)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_breaks_and_bom_are_known(tmp_path: Path, text: str, newline: str, bom: bytes) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes(bom + text.encode())
    known, read_text = read(path)
    assert (known.newline, known.bom, read_text) == (newline, bom, text)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_is_read_by_its_first_bytes(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes(compress(HANS.encode("gbk") * 20))
    assert read(path)[1] == HANS * 20


def test_zstandard_is_read_or_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt"
    try:
        from backports import zstd
    except ImportError:
        path.write_bytes(b"\x28\xb5\x2f\xfd\x24\x01\x09\x00\x00\x61")
        with pytest.raises(SourceError, match=r"pip install 'cleancorpus\[zstd\]'"):
            read(path)
    else:
        path.write_bytes(zstd.compress(HANS.encode()))
        assert read(path)[1] == HANS


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(HANS.encode("big5hkscs", "replace")))))
    assert read(None)[0].encoding == "big5hkscs"


def test_a_folder_is_searched_to_the_bottom_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    for name, data in {
        "b.txt": HANS.encode(),
        "a/2.txt": HANS.encode("gbk"),
        "a/10": b"",
        "a/picture.jpg": b"\xff\xd8\xff\xe0" + bytes(99),
        "numbers.bin": bytes(999),
        ".hidden": b"x",
        ".git/config": b"x",
        "old.txt.gz": gzip.compress(HANS.encode()),
        "broken.gz": b"\x1f\x8b\x08\x00xxxxxxxxxxxxxxxx",
        "out.jsonl": b"{}",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found, left_out = source.find([tmp_path], [tmp_path / "out.jsonl"])
    assert [f.name for f in found] == ["a/10", "a/2.txt", "b.txt", "old.txt.gz"]
    assert [Path(m.split()[2]).name for m in left_out] == ["picture.jpg", "broken.gz", "numbers.bin", "out.jsonl"]
    assert left_out[0].endswith("picture.jpg is no text")


def test_sources_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("a")
    names = [f.name for f in source.find([tmp_path / "x/a.txt", tmp_path / "y/a.txt", tmp_path / "y/a.txt"])[0]]
    assert len(set(names)) == 3 and names[0].endswith("x/a.txt") and names[2] == names[1] + "#2"


def test_an_input_is_never_an_output(tmp_path: Path) -> None:
    raw, link = tmp_path / "raw.txt", tmp_path / "link.txt"
    raw.write_text("a")
    link.symlink_to(raw)
    with pytest.raises(SourceError, match="this is a source; name another output"):
        source.find([raw], [link])


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.txt: there is no such file or folder"):
        source.find([tmp_path / "none.txt"])


ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-be", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["上下", "。", "中a", "\n", "\r\n", "\r", "ab", "Ａ", ".", "一二三四五"]), max_size=40
    ).map("".join),
    st.sampled_from(ENCODINGS),
    st.integers(1, 40),
    st.integers(8, 60),
    st.data(),
)
def test_blocks_and_pieces_are_the_file(text: str, encoding: str, block: int, line: int, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "BLOCK_BYTES", block)
        patch.setattr(source, "LINE_BYTES", line)
        raw = text.encode(encoding, "replace")
        text = raw.decode(encoding)
        reading = Reading(Source("raw", None, encoding, data=raw, size=len(raw)))
        blocks = list(reading)
        assert "".join(b.text for b in blocks) == text
        for b in blocks:
            assert text[b.origin : b.origin + len(b.text)] == b.text
            assert raw[b.byte :].decode(encoding).startswith(b.text)
            end = b.origin + len(b.text)
            assert b.forced or b.text[-1] in "\n\r" or end == len(text)
            assert text[end - 1 : end + 1] != "\r\n"
        a = data.draw(st.integers(0, len(text)))
        z = data.draw(st.integers(a, len(text)))
        assert reading.source.piece(a, z).string == text[a:z]


def test_one_giant_line_is_read_in_bounded_blocks() -> None:
    text = "他走进屋子。看见桌上" * 300_000
    raw = text.encode("gb18030")
    blocks = list(Reading(Source("raw", None, "gb18030", data=raw, size=len(raw))))
    assert "".join(b.text for b in blocks) == text
    assert max(len(b.text) for b in blocks) < source.LINE_BYTES
    assert all(b.text.endswith("。") for b in blocks[:-1])
