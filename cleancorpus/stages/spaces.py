"""Spaces: gaps that a scraper, a scanner or a printed line's end left inside Chinese text go; structure keeps its own.

Names in a row, verse, tables, columns, headings, fields of an imprint and code keep their spaces, and a file whose gaps
were typed for pauses keeps those. Between Han and Latin or digits the file's habit decides. Never puts a blank in
unless asked to (`spacing = "add"`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.context import (
    DIGIT,
    GAP,
    HALF,
    HANGUL,
    IDEOGRAPH,
    KANA,
    LETTER,
    MARK,
    OTHER,
    Context,
    Kinds,
    any_of,
    inside,
    kind_table,
    nearest,
    runs,
)
from cleancorpus.edits import NO_EDITS, Bools, Codes, Edits, Ints, backward, decode, deletions, rewrites, settle, spans
from cleancorpus.lexicon import edges as line_ends
from cleancorpus.lexicon import straddle
from cleancorpus.marks import STOPS, brackets, dashes, ellipses, straight_pairs, widen, widened
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import BLANK, HAN, LF, Lines, Text, among

# Above this share of spaced Han-Latin pairs the spacing is the file's style, below PLAIN it writes none. In between
# only a gap on one side of a word whose other side touches Han is an exception.
STYLE, PLAIN = 0.7, 0.25
# The longest Latin phrase whose other side is looked for.
PHRASE = 40
# Natural log units by which a gap is surely inside a word (see lexicon.straddle), in prose and in a short line.
SURE = 4.0
SURE_SHORT = 6.0
SURE_ALONE = 1.0
# By which a gap is inside a word rather than not (39 % of the places in a sentence, 0.3 % of true ends).
WITHIN = 2.0
# The share of gaps inside words in a stretch set apart letter by letter; between the words of segmented text it is 0.
SPACED_OUT = 0.15
# Of the blanks between Han in sentences at least this share stands inside words where scanning or a printed line's end
# put them (0.14 to 0.45 in nine such files), less where somebody typed them (0 to 0.03 in 15 manuals, reviews, essays
# and news). Fewer than LEAST_GAPS say so only where none is inside a word and they stand where lines would end and
# begin: log odds against it (see lexicon.edges) below LIKE_ENDS on average, which were 1.8 to 3.0 where scanning put
# them, -0.8 to 1.3 where they were typed. Fewer than FEW_GAPS say nothing, nor does a line with ROW of them; of a block
# MOST_GAPS are looked at.
TYPED, LEAST_GAPS, MOST_GAPS, ROW = 0.1, 8, 64, 4
LIKE_ENDS, FEW_GAPS = 1.0, 5
# So many gaps, and one to so many Han, make a line dense: it is set apart letter by letter, or segmented into words.
DENSE_LEAST, DENSE = 6, 3
# A gap of so many blanks sets columns apart.
COLUMN = 4
# So far into an indented line kana or Hangul are looked for.
NEAR = 8
# A line without sentence marks up to this wide (half-width columns) may be a heading, a byline, a row of names.
HEADING = 72
# The longest name or word in a row, the longest half of a line of verse.
SHORT = 5
LONGEST_HALF = 8
# What a title of two halves stands between.
TITLE_STARTS, TITLE_ENDS = "“‘「『《（【】\"'：:,\t\n", "”’」』》）【】\"'\t\n"
# The longest half of a quoted couplet, the longest title set letter by letter.
FAR = 9
LETTERS = 6
# How often a line that lost a gap is judged again. Two rounds settle all but one line of a text with a blank behind
# every twelfth character.
ROUNDS = 8

ENDS = regex.compile(r"[。！？!]")
NEVER_AFTER_GAP = "，。、；：！？”’」』）》〉】,.;:?!)"
NEVER_BEFORE_GAP = "“‘「『（《〈【("
DOT = "·・⋯～"
SENTENCES = "，。！？…；,!?;"
# What follows a number as its measure; a number at a line start with one of them behind it is no list number.
MEASURES = "年月日号號时時分秒点點个個位名次种種条條件元万萬亿億千百岁歲世届屆级級米公里斤吨噸倍度人天周週餘余多至"
ENUMERATORS = frozenset(
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥上中下男女是否东南西北東春夏秋冬"
)
MARKER = regex.compile(
    r"(?:第[0-9零〇一二三四五六七八九十百千]+[章回节節卷集部篇讲講课課幕场場条條](?:之[一二三四五六七八九十]+)?"
    r"|[0-9零〇一二三四五六七八九十百千]+[章回节節卷集部篇讲講课課幕场場条條]?"
    r"|引言|前言|序[言章]?|导言|導言|绪论|緒論|楔子|尾声|尾聲|结语|結語|后记|後記|时间|時間|地点|地點|人物|[布场場]景"
    r"|[（(]?[0-9一二三四五六七八九十a-zA-Z]{1,4}[)）.．、]|[图圖表附]\s?[0-9一二三四五六七八九十]*|附[表录錄件]|记者|記者|作者|编者|編者|译者|譯者|[文图圖摄攝]/\S*)"
)
ALNUM = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A))
# What a marker begins with.
MARKER_START = (
    "第零〇一二三四五六七八九十百千引前序导導绪緒楔尾结結后後时時地人布场場（(图圖表附记記作编編译譯文摄攝",
    *ALNUM,
)
# A chapter, a section or an annex that is named by its number and its title.
NAMED = regex.compile(
    r"(?:第 ?[0-9.]+ ?|第[零〇一二三四五六七八九十百千]+)[章节節条條款项項回卷部篇](?:之[一二三四五六七八九十]+)?$"
    r"|[图圖表] ?[0-9.]+$|附[录錄件表] ?[A-Z0-9一二三四五六七八九十]*$"
)
# What sets the number of a part apart from its title in a heading.
PARTS = "章节節回卷部篇集话話讲講课課"
NAMED_END = "章节節条條款项項回卷部篇一二三四五六七八九十录錄件表"
LABEL = regex.compile(r"(?:\p{Han}{2,8}|\p{Han}(?:[ \u3000]{1,4}\p{Han}){1,2})[:：](?![“\"「‘])")
NUMBER = regex.compile(r"[0-9A-Za-z]+(?:\.[0-9]+)*")
LABEL_END = regex.compile(r"\p{Han}[:：]")
# A date at the start of a line, and how long it is at most: 1921年, 公元前221年10月, 民国三十八年, 1931—1933年, 12岁.
NUMERAL = r"(?:[0-9]+|[零〇○一二三四五六七八九十元]+)"
YEAR = rf"{NUMERAL} ?[年岁歲]?"
DATE = regex.compile(
    rf"[约約]?(?:公元|西元|\p{{Han}}{{2}}(?=[一二三四五六七八九十元]))?前?{YEAR}(?: ?[-—–－~～至]+ ?{YEAR})?"
    rf"(?: ?{NUMERAL} ?月(?: ?{NUMERAL} ?日)?)?"
)
LONGEST_DATE = 20
# A numbered item, or a further option of a question, that begins behind a gap.
ITEM = regex.compile(r"(?:[（(]?\d{1,3}[．.、)）]|[B-H][．.、])\s?\p{Han}")
# What a person did, set apart from the name: （某某 饰）, 某某 著，某某 译; another reading: （甲 一作：乙）.
CREDIT = regex.compile(
    r"[饰飾著译譯编編绘繪摄攝撰校注选選](?![\p{Han}])|主[编編]|[编編][著译譯]|[译譯]注|[一又]作|通[：:]"
)
CREDITS = "饰飾著译譯编編绘繪摄攝撰校注选選主一又通"
PURE = regex.compile(r"\p{Han}+")
# What verse is made of, and nothing else; the range holds the rare Han too.
VERSE = (*HAN, (0x2E80, 0x303F), "，；！？\n", BLANK)
VERSES = regex.compile(rf"\p{{Han}}+[，。、；！？]*(?:[{BLANK}]+\p{{Han}}+[，。、；！？]*)*")
SURNAMES = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈"
    "丁魏薛叶葉阎閻余潘杜戴夏钟鍾鐘汪田任姜范范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬"
    "贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦俞章鲁魯葛伍韦韋申尤毕畢聂聶焦向柳邢岳齐齊梅莫庄莊辛管祝左涂谷祁时耿牟卜詹关關苗"
    "凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裴席卫衛查屈鲍鮑位覃霍翁隋甘景薄单單包司柏宁寧柯阮桂闵闵解强強丛叢华華车車冉房边邊辜吉饶饒刁瞿戚丘古"
    "米池滕佟言"
)
# Words of grammar; what holds one is part of a sentence and no name in a row.
FUNCTION = "的了是在这這那不也都就与與要我你他她它们們很把被给給吗嗎呢吧个個"
# What no item of a row ends or begins with, beside words of grammar.
LINKS = FUNCTION + "和及跟对對向从從自像为為之所以而但却卻又还還再更最让讓使比着著过過地得于於由并並或则則将將已正"
KEEP, DELETE = np.inf, -np.inf
BETWEEN, INSIDE, BESIDE, LATIN = range(4)
RULES = ("gap-between-han", "gap-inside-word", "before-mark", "latin-gap")


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    edits = settle([find_data(text, "spaces", rules), *edges(Context(text, profile), rules)])
    start, _ = inner(text)
    rest: Text | None = excerpt(text, text.lines.of(start), NO_EDITS)
    # A line that has lost a gap looks different: what is left in it is judged again, as the next run would.
    for _ in range(1 + ROUNDS):
        if rest is None:
            break
        context = Context(rest, profile)
        done = settle(gaps(context, *inner(rest), rules))
        edits = settle([edits, traced(done, rest.trail[len(text.trail) :])])
        rest = unsettled(rest, done)
    if rules.setting("spaces", "spacing") == "add":
        edits = settle([edits, added(text, rules)])
    return edits


def edges(context: Context, rules: Rules) -> list[Edits]:
    """The edits that take out the blanks at both ends of lines."""
    lines = context.text.lines
    # A tab in a line that has others holds an empty cell.
    tabs = lines.blanks[context.codes[lines.blanks] == 0x09]
    trails, leads = np.flatnonzero(lines.last < lines.end), np.flatnonzero(lines.start < lines.first)
    return [
        trailing(context, tabs, lines.last[trails], lines.end[trails], rules),
        indents(context, tabs, lines.start[leads], lines.first[leads], rules),
    ]


def inner(text: Text) -> tuple[Ints, Ints]:
    """The gaps inside lines."""
    start, end = runs(text.lines.blanks)
    codes, last = text.codes, len(text) - 1
    inside = (start > 0) & (end <= last)
    inside &= (codes[np.maximum(start - 1, 0)] != LF) & (codes[np.minimum(end, last)] != LF)
    return start[inside], end[inside]


def excerpt(text: Text, lines: Ints, edits: Edits) -> Text | None:
    """The given lines alone (ascending, some maybe twice), with their edits made; None where there is no line."""
    if not len(lines):
        return None
    every, n = text.lines, len(text)
    some = lines[np.append(True, lines[1:] > lines[:-1])]
    begin, end = np.append(0, np.minimum(every.end[some] + 1, n)), np.append(every.start[some], n)
    return text.after(settle([deletions(begin[end > begin], end[end > begin], 0), edits]))


def unsettled(text: Text, edits: Edits) -> Text | None:
    """The lines in which a gap goes and another stays, without what goes; None where there is no such line."""
    start, _ = inner(text)
    of = text.lines.of(start)
    goes = np.isin(start, edits.start, assume_unique=True)
    mixed = np.intersect1d(of[goes], of[~goes])
    return excerpt(text, mixed, edits.take(np.isin(text.lines.of(edits.start), mixed)))


def traced(edits: Edits, trail: Sequence[Edits]) -> Edits:
    """Edits of a text as edits of the one that the trail led from."""
    start, end = edits.start, edits.end
    for earlier in reversed(trail):
        start, end = backward(earlier, start), backward(earlier, end)
    return Edits(start, end, edits.rule, edits.new, edits.new_end)


class Gaps(NamedTuple):
    """How often Han and Latin or digits stand with a blank between them, and how often without; how many blanks between
    Han in sentences were looked at, how many of them stand inside a word, and the sum of the odds that no line would
    end there."""

    apart: int
    touching: int
    looked_at: int
    inside: int
    odds: float


def measure(text: Text) -> Gaps:
    """What the gaps of one block say."""
    kind = kind_table().take(text.codes)
    han, word = kind == IDEOGRAPH, (kind == LETTER) | (kind == DIGIT)
    touching = np.count_nonzero(han[:-1] & word[1:]) + np.count_nonzero(word[:-1] & han[1:])
    gap = kind[1:-1] == GAP
    apart = np.count_nonzero(gap & ((han[:-2] & word[2:]) | (word[:-2] & han[2:])))
    blanks = text.lines.blanks
    before = np.maximum(blanks - 1, 0)
    at = blanks[han[before] & han.take(blanks + 1, mode="clip") & (text.codes[blanks] == 0x20)][: 2 * MOST_GAPS]
    if not len(at):
        return Gaps(int(apart), int(touching), 0, 0, 0.0)
    # Headings, rows of names and lines segmented into words say nothing, nor does what is not modern: its words are not
    # known.
    lines = text.lines
    of, row, sizes = np.unique(lines.of(at), return_inverse=True, return_counts=True)
    length = lines.end[of] - lines.start[of]
    said = text.codes.take(spans(lines.start[of], length))
    begin = np.cumsum(length) - length
    modern, marks = (np.maximum.reduceat(among(characters).take(said), begin) for characters in ("的了", SENTENCES))
    at = at[((sizes < ROW) & modern & marks)[row] & ~among(PARTS).take(text.codes[at - 1])][:MOST_GAPS]
    crossed = np.count_nonzero(straddle(text.codes, han, at, at + 1) > WITHIN)
    starts, ends = line_ends(text.codes, at, at + 1)
    return Gaps(int(apart), int(touching), len(at), int(crossed), float(np.sum(starts + ends, dtype=np.float64)))


def decide(counted: Sequence[Gaps]) -> float:
    """The share of Han-Latin pairs that have a blank between them."""
    spaced = sum(gaps.apart for gaps in counted)
    return spaced / max(1, spaced + sum(gaps.touching for gaps in counted))


def paused(counted: Sequence[Gaps]) -> bool:
    """Whether the blanks between Han stand for pauses or part words: hardly one stands inside a word."""
    looked_at, inside = sum(gaps.looked_at for gaps in counted), sum(gaps.inside for gaps in counted)
    few = looked_at >= FEW_GAPS and not inside and sum(gaps.odds for gaps in counted) < LIKE_ENDS * looked_at
    return few or (looked_at >= LEAST_GAPS and inside < TYPED * looked_at)


def trailing(context: Context, tabs: Ints, start: Ints, end: Ints, rules: Rules) -> Edits:
    """The blanks at line ends. A tab stays where the line has others: it holds an empty cell."""
    lines = context.text.lines
    of = lines.of(start)
    goes = ~context.coded(start)
    if len(tabs):
        goes &= ~((context.codes[np.maximum(end - 1, 0)] == 0x09) & (within(lines, tabs, of) > end - start))
    if context.profile.markup:
        goes &= (start == lines.start[of]) | (end - start == 1)
    return deletions(start[goes], end[goes], rules.number["spaces/trailing"])


def within(lines: Lines, places: Ints, of: Ints) -> Ints:
    """How many of the places each of the given lines holds."""
    return np.searchsorted(places, lines.end[of]) - np.searchsorted(places, lines.start[of])


def indents(context: Context, tabs: Ints, start: Ints, end: Ints, rules: Rules) -> Edits:
    """The indents of Chinese lines; not of code, of Markdown, of table rows."""
    if context.profile.markup or not len(start):
        return NO_EDITS
    lines, next_kind = context.text.lines, context.kind[end]
    han = (next_kind == IDEOGRAPH) | (next_kind == MARK)
    of = lines.of(start)
    half = np.flatnonzero(~han & (next_kind != HANGUL))
    if len(half):
        in_line = of[half]
        han[half] = context.count(IDEOGRAPH)[in_line] * 4 >= lines.last[in_line] - lines.first[in_line]
        han[half] &= ~nested(context, start[half], end[half], lines.last[in_line])
    han &= ~context.coded(start)
    chosen = np.flatnonzero(han)
    near = context.kind.take(end[chosen, None] + np.arange(NEAR), mode="clip") - np.uint8(KANA)
    han[chosen] = ~(near <= HANGUL - KANA).any(axis=1)
    if len(tabs):
        han &= within(lines, tabs, of) <= end - start
    return deletions(start[han], end[han], rules.number["spaces/indent"])


def nested(context: Context, start: Ints, end: Ints, finish: Ints) -> Bools:
    """Which indents of plain blanks stand before an item of a list, or before a value in quotes of a list of data."""
    codes = context.codes
    first, last = codes[end], codes[finish - 1]
    item = among("-*+").take(first) & (context.kind[end + 1] == GAP)
    value = among("\"'").take(first) & among(",[{").take(last)
    found: Bools = (codes[start] != 0x3000) & (item | value | among("#{}[]<>@\\/$|%&=").take(first))
    return found


def gaps(context: Context, start: Ints, end: Ints, rules: Rules) -> list[Edits]:
    """The gaps inside lines that go."""
    if not len(start):
        return []
    text, kind, lines = context.text, context.kind, context.text.lines
    shown = as_widened(context, start, end)
    classes = sorted_out(context, shown, start, end)
    if context.profile.markup:
        classes[(classes == BESIDE) & ~beside_stops(context, shown, start, end)] = -1
    spacing = rules.setting("spaces", "spacing")
    if spacing in ("keep", "add") or (spacing == "habit" and context.profile.spacing > STYLE):
        classes[classes == LATIN] = -1
    elif spacing == "habit" and context.profile.spacing > PLAIN:
        latin = np.flatnonzero(classes == LATIN)
        classes[latin[~touches_behind(kind, start[latin], end[latin])]] = -1
    classes[inside(start, *context.literal)] = -1
    of = lines.of(start)
    # Korean and Japanese lines and Latin ones with some Han are none of ours.
    asked = np.zeros(len(lines), np.bool_)
    asked[of[classes >= 0]] = True
    ideographs, letters = context.count(IDEOGRAPH), context.count(LETTER)
    asked &= letters <= ideographs * 8
    at = np.flatnonzero(asked)
    asked[at] = ~context.foreign[at] & ~context.coded(lines.start[at])
    some = asked[of]
    start, end, of, classes = start[some], end[some], of[some], classes[some]
    if not len(start):
        return []
    need, classes = judge(context, shown, start, end, of, classes)
    goes = need == DELETE
    doubt = np.flatnonzero(np.isfinite(need))
    if len(doubt):
        goes[doubt] = straddle(text.codes, kind == IDEOGRAPH, start[doubt], end[doubt]) > need[doubt]
        classes[doubt[classes[doubt] == BETWEEN]] = INSIDE
    ids = np.array([rules.number[f"spaces/{rule}"] for rule in RULES])
    out = [deletions(start[goes & (classes == c)], end[goes & (classes == c)], int(ids[c])) for c in range(4)]
    broken = goes & lost_break(text, start, end)
    return [rewrites(start[broken], end[broken], "\n", rules.number["spaces/lost-break"]), *out]


def sorted_out(context: Context, shown: Codes, start: Ints, end: Ints) -> Ints:
    """The class of each gap by what stands on its two sides; -1 where it is no matter of Chinese text."""
    codes, kind = context.codes, context.kind
    left, right = kind[start - 1], kind[end]
    han_left, han_right = left == IDEOGRAPH, right == IDEOGRAPH
    word_left, word_right = any_of(left, LETTER, DIGIT), any_of(right, LETTER, DIGIT)
    dot = among(DOT)
    mark_left = (left == MARK) & ~dot[shown[start - 1]]
    mark_right = (right == MARK) & ~dot[shown[end]]
    half_left, half_right = left == HALF, right == HALF
    mark_left |= half_left & (shown[start - 1] != codes[start - 1])
    mark_right |= half_right & (shown[end] != codes[end])
    # English text has curly quotes and dashes too.
    shared = among("“”‘’—…")
    for mark, words, place, step in ((mark_left, word_right, start - 1, -1), (mark_right, word_left, end, 1)):
        english = np.flatnonzero(mark & words & shared[codes[place]])
        mark[english] = nearest(kind, place[english], step) == IDEOGRAPH
    # A dash set apart on both sides is a style.
    gap_before, gap_after = kind[np.maximum(start - 2, 0)] == GAP, kind[end + 1] == GAP
    mark_left &= ~((codes[start - 1] == ord("—")) & gap_before)
    mark_right &= ~((codes[end] == ord("—")) & gap_after)
    classes = np.full(len(start), -1, np.int64)
    classes[(han_left & word_right) | (word_left & han_right)] = LATIN
    classes[han_left & han_right] = BETWEEN
    classes[(mark_left & (han_right | word_right | mark_right)) | (mark_right & (han_left | word_left))] = BESIDE
    # Nothing but blanks between two brackets or quotes is a place to write an answer in.
    classes[among("（(【〔［[《〈「『“‘")[codes[start - 1]] & among("）)】〕］]》〉」』”’")[codes[end]]] = -1
    return classes


def beside_stops(context: Context, shown: Codes, start: Ints, end: Ints) -> Bools:
    """Which gaps stand beside a mark of a sentence, Han on the other side; or behind one, before Latin."""
    kind, stops = context.kind, among("，。、；：？！")
    left, right = stops.take(shown[start - 1]), stops.take(shown[end])
    found: Bools = (left & (kind[end] == IDEOGRAPH)) | (right & (kind[start - 1] == IDEOGRAPH))
    found |= among("，。、；：").take(shown[start - 1]) & any_of(kind[end], LETTER, DIGIT)
    return found


def touches_behind(kind: Kinds, start: Ints, end: Ints) -> Bools:
    """Which gaps between Han and a Latin phrase have no other at the phrase's far side: it touches Han there."""
    behind = kind[start - 1] == IDEOGRAPH
    place, step = np.where(behind, end, start - 1), np.where(behind, 1, -1)
    found = np.zeros(len(start), np.bool_)
    going = np.arange(len(start))
    phrase = np.zeros(10, np.bool_)
    phrase[[LETTER, DIGIT, OTHER, HALF]] = True
    for _ in range(PHRASE):
        place[going] += step[going]
        here = kind[place[going]]
        found[going] = (here == IDEOGRAPH) & (kind[place[going] - step[going]] != HALF)
        beyond = kind.take(place[going] + step[going], mode="clip")
        goes_on = phrase.take(here) | ((here == GAP) & phrase.take(beyond))
        going = going[goes_on]
        if not len(going):
            break
    return found


