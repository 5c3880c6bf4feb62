"""The paragraphs that change in two columns: as they stand in the raw file, and as they become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleancorpus.preview.inline import Inline, Stretch
from cleancorpus.preview.marking import halves, shortened
from cleancorpus.screen import Run, cells, wrap

# The narrowest column; a screen that is narrower gets rows too long for it rather than columns of a few characters.
NARROWEST = 18


class SideBySide(Inline):
    """As inline, but raw and cleaned text stand beside each other, every raw line with its number."""

    def _say_text(self, stretches: Iterable[Stretch], line: int, gutter: int) -> None:
        raw, clean = _sides(stretches)
        width = max(NARROWEST, (self.screen.width - gutter - 6) // 2)
        left: list[tuple[str, list[Run]]] = [
            (f"{line + n}" * (not k), row)
            for n, runs in enumerate(_lines(raw))
            for k, row in enumerate(list(wrap(runs, width)) or [[]])
        ]
        right = [row for runs in _lines(clean) for row in wrap(runs, width)]
        left += [("", [])] * (len(right) - len(left))
        right += [[]] * (len(left) - len(right))
        for (number, row), beside in zip(left, right, strict=True):
            fill = " " * (width - sum(cells(text) for text, _ in row))
            self._say([(f"{number:>{gutter}} │ ", "dim"), *row, (fill + " │ ", "dim"), *beside])


def _sides(stretches: Iterable[Stretch]) -> tuple[list[Run], list[Run]]:
    """The runs of both columns; what is far from a change is left out of both."""
    sides: tuple[list[Run], list[Run]] = ([], [])
    pending: tuple[list[Run], list[Run]] = ([], [])
    open_left = False
    for one in stretches:
        if one.kind in ("same", "quiet"):
            style = "underline" if one.kind == "quiet" else ""
            pending[0].append((one.old, style))
            pending[1].append((one.new, style))
            continue
        marks = halves(one.old, one.new) if one.kind == "marked" else ([(one.old, "dim")], [(one.new, "dim")])
        for side, held, mark in zip(sides, pending, marks, strict=True):
            side += shortened(held, left=open_left, right=True)
            side += mark
            held.clear()
        open_left = True
    for side, held in zip(sides, pending, strict=True):
        side += shortened(held, left=open_left, right=False)
    return sides


def _lines(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs cut behind every ⏎ of a mark that is more than the mark's end."""
    lines: list[list[Run]] = [[]]
    for text, style in runs:
        parts = text.split("⏎") if style in ("red", "green") else [text]
        for n, part in enumerate(parts):
            broken = n < len(parts) - 1
            if part or broken:
                lines[-1].append((part + "⏎" * broken, style))
            if broken and not (n == len(parts) - 2 and parts[-1] in ("-]", "+}")):
                lines.append([])
    return [line for line in lines if line] or [[]]
