"""Which ASCII marks of a text are Chinese ones: commas and the like, brackets, dashes, ellipses, straight quotes.

Judged by the nearest letters on both sides in the line. `punctuation` widens them, `spaces` closes the gaps beside
them. Knows nothing of edits or rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from cleancorpus.context import (
    BREAK,
    DIGIT,
    GAP,
    HALF,
    IDEOGRAPH,
    LETTER,
    MARK,
    Context,
    Kinds,
    any_of,
    nearest,
    runs,
)
from cleancorpus.edits import NO_INTS, Bools, Codes, Ints, encode, spans
from cleancorpus.text import Text, among

STOPS = ",;:?!"
WIDE = dict(zip(STOPS + "()", "，；：？！（）", strict=True))

DASHES = "-—―─－–"
DOTS = "…⋯‥·・.．。"
# Dashes: a run longer than this is a line to write on or a frame.
LONGEST_DASH = 8
LONGEST_DOTS = 12

# What makes a clause a question. Without it a ? between Han is left: lost name dots look the same.
ASKING = "什甚怎吗嗎呢吧么麼谁誰哪何几幾岂豈孰嘛啊呀吶呐嘞咯哦噢"
ASKS = regex.compile(
    r"是否|能否|可否|难道|難道|多少|多久|多大|为啥|為啥|有没有|有沒有|(\p{Han})[不没沒]\1|[了乎哉耶欤歟邪]$"
)
CLAUSE_ENDS = regex.compile(r"[。！？?!\n]")
# An ellipsis between full stops: one before it ends the sentence, one behind it the quotation.
LEADS_ON = regex.compile(r"。?([….⋯‥·・．]+|。{3,})。?")
OPENERS, CLOSERS = "“‘「『（(《〈【[", "”’」』）)》〉】]"
# What a command begins with behind its mark: `:set`, `:%s`, `!=`.
COMMAND = ((0x41, 0x5A), (0x61, 0x7A), "!:/%#$=\\<>*&@^~_")
FIELD = regex.compile(r"[“‘「『（(《〈【\[\"'][\x20-\x7e]*$")
# How far back a Latin quotation is read.
QUOTED = 40
NAME = regex.compile(r"[ \u3000]{0,2}[\p{Han}A-Za-z·]")
FACE = regex.compile(r"-?[)(DPp](?![A-Za-z\p{Han}])")
# What stands in the brackets of a formula: (a+b), (x-1), (3,4).
FORMULA = regex.compile(r"[A-Za-z] ?[+*^=<>]|[+*^=<>] ?[A-Za-z]|\b[a-z] ?[-−] ?\d|\(-?[\d.]+, ?-?[\d.]+\)")
# What is quoted letter for letter: a path, an option, a name in code, a sign alone.
VERBATIM = regex.compile(r"[/\\_=<>$%{}\[\]|@#^~*`+]|\.[a-z]|--|(?<![^\"' ])-|(?<=[\"'])[^\w\s]$")
# The letter or digit nearest to a place.
WORD, WORD_BEFORE = regex.compile(r"[\p{L}\p{N}]"), regex.compile(r"(?r)[\p{L}\p{N}]")
# How far back the clause of a ? is read.
CLAUSE = 40


@lru_cache(maxsize=1)
def asks_table() -> NDArray[np.uint8]:
    """1 for what ends a clause, 2 for what makes it a question, 0 for the rest."""
    table: NDArray[np.uint8] = among("。！？?!\n") + among(ASKING) * np.uint8(2)
    return table


def widen(codes: Codes) -> Codes:
    """The full-width twins of ASCII marks."""
    table = np.arange(0x80, dtype=np.uint32)
    table[encode("".join(WIDE))] = encode("".join(WIDE.values()))
    wide: Codes = table[codes]
    return wide


def widened(context: Context, places: Ints) -> Ints:
    """Those of the places of , ; : ? ! that belong to Chinese."""
    kind, codes = context.kind, context.codes
    if not len(places):
        return places
    left, right = nearest(kind, places, -1), nearest(kind, places, 1)
    before, next_code = codes[np.maximum(places - 1, 0)], context.behind(places)
    for i in beside_blanks(context, places, before, next_code).tolist():
        left[i], right[i] = around_blanks(context, int(places[i]))
    behind = kind[places + 1]
    code = codes[places]
    colon, ask, shout = code == ord(":"), code == ord("?"), code == ord("!")
    # Behind Han; before Han where a Latin word or a number ends; a line may begin with a mark whose word was lost.
    han = left == IDEOGRAPH
    word = any_of(left, LETTER, DIGIT) | (before == ord("%"))
    takes = han | ((word | (left == BREAK)) & (right == IDEOGRAPH) & (behind != GAP))
    # `1:二` is a ratio or a time only between numbers; a key at a line start keeps its colon.
    takes &= ~((ask | shout) & ~han & (kind[places - 1] != MARK) & (left == BREAK))
    some = np.flatnonzero(takes & ((behind != IDEOGRAPH) | (before == ord(":"))))
    takes[some] = ~named(context, places[some], word[some] & ~(ask | shout)[some])
    takes &= ~(shout & among("=[").take(next_code))
    faces = takes & (colon | (code == ord(";"))) & among(")(-/DPp").take(next_code) & (behind != IDEOGRAPH)
    takes[faces] = opened(context.text, places[faces])
    takes &= ~(colon & ((next_code == ord(":")) | (before == ord(":"))))
    takes &= ~((code == ord(",")) & before_field(context, places))
    places, left = places[takes], left[takes]
    places = places[~context.untouchable(places)]
    chinese: Ints = places[asked(context, places)]
    return chinese


def beside_blanks(context: Context, places: Ints, before: Codes, behind: Codes) -> Ints:
    """The numbers of the places, with the characters before and behind them, that stand beside a blank to fill in
    (____)."""
    if not (context.text.lines.low[1] == ord("_")).any():
        return NO_INTS
    near = np.flatnonzero((before == ord("_")) | (behind == ord("_")))
    one, two, three, four = (context.codes.take(places[near] + k, mode="clip") == ord("_") for k in (-3, -1, 1, 3))
    found: Ints = near[(one & two) | (three & four)]
    return found


def around_blanks(context: Context, place: int) -> tuple[int, int]:
    """The kinds of the nearest letters on both sides of a place, past blanks to fill in."""
    line = int(context.text.lines.of(np.array([place]))[0])
    start, end = int(context.text.lines.start[line]), int(context.text.lines.end[line])
    whole, kind = context.text.string, context.kind
    before = WORD_BEFORE.search(whole, start, place)
    behind = WORD.search(whole, place + 1, end)
    return int(kind[before.start()]) if before else BREAK, int(kind[behind.start()]) if behind else BREAK


def named(context: Context, places: Ints, latin: Bools) -> Bools:
    """Which marks are named, not used: alone in quotes (“:”), behind a blank the beginning of a command (:set, !dir),
    and, of those that `latin` says, at the end of a Latin quotation ("Name:")."""
    codes, kind = context.codes, context.kind
    code, before, behind = codes[places], codes[np.maximum(places - 1, 0)], context.behind(places)
    found = among(OPENERS).take(before) & among(CLOSERS).take(behind)
    found |= ~among(",;").take(code) & (before == behind) & among("\"'").take(before)
    command = (code != ord(",")) & (behind != code) & among(*COMMAND).take(behind)
    found |= command & any_of(kind[places - 1], GAP, BREAK)
    found |= (before == ord(":")) & any_of(kind[places - 2], GAP, BREAK)
    for i in np.flatnonzero(~found & latin & among(CLOSERS, "\"'").take(behind)).tolist():
        place = int(places[i])
        found[i] = FIELD.search(context.text.string, max(0, place - QUOTED), place) is not None
    return found


def before_field(context: Context, places: Ints) -> Bools:
    """Which places stand in a line of fields (CSV) before a quote that opens a field of many lines: a comma before it,
    a blank or nothing behind it, and no quotation open."""
    codes, lines = context.codes, context.text.lines
    quotes = context.among_marks('"')
    quotes = quotes[(codes[quotes - 1] == ord(",")) & any_of(context.kind[quotes + 1], GAP, BREAK)]
    if not len(quotes):
        return np.zeros(len(places), np.bool_)
    starts, whole = lines.start[lines.of(quotes)], context.text.string
    even = [whole.count('"', a, b) % 2 == 0 for a, b in zip(starts.tolist(), quotes.tolist(), strict=True)]
    opens = quotes[np.array(even, np.bool_)]
    if not len(opens):
        return np.zeros(len(places), np.bool_)
    following = np.searchsorted(opens, places)
    near = opens.take(following, mode="clip")
    found: Bools = (following < len(opens)) & (lines.of(near) == lines.of(places))
    return found


def opened(text: Text, places: Ints) -> Bools:
    """Whether each place is outside of a face like :) and ;D; before a closing bracket, whether one is open there."""
    out = np.zeros(len(places), np.bool_)
    lines = text.lines
    for i, (place, line) in enumerate(zip(places.tolist(), lines.of(places).tolist(), strict=True)):
        said = text.string[int(lines.start[line]) : place]
        tail = text.string[place + 1 : place + 3]
        if tail[:1] == ")":
            out[i] = said.count("(") + said.count("（") > said.count(")") + said.count("）")
        elif tail[:1] == "/":
            out[i] = True
        else:
            out[i] = not FACE.match(tail) or tail[:1] == "("
    return out


def asked(context: Context, places: Ints) -> Bools:
    """False for a ? between Han whose clause asks nothing, and for a run of them: those are lost characters."""
    codes, kind = context.codes, context.kind
    out = np.ones(len(places), np.bool_)
    ask = np.flatnonzero(codes[places] == ord("?"))
    if not len(ask):
        return out
    start, end = runs(context.among_marks("?"))
    run = np.searchsorted(start, places[ask], "right") - 1
    start, end = start[run], end[run]
    closed = any_of(kind[places[ask] + 1], BREAK, MARK, HALF, GAP)
    single = end - start == 1
    asks = asking(codes, start)
    # What no character says a word may: looked for only where it decides.
    for i in np.flatnonzero(~asks & (end - start <= 3)).tolist():
        a, b, whole = int(start[i]), int(end[i]), context.text.string
        clause = CLAUSE_ENDS.split(whole[max(0, a - CLAUSE) : a])[-1]
        asks[i] = (single[i] and closed[i] and not NAME.match(whole, b)) or ASKS.search(clause) is not None
    # Before a comma it asks nothing.
    out[ask] = asks & (end - start <= 3) & ~among("，、；：,;:").take(context.behind(end - 1))
    return out


def asking(codes: Codes, places: Ints) -> Bools:
    """Whether the clause before each place holds a character that asks."""
    # 1 ends a clause, 2 asks; the last of either before the place decides.
    what = asks_table()
    found = np.zeros(len(places), np.uint8)
    going = np.arange(len(places))
    for d in range(1, CLAUSE + 1):
        going = going[places[going] >= d]
        found[going] = what[codes[places[going] - d]]
        going = going[found[going] == 0]
        if not len(going):
            break
    asks: Bools = found == 2
    return asks


def dashes(context: Context) -> tuple[Ints, Ints]:
    """The runs of dashes that become one Chinese dash. A row of them alone, or at both ends, is a frame."""
    codes, kind, text = context.codes, context.kind, context.text
    start, end = context.rows(DASHES)
    length = end - start
    proper = (length == 2) & (codes[start] == ord("—")) & (codes[np.maximum(end - 1, 0)] == ord("—"))
    some = np.flatnonzero((length >= 2) & (length <= LONGEST_DASH) & ~proper)
    a, b = start[some], end[some]
    left, right = nearest(kind, a, -1), nearest(kind, b - 1, 1)
    line = text.lines.of(a)
    leads, trails = a == text.lines.first[line], b == text.lines.last[line]
    beside = any_of(kind[b], IDEOGRAPH, MARK, BREAK, HALF) | (right == IDEOGRAPH)
    good = (left == IDEOGRAPH) & beside & any_of(right, IDEOGRAPH, BREAK, DIGIT, LETTER)
    good |= any_of(left, DIGIT, LETTER) & (right == IDEOGRAPH) & (kind[b] != GAP)
    good |= leads & (kind[b] == IDEOGRAPH)
    good &= ~(any_of(left, DIGIT, LETTER) & any_of(right, DIGIT, LETTER))
    # Alone in quotes it is named; a line with longer rows is a frame or a table.
    named = among("“‘\"'（").take(codes[np.maximum(a - 1, 0)]) & among("”’\"'）").take(context.behind(b - 1))
    good &= ~named & ~np.isin(line, text.lines.of(start[length > LONGEST_DASH]))
    # A line with runs at both ends is a frame round a title.
    for i in np.flatnonzero(good & (leads | trails)).tolist():
        said = text.string[int(text.lines.first[line[i]]) : int(text.lines.last[line[i]])]
        good[i] = not (said[0] in DASHES and said[-1] in DASHES) and not (trails[i] and b[i] - a[i] > 3)
    good &= ~context.untouchable(a)
    return a[good], b[good]


def ellipses(context: Context) -> tuple[Ints, Ints]:
    """The runs of dots, or single …, that become a Chinese ellipsis; leaders before a page number stay."""
    codes, kind, text = context.codes, context.kind, context.text
    start, end = context.rows(DOTS, "…⋯‥")
    length = end - start
    first, last = codes[start], codes[np.maximum(end - 1, 0)]
    single = among("…⋯‥")
    one = single.take(first)
    proper = (first == ord("…")) & (last == ord("…")) & (length % 2 == 0)
    some = np.flatnonzero(
        ((one & (length == 1)) | (length >= 3) | ((length == 2) & (one | single.take(last)))) & ~proper
    )
    a, b, pure = leading_on(text, start[some], end[some])
    left, right = nearest(kind, a, -1), nearest(kind, b - 1, 1)
    line = text.lines.of(a)
    leads, trails = a == text.lines.first[line], b == text.lines.last[line]
    good = (
        pure
        & (b - a <= LONGEST_DOTS)
        & ((left == IDEOGRAPH) | (right == IDEOGRAPH) | (leads & trails & (codes[a] == ord("。"))))
    )
    leader = (right == DIGIT) & (left != BREAK) & (b - a != 3) & (b - a != 6)
    # Behind Latin, set apart from it or before the end of a quotation, they belong to it: "foo bar ...".
    latin = (left != IDEOGRAPH) & ((kind[a - 1] == GAP) | among(CLOSERS, "\"'").take(context.behind(b - 1)))
    good &= ~leader & ~(latin & ~leads) & ~context.untouchable(a)
    return a[good], b[good]


def leading_on(text: Text, start: Ints, end: Ints) -> tuple[Ints, Ints, Bools]:
    """What of each run of dots is the ellipsis, without a full stop before or behind it, and whether there is one."""
    a, b, found = start.copy(), end.copy(), np.ones(len(start), np.bool_)
    for i, (x, y) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        said = text.string[x:y]
        if len(set(said)) > 1:
            m = LEADS_ON.fullmatch(said)
            inner = m.group(1) if m else ""
            found[i] = len(inner) > 2 or any(c in "…⋯‥" for c in inner)
            if m and found[i]:
                a[i], b[i] = x + m.start(1), x + m.end(1)
                # It may be as it should be already.
                found[i] = set(inner) != {"…"} or len(inner) % 2 > 0
    return a, b, found


def brackets(context: Context) -> Ints:
    """The places of ( and ) whose pair stands in Chinese, or whose partner is full width."""
    codes, kind = context.codes, context.kind
    at = context.among_marks("()（）")
    if not (codes[at] < 0x80).any():
        return at[:0]
    starts, ends = matched(at, context.text.lines.of(at), among("(（").take(codes[at]))
    half = (codes[starts] < 0x80) | (codes[ends] < 0x80)
    starts, ends = starts[half], ends[half]
    if not len(starts):
        return starts
    mixed = (codes[starts] < 0x80) != (codes[ends] < 0x80)
    inner = han_between(kind, starts, ends)
    first = nearest(kind, starts, 1)
    words = any_of(first, IDEOGRAPH, LETTER, DIGIT)
    left, outside = kind[starts - 1], nearest(kind, starts, -1)
    right = nearest(kind, ends, 1)
    for i in beside_blanks(context, ends, codes[ends - 1], context.behind(ends)).tolist():
        right[i] = around_blanks(context, int(ends[i]))[1]
    numbered = (first == DIGIT) & (ends - starts <= 4) & (left != LETTER) & (left != DIGIT)
    takes = mixed | (
        words
        & (
            ((inner > 0) & any_of(left, IDEOGRAPH, MARK, BREAK, GAP, HALF, LETTER, DIGIT))
            | (any_of(left, IDEOGRAPH, MARK, HALF, GAP) & (outside == IDEOGRAPH))
            | (numbered & (right == IDEOGRAPH) & (outside == BREAK))
        )
    )
    takes |= answers(context, starts, ends) & (outside == IDEOGRAPH)
    # A call, as in code or a formula: Latin directly before the bracket, little Chinese around.
    calls = (left == LETTER) & (right != IDEOGRAPH) & (inner == 0)
    calls |= among("]\\/").take(np.where(starts > 0, codes[starts - 1], 0))
    # The letter of an option: (a) (b).
    calls |= (ends - starts == 2) & (first == LETTER) & any_of(left, GAP, BREAK)
    takes &= ~calls
    for i in np.flatnonzero(takes & (inner == 0) & ~mixed).tolist():
        takes[i] = not FORMULA.search(context.text.string, int(starts[i]), int(ends[i]) + 1)
    if context.profile.markup:
        # The address of a link is no part of the text, nor is a call.
        takes &= (kind[starts + 1] == IDEOGRAPH) & (kind[ends - 1] == IDEOGRAPH) & (left != LETTER)
        takes &= ~among("]!").take(codes[np.maximum(starts - 1, 0)])
    starts, ends = starts[takes], ends[takes]
    good = ~context.untouchable(starts)
    both = np.sort(np.concatenate([starts[good], ends[good]]))
    half_width: Ints = both[codes[both] < 0x80]
    return half_width


def answers(context: Context, starts: Ints, ends: Ints) -> Bools:
    """Which pairs of brackets are a place for an answer: nothing between them, behind Han or a mark, at the end of the
    line; or a blank between them, before Han or a mark as well."""
    kind = context.kind
    found = any_of(kind[starts - 1], IDEOGRAPH, MARK, HALF)
    blank = (found | (kind[starts - 1] == GAP)) & (kind[starts + 1] == GAP)
    some = np.flatnonzero(blank)
    blank[some] = [context.text.string[a + 1 : b].isspace() for a, b in zip(starts[some], ends[some], strict=True)]
    last = ends + 1 == context.text.lines.last[context.text.lines.of(ends)]
    before = last | any_of(kind[ends + 1], IDEOGRAPH, MARK, HALF)
    answer: Bools = (blank & before) | (found & last & (ends == starts + 1))
    return answer


def matched(at: Ints, lines: Ints, opens: Bools) -> tuple[Ints, Ints]:
    """The pairs of brackets, each within a line."""
    starts, ends = [at[:0]], [at[:0]]
    while True:
        # An opening bracket directly before a closing one; those around it are neighbours when the two are gone.
        pair = np.flatnonzero(opens[:-1] & ~opens[1:] & (lines[:-1] == lines[1:]))
        if not len(pair):
            break
        starts.append(at[pair])
        ends.append(at[pair + 1])
        rest = np.ones(len(at), np.bool_)
        rest[pair] = rest[pair + 1] = False
        at, lines, opens = at[rest], lines[rest], opens[rest]
    start, end = np.concatenate(starts), np.concatenate(ends)
    order = np.argsort(start)
    return start[order], end[order]


def han_between(kind: Kinds, starts: Ints, ends: Ints) -> Ints:
    """How many Han stand in each span."""
    length = ends - starts
    held = kind.take(spans(starts, length)) == IDEOGRAPH
    found: Ints = np.add.reduceat(held, np.cumsum(length) - length, dtype=np.int64)
    return found


def straight_pairs(context: Context) -> Iterator[tuple[int, int]]:
    """The pairs of straight quotes of a line where what they hold or what is around them is Chinese."""
    at = context.among_marks("\"'")
    if not len(at) or context.profile.markup:
        return
    at = at[~context.untouchable(at)]
    codes, kind, whole = context.codes, context.kind, context.text.string
    for places in by_line(context.text, at):
        for quote in "\"'":
            these = [p for p in places if whole[p] == quote and not apostrophe(kind, codes, p)]
            for a, b in paired(whole, these):
                inside = (kind[a : b + 1] == IDEOGRAPH).any()
                beside = kind[a - 1] == IDEOGRAPH or kind[b + 1] == IDEOGRAPH
                if inside or (beside and not VERBATIM.search(whole, a + 1, b)):
                    yield a, b


def by_line(text: Text, places: Ints) -> Iterator[list[int]]:
    """The places, a list a line."""
    if len(places):
        cut = np.flatnonzero(np.diff(text.lines.of(places))) + 1
        for part in np.split(places, cut):
            yield part.tolist()


def apostrophe(kind: Kinds, codes: Codes, place: int) -> bool:
    """Whether a straight quote belongs to a word, a year or a measure: it's, '97年, 5', 3\"."""
    left, right = int(kind[place - 1]), int(kind[place + 1])
    if codes[place] == ord("'"):
        year = right == DIGIT and kind[place + 2 : place + 4].tolist() == [DIGIT, IDEOGRAPH]
        return left in (LETTER, DIGIT) or year or right == LETTER and left not in (MARK, HALF, IDEOGRAPH, GAP, BREAK)
    return False


def paired(whole: str, places: list[int]) -> list[tuple[int, int]]:
    """The quotes of a line as pairs, or none where their number or their sides speak against it."""
    if len(places) % 2:
        return []
    pairs = list(zip(places[::2], places[1::2], strict=True))
    for a, b in pairs:
        inner_first, inner_last = whole[a + 1], whole[b - 1]
        opens_late = inner_first in "，。、；：？！）》,;:?!)" and b - a > 2
        closes_early = inner_last in "（《(："
        inch = a > 0 and whole[a - 1].isdigit() and not inner_first.isalnum()
        if b - a == 1 or opens_late or closes_early or inch or (a > 0 and whole[a - 1] == "="):
            return []
    return pairs
