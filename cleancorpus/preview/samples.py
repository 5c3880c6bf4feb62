"""Some changes of every rule, the doubtful first, each in its line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from cleancorpus.preview.groups import Example, Group, Groups
from cleancorpus.preview.marking import marked
from cleancorpus.preview.rows import matching
from cleancorpus.preview.tally import say, say_part
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.screen import cells, visible, wrap
from cleancorpus.source import Source
from cleancorpus.text import Text

if TYPE_CHECKING:
    from rich.console import Console


class Samples:
    """So many changes of every rule; of changes that are alike, one before a second."""

    def __init__(self, screen: Console, rules: Rules, *, each: int, only: Sequence[str] = ()) -> None:
        self.screen = screen
        self.rules = rules
        self.each = each
        self.wanted = matching(rules, only) if only else np.ones(len(rules.all), np.bool_)
        self.groups = Groups(rules, each)
        self.changes = 0

    def begin(self, source: Source, profile: Profile) -> None:
        self.groups.begin(source.name)
        say_part(self.screen, source)

    def take(self, piece: Text) -> None:
        self.groups.take(piece)
        self.changes += len(piece.changes)

    def end(self) -> None: ...

    def close(self) -> int:
        for n, groups in self.groups:
            if self.wanted[n]:
                self._say_rule(n, groups)
        all_of_them = f"{self.changes:,} change{'s' * (self.changes != 1)}" if self.changes else "Nothing would change"
        say(self.screen, [(f"{all_of_them}. Nothing was written. `cleancorpus review FILE` asks about them.", "")])
        return self.changes

    def _say_rule(self, n: int, groups: list[Group]) -> None:
        rule, count = self.rules.all[n], int(self.groups.count[n])
        shown = chosen(groups, self.each)
        of = f"{len(shown)} of {count:,}" if len(shown) < count else f"{count:,}"
        left, right = f"── {rule.id} ", f" {of}"
        say(self.screen, [(left, "bold yellow"), ("─" * (self.screen.width - cells(left + right)) + right, "dim")])
        for row in wrap([(rule.why, "dim")], self.screen.width):
            say(self.screen, row)
        for one in shown:
            place = f"{visible(one.source)}:{one.line}"
            runs = [(visible(one.seen.left.strip("\n")), ""), *marked(one.seen.before, one.seen.after)]
            runs.append((visible(one.seen.right.strip("\n")), ""))
            say(self.screen, [(place, "bold")])
            for row in wrap(runs, self.screen.width - 4):
                say(self.screen, [("    ", ""), *row])
        say(self.screen, [])


def chosen(groups: Sequence[Group], count: int) -> list[Example]:
    """So many examples: the first of every group, then the second of every group, and so on."""
    rounds = zip_longest(*(group.examples for group in groups))
    return [one for row in rounds for one in row if one is not None][:count]
