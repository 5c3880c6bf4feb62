"""The addresses of sites in one line: which of them are watermarks, and how far each reaches.

An address that is spelt to hide is one, or that parts a word of the text. Any other is judged by what stands around it:
alone in its line, in brackets, behind the end of a sentence, beside the name or the slogan of a site. Content keeps its
addresses: those of lists, notes, links, commands.

Knows the line and the word list; of its file, whether the lines beside it have addresses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import regex

from cleancorpus.addresses import Addresses, Known
from cleancorpus.edits import encode
from cleancorpus.lexicon import straddle
from cleancorpus.notices import ASIDE, CONTENT, HEADING, LISTED, PATH, STORY, UNNAMED
from cleancorpus.text import han
from cleancorpus.views import fold

ENDS = "。！？…!?；;”’」』）)》>〉—"
OPENERS = dict(zip("(（[［【〖〔{｛<＜《『「“〈", ")）]］】〗〕}｝>＞》』」”〉", strict=True))
ORNAMENTS = "-_=*+~^#@|\\/`$%&☆★◆◇■□●○◎※✿❀✪✦✧❤♪√→←↑↓·•．.,＿＊～＾＃＠｜＼／％＄＆－＝＋¤§﹏▲△▼▽♂♀×÷'\"!"
ENDED = regex.compile(rf"[{regex.escape(ENDS)}][\s{regex.escape(ORNAMENTS)}]*$")
# The share of what stands beside a plain domain that is words of notices.
SHARE = 0.5
# What a notice beside it must weigh more than one alone.
SPEAKS = 0.3

# The end of a sentence behind the last word of it: not a mark that parts characters one by one.
SAID = regex.compile(r"[\p{Han}》”’）)]\p{Han}[。！？…]+[”’」』）]*(?!\p{Han}。)")
# A word of one character that ends a clause, or is one in brackets.
SAID_ALONE = regex.compile(r"\p{Han}(?:[，,。！？…”’—]|[）)](?![（(]))")
STOP = regex.compile(r"(?<=\p{Han}{2})[。！？…]+[”’」』）]*")
# So many letters and digits, and no others, before a hidden address are a part of it; so many behind a mark its name.
SCRAP, NAME = 3, 5
# So many Han beside a domain, each between marks but these.
SIDES, WORDS_PART = 3, "，、；：“”,;:"
# Natural log units by which a domain surely parts a word (see lexicon.straddle), what the words of notices beside it
# must weigh then (网址 alone weighs 0.6), and the marks it may have around it.
SURE, CLEAR, FRAMES = 4.0, 1.0, "()（）[]【】［］{}<>〈〉《》「」『』/\\~-_=*+|☆★◆◇■□●○◎※✿ \u3000@#"
# Of them those that frame nothing else in a text, and those that do so where text touches them.
STARS, BARS = "☆★◆◇■□●○◎※✿", "|~～≮"
TEXT = regex.compile(r"\p{Han}|[，。！？、；：]")
TWINS = "☆★◆◇■□●○◎※✿~*+/\\|≮＊／～"
# What so many marks, and at this share of its places, part is the name of a site.
MARKS, APART = 3, 0.7
# So much of a line beside a hidden address may be a part of it.
REST = 16
# What a word of a slogan beside a hidden address weighs at least.
SLOGAN = 0.5
# How far a slogan reaches from a hidden address; what may stand between two words of it; what of a name is taken that
# no mark parts from the text before it.
FARTHEST, GAP, PREFIX = 40, 3, 2
SHUT = "！？”…"
# What closes a bracket that nothing opens again.
CLOSED = regex.compile(r"[）)】\]」』][^（(【\[「『]*$")
# So few characters behind such a mark are no sentence.
TAIL_END = 2
# What stands before a domain that is part of an address, a link or a tag.
HELD = regex.compile(r"(?:[A-Za-z0-9]@|\]\(|=[\"']?|>|<)$")
HANDLE = regex.compile(r"(?<!\p{Han})@$")
# The brackets of a command or a call.
MARKED_UP = regex.compile(r"[A-Za-z\]}][({\[][^(){}\[\]]*$")
# How an address begins.
BEGINNING = regex.compile("https?|www")
# A domain that may stand alone in its line with no slogan: others are as well the names of things.
ALONE = regex.compile(r"https?:|www\s?\.|wap\s?\.|.*\.\s?(?:com|net|org|cn|cc|la|tw|hk)(?![a-z])")
# A name that speaks of books, alone with such a domain.
BOOKS = regex.compile(r"\p{Han}{0,4}(?:小说|电子书|文学|读书|看书|阅读|书[屋城库院吧])\p{Han}{0,2}")
# A name as short as those of sites, with which an address may stand alone in its line.
SHORT_NAME = regex.compile(r"[a-z0-9]{0,4}\p{Han}{2,5}[a-z0-9]{0,3}")
# A date, which may stand right behind an address, and a title that does: without a mark, and no name of a site.
DATE = regex.compile(r"(?:19|20)\d\d\s?[年/.-]")
TITLE = regex.compile(r"(?!.*[A-Za-z0-9]\.[A-Za-z])\p{Han}[^。，！？；：,!?;:\n]{1,24}(?<![网站页])")
# A name alone between the end of the last sentence and an address.
SIGNED = regex.compile(
    r"(?<=\p{Han}[。！？…”])\s*(?!.*(?:官网|网[站址]|公司|学校|大学|中心|协会|政府|委员会))\p{Han}{2,6}$"
)
# A label before an address: what is named is content.
LABEL_MARK = regex.compile(r"[:：]\s*$")
# Before which no name stands.
ENDINGS = "着们么"
# Behind what no word can lead to an address, what says of one what it is or does, and what tells that a line speaks of
# such things.
BEGINNINGS = "，。；！？…”"
GOING_ON = (
    "上网的站查里中等和或与是有为及了、，；：。下可提获取注进就则每已将也却还曾在共总只仅不没能会要推发公正当这那一作由被让"
    "给向对从同更最很都全刚便即因以近目其算改早后前先原本时才变成开关停转上换多几无像如比"
)
WEB = regex.compile(
    "网[站址页络友民店购]|邮[箱件]|登[录陆]|访问|浏览|查询|官网|平台|注册|点击|链接|域名|论坛|博客|电子邮|服务器|软件|下载|主页|首页|地址"
)
# Of what is bound to a hidden address: what parts it from the text before, how long its label may be, what is done to a
# text, a bracket with a name (in square ones it needs no word that names a site; behind text they may be its own).
CLAUSE = regex.compile(r"[。！？!?…；;，,、”’」』）)】〗\]》“‘「『（(【〖\[《|☆★◆◇■□●○◎※]")
LABEL_LETTERS = 8
# By the bracket around a hidden address, so many letters beside it go with both; other brackets hold titles and speech.
MOST_INSIDE = {"[": REST, "(": LABEL_LETTERS, "{": LABEL_LETTERS, "<": LABEL_LETTERS}
NAMING = regex.compile(r"(?:[:：，,]|[来转源出]自|首发于?|访问|登[陆录])\s*$")
ADDRESS = regex.compile("[网地]址|域名|网站|本站|官网|发布|首页|[来转源出]自|网$|吧$|阁$|站$")
ADDRESS_SAID = regex.compile(r"(?:[网地]址|域名|网站|本站|官网)[，,]\s*$")
MADE = regex.compile("(?:txt|首发|手打|无弹窗|最新章节)+")
MADE_BEFORE = regex.compile(f"{MADE.pattern}[\\s:-]*$")
NAMED = regex.compile(r"[\s:-]*(?:(\[)|[(<{])[\p{Han}a-z0-9]{2,8}[)\]>}]")
NAMED_BEFORE = regex.compile(r"(?:(?<![\p{Han}a-z0-9])(\[)|[(\[<{])[\p{Han}a-z0-9]{2,8}[)\]>}][\s:-]*$")
# What goes on into an address and does not name it.
LEADS_ON = regex.compile("[说道问答喊叫是为在到]$")
# A name that ends as those of sites do.
TAIL = r"[a-z0-9]{0,8}\p{Han}{0,5}⟨tail⟩"


class Site(Addresses):
    """The addresses in one line: which of them are watermarks, and how far each reaches.

    listed: the line above or below has an address too.
    """

    def __init__(self, raw: str, wide: frozenset[int], listed: bool, known: Known) -> None:
        super().__init__(raw, wide, known)
        self.listed = listed

    def spans(self) -> Iterator[tuple[int, int]]:
        """The watermarks in order of their domains."""
        for a, b, hidden in self.found():
            if span := self.judged(a, b, hidden):
                aside = ASIDE.match(self.raw, 0, a)
                start, end = self.grown(*span) if hidden else span
                yield max(start, aside.end() if aside else 0), end

    def grown(self, a: int, b: int) -> tuple[int, int]:
        """The span of a hidden address with what is bound to it: a label before it, words of making and brackets with
        a name beside it, a frame around all."""
        while True:
            c, d = self.with_names(self.labelled(a), b)
            bracket = self.bracket(c, d)
            if around := bracket or self.framed(c, d):
                rest = self.kept_between(around[0], c) + self.kept_between(d, around[1])
                most = MOST_INSIDE.get(bracket[2], 0) if bracket else REST
                if most and (not rest or self.is_label(rest, most)):
                    c, d = around[:2]
            if (c, d) == (a, b):
                return a, b
            a, b = c, d

    def labelled(self, a: int) -> int:
        """Where the label before a hidden address begins, `a` where there is none: a few letters behind a mark, which
        name a site or an address and end with a colon, or which a word of making begins, or closes where a sentence
        ended before."""
        ends = [0, *(m.end() for m in CLAUSE.finditer(self.raw, 0, a))]
        said = self.kept_between(start := ends[-1], a)
        if not said and len(ends) > 1 and ADDRESS_SAID.search(self.raw, ends[-2], a):
            said = self.kept_between(start := ends[-2], a)
        if not self.is_label(said, LABEL_LETTERS):
            return a
        fresh = start == 0 or ENDED.search(self.raw, 0, start) is not None
        made = MADE.match(said) or (
            fresh and len(said) <= NAME and (MADE_BEFORE.search(said) or MADE.match(self.folded, a))
        )
        named = NAMING.search(self.raw, start, a) and (self.names(said) or ADDRESS.search(said))
        return start if made or named else a

    def with_names(self, a: int, b: int) -> tuple[int, int]:
        """The span of a hidden address with the words of making and the brackets with a name that touch it."""
        if m := MADE_BEFORE.search(self.folded, max(0, a - LABEL_LETTERS), a):
            a = m.start()
        if m := MADE.match(self.folded, b):
            b = m.end()
        before, behind = NAMED_BEFORE.search(self.folded, max(0, a - REST), a), NAMED.match(self.folded, b)
        if before and (self.names(before.group()) or before.group(1)):
            a = before.start()
        if behind and (self.names(behind.group()) or behind.group(1)):
            b = behind.end()
        return a, b

    def is_label(self, said: str, most: int) -> bool:
        """Whether kept characters are so few, and of no story."""
        return (
            0 < len(said) <= most and not said.isdecimal() and STORY.search(said) is None and not LEADS_ON.search(said)
        )

    def names(self, said: str) -> bool:
        """Whether something names a site or what one does to a text."""
        return MADE.search(said) is not None or self.known.pattern("⟨noun⟩").search(said) is not None

    def judged(self, a: int, b: int, hidden: bool) -> tuple[int, int] | None:
        """The span of the watermark that this domain is the core of, or None where the domain is content."""
        if HELD.search(self.raw, max(0, a - 2), a) or (not hidden and HANDLE.search(self.raw, max(0, a - 2), a)):
            return None
        if not hidden and (CONTENT.search(self.raw) or LISTED.search(self.raw) or MARKED_UP.search(self.raw, 0, a)):
            return None
        domain, path = a, PATH.search(self.folded, a, b) is not None
        inner = self.bracket(a, b)
        hidden = hidden or self.beside_apart(a, b)
        if inner:
            c, d, kind = inner
            rest = self.kept_between(c, a) + self.kept_between(b, d)
            named = self.named(rest) and (kind in "[{<" or not self.folded.startswith("http", a))
            if (hidden and len(rest) <= REST) or named or (rest and self.speaks(rest, path)):
                if around := self.bracket(c, d):
                    more = self.kept_between(around[0], c) + self.kept_between(d, around[1])
                    if self.speaks(more, path):
                        return around[:2]
                return (self.left(c, hidden, path) if hidden and not rest else c), d
            made = MADE.search(rest) is not None and (kind in "[{<" or d - c == len(self.raw))
            if rest and not path and len(rest) <= REST and (made or self.parts(c, d)):
                return c, d
            if len(rest) < 2:
                beside = kind in "[{<" and self.has_han(0, len(self.raw))
                if not path and (beside or ENDED.search(self.raw[:c]) or self.is_heading()):
                    return c, d
                a, b = c, d
        if frame := self.framed(a, b):
            c, d, rest = frame
            if self.named(rest) or (hidden and len(rest) <= REST):
                return c, d
            if not rest and not path and (self.raw[c] in STARS or (self.raw[c] in BARS and self.is_glued(c, d))):
                return c, d
        left, right = self.left(a, hidden, path), self.right(b, hidden, path)
        # The bracket around a name before it.
        if 0 < left < a and OPENERS.get(self.raw[left - 1], "\0") in self.raw[left:a]:
            left -= 1
            if self.named(self.kept_between(left, a)):
                return left, right
        rest = self.kept_between(0, a) + self.kept_between(b, len(self.raw))
        if not path and (span := self.inside(a, b)):
            return span
        if hidden:
            scrap = self.kept_between(0, left)
            marked = left > 0 and self.raw[left - 1] in ORNAMENTS and right == len(self.raw)
            bits = sum(not c.isascii() for c in scrap) < min(2, len(scrap))
            if (
                (bits and len(scrap) <= NAME)
                or scrap.isascii()
                and len(scrap) <= SCRAP
                or (marked and len(scrap) <= NAME and not SAID.search(self.raw))
            ):
                left = 0
            return self.line(left, right)
        if self.is_apart(left, a) or self.is_apart(b, right):
            return left, right
        alone = not path and ALONE.match(self.folded, domain) is not None
        if not rest:
            return (a, b) if alone else None
        if (self.named(rest) or (alone and BOOKS.fullmatch(rest))) and not SAID.search(self.raw, 0, a):
            return 0, len(self.raw)
        if alone and domain == 0 and not self.listed and TITLE.fullmatch(self.raw, b):
            return 0, b
        if alone and not self.listed and SHORT_NAME.fullmatch(rest) and not LABEL_MARK.search(self.raw, 0, domain):
            return 0, len(self.raw)
        if alone and not self.listed and self.has_no_link(left, right):
            return left, right
        if alone and not self.kept_between(b, len(self.raw)) and (signed := SIGNED.search(self.raw, 0, a)):
            return signed.start(), len(self.raw)
        if inner and not (left < a or right > b):
            return None
        behind = self.kept_between(right, len(self.raw))
        ended = left == 0 or ENDED.search(self.raw[:left]) is not None
        goes_on = behind and (left == 0 or path or self.raw[right] in "，,、；;")
        if (left < a or right > b) and ended and not goes_on:
            return left, right
        return (left, right) if not path and ended and left > 0 and not behind and self.has_han(0, left) else None

    def named(self, rest: str) -> bool:
        """Whether what stands beside a domain is the name of a site, and words of notices behind it."""
        name = self.known.pattern(TAIL).match(rest)
        if name is None or name.end() == len(rest):
            return name is not None
        _, covered, uncovered, _ = self.known.notices.read(rest[name.end() :])
        return covered > 0 and uncovered == 0 and not rest.isascii()

    def line(self, left: int, right: int) -> tuple[int, int]:
        """The span of a hidden address, or the whole line where the rest of it is short and speaks of books."""
        noun = self.known.pattern("⟨noun⟩")
        before, behind = self.kept_between(0, left), self.kept_between(right, len(self.raw))
        if len(before + behind) > REST or SAID.search(self.raw):
            return left, right
        if all(not part or noun.search(part) or self.known.notices.spoken(part) > 0 for part in (before, behind)):
            return 0, len(self.raw)
        return left, right

    def framed(self, a: int, b: int) -> tuple[int, int, str] | None:
        """The span between two of the same ornament around a domain, and what else it holds."""
        for c in range(a - 1, max(-1, a - FARTHEST), -1):
            mark = self.raw[c]
            if mark in TWINS and (d := self.raw.find(mark, b - (self.raw[b - 1] == mark), b + FARTHEST)) >= 0:
                # The same mark may part a name.
                while (e := self.raw.find(mark, d + 1, d + 1 + SIDES)) >= 0:
                    d = e
                while (e := self.raw.rfind(mark, max(0, c - SIDES), c)) >= 0:
                    c = e
                return c, d + 1, self.kept_between(c, a) + self.kept_between(b, d)
            if mark in ENDS:
                break
        return None

    def beside_apart(self, a: int, b: int) -> bool:
        """Whether the last or the first Han beside a domain stand each alone between marks that part no words."""
        k, j = bisect_left(self.place, a), bisect_left(self.place, b)
        for some in (self.place[max(0, k - SIDES) : k], self.place[j : j + SIDES]):
            gaps = [self.raw[c + 1 : d].strip() for c, d in pairwise(some)]
            if len(some) == SIDES and all(gaps) and not any(c in WORDS_PART for gap in gaps for c in gap):
                return not any(self.raw[c].isascii() for c in some)
        return False

    def inside(self, a: int, b: int) -> tuple[int, int] | None:
        """The span of a domain and what belongs to it, where it parts a word of the text."""
        k, j = bisect_left(self.place, a), bisect_left(self.place, b)
        least, last = self.before(k, max(0, k - FARTHEST)), self.after(j, min(len(self.place), j + FARTHEST))
        lefts = [
            a,
            *(
                self.place[c]
                for c in range(k - 1, max(0, least - NAME) - 1, -1)
                if not self.raw[self.place[c]].isascii()
            ),
        ]
        rights = [
            b,
            *(
                self.place[d] + 1
                for d in range(j, min(len(self.place), last + NAME))
                if not self.raw[self.place[d]].isascii()
            ),
        ]
        lefts, rights = ([x for x in side if x] for side in (lefts, rights))
        pairs = [(self.stripped(c, d), c, d) for c in lefts for d in rights]
        if not pairs:
            return None
        codes = encode(self.raw)
        sides = np.array([span for span, _, _ in pairs], np.int64)
        scores = straddle(codes, han()[codes], sides[:, 0], sides[:, 1])
        for n in np.argsort(-scores, kind="stable").tolist():
            if scores[n] < SURE or self.follows_site(sides[n, 0]):
                return None
            _, c, d = pairs[n]
            if self.belongs(self.kept_between(c, a)) and self.belongs(self.kept_between(b, d)):
                return c, d
        return None

    def has_no_link(self, a: int, b: int) -> bool:
        """Whether a domain stands at the beginning of a clause and what follows at once says nothing of it, or where no
        sentence has a name."""
        if not self.is_glued(a, b) or WEB.search(self.raw[:a] + self.raw[b:]):
            return False
        before, behind = self.raw[a - 1], self.raw[b]
        return (before in BEGINNINGS and behind not in GOING_ON) or before in UNNAMED or behind in ENDINGS

    def is_glued(self, a: int, b: int) -> bool:
        """Whether text touches a span on both sides."""
        return a > 0 and b < len(self.raw) and bool(TEXT.match(self.raw[a - 1]) and TEXT.match(self.raw[b]))

    def parts(self, a: int, b: int) -> bool:
        """Whether a word of the text surely goes on across a span."""
        codes = encode(self.raw)
        across = straddle(codes, han()[codes], np.array([a]), np.array([b]))
        return bool(across[0] >= SURE) and not self.follows_site(a)

    def follows_site(self, at: int) -> bool:
        """Whether the text names a site before a place, of which an address there may be that."""
        return self.raw[:at].endswith(("网", "站"))

    def belongs(self, said: str) -> bool:
        """Whether what stands between a domain and the text is nothing, a name or the words of notices."""
        weight, share = self.known.notices.covered(said)
        return not said or self.named(said) or (share == 1 and weight >= CLEAR)

    def stripped(self, a: int, b: int) -> tuple[int, int]:
        """A span with all the marks around it that no sentence has."""
        while a > 0 and self.raw[a - 1] in FRAMES:
            a -= 1
        while b < len(self.raw) and self.raw[b] in FRAMES:
            b += 1
        return a, b

    def is_apart(self, a: int, b: int) -> bool:
        """Whether marks set apart what stands there."""
        places = self.place[bisect_left(self.place, a) : bisect_left(self.place, b)]
        marks = sum(not self.raw[c + 1 : d].isspace() and d - c > 1 for c, d in pairwise(places))
        return marks >= MARKS and marks >= APART * (len(places) - 1)

    def speaks(self, rest: str, path: bool) -> bool:
        """Whether what stands beside a domain, which has a path or not, is a notice with it."""
        looks, notices = self.known.notices.looks, self.known.notices
        # Another address beside it says no more than the one.
        odds = notices.spoken(BEGINNING.sub("", rest)) + looks["start"] + looks["path" if path else "domain"]
        return odds > SPEAKS and notices.covered(rest)[1] >= SHARE

    def is_heading(self) -> bool:
        return HEADING.match(self.raw) is not None

    def bracket(self, a: int, b: int) -> tuple[int, int, str] | None:
        """The innermost bracket pair around a span: its outer edges and its kind."""
        depth = 0
        for c in range(a - 1, max(-1, a - 60), -1):
            mark = self.raw[c]
            if mark in OPENERS and mark not in "“":
                if depth:
                    depth -= 1
                    continue
                close = OPENERS[mark]
                d = self.raw.find(close, b, b + 60)
                if d < 0:
                    close = OPENERS.get({"(": "（", "（": "(", "[": "［", "［": "["}.get(mark, ""), "")
                    d = self.raw.find(close, b, b + 60) if close else -1
                if d >= 0:
                    return c, d + 1, fold(mark)
                return None
            if mark in OPENERS.values() and mark not in "”":
                depth += 1
        return None

    def slogan(self, a: int, b: int, hidden: bool, path: bool) -> bool:
        """Whether kept characters [a, b) beside a domain are a site's name or slogan; a hidden one asks for less."""
        said = self.kept[a:b]
        if not 1 < len(said) <= 40 or said.isascii():
            return False
        if self.named(said):
            return True
        if len(said) <= 16:
            apart = sum(self.place[k + 1] - self.place[k] > 1 for k in range(a, b - 1))
            noun = hidden and self.known.pattern("⟨noun⟩").search(said) is not None
            if (
                noun
                or self.is_apart(self.place[a], self.place[b - 1] + 1)
                or (b - a > 2 and apart >= (0.5 if hidden else 1.0) * (b - a - 1))
            ):
                return True
        if not hidden:
            return self.speaks(said, path)
        weight, share = self.known.notices.covered(said)
        return weight >= 0.3 and share >= 0.4

    def anchors(self, a: int, b: int) -> list[tuple[int, int, bool]]:
        """What kept characters [a, b) have of the words of notices and of what the names of sites end with: where each
        begins and ends, and whether it is of a name."""
        said, notices = self.kept[a:b], self.known.notices
        found = [
            (m.start(), m.end(), True)
            for part in ("⟨bookish⟩", "⟨tail⟩")
            for m in self.known.pattern(part).finditer(said)
        ]
        for at, word in notices.words(said):
            if notices.weight.get(word, notices.looks["site"]) >= SLOGAN and not word.isascii():
                found.append((at, at + len(word), word not in notices.weight))
        return [(a + c, a + d, name) for c, d, name in found]

    def is_apart_at(self, at: int) -> bool:
        """Whether marks stand on both sides of a kept character that is no letter."""
        before = at == 0 or self.place[at] - self.place[at - 1] > 1 or self.kept[at - 1].isascii()
        return before and (at + 1 == len(self.place) or self.place[at + 1] - self.place[at] > 1)

    def between(self, a: int, b: int) -> str:
        """What stands between two kept characters."""
        return self.raw[self.place[a] + 1 : self.place[b]]

    def before(self, k: int, least: int) -> int:
        """The first of the kept characters before a hidden address, from `least` on, that belong to it: from word to
        word of a slogan back to the beginning of a name."""
        at, name, same = k, False, ""
        anchors = self.anchors(least, k)
        while at > least:
            gap = self.between(at - 1, at) if at < len(self.place) else ""
            if any(c in SHUT for c in gap) or (at < k and not self.is_apart_at(at - 1) and CLOSED.search(gap)):
                break
            if at < k and self.kept[at - 1].isascii():
                at, name = at - 1, False
                continue
            near = [
                x for x in anchors if at - (GAP if at < k else 1) <= x[1] <= at and x[0] < at and x[1] - x[0] > (at < k)
            ]
            if near:
                at = min(x[0] for x in near)
                name = any(x[2] for x in near if x[0] == at)
                continue
            if self.is_apart_at(at - 1) and (
                at < k or not (CLOSED.search(gap) or gap[:1] in OPENERS or self.kept[at - 2 : at - 1].isascii())
            ):
                at, name, same = at - 1, False, gap
                continue
            # The first of a row that the same mark parts, glued to the text before it.
            if gap and gap == same and gap not in "，、, " and not self.kept[at].isascii():
                at -= 1
            break
        if name:
            edges = [
                j for j in range(at, max(least, at - NAME) - 1, -1) if j == 0 or self.place[j] - self.place[j - 1] > 1
            ]
            at = edges[0] if edges else max(least, at - PREFIX)
            while at > least and self.is_apart_at(at - 1) and not any(c in SHUT for c in self.between(at - 1, at)):
                at -= 1
        return at

    def after(self, k: int, last: int) -> int:
        """The end of the kept characters behind a hidden address, up to `last`, that belong to it."""
        at = k
        anchors = self.anchors(k, last)
        while at < last:
            near = [x for x in anchors if at <= x[0] <= at + GAP and x[1] > at and (x[2] or x[0] <= at + (at > k))]
            if near:
                at = max(x[1] for x in near)
            elif self.is_apart_at(at) and (at > k or not SAID_ALONE.match(self.raw, self.place[at])):
                at += 1
            else:
                break
        return last if at > k and last - at < TAIL_END else at

    def left(self, a: int, hidden: bool, path: bool) -> int:
        """Where the slogan before a domain begins; `a` where there is none."""
        k = best = bisect_left(self.place, a)
        said = max((m.end() for m in SAID.finditer(self.raw, 0, a)), default=0)
        if hidden:
            at = self.before(k, max(0, k - FARTHEST, bisect_left(self.place, said)))
            return self.place[at] if at < k else a
        for j in range(k - 1, max(-1, k - 41, bisect_left(self.place, said) - 1), -1):
            edge = j == 0 or self.place[j] - self.place[j - 1] > 1
            if edge and self.slogan(j, k, hidden, path):
                best = j
                break
        if best < k:
            best = min(best, self.before(best, max(0, k - FARTHEST, bisect_left(self.place, said))))
        return self.place[best] if best < k else a

    def right(self, b: int, hidden: bool, path: bool) -> int:
        """Where the slogan behind a domain ends; `b` where there is none."""
        k = bisect_left(self.place, b)
        while k < len(self.kept) and self.place[k] == b and self.kept[k].isascii() and not DATE.match(self.raw, b):
            k, b = k + 1, b + 1
        stop = STOP.search(self.raw, b)
        last = bisect_left(self.place, stop.end()) if stop else len(self.kept)
        if len(self.kept) - last <= TAIL_END:
            last = len(self.kept)
        if hidden:
            at = self.after(k, min(last, k + FARTHEST))
            whole = at == last and (stop is None or last == len(self.kept))
            return (
                len(self.raw)
                if whole
                else stop.end()
                if at == last and stop
                else self.place[at - 1] + 1
                if at > k
                else b
            )
        if self.slogan(k, last, hidden, path):
            return stop.end() if stop and last < len(self.kept) else len(self.raw)
        for j in range(k + 2, min(len(self.kept), k + 24)):
            if self.place[j] - self.place[j - 1] > 1 and self.slogan(k, j, hidden, path):
                return self.place[j - 1] + 1
        return b
