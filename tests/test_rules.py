"""Rules as data: what a rule file may say, what is said of a bad one, which rule wins, and every rule's own examples."""

from __future__ import annotations

import logging
import os
import pickle
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus.check import clean_string, try_examples, try_rules
from cleancorpus.edits import apply, decode
from cleancorpus.packs import named, names
from cleancorpus.places import inside, places
from cleancorpus.ruledoc import schema, settable, tables
from cleancorpus.rulefile import FIELDS, FILE_KEYS, checked, line_of, opened, overlaid, parsed, read
from cleancorpus.rules import Rule, RuleError, Rules, builtin, builtin_folder, find_data, kept_spans, load, matches
from cleancorpus.text import Text

BAD = Path(__file__).parent / "bad_rules"
RULES = load()
BUILTIN = builtin()


def rule_file(folder: Path, text: str, name: str = "my.toml") -> Path:
    path = folder / name
    path.write_text("schema = 1\n" + text, encoding="utf-8")
    return path


def edited(text: str, rules: Rules, stage: str = "watermark") -> str:
    """A text after the data rules of one stage."""
    piece = Text.of(text)
    return decode(apply(piece.codes, find_data(piece, stage, rules)))


NOTICE = """
[[rule]]
id = "watermark/page-notice"
why = "The site says that the chapter goes on."
match = '''[（(]本章未完，请翻页[）)]'''
change = [['''他笑了。（本章未完，请翻页）''', '''他笑了。''']]
keep = ['''这一章还没有写完。''']
"""


# Rule files with faults.


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda p: p.stem)
def test_a_bad_rule_file_is_refused_with_this_message(path: Path) -> None:
    with pytest.raises(RuleError) as fault:
        load([path])
    assert f"{fault.value}\n".replace(f"{BAD}/", "") == path.with_suffix(".err").read_text(encoding="utf-8")


def test_a_missing_rule_file_names_the_nearest(tmp_path: Path) -> None:
    rule_file(tmp_path, NOTICE, "novels.toml")
    with pytest.raises(RuleError, match=r"no such file or directory; did you mean `novels.toml`\?"):
        load([tmp_path / "novel.toml"])


def test_the_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    one = rule_file(tmp_path, NOTICE.replace("why", "wy"), "one.toml")
    two = rule_file(tmp_path, NOTICE.replace("本章未完", "本章未完("), "two.toml")
    with pytest.raises(RuleError) as fault:
        load([one, two])
    assert "one.toml:5:1: unknown key `wy`; did you mean `why`?" in str(fault.value)
    assert "two.toml:6:29: not a regex in `match`: missing )" in str(fault.value)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BAD.glob("*.toml"))), st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    source = path.read_bytes().decode("utf-8", "replace")
    at, cut = data.draw(st.integers(0, len(source))), data.draw(st.integers(0, 12))
    new = data.draw(st.sampled_from(["", "'", '"', "[", "]", "{", "}", "=", "\n", ".", "3", "[1]", "{a=1}", "#", "本"]))
    try:
        checked(parsed("my.toml", source[:at] + new + source[at + cut :]), known=BUILTIN)
    except RuleError as fault:
        assert re.match(r"my\.toml:\d+:\d+: ", str(fault))


def test_places_are_found_in_every_form_of_toml() -> None:
    source = """# a = 1
a.b = [1, "]", [ "x,", # ]
  2 ], { c = '}', "d.e" = 'q' }]
"quoted \\u4e00" = 1979-05-27 07:32:00

[[rule]]
text = '''
[[rule]]
id = "none"'''''
[rule.sub]
k = true
[[rule]]
k = \"\"\"a\\
   b\"\"\"
"""
    found = {path: source[place.value :].split("\n")[0] for path, place in places(source).items()}
    assert found[("a", "b", 2, 0)].startswith('"x,"')
    assert found[("a", "b", 2, 1)].startswith("2 ]")
    assert found[("a", "b", 3, "c")].startswith("'}'")
    assert found[("a", "b", 3, "d.e")].startswith("'q'")
    assert found[("quoted 一",)] == "1979-05-27 07:32:00"
    assert found[("rule", 0, "sub", "k")] == "true"
    assert [path for path in found if path[:1] == ("rule",) and len(path) == 2] == [("rule", 0), ("rule", 1)]
    value = places(source)[("rule", 1, "k")].value
    assert source[inside(source, value, 1)] == "b"


