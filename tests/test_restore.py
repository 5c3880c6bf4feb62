"""An output and its log hold the whole file: whatever the encoding, the line breaks, the format, it comes back."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import job, sink, source
from cleancorpus.cli import run
from cleancorpus.restore import RestoreError, restore
from cleancorpus.rules import Rules, load
from tests.make_seedlike import lines

RULES: Rules = load()

# Every line has something that some rule changes, or that some encoding writes in two ways.
LINES = (
    "第一篇:秋天的田野",
    "第二篇:雨夜",
    "他走進屋 子,看見桌上放著一封信.信是從北京寄來的,裡面寫著三件事情",
    "　　她想了很久,最后決定給他打一個電話。",
    "更多小說請到www.shuwu-abc.com下載",
    "這時候天已經黑了,街上沒有一個人,只有遠處的狗在叫",
    "聲。",
    "",
    "a b c 12,000",
    "“你好”他說:“再見”",
)
ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "cp932", "euc_jp", "iso2022_jp_2")
BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0"}
TARGETS = ("out.txt", "out.jsonl", "out/")


def cleaned(
    folder: Path,
    files: dict[str, bytes],
    target: str,
    encoding: str | None = None,
    size: int = 1 << 18,
    drop: bool = False,
) -> None:
    """Clean the files of a folder as the command line does."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found, _ = source.find([folder / name for name in files])
    with sink.opened(f"{folder}/{target}", log=folder / "log.jsonl", many=len(found) > 1, drop=drop) as output:
        for one in found:
            with source.opened(one, encoding) as raw:
                job.write(job.prepare(raw, RULES), output, size=size)


@st.composite
def raw_files(draw: st.DrawFn) -> tuple[str, bytes]:
    encoding = draw(st.sampled_from(ENCODINGS))
    rows = draw(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(("\n", "\r\n", "\r", ""))), max_size=12))
    text = "".join(a + b for a, b in rows)
    bom = BOMS.get(encoding, b"") if draw(st.booleans()) else b""
    return encoding, bom + text.encode(encoding, "replace")


@settings(max_examples=120, deadline=None)
@given(raw_files(), st.sampled_from(TARGETS), st.integers(1, 60))
def test_any_file_comes_back_byte_for_byte(case: tuple[str, bytes], target: str, size: int) -> None:
    encoding, data = case
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cleaned(folder, {"raw.txt": data}, target, encoding, size)
        assert restore(folder / target, folder / "log.jsonl", folder / "back.txt") == ["raw.txt"]
        assert (folder / "back.txt").read_bytes() == data


SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.txt"))
# How a file is written: (what --encoding says of it, codec, BOM).
WRITTEN = (
    (None, "utf-8", b""),
    (None, "utf-8", b"\xef\xbb\xbf"),
    (None, "utf-16-le", b"\xff\xfe"),
    (None, "utf-16-be", b"\xfe\xff"),
    ("gb18030", "gb18030", b""),
    ("big5hkscs", "big5hkscs", b""),
)
BREAKS = (("\n",), ("\r\n",), ("\r",), ("\n", "\r\n", "\r"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("target", TARGETS)
def test_the_samples_come_back(tmp_path: Path, path: Path, target: str) -> None:
    cleaned(tmp_path, {"raw.txt": path.read_bytes()}, target)
    restore(tmp_path / target, tmp_path / "log.jsonl", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("written", WRITTEN, ids=[f"{codec}{'-bom' * bool(bom)}" for _, codec, bom in WRITTEN])
def test_generated_files_come_back(tmp_path: Path, written: tuple[str | None, str, bytes]) -> None:
    said, codec, bom = written
    pick = random.Random(codec)
    files = {}
    for n in range(167):
        breaks = BREAKS[n % len(BREAKS)]
        rows = [pick.choice(LINES) + pick.choice(breaks) for _ in range(n % 12)]
        text = "".join(rows).rstrip("\r\n") if n % 3 == 0 else "".join(rows)
        files[f"{n}.txt"] = bom + text.encode(codec, "replace")
    cleaned(tmp_path, files, TARGETS[len(bom) % len(TARGETS)], said)
    restore(tmp_path / TARGETS[len(bom) % len(TARGETS)], tmp_path / "log.jsonl", tmp_path / "back")
    assert {p.name: p.read_bytes() for p in (tmp_path / "back").iterdir()} == files


@pytest.mark.parametrize("target", TARGETS)
def test_many_essays_come_back(tmp_path: Path, target: str) -> None:
    data = "".join(lines(1_000_000)).encode()
    cleaned(tmp_path, {"raw.txt": data}, target, size=1 << 14)
    restore(tmp_path / target, tmp_path / "log.jsonl", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == data


@pytest.mark.parametrize("target", TARGETS)
def test_several_sources_come_back_into_a_folder(tmp_path: Path, target: str) -> None:
    files = {f"{n}.txt": "\n".join(LINES[n:]).encode("gb18030") + b"\n" * n for n in range(4)}
    cleaned(tmp_path, files, target)
    assert restore(tmp_path / target, tmp_path / "log.jsonl", tmp_path / "back") == list(files)
    assert {p.name: p.read_bytes() for p in (tmp_path / "back").iterdir()} == files
    restore(tmp_path / target, tmp_path / "log.jsonl", tmp_path / "one.txt", "2.txt")
    assert (tmp_path / "one.txt").read_bytes() == files["2.txt"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("rest", [sink.REST, 50])
def test_documents_that_were_left_out_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, rest: int
) -> None:
    monkeypatch.setattr(sink, "REST", rest)
    first, second = ("".join(lines(n))[-1500:].partition("\n")[2] for n in (4_000, 9_000))
    data = "".join(f"第{n}章 甲{n}\n{body}\n" for n, body in enumerate((first, second, first), 1)).encode()
    cleaned(tmp_path, {"raw.txt": data}, target, drop=True)
    out = tmp_path / target
    kept = "".join(p.read_text(encoding="utf-8") for p in (sorted(out.iterdir()) if out.is_dir() else [out]))
    assert "甲2" in kept and "甲3" not in kept
    restore(out, tmp_path / "log.jsonl", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == data


ODD = (
    ("big5hkscs", b"\xa4\xa4\xa4\xe5\xa1\xc3\xa1\x5a\xf9\xfe\n\xa1\xfe\xa2\x40\xa2\xcc\xa2\xce\n"),
    ("gb18030", "中文".encode("gb18030") + b"\xa2\xe3\x81\x30\x84\x36\xa6\xd9\xfe\x59\n"),
    ("cp932", b"\x81\xe6\x87\x9a\xfa\x5b\xed\x40\xee\xf9\n"),
    ("iso2022_jp", b"\x1b$B\x1b$B$3$3\x1b(B\n\x1b(J\x5c\x1b(B abc\n"),
)


@pytest.mark.parametrize(("encoding", "data"), ODD)
def test_bytes_that_the_codec_would_write_otherwise_come_back(tmp_path: Path, encoding: str, data: bytes) -> None:
    cleaned(tmp_path, {"raw.txt": data}, "out.txt", encoding)
    restore(tmp_path / "out.txt", tmp_path / "log.jsonl", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == data


@pytest.mark.parametrize("without", ["script/*", "lines/*", "watermark/site-domain", "headings/*"])
@pytest.mark.parametrize("target", ["out.txt", "out.jsonl"])
def test_single_rules_are_undone_by_cleaning_again_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("raw.txt").write_bytes(SAMPLES[0].read_bytes())
    options = ["--script", "hans", "--ignore", "punctuation/*"]
    assert run(["clean", "raw.txt", "-o", target, "--edits", "log.jsonl", *options, "-q"]) == 0
    assert run(["clean", "raw.txt", "-o", f"less-{target}", *options, "--ignore", without, "-q"]) == 0
    assert run(["restore", target, "log.jsonl", "--rule", without, "-o", f"back-{target}", *options]) == 0
    assert Path(f"back-{target}").read_bytes() == Path(f"less-{target}").read_bytes() != Path(target).read_bytes()


def test_single_rules_of_another_run_are_not_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("raw.txt").write_text("\n".join(LINES), encoding="utf-8")
    assert run(["clean", "raw.txt", "-o", "out.txt", "--edits", "log.jsonl", "--script", "hans", "-q"]) == 0
    assert run(["restore", "out.txt", "log.jsonl", "--rule", "lines/*", "-o", "back.txt"]) == 2
    assert "log.jsonl: was made with other rules or settings" in capsys.readouterr().err
    assert not Path("back.txt").exists()


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def without_line(n: int) -> Callable[[str], str]:
    return lambda text: "".join(text.splitlines(keepends=True)[:n] + text.splitlines(keepends=True)[n + 1 :])


DAMAGE = (
    ("out.jsonl", swap("三件", "四件"), "what it holds of raw.txt is not what was written"),
    ("out.jsonl", lambda text: text[:-10], "is no document"),
    ("log.jsonl", lambda text: text[: text.rindex("{")], "the log of raw.txt has no end; it is cut off"),
    ("log.jsonl", lambda text: "", "is empty"),
    ("log.jsonl", lambda text: "text\n" + text, "line 1: is no line of an edit log"),
    ("log.jsonl", without_line(0), "line 1: no line that tells of a source stands before it"),
    ("log.jsonl", swap('"encoding": "utf-8"', '"encoding": "utf-9"'), "is damaged .unknown encoding: utf-9"),
    ("log.jsonl", swap('"sha256"', '"sha255"'), "line 1: is no line of an edit log"),
    ("log.jsonl", swap('"bom": ""', '"bom": "x"'), "is damaged"),
    ("log.jsonl", swap('"before"', '"befor"'), "line 2: is no line of an edit log"),
    ("log.jsonl", swap('"stored"', '"store"'), "is no line of an edit log"),
    ("log.jsonl", swap('"encoding": "utf-8"', '"encoding": "utf-16-le"'), "its sha256 differs"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "damage", "message"), DAMAGE)
def test_what_was_changed_since_is_refused(
    tmp_path: Path, file: str, damage: Callable[[str], str], message: str
) -> None:
    cleaned(tmp_path, {"raw.txt": "\n".join(LINES).encode()}, "out.jsonl")
    path = tmp_path / file
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(RestoreError, match=message):
        restore(tmp_path / "out.jsonl", tmp_path / "log.jsonl", tmp_path / "back.txt")
    assert not (tmp_path / "back.txt").exists()


def test_a_log_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    cleaned(tmp_path, {"a.txt": b"a\n", "b.txt": b"b\n"}, "out.jsonl")
    for name in ("out.jsonl", "log.jsonl"):
        path = tmp_path / name
        path.write_text(path.read_text().replace('"a.txt"', '"../a.txt"'))
    with pytest.raises(RestoreError, match="leads out of its folder"):
        restore(tmp_path / "out.jsonl", tmp_path / "log.jsonl", tmp_path / "back")
    assert not (tmp_path.parent / "a.txt").exists()


def test_the_log_tells_of_the_file_first_and_of_every_change_after(tmp_path: Path) -> None:
    raw = "\n".join(LINES)
    cleaned(tmp_path, {"raw.txt": b"\xef\xbb\xbf" + raw.encode()}, "out.txt")
    header, *rows = (json.loads(row) for row in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines())
    assert {k: header[k] for k in ("source", "encoding", "bom", "newline")} == {
        "source": "raw.txt", "encoding": "utf-8", "bom": "efbbbf", "newline": "lf",
    }  # fmt: skip
    text, at = "", 0
    for change in (row for row in rows if "start" in row):
        assert raw[change["start"] : change["end"]] == change["before"]
        assert change["start"] >= at and all(rule in RULES.number for rule in change["rules"])
        text += raw[at : change["start"]] + change["after"]
        at = change["end"]
    assert text + raw[at:] == (tmp_path / "out.txt").read_text(encoding="utf-8")
