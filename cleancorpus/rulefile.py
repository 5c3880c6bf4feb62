"""Read one rule file and check it: every fault at once, each with its place, what was expected and what to try.

`FIELDS` says what a rule may hold and `FILE_KEYS` what a file may; the checks, the tables in rules/README.md and the
schema are made from them. Knows nothing of how rules are run, or where other files are found.
"""

from __future__ import annotations

import difflib
import fnmatch
import math
import re
import tomllib
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import regex

from cleancorpus.places import Place, inside, places

SCHEMA = 1
STAGE_NAMES = ("characters", "watermark", "headings", "lines", "spaces", "punctuation", "script")
KINDS = {
    "regex": "`match` finds it in a line, `replace` stands in its place",
    "phrases": "each phrase gives way to another text, the longest first",
    "map": "each character gives way to another text",
    "keep": "what `match` finds is left alone by the stages named in `stages`",
    "heading": "`match` finds a line or a part of one that may be a heading",
    "builtin": "a mechanism of the program finds it; the rule describes it and turns it on and off",
}
VIEWS = {
    "raw": "the line as it stands",
    "folded": "the line with widths and cases made alike",
    "squeezed": "the folded line without its blanks and separators",
}
MATCHING = ("regex", "keep", "heading")
DATA = ("regex", "phrases", "map")
HEADING = ("heading", "builtin")
CHANGING = (*DATA, "heading", "builtin")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a rule. kinds: the kinds it belongs to; needed: the kinds that cannot do without it.

    alone: a rule file may say it of a rule of another file by the id alone.
    """

    name: str
    type: str
    says: str
    kinds: tuple[str, ...] = tuple(KINDS)
    needed: tuple[str, ...] = ()
    alone: bool = False


TEXT, NUMBER, SWITCH = "text", "whole number", "true or false"
TEXTS, TABLE, PAIRS = "list of texts", "table of texts", "list of pairs"

FIELDS = {
    f.name: f
    for f in (
        Field("id", TEXT, "`stage/what-is-wrong`: small letters, digits, hyphens", needed=tuple(KINDS), alone=True),
        Field("why", TEXT, "a sentence a reader understands who sees the change", needed=tuple(KINDS), alone=True),
        Field("kind", TEXT, "what the rule is made of, see below; `regex` where it is not said"),
        Field("match", TEXT, "a regular expression; it sees one line at a time", MATCHING, MATCHING),
        Field("replace", TEXT, r"what stands in its place, `\1` for a group; nothing if not said", ("regex",)),
        Field("unless", TEXT, "a regular expression: a line where it matches is left alone", MATCHING, alone=True),
        Field("view", TEXT, "what `match` sees, in the stage watermark only; `raw` where it is not said", ("regex",)),
        Field("hints", TEXTS, "literal texts, one of which stands in all it can match; for speed. Of a heading: what "
              "its line begins or ends with, or, inside a line, stands beside its number", MATCHING, ("heading",)),
        Field("near", TEXT, "what a hint of one character and its neighbours match; for speed", ("regex",)),
        Field("longest", NUMBER, "a longer line (characters) cannot match; for speed, in watermark", ("regex",)),
        Field("phrases", TABLE, "the phrases and what stands in their place", ("phrases",), ("phrases",)),
        Field("map", TABLE, "the characters and what stands in their place", ("map",), ("map",)),
        Field("rank", NUMBER, "how deep a heading stands, 1 the highest, where nesting says nothing", HEADING),
        Field("document", SWITCH, "whether the heading begins a document of its own", HEADING),
        Field("inline", SWITCH, "whether the heading may begin inside a line", HEADING),
        Field("stages", TEXTS, "the stages that leave it alone; all if not said", ("keep",)),
        Field("review", SWITCH, "found and shown, but applied only when asked for by id", CHANGING, alone=True),
        Field("enabled", SWITCH, "`false` turns the rule off", alone=True),
        Field("change", PAIRS, "examples: a text and what this rule alone makes of it", CHANGING, DATA),
        Field("keep", TEXTS, "examples: texts that must come out unchanged", needed=tuple(KINDS)),
    )
}  # fmt: skip
FILE_KEYS = {
    "schema": f"the version of the format: {SCHEMA}",
    "about": "what the file is for",
    "extends": "list of texts: the packs it builds on, by the names of built-in ones or by paths from this file",
    "disable": "list of texts: rules of other files that are turned off, by id or glob such as `'script/*'`",
    "override": "`[override.'ID']`: single fields of a rule of another file, said otherwise",
    "define": "fragments of patterns, put in as `{{name}}`",
    "rule": "`[[rule]]`: a rule; or, with an id alone, more of a rule of another file",
    "stage": "`[stage.NAME]`: settings of a stage, said otherwise",
}
# In a pyproject.toml a rule file stands under [tool.cleancorpus].
PROJECT, PROJECT_KEYS = "pyproject.toml", ("tool", "cleancorpus")
EXAMPLES = ("change", "keep")

ID = regex.compile(r"[a-z]+/[a-z0-9]+(?:-[a-z0-9]+)*")
FRAGMENT = regex.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]*)\}\}")
GROUP = regex.compile(r"\\(?:g<([^>]*)>|([1-9][0-9]?)|.)", regex.S)
# A pattern that calls a group, and so perhaps itself: (?R) (?1) (?&name) (?P>name); not what is escaped or in a set.
CALL = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<call>\(\?(?:R|[-+]?[0-9]+|&\w*|P>\w*)\))", regex.S)
# Code points of a rule file, and of a pattern with its fragments put in: what is read in about a second, and what is
# compiled in a third of one.
LARGEST = 2_000_000
LONGEST = 30_000
# Parts of a key with dots. Reading them takes time by the square of their number. (`re` looks through a file five times
# as fast as `regex`.)
DEEPEST = 64
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
DEEP = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DEEPEST}}}")
# So many faults of a file are told.
MOST_FAULTS = 50
# A [[rule]] with one of these is a rule of its own; without, it says more of one that is there.
TELLING = ("kind", "match", "phrases", "map")
# A line of a rule file is shown this wide (columns), around the fault.
SHOWN = 100


Keys = tuple[str | int, ...]


class RuleError(Exception):
    """Rules that cannot be used. The message has an entry a fault: `path:line:col: what is wrong …`."""


class Said(NamedTuple):
    """Where something is said: the file, and the keys that lead to it there. ours: the file is built in."""

    path: str
    keys: Keys
    ours: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule, as rule files say it. nth: its place in the file at `path`, from 0; ours: it is built in.

    said: where its fields were said otherwise since.
    """

    id: str
    why: str
    kind: str = "regex"
    match: str = ""
    replace: str = ""
    unless: str = ""
    view: str = "raw"
    hints: tuple[str, ...] = ()
    near: str = ""
    longest: int = 0
    phrases: Mapping[str, str] = field(default_factory=dict)
    map: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0
    document: bool = False
    inline: bool = False
    stages: tuple[str, ...] = ()
    review: bool = False
    enabled: bool = True
    change: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()
    path: str = ""
    nth: int = 0
    ours: bool = False
    said: Mapping[str, Said] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        return self.id.partition("/")[0]

    def where(self, name: str, i: int | None = None) -> Said:
        """Where a field of it is said, or an item of one."""
        at = self.said.get(name) or Said(self.path, ("rule", self.nth, name), self.ours)
        return at if i is None else at._replace(keys=(*at.keys, i))

    @property
    def of_a_pack(self) -> bool:
        """Whether a file has a say in it that is not one of the built-in ones of the stages."""
        return not self.ours or Path(self.path).stem not in STAGE_NAMES or bool(self.said)

    @property
    def limited(self) -> bool:
        """Whether a pattern of it is a user's, and so runs under a time limit."""
        return not self.ours or any(name in self.said and not self.said[name].ours for name in ("match", "unless"))

    @property
    def pattern(self) -> regex.Pattern[str]:
        return compiled(self.match)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern ready to run, made once a process. Raises regex.error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return regex.compile(pattern)


