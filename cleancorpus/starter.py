"""Write a first rule file for a source of raw text: what repeats in it and what looks like a site, as rules in
comments, each with examples from the text that hold.

Knows nothing of files and of the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import regex

from cleancorpus import packs
from cleancorpus.check import clean_string, try_rules
from cleancorpus.learn import Samples, learn
from cleancorpus.rulefile import Rule
from cleancorpus.rules import Rules
from cleancorpus.ruletext import quoted, written
from cleancorpus.screen import visible
from cleancorpus.views import fold

# Of more text than this (code points) only the beginning is looked at.
MOST_TEXT = 1 << 20
# So many rules of each sort are offered, for what stands there so often …
MOST = 8
OFTEN = 3
# … and lines of so many characters, so many of them letters or Han.
SHORT, LONG, LETTERS = 3, 60, 2
# So much text stands beside an example.
BESIDE = 20
DOMAIN = regex.compile(
    r"(?<![a-z0-9@._-])(?:https?://)?(?:[a-z0-9][a-z0-9-]{0,40}\.){1,4}"
    r"(?:com|net|org|cn|cc|la|info|biz|me|tw|hk|top|xyz|tv|vip|club|site|online|test|example|invalid)"
    r"(?![a-z0-9_@-])(?:/[a-z0-9_./?=&%#~+-]*)?"
)
HEADING = regex.compile(r"第.{1,9}?[章节回卷集部篇幕话]|[(（]?[0-9一二三四五六七八九十百]{1,4}[)）、.．]")
SENTENCE = regex.compile(r"[\p{Han}，、“”]{8,40}[。！？”]")


@dataclass(frozen=True)
class Offer:
    """A rule to look at, and where its finds stand: the line and what stands in it."""

    rule: Rule
    times: int
    places: tuple[tuple[int, str], ...]


def starter(text: str, name: str, rules: Rules) -> str:
    """A rule file for sources like this text; `name` is what the text is called."""
    offers = offered(text[:MOST_TEXT], name, rules)
    lines = [HEAD.format(about=quoted(f"Rules for texts like {name}."), packs=", ".join(packs.names()))]
    if not offers:
        lines.append("\n# Nothing in the text repeats, or looks like a site, that the built-in rules leave there.\n")
    for one in offers or [Offer(SAMPLE, 0, ())]:
        times = f"{one.times} time{'s' * (one.times != 1)}, such as" if one.times else "For example"
        lines.append(f"\n# {times}:")
        lines += [f"# line {line}: {visible(shown)}" for line, shown in one.places]
        lines += [f"#{line}" for line in written(one.rule)]
    return "\n".join(lines) + "\n"


HEAD = """schema = 1
about = {about}

# What begins with # is not read. Where a rule is right, take away the # before all its lines, from #[[rule]] on, and
# change what you like; then, with the name of this file,
#
#   cleancorpus rules test my.toml              does each rule do what its examples say, and harm nothing else?
#   cleancorpus diff raw.txt --rules my.toml    what would change?
#   cleancorpus clean raw.txt --rules my.toml
#
# Packs of rules for kinds of source, of which this may be one: {packs}.
#extends = ['novel']

# Rules that do harm here; `cleancorpus rules list` shows all.
#disable = ['script/*']

# Settings of stages, as they are if nothing is said.
#[stage.script]
#to = 'auto'
#[stage.lines]
#likely = 0.8"""
SAMPLE = Rule(
    "watermark/my-site",
    "The site signs every page.",
    match="（本文由青山文库[^（）]{0,20}）",
    change=(("他走了。（本文由青山文库整理上传）", "他走了。"),),
    keep=("青山文库是一家图书馆。",),
)


def offered(text: str, name: str, rules: Rules) -> list[Offer]:
    """The rules to offer, those that hold on their examples and harm nothing."""
    cleaned = clean_string(text, rules).string
    lines = cleaned.split("\n")
    plain = [m.group() for line in lines[:2000] for m in SENTENCE.finditer(line)][:200]
    offers = [*learned(text, name, rules), *repeated(lines), *sites(lines)]
    numbers = {line.strip(): n for n, line in reversed(list(enumerate(text.split("\n"), 1)))}
    offers = [replace(one, places=tuple(_placed(one.places, numbers))) for one in offers]
    offers = [replace(one, rule=_with_keeps(one.rule, plain)) for one in offers]
    # The same text may be found in several ways, and of them the first is best.
    good: list[Offer] = []
    for one in _sound(offers, rules):
        others = _with([other.rule for other in good], rules).set("script", "to", "keep")
        if all(clean_string(before, others).string == before for before, _ in one.rule.change) or not good:
            good.append(one)
    return good


