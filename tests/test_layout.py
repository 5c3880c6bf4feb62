"""How the lines of a file are laid out: the kinds, whatever blocks the file is read in, and where it may be cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import layout
from cleancorpus.profile import CODE, GUARDED, LISTED, OTHER, PLAIN, WRAPPED
from cleancorpus.rules import load
from cleancorpus.text import Text
from tests.test_lines import PROSE, wrapped

RULES = load()

VERSE = ["独坐幽篁里，", "弹琴复长啸。", "深林人不知，", "明月来相照。"] * 12
PYTHON = ["def first(items):", "    for item in items:", "        if item['good']:", "            return item[0]"] * 12
NOVEL = [p for p in PROSE for _ in range(6)]
WRAP = [line for p in PROSE * 4 for line in wrapped(p, 24)]


def table_of(text: str) -> layout.LineTable:
    return layout.gather([layout.measure(Text.of(text))])


@pytest.mark.parametrize(
    ("lines", "kind"),
    [(NOVEL, PLAIN), (WRAP, WRAPPED), (VERSE, GUARDED), (PYTHON, CODE), (["张小明", "李国强", "王建华"] * 20, GUARDED)],
)
def test_the_kind_of_a_text(lines: list[str], kind: int) -> None:
    runs = layout.decide(table_of("\n".join(lines)), RULES)
    middle = runs.run_of(np.array([len("\n".join(lines)) // 2]))
    assert runs.kind[middle].tolist() == [kind]


def test_a_short_list_among_paragraphs_is_listed() -> None:
    text = "\n".join([*NOVEL[:20], "米两斤", "盐一包", "火柴三盒", *NOVEL[:20]])
    runs = layout.decide(table_of(text), RULES)
    assert runs.kind[runs.run_of(np.array([text.index("盐一包")]))].tolist() == [LISTED]


def test_habits_of_wrapped_prose_are_found() -> None:
    indented = "\n".join(line for p in PROSE * 4 for line in wrapped(p, 24, indent="　　"))
    runs = layout.decide(table_of(indented), RULES)
    assert set(runs.width.tolist()) == {48}
    assert runs.full.all()
    assert set(runs.indent.tolist()) == {4}
    apart = "\n\n".join(line for p in PROSE * 4 for line in wrapped(p, 24))
    assert layout.decide(table_of(apart), RULES).gap.tolist() == [1]


@pytest.mark.parametrize(
    ("lines", "loose"),
    [
        (["看过之后觉得还不错的一本书，孩子也很喜欢"] * 12, True),
        ([PROSE[0][:25], PROSE[0][25:]] * 12, False),
        ([line for p in PROSE for line in wrapped(p, 24)], False),
        (NOVEL, False),
    ],
)
def test_an_author_who_leaves_lines_open_is_known(lines: list[str], loose: bool) -> None:
    assert layout.decide(table_of("\n".join(lines)), RULES).loose.tolist()[0] is loose


def test_an_indent_begins_a_paragraph_unless_words_go_on_into_it() -> None:
    inset = "".join(f"　　{p}\n" for p in PROSE)
    assert layout.decide(table_of(inset), RULES).starts.all()
    broken = "".join(f"　　{p[:15]}\n　　{p[15:]}\n" for p in PROSE)
    assert not layout.decide(table_of(broken), RULES).starts.any()


def test_korean_and_japanese_are_another_language() -> None:
    runs = layout.decide(table_of("次の画面では、言葉を選びます。\n" * 6), RULES)
    assert runs.kind.tolist() == [OTHER]


SOME = st.sampled_from(
    [*WRAP[:60], *VERSE[:4], *PYTHON[:4], *PROSE, "", "第一章", "the quick brown fox jum-", "ped over it."]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(SOME, min_size=1, max_size=12), min_size=1, max_size=8))
def test_blocks_do_not_matter(blocks: list[list[str]]) -> None:
    texts = ["".join(line + "\n" for line in block) for block in blocks]
    rows, at = [], 0
    for text in texts:
        rows.append(layout.measure(Text.of(text, at)))
        at += len(text)
    many, one = layout.gather(rows), table_of("".join(texts))
    for name in layout.COLUMNS:
        assert np.array_equal(getattr(many, name), getattr(one, name)), name
    assert (many.count, many.words) == (one.count, one.words)
    a, b = layout.decide(many, RULES), layout.decide(one, RULES)
    assert a.start.tolist() == b.start.tolist()
    assert a.kind.tolist() == b.kind.tolist()


@pytest.mark.parametrize("lines", [NOVEL, WRAP, VERSE, PYTHON])
def test_there_are_places_to_cut(lines: list[str]) -> None:
    table = table_of("\n".join(lines))
    assert len(layout.closed(table, layout.decide(table, RULES))) * 40 > len(table)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("他来了 ，走了。", "他来了，走了。"),
        ("他来了, 走了", "他来了，走了"),
        ("他 来 了", "他来了"),
        ("文 (一)", "文（一）"),
        ("他说--走了", "他说——走了"),
        ("他说------走了", "他说——走了"),
        ("他说──走了", "他说——走了"),
        ("他说...走了", "他说……走了"),
        ("他说…走了", "他说……走了"),
    ],
)
def test_a_line_is_as_wide_before_it_is_put_right_as_after(before: str, after: str) -> None:
    assert width_of(before) == width_of(after)


def test_blanks_and_marks_of_latin_text_count() -> None:
    assert width_of("hello, world - x") == 16
    assert width_of("　　他来了") == 10


def width_of(line: str) -> int:
    text = Text.of(line)
    return int(layout.Columns(text).between(text.lines.start, text.lines.end)[0])
