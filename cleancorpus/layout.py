"""How the lines of a file are laid out: a paragraph a line, wrapped at a width, verse or list or table, code.

The survey measures a few columns a line and decides from all of them where each kind begins. Knows nothing of edits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleancorpus.edits import Bools, Ints
from cleancorpus.profile import Layout
from cleancorpus.rules import Rules
from cleancorpus.text import Text, among

STOPS = "。！？…!?"
CLOSERS = "”’」』）)》〉】\"'"


@dataclass(frozen=True, slots=True)
class LineTable:
    """A row a line: start (raw offset), width (half-width columns, 0 for a blank line), stop (it ends a sentence)."""

    start: Ints
    width: Ints
    stop: Bools


def measure(text: Text) -> LineTable:
    """The rows of the lines of one block."""
    lines = text.lines
    some = len(lines) if not len(text) or text.codes[-1] != 0x0A else len(lines) - 1
    wide = np.append(0, np.cumsum(np.where(text.codes >= 0x1100, 2, 1)))
    width = wide[lines.last] - wide[lines.first]
    stop = np.zeros(len(lines), np.bool_)
    solid = ~lines.is_blank
    stop[solid] = among(STOPS)[text.codes[lines.last[solid] - 1]]
    return LineTable(text.raw_at(lines.start)[:some], width[:some], stop[:some])


def gather(rows: Sequence[LineTable]) -> LineTable:
    """The rows of all blocks in one table."""
    if not rows:
        none = np.zeros(0, np.int64)
        return LineTable(none, none, none.astype(np.bool_))
    return LineTable(
        np.concatenate([r.start for r in rows]),
        np.concatenate([r.width for r in rows]),
        np.concatenate([r.stop for r in rows]),
    )


def decide(table: LineTable, rules: Rules) -> Layout:
    """The runs of lines of one kind."""
    return Layout()


def closed(table: LineTable, layout: Layout) -> Ints:
    """The raw offsets of line starts that the `lines` stage never joins to the line above, whatever it sees."""
    after = np.flatnonzero(table.stop[:-1]) + 1
    return table.start[after]
