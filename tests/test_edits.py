"""Edits and changes on random text: whatever the stages do, the changes lead from raw to final and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleancorpus.edits import (
    NO_CHANGES,
    Changes,
    Codes,
    Edits,
    apply,
    backward,
    compose,
    decode,
    edits_of,
    encode,
    forward,
    invert,
    replay,
    settle,
)

Row = tuple[int, int, str, int]


@st.composite
def layers(draw: st.DrawFn) -> tuple[str, list[list[tuple[int, int, str]]]]:
    """A text and up to five layers of proposed edits, with places as shares of the text's length at that time."""
    text = draw(st.text("abc", max_size=20))
    edit = st.tuples(st.integers(0, 24), st.integers(0, 3), st.text("XY", max_size=3))
    return text, draw(st.lists(st.lists(edit, max_size=8), max_size=5))


def fitted(proposed: list[tuple[int, int, str]], length: int, rule: int) -> Edits:
    """The proposals that fit a text of this length, each a group of its own, settled."""
    rows: list[Row] = []
    for start, span, new in proposed:
        start = min(start, length)
        end = min(start + span, length)
        if new or end > start:
            rows.append((start, end, new, rule))
    return settle([edits_of([row]) for row in rows])


def plainly(text: str, edits: Edits) -> str:
    """What `apply` must give, said the slow way."""
    out, at = "", 0
    for i in range(len(edits)):
        out += text[at : int(edits.start[i])] + edits.text_of(i)
        at = int(edits.end[i])
    return out + text[at:]


@given(layers())
def test_changes_lead_from_raw_to_final_and_back(case: tuple[str, list[list[tuple[int, int, str]]]]) -> None:
    text, proposals = case
    raw = now = encode(text)
    changes: Changes = NO_CHANGES
    made = 0
    for rule, proposed in enumerate(proposals):
        edits = fitted(proposed, len(now), rule)
        after: Codes = apply(now, edits)
        assert decode(after) == plainly(decode(now), edits)
        now, changes, made = after, compose(changes, edits), made + len(edits)
    assert np.array_equal(replay(raw, changes, now), now)
    assert np.array_equal(replay(now, invert(changes), raw), raw)
    assert np.all(changes.start[1:] >= changes.end[:-1])
    assert np.all(changes.to_start[1:] >= changes.to_end[:-1])
    assert len(changes.rules) == made


@given(layers(), st.integers(0, 20))
def test_a_place_between_edits_goes_forward_and_comes_back(
    case: tuple[str, list[list[tuple[int, int, str]]]], at: int
) -> None:
    text, proposals = case
    edits = fitted(proposals[0] if proposals else [], len(text), 0)
    place = min(at, len(text))
    if any(a <= place <= b for a, b in zip(edits.start.tolist(), edits.end.tolist(), strict=True)):
        return
    places = np.array([place])
    assert backward(edits, forward(edits, places)).tolist() == [place]


def test_where_edits_overlap_the_earlier_group_stands() -> None:
    first = edits_of([(2, 4, "x", 0)])
    second = edits_of([(0, 3, "y", 1), (4, 5, "z", 1)])
    settled = settle([first, second])
    assert settled.rule.tolist() == [0, 1]
    assert decode(apply(encode("abcdef"), settled)) == "abxzf"
