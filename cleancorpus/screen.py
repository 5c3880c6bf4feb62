"""What may stand on a terminal: raw text made visible and harmless, wrapped to a width in cells, in colour or without.

A raw file can hold escape sequences, bidi controls and characters that take no room; nothing of that reaches a screen
unmarked. Knows nothing of changes or rules.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

# The narrowest that a text is cut to.
LEAST = 16
# A run of text and its style, in rich's words ("red", "bold cyan", ""); one that is whole is not broken where it fits.
Run = tuple[str, str]

# Controls, format characters, line and paragraph separators, blanks that look like nothing, private use, surrogates.
hidden = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
# A row does not begin with one of these, for they belong to what stands before, nor end with one that opens.
_CLOSING = frozenset([*"，。、；：？！）》〉」』】〕”’…—,.;:?!)]}%％→", "-]", "+}"])
_OPENING = frozenset([*"（《〈「『【〔“‘([{", "[-", "{+"])
_TOKEN = re.compile(r"\[-|\{\+|-\]|\+\}|[A-Za-z0-9]{1,24} ?|.", re.DOTALL)


def visible(text: str) -> str:
    """`text` with everything that cannot be seen, or could steer a terminal, named: ␛, <U+202E>; a line break is ⏎."""
    return hidden.sub(lambda m: _name(m.group()), text)


def _name(character: str) -> str:
    code = ord(character)
    if code == 0x0A:
        return "⏎"
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def escaped(json: str) -> str:
    """JSON text with every hidden character escaped; it reads back as the same value. Line breaks stay."""
    return hidden.sub(lambda m: m.group() if m.group() == "\n" else _utf16(m.group()), json)


def _utf16(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def wants_colour(said: str, out: IO[str]) -> bool:
    """Whether to colour what goes to `out`: `said` (auto, always, never), then NO_COLOR, FORCE_COLOR, the terminal."""
    if said != "auto":
        return said == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return out.isatty() and os.environ.get("TERM") != "dumb"


def console(said: str = "auto", *, error: bool = False) -> Console:
    """A rich console on stdout or stderr that follows `wants_colour`; without colour it writes no escape at all."""
    from rich.console import Console

    colour = wants_colour(said, sys.stderr if error else sys.stdout)
    return Console(
        file=sys.stderr if error else sys.stdout,
        color_system="standard" if colour else None,
        force_terminal=colour or None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
    )


def cells(text: str) -> int:
    """The width of `text` on a terminal; Han and other wide characters count two."""
    from rich.cells import cell_len

    return cell_len(text)


def wrap(runs: Iterable[Run], width: int) -> Iterator[list[Run]]:
    """The runs in rows of at most `width` cells. Short marks ({a→b}) and Latin words stay in one row."""
    row: list[Run] = []
    used = 0
    for group in _groups(runs, width):
        wide = sum(cells(text) for text, _ in group)
        if row and used + wide > width:
            yield _joined(row)
            row, used = [], 0
        row += group
        used += wide
    if row:
        yield _joined(row)


def _groups(runs: Iterable[Run], width: int) -> Iterator[list[Run]]:
    """What must stay in one row together: a token and the closing marks behind it, at most half a row of them."""
    held: list[Run] = []
    for text, style in runs:
        whole = text[:1] in "[{" and len(text) > 1 and cells(text) <= width // 2
        for token in [text] if whole else _TOKEN.findall(text):
            if held and not (len(held) < 4 and (token in _CLOSING or held[-1][0] in _OPENING)):
                yield held
                held = []
            held.append((token, style))
    if held:
        yield held


def _joined(row: list[Run]) -> list[Run]:
    out: list[Run] = []
    for text, style in row:
        if out and out[-1][1] == style:
            out[-1] = (out[-1][0] + text, style)
        else:
            out.append((text, style))
    return out


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells (and at least a few), with ⋯ where something is left out."""
    if cells(text) <= max(width, LEAST):
        return text
    room, out = max(width, LEAST) - 1, ""
    for character in text:
        room -= cells(character)
        if room < 0:
            break
        out += character
    return out + "⋯"
