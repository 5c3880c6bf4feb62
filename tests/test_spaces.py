"""Spaces: gaps in sentences go, structure keeps its own, and no blank is ever put in unasked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cleaning import builtin, cleaned

CHANGES = [
    ("inside a word", "他们的精 神面貌，令人感动。", "他们的精神面貌，令人感动。"),
    ("two close together", "这里的共产 党员要 带头，不能落后。", "这里的共产党员要带头，不能落后。"),
    ("between words", "这本书 让人看到了，生活的另一面。", "这本书让人看到了，生活的另一面。"),
    ("double space in a sentence", "他们主动  向对方提供帮助，很热心。", "他们主动向对方提供帮助，很热心。"),
    ("ideographic space in a sentence", "他　　终于来了，大家都很高兴。", "他终于来了，大家都很高兴。"),
    ("round quotes", "考查“筛选信息 ”的能力，以 “人物 ”为题。", "考查“筛选信息”的能力，以“人物”为题。"),
    ("before a comma", "他走了 ，没有回头 。", "他走了，没有回头。"),
    ("before ASCII marks", "他走了 ,没有回头 !", "他走了,没有回头!"),
    ("before hyphens that are a dash", "他们都走了，只剩我 -- 一个人。", "他们都走了，只剩我--一个人。"),
    ("behind dots that are an ellipsis", "我想... 算了，不说也好。", "我想...算了，不说也好。"),
    ("behind a stop", "下雨了。 我们回家吧。", "下雨了。我们回家吧。"),
    ("before a measure word", "他工作了30 年，见过3000人，去过50个地方。", "他工作了30年，见过3000人，去过50个地方。"),
    ("a title letter by letter", "目　　录", "目录"),
    ("a title behind a numeral", "一　山　路", "一　山路"),
    ("imprint labels", "开 本：32开 印 张：12 字 数：200千字", "开本：32开 印张：12 字数：200千字"),
    ("indents", "　　他走了。\n    她也走了。", "他走了。\n她也走了。"),
    ("line ends", "他走了。 \n她也走了。　　\n", "他走了。\n她也走了。\n"),
    ("a blank line", "他走了。\n  \n她也走了。", "他走了。\n\n她也走了。"),
    ("a row in a sentence that it cannot be", "他把新 买的 书放在桌上，转身走了。", "他把新买的书放在桌上，转身走了。"),
    (
        "letter by letter in a sentence",
        "门上写着：“请 勿 在 此 停 车！”他看见了。",
        "门上写着：“请勿在此停车！”他看见了。",
    ),
    ("a heading letter by letter", "关 于 加 强 管 理 的 通 知", "关于加强管理的通知"),
    ("a line letter by letter", "“这 里 很 危 险 ， 请 不 要 过 来”", "“这里很危险，请不要过来”"),
    ("a number cut in two", "他在这里住了第二十 三年，一直没有搬走。", "他在这里住了第二十三年，一直没有搬走。"),
    ("before every mark", "来的有南村 、北村 、东村的人 ；一共 3 百人 。", "来的有南村、北村、东村的人；一共 3 百人。"),
    ("round marks of all kinds", "这本书《 山村 》写得很好 （ 见下文 ） 。", "这本书《山村》写得很好（见下文）。"),
    ("a label of two letters", "地    点：第二会议室", "地点：第二会议室"),
    ("behind a label", "日期： 三月五日 下午", "日期：三月五日 下午"),
    ("behind all marks of a short line", "主题： 新村庄， 新气象", "主题：新村庄，新气象"),
    ("the letters of an author's name", "山 人 　 著", "山人 　 著"),
    (
        "halves of one length in a sentence",
        "说来话长，他就这样 走了很远，没有回头。",
        "说来话长，他就这样走了很远，没有回头。",
    ),
    ("a date in a sentence", "那是1921年 春天的事，没有人记得。", "那是1921年春天的事，没有人记得。"),
    ("a paragraph's lost break", "他走了。　　第二天，她也走了。", "他走了。\n第二天，她也走了。"),
]

KEEPS = [
    "张建国 李淑芬 王小明",
    "参加的有张建国 李淑芬 王小明 赵红等四人，还有两位老师。",
    "床前明月光 疑是地上霜",
    "山高月小 水落石出 江流有声 断岸千尺",
    "第十二章 雨夜来客",
    "1921年　　　　回到故乡，在小学教书。",
    "公元前221年10月  天下统一，车同轨。",
    "民国十年 辞职回乡，在小学教书。",
    "1921年　　《山村来信》出版，他很高兴。",
    '2021-03-05 09:00:00,征文选登：守住一方水土 建设美丽家乡,"\t我的家乡在山里，那里水多。',
    '2021-03-05 09:00:00,征文选登：读书学习 成就更好的自己,"\n我的家乡在山里，那里水多。',
    "征文选登（2021年，三月）：守住一方水土 建设美丽家乡",
    "老船夫　   今天水大，你明天再来吧。",
    "第一节　总则",
    "风雨过后 小城重现生机",
    "（林小雨 饰）",
    "记者 张建国",
    "作者：张建国 李淑芬",
    "姓名　性别　年龄",
    "姓名\t性别\t年龄",
    "甲 乙 丙 丁",
    "他站在台上高声朗诵“千里江山寒色远 芦花深处泊孤舟”，台下掌声雷动。",
    "1 适用范围",
    "3.2 术语和定义",
    "We use Python and Java.",
    "나는 학교에 갑니다. 中国 사람입니다.",
    "きょうは　とても　いい　てんきです。",
    'if x:\n    print("你好")\n    y = 1',
    "我们用 Python 写程序，用 SQL 查数据，共 30 行。",
    "- 苹果\n- 香蕉",
    "下列各项中，正确的一项是（　　）。",
    "1. 长江发源于（    ），流入（ ）。",
    "在“   ”里填上合适的词，不会写的可以用拼音。",
    # One ideographic space is meant: a name and an office, one who speaks and what is said, a title and its text.
    "一、王大山　守备营统领，驻守东门，后来战死。",
    "老船夫　今天水大，不能过河，你明天再来吧。",
    "老船夫　（低声）你快走吧，不要回头。",
    "〔渡口小调〕　小船摇啊摇，摇到对岸去。",
    "第十七条之一　已满七十岁的人，可以从轻处罚；有其他规定的，依照规定。",
    "请参看第三章 安装系统，那里写得很清楚。",
    "请参看第 3.2 节 “安装系统”，那里写得很清楚。",
    "高小川 村口的老槐树已经有三百年了，谁也说不清是谁种下的。",
    "引言 什么是好文章？",
    "时间 三十年前一个秋天的早晨。",
    "（不知老之将至 一作：曾不知老之将至）他读到这里，停了下来。",
    "各位领导 各位来宾：大家好，欢迎光临。",
    # An option of a question: a phrase with its gloss, or two phrases.
    "B．不爱其子者也 爱：疼惜。",
    "C．老于山中 归于田里",
    "A.渡口（dù） 磨坊（mò） 柳树（liǔ） 石阶（jiē）    B.铁匠（jiàng） 粮仓（cāng） 麦垄（lǒng） 犁铧（huá）",
    "下面哪一句说得对，请选出来：A．先烧水，后下米。 B．先下米，后烧水。",
    "蒲/n  开/v  了/y  花/n  ，/w  红/a  的/u",
    "先说三点：1  水要烧开2  菜要洗净3  火要小。",
    # Columns.
    "A.城中盗贼渐多          渐：慢慢地。",
    "王 芳　李 娜　张 伟",
    # Blanks that stand for commas.
    "我去看了大海 海边人很多 水也很干净 就是太阳有点晒。",
    # Segmented into words.
    "我 来到 北京 的 一 所 学校 学习 汉语 ，觉得 很 高兴 。",
    "今天/t  的/u  天气/n  很/d  好/a  ，/w  我们/r  去/v  爬山/v  。/w",
    # Data, references, commands, code.
    '"苹果": "红的", "香蕉": "黄的",',
    "[1] 王小明. 山村教育[M]. 北京: 某某出版社, 1998.",
    "请输入 :wq 保存，或者 :q! 放弃。",
    "    - 苹果\n    - 香蕉",
    '    "苹果",\n    "香蕉",',
    "　私は本を読む。\n　それから寝る。",
]


@pytest.mark.parametrize(("raw", "after"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_gaps_go(raw: str, after: str) -> None:
    assert cleaned(raw, "spaces/*") == after


@pytest.mark.parametrize("raw", KEEPS)
def test_structure_keeps_its_spaces(raw: str) -> None:
    assert cleaned(raw, "spaces/*") == raw


MIXED = "我们用Python和Java写程序，用3台机器。他们用 Ruby 写，也用 Go 写，共 5 人。厂里有145 人。"


def test_in_a_file_of_both_habits_only_a_word_with_one_gap_loses_it() -> None:
    assert cleaned(MIXED, "spaces/*") == MIXED.replace("145 人", "145人")


def test_a_file_of_both_habits_may_end_with_a_word() -> None:
    assert cleaned(MIXED + "她说 good", "spaces/*") == MIXED.replace("145 人", "145人") + "她说 good"


MARKDOWN = "# 标题\n\n- 甲\n- 乙\n\n请看[说明](a.md) ，里面写着： 先读第一章， API 在后面。\n\n**重点** （见下）\n"


def test_markdown_loses_the_gaps_beside_marks_of_sentences() -> None:
    after = MARKDOWN.replace("： 先", "：先").replace("， API", "，API")
    assert cleaned(MARKDOWN, "spaces/*") == after


def test_blanks_that_were_typed_for_pauses_stay_where_no_word_goes_on() -> None:
    pauses = "".join(
        f"{said}\n"
        for said in (
            "这家店我来过了，东西很好 服务也不错。",
            "昨天刚收到货，打开一看 真的很失望。",
            "买了一本书，内容一般 不推荐大家买。",
            "孩子喜欢的，每天都要看 睡前还要讲。",
            "房间很小，床也不舒服 不会再来了。",
            "早饭不错，就是人太多 要排很久的队。",
            "好心的老板，说话和气 下次还会来。",
            "质量很差，用了三天就坏 大家别买。",
        )
    )
    assert cleaned(pauses, "spaces/*") == pauses
    few = "".join(
        f"{line}\n"
        for line in (
            "装好了 可是启动不了，怎么办",
            "问题解决了 谢谢大家！",
            "后来换了一块 结果还是一样的慢！",
            "下载了半天 结果打不开，求助",
            "我又换回来了 果然还是原来的好用！",
        )
    )
    assert cleaned(few, "spaces/*") == few
    raw = 2 * pauses + "价钱不贵，大家都说满 意。\n"
    assert cleaned(raw, "spaces/*") == raw.replace("满 意", "满意")


def test_spacing_between_han_and_latin_can_be_said() -> None:
    raw = "共有30 人使用Python，另有5 人使用 Java。"
    by = builtin()
    assert (
        cleaned(raw, "spaces/*", rules=by.set("spaces", "spacing", "remove")) == "共有30人使用Python，另有5人使用Java。"
    )
    assert cleaned(raw, "spaces/*", rules=by.set("spaces", "spacing", "keep")) == raw
    assert (
        cleaned(raw, "spaces/*", rules=by.set("spaces", "spacing", "add"))
        == "共有 30 人使用 Python，另有 5 人使用 Java。"
    )


PIECES = st.lists(
    st.sampled_from(
        [*' 　，。：“”《》（）.,!"\t\n', "  ", "天", "精", "神", "他们", "第一章", "王明", "abc", "12", "年"]
    ),
    max_size=14,
)


@settings(derandomize=True)
@given(PIECES)
def test_only_blanks_go_and_none_comes(pieces: list[str]) -> None:
    raw = "".join(pieces)
    after = cleaned(raw, "spaces/*")
    assert "".join(after.split()) == "".join(raw.split())
    assert all(after.count(c) <= raw.count(c) for c in " \t　")


@settings(derandomize=True)
@given(PIECES)
def test_cleaning_twice_is_cleaning_once(pieces: list[str]) -> None:
    once = cleaned("".join(pieces), "spaces/*")
    assert cleaned(once, "spaces/*") == once


def test_a_line_that_lost_a_gap_is_judged_again() -> None:
    raw = "老师 和学 生在路 上看 到了干净的水 果，心里都很高兴。"
    assert cleaned(raw, "spaces/*") == "老师和学生在路上看到了干净的水果，心里都很高兴。"
