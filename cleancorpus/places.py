"""Where the keys and values of a TOML file stand in it, for messages that point at the fault.

Reads only text that tomllib has already taken, so it need not judge it. Knows nothing of rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import NamedTuple

import regex

Path = tuple[str | int, ...]

_SKIP = regex.compile(r"(?:[ \t\r\n]|\#[^\n]*)*")
_BLANKS = regex.compile(r"[ \t]*")
# A string of several lines may have up to two more quotes before its closing three.
_STRING = regex.compile(
    r"'''.*?'''{1,3}(?!')|\"\"\"(?:\\.|[^\\])*?\"{3,5}(?!\")|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"", regex.S
)
_BARE_KEY = regex.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = regex.compile(r"[^,\]}\#\n]+")
_LITERAL = regex.compile(r"\r\n|.", regex.S)
_BASIC = regex.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\r?\n[ \t\r\n]*|.)|\r\n|.", regex.S)


class Place(NamedTuple):
    """Offsets into the file: of the key (of the item itself, in an array) and of the value."""

    key: int
    value: int


def places(source: str) -> dict[Path, Place]:
    """Where every key and value of a valid TOML file stands, by its path: ("rule", 0, "match")."""
    return dict(_Scan(source).file())


def inside(source: str, value: int, index: int) -> int:
    """The offset of the index-th character of the string whose source begins at `value`."""
    quotes = 3 if source.startswith(('"""', "'''"), value) else 1
    at = value + quotes
    if quotes == 3:
        at += 2 if source.startswith("\r\n", at) else source.startswith("\n", at)
    character = _LITERAL if source[value] == "'" else _BASIC
    while token := character.match(source, at):
        line_goes_on = token.group()[0] == "\\" and token.group()[1:].isspace()
        if index == 0 and not line_goes_on:
            break
        at = token.end()
        index -= not line_goes_on
    return at


class _Scan:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.count: dict[Path, int] = {}

    def file(self) -> Iterator[tuple[Path, Place]]:
        table: Path = ()
        while self.skip(_SKIP) < len(self.source):
            start = self.at
            if self.source.startswith("[", start):
                many = self.source.startswith("[[", start)
                self.at += 1 + many
                keys = self.keys()
                self.at += 1 + many
                if many:
                    above = self.full(keys[:-1])
                    self.count[(*above, keys[-1])] = self.count.get((*above, keys[-1]), -1) + 1
                table = self.full(keys)
                yield table, Place(start, start)
            else:
                yield from self.pair(table)

    def full(self, keys: Path) -> Path:
        """The path of a table, with the number of the latest item of every array of tables on the way."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.count:
                path = (*path, self.count[path])
        return path

    def skip(self, pattern: regex.Pattern[str]) -> int:
        found = pattern.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def keys(self) -> Path:
        keys: list[str] = []
        while True:
            self.skip(_BLANKS)
            if quoted := _STRING.match(self.source, self.at):
                keys.append(tomllib.loads(f"k = {quoted.group()}")["k"])
                self.at = quoted.end()
            else:
                start = self.at
                keys.append(self.source[start : self.skip(_BARE_KEY)])
            self.skip(_BLANKS)
            if not self.source.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def pair(self, table: Path) -> Iterator[tuple[Path, Place]]:
        start = self.at
        path = (*table, *self.keys())
        self.at += 1
        self.skip(_BLANKS)
        yield from self.value(path, start)

    def value(self, path: Path, key: int) -> Iterator[tuple[Path, Place]]:
        start = self.at
        yield path, Place(key, start)
        opener = self.source[start]
        if opener == "[":
            self.at += 1
            n = 0
            while self.source[self.skip(_SKIP)] != "]":
                yield from self.value((*path, n), self.at)
                n += 1
                if self.source[self.skip(_SKIP)] == ",":
                    self.at += 1
            self.at += 1
        elif opener == "{":
            self.at += 1
            while self.source[self.skip(_SKIP)] != "}":
                yield from self.pair(path)
                if self.source[self.skip(_SKIP)] == ",":
                    self.at += 1
            self.at += 1
        elif quoted := _STRING.match(self.source, start):
            self.at = quoted.end()
        else:
            self.skip(_BARE_VALUE)
