"""A wider pattern for finding, in one run over a text of many lines, every line where a pattern can match.

A rule sees one line at a time, and a call a line costs more than most patterns do. The wider pattern says nothing of
what stands around a match (no ^ $ \\b, no look-around) and never takes a line break, so it matches wherever the pattern
does in a line of its own, and may match elsewhere. Knows nothing of rules.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import regex

_TOKEN = regex.compile(
    r"""(?P<escape>\\(?:[pP]\{[^}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))
    |(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])
    |(?P<around>\(\?<?[=!])
    |(?P<open>\((?:\?(?::|P?<\w+>))?(?![?*]))
    |(?P<flag>\(\?i\))
    |(?P<close>\))
    |(?P<edge>[\^$])
    |(?P<times>(?:[*+?]|\{\d*,?\d*\})\??(?!\+))
    |(?P<plain>[^\\\[\](){}*+?])""",
    regex.X | regex.S,
)
# Escapes that stand for a place, not for a character.
_PLACES = frozenset("bBAZzmM")
# Letters whose escape is a character or a sort of characters, and nothing that looks at what was matched before.
_CHARACTERS = frozenset("dDsSwWpPxuUtnrfv")


@lru_cache(maxsize=1024)
def widened(pattern: str) -> regex.Pattern[str] | None:
    """The wider pattern, which takes the rest of the line too; None where every line must be looked at."""
    parts: list[str] = []
    at = 0
    around = 0
    depth = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            return None
        at = token.end()
        kind, text = str(token.lastgroup), token.group()
        if around:
            # Inside a look-around only its end matters.
            depth += (kind in ("open", "around")) - (kind == "close")
            around = depth
        elif kind == "around":
            around = depth = 1
        elif kind == "escape" and text[1] in _PLACES or kind == "edge":
            continue
        elif kind == "escape" and text[1].isalnum() and text[1] not in _CHARACTERS:
            return None
        elif kind in ("escape", "set"):
            parts.append(_within_line(text))
        else:
            parts.append(text)
    wider = "".join(parts)
    some = _compiled(wider)
    return None if some is None or some.fullmatch("") else _compiled(rf"(?:{wider})[^\n]*")


def _within_line(text: str) -> str:
    """A set or escape that does not stand for a line break."""
    single = _compiled(text)
    if single is None or not single.fullmatch("\n"):
        return text
    start = 3 if text.startswith("[^]") else 2
    return rf"{text[:start]}\n{text[start:]}" if text.startswith("[^") else rf"(?:(?!\n){text})"


def _compiled(pattern: str) -> regex.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(pattern)
    except regex.error:
        return None
