"""The addresses in one line: where they stand, and which of them are spelt to hide.

An address is read through widths, cases, look-alike letters, blanks and marks between its letters, other marks for its
dots. Knows the line alone; whether an address is a watermark is told in `sites`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

import numpy as np
import regex

from cleancorpus.edits import decode, encode
from cleancorpus.notices import Notices
from cleancorpus.views import fold, solid

# Of a domain: how it is spelt when nothing hides it, where roff may break it and the blanks it may have; its labels.
PLAIN = regex.compile(r"(?:https?:/*)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
BREAK, ESCAPED = "\\:", regex.compile("%[0-9a-f]{2}")
AROUND_SIGN = regex.compile(r"\s*([:/.])\s*")
BLANK = regex.compile(r"\s")
HOST = regex.compile("(?:https?[:;]/*)?[^/?]*")
LABEL = regex.compile("[A-Za-z0-9]+")
# Letters and digits that are neither ASCII nor full-width; those of them in circles, in brackets, small capitals.
ODD_LETTER = regex.compile(r"(?![A-Za-z0-9Ａ-Ｚａ-ｚ０-９])[\p{L}\p{N}]")
DRESSED_LETTER = regex.compile(
    r"[₮₩₭₳₦₵₴₲₱\u1d00-\u1d7fʙɢʜɪʟɴʀʏғꜱ\u2100-\u218f\u2460-\u24ff\u2776-\u2793\U0001d400-\U0001d7ff]"
)
# Ends of domains that nobody begins small and goes on with in capitals.
COMMON_ENDS = ("com", "net", "org", "info")
# An end of a domain with a digit for its letter.
ZERO = regex.compile(r"(?:c[0○〇☉◯]m?|inf0|0rg)(?![a-z0-9])")
LETTER = regex.compile("[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]")
# What tells that letters with odd marks for dots are an address: how it begins, or that the dot is written out.
ODD_DOT = regex.compile(r".*[^a-z0-9\s.-]")
BEGINS = regex.compile(
    r"(?:www|wap|m|3g)\W|.*[点丶ヽ♀♂⊙◎]|[a-z0-9]{4,24}。(?:com|org|cn|cc|tw|la|xyz|vip|info)(?:。cn)?$"
    r"|[a-z0-9]+。[a-z0-9]+。(?:com|net|org|cn|cc)$"
)
BOXED = regex.compile(r"^www|(?:com|net|org|cn|cc|la|info)$")
# An address with blanks in its last label, or in the one behind its first.
SPACED = regex.compile(
    r".*\.\s?(?=[a-z]*\s)(?:c\s?o\s?m|n\s?e\s?t|o\s?r\s?g|i\s?n\s?f\s?o)"
    r"|(?:m|wap|3g)\.[a-z0-9]+(?:\s{1,2}[a-z0-9]+)+\s?\.\s?(?:com|net|org|cn|cc|info)"
)
# The last label of an address with a blank in it.
TORN_END = regex.compile(r"\.\s?(?:co?|ne?|or?)\s")
# Words of running text behind www: a folder, a column of a table.
RUNNING = regex.compile(r"\S*w{3}\S*(?:\s+[a-z]{2,}){2}|www\s*\|")
# Of it an address with blanks for its dots and no other words.
LONE = regex.compile(r"(?<![a-z]\s?)www\s[a-z0-9]+\s[a-z]{2,4}(?!\s?[a-z0-9])")
# The end of a domain that is the middle of a word.
WORDLIKE = regex.compile(".*(?:cn|cc|la|info|biz|tw|hk|xyz|top|vip)[a-z]")
# The addresses of a longer line are looked at in parts.
LONG_LINE = 4000


# Where an address begins and ends in its line, and whether its spelling hides it.
Address = tuple[int, int, bool]


class Known(Protocol):
    """What the rule files say: the patterns with their parts put in, and the words of notices."""

    notices: Notices

    def pattern(self, source: str, /) -> regex.Pattern[str]: ...


class Addresses:
    """A line in which addresses are looked for.

    raw: the line without the blanks at its ends; wide: the places of its letters that the raw text has full-width.
    folded: the line with widths, cases and look-alikes made plain; kept: of that its letters, digits and Han, which
    stand at `place`.
    """

    def __init__(self, raw: str, wide: frozenset[int], known: Known) -> None:
        self.raw, self.wide, self.known = raw, wide, known
        self.folded = fold(raw)
        codes = encode(self.folded)
        place = np.flatnonzero(solid().take(codes))
        self.kept: str = decode(codes[place])
        self.place: list[int] = place.tolist()

    def found(self) -> Iterator[Address]:
        """The addresses in order: start, end, and whether the spelling hides it."""
        glued = self.glued()
        found = [(a, b, True) for a, b, plain in glued if not plain]
        plain_ones = [(m.start(), m.end()) for m in self.known.pattern("⟨domain⟩").finditer(self.folded)]
        found += [(a, b, self.odd_case(a, b)) for a, b in plain_ones if not _over(found, a, b)]
        for part in ("⟨torn⟩", "⟨blanked⟩", "⟨parted⟩", "⟨spelt⟩", "⟨boxed⟩", "⟨disguised⟩", "⟨cut⟩"):
            if part == "⟨torn⟩" and not TORN_END.search(self.folded):
                continue
            for m in self.known.pattern(part).finditer(self.folded):
                a, b = m.span()
                over = _over(found, a, b)
                # A part of an address with blanks in it is one by itself.
                is_end = part == "⟨disguised⟩" and all(a < c and d == b and not odd for c, d, odd in over)
                holds = part == "⟨torn⟩" and all(a <= c and d <= b + 1 for c, d, _ in over)
                if over and not holds and not (is_end and self.disguised(a, b)):
                    continue
                hides = self.hides(part, m)
                if hides is not None:
                    found = [x for x in found if x not in over]
                    found.append((a, b, hides))
        found += [(a, b, self.odd_case(a, b)) for a, b, plain in glued if plain and not _over(found, a, b)]
        rows: list[Address] = []
        for a, b, odd in sorted(found):
            # Two with nothing between them are judged as one.
            if rows and not self.raw[rows[-1][1] : a].strip():
                rows[-1] = (rows[-1][0], b, rows[-1][2] or odd)
            else:
                rows.append((a, b, odd))
        return iter(rows)

    def glued(self) -> list[Address]:
        """What reads as an address without all that parts its letters: start, end, and whether nothing does."""
        found = []
        for m in self.known.pattern("⟨hidden⟩").finditer(self.kept):
            a, b = self.place[m.start()], self.place[m.end() - 1] + 1
            said = ESCAPED.sub("x", AROUND_SIGN.sub(r"\1", self.folded[a:b].replace(BREAK, "")))
            if PLAIN.fullmatch(said):
                found.append((a, b, True))
            elif (not RUNNING.match(self.folded, a) or LONE.search(self.folded, a, b + 2)) and not WORDLIKE.fullmatch(
                self.folded, b - 4, b + 1
            ):
                found.append((a, b, False))
        return found

    def hides(self, part: str, m: regex.Match[str]) -> bool | None:
        """Whether what a pattern of addresses spelt otherwise found is hidden; None where it is no address."""
        a, b = m.span()
        plain = AROUND_SIGN.sub(r"\1", m.group())
        if part == "⟨cut⟩":
            return self.odd_case(a, b)
        if part == "⟨boxed⟩":
            return BOXED.search(self.kept_between(a, b)) is not None
        if part in ("⟨parted⟩", "⟨torn⟩"):
            return True
        # Blanks beside the dots alone hide nothing; letters set apart are an address if they read as one.
        if part == "⟨blanked⟩":
            return BLANK.search(plain) is not None or None
        if part == "⟨spelt⟩":
            return self.known.pattern("⟨domain⟩").fullmatch(plain.replace(m.group(1), "")) is not None or None
        if self.disguised(a, b):
            return True
        return self.odd_case(a, b) if PLAIN.fullmatch(plain.replace("。", ".")) else None

    def disguised(self, a: int, b: int) -> bool:
        """Whether letters with other marks between them than the dots of a domain are one."""
        said = self.folded[a:b]
        if SPACED.fullmatch(said):
            return True
        return ODD_DOT.match(said) is not None and (BEGINS.match(said) is not None or self.odd_case(a, b))

    def odd_case(self, a: int, b: int) -> bool:
        """Whether a domain mixes cases or widths as nobody types; what case its path has says nothing."""
        host = HOST.match(self.folded, a, b)
        end = host.end() if host else b
        # A number in a circle before an address is that of a note.
        odd = ODD_LETTER.search(self.raw, a + 1, end) and LETTER.search(self.raw, a, end)
        if odd or DRESSED_LETTER.search(self.raw, a + 1, end) or ZERO.search(self.folded, a, end):
            return True
        labels = list(LABEL.finditer(self.raw, a, end))
        for k, label in enumerate(labels):
            said = label.group()
            if said.islower() or said.isupper():
                continue
            turns = sum(x.isupper() != y.isupper() for x, y in pairwise(said) if (x + y).isalpha())
            last = k == len(labels) - 1 and not labels[0].group().islower()
            edge = said.lower() in ("www", "wap", "http") or (last and len(labels[0].group()) > 2)
            if k == len(labels) - 1 and said.lower() in COMMON_ENDS and said[0].islower():
                return True
            if turns and (edge or turns > 3 or (turns > 2 and said[0].islower())):
                return True
        return any(k in self.wide for k in range(a, b)) and any(
            c.isascii() and c.isalpha() and a + k not in self.wide for k, c in enumerate(self.raw[a:b])
        )

    def has_han(self, a: int, b: int) -> bool:
        return any(not c.isascii() for c in self.kept_between(a, b))

    def kept_between(self, a: int, b: int) -> str:
        return self.kept[bisect_left(self.place, a) : bisect_left(self.place, b)]


def _over(found: list[Address], a: int, b: int) -> list[Address]:
    """Those of the addresses that a span touches."""
    return [x for x in found if a < x[1] and x[0] < b]


def stretches(string: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a line from `start` to `end`: one, or, if it is so long that no domain is judged by all of it, many,
    each to the end of a sentence, or of a clause or word where it has none."""
    while end - start > LONG_LINE:
        ends = (max(string.rfind(c, start, start + LONG_LINE) for c in marks) + 1 for marks in ("。！？", "，；,; >"))
        cut = next((at for at in ends if at > start), start + LONG_LINE)
        yield start, cut
        start = cut
    yield start, end
