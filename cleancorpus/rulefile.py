"""Read one rule file and check it: every fault at once, each with its place, what was expected and what to try.

`FIELDS` says what a rule may hold; the checks, the table in rules/README.md and the schema are made from it. Knows
nothing of how rules are run or which other files there are.
"""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

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
        Field("hints", TEXTS, "literal texts, one of which stands in all it can match; for speed", MATCHING),
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
FILE_KEYS = ("schema", "about", "define", "rule", "stage")
EXAMPLES = ("change", "keep")

ID = regex.compile(r"[a-z]+/[a-z0-9]+(?:-[a-z0-9]+)*")
FRAGMENT = regex.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]*)\}\}")
GROUP = regex.compile(r"\\(?:g<([^>]*)>|([1-9][0-9]?)|.)", regex.S)
# A line of a rule file is shown this wide (columns), around the fault.
SHOWN = 100


class RuleError(Exception):
    """Rules that cannot be used. The message has an entry a fault: `path:line:col: what is wrong …`."""


@dataclass(frozen=True)
class Rule:
    """One rule, as a rule file says it. nth: its place in the file at `path`, from 0; ours: it is built in."""

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

    @property
    def stage(self) -> str:
        return self.id.partition("/")[0]

    @property
    def pattern(self) -> regex.Pattern[str]:
        return compiled(self.match)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern ready to run, made once a process. Raises regex.error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return regex.compile(pattern)


@dataclass(frozen=True)
class Pack:
    """What one rule file says. patches: what it says of single rules of other files, by id; untried: the ids of its
    rules without examples."""

    path: str
    rules: tuple[Rule, ...] = ()
    patches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    untried: tuple[str, ...] = ()


def read(path: Path, *, ours: bool = False, lazy: bool = False, known: Pack | None = None) -> Pack:
    """The rules of the file at `path`. Raises RuleError.

    ours: it is built in; then a rule without examples is an error. lazy: leave the patterns uncompiled, and so
    unchecked, until they are used. known: what the built-in files say, to check ids and settings against.
    """
    return pack_of(str(path), source_of(path), ours=ours, lazy=lazy, known=known)


def pack_of(path: str, source: str, *, ours: bool = False, lazy: bool = False, known: Pack | None = None) -> Pack:
    """What the text of a rule file says, as `read` does. Raises RuleError."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise RuleError(_syntax(path, source, fault)) from None
    check = Check(path, source, data, ours, lazy, known)
    pack = check.pack()
    if check.faults:
        raise RuleError(check.said())
    return pack


def source_of(path: Path) -> str:
    """The text of a rule file. Raises RuleError."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        near = nearest(path.name, (p.name for p in path.parent.glob("*.toml"))) if path.parent.is_dir() else ""
        raise RuleError(f"{path}: {(fault.strerror or 'cannot be read').lower()}{_mean(near)}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise RuleError(
            f"{path}:{line}: byte {fault.start} (0x{raw[fault.start]:02x}) is not UTF-8; save the rule file as UTF-8"
        ) from None


