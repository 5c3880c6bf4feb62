"""Which headings are taken: whole files of many manners, and texts that only speak of chapters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleancorpus import survey
from cleancorpus.chain import Verdict, choose
from cleancorpus.rules import load
from cleancorpus.source import Block
from cleancorpus.stages import headings
from cleancorpus.text import Text

RULES = load()
WELL = "清早的雾还没有散，他挑着两只空桶往井边走，路上遇见了赶集回来的邻居，两个人站着说了一会儿收成和雨水。"
LEDGER = "会议开得很长，大家把去年的账一笔一笔地对了一遍，对到最后只差三块二毛钱，谁也说不清是怎么差的。"


def prose(lines: int) -> str:
    return "\n".join("　　" + (LEDGER, WELL)[n % 2] for n in range(lines)) + "\n"


def outline(text: str, cuts: tuple[int, ...] = (), *, settings: Mapping[str, object] = {}) -> list[Verdict]:
    rules = RULES
    for key, value in settings.items():
        rules = rules.set("headings", key, value)
    found = []
    edges = [0, *cuts, len(text)]
    for a, b in zip(edges, edges[1:], strict=False):
        found += headings.candidates(Text.of(text[a:b], a), rules)
    return list(choose(found, len(text), rules).outline)


def opened(text: str, **settings: object) -> list[str]:
    """The first lines of the documents."""
    return [text[v.start :].split("\n", 1)[0][:14].rstrip() for v in outline(text, settings=settings) if v.opens]


def each(names: str | list[str], line: str, lines: int) -> str:
    return "".join(line.format(n) + "\n" + prose(lines) for n in names)


NOVEL = "".join(
    f"第{v}卷 {name}\n\n" + "".join(f"第{c}章 过河{c}\n\n{prose(4)}\n" for c in chapters)
    for v, name, chapters in [("一", "山雨", "一二三"), ("二", "晴川", "一二三"), ("三", "霜降", "一二")]
)
CONTENTS = "目录\n" + "".join(f"第{c}章 过河{c}\n" for c in "一二三四") + "\n"
EXAM = "".join(
    f"{n}．（{score}分）\n阅读下面的文字，完成各题。\n{title}\n{author}\n{prose(5)}（1）下列分析正确的两项是\nA．甲\nB．乙\n（2）请分析结尾的作用。\n"
    for n, score, title, author in [(4, 20, "老井", "高一鸣"), (5, 25, "牧笛", "沈冬青"), (6, 25, "石磨", "林小满")]
)
PAPER = (
    "一、现代文阅读（36分）\n（一）论述类文本阅读（9分）\n阅读下面的文字，完成1～3题。\n" + prose(4)
    + "1．下列说法不正确的一项是（3分）\nA．甲\nB．乙\n（二）文学类文本阅读（15分）\n阅读下面的文字，完成4～6题。\n渡口\n"
    + prose(6) + "二、写作（60分）\n" + prose(1)
)  # fmt: skip
GLUED = (
    f"第一篇：护林工作总结\n{prose(3)}第二篇：护林，总结\n护林，总结\n"
    f"篇一：护林员工作总结（9篇）护林员工作总结1 我在林场工作了三年，{WELL}\n{prose(2)}"
    f"护林员年终总结2 今年的防火工作比去年做得细，{LEDGER}\n{prose(1)}我们要继续努力，篇二：护林心得\n"
    f"林场学习笔记\n{prose(2)}读《林中岁月》有感\n{prose(3)}春天·山林·水\n{prose(2)}篇三：防火心得\n防火心得\n一、早预备\n{prose(2)}"
    f"二、勤巡查\n{prose(2)}"
)

FILES = {
    "model essays, the title before the number": (
        "教师工作总结范文(精选3篇)\n" + each("123", "　　教师工作总结 篇{}", 3),
        ["教师工作总结 篇1", "教师工作总结 篇2", "教师工作总结 篇3"],
    ),
    "model essays, numbers in brackets": (each("一二三", "【篇{}】我爱读书", 2), ["【篇一】我爱读书", "【篇二】我爱读书", "【篇三】我爱读书"]),
    "titles that differ in their number": (each("123", "社会实践心得体会{}", 3), ["社会实践心得体会1", "社会实践心得体会2", "社会实践心得体会3"]),
    "parts of one text": (each("234", "我想开一家面馆?（{}）", 3), ["我想开一家面馆?（2）", "我想开一家面馆?（3）", "我想开一家面馆?（4）"]),
    "a compilation in three levels, headings inside lines": (
        GLUED,
        ["第一篇：护林工作总结", "护林员工作总结1 我在林场工", "护林员年终总结2 今年的防火", "林场学习笔记", "读《林中岁月》有感", "春天·山林·水", "篇三：防火心得"],
    ),
    "a novel in volumes": (NOVEL, [f"第{c}章 过河{c}" for c in "一二三一二三一二"]),
    "a novel behind its table of contents": (CONTENTS + each("一二三四", "第{0}章 过河{0}\n", 4), [f"第{c}章 过河{c}" for c in "一二三四"]),
    "web chapters, one of them misnumbered": (
        each(["101", "102", "140", "104", "105"], "第{}章 归来\n", 4),
        ["第101章 归来", "第102章 归来", "第140章 归来", "第104章 归来", "第105章 归来"],
    ),
    "volume and chapter in one line": (each(["九十八", "九十九", "一百"], "　　第一卷 第{}章\n", 3), ["第一卷 第九十八章", "第一卷 第九十九章", "第一卷 第一百章"]),
    "chapters without titles": (each("一二三", "第{}章", 4), ["第一章", "第二章", "第三章"]),
    "a chapter alone in an excerpt": (prose(3) + "\n第七章\n\n" + prose(3), ["第七章"]),
    "an old novel": (each("一二三", "第{}回　赶夜路书生遇雨　守空庙老僧煮茶", 3), [f"第{c}回　赶夜路书生遇雨　守空" for c in "一二三"]),
    "a book with sections": (each("一二", "第{}章 选种\n第一节 看\n" + prose(2) + "第二节 尝", 2), ["第一章 选种", "第二章 选种"]),
    "numbers alone, long chapters": (each("12345", "{}\n", 34), ["1", "2", "3", "4", "5"]),
    "numbers alone, short sections": ("我的家乡\n" + each("一二三", "{}\n", 3), []),
    "chapters that a table of contents lists": (
        "目 录\n一、渡口……………1\n二、对岸……………15\n三、归来……………33\n\n" + each(["一、渡口", "二、对岸", "三、归来"], "{}", 6),
        ["一、渡口", "二、对岸", "三、归来"],
    ),
    "long sections of one essay": (each("一二三四五", "{}、办学的难处", 34), []),
    "letters that are signed and dated": (
        "".join(f"{t}\n{prose(3)}林小满\n2012年3月{d}日\n" for d, t in [(5, "第一篇：春游"), (6, "第二篇：秋游")]),
        ["第一篇：春游", "第二篇：秋游"],
    ),
    "a report that is signed and dated": (prose(4) + "江城县林业局\n2012年3月6日\n" + "抄送：县委办公室\n", []),
    "labels of an experiment": (each("123", "步骤{}", 3), []),
    "sections of one essay": ("论乡村教育\n\n" + each("一二三", "{}、办学的难处", 8) + "结语\n" + prose(2), []),
    "prefaces and afterwords": (
        "序\n\n" + prose(4) + "\n第一章 开始\n\n" + prose(4) + "\n第二章 结束\n\n" + prose(4) + "\n后记\n\n" + prose(3),
        ["序", "第一章 开始", "第二章 结束", "后记"],
    ),
    "poems with numbers": (
        "".join(f"第{n}章 {t}\n\n\n　　一片云落在水里\n　　水里的鱼都躲开了\n　　只有我还站着\n\n" for n, t in [(12, "云"), (13, "树"), (14, "风")]),
        ["第12章 云", "第13章 树", "第14章 风"],
    ),
    "dated articles": ("".join(f"{t}\n20{y}-05-12\n{prose(3)}" for y, t in [("09", "油价又涨了"), ("10", "再谈油价")]), ["油价又涨了", "再谈油价"]),
    "articles with a source line": (
        "".join(f"{t}\n来源：江城晚报 2012年5月3日\n{prose(3)}\n" for t in ["春天的信", "夏天的信"]),
        ["春天的信", "夏天的信"],
    ),
    "articles with an author": ("".join(f"{t}\n◇ {a}\n{prose(3)}\n" for t, a in [("渡口的灯", "林小满"), ("木桥", "高一鸣")]), ["渡口的灯", "木桥"]),
    "stories between separators": ("".join(f"{t}\n{prose(3)}==========\n" for t in ["老槐树", "铁匠铺", "打更人"]), ["老槐树", "铁匠铺", "打更人"]),
    "stories between blank lines": ("\n\n\n".join(f"{t}\n\n{prose(8)}" for t in ["老槐树", "铁匠铺", "打更人"]), ["老槐树", "铁匠铺", "打更人"]),
    "model essays, the mark in brackets behind the title": (
        "国旗下讲话稿范文(通用3篇)\n" + "".join(f"国旗下讲话稿范文【篇{n}】 {WELL}{LEDGER}\n" + prose(2) for n in "123"),
        ["国旗下讲话稿范文【篇1】 清", "国旗下讲话稿范文【篇2】 清", "国旗下讲话稿范文【篇3】 清"],
    ),
    "model essays between stars": (each("123", "★劳动节演讲稿篇{}★", 3), ["★劳动节演讲稿篇1★", "★劳动节演讲稿篇2★", "★劳动节演讲稿篇3★"]),
    "model essays, nothing between number and title": (each("123", "第{}篇爱护校园", 3), ["第1篇爱护校园", "第2篇爱护校园", "第3篇爱护校园"]),
    "model essays behind their count": (
        f"学习心得(汇总3篇)篇一：学习心得\n{prose(3)}篇二：学习心得\n{prose(3)}篇三：学习心得\n{prose(3)}",
        ["篇一：学习心得", "篇二：学习心得", "篇三：学习心得"],
    ),
    "titles glued to the end of a paragraph": (
        f"军训心得体会1\n{prose(3)[:-1]}军训心得体会2\n{prose(3)[:-1]}军训心得体会3\n{prose(3)}",
        ["军训心得体会1", "军训心得体会2", "军训心得体会3"],
    ),
    "as many brackets as the first line says": ("安全生产学习体会(3篇)\n" + each("一二三", "（{}）", 8), ["（一）", "（二）", "（三）"]),
    "more brackets than the first line says": ("安全生产学习体会(3篇)\n" + each("一二三四", "（{}）", 8), []),
    "numbered titles of essays": (
        "".join(f"{n}、{t}\n{prose(7)}1、早预备。\n2、勤巡查。\n" for n, t in [(1, "防汛工作总结"), (2, "春耕学习心得"), (3, "劳动节发言稿")]),
        ["1、防汛工作总结", "2、春耕学习心得", "3、劳动节发言稿"],
    ),
    "titles made alike": ("".join(f"{t}\n{prose(6)}" for t in ["参观林场有感", "防火学习心得", "值班总结"]), ["参观林场有感", "防火学习心得", "值班总结"]),
    "speeches that greet": (
        "".join(f"{t}\n尊敬的各位老师、亲爱的同学们：\n大家好！\n{prose(6)}" for t in ["教师发言稿", "新生发言稿", "家长讲话"]),
        ["教师发言稿", "新生发言稿", "家长讲话"],
    ),
    "sections made as titles in one report": (f"林场简介\n{prose(8)}学习心得\n{prose(8)}工作总结\n{prose(8)}明年计划\n{prose(8)}", []),
    "a diary": (
        "".join(f"2013年3月{d}日 {w}\n{prose(2)}" for d, w in [(5, "星期二 晴"), (6, "星期三 阴"), (8, "星期五 小雨")]),
        ["2013年3月5日 星期二", "2013年3月6日 星期三", "2013年3月8日 星期五"],
    ),
    "dates of a chronicle": ("".join(f"2013年3月{d}日\n{prose(2)}" for d in "568"), []),
    "days in a chapter": (
        f"第一章 雨\n{prose(2)}" + "".join(f"3月{d}日 晴\n{prose(2)}" for d in "567") + f"第二章 雪\n{prose(2)}",
        ["第一章 雨", "第二章 雪"],
    ),
    "posts with the time in brackets": (
        "".join(f"{t}\n(2012-03-0{d} 21:15:33)\n{prose(3)}分类：生活\n\n" for t, d in [("搬家", 4), ("做饭", 5), ("停电", 6)]),
        ["搬家", "做饭", "停电"],
    ),
    "news with date and source": (
        "".join(f"{t}\n2012年05月0{d}日 08:30　来源：江城晚报\n{prose(3)}\n" for t, d in [("老街改造完工", 2), ("菜价连续回落", 3)]),
        ["老街改造完工", "菜价连续回落"],
    ),
    "a signature above a date": (f"{prose(3)}江城县林业局令\n第九号\n江城县林业局局长高一鸣\n2012年3月6日\n总则\n{prose(3)}", []),
    "chapters behind the name of the book": (
        each("567", "渡口纪事 第{}章 过河\n", 4),
        ["渡口纪事 第5章 过河", "渡口纪事 第6章 过河", "渡口纪事 第7章 过河"],
    ),
    "a chapter of some other book": (f"{prose(3)}《渡口纪事》 第五章\n{prose(3)}", []),
    "chapters of a Markdown file": (each("一二三", "## 第{}章 过河\n", 3), ["## 第一章 过河", "## 第二章 过河", "## 第三章 过河"]),
    "points of a Markdown file": (each("一二三四五", "## {}、过河\n", 34), []),
    "chapters in English": (each(["One", "Two", "Three"], "Chapter {}\n", 4), ["Chapter One", "Chapter Two", "Chapter Three"]),
    "chapters behind stars": (
        f"　　☆、第①章\n\n{prose(3)}　　☆、第②章\n\n“谁？”\n{prose(3)}　　☆、归来\n\n“是我。”\n{prose(3)}",
        ["☆、第①章", "☆、第②章", "☆、归来"],
    ),
    "chapters in brackets": (each("一二三", "【第{}章】过河", 4), ["【第一章】过河", "【第二章】过河", "【第三章】过河"]),
    "a chapter below a line of dashes": (prose(3) + "-" * 60 + "\n第三章 过河\n\n" + prose(4), ["第三章 过河"]),
    "a chapter that blank lines set off": (prose(3) + "\n第七章渡口的人\n\n" + prose(4), ["第七章渡口的人"]),
    "a chapter glued to its number": (prose(3) + "第七章渡口的人\n" + prose(4), ["第七章渡口的人"]),
    "a chapter behind the name of its book": (prose(3) + "\n《渡口纪事》第七章\n" + prose(4), ["《渡口纪事》第七章"]),
    "a chapter in a frame of dashes": (prose(3) + "\n---第七章 渡口---\n" + prose(4), ["---第七章 渡口---"]),
    "a part of a book behind its name": (prose(6) + "\n\n\n渡口纪事(3)\n\n３\n\n" + prose(6), ["渡口纪事(3)"]),
    "a caption": (prose(6) + "\n渡口示意图(3)\n" + prose(6), []),
    "a side story": (prose(6) + "番外 船上的灯\n" + prose(6), ["番外 船上的灯"]),
    "a title that blank lines set off on both sides": (prose(9) + "\n\n\n\n老槐树\n\n\n" + prose(9), ["老槐树"]),
    "rows of stars that blank lines set off": ((prose(9) + "\n\n\n* * *\n\n\n") * 4 + prose(9), []),
    "chapters with titles of which one is there": (prose(18) + "\n\n\n五、老槐树\n\n" + prose(9), ["五、老槐树"]),
    "a section that stands no farther off than paragraphs": (
        "\n\n\n".join(prose(18).split("\n")) + "五、老槐树\n\n\n" + prose(9),
        [],
    ),
    "sections of a lecture": (
        "".join(f"\n第二讲第{n}节：过河\n\n" + prose(4) for n in "二三四"),
        [],
    ),
    "a part of a book with bare numerals": (prose(18) + "\n五\n\n" + prose(9), ["五"]),
    "the beginning of one": ("《渡口纪事》\n作者：高一鸣\n\n一\n\n" + prose(18), ["一"]),
    "a part of a short text with them": (prose(5) + "\n五\n\n" + prose(5), []),
    "a page number": (prose(18) + "\n57\n\n" + prose(18), []),
    "parts of a book with titles, as its table of contents says": (
        "目录\n作者序\n引言 水是什么\n第一章 井\n第二章 河\n第三章 海\n结论 再谈水\n\n\n引言 水是什么\n\n" + prose(6) + "\n\n第一章 井\n\n" + prose(6),
        ["引言 水是什么", "第一章 井"],
    ),
    "stories that a table of contents lists without numbers": (
        "目　录\n老槐树\n铁匠铺……12\n打更人\n\n老槐树\n" + prose(5) + "铁匠铺\n" + prose(5) + "打更人\n" + prose(5),
        ["老槐树", "铁匠铺", "打更人"],
    ),
    "the last section of an essay": (f"论水\n\n{prose(6)}\n结语：水与人\n\n{prose(4)}", []),
    "two stories behind wide gaps": (
        prose(7).replace("\n", "\n\n") + "\n\n老槐树\n\n" + prose(7).replace("\n", "\n\n"), ["老槐树"]
    ),
    "a scene behind one blank line more": (prose(7).replace("\n", "\n\n") + "\n数日之后\n\n" + prose(7).replace("\n", "\n\n"), []),
    "questions of an exam without texts": (
        "期末试卷\n一、选择题（每小题3分，共15分）\n1．下列词语没有错别字的一项是\nA．甲\nB．乙\n二、作文（50分）\n2．以“灯”为题写一篇文章，不少于六百字。\n", []
    ),
    "pieces that a text speaks of": (
        f"{prose(2)}这次征文里第一篇 是老师写的，第二篇 是学生写的。{WELL}\n{prose(1)}他说：“第三篇：记我的母亲，写得最好。”{WELL}\n{prose(2)}", []
    ),
    "signs around a title": ("".join(f"--\n林小满\n{prose(3)}" for _ in range(3)), []),
    "questions of an exam with texts to read": (EXAM, ["老井", "牧笛", "石磨"]),
    "the rest of a quotation above the second point of a list": (
        f"{prose(2)}老人说：“井要年年淘，淘一次，水就甜一年\n了”（他说的是自家的井）\n（二）怎样淘井\n{prose(3)}", []
    ),
    "chapters cut into pages, with marks in their titles": (
        "第1节：后记：守井人\n\n\n后记：守井人\n\n" + prose(6).replace("\n", "\n\n")
        + "".join(f"\n\n\n第{n + 1}节：山里，雨季。渡口。({n})\n\n" + prose(6).replace("\n", "\n\n") for n in (1, 2)),
        ["第1节：后记：守井人", "第2节：山里，雨季。渡口。(", "第3节：山里，雨季。渡口。("],
    ),
    "a chapter of a volume, cut into pages": (
        "卷上 山雨\n一、渡口\n" + prose(18) + "\n            一、渡口(2)\n" + prose(18),
        ["一、渡口", "一、渡口(2)"],
    ),
    "pages of a numbered chapter": (each(["(1)", "(2)", "(3)"], "第三章 渡口{}", 6), ["第三章 渡口(1)", "第三章 渡口(2)", "第三章 渡口(3)"]),
    "a section that an essay comes back to": (
        "论井\n" + prose(3) + "一、选址\n" + prose(18) + "二、淘井\n" + prose(18) + "一、选址\n" + prose(3), []
    ),
    "where a preface was written": (
        (prose(6) + "完稿于河口\n2011-03-05\n").replace("\n", "\n\n") + prose(6).replace("\n", "\n\n"), []
    ),
    "a diary of bare dates": ("".join(f"{day}\n{prose(2)}\n" for day in ("12.28", "12.31", "1.4", "1.15")), ["12.28", "12.31", "1.4", "1.15"]),
    "a diary of bare months and days": (
        "".join(f"{day}\n{prose(2)}\n" for day in ("三月五日", "三月六日", "三月七日")), ["三月五日", "三月六日", "三月七日"]
    ),
    "bare numbers of sections": ("".join(f"{n}\n{prose(2)}\n" for n in ("1.1", "1.2", "2.1", "2.2")), []),
    "bare numbers of versions": ("".join(f"{n}\n{prose(2)}\n" for n in ("1.4", "1.5", "1.7", "1.13")), []),
    "prices": ("".join(f"{n}\n{prose(2)}\n" for n in ("3.15", "4.80", "6.18")), []),
    "dates under letters": ("".join(f"{prose(3)}\n{day}\n\n" for day in ("3月5日", "3月9日", "3月20日")), []),
    "a plan of a journey": ("".join(f"{day}\n出发去渡口\n\n" for day in ("3月5日", "3月6日", "3月9日")) + prose(3), []),
    "the years of a chronicle": (
        "".join(f"{day}\n{prose(2)}\n" for day in ("1921年3月5日", "1934年6月6日", "1951年2月9日")), []
    ),
    "essays of which each has a title in Markdown": (
        "".join(f"# {t}\n\n{prose(18)}\n" for t in ("老槐树", "铁匠铺", "打更人")), ["# 老槐树", "# 铁匠铺", "# 打更人"]
    ),
    "one title in Markdown over sections": (f"# 老槐树\n\n## 树下\n\n{prose(18)}\n## 树上\n\n{prose(18)}", []),
    "sections in Markdown": ("".join(f"# {t}\n\n{prose(18)}\n" for t in ("引言", "打井", "结论")), []),
    "short sections in Markdown": ("".join(f"# {t}\n\n{prose(3)}\n" for t in ("选址", "打井", "淘井")), []),
    "comments in code": ("".join(f"# {t}\n\ndig(well)\n# 先放绳子\n{prose(18)}\n" for t in ("选址", "打井")), []),
    "a letter in place of a preface": (f"{prose(3)}\n给河口的信（代序）\n\n{prose(6)}", ["给河口的信（代序）"]),
    "stories with titles in the middle of their lines": (
        "　　　　　　　　渡 口\n　　　　　　　　高一鸣\n\n\n"
        + "".join(f"{' ' * (20 - len(t))}{t}\n{prose(18)}　　　　　　　　　　　　　　　　三月作\n\n\n" for t in ("老槐树下", "打更人的灯")),
        ["老槐树下", "打更人的灯"],
    ),
    "one line in the middle": (f"{prose(18)}\n\n{' ' * 17}老槐树\n\n{prose(18)}", []),
    "lines of a song": ((prose(18) + f"\n\n{' ' * 15}山高水又长\n{' ' * 15}月亮照故乡\n\n") * 3 + prose(18), []),
    "the halves of an essay": (f"论井\n林小满\n上篇\n{prose(8)}下篇\n{prose(8)}", []),
    "a date among the first headings": (
        f"2009-12-28\n1\n第一章：井\n第一节 选址\n{prose(6)}第二节 打井\n{prose(6)}第二章：河\n{prose(6)}", ["第一章：井", "第二章：河"]
    ),
    "an exam paper": (PAPER, ["（一）论述类文本阅读（9分）", "渡口", "二、写作（60分）"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_documents_of_a_file(name: str) -> None:
    text, wanted = FILES[name]
    assert opened(text) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "第三部分讲的是怎样选种。" + WELL,
        "第二回合一开始，他就占了上风。" + WELL,
        "第一章中我们讲过这个问题。" + WELL,
        "千篇一律的话听多了，谁都会打瞌睡。" + LEDGER,
        "本书第二篇已详细说明，这里不再重复。" + LEDGER,
        "第十部门的人都来了。",
        "他在《水经》第三章第二节里找到了那句话。",
        "今年是建校90 周年，校友们都回来了。" + LEDGER,
        "到了第四回，听书的人就散了一半。",
    ],
)
def test_what_only_speaks_of_chapters_is_no_heading(line: str) -> None:
    text = prose(2) + line + "\n" + prose(2)
    assert [v.text for v in outline(text) if v.taken] == []


def test_the_rest_of_a_word_is_no_marker() -> None:
    text = f"一、看天\n{prose(2)}这就是唯\n一、再好的办法也不过如此，别的都不必说了。\n二、看水\n{prose(2)}"
    assert [v.text for v in outline(text) if v.taken] == ["一、看天", "二、看水"]


def test_a_heading_holds_those_of_deeper_levels() -> None:
    shown = [(v.level, v.text, v.opens) for v in outline(NOVEL)][:3]
    assert shown == [(1, "第一卷 山雨", False), (2, "第一章 过河一", True), (2, "第二章 过河二", True)]


def test_chapters_can_be_kept_together() -> None:
    assert opened(NOVEL, split_level=1) == ["第一卷 山雨", "第二卷 晴川", "第三卷 霜降"]
    assert opened(NOVEL, split=False) == []


def test_every_refusal_has_its_reason() -> None:
    verdicts = outline(CONTENTS + NOVEL)
    assert all(v.why for v in verdicts if not v.taken)
    listed = [v for v in verdicts if v.start < len(CONTENTS) and v.text.startswith("第")]
    assert [v.taken for v in listed] == [False] * 4


@given(st.sampled_from(sorted(FILES)), st.lists(st.integers(0, 400), max_size=6))
def test_blocks_may_be_cut_at_any_line(name: str, picks: list[int]) -> None:
    text = FILES[name][0]
    ends = [i + 1 for i, c in enumerate(text) if c == "\n"]
    cuts = tuple(sorted({ends[p % len(ends)] for p in picks} - {len(text)}))
    assert outline(text, cuts) == outline(text)


def test_what_stands_beside_a_line_that_goes_is_judged_without_it() -> None:
    lines = f"第一篇：护林工作总结\n{prose(3)}第二篇：护林工作体会\n{prose(3)}| 护林工作心得体会\n{prose(3)}"
    with_header = lines.replace("|", "护林站的墙报栏\n").replace("\n ", "\n")
    without = lines.replace("| ", "")
    row = with_header.split("\n").index("护林站的墙报栏")

    def titles(text: str, gone: list[int]) -> list[str]:
        found = headings.candidates(Text.of(text), RULES)
        chosen = choose(found, len(text), RULES, np.array(gone, np.int64))
        return [v.text for v in chosen.outline if v.opens]

    assert "护林工作心得体会" in titles(without, [])
    assert titles(with_header, []) != titles(without, [])
    assert titles(with_header, [row]) == titles(without, [])


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 6, 7])
def test_a_date_that_goes_as_a_watermark_tells_of_the_title_above_it(cut: int) -> None:
    """Wherever the blocks of the file part."""
    lines = [f"{t}\n{said}\n{WELL}\n{LEDGER}\n\n" for t, said in (
        ("河口的桥修好了", "2012-05-01 08:30　来源：河口晚报"), ("渡船还开不开", "2012-05-02 09:10　来源：河口晚报")
    )]  # fmt: skip
    rows = "".join(lines).splitlines(keepends=True)
    text, at = "".join(rows), len("".join(rows[:cut]))
    blocks = [Block(text[a:b], a, 0) for a, b in ((0, at), (at, len(text))) if b > a]
    told: list[Verdict] = []
    survey.decide([survey.measure(b, RULES) for b in blocks], RULES, told.extend)
    assert [v.text for v in told if v.opens] == ["河口的桥修好了", "渡船还开不开"]
