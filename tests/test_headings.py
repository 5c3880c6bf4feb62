"""What is done to the text at headings: a line of their own, a blank line before, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cleancorpus import pipeline, survey
from cleancorpus.rules import load
from cleancorpus.text import Text
from tests.test_chain import FILES, LEDGER, WELL, prose

RULES = load().choose(["headings/*"])


@dataclass(frozen=True)
class Block:
    text: str
    origin: int = 0
    forced: bool = False


def set_off(text: str) -> str:
    profile = survey.survey([Block(text)], RULES)
    return pipeline.clean(Text.of(text), RULES, profile).string


CHANGES = {
    "a heading glued to the end of a paragraph": (
        f"篇一：防火总结\n{WELL}使自己认识到，篇二：护林总结\n{LEDGER}\n",
        f"篇一：防火总结\n{WELL}使自己认识到，\n\n篇二：护林总结\n{LEDGER}\n",
    ),
    "a title before its text, parted by a blank": (
        f"值班总结1 {WELL}{LEDGER}\n值班总结2 {LEDGER}\n",
        f"值班总结1\n{WELL}{LEDGER}\n\n值班总结2\n{LEDGER}\n",
    ),
    "a container, its count and the first title in one line": (
        f"篇一：护林值班总结(9篇)护林值班总结1 {WELL}{LEDGER}\n护林值班总结2 {LEDGER}\n篇二：值班总结\n{prose(2)}",
        f"篇一：护林值班总结(9篇)\n\n护林值班总结1\n{WELL}{LEDGER}\n\n护林值班总结2\n{LEDGER}\n\n篇二：值班总结\n{prose(2)}",
    ),
    "chapters close to the text": (
        f"第一章 过河\n{prose(3)}第二章 上山\n{prose(3)}",
        f"第一章 过河\n{prose(3)}\n第二章 上山\n{prose(3)}",
    ),
    "indented chapters": (
        f"　　第一章 过河\n{prose(3)}　　第二章 上山\n{prose(3)}",
        f"　　第一章 过河\n{prose(3)}\n　　第二章 上山\n{prose(3)}",
    ),
    "a greeting close to the number": (
        f"护林演讲稿 篇1尊敬的各位领导，同事们：\n{prose(2)}护林演讲稿 篇2尊敬的各位领导，同事们：\n{prose(2)}",
        f"护林演讲稿 篇1\n尊敬的各位领导，同事们：\n{prose(2)}\n护林演讲稿 篇2\n尊敬的各位领导，同事们：\n{prose(2)}",
    ),
    "a title glued to the end of a paragraph": (
        f"军训心得体会1\n{WELL}{LEDGER}军训心得体会2\n{LEDGER}{WELL}\n",
        f"军训心得体会1\n{WELL}{LEDGER}\n\n军训心得体会2\n{LEDGER}{WELL}\n",
    ),
    "the first point of a list": (
        f"{WELL}我们做到“三个一”： 一是早起。\n二是早睡。\n三是多走路。\n",
        f"{WELL}我们做到“三个一”：\n一是早起。\n二是早睡。\n三是多走路。\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_headings_are_set_off(name: str) -> None:
    before, after = CHANGES[name]
    assert set_off(before) == after
    assert set_off(after) == after


@pytest.mark.parametrize(
    "text",
    [
        f"第一章 过河\n\n{prose(3)}\n\n第二章 上山\n\n{prose(3)}",
        f"一、看天\n{prose(2)}二、看水\n{prose(2)}",
        f"一\n{prose(2)}二\n{prose(2)}",
        "各位老师、同学： 大家下午好。\n下面是我的发言。\n",
        "他说： 一是一，二是二。\n大家都不说话了。\n",
        f"1．米\n2．面\n3．油\n{prose(2)}",
        "独坐空山听雨声 一灯如豆到天明\n梦中犹记还乡路 柳外桥边第几程\n",
        "",
        "\n",
        "第一章",
    ],
)
def test_what_is_set_off_or_no_document_stays(text: str) -> None:
    assert set_off(text) == text


@pytest.mark.parametrize("name", FILES)
def test_setting_off_twice_changes_nothing(name: str) -> None:
    once = set_off(FILES[name][0])
    assert set_off(once) == once
