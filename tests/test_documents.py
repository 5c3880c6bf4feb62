"""Documents: what is in them, what stands between them, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import pipeline, survey
from cleancorpus.documents import Document, Part, split, truncated
from cleancorpus.rules import load
from cleancorpus.text import Text
from tests.test_chain import FILES, LEDGER, NOVEL, WELL, prose

RULES = load().choose(["headings/*"])


@dataclass(frozen=True)
class Block:
    text: str
    origin: int = 0
    forced: bool = False


def parts(text: str, cuts: tuple[int, ...] = ()) -> list[Part]:
    profile = survey.survey([Block(text)], RULES)
    edges = [0, *cuts, len(text)]
    pieces = [pipeline.clean(Text.of(text[a:b], a), RULES, profile) for a, b in zip(edges, edges[1:], strict=False)]
    return list(split(pieces, profile, RULES, "raw.txt"))


def documents(text: str, cuts: tuple[int, ...] = ()) -> list[tuple[Document, str]]:
    found: list[tuple[Document, str]] = []
    body = ""
    for part in parts(text, cuts):
        if part.document is not None:
            body += part.text
            if part.last:
                found.append((part.document, body))
                body = ""
    return found


ESSAYS = f"第一篇：护林总结\n护林总结\n{prose(3)}第二篇：值班总结\n篇一：白天\n{prose(2)}篇二：黑夜\n{prose(2)}{LEDGER}这件事使我们都"


def test_headings_titles_and_paths() -> None:
    shown = [(d.heading, d.title, d.level, d.path, d.index) for d, _ in documents(ESSAYS)]
    assert shown == [
        ("第一篇：护林总结", "护林总结", 1, (), 0),
        ("篇一：白天", "白天", 2, ("值班总结",), 1),
        ("篇二：黑夜", "黑夜", 2, ("值班总结",), 2),
    ]


def test_a_title_said_again_is_not_in_the_text() -> None:
    (_, first), *_ = documents(ESSAYS)
    assert first == prose(3).rstrip("\n")


def test_a_document_that_breaks_off_is_marked() -> None:
    assert [d.truncated for d, _ in documents(ESSAYS)] == [False, False, True]


def test_ids_are_raw_offsets() -> None:
    for document, text in documents(NOVEL):
        assert document.id == f"raw.txt@{document.start}"
        assert NOVEL[document.start :].startswith(document.heading)
        assert text in NOVEL[document.start : document.end]


def test_a_title_page_is_no_document_but_a_foreword_is() -> None:
    chapters = f"第一章 过河\n\n{prose(3)}\n第二章 上山\n\n{prose(3)}"
    assert [d.heading for d, _ in documents("过河记\n某人著\n\n" + chapters)] == ["第一章 过河", "第二章 上山"]
    assert [d.start for d, _ in documents(prose(4) + "\n" + chapters)][0] == 0


def test_a_file_without_headings_is_one_document() -> None:
    assert [(d.start, d.heading, text) for d, text in documents("\n一行字。\n\n")] == [(0, "", "一行字。")]
    assert documents("\n\n") == []


@pytest.mark.parametrize("name", FILES)
def test_the_parts_are_the_whole_text(name: str) -> None:
    text = FILES[name][0]
    profile = survey.survey([Block(text)], RULES)
    cleaned = pipeline.clean(Text.of(text), RULES, profile).string
    assert "".join(p.text for p in parts(text)) == cleaned


@settings(deadline=None)
@given(st.sampled_from(sorted(FILES)), st.lists(st.integers(0, 400), max_size=4))
def test_pieces_may_be_cut_at_any_line(name: str, picks: list[int]) -> None:
    text = FILES[name][0]
    ends = [i + 1 for i, c in enumerate(text) if c == "\n"]
    cuts = tuple(sorted({ends[p % len(ends)] for p in picks} - {len(text)}))
    assert documents(text, cuts) == documents(text)


@pytest.mark.parametrize(
    ("tail", "is_cut"),
    [
        (WELL, False),
        (WELL + "他把水倒进缸里，又回头去看那只桶，桶底还有一层没化的", True),
        (WELL + "\n通过这次学习，使自己认识到，", True),
        ("他说：“明天再来。”", False),
        ("二〇一四年三月三十一日", False),
        ("2014-03-31", False),
        ("林小满", False),
        ("一片云落在水里\n水里的鱼都躲开了", False),
        ("春种\t三月\t十二亩地全部种上了玉米和高粱还有一点豆子", False),
        ("（作者为林场退休工人，现居住在江城市郊外的一个小镇上）", False),
        ("", False),
    ],
)
def test_what_breaks_off(tail: str, is_cut: bool) -> None:
    assert truncated(tail) is is_cut


COPIES: dict[str, tuple[Callable[[str, str], list[str]], dict[int, int]]] = {
    "exact": (lambda a, b: [a, b, a], {2: 0}),
    "cut off, later": (lambda a, b: [a, b, a[:300]], {2: 0}),
    "cut off, earlier": (lambda a, b: [a[:300], b, a], {0: 2}),
    "near": (lambda a, b: [a, b, a.replace("雨水", "天气", 1)], {2: 0}),
    "three times": (lambda a, b: [a, a, a], {1: 0, 2: 0}),
    "a shared quotation": (lambda a, b: [a, b + a[:90]], {}),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_name_what_they_are_copies_of(name: str) -> None:
    make, wanted = COPIES[name]
    # Han text without meaning, so that nothing in it repeats.
    a = "".join(chr(0x4E00 + (i * i * 7 + i * 311) % 20000) + ("，" if i % 13 == 12 else "") for i in range(600)) + "。"
    b = "".join(chr(0x4E00 + (i * i * 13 + i * 97) % 20000) + ("，" if i % 11 == 10 else "") for i in range(600)) + "。"
    text = "".join(f"第{n}章 甲{n}\n{body}\n" for n, body in enumerate(make(a, b), 1))
    found = [d for d, _ in documents(text)]
    ids = {d.id: i for i, d in enumerate(found)}
    assert {i: ids[d.duplicate_of] for i, d in enumerate(found) if d.duplicate_of} == wanted
