"""What cleaning would change, shown: inline in the text, as a patch, as counts, or a change a line for programs.

Each view takes the cleaned pieces one after another and reads their changes; nothing is cleaned here, and nothing is
kept but counts. Offsets are code points of the raw text; line numbers are those of the raw file, from 1.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cleancorpus.edits import Bools, Changes, Codes, Ints, covered, decode
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules
from cleancorpus.screen import Run, cells, cut, escaped, visible, wrap
from cleancorpus.source import Source
from cleancorpus.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from cleancorpus.chain import Verdict

# Rules of these kinds act almost everywhere and are read as counts; --show spells them out.
BULK = (
    "punctuation/*",
    "script/*",
    "lines/full-width-line",
    "characters/line-break",
    "spaces/indent",
    "spaces/trailing",
)
# Of them, these act at the ends of lines only and are counted in the closing table alone.
EDGES = ("characters/line-break", "spaces/indent", "spaces/trailing")
VIEWS = ("inline", "unified", "summary", "json")

# How much of an unchanged stretch is shown beside a change, and how much of a long removed one (code points).
CONTEXT = 20
REMOVED = 60
# How much of a file is shown unless all is asked for.
PARAGRAPHS = 200
CHANGES = 40
SAMPLE = 6
TITLE = 40
# Where a heading of the outline has less room than this beside its reason, the reason stands below it (cells).
OUTLINE_TITLE = 32
PATCH_CONTEXT = 3
NO_NEWLINE = "\\ No newline at end of file\n"

LF, CR = 0x0A, 0x0D
BLANKS = " \t\n\r\u00a0\u2003\u3000"


class View(Protocol):
    """Takes the cleaned pieces of one file after another."""

    def begin(self, source: Source, profile: Profile) -> None: ...
    def take(self, piece: Text) -> None: ...
    def end(self) -> None:
        """The file is over."""

    def close(self) -> int:
        """All files are over. Returns how many changes there were."""


@dataclass
class Rows:
    """The raw lines, counted over the pieces. number: of the first one of this piece; starts: where each begins."""

    number: int = 1
    starts: Ints = field(default_factory=lambda: np.zeros(1, np.int64))

    def take(self, piece: Text) -> None:
        """Go on to the lines of the next piece."""
        self.number += len(self.starts) - 1
        breaks = np.flatnonzero(_breaks(piece.raw)) + 1 + piece.origin
        self.starts = np.append(self.starts[-1], breaks)

    def of(self, place: int) -> tuple[int, int]:
        """The number of the line that holds a raw offset of the piece, and the column in it, both from 1."""
        i = int(np.searchsorted(self.starts, place, side="right")) - 1
        return self.number + i, place - int(self.starts[i]) + 1


def _breaks(raw: Codes) -> Bools:
    """The code points that end a line: LF, and CR where no LF follows."""
    ends: Bools = raw == LF
    lone: Bools = raw == CR
    lone[:-1] &= ~ends[1:]
    return ends | lone


def paragraphs(piece: Text) -> Ints:
    """The places in the raw piece where the paragraphs of the cleaned text begin; a removed line stands for itself."""
    raw, final, changes = piece.raw, piece.codes, piece.changes
    kept = np.flatnonzero((raw == LF) & ~covered(len(raw), changes.start, changes.end)) + 1
    if not len(changes):
        return np.append(0, kept)
    is_break = (raw == LF) | (raw == CR)
    some = changes.end > changes.start
    gone = changes.to_end == changes.to_start
    ends_break = some & is_break[changes.end - 1]
    stays_break = ~gone & (final[np.maximum(changes.to_end, 1) - 1] == LF)
    heads_line = (changes.start == 0) | is_break[changes.start - 1]
    whole = ends_break & gone & heads_line
    after = changes.end[ends_break & stays_break | whole]
    starts_break = some & is_break[np.minimum(changes.start, len(raw) - 1)]
    tails_line = (changes.end == len(raw)) | is_break[np.minimum(changes.end, len(raw) - 1)]
    before = changes.start[starts_break & gone & tails_line & ~ends_break]
    return np.unique(np.concatenate([[0], kept, after, before, changes.start[whole]]))


def counts(changes: Changes, rules: Rules, of: Bools | None = None) -> Ints:
    """For every rule the number of changes it took part in; `of`: only of the changes this mask picks."""
    which = np.repeat(np.arange(len(changes)), np.diff(changes.rules_end, prepend=0))
    pairs = np.unique(which * len(rules.all) + changes.rules)
    if of is not None:
        pairs = pairs[of[pairs // len(rules.all)]]
    return np.bincount(pairs % len(rules.all), minlength=len(rules.all))


def having(changes: Changes, wanted: Bools) -> Bools:
    """Which changes have one of the rules that `wanted` (a mask over the rules) names."""
    if not len(changes):
        return np.zeros(0, np.bool_)
    first = changes.rules_end - np.diff(changes.rules_end, prepend=0)
    return np.logical_or.reduceat(wanted[changes.rules], first)


def blank_lines(piece: Text) -> Bools:
    """Which changes only put blank lines before a line."""
    changes = piece.changes
    length = changes.to_end - changes.to_start
    out: Bools = (changes.start == changes.end) & (length > 0)
    places = np.flatnonzero(out)
    begins = changes.start[places]
    out[places] = (begins == 0) | (piece.raw[begins - 1] == LF) | (piece.raw[begins - 1] == CR)
    for i in np.flatnonzero(out).tolist():
        out[i] = bool((piece.codes[changes.to_start[i] : changes.to_end[i]] == LF).all())
    return out


def between(changes: Changes, a: int, b: int) -> Changes:
    """The changes from the a-th to before the b-th."""
    first = int(changes.rules_end[a - 1]) if a else 0
    last = int(changes.rules_end[b - 1]) if b else 0
    return Changes(
        changes.start[a:b], changes.end[a:b], changes.to_start[a:b], changes.to_end[a:b],
        changes.rules[first:last], changes.rules_end[a:b] - first,
    )  # fmt: skip


def matching(rules: Rules, globs: Iterable[str]) -> Bools:
    """The rules that one of the ids or globs names."""
    wanted = list(globs)
    return np.array([any(fnmatch.fnmatchcase(r.id, w) for w in wanted) for r in rules.all], np.bool_)


def marked(before: str, after: str, longest: int = REMOVED) -> list[Run]:
    """A change as it stands in the text: [-gone-], {+new+}, {old→new}, ⏎ for a join. What both share stays plain.

    longest: of a removed stretch, so many characters are shown at its head and at its end.
    """
    before = before.replace("\r\n", "\n")
    if not after and len(before) > 1:
        before = before.rstrip("\r")
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    runs = [(visible(before[:head]), "")]
    if not old.strip(BLANKS) and "\n" in old and not new.strip(" "):
        runs.append(("⏎" * old.count("\n") + new, "bold cyan"))
    elif not new:
        runs.append((f"[-{_edged(_shortened(old, longest))}-]", "red"))
    elif not old:
        runs.append((f"{{+{_edged(new)}+}}", "green"))
    else:
        runs += [("{" + _edged(_shortened(old, longest)), "red"), ("→", ""), (_edged(new) + "}", "green")]
    runs.append((visible(before[len(before) - tail :]), ""))
    return [run for run in runs if run[0]]


def _edged(text: str) -> str:
    """`text` made visible, blanks too where they stand at an end."""
    solid = text.strip(" \u3000\u00a0")
    head, _, tail = text.partition(solid) if solid else (text, "", "")
    show = {" ": "␣", "\u3000": "<U+3000>", "\u00a0": "<U+00A0>"}
    return "".join(show.get(c, c) for c in head) + visible(solid) + "".join(show.get(c, c) for c in tail)


def _shortened(text: str, longest: int) -> str:
    if len(text) <= 2 * longest + SAMPLE:
        return text
    left_out = f" ⋯{len(text) - 2 * longest:,} characters⋯ " if longest == REMOVED else "⋯"
    return text[:longest] + left_out + text[-longest:]


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
                self.samples[rule] = _sample(piece, i)
        return len(changes)


def _sample(piece: Text, i: int) -> list[Run]:
    """The i-th change with a few characters of its line on either side."""
    changes = piece.changes
    a, b = int(changes.start[i]), int(changes.end[i])
    before = decode(piece.raw[max(0, a - SAMPLE) : a]).replace("\r", "\n").rpartition("\n")[2]
    behind = decode(piece.raw[b : b + 2 * SAMPLE]).replace("\r", "\n").partition("\n")[0]
    new = decode(piece.codes[changes.to_start[i] : changes.to_end[i]])
    if a < b and not new and not before and piece.raw[b - 1] in (LF, CR):
        behind, b = "", b - 1
    middle = marked(decode(piece.raw[a:b]), new, 2 * SAMPLE)
    return [(visible(before), ""), *middle, (visible(behind), "")]


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
        width = max(20, self.screen.width - len(f"{low}") - 3)
        gutter = len(f"{low}")
        number = f"{top}"
        for row in wrap(self._runs(piece, edge, a, b, spelled), width):
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

    def _runs(self, piece: Text, edge: tuple[int, int], a: int, b: int, spelled: Bools) -> Iterator[Run]:
        """The paragraph with its changes marked."""
        changes = piece.changes
        at, shown, open_left = edge[0], 0, False
        pending: list[Run] = []
        for i in range(a, b):
            start, end = int(changes.start[i]), int(changes.end[i])
            old = decode(piece.raw[start:end])
            new = decode(piece.codes[int(changes.to_start[i]) : int(changes.to_end[i])])
            pending.append((decode(piece.raw[at:start]), ""))
            at = end
            if not spelled[i]:
                if start == end == edge[0]:
                    continue
                pending.append((new.rstrip("\n") if end == edge[1] else new, "underline"))
                continue
            if shown == CHANGES and self.limit is not None:
                yield (f" ⋯ and {int(spelled[i:b].sum()):,} more changes in this paragraph", "dim")
                return
            yield from shortened(pending, left=open_left, right=True)
            pending, open_left = [], True
            shown += 1
            if end == edge[1]:
                old, new = old.rstrip("\r\n") or old, new.rstrip("\n") if old.rstrip("\r\n") else new
            yield from marked(old, new)
        pending.append((decode(piece.raw[at : edge[1]]).rstrip("\r\n"), ""))
        yield from shortened(pending, left=open_left, right=False)


def shortened(runs: Sequence[Run], *, left: bool, right: bool) -> Iterator[Run]:
    """Raw text without marked changes, made visible, cut to what stands near a marked one at its left or right end."""
    length = sum(len(text) for text, _ in runs)
    head, tail = CONTEXT * left, CONTEXT * right
    if length <= head + tail + CONTEXT // 2:
        head, tail = length, 0
    at = 0
    for text, style in runs:
        near, far = max(0, head - at), max(0, length - tail - at)
        at += len(text)
        if near:
            yield visible(text[:near]), style
        if at > head and at - len(text) <= head:
            yield "⋯", "dim"
        if far < len(text) and tail:
            yield visible(text[max(near, far) :]), style


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first}–{last}"


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


def say_outline(screen: Console, name: str, raw: Iterable[Text], outline: Sequence[Verdict]) -> None:
    """The headings of a file: where each stands, how deep, and what it opens or why it was refused.

    raw: the pieces of the raw text, read once more to count its lines.
    """
    say(screen, [(visible(name), "bold")])
    rows, at = Rows(), 0
    for piece in raw:
        rows.take(piece)
        until = piece.origin + len(piece.raw)
        while at < len(outline) and outline[at].start < until:
            one = outline[at]
            at += 1
            state = "document" if one.opens else "" if one.taken else "refused"
            why = ": ".join(said for said in (state, one.why) if said) + (f"  {one.rule}" if one.taken else "")
            left = f"{rows.of(one.start)[0]:>6}  " + "  " * max(0, one.level - 1) + "✗ " * (not one.taken)
            start = one.start - piece.origin
            line = decode(piece.raw[start : start + screen.width]).replace("\r", "\n").partition("\n")[0]
            room = screen.width - cells(left) - cells(why) - 2
            below = room < OUTLINE_TITLE and cells(line) > room
            title = cut(visible(line), screen.width - cells(left) if below else room)
            fill = screen.width - cells(left) - cells(title) - cells(why)
            rows_of_it = [[(left, "dim"), (title, "bold" if one.opens else "")]]
            if below:
                rows_of_it.append([(" " * (screen.width - cells(why)) + why, "dim")])
            else:
                rows_of_it[0].append((" " * fill + why, "dim"))
            for row in rows_of_it:
                say(screen, row)
    documents = sum(one.opens for one in outline)
    refused = sum(not one.taken for one in outline)
    say(screen, [(f"{len(outline) - refused} headings, {documents} of them open a document; {refused} refused.", "")])


def _first_row(runs: Sequence[Run], width: int) -> list[Run]:
    """The runs in one row, with ⋯ at its end where something is left out."""
    rows = list(wrap(runs, width))
    return rows[0] if len(rows) == 1 else [*next(wrap(runs, width - 1)), ("⋯", "dim")]


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


class Unified:
    """A patch from the raw file (as UTF-8) to the cleaned text, for `patch` and `git apply`.

    It is faithful to the last control character, so on a terminal the caller hands in a `write` that makes it harmless.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.changes = 0
        self.name = ""

    def begin(self, source: Source, profile: Profile) -> None:
        self.name = source.name
        self.headed = False
        # What came since the last line break that stands on both sides.
        self.raw, self.final = "\ufeff" if source.bom else "", ""
        # How many lines both sides had so far; those just before the hunk; the hunk, where it begins, and what follows.
        self.lines = (0, 0)
        self.ahead: list[str] = []
        self.hunk: list[str] = []
        self.first = (0, 0)
        self.behind: list[str] = []

    def take(self, piece: Text) -> None:
        self.changes += len(piece.changes)
        raw, final, changes = piece.raw, piece.codes, piece.changes
        kept = np.flatnonzero((raw == LF) & ~covered(len(raw), changes.start, changes.end)) + 1
        lag = np.append(0, changes.to_end - changes.end)
        also = kept + lag[np.searchsorted(changes.end, kept, side="right")]
        edges = [(0, 0), *zip(kept.tolist(), also.tolist(), strict=True), (len(raw), len(final))]
        touched = np.searchsorted(kept, changes.start, side="right").tolist()
        at = 0
        # The first line may end one that the piece before began; after it, runs of lines without a change go together.
        for k in np.unique([0, *touched, len(kept)]).tolist():
            for a, b in ((at, k), (k, k + 1)):
                if a < b:
                    self.raw += decode(raw[edges[a][0] : edges[b][0]])
                    self.final += decode(final[edges[a][1] : edges[b][1]])
                    if b <= len(kept):
                        self._compare()
            at = k + 1

    def end(self) -> None:
        self._compare()
        self._flush()

    def close(self) -> int:
        return self.changes

    def _compare(self) -> None:
        """Add the lines that came: as context, or as lines that go and lines that come."""
        old, new = _patch_lines(self.raw), _patch_lines(self.final)
        self.raw = self.final = ""
        if old == new:
            self.behind += old
            if len(self.behind) > 2 * PATCH_CONTEXT:
                self._flush()
        else:
            if not self.hunk:
                self.ahead, self.behind = (self.ahead + self.behind)[-PATCH_CONTEXT:], []
                self.first = (self.lines[0] - len(self.ahead), self.lines[1] - len(self.ahead))
                self.hunk = [" " + line for line in self.ahead]
            self.hunk += [" " + line for line in self.behind]
            self.hunk += ["-" + line for line in old] + ["+" + line for line in new]
            self.behind = []
        self.lines = (self.lines[0] + len(old), self.lines[1] + len(new))

    def _flush(self) -> None:
        """Write the hunk, if there is one, with the context behind it."""
        if self.hunk:
            if not self.headed:
                name = _patch_name(self.name)
                self.write(f"--- {name.format('a/')}\n+++ {name.format('b/')}\n")
                self.headed = True
            self.hunk += [" " + line for line in self.behind[:PATCH_CONTEXT]]
            count = [sum(line[0] in signs for line in self.hunk) for signs in (" -", " +")]
            first = [start + (n > 0) for start, n in zip(self.first, count, strict=True)]
            self.write(f"@@ -{first[0]},{count[0]} +{first[1]},{count[1]} @@\n" + "".join(self.hunk))
        self.ahead, self.hunk, self.behind = self.behind[-PATCH_CONTEXT:], [], []


def _patch_lines(text: str) -> list[str]:
    """The lines of `text` as a patch holds them."""
    lines = [line + "\n" for line in text.split("\n")]
    if text.endswith("\n") or not text:
        return lines[:-1]
    return [*lines[:-1], lines[-1] + NO_NEWLINE]


def _patch_name(name: str) -> str:
    """The name of a file as a patch says it, `{}` standing for a/ or b/."""
    plain = name.replace("{", "{{").replace("}", "}}")
    if visible(name) != name or '"' in name or "\\" in name:
        return '"{}' + json.dumps(plain)[1:]
    return "{}" + plain + ("\t" if " " in name else "")
