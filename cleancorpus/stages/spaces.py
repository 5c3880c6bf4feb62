"""Spaces: gaps that a scraper, a scanner or a printed line's end left inside Chinese text go; structure keeps its own.

Names in a row, verse, tables, columns, headings, fields of an imprint and code keep their spaces. Between Han and Latin
or digits the file's habit decides. Never puts a blank in unless asked to (`spacing = "add"`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import regex

from cleancorpus.context import (
    BREAK,
    DIGIT,
    GAP,
    HALF,
    HANGUL,
    IDEOGRAPH,
    KANA,
    LETTER,
    MARK,
    Kinds,
    after,
    before,
    count,
    kinds,
    literal,
    nearest,
)
from cleancorpus.edits import NO_EDITS, Bools, Codes, Edits, Ints, covered, decode, deletions, rewrites, settle
from cleancorpus.lexicon import straddle
from cleancorpus.marks import brackets, straight_pairs, widen, widened
from cleancorpus.profile import CODE, Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import Text, among, blank

# Above this share of spaced Han-Latin pairs the spacing is the file's style.
STYLE = 0.7
# Natural log units by which a gap is surely inside a word (see lexicon.straddle), in prose and in a short line.
SURE = 4.0
SURE_SHORT = 6.0
SURE_ALONE = 1.0
# A line without sentence marks up to this wide (half-width columns) may be a heading, a byline, a row of names.
HEADING = 72
# The longest name or word in a row, the longest half of a line of verse.
SHORT = 5
VERSE = 8

SENTENCE = regex.compile(r"[，。；！？…]|(?<!\d)．|(?<=[\p{Han}”》）」’])[,;!](?!\d)|[,;!](?=[\p{Han}、“])|\?[”\"]")
ENDS = regex.compile(r"[。！？!]")
NEVER_AFTER_GAP = "，。、；：！？”’」』）》〉】,.;:?!)"
NEVER_BEFORE_GAP = "“‘「『（《〈【("
DOT = "·・⋯～"
# What follows a number as its measure; a number at a line start with one of them behind it is no list number.
MEASURES = "年月日号號时時分秒点點个個位名次种種条條件元万萬亿億千百岁歲世届屆级級米公里斤吨噸倍度人天周週餘余多至"
ENUMERATORS = frozenset(
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥上中下男女是否东南西北東春夏秋冬"
)
MARKER = regex.compile(
    r"(?:第?[\d零〇一二三四五六七八九十百千]+[章回节節卷集部篇讲講课課幕场場条條]?"
    r"|[（(]?[\d一二三四五六七八九十a-zA-Z]{1,4}[)）.．、]|[图圖表附]\s?[\d一二三四五六七八九十]*|附[表录錄件]|记者|記者|作者|编者|編者|译者|譯者|[文图圖摄攝]/\S*)"
)
LABEL = regex.compile(r"(?:\p{Han}{2,8}|\p{Han}(?:[ \u3000]{1,4}\p{Han}){1,2})[:：](?![“\"「‘])")
NUMBER = regex.compile(r"[\dA-Za-z]+(?:\.\d+)*")
LATER = regex.compile(r"\p{Han}{1,5}[ \u3000]")
LABEL_END = regex.compile(r"\p{Han}[:：]")
RUN, RUN_BEFORE = regex.compile(r"\p{Han}*"), regex.compile(r"\p{Han}*$")
# A numbered item that begins behind a gap.
ITEM = regex.compile(r"[（(]?\d{1,3}[．.、)）]\s?\p{Han}")
# What a person did, set apart from the name: （某某 饰）, 某某 著，某某 译.
CREDIT = regex.compile(r"[饰飾著译譯编編绘繪摄攝撰校注选選](?![\p{Han}])|主[编編]|[编編][著译譯]|[译譯]注")
COUPLET_START = regex.compile(r"[“‘「『《（]\p{Han}{4,9}$")
COUPLET_END = regex.compile(r"\p{Han}{4,9}[”’」』》）]")
PURE = regex.compile(r"\p{Han}+")
SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈"
    "丁魏薛叶葉阎閻余潘杜戴夏钟鍾鐘汪田任姜范范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬"
    "贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦俞章鲁魯葛伍韦韋申尤毕畢聂聶焦向柳邢岳齐齊梅莫庄莊辛管祝左涂谷祁时耿牟卜詹关關苗"
    "凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裴席卫衛查屈鲍鮑位覃霍翁隋甘景薄单單包司柏宁寧柯阮桂闵闵解强強丛叢华華车車冉房边邊辜吉饶饒刁瞿戚丘古"
    "米池滕佟言"
)
# Words of grammar; what holds one is part of a sentence and no name in a row.
FUNCTION = frozenset("的了是在这這那不也都就与與要我你他她它们們很把被给給吗嗎呢吧个個")
KEEP, DELETE = np.inf, -np.inf
BETWEEN, INSIDE, BESIDE, LATIN = range(4)
RULES = ("gap-between-han", "gap-inside-word", "before-mark", "latin-gap")


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    found = [find_data(text, "spaces", rules)]
    spacing = rules.setting("spaces", "spacing")
    is_gap = blank()[text.codes]
    if is_gap.any():
        kind = kinds(text)
        edge = np.diff(is_gap.view(np.int8), prepend=np.int8(0), append=np.int8(0))
        start, end = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
        left, right = before(kind, start), after(kind, end)
        trails, leads = right == BREAK, left == BREAK
        found.append(trailing(text, start[trails], end[trails], profile, rules))
        leads &= ~trails
        found.append(indents(text, kind, start[leads], end[leads], profile, rules))
        inner = ~trails & ~leads
        found += gaps(text, kind, start[inner], end[inner], profile, rules)
    if spacing == "add":
        found.append(added(text, rules))
    return settle(found)


def measure(text: Text) -> tuple[int, int]:
    """How often Han and Latin or digits stand with a blank between them, and how often without."""
    kind = kinds(text)
    han, word = kind == IDEOGRAPH, (kind == LETTER) | (kind == DIGIT)
    touching = int((han[:-1] & word[1:]).sum() + (word[:-1] & han[1:]).sum())
    gap = kind[1:-1] == GAP
    apart = int((han[:-2] & gap & word[2:]).sum() + (word[:-2] & gap & han[2:]).sum())
    return apart, touching


def decide(counted: Sequence[tuple[int, int]]) -> float:
    """The share of Han-Latin pairs that have a blank between them."""
    spaced = sum(a for a, _ in counted)
    return spaced / max(1, spaced + sum(b for _, b in counted))


def coded(text: Text, profile: Profile, places: Ints) -> Bools:
    """Which places stand in lines of code."""
    layout = profile.layout
    found: Bools = layout.kind[layout.run_of(text.raw_at(places))] == CODE
    return found


def trailing(text: Text, start: Ints, end: Ints, profile: Profile, rules: Rules) -> Edits:
    """The blanks at line ends. A tab stays where the line has others: it holds an empty cell."""
    lines = text.lines
    of = lines.of(start)
    tab = among("\t")[text.codes]
    goes = ~coded(text, profile, start)
    if tab.any():
        goes &= ~((text.codes[np.maximum(end - 1, 0)] == 0x09) & (count(text, tab, of) > end - start))
    if profile.markup:
        goes &= (start == lines.start[of]) | (end - start == 1)
    return deletions(start[goes], end[goes], rules.number["spaces/trailing"])


def indents(text: Text, kind: Kinds, start: Ints, end: Ints, profile: Profile, rules: Rules) -> Edits:
    """The indents of Chinese lines; not of code, of Markdown, of table rows."""
    if profile.markup or not len(start):
        return NO_EDITS
    han = np.isin(after(kind, end), (IDEOGRAPH, MARK))
    half = np.flatnonzero(~han & (after(kind, end) != HANGUL))
    of = text.lines.of(start)
    if len(half):
        ideographs = count(text, kind == IDEOGRAPH, of[half])
        han[half] = ideographs * 4 >= text.lines.last[of[half]] - text.lines.first[of[half]]
    han &= ~coded(text, profile, start)
    tabs = among("\t")[text.codes]
    if tabs.any():
        han &= count(text, tabs, of) <= end - start
    return deletions(start[han], end[han], rules.number["spaces/indent"])


def gaps(text: Text, kind: Kinds, start: Ints, end: Ints, profile: Profile, rules: Rules) -> list[Edits]:
    """The gaps inside lines that go."""
    if not len(start):
        return []
    left, right = kind[start - 1], kind[end]
    near = np.unique(np.concatenate([start[left == HALF] - 1, end[right == HALF]]))
    shown = as_widened(text, kind, near, profile) if len(near) else text.codes
    classes = sorted_out(text, kind, shown, start, end, left, right)
    if profile.markup:
        classes[classes == BESIDE] = -1
    spacing = rules.setting("spaces", "spacing")
    if spacing == "keep" or (spacing == "habit" and profile.spacing > STYLE) or spacing == "add":
        classes[classes == LATIN] = -1
    of = text.lines.of(start)
    # Korean and Japanese lines and Latin ones with some Han are none of ours.
    asked = np.unique(of[classes >= 0])
    ideographs = count(text, kind == IDEOGRAPH, asked)
    foreign = count(text, (kind == HANGUL) | (kind == KANA), asked) * 8 > ideographs
    foreign |= count(text, kind == LETTER, asked) > ideographs * 8
    barred = foreign | coded(text, profile, text.lines.start[asked])
    asked = asked[~barred]
    spans = literal(text)
    if spans:
        a, b = np.array(spans, np.int64).T
        classes[covered(len(text), a, b)[start]] = -1
    head = in_heading(text, start, profile)
    need = np.full(len(start), KEEP)
    first, last = np.searchsorted(of, asked, "left"), np.searchsorted(of, asked, "right")
    whole, lines = decode(shown) if len(near) else text.string, text.lines
    for line, i, j in zip(asked.tolist(), first.tolist(), last.tolist(), strict=True):
        a = int(lines.first[line])
        said = whole[a : int(lines.last[line])]
        spots = [(x - a, y - a) for x, y in zip(start[i:j].tolist(), end[i:j].tolist(), strict=True)]
        verdict = judge(said, spots, classes[i:j].tolist(), bool(head[i]))
        for k, (least, cause) in enumerate(verdict):
            need[i + k] = least
            classes[i + k] = cause
    goes = need == DELETE
    doubt = np.flatnonzero(np.isfinite(need))
    if len(doubt):
        goes[doubt] = straddle(text.codes, kind == IDEOGRAPH, start[doubt], end[doubt]) > need[doubt]
        classes[doubt[classes[doubt] == BETWEEN]] = INSIDE
    ids = np.array([rules.number[f"spaces/{rule}"] for rule in RULES])
    out = [deletions(start[goes & (classes == c)], end[goes & (classes == c)], int(ids[c])) for c in range(4)]
    broken = goes & lost_break(text, start, end)
    return [rewrites(start[broken], end[broken], "\n", rules.number["spaces/lost-break"]), *out]


def sorted_out(text: Text, kind: Kinds, shown: Codes, start: Ints, end: Ints, left: Kinds, right: Kinds) -> Ints:
    """The class of each gap by what stands on its two sides; -1 where it is no matter of Chinese text."""
    codes = text.codes
    han_left, han_right = left == IDEOGRAPH, right == IDEOGRAPH
    word_left, word_right = np.isin(left, (LETTER, DIGIT)), np.isin(right, (LETTER, DIGIT))
    dot = among(DOT)
    mark_left = (left == MARK) & ~dot[codes[start - 1]]
    mark_right = (right == MARK) & ~dot[codes[end]]
    half_left, half_right = left == HALF, right == HALF
    mark_left |= half_left & (shown[start - 1] != codes[start - 1])
    mark_right |= half_right & (shown[end] != codes[end])
    # English text has curly quotes and dashes too.
    shared = among("“”‘’—…")[codes]
    for mark, words, place, step in ((mark_left, word_right, start - 1, -1), (mark_right, word_left, end, 1)):
        english = np.flatnonzero(mark & words & shared[place])
        mark[english] = nearest(kind, place[english], step) == IDEOGRAPH
    # A dash set apart on both sides is a style.
    gap_before, gap_after = kind[np.maximum(start - 2, 0)] == GAP, after(kind, end + 1) == GAP
    mark_left &= ~((codes[start - 1] == ord("—")) & gap_before)
    mark_right &= ~((codes[end] == ord("—")) & gap_after)
    classes = np.full(len(start), -1, np.int64)
    classes[(han_left & word_right) | (word_left & han_right)] = LATIN
    classes[han_left & han_right] = BETWEEN
    classes[(mark_left & (han_right | word_right | mark_right)) | (mark_right & (han_left | word_left))] = BESIDE
    return classes


def as_widened(text: Text, kind: Kinds, near: Ints, profile: Profile) -> Codes:
    """The text with those of its ASCII marks near gaps as they will be when the punctuation stage has widened them."""
    shown = text.codes.copy()
    for places in (widened(text, kind, profile, near), brackets(text, kind, profile)):
        shown[places] = widen(shown[places])
    if among("\"'")[text.codes[near]].any():
        for a, b in straight_pairs(text, kind, profile):
            shown[a], shown[b] = ord("“"), ord("”")
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
    """A line with its gaps, and what it looks like as a whole.

    spots: the spans of the gaps. tokens: what stands between them, one more than gaps.
    """

    def __init__(self, said: str, spots: list[tuple[int, int]], *, heading: bool) -> None:
        self.said, self.spots, self.heading = said, spots, heading
        starts, ends = [0, *(b for _, b in spots)], [*(a for a, _ in spots), len(said)]
        self.tokens = [said[a:b] for a, b in zip(starts, ends, strict=True)]
        self.prose = not heading and (SENTENCE.search(said) is not None or self.long())
        self.verse = is_verse(self.tokens)
        self.marked = MARKER.fullmatch(self.tokens[0]) is not None
        colons = said.count("：") + said.count(":")
        labels = {m.start() for m in (LABEL.match(said, at) for at in starts) if m} if colons > 1 else set()
        self.labels = labels if len(labels) > 1 and not ENDS.search(said) else set()

    def long(self) -> bool:
        """Whether the line is too long for a heading and no row of short words."""
        wide = sum(2 if c >= "\u1100" else 1 for c in self.said)
        return wide > HEADING and max(map(len, self.tokens)) > VERSE


def judge(said: str, spots: list[tuple[int, int]], classes: list[int], heading: bool) -> list[tuple[float, int]]:
    """For each gap of a line how large `straddle` must be for it to go (KEEP, DELETE or a number), and its class."""
    line = Line(said, spots, heading=heading)
    spaced = letter_spaced(line.tokens)
    names = runs_of_names(line)
    verdict = []
    for k, (a, b) in enumerate(spots):
        cause = classes[k]
        if cause < 0 or "\t" in said[a:b]:
            verdict.append((KEEP, cause))
        elif spaced[k] or (line.labels and b not in line.labels and LABEL_END.match(line.tokens[k + 1])):
            verdict.append((DELETE, INSIDE))
        elif b in line.labels or ITEM.match(said, b) or (k == 0 and line.marked):
            verdict.append((KEEP, cause))
        elif cause == BESIDE:
            verdict.append((DELETE if beside_mark(line, a, b) else KEEP, cause))
        elif cause == LATIN:
            verdict.append((DELETE if latin_gap(line, k, a, b) else KEEP, cause))
        else:
            verdict.append((max(names[k], between_han(line, a, b)), cause))
    return verdict


def beside_mark(line: Line, a: int, b: int) -> bool:
    """Whether a gap beside a mark goes: always on the mark's inner side, in prose on both."""
    left, right = line.said[a - 1], line.said[b]
    if right in NEVER_AFTER_GAP or left in NEVER_BEFORE_GAP or (left.isalnum() and right in "“‘「"):
        return True
    if line.prose:
        return not (left == "》" and right == "《")
    return left in "，、；：" and b - a == 1 and len(line.spots) == 1 and not line.heading


