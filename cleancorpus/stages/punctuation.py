"""Punctuation: half to full width in Chinese, quotes by pairs, dashes and ellipses in their one form.

A mark is judged by the nearest letters on both sides in its line. Numbers, times, addresses, Latin text and code keep
theirs. What is doubtful (a quote without a partner, a ? inside a name) stays. Puts no blank anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cleancorpus.context import (
    BREAK,
    DIGIT,
    GAP,
    HALF,
    IDEOGRAPH,
    LETTER,
    MARK,
    Context,
    any_of,
)
from cleancorpus.edits import Bools, Codes, Edits, Ints, decode, deletions, edits_of, encode, settle, swaps
from cleancorpus.marks import (
    STOPS,
    around_blanks,
    beside_blanks,
    brackets,
    dashes,
    ellipses,
    straight_pairs,
    widen,
    widened,
)
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import LF, Text, among

QUOTES = "“”‘’「」『』"
CORNER = str.maketrans("“”‘’", "「」『』")
CURLY = str.maketrans("「」『』", "“”‘’")
# What follows a full stop is looked for behind so many blanks.
FARTHEST = 32
# Characters that foreign names are written with: a full stop between two such is the dot of a name.
SOUNDS = (
    "阿埃艾安奥奧巴班贝貝本比彼宾賓波伯布查达達戴丹德蒂迪杜多厄恩尔爾法菲费費弗福富盖蓋格戈哥古哈海汉漢赫亨胡"
    "华華怀懷霍基吉加贾賈杰傑金卡凯凱康考柯科可克肯库庫拉莱萊兰蘭朗劳勞雷李里丽麗利莉林琳龙龍卢盧鲁魯路伦倫罗"
    "羅洛马馬玛瑪麦麥曼梅门門蒙米莫默姆穆娜纳納南内尼纽紐努诺諾欧歐帕佩皮普奇乔喬切琼瓊瑞萨薩塞赛賽桑瑟森莎山"
    "舍史圣聖斯丝絲苏蘇索塔泰坦汤湯特提图圖托瓦威韦韋维維温溫沃乌烏伍西希锡錫夏肖谢謝辛休修雅亚亞耶伊英尤约約"
    "泽澤扎詹珍朱兹茲佐"
)


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    context = Context(text, profile)
    number = rules.number
    wide = widened(context, context.among_marks(STOPS))
    pairs = brackets(context)
    stop, end = full_stops(context, pairs)
    straight = list(straight_pairs(context))
    style = rules.setting("punctuation", "quotes")
    corner = style == "corner" or (style == "keep" and profile.quotes == "corner")
    other = restyled(context, style)
    lost = lost_quotes(context)
    # The text as it will be, so that one run sees what the next one would.
    new = text.codes.copy()
    new[wide], new[pairs], new[stop] = widen(text.codes[wide]), widen(text.codes[pairs]), ord("。")
    quotes = np.array(straight, np.int64).reshape(-1, 2)
    double = text.codes[quotes[:, 0]] == ord('"')
    new[quotes[:, 0]] = np.where(double, ord("「" if corner else "“"), ord("『" if corner else "‘"))
    new[quotes[:, 1]] = np.where(double, ord("」" if corner else "”"), ord("』" if corner else "’"))
    both = np.sort(quotes.ravel())
    new[other] = encode(decode(text.codes[other]).translate(CORNER if corner else CURLY))
    new[lost] = ord("「" if corner else "“")
    turned, lone = turned_quotes(context, new)
    found = [
        find_data(text, "punctuation", rules),
        swaps(both, new[both], number["punctuation/straight-quote"]),
        edits_of((place, place + 1, quote, number["punctuation/turned-quote"]) for place, quote in turned),
        swaps(other, new[other], number["punctuation/quote-style"]),
        swaps(lost, new[lost], number["punctuation/lost-quote"]),
        rewritten(*ellipses(context), "……", number["punctuation/ellipsis"]),
        rewritten(*dashes(context), "——", number["punctuation/dash"]),
        doubled(context, new, number["punctuation/doubled"]),
        swaps(wide, new[wide], number["punctuation/half-width"]),
        swaps(pairs, new[pairs], number["punctuation/bracket"]),
        rewritten(stop, end, "。", number["punctuation/full-stop"]),
        swaps(lone, new[lone], number["punctuation/unpaired-quote"]),
    ]
    return settle(found)


def measure(text: Text) -> tuple[int, int]:
    """How many curly and how many corner quotes a block opens."""
    return int(np.count_nonzero(text.codes == ord("“"))), int(np.count_nonzero(text.codes == ord("「")))


def decide(counted: Sequence[tuple[int, int]]) -> str:
    """The quotes the file is used to."""
    curly, corner = sum(a for a, _ in counted), sum(b for _, b in counted)
    return "corner" if corner > curly else "curly"


def full_stops(context: Context, brackets: Ints) -> tuple[Ints, Ints]:
    """The spans of an ASCII full stop that ends a Chinese sentence, with the blanks behind it.

    At a line end, before a closing quote, before a blank and Han, or beside a blank to fill in. Directly before Han it
    may be the dot of a name: only in a line whose other marks are ASCII too. brackets: the places of those that become
    full width.
    """
    codes, kind, lines = context.codes, context.kind, context.text.lines
    places = context.among_marks(".")
    before = kind[places - 1]
    behind = before == IDEOGRAPH
    some = np.flatnonzero((before == MARK) | (before == HALF))
    shut = places[some] - 1
    behind[some] = among("”」』》）").take(codes[shut]) | np.isin(shut, brackets, assume_unique=True)
    blanks = beside_blanks(context, places, codes[places - 1], context.behind(places))
    blanks = blanks[~behind[blanks]]
    for i in blanks.tolist():
        left, right = around_blanks(context, int(places[i]))
        behind[i] = left == IDEOGRAPH or (left == BREAK and right == IDEOGRAPH)
    blank = np.zeros(len(places), np.bool_)
    blank[blanks] = True
    places, blank = places[behind], blank[behind]
    end = places + 1
    for _ in range(FARTHEST):
        gap = kind[end] == GAP
        if not gap.any():
            break
        end = np.where(gap, end + 1, end)
    next_code = context.behind(end - 1)
    stops = (next_code == LF) | among("”’」』\"'").take(next_code) | ((end > places + 1) & (kind[end] == IDEOGRAPH))
    inner = np.flatnonzero((end == places + 1) & ((kind[end] == IDEOGRAPH) | among("“「『《（【〔(").take(next_code)))
    stops[inner] = in_ascii(context, places[inner])
    stops |= blank & ((kind[end] == IDEOGRAPH) | among("“「『《（【〔(_").take(next_code))
    stops &= next_code != codes[places - 1]
    places, end = places[stops], end[stops]
    good = ~context.untouchable(places)
    good &= ~among("一二三四五六七八九十").take(codes[places - 1]) | (kind[end] == BREAK)
    # A heading has no stop; a sentence has some length.
    good &= places - lines.first[lines.of(places)] >= 4
    places, end = places[good], end[good]
    return places, np.where(context.behind(end - 1) == LF, places + 1, end)


def in_ascii(context: Context, places: Ints) -> Bools:
    """Which of the full stops between Han end sentences: in a line that has ASCII commas and no 。, behind three
    characters or more, and not in a foreign name."""
    codes, kind, lines = context.codes, context.kind, context.text.lines
    sounds = among(SOUNDS)
    found = ~(sounds.take(codes[places - 1]) & sounds.take(codes[places - 2]))
    found |= ~(sounds.take(codes[places + 1]) & sounds.take(codes.take(places + 2, mode="clip")))
    for far in (2, 3):
        found &= any_of(kind[places - far], IDEOGRAPH, LETTER, DIGIT)
    some = np.flatnonzero(found)
    if len(some):
        commas, stops = context.among_marks(",;?!"), context.among_marks("。")
        commas = commas[(kind[commas - 1] == IDEOGRAPH) | (codes[commas - 1] == ord("_"))]
        of = lines.of(places[some])
        new = np.append(True, of[1:] != of[:-1])
        start, end = lines.start[of[new]], lines.end[of[new]]
        ascii_only = np.searchsorted(commas, end) > np.searchsorted(commas, start)
        ascii_only &= np.searchsorted(stops, end) == np.searchsorted(stops, start)
        found[some] = ascii_only[np.cumsum(new) - 1]
    return found


def rewritten(start: Ints, end: Ints, new: str, rule: int) -> Edits:
    """The same new text for every span."""
    codes = np.tile(encode(new), len(start))
    return Edits(start, end, np.full(len(start), rule, np.int64), codes, np.arange(1, len(start) + 1) * len(new))


def doubled(context: Context, new: Codes, rule: int) -> Edits:
    """The second of two equal marks that Chinese never writes twice, and an ASCII full stop behind a Chinese one."""
    at = context.marks
    at = at[1:][np.diff(at) == 1]
    here, before = new[at], new[at - 1]
    point = at[(here == ord(".")) & (before == ord("。"))]
    at = at[here == before]
    again = at[among("，、；：")[new[at]]]
    full = at[new[at] == ord("。")]
    lone = ~np.isin(full + 1, full) & ~np.isin(full - 1, full)
    point = point[~among(".。", (0x30, 0x39)).take(context.behind(point)) & ~np.isin(point - 1, full)]
    again = np.sort(np.concatenate([again, full[lone], point]))
    # At a line end it may stand for a full stop and a quote that scanning lost.
    again = again[(again + 1 < len(new)) & (new[np.minimum(again + 1, len(new) - 1)] != LF)]
    return deletions(again, again + 1, rule)


def lost_quotes(context: Context) -> Ints:
    """The places of a ¨ before Han where a sentence begins: scanning makes it of “."""
    at, kind = context.among_marks("¨"), context.kind
    found: Ints = at[any_of(kind[at - 1], BREAK, MARK, HALF, GAP) & (kind[at + 1] == IDEOGRAPH)]
    return found


def turned_quotes(context: Context, new: Codes) -> tuple[list[tuple[int, str]], Ints]:
    """Quotes that look the wrong way, where turning one makes the line's quotes pair; the places of those left over."""
    turned: list[tuple[int, str]] = []
    lone: list[int] = []
    lines = context.text.lines
    places, _ = context.rare
    shown = new[places]
    for pair in ("“”", "「」"):
        at = places[(shown == ord(pair[0])) | (shown == ord(pair[1]))]
        if not len(at):
            continue
        line = lines.of(at)
        opens = new[at] == ord(pair[0])
        order = np.arange(len(at))
        first, last = np.append(True, line[1:] != line[:-1]), np.append(line[1:] != line[:-1], True)
        even = (order - np.maximum.accumulate(np.where(first, order, 0))) % 2 == 0
        wrong = np.unique(line[(opens != even) | (last & even)])
        i, j = np.searchsorted(line, wrong, "left"), np.searchsorted(line, wrong, "right")
        for n, a, b in zip(wrong.tolist(), i.tolist(), j.tolist(), strict=True):
            start = int(lines.start[n])
            said = decode(new[start : int(lines.end[n])])
            for place, quote in straightened(said, (at[a:b] - start).tolist(), opens[a:b].tolist(), pair):
                if quote:
                    turned.append((start + place, quote))
                else:
                    lone.append(start + place)
    return sorted(turned), np.sort(np.array(lone, np.int64))


