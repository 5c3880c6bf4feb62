"""What became of a place: every edit in order with the text before it, what was refused, and offsets there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import job, trace
from cleancorpus.chain import Verdict
from cleancorpus.decisions import Decision
from cleancorpus.rules import Rules, load
from cleancorpus.source import SourceError, of_text
from cleancorpus.trace import Trace
from tests.test_restore import LINES

RULES: Rules = load().set("script", "to", "hant")
RAW = (
    "第一篇:秋天的田野\n"
    "他走進屋子,看見桌上放著一封信。信是從北京寄來的,裡面寫著三件事情,都是關于老家的房子和田地的事情,他看了很久,想起了小時候的許多問\n"
    "題,心里很不是滋味。\n"
    "更多小說請到www.shuwu-abc.com下載\n"
    "第二篇:雨夜\n"
    "天黑了,街上沒有一個人,只有遠處的狗在叫。\n"
)


def traced(raw: str, line: int, column: int | None = None, rules: Rules = RULES) -> Trace:
    outline: list[Verdict] = []
    ready = job.prepare(of_text(raw, "raw.txt"), rules, outline=outline.extend)
    return trace.traced(ready, *trace.stretch(ready, line, column), outline)


def test_the_stages_that_touched_a_line_come_in_order_with_the_text_before_them() -> None:
    found = traced(RAW, 2)
    assert found.raw == RAW.splitlines(keepends=True)[1]
    assert [step.stage for step in found.steps] == ["lines", "punctuation", "script"]
    assert found.steps[0].before == found.raw
    assert [(d.rule, d.new) for d in found.steps[0].deeds] == [("lines/word-straddles-break", "")]
    for step, after in zip(found.steps, [step.before for step in found.steps[1:]] + [found.clean], strict=True):
        text, at = "", 0
        for deed in step.deeds:
            text += step.before[at : deed.start] + deed.new
            at = deed.end
        assert text + step.before[at:] == after


def test_of_one_character_only_what_touched_it_is_told() -> None:
    column = RAW.splitlines()[1].index("于") + 1
    found = traced(RAW, 2, column)
    assert (found.raw, found.clean) == ("于", "於")
    assert [[d.rule for d in step.deeds] for step in found.steps] == [["script/convert"]]


def test_a_watermark_line_leaves_nothing() -> None:
    found = traced(RAW, 4)
    assert found.clean == "" and [step.stage for step in found.steps] == ["watermark"]


def test_what_nothing_touched_says_so() -> None:
    assert traced("雨停了。\n", 1) == Trace("雨停了。\n", (), "雨停了。\n", ())


def test_a_rule_that_is_off_is_named_as_refused() -> None:
    (one,) = traced("他来了,又走了。\n", 1, rules=RULES.choose(ignore=["punctuation/*"])).refused
    assert (one.stage, one.before, one.after) == ("punctuation", ",", "，")
    assert one.why == "punctuation/half-width found it, but is off"


def test_what_a_person_rejected_is_told() -> None:
    reject = Decision("reject", rule="lines/*")
    found = traced(RAW, 2, rules=RULES.decide([reject]))
    assert found.clean.endswith("問\n")
    (one,) = (r for r in found.refused if r.stage == "decisions")
    assert (one.before, one.after, one.why) == ("\n", "", "a person rejected it")


def test_a_heading_says_what_it_opens() -> None:
    (one,) = traced(RAW, 1).headings
    assert (one.rule, one.level, one.opens) == ("headings/piece", 1, True)


def test_a_heading_that_was_refused_has_its_reason() -> None:
    sample = (Path(__file__).parents[1] / "samples" / "compilation.txt").read_text(encoding="utf-8")
    (one,) = traced(sample, 30).refused
    assert (one.stage, one.why) == ("headings", "no heading: it reads as part of a sentence")


def test_a_join_that_was_refused_says_by_how_much() -> None:
    above = "院子里的水已经没过了最上面的台阶\n"
    below = "他坐在窗前看书，看着看着就睡着了，醒来的时候天已经完全黑下来了。\n"
    (one,) = traced(above + below * 4, 1).refused
    assert (one.stage, one.before) == ("lines", "\n")
    assert one.why.startswith("not joined: the evidence falls short by ")
    assert not traced(above + ("　　" + below) * 4, 1).refused


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (7, None, "raw.txt: there is no line 7; the file has 6"),
        (0, None, "there is no line 0"),
        (3, 99, "raw.txt: line 3 has no column 99; it has 11"),
        (3, 0, "line 3 has no column 0"),
    ],
)
def test_a_place_that_is_not_there_is_an_error(line: int, column: int | None, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        traced(RAW, line, column)


def test_lines_of_a_file_cut_into_pieces_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [traced(RAW * 40, line) for line in (1, 100, 239)]
    monkeypatch.setattr(trace, "PIECE", 50)
    assert [traced(RAW * 40, line) for line in (1, 100, 239)] == whole


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\r\n", ""])), min_size=1, max_size=12))
def test_places_lead_there_and_back(rows: list[tuple[str, str]]) -> None:
    raw = "".join(a + b for a, b in rows)
    ready = job.prepare(of_text(raw), RULES)
    clean = "".join(piece.string for piece in ready.pieces())
    if not raw or not clean:
        return
    for place in trace.mapped(ready, [(at, None) for at in range(len(raw))], of_clean=False):
        assert place.before or raw[place.raw] == clean[place.clean]
    there = trace.mapped(ready, [(at, None) for at in range(len(clean))], of_clean=True)
    for place in there:
        assert place.after or raw[place.raw] == clean[place.clean]
    by_line = trace.mapped(ready, [(place.clean_line, place.clean_col) for place in there], of_clean=True)
    assert by_line == there


def test_a_place_beyond_the_text_is_an_error() -> None:
    ready = job.prepare(of_text(RAW, "raw.txt"), RULES)
    with pytest.raises(SourceError, match="there is no character 9999; the raw text has"):
        trace.mapped(ready, [(9999, None)], of_clean=False)
    with pytest.raises(SourceError, match="there is no line 2 with a column 999; the cleaned text has"):
        trace.mapped(ready, [(2, 999)], of_clean=True)
