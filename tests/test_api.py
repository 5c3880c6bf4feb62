"""The Python API: the same cleaning, as values."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleancorpus
from cleancorpus import job, sink, source
from cleancorpus.rules import load
from tests.test_restore import LINES

RAW = "\r\n".join(LINES)


def test_text_documents_and_changes_are_those_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_bytes(RAW.encode("gb18030"))
    found, _ = source.find([tmp_path / "raw.txt"])
    for target in ("out.txt", "out.jsonl"):
        with source.opened(found[0]) as raw, sink.opened(str(tmp_path / target), log=tmp_path / "log.jsonl") as output:
            job.write(job.prepare(raw, load()), output)
    cleaned = cleancorpus.clean(RAW, name="raw.txt")
    assert cleaned.text == (tmp_path / "out.txt").read_bytes().decode()
    documents = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(d.id, d.text) for d in cleaned.documents] == [(d["id"], d["text"]) for d in documents]
    for record, line in zip(cleaned.documents, documents, strict=True):
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in vars_of(record).items()}
        assert {**told, "encoding": "gb18030"} == {**{k: line[k] for k in ("id", "text", "source")}, **line["metadata"]}
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [vars_of(c) | {"rules": list(c.rules)} for c in cleaned.changes] == [r for r in rows if "start" in r]


def vars_of(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__slots__}  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*LINES, "\r\n", "\r", "\n", "\ufeff", "\0"]), max_size=20).map("".join))
def test_the_changes_lead_from_the_raw_text_to_the_cleaned_one(raw: str) -> None:
    cleaned = cleancorpus.clean(raw)
    text, at = "", 0
    for change in cleaned.changes:
        assert raw[change.start : change.end] == change.before
        text += raw[at : change.start] + change.after
        at = change.end
    assert text + raw[at:] == cleaned.text


def test_a_rule_of_ones_own_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """\
schema = 1
[[rule]]
id = "watermark/mine"
why = "The scraper of this site leaves it."
match = "〔墨香〕"
change = [["他說〔墨香〕好。", "他說好。"]]
keep = ["墨香滿屋。"]
""",
        encoding="utf-8",
    )
    cleaned = cleancorpus.clean("他說〔墨香〕好。", rules=[path], script="keep")
    assert cleaned.text == "他說好。"
    assert cleaned.changes[-1] == cleaned.changes[:][0]
    assert [c.rules for c in cleaned.changes] == [("watermark/mine",)]
    with pytest.raises(IndexError):
        cleaned.changes[1]
    assert cleancorpus.clean("他說〔墨香〕好。", rules=[str(path)], ignore=["watermark/*"]).text == "他說〔墨香〕好。"


def test_an_empty_text_is_one_that_needs_nothing() -> None:
    cleaned = cleancorpus.clean("")
    assert (cleaned.text, cleaned.documents, list(cleaned.changes)) == ("", (), [])


def test_what_cannot_be_is_an_error_in_words() -> None:
    with pytest.raises(cleancorpus.RuleError, match="no rule matches `nonsense`"):
        cleancorpus.clean("a", select=["nonsense"])
    with pytest.raises(cleancorpus.SourceError, match=r"code point 1 is a lone surrogate \(U\+D800\)"):
        cleancorpus.clean("a\ud800")
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        cleancorpus.cleen  # noqa: B018


def test_importing_costs_nothing() -> None:
    heavy = "numpy", "regex", "chardet", "rich", "click", "multiprocessing", "opencc"
    code = f"import cleancorpus, sys; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
