"""Watermarks: what is taken out of a line, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleancorpus.api import clean
from cleancorpus.profile import Profile
from cleancorpus.rules import load
from cleancorpus.stages import characters, watermark
from cleancorpus.text import Text
from cleancorpus.views import Hints, Views

RULES = load()


def stripped(raw: str) -> str:
    text = Text.of(raw)
    text = text.after(characters.find(text, RULES, Profile()))
    return text.after(watermark.find(text, RULES, Profile())).string


@pytest.mark.parametrize(
    "line",
    [
        "shuwu-abc.com",
        "wＷw．moXiaＮgshu．cＯm",
        "w w w/mo xiang shu.c om墨香书屋",
        "www。moxiangshu。net",
        "更多精彩小说，尽在墨香小说网 www.moxiang.com",
        "本书由墨香小说网网友整理上传，仅供试阅",
        "声明：本书仅供读者预览，请在下载24小时内删除，支持正版",
        "上一页 目录 下一页",
        "［本章未完，请点击下一页继续阅读！］",
        "求收藏、求推荐票、求月票！",
        "第3页 / 共12页",
        "☆墨香电子书☆",
        "沪公网安备 31010400000000号",
        "首页 | 小说列表 | 作家 | 排行榜",
        "本站域名已经更换，请大家重新收藏，使用新域名访问。",
        "手机用户请浏览m.moxiang.test阅读，更优质的阅读体验。",
        "一秒记住墨香小说网，更新快，无弹窗，免费阅读！",
        "±墨±香±书±屋，ww",
        "♠墨♥香♣客",
        "（mＸsＷ５２０。）",
        "《墨香小说网：www.moxiang.club》",
        "«上一页",
        "上一页 简介 下一章",
        "墨香文学网 > 武侠 > 山里的路 > 正文",
        "2019-03-02 18:20:11 来源：墨香工作站",
        "栏目：演讲稿 浏览：923 投稿：墨香",
        "图源：墨香 录入：青山",
        "书友群：750311226",
        "墨香題庫版权所有",
        "@~^墨香教育出版网&*",
        '//..img.test/page_7.jpg" />',
        "《wwω.mοxiang.соm》",
        "墨香书屋@WwW点moxiang点cc",
        "☆墨香中文@WWw，mXzW，coM☆",
        "/墨&香&书&坊ⓜⓞⓧⓘⓐⓝⓖ.ⓒⓞⓜ/",
        "我。的。墨。香 ｍｏｘｉａｎｇ 点 ｃｏｍ",
        "{m.mo xi ang. com 墨-香-阁}",
        "第（2/3）页",
        "墨香扫描 青山校对",
        "(山里的路（四更）)下一章",
        "墨香谷 www.moxiang.test",
        "moxiang.com范文网(FANWEN.QINGSHAN.COM)",
        "h t t p : // blog. moxiang .test /山 里 的 路",
        "【字号：大 中 小】 【背景】 【评论】",
        "墨香小说网-山里的路",
        "本文章下载于www.moxiang.test",
        "〖ＷＷＷ．ＭＯＸＩＡＮＧ．ＭＥ〗",
        "墨。香。书。网 ｍｏｘｉａｎｇ８。ｃｏｍ",
        "(ｍｏｘｉａｎｇ)•(ｃｃ)",
        "作者：墨香 2020-10-13 10:47:46 来源：墨香工作站 浏览次数：",
        "字体： 护眼 关灯",
        "&1t;/p>",
    ],
)
def test_a_watermark_line_goes_with_its_break(line: str) -> None:
    assert stripped(f"她笑了。\n{line}\n他也笑了。\n") == "她笑了。\n他也笑了。\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("他在这里过日子[墨-香 小 说 站 w ｗ w . m ｘ x ａ . c ｎ ]了很久。", "他在这里过日子了很久。"),
        ("她不情<big>墨香网</big>愿地走了。", "她不情愿地走了。"),
        ("这些瞎></a>朋友都来了。", "这些瞎朋友都来了。"),
        ("他走了。t.xt.小.说.天.堂wＷw．moXiaＮgshu．neｔ", "他走了。"),
        ("下列正确的是[来源:高#考#网Z#X#X#K]", "下列正确的是"),
        ("第三章 归来(www.moxiang.com)", "第三章 归来"),
        ("他發(fā)現(xiàn)了路。", "他發現了路。"),
        ("她点头。（wwW.moxiang.la 无弹窗广告）他也点头。", "她点头。他也点头。"),
        ("她点头。moxiang.la [墨香小说网]他也点头。", "她点头。他也点头。"),
        ("她点头。手机用户请访问m.moxiang.com在线阅读，最新章节无弹窗。他也点头。", "她点头。他也点头。"),
        ("这道题考的是理解[来源:Z,mx,k.Com]能力。", "这道题考的是理解能力。"),
        ("这道题考的是理解 m x b 1 . c o m 能力。", "这道题考的是理解能力。"),
        ("版權(quán)歸作者所有，請(qǐng)在下載(zài)后24小時(shí)內(nèi)刪除\n她笑了。", "她笑了。"),
        ("他走，【墨/香/小说网 更新快 请搜索m/x/xiao/shuo/c/o/m】又回来。", "他走，又回来。"),
        ("这是他们的语墨香书屋www.moxiang.com言，没有人懂。", "这是他们的语言，没有人懂。"),
        ("这是他们的语ⓜⓞⓧⓘⓐⓝⓖ.ⓒⓞⓜ言，没有人懂。", "这是他们的语言，没有人懂。"),
        ("他走了mｏXiaＮg.ｃOm免费阅读虽然她没有说。", "他走了虽然她没有说。"),
        ("他不慌不忙，（墨香中文）又坐了下来。", "他不慌不忙，又坐了下来。"),
        ("下列正确的是（来源：墨.香.课.堂）", "下列正确的是"),
        ("下列正确的是m-x-c-n-j", "下列正确的是"),
        ("他只有七岁。以下是小编精心整理的读书心得，欢迎阅读！", "他只有七岁。"),
        ("她把帽子挂好，(手打中文网24小时不间断更新txt手打小说)半天没有说话。", "她把帽子挂好，半天没有说话。"),
        ("她把帽子挂好。（责任编辑：墨香）", "她把帽子挂好。"),
        ("www.moxiang.test山里的路(墨香)", "山里的路(墨香)"),
        ("她点头。mｏXiaＮg.ｃOm2006年2月1日", "她点头。2006年2月1日"),
        ("她点头，墨香阁：wwW。moXiang。coM又走了。", "她点头，又走了。"),
        ("她点头。-ⓜⓞⓧⓘⓐⓝⓖ.ⓣⓦ【墨香】手打-他也点头。", "她点头。他也点头。"),
        ("她点头。|txt墨香-书 m~o~x~i~a~n~g~.~c~o~m|他也点头。", "她点头。他也点头。"),
        ("她点头。w-w-w.m-o-x-i-a-n-g.m-e（墨香中文）他也点头。", "她点头。他也点头。"),
        ("她点了★www.moxiang.com★头。", "她点了头。"),
        ("他走到村口，www.moxiang.com老槐树还在那里。", "他走到村口，老槐树还在那里。"),
        ("她点头。墨香首发m（。）moxiang（。）com他也点头。", "她点头。他也点头。"),
        ("她点头，（wwＷ.moxＩang.cｎ）笑了。", "她点头，笑了。"),
    ],
)
def test_a_watermark_in_a_line_goes_and_the_seam_closes(before: str, after: str) -> None:
    assert stripped(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "青山气象台（http://www.example.com），逐日雨量图、潮水时刻表、旧报告目录等。",
        "墨香读书网（www.example.com）设有新书推荐、读者评论、排行榜等栏目。",
        "见[说明](http://www.example.com/a)一文。",
        "来信请寄moxiang@example.com。",
        "（来源：人民日报）",
        "小豆子把月票从脖子上取下来，又翻开了目录。",
        "他喜欢上网看小说，更喜欢收藏旧书和电子书。",
        "A. http: //www .example .com",
        "<item>",
        "--(本章结束)",
        "法院认为，该书的版权归出版社所有，被告未经许可转载，应当承担责任。",
        "数字阅读（网络在线阅读、手机阅读、电子阅读器阅读等）的人多了。",
        "他在论坛上下载了一份地图，又收藏了几个网站，准备周末再看。",
        "安全更新可以通过互联网自动下载和安装。",
        "源码放在 https://wiki.example.org/ReleaseGoals/ 里，请先阅读说明。",
        "显卡要用 X.Org 的驱动。",
        "时间：2019年3月2日18:20 地点：学校礼堂",
        "作者：墨香 来源：《北方文学》",
        "长×宽×高",
        "春→夏→秋→冬",
        "范文",
        "小编们把稿子整理好，交给主编。",
        "（来源：新华社-参考消息）",
        "请到官网注册账号后再试，如果仍然失败，请拨打客服电话。",
        "已知函数f(x)=2x+1，求f(3)的值。",
        "显卡的说明在WWW；info 里也有。",
        "服务器的目录是/var/www/html/，网页放在那里。",
        "她读了很多书（长篇小说）。",
        "①www.example.com/tables/。",
        "他说：“网址是 www.example.com，记住后再回来。”",
        "墨香谷 www.example.com\n青山谷 www.example.org",
        "官网：www.example.com",
        "1. 免责声明",
        "三、网站建设",
        "亲爱的读者：",
        "欲知后事如何，请看下回。",
        "www.example.com是他常去的网站",
        "[来源:墨香日报]",
        "他常去*www.example.com*看天气。",
        "他的网名是moxiang-shu，网址在-后面。",
        "选A-B-C-D-E-F这一项。",
        "6÷2÷3÷1=1",
        "她常逛www.example.com买衣服，也去书店。",
        "那时还没有别的选择，www.example.com算是最好的了。",
        "十年过去，www.example.com早就关门了。",
    ],
)
def test_content_that_looks_like_a_watermark_stays(text: str) -> None:
    assert stripped(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("他说：wＷw．moXiaＮgshu．cＯm", "他说："),
        ("注意：wwW。moXiang。coM", "注意："),
        ("他看着wＷw．moXiaＮgshu．cＯm（笑）走了。", "他看着（笑）走了。"),
        ("她又问，你（moＸiang.cｎ）们呢？", "她又问，你们呢？"),
        ("她看了一本出版物m*x*i*a*n*g*c*o*m，走了。", "她看了一本出版物，走了。"),
        ("选T【来源：墨&香&网】OEFL一项", "选TOEFL一项"),
        (
            "（《墨香选集》第一卷：《村里的路问[来源:墨%香%香%学%网m%x%K%t]题》一文的注释。）",
            "（《墨香选集》第一卷：《村里的路问题》一文的注释。）",
        ),
        (
            "在田野的东方，隐蔽着碳黑色的港口，那里的风光犹如一幅泼墨的画卷，更多精彩小说请登陆墨香小说网 www.moxiang.com",
            "在田野的东方，隐蔽着碳黑色的港口，那里的风光犹如一幅泼墨的画卷，",
        ),
        (
            "桥梁很高最新网址：www.moxiang.info柔软纤细的天鹅颈，棱角分明的国字脸，僵硬古板的直脖子",
            "桥梁很高柔软纤细的天鹅颈，棱角分明的国字脸，僵硬古板的直脖子",
        ),
        ("正确的是（B）[墨*香*试*卷*网m*x*s*j]", "正确的是（B）"),
        ("登在《青山》上。m·x·k·c·n·c·o·m", "登在《青山》上。"),
        ("（全书完）墨香在线书库《www.moxiang.test》", "（全书完）"),
        ("登在《青山》上。mo xia2.c om", "登在《青山》上。"),
        ("门口的灯亮了mox。ia8。net他走进去坐下来。", "门口的灯亮了他走进去坐下来。"),
        ("他把帽子挂好，她（www.moxiang.com）又笑了。", "他把帽子挂好，她又笑了。"),
        (
            "从这里[来源:中_考_墨_香国的实际出发，按照本国的形式（见上）。",
            "从这里国的实际出发，按照本国的形式（见上）。",
        ),
    ],
)
def test_what_stands_beside_a_watermark_stays(before: str, after: str) -> None:
    assert stripped(before) == after


def test_what_is_clean_stays_clean() -> None:
    once = stripped("她笑了。www。moxiangshu。net\n求收藏、求推荐票！\n他也笑了。\n")
    assert stripped(once) == once


def test_cleaning_takes_out_what_the_survey_found_but_no_line_that_reads_otherwise_in_markup() -> None:
    page = "<!doctype html>\n<p>更多精彩小说免费下载，尽在墨香书屋</p>\n更多精彩小说免费下载，尽在墨香书屋\n<p>她笑了。</p>\n"
    assert clean(page).text == "<!doctype html>\n<p>更多精彩小说免费下载，尽在墨香书屋</p>\n<p>她笑了。</p>\n"


def test_in_text_that_is_not_chinese_addresses_are_content() -> None:
    page = (
        "The manual of the program stands in the folder of its documents and on the page below.\nwww.example.com\n" * 12
    )
    assert "www.example.com" in clean(page).text
    assert "来源:学" not in clean(page + "Choose the right word.[来源:学#科#网M#X#K]\n").text


def test_where_tags_mean_something_they_stay() -> None:
    page = "## 说明\n\n- 一\n- 二\n- 三\n\n" + '见 <a href="https://example.com/a">这里</a>，或者 `README`。\n\n' * 8
    assert clean(page, script="keep").text.count("<a href=") == 8


def test_a_repeated_line_goes_if_it_is_nearly_a_notice() -> None:
    pages = "".join(
        f"第{n}页的故事很长，他走了很久才走到村口，看见了老槐树。\n下载高清\n“走吧，走吧。”\n" for n in range(6)
    )
    assert "下载高清" not in clean(pages).text
    assert clean(pages).text.count("走吧，走吧") == 6


HINTS = ("小说", "小说网", "说网", "下一章", "下一页", "com", "网", "-")


@given(st.text("小说網网下一章页c o＿ｍm-\n", max_size=60))
def test_hints_are_found_wherever_they_stand_in_a_line_whatever_parts_their_characters(string: str) -> None:
    text = Text.of(string)
    hints = Hints(HINTS)
    views = Views(text.codes, text.lines.start, text.lines.end, hints)
    found = hints.found(views)
    expected = []
    for i in range(len(text.lines)):
        squeezed, place = views.of("squeezed", i)
        expected += [
            (hint, i, place[at]) for hint in HINTS[:-1] for at in range(len(squeezed)) if squeezed.startswith(hint, at)
        ]
        start, end = text.lines.start[i], text.lines.end[i]
        expected += [("-", i, at) for at in range(start, end) if string[at] == "-"]
    named = [hints.literals[n] for n in found.number]
    assert sorted(zip(named, found.line, found.place, strict=True)) == sorted(expected)


def test_a_rule_may_say_what_stands_beside_a_hint_of_one_character(tmp_path: Path) -> None:
    rule = r"""schema = 1
