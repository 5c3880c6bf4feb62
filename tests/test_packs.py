"""Rule files together: what builds on what, which says a thing last, where files are found, and the built-in packs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cleancorpus
from cleancorpus import packs
from cleancorpus.check import clean_string, try_examples
from cleancorpus.commands.options import FOUND
from cleancorpus.convert import CONFIGS, NAMES
from cleancorpus.packs import found_from, named, names
from cleancorpus.rulebook import origin_record, origins
from cleancorpus.rulefile import CHOICES, LARGEST, checked, parsed
from cleancorpus.rules import Rule, RuleError, Rules, load

PACKS = ("essays", "exam", "novel", "ocr", "webpage")
RULE = """
[[rule]]
id = "watermark/{0}"
why = "A site's line."
match = '''{1}'''
change = [['''他笑了。{1}''', '''他笑了。''']]
keep = ['''她也笑了。''']
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("schema = 1\n" + text, encoding="utf-8")
    return path


def told(rules: Rules, of: str, name: str) -> str:
    """Which file says a field of a rule or a setting: its name and line."""
    rule = rules.get(of) if "/" in of else None
    record = next(origin_record(o) for o in origins(rules, rule) if (o.of, o.name) == (of, name))
    return f"{Path(record['file']).name}:{record['line']}"


# What builds on what.


def test_a_file_builds_on_packs_and_on_files_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "shared/site.toml", RULE.format("site", "青山书屋首发"))
    mine = write(tmp_path, "mine.toml", 'extends = ["novel", "shared/site.toml"]\n' + RULE.format("mine", "墨香手打"))
    rules = load([mine])
    assert (
        clean_string("他笑了。青山书屋首发\n她也笑了。墨香手打\n（本章完）", rules).string == "他笑了。\n她也笑了。\n"
    )
    assert [r.id for r in rules.all if r.stage == "watermark"][:2] == ["watermark/mine", "watermark/site"]


