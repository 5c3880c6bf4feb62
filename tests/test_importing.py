"""Rules of other programs as ours: what is turned into what, and what is left out and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleancorpus.check import clean_string
from cleancorpus.importing import Imported, Unfit, legado, of_java, of_list, replacement_of_java
from cleancorpus.rulefile import RuleError
from cleancorpus.rules import Rules, builtin, load

KNOWN = builtin()


def loaded(made: Imported, folder: Path) -> Rules:
    path = folder / "made.toml"
    path.write_text(made.file("From 'elsewhere'."), encoding="utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("java", "ours"),
    [
        (r"\QA.B*\E?", r"A\.B\*?"),
        (r"[\h,]+", r"[ \t\u3000\u00a0,]+"),
        (r"甲\h*", r"甲[ \t\u3000\u00a0]*"),
        (r"\x{4e00}", r"\U00004e00"),
        (r"[\p{IsHan}&&[^一]]", r"(?V1)[\p{IsHan}&&[^一]]"),
        (r"a++(?<name>b)\z", r"a++(?<name>b)\Z"),
        (r"\^甲\$", r"\^甲\$"),
        (r"(?m)^甲$", r"(?m)^甲$"),
        (r"[^甲]&&", r"[^甲]&&"),
    ],
)
def test_a_pattern_of_java_becomes_one_of_ours(java: str, ours: str) -> None:
    assert of_java(java) == ours


@pytest.mark.parametrize("java", [r"^甲", r"(^甲|乙)", r"甲$", r"(甲$)", r"甲\n乙", r"甲\R", r"甲\r?\n", r"甲\u000a"])
def test_a_pattern_that_sees_more_than_a_line_is_not_taken_over(java: str) -> None:
    with pytest.raises(Unfit):
        of_java(java)


@pytest.mark.parametrize(
    ("java", "ours"),
    [
        ("$1、$2", r"\g<1>、\g<2>"),
        ("${who}们", r"\g<who>们"),
        (r"\$1", "$1"),
        (r"a\\b", r"a\\b"),
        ("", ""),
        ("5$", "5$"),
    ],
)
def test_a_replacement_of_java_becomes_one_of_ours(java: str, ours: str) -> None:
    assert replacement_of_java(java) == ours


def rule(**said: Any) -> dict[str, Any]:
    return {"name": "名", "pattern": "甲", "replacement": "", "isRegex": True, "isEnabled": True, **said}


def test_rules_of_legado_do_here_what_they_did_there(tmp_path: Path) -> None:
    entries = [
        rule(pattern="（青山文库\\h*录入）"),
        rule(pattern="(他|她)們", replacement="$1们"),
        rule(pattern="a.b*c", replacement="x\\y", isRegex=False),
    ]
    made = legado(json.dumps(entries), KNOWN)
    assert made.left == []
    assert clean_string("他們笑了。（青山文库 录入）a.b*c", loaded(made, tmp_path)).string == "他们笑了。x\\y"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"replacement": "@js:result"}, "its replacement is a program"),
        ({"pattern": "(甲"}, "not a regex in `match`: missing )"),
        ({"pattern": "甲*"}, "`match` matches the empty text, so it would match everywhere"),
        ({"pattern": ""}, "it has no pattern"),
        ({"pattern": "甲", "replacement": "\n"}, "it goes over the end of a line, and a rule sees one line at a time"),
        (
            {"replacement": "$3"},
            "`replace` names the group \\g<3>, but `match` has no group; put ( ) around what shall stay",
        ),
        ({"scopeTitle": True, "scopeContent": False}, "it is for titles alone, which no rule sees apart from the text"),
        ({"replacement": 3}, "its replacement is no text"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_the_reason(said: dict[str, Any], why: str) -> None:
    made = legado(json.dumps([rule(**said)]), KNOWN)
    assert (made.rules, made.left) == ([], [("名", why)])


def test_what_was_off_or_for_one_book_is_off(tmp_path: Path) -> None:
    made = legado(json.dumps([rule(isEnabled=False), rule(scope="一本书"), rule(), 7]), KNOWN)
    rules = loaded(made, tmp_path)
    assert [rules.has(f"watermark/legado-{n}") for n in (1, 2, 3)] == [False, False, True]
    assert "# It was only for 一本书; here it is off until you say `enabled = true`." in made.file("x")
    assert made.left == [("rule 4", "it is no rule")]


def test_one_rule_alone_is_taken_over_and_what_is_no_json_is_refused() -> None:
    assert len(legado(json.dumps(rule()), KNOWN).rules) == 1
    with pytest.raises(RuleError, match="not JSON"):
        legado("[", KNOWN)


def test_a_list_becomes_a_rule_of_phrases(tmp_path: Path) -> None:
    made = of_list("# names\n青山書屋\t青山书屋\n\n坏行\n青山\t高山\n青山\t绿山\n\t空\n", "Na'mes", KNOWN)
    assert made.left == [
        ("line 4", "it has no tab"),
        ("line 6", "`青山` became `高山` in a line above"),
        ("line 7", "nothing stands before the tab"),
    ]
    rules = loaded(made, tmp_path)
    assert rules.has("script/na-mes")
    assert clean_string("青山書屋在青山里。", rules).string == "青山书屋在高山里。"


def test_of_the_forms_of_a_dictionary_of_opencc_the_first_stands(tmp_path: Path) -> None:
    made = of_list("賬戶\t帳戶 賬戶\n幺麼\t幺麼\n空\t\n", "user", KNOWN, opencc=True)
    assert made.left == [("line 3", "nothing stands behind the tab")]
    assert clean_string("賬戶裡的錢", loaded(made, tmp_path)).string == "帳戶裡的錢"
