"""Propose watermark rules from what repeats in a corpus: each with its count, its places and examples that hold.

A person reads the proposals and turns on what is right. Knows nothing of files and of the command line; texts in,
proposals out.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import regex

from cleancorpus.check import alone, clean_string, try_rules
from cleancorpus.edits import decode
from cleancorpus.families import CR, Family, Held, Part, Sample, Span, families
from cleancorpus.rules import Rule, Rules
from cleancorpus.screen import escaped, visible
from cleancorpus.text import LF
from cleancorpus.views import fold

# Of more text than this (code points) only samples, evenly spread, are looked at.
MOST_TEXT = 1 << 21
SAMPLE = 1 << 16
# So much evidence, in bits, a proposal needs; so many proposals are made, of what stands there so often.
SURE = 2.5
MOST = 20
LEAST = 5
# A pattern holds so many variants, and a share of its surest finds that anchors must leave in.
WAYS = 60
SURELY = 0.95
# So many places and examples are told, with so many characters beside a find.
PLACES = 5
EXAMPLES = 3
SHOWN = 30
# A run of digits, as long as any date with its time; without an end it would be slow on a line of digits.
DIGITS = r"\d{1,40}"
# As many digits a name may have; more are a date, a time or a number.
NAMED = 5
# Lists this long stand in a row of the rule file.
ROW = 90


@dataclass(frozen=True, slots=True)
class Place:
    """Where a family was found: the line, and the text there."""

    source: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule to look at. sure: evidence in bits, the more the surer; known: the rules that take some of its finds out
    already, and how many; doubtful: how many finds stand in running text."""

    rule: Rule
    name: str
    count: int
    files: int
    sure: float
    evidence: Mapping[str, float]
    known: tuple[tuple[str, int], ...]
    doubtful: int
    places: tuple[Place, ...]


class Samples:
    """The texts to learn from; of more than MOST_TEXT code points every second, fourth … stretch."""

    def __init__(self) -> None:
        self.kept: list[Sample] = []
        self.every = 1
        self.seen = self.held = self.total = 0
        self.lines: dict[str, int] = {}

    def add(self, source: str, text: str) -> None:
        """The next lines of a source."""
        for part in _stretches(text):
            line = self.lines.setdefault(source, 1)
            self.lines[source] += part.count("\n") + part.count("\r") - part.count("\r\n")
            if self.seen % self.every == 0:
                self.kept.append(Sample(source, part, line))
                self.held += len(part)
            self.seen += 1
            self.total += len(part)
            while self.held > MOST_TEXT and len(self.kept) > 1:
                self.every *= 2
                self.kept = self.kept[::2]
                self.held = sum(len(s.text) for s in self.kept)

    def said(self) -> str:
        """What was looked at."""
        files = f"{len(self.lines):,} file{'s' * (len(self.lines) != 1)}"
        if self.every == 1:
            return f"{files}, {self.total:,} characters"
        return f"{files}, {self.total:,} characters; counts are of {self.held:,} of them, evenly spread"


