"""Characters: one style of line break, no invisible or control characters, NFC, plain Han, plain letters and digits.

Never NFKC: full-width punctuation, ①, ㎡ and … are content. Indents and blanks at a line end stay; the `lines` stage
needs them as evidence. Knows nothing of words.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Edits, Ints, deletions, edits_of, settle, swaps
from cleancorpus.profile import CODE, Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import CODE_POINTS, HAN, LF, Text, among

CR = 0x0D
CONTROL, BREAK, INVISIBLE, JOINER, HYPHEN, NO_BREAK, WIDE, POINT, RADICAL, COMPOSE, ENTITY, TAG = range(1, 13)

# Characters of the CJK radicals block that stand for a whole character and have no compatibility mapping.
RADICALS = str.maketrans(
    "⺠⺫⻁⻄⻅⻆⻉⻋⻓⻑⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰", "民罒虎西见角贝车长長门青页风飞食马骨鬼鱼鸟麦黄齐齿龙"
)
# Scripts that spell with joiners and invisible breaks: Arabic, Indic, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian;
# and emoji, which are built with them.
JOINING = (
    (0x0590, 0x08FF), (0x0900, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1AAF), (0x1B00, 0x1C7F), (0xA800, 0xABFF),
    (0xFB1D, 0xFDFF), (0xFE0F, 0xFE0F), (0xFE70, 0xFEFE), (0x11000, 0x11FFF), (0x2190, 0x2BFF), (0x1F000, 0x1FAFF),
)  # fmt: skip
RIGHT_TO_LEFT = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFE), (0x10800, 0x10FFF))
# What shows that a radical stands in running text: Han, marks, other radicals, and what is unseen between them.
RUNNING = (
    *HAN, (0x2E80, 0x2FD5), (0x3001, 0x3020), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), "“”‘’…—",
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x9F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), "\u00ad\ufeff",
)  # fmt: skip

# Blocks that hold characters which NFC changes or composes.
COMPOSING = (
    (0x0300, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x2BFF), (0x3099, 0x309A), (0xA66F, 0xABFF), (0xF900, 0xFB4F),
    (0xFE20, 0xFE2F), (0x11080, 0x11FFF), (0x1D15E, 0x1D1FF), (0x1E000, 0x1E94F), (0x2F800, 0x2FA1F),
)  # fmt: skip

ENTITIES = regex.compile(r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Entities that lost their semicolon; no word may follow directly.
BARE = regex.compile(r"&(?:amp;)*(nbsp|lt|gt|amp|quot|ldquo|rdquo|hellip|mdash|middot)(?![A-Za-z0-9=;])")
# Tags that only lay text out. <sub>, <sup> and <u> say something, <pre> and <code> hold text that is none of ours, and
# links and the odd inline tags (<samp>, <bdo>) come with sites' marks, which the watermark stage takes with their tags.
LAYOUT_TAGS = (
    "br|p|div|span|font|b|i|strong|em|big|small|center|img|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|tbody|thead|tr|td|th"
    "|blockquote|section|article|o:p|st1:\\w+|v:\\w+|w:\\w+"
)
LEFT_TAGS = "a|u|s|sub|sup|ins|del|mark|samp|cite|bdo|bdi|tt|kbd|var|dfn|q|abbr|label"
BLOCK_TAGS = regex.compile(r"(?i)/?(?:br|p|div|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|blockquote|section|article)\b")
TAGS = regex.compile(
    rf"(?i)(?:<|&lt;)/?(?:{LAYOUT_TAGS})(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"']+))?)*\s*/?(?:>|&gt;)"
    rf"|<!--[^<>]*-->|(?<=[\p{{Han}}。，！？…”」?])\?(?:BR|P|/P)>"
)
OTHER_TAGS = regex.compile(rf"(?i)<(?:\?|!\[|!doctype|/?(?!(?:{LAYOUT_TAGS}|{LEFT_TAGS})\b)[A-Za-z][\w:.-]*[\s/>])|`")
# What a tag holds when it is a site's mark: the watermark stage needs the tags to see it.
SITE = regex.compile(r"(?:[网網站库庫屋阁閣吧]|论坛|論壇|文学|文學|小[说說]|电子书|電子書|\w\.[A-Za-z]{2,}\S{0,20})$")
SITE_REACH = 60
# And what such a name begins with, where the tag that closes it is lost.
SITE_AHEAD = regex.compile(
    r"(?:<|&lt;)(?:big|small|strong|font|b|i|em)(?:>|&gt;)"
    r"[\p{Han}A-Za-z0-9]{1,6}?(?:(?:小[说說]|中文|文[学學]|[读讀看]书|[阅閱][读讀]|[书書说說])[网網]|[书書][屋库庫吧盟阁閣]|[电電]子[书書])"
)


@lru_cache(maxsize=1)
def kinds() -> NDArray[np.uint8]:
    """For every code point what may be wrong with it; 0 for nothing."""
    table = np.zeros(CODE_POINTS, np.uint8)
    for first, last in COMPOSING:
        for c in range(first, last + 1):
            if unicodedata.combining(chr(c)) or not unicodedata.is_normalized("NFC", chr(c)):
                table[c] = COMPOSE
    table[0x1161:0x1176] = table[0x11A8:0x11C3] = COMPOSE
    table[0:0x20] = table[0x7F:0xA0] = CONTROL
    table[[0x09, LF]] = 0
    table[[CR, 0x0B, 0x0C, 0x85, 0x2028, 0x2029]] = BREAK
    table[[0xFEFF, 0x2060, 0x200B, 0x200E, 0x200F]] = INVISIBLE
    table[0x202A:0x202F] = table[0x2066:0x206A] = INVISIBLE
    table[[0x200C, 0x200D]] = JOINER
    table[0xAD] = HYPHEN
    table[[0xA0, 0x202F, 0x205F]] = table[0x2000:0x200B] = NO_BREAK
    table[0xFF10:0xFF1A] = table[0xFF21:0xFF3B] = table[0xFF41:0xFF5B] = WIDE
    table[[0xFF0E, 0xFF05]] = POINT
    table[0x2F00:0x2FD6] = RADICAL
    table[[*RADICALS, 0x2E9F, 0x2EF3]] = RADICAL
    table[ord("&")] = ENTITY
    table[[ord("<"), ord(">")]] = TAG
    table.flags.writeable = False
    return table


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    codes = text.codes
    kind = kinds().take(codes)
    places = np.flatnonzero(kind)
    own = find_data(text, "characters", rules)
    if not len(places):
        return own
    kind = kind[places]
    number = rules.number
    found = [own]
    if (kind == COMPOSE).any():
        found.append(edits_of(composed(text, places[kind == COMPOSE], number)))
    found.append(line_breaks(text, places[kind == BREAK], number["characters/line-break"]))
    for wanted, rule in ((CONTROL, "control"), (HYPHEN, "soft-hyphen")):
        at = places[kind == wanted]
        found.append(deletions(at, at + 1, number[f"characters/{rule}"]))
    for wanted, needed_by in (
        (INVISIBLE, among(*RIGHT_TO_LEFT, (0x0E00, 0x109F), (0x1780, 0x17FF))),
        (JOINER, among(*JOINING)),
    ):
        at = places[kind == wanted]
        at = at[~beside(text, at, needed_by) | (codes[at] == 0xFEFF)]
        found.append(deletions(at, at + 1, number["characters/invisible"]))
    at = places[kind == NO_BREAK]
    found.append(swaps(at, np.full(len(at), 0x20, np.uint32), number["characters/no-break-space"]))
    at = places[kind == WIDE]
    found.append(swaps(at, codes[at] - 0xFEE0, number["characters/full-width"]))
    at = places[kind == POINT]
    at = at[in_wide_number(text, at)]
    found.append(swaps(at, codes[at] - 0xFEE0, number["characters/full-width"]))
    at = places[kind == RADICAL]
    at = at[beside(text, at, among(*RUNNING))]
    han = [ord(plain(chr(c))) for c in codes[at].tolist()]
    found.append(swaps(at, np.array(han, np.uint32), number["characters/radical"]))
    marked = places[(kind == ENTITY) | (kind == TAG)]
    if len(marked) and not profile.markup:
        found.append(edits_of(markup(text, marked, profile, number)))
    return settle(found)


def measure(text: Text) -> tuple[int, int]:
    """How many signs of Markdown a block shows, and how many lines it has; an HTML or XML head outweighs all."""
    head = text.string[:200].lstrip("\ufeff \t\r\n") if text.origin == 0 else ""
    if head.lower().startswith(("<?xml", "<!doctype", "<html", "<rss", "<feed")):
        return (1 << 30, 1)
    codes = text.codes
    start = text.lines.start[text.lines.start < len(codes) - 1]
    first, second = codes[start], codes[start + 1]
    signs = (first == ord("#")) & (second == ord("#")) | (first == ord("`")) & (second == ord("`"))
    signs |= (first == ord("!")) & (second == ord("[")) | ((first == ord("*")) | (first == ord("-"))) & (second == 0x20)
    links = np.flatnonzero(codes[:-1] == ord("]"))
    return int(signs.sum()) + int((codes[links + 1] == ord("(")).sum()), len(start)


# A scraped page keeps a stray "- " or link; a Markdown file shows a sign in every few lines (measured: 0.15 in a
# manual, below 0.002 in e-books, essays and exam papers).
MARKUP_SHARE = 0.02
MARKUP_LEAST = 3


def decide(counted: list[tuple[int, int]]) -> bool:
    """Whether the file is HTML, XML or Markdown, whose tags, entities and indents mean something."""
    signs = sum(a for a, _ in counted)
    return signs >= MARKUP_LEAST and signs >= MARKUP_SHARE * sum(b for _, b in counted)


def beside(text: Text, places: Ints, table: Bools) -> Bools:
    """Whether a character of the table stands directly before or behind each place."""
    last = len(text) - 1
    before, after = np.maximum(places - 1, 0), np.minimum(places + 1, last)
    found: Bools = (table[text.codes[before]] & (places > 0)) | (table[text.codes[after]] & (places < last))
    return found


def line_breaks(text: Text, places: Ints, rule: int) -> Edits:
    """CRLF, CR and the rare ones to LF. Carriage returns before an LF go, and a page feed beside a break does."""
    codes, n = text.codes, len(text)
    if not len(places):
        return deletions(places, places, rule)
    code = codes[places]
    follows = np.append(places[1:] == places[:-1] + 1, False)
    after = np.where(places + 1 < n, codes[np.minimum(places + 1, n - 1)], 0)
    before = np.where(places > 0, codes[np.maximum(places - 1, 0)], 0)
    # The end of the run of carriage returns that each one belongs to.
    ends_run = ~(follows & (code == CR) & np.append(code[1:] == CR, False))
    run = np.append(0, np.cumsum(ends_run)[:-1])
    closes = (after == LF)[np.flatnonzero(ends_run)][run] & (code == CR)
    feed = np.isin(code, (0x0B, 0x0C)) & (np.isin(before, (LF, CR)) | np.isin(after, (LF, CR)) | (places == 0))
    gone = closes | feed
    stays = places[~gone]
    return settle(
        [deletions(places[gone], places[gone] + 1, rule), swaps(stays, np.full(len(stays), LF, np.uint32), rule)]
    )


def in_wide_number(text: Text, places: Ints) -> Bools:
    """Whether a full-width point stands between full-width digits, or a full-width % behind one."""
    codes, last = text.codes, len(text) - 1
    wide = among("０１２３４５６７８９")
    left = (places > 0) & wide[codes[np.maximum(places - 1, 0)]]
    right = (places < last) & wide[codes[np.minimum(places + 1, last)]]
    found: Bools = left & (right | (codes[places] == 0xFF05))
    return found


def composed(text: Text, places: Ints, number: dict[str, int]) -> Iterator[tuple[int, int, str, int]]:
    """The clusters (a character and the marks on it) that NFC writes otherwise."""
    done = 0
    at = places.tolist()
    codes, joining = text.codes, among(*JOINING)
    for k, place in enumerate(at):
        if place < done:
            continue
        end = place + 1
        while k + 1 < len(at) and (at[k + 1] == end or unseen(text, end, at[k + 1], joining)):
            k += 1
            end = at[k] + 1
        alone = not unicodedata.combining(chr(codes[place])) and not 0x1161 <= codes[place] <= 0x11C2
        start = place
        if not alone and place > done:
            while start > done + 1 and not plain(chr(codes[start - 1])):
                start -= 1
            start -= bool(codes[start - 1] != LF and (start == place or not joining[codes[start - 1]]))
        old = text.string[start:end]
        new = unicodedata.normalize("NFC", "".join(plain(c) for c in old))
        done = end
        if new != old:
            ideograph = 0xF900 <= codes[place] <= 0xFAFF or codes[place] >= 0x2F800
            yield start, end, new, number["characters/compatibility-ideograph" if ideograph else "characters/nfc"]


def unseen(text: Text, start: int, end: int, joining: Bools) -> bool:
    """Whether nothing between two places will stand, so that the marks there meet."""
    few = end - start <= 4 and not joining[text.codes[start - 1]]
    return few and not any(plain(c) for c in text.string[start:end])


def markup(text: Text, places: Ints, profile: Profile, number: dict[str, int]) -> Iterator[tuple[int, int, str, int]]:
    """HTML entities and tags left in lines of prose. Code, Markdown and lines with other tags stay as they are."""
    lines, whole = text.lines, text.string
    numbers = np.unique(lines.of(places))
    layout = profile.layout
    numbers = numbers[layout.kind[layout.run_of(text.raw_at(lines.start[numbers]))] != CODE]
    for i in numbers.tolist():
        a, b = int(lines.start[i]), int(lines.end[i])
        line = whole[a:b]
        if OTHER_TAGS.search(line):
            continue
        spans = list(tags(line))
        bare = TAGS.sub("", line)
        if spans and (regex.search(r"\p{Han}", bare) or not ENTITIES.sub("", bare).strip()):
            for start, end in spans:
                new = "\n" if parts(line, start, end) else ""
                yield a + start, a + end, new, number["characters/html-tag"]
        for m in (*ENTITIES.finditer(line), *BARE.finditer(line)):
            stands_for = meant(m.group())
            if stands_for is not None:
                yield a + m.start(), a + m.end(), stands_for, number["characters/html-entity"]


def tags(line: str) -> Iterator[tuple[int, int]]:
    """The spans of the tags in a line that hold no site's mark."""
    for m in TAGS.finditer(line):
        held = regex.split(r"[<>]", line[m.end() : m.end() + SITE_REACH])[0]
        before = regex.split(r"[<>]", line[max(0, m.start() - SITE_REACH) : m.start()])[-1]
        closing = m.group().startswith(("</", "&lt;/"))
        named = SITE.search((before if closing else held).strip()) or SITE_AHEAD.match(line, m.start())
        if not named and "://" not in m.group():
            yield m.start(), m.end()


