"""Joining lines: what was broken comes together, what an author set apart stays apart, and no piece needs another."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus.pipeline import clean
from cleancorpus.profile import Cuts, Headings, Profile
from cleancorpus.rules import load
from cleancorpus.source import Block
from cleancorpus.survey import survey
from cleancorpus.text import Text

RULES = load().choose(["lines/*"])

PROSE = [
    "老船长退休以后，每天早晨都要到码头上走一圈，看看那些正在装货的轮船，听听年轻水手们的笑声。",
    "他的眼睛已经不太好了，可是只要远远地听见汽笛的声音，就能说出那是哪一条船，什么时候离开港口，什么时候又会回来。",
    "附近的孩子们喜欢跟在他后面，请他讲从前在南方海上遇到台风的故事，讲那些会发光的水母，讲甲板上晒得发烫的缆绳。",
    "有一年冬天，港口里来了一条很旧的帆船，船身上的油漆几乎全都剥落了，连名字也看不清楚。船上只有一个年轻人，他说自己是从很远的岛上来的，想要找一位姓陈的老人。",
    "“您认识他吗？”年轻人问道，“我父亲年轻的时候和他在一条船上工作过，临终以前还念着他的名字。”",
    "老船长沉默了很久，才慢慢地把烟斗从嘴里拿下来。他说自己就姓陈，只是这么多年过去，已经没有人再这样称呼他了。",
    "那天晚上，两个人在码头的小酒馆里坐到很晚。窗外下着雪，灯塔的光一下一下地扫过海面，仿佛在寻找什么失去了的东西。",
    "第二年春天，帆船重新刷上了白色的油漆，船头写着两个人都熟悉的名字。孩子们站在岸上挥手，看着它渐渐变成天边的一个小点。",
]
MARKS = "，。、；：！？）」』”’》…"


def cleaned(text: str, profile: Profile | None = None) -> str:
    """The text after the lines stage, with the survey's profile of it unless one is given."""
    return clean(Text.of(text), RULES, profile or survey([Block(text, 0, 0)], RULES)).string