def _stretches(text: str) -> Iterator[str]:
    """Runs of whole lines of about SAMPLE code points."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + SAMPLE) + 1 or len(text)
        yield text[start:end]
        start = end


def learn(samples: Sequence[Sample], rules: Rules, *, most: int = MOST, least: int = LEAST) -> list[Proposal]:
    """The rules to propose for what repeats in the samples, the surest first: at most so many, for what stands there
    at least so often."""
    if not any(s.text.strip() for s in samples):
        return []
    held = Held(samples, rules)
    found: list[Proposal] = []
    ids: Counter[str] = Counter()
    for family in families(held, rules, least):
        if family.sure >= SURE and len(family.finds) >= least and len(found) < most:
            writer = Writer(held, rules, family)
            ids[writer.name()] += 1
            n = ids[writer.name()]
            if proposal := writer.proposal(f"watermark/learned-{writer.name()}{f'-{n}' * (n > 1)}"):
                found.append(proposal)
    return sound(found, rules)


def sound(found: Sequence[Proposal], rules: Rules) -> list[Proposal]:
    """The proposals whose rules pass the test of rules: one that would harm what the built-in rules keep is none."""
    new = [p.rule for p in found]
    every = replace(rules, all=(*new, *rules.all), on=np.append(np.zeros(len(new), np.bool_), rules.on), slow=set())
    faulty = {fault.rule for fault in try_rules(every, new)}
    return [p for p in found if p.rule.id not in faulty]


class Writer:
    """Writes the rule of a family, with examples that hold."""

    def __init__(self, held: Held, rules: Rules, family: Family) -> None:
        self.held = held
        self.rules = rules
        self.family = family

    def proposal(self, rule_id: str) -> Proposal | None:
        """The rule with all that is to say of it; None where no find shows what it does."""
        held, family = self.held, self.family
        finds = family.finds
        match, hints = self.pattern()
        name = held.spelt(*finds[0])
        files = len({held.samples[held.sample(a)].source for a, _ in finds})
        by = Counter(self.rules.all[int(held.by[a])].id for a, _ in finds if held.by[a] >= 0)
        times = f"{len(finds)} times in {files} file{'s' * (files != 1)}"
        why = f"It stands {times}{': ' * bool(family.reasons)}{', '.join(family.reasons)}."
        rule = Rule(rule_id, why, match=match, view="squeezed", hints=hints, enabled=False)
        tried = self.with_rule(rule)
        only = alone(rule, tried)
        change = tuple(self.changes(only))
        keep = tuple(self.keeps(tried, only))
        if not change or not keep:
            return None
        rule = replace(rule, change=change, keep=keep)
        spread = finds[:: max(1, len(finds) // PLACES)][:PLACES]
        places = tuple(self.place(a, b) for a, b in spread)
        known = tuple(by.most_common())
        return Proposal(
            rule, name, len(finds), files, round(family.sure, 1), family.evidence, known, len(family.doubtful), places
        )  # fmt: skip

    def name(self) -> str:
        """A name for the rule, the same whenever the same string is learned."""
        core = self.family.parts[0].core
        latin = max(regex.findall("[a-z]{4,}", core), key=len, default="")
        latin = regex.sub("^(?:https?)?(?:www)?|(?:com|net|org)(?:cn)?$", "", latin)
        return latin if len(latin) >= 4 else hashlib.sha256(core.encode()).hexdigest()[:6]

    def with_rule(self, rule: Rule) -> Rules:
        """The rules with this one before them."""
        return replace(self.rules, all=(rule, *self.rules.all), on=np.append(True, self.rules.on), slow=set())

    def said(self, spans: Sequence[Span]) -> str:
        """A pattern for spans whose rows are the same: digits as they are where they belong to a name."""
        held = self.held
        out = []
        for k, c in enumerate(held.string[slice(*spans[0])]):
            if c != "0":
                out.append(regex.escape(c, special_only=True))
                continue
            runs = {regex.sub("[^0-9]", "", fold(held.spelt(a + k, a + k + 1))) for a, _ in spans}
            out.append(next(iter(runs)) if len(runs) == 1 and max(map(len, runs)) <= NAMED else DIGITS)
        return "".join(out)

    def either(self, ways: dict[str, list[Span]], optional: bool) -> str:
        """A pattern for any of several strings, the longest first."""
        often = sorted(ways, key=lambda w: -len(ways[w]))[:WAYS]
        said = list(dict.fromkeys(self.said(ways[w]) for w in sorted(often, key=lambda w: (-len(w), w))))
        if not said:
            return ""
        return f"(?:{'|'.join(said)}){'?' * optional}" if optional or len(said) > 1 else said[0]

    def pattern(self) -> tuple[str, tuple[str, ...]]:
        """The pattern that takes the family, and its hints."""
        ways = []
        hints: list[str] = []
        for part in sorted(self.needed(), key=lambda p: -max(b - a for a, b in p.finds)):
            cores: dict[str, list[Span]] = {}
            for a, b in part.cores:
                cores.setdefault(self.held.string[a:b], []).append((a, b))
            hints += [max(core.split("0"), key=len) for core in cores]
            # A core that never stands alone is only taken with what stands beside it.
            begun = {end for spans in part.left.values() for _, end in spans}
            ended = {start for spans in part.right.values() for start, _ in spans}
            sorts: dict[tuple[bool, bool], dict[str, list[Span]]] = {}
            for core, spans in cores.items():
                bare = not all(a in begun for a, _ in spans), not all(b in ended for _, b in spans)
                sorts.setdefault(bare, {})[core] = spans
            for (bare_left, bare_right), some in sorts.items():
                here = [span for spans in some.values() for span in spans]
                left = beside(part.left, 1, {a for a, _ in here})
                right = beside(part.right, 0, {b for _, b in here})
                ways.append(self.either(left, bare_left) + self.either(some, False) + self.either(right, bare_right))
        one = "|".join(ways)
        head, tail = self.anchors()
        if head or tail:
            one = f"{head}(?:{one}){tail}"
        least = [h for h in dict.fromkeys(hints) if not any(h != x and x in h for x in hints)]
        return one, tuple(least) if all(len(h) > 1 for h in least) else ()

    def needed(self) -> list[Part]:
        """The parts without those whose finds the others have."""
        parts = list(self.family.parts)
        for part in reversed(self.family.parts):
            others = [find for p in parts if p is not part for find in p.finds]
            if len(parts) > 1 and all(any(c <= a and b <= d for c, d in others) for a, b in part.finds):
                parts.remove(part)
        return parts

    def anchors(self) -> tuple[str, str]:
        """The ends of the line that a find must reach, if that leaves out what stands in running text."""
        held = self.held
        for head, tail in (("", "$"), ("^", ""), ("^", "$")):
            if not self.family.doubtful:
                break
            kept, left = (
                [(not head or a == held.row(a)[0]) and (not tail or b == held.row(a)[1]) for a, b in some]
                for some in (self.family.certain, self.family.doubtful)
            )
            if kept and sum(kept) >= SURELY * len(kept) and not any(left):
                return head, tail
        return "", ""

    def place(self, a: int, b: int) -> Place:
        held = self.held
        k = held.sample(a)
        sample = held.samples[k]
        before = decode(held.raw[held.origin[k] : held.start[a]])
        line = sample.line + before.count("\n") + before.count("\r") - before.count("\r\n")
        return Place(sample.source, line, self.around(a, b, SHOWN))

    def around(self, a: int, b: int, room: int) -> str:
        """The raw text of a find with what stands beside it in its line, whole sentences where they are short."""
        line_start, line_end = self.line_of(a)
        start, end = int(self.held.start[a]), int(self.held.end[b - 1])
        left = decode(self.held.raw[max(line_start, start - room) : start])
        right = decode(self.held.raw[end : min(line_end, end + room)])
        if start - line_start > room and (m := regex.match(r".*?[。！？…”]+(?=.{6})", left)):
            left = left[m.end() :]
        if line_end - end > room and (m := regex.match(r"(.{6,}[。！？…”]+)", right)):
            right = m[1]
        return (left + decode(self.held.raw[start:end]) + right).strip()

    def line_of(self, row: int) -> tuple[int, int]:
        """Where the raw line of a row begins and ends."""
        raw = self.held.raw
        at = int(self.held.start[row])
        reach = 1 << 12
        breaks = np.flatnonzero((raw[max(0, at - reach) : at] == LF) | (raw[max(0, at - reach) : at] == CR))
        start = max(0, at - reach) + int(breaks[-1]) + 1 if len(breaks) else max(0, at - reach)
        breaks = np.flatnonzero((raw[at : at + reach] == LF) | (raw[at : at + reach] == CR))
        return start, at + int(breaks[0]) if len(breaks) else min(len(raw), at + reach)

    def beside(self, a: int, b: int) -> tuple[str, str]:
        """The ends of the lines with letters before and behind the line of a find."""
        held = self.held
        first, last = held.row(a)
        out = ["", ""]
        if first > 0 and held.sample(first - 1) == held.sample(a):
            start, end = self.line_of(first - 1)
            out[0] = decode(held.raw[max(start, end - SHOWN) : end]).strip()
        if last < len(held.code) and held.sample(last) == held.sample(a):
            start, end = self.line_of(last)
            out[1] = decode(held.raw[start : min(end, start + SHOWN)]).strip()
        return out[0], out[1]

    def changes(self, only: Rules) -> Iterator[tuple[str, str]]:
        """Finds of different spelling and what the rule alone makes of them, if it takes them whole."""
        held = self.held
        seen: dict[str, list[Span]] = {}
        for find in self.family.certain or self.family.finds:
            seen.setdefault(held.string[slice(*find)], []).append(find)
        often = sorted(seen.values(), key=lambda some: -len(some))
        said = 0
        for a, b in [some[0] for some in often[:EXAMPLES]] + [some[-1] for some in often[:EXAMPLES]]:
            before = self.around(a, b, SHOWN)
            if (a, b) == held.row(a):
                above, below = self.beside(a, b)
                before = "\n".join(x for x in (above, before, below) if x)
            after = clean_string(before, only).string
            if after != before and held.spelt(a, b) not in after and clean_string(after, only).string == after:
                yield before, after
                said += 1
            if said == EXAMPLES:
                return

    def keeps(self, rules: Rules, only: Rules) -> Iterator[str]:
        """Texts that must stay: where the string stands in running text, and else what is left beside finds."""
        said: set[str] = set()
        finds = self.family.finds[:20]
        texts = [self.around(a, b, SHOWN) for a, b in (*self.family.doubtful[:20], *self.near()[:20], *finds)]
        beside = [text for a, b in finds for text in self.beside(a, b)]
        for raw in (*texts, *beside, *self.held.samples[0].text.splitlines()[:100]):
            text = clean_string(raw, rules).string.strip("\n")
            if text and text not in said and all(clean_string(text, r).string == text for r in (rules, only)):
                said.add(text)
                yield text
            if len(said) == EXAMPLES:
                return

    def near(self) -> list[Span]:
        """Where the first Han of the string stand in running text."""
        core = regex.search(r"\p{Han}{2,}", self.family.parts[0].core)
        if not core:
            return []
        begin = core.group()[:2]
        finds = np.array(self.family.finds)
        out = []
        for m in regex.finditer(regex.escape(begin), self.held.string):
            k = int(np.searchsorted(finds[:, 0], m.start(), side="right")) - 1
            if k < 0 or finds[k, 1] <= m.start():
                out.append((m.start(), m.end()))
            if len(out) >= 20:
                break
        return out


def beside(ways: dict[str, list[Span]], side: int, edges: set[int]) -> dict[str, list[Span]]:
    """Of what stands beside finds that which begins or ends at some edges."""
    some = {said: [span for span in spans if span[side] in edges] for said, spans in ways.items()}
    return {said: spans for said, spans in some.items() if spans}


def written(proposals: Sequence[Proposal], about: str) -> str:
    """The rule file of the proposals, every rule switched off."""
    return "\n".join([HEAD, *(f"# {line}" for line in about.split("\n")), *map(_rule, proposals)]) + "\n"


HEAD = """schema = 1

