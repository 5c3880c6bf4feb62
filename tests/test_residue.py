"""What still looks dirty: found where a person should look, silent on good text, and cleaning comes out the same."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import job, pipeline, residue
from cleancorpus.residue import DOMAIN, GARBLED, JOIN, MARK, QUOTE, STRAY, Residue
from cleancorpus.rules import Rules, load
from cleancorpus.source import of_text
from tests.test_restore import LINES

RULES: Rules = load()
PROSE = "河边的柳树已经发芽了，孩子们在岸上放风筝，老人坐在石头上晒太阳。\n"
TRADITIONAL = "河邊的柳樹已經發芽了，孩子們在岸上放風箏，老人坐在石頭上曬太陽。\n"

DIRTY = (
    (GARBLED, f"{PROSE}他把信\ufffd\ufffd叠好，放进了口袋。\n", "\ufffd"),
    (DOMAIN, f"{PROSE}他在自己的网站（blog.example.com）上写过这件事情。\n", "blog"),
    (MARK, f"{PROSE}比尔?盖里是他的邻居，两个人常常一起下棋。\n", "?"),
    (MARK, f"{PROSE}他走到河边、，大树底下，停了下来。\n", "，"),
    (QUOTE, f"{PROSE}他说：“我不去了，让他们自己去吧。\n{PROSE}", "“"),
    (QUOTE, f"{PROSE}他读过《春秋，又读过《左传》。\n", "《"),
    (STRAY, f"{TRADITIONAL * 9}他們内心裡都很明白，這樣做是不行的。\n", "内"),
)
CLEAN = (
    PROSE * 3,
    TRADITIONAL * 3,
    "“我先说一段，\n“再说一段。”\n" + PROSE,
    "他说：“好。”她说：“不好。”\n" + PROSE,
    "版本3.5比3.4快，见readme.md。\n" + PROSE,
    "这本著作很著名。\n" + PROSE,
    "",
)


def found(raw: str, rules: Rules = RULES) -> list[residue.Finding]:
    ready = job.prepare(of_text(raw), rules)
    return [one for done in ready.logged(log=False, look=True) for one in done.dirt]


@pytest.mark.parametrize(("kind", "raw", "at"), DIRTY)
def test_what_looks_dirty_is_found(kind: str, raw: str, at: str) -> None:
    (one,) = found(raw)
    assert one.kind == kind and raw.startswith(at, one.start)


@pytest.mark.parametrize("raw", CLEAN)
def test_good_text_looks_clean(raw: str) -> None:
    assert found(raw) == []


def test_a_join_that_was_all_but_made_is_found() -> None:
    above = "院子里的水已经没过了最上面的台阶\n"
    below = "他坐在窗前看书，看着看着就睡着了，醒来的时候天已经完全黑下来了。\n"
    (one,) = found(above + below * 4)
    assert one.kind == JOIN and one.text == "水已经没过了最上面的台阶\n他坐在窗前看书，看着看着"


def test_what_rules_for_review_found_goes_by_their_names() -> None:
    review = RULES.choose(ignore=["script/*"])
    raw = "他走進屋子，看見桌上放著一封信。于先生已經走了，頭發也白了，這是后來的事情。\n" * 9
    assert {one.kind for one in found(raw)} <= {"script/doubtful-form", STRAY}
    assert {one.kind for one in found(raw, review)} <= {STRAY}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_looking_changes_nothing(rows: list[str]) -> None:
    ready = job.prepare(of_text("\n".join(rows)), RULES)
    for span in ready.spans(1 << 18):
        piece = ready.source.piece(*span)
        looked, _ = residue.clean(piece, RULES, ready.profile)
        assert looked.string == pipeline.clean(piece, RULES, ready.profile).string


def test_the_residue_of_a_run_names_places_and_counts_the_most_frequent_first() -> None:
    raw = f"{PROSE}他把信\ufffd叠好。\n比尔?盖里和约翰?史密。\n"
    ready, out = job.prepare(of_text(raw, "raw.txt"), RULES), io.StringIO()
    dirt = Residue(out)
    dirt.begin("raw.txt")
    for done in ready.logged(look=True):
        dirt.take(done.piece, done.dirt)
    assert dirt.said() == [
        "2  mixed or doubled mark  raw.txt:3:3  raw.txt:3:9",
        "1  garbled place          raw.txt:2:4",
    ]
    rows = [json.loads(row) for row in out.getvalue().splitlines()]
    assert rows[0] == {
        "kind": "garbled place", "file": "raw.txt", "start": 36, "line": 2, "col": 4, "text": "他把信\ufffd叠好。",
    }  # fmt: skip
    assert [row["start"] for row in rows] == [36, 43, 49]
