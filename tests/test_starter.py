"""A first rule file from raw text, and the way from it to a clean text as the README tells it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cleancorpus.check import try_rules
from cleancorpus.cli import run
from cleancorpus.rules import load
from cleancorpus.starter import starter

ROOT = Path(__file__).parents[1]
PARAGRAPHS = (
    "船在天黑以前靠了岸，岸上只有一个提灯的老人。",
    "门上的锁早就锈死了，他从后墙翻了进去。",
    "老人把灯放在桌上，半天没有开口。",
    "信纸已经发黄，字迹还看得清楚。",
    "回来的时候，门前的树又高了一截。",
)
SIGNED = "".join(f"{text}\n竹影阁第{n}张\n" for n, text in enumerate(PARAGRAPHS, 1))
SITE = PARAGRAPHS[0] + "\n请到 http://www.zhuying.test/shu 看看，那里还有别的。\n" + PARAGRAPHS[1] + "\n"


def uncommented(said: str) -> str:
    """A starter whose rules and settings are all taken out of their comments."""
    return re.sub(r"(?m)^#(?=\S)", "", said)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (SIGNED, "竹影阁"),
        (SITE, "zhuying"),
        ((ROOT / "samples" / "webpage.txt").read_text(encoding="utf-8"), "example.com"),
        (PARAGRAPHS[0], ""),
        ("", ""),
        ("'''\n\x1b[31m\n\\\n\"\"\"\n" * 4, ""),
    ],
    ids=["line", "site", "sample", "nothing", "empty", "quotes"],
)
def test_a_starter_loads_as_it_is_and_passes_its_test_when_its_rules_are_taken_out_of_comments(
    tmp_path: Path, text: str, gone: str
) -> None:
    said = starter(text, "raw'''.txt", load())
    path = tmp_path / "my.toml"
    path.write_text(said, encoding="utf-8")
    assert [rule for rule in load([path]).all if not rule.ours] == []
    path.write_text(uncommented(said), encoding="utf-8")
    rules = load([path])
    mine = [rule for rule in rules.all if not rule.ours]
    assert mine
    assert list(try_rules(rules, mine)) == []
    assert not gone or any(gone in before and gone not in after for rule in mine for before, after in rule.change)


def test_what_the_built_in_rules_take_out_is_not_offered() -> None:
    text = "".join(f"{p}\n本书由“墨香”整理.\nwww.moxiang.test 墨香小说网\n" for p in PARAGRAPHS)
    assert "墨香" not in starter(text, "raw.txt", load())


def test_the_way_from_raw_text_to_clean_text_is_as_the_readme_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Rules of your own") : readme.index("## Find what repeats")]
    blocks = re.findall(r"```(sh|toml)\n(.*?)```", section, re.S)
    assert [kind for kind, _ in blocks] == ["sh", "toml", "toml", "sh", "sh"]
    commands = [
        shlex.split(line, comments=True)[1:] for kind, text in (blocks[0], blocks[3]) for line in text.splitlines()
    ]
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "webpage.txt").write_bytes((ROOT / "samples" / "webpage.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert run(commands[0]) == 0
    written = Path("my.toml").read_text(encoding="utf-8")
    assert blocks[1][1] in written
    Path("my.toml").write_text(written.replace(blocks[1][1], blocks[2][1]), encoding="utf-8")
    assert [run(command) for command in commands[1:]] == [0, 1, 0]
    assert "1 rule tried on 2 examples: all as they must be" in capfd.readouterr().err
    assert "课堂录音" not in Path("clean.txt").read_text(encoding="utf-8")
    assert run(commands[0]) == 2
    assert "my.toml: it is there already; name another file" in capfd.readouterr().err