def parts(line: str, start: int, end: int) -> bool:
    """Whether the tag at [start, end) begins a new line between two stretches of text."""
    if not BLOCK_TAGS.match(line, start + (4 if line[start] == "&" else 1)):
        return False
    before, after = line[:start], line[end:]
    return bool(TAGS.sub("", before).strip()) and bool(TAGS.sub("", after).strip()) and not TAGS.match(after.lstrip())


def meant(entity: str) -> str | None:
    """The plain character an entity stands for, or None where it is no entity."""
    name = entity.replace("amp;", "") if entity != "&amp;" else entity
    if name in ("&", "&;"):
        return "&"
    new = html.unescape(name if name.endswith(";") else name + ";")
    if new.startswith("&") and len(new) > 1:
        return None
    return unicodedata.normalize("NFC", "".join(plain(c) for c in new))


def plain(c: str) -> str:
    """A character as this stage leaves it."""
    kind = int(kinds()[ord(c)])
    if kind == NO_BREAK:
        return " "
    if kind == BREAK:
        return "\n"
    if kind == WIDE:
        return chr(ord(c) - 0xFEE0)
    if kind == RADICAL:
        return unicodedata.normalize("NFKC", c.translate(RADICALS))
    return "" if kind in (CONTROL, INVISIBLE, JOINER, HYPHEN) else c
