"""Turn what other programs call rules into a rule file: replace rules of the reading app Legado, lists of
`from<TAB>to`, user dictionaries of OpenCC. What cannot be turned is told with the reason.

Converts texts in memory. Knows nothing of the command line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import regex

from cleancorpus.rulefile import Pack, Rule, RuleError, checked, parsed
from cleancorpus.ruletext import quoted, written

# In Java's patterns: what is not the same in ours, token by token.
JAVA = regex.compile(
    r"""(?P<quote>\\Q(?P<said>.*?)(?:\\E|$))
    |(?P<number>\\x\{(?P<hex>[0-9A-Fa-f]{1,8})\})
    |(?P<blank>\\h)
    |(?P<end>\\z)
    |(?P<over>\\[nrRvXG]|\\u000[aAdD])
    |(?P<escape>\\.)
    |(?P<both>&&)
    |(?P<start>\^)
    |(?P<plain>.)""",
    regex.X | regex.S,
)
BLANKS = r" \t\u3000\u00a0"


class Unfit(Exception):
    """A rule that cannot be turned into one of ours; says why."""


@dataclass
class Imported:
    """The rules that were made, and what was left out or made otherwise: (name, reason) each."""

    rules: list[Rule]
    left: list[tuple[str, str]]
    noted: list[tuple[str, str]]

    def file(self, about: str) -> str:
        """The rule file."""
        lines = ["schema = 1", f"about = {quoted(about)}", ""]
        lines += [
            "# These rules came without examples. Give each a `change` and a `keep`; then `cleancorpus rules test`"
        ]
        lines += ["# tells whether it does what you mean."]
        lines += [f"# Not taken over: {_row(name)}: {_row(why)}." for name, why in self.left]
        notes = dict(self.noted)
        for rule in self.rules:
            lines += ["", *([f"# {_row(notes[rule.id])}."] if rule.id in notes else []), *written(rule)]
        return "\n".join(lines) + "\n"


def _row(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def legado(source: str, known: Pack) -> Imported:
    """The replace rules of Legado, exported as JSON. known: the built-in rules. Raises RuleError."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError) as fault:
        raise RuleError(f"not JSON: {fault}") from None
    entries = data if isinstance(data, list) else [data]
    made = Imported([], [], [])
    for n, entry in enumerate(entries, 1):
        name = str(entry.get("name") or f"rule {n}") if isinstance(entry, dict) else f"rule {n}"
        try:
            if not isinstance(entry, dict):
                raise Unfit("it is no rule")
            rule, note = _of_legado(entry, n, name)
            made.rules.append(fit(rule, known))
            if note:
                made.noted.append((rule.id, note))
        except Unfit as fault:
            made.left.append((name, str(fault)))
    return made


def _of_legado(entry: dict[str, Any], n: int, name: str) -> tuple[Rule, str]:
    pattern, new = entry.get("pattern"), entry.get("replacement") or ""
    if not isinstance(pattern, str) or not pattern:
        raise Unfit("it has no pattern")
    if not isinstance(new, str):
        raise Unfit("its replacement is no text")
    if new.startswith("@js:") or "<js>" in new or "@js:" in pattern:
        raise Unfit("its replacement is a program")
    if entry.get("scopeTitle") and entry.get("scopeContent") is False:
        raise Unfit("it is for titles alone, which no rule sees apart from the text")
    if entry.get("isRegex", True):
        match, new = of_java(pattern), replacement_of_java(new)
    else:
        match, new = regex.escape(pattern, special_only=True), new.replace("\\", r"\\")
    if "\n" in match or "\n" in new:
        raise Unfit("it goes over the end of a line, and a rule sees one line at a time")
    notes = []
    for key, word in (("scope", "only for"), ("excludeScope", "not for")):
        if isinstance(entry.get(key), str) and entry[key].strip():
            notes.append(f"It was {word} {entry[key].strip()}; here it is off until you say `enabled = true`")
    rule = Rule(
        f"watermark/legado-{n}",
        _row(name) if name != f"rule {n}" else "A replace rule of Legado.",
        match=match,
        replace=new,
        enabled=bool(entry.get("isEnabled", True)) and not notes,
    )
    return rule, "; ".join(notes)