# Which rule wins.


def test_a_rule_of_a_file_stands_before_the_built_in_ones_and_a_later_file_before_an_earlier(tmp_path: Path) -> None:
    rule = "[[rule]]\nid = 'spaces/{0}'\nwhy = 'w'\nmatch = '''甲'''\nreplace = '{0}'\n"
    rules = load([rule_file(tmp_path, rule.format(name), f"{name}.toml") for name in ("one", "two")])
    of_stage = [r for r in rules.all if r.stage == "spaces"]
    assert [r.id for r in of_stage[:2]] == ["spaces/two", "spaces/one"]
    assert all(r.ours for r in of_stage[2:])
    assert edited("甲", rules, "spaces") == "two"


def test_a_rule_with_the_id_of_another_takes_its_place(tmp_path: Path) -> None:
    rules = load([rule_file(tmp_path, NOTICE, "a.toml"), rule_file(tmp_path, NOTICE.replace("未完", "已完"), "b.toml")])
    assert [r.path for r in rules.all if r.id == "watermark/page-notice"] == [str(tmp_path / "b.toml")]
    assert edited("他笑了。（本章已完，请翻页）", rules) == "他笑了。"
    assert edited("他笑了。（本章未完，请翻页）", rules) == "他笑了。（本章未完，请翻页）"


def test_a_file_can_say_more_of_a_built_in_rule_by_its_id(tmp_path: Path) -> None:
    first = next(r for r in RULES.all if RULES.has(r.id))
    rules = load([rule_file(tmp_path, f"[[rule]]\nid = '{first.id}'\nenabled = false\n")])
    assert not rules.has(first.id)
    assert [r.id for r in rules.all] == [r.id for r in RULES.all]
    assert rules.get(first.id).why == first.why
    assert rules.choose([first.id]).has(first.id)


def test_a_guard_said_of_a_rule_stands_beside_the_one_it_has(tmp_path: Path) -> None:
    one = rule_file(tmp_path, NOTICE + "unless = '书'\n", "one.toml")
    two = rule_file(tmp_path, "[[rule]]\nid = 'watermark/page-notice'\nunless = '读'\n", "two.toml")
    rules = load([one, two])
    for line in ("他在书里。（本章未完，请翻页）", "他在读它。（本章未完，请翻页）"):
        assert edited(line, rules) == line
    assert edited("他笑了。（本章未完，请翻页）", rules) == "他笑了。"


def test_settings_of_a_file_win(tmp_path: Path) -> None:
    rules = load([rule_file(tmp_path, "[stage.script]\nto = 'hans'\n")])
    assert rules.setting("script", "to") == "hans"


def test_settings_in_tables_are_laid_over_one_by_one() -> None:
    assert overlaid({"a": 1, "b": {"c": 1, "d": {"e": 1}}}, {"b": {"d": {"f": 2}, "c": 3}}) == {
        "a": 1,
        "b": {"c": 3, "d": {"e": 1, "f": 2}},
    }


def test_fragments_are_put_into_patterns(tmp_path: Path) -> None:
    defined = "[define]\nturn = '翻页|翻頁'\nnotice = '''本章未完，请{{turn}}'''\n"
    rules = load([rule_file(tmp_path, defined + NOTICE.replace("本章未完，请翻页[", "{{notice}}["))])
    assert edited("他笑了。（本章未完，请翻頁）", rules) == "他笑了。"


