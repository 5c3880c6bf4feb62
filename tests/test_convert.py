"""Conversion must give what opencc-python-reimplemented gives, character for character, whatever the text."""

from __future__ import annotations

from functools import lru_cache

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus.convert import CONFIGS, MARKS, NAMES, chain, config_of, convert, read_dictionary
from cleancorpus.edits import apply, decode, encode

CONVERTER = lru_cache(opencc.OpenCC)

PROSE = """皇后在后宫里干了三天的活，头发干枯，面条也没吃。
“系统里的关系”很复杂——他批准了核准的准则；范先生于是说：一只船、两只手，只有他了解乾隆年间的制度。
軟體工程師用滑鼠把文件列印出來，記憶體不夠；台灣的網路、香港的麪包和裏面的牀。
乔治．布希发了 3 封 E-mail，鼠标和U盘 在服务器上……

㐷𠮷𫝈 混在中间的 half-width, 和 ＦＵＬＬ。
"""


def converted(text: str, name: str) -> str:
    codes = encode(text)
    return decode(apply(codes, convert(codes, name, 0)))


@lru_cache
def pool(config: str) -> list[str]:
    """Keys of the dictionaries of a conversion that are likely to overlap one another, and what stands between them."""
    keys = {key for names in chain(config) for name in names for key, _ in read_dictionary(name)}
    crowded = [k for k in keys if set(k) & set("干后里系面发只了复台着著制准松板吃口群爲為裏裡軟体件")]
    pieces = sorted(crowded, key=lambda k: (len(k), k))
    return [
        *pieces[:400],
        *pieces[400 :: max(1, len(pieces) // 1500)],
        *"干后里系面发只了复台制准",
        "a",
        " ",
        "\n",
        *MARKS,
    ]


@pytest.mark.parametrize("config", CONFIGS)
def test_prose_is_converted_as_the_package_does(config: str) -> None:
    assert converted(PROSE, config) == CONVERTER(config).convert(PROSE)


@pytest.mark.parametrize("config", CONFIGS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_texts_of_colliding_phrases_are_converted_as_the_package_does(config: str, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(pool(config)), max_size=12))
    cut = data.draw(st.lists(st.integers(0, 2), min_size=len(pieces), max_size=len(pieces)))
    text = "".join(p[c:] if data.draw(st.booleans()) else p[: len(p) - c] for p, c in zip(pieces, cut, strict=True))
    assert converted(text, config) == CONVERTER(config).convert(text)


@pytest.mark.parametrize("config", CONFIGS)
def test_paragraph_by_paragraph_is_the_same_as_the_whole(config: str) -> None:
    assert "".join(converted(line, config) for line in PROSE.splitlines(keepends=True)) == converted(PROSE, config)


def test_a_repeated_overlap_is_settled_from_the_left_however_long_it_is() -> None:
    text = "干干" * 4000 + "干净"
    assert converted(text, "hant") == CONVERTER("s2t").convert(text)


def test_edits_are_single_characters_unless_a_phrase_changes_its_length() -> None:
    codes = encode("打印机的服务器")
    edits = convert(codes, "twp", 7)
    rows = [(int(edits.start[i]), int(edits.end[i]), edits.text_of(i)) for i in range(len(edits))]
    assert decode(apply(codes, edits)) == CONVERTER("s2twp").convert("打印机的服务器")
    assert all(end - start == len(new) == 1 for start, end, new in rows if start < 3)
    assert set(edits.rule.tolist()) == {7}


@pytest.mark.parametrize(("name", "config"), [*NAMES.items(), *((c, c) for c in CONFIGS), ("jp", None), ("auto", None)])
def test_a_name_says_a_configuration_of_the_package(name: str, config: str | None) -> None:
    assert config_of(name) == config


def test_an_unknown_name_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"no conversion is called 'klingon'; there are hans, hant, tw, hk, twp, hansp, s2t"
    ):
        convert(encode("字"), "klingon", 0)