def line_of(rule: Rule) -> int:
    """The line of its file where a rule begins, from 1; 0 where the file is gone."""
    try:
        source = source_of(Path(rule.path))
        return source.count("\n", 0, places(source)[("rule", rule.nth)].key) + 1
    except (RuleError, KeyError, tomllib.TOMLDecodeError):
        return 0


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

    def __init__(
        self, path: str, source: str, data: Mapping[str, Any], ours: bool, lazy: bool, known: Pack | None
    ) -> None:
        self.path = path
        self.source = source
        self.data = data
        self.ours = ours
        self.lazy = lazy
        self.known = known
        self.faults: list[tuple[int, str]] = []
        self.untried: dict[str, None] = {}
        self.where: dict[tuple[str | int, ...], Place] = {}

    def place(self, *keys: str | int) -> Place:
        self.where = self.where or places(self.source)
        while keys and keys not in self.where:
            keys = keys[:-1]
        return self.where.get(keys, Place(0, 0))

    def key(self, message: str, *keys: str | int) -> None:
        """A fault at a key."""
        self.faults.append((self.place(*keys).key, message))

    def value(self, message: str, *keys: str | int, index: int | None = None) -> None:
        """A fault at a value, or at a character inside it."""
        at = self.place(*keys).value
        if index is not None:
            at = inside(self.source, at, index)
        self.faults.append((at, message))

    def said(self) -> str:
        """The faults in the order of their places, each with the line it is about."""
        return "\n".join(pointed(self.path, self.source, at, message) for at, message in sorted(self.faults))

    def pack(self) -> Pack:
        for name in self.data:
            if name not in FILE_KEYS:
                near = nearest(name, FILE_KEYS)
                hint = "; a rule's fields stand under [[rule]]" if name in FIELDS else _mean(near)
                self.key(f"unknown key `{name}`, a rule file has {_listed(FILE_KEYS)}{hint}", name)
        if "schema" not in self.data:
            self.key(f"`schema` is missing; begin the file with `schema = {SCHEMA}`")
        elif self.data["schema"] != SCHEMA:
            self.value(f"schema {self.data['schema']!r} is unknown, this version reads schema {SCHEMA}", "schema")
        if not isinstance(self.data.get("about", ""), str):
            self.value("`about` must be text", "about")
        fragments = self.fragments()
        rules, patches, seen = [], {}, dict[str, int]()
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
                patches[entry["id"]] = {k: v for k, v in said.items() if k != "id"}
            else:
                rules.append(Rule(**said, path=self.path, nth=n, ours=self.ours))
        return Pack(self.path, tuple(rules), patches, self.settings(), tuple(self.untried))

    def patches(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry only says something more of a rule that stands in another file."""
        return not self.ours and not any(name in entry for name in ("kind", "match", "phrases", "map"))

    def entry(self, n: int, entry: Mapping[str, Any], fragments: Mapping[str, str]) -> dict[str, Any]:
        """What one [[rule]] says, in the types of `Rule`."""
        good = {name for name in entry if self.field(n, name, entry[name])}
        rule_id = entry["id"] if "id" in good else ""
        if rule_id and not self.id_stands(n, rule_id):
            rule_id = ""
        said = {name: entry[name] for name in FIELDS if name in good}
        if self.patches(entry):
            self.patch(n, entry, rule_id)
            return said
        kind = next((k for k in ("phrases", "map") if k in entry), "regex")
        if "kind" in entry:
            kind = entry["kind"] if "kind" in good else ""
        if not kind:
            return said
        if kind not in KINDS:
            self.value(
                f"unknown kind `{kind}`, expected {_listed(KINDS)}{_mean(nearest(kind, KINDS))}", "rule", n, "kind"
            )
            return said
        said["kind"] = kind
        self.needed(n, entry, kind, rule_id)
        for name in ("match", "unless", "near"):
            if name in good and entry[name]:
                said[name] = self.pattern(n, name, entry[name], fragments)
        if "replace" in good and said.get("match"):
            self.replacement(n, entry["replace"], said["match"])
        self.options(n, entry, good)
        self.tables(n, entry, good)
        if {"hints", "change"} <= good and entry.get("view", "raw") == "raw":
            self.hints(n, entry)
        for name in ("hints", "stages", "keep"):
            if name in said:
                said[name] = tuple(said[name])
        if "change" in said:
            said["change"] = tuple((before, after) for before, after in said["change"])
        return said

    def field(self, n: int, name: str, value: object) -> bool:
        """Whether a field is known and its value of the right type."""
        if name not in FIELDS:
            near = nearest(name, FIELDS)
            self.key(f"unknown key `{name}`{_mean(near) or f', a rule has {_listed(FIELDS)}'}", "rule", n, name)
            return False
        wrong = mistyped(FIELDS[name].type, value)
        if wrong is not None:
            self.value(f"`{name}` must be {TYPES[FIELDS[name].type]}", "rule", n, name, *wrong)
        return wrong is None

    def id_stands(self, n: int, rule_id: str) -> bool:
        stage = rule_id.partition("/")[0]
        if not ID.fullmatch(rule_id):
            self.value(
                f"`{rule_id}` is no rule id, expected stage/what-is-wrong in small letters, digits and hyphens, "
                "such as `watermark/site-domain`", "rule", n, "id",
            )  # fmt: skip
        elif stage not in STAGE_NAMES:
            near = nearest(stage, STAGE_NAMES)
            self.value(f"unknown stage `{stage}`, expected {_listed(STAGE_NAMES)}{_mean(near)}", "rule", n, "id")
        elif self.ours and Path(self.path).stem in STAGE_NAMES and stage != Path(self.path).stem:
            self.value(f"a rule of the stage `{stage}` belongs in {stage}.toml", "rule", n, "id")
        else:
            return True
        return False

    def patch(self, n: int, entry: Mapping[str, Any], rule_id: str) -> None:
        """Check an entry that says something more of a rule of another file."""
        if "id" not in entry:
            self.key("the rule has no `id`: stage/what-is-wrong", "rule", n)
        alone = [f.name for f in FIELDS.values() if f.alone and f.name != "id"]
        for name in entry:
            if name in FIELDS and not FIELDS[name].alone:
                self.key(
                    f"`{name}` needs a rule of its own with `match`, `phrases` or `map`; of a rule that is there "
                    f"already a file can say {_listed(alone)}",
                    "rule", n, name,
                )  # fmt: skip
        there = {rule.id: rule for rule in self.known.rules} if self.known else {}
        for name in entry.keys() & FIELDS.keys():
            if rule_id in there and FIELDS[name].alone and there[rule_id].kind not in FIELDS[name].kinds:
                self.key(
                    f"`{rule_id}` is of the kind `{there[rule_id].kind}`, which has no `{name}`", "rule", n, name
                )  # fmt: skip
        if rule_id and rule_id not in there:
            hint = _mean(nearest(rule_id, there)) or "; a new rule needs `match`, `phrases` or `map`"
            self.value(f"there is no rule `{rule_id}` to say more of{hint}", "rule", n, "id")

    def needed(self, n: int, entry: Mapping[str, Any], kind: str, rule_id: str) -> None:
        """Check that the fields of a rule are those of its kind."""
        name = f"`{rule_id}`" if rule_id else "the rule"
        for f in FIELDS.values():
            if f.name in entry and kind not in f.kinds:
                self.key(
                    f"`{f.name}` does not belong in a rule of kind `{kind}`, only in {_listed(f.kinds)}",
                    "rule",
                    n,
                    f.name,
                )
            if f.name in entry and f.type in (TEXT, TEXTS, PAIRS) and not entry[f.name] and f.name != "replace":
                self.value(f"`{f.name}` is empty", "rule", n, f.name)
            if kind not in f.needed or f.name in entry:
                continue
            message = f"{name} has no `{f.name}`: {f.says}"
            if f.name in EXAMPLES and not self.ours:
                self.untried[rule_id] = None
            else:
                self.key(message, "rule", n)

    def pattern(self, n: int, name: str, text: str, fragments: Mapping[str, str]) -> str:
        """A regular expression with its fragments put in."""
        for used in FRAGMENT.finditer(text):
            if used[1] not in fragments and used[1] not in self.data.get("define", {}):
                near = nearest(used[1], fragments)
                self.value(
                    f"`{used.group()}` is not defined{_mean(near) or '; say it under [define]'}",
                    "rule", n, name, index=used.start(),
                )  # fmt: skip
                return ""
        return self.expanded(text, fragments, "rule", n, name)

    def expanded(self, text: str, fragments: Mapping[str, str], *keys: str | int) -> str:
        """A regular expression with its fragments put in; where it does not compile, a fault at its place inside."""
        whole = FRAGMENT.sub(lambda used: f"(?:{fragments.get(used[1], '')})", text)
        if self.lazy:
            return whole
        try:
            pattern = compiled(whole)
        except regex.error as fault:
            said: Any = fault
            index = _unexpanded(text, fragments, said.pos or 0)
            self.value(f"not a regex in `{keys[-1]}`: {said.msg}", *keys, index=index)
            return ""
        if keys[0] == "rule" and pattern.fullmatch(""):
            self.value(f"`{keys[-1]}` matches the empty text, so it would match everywhere", *keys)
        return whole

    def replacement(self, n: int, text: str, match: str) -> None:
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
                self.value(
                    f"`replace` names the group {used.group()}, but `match` {has}",
                    "rule",
                    n,
                    "replace",
                    index=used.start(),
                )

    def options(self, n: int, entry: Mapping[str, Any], good: set[str]) -> None:
        if "view" in good and entry["view"] not in VIEWS:
            near = nearest(entry["view"], VIEWS)
            self.value(f"unknown view `{entry['view']}`, expected {_listed(VIEWS)}{_mean(near)}", "rule", n, "view")
        elif "view" in good and isinstance(entry.get("id"), str) and not entry["id"].startswith("watermark/"):
            self.key("only the rules of the stage `watermark` have a `view`", "rule", n, "view")
        for i, stage in enumerate(entry["stages"] if "stages" in good else ()):
            if stage not in STAGE_NAMES:
                near = nearest(stage, STAGE_NAMES)
                self.value(
                    f"unknown stage `{stage}`, expected {_listed(STAGE_NAMES)}{_mean(near)}", "rule", n, "stages", i
                )

    def tables(self, n: int, entry: Mapping[str, Any], good: set[str]) -> None:
        for old in entry["map"] if "map" in good else ():
            if len(old) != 1:
                self.key(
                    f"`{old}` has {len(old)} characters, a key of `map` has one; longer ones belong in `phrases`",
                    "rule",
                    n,
                    "map",
                    old,
                )
        for old in entry["phrases"] if "phrases" in good else ():
            if not old.strip() or "\n" in old:
                self.key("a phrase must be a text within one line", "rule", n, "phrases", old)
        for name in {"map", "phrases"} & good:
            if not entry[name]:
                self.value(f"`{name}` is empty", "rule", n, name)

    def hints(self, n: int, entry: Mapping[str, Any]) -> None:
        for i, (before, _) in enumerate(entry["change"]):
            if not any(hint in before for hint in entry["hints"]):
                self.value(
                    "none of the `hints` stands in this example, so the rule would never see it", "rule", n, "change", i
                )

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
            else:
                good[stage] = {key: value for key, value in values.items() if self.setting(stage, key, value)}
        return good

    def setting(self, stage: str, key: str, value: object) -> bool:
        if self.known is None:
            return True
        known = self.known.settings.get(stage, {})
        if key not in known:
            near = nearest(key, known)
            there = f", it has {_listed(known)}" if known else ", it has none"
            self.key(f"the stage `{stage}` has no setting `{key}`{_mean(near) or there}", "stage", stage, key)
            return False
        wanted = type(known[key])
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            self.value(f"`{key}` must be {SETTING_TYPES[wanted]}, such as {_toml(known[key])}", "stage", stage, key)
            return False
        return True


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
    for pack in packs:
        for rule_id, said in pack.patches.items():
            rule = rules[rule_id]
            if "unless" in said and rule.unless:
                said = {**said, "unless": f"(?:{rule.unless})|(?:{said['unless']})"}
            rules[rule_id] = replace(rule, **said)
        own = {rule.id: rule for rule in pack.rules}
        rules = {**own, **{rule_id: rule for rule_id, rule in rules.items() if rule_id not in own}}
        settings = overlaid(settings, pack.settings)
    ordered = sorted(rules.values(), key=lambda rule: STAGE_NAMES.index(rule.stage))
    return Pack("", tuple(ordered), {}, settings)


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The values of both, those of `above` before those of `below`; tables within tables likewise."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], Mapping) and isinstance(above[key], Mapping):
            both[key] = overlaid(below[key], above[key])
    return both


def schema(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A JSON schema of rule files, for editors. settings: those of the built-in files, by stage."""
    text = {"type": "string"}
    types: dict[str, dict[str, Any]] = {
        TEXT: text,
        NUMBER: {"type": "integer"},
        SWITCH: {"type": "boolean"},
        TEXTS: {"type": "array", "items": text},
        TABLE: {"type": "object", "additionalProperties": text},
        PAIRS: {"type": "array", "items": {"type": "array", "items": text, "minItems": 2, "maxItems": 2}},
    }
    rule = {f.name: {**types[f.type], "description": f.says} for f in FIELDS.values()}
    rule["id"]["pattern"] = f"^(?:{'|'.join(STAGE_NAMES)})/[a-z0-9]+(?:-[a-z0-9]+)*$"
    rule["kind"]["enum"], rule["view"]["enum"] = list(KINDS), list(VIEWS)
    rule["stages"]["items"] = {"enum": list(STAGE_NAMES)}
    stages = {
        stage: _closed({key: {"type": JSON_TYPES[type(value)], "default": value} for key, value in known.items()})
        for stage, known in settings.items()
    }
    top = {
        "schema": {"const": SCHEMA},
        "about": text,
        "define": {"type": "object", "additionalProperties": text},
        "rule": {"type": "array", "items": {**_closed(rule), "required": ["id"]}},
        "stage": _closed(stages),
    }
    start = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "A rule file of cleancorpus"}
    return {**start, **_closed(top), "required": ["schema"]}


JSON_TYPES: dict[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object",
}  # fmt: skip


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def tables() -> dict[str, str]:
    """What a rule may hold, as the Markdown tables of rules/README.md: kinds, fields, views."""
    kinds = ["| kind | what it does | fields of its own |", "|---|---|---|"]
    for kind, says in KINDS.items():
        own = [f for f in FIELDS.values() if kind in f.kinds and len(f.kinds) < len(KINDS)]
        names = [f"**`{f.name}`**" if kind in f.needed else f"`{f.name}`" for f in own]
        kinds.append(f"| `{kind}` | {says} | {', '.join(names)} |")
    rows = ["| field | type | what it says |", "|---|---|---|"]
    rows += [f"| `{f.name}` | {f.type} | {f.says} |" for f in FIELDS.values()]
    views = ["| view | what `match` sees |", "|---|---|", *(f"| `{view}` | {says} |" for view, says in VIEWS.items())]
    return {"kinds": "\n".join(kinds), "fields": "\n".join(rows), "views": "\n".join(views)}