def as_widened(context: Context, start: Ints, end: Ints) -> Codes:
    """The text with the marks near gaps as the punctuation stage will make them."""
    kind, codes = context.kind, context.codes
    edges = np.concatenate([start - 1, end])
    near = np.sort(edges[(kind[edges] == HALF) | among(DOT).take(codes[edges])])
    if not len(near):
        return codes
    shown, beside = codes.copy(), codes[near]
    for places in (widened(context, near[among(STOPS).take(beside)]), brackets(context)):
        shown[places] = widen(shown[places])
    for members, find_runs, new in (("-", dashes, "—"), (f".{DOT}", ellipses, "…")):
        if among(members).take(beside).any():
            a, b = find_runs(context)
            shown[spans(a, b - a)] = ord(new)
    if among("\"'").take(beside).any():
        for opens, closes in straight_pairs(context):
            shown[opens], shown[closes] = ord("“"), ord("”")
    return shown


def in_heading(text: Text, places: Ints, profile: Profile) -> Bools:
    """Which places stand inside a heading that the survey has taken."""
    heads = profile.headings
    held = np.flatnonzero(text.holds(heads.start))
    out = np.zeros(len(places), np.bool_)
    if len(held):
        a, b = text.at(heads.start[held]), text.at(heads.end[held], after=False)
        i = np.searchsorted(a, places, "right") - 1
        out = (i >= 0) & (places < b[np.maximum(i, 0)])
    return out