class Patch(NamedTuple):
    """What a file says of a rule of another file. adds: an `unless` stands beside the one that the rule has."""

    id: str
    said: Mapping[str, Any]
    keys: Keys
    adds: bool = False


@dataclass(frozen=True)
class Pack:
    """What one rule file says, or several together. untried: the ids of its rules without examples; layers: the files
    it was put together from, in order, each with its settings."""

    path: str
    rules: tuple[Rule, ...] = ()
    patches: tuple[Patch, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    untried: tuple[str, ...] = ()
    ours: bool = False
    layers: tuple[tuple[str, Mapping[str, Mapping[str, Any]]], ...] = ()


@dataclass(frozen=True)
class File:
    """The text of a rule file and what it says, unchecked. root: the keys under which it says so."""

    path: str
    source: str
    data: Mapping[str, Any]
    root: Keys = ()

    @property
    def extends(self) -> list[str]:
        """The packs it builds on, as it names them."""
        names = self.data.get("extends", [])
        return names if isinstance(names, list) and all(isinstance(name, str) for name in names) else []


def opened(path: Path) -> File:
    """The rule file at `path`, unchecked. Raises RuleError where it cannot be read or is no TOML."""
    return parsed(str(path), source_of(path))


def parsed(path: str, source: str) -> File:
    """A rule file of this text, unchecked. Raises RuleError."""
    deep = DEEP.search(source)
    if deep:
        raise RuleError(pointed(path, source, deep.start(), f"a key of more than {DEEPEST} parts"))
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise RuleError(_syntax(path, source, fault)) from None
    except (RecursionError, MemoryError):
        raise RuleError(f"{path}:1:1: not TOML: tables or lists stand too deep within each other") from None
    root = root_of(path)
    for key in root:
        data = data.get(str(key), {})
        if not isinstance(data, dict):
            raise RuleError(
                f"{path}: {'.'.join(map(str, root))} must be a table: begin it with a line `[tool.cleancorpus]`"
            )
    return File(path, source, data, root)


def root_of(path: str) -> Keys:
    """The keys under which a file of this name speaks of rules."""
    return PROJECT_KEYS if Path(path).name == PROJECT else ()


def checked(
    file: File,
    *,
    ours: bool = False,
    lazy: bool = False,
    known: Pack | None = None,
    wrong: Sequence[tuple[int, str]] = (),
    alone: bool = True,
) -> Pack:
    """The rules of a file. Raises RuleError, with every fault.

    ours: it is built in; then a rule without examples is an error. lazy: leave the patterns uncompiled, and so
    unchecked, until they are used. known: what the files below it say, to check ids and settings against; without it,
    the file is one that declares them. wrong: what is known to be wrong with its `extends`, by index. alone: all that
    it builds on is known.
    """
    check = Check(file, ours, lazy, known, alone)
    for i, message in wrong:
        check.value(message, "extends", i)
    pack = check.pack()
    if check.faults:
        raise RuleError(check.all_said())
    return pack


def read(path: Path, *, ours: bool = False, lazy: bool = False, known: Pack | None = None) -> Pack:
    """The rules of the file at `path`, as `checked`. Raises RuleError."""
    return checked(opened(path), ours=ours, lazy=lazy, known=known)


def source_of(path: Path) -> str:
    """The text of a rule file. Raises RuleError."""
    try:
        with path.open("rb") as file:
            raw = file.read(4 * LARGEST + 1)
    except OSError as fault:
        near = nearest(path.name, (p.name for p in path.parent.glob("*.toml"))) if path.parent.is_dir() else ""
        raise RuleError(f"{path}: {(fault.strerror or 'cannot be read').lower()}{_mean(near)}") from None
    try:
        source = raw.decode("utf-8-sig") if len(raw) <= 4 * LARGEST else ""
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise RuleError(
            f"{path}:{line}: byte {fault.start} (0x{raw[fault.start]:02x}) is not UTF-8; save the rule file as UTF-8"
        ) from None
    if not source and raw or len(source) > LARGEST:
        raise RuleError(f"{path}: a rule file may have {LARGEST:,} characters, this one has more; part it")
    return source


def fault_at(said: Said, message: str) -> str:
    """A message about what is said at a place, with the line it stands in."""
    source = source_of(Path(said.path))
    return pointed(said.path, source, places(source)[(*root_of(said.path), *said.keys)].value, message)


def line_at(said: Said) -> int:
    """The line of its file where something is said, from 1; 0 where the file is gone."""
    try:
        source = source_of(Path(said.path))
        return source.count("\n", 0, places(source)[(*root_of(said.path), *said.keys)].key) + 1
    except (RuleError, KeyError, tomllib.TOMLDecodeError):
        return 0


def line_of(rule: Rule) -> int:
    """The line of its file where a rule begins, from 1; 0 where the file is gone."""
    return line_at(Said(rule.path, ("rule", rule.nth)))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or nothing."""
    found = difflib.get_close_matches(word, list(known), 1, 0.6)
    return found[0] if found else ""


def pointed(path: str, source: str, at: int, message: str) -> str:
    """A message with its place, the line it stands in and a mark under the place."""
    at = min(at, len(source))
    begin = source.rfind("\n", 0, at) + 1
    end = source.find("\n", at)
    number, column = source.count("\n", 0, at) + 1, at - begin
    message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
    line = "".join(c if c.isprintable() else " " for c in source[begin : end if end >= 0 else len(source)])
    if len(line) > SHOWN:
        cut = max(0, column - SHOWN // 2)
        line, column = line[cut : cut + SHOWN], column - cut
        line = f"…{line[1:]}" if cut else line
    left = "".join("\u3000" if unicodedata.east_asian_width(c) in "WF" else " " for c in line[:column])
    return f"{path}:{number}:{at - begin + 1}: {message}\n{number:>6} | {line.rstrip()}\n       | {left}^"


def _mean(near: str) -> str:
    return f"; did you mean `{near}`?" if near else ""


def _syntax(path: str, source: str, fault: tomllib.TOMLDecodeError) -> str:
    said = regex.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(fault), regex.S)
    if said is None:
        return f"{path}: {fault}"
    line = int(said[2]) if said[2] else source.rstrip("\n").count("\n") + 1
    begin = sum(len(text) for text in source.splitlines(keepends=True)[: line - 1])
    at = begin + int(said[3]) - 1 if said[3] else len(source.rstrip("\n"))
    what = said[1][:1].lower() + said[1][1:]
    return pointed(path, source, at, f"not TOML: {what}; a regex stands best between ''' and '''")


class Check:
    """One reading of a rule file: takes what is good, and notes every fault."""

    def __init__(self, file: File, ours: bool, lazy: bool, known: Pack | None, alone: bool) -> None:
        self.path = file.path
        self.source = file.source
        self.data = file.data
        self.root = file.root
        self.ours = ours
        self.lazy = lazy
        self.known = known
        self.there = {rule.id: rule for rule in known.rules} if known else {}
        self.alone = alone
        self.faults: list[tuple[int, str]] = []
        self.untried: dict[str, None] = {}
        self.where: dict[tuple[str | int, ...], Place] = {}

    def place(self, *keys: str | int) -> Place:
        self.where = self.where or places(self.source)
        path = (*self.root, *keys)
        while path and path not in self.where:
            path = path[:-1]
        return self.where.get(path, Place(0, 0))

    def key(self, message: str, *keys: str | int) -> None:
        """A fault at a key."""
        self.faults.append((self.place(*keys).key, message))

    def value(self, message: str, *keys: str | int, index: int | None = None) -> None:
        """A fault at a value, or at a character inside it."""
        at = self.place(*keys).value
        if index is not None:
            at = inside(self.source, at, index)
        self.faults.append((at, message))

    def all_said(self) -> str:
        """The faults in the order of their places, each with the line it is about."""
        told = [pointed(self.path, self.source, at, message) for at, message in sorted(self.faults)[:MOST_FAULTS]]
        more = len(self.faults) - len(told)
        return "\n".join([*told, f"{self.path}: and {more:,} more faults"] if more > 0 else told)

    def pack(self) -> Pack:
        for name in self.data:
            if name not in FILE_KEYS:
                near = nearest(name, FILE_KEYS)
                hint = "; a rule's fields stand under [[rule]]" if name in FIELDS else _mean(near)
                self.key(f"unknown key `{name}`, a rule file has {_listed(FILE_KEYS)}{hint}", name)
        if "schema" not in self.data:
            self.key(f"`schema` is missing; begin the file with `schema = {SCHEMA}`")
        elif self.data["schema"] != SCHEMA or isinstance(self.data["schema"], bool):
            self.value(f"schema {self.data['schema']!r} is unknown, this version reads schema {SCHEMA}", "schema")
        if not isinstance(self.data.get("about", ""), str):
            self.value("`about` must be text", "about")
        for name in ("extends", "disable"):
            wrong = mistyped(TEXTS, self.data.get(name, []))
            if wrong is not None:
                self.value(f"`{name}` must be {TYPES[TEXTS]}", name, *wrong)
        fragments = self.fragments()
        patches = [*self.disabled(), *self.overrides(fragments)]
        rules, seen = [], dict[str, int]()
        entries = self.data.get("rule", [])
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            self.key("rules must be tables: begin each with a line `[[rule]]`", "rule")
            entries = []
        for n, entry in enumerate(entries):
            before = len(self.faults)
            said = self.entry(n, entry, fragments)
            if isinstance(entry.get("id"), str):
                first = seen.setdefault(entry["id"], n)
                if first < n:
                    line = self.source.count("\n", 0, self.place("rule", first).key) + 1
                    self.value(f"the id `{entry['id']}` stands twice, first in line {line}", "rule", n, "id")
            if len(self.faults) > before:
                continue
            if self.patches(entry):
                more = {name: value for name, value in said.items() if name != "id"}
                patches.append(Patch(entry["id"], more, ("rule", n), adds=True))
            else:
                rules.append(Rule(**said, path=self.path, nth=n, ours=self.ours))
        return Pack(self.path, tuple(rules), tuple(patches), self.settings(), tuple(self.untried), self.ours)

    def patches(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry only says something more of a rule that stands in another file."""
        return self.known is not None and not any(name in entry for name in TELLING)

    def disabled(self) -> Iterator[Patch]:
        """The rules of other files that are turned off."""
        wanted = self.data.get("disable", [])
        for i, glob in enumerate(wanted if mistyped(TEXTS, wanted) is None else ()):
            found = [rule_id for rule_id in self.there if fnmatch.fnmatchcase(rule_id, glob)]
            if not found and self.alone:
                near = f"{glob}/*" if glob in STAGE_NAMES else nearest(glob, self.there)
                self.value(f"`{glob}` names no rule of another file{_mean(near)}", "disable", i)
            for rule_id in found:
                yield Patch(rule_id, {"enabled": False}, ("disable", i))

    def overrides(self, fragments: Mapping[str, str]) -> Iterator[Patch]:
        """Single fields of rules of other files, said otherwise."""
        tables = self.data.get("override", {})
        if not isinstance(tables, dict):
            self.key("`override` must hold tables: a line `[override.'ID']`, then `field = value` lines", "override")
            return
        for rule_id, entry in tables.items():
            keys = ("override", rule_id)
            if rule_id not in self.there:
                if self.alone:
                    near = _mean(nearest(rule_id, self.there))
                    quoted = f"; an id stands in quotes: [override.'{rule_id}/…']" if rule_id in STAGE_NAMES else ""
                    self.key(f"there is no rule `{rule_id}` to override{quoted or near}", *keys)
            elif not isinstance(entry, dict):
                self.value("say which fields: a line `[override.'ID']`, then `field = value` lines", *keys)
            else:
                before = len(self.faults)
                said = self.override(self.there[rule_id], entry, fragments)
                if len(self.faults) == before:
                    yield Patch(rule_id, said, keys)

    def override(self, rule: Rule, entry: Mapping[str, Any], fragments: Mapping[str, str]) -> dict[str, Any]:
        """What is said of one rule, in the types of `Rule`."""
        at = ("override", rule.id)
        good = {name for name in entry if self.field(at, name, entry[name])}
        for name in sorted(good):
            if name in ("id", "kind"):
                self.key(f"`{name}` cannot be overridden; write a rule of your own", *at, name)
            elif rule.kind not in FIELDS[name].kinds:
                self.key(f"`{rule.id}` is of the kind `{rule.kind}`, which has no `{name}`", *at, name)
            elif FIELDS[name].type in (TEXT, TEXTS, PAIRS) and not entry[name] and name not in ("replace", "unless"):
                self.value(f"`{name}` is empty", *at, name)
        said = {name: entry[name] for name in FIELDS if name in good}
        for name in ("match", "unless", "near"):
            if said.get(name):
                said[name] = self.pattern(at, name, entry[name], fragments, view=entry.get("view", rule.view))
        match = said.get("match", "" if rule.ours and "⟨" in rule.match else rule.match)
        if "replace" in said and match:
            self.replacement(at, said["replace"], match)
        self.options(at, {"id": rule.id, **entry}, good)
        self.tables(at, entry, good)
        return typed(said)

    def entry(self, n: int, entry: Mapping[str, Any], fragments: Mapping[str, str]) -> dict[str, Any]:
        """What one [[rule]] says, in the types of `Rule`."""
        at = ("rule", n)
        good = {name for name in entry if self.field(at, name, entry[name])}
        rule_id = entry["id"] if "id" in good else ""
        if rule_id and not self.id_stands(at, rule_id):
            rule_id = ""
        said = {name: entry[name] for name in FIELDS if name in good}
        if self.patches(entry):
            if any(nearest(name, FIELDS) in TELLING for name in entry.keys() - FIELDS.keys()):
                # What is misspelt is said; without it nothing else can be judged.
                return said
            self.patch(at, entry, rule_id)
            if said.get("unless"):
                said["unless"] = self.pattern(at, "unless", entry["unless"], fragments)
            return said
        kind = next((k for k in ("phrases", "map") if k in entry), "regex")
        if "kind" in entry:
            kind = entry["kind"] if "kind" in good else ""
        if not kind:
            return said
        if kind not in KINDS:
            self.value(f"unknown kind `{kind}`, expected {_listed(KINDS)}{_mean(nearest(kind, KINDS))}", *at, "kind")
            return said
        said["kind"] = kind
        if kind == "builtin" and self.known is not None:
            hint = f"; `[override.'{rule_id}']` says a field of one otherwise" if rule_id in self.there else ""
            self.value(f"only the program has rules of the kind `builtin`{hint}", *at, "kind")
        self.needed(at, entry, kind, rule_id)
        for name in ("match", "unless", "near"):
            if name in good and entry[name]:
                said[name] = self.pattern(at, name, entry[name], fragments, view=entry.get("view", "raw"))
        if "replace" in good and said.get("match"):
            self.replacement(at, entry["replace"], said["match"])
        self.options(at, entry, good)
        self.tables(at, entry, good)
        if {"hints", "change"} <= good and entry.get("view", "raw") == "raw":
            self.hints(at, entry)
        return typed(said)

    def field(self, at: Keys, name: str, value: object) -> bool:
        """Whether a field is known and its value of the right type."""
        if name not in FIELDS:
            near = nearest(name, FIELDS)
            self.key(f"unknown key `{name}`{_mean(near) or f', a rule has {_listed(FIELDS)}'}", *at, name)
            return False
        wrong = mistyped(FIELDS[name].type, value)
        if wrong is not None:
            self.value(f"`{name}` must be {TYPES[FIELDS[name].type]}", *at, name, *wrong)
        return wrong is None

    def id_stands(self, at: Keys, rule_id: str) -> bool:
        stage = rule_id.partition("/")[0]
        if not ID.fullmatch(rule_id):
            self.value(
                f"`{rule_id}` is no rule id, expected stage/what-is-wrong in small letters, digits and hyphens, "
                "such as `watermark/site-domain`", *at, "id",
            )  # fmt: skip
        elif stage not in STAGE_NAMES:
            near = nearest(stage, STAGE_NAMES)
            self.value(f"unknown stage `{stage}`, expected {_listed(STAGE_NAMES)}{_mean(near)}", *at, "id")
        elif self.known is None and Path(self.path).stem in STAGE_NAMES and stage != Path(self.path).stem:
            self.value(f"a rule of the stage `{stage}` belongs in {stage}.toml", *at, "id")
        else:
            return True
        return False

    def patch(self, at: Keys, entry: Mapping[str, Any], rule_id: str) -> None:
        """Check an entry that says something more of a rule of another file."""
        if "id" not in entry:
            self.key("the rule has no `id`: stage/what-is-wrong", *at)
        alone = [f.name for f in FIELDS.values() if f.alone and f.name != "id"]
        for name in entry:
            if name in FIELDS and not FIELDS[name].alone:
                theirs = rule_id in self.there and self.there[rule_id].kind in FIELDS[name].kinds
                override = f"; `[override.'{rule_id}']` says other fields otherwise" if theirs else ""
                self.key(
                    f"`{name}` needs a rule of its own with `match`, `phrases` or `map`; of a rule that is there "
                    f"already a [[rule]] can say {_listed(alone)}{override}", *at, name,
                )  # fmt: skip
        for name in entry.keys() & FIELDS.keys():
            if rule_id in self.there and FIELDS[name].alone and self.there[rule_id].kind not in FIELDS[name].kinds:
                self.key(f"`{rule_id}` is of the kind `{self.there[rule_id].kind}`, which has no `{name}`", *at, name)
        if rule_id and rule_id not in self.there and self.alone:
            hint = _mean(nearest(rule_id, self.there)) or "; a new rule needs `match`, `phrases` or `map`"
            self.value(f"there is no rule `{rule_id}` to say more of{hint}", *at, "id")

    def needed(self, at: Keys, entry: Mapping[str, Any], kind: str, rule_id: str) -> None:
        """Check that the fields of a rule are those of its kind."""
        name = f"`{rule_id}`" if rule_id else "the rule"
        for f in FIELDS.values():
            if f.name in entry and kind not in f.kinds:
                there = _listed(f.kinds)
                self.key(f"`{f.name}` does not belong in a rule of kind `{kind}`, only in {there}", *at, f.name)
            if f.name in entry and f.type in (TEXT, TEXTS, PAIRS) and not entry[f.name] and f.name != "replace":
                self.value(f"`{f.name}` is empty", *at, f.name)
            if kind not in f.needed or f.name in entry:
                continue
            message = f"{name} has no `{f.name}`: {f.says}"
            if f.name in EXAMPLES and not self.ours:
                self.untried[rule_id] = None
            else:
                self.key(message, *at)

    def pattern(self, at: Keys, name: str, text: str, fragments: Mapping[str, str], view: object = "raw") -> str:
        """A regular expression with its fragments put in."""
        for used in FRAGMENT.finditer(text):
            if used[1] not in fragments and used[1] not in self.data.get("define", {}):
                near = _mean(nearest(used[1], fragments)) or "; say it under [define]"
                self.value(f"`{used.group()}` is not defined{near}", *at, name, index=used.start())
                return ""
        if not self.ours and view != "raw" and "⟨" in text:
            wrong = "`⟨` begins a part of a built-in pattern; write \\u27e8 for the character"
            self.value(wrong, *at, name, index=text.index("⟨"))
            return ""
        return self.expanded(text, fragments, *at, name)

    def expanded(self, text: str, fragments: Mapping[str, str], *keys: str | int) -> str:
        """A regular expression with its fragments put in; where it does not compile, a fault at its place inside."""
        whole = FRAGMENT.sub(lambda used: f"(?:{fragments.get(used[1], '')})", text)
        if self.lazy:
            return whole
        if len(whole) > LONGEST:
            with_them = " with its fragments" if whole != text else ""
            self.value(f"a pattern may have {LONGEST:,} characters, this one has {len(whole):,}{with_them}", *keys)
            return ""
        call = next((m for m in CALL.finditer(text) if m["call"]), None)
        if call:
            wrong = f"{call['call']} calls a group, which can go on without end; name a fragment under [define] instead"
            self.value(wrong, *keys, index=call.start())
            return ""
        try:
            pattern = compiled(whole)
        except regex.error as fault:
            said: Any = fault
            index = _unexpanded(text, fragments, said.pos or 0)
            self.value(f"not a regex in `{keys[-1]}`: {said.msg}", *keys, index=index)
            return ""
        except (RecursionError, MemoryError, OverflowError):
            self.value(f"not a regex in `{keys[-1]}`: its groups stand too deep within each other", *keys)
            return ""
        if keys[0] != "define" and pattern.fullmatch("", timeout=1):
            self.value(f"`{keys[-1]}` matches the empty text, so it would match everywhere", *keys)
        return whole

    def replacement(self, at: Keys, text: str, match: str) -> None:
        if self.lazy:
            return
        pattern = compiled(match)
        for used in GROUP.finditer(text):
            name = used[1] or used[2]
            if name is None or name == "0":
                continue
            if name not in pattern.groupindex and not (name.isdecimal() and int(name) <= pattern.groups):
                there = [f"\\{i}" for i in range(1, pattern.groups + 1)] + [rf"\g<{g}>" for g in pattern.groupindex]
                has = f"has {_listed(there)}" if there else "has no group; put ( ) around what shall stay"
                wrong = f"`replace` names the group {used.group()}, but `match` {has}"
                self.value(wrong, *at, "replace", index=used.start())

    def options(self, at: Keys, entry: Mapping[str, Any], good: set[str]) -> None:
        if "view" in good and entry["view"] not in VIEWS:
            near = nearest(entry["view"], VIEWS)
            self.value(f"unknown view `{entry['view']}`, expected {_listed(VIEWS)}{_mean(near)}", *at, "view")
        elif "view" in good and isinstance(entry.get("id"), str) and not entry["id"].startswith("watermark/"):
            self.key("only the rules of the stage `watermark` have a `view`", *at, "view")
        if not self.ours and entry.get("view", "raw") != "raw" and entry.get("replace"):
            self.key("a rule with a `view` takes out what it finds; it cannot have a `replace`", *at, "replace")
        for i, stage in enumerate(entry["stages"] if "stages" in good else ()):
            if stage not in STAGE_NAMES:
                near = nearest(stage, STAGE_NAMES)
                wrong = f"unknown stage `{stage}`, expected {_listed(STAGE_NAMES)}{_mean(near)}"
                self.value(wrong, *at, "stages", i)

    def tables(self, at: Keys, entry: Mapping[str, Any], good: set[str]) -> None:
        for old in entry["map"] if "map" in good else ():
            if len(old) != 1:
                wrong = f"`{old}` has {len(old)} characters, a key of `map` has one; longer ones belong in `phrases`"
                self.key(wrong, *at, "map", old)
        for old in entry["phrases"] if "phrases" in good else ():
            if not old.strip() or "\n" in old:
                self.key("a phrase must be a text within one line", *at, "phrases", old)
        for name in {"map", "phrases"} & good:
            if not entry[name]:
                self.value(f"`{name}` is empty", *at, name)

    def hints(self, at: Keys, entry: Mapping[str, Any]) -> None:
        for i, (before, _) in enumerate(entry["change"]):
            if not any(hint in before for hint in entry["hints"]):
                wrong = "none of the `hints` stands in this example, so the rule would never see it"
                self.value(wrong, *at, "change", i)

    def fragments(self) -> dict[str, str]:
        """The named fragments of regular expressions. One may use those above it."""
        defined = self.data.get("define", {})
        good: dict[str, str] = {}
        if not isinstance(defined, dict):
            self.key("`define` must be a table: a line `[define]`, then `name = '''regex'''` lines", "define")
            return good
        for name, text in defined.items():
            if not isinstance(text, str):
                self.value(f"`{name}` must be text: a regular expression", "define", name)
                continue
            unknown = next((used for used in FRAGMENT.finditer(text) if used[1] not in good), None)
            if unknown:
                self.value(f"`{unknown.group()}` is not defined above", "define", name, index=unknown.start())
                continue
            good[name] = self.expanded(text, good, "define", name)
        return good

    def settings(self) -> dict[str, dict[str, Any]]:
        """The settings of stages. The built-in files declare which there are, and of which type."""
        tables = self.data.get("stage", {})
        good: dict[str, dict[str, Any]] = {}
        if not isinstance(tables, dict):
            self.key("`stage` must hold tables: a line `[stage.NAME]`, then `setting = value` lines", "stage")
            return good
        for stage, values in tables.items():
            if stage not in STAGE_NAMES:
                near = nearest(stage, STAGE_NAMES)
                self.key(f"unknown stage `{stage}`, expected {_listed(STAGE_NAMES)}{_mean(near)}", "stage", stage)
            elif not isinstance(values, dict):
                self.value(
                    "settings must be a table: a line `[stage.NAME]`, then `setting = value` lines", "stage", stage
                )
            elif self.known is None:
                good[stage] = values
            else:
                known = self.known.settings.get(stage, {})
                good[stage] = {key: v for key, v in values.items() if self.setting(known, v, "stage", stage, key)}
        return good

    def setting(self, known: Mapping[str, Any], value: object, *keys: str) -> bool:
        """Whether a setting is there, and the value one that it can have."""
        stage, key = keys[1], keys[-1]
        if key not in known and keys[1:3] == OPEN and len(keys) > 4:
            self.key(f"`{key}` is too short: a word of notices has two characters or more", *keys)
            return False
        if key not in known:
            near = nearest(key, known)
            there = f", it has {_listed(known)}" if known else ", it has none"
            self.key(f"the stage `{stage}` has no setting `{key}`{_mean(near) or there}", *keys)
            return False
        if key in FIXED.get(stage, ()) and not self.ours:
            self.key(f"`{key}` is part of how the program works, and no file can say it otherwise", *keys)
            return False
        wanted = type(known[key])
        if wanted is int and len(keys) > 3:
            # What stands in a table is weighed.
            wanted = float
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            self.value(f"`{key}` must be {SETTING_TYPES[wanted]}, such as {_toml(known[key])}", *keys)
            return False
        if isinstance(value, float) and not math.isfinite(value):
            self.value(f"`{key}` must be a number that has an end", *keys)
            return False
        choice = CHOICES.get(keys[1:], ())
        if choice and value not in choice:
            self.value(f"`{key}` can be {_listed(choice)}{_mean(nearest(str(value), choice))}", *keys)
            return False
        if isinstance(value, list):
            wrong = mistyped(TEXTS, value)
            if wrong is not None:
                self.value(f"`{key}` must be {TYPES[TEXTS]}", *keys, *wrong)
            return wrong is None
        if isinstance(value, dict):
            inner = {**{k: 1.0 for k in value if len(k) > 1}, **known[key]} if keys[1:3] == OPEN else known[key]
            stand = [self.setting(inner, v, *keys, k) for k, v in value.items()]
            return all(stand)
        return True


# Settings that hold patterns, which no time limit stops, or the tables of a mechanism, which it takes as they are.
FIXED = {
    "headings": ("date_line", "byline", "greeting", "passage_after", "title_form"),
    "watermark": ("parts", "domain_hints", "scattered_hints", "weights", "pairs", "neighbours"),
    "script": (
        "lazy",
        "wrong",
        "scarce",
        "telling",
        "alone",
        "either",
        "words",
        "bearers",
        "places",
        "measured",
        "titled",
        "shared",
    ),
}
# The tables of settings to which a file can add: words of two characters or more, and what they weigh.
OPEN = ("watermark", "words")
# What a setting can be, where not every value of its type will do.
CHOICES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("script", "to"): (
        "auto", "keep", "hans", "hant", "tw", "hk", "twp", "hansp",
        "s2t", "t2s", "s2tw", "tw2s", "s2hk", "hk2s", "s2twp", "tw2sp", "t2tw", "t2hk",
    ),
    ("spaces", "spacing"): ("habit", "keep", "remove", "add"),
    ("punctuation", "quotes"): ("keep", "curly", "corner"),
}  # fmt: skip


