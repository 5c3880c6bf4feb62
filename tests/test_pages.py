"""The running heads and numbers of pages go; what only looks like them stays."""

from __future__ import annotations

import random

import pytest

from tests.cleaning import cleaned
from tests.novels import prose

# A line that is set off in no way from those of the text.
WIDTH = 31


def book(paragraphs: int = 40) -> list[str]:
    """The lines of a wrapped book."""
    chance = random.Random(7)
    said = ["　　" + prose(chance) for _ in range(paragraphs)]
    return [paragraph[k : k + WIDTH] for paragraph in said for k in range(0, len(paragraph), WIDTH)]


def paged(lines: list[str], *left: str) -> str:
    """The lines with what each page left behind every 17 of them; {} stands for its number."""
    out = []
    for k, line in enumerate(lines, 1):
        out.append(line)
        if k % 17 == 0:
            out += [said.format(30 + k // 17) for said in left]
    return "\n".join(out) + "\n"


@pytest.mark.parametrize(
    "left",
    [
        ["{}"],
        ["山里的路", "{}"],
        ["", "{}　山里的路", ""],
        ["山里的路·第一部", "", "- {} -"],
    ],
)
def test_what_pages_leave_goes(left: list[str]) -> None:
    lines = book()
    done = cleaned(paged(lines, *left)).split("\n")
    # Where a page ends between two paragraphs, the blank lines around what it left stay.
    assert [line for line in done if line] == cleaned("\n".join(lines)).split("\n")


@pytest.mark.parametrize(
    "inner",
    [
        # Chapters, whose numbers stand where a paragraph has ended.
        ["", "{}", ""],
        # A refrain.
        ["", "山高水又长", ""],
    ],
)
def test_what_stands_between_paragraphs_stays(inner: list[str]) -> None:
    chance = random.Random(7)
    raw = "\n".join(
        "\n".join([*(prose(chance) for _ in range(4)), *(said.format(k) for said in inner)]) for k in range(1, 9)
    )
    assert cleaned(raw, "watermark/*") == raw


def test_the_lines_of_verse_and_lists_stay() -> None:
    verse = "月亮照着山\n月亮照着海\n照着故乡的\n小小的门前\n月亮照着山\n我在他乡\n想起那条路\n月亮照着山\n" * 3
    listed = "".join(f"{k}\n苹果和梨\n" for k in range(1, 30))
    assert cleaned(verse, "watermark/*") == verse
    assert cleaned(listed, "watermark/*") == listed
