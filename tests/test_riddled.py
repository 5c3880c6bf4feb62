"""Stretches riddled with signs: what hides a site is found to its ends, what lists, sums and smiles have is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleancorpus.edits import encode
from cleancorpus.riddled import KINDS, pairs_of, riddled
from cleancorpus.rules import load
from cleancorpus.spelling import RIDDLED
from tests.cleaning import cleaned

PAIRS = pairs_of(load().settings["watermark"]["pairs"])

FOUND = (
    ("他把帽子挂在门后，", "✾(ｍｏｘｉ)•(ｃｏ)✾", "又走了出去。"),
    ("他把帽子挂在门后，", "【♤墨♧香♤书♧屋♤】", "又走了出去。"),
    ("他把帽子挂在门后。", "ｗ墨ｗ香ｗ·ｍ墨ｏ香ｘｉ·ｃｃ", ""),
    ("他把帽子挂在门后。", "ωωω.mσχι.ηετ", "他又走了出去。"),
)
LEFT = (
    "今天很开心😊😊哈哈❤️❤️明天继续😂😂",
    "★北京 ★上海 ★广州 ★深圳",
    "A→B→C，①→②→③，Ⅰ、Ⅱ、Ⅲ",
    "♀25岁♂30岁，♀♂比例为一比一。",
    "(～￣▽￣)～ 哈哈 o(≧▽≦)o ヾ(≧O≦)〃嗷~",
    "∵∠A＝∠B，∴△ABC∽△DEF，AB⊥CD，α＋β＝90°，γ≤δ。",
    "2Al＋2NaOH＋2H₂O＝2NaAlO₂＋3H₂↑",
    "音标：[ˈæpl] [bʊk] [ˈtiːtʃə]，读作/bʊk/。",
    "声调：ā á ǎ à，ō ó ǒ ò，bā pá mǎ fà。",
    "ＩＢＭ公司的ＰＣ机售价５０００元，ＡＴ＆Ｔ也降了价。",
    "约翰•史密斯和玛丽•安•琼斯都来了。",
    "│一│二│三│四│五│",
    "售价￥228（原价￥300），￡20，€30。",
)


def found(line: str) -> list[str]:
    return [line[a:b] for a, b in riddled(encode(line), PAIRS, RIDDLED)]


@pytest.mark.parametrize(("before", "hidden", "behind"), FOUND)
def test_a_riddled_stretch_is_found(before: str, hidden: str, behind: str) -> None:
    (stretch,) = found(before + hidden + behind)
    assert stretch in hidden and len(stretch) > 0.8 * len(hidden)
    assert cleaned(before + hidden + behind) == before + behind


@pytest.mark.parametrize("line", LEFT)
def test_signs_of_lists_sums_and_smiles_are_left(line: str) -> None:
    assert found(line) == []


def test_text_between_two_stretches_stays() -> None:
    raw = "他走了很远的路，✾(ｍｏｘｉ)•(ｃｏ)✾又走了很远的路。他回头看了看，✾(ｍｏｘｉ)•(ｃｏ)✾又走了。"
    assert cleaned(raw) == "他走了很远的路，又走了很远的路。他回头看了看，又走了。"


@given(st.text(alphabet="山水的，。ab1ｗｏ（）()♤✾ωй·*# ", max_size=60))
def test_stretches_lie_in_the_line_in_order_and_apart(line: str) -> None:
    edges = [edge for span in riddled(encode(line), PAIRS, RIDDLED) for edge in span]
    assert edges == sorted(edges) and all(0 <= edge <= len(line) for edge in edges)


def test_every_kind_has_its_row() -> None:
    assert PAIRS.shape == (len(KINDS), len(KINDS))