def test_what_a_file_says_goes_before_what_it_builds_on(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", "[stage.lines]\nlikely = 1.5\nsure = 2.5\n")
    write(tmp_path, "b.toml", "[stage.lines]\nsure = 2.6\n")
    rules = load([write(tmp_path, "c.toml", 'extends = ["./a.toml", "./b.toml"]\n[stage.lines]\nlikely = 1.7\n')])
    assert (rules.setting("lines", "likely"), rules.setting("lines", "sure")) == (1.7, 2.6)
    assert told(rules, "lines", "likely") == "c.toml:4"
    assert told(rules, "lines", "sure") == "b.toml:3"


def test_a_file_that_two_others_build_on_is_read_once(tmp_path: Path) -> None:
    base = write(tmp_path, "base.toml", RULE.format("base", "墨香手打"))
    one = write(tmp_path, "one.toml", 'extends = ["./base.toml"]\n[[rule]]\nid = "watermark/base"\nenabled = false\n')
    two = write(tmp_path, "two.toml", 'extends = ["./base.toml"]\n')
    assert not load([one, two, base]).has("watermark/base")


def test_rules_are_disabled_by_id_and_glob_and_one_can_be_taken_out_of_it(tmp_path: Path) -> None:
    text = 'disable = ["script/*", "watermark/credit"]\n[[rule]]\nid = "script/convert"\nenabled = true\n'
    rules = load([write(tmp_path, "mine.toml", text)])
    assert [r.id for r in rules.all if r.stage == "script" and rules.has(r.id)] == ["script/convert"]
    assert not rules.has("watermark/credit")
    assert told(rules, "watermark/credit", "enabled") == "mine.toml:2"


def test_a_field_of_a_rule_is_overridden_and_the_others_stay(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", RULE.format("base", "墨香手打"))
    text = """extends = ["./base.toml"]
[define]
who = "墨香|青山"
[override.'watermark/base']
match = '''(?:{{who}})手打'''
change = [["她笑了。青山手打", "她笑了。"]]
"""
    rules = load([write(tmp_path, "mine.toml", text)])
    rule = rules.get("watermark/base")
    assert (rule.match, rule.why, rule.keep) == ("(?:(?:墨香|青山))手打", "A site's line.", ("她也笑了。",))
    assert list(try_examples(rule, rules)) == []
    assert told(rules, "watermark/base", "match") == "mine.toml:6"
    assert told(rules, "watermark/base", "why") == "base.toml:5"


def test_a_users_pattern_in_a_built_in_rule_runs_under_a_time_limit(tmp_path: Path) -> None:
    assert not load().get("watermark/credit").limited
    for said in (
        "[override.'watermark/credit']\nunless = '''录音'''",
        "[[rule]]\nid = 'watermark/credit'\nunless = '录'",
    ):
        assert load([write(tmp_path, "mine.toml", said)]).get("watermark/credit").limited


def test_an_overridden_guard_takes_the_place_of_the_one_there_is(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", RULE.format("base", "墨香手打") + "unless = '''书'''\n")
    text = 'extends = ["./base.toml"]\n[override."watermark/base"]\nunless = ""\n'
    rules = load([write(tmp_path, "mine.toml", text)])
    assert clean_string("他看书。墨香手打", rules).string == "他看书。"


# What is refused, whatever its size.


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "long.toml", "# " + "x" * LARGEST)
    with pytest.raises(RuleError, match="a rule file may have 2,000,000 characters"):
        load([path])
    with pytest.raises(RuleError, match="a rule file may have 2,000,000 characters"):
        load([Path("/dev/zero")])


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 100_000, ".".join("a" * 100_000) + " = 1", '"a".' * 100_000 + "b = 1", "x = {" + "'a'." * 100_000 + "b = 1}",
     "[" + ".".join("a" * 100_000) + "]", "".join(f"key{n} = 1\n" for n in range(50_000)), "[[rule]]\n" * 50_000],
    ids=["lists", "parts", "quoted parts", "parts in a table", "table", "keys", "rules"],
)  # fmt: skip
def test_a_file_made_to_be_slow_is_refused_soon(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuleError) as fault:
        load([write(tmp_path, "mine.toml", text)])
    assert len(str(fault.value).split("\n")) < 200


def test_what_a_project_says_must_be_a_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\ncleancorpus = 3\n", encoding="utf-8")
    with pytest.raises(RuleError, match="tool.cleancorpus must be a table"):
        load([tmp_path / "pyproject.toml"])


def test_a_long_chain_of_files_is_refused(tmp_path: Path) -> None:
    for n in range(30):
        write(tmp_path, f"{n}.toml", f'extends = ["./{n + 1}.toml"]\n')
    with pytest.raises(RuleError, match="more than 16 files build one upon the other"):
        load([tmp_path / "0.toml"])


def test_the_faults_of_all_files_are_told_and_none_that_only_follows(tmp_path: Path) -> None:
    write(tmp_path, "base.toml", RULE.format("base", "墨香手打").replace("why", "wy"))
    text = 'extends = ["./base.toml"]\ndisable = ["watermark/base"]\n[override."watermark/base"]\nwhy = "w"\n[stage.line]\n'
    with pytest.raises(RuleError) as fault:
        load([write(tmp_path, "mine.toml", text)])
    assert [line for line in str(fault.value).split("\n") if ".toml:" in line] == [
        f"{tmp_path}/base.toml:3:1: `watermark/base` has no `why`: a sentence a reader understands who sees the change",
        f"{tmp_path}/base.toml:5:1: unknown key `wy`; did you mean `why`?",
        f"{tmp_path}/mine.toml:6:1: unknown stage `line`, expected `characters`, `watermark`, `headings`, `lines`, "
        "`spaces`, `punctuation`, `script`; did you mean `lines`?",
    ]