def wrapped(paragraph: str, width: int, *, indent: str = "", hang: bool = False) -> list[str]:
    """The lines of a paragraph, so many characters each; `hang`: no line begins with a closing mark."""
    text, lines, at = indent + paragraph, [], 0
    while at < len(text):
        end = min(at + width, len(text))
        while hang and end < len(text) and text[end] in MARKS:
            end -= 1
        lines.append(text[at:end])
        at = end
    return lines


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        # A word goes on across the break, in either script, over blank lines, whatever the next line looks like.
        ("大家对这件事情还有很多问\n题没有弄清楚，只好明天再说。", "大家对这件事情还有很多问题没有弄清楚，只好明天再说。"),
        ("大家對這件事情還有很多問\n題沒有弄清楚，只好明天再說。", "大家對這件事情還有很多問題沒有弄清楚，只好明天再說。"),
        ("大家对这件事情还有很多问\n\n题没有弄清楚，只好明天再说。", "大家对这件事情还有很多问题没有弄清楚，只好明天再说。"),
        ("标准如果不去使用，那么再唯\n一、再崇高也没有什么意义。", "标准如果不去使用，那么再唯一、再崇高也没有什么意义。"),
        # A sentence goes on.
        ("经过一年的努力，厂里的面貌有了很大的改变，使大家\n在工作中看到了希望，也增加了信心。", "经过一年的努力，厂里的面貌有了很大的改变，使大家在工作中看到了希望，也增加了信心。"),
        # The mark behind an ordinal makes no sentence of a title; a quotation may be cut behind its first words.
        ("“他们要\n做什么呢？”她在门口叫了起来。", "“他们要做什么呢？”她在门口叫了起来。"),
        # A paragraph of several sentences is no title, and nobody speaks where a word ends in 说.
        (
            "她把信纸铺在桌上，想了很久也没有写下一个字。风从海上吹来，窗外的树叶沙沙地响，不久天就黑了。再说\n那条旧船早就不出海了，写了也没有人送。",
            "她把信纸铺在桌上，想了很久也没有写下一个字。风从海上吹来，窗外的树叶沙沙地响，不久天就黑了。再说那条旧船早就不出海了，写了也没有人送。",
        ),
        # What begins no line.
        ("她在信里说，院子里的桃花已经开了\n，盼望他早一点回来。", "她在信里说，院子里的桃花已经开了，盼望他早一点回来。"),
    ],
)  # fmt: skip
def test_a_broken_line_is_joined(broken: str, whole: str) -> None:
    assert cleaned(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        "空山新雨后，\n天气晚来秋。\n明月松间照，\n清泉石上流。\n竹喧归浣女，\n莲动下渔舟。",
        "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡",
        "一、总则\n第一条\n第二条\n二、组织\n第三条\n第四条\n三、附则",
        "张小明\n李国强\n王建华\n赵文静\n陈思远\n周晓梅",
        "姓名\t年龄\t住址\n张小明\t三十\t人民路\n李国强\t二十八\t解放路\n",
        "第三章　归来\n那年秋天，他从南方回到故乡，村口的老槐树已经不在了。",
        "会上还讨论了下一步的工作安排，要求各部门时刻把安全\n\n第二篇：学习心得体会\n通过学习，我认识到安全工作的重要。",
        "他说：\n“明天一早就出发。”\n“太早了吧？”\n“不早。”",
        "尊敬的王老师：\n您好！\n来信收到了，非常感谢您的关心。\n此致\n敬礼\n学生　李明\n二〇一二年五月四日",
        "def first(items):\n    for item in items:\n        if item.good:\n            return item\n    return None\n",
        "# Notes\n\n- buy bread\n- call the plumber\n- read *the* book\n\n```\nmake all\nmake test\n```\n",
        "Roses by the garden wall,\nlilies by the door,\nnobody to hear them fall,\nnobody any more.",
        "나는 오늘 학교에 가서\n친구를 만나고\n책을 읽었다",
        "雨の降る日に\n窓辺で本を読む\n静かな午後",
        "12\n\n第一节\n\n13\n\n第二节",
        # Entries of a table of contents, rows with tabs, a caption, a name set into a poem.
        "第一章 起源 . . . . . . . . . . . . 12\n第二章 发展 . . . . . . . . . . . . 38",
        "我们昨天去了城里的图书馆看书\t我们昨天去城里的图书馆看书\n你把要还的书都带来了没有啊\t你把要还的书都带来了吗",
        "图 3.2 新的水车\n新的水车比旧的轻了许多，两个人就可以抬到河边去，修理起来也很方便。",
        "塞上行\n李明\n大雪落在城头上。",
        # What authors leave open: reviews, headlines, sources whose lines end at marks.
        "\n".join(
            f"{a}，{b}"
            for a in ("送得很快", "纸张一般", "字有点小")
            for b in ("孩子喜欢看", "价钱也还算公道", "下次还会再来")
        ),
        # A year's apostrophe, a remark behind a stop, the wish of a letter, a command, the second name of a list.
        "博览会开幕\n’98园艺博览会昨天在城里开幕，来的人很多。",
        "先生近来身体可好？家里一切都好，请不要挂念，夏天过去以后我再写信给您，敬请\n夏安！",
        "要把它装进新的目录里，并且让系统能够找到它，请在终端里输入下面这一行命令\ninstall -m 755 mill /opt/bin",
        # Who signs and when, and a heading above one short sentence.
        "请各单位遵照执行，并把结果报给我们。\n县水利局办公室\n2012年5月4日",
        "修理水车\n您可以请邻村的木匠来修理水车。",
        # Where a quotation is from, who speaks and when, numbers alone, headings of two halves, points, a song.
        "“海上没有两个相同的早晨。”——老船长\n他说完这句话，就一个人走到船头去了，谁也没有再问。",
        "——《灯塔旧事》第三卷\n有一年冬天，港口里来了一条很旧的帆船，船身上的油漆几乎全都剥落了。",
        "小林 2024-05-01 10:50\n那条船今天不出海，你们不用来了。",
        "22—909（2）274—563\n有一年冬天，港口里来了一条很旧的帆船，船身上的油漆几乎全都剥落了。",
        "加强管理，落实责任\n港口的各个部门都要认真学习这份文件，把安全工作抓好。",
        "·每天检查缆绳\n·每周检查油漆\n·每月检查灯塔",
        "他想起老船长常说的一首歌：\n船儿慢慢摇，\n摇到外婆桥，\n桥下水潺潺。\n他已经很多年没有听人唱过了。",
        # Where indents begin paragraphs.
        "".join(f"　　{p}\n" for p in PROSE[:4])
        + "　　他说这些话的时候，孩子们都不作声，只有海浪拍着码头\n　　"
        + PROSE[4],
        # Korean and Japanese, though the lines end in Latin or begin with Han.
        "패키지를 설치하려면 명령을 쓰십시오 install\n2. 설정 파일을 고치십시오 file\n3. 다시 시작하십시오 restart",
        "図 4 最初の画面\n作成した名前を入力すると、すぐに仕事を始めることができます。\n次の画面では、言葉を選びます。",
        # Code with strings of Han, and TeX.
        'WORDS = [\n    "{name}在河边站了一会，",\n    "{name}抬起头来，看着远处的山，",\n]',
        "\\section{水车}\n我们在河边看到的水车，\n\\emph{已经}修理了许多次，\n\\emph{还}可以使用。",
    ],
)
def test_what_was_set_apart_stays_apart(text: str) -> None:
    assert cleaned(text) == text