def latin_gap(line: Line, k: int, a: int, b: int) -> bool:
    """Whether a gap between Han and Latin or a number goes in a file that writes none there."""
    if k == 0 and NUMBER.fullmatch(line.tokens[0]) and line.said[b] not in MEASURES:
        return False
    measure = line.said[b] in MEASURES or line.said[a - 1] in MEASURES
    return line.prose or (b - a == 1 and not line.heading and measure)


def between_han(line: Line, a: int, b: int) -> float:
    """How sure it must be that a word goes on across a gap between Han."""
    if line.heading or line.verse or CREDIT.match(line.said, b):
        return KEEP
    if couplet(line.said, a, b):
        return SURE
    if line.prose:
        return DELETE
    return SURE_SHORT if len(line.spots) == 1 else KEEP


def letter_spaced(tokens: list[str]) -> list[bool]:
    """Which gaps stand between single Han of a title that is set apart letter by letter."""
    out = [False] * (len(tokens) - 1)
    first = 1 if len(tokens) > 2 and MARKER.fullmatch(tokens[0]) else 0
    last = len(tokens) - 1 if len(tokens) > 2 and tokens[-1][:1] in "（(" else len(tokens)
    title = tokens[first:last]
    if 2 <= len(title) <= 6 and all(len(t) == 1 and PURE.fullmatch(t) for t in title) and not set(title) <= ENUMERATORS:
        for k in range(first, last - 1):
            out[k] = True
    return out