def lost_break(text: Text, start: Ints, end: Ints) -> Bools:
    """Gaps of two ideographic spaces behind the end of a sentence: the indent of a paragraph whose break was lost."""
    codes = text.codes
    found: Bools = (
        (end - start == 2)
        & (codes[start] == 0x3000)
        & (codes[np.minimum(start + 1, len(codes) - 1)] == 0x3000)
        & among("。！？…”」")[codes[start - 1]]
    )
    return found


class Line:
    """A line with its gaps, looked at closely.

    gaps: the blanks. tokens: what stands between them, one more than gaps.
    """

    def __init__(self, said: str, start: list[int], end: list[int]) -> None:
        self.said, self.behind = said, end
        self.gaps = [said[a:b] for a, b in zip(start, end, strict=True)]
        self.tokens = [said[a:b] for a, b in zip([0, *end], [*start, len(said)], strict=True)]

    def long(self) -> bool:
        """Whether it is too long for a heading and no row of short words."""
        wide = sum(2 if c >= "\u1100" else 1 for c in self.said)
        return wide > HEADING and any(sum(c >= "\u1100" for c in token) > LONGEST_HALF for token in self.tokens)

    def verse(self) -> bool:
        """Whether it is verse: its parts equally long, or all short, with no mark but at their ends."""
        bare = [t.rstrip("，。、；！？") for t in self.tokens]
        sizes = {len(t) for t in bare}
        if len(sizes) == 1:
            return 4 <= sizes.pop() <= LONGEST_HALF
        return len(bare) > 2 and max(sizes) <= LONGEST_HALF + 1 and bare == self.tokens

    def letter_spaced(self) -> range:
        """The gaps between single Han of a title that is set apart letter by letter. Unlike gaps part names."""
        tokens = self.tokens
        # What the person did stands farther off than the letters of the name.
        credit = len(tokens) > 2 and CREDIT.fullmatch(tokens[-1]) and len(self.gaps[-1]) > max(map(len, self.gaps[:-1]))
        first = 1 if len(tokens) > 2 and not credit and MARKER.fullmatch(tokens[0]) else 0
        last = len(tokens) - 1 if len(tokens) > 2 and (credit or tokens[-1][:1] in "（(") else len(tokens)
        title = tokens[first:last]
        single = 2 <= len(title) <= LETTERS and all(len(t) == 1 and PURE.fullmatch(t) for t in title)
        names = len(title) > 3 and len(set(self.gaps[first : last - 1])) > 1
        return range(first, last - 1) if single and not names and not set(title) <= ENUMERATORS else range(0)

    def labels(self) -> tuple[list[int], list[int]]:
        """The gaps before a label where a line is a row of them, and the gaps inside a label."""
        found = {at for at in (0, *self.behind) if LABEL.match(self.said, at)}
        if len(found) < 2 or ENDS.search(self.said):
            return [], []
        before = [k for k, at in enumerate(self.behind) if at in found]
        inside = [k for k, at in enumerate(self.behind) if at not in found and LABEL_END.match(self.tokens[k + 1])]
        return before, inside


