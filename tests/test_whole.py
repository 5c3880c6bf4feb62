"""What must hold for every text, held on the samples and on mixtures of their lines."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cleancorpus
from cleancorpus import job, rules, source
from cleancorpus.edits import decode, invert, replay
from cleancorpus.text import Text, han

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.txt"))
EVERY = [path.read_bytes().decode("gb18030" if "gb18030" in path.name else "utf-8") for path in SAMPLES]
LINES = [line for text in EVERY for line in text.splitlines(keepends=True)]


@st.composite
def mixtures(draw: st.DrawFn) -> str:
    """Runs of lines of the samples, in any order."""
    runs = draw(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(1, 12)), min_size=1, max_size=8))
    return "".join(line for start, n in runs for line in LINES[start : start + n])


few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
loaded = rules.load()


def pieces_of(text: str, size: int) -> list[Text]:
    """The cleaned pieces of a text cut wherever the survey lets it be cut, at about `size` code points."""
    prepared = job.prepare(source.of_text(text), loaded.set("script", "to", "auto"))
    return list(prepared.pieces(size=size))


@pytest.mark.parametrize("text", EVERY, ids=[p.name for p in SAMPLES])
def test_a_sample_cleaned_twice_is_as_cleaned_once(text: str) -> None:
    once = cleancorpus.clean(text).text
    assert cleancorpus.clean(once).text == once


@given(mixtures())
@few
def test_changes_lead_to_the_cleaned_text_and_back(text: str) -> None:
    cleaned = cleancorpus.clean(text)
    out, at = [], 0
    for change in cleaned.changes:
        assert text[change.start : change.end] == change.before
        out += [text[at : change.start], change.after]
        at = change.end
    assert "".join([*out, text[at:]]) == cleaned.text
    for piece in pieces_of(text, 1 << 18):
        assert decode(replay(piece.codes, invert(piece.changes), piece.raw)) == decode(piece.raw)


@given(mixtures(), st.integers(1, 400))
@few
def test_any_piece_size_gives_the_same_text(text: str, size: int) -> None:
    assert "".join(p.string for p in pieces_of(text, size)) == "".join(p.string for p in pieces_of(text, 1 << 30))


@given(mixtures())
@few
def test_script_keep_changes_no_han_character(text: str) -> None:
    cleaned = cleancorpus.clean(text, script="keep")
    is_han = han()
    for change in cleaned.changes:
        gone = Counter(c for c in change.before if is_han[ord(c)])
        come = Counter(c for c in change.after if is_han[ord(c)])
        assert not come - gone
        assert gone == come or any(rule.startswith("watermark/") for rule in change.rules)


@given(mixtures())
@few
def test_nothing_is_lost_but_watermarks(text: str) -> None:
    for change in cleancorpus.clean(text, script="keep").changes:
        before = Counter(c for c in change.before if c.isalnum())
        after = Counter(c for c in change.after if c.isalnum())
        if before != after:
            assert any(rule.startswith(("watermark/", "characters/")) for rule in change.rules), change


def test_the_samples_show_every_stage() -> None:
    fired = {
        rule.partition("/")[0] for text in EVERY for change in cleancorpus.clean(text).changes for rule in change.rules
    }
    assert fired >= set(rules.STAGE_NAMES)


def test_lines_in_random_order_are_cleaned_without_a_fault() -> None:
    shuffled = LINES.copy()
    random.Random(7).shuffle(shuffled)
    assert cleancorpus.clean("".join(shuffled)).text
