"""How the lines of a file are laid out: a paragraph a line, wrapped at a width, verse or list or table, code.

The survey measures a few columns a line and decides from all of them where each kind begins. The kind is a fact of a
neighbourhood, not of a line: open ends at one width with words going on across them are wrapped prose; many short open
ends with no word across them are verse or a list. Knows nothing of edits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import Bools, Ints, decode, encode, spans
from cleancorpus.lexicon import fold_table, lexicon
from cleancorpus.profile import CODE, GUARDED, LISTED, OTHER, PLAIN, WRAPPED, Layout
from cleancorpus.rules import Rules
from cleancorpus.text import BLANK, CODE_POINTS, HAN, LAST_BLANK, LF, Text, among, blank

Bytes = NDArray[np.uint8]

STOPS = "。！？…!?．｡"
CLOSERS = "”’」』）)》〉】〕］]}＂＇〞"
OPENERS = "“‘「『（(《〈【〔［[{〝"
# What no line of prose begins with.
JOINTS = "，。、；：！？）」』”’》〉】〕］｝,;)·．"
# Hangul, kana: words are written together or apart there by other rules; such lines are left alone.
OTHER_SCRIPTS = ((0x1100, 0x11FF), (0x3040, 0x30FF), (0x3130, 0x318F), (0xAC00, 0xD7AF), (0xFF66, 0xFFDC))
SYMBOLS = '{}()[];=<>_|$\\&`#*/+"@'

# Classes of the characters that begin and end a line.
STRANGE, STOP, COMMA, SEMI, COLON, OPEN, CLOSE, IDEOGRAPH, DIGIT, LOWER, UPPER, DASH, HYPHEN, FOREIGN = range(14)

# A chunk of lines is judged with the one before and the one after it, its habits with more of them.
CHUNK, MIDDLE, FAR = 32, 4, 16
# Listed: of the nine lines around, SHORT_OPEN end open and are no wider than SHORT columns; or one does and nearly all
# are no wider than NARROW.
NEAR, SHORT, NARROW, SHORT_OPEN = 4, 56, 44, 3
# Guarded: so many lines before and after it are listed too.
ALONE = 10
# Code: at least this share of the eleven lines around has the marks of code.
CODE_SHARE = 0.3
# Another language: of so many of the nine lines around so many characters (one in) are Hangul or kana.
OTHER_LINES, OTHER_ONE_IN = 2, 4
# Loose: so many lines that are no headings end open, and in fewer of them than this a word goes on into the next line
# (broken prose 0.10 to 0.50, headlines, reviews, verse, lists, sources wrapped by hand at marks 0.00 to 0.02).
LOOSE_LINES, LOOSE_WIDTH, LOOSE_CROSSED = 8, 24, 0.05
# Indents begin paragraphs where at least so many of the lines behind a full stop have them, and hardly any of those
# into which a word goes on.
INDENTED_LINES, INDENTED_SHARE = 3, 0.6
# Blank lines part paragraphs where nearly all of the lines behind a full stop have one.
SPACED_SHARE = 0.9
# What is said goes on behind its colon where at least so many lines that end in one before a quotation are full, and
# nearly all that do: where it begins a line of its own they end anywhere (one in five to one in ten is full).
SAID_LINES, SAID_SHARE = 2, 0.8
# Wrapped: this share of the open ends stands at one width, few lines are wider, and words go on across line ends
# (wrapped prose 0.30 to 0.49, its worst window 0.16; verse, lists, headlines 0.00 to 0.03).
FULL_SHARE, OVER_SHARE, STRADDLE_SHARE = 0.6, 0.06, 0.10
# Latin lines that go on in lower case are wrapped where so many of them had no room for the next word.
OVERFLOW_SHARE = 0.75
# So much narrower than its neighbour (columns) a full line of Latin words may be.
RAGGED = 12
# No page is wider (columns).
WIDEST = 252
# In a short text so many of the open ends must stand at the width.
CRISP_SHARE = 0.8
# A wrapped passage within other text is at least so wide (columns); verse is narrower.
BLOCK_WIDTH = 40


def _classes() -> Bytes:
    table = np.full(CODE_POINTS, STRANGE, np.uint8)
    for kind, members in (
        (FOREIGN, OTHER_SCRIPTS),
        (IDEOGRAPH, HAN),
        (STOP, (STOPS,)),
        (COMMA, ("，、,",)),
        (SEMI, ("；;",)),
        (COLON, ("：:",)),
        (OPEN, (OPENERS,)),
        (CLOSE, (CLOSERS, "\"'")),
        (DASH, ("—–―─·・‧",)),
        (HYPHEN, ("-\u2010",)),
        (DIGIT, ((0x30, 0x39), (0xFF10, 0xFF19))),
        (LOWER, ((0x61, 0x7A), (0xDF, 0xF6), (0xF8, 0xFF), (0xFF41, 0xFF5A))),
        (UPPER, ((0x41, 0x5A), (0xC0, 0xD6), (0xD8, 0xDE), (0xFF21, 0xFF3A))),
    ):
        for member in members:
            table[encode(member) if isinstance(member, str) else slice(member[0], member[1] + 1)] = kind
    table.flags.writeable = False
    return table


CLASS = _classes()


# What a character up to the last blank (in order of code points) looks like: see `Columns`.
NARROW_LOOK, GAP, MARK, DOTS, HYPHENS, DASHES, ELLIPSIS, WIDE, WIDE_GAP = range(9)
# Rows of so many DOTS, HYPHENS, DASHES, ELLIPSIS become one ellipsis or one dash.
LEAST, MOST = np.zeros((2, WIDE_GAP + 1), np.int64)
LEAST[DOTS : ELLIPSIS + 1], MOST[DOTS : ELLIPSIS + 1] = (3, 2, 2, 1), (12, 8, 8, 12)


@lru_cache(maxsize=1)
def _looks() -> Bytes:
    table = np.where(is_wide(np.arange(LAST_BLANK + 1, dtype=np.uint32)), WIDE, NARROW_LOOK).astype(np.uint8)
    table[0x21:0x40] = MARK
    table[0x30:0x3A] = NARROW_LOOK
    for look, members in (
        (GAP, BLANK),
        (WIDE_GAP, "\u3000"),
        (HYPHENS, "-"),
        (DOTS, "."),
        (DASHES, "—―─–"),
        (ELLIPSIS, "…⋯"),
    ):
        table[encode(members)] = look
    return table


@dataclass(frozen=True, slots=True)
class LineTable:
    """A row for every line that is not blank.

    start: raw offset. line: its number, blank lines counted. width and indent: half-width columns. ends: the class of
    its last character, of the one before the closing marks where that is a stop. begins: the class of its first one.
    word: the width of what must stay together at its start. code: it has the marks of code. row: it has the tabs of a
    table or is set in parts, as verse or names are. foreign: it is Korean or Japanese. fence: it opens or closes a
    block of code. head, tail: its first and its last two Han characters, folded. count: how many lines there are.
    words: the Latin words of Latin lines; fused: what hyphens at line ends may hide; edges: the first characters of the
    first row, and the last ones of the last row where they end in a hyphen.
    """

    start: Ints
    line: Ints
    width: NDArray[np.uint16]
    indent: Bytes
    ends: Bytes
    begins: Bytes
    word: Bytes
    code: Bools
    row: Bools
    foreign: Bools
    fence: Bools
    head: NDArray[np.uint16]
    tail: NDArray[np.uint16]
    count: int
    words: frozenset[str] = frozenset()
    fused: frozenset[str] = frozenset()
    edges: tuple[str, str] = ("", "")

    def __len__(self) -> int:
        return len(self.start)


COLUMNS = (
    "start",
    "line",
    "width",
    "indent",
    "ends",
    "begins",
    "word",
    "code",
    "row",
    "foreign",
    "fence",
    "head",
    "tail",
)


class Columns:
    """The widths of spans of a text in half-width columns. Wide are East Asian characters, and dashes, curly quotes
    and ellipses, as in Chinese print. A half-width mark behind a wide character counts as wide: it was one in print,
    and who wraps by counting characters counts it as one. So that a line is as wide before it is put right as after,
    blanks between wide characters count for nothing, and a row of hyphens or dots as the dash or ellipsis it will be.
    """

    def __init__(self, text: Text) -> None:
        codes, (low, c) = text.codes, text.lines.low
        look = _looks().take(c)
        # How many of two columns each lacks.
        lacks = (look < DASHES).view(np.int8)
        marks = np.flatnonzero(look - MARK <= HYPHENS - MARK)
        lacks[marks[codes.take(low[marks] - 1, mode="clip") >= 0x2E80]] = 0
        begin, size = _rows(low, np.flatnonzero(look - DOTS <= ELLIPSIS - DOTS), look)
        kind = look.take(begin)
        odd = np.flatnonzero((size >= LEAST.take(kind)) & (size <= MOST.take(kind)))
        begin, size = begin[odd], size[odd]
        beside = is_wide(codes.take(low[begin] - 1, mode="clip"))
        beside |= is_wide(codes.take(low[begin] + size, mode="clip"))
        begin, size = begin[beside], size[beside]
        lacks[spans(begin, size)] = 0
        lacks[begin] = 2 * size - 4
        gap = (look == GAP) | (look == WIDE_GAP)
        begin, size = _rows(low, np.flatnonzero(gap), gap)
        before, after = low[begin] - 1, low[begin] + size
        right = codes.take(after, mode="clip")
        mark = among(",.;:?!()").take(right)
        wide = is_wide(codes.take(before, mode="clip"))
        shut = wide & mark & (after < len(codes))
        lacks[(begin + size)[shut]] = 0
        wide |= (lacks.take(begin - 1, mode="clip") <= 0) & (low.take(begin - 1, mode="clip") == before)
        gone = np.flatnonzero(wide & (before >= 0) & (mark | is_wide(right)))
        lacks[spans(begin[gone], size[gone])] = 2
        self.low = low
        self.lacked = np.zeros(len(low) + 1, np.int64)
        np.cumsum(lacks, out=self.lacked[1:])

    def between(self, start: Ints, end: Ints) -> Ints:
        first, last = np.searchsorted(self.low, start), np.searchsorted(self.low, end)
        return 2 * (end - start) - (self.lacked[last] - self.lacked[first])


def _rows(places: Ints, at: Ints, look: NDArray[np.generic]) -> tuple[Ints, Ints]:
    """The rows of neighbouring places of one look among those that the indexes `at` name: the index of the first of
    each, and how many they are."""
    parted = (np.diff(places.take(at)) > 1) | (np.diff(look.take(at)) != 0)
    first = np.append(0, np.flatnonzero(parted) + 1)[: len(at)]
    return at[first], np.diff(first, append=len(at))


def is_wide(codes: NDArray[np.uint32]) -> Bools:
    """Which characters are wide by themselves."""
    return (codes >= 0x2E80) | ((codes >= 0x1100) & (codes < 0x2000)) | (codes - 0x2014 <= 0x12)


def among_classes(*kinds: int) -> Bools:
    """A look-up table over the classes of characters."""
    table = np.zeros(FOREIGN + 1, np.bool_)
    table[list(kinds)] = True
    return table


LETTER = among_classes(LOWER, UPPER)
LOOSE_END = ~among_classes(STOP, COLON)
PROSE_END = among_classes(COMMA, SEMI, OPEN, IDEOGRAPH, DIGIT, LOWER, UPPER, DASH, HYPHEN, CLOSE)


def reach(width: NDArray[np.generic], indent: NDArray[np.generic]) -> Ints:
    """How far each line reaches: its indent counts where it is a paragraph's, not a centred title's."""
    inset = indent.astype(np.int64)
    return width.astype(np.int64) + np.where(inset <= 8, inset, 0)


def end_class(codes: NDArray[np.uint32], first: Ints, last: Ints) -> Bytes:
    """The class of the last character of each span; STOP where only closing marks stand behind a stop."""
    at = last - 1
    out = CLASS[codes[at]]
    shut = out == CLOSE
    for _ in range(4):
        if not shut.any():
            break
        at = np.where(shut & (at > first), at - 1, at)
        inner = CLASS[codes[at]]
        out = np.where(shut & (inner == STOP), np.uint8(STOP), out)
        shut &= (inner == CLOSE) | blank()[codes[at]]
    # English ends sentences with a full stop; a number's or a list's dot is none.
    dot = (codes[at] == 0x2E) & (at > first)
    before = CLASS[codes[np.maximum(at - 1, 0)]]
    out = np.where(dot & (before != DIGIT), np.uint8(STOP), out)
    return _with_dashes(out.astype(np.uint8), codes, last - 1, -1)


def begin_class(codes: NDArray[np.uint32], first: Ints) -> Bytes:
    """The class of the first character of each span."""
    return _with_dashes(CLASS[codes[first]], codes, first, 1)


def _with_dashes(classes: Bytes, codes: NDArray[np.uint32], at: Ints, step: int) -> Bytes:
    """The classes, but DASH for a hyphen that others lie between and a Han character: they stand for a dash."""
    some = np.flatnonzero(classes == HYPHEN)
    if len(some):
        place = at[some] + step
        going = twice = codes.take(place, mode="clip") == ord("-")
        for _ in range(6):
            place = np.where(going, place + step, place)
            going = going & (codes.take(place, mode="clip") == ord("-"))
        classes[some[twice & (CLASS[codes.take(place, mode="clip")] == IDEOGRAPH)]] = DASH
    return classes


def word_width(codes: NDArray[np.uint32], first: Ints, last: Ints) -> Ints:
    """The columns of what a wrapper must keep together at the start of each span: a Latin word, or a character and
    the marks that may not begin a line."""
    latin = among_classes(LOWER, UPPER, DIGIT)[CLASS[codes[first]]]
    width = np.where(is_wide(codes[first]), 2, 1)
    goes_on = np.ones(len(first), np.bool_)
    joint = among(JOINTS, CLOSERS)
    for k in range(1, 24):
        at = first + k
        goes_on &= at < last
        c = codes[np.minimum(at, len(codes) - 1)]
        goes_on &= np.where(latin, (c > 0x20) & (c < 0x1100), joint[c] if k < 3 else False)
        if not goes_on.any():
            break
        width += np.where(goes_on, np.where(is_wide(c), 2, 1), 0)
    return width


def measure(text: Text) -> LineTable:
    """The rows of the lines of one block."""
    lines, codes = text.lines, text.codes
    number = len(lines) if not len(text) or codes[-1] != 0x0A else len(lines) - 1
    solid = np.flatnonzero(~lines.is_blank)
    start, first, last = lines.start[solid], lines.first[solid], lines.last[solid]
    size = Columns(text)
    begins = begin_class(codes, first)
    ends = end_class(codes, first, last)
    words, fused = _words(text, begins, ends, first, last)
    edges = ("", "")
    if len(first):
        edges = (
            decode(codes[first[0] : min(last[0], first[0] + 24)]),
            decode(codes[max(first[-1], last[-1] - 24) : last[-1]]) if ends[-1] == HYPHEN else "",
        )
    return LineTable(
        start=_begin(text, start),
        line=solid,
        width=np.minimum(size.between(first, last), 60000).astype(np.uint16),
        indent=np.minimum(size.between(start, first), 250).astype(np.uint8),
        ends=ends,
        begins=begins,
        word=np.minimum(word_width(codes, first, last), 250).astype(np.uint8),
        code=_code(text, first, last),
        row=in_parts(text, first, last),
        foreign=_foreign(codes, first, last),
        fence=_fence(codes, first, last),
        head=_han(codes, first, last, (0, 1)),
        tail=_han(codes, first, last, (-2, -1)),
        count=number,
        words=words,
        fused=fused,
        edges=edges,
    )


def _begin(text: Text, start: Ints) -> Ints:
    """The raw offsets where lines begin: what was taken out at the beginning of a line belongs to it."""
    above = text.raw_at(np.maximum(start - 1, 0))
    out = above + 1
    rest = np.flatnonzero(text.raw.take(above - text.origin, mode="clip") != LF)
    out[rest] = np.where(start[rest] > 0, text.raw_at(start[rest]), text.origin)
    return out


def in_parts(text: Text, first: Ints, last: Ints) -> Bools:
    """Which of the spans have the tabs of a table or are set in parts, as verse or names are."""
    codes, blanks = text.codes, text.lines.blanks
    held = codes[blanks]
    tabs = blanks[held == 0x09]
    blanks = blanks[((held == 0x20) | (held == 0x3000)) & (blanks > 0) & (blanks < len(codes) - 1)]
    parts = blanks[(CLASS[codes[blanks - 1]] == IDEOGRAPH) & (CLASS[codes[blanks + 1]] == IDEOGRAPH)]
    return (count(tabs, first, last) >= 2) | (count(parts, first, last) >= 2)


def count(places: Ints, start: Ints, end: Ints) -> Ints:
    """How many of the sorted places lie in each span."""
    return np.searchsorted(places, end) - np.searchsorted(places, start)


def _code(text: Text, first: Ints, last: Ints) -> Bools:
    """Lines that begin with an ASCII character, hold little else, and three symbols or one in eight characters; those
    that are a quoted string of a list; those with a command of TeX."""
    codes, (places, low) = text.codes, text.lines.low
    out = np.zeros(len(first), np.bool_)
    slash = places[low == ord("\\")]
    if len(slash):
        letters = [LETTER[CLASS[codes.take(slash + k, mode="clip")]] for k in (1, 2)]
        out |= count(slash[letters[0] & letters[1]], first, last) > 0
    ascii_first = np.flatnonzero(codes[first] < 0x80)
    if len(ascii_first):
        begin, end = first[ascii_first], last[ascii_first]
        quoted = (codes[end - 1] == ord(",")) & among("\"'")[codes[end - 2]] & among("\"'")[codes[begin]]
        length = np.minimum(end - begin, 200)
        held, at = codes[spans(begin, length)], np.cumsum(length) - length
        found = np.add.reduceat(among(SYMBOLS)[held].astype(np.int64), at)
        broad = np.add.reduceat((held >= 0x1100).astype(np.int64), at)
        marked = ((found >= 3) | ((found > 0) & (found * 8 >= length))) & (broad * 3 <= length)
        out[ascii_first] |= marked | quoted & (length > 3)
    return out


def _foreign(codes: NDArray[np.uint32], first: Ints, last: Ints) -> Bools:
    """Lines that hold much Hangul or kana, and some of them among their first and last characters."""
    out = np.zeros(len(first), np.bool_)
    places = [*(np.minimum(first + k, last - 1) for k in range(3)), *(np.maximum(last - k, first) for k in (1, 2, 3))]
    near = np.flatnonzero(np.logical_or.reduce([CLASS.take(codes.take(at)) == FOREIGN for at in places]))
    if len(near):
        length = np.minimum(last[near] - first[near], 200)
        held = CLASS.take(codes[spans(first[near], length)]) == FOREIGN
        found = np.add.reduceat(held, np.cumsum(length) - length, dtype=np.int64)
        out[near] = OTHER_ONE_IN * found >= length
    return out


def _fence(codes: NDArray[np.uint32], first: Ints, last: Ints) -> Bools:
    out = last - first >= 3
    for k in range(3):
        out &= codes[np.minimum(first + k, len(codes) - 1)] == 0x60
    return out


def _han(codes: NDArray[np.uint32], first: Ints, last: Ints, at: tuple[int, int]) -> NDArray[np.uint16]:
    """Two folded Han characters from the start (0, 1) or the end (-2, -1) of each span; 0 for any other."""
    out = np.zeros((len(first), 2), np.uint16)
    for k, offset in enumerate(at):
        place = first + offset if offset >= 0 else last + offset
        c = codes[np.clip(place, 0, len(codes) - 1)]
        good = (place >= first) & (place < last) & (CLASS[c] == IDEOGRAPH) & (c < 0x10000)
        out[:, k] = np.where(good, fold_table()[c], 0)
    near, far = (0, 1) if at[0] >= 0 else (1, 0)
    out[out[:, near] == 0, far] = 0
    return out


def _words(text: Text, begins: Bytes, ends: Bytes, first: Ints, last: Ints) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the lines that begin and end in Latin, and the words that a hyphen at a line end may have cut."""
    latin = np.flatnonzero(LETTER[begins] & among_classes(LOWER, UPPER, HYPHEN, STOP, COMMA)[ends])
    words: set[str] = set()
    fused: set[str] = set()
    whole = text.string if len(latin) else ""
    for i in latin.tolist():
        words.update(w for w in whole[first[i] : last[i]].lower().replace("-", " ").split() if 4 < len(w) < 25)
    for i in latin[ends[latin] == HYPHEN].tolist():
        if i + 1 < len(first):
            fused.add(fuse(whole[max(first[i], last[i] - 24) : last[i]], whole[first[i + 1] : first[i + 1] + 24]))
    return frozenset(words), frozenset(fused)


