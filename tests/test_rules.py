"""Rules as data: what a rule file may say, what is said of a bad one, which rule wins, and every rule's own examples."""

from __future__ import annotations

import logging
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus.check import clean_string, is_slow, test_rule, test_rules
from cleancorpus.edits import apply, decode
from cleancorpus.places import inside, places
from cleancorpus.rulefile import FIELDS, KINDS, VIEWS, line_of, read
from cleancorpus.rules import STAGE_NAMES, Rule, RuleError, Rules, builtin, builtin_folder, find_data, kept_spans, load
from cleancorpus.text import Text

BAD = Path(__file__).parent / "bad_rules"
RULES = load()


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
    assert f"{fault.value}\n".replace(str(path), path.name) == path.with_suffix(".err").read_text(encoding="utf-8")


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
    assert "two.toml:6:27: not a regex in `match`: missing )" in str(fault.value)


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    folder = Path(data.draw(st.sampled_from([str(BAD)])))
    path = data.draw(st.sampled_from(sorted(folder.glob("*.toml"))))
    source = path.read_bytes().decode("utf-8", "replace")
    at = data.draw(st.integers(0, len(source)))
    cut = data.draw(st.integers(0, 12))
    new = data.draw(st.sampled_from(["", "'", '"', "[", "]", "{", "}", "=", "\n", ".", "3", "[1]", "{a=1}", "#", "本"]))
    mutant = _Mutant(path, source[:at] + new + source[at + cut :])
    try:
        read(mutant)
    except RuleError as fault:
        assert re.match(re.escape(str(path)) + r"(:\d+:\d+)?: ", str(fault))


class _Mutant(type(Path())):  # type: ignore[misc]
    """A path whose file holds another text."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(path)
        self.text = text

    def read_bytes(self) -> bytes:
        return self.text.encode()