# Watermarks that `cleancorpus learn` proposes, the surest first. Every rule is off: read it, and where it is right
# write `enabled = true`. `cleancorpus rules test` tries the rules on their examples, `cleancorpus diff --rules` shows
# what they would take out."""


def _rule(p: Proposal) -> str:
    rule = p.rule
    out = ["", f"# {p.count} times, evidence {p.sure}."]
    if p.known:
        out.append(f"# Taken out already: {', '.join(f'{n} by {rule_id}' for rule_id, n in p.known)}.")
    if p.doubtful:
        out.append(f"# {p.doubtful} of them stand in running text: look at them first.")
    out += [f"# {visible(place.source)}:{place.line}: {visible(place.text)}" for place in p.places]
    out += ["[[rule]]", f'id = "{rule.id}"', "enabled = false", f"why = {_quoted(rule.why)}"]
    out += [f'view = "{rule.view}"', f"match = {_quoted(rule.match)}"]
    if rule.hints:
        out.append(f"hints = {_list(map(_quoted, rule.hints))}")
    out.append(f"change = {_list(f'[{_quoted(before)}, {_quoted(after)}]' for before, after in rule.change)}")
    out.append(f"keep = {_list(map(_quoted, rule.keep))}")
    return "\n".join(out)


def _list(items: Iterable[str]) -> str:
    some = list(items)
    if sum(map(len, some)) < ROW:
        return f"[{', '.join(some)}]"
    return "".join(["[\n", *(f"  {item},\n" for item in some), "]"])


def _quoted(text: str) -> str:
    """A text as TOML has it: plain between three quotes where that can be."""
    if text.isprintable() and "'''" not in text and not text.endswith("'"):
        return f"'''{text}'''"
    return escaped(json.dumps(text, ensure_ascii=False))


def record(p: Proposal) -> dict[str, Any]:
    """A proposal for programs."""
    return {
        "id": p.rule.id, "why": p.rule.why, "view": p.rule.view, "match": p.rule.match, "hints": list(p.rule.hints),
        "count": p.count, "files": p.files, "sure": p.sure, "evidence": dict(p.evidence), "known": dict(p.known),
        "doubtful": p.doubtful,
        "places": [asdict(place) for place in p.places],
        "change": [list(pair) for pair in p.rule.change], "keep": list(p.rule.keep),
    }  # fmt: skip
