"""What rule files may say, as a JSON schema for editors and as the tables of rules/README.md.

Made from what the checks themselves go by. Knows nothing of single rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleancorpus.rulefile import (
    CHOICES,
    FIELDS,
    FILE_KEYS,
    FIXED,
    KINDS,
    NUMBER,
    OPEN,
    PAIRS,
    SCHEMA,
    STAGE_NAMES,
    SWITCH,
    TABLE,
    TEXT,
    TEXTS,
    VIEWS,
)


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
        stage: _closed({key: _setting(value, stage, key) for key, value in known.items() if settable(stage, key)})
        for stage, known in settings.items()
    }
    over = {name: rule[name] for name in rule if name not in ("id", "kind")}
    top: dict[str, dict[str, Any]] = {
        "schema": {"const": SCHEMA},
        "about": text,
        "extends": types[TEXTS],
        "disable": types[TEXTS],
        "override": {"type": "object", "additionalProperties": _closed(over)},
        "define": types[TABLE],
        "rule": {"type": "array", "items": {**_closed(rule), "required": ["id"]}},
        "stage": _closed(stages),
    }
    top = {name: {**top[name], "description": says} for name, says in FILE_KEYS.items()}
    start = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "A rule file of cleancorpus"}
    return {**start, **_closed(top), "required": ["schema"]}


JSON_TYPES: dict[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object",
}  # fmt: skip


def settable(stage: str, key: str) -> bool:
    """Whether a rule file can say a setting otherwise."""
    return key not in FIXED.get(stage, ())


def _setting(value: Any, *keys: str) -> dict[str, Any]:
    if isinstance(value, dict):
        inner = {key: _setting(value[key], *keys, key) for key in value}
        return {**_closed(inner), "additionalProperties": {"type": "number"}} if keys[:2] == OPEN else _closed(inner)
    if len(keys) > 2:
        return {"type": "number", "default": value}
    choice = {"enum": list(CHOICES[keys])} if keys in CHOICES else {}
    return {"type": JSON_TYPES[type(value)], "default": value, **choice}


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def tables(packs: Mapping[str, str]) -> list[str]:
    """What a file and a rule may hold, and what the built-in packs are for, as Markdown for rules/README.md."""
    keys = ["| key | what it says |", "|---|---|", *(f"| `{name}` | {says} |" for name, says in FILE_KEYS.items())]
    kinds = ["| kind | what it does | fields of its own |", "|---|---|---|"]
    for kind, says in KINDS.items():
        own = [f for f in FIELDS.values() if kind in f.kinds and len(f.kinds) < len(KINDS)]
        names = [f"**`{f.name}`**" if kind in f.needed else f"`{f.name}`" for f in own]
        kinds.append(f"| `{kind}` | {says} | {', '.join(names)} |")
    rows = ["| field | type | what it says |", "|---|---|---|"]
    rows += [f"| `{f.name}` | {f.type} | {f.says} |" for f in FIELDS.values()]
    views = ["| view | what `match` sees |", "|---|---|", *(f"| `{view}` | {says} |" for view, says in VIEWS.items())]
    for_what = ["| pack | what it is for |", "|---|---|", *(f"| `{name}` | {says} |" for name, says in packs.items())]
    return ["\n".join(table) for table in (keys, kinds, rows, views, for_what)]