# Which rules are on.


def test_select_and_ignore_choose_by_id_and_glob(tmp_path: Path) -> None:
    shy = NOTICE.replace("page-notice", "shy-notice") + "review = true\n"
    rules = load([rule_file(tmp_path, NOTICE + shy)])
    assert rules.has("watermark/page-notice")
    assert not rules.has("watermark/shy-notice")
    chosen = rules.choose(["watermark/*e-notice"])
    assert [r.id for r in chosen.all if chosen.has(r.id) and r.kind != "keep"] == ["watermark/page-notice"]
    assert rules.choose(["watermark/shy-notice"]).has("watermark/shy-notice")
    assert not rules.choose([], ["watermark/*"]).has("watermark/page-notice")


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("watermark/page-notise", "watermark/page-notice"),
        ("page-notice", "watermark/page-notice"),
        ("watermark", "watermark/*"),
    ],
)
def test_choosing_a_rule_that_is_not_there_names_the_nearest(tmp_path: Path, wanted: str, near: str) -> None:
    rules = load([rule_file(tmp_path, NOTICE)])
    with pytest.raises(RuleError, match=re.escape(f"no rule matches `{wanted}`; did you mean `{near}`?")):
        rules.choose([], [wanted])


def test_the_digest_tells_rules_apart_that_do_different_things(tmp_path: Path) -> None:
    one = load([rule_file(tmp_path, NOTICE)])
    assert one.digest == load([rule_file(tmp_path, NOTICE.replace("goes on", "continues"))]).digest
    others = [
        load([rule_file(tmp_path, NOTICE + "unless = '书'\n")]),
        load([rule_file(tmp_path, NOTICE + "view = 'folded'\n")]),
        load([rule_file(tmp_path, NOTICE + "enabled = false\n")]),
        one.choose(["watermark/page-notice"]),
        one.set("script", "to", "keep"),
    ]
    assert len({rules.digest for rules in (one, *others)}) == 6


def test_rules_travel_to_workers() -> None:
    twin = pickle.loads(pickle.dumps(RULES))
    assert twin.digest == RULES.digest
    assert [r.id for r in twin.all] == [r.id for r in RULES.all]


# How the rules that are data alone run.


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (r"match = '''甲\s*乙'''", "甲\n乙甲 乙", "甲\n乙"),
        ("match = '''^乙'''", "甲乙\n乙乙", "甲乙\n乙"),
        ("match = '''乙$'''", "乙乙\n乙甲", "乙\n乙甲"),
        (r"match = '''(?<!\s)乙'''", "甲\n乙", "甲\n"),
        (r"match = '''\A乙'''", "甲\n乙", "甲\n"),
        ("match = '''[^甲]+'''\nreplace = '丙'", "乙乙\n\n甲乙", "丙\n\n甲丙"),
        (r"match = '''(甲)(乙)?'''" + "\n" + r"replace = '''\2\1'''", "甲乙甲", "乙甲甲"),
        ("match = '''甲'''\nunless = '''丙'''", "甲丙\n甲乙", "甲丙\n乙"),
        ("match = '''[甲乙]'''\nhints = ['甲', '丁']", "乙\n乙甲\n丁乙\n", "乙\n\n丁\n"),
        ("match = '''(?<=甲)(?=乙)'''\nreplace = '丙'", "甲乙甲", "甲丙乙甲"),
        ("phrases = { '甲乙' = '丙', '甲乙丁' = '', '乙丁' = '戊' }", "甲乙丁甲乙乙丁甲", "丙戊甲"),
        ("phrases = { '甲' = '丙', '甲乙' = '丁' }", "甲甲乙甲", "丙丁丙"),
        ("map = { '甲' = '丙', '乙' = '丁丁', '丁' = '' }", "甲乙丁甲", "丙丁丁丙"),
    ],
)
def test_a_rule_changes_this(tmp_path: Path, rule: str, before: str, after: str) -> None:
    rules = load([rule_file(tmp_path, f"[[rule]]\nid = 'spaces/mine'\nwhy = 'w'\n{rule}\n")])
    assert edited(before, rules.choose(["spaces/mine"]), "spaces") == after


