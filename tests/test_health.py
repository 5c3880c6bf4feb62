"""How rules do on real text: what they take away, how long they may take, and which get in each other's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleancorpus import job, source
from cleancorpus.check import clean_string, is_slow, try_rules
from cleancorpus.cli import run
from cleancorpus.health import Ailment, Counts, Examination, meeting
from cleancorpus.rulebook import statistics
from cleancorpus.rules import Rule, Rules, load
from cleancorpus.text import Text
from tests.test_packs import write

PROSE = "他站在巷口望着远处的灯火，心里忽然涌起一阵说不出的滋味。\n"
RULE = """
[[rule]]
id = "{0}"
why = "A rule for a test."
match = '''{1}'''
replace = '''{2}'''
"""


def rules_of(folder: Path, *rules: tuple[str, str, str]) -> Rules:
    return load([write(folder, "mine.toml", "".join(RULE.format(*rule) for rule in rules))])


def examined(folder: Path, text: str, *rules: tuple[str, str, str]) -> list[Ailment]:
    """What is wrong with the rules on a text."""
    known = rules_of(folder, *rules)
    examination = Examination(known, [rule for rule in known.all if not rule.ours])
    prepared = job.prepare(source.of_text(text, "text"), known)
    for span in prepared.spans(job.PIECE):
        examination.take(prepared.source.piece(*span), prepared.profile)
    return list(examination.found())


def test_a_rule_that_another_undoes_is_named_with_it(tmp_path: Path) -> None:
    found = examined(tmp_path, PROSE * 3, ("characters/there", "灯火", "火燈"), ("spaces/back", "火燈", "灯火"))
    assert found == [Ailment("characters/there", "undone", "spaces/back", 3, "灯火")]


def test_rules_of_one_stage_that_undo_each_other_in_turn_are_named(tmp_path: Path) -> None:
    found = examined(tmp_path, PROSE, ("spaces/there", "远处", "近处"), ("spaces/back", "近处", "远处"))
    assert Ailment("spaces/there", "undone", "spaces/back", 1, "远处") in found


def test_rules_that_want_the_same_place_are_named(tmp_path: Path) -> None:
    found = examined(tmp_path, PROSE, ("spaces/one", "远处", "近处"), ("spaces/two", "处的灯", "处之灯"))
    assert found[0] == Ailment("spaces/one", "contested", "spaces/two", 1, "远处的灯")
    assert examined(tmp_path, PROSE, ("spaces/one", "远处", "近处"), ("spaces/two", "灯火", "火燈")) == []


def test_a_rule_that_never_acts_is_named(tmp_path: Path) -> None:
    assert examined(tmp_path, PROSE, ("spaces/one", "没有这个", "")) == [Ailment("spaces/one", "idle")]


def test_spans_that_meet_are_found() -> None:
    text = Text.of("")
    none = text.lines.start[:0]
    spans = [(0, 2), (4, 4), (6, 9)], [(1, 5), (6, 6), (8, 8), (9, 10)]
    columns = [none.__class__((len(s),), none.dtype) for group in spans for s in (group, group)]
    for column, values in zip(columns, [[s[k] for s in group] for group in spans for k in (0, 1)], strict=True):
        column[:] = values
    assert list(meeting(*columns)) == [(0, 0), (1, 0), (2, 2)]


def test_what_every_rule_did_is_counted_and_shown(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, ("watermark/signed", "（青山文库录入）", ""))
    counts = Counts(rules)
    cleaned = clean_string("他笑了。（青山文库录入）\n她也笑了。（青山文库录入）", rules)
    counts.take(cleaned)
    n = rules.number["watermark/signed"]
    assert (counts.edits[n], counts.before[n], counts.after[n], counts.lost[n]) == (2, 16, 0, 16)
    rows = ["".join(text for text, _ in row) for row in statistics(counts, counts.edits)]
    assert rows[0].split() == ["changes", "taken", "out", "put", "in", "seconds"]
    assert next(row.split()[:4] for row in rows if "signed" in row) == ["watermark/signed", "2", "16", "0"]


@pytest.mark.parametrize("target", [[], ["-o", "out.txt"], ["-o", "out.jsonl"]], ids=["stdout", "text", "jsonl"])
def test_a_rule_that_takes_away_too_much_is_refused_unless_forced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], target: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("raw.txt").write_text(PROSE * 100, encoding="utf-8")
    write(tmp_path, "mine.toml", RULE.format("spaces/greedy", "心里[^。]*", ""))
    command = ["clean", "raw.txt", "--rules", "mine.toml", *target]
    assert run(command) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "raw.txt: the rule `spaces/greedy` of mine.toml takes away 48% of it (more than 30% is" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.toml", "raw.txt"]
    assert run([*command, "--force"]) == 0
    assert "灯火，。" in (capfd.readouterr().out if not target else Path(target[1]).read_text(encoding="utf-8"))


SLOW = [
    ("watermark/slow", r"(a|aa)+$", ""),
    ("spaces/slow", r"(a+)+$", ""),
    ("characters/slow", r"(?:a|aa)+\d", ""),
    ("lines/slow", r"(?:a|a)*[bd]", ""),
]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_catastrophic_patterns_are_left_out_and_all_else_is_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, jobs: str
) -> None:
    monkeypatch.chdir(tmp_path)
    # Long enough that no rule of an ordinary kind runs into it on a loaded machine.
    monkeypatch.setattr("cleancorpus.rules.TIME_LIMIT", 0.3)
    raw = ("他笑了。（青山文库录入）\n" + "a" * 40 + "c\n" + PROSE) * 300 + "a" * 30_000 + "c\n"
    Path("raw.txt").write_text(raw, encoding="utf-8")
    said = "".join(RULE.format(*rule) for rule in [*SLOW, ("watermark/signed", "（青山文库录入）", "")])
    view = RULE.format("watermark/slow-view", r"(?:a|aa)+b", "").replace("replace = ''''''", "view = 'folded'")
    heading = RULE.format("headings/slow", r"(?:a|aa)+b", "").replace(
        "replace = ''''''", "kind = 'heading'\nhints = ['a', 'b']"
    )
    write(tmp_path, "mine.toml", said + view + heading)
    command = ["clean", "raw.txt", "--rules", "mine.toml", "-o", "out.txt", "-j", jobs]
    assert run([*command, "--strict"]) == 2
    rules = ("watermark/slow", "spaces/slow", "characters/slow", "lines/slow", "watermark/slow-view", "headings/slow")
    for rule in rules if jobs == "1" else ():
        assert f"rule `{rule}` took longer than" in caplog.text
    assert Path("out.txt").read_text(encoding="utf-8") == raw.replace("（青山文库录入）", "")
    assert run(command) == 0


def test_where_a_keep_rule_is_too_slow_its_stages_leave_everything_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleancorpus.rules.TIME_LIMIT", 0.05)
    keep = RULE.format("spaces/kept", r"(?:a|aa)+b", "").replace(
        "replace = ''''''", "kind = 'keep'\nstages = ['spaces']"
    )
    rules = load([write(tmp_path, "mine.toml", keep)])
    text = "a" * 40 + "c\n他终于看见了大海，高兴得跳 起来,笑了。"
    assert clean_string(text, rules).string == text.replace(",", "，")


def test_a_list_of_many_phrases_takes_limited_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleancorpus.rules.TIME_LIMIT", 0.05)
    phrases = "\n".join(f"'他{'站' * n}' = '''x'''" for n in range(1, 1000))
    path = write(tmp_path, "mine.toml", f"[[rule]]\nid = 'spaces/many'\nwhy = 'w'\n[rule.phrases]\n{phrases}\n")
    text = "他站" * 100_000
    rules = load([path])
    cleaned = clean_string(text, rules).string
    assert cleaned == "x" * 100_000 or (cleaned == text and rules.slow)


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"(?:甲|甲)+乙", True),
        (r"(?:丙*丙)*丁", True),
        (r"(?:请|点击|下一页)+[。！]", False),
        (r"(\w+\s?)*未完", True),
        (r"[（(]本章未完，请[^（）()]{0,20}[）)]", False),
    ],
)
def test_the_probe_tries_a_pattern_on_its_own_characters(pattern: str, slow: bool) -> None:
    assert is_slow(Rule("spaces/mine", "w", match=pattern, change=(("他笑了", "他"),), keep=("她也笑了",))) == slow


def test_of_the_texts_that_a_rule_harms_a_few_are_told(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, ("spaces/greedy", "[，。].*", ""))
    found = list(try_rules(rules, [rule for rule in rules.all if not rule.ours]))
    assert [finding.verdict for finding in found] == ["untested", "harmful", "harmful", "harmful"]