def fuse(above: str, below: str) -> str:
    """The word that a hyphen at the end of `above` has cut, in lower case, or ''."""
    left = above.rstrip("-\u2010").split()
    right = below.split()
    if not left or not right:
        return ""
    return (left[-1] + right[0]).strip(".,;:!?()[]\"'“”‘’").lower()


def gather(rows: Sequence[LineTable]) -> LineTable:
    """The rows of all blocks in one table."""
    if not rows:
        return measure(Text.of(""))
    before = np.cumsum([0] + [r.count for r in rows])
    joined: dict[str, Any] = {name: np.concatenate([getattr(r, name) for r in rows]) for name in COLUMNS}
    joined["line"] = np.concatenate([r.line + n for r, n in zip(rows, before[:-1].tolist(), strict=True)])
    words = frozenset[str]().union(*(r.words for r in rows))
    fused = frozenset[str]().union(*(r.fused for r in rows))
    held = [r for r in rows if len(r)]
    fused |= {fuse(a.edges[1], b.edges[0]) for a, b in pairwise(held) if a.edges[1]}
    return LineTable(**joined, count=int(before[-1]), words=words & fused)


def decide(table: LineTable, rules: Rules) -> Layout:
    """The runs of lines of one kind."""
    n = len(table)
    if n < 2:
        return Layout()
    apart = np.diff(table.line, append=table.count + 1) - 1
    facts = _Facts(table, apart)
    kind, width, full, indent, ghost, gap, says = _chunks(facts)
    chunk = np.arange(n) // CHUNK
    kinds, room = kind[chunk], width[chunk]
    local, local_room = _blocks(facts)
    local &= kinds != WRAPPED
    kinds, room = np.where(local, WRAPPED, kinds), np.where(local, local_room, room)
    short = listed(table.ends, facts.width, table.row)
    guarded = (_share(short, ALONE) > 0.99) & (_share(kinds == PLAIN, ALONE) > 0.99)
    kinds = np.where((kinds == PLAIN) & short, np.where(guarded, GUARDED, LISTED), kinds)
    fenced = np.cumsum(table.fence) % 2 == 1 if int(table.fence.sum()) % 2 == 0 else np.zeros(n, np.bool_)
    kinds = np.where(fenced | table.fence | (_share(table.code, 5) >= CODE_SHARE), CODE, kinds)
    kinds = np.where((kinds != CODE) & (around(table.foreign, NEAR) >= OTHER_LINES), OTHER, kinds)
    habits = (np.where((kinds == WRAPPED) & ~local, c[chunk], 0) for c in (full, indent, ghost, says))
    signs = [habit[chunk] for habit in _habits(facts)]
    columns = [kinds, np.where(kinds == WRAPPED, room, 0), *habits, gap[chunk], *signs]
    new = np.ones(n, np.bool_)
    new[1:] = False
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    at = np.flatnonzero(new)
    start = table.start[at].copy()
    start[0] = 0
    kinds, room, indent, ghost, gap = (columns[k][at].astype(np.int64) for k in (0, 1, 3, 4, 6))
    full, says, loose, starts, spaced = (columns[k][at].astype(np.bool_) for k in (2, 5, 7, 8, 9))
    return Layout(start, kinds, room, full, indent, ghost, gap, loose, starts, spaced, says)


