"""The paragraphs that change, with the changes marked in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleancorpus.edits import Bools, Changes, decode, having
from cleancorpus.preview.marking import marked, shortened
from cleancorpus.preview.rows import BULK, EDGES, LF, Rows, between, blank_lines, counts, matching, paragraphs
from cleancorpus.preview.tally import Tally, by_stage, say, say_part, say_table
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.screen import Run, cells, visible, wrap
from cleancorpus.source import Source
from cleancorpus.text import Text

if TYPE_CHECKING:
    from rich.console import Console

# How much of a file is shown unless all is asked for.
PARAGRAPHS = 200
CHANGES = 40
TITLE = 40


class Inline:
    """The paragraphs that change, with the changes marked in the text and their rules beside it."""

    def __init__(
        self,
        screen: Console,
        rules: Rules,
        *,
        show: Sequence[str] = (),
        only: Sequence[str] = (),
        paragraphs: int | None = PARAGRAPHS,
    ) -> None:
        self.screen = screen
        self.rules = rules
        self.tally = Tally.of(rules)
        self.wanted = matching(rules, only) if only else np.ones(len(rules.all), np.bool_)
        self.spelled = matching(rules, only) if only else ~matching(rules, BULK) | matching(rules, show)
        self.told = self.spelled | ~matching(rules, EDGES)
        self.asked = matching(rules, [*only, *show])
        self.titled = not only
        self.limit = paragraphs
        self.wanted_changes = 0
        self.folded = np.zeros(len(rules.all), np.int64)
        self.folded_lines = (0, 0)

    def begin(self, source: Source, profile: Profile) -> None:
        self.tally.files += 1
        self.name, self.encoding = source.name, source.encoding
        self.headed = False
        self.part = source
        self.rows = Rows()
        self.shown = self.more = self.in_file = 0
        heads = profile.headings
        self.openings = heads.start[heads.opens]
        self.titles_end = heads.end[heads.opens]

    def take(self, piece: Text) -> None:
        self.in_file += self.tally.take(piece)
        self.wanted_changes += int(having(piece.changes, self.wanted).sum())
        self.rows.take(piece)
        changes = piece.changes
        starts = paragraphs(piece)
        of_change = np.searchsorted(starts, changes.start, side="right") - 1
        plain = blank_lines(piece) & ~having(changes, self.asked)
        spelled = having(changes, self.spelled) & ~plain
        first = np.flatnonzero(np.diff(of_change, prepend=-1))
        last = np.append(first[1:], len(changes))
        some = np.flatnonzero(np.logical_or.reduceat(spelled, first)) if len(first) else first
        openings = np.flatnonzero(piece.holds(self.openings)) if self.titled else some[:0]
        # What is shown, in order: (place in the raw piece, the document that opens there, the paragraph).
        shown = [(int(self.openings[n]) - piece.origin, n, -1) for n in openings.tolist()]
        shown += [(int(starts[of_change[first[k]]]), -1, k) for k in some.tolist()]
        room = len(shown) if self.limit is None else max(0, self.limit - self.shown)
        done = 0
        for place, n, k in sorted(shown, key=lambda one: (one[0], one[1] < 0))[:room]:
            a = int(first[k]) if k >= 0 else int(np.searchsorted(changes.start, place))
            self._fold(piece, done, a, plain)
            if k < 0:
                done = max(done, a)
                self._say_document(piece, n)
            else:
                done = int(last[k])
                edge = starts[int(of_change[a]) : int(of_change[a]) + 2].tolist()
                self._say_paragraph(piece, (edge[0], edge[1] if len(edge) > 1 else len(piece.raw)), a, done, spelled)
        self.shown += min(room, len(shown))
        self.more += max(0, len(shown) - room)
        if room >= len(shown):
            self._fold(piece, done, len(changes), plain)
        self.screen.file.flush()

    def end(self) -> None:
        self.tally.changed_files += bool(self.in_file)
        self._say_folded()
        if not self.headed:
            # That nothing would change is said of what was read.
            say_part(self.screen, self.part)
        if self.more:
            self._say([(f"and {self.more:,} more paragraphs and headings; --all shows them", "dim")])

    def close(self) -> int:
        if self.tally.changed_files:
            say(self.screen, [])
        folded = self.tally.of_rule * (self.wanted & ~self.spelled)
        names = [name.partition(" ")[0] for name in by_stage(folded, self.rules)]
        say_table(self.screen, self.tally, self.wanted, self.wanted_changes, names)
        return self.tally.changes

    def _say(self, runs: Iterable[Run]) -> None:
        if not self.headed:
            self.headed = True
            if self.tally.changed_files:
                say(self.screen, [])
            say(self.screen, [(visible(self.name), "bold"), (f"  {self.encoding}", "dim")])
            say_part(self.screen, self.part)
        say(self.screen, runs)

    def _say_document(self, piece: Text, n: int) -> None:
        """The line where a document begins."""
        self._say_folded()
        a, b = int(self.openings[n]) - piece.origin, int(self.titles_end[n]) - piece.origin
        title = visible(decode(piece.raw[a : min(b, a + TITLE)]).strip())
        left = f"══ {_lines(*[self.rows.of(int(self.openings[n]))[0]] * 2)}: {title} "
        self._say([(left + "═" * max(2, self.screen.width - cells(left)), "bold blue")])

    def _fold(self, piece: Text, a: int, b: int, plain: Bools) -> None:
        """Note the changes a … b as counted only; blank lines put before a heading are no news."""
        if a >= b or plain[a:b].all():
            return
        changes = between(piece.changes, a, b)
        here = counts(changes, self.rules, ~plain[a:b]) * (self.wanted & self.told)
        if not here.any():
            return
        places = changes.start[~plain[a:b] & having(changes, self.told)] + piece.origin
        top, low = self.rows.of(int(places[0]))[0], self.rows.of(int(places[-1]))[0]
        self.folded_lines = (self.folded_lines[0] or top, low)
        self.folded += here

    def _say_folded(self) -> None:
        if self.folded.any():
            text = f"  ⋯ {_lines(*self.folded_lines)}: " + ", ".join(by_stage(self.folded, self.rules))
            for row in wrap([(text, "dim")], self.screen.width):
                self._say(row)
        self.folded[:] = 0
        self.folded_lines = (0, 0)

    def _say_paragraph(self, piece: Text, edge: tuple[int, int], a: int, b: int, spelled: Bools) -> None:
        self._say_folded()
        changes = piece.changes
        whole = b - a == 1 and (int(changes.start[a]), int(changes.end[a])) == edge
        gone = whole and changes.to_start[a] == changes.to_end[a]
        inner = edge[0] + (int(piece.raw[edge[0]]) == LF and edge[1] - edge[0] > 1)
        top = self.rows.of(inner + piece.origin)[0]
        low = max(top, self.rows.of(edge[1] - 1 + piece.origin)[0])
        self._say_rules(_lines(top, low) + (" removed" if gone else ""), between(changes, a, b))
        self._say_text(self._stretches(piece, edge, a, b, spelled), top, len(f"{low}"))

    def _say_text(self, stretches: Iterable[Stretch], line: int, gutter: int) -> None:
        """The paragraph; the number of its first line stands beside it."""
        width = max(20, self.screen.width - gutter - 3)
        number = f"{line}"
        for row in wrap(self._runs(stretches), width):
            self._say([(f"{number:>{gutter}} │ ", "dim"), *row])
            number = ""

    def _say_rules(self, where: str, changes: Changes) -> None:
        """The line above a paragraph: where it stands, and to the right the rules that act in it."""
        here = counts(changes, self.rules) * self.wanted
        names = [
            f"{self.rules.all[n].id} ×{here[n]}" if here[n] > 1 else self.rules.all[n].id
            for n in np.flatnonzero((here > 0) & self.spelled).tolist()
        ]
        names += by_stage(here * (self.told & ~self.spelled), self.rules)
        left = f"── {where} "
        room = self.screen.width - cells(left) - 3
        rows: list[list[str]] = [[]]
        for name in names:
            if rows[-1] and cells("  ".join([*rows[-1], name])) > room:
                rows.append([])
            rows[-1].append(name)
        for row in rows:
            right = "  ".join(row)
            fill = max(2, self.screen.width - cells(left) - cells(right) - 1)
            self._say([(left + ("─" if left.strip() else " ") * fill + " ", "dim"), (right, "yellow")])
            left = " " * 3

    def _stretches(self, piece: Text, edge: tuple[int, int], a: int, b: int, spelled: Bools) -> Iterator[Stretch]:
        """The paragraph from its start to its end: what stays, what changes quietly, what changes and is marked."""
        changes = piece.changes
        at, shown = edge[0], 0
        for i in range(a, b):
            start, end = int(changes.start[i]), int(changes.end[i])
            old = decode(piece.raw[start:end])
            new = decode(piece.codes[int(changes.to_start[i]) : int(changes.to_end[i])])
            same = decode(piece.raw[at:start])
            yield Stretch(same, same)
            at = end
            if not spelled[i]:
                if start == end == edge[0]:
                    continue
                yield Stretch(old, new.rstrip("\n") if end == edge[1] else new, "quiet")
                continue
            if shown == CHANGES and self.limit is not None:
                more = f" ⋯ and {int(spelled[i:b].sum()):,} more changes in this paragraph"
                yield Stretch(more, more, "more")
                return
            shown += 1
            if end == edge[1]:
                old, new = old.rstrip("\r\n") or old, new.rstrip("\n") if old.rstrip("\r\n") else new
            yield Stretch(old, new, "marked")
        same = decode(piece.raw[at : edge[1]]).rstrip("\r\n")
        yield Stretch(same, same)

    def _runs(self, stretches: Iterable[Stretch]) -> Iterator[Run]:
        """The paragraph with its changes marked."""
        open_left = False
        pending: list[Run] = []
        for one in stretches:
            if one.kind in ("same", "quiet"):
                pending.append((one.new, "underline" if one.kind == "quiet" else ""))
                continue
            yield from shortened(pending, left=open_left, right=True)
            pending, open_left = [], True
            if one.kind == "more":
                yield one.new, "dim"
                return
            yield from marked(one.old, one.new)
        yield from shortened(pending, left=open_left, right=False)


class Stretch(NamedTuple):
    """A part of a paragraph as it was and as it becomes. kind: same, quiet (not spelled out), marked, more (a note)."""

    old: str
    new: str
    kind: str = "same"


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first}–{last}"
