"""The changes for programs: a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from cleancorpus.edits import decode, having
from cleancorpus.preview.rows import Rows, matching
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.screen import escaped
from cleancorpus.source import Source
from cleancorpus.text import Text


class Json:
    """A change a line: file, start, end, line, col, before, after, rules."""

    def __init__(self, write: Callable[[str], object], rules: Rules, *, only: Sequence[str] = ()) -> None:
        self.write = write
        self.rules = rules
        self.wanted = matching(rules, only or ["*"])
        self.rows = Rows()
        self.name = ""
        self.changes = 0

    def begin(self, source: Source, profile: Profile) -> None:
        self.rows = Rows()
        self.name = source.name

    def take(self, piece: Text) -> None:
        self.rows.take(piece)
        changes = piece.changes
        self.changes += len(changes)
        for i in np.flatnonzero(having(changes, self.wanted)).tolist():
            a, b = int(changes.start[i]), int(changes.end[i])
            line, column = self.rows.of(a + piece.origin)
            said = {
                "file": self.name,
                "start": a + piece.origin,
                "end": b + piece.origin,
                "line": line,
                "col": column,
                "before": decode(piece.raw[a:b]),
                "after": decode(piece.codes[int(changes.to_start[i]) : int(changes.to_end[i])]),
                "rules": list(dict.fromkeys(self.rules.all[n].id for n in changes.rules_of(i))),
            }
            self.write(harmless_json(said) + "\n")

    def end(self) -> None: ...

    def close(self) -> int:
        return self.changes


def harmless_json(value: object) -> str:
    """JSON in which every character that could steer a terminal is escaped; it reads back as the same value."""
    return escaped(json.dumps(value, ensure_ascii=False))