def learned(text: str, name: str, rules: Rules) -> Iterator[Offer]:
    """What repeats as no writer repeats, and no rule takes out yet."""
    samples = Samples()
    samples.add(name, text)
    for found in learn(samples.kept, rules, most=MOST, least=OFTEN):
        if sum(n for _, n in found.known) < found.count:
            places = tuple((place.line, place.text) for place in found.places[:OFTEN])
            yield Offer(replace(found.rule, enabled=True), found.count, places)


def repeated(lines: Sequence[str]) -> Iterator[Offer]:
    """Short lines that come again and again, numbers aside."""
    alike: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        said = fold(line.strip())
        if SHORT <= len(said) <= LONG and not HEADING.match(said) and said[-1] not in "。！？”…」』":
            alike.setdefault(regex.sub(r"\d+", "0", said), []).append(n)
    often = sorted((some for some in alike.values() if len(some) >= OFTEN), key=lambda some: -len(some))
    for k, some in enumerate(often[:MOST], 1):
        said = fold(lines[some[0]].strip())
        if len(regex.findall(r"[\p{L}]", said)) < LETTERS:
            continue
        same = len({lines[n].strip() for n in some}) == 1
        match = regex.escape(said, special_only=True) if same else _numbers_open(said)
        n = some[0]
        above, below = lines[n - 1].strip()[-BESIDE:] if n else "", "".join(lines[n + 1 : n + 2]).strip()[:BESIDE]
        before = "\n".join(part for part in (above, lines[n].strip(), below) if part)
        after = "\n".join(part for part in (above, below) if part)
        rule = Rule(
            f"watermark/line-{k}", "A line that comes again and again.", match=rf"^\s*{match}\s*$", view="folded",
            change=((before, after),),
        )  # fmt: skip
        yield Offer(rule, len(some), ((0, lines[n].strip()),))


def _numbers_open(said: str) -> str:
    return r"\d+".join(regex.escape(part, special_only=True) for part in regex.split(r"\d+", said))


def sites(lines: Sequence[str]) -> Iterator[Offer]:
    """Addresses of sites."""
    found: Counter[str] = Counter()
    first: dict[str, tuple[int, int, int]] = {}
    for n, line in enumerate(lines):
        for m in DOMAIN.finditer(fold(line)):
            found[m.group()] += 1
            first.setdefault(m.group(), (n, *m.span()))
    for site, times in found.most_common(MOST):
        n, a, b = first[site]
        line = lines[n]
        before = line[max(0, a - BESIDE) : b + BESIDE].strip()
        at = before.find(line[a:b])
        after = (before[:at] + before[at + b - a :]).strip()
        short = (
            regex.sub("[^a-z0-9]+", "-", regex.sub(r"^(?:https?://)?(?:www\.)?", "", site)).strip("-")[:40].strip("-")
        )
        rule = Rule(
            f"watermark/site-{short}", "The address of a site.", match=regex.escape(site, special_only=True),
            view="folded", change=((before, after),),
        )  # fmt: skip
        yield Offer(rule, times, ((0, line.strip()[:LONG]),))


def _placed(places: Sequence[tuple[int, str]], numbers: dict[str, int]) -> Iterator[tuple[int, str]]:
    """The places with the lines of the raw text where they are known."""
    for line, shown in places:
        yield line or numbers.get(shown, 0), shown


def _with_keeps(rule: Rule, plain: Sequence[str]) -> Rule:
    """The rule with texts that must stay: of the text's own sentences, if it has none."""
    return rule if rule.keep else replace(rule, keep=tuple(plain[:1]))


def _sound(offers: Sequence[Offer], rules: Rules) -> list[Offer]:
    """The offers whose rules do what their examples say and harm nothing else; what an example becomes is mended."""
    mended = []
    for one in {one.rule.id: one for one in offers}.values():
        only = _with([one.rule], rules).choose([one.rule.id]).set("script", "to", "keep")
        change = tuple((before, clean_string(before, only).string) for before, _ in one.rule.change)
        if all(before != after for before, after in change):
            mended.append(replace(one, rule=replace(one.rule, change=change)))
    every = _with([one.rule for one in mended], rules)
    bad = {finding.rule for finding in try_rules(every, [one.rule for one in mended])}
    return [one for one in mended if one.rule.id not in bad]


def _with(new: Sequence[Rule], rules: Rules) -> Rules:
    """The rules with new ones before them."""
    on = np.concatenate([np.ones(len(new), np.bool_), rules.on])
    return Rules((*new, *rules.all), on, rules.settings)