def straightened(whole: str, places: list[int], opens: list[bool], pair: str) -> Iterator[tuple[int, str]]:
    """The quotes of one line to turn and what they become; "" for one without a partner."""
    k = 0
    while k < len(places):
        a, b = places[k], places[min(k + 1, len(places) - 1)]
        if a == b:
            yield a, ""
            k += 1
        elif opens[k] and not opens[k + 1]:
            k += 2
        elif not opens[k] and not opens[k + 1] and begins(whole, a) and (len(places) == 2 or ends(whole, b)):
            yield a, pair[0]
            k += 2
        elif opens[k] and opens[k + 1] and ends(whole, b) and begins(whole, a) and not begins(whole, b):
            yield b, pair[1]
            k += 2
        else:
            yield a, ""
            k += 1


def begins(whole: str, place: int) -> bool:
    """Whether a quotation can begin at the quote: text directly behind it, and none before it that it could close."""
    left, right = whole[place - 1 : place] or "\n", whole[place + 1 : place + 2] or "\n"
    return (right.isalnum() or right in "《（【…—‘『") and left not in "。！？…，、；"


def ends(whole: str, place: int) -> bool:
    """Whether a quotation can end at the quote: behind a sentence, or before a mark or the line's end."""
    left, right = whole[place - 1 : place] or "\n", whole[place + 1 : place + 2] or "\n"
    stop = left in "。！？…"
    return (stop or left.isalnum() or left in "，》）】—’』") and (stop or right in "，。、；：？！…—）》”’」』\n")


def restyled(context: Context, style: str) -> Ints:
    """The places of curly quotes where corner ones are asked for, or the other way; an apostrophe stays."""
    at = context.among_marks({"corner": "“”‘’", "curly": "「」『』"}.get(style, ""))
    found: Ints = at[~((context.kind[at - 1] == LETTER) & (context.codes[at] == ord("’")))]
    return found