def judge(
    context: Context, shown: Codes, start: Ints, end: Ints, of: Ints, classes: Ints
) -> tuple[NDArray[np.float64], Ints]:
    """For each gap of some lines how large `straddle` must be for it to go (KEEP, DELETE, a number), and its class."""
    n, lines = len(start), context.text.lines
    first = np.append(True, of[1:] != of[:-1])
    head = np.flatnonzero(first)
    row, sizes, at = np.cumsum(first) - 1, np.diff(np.append(head, n)), of[head]
    begin, finish = lines.first[at], lines.last[at]
    heading = in_heading(context.text, start[head], context.profile)
    whole, marked = decode(shown), shown[context.marks]
    stops, colons = (context.marks[among(m)[marked]] for m in ("，。；！？…", "：:"))
    prose = (within(lines, stops, at) > 0) | (within(lines, sentence_marks(context, shown), at) > 0)
    labelled = within(lines, colons, at) > 1
    behind_first = np.where(sizes > 1, start[np.minimum(head + 1, n - 1)], finish) - end[head]
    spaced = (sizes <= LETTERS + 1) & ((start[head] - begin == 1) | ((sizes > 1) & (behind_first == 1)))
    # The lines one by one where what stands in them may be more than prose.
    initial, kind = shown[begin], classes[head]
    closes, keeps = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    keeps[head] = fits(MARKER, whole, begin, start[head], (kind >= 0) & among(*MARKER_START)[initial])
    numbered = fits(NUMBER, whole, begin, start[head], (kind == LATIN) & among(*ALNUM)[initial])
    other = np.flatnonzero(~among(*VERSE).take(shown))
    verse = fits(VERSES, whole, begin, finish, within(lines, other, at) == 0)
    long = ~(prose | heading) & (finish - begin > HEADING // 2)
    for i in np.flatnonzero(verse | spaced | labelled | long).tolist():
        k, a = int(head[i]), int(begin[i])
        held = slice(k, k + int(sizes[i]))
        line = Line(whole[a : int(finish[i])], (start[held] - a).tolist(), (end[held] - a).tolist())
        prose[i] |= bool(long[i]) and line.long()
        verse[i] &= line.verse()
        before, inside = line.labels() if labelled[i] else ([], [])
        labelled[i] = bool(before or inside)
        for near in before:
            keeps[k + near] = True
        for near in (*inside, *(line.letter_spaced() if spaced[i] else ())):
            closes[k + near] = True
    prose &= ~heading
    for i in np.flatnonzero(among("（(0123456789BCDEFGH")[shown[end]]).tolist():
        keeps[i] |= ITEM.match(whole, int(end[i]), int(lines.last[of[i]])) is not None
    heading, prose, verse, numbered, single = heading[row], prose[row], verse[row], numbered[row], (sizes == 1)[row]
    # Beside a mark: always on its inner side, in prose on both.
    left, right = shown[start - 1], shown[end]
    word = any_of(context.kind[start - 1], LETTER, DIGIT, IDEOGRAPH)
    short = end - start == 1
    beside = among(NEVER_AFTER_GAP)[right] | among(NEVER_BEFORE_GAP)[left] | (word & among("“‘「")[right])
    beside |= prose & ~((left == ord("》")) & (right == ord("《")))
    pause = among("，、；：")[left] & short
    alone = (np.bincount(row, weights=~pause)[row] == 0) | (first & (left == ord("：")) & ~labelled[row])
    beside |= pause & alone & ~(prose | heading)
    # Between Han and Latin or a number, in a file that writes none there.
    measure = among(MEASURES)
    latin = prose | (short & ~heading & (measure[left] | measure[right]))
    latin &= ~(first & numbered & ~measure[right])
    latin &= ~listed(context, start, end, measure)
    goes = ((classes == BESIDE) & beside) | ((classes == LATIN) & latin)
    need = np.where(goes, DELETE, KEEP)
    # Between Han.
    before_gap, behind_gap = reach(context.kind, start - 1, -1), reach(context.kind, end, 1)
    sure = np.where(prose, SURE if context.profile.pauses else DELETE, np.where(single, SURE_SHORT, KEEP))
    # An option of a question may be a phrase with its gloss, or two phrases.
    option = among("ABCDEFGHＡＢＣＤＥＦＧＨ").take(shown[begin]) & among("．.、)）").take(shown[begin + 1])
    option &= within(lines, context.marks[among("，、；")[marked]], at) == 0
    sure[option[row]] = np.maximum(sure[option[row]], SURE)
    sure[couplets(shown, start, end, before_gap, behind_gap)] = SURE
    credits = np.flatnonzero(among(CREDITS)[right])
    credits = credits[[CREDIT.match(whole, place) is not None for place in end[credits].tolist()]]
    sure[credits] = KEEP
    sure[heading | verse] = KEEP
    sure = np.maximum(sure, runs_of_names(lines, shown, start, end, of, first, before_gap, behind_gap))
    sure = np.maximum(sure, set_apart(shown, start, end, first, begin[row], before_gap, behind_gap))
    dates = dated(whole, shown, start, begin[row])
    sure[dates] = np.maximum(sure[dates], SURE)
    keeps |= dates & ~short
    need = np.where(classes == BETWEEN, sure, need)
    need[titled(whole, shown, start, end, begin[row], classes)] = KEEP
    done, goes = spaced_out(context, start, end, of, row, classes, within(lines, context.marks, at)[row], behind_gap)
    done &= ~(heading | verse | labelled[row])
    need[done] = np.where(goes[done], DELETE, KEEP)
    closes |= done & goes & (classes == BETWEEN)
    # 地　点： a label of two letters, set as wide as those of more.
    closes |= (
        first & (classes == BETWEEN) & (start - begin[row] == 1) & among("：:").take(shown.take(end + 1, mode="clip"))
    )

    tabs = np.flatnonzero(context.codes == 0x09)
    barred = (classes < 0) | (np.searchsorted(tabs, end) > np.searchsorted(tabs, start))
    need[keeps | barred | tagged(context, start)] = KEEP
    closes &= ~barred
    need[closes] = DELETE
    return need, np.where(closes, INSIDE, classes)


def dated(whole: str, codes: Codes, start: Ints, begin: Ints) -> Bools:
    """Which gaps stand behind a date that begins the line, as in a chronology."""
    found = among("年月日岁歲").take(codes[start - 1]) & (start - begin <= LONGEST_DATE)
    for i in np.flatnonzero(found).tolist():
        found[i] = DATE.fullmatch(whole, int(begin[i]), int(start[i])) is not None
    return found


def listed(context: Context, start: Ints, end: Ints, measure: Bools) -> Bools:
    """Which gaps part the number of an item from its text by more than a blank."""
    wide = (end - start > 1) | (context.codes[start] == 0x3000)
    found: Bools = wide & (context.kind[start - 1] == DIGIT) & ~measure.take(context.codes[end])
    return found


def tagged(context: Context, start: Ints) -> Bools:
    """Which gaps stand behind a word with its tag (开/v 着/u)."""
    one, two = (among("/").take(context.codes.take(start - far, mode="clip")) for far in (2, 3))
    found: Bools = (context.kind[start - 1] == LETTER) & (one | two)
    return found


def fits(pattern: regex.Pattern[str], whole: str, start: Ints, end: Ints, some: Bools) -> Bools:
    """Which of the chosen spans of a text a pattern matches."""
    out = some.copy()
    for i in np.flatnonzero(some).tolist():
        out[i] = pattern.fullmatch(whole, int(start[i]), int(end[i])) is not None
    return out


def sentence_marks(context: Context, shown: Codes) -> Ints:
    """The places of ASCII marks and full-width dots that stand in a Chinese sentence."""
    at = context.marks[among("．,;!?").take(shown[context.marks])]
    mark, left = shown[at], shown[np.maximum(at - 1, 0)]
    right = np.where(at + 1 < len(shown), shown[np.minimum(at + 1, len(shown) - 1)], LF)
    digit = among((0x30, 0x39))
    behind = among(*HAN, "”》）」’").take(left) & ~digit.take(right)
    found = among(",;!").take(mark) & (behind | among(*HAN, "、“").take(right))
    found |= (mark == ord("．")) & ~digit.take(left)
    found |= (mark == ord("?")) & among('”"').take(right)
    return at[found]


def reach(kind: Kinds, places: Ints, step: int) -> Ints:
    """How many Han stand in a row from each place on to the left (step -1) or right (+1); at most one more than FAR."""
    found = np.zeros(len(places), np.int64)
    going = np.arange(len(places))
    for far in range(FAR + 1):
        at = places[going] + step * far
        going = going[kind[at] == IDEOGRAPH]
        found[going] += 1
    return found


def couplets(codes: Codes, start: Ints, end: Ints, before_gap: Ints, behind_gap: Ints) -> Bools:
    """Which gaps part the two halves of a quoted couplet or slogan, or of a title behind a label or at the
    start of a line, to its end (halves of one length), or at the end of a field of data."""
    before, behind = start - before_gap - 1, end + behind_gap
    left, right = codes[np.maximum(before, 0)], codes.take(behind, mode="clip")
    quoted = among("“‘「『《（")[left] & among("”’」』》）")[right]
    field = among(",")[right] & among("\"'").take(codes.take(behind + 1, mode="clip"))
    whole = field | ((before_gap == behind_gap) & (among(TITLE_ENDS)[right] | (behind >= len(codes))))
    titles = whole & (among(TITLE_STARTS)[left] | (before < 0))
    halves = (before_gap >= 4) & (before_gap <= FAR) & (behind_gap >= 4) & (behind_gap <= FAR)
    found: Bools = halves & (quoted | titles)
    return found


def runs_of_names(
    lines: Lines, codes: Codes, start: Ints, end: Ints, of: Ints, first: Bools, before_gap: Ints, behind_gap: Ints
) -> NDArray[np.float64]:
    """How sure a gap must be inside a word because it stands in a row of short words, or between two persons' names."""
    some = (before_gap > 0) & (behind_gap > 0)
    stays = some & named(codes, start - before_gap, before_gap) & named(codes, end, behind_gap)
    ends = end + behind_gap
    fills = (start - before_gap == lines.first[of]) & (ends == lines.last[of])
    stays |= some & fills & (before_gap <= SHORT) & (behind_gap <= SHORT)
    # A short word without grammar between this gap and the next.
    row = some & (behind_gap <= SHORT) & np.append((ends[:-1] == start[1:]) & ~first[1:], False)
    for far in range(SHORT):
        row &= ~((far < behind_gap) & among(FUNCTION)[codes[np.minimum(end + far, len(codes) - 1)]])
    follows = np.append(False, row[:-1])
    # One short word alone between two gaps is as likely a piece of the sentence.
    later = (behind_gap > 0) & (behind_gap <= SHORT) & (ends < lines.last[of])
    later &= among(" \u3000")[codes[np.minimum(ends, len(codes) - 1)]]
    joined = (np.append(False, (stays | row | follows)[:-1]) & ~first) | np.append(later[1:], False)
    linked = among(LINKS)
    within_sentence = linked[codes[start - 1]] | linked[codes.take(np.append(end[1:], 0))]
    least = np.where(row, np.where(joined, SURE, np.where(within_sentence, DELETE, SURE_ALONE)), DELETE)
    out: NDArray[np.float64] = np.maximum(least, np.append(DELETE, least[:-1]))
    out[stays] = KEEP
    return out


def set_apart(
    codes: Codes, start: Ints, end: Ints, first: Bools, begin: Ints, before_gap: Ints, behind_gap: Ints
) -> NDArray[np.float64]:
    """How sure a gap must be inside a word because it looks meant: one ideographic space, a row of blanks, the gap
    behind a person's name that begins the line, the gap between two phrases that begin alike."""
    wide = (end - start == 1) & (codes[start] == 0x3000)
    leads = first & (start - before_gap == begin)
    wide |= leads & named(codes, begin, before_gap)
    alike = (before_gap >= 3) & (before_gap <= FAR) & (behind_gap >= 3) & ~among(LINKS).take(codes[end])
    for k in range(2):
        alike &= codes[start - before_gap + k] == codes.take(end + k, mode="clip")
    wide |= alike
    return np.where(end - start >= COLUMN, KEEP, np.where(wide, SURE, DELETE))


def titled(whole: str, codes: Codes, start: Ints, end: Ints, begin: Ints, classes: Ints) -> Bools:
    """Which gaps stand between the number of a chapter and its title, or behind the one who speaks in a play."""
    left, right, between = codes[start - 1], codes[end], classes == BETWEEN
    wide = (end - start == 1) & (codes[start] == 0x3000)
    found = wide & ((start - begin <= SHORT) & among("（(〔【").take(right) | among("〕】］").take(left))
    some = (between | among("“「《").take(right)) & among(NAMED_END, (0x30, 0x39)).take(left)
    for i in np.flatnonzero(some).tolist():
        place = int(start[i])
        found[i] |= NAMED.search(whole, max(int(begin[i]), place - 12), place) is not None
    stays: Bools = found & (between | (classes == BESIDE))
    return stays


def spaced_out(
    context: Context, start: Ints, end: Ints, of: Ints, row: Ints, classes: Ints, marks: Ints, behind_gap: Ints
) -> tuple[Bools, Bools]:
    """Which gaps are of a kind with others of their line, and which of them go: all of a stretch set apart letter by
    letter, none of a line segmented into words, none of those that stand for the marks of a line."""
    n, codes = len(start), context.codes
    between = classes == BETWEEN
    plain = (end - start == 1) & between
    beside = any_of(context.kind[start - 1], IDEOGRAPH, MARK) | any_of(context.kind[end], IDEOGRAPH, MARK)
    total, held = np.bincount(row, weights=beside)[row], np.bincount(row, weights=between)[row]
    # Gaps beside marks alone set nothing apart.
    dense = (total >= DENSE_LEAST) & (total * DENSE >= context.count(IDEOGRAPH)[of]) & (held * 2 >= total)
    blanks = np.bincount(row, weights=between & (codes[start] == 0x20))[row]
    pauses = (blanks >= 2) & (blanks > marks) & ~dense
    # Stretches of single Han with one and the same blank between them.
    on = np.append((end[:-1] + 1 == start[1:]) & (behind_gap[:-1] == 1) & plain[:-1] & plain[1:], False)
    on[:-1] &= codes[start[:-1]] == codes[start[1:]]
    stretch = np.cumsum(np.append(True, ~on[:-1])) - 1
    single = np.bincount(stretch)[stretch] >= 3
    done, goes = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    asked = np.flatnonzero(between & (dense | pauses | single))
    inside = np.zeros(n, np.bool_)
    inside[asked] = straddle(codes, context.kind == IDEOGRAPH, start[asked], end[asked]) > WITHIN
    share = np.bincount(row, weights=inside)[row] / np.maximum(1, held)
    done |= dense | (pauses & (share == 0) & between)
    even = np.bincount(row, weights=end - start)[row] == np.bincount(row)[row]
    goes |= dense & even & (held >= 4) & (share >= SPACED_OUT) & (between | (classes == BESIDE))
    # 春 夏 秋 冬 are words too.
    listed = among("".join(ENUMERATORS))
    title = ~(listed.take(codes[start - 1]) & listed.take(codes[end]))
    letters = single & (np.bincount(stretch, weights=title)[stretch] > 0)
    letters &= np.bincount(stretch, weights=inside)[stretch] >= SPACED_OUT * np.bincount(stretch)[stretch]
    return done | letters, goes | letters


def named(codes: Codes, begin: Ints, length: Ints) -> Bools:
    """Which words look like the name of a person."""
    found: Bools = (length >= 2) & (length <= 4) & among(SURNAMES)[codes[np.minimum(begin, len(codes) - 1)]]
    return found


def added(text: Text, rules: Rules) -> Edits:
    """A blank between Han and a Latin word or number that touch, where it was asked for."""
    kind = kind_table().take(text.codes)
    han, word = kind == IDEOGRAPH, (kind == LETTER) | (kind == DIGIT)
    at = np.flatnonzero((han[:-1] & word[1:]) | (word[:-1] & han[1:])) + 1
    return rewrites(at, at, " ", rules.number["spaces/added"])
