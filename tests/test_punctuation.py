"""Punctuation: what a reader of Chinese expects of the marks, and what must keep its ASCII ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus.api import clean
from cleancorpus.source import Block
from cleancorpus.stages.punctuation import find
from cleancorpus.survey import survey
from cleancorpus.text import Text
from tests.cleaning import builtin, cleaned

CHANGES = [
    ("half-width in Chinese", "天亮了,鸟叫了;谁来了?是他!", "天亮了，鸟叫了；谁来了？是他！"),
    ("a Latin word beside the mark", "我们学Python,也学Java;都不难。", "我们学Python，也学Java；都不难。"),
    ("beside blanks to fill in", "山上有____,山下有____.", "山上有____，山下有____。"),
    ("a blank before and behind", "春天来了，_____.夏天来了，_____,_____;", "春天来了，_____。夏天来了，_____，_____；"),
    ("a blank at the line's start", "____________,山下人家。", "____________，山下人家。"),
    ("a number before a blank", "(1)________,山下人家.(《渡口》)", "（1）________，山下人家。（《渡口》）"),
    ("a question of old", "有朋友来,不亦乐乎?", "有朋友来，不亦乐乎？"),
    ("a number beside the mark", "全班有45,男生20人。", "全班有45，男生20人。"),
    ("behind a closing quote", "他说“走”,我们就走。", "他说“走”，我们就走。"),
    ("a colon before a number", "电话:12345678", "电话：12345678"),
    ("brackets round Latin behind Han", "国内生产总值(GDP)增长3%。", "国内生产总值（GDP）增长3%。"),
    ("brackets round a number behind Han", "学习心得(3)", "学习心得（3）"),
    ("half of a pair already wide", "他（当时十岁)走了。", "他（当时十岁）走了。"),
    ("a numbered item", "(1)提高认识。", "（1）提高认识。"),
    ("straight quotes", '他说:"你好。"就走了。', "他说：“你好。”就走了。"),
    ("straight single quotes", "所谓'经验'就是教训。", "所谓‘经验’就是教训。"),
    ("corner quotes are the habit", "他說「好」。\n她說「不好」。\n我說\"算了\"。", "他說「好」。\n她說「不好」。\n我說「算了」。"),
    ("an opening quote turned", "坚持”安全第一”的方针。", "坚持“安全第一”的方针。"),
    ("a closing quote turned", "坚持“安全第一“，不松懈。", "坚持“安全第一”，不松懈。"),
    ("hyphens for a dash", "他终于明白了--一切都晚了。", "他终于明白了——一切都晚了。"),
    ("a long row for a dash", "他终于明白了——————一切都晚了。", "他终于明白了——一切都晚了。"),
    ("box drawing for a dash", "他来了──带着孩子。", "他来了——带着孩子。"),
    ("dots for an ellipsis", "我想......算了。", "我想……算了。"),
    ("stops for an ellipsis", "我想。。。算了。", "我想……算了。"),
    ("middle dots for an ellipsis", "我想······算了。", "我想……算了。"),
    ("half an ellipsis", "我想…算了。", "我想……算了。"),
    ("doubled comma", "我想，，算了。", "我想，算了。"),
    ("doubled half-width comma", "我想,,算了。", "我想，算了。"),
    ("an ellipsis before a full stop", "“我想...。”他说。", "“我想……。”他说。"),
    ("one dot too many", "我想….算了。", "我想……算了。"),
    ("full-width points", "我想．．．算了。", "我想……算了。"),
    ("full-width hyphens", "他终于明白了－－一切都晚了。", "他终于明白了——一切都晚了。"),
    ("the dot of a name in a line of ASCII marks", "卡尔.马克思来了,他很累.", "卡尔.马克思来了，他很累。"),
    ("a full stop of both widths", "他走了。.我也走了。", "他走了。我也走了。"),
    ("behind a per cent sign", "增长了20%,达到30%。", "增长了20%，达到30%。"),
    ("full stops in a line of ASCII marks", "天亮了,鸟叫了.我们出发吧.(完)", "天亮了，鸟叫了。我们出发吧。（完）"),
    ("a full stop behind a bracket", "会议在三楼开(靠近楼梯).", "会议在三楼开（靠近楼梯）。"),
    ("nested straight quotes", "他说:\"老师说'明天放假.'\"大家笑了。", "他说：“老师说‘明天放假。’”大家笑了。"),
    ("a list of conditions", "服务名称为mail,见下表;", "服务名称为mail，见下表；"),
    ("a place for the answer", "下列各句中,没有语病的是()", "下列各句中，没有语病的是（）"),
    ("a place for the answer behind a mark", "太阳绕着地球转。()", "太阳绕着地球转。（）"),
    ("a blank for the answer", "这条河的长度是( )公里,宽( ).", "这条河的长度是（ ）公里，宽（ ）。"),
    ("a blank for the answer, set apart", "哪一句有语病? (  )", "哪一句有语病？ （  ）"),
    ("a comma before a quotation", '他说,"走吧。"', "他说，“走吧。”"),
    ("a comma at the end of a quotation", '"我们走吧,"\n他说。', "“我们走吧，”\n他说。"),
    ("a full stop at the end", "我们昨天一起去爬山.", "我们昨天一起去爬山。"),
]  # fmt: skip

KEEPS = [
    "先调用 open() 再调用 close()",
    "用 f( ) 表示映射",
    '2021-03-05 09:00:00,范文：读书使人进步,"\t我爱读书。',
    '范文：读书使人进步,"',
    "他说 she is ____, and he is ____.",
    "变量 foo___, bar___ 都不行。",
    "共1,000人,其中".replace(",其中", "，其中"),
    "现在是12:30，比分3:2。",
    "圆周率是3.14159。",
    "He said: hello, world! (really?)",
    "请看https://example.com/a?b=1,2;c:3 这一页。",
    "写信给 wang.li@example.com 即可。",
    'for (i = 0; i < n; i++) { print("你好"); }',
    'title = "第一章,开始"',
    "名字是约翰?史密斯，译者是李明。",
    "卡尔.马克思写了这本书。",
    "第一章 出发............1",
    "1949-1999年",
    "北京—上海高速公路",
    "----------",
    "---- 正文开始 ----",
    "他说：“我先讲一段，",
    "什么？？！！",
    "I'm here, it's 5 o'clock.",
    '屏幕是24"的。',
    "1. 苹果\n2. 香蕉",
    "1) 苹果",
    "夏目漱石は小説家です。「こころ」を書いた。",
    '그는 말했다, "안녕?"',
    "函数f(x)=2x是奇函数。",
    "今天好开心:)",
    # Marks that are named; commands.
    "冒号“:”和感叹号“!”不同。",
    "文件里有“Name:”一行。",
    '按"?"键查看帮助。',
    "请输入 :wq 保存，或者 :!ls 看一看。",
    "参数以“--”开头。",
    "以“.”开头的文件。",
    # What is quoted letter for letter.
    '把它写进"/etc/hosts"里，参数是"-l"，名字是"a.txt"。',
    "他是'98年来的，我是'97年来的。",
    # Data, templates, code, references.
    '110,"东城",11',
    '"水落石出。",',
    '"东山": {',
    "days: ['一', '二', '三']",
    '"{name}看了一眼{place}，转身走了。",',
    ",title: '筛选'",
    "[ti:山歌]",
    "[3] 李小山, 王大川. 山村的路[J]. 乡村研究, 2003, 5(2): 12-15.",
    "调用 \\emph{重点} 即可, 不必多说.",
    # Names and lost characters.
    "太守刘?，带兵出城。",
    # Formulas and options.
    "求点(3,4)到原点的距离。",
    "已知(a+b)的值。",
    "(a)苹果 (b)香蕉",
    # A table of hyphens.
    "早上----------鼠----------牛------土",
    # Latin that goes on.
    '循环依次取 "foo bar ..." 中的每一项。',
    "例(説明: これは例です)",
]


@pytest.mark.parametrize(("raw", "after"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_marks_come_to_their_chinese_form(raw: str, after: str) -> None:
    assert cleaned(raw, "punctuation/*") == after


@pytest.mark.parametrize("raw", KEEPS)
def test_good_text_keeps_its_marks(raw: str) -> None:
    assert cleaned(raw, "punctuation/*") == raw


def test_quotes_come_in_the_style_that_was_asked_for() -> None:
    raw = "他说：“书里写着‘到此为止’。”\n她說「好」。"
    assert (
        cleaned(raw, rules=builtin().set("punctuation", "quotes", "corner"))
        == "他说：「书里写着『到此为止』。」\n她說「好」。"
    )
    assert (
        cleaned(raw, rules=builtin().set("punctuation", "quotes", "curly"))
        == "他说：“书里写着‘到此为止’。”\n她說“好”。"
    )


def test_a_quote_is_turned_and_restyled_at_once() -> None:
    by = builtin().set("punctuation", "quotes", "corner")
    once = cleaned("坚持”质量第一”的方针。\n¨我们走吧，”他说。", rules=by)
    assert once == "坚持「质量第一」的方针。\n「我们走吧，」他说。"
    assert cleaned(once, rules=by) == once


def test_a_quote_without_a_partner_is_found_and_stays() -> None:
    raw = "他说：“我不去了，让他们自己去吧。"
    assert cleaned(raw, "punctuation/unpaired-quote") == raw
    text = Text.of(raw)
    found = find(text, builtin(), survey([Block(raw, 0, 0)], builtin()))
    assert found.start.tolist() == [3]


PIECES = st.lists(
    st.sampled_from(
        [*"，。、；：！？,.;:!?()（）\"'“”‘’-—…·。 \n3", "天亮了", "他们", "abc", "...", "--", " -- ", "什么", "12"]
    ),
    max_size=14,
)


def test_pairs_of_words_in_a_list_keep_their_commas() -> None:
    raw = "".join(f"{a}{b},{b}{a}\n" for a in "山水花草" for b in "高低大小")
    assert cleaned(raw, "punctuation/*") == raw


@settings(derandomize=True)
@given(PIECES)
def test_cleaning_twice_is_cleaning_once(pieces: list[str]) -> None:
    once = cleaned("".join(pieces), "punctuation/*", "spaces/*")
    assert cleaned(once, "punctuation/*", "spaces/*") == once


@settings(derandomize=True)
@given(PIECES)
def test_letters_digits_and_han_stay(pieces: list[str]) -> None:
    raw = "".join(pieces)
    assert [c for c in cleaned(raw, "punctuation/*") if c.isalnum()] == [c for c in raw if c.isalnum()]


@pytest.mark.parametrize("text", ["他想了想……。她笑了。", "“好……。”", "等等……他说。"])
def test_an_ellipsis_that_is_as_it_should_be_is_no_change(text: str) -> None:
    assert not clean(text, script="keep").changes


def test_of_markdown_only_brackets_round_chinese_widen() -> None:
    raw = "# 标题\n\n- 甲\n- 乙\n\n请看[说明](文档)和![图](图片)，调用 open(文件) 以后(见下)再说(a.md)。\n\n**重点**\n"
    assert cleaned(raw, "punctuation/*") == raw.replace("(见下)", "（见下）")
