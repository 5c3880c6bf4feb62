"""Characters: what is invisible or broken goes, what carries meaning stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cleaning import cleaned

CHANGES = [
    ("CRLF", "一\r\n二\r\n", "一\n二\n"),
    ("CR", "一\r二\r", "一\n二\n"),
    ("doubled carriage returns", "一\r\r\n二", "一\n二"),
    ("rare breaks", "一\u2028二\u2029三\x85四\x0b五", "一\n二\n三\n四\n五"),
    ("a page feed beside a break", "一\n\x0c二", "一\n二"),
    ("a byte order mark inside", "一\ufeff二", "一二"),
    ("zero width", "一\u200b二\u2060三\u200d四", "一二三四"),
    ("control", "一\x00\x07二", "一二"),
    ("no-break space", "a\u00a0b", "a b"),
    ("accents", "cafe\u0301", "café"),
    ("Hangul letter by letter", unicodedata.normalize("NFD", "한국어"), "한국어"),
    ("radicals", "⼈⼯智能，⻢上到来", "人工智能，马上到来"),
    ("compatibility ideographs", "\uf9e9程\uf90a融", "里程金融"),
    ("letters and digits", "Ｗｏｒｄ２０００", "Word2000"),
    ("a number with its point", "３．１４，增长５％", "3.14，增长5%"),
    ("entities", "A&amp;B，&ldquo;好&rdquo;，&#20013;&#x6587;", "A&B，“好”，中文"),
    ("an entity escaped twice", "A&amp;lt;B的关系", "A<B的关系"),
    ("tags", "<p>他走了。</p>", "他走了。"),
    ("a break tag", "他走了。<br />她也走了。", "他走了。\n她也走了。"),
    ("a tag with attributes", "他<font color=\"red\" size=2>走</font>了。", "他走了。"),
    ("an office tag", "他走了。<o:p></o:p>", "他走了。"),
    ("half a tag", "真是好光景。?BR>第二天又下雨了。", "真是好光景。\n第二天又下雨了。"),
]  # fmt: skip

KEEPS = [
    "“全角标点”，。！？（）【】",
    "①②③ Ⅻ ㎡ ℃ ½ … ㈠",
    "👨\u200d👩\u200d👧 ❤\ufe0f",
    "می\u200cروم",
    "क्\u200dष",
    "⼀ ⼁ ⼂",
    "如果a<b，那么b>a。",
    "用`<br>`换行，用`&nbsp;`空格。",
    "<book><title>山中记</title></book>",
    "x<sub>2</sub>",
    "AT&T和R&D",
    "http://example.com/?a=1&copy=2&lt=3",
    "　　缩进留给后面的阶段",
    "姓名\t年龄",
]


@pytest.mark.parametrize(("raw", "after"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_characters_become_plain(raw: str, after: str) -> None:
    assert cleaned(raw, "characters/*") == after


@pytest.mark.parametrize("raw", KEEPS)
def test_what_means_something_stays(raw: str) -> None:
    assert cleaned(raw, "characters/*") == raw


@pytest.mark.parametrize("head", ["<?xml version='1.0'?>\n", "<!DOCTYPE html>\n<html>\n"])
def test_a_file_of_markup_keeps_its_tags(head: str) -> None:
    assert cleaned(head + "<p>他走了。&nbsp;</p>\n", "characters/*") == head + "<p>他走了。&nbsp;</p>\n"


@settings(derandomize=True)
@given(
    st.text(
        st.sampled_from(
            "\r\n\x0b\x0c\x85\u2028ab一e\u0301\u0327\u200b\u200d\ufeff\u00a0Ａ１．％\uf9e9⼀&;<>?BR가\u11a8\u1161\u1100"
        ),
        max_size=12,
    )
)
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    once = cleaned(raw, "characters/*")
    assert cleaned(once, "characters/*") == once