def is_verse(tokens: list[str]) -> bool:
    """Whether a line is verse: its parts equally long, or all short, with no mark but at their ends."""
    bare = [t.rstrip("，。、；！？") for t in tokens]
    if not all(PURE.fullmatch(t) for t in bare):
        return False
    sizes = {len(t) for t in bare}
    marked = sum(t != b for t, b in zip(tokens, bare, strict=True))
    if len(sizes) == 1:
        return 4 <= sizes.pop() <= VERSE
    return len(tokens) > 2 and max(sizes) <= VERSE + 1 and not marked


def runs_of_names(line: Line) -> list[float]:
    """How sure a gap must be inside a word because it stands in a row of short words, or between two persons' names."""
    spots, said = line.spots, line.said
    out = [DELETE] * len(spots)
    # Only short runs matter, so none is looked for further back than that.
    lefts = [RUN_BEFORE.search(said, max(0, a - SHORT - 1), a) for a, _ in spots]
    rights = [RUN.match(said, b) for _, b in spots]
    for k, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        if left is None or right is None or not left.group() or not right.group():
            continue
        if named(left.group()) and named(right.group()):
            out[k] = KEEP
        short = len(left.group()) <= SHORT and len(right.group()) <= SHORT
        if short and not left.start() and right.end() == len(said):
            out[k] = KEEP
        row = k + 1 < len(spots) and right.end() == spots[k + 1][0] and len(right.group()) <= SHORT
        if row and rights[k + 1] and not FUNCTION & set(right.group()):
            # One short word alone between two gaps is as likely a piece of the sentence.
            alone = not (k and out[k - 1] > DELETE) and not LATER.match(said, spots[k + 1][1])
            least = SURE_ALONE if alone else SURE
            out[k], out[k + 1] = max(out[k], least), max(out[k + 1], least)
    return out


def named(word: str) -> bool:
    """Whether a word looks like the name of a person."""
    return 2 <= len(word) <= 4 and word[0] in SURNAMES


def couplet(said: str, a: int, b: int) -> bool:
    """Whether a gap parts the two halves of a quoted couplet or slogan."""
    left, right = (
        regex.search(r"([“‘「『《（])(\p{Han}+)$", said[:a]),
        regex.match(r"(\p{Han}+)([”’」』》）])", said[b:]),
    )
    return bool(left and right and 4 <= len(left.group(2)) <= 9 and 4 <= len(right.group(1)) <= 9)


def added(text: Text, rules: Rules) -> Edits:
    """A blank between Han and a Latin word or number that touch, where it was asked for."""
    kind = kinds(text)
    han, word = kind == IDEOGRAPH, (kind == LETTER) | (kind == DIGIT)
    at = np.flatnonzero((han[:-1] & word[1:]) | (word[:-1] & han[1:])) + 1
    return rewrites(at, at, " ", rules.number["spaces/added"])