class _Facts:
    """Columns that several judgements share. Row i of `apart` is the number of blank lines below line i."""

    def __init__(self, table: LineTable, apart: Ints) -> None:
        self.table = table
        self.apart = apart
        self.width = reach(table.width, table.indent)
        ends = table.ends
        self.stop = ends == STOP
        self.open = PROSE_END[ends]
        below = np.append(table.begins[1:], np.uint8(STRANGE))
        self.below = below
        self.both_han = (ends == IDEOGRAPH) & (below == IDEOGRAPH)
        self.next_word = np.append(table.word[1:], 0).astype(np.int64)
        self.goes_on = self._straddles()

    def _straddles(self) -> Bools:
        """Where a word goes on across the line end; sampled one in eight behind the first 4096 doubtful line ends."""
        doubtful = np.flatnonzero(self.both_han)
        self.asked = np.zeros(len(self.table), np.bool_)
        chosen = np.concatenate([doubtful[:4096], doubtful[4096::8]])
        self.asked[chosen] = True
        out = np.zeros(len(self.table), np.bool_)
        if len(chosen):
            windows = np.concatenate([self.table.tail[chosen], self.table.head[chosen + 1]], axis=1).astype(np.uint32)
            words = lexicon()
            grams = words.grams(windows)
            out[chosen] = words.best(grams, 0, 4) - words.best(grams, 0, 2) - words.best(grams, 2, 4) > 2
        crossed: Bools = out | self._overflows()
        return crossed

    def _overflows(self) -> Bools:
        """Where a Latin line goes on in lower case with a word that had no room above, as nearly all around do."""
        latin = among_classes(LOWER, UPPER, HYPHEN, COMMA)[self.table.ends]
        on: Bools = latin & (self.below == LOWER) & LETTER[self.table.begins]
        if not on.any():
            return on
        widest = self.width.copy()
        for k in range(1, 9):
            widest[k:] = np.maximum(widest[k:], self.width[:-k])
            widest[:-k] = np.maximum(widest[:-k], self.width[k:])
        no_room: Bools = on & (self.width + 1 + self.next_word >= widest - 1)
        sure: Bools = no_room & (_share(no_room, 8) >= OVERFLOW_SHARE * _share(on, 8))
        return sure