def typed(said: dict[str, Any]) -> dict[str, Any]:
    """The fields of a rule in the types of `Rule`."""
    for name in ("hints", "stages", "keep"):
        if name in said:
            said[name] = tuple(said[name])
    if "change" in said:
        said["change"] = tuple((before, after) for before, after in said["change"])
    return said


TYPES = {
    TEXT: "text, such as '''text'''",
    TEXTS: "a list of texts, such as ['''one''', '''two''']",
    TABLE: "a table of texts, such as { '''old''' = '''new''' }",
    SWITCH: "true or false",
    NUMBER: "a whole number",
    PAIRS: "a list of [before, after] pairs, such as [['''before''', '''after''']]",
}
SETTING_TYPES: dict[type, str] = {
    str: "text", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "a table",
}  # fmt: skip


def mistyped(type_name: str, value: object) -> tuple[str | int, ...] | None:
    """Where a value is not of the type: () for all of it, the path of the item that is wrong; None where it fits."""
    if type_name == TEXT:
        return None if isinstance(value, str) else ()
    if type_name == SWITCH:
        return None if isinstance(value, bool) else ()
    if type_name == NUMBER:
        return None if type(value) is int else ()
    if type_name == TABLE:
        if not isinstance(value, dict):
            return ()
        return next(((k,) for k, v in value.items() if not isinstance(v, str)), None)
    if not isinstance(value, list):
        return ()
    for i, item in enumerate(value):
        if type_name == TEXTS and not isinstance(item, str):
            return (i,)
        if type_name == PAIRS and not (
            isinstance(item, list) and len(item) == 2 and all(isinstance(text, str) for text in item)
        ):
            return (i,)
    return None


