"""Counts of changes over everything that was taken, and the closing table that tells them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cleancorpus.edits import Bools, Ints, having
from cleancorpus.preview.marking import SAMPLE, sample
from cleancorpus.preview.rows import counts, matching
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.screen import Run, visible, wrap
from cleancorpus.source import Source
from cleancorpus.text import Text

if TYPE_CHECKING:
    from rich.console import Console

MEGABYTE = 1_000_000


@dataclass
class Tally:
    """Counts over everything that was taken: changes of each rule, and a first sample of each."""

    rules: Rules
    of_rule: Ints
    samples: dict[int, list[Run]] = field(default_factory=dict)
    changes: int = 0
    files: int = 0
    changed_files: int = 0

    @classmethod
    def of(cls, rules: Rules) -> Tally:
        return cls(rules, np.zeros(len(rules.all), np.int64))

    def count(self, piece: Text) -> None:
        """Count the piece's changes."""
        if len(piece.changes):
            self.of_rule += counts(piece.changes, self.rules)
            self.changes += len(piece.changes)

    def said(self) -> str:
        """The counts in a line, added up to stages."""
        stages: dict[str, int] = {}
        for n in np.flatnonzero(self.of_rule).tolist():
            stage = self.rules.all[n].stage
            stages[stage] = stages.get(stage, 0) + int(self.of_rule[n])
        of = ": " + ", ".join(f"{stage} {n:,}" for stage, n in stages.items()) if stages else ""
        return f"{self.changes:,} change{'s' * (self.changes != 1)}{of}"

    def take(self, piece: Text) -> int:
        """Count the piece's changes and keep samples of them; returns their number."""
        self.count(piece)
        changes = piece.changes
        found, first = np.unique(changes.rules, return_index=True)
        for rule, at in zip(found.tolist(), first.tolist(), strict=True):
            if rule not in self.samples:
                i = int(np.searchsorted(changes.rules_end, at, side="right"))
                self.samples[rule] = sample(piece, i)
        return len(changes)


def by_stage(of_rule: Ints, rules: Rules) -> list[str]:
    """Counts of rules added up to their stages; a rule alone in its stage's bulk keeps its own name."""
    out: dict[str, int] = {}
    for n in np.flatnonzero(of_rule).tolist():
        rule = rules.all[n]
        name = rule.stage if rule.stage in ("punctuation", "script") else rule.id
        out[name] = out.get(name, 0) + int(of_rule[n])
    return [f"{name} ×{n:,}" for name, n in out.items()]


def say(screen: Console, runs: Iterable[Run]) -> None:
    """One row on the screen, as wide as it is."""
    from rich.text import Text as Row

    screen.print(Row.assemble(*runs, no_wrap=True, overflow="ignore"), soft_wrap=True)


def say_part(screen: Console, source: Source) -> None:
    """That only the first part of a large file is looked at, where it is so."""
    if source.whole:
        part, whole = source.size / MEGABYTE, source.whole / MEGABYTE
        text = (
            f"{visible(source.name)}: a sample. Only the first {part:,.1f} of {whole:,.1f} MB were read and surveyed; "
            "headings, repeated lines and habits of the whole file may make it come out otherwise. --all reads it all."
        )
        for row in wrap([(text, "bold")], screen.width):
            say(screen, row)


def say_table(screen: Console, tally: Tally, wanted: Bools, changes: int, folded: Sequence[str] = ()) -> None:
    """The closing table: rule, changes, sample; what was not spelled out; and that nothing was written."""
    rows = np.flatnonzero((tally.of_rule > 0) & wanted).tolist()
    names = [tally.rules.all[n].id for n in rows]
    if rows:
        numbers = [f"{tally.of_rule[n]:,}" for n in rows]
        wide = max(map(len, [*names, "rule"]))
        high = max(map(len, [*numbers, "changes"]))
        room = screen.width - wide - high - 4
        samples = [_first_row(tally.samples[n], room) if room > 2 * SAMPLE else [] for n in rows]
        head = f"{'rule':<{wide}}  {'changes':>{high}}" + ("  sample" if any(samples) else "")
        say(screen, [(head, "bold")])
        for name, number, sample in zip(names, numbers, samples, strict=True):
            count = f"{'':<{wide - len(name)}}  {number:>{high}}"
            say(screen, [(name, "yellow"), (count + "  " * bool(sample), ""), *sample])
    if not tally.changes:
        say(screen, [("Nothing would change.", "")])
        return
    if folded:
        glob = folded[-1] if "/" in folded[-1] else f"'{folded[-1]}/*'"
        text = f"Only counted: {', '.join(folded)}; --show {glob} spells it out."
        for row in wrap([(text, "dim")], screen.width):
            say(screen, row)
    of = "" if wanted.all() else f"{changes:,} of "
    files = f" in {tally.changed_files:,} of {tally.files:,} files" if tally.files > 1 else ""
    all_of_them = f"{of}{tally.changes:,} change{'s' * (tally.changes != 1)}{files}"
    say(screen, [(f"{all_of_them}. Nothing was written. `cleancorpus explain RULE` says why.", "")])


def _first_row(runs: Sequence[Run], width: int) -> list[Run]:
    """The runs in one row, with ⋯ at its end where something is left out."""
    rows = list(wrap(runs, width))
    return rows[0] if len(rows) == 1 else [*next(wrap(runs, width - 1)), ("⋯", "dim")]


class Summary:
    """Counts alone: the table of rules."""

    def __init__(self, screen: Console, rules: Rules, *, only: Sequence[str] = ()) -> None:
        self.screen = screen
        self.tally = Tally.of(rules)
        self.wanted = matching(rules, only or ["*"])
        self.in_file = self.wanted_changes = 0

    def begin(self, source: Source, profile: Profile) -> None:
        self.in_file = 0
        self.tally.files += 1

    def take(self, piece: Text) -> None:
        self.in_file += self.tally.take(piece)
        self.wanted_changes += int(having(piece.changes, self.wanted).sum())

    def end(self) -> None:
        self.tally.changed_files += bool(self.in_file)

    def close(self) -> int:
        say_table(self.screen, self.tally, self.wanted, self.wanted_changes)
        return self.tally.changes