def of_java(pattern: str) -> str:
    """A pattern of Java as one of ours. Raises Unfit."""
    out = []
    depth = 0
    many_lines = regex.match(r"\(\?[a-zA-Z]*m[a-zA-Z]*\)", pattern) is not None
    whole = False
    for m in JAVA.finditer(pattern):
        kind, text = str(m.lastgroup if m.lastgroup not in ("said", "hex") else ""), m.group()
        if m["quote"] is not None:
            out.append(regex.escape(m["said"], special_only=True))
        elif m["number"] is not None:
            out.append(f"\\U{int(m['hex'], 16):08x}")
        elif kind == "blank":
            out.append(BLANKS if depth else f"[{BLANKS}]")
        elif kind == "end":
            out.append(r"\Z")
        elif kind == "over":
            raise Unfit(f"`{text}` goes over the end of a line, and a rule sees one line at a time")
        elif kind == "both" and depth:
            whole = True
            out.append(text)
        elif kind == "start" and not depth and not many_lines:
            raise Unfit("`^` is the beginning of a chapter there, and of a line here")
        else:
            if kind == "plain" and text == "[":
                depth += 1
            elif kind == "plain" and text == "]":
                depth = max(0, depth - 1)
            out.append(text)
    if not many_lines and regex.search(r"(?<!\\)(?:\\\\)*\$(?:\)|\||$)", pattern):
        raise Unfit("`$` is the end of a chapter there, and of a line here")
    return ("(?V1)" if whole else "") + "".join(out)


def replacement_of_java(new: str) -> str:
    """A replacement of Java as one of ours: $1 and ${name} are groups, a backslash takes the next as it stands."""

    def one(m: regex.Match[str]) -> str:
        if m["group"]:
            return rf"\g<{m['group']}>"
        return r"\\" if m.group().endswith("\\") else m.group()[-1]

    return regex.sub(r"\$\{?(?P<group>\d|(?<=\{)\w+)\}?|\\(?s:.)|\\", one, new)


def fit(rule: Rule, known: Pack) -> Rule:
    """The rule, if a rule file can hold it. Raises Unfit."""
    try:
        return checked(parsed("rule", "\n".join(["schema = 1", *written(rule)])), known=known).rules[0]
    except RuleError as fault:
        raise Unfit(regex.sub(r"^rule:\d+:\d+: ", "", str(fault).split("\n")[0])) from None


def of_list(source: str, name: str, known: Pack, *, opencc: bool = False) -> Imported:
    """A list of lines `from<TAB>to` as one rule; of OpenCC's alternatives behind the tab the first stands."""
    made = Imported([], [], [])
    phrases: dict[str, str] = {}
    for n, line in enumerate(source.splitlines(), 1):
        where = f"line {n}"
        old, tab, new = line.partition("\t")
        if not line.strip() or line.startswith("#"):
            continue
        if opencc:
            new = next(iter(new.split()), "")
        if not tab:
            made.left.append((where, "it has no tab"))
        elif not old.strip():
            made.left.append((where, "nothing stands before the tab"))
        elif opencc and not new:
            made.left.append((where, "nothing stands behind the tab"))
        elif phrases.get(old, new) != new:
            made.left.append((where, f"`{old}` became `{phrases[old]}` in a line above"))
        else:
            phrases[old] = new
    if phrases:
        short = regex.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "list"
        rule = Rule(f"script/{short}", f"A word of the list {_row(name)}.", "phrases", phrases=phrases)
        try:
            made.rules.append(replace(fit(rule, known), kind="phrases"))
        except Unfit as fault:
            raise RuleError(str(fault)) from None
    return made