@pytest.mark.parametrize(("between", "at"), [("\n　　", 5), ("\n　　", 8), ("\n\n", 8)])
def test_a_break_that_takes_no_indent_and_no_blank_line_with_it_is_none(between: str, at: int) -> None:
    whole = (between + between.join(PROSE))[1:]
    begin = whole.index("老船长沉默了")
    assert cleaned(whole[: begin + at] + "\n" + whole[begin + at :]) == whole


@pytest.mark.parametrize("hang", [False, True])
@pytest.mark.parametrize("indent", ["", "　　", "    "])
@pytest.mark.parametrize("width", [20, 24, 28])
def test_wrapped_prose_becomes_paragraphs(width: int, indent: str, hang: bool) -> None:
    paragraphs = PROSE * 3
    text = "\n".join(line for p in paragraphs for line in wrapped(p, width, indent=indent, hang=hang))
    whole = "\n".join(indent + p for p in paragraphs)
    made = cleaned(text)
    wrong = [line for line in made.split("\n") if line.strip() and line.strip() not in whole]
    assert not wrong
    if indent:
        assert made == whole


@pytest.mark.parametrize("breaks", ["\n\n", "\n\n\n"])
def test_blank_lines_behind_every_wrapped_line_are_no_paragraph(breaks: str) -> None:
    text = breaks.join(line for p in PROSE * 3 for line in wrapped(p, 24, indent="　　"))
    assert cleaned(text) == breaks.join("　　" + p for p in PROSE * 3)


def test_blank_lines_between_wrapped_paragraphs_mark_them() -> None:
    text = "\n\n".join("\n".join(wrapped(p, 24)) for p in PROSE * 3)
    assert cleaned(text) == "\n\n".join(PROSE * 3)


def test_what_is_said_goes_on_behind_its_colon_where_only_full_lines_end_in_one() -> None:
    asked = "孩子们围着老船长坐下来，其中一个也大着胆子问道："
    said = "“那条旧船还会回来吗？”他没有回答，只是看着海面上越来越远的灯光。"
    assert len(asked) == 24
    paragraphs = [*PROSE, asked + said] * 3
    text = "\n".join(line for p in paragraphs for line in wrapped(p, 24))
    made = cleaned(text)
    assert made.count(asked + said) == 3 and asked + "\n" not in made
    # Where others begin a line of their own behind their colons, those of full lines may too.
    apart = "\n".join([text, *("老船长慢慢地说道：\n" + said[:11] for _ in range(3))])
    assert cleaned(apart).count(asked + "\n" + said[:5]) == 3


def test_what_is_said_goes_on_behind_a_colon_where_first_lines_are_narrower() -> None:
    asked = "孩子们围着老船长坐下来，一个也大着胆子问道："
    said = "“那条旧船还会回来吗？”他没有回答，只是看着海面上越来越远的灯光。"
    long = [a + b for a, b in pairwise(PROSE)]
    paragraphs = [*long, PROSE[0][:24] + asked + said, *long]
    text = "\n".join("\n".join(wrapped("　　" + p, 24)).lstrip("　") for p in paragraphs)
    assert asked + "\n" in text and asked + said in cleaned(text)


