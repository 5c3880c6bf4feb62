"""The automatic script repair: what a converter broke comes right, and text that nobody converted stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleancorpus.edits import Edits, decode
from cleancorpus.profile import Headings, Profile
from cleancorpus.rules import Rules, load
from cleancorpus.stages import script
from cleancorpus.text import Text

RULES = load()
START = np.zeros(1, np.int64)
# Enough of a converter's hand to tell that the text around it went through one.
CONVERTED = "對于這些干部來說，以后的關系更加復雜；他們由于奮斗而有了后來的系統規范。\n"
PROPER = "對於這些幹部來說，以後的關係更加複雜；他們由於奮鬥而有了後來的系統規範。\n"
HANS = "对于这些干部来说，以后的关系更加复杂；他们由于奋斗而有了后来的系统规范。\n"


def cleaned(text: str, rules: Rules = RULES) -> str:
    whole = Text.of(text)
    profile = Profile(length=len(text), scripts=script.decide([script.measure(whole, START, rules)], Headings(), rules))
    return decode(whole.after(allowed(script.find(whole, rules, profile), rules)).codes)


def allowed(edits: Edits, rules: Rules) -> Edits:
    return edits.take(rules.on[edits.rule]) if len(edits) else edits


def verdict(text: str) -> str:
    return script.decide([script.measure(Text.of(text), START, RULES)], Headings(), RULES).verdict[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CONVERTED, "converted"),
        (PROPER, "hant"),
        (HANS, "hans"),
        (HANS + PROPER, "mixed"),
        ("只有人才\n", "none"),
        ("Plain English, 1234.\n", "none"),
        ("", "none"),
        ("他理發以后批準了日歷上的安排，頭發和心髒都好，由于衣服干凈。\n", "converted"),
        ("皇后在離城三十里的行宮裡，于家的人來見她，范先生說起乾隆的事。\n", "hant"),
        ("他結束瞭一天的工作，坐下來喝茶。\n", "converted"),
        ("她對于每天的練習很認真，以后也會努力。\n", "converted"),
        (
            "她對於每天的練習很認真，这是老師們的要求，我們記得這個道理，對于學問和以后還會說起的經驗都認真。\n",
            "converted",
        ),
        ("午后下了一場雨，我們在廟裡躲了一會，仿佛回到從前。\n", "hant"),
        ("王至于岐下，邑于山之陽，遷于喬木，施于中谷。夏后征有苗，采薇以歸，舍己從人，民樂之。\n", "hant"),
        ("体操競技大會\n彼は體育館で練習した。選手たちは學校の圖書館で本を讀んだ。\n", "hant"),
    ],
)
def test_the_verdict(text: str, said: str) -> None:
    assert verdict(text) == said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("他對于工作很認真。", "他對於工作很認真。"),
        ("三年之后，她回到了村里。", "三年之後，她回到了村裡。"),
        ("關系到聯系和體系的問題。", "關係到聯繫和體系的問題。"),
        ("能干的干部把衣服洗干凈。", "能幹的幹部把衣服洗乾淨。"),
        ("他批準了這個標準。", "他批准了這個標準。"),
        ("頭發與發現，日歷與歷史。", "頭髮與發現，日曆與歷史。"),
        ("心髒很髒。", "心臟很髒。"),
        ("采取措施，風采依舊。", "採取措施，風采依舊。"),
        ("復雜的答復，恢復得好。", "複雜的答覆，恢復得好。"),
        ("為什么要這么做。", "為什麼要這麼做。"),
        ("記者于今日報導，他聞名于世。", "記者於今日報導，他聞名於世。"),
        ("我哋呢個行動系好突然，佢哋有聯系。", "我哋呢個行動係好突然，佢哋有聯繫。"),
        ("圣人的愿望。", "聖人的願望。"),
        ("三天后公司獨立后，又過了5天后。", "三天後公司獨立後，又過了5天後。"),
        ("（見《規則》）后，他才同意。", "（見《規則》）後，他才同意。"),
        ("關系到產品质量的問題。", "關係到產品質量的問題。"),
        ("他結束瞭工作迴到傢，發現麵前隻有一扇門。", "他結束了工作回到家，發現面前只有一扇門。"),
        (
            "齣版社彆出心裁，配閤讀者的要求，關註鼕天的睏難和人纔。",
            "出版社別出心裁，配合讀者的要求，關注冬天的困難和人才。",
        ),
        ("模闆返迴不衕的結果，強製執行，他嚮我噹麵説。", "模板返回不同的結果，強制執行，他向我當面説。"),
        ("完全冇有看到，壹起生活，第壹次得到贊助。", "完全沒有看到，一起生活，第一次得到贊助。"),
        ("他并不讚成，石頭落在地上，與体育与价格相關的機构。", "他並不贊成，石頭落在地上，與體育與價格相關的機構。"),
        ("文件柜旁邊的叶子，顯著的標志，干凈的案例里。", "文件櫃旁邊的葉子，顯著的標誌，乾淨的案例裡。"),
        ("皇太後與太後，禦史不複入。", "皇太后與太后，御史不復入。"),
        ("這件事分散了他的註意力。", "這件事分散了他的注意力。"),
        ("走了三十裏路，她買了壹瓶醬油。", "走了三十里路，她買了一瓶醬油。"),
        ("面積是八十平方公裡，住著五万人。", "面積是八十平方公里，住著五萬人。"),
        (
            "這個學生垂頭喪气地離開學校，隨後遇見從書店歸來的兩個老師。",
            "這個學生垂頭喪氣地離開學校，隨後遇見從書店歸來的兩個老師。",
        ),
        ("餘小姐的答复和反复的練習。", "余小姐的答覆和反覆的練習。"),
        ("要寫出好文章，何況隻因這件事。", "要寫出好文章，何況只因這件事。"),
    ],
)
def test_in_converted_text_the_word_decides(before: str, after: str) -> None:
    assert cleaned(CONVERTED + before) == PROPER + after


@pytest.mark.parametrize(
    "text",
    [
        "乾隆皇帝與皇后到后土祠去。",
        "天后宮裡供著天后，她當上了影后和歌后。",
        "走了二十公里，又走三里路。",
        "她是萬裡挑一的人，一百裡面也找不出第二個。",
        "金額壹佰元整。\n壹、總則\n（壹）目的",
        "姓余的和姓范的是鄰居，余光中與范仲淹都是名人。",
        "質監系統正在考核各項指標。",
        "他應該盡自己最大的努力。",
        "違背我們的意願，水泄不通。",
        "標準明了，才能指導工作。",
        "長征路上，北斗星很亮，茶几上若干公文。",
        "于謙是明朝人。",
        "導演于小明和作家于立文到了。",
        "周一公布回收的安排。",
        "我瞭解他，一目瞭然；傢俱和老闆都在胡衕裡，看了一齣戲，叮噹響。",
        "迴避問題，輪迴轉世，他有一隻貓，吃一碗牛肉麵，複雜的程式。",
        "我們用迴圈處理註冊與備註，雜誌寫鬍鬚與收穫，精緻的米糰。",
        "他仿佛是老板，向主任匯報，匯總資料，捲軸與卷軸，回復原狀，向上捨入。",
        "在街内别有天地，没有人。",
    ],
)
def test_in_converted_text_what_is_right_stays(text: str) -> None:
    assert cleaned(CONVERTED + text) == PROPER + text


@pytest.mark.parametrize(
    "text", [PROPER, HANS, PROPER + "他對于這件事", HANS + PROPER, HANS + "他说：「為人民服務」。"]
)
def test_text_that_no_converter_wrote_does_not_change(text: str) -> None:
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("他关於这件事没有说什么。", "他关于这件事没有说什么。"),
        ("她看著窗外，说起从前。", "她看着窗外，说起从前。"),
        ("这麽说来，还有什麽问题。", "这么说来，还有什么问题。"),
        ("那時候他还没有来。", "那时候他还没有来。"),
        ("悲莫悲於死，苦莫苦於孤子，说了很多话。", "悲莫悲于死，苦莫苦于孤子，说了很多话。"),
        ("“我很久没见妳了，”他说，“妳好。”", "“我很久没见你了，”他说，“你好。”"),
        ("我瞭解这件事，把衣服晒乾，徵求大家的意见。", "我了解这件事，把衣服晒干，征求大家的意见。"),
        ("悽惨的声音是从这里来的。", "凄惨的声音是从这里来的。"),
    ],
)
def test_a_stray_traditional_form_in_simplified_text_comes_to_simplified(before: str, after: str) -> None:
    assert cleaned(HANS + before) == HANS + after


@pytest.mark.parametrize(
    "text",
    [
        "这本著作很著名，曹雪芹著。",
        "碑上写着“後”字，读音不变。",
        "牌匾上是「為人民服務」几个大字。",
        "繁体的“國”写作（國）。",
        "乾隆年间，站在瞭望台上，声名狼藉，五音是宫商角徵羽。",
        "将军朱儁与毕昇同名的人，编辑涂某与石塚总督来信。",
        "号平斋，於 (今属某县) 人，后来才回乡。",
        "东风著意，先上小桃枝，风尘霜露惨悽，凤凰安棲。",
    ],
)
def test_traditional_that_is_meant_stays_in_simplified_text(text: str) -> None:
    assert cleaned(HANS + text) == HANS + text


def test_garbled_text_is_not_taken_for_what_was_left_simplified() -> None:
    text = CONVERTED + "因为天氣的關系，我們的思?说乃枷胧悄敲锤呙?雜，平常人不懂。"
    assert "思?说乃枷胧悄敲锤呙?雜" in cleaned(text)


def test_japanese_lines_are_left_alone() -> None:
    text = "彼は学校の図書館で日本語の本を読んで、時間を忘れた。\n"
    assert verdict(text) == "none"
    assert cleaned(HANS * 3 + text) == HANS * 3 + text
    assert cleaned(CONVERTED * 3 + text) == PROPER * 3 + text


def test_the_form_follows_the_habit_of_the_text() -> None:
    old = CONVERTED + "羣衆因爲這件事聚在一起。\n"
    assert "裏面" in cleaned(old + "他在里面。")
    assert "裡面" in cleaned(CONVERTED + "群眾因為這件事聚在一起。\n他在里面。")


def test_a_character_left_simplified_takes_the_form_that_the_text_writes() -> None:
    old = CONVERTED + "羣衆因爲這件事聚在一起，爲了見他一面。\n"
    assert "因爲天氣的關係" in cleaned(old + "這是因为天氣的關系。")
    assert "因為天氣的關係" in cleaned(CONVERTED + "群眾因為這件事聚在一起。\n這是因为天氣的關系。")


def test_in_mixed_text_only_what_a_word_says_is_mended() -> None:
    text = HANS + CONVERTED
    assert verdict(text) == "mixed"
    assert cleaned(text) == HANS + PROPER
    assert cleaned(text + "這個产品。") == HANS + PROPER + "這個产品。"
    assert cleaned(HANS + PROPER + "以后的關系。") == HANS + PROPER + "以后的關系。"


def test_a_protected_word_stays() -> None:
    rules = RULES.set("script", "protect", ["關系企業"])
    assert cleaned(CONVERTED + "關系企業的關系。", rules) == PROPER + "關系企業的關係。"
    hant = rules.set("script", "to", "hans").set("script", "protect", ["後宮"])
    assert cleaned("後宮在後面。", hant) == "後宮在后面。"


def test_keep_changes_nothing() -> None:
    rules = RULES.set("script", "to", "keep")
    assert cleaned(CONVERTED + HANS, rules) == CONVERTED + HANS


@pytest.mark.parametrize(("to", "after"), [("hans", "后来的头发"), ("tw", "後來的頭髮"), ("t2s", "后来的头发")])
def test_conversion_by_name(to: str, after: str) -> None:
    assert cleaned("后來的頭發" if to != "tw" else "后来的头发", RULES.set("script", "to", to)) == after


def test_documents_are_judged_one_by_one() -> None:
    text = CONVERTED * 3 + HANS * 3 + PROPER * 3
    parts = [0, 3 * len(CONVERTED), 3 * len(CONVERTED) + 3 * len(HANS)]
    places = np.array(parts)
    some = np.ones(3, np.bool_)
    heads = Headings(places, places, some.astype(np.int64), some, ~some, places, places, places - 1 - places)
    scripts = script.decide([script.measure(Text.of(text), places, RULES)], heads, RULES)
    assert scripts.verdict == ("converted", "hans", "hant")
    whole = Text.of(text)
    edits = script.find(whole, RULES, Profile(length=len(text), headings=heads, scripts=scripts))
    assert decode(whole.after(allowed(edits, RULES)).codes) == PROPER * 3 + HANS * 3 + PROPER * 3


SENTENCES = st.sampled_from(
    [
        *CONVERTED.split("，"),
        *HANS.split("，"),
        "頭發",
        "里",
        "于",
        "后",
        "系",
        "\n",
        "公里",
        "他在里面",
        "皇后",
        "關係",
        "发",
        "著",
        "於",
        "一只",
        "后天",
    ]
)


@settings(max_examples=100, deadline=None)
@example(["对于这些干部来说", "關係", "於", "於"], HANS)
@given(st.lists(SENTENCES, max_size=12), st.sampled_from([CONVERTED, HANS, HANS + CONVERTED, PROPER, ""]))
def test_cleaning_the_cleaned_text_changes_nothing(pieces: list[str], base: str) -> None:
    once = cleaned(base + "".join(pieces))
    assert cleaned(once) == once


@settings(max_examples=50, deadline=None)
@given(st.lists(SENTENCES, max_size=12), st.integers(1, 11))
def test_a_piece_knows_nothing_of_its_neighbours(pieces: list[str], cut: int) -> None:
    lines = (CONVERTED + "\n".join(pieces) + "\n").splitlines(keepends=True)
    text = "".join(lines)
    whole = Text.of(text)
    scripts = script.decide([script.measure(whole, START, RULES)], Headings(), RULES)
    at = len("".join(lines[:cut]))
    blocks = [Text.of(text[:at]), Text.of(text[at:], at)]
    split = script.decide([script.measure(b, START + b.origin, RULES) for b in blocks], Headings(), RULES)
    assert split.verdict == scripts.verdict and split.habits == scripts.habits
    profile = Profile(length=len(text), scripts=scripts)
    once = decode(whole.after(script.find(whole, RULES, profile)).codes)
    assert "".join(decode(b.after(script.find(b, RULES, profile)).codes) for b in blocks) == once
