"""Decisions: what is rejected does not happen, all else comes out as before; they are read as they were written."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import decisions, job, screen
from cleancorpus.decisions import NEAR, Decision, Seen, Sight
from cleancorpus.edits import decode
from cleancorpus.rules import RuleError, Rules, load
from cleancorpus.source import of_text
from cleancorpus.text import Text
from tests.test_cli import ROOT, environment

SAMPLES = [ROOT / "samples" / "compilation.txt", ROOT / "samples" / "webpage.txt"]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def pieces(raw: str, rules: Rules, size: int = job.PIECE) -> list[Text]:
    return list(job.prepare(of_text(raw), rules).pieces(size=size))


def without(raw: str, rules: Rules, rejected: list[Decision], lf: bool) -> str:
    """The raw text with every change but those that a decision speaks of."""
    resolved = rules.decide(rejected).decisions
    out, at = [], 0
    for piece in pieces(raw, rules):
        for i, (a, b, c, d) in enumerate(
            zip(piece.changes.start, piece.changes.end, piece.changes.to_start, piece.changes.to_end, strict=True)
        ):
            out.append(raw[at : piece.origin + a])
            at = piece.origin + int(b)
            before = raw[piece.origin + a : at]
            spoken = resolved.of(Sight(piece).of(i), piece.changes.rules_of(i))
            if not spoken:
                out.append(decode(piece.codes[c:d]))
            else:
                out.append(before.replace("\r\n", "\n") if lf and len(set(piece.changes.rules_of(i))) > 1 else before)
    return "".join([*out, raw[at:]])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_rejected_stays_and_all_else_comes_out_the_same(
    sample: Path, crlf: bool, seed: int, rules: Rules
) -> None:
    raw = sample.read_bytes().decode().replace("\n", "\r\n" if crlf else "\n")
    chance = random.Random(seed)
    found = [(p, i) for p in pieces(raw, rules) for i in range(len(p.changes))]
    rejected = [
        Decision("reject", rules.all[chance.choice(p.changes.rules_of(i))].id) for p, i in chance.sample(found, 2)
    ]
    rejected = [one for one in rejected if one.rule != decisions.LINE_BREAK]
    for p, i in chance.sample(found, min(40, len(found) // 2)):
        seen = Sight(p).of(i)
        rule = rules.all[p.changes.rules_of(i)[-1]].id
        if rule == decisions.LINE_BREAK:
            continue
        rejected.append(Decision("reject", rule, seen.before, seen.after, seen.left, seen.right))
    wanted = without(raw, rules, rejected, crlf)
    for size in (job.PIECE, 300):
        got = pieces(raw, rules.decide(rejected), size)
        assert "".join(p.string for p in got) == wanted
        assert {n for p in got for n in p.decided} == set(range(len(rejected)))
    assert wanted != "".join(p.string for p in pieces(raw, rules))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_what_stands_around_a_change_is_the_same_for_any_piece_size(sample: Path, rules: Rules) -> None:
    raw = sample.read_bytes().decode()
    whole, small = (
        [(p.origin + int(p.changes.start[i]), Sight(p).of(i)) for p in pieces(raw, rules, size) for i in range(len(p.changes))]
        for size in (job.PIECE, 200)
    )  # fmt: skip
    assert whole == small


def test_a_decision_holds_where_the_text_around_has_moved(rules: Rules) -> None:
    raw = "他在巷口站着,望着远处的灯。\n"
    once = Decision("reject", "punctuation/*", ",", "，", "\n他在巷口站着", "望着远处的灯。\n")
    for text in (raw, "先来的一行,在它的前面。\n" + raw, "夜里" + raw):
        out = "".join(p.string for p in pieces(text, rules.decide([once])))
        assert ("巷口站着,望着" in out) == (not text.startswith("夜里"))
        assert "一行," not in out


def test_of_several_decisions_the_one_that_says_most_holds_and_of_equals_the_last(rules: Rules) -> None:
    raw = "他在巷口站着,望着远处的灯。\n他在桥头坐下,看着河里的水。\n"

    def out(*decided: Decision) -> str:
        return "".join(p.string for p in pieces(raw, rules.decide(decided)))

    no, yes = Decision("reject", "punctuation/*"), Decision("accept", "*", ",", "，", "\n他在桥头坐下", "看着河里的水")
    assert out(no, yes) == out(yes, no) == "他在巷口站着,望着远处的灯。\n他在桥头坐下，看着河里的水。\n"
    assert out(no, Decision("accept", "*")) == out()
    assert out(Decision("accept", "*"), no) == raw


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.builds(Decision, st.sampled_from(decisions.VERDICTS), st.just("spaces/*"), texts, texts, texts, texts)
        | st.builds(Decision, st.sampled_from(decisions.VERDICTS), st.just("lines/x")),
        max_size=4,
    ),
    texts,
)
def test_decisions_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, decided: list[Decision], place: str
) -> None:
    path = tmp_path_factory.mktemp("d") / "decisions.toml"
    text = decisions.written([(one, place) for one in decided[:2]])
    text = decisions.written([(one, "") for one in decided[2:]], text)
    path.write_text(text, encoding="utf-8", newline="")
    assert decisions.read([path]) == decided
    assert not screen.hidden.search(text.replace("\n", ""))


def test_every_fault_of_a_file_of_decisions_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_text(
        'schema = 2\n\n[[decision]]\nverdict = "maybe"\nrule = "lines/*"\nbefor = "a"\n\n[[decision]]\nverdict = "reject"\nleft = 3\n'
    )
    with pytest.raises(RuleError) as fault:
        decisions.read([tmp_path / "d.toml"])
    said = str(fault.value)
    for place, what in [
        ("d.toml:1:1", "schema = 1"),
        ("d.toml:3:1", '"reject" or "accept"'),
        ("d.toml:6:1", "did you mean `before`"),
        ("d.toml:8:1", "names no `rule`"),
        ("d.toml:10:8", "`left` must be text"),
    ]:
        assert any(place in line and what in line for line in said.splitlines()), said


def test_a_wide_view_of_a_change_narrows_to_what_a_decision_holds(rules: Rules) -> None:
    for piece in pieces(SAMPLES[0].read_text(encoding="utf-8"), rules):
        for i in range(len(piece.changes)):
            assert Sight(piece).of(i, 4 * NEAR).near == Sight(piece).of(i)
    assert Sight(pieces("他说,走吧。", rules)[0]).of(0) == ("\n他说", ",", "，", "走吧。\n")
    assert Seen("一二三四五六七八九十", "", "", "").near.left == "三四五六七八九十"


def test_an_interrupted_review_keeps_what_was_answered(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_bytes(SAMPLES[0].read_bytes())
    with subprocess.Popen(
        [sys.executable, "-m", "cleancorpus", "review", "raw.txt"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdin and run.stdout
        run.stdin.write("n\n")
        run.stdin.flush()
        shown = ""
        while shown.count("right? [") < 2:
            letter = run.stdout.read(1)
            shown += letter
            assert letter, shown
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 130
    (once,) = decisions.read([tmp_path / "decisions.toml"])
    assert once.verdict == "reject"
    assert {p.name for p in tmp_path.iterdir()} == {"raw.txt", "decisions.toml"}


def test_what_was_cleaned_as_decided_can_be_restored_and_cleaned_again_without_a_rule(tmp_path: Path) -> None:
    raw = SAMPLES[0].read_bytes()
    (tmp_path / "raw.txt").write_bytes(raw)
    once = Decision("reject", "spaces/latin-gap", " ", "")
    (tmp_path / "d.toml").write_text(decisions.written([(once, "")]), encoding="utf-8")

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "cleancorpus", *arguments]
        subprocess.run(command, cwd=tmp_path, env=environment(), check=True, capture_output=True)

    run("clean", "raw.txt", "--decisions", "d.toml", "-o", "clean.txt", "--edits", "log.jsonl")
    run("restore", "clean.txt", "log.jsonl", "-o", "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == raw
    run("restore", "clean.txt", "log.jsonl", "--decisions", "d.toml", "--rule", "lines/*", "-o", "less.txt")
    run("clean", "raw.txt", "--decisions", "d.toml", "--ignore", "lines/*", "-o", "wanted.txt")
    assert (tmp_path / "less.txt").read_bytes() == (tmp_path / "wanted.txt").read_bytes()