def around(mask: Bools, reach: int) -> Ints:
    """How many of the rows up to `reach` before and after each are True."""
    n = len(mask)
    total = np.append(0, np.cumsum(mask))
    at = np.arange(n)
    found: Ints = total[np.minimum(at + reach + 1, n)] - total[np.maximum(at - reach, 0)]
    return found


def _share(mask: Bools, reach: int) -> NDArray[np.float64]:
    """The share of True among the rows up to `reach` before and after each."""
    share: NDArray[np.float64] = around(mask, reach) / around(np.ones(len(mask), np.bool_), reach)
    return share


def listed(ends: Bytes, width: Ints, row: Bools | None = None) -> Bools:
    """Lines among many short lines with open ends, or among nothing but short lines: verse, lyrics, lists, tables."""
    loose = LOOSE_END[ends] & (width <= SHORT)
    if row is not None:
        loose |= row & (width <= 2 * SHORT)
    narrow = width <= NARROW
    all_narrow = _share(narrow, NEAR) > 0.85
    all_narrow &= around(narrow, NEAR) >= 4
    found: Bools = (around(loose, NEAR) >= np.where(all_narrow, 1, SHORT_OPEN)) & (width <= 2 * SHORT)
    return found


def _near(values: NDArray[np.generic], reach: int) -> Ints:
    """Sums over each chunk with `reach` chunks before and after it."""
    sums = np.add.reduceat(values.astype(np.int64), np.arange(0, len(values), CHUNK))
    total = np.append(0, np.cumsum(sums))
    at = np.arange(len(sums))
    near: Ints = total[np.minimum(at + reach + 1, len(sums))] - total[np.maximum(at - reach, 0)]
    return near


