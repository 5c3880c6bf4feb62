"""The first pass: read the whole file once, block by block, and say what the stages must know of it (`Profile`).

Runs the two line-local stages before it measures, so that it sees the lines as the later stages will. What is measured
and how it is judged stands with the stage that uses it; here is only the order. Keeps a few columns a line, not the
text. Knows nothing of bytes or files.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from cleancorpus import chain, layout
from cleancorpus.edits import Ints
from cleancorpus.profile import Cuts, Headings, Profile
from cleancorpus.rules import Rules
from cleancorpus.stages import characters, headings, script, spaces, watermark
from cleancorpus.text import Text

# Cuts are offered at most this often (code points), so that the Profile of a large file stays small.
CUT_EVERY = 1 << 15


class Block(Protocol):
    """A run of whole lines of the raw text, as the source gives it."""

    @property
    def text(self) -> str: ...
    @property
    def origin(self) -> int: ...
    @property
    def forced(self) -> bool: ...


def survey(blocks: Iterable[Block], rules: Rules, *, split: bool = True) -> Profile:
    """The facts of the file that the blocks make up, in order."""
    empty = Profile()
    rows, found, counted, gaps = [], [], [], []
    forced: list[int] = []
    length = 0
    for block in blocks:
        text = Text.of(block.text, block.origin)
        for stage in (characters, watermark):
            text = text.after(stage.find(text, rules, empty))
        rows.append(layout.measure(text))
        found += headings.candidates(text, rules)
        counted.append(script.measure(text, rules))
        gaps.append(spaces.measure(text))
        length = block.origin + len(block.text)
        if block.forced:
            forced.append(length)
    table = layout.gather(rows)
    runs = layout.decide(table, rules)
    heads = chain.choose(found, length, rules).headings if split else chain.NO_HEADINGS
    return Profile(
        length=length,
        headings=heads,
        layout=runs,
        scripts=script.decide(counted, heads, rules),
        cuts=cuts(layout.closed(table, runs), forced, length, heads),
        words=table.words,
        spacing=spaces.decide(gaps),
    )


def cuts(closed: Ints, forced: list[int], length: int, heads: Headings) -> Cuts:
    """Places to cut at: the first closed line end in every stretch of CUT_EVERY, the forced ones, both ends.

    None between a heading and the line under it that says the title again.
    """
    inner = closed[(closed > 0) & (closed < length)]
    if len(heads):
        above = np.searchsorted(heads.start, inner, side="left") - 1
        inner = inner[(above < 0) | (inner >= np.maximum(heads.end, heads.repeat_end)[np.maximum(above, 0)])]
    first_of_stretch = np.ones(len(inner), np.bool_)
    first_of_stretch[1:] = np.diff(inner // CUT_EVERY) > 0
    must = np.array([f for f in forced if f < length], np.int64)
    place = np.unique(np.concatenate([[0], inner[first_of_stretch], must, [length]]))
    return Cuts(place, np.isin(place, must))
