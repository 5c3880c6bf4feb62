"""Places where characters were lost or misread before the file came here: found and counted, never changed.

What is looked for: replacement characters, 锟斤拷 and the fill of memory (烫烫烫), pairs of question marks that stand
for bytes inside a word, a lone rare Hangul syllable between Han characters, and strings that read as Chinese when they
are written as the wrong encoding and read as the right one. All of it can stand in good text too, so a place counts
only where its line shows that it is none: three question marks, a Korean word, a shout of 烫烫烫 are left alone.

Looks at single lines of the raw text. Knows nothing of rules, and not what the lost text was.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import NO_INTS, Codes, Ints, decode, encode
from cleancorpus.lexicon import fold, lexicon
from cleancorpus.text import CODE_POINTS, Text, han

REPLACED, QUESTION, HANGUL, WORD, LEAD, LATIN = (1 << n for n in range(6))

# UTF-8 read as GB18030, EF BF BD EF BF BD being two replacement characters, and what compilers fill memory with.
LEFTOVER = regex.compile(
    r"(?:[锟錕]斤拷|斤拷[锟錕])[锟錕斤拷]*|(?P<fill>[烫燙]{3,}|屯{3,}|葺{3,})(?P<said>[！!～~，,…。”」]?)"
)
# So many of them are no shout any more.
SHOUT = 6
# Bytes were lost in pairs, between Han characters; a question may stand there too, so something must speak against it.
LOST = regex.compile(r"(?<=\p{Han})(?:\?\?){1,2}(?=\p{Han})")
STOP = regex.compile(r"[。！？!?；;\s]")
ASKS = regex.compile(r"[吗嗎呢么麼麽吧啊呀哪啥谁誰什何怎几幾]|多少|是否|(\p{Han})[不没沒]\1")
# No sentence begins with these, and none ends with those.
NO_START, NO_END = "的们們吗嗎呢吧么麼麽", "把被和与與向从從由於于及或且若虽雖将將"
# A character this rare (natural log of its probability) is itself what a byte more or less has made of another.
RARE = -15.5
# So many in one line are no questions.
MANY = 3
# Particles and syllables that stand beside Han in Korean text, and in the Korean words that Chinese text quotes.
KOREAN = frozenset(
    "이다는을가의에고지하도은를한로기사나자어인해서시그리정대니라아일구만있수보것여들장주면전부게까상으무제세성요오신우"
    "된었았했할던모러성비연과와안녕씨님야네마거게군양경호미영선진민현김박최조강윤임빠누형언사랑빵짱"
)
# The longest Hangul run that may stand for Han, and how many Han characters a line of Chinese has for each of Hangul.
RUN, HAN_SHARE = 4, 4
# A reading as Chinese must be so much better than the text as it stands, and so good, in natural logs a character.
BETTER, GOOD = 2.0, -8.5
# What the bytes of Chinese become when they are read as a Western encoding.
FOREIGN = regex.compile(r"[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{4,}")
WESTERN = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gbk"))
# Misread stretches of one text stand this near each other.
NEAR = 3


@lru_cache(maxsize=1)
def kinds() -> NDArray[np.uint8]:
    """For every code point, what it may be a sign of."""
    table = np.zeros(CODE_POINTS, np.uint8)
    table[0xFFFD] = REPLACED
    table[ord("?")] = QUESTION
    table[0xAC00:0xD7A4] = HANGUL
    table[encode("锟錕烫燙屯葺")] = WORD
    table[0xC0:0x100] = LATIN
    table[np.flatnonzero(_misread()[0])] |= LEAD
    return table


@lru_cache(maxsize=1)
def _misread() -> tuple[NDArray[np.bool_], ...]:
    """The first, second and third of three characters that two of UTF-8 become when they are read as GB18030."""
    first, second, third = (np.zeros(CODE_POINTS, np.bool_) for _ in range(3))
    leads = [*range(0xE3, 0xEA), 0xEF]
    rest = range(0x80, 0xC0)
    for table, heads, tails in ((first, leads, rest), (second, rest, leads), (third, rest, rest)):
        for a in heads:
            for b in tails:
                pair = bytes((a, b)).decode("gbk", "ignore")
                if pair:
                    table[ord(pair)] = True
    return first, second, third


def find(piece: Text) -> tuple[Ints, Ints]:
    """The garbled places of a piece that are still in its cleaned text: their raw offsets in the whole file."""
    codes = piece.raw
    found = kinds().take(codes)
    at = np.flatnonzero(found != 0)
    if not len(at):
        return NO_INTS, NO_INTS
    found = found[at]
    spans = _runs(at[(found & REPLACED) > 0], 1)
    spans += _leftovers(codes, at[(found & WORD) > 0])
    spans += _lost(codes, at[(found & QUESTION) > 0])
    spans += _hangul(codes, at[(found & HANGUL) > 0])
    spans += _misread_utf8(codes, at[(found & LEAD) > 0])
    spans += _misread_latin(codes, at[(found & LATIN) > 0])
    start, end = _joined(sorted(spans), codes)
    changes = piece.changes
    if len(start) and len(changes):
        i = np.maximum(np.searchsorted(changes.start, start, side="right") - 1, 0)
        gone = (changes.to_start[i] == changes.to_end[i]) & (changes.start[i] <= start) & (end <= changes.end[i])
        start, end = start[~gone], end[~gone]
    return start + piece.origin, end + piece.origin


def _runs(at: Ints, least: int) -> list[tuple[int, int]]:
    """The runs of neighbouring places, those that are long enough."""
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > 1)
    start, end = at[np.append(0, breaks + 1)], at[np.append(breaks, len(at) - 1)] + 1
    some = end - start >= least
    return list(zip(start[some].tolist(), end[some].tolist(), strict=True))


def _line(codes: Codes, place: int) -> tuple[int, str]:
    """Where the line that holds the place begins, and what it says; of a very long one what is near."""
    a, b = max(0, place - 200), min(len(codes), place + 200)
    head, tail = decode(codes[a:place]), decode(codes[place:b])
    begin = max(head.rfind("\n"), head.rfind("\r")) + 1
    return a + begin, head[begin:] + regex.split(r"[\r\n]", tail, maxsplit=1)[0]


def _leftovers(codes: Codes, at: Ints) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place in at.tolist():
        if spans and place < spans[-1][1]:
            continue
        begin, line = _line(codes, place)
        for m in LEFTOVER.finditer(line):
            a, b = m.span("fill") if m["fill"] else m.span()
            if a + begin <= place < b + begin and not (m["fill"] and m["said"] and b - a < SHOUT):
                spans.append((a + begin, b + begin))
    return spans


def _lost(codes: Codes, at: Ints) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    done = -1
    for a, _ in _runs(at, 2):
        begin, line = _line(codes, a)
        if begin == done:
            continue
        done = begin
        asked = [m for m in LOST.finditer(line) if not ASKS.search(STOP.split(line[: m.start()])[-1])]
        if len(asked) >= MANY or any(_speaks_against(line[m.start() - 1], line[m.end()]) for m in asked):
            spans += [(m.start() + begin, m.end() + begin) for m in asked]
    return spans


def _speaks_against(before: str, after: str) -> bool:
    """Whether these characters beside question marks show that nothing is asked."""
    return before in NO_END or after in NO_START or _probability(after) <= RARE


def _hangul(codes: Codes, at: Ints) -> list[tuple[int, int]]:
    is_han = han()
    spans = []
    for a, b in _runs(at, 1):
        if b - a > RUN or not a or b == len(codes) or not (is_han[codes[a - 1]] and is_han[codes[b]]):
            continue
        if KOREAN.isdisjoint(decode(codes[a:b])):
            begin, line = _line(codes, a)
            near = encode(line)
            if HAN_SHARE * np.count_nonzero((near >= 0xAC00) & (near < 0xD7A4)) <= np.count_nonzero(is_han[near]):
                spans.append((a, b))
    return spans


def _misread_utf8(codes: Codes, at: Ints) -> list[tuple[int, int]]:
    _, second, third = _misread()
    at = at[at + 2 < len(codes)]
    at = at[second[codes[at + 1]]]
    at = at[third[codes[at + 2]]]
    spans: list[tuple[int, int]] = []
    for place in at.tolist():
        if spans and place - spans[-1][1] < NEAR:
            spans[-1] = (spans[-1][0], place + 3)
        else:
            spans.append((place, place + 3))
    return [(a, b) for a, b in spans if _is_misread(decode(codes[a:b]), "gbk", "utf-8")]


def _misread_latin(codes: Codes, at: Ints) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for a, _ in _runs(at, 1):
        if spans and a < spans[-1][1]:
            continue
        begin, line = _line(codes, a)
        for m in FOREIGN.finditer(line):
            if m.start() <= a - begin < m.end() and any(_is_misread(m[0], *ways) for ways in WESTERN):
                spans.append((m.start() + begin, m.end() + begin))
    return spans


def _is_misread(text: str, wrong: str, right: str) -> bool:
    """Whether a text that was read as `wrong` is Chinese when it is read as `right`."""
    try:
        meant = text.encode(wrong).decode(right)
    except UnicodeError:
        return False
    words = regex.sub(r"[^\p{Han}]", "", meant)
    if 2 * len(words) < len(meant) or len(words) < 2:
        return False
    good = _probability(words) / len(words)
    return good >= GOOD and good - _probability(text) / len(text) >= BETTER


def _probability(text: str) -> float:
    """The log probability of the best division of a text (of a long one, of its head) into words."""
    head = fold(text[:32])
    words = lexicon()
    best = float(words.best(words.grams(encode(head)[None, :]), 0, len(head))[0])
    return best * len(text) / len(head)


def _joined(spans: list[tuple[int, int]], codes: Codes) -> tuple[Ints, Ints]:
    """The spans, those that touch or nearly touch as one."""
    out: list[tuple[int, int]] = []
    for a, b in spans:
        if out and a - out[-1][1] <= 1:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    if not out:
        return NO_INTS, NO_INTS
    start, end = zip(*out, strict=True)
    return np.array(start, np.int64), np.array(end, np.int64)