def _chunks(facts: _Facts) -> tuple[Ints, Ints, Bools, Ints, Ints, Ints, Bools]:
    """For every chunk of lines: its kind (PLAIN or WRAPPED), the wrapped width, whether a full line may go on after
    a stop, how deep the indents are that mark paragraphs, how much narrower the first line of a paragraph is, how
    many blank lines part the lines of a paragraph, and whether what is said goes on behind its colon."""
    table, width = facts.table, facts.width
    n = len(table)
    chunk = np.arange(n) // CHUNK
    bins = np.minimum(width // 2, 127)

    wrapped, w = _wrapped(facts, chunk, bins, 1)
    farther, wider = _wrapped(facts, chunk, bins, MIDDLE)
    w = np.where(wrapped, w, wider)
    wrapped |= farther
    kind = np.where(wrapped, WRAPPED, PLAIN)

    full = width >= w[chunk] - 6
    short_stop = facts.stop & ~full
    full_open = facts.open & full
    after_stop = np.append(False, short_stop[:-1])
    after_open = np.append(False, full_open[:-1])
    inset = table.indent > 0
    starts, on = _near(after_stop, FAR), _near(after_open, FAR)
    indented = (starts >= 3) & (_near(after_stop & inset, FAR) >= 0.8 * starts)
    usual = np.where(inset & after_stop, np.minimum(table.indent, 8), 0)
    indent = np.where(indented, _near(usual, FAR) // np.maximum(1, _near(after_stop & inset, FAR)), 0)
    deep = inset & (2 * table.indent.astype(np.int64) > indent[chunk])
    indented &= _near(after_open & deep, FAR) <= 0.2 * on
    indent = np.where(indented, indent, 0)
    stops, opens = _near(short_stop, FAR), _near(full_open, FAR)
    parted = _near(full_open & (facts.apart > 0), FAR)
    spaced = (stops >= 3) & (_near(short_stop & (facts.apart > 0), FAR) >= 0.8 * stops) & (parted <= 0.2 * opens)
    blanks = _near(np.where(full_open, facts.apart, 0), FAR)
    gap = np.where((opens >= 3) & (parted >= 0.6 * opens), blanks // np.maximum(parted, 1), 0)
    first_line = after_stop & facts.open & (width >= w[chunk] - 8)
    narrow = _near(first_line & (width <= w[chunk] - 3), FAR)
    firsts = _near(first_line, FAR)
    wide = _near(after_open & facts.open & (width >= w[chunk] - 2), FAR)
    ghost = (firsts >= 4) & (narrow >= 0.8 * firsts) & (wide >= 0.6 * _near(after_open & facts.open, FAR)) & ~indented
    # An author who begins a new line for what is said does so behind short lines too.
    led = (table.ends == COLON) & (facts.below == OPEN) & (facts.apart == 0)
    said = _near(led & full, FAR)
    says = (said >= SAID_LINES) & (said >= SAID_SHARE * _near(led, FAR))
    return kind, w, indented | spaced, indent, np.where(ghost, 4, 0), gap, says


def _habits(facts: _Facts) -> tuple[Bools, Bools, Bools]:
    """For every chunk of lines: whether its author leaves lines open (loose), so that an open end shows no break;
    whether an indent is the start of a paragraph there; and whether a blank line is."""
    wide = facts.width > LOOSE_WIDTH
    both = facts.both_han & wide
    count, asked = _near(both, FAR), _near(both & facts.asked, FAR)
    crossed = _near(both & facts.asked & facts.goes_on, FAR)
    ends = count + _near((facts.table.ends == COMMA) & (facts.below == IDEOGRAPH) & wide, FAR)
    # Where not every line end was asked, those that were stand for the others.
    loose = (
        (ends >= LOOSE_LINES)
        & ((count >= LOOSE_LINES) | (4 * count <= ends))
        & (crossed * count <= LOOSE_CROSSED * ends * np.maximum(asked, 1))
    )
    inset = np.append(facts.table.indent[1:] > 0, False)
    behind = _near(facts.stop, MIDDLE)
    starts = (behind >= INDENTED_LINES) & (_near(facts.stop & inset, MIDDLE) >= INDENTED_SHARE * behind)
    on = facts.goes_on & facts.both_han
    starts &= 2 * _near(on & inset, MIDDLE) <= _near(on, MIDDLE)
    spaced = (behind >= INDENTED_LINES) & (_near(facts.stop & (facts.apart > 0), MIDDLE) >= SPACED_SHARE * behind)
    return loose, starts, spaced


def _wrapped(facts: _Facts, chunk: Ints, bins: Ints, reach: int) -> tuple[Bools, Ints]:
    """Which chunks are wrapped prose, by the words that go on across line ends up to `reach` chunks away, and the
    width: the commonest of the band that holds most such line ends."""
    width, cut, size = facts.width, facts.goes_on & (facts.width <= WIDEST), int(chunk[-1]) + 1
    band = np.zeros((size, 132), np.int16)
    held = _histogram(chunk, bins, size, cut, reach)
    for k in range(4):
        band[:, k : k + 128] += held
    top = band[:, :128].argmax(axis=1)
    cuts = band[np.arange(size), top]
    in_band = (bins >= top[chunk] - 3) & (bins <= top[chunk])
    w = _common_width(np.where(in_band & facts.open, width, 0), chunk, size, reach)
    w = np.where(2 * _near(cut & facts.both_han, reach) < _near(cut, reach), 2 * top + 1, w)
    over = _near(width > w[chunk] + 6, 1)
    long_open = facts.open & (width >= np.minimum(32, w[chunk] - 6))
    at_width = _near(in_band & facts.open, 1)
    # Few words go on across line ends in a short text: there the paragraphs' last lines must speak too.
    ended = _near(facts.stop & (width < w[chunk] - 6), 1)
    crisp = (w >= BLOCK_WIDTH) & (at_width >= 6) & (at_width >= CRISP_SHARE * _near(facts.open, 1)) & (ended >= 2)
    wrapped: Bools = (
        (w >= 16)
        & (cuts >= np.where(crisp, 1, 3))
        & (cuts >= FULL_SHARE * _near(cut, reach))
        & (cuts >= STRADDLE_SHARE * _near(facts.asked & in_band, reach))
        & (at_width >= 4)
        & (at_width >= FULL_SHARE * _near(long_open, 1))
        & (over <= OVER_SHARE * _near(np.ones(len(chunk), np.bool_), 1))
    )
    return wrapped, w


def _blocks(facts: _Facts) -> tuple[Bools, Ints]:
    """Lines of wrapped passages within other text: three or more of one width in a row with open ends, words going on
    across two of the line ends; and the width of each."""
    width, n = facts.width, len(facts.table)
    same = facts.open & (width >= BLOCK_WIDTH) & ~facts.table.row
    # Latin lines end with whole words: they are of one width as far as the words allow.
    ragged = LETTER[facts.table.begins] & among_classes(LOWER, UPPER, COMMA, HYPHEN)[facts.table.ends]
    same[1:] &= (np.abs(np.diff(width)) <= np.where(ragged[1:], RAGGED, 4)) | ~same[:-1]
    start = same.copy()
    start[1:] &= ~same[:-1]
    number = np.cumsum(start) - 1
    inside = np.flatnonzero(same)
    out, room = np.zeros(n, np.bool_), np.zeros(n, np.int64)
    if not len(inside):
        return out, room
    group = number[inside]
    size = np.bincount(group)
    cuts = np.bincount(group, weights=(facts.goes_on & (width <= WIDEST))[inside])
    widest = np.zeros(len(size), np.int64)
    np.maximum.at(widest, group, width[inside])
    good = (size >= 3) & (cuts >= np.maximum(np.where(size == 3, 2, 1), STRADDLE_SHARE * size))
    chosen = inside[good[group]]
    out[chosen] = True
    room[chosen] = widest[number[chosen]]
    return out, room


def _histogram(chunk: Ints, bins: Ints, size: int, which: Bools, reach: int) -> NDArray[np.int16]:
    """How many of the chosen lines of each chunk and its neighbours have each width (two columns a bin)."""
    return _spread(_counts(chunk[which] * 128 + bins[which], size, 128), reach)


def _counts(values: Ints, rows: int, columns: int) -> NDArray[np.int16]:
    """How often each value stands there, as a table; no chunk has more lines than a small number holds."""
    counts = np.zeros(rows * columns, np.int16)
    np.add.at(counts, values, np.int16(1))
    return counts.reshape(rows, columns)


def _common_width(width: Ints, chunk: Ints, size: int, reach: int) -> Ints:
    """The width that most of the lines that count (width > 0) in each chunk and its neighbours have."""
    counts = _counts(chunk * 256 + np.minimum(width, 255), size, 256)
    counts[:, 0] = 0
    mode: Ints = _spread(counts, reach).argmax(axis=1)
    return mode


def _spread(counts: NDArray[np.int16], reach: int) -> NDArray[np.int16]:
    """Each row summed with the `reach` rows before and after it."""
    summed = counts.copy()
    for k in range(1, reach + 1):
        summed[k:] += counts[:-k]
        summed[:-k] += counts[k:]
    return summed


def closed(table: LineTable, layout: Layout) -> Ints:
    """The raw offsets of line starts where the file is best cut: no rule would join them to the line above."""
    if not len(table):
        return table.start
    run = layout.run_of(table.start)
    kind, above_kind = layout.kind[run], np.append(PLAIN, layout.kind[run][:-1])
    above = np.append(np.uint8(STRANGE), table.ends[:-1])
    closing = among_classes(COMMA, SEMI, COLON, CLOSE, STOP)[table.begins]
    width = np.append(0, table.width[:-1]).astype(np.int64)
    full = layout.full[run] | (layout.ghost[run] > 0)
    ended = (above == STOP) & ~closing & ((kind != WRAPPED) | ~full | (width < layout.width[run] - 6))
    apart = (kind == above_kind) & ((kind == GUARDED) | (kind == CODE) | (kind == OTHER))
    out: Ints = table.start[ended | apart]
    return out
