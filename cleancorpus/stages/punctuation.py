"""Punctuation: half to full width in Chinese, quotes by pairs, dashes and ellipses in their one form.

A mark is judged by the nearest letters on both sides in its line. Numbers, times, addresses, Latin text and code keep
theirs. What is doubtful (a quote without a partner, a ? inside a name) stays. Puts no blank anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cleancorpus.context import (
    BREAK,
    GAP,
    HALF,
    IDEOGRAPH,
    LETTER,
    MARK,
    Context,
    after,
    any_of,
    before,
)
from cleancorpus.edits import Codes, Edits, Ints, decode, deletions, edits_of, encode, settle, swaps
from cleancorpus.marks import STOPS, brackets, dashes, ellipses, straight_pairs, widen, widened
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import LF, Text, among

QUOTES = "“”‘’「」『』"
CORNER = str.maketrans("“”‘’", "「」『』")
CURLY = str.maketrans("「」『』", "“”‘’")


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    context = Context(text, profile)
    number = rules.number
    wide = widened(context, context.among_marks(STOPS))
    pairs = brackets(context)
    stop, end = full_stops(context)
    straight = list(straight_pairs(context))
    corner = rules.setting("punctuation", "quotes")
    corner = corner == "corner" or (corner == "keep" and profile.quotes == "corner")
    # The text as it will be, so that one run sees what the next one would.
    new = text.codes.copy()
    new[wide], new[pairs], new[stop] = widen(text.codes[wide]), widen(text.codes[pairs]), ord("。")
    quotes = np.array(straight, np.int64).reshape(-1, 2)
    double = text.codes[quotes[:, 0]] == ord('"')
    new[quotes[:, 0]] = np.where(double, ord("「" if corner else "“"), ord("『" if corner else "‘"))
    new[quotes[:, 1]] = np.where(double, ord("」" if corner else "”"), ord("』" if corner else "’"))
    both = np.sort(quotes.ravel())
    found = [
        find_data(text, "punctuation", rules),
        swaps(both, new[both], number["punctuation/straight-quote"]),
        turned_quotes(context, new, number),
        lost_quotes(context, number["punctuation/lost-quote"]),
        rewritten(*ellipses(context), "……", number["punctuation/ellipsis"]),
        rewritten(*dashes(context), "——", number["punctuation/dash"]),
        doubled(context, new, number["punctuation/doubled"]),
        swaps(wide, new[wide], number["punctuation/half-width"]),
        swaps(pairs, new[pairs], number["punctuation/bracket"]),
        rewritten(stop, end, "。", number["punctuation/full-stop"]),
    ]
    style = rules.setting("punctuation", "quotes")
    if style != "keep":
        found.insert(1, restyled(context, style, number["punctuation/quote-style"]))
    return settle(found)


def measure(text: Text) -> tuple[int, int]:
    """How many curly and how many corner quotes a block opens."""
    return int((text.codes == ord("“")).sum()), int((text.codes == ord("「")).sum())


def decide(counted: Sequence[tuple[int, int]]) -> str:
    """The quotes the file is used to."""
    curly, corner = sum(a for a, _ in counted), sum(b for _, b in counted)
    return "corner" if corner > curly else "curly"


def full_stops(context: Context) -> tuple[Ints, Ints]:
    """The spans of an ASCII full stop that ends a Chinese sentence, with the blanks behind it.

    At a line end, before a closing quote, or before a blank and Han. Between Han it may be the dot of a name.
    """
    codes, kind, lines = context.codes, context.kind, context.text.lines
    places = context.among_marks(".")
    places = places[(before(kind, places) == IDEOGRAPH)]
    end = places + 1
    for _ in range(4):
        gap = after(kind, end) == GAP
        end = np.where(gap, end + 1, end)
    next_code = np.where(end < len(codes), codes[np.minimum(end, len(codes) - 1)], LF)
    stops = (
        (next_code == LF) | among('”’」』"').take(next_code) | ((end > places + 1) & (after(kind, end) == IDEOGRAPH))
    )
    places, end = places[stops], end[stops]
    good = ~context.untouchable(places)
    good &= ~among("一二三四五六七八九十").take(codes[places - 1]) | (after(kind, end) == BREAK)
    # A heading has no stop; a sentence has some length.
    good &= places - lines.first[lines.of(places)] >= 4
    places, end = places[good], end[good]
    at_end = np.where(end < len(codes), codes[np.minimum(end, len(codes) - 1)], LF) == LF
    return places, np.where(at_end, places + 1, end)


def rewritten(start: Ints, end: Ints, new: str, rule: int) -> Edits:
    """The same new text for every span."""
    codes = np.tile(encode(new), len(start))
    return Edits(start, end, np.full(len(start), rule, np.int64), codes, np.arange(1, len(start) + 1) * len(new))


def doubled(context: Context, new: Codes, rule: int) -> Edits:
    """The second of two equal marks that Chinese never writes twice."""
    at = context.marks[:-1]
    at = at[new[at] == new[at + 1]] + 1
    again = at[among("，、；：")[new[at]]]
    full = at[new[at] == ord("。")]
    lone = ~np.isin(full + 1, full) & ~np.isin(full - 1, full)
    again = np.sort(np.concatenate([again, full[lone]]))
    # At a line end it may stand for a full stop and a quote that scanning lost.
    again = again[(again + 1 < len(new)) & (new[np.minimum(again + 1, len(new) - 1)] != LF)]
    return deletions(again, again + 1, rule)


def lost_quotes(context: Context, rule: int) -> Edits:
    """A ¨ before Han where a sentence begins: scanning makes it of “."""
    at, kind = context.among_marks("¨"), context.kind
    at = at[any_of(before(kind, at), BREAK, MARK, HALF, GAP) & (after(kind, at + 1) == IDEOGRAPH)]
    return swaps(at, np.full(len(at), ord("“"), np.uint32), rule)


def turned_quotes(context: Context, new: Codes, number: dict[str, int]) -> Edits:
    """Quotes that look the wrong way, where turning one makes the line's quotes pair; findings for those left over."""
    found: list[tuple[int, int, str, int]] = []
    lines = context.text.lines
    shown = new[context.marks]
    for pair in ("“”", "「」"):
        at = context.marks[among(pair)[shown]]
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
            quotes = (at[a:b] - start).tolist(), opens[a:b].tolist()
            for place, quote, rule in straightened(said, *quotes, pair, number):
                found.append((start + place, start + place + 1, quote, rule))
    return edits_of(sorted(found))


