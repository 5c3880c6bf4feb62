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


ODD = (
    " ",
    "　",
    "，",
    ",",
    ".",
    "“",
    "”",
    "(",
    "）",
    "www.",
    "good",
    "Word",
    "12",
    "\t",
    "\r\n",
    "\n\n",
    "——",
    "…",
    "<",
    "-",
)


@st.composite
def scraps(draw: st.DrawFn) -> str:
    """A part of such a mixture that begins and ends anywhere, with odd characters strewn in."""
    text = draw(mixtures())
    for place, odd in draw(st.lists(st.tuples(st.integers(0, 9999), st.sampled_from(ODD)), max_size=12)):
        text = text[: place % len(text)] + odd + text[place % len(text) :]
    begin, end = sorted(place % (len(text) + 1) for place in draw(st.tuples(*[st.integers(0, 9999)] * 2)))
    return text[begin:end]


WELL = "清早的雾还没有散，他挑着两只空桶往井边走，路上遇见了赶集回来的邻居。\n"
LEDGER = "会议开得很长，大家把去年的账一笔一笔地对了一遍，谁也说不清是怎么差的。\n"
BROKEN = (
    WELL, LEDGER, "一九八零年五月，记者在河边的村庄里看到了许多正在修理的水车。\n",
    "“雨水多了也不好，”邻居这样说着，把担子换到另一个肩膀上。\n",
    "春天的时候，路两边开满了花，孩子们放了学就往那里跑。\n",
    "去年的麦子一共收了两千多斤，比前年多出来许多，家家都很高兴。\n",
)  # fmt: skip


def broken(seed: int) -> str:
    """Some sentences with a line break behind every sixteenth character or so."""
    chance = random.Random(seed)
    text = ""
    for _ in range(chance.randint(5, 9)):
        for c in chance.choice(BROKEN)[:-1]:
            text += c + ("\n" if chance.random() < 0.06 and c not in "。“" else "")
        text += "\n"
    return text.replace("\n\n", "\n")


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


@pytest.mark.parametrize(
    "text",
    [
        f"{WELL}他站在门口等了很久--\n--一直等到天黑才回到屋里去。\n{LEDGER}",
        f"{WELL}邻居放下担子，看了看天色，然后慢慢地对他说\n:“雨水多了也不好，地里的麦子都倒了。”\n{LEDGER}",
    ],
)
def test_what_will_be_a_dash_or_a_colon_is_read_as_one(text: str) -> None:
    once = cleancorpus.clean(text).text
    assert once.count("\n") == text.count("\n") - 1
    assert cleancorpus.clean(once).text == once


@pytest.mark.parametrize("seed", [17, 35, 80, 95, 96, 98, 134, 142, 155, 199])
def test_short_lines_that_were_joined_are_no_list_any_more(seed: int) -> None:
    once = cleancorpus.clean(broken(seed)).text
    assert cleancorpus.clean(once).text == once


def test_a_cut_takes_no_evidence_away() -> None:
    text = (WELL + "村里的人去年一共收了两千多斤麦子，比前年多出来许多，大家\n都很高兴。\n" + LEDGER) * 1000
    places = job.prepare(source.of_text(text), loaded).profile.cuts.place[1:-1]
    assert len(places)
    for place in places.tolist():
        assert text[place - 2 : place] == "。\n"
        assert text[place:].split("\n", 1)[0].endswith("。")


def test_a_cut_before_a_watermark_takes_it_along() -> None:
    text = f"{WELL}（墨香小说网 www.example.com 更新最快）唯恐说错了一个字。\n{LEDGER}"
    whole = "".join(p.string for p in pieces_of(text, 1 << 30))
    assert "墨香" not in whole
    assert "".join(p.string for p in pieces_of(text, 1)) == whole


@given(scraps())
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
