"""Learning rules from what repeats: what is proposed first, as one rule with its variants, and what never is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cleancorpus.check import alone, clean_string, try_rules
from cleancorpus.edits import encode
from cleancorpus.families import Sample
from cleancorpus.learn import MOST_TEXT, Proposal, Samples, learn, written
from cleancorpus.lexicon import straddle
from cleancorpus.rules import load
from cleancorpus.text import han
from tests.cleaning import builtin
from tests.novels import NAMES, REFRAIN, inserted, novel, scattered


def learned(*texts: str, least: int = 5) -> list[Proposal]:
    return learn([Sample(f"{n}.txt", text) for n, text in enumerate(texts)], builtin(), least=least)


def cleaned_by(proposal: Proposal, text: str, folder: Path) -> str:
    """What the one rule makes of a text, read from the file that was written."""
    path = folder / "found.toml"
    path.write_text(written([proposal], "a test"), encoding="utf-8")
    rules = load([path])
    return clean_string(text, alone(rules.get(proposal.rule.id), rules)).string


def spelt_oddly(said: str, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [scattered(said, chance) for _ in range(40)]


@lru_cache(maxsize=1)
def plain() -> str:
    return novel()


FOOTERS = {
    "a name and an address, spelt in another way each time": spelt_oddly("拾光书屋www.shiguangwu.com", 5),
    "a name of no listed word, spelt in another way each time": spelt_oddly("竹影小筑sgxzabc.cc", 6),
    "an address with several slogans": [
        f"{said}m.shiguangwu.{end}" for said in ("手机阅读：", "电脑访问：", "请记住", "") for end in ("com", "cc")
    ],
    "a greeting": ["竹影小筑欢迎您的光临"],
    "a line that only stands at the end of every chapter": ["竹影小筑 与君共读"],
    "a line with numbers": [f"竹影小筑整理 第{n}页 本页共{900 + 7 * n}字" for n in range(40)],
}


@pytest.mark.parametrize("lines", FOOTERS.values(), ids=FOOTERS.keys())
def test_the_lines_of_a_site_are_one_proposal_that_takes_them_all(lines: Sequence[str], tmp_path: Path) -> None:
    raw = novel(last=lambda chapter: lines[chapter % len(lines)])
    found = learned(raw)
    assert len(found) == 1
    assert found[0].count == 20
    assert cleaned_by(found[0], raw, tmp_path) == plain()


INLINE = ("竹影小筑", "www.zhuyingxz.com", "(竹影小筑 zyxz.cc)", "【看书就到竹影小筑】")


@pytest.mark.parametrize("said", INLINE)
def test_a_name_in_the_middle_of_sentences_is_found(said: str, tmp_path: Path) -> None:
    raw = inserted(plain(), said, 20)
    found = learned(raw)
    assert len(found) == 1
    assert found[0].count == 20
    assert cleaned_by(found[0], raw, tmp_path) == plain()


def test_a_name_that_stands_only_between_words_is_found(tmp_path: Path) -> None:
    codes = encode(plain())
    is_han = han()[codes]
    between = np.flatnonzero(is_han[1:] & is_han[:-1]) + 1
    between = between[straddle(codes, is_han, between, between) <= 0]
    places = sorted(random.Random(8).sample(between.tolist(), 20))
    raw = "竹影小筑".join(plain()[a:b] for a, b in pairwise([0, *places, len(plain())]))
    [found] = learned(raw)
    assert found.count == 20
    assert cleaned_by(found, raw, tmp_path) == plain()


def test_two_sites_are_two_proposals() -> None:
    raw = inserted(inserted(plain(), "www.zhuyingxz.com", 9), "www.moxiangge.net", 9, seed=4)
    assert sorted(p.rule.id for p in learned(raw)) == ["watermark/learned-moxiangge", "watermark/learned-zhuyingxz"]


def test_a_line_of_many_files_is_found() -> None:
    found = learned(*(novel(2, seed=n, last=lambda chapter: "竹影小筑 与君共读") for n in range(8)))
    assert [(p.count, p.files) for p in found] == [(16, 8)]


@pytest.mark.parametrize("texts", [[novel(30, seed=9)], [novel(12, seed=n) for n in (3, 4, 5)]], ids=["one", "several"])
def test_names_refrains_cries_phrases_and_headings_are_not_proposed(texts: list[str]) -> None:
    assert all(texts[0].count(said) > 5 for said in (*NAMES, REFRAIN))
    assert learned(*texts) == []


def test_markup_code_and_tables_are_not_proposed() -> None:
    table = "\n".join(f"| 第{n}年 | 元年/改元 | 备注 |" for n in range(30))
    page = "\n".join(f'<item><a href="http://www.example.com/{n}.html">第{n}条</a></item>' for n in range(30))
    code = "\n".join(f"$ git config --global alias.a{n} commit" for n in range(30))
    assert learned(plain(), table, page, code) == []


def test_what_a_rule_takes_out_already_is_said() -> None:
    raw = novel(last=lambda chapter: "更多精彩小说免费下载，尽在竹影小说网")
    assert [(p.known, p.count) for p in learned(raw)] == [((("watermark/download-notice", 20),), 20)]


def test_what_stands_in_running_text_too_is_an_example_that_must_stay(tmp_path: Path) -> None:
    said = "　　他在竹影书库里找到了那本旧书。\n"
    raw = novel(last=lambda chapter: "欢迎访问竹影书库" if chapter > 2 else said)
    [found] = [p for p in learned(raw) if "竹影书库" in p.name]
    assert said.strip() in cleaned_by(found, raw, tmp_path)


def test_the_rules_hold_their_own_examples_and_stay_off_until_they_are_turned_on(tmp_path: Path) -> None:
    raw = inserted(novel(last=lambda chapter: FOOTERS["a greeting"][0]), "www.zhuyingxz.com", 12)
    found = learned(raw)
    path = tmp_path / "found.toml"
    path.write_text(written(found, "a test"), encoding="utf-8")
    rules = load([path])
    mine = [rule for rule in rules.all if not rule.ours]
    assert len(mine) == 2 and not any(rules.has(rule.id) for rule in mine)
    assert all(rule.change and rule.keep for rule in mine)
    assert list(try_rules(rules, mine)) == []


def test_every_place_names_its_file_and_line() -> None:
    raw = novel(last=lambda chapter: "竹影小筑欢迎您的光临").replace("\n", "\r\n")
    for place in learned(raw)[0].places:
        assert raw.split("\r\n")[place.line - 1] == place.text


def test_of_a_long_corpus_samples_are_held_evenly() -> None:
    samples = Samples()
    for n in range(12):
        samples.add(f"{n}.txt", ("一行字。" * 50 + "\n") * 3000)
    assert samples.total == 12 * 3000 * 201
    assert samples.held == sum(len(s.text) for s in samples.kept) <= MOST_TEXT
    assert {s.source for s in samples.kept} == {f"{n}.txt" for n in range(12)}
    assert "evenly spread" in samples.said()


def test_a_part_of_an_address_is_no_rule(tmp_path: Path) -> None:
    sites = [f"www.{name}.com" for name in ("zhuying", "moxiang", "qinghe", "shiguang", "yunqi", "tingyu")]
    others = "www.yueguang.com\nwww.beijing.com\nguang.com\n"
    for proposal in learned(novel(last=lambda chapter: sites[chapter % len(sites)])):
        assert cleaned_by(proposal, others, tmp_path) == others


def test_an_address_that_the_text_tells_its_reader_is_not_proposed() -> None:
    assert (
        learned(novel(last=lambda chapter: "　　他们把开会的消息写在了网站www.zhuying.com上，请大家自己去看。")) == []
    )


@pytest.mark.parametrize("text", ["", "\n\n", "网", "11\n22\n33\n", "www.com " * 9, "\u200b的\r\n", "他" * 5000])
def test_nothing_comes_of_nearly_nothing(text: str) -> None:
    assert learned(text, least=2) == []


FORMULAS = (
    "欲知后事如何，且听下回分解",
    "　　——山中旧谣",
    "　　“这是什么地方？”沈青禾问道",
    "　　花落知多少\n　　夜来风雨声",
)


@pytest.mark.parametrize("said", FORMULAS)
def test_formulas_at_the_ends_of_chapters_are_not_proposed(said: str) -> None:
    assert learned(novel(last=lambda chapter: said)) == []
