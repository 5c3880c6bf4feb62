"""Outputs: their formats, their names, and that nothing half-written or foreign is ever touched."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cleancorpus import sink
from cleancorpus.documents import Document, Part
from cleancorpus.rules import load
from cleancorpus.sink import SinkError
from cleancorpus.source import Source


def written(target: str | None, documents: Sequence[tuple[str, str]], **how: Any) -> None:
    """Write documents of (title, text), as they would come from one source."""
    with sink.opened(target, **how) as output:
        write(output, Source("raw.txt", None, "gb18030"), documents)


def write(output: sink.Output, source: Source, documents: Sequence[tuple[str, str]]) -> None:
    output.begin(source, load())
    for n, (title, text) in enumerate(documents):
        document = Document(source.name, 10 * n, f"第{n}篇 {title}", title, 1, ("上",), n, rules={"b/b", "a/a"})
        output.take(Part(f"第{n}篇 {title}\n", None))
        output.take(Part(text[:2], document))
        output.take(Part(text[2:], document, last=True))
    output.end()


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_json_lines_hold_a_document_each_with_always_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    written(str(path), [("春", '他說:"好"\t\\'), ("", "")])
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert first == {
        "id": "raw.txt@0", "text": '他說:"好"\t\\', "source": "raw.txt",
        "metadata": {"title": "春", "heading": "第0篇 春", "level": 1, "path": ["上"], "index": 0, "start": 0, "end": 0,
                     "truncated": False, "duplicate_of": "", "garbled": 0, "encoding": "gb18030", "script": "none", "changes": 0,
                     "rules": ["a/a", "b/b"]},
    }  # fmt: skip
    assert list(second) == list(first) and list(second["metadata"]) == list(first["metadata"])


def test_a_folder_holds_a_text_a_document_under_a_safe_name(tmp_path: Path) -> None:
    written(f"{tmp_path}/out/", [('春/夏: "a"?', "正文"), ("..", "二"), ("長" * 200, "三"), ("a\u202eb\x1b[2J", "四")])
    assert list(tree(tmp_path / "out")) == [
        "0001-春 夏 a.txt", "0002.txt", f"0003-{'長' * 40}.txt", "0004-a b [2J.txt",
    ]  # fmt: skip
    assert tree(tmp_path / "out")["0002.txt"] == "第1篇 ..\n\n二\n"


def test_a_folder_of_several_sources_holds_a_folder_each(tmp_path: Path) -> None:
    with sink.opened(f"{tmp_path}/out/", many=True) as output:
        for name in ("a/x.txt", "A/X.txt"):
            write(output, Source(name, None, "utf-8"), [("t", "正文")])
    assert list(tree(tmp_path / "out")) == ["A/X-2/0001-t.txt", "a/x/0001-t.txt"]


def test_a_folder_is_replaced_only_if_all_in_it_is_of_an_earlier_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(f"{out}/", [("a", "一"), ("b", "二")])
    written(f"{out}/", [("c", "三")])
    assert list(tree(out)) == ["0001-c.txt"]
    (out / "notes.txt").write_text("mine")
    with pytest.raises(SinkError, match=r"holds .*notes\.txt, which is no output of this program"):
        written(f"{out}/", [("d", "四")])
    assert list(tree(out)) == ["0001-c.txt", "notes.txt"]


@pytest.mark.parametrize("target", ["out.txt", "out.jsonl", "out/"])
def test_nothing_stands_under_the_name_when_the_run_fails(tmp_path: Path, target: str) -> None:
    with pytest.raises(ZeroDivisionError), sink.opened(f"{tmp_path}/{target}", log=tmp_path / "log.jsonl") as output:
        write(output, Source("raw.txt", None, "utf-8"), [("t", "正文")])
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_output_keeps_the_rights_of_the_file_it_replaces_and_follows_links(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link.txt"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    written(str(link), [("t", "正文")])
    assert link.is_symlink() and path.read_text(encoding="utf-8") == "第0篇 t\n正文"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_device_is_written_to_and_not_replaced() -> None:
    written(os.devnull, [("t", "正文")])
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_texts_of_several_sources_stand_a_blank_line_apart(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with sink.opened(str(path), many=True) as output:
        for text in ("一", "二\n", "", "三\n\n", "四"):
            output.begin(Source("raw.txt", None, "utf-8"), load())
            output.take(Part(text, None))
            output.end()
    assert path.read_text(encoding="utf-8") == "一\n\n二\n\n三\n\n四"


@pytest.mark.parametrize(
    ("target", "said", "format"),
    [
        (None, None, "text"),
        (None, "jsonl", "jsonl"),
        ("x.txt", None, "text"),
        ("x.JSONL", None, "jsonl"),
        ("x.ndjson", None, "jsonl"),
        ("x.parquet", None, "parquet"),
        ("x.txt", "jsonl", "jsonl"),
        ("new/", None, "folder"),
        ("new/", "text", "folder"),
        (".", None, "folder"),
    ],
)
def test_the_format_follows_the_name_unless_said(target: str | None, said: str | None, format: str) -> None:
    assert sink.format_of(target, said) == format


@pytest.mark.parametrize(
    ("target", "how", "message"),
    [
        ("none/out.txt", {}, "there is no folder"),
        ("sub", {"format": "jsonl"}, "is a folder, but jsonl is one file"),
        ("out.txt", {"format": "xml"}, "there is no format `xml`"),
        ("out.txt", {"log": "out.txt"}, "output and edit log cannot be one file"),
        ("file/", {}, "is a file"),
    ],
)
def test_an_output_that_cannot_be_is_refused(tmp_path: Path, target: str, how: dict[str, str], message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "file").write_text("")
    log = {"log": tmp_path / how.pop("log")} if "log" in how else {}
    with pytest.raises(SinkError, match=message):
        written(f"{tmp_path}/{target}", [], **how, **log)


def test_parquet_holds_the_same_as_json_lines(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    documents = [("春", "正文"), ("夏", ""), ("秋", "二" * 100)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sink, "GROUP", 50)
        written(str(tmp_path / "out.parquet"), documents)
    written(str(tmp_path / "out.jsonl"), documents)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert parquet.read_table(tmp_path / "out.parquet").to_pylist() == rows
