"""Rules as data: read and check TOML rule files, merge them, and run the rules that are data alone.

A rule that names a mechanism (kind "builtin") is only described here: its stage finds its edits. Knows nothing of
files of text, and of no stage's workings.
"""

from __future__ import annotations

import fnmatch
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import regex

from cleancorpus.edits import NO_EDITS, Bools, Edits, Ints, edits_of, encode, settle, swaps
from cleancorpus.text import CODE_POINTS, Text, among

STAGE_NAMES = ("characters", "watermark", "headings", "lines", "spaces", "punctuation", "script")
KINDS = ("regex", "phrases", "map", "keep", "heading", "builtin")


class RuleError(Exception):
    """A rule file that cannot be used. The message has a line a fault: `path:line:col: what is wrong …`."""


@dataclass(frozen=True)
class Rule:
    """One rule, as a rule file says it."""

    id: str
    why: str
    kind: str = "regex"
    match: str = ""
    replace: str = ""
    unless: str = ""
    phrases: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    # Of a heading: how deep it stands (1 is the highest) where its nesting says nothing, whether it begins a document
    # of its own, and whether it may begin inside a line. Its hints are the characters it can begin with.
    rank: int = 0
    document: bool = False
    inline: bool = False
    # Of a watermark: which view of a line its pattern reads (raw, folded or squeezed).
    view: str = "raw"
    review: bool = False
    enabled: bool = True
    change: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()
    path: str = ""
    line: int = 0

    @property
    def stage(self) -> str:
        return self.id.partition("/")[0]

    @property
    def pattern(self) -> regex.Pattern[str]:
        return compiled(self.match)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