def _unexpanded(text: str, fragments: Mapping[str, str], index: int) -> int:
    """The place in a pattern of a place in the pattern with its fragments put in."""
    grown = 0
    for used in FRAGMENT.finditer(text):
        start = used.start() + grown
        length = len(fragments.get(used[1], "")) + len("(?:)")
        if index < start:
            break
        if index < start + length:
            return used.start()
        grown += length - len(used.group())
    return min(index - grown, len(text))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def merged(packs: Sequence[Pack]) -> Pack:
    """What several files say together, a later file before an earlier one."""
    rules: dict[str, Rule] = {}
    settings: dict[str, Any] = {stage: {} for stage in STAGE_NAMES}
    layers: list[tuple[str, Mapping[str, Mapping[str, Any]]]] = []
    for pack in packs:
        for patch in pack.patches:
            if patch.id in rules:
                rules[patch.id] = patched(rules[patch.id], patch, pack)
        own = {rule.id: rule for rule in pack.rules}
        rules = {**own, **{rule_id: rule for rule_id, rule in rules.items() if rule_id not in own}}
        settings = overlaid(settings, pack.settings)
        layers += pack.layers or ((pack.path, pack.settings),)
    ordered = sorted(rules.values(), key=lambda rule: STAGE_NAMES.index(rule.stage))
    return Pack("", tuple(ordered), (), settings, layers=tuple(layers))


def patched(rule: Rule, patch: Patch, pack: Pack) -> Rule:
    """The rule with what a pack says of it."""
    fields = dict(patch.said)
    if patch.adds and "unless" in fields and rule.unless:
        fields["unless"] = f"(?:{rule.unless})|(?:{fields['unless']})"
    keys = {name: patch.keys if patch.keys[0] == "disable" else (*patch.keys, name) for name in fields}
    said = {**rule.said, **{name: Said(pack.path, keys[name], pack.ours) for name in fields}}
    return replace(rule, **fields, said=said)


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The values of both, those of `above` before those of `below`; tables within tables likewise."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], Mapping) and isinstance(above[key], Mapping):
            both[key] = overlaid(below[key], above[key])
    return both