PATTERN = st.recursive(
    st.sampled_from(
        ["甲", "乙", ".", r"\s", r"\S", r"\W", "[^甲]", r"[\s乙]", "[^]乙]", "^", "$", r"\b", r"\A", r"\Z", r"\n"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        inner.map("({})".format),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{1,2}", "*?", "++"])).map("(?:{0[0]}){0[1]}".format),
        st.tuples(st.sampled_from(["?=", "?!", "?<=", "?<!", "?>"]), inner).map("({0[0]}{0[1]})".format),
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(PATTERN, st.text("甲乙 \n。", max_size=24))
def test_a_pattern_finds_what_it_finds_in_each_line_alone(pattern: str, text: str) -> None:
    rule = Rule("lines/mine", "w", match=pattern, ours=True)
    rules = replace(RULES, all=(rule,), on=np.ones(1, np.bool_))
    found = {(at + m.start(), at + m.end()) for at, m in matches(Text.of(text), 0, rule, rules)}
    plain, at = set(), 0
    for line in text.split("\n"):
        if line:
            plain |= {(at + m.start(), at + m.end()) for m in rule.pattern.finditer(line)}
        at += len(line) + 1
    assert found == plain


def test_a_keep_rule_protects_what_it_matches_from_its_stages(tmp_path: Path) -> None:
    keep = """[[rule]]
id = 'watermark/kept'
kind = 'keep'
why = 'w'
match = '''他说（本章未完.*）'''
stages = ['watermark']
"""
    rules = load([rule_file(tmp_path, NOTICE + keep)]).choose(["watermark/page-notice"])
    assert clean_string("他说（本章未完，请翻页）。", rules).string == "他说（本章未完，请翻页）。"
    assert clean_string("他笑（本章未完，请翻页）。", rules).string == "他笑。"
    starts, ends = kept_spans(Text.of("他说（本章未完）"), "watermark", rules)
    assert (starts.tolist(), ends.tolist()) == ([0], [8])
    assert len(kept_spans(Text.of("他说（本章未完）"), "lines", rules)[0]) == 0


SLOW = """
[[rule]]
id = "watermark/slow"
why = "It tries every way to share out the same text."
match = '''(?:甲|甲)+乙'''
change = [['甲甲乙', '']]
keep = ['甲']
"""


def test_a_slow_pattern_is_stopped_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rules = load([rule_file(tmp_path, NOTICE + SLOW)])
    monkeypatch.setattr("cleancorpus.rules.TIME_LIMIT", 0.05)
    slow = "甲" * 40 + "\n甲"
    with caplog.at_level(logging.WARNING, "cleancorpus"):
        assert edited(f"{slow}\n他笑了。（本章未完，请翻页）", rules) == f"{slow}\n他笑了。"
        assert edited(f"{slow}\n他笑了。（本章未完，请翻页）", rules) == f"{slow}\n他笑了。"
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'my.toml'}: rule `watermark/slow` took longer than 0.05 s on the text that begins "
        f"`{'甲' * 30}`; it is left out from here on, and the text stays as it was without it. "
        "`cleancorpus rules test` finds slow patterns"
    ]


def test_missing_examples_are_a_warning_in_a_users_file_and_a_fault_in_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = rule_file(tmp_path, "[[rule]]\nid = 'lines/mine'\nwhy = 'w'\nmatch = '甲'\n")
    with caplog.at_level(logging.WARNING, "cleancorpus"):
        load([path])
    assert f"1 rule cannot be tested for want of `change` and `keep` examples: {path}: lines/mine" in caplog.text
    with pytest.raises(RuleError, match="has no `keep`"):
        read(path, ours=True)


# What a trial of a rule says.


@pytest.mark.parametrize(
    ("verdict", "rule"),
    [
        ("missing", "match = '''甲丁'''\nchange = [['甲乙。', '乙。']]\nkeep = ['丙。']"),
        ("wrong", "match = '''甲乙'''\nchange = [['甲乙。', '乙。']]\nkeep = ['丙。']"),
        ("noisy", "match = '''甲'''\nchange = [['甲乙。', '乙。']]\nkeep = ['丙甲。']"),
        ("unstable", "match = '''甲'''\nreplace = '甲甲'\nchange = [['甲乙。', '甲甲乙。']]\nkeep = ['丙。']"),
        ("slow", "match = '''(?:甲|甲)+丁'''\nchange = [['甲丁。', '。']]\nkeep = ['甲。']"),
        ("untested", "match = '''甲'''\nkeep = ['丙。']"),
    ],
)
def test_a_trial_names_what_is_wrong_with_a_rule(tmp_path: Path, verdict: str, rule: str) -> None:
    rules = load([rule_file(tmp_path, f"[[rule]]\nid = 'watermark/mine'\nwhy = 'w'\n{rule}\n")])
    assert [finding.verdict for finding in try_rules(rules, [rules.get("watermark/mine")])] == [verdict]


def test_a_users_rule_that_harms_what_a_built_in_rule_keeps_is_named(tmp_path: Path) -> None:
    kept = next(r for r in RULES.all if r.keep)
    piece = kept.keep[0][:2]
    rule = f"""[[rule]]
id = 'watermark/mine'
why = 'w'
match = '''^{re.escape(piece)}'''
change = [['{piece}丁', '丁']]
keep = ['丁']
"""
    rules = load([rule_file(tmp_path, rule)])
    found = list(try_rules(rules, [rules.get("watermark/mine")]))
    assert ("harmful", kept.id) in {(finding.verdict, *finding.by) for finding in found}


def test_a_rule_knows_the_line_it_stands_in(tmp_path: Path) -> None:
    rules = load([rule_file(tmp_path, NOTICE)])
    assert line_of(rules.get("watermark/page-notice")) == 3


# The built-in rules.


def test_the_built_in_files_hold_no_fault() -> None:
    assert builtin(lazy=False).rules


@pytest.mark.parametrize("rule", RULES.all, ids=lambda rule: rule.id)
def test_a_built_in_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert list(try_examples(rule, RULES)) == []


def test_the_schema_knows_all_that_a_file_may_say() -> None:
    said = schema(RULES.settings)
    assert said["properties"].keys() == set(FILE_KEYS)
    assert said["properties"]["rule"]["items"]["properties"].keys() == FIELDS.keys()
    stages = said["properties"]["stage"]["properties"]
    assert {stage: set(known["properties"]) for stage, known in stages.items()} == {
        stage: {key for key in known if settable(stage, key)} for stage, known in RULES.settings.items()
    }


def test_the_examples_of_the_readme_hold(tmp_path: Path) -> None:
    readme = (builtin_folder() / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", readme, re.S)
    for n, block in enumerate(blocks):
        rules = load([rule_file(tmp_path, block.replace("schema = 1\n", ""), f"{n}.toml")])
        assert list(try_rules(rules, [rule for rule in rules.all if not rule.ours])) == []
    assert len(blocks) == 6


def test_the_tables_of_the_readme_are_those_of_the_program() -> None:
    path = builtin_folder() / "README.md"
    readme = path.read_text(encoding="utf-8")
    for table in tables({name: opened(named(name)).data["about"] for name in names()}):
        if os.environ.get("UPDATE"):
            head = re.escape(table.split("\n")[0])
            readme = re.sub(rf"{head}\n(?:\|.*\n)+", lambda _, new=table: new + "\n", readme)  # type: ignore[misc]
            path.write_text(readme, encoding="utf-8")
        assert table in readme