[[rule]]
id = "watermark/numbered"
why = "The number of a page."
view = "folded"
match = '^[0-9]+页$'
hints = ["页"]
near = '[0-9]页\s'
change = [["走了。\n12页\n来了。", "走了。\n来了。"]]
keep = ["12页书"]
"""
    path = tmp_path / "own.toml"
    path.write_text(rule, encoding="utf-8")
    assert clean("他走了。\n12页\n他来了。\n", rules=[str(path)]).text == "他走了。\n他来了。\n"


@pytest.mark.parametrize("family", ["download-notice", "navigation"])
def test_what_a_file_says_a_word_weighs_counts(family: str, tmp_path: Path) -> None:
    raw = "她笑了。\n免费阅读手机版\n他也笑了。\n"
    path = tmp_path / "own.toml"
    path.write_text(f'schema = 1\n[stage.watermark.words.{family}]\n"免费阅读" = -3\n', encoding="utf-8")
    assert clean(raw).text == "她笑了。\n他也笑了。\n"
    assert clean(raw, rules=[str(path)]).text == raw


@pytest.mark.parametrize(
    "title", ["推荐信范文", "感谢信范文一", "读书心得体会", "阅读答案（精选5篇）", "推荐一本好书的演讲稿"]
)
def test_titles_of_essays_are_no_notices(title: str) -> None:
    raw = "".join(f"{title}\n　　窗外的雨下了第{n}夜，她坐在灯下缝着那件旧棉袄。\n" for n in "一二三四五六七")
    assert clean(raw, select=["watermark/*"]).text == raw


def test_titles_that_count_on_do_not_repeat() -> None:
    raw = "".join(f"免费的心得体会{n}\n　　窗外的雨下了第{n}夜，她坐在灯下缝着那件旧棉袄。\n" for n in range(1, 8))
    assert clean(raw, select=["watermark/*"]).text == raw


def test_an_address_ends_no_sentence_at_its_question_mark() -> None:
    raw = "她笑了。\n墨香网购书 货到付款 全场免运费 http://www.moxiang.test/?source=book-23\n他也笑了。\n"
    assert clean(raw).text == "她笑了。\n他也笑了。\n"


def test_in_a_line_of_any_length_every_address_goes() -> None:
    said = "窗外的雨下了整整一夜，她坐在灯下缝着那件旧棉袄。（墨香小说网www.moxiang.test）"
    assert clean(said * 200 + "\n").text == said.partition("（")[0] * 200 + "\n"


@pytest.mark.parametrize(
    "raw",
    [
        "产品（官网www.moxiang.test）卖得好。\n",
        "展览（项目官网：www.moxiang.test）开了三天。\n",
        "报名请登录官网www.moxiang.test，或者打电话。\n",
        "公司（网址：www.moxiang.test）成立于一九九零年。\n",
        "这本书在旧书网（www.moxiang.test）上能买到。\n",
        "考生可登录考试院网站（www.moxiang.test）报名。\n",
    ],
)
def test_the_site_of_those_a_text_speaks_of_stays(raw: str) -> None:
    assert (
        clean(f"窗外的雨下了整整一夜。\n{raw}她坐在灯下缝着棉袄。\n", select=["watermark/*"]).text.split("\n")[1]
        == raw[:-1]
    )


def test_an_address_in_brackets_in_the_middle_of_a_word_goes() -> None:
    raw = "他和当地发[墨香看  www.moxiang.test]展局的人见了面。\n"
    assert clean(raw).text == "他和当地发展局的人见了面。\n"
