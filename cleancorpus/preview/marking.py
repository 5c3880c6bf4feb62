"""A change as it stands in a text, marked so that it reads without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleancorpus.edits import decode
from cleancorpus.preview.rows import CR, LF
from cleancorpus.screen import Run, visible
from cleancorpus.text import Text

# How much of an unchanged stretch is shown beside a change, and how much of a long removed one (code points).
CONTEXT = 20
REMOVED = 60
SAMPLE = 6
BLANKS = " \t\n\r\u00a0\u2003\u3000"


def marked(before: str, after: str, longest: int = REMOVED) -> list[Run]:
    """A change as it stands in the text: [-gone-], {+new+}, {old→new}, ⏎ for a join. What both share stays plain.

    longest: of a removed stretch, so many characters are shown at its head and at its end.
    """
    head, old, new, tail = parted(before, after)
    runs = [(visible(head), "")]
    if not old.strip(BLANKS) and "\n" in old and not new.strip(" "):
        runs.append(("⏎" * old.count("\n") + new, "bold cyan"))
    elif not new:
        runs.append((f"[-{_edged(_shortened(old, longest))}-]", "red"))
    elif not old:
        runs.append((f"{{+{_edged(new)}+}}", "green"))
    else:
        runs += [("{" + _edged(_shortened(old, longest)), "red"), ("→", ""), (_edged(new) + "}", "green")]
    runs.append((visible(tail), ""))
    return [run for run in runs if run[0]]


def halves(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """A change as it stands in two columns: [-gone-] from the raw text, {+new+} in the cleaned one, ⏎ a line's end."""
    head, old, new, tail = parted(before, after)
    edges = (visible(head), ""), (visible(tail), "")
    if not old.strip(BLANKS) and "\n" in old and not new.strip(" "):
        gone, come = "⏎" * old.count("\n"), new
    else:
        gone, come = f"[-{_edged(_shortened(old, REMOVED))}-]" * bool(old), f"{{+{_edged(new)}+}}" * bool(new)
    sides = ([edges[0], (gone, "red"), edges[1]], [edges[0], (come, "green"), edges[1]])
    return [run for run in sides[0] if run[0]], [run for run in sides[1] if run[0]]


def parted(before: str, after: str) -> tuple[str, str, str, str]:
    """What both share at their head, what is gone, what comes for it, what both share at their end."""
    before = before.replace("\r\n", "\n")
    if not after and len(before) > 1:
        before = before.rstrip("\r")
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end = len(before) - tail
    return before[:head], before[head:end], after[head : len(after) - tail], before[end:]


def _edged(text: str) -> str:
    """`text` made visible, blanks too where they stand at an end."""
    solid = text.strip(" \u3000\u00a0")
    head, _, tail = text.partition(solid) if solid else (text, "", "")
    show = {" ": "␣", "\u3000": "<U+3000>", "\u00a0": "<U+00A0>"}
    return "".join(show.get(c, c) for c in head) + visible(solid) + "".join(show.get(c, c) for c in tail)


def _shortened(text: str, longest: int) -> str:
    if len(text) <= 2 * longest + SAMPLE:
        return text
    left_out = f" ⋯{len(text) - 2 * longest:,} characters⋯ " if longest == REMOVED else "⋯"
    return text[:longest] + left_out + text[-longest:]


def shortened(runs: Sequence[Run], *, left: bool, right: bool) -> Iterator[Run]:
    """Raw text without marked changes, made visible, cut to what stands near a marked one at its left or right end."""
    length = sum(len(text) for text, _ in runs)
    head, tail = CONTEXT * left, CONTEXT * right
    if length <= head + tail + CONTEXT // 2:
        head, tail = length, 0
    at = 0
    for text, style in runs:
        near, far = max(0, head - at), max(0, length - tail - at)
        at += len(text)
        if near:
            yield visible(text[:near]), style
        if at > head and at - len(text) <= head:
            yield "⋯", "dim"
        if far < len(text) and tail:
            yield visible(text[max(near, far) :]), style


def sample(piece: Text, i: int) -> list[Run]:
    """The i-th change with a few characters of its line on either side."""
    changes = piece.changes
    a, b = int(changes.start[i]), int(changes.end[i])
    before = decode(piece.raw[max(0, a - SAMPLE) : a]).replace("\r", "\n").rpartition("\n")[2]
    behind = decode(piece.raw[b : b + 2 * SAMPLE]).replace("\r", "\n").partition("\n")[0]
    new = decode(piece.codes[changes.to_start[i] : changes.to_end[i]])
    if a < b and not new and not before and piece.raw[b - 1] in (LF, CR):
        behind, b = "", b - 1
    middle = marked(decode(piece.raw[a:b]), new, 2 * SAMPLE)
    return [(visible(before), ""), *middle, (visible(behind), "")]
