"""Scores: what was found of what a person marked, what wrongly, what not, and which rule it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleancorpus.cli import run
from cleancorpus.evaluate import CaseError, read

RAW = (
    "雨停了,天也亮了。\n"
    "他走到窗前看了看外面的街道,街上没有一个人,只有一只狗在路灯下面睡觉,他想起了许多年以前的事情和许多问\n"
    "题。\n"
    "更多小说请到www.shuwu-abc.com下载\n"
    "她笑 着说,天亮 了。\n"
)


def at(what: str, skip: int = 0) -> int:
    return RAW.index(what) + skip


LABELS: dict[str, Any] = {
    "newlines": [
        {"offset": at("。\n他", 1), "label": "keep"},
        {"offset": at("问\n", 1), "label": "join"},
        {"offset": at("题。\n", 2), "label": "join", "certain": False},
    ],
    "spaces": [{"start": at("笑 着", 1), "end": at("笑 着", 2), "label": "delete"}],
    "watermarks": [
        {"start": at("更多"), "end": at("\n她"), "family": "url"},
        {"start": at("一只狗"), "end": at("在路灯")},
    ],
    "punctuation": [{"offset": i, "from": ",", "to": "，"} for i, c in enumerate(RAW) if c == ","],
    "documents": [{"start": 0}],
}


def scored(folder: Path, labels: object, capsys: pytest.CaptureFixture[str], *options: str, raw: str = RAW) -> Any:
    (folder / "case.txt").write_text(raw, encoding="utf-8")
    (folder / "case.json").write_text(json.dumps(labels), encoding="utf-8")
    assert run(["eval", str(folder / "case.json"), "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def counts(figures: dict[str, Any]) -> tuple[int, int, int]:
    return figures["right"], figures["wrong"], figures["missed"]


def test_each_kind_counts_what_was_found_and_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = scored(tmp_path, LABELS, capsys)
    assert {kind: counts(row) for kind, row in said["kinds"].items()} == {
        "join": (1, 0, 0), "space": (1, 0, 0), "watermark": (1, 0, 1), "watermark: url": (1, 0, 0),
        "punctuation": (5, 0, 0), "boundary": (1, 0, 0),
    }  # fmt: skip
    assert said["kinds"]["watermark"]["recall"] == 0.5
    assert (said["content"]["lost"], said["content"]["blanks_put_in"]) == (0, 0)
    by_rule = {(row["rule"], row["kind"]): counts(row) for row in said["rules"]}
    assert by_rule["lines/word-straddles-break", "join"] == (1, 0, 0)
    assert by_rule["watermark/site-domain", "watermark"] == (1, 0, 1)


def test_what_is_done_wrongly_counts_against_its_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = {
        "newlines": [{"offset": at("问\n", 1), "label": "keep"}],
        "spaces": [{"start": at("笑 着", 1), "end": at("笑 着", 2), "label": "keep"}],
        "punctuation": [],
        "watermarks": [],
    }
    said = scored(tmp_path, labels, capsys)
    kinds = {kind: counts(row)[1] for kind, row in said["kinds"].items()}
    assert kinds == {"join": 1, "space": 1, "punctuation": 5}
    assert said["content"]["lost"] == len("更多小说请到wwwshuwuabccom下载")
    wrong = {row["rule"]: row["kind"] for row in said["rules"] if row["wrong"]}
    assert wrong["watermark/site-domain"] == "content" and wrong["lines/word-straddles-break"] == "join"


def test_options_of_the_case_and_of_the_command_choose_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    less = scored(tmp_path, {**LABELS, "args": ["--ignore", "punctuation/*"]}, capsys)
    assert counts(less["kinds"]["punctuation"]) == (0, 0, 5)
    least = scored(tmp_path, LABELS, capsys, "--select", "watermark/*")
    assert counts(least["kinds"]["join"]) == (0, 0, 1) and counts(least["kinds"]["watermark"]) == (1, 0, 1)


def test_characters_of_the_script_may_have_forms_as_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = {
        "script": [{"offset": 0, "from": "这", "to": "這"}, {"offset": 1, "from": "里", "to": "裡"}],
        "same": {"裡": "裏"},
    }
    said = scored(tmp_path, labels, capsys, "--script", "hant", raw="这里有水。\n")
    assert counts(said["kinds"]["script"]) == (2, 0, 0)
    said = scored(tmp_path, {"script": []}, capsys, "--script", "hant", raw="这里有水。\n")
    assert counts(said["kinds"]["script"]) == (0, 2, 0)


def test_an_item_that_is_not_as_it_must_be_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.txt").write_text(RAW, encoding="utf-8")
    (tmp_path / "case.json").write_text('{"newlines": [{"offset": 3}]}', encoding="utf-8")
    assert run(["eval", str(tmp_path / "case.json")]) == 2
    assert "case.json: an item is not as it must be (KeyError: 'label')" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"case\.json:1:2: "),
        ("[]", "must hold an object"),
        (None, r"case\.json: No such file"),
    ],
)
def test_a_case_that_cannot_be_read_is_an_error(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "case.json").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=message):
        read(tmp_path / "case.json")