def test_a_paragraph_that_ends_with_a_word_that_ends_none_goes_on_below_an_indent() -> None:
    whole = "".join(f"　　{p}\n" for p in PROSE)
    broken = (
        "　　"
        + PROSE[0]
        + PROSE[1]
        + "他想起了从前在南方海上遇到的\n　　台风，还有那些水母。"
        + PROSE[5]
        + PROSE[6]
        + "\n"
    )
    assert cleaned(whole + broken + whole) == whole + broken.replace("的\n　　", "的") + whole
    full = broken.replace("遇到的\n　　台", "遇到台风\n　　台")
    assert cleaned(whole + full + whole) == whole + full + whole


ENGLISH = (
    "The keeper of the old lighthouse had lived on the island for more than thirty years, and in all that time he had "
    "never once missed the evening light. Every day he climbed the narrow stairs with a lamp in one hand and a can of "
    "oil in the other, and every night the ships went past the rocks in safety."
)


def test_items_of_wrapped_english_go_on_where_they_are_set_in() -> None:
    items = [textwrap.wrap(f"{c}) {ENGLISH}", 60, subsequent_indent="   ") for c in "abcd"]
    assert cleaned("\n\n".join("\n".join(i) for i in items)) == "\n\n".join(f"{c}) {ENGLISH}" for c in "abcd")


def test_wrapped_english_is_joined_with_a_space() -> None:
    paragraphs = [ENGLISH] * 4
    text = "\n\n".join("\n".join(textwrap.wrap(p, 60)) for p in paragraphs)
    assert cleaned(text) == "\n\n".join(paragraphs)


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("Nobody in the whole village had ever seen the light-", "house fail. The old lighthouse stood.", "lighthouse fail"),
        ("Everybody in the whole village knew him as a hard-", "working man. The lighthouse stood.", "hard-working man"),
    ],
)  # fmt: skip
def test_a_hyphen_goes_where_the_file_has_the_word_in_one_piece(above: str, below: str, whole: str) -> None:
    assert whole in cleaned(f"{above}\n{below}")


def test_a_heading_is_never_touched() -> None:
    text = "会议纪要的主要内容以及问\n题的说明"
    at, end, zero = np.array([text.index("题")]), np.array([len(text)]), np.zeros(1, np.int64)
    yes, no = np.ones(1, np.bool_), np.zeros(1, np.bool_)
    heads = Headings(
        start=at, end=end, level=zero + 1, opens=yes, holds=no, ordinal_end=at, title_end=end,
        repeat_end=zero - 1, before=zero, after=no, rule=zero,
    )  # fmt: skip
    known = survey([Block(text, 0, 0)], RULES)
    assert cleaned(text, known) != text
    assert cleaned(text, replace(known, headings=heads)) == text


LINE = st.one_of(
    st.sampled_from([line for p in PROSE for line in wrapped(p, 22, indent="　　")]),
    st.sampled_from(["", "", "第一章　开始", "空山新雨后，", "天气晚来秋。", "  return x", "a long line of plain words that goes on"]),
    st.text("的一、，。“”（）1a \u3000问题", max_size=12),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(LINE, max_size=40), st.data())
def test_pieces_give_what_the_whole_gives(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    known = survey([Block(text, 0, 0)], RULES)
    starts = [i + 1 for i, c in enumerate(text) if c == "\n" and i + 1 < len(text)]
    inner = sorted(data.draw(st.sets(st.sampled_from(starts), max_size=6))) if starts else []
    place = np.array([0, *inner, len(text)])
    known = replace(known, cuts=Cuts(place, np.zeros(len(place), np.bool_)))
    chosen = [0, *sorted(data.draw(st.sets(st.sampled_from(inner)))), len(text)] if inner else [0, len(text)]
    pieces = [clean(Text.of(text[a:b], a), RULES, known).string for a, b in zip(chosen, chosen[1:], strict=False)]
    assert "".join(pieces) == cleaned(text, known)


@settings(max_examples=80, deadline=None)
@given(st.lists(LINE, max_size=40))
def test_only_breaks_and_blanks_go(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(cleaned(text).split()).replace("-", "") == "".join(text.split()).replace("-", "")
