"""Copies in the files of one run: the later one is marked, whatever the memory holds, and nothing loses its original."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import copies, job
from cleancorpus.cli import run
from cleancorpus.copies import Seen
from cleancorpus.rules import load
from cleancorpus.source import of_text

RULES = load().choose(["headings/*"])


def body(seed: int, length: int = 600) -> str:
    """Han text without meaning, so that nothing in it repeats."""
    pick = np.random.default_rng(seed)
    codes = pick.integers(0x4E00, 0x9000, length)
    return "".join(chr(c) + ("，" if i % 13 == 12 else "") for i, c in enumerate(codes.tolist())) + "。\n"


def marked(files: list[str], seen: Seen | None = None) -> dict[str, str]:
    """The documents that are copies, with what they are copies of."""
    seen = seen or Seen()
    found = {}
    for n, text in enumerate(files):
        ready = job.prepare(of_text(text, f"{n}.txt"), RULES, seen=seen)
        for part in ready.parts(ready.pieces()):
            if part.last and part.document and part.document.duplicate_of:
                found[part.document.id] = part.document.duplicate_of
    return found


def test_a_file_that_says_an_earlier_one_again_is_marked() -> None:
    assert marked([body(1), body(2), body(1)]) == {"2.txt@0": "0.txt@0"}


def test_a_copy_may_be_cut_off_or_changed_a_little_or_stand_in_another_text() -> None:
    near = body(1).replace(body(1)[100:103], "某某某")
    assert marked([body(1), body(1)[:300], near]) == {"1.txt@0": "0.txt@0", "2.txt@0": "0.txt@0"}
    assert marked([body(2) + body(1), body(1)]) == {"1.txt@0": "0.txt@0"}


def test_what_is_longer_than_the_earlier_one_is_no_copy_of_it() -> None:
    assert marked([body(1)[:300], body(1)]) == {}


def test_documents_inside_files_are_compared_and_copies_of_copies_lead_to_the_first() -> None:
    book = "".join(f"第{n}章 甲{n}\n{body(n)}" for n in (1, 2, 3))
    other = f"第一章 乙\n{body(7)}第二章 丙\n{body(2)}第三章 丁\n{body(2)}"
    at = {n: book.index(f"第{n}章") for n in (1, 2, 3)}
    found = marked([book, other, body(7), body(3)])
    assert found == {
        f"1.txt@{other.index('第二章')}": f"0.txt@{at[2]}",
        f"1.txt@{other.index('第三章')}": f"0.txt@{at[2]}",
        "2.txt@0": "1.txt@0",
        "3.txt@0": f"0.txt@{at[3]}",
    }


def test_short_documents_are_copies_where_all_their_lines_are_the_same() -> None:
    rows = ["春眠不觉晓，\n", "处处闻啼鸟。\n", "夜来风雨声，\n", "花落知多少。\n"]
    poem, other = "".join(rows), "".join(rows[:3]) + "花落知几何。\n"
    book = f"第一章 甲\n{poem}第二章 乙\n{body(5)}第三章 丙\n　　{poem}\n第四章 丁\n{other}"
    at = {n: book.index(f"第{n}章") for n in "一三"}
    assert marked([book, poem, other + body(6)[:40]]) == {
        f"0.txt@{at['三']}": f"0.txt@{at['一']}",
        "1.txt@0": f"0.txt@{at['一']}",
    }


def test_short_documents_that_are_only_alike_are_no_copies() -> None:
    said = "一共有{}个人来了，坐在院子里的长凳上。\n"
    assert marked([said.format(n) for n in "一二三四五"] + ["好。\n", "好。\n"]) == {}


def test_a_shared_quotation_makes_no_copy() -> None:
    assert marked([body(1), body(2) + body(1)[:100]]) == {}


def test_with_more_than_is_held_only_the_longer_documents_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MOST", 600)
    seen = Seen()
    assert marked([body(0, 9000), *(body(n, 300) for n in range(1, 60)), body(0, 9000)], seen) == {
        "60.txt@0": "0.txt@0"
    }
    assert sum(map(len, seen.runs)) <= 600 and len(seen.file) <= 100


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 12)), max_size=8))
def test_what_a_copy_names_is_no_copy(rows: list[tuple[int, int]]) -> None:
    found = marked([body(seed, 1200)[: 100 * length] for seed, length in rows])
    assert not set(found) & set(found.values())
    assert {int(name.partition(".")[0]) for name in found.values()} <= set(range(len(rows)))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_copies_in_a_folder_are_left_out_and_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("raw").mkdir()
    files = {"a.txt": body(1), "b.txt": body(2), "c.txt": body(1)}
    for name, text in files.items():
        Path("raw", name).write_text(text, encoding="utf-8")
    how = ["--edits", "log.jsonl", "--drop", "duplicates", "-q", "-j", jobs]
    assert run(["clean", "raw", "-o", "out.jsonl", *how]) == 0
    said = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [document["source"] for document in said] == ["a.txt", "b.txt"]
    assert run(["restore", "out.jsonl", "log.jsonl", "-o", "back"]) == 0
    assert {p.name: p.read_text(encoding="utf-8") for p in Path("back").iterdir()} == files
