"""Garbled places: what was lost or misread is counted, what only looks like it is not, and nothing is changed."""

from __future__ import annotations

import pytest

import cleancorpus
from cleancorpus.garbled import find
from cleancorpus.text import Text
from tests.cleaning import cleaned

MEANT = "河边的柳树已经发芽了，孩子们在岸上放风筝。"

GARBLED = (
    ("replaced", "他把信\ufffd\ufffd叠好，放进了口袋。", ["\ufffd\ufffd"]),
    ("replaced twice", "他\ufffd把信叠好，放进了\ufffd袋。", ["\ufffd", "\ufffd"]),
    ("replaced, then read as GBK", "从前有一座锟斤拷锟斤拷，山上有座庙。", ["锟斤拷锟斤拷"]),
    ("the same, converted", "從前有一座錕斤拷。", ["錕斤拷"]),
    ("filled", "姓名：烫烫烫烫烫烫烫烫", ["烫烫烫烫烫烫烫烫"]),
    ("filled, short", "编号屯屯屯屯之后", ["屯屯屯屯"]),
    ("lost before a particle", "这是我们??的家乡，也是他??们的家乡。", ["??", "??"]),
    ("lost behind a preposition", "他从??里走了出来。", ["??"]),
    ("lost again and again", "远??的山坡上开??了许多野??花。", ["??", "??", "??"]),
    ("lost before what is no word", "这是今年的工作??偨Y(jié)。", ["??"]),
    ("Hangul for Han", "這種꺶規模的工程，需要很多人。", ["꺶"]),
    ("Hangul for Han, two", "他们在뗐뗀上站着，看了很久很久。", ["뗐뗀"]),
    ("UTF-8 as GBK", "开头" + MEANT.encode()[:30].decode("gbk"), [MEANT.encode()[:30].decode("gbk")]),
    ("UTF-8 as Western", "河边的柳树".encode().decode("latin-1"), None),
    ("GBK as Western", "河边的柳树已经发芽".encode("gbk").decode("latin-1"), ["河边的柳树已经发芽".encode("gbk").decode("latin-1")]),
)  # fmt: skip

CLEAN = (
    MEANT,
    "你去哪??我跟你一起去。",
    "他真的走了??我不相信这件事情。",
    "来不来??大家都在等你。",
    "What?? Nobody told me.",
    "what??这是真的",
    "烫烫烫！他一下子把碗放下了。",
    "“好烫好烫，烫烫烫，快拿水来！”",
    "屯里的人都说，屯屯有水井。",
    "한국어로 쓴 글입니다. 오늘은 날씨가 좋습니다.",
    "大韓民國은 民主共和國이다.",
    "她笑着叫他오빠，他的脸红了。",
    "他用韩语说了一句안녕하세요就走了。",
    "金씨家 사람들",
    "Ça m'a coûté très cher, à moi, élève à l'école.",
    "ÄÖÜß und äöüß sind Umlaute.",
    "气温降到了－20℃±2℃，×和÷是运算符号，§12。",
    "鑫森淼焱垚，骉羴猋犇。",
    "斤斤计较的人，拷问自己。",
    "",
)


@pytest.mark.parametrize(("text", "places"), [(t, p) for _, t, p in GARBLED], ids=[name for name, _, _ in GARBLED])
def test_garbled_places_are_found(text: str, places: list[str] | None) -> None:
    start, end = find(Text.of(text))
    found = [text[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    assert found if places is None else found == places


@pytest.mark.parametrize("text", CLEAN)
def test_good_text_is_not_garbled(text: str) -> None:
    assert not len(find(Text.of(text))[0])


def test_places_are_offsets_of_the_file() -> None:
    assert find(Text.of("他\ufffd说", 100))[0].tolist() == [101]


@pytest.mark.parametrize("lost", ["\ufffd\ufffd", "锟斤拷", "꺶"])
def test_what_is_garbled_is_never_changed(lost: str) -> None:
    assert lost in cleaned(f"他把信{lost}叠好，放进了口袋。")


def test_documents_count_their_garbled_places() -> None:
    body = "河边的柳树已经发芽了，孩子们在岸上放风筝。\n" * 3
    raw = f"第一章 甲\n{body}第二章 乙\n他\ufffd\ufffd把信锟斤拷叠好。\n{body}"
    assert [d.garbled for d in cleancorpus.clean(raw).documents] == [0, 2]


def test_what_goes_with_a_watermark_does_not_count() -> None:
    raw = f"{MEANT}\n更多小说\ufffd\ufffd请到www.shuwu-abc.com下载\n{MEANT}\n"
    cleaned = cleancorpus.clean(raw)
    assert "\ufffd" not in cleaned.text
    assert [d.garbled for d in cleaned.documents] == [0]