def straightened(
    whole: str, places: list[int], opens: list[bool], pair: str, number: dict[str, int]
) -> Iterator[tuple[int, str, int]]:
    """The quotes of one line to turn; or those without a partner, as findings."""
    k = 0
    lone: list[int] = []
    while k < len(places):
        if k + 1 == len(places):
            lone.append(places[k])
            break
        a, b = places[k], places[k + 1]
        if opens[k] and not opens[k + 1]:
            k += 2
        elif not opens[k] and not opens[k + 1] and begins(whole, a) and (len(places) == 2 or ends(whole, b)):
            yield a, pair[0], number["punctuation/turned-quote"]
            k += 2
        elif opens[k] and opens[k + 1] and ends(whole, b) and begins(whole, a) and not begins(whole, b):
            yield b, pair[1], number["punctuation/turned-quote"]
            k += 2
        else:
            lone.append(a)
            k += 1
    for place in lone:
        yield place, whole[place], number["punctuation/unpaired-quote"]


def begins(whole: str, place: int) -> bool:
    """Whether a quotation can begin at the quote: text directly behind it, and none before it that it could close."""
    left, right = whole[place - 1 : place] or "\n", whole[place + 1 : place + 2] or "\n"
    return (right.isalnum() or right in "《（【…—‘『") and left not in "。！？…，、；"


def ends(whole: str, place: int) -> bool:
    """Whether a quotation can end at the quote: behind a sentence, or before a mark or the line's end."""
    left, right = whole[place - 1 : place] or "\n", whole[place + 1 : place + 2] or "\n"
    stop = left in "。！？…"
    return (stop or left.isalnum() or left in "，》）】—’』") and (stop or right in "，。、；：？！…—）》”’」』\n")


def restyled(context: Context, style: str, rule: int) -> Edits:
    """All curly quotes as corner ones or the other way; an apostrophe stays."""
    codes = context.codes
    at = context.among_marks("“”‘’" if style == "corner" else "「」『』")
    at = at[~((before(context.kind, at) == LETTER) & (codes[at] == ord("’")))]
    table = CORNER if style == "corner" else CURLY
    new = encode("".join(chr(c) for c in codes[at].tolist()).translate(table))
    return swaps(at, new, rule)