def test_the_values_a_setting_can_have_are_those_of_the_program() -> None:
    assert set(CHOICES["script", "to"]) == {"auto", "keep", *NAMES, *CONFIGS}


# Where files are found.


def test_the_nearest_file_above_a_folder_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "raw" / "novels"
    inner.mkdir(parents=True)
    assert found_from(inner) is None
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert found_from(inner) is None
    project = "[tool.cleancorpus]\nschema = 1\ndisable = ['script/*']\n[[tool.cleancorpus.rule]]\nid = 'script/convert'\nenabled = true\n"
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    assert found_from(inner) == tmp_path / "pyproject.toml"
    rules = load([tmp_path / "pyproject.toml"])
    assert rules.has("script/convert")
    assert not rules.has("script/lazy-form")
    assert told(rules, "script/convert", "enabled") == "pyproject.toml:6"
    assert told(rules, "script/lazy-form", "enabled") == "pyproject.toml:3"
    write(tmp_path, "cleancorpus.toml", "")
    assert found_from(inner) == tmp_path / "cleancorpus.toml"
    write(tmp_path / "raw", "cleancorpus.toml", "")
    assert found_from(inner) == tmp_path / "raw" / "cleancorpus.toml"


def test_another_projects_file_need_not_be_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff = [")
    assert found_from(tmp_path) is None


# The built-in packs.


def test_there_is_a_pack_for_each_of_these_kinds_of_source() -> None:
    assert tuple(names()) == PACKS
    with pytest.raises(RuleError, match="there is no pack `novels`; did you mean `novel`?"):
        named("novels")


def rules_of(pack: str) -> list[Rule]:
    return [rule for rule in load([named(pack)]).all if Path(rule.path).stem == pack]


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_holds_no_fault_and_says_what_it_is_for(pack: str) -> None:
    source = named(pack).read_text(encoding="utf-8")
    assert checked(parsed(str(named(pack)), source), ours=True, known=packs.builtin(lazy=False)).rules
    assert parsed(str(named(pack)), source).data["about"]


@pytest.mark.parametrize(
    ("pack", "rule"), [(p, r) for p in PACKS for r in rules_of(p)], ids=lambda x: getattr(x, "id", x)
)
def test_a_rule_of_a_pack_does_what_its_examples_say(pack: str, rule: Rule) -> None:
    assert list(try_examples(rule, load([named(pack)]))) == []


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_leaves_alone_what_the_built_in_rules_keep(pack: str) -> None:
    rules = load([named(pack)]).set("script", "to", "keep")
    for rule in rules.all:
        for text in rule.keep:
            assert clean_string(text, rules).string == text, rule.id


def test_the_help_and_the_python_api_know_the_packs() -> None:
    assert ", ".join(sorted(PACKS)) == ", ".join(
        sorted(re.findall("[a-z]+", str(FOUND[0][1]["help"]).partition(":")[2]))
    )
    text = "她转身走进雨里。\n（本章完）\n第二天，雨停了。\n"
    assert cleancorpus.clean(text, packs=["novel"]).text == "她转身走进雨里。\n第二天，雨停了。\n"


def test_all_packs_go_together() -> None:
    assert load([named(pack) for pack in PACKS]).all


def test_what_a_scanner_may_have_taken_for_something_else_is_only_for_review() -> None:
    rules = load([named("ocr")])
    assert not any(rules.has(rule.id) for rule in rules_of("ocr"))
    assert clean_string("他己经走了。", rules).string == "他己经走了。"
    chosen = rules.choose(["characters/look-alike-word"])
    assert clean_string("他己经走了。", chosen).string == "他已经走了。"


def test_blanks_and_options_of_an_exam_stay() -> None:
    rules = load([named("exam")])
    for text in (
        "下列句子没有语病的一项是（    ）\nA．春花  B．秋月  C．冬雪  D．夏雨",
        "《岳阳楼记》的作者是____，字希文。",
    ):
        assert clean_string(text, rules).string == text
