"""Novels made for tests: prose of our own with names, cries, a refrain and headings, as long as is asked for, and what
a site puts into it."""

from __future__ import annotations

import random
from collections.abc import Callable

NAMES = ("沈青禾", "老魏", "陆小满", "顾先生", "阿棠")
PLACES = ("码头", "祠堂后面", "城西的茶馆", "半山腰的亭子", "药铺门口", "旧书摊", "学堂里", "渡船上", "磨坊", "井台边")
WHEN = (
    "那天清早",
    "入夜以后",
    "雨停的时候",
    "过了半晌",
    "第二年春天",
    "天还没有亮",
    "散了集市",
    "吃过晚饭",
    "下雪之前",
    "直到黄昏",
)
DID = (
    "把一封没有写完的信叠好放进袖子里", "望着对岸慢慢移动的灯火出神", "听见有人在远处轻轻地敲门", "想起了许多年前离开家乡的情形",
    "从柜子底下翻出一把生锈的钥匙", "和卖豆腐的妇人说了几句闲话", "不声不响地把门闩插上", "替邻居家的孩子补好了风筝",
    "发现墙上的画已经换成了另外一幅", "数了数口袋里剩下的铜钱", "沿着石板路一直走到尽头", "把茶碗里的水泼在台阶上",
    "终于明白那句话到底是什么意思", "打算明天一早就动身去省城", "忽然觉得整个村子都安静下来", "给远方的朋友写了一张明信片",
)  # fmt: skip
THEN = (
    "谁也没有注意到屋檐下的燕子已经飞走了", "风把晾在绳子上的衣服吹得哗哗直响", "河水涨起来漫过了第三级台阶", "桌上的蜡烛烧得只剩下一小截",
    "院子里的石榴树今年结的果子特别多", "孩子们的笑声从巷子口传过来", "空气里有一股新割的青草的味道", "远处的山影渐渐变成了深蓝色",
    "账房先生的算盘声一直响到半夜", "屋子里的钟又慢了一刻钟", "几只麻雀落在刚刚翻过的地里找吃的", "没有人再提起去年冬天发生的事情",
)  # fmt: skip
CRIES = ("“走吧。”", "“等一等！”", "“好。”", "“你看见了吗？”")
REFRAIN = "山高水又长，月亮照故乡。"
SAID = ("说", "笑着问", "低声答道", "摇摇头说")


def prose(chance: random.Random) -> str:
    """A paragraph."""
    out = []
    for _ in range(chance.randint(2, 5)):
        name = chance.choice(NAMES)
        kind = chance.random()
        if kind < 0.5:
            out.append(
                f"{chance.choice(WHEN)}，{name}在{chance.choice(PLACES)}{chance.choice(DID)}，{chance.choice(THEN)}。"
            )
        elif kind < 0.8:
            out.append(f"{chance.choice(THEN)}，{name}{chance.choice(DID)}。")
        else:
            out.append(f"{name}{chance.choice(SAID)}：“{chance.choice(THEN)}，你{chance.choice(DID)}吧。”")
    return "".join(out)


def novel(chapters: int = 20, seed: int = 1, last: Callable[[int], str] = lambda chapter: "") -> str:
    """A novel of about 1,500 characters a chapter; `last`: what stands at the end of each."""
    chance = random.Random(seed)
    out = []
    for chapter in range(1, chapters + 1):
        out.append(f"第{chapter}章 {chance.choice(WHEN)}的{chance.choice(PLACES)}")
        for _ in range(12):
            out.append("　　" + prose(chance))
            if chance.random() < 0.3:
                out.append("　　" + chance.choice(CRIES))
        out.append("　　" + REFRAIN)
        out += [line for line in last(chapter).split("\n") if line] + [""]
    return "\n".join(out)


def inserted(text: str, said: str, times: int, seed: int = 2) -> str:
    """A text in the sentences of which something stands that often, anywhere between two Han."""
    chance = random.Random(seed)
    han = ["\u4e00" <= c <= "\u9fff" for c in text]
    places = [at for at in range(1, len(text)) if han[at - 1] and han[at]]
    for at in sorted(chance.sample(places, times), reverse=True):
        text = text[:at] + said + text[at:]
    return text


def scattered(said: str, chance: random.Random, marks: str = "*.＿$@·、~ ") -> str:
    """A name spelt to hide: marks between its characters, cases and widths mixed, now and then a letter left out."""
    out = []
    skipped = chance.randrange(len(said)) if chance.random() < 0.3 else -1
    for at, c in enumerate(said):
        if at == skipped and c.isascii():
            continue
        c = c.upper() if chance.random() < 0.2 else c
        if c.isascii() and c.isalpha() and chance.random() < 0.2:
            c = chr(ord(c) + 0xFEE0)
        out.append(c + (chance.choice(marks) if chance.random() < 0.4 else ""))
    return "".join(out)