@dataclass(frozen=True)
class Rules:
    """The rules of a run in their order. A rule's number is its index in `all`."""

    all: tuple[Rule, ...]
    on: Bools
    settings: Mapping[str, Mapping[str, Any]]

    @cached_property
    def number(self) -> dict[str, int]:
        return {rule.id: n for n, rule in enumerate(self.all)}

    def of(self, stage: str) -> Iterator[tuple[int, Rule]]:
        """The enabled rules of a stage with their numbers."""
        for n, rule in enumerate(self.all):
            if self.on[n] and rule.stage == stage:
                yield n, rule

    def has(self, rule_id: str) -> bool:
        """Whether the rule is there and enabled."""
        n = self.number.get(rule_id)
        return n is not None and bool(self.on[n])

    def setting(self, stage: str, key: str) -> Any:
        return self.settings[stage][key]

    def set(self, stage: str, key: str, value: Any) -> Rules:
        """The same rules with one setting of a stage said otherwise."""
        return replace(self, settings={**self.settings, stage: {**self.settings[stage], key: value}})

    @cached_property
    def digest(self) -> str:
        """A hash of all that decides what the rules do."""
        said = repr(
            [
                (
                    (r.id, r.kind, r.match, r.replace, r.unless, sorted(r.phrases.items()), sorted(r.map.items()), on)
                    + (r.rank, r.document, r.inline, r.view)
                )
                for r, on in zip(self.all, self.on.tolist(), strict=True)
            ]
        ) + repr(sorted((k, sorted(v.items())) for k, v in self.settings.items()))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def choose(self, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Rules:
        """The same rules with only those enabled that match `select` (all safe ones if empty) and not `ignore`.

        Both are ids or globs. Naming a review rule in `select` turns it on. Raises RuleError for one that names
        no rule.
        """
        on = self.on.copy()
        for wanted in (*select, *ignore):
            if not any(fnmatch.fnmatchcase(rule.id, wanted) for rule in self.all):
                raise RuleError(f"no rule matches `{wanted}`; `cleancorpus rules list` shows them all")
        for n, rule in enumerate(self.all):
            if select:
                chosen = any(fnmatch.fnmatchcase(rule.id, s) for s in select)
                by_name = rule.id in select
                on[n] = chosen and (by_name or bool(self.on[n]))
            if any(fnmatch.fnmatchcase(rule.id, i) for i in ignore):
                on[n] = False
        return replace(self, on=on)


def builtin_folder() -> Path:
    """Where the built-in rule files stand: in the package of a wheel, beside it in a checkout."""
    packed = Path(__file__).parent / "_rules"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "rules"


def load(files: Sequence[Path] = ()) -> Rules:
    """The built-in rules and those of the given files, which come first in their stage. Raises RuleError."""
    rules: list[Rule] = []
    settings: dict[str, dict[str, Any]] = {stage: {} for stage in STAGE_NAMES}
    for path in (*files, *sorted(builtin_folder().glob("*.toml"))):
        found, said = read(path)
        rules += found
        for stage, values in said.items():
            settings[stage] = {**values, **settings[stage]}
    taken: dict[str, Rule] = {}
    for rule in rules:
        taken.setdefault(rule.id, rule)
    ordered = sorted(taken.values(), key=lambda r: STAGE_NAMES.index(r.stage))
    on = np.array([r.enabled and not r.review for r in ordered], np.bool_)
    return Rules(tuple(ordered), on, settings)


def read(path: Path) -> tuple[list[Rule], dict[str, dict[str, Any]]]:
    """The rules and stage settings of one file. Raises RuleError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise RuleError(f"{path}: {fault}") from None
    rules = []
    for entry in data.get("rule", []):
        kind = entry.get("kind") or next((k for k in ("phrases", "map") if k in entry), "regex")
        rules.append(
            Rule(
                **{
                    **entry,
                    "kind": kind,
                    "hints": tuple(entry.get("hints", ())),
                    "stages": tuple(entry.get("stages", ())),
                    "change": tuple(tuple(c) for c in entry.get("change", ())),
                    "keep": tuple(entry.get("keep", ())),
                    "path": str(path),
                }
            )
        )
    return rules, data.get("stage", {})


def find_data(text: Text, stage: str, rules: Rules) -> Edits:
    """The edits of a stage's rules that are data alone (regex, phrases, map), the first in order winning a place."""
    found = []
    for n, rule in rules.of(stage):
        if rule.kind == "map":
            found.append(find_map(text, n, rule))
        elif rule.kind == "regex":
            found.append(edits_of(find_regex(text, n, rule)))
        elif rule.kind == "phrases":
            found.append(edits_of(find_phrases(text, n, rule)))
    return settle(found)


def find_map(text: Text, n: int, rule: Rule) -> Edits:
    """The edits of a character map."""
    places = np.flatnonzero(among("".join(rule.map))[text.codes])
    if not len(places):
        return NO_EDITS
    if all(len(new) == 1 for new in rule.map.values()):
        table = np.arange(CODE_POINTS, dtype=np.uint32)
        table[encode("".join(rule.map))] = encode("".join(rule.map.values()))
        return swaps(places, table[text.codes[places]], n)
    olds = [chr(c) for c in text.codes[places].tolist()]
    return edits_of((p, p + 1, rule.map[c], n) for p, c in zip(places.tolist(), olds, strict=True))


def find_regex(text: Text, n: int, rule: Rule) -> Iterator[tuple[int, int, str, int]]:
    """The edits of a regex rule. It sees one line at a time and never a line break."""
    lines = text.lines
    whole = text.string
    unless = compiled(rule.unless) if rule.unless else None
    for i in hinted(text, rule.hints):
        a, b = int(lines.start[i]), int(lines.end[i])
        line = whole[a:b]
        if unless is not None and unless.search(line):
            continue
        for m in rule.pattern.finditer(line):
            new = m.expand(rule.replace)
            if new != m.group():
                yield a + m.start(), a + m.end(), new, n


def find_phrases(text: Text, n: int, rule: Rule) -> Iterator[tuple[int, int, str, int]]:
    """The edits of a phrase list, leftmost-longest."""
    longest = sorted(rule.phrases, key=len, reverse=True)
    for m in compiled("|".join(regex.escape(p, special_only=True) for p in longest)).finditer(text.string):
        yield m.start(), m.end(), rule.phrases[m.group()], n


def hinted(text: Text, hints: Sequence[str]) -> Iterable[int]:
    """The lines that hold one of the literal hints; all lines that are not blank where there are none."""
    lines = text.lines
    if not hints:
        chosen: Ints = np.flatnonzero(~lines.is_blank)
        return [int(i) for i in chosen]
    numbers: set[int] = set()
    for hint in hints:
        at = text.string.find(hint)
        while at >= 0:
            i = int(np.searchsorted(lines.start, at, side="right")) - 1
            numbers.add(i)
            at = text.string.find(hint, int(lines.end[i]))
    return sorted(numbers)


def kept_spans(text: Text, stage: str, rules: Rules) -> tuple[Ints, Ints]:
    """The spans that keep rules protect from this stage, in no order."""
    start: list[int] = []
    end: list[int] = []
    for n, rule in enumerate(rules.all):
        if rules.on[n] and rule.kind == "keep" and (stage in rule.stages or not rule.stages):
            for m in rule.pattern.finditer(text.string):
                start.append(m.start())
                end.append(m.end())
    return np.array(start, np.int64), np.array(end, np.int64)
