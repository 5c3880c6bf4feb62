"""The first pass: read the whole file once, block by block, and say what the stages must know of it (`Profile`).

Runs the two line-local stages before it measures, so that it sees the lines as the later stages will. What is measured
and how it is judged stands with the stage that uses it; here is only the order. Keeps a few columns a line, not the
text. Knows nothing of bytes or files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np

from cleancorpus import candidates, chain, copies, layout, pages
from cleancorpus.edits import NO_INTS, Bools, Ints
from cleancorpus.profile import Cuts, Headings, Profile, Watermarks
from cleancorpus.rules import Rules, allowed
from cleancorpus.stages import characters, headings, punctuation, script, spaces, watermark
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


@dataclass(frozen=True, slots=True)
class Measured:
    """What one block says. end: the raw offset where it ends; forced: whether that is inside a line."""

    lines: layout.LineTable
    headings: Sequence[candidates.Found]
    script: Any
    spaces: spaces.Gaps
    copies: copies.Sketch
    markup: tuple[int, int]
    quotes: tuple[int, int]
    repeats: watermark.ShortLines
    pages: pages.PageLines
    watermarks: Watermarks
    letters: tuple[int, int]
    end: int
    forced: bool


def survey(blocks: Iterable[Block], rules: Rules) -> Profile:
    """The facts of the file that the blocks make up, in order."""
    return decide((measure(block, rules) for block in blocks), rules)


def measure(block: Block, rules: Rules) -> Measured:
    """What one block says, whatever stands before and behind it."""
    began = time.thread_time()
    empty = Profile()
    text = Text.of(block.text, block.origin)
    text = text.after(allowed(characters.find(text, rules, empty), text, "characters", rules))
    edits = allowed(watermark.find(text, rules, empty), text, "watermark", rules)
    watermarks = watermark.tell(text, edits)
    letters = watermark.count(text)
    told = headings.tells(text, edits, rules)
    text = text.after(edits)
    found = headings.candidates(text, rules, edits.out_start[edits.new_length == 0], told)
    # A document begins where the file does or at one of its candidates, which are in order.
    sections = np.concatenate([[block.origin], *(f.candidates.start for f in found)])
    sections = sections[np.diff(sections, prepend=-1) > 0]
    measured = Measured(
        lines=layout.measure(text),
        headings=found,
        script=script.measure(text, sections, rules),
        spaces=spaces.measure(text),
        copies=copies.measure(text, sections),
        markup=characters.measure(text),
        quotes=punctuation.measure(text),
        repeats=watermark.measure(text, rules),
        pages=pages.measure(text),
        watermarks=watermarks,
        letters=letters,
        end=block.origin + len(block.text),
        forced=block.forced,
    )
    rules.spend("survey", time.thread_time() - began)
    return measured


def decide(
    measured: Iterable[Measured],
    rules: Rules,
    outline: Callable[[Sequence[chain.Verdict]], None] | None = None,
    seen: copies.Seen | None = None,
) -> Profile:
    """The facts of the file from what its blocks say, in order; `outline` is told which headings were taken and why.

    seen: the documents of the files before, to which those of this one are added.
    """
    # Of what the blocks say only the part is held that is still to be judged, so that the parts of a long file do not
    # stand in memory beside all that is made of them.
    said: dict[str, list[Any]] = {f.name: [] for f in fields(Measured)}
    for block in measured:
        for name, kept in said.items():
            kept.append(getattr(block, name))
    length = said["end"][-1] if said["end"] else 0
    table = layout.gather(said.pop("lines"))
    runs = layout.decide(table, rules)
    markup = characters.decide(said["markup"])
    repeated = watermark.repeated(said.pop("repeats"), rules)
    left = pages.decide(said.pop("pages"), table, runs) if rules.has("watermark/page-line") else NO_INTS
    # The lines that go, by their number among those that are not blank.
    gone = np.unique(np.searchsorted(table.start, np.concatenate([repeated, left]), side="right") - 1)
    closed = beside(layout.closed(table, runs), table.start, gone)
    # Those whose line is closed below as well.
    quiet = np.diff(np.searchsorted(table.start, closed), append=len(table)) == 1
    words = table.words
    del table
    chosen = chain.choose([f for found in said.pop("headings") for f in found], length, rules, gone)
    if outline:
        outline(chosen.outline)
    heads = chosen.headings
    del chosen
    return Profile(
        length=length,
        headings=heads,
        layout=runs,
        scripts=script.decide(said["script"], heads, rules),
        repeated=repeated,
        pages=left,
        watermarks=watermark.decide(said["watermarks"], said["letters"], markup, rules),
        cuts=cuts(
            closed,
            quiet,
            [end for end, forced in zip(said["end"], said["forced"], strict=True) if forced],
            length,
            heads,
        ),
        words=words,
        spacing=spaces.decide(said["spaces"]),
        pauses=spaces.paused(said["spaces"]),
        markup=markup,
        quotes=punctuation.decide(said["quotes"]),
        copies=copies.decide(said["copies"], heads, length, seen or copies.Seen()),
    )


def beside(closed: Ints, lines: Ints, gone: Ints) -> Ints:
    """The places in `closed` that no line which goes touches: the lines around it become neighbours."""
    if not len(gone):
        return closed
    return closed[~np.isin(closed, np.concatenate([lines[gone], lines[np.minimum(gone + 1, len(lines) - 1)]]))]


def cuts(closed: Ints, quiet: Bools, forced: list[int], length: int, heads: Headings) -> Cuts:
    """Places to cut at: a closed line end in every stretch of CUT_EVERY, the forced ones, both ends.

    None between a heading and the line under it that says the title again. The first of those before a line that is
    closed below as well (`quiet`), if there is one: nobody asks what stands above that line, so the cut takes no
    evidence away.
    """
    good = (closed > 0) & (closed < length)
    if len(heads):
        above = np.searchsorted(heads.start, closed, side="left") - 1
        good &= (above < 0) | (closed >= np.maximum(heads.end, heads.repeat_end)[np.maximum(above, 0)])
    inner, calm = closed[good], np.flatnonzero(quiet[good])
    first = np.flatnonzero(np.diff(inner // CUT_EVERY, prepend=-1) > 0)
    next_calm = np.append(calm, len(inner))[np.searchsorted(calm, first)]
    chosen = np.where(next_calm < np.append(first[1:], len(inner)), next_calm, first)
    must = np.array([f for f in forced if f < length], np.int64)
    place = np.unique(np.concatenate([[0], inner[chosen], must, [length]]))
    return Cuts(place, np.isin(place, must))
