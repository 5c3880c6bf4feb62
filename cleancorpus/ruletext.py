"""Rules as the text of a rule file, for those that a program writes.

Knows nothing of where rules come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from cleancorpus.rulefile import FIELDS, Rule
from cleancorpus.screen import escaped

UNSAID = Rule("", "")
# Lists this long stand in a row of the rule file.
ROW = 90


def written(rule: Rule) -> list[str]:
    """The lines of a rule in a rule file, none of them indented; its table of phrases or characters last."""
    lines = ["[[rule]]"]
    tables = []
    for name in FIELDS:
        value = getattr(rule, name)
        if value == getattr(UNSAID, name) or (name == "kind" and value in ("phrases", "map")):
            continue
        if isinstance(value, bool):
            lines.append(f"{name} = {str(value).lower()}")
        elif isinstance(value, int):
            lines.append(f"{name} = {value}")
        elif isinstance(value, str):
            lines.append(f"{name} = {quoted(value)}")
        elif isinstance(value, tuple):
            items = [_pair(item) if isinstance(item, tuple) else quoted(item) for item in value]
            lines += listed(name, items)
        else:
            tables += [
                "",
                f"[rule.{name}]",
                *(f"{quoted(old, key=True)} = {quoted(new)}" for old, new in value.items()),
            ]
    return [*lines, *tables]


def listed(name: str, items: Iterable[str]) -> list[str]:
    """The lines of a list, in one if it is short."""
    some = list(items)
    if sum(map(len, some)) < ROW:
        return [f"{name} = [{', '.join(some)}]"]
    return [f"{name} = [", *(f"{item}," for item in some), "]"]


def quoted(text: str, *, key: bool = False) -> str:
    """A text as TOML has it: plain between quotes where that can be."""
    if text.isprintable() and not key and "'''" not in text and not text.endswith("'"):
        return f"'''{text}'''"
    if text.isprintable() and key and "'" not in text:
        return f"'{text}'"
    return escaped(json.dumps(text, ensure_ascii=False))


def _pair(item: tuple[str, str]) -> str:
    return f"[{quoted(item[0])}, {quoted(item[1])}]"
