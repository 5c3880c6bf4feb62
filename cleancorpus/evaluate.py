"""Score a cleaning against a text labelled by hand: of each kind of item what was found, what wrongly, by which rule.

A case is NAME.json beside NAME.txt (UTF-8). All places in it are code points of the raw text, its BOM not counted; an
item with "certain": false is passed over. What a case may hold:
  newlines      {offset, label}: join or keep (a break that must stay; "apart": true says so too); others do not count
  spaces        {start, end} or {offset}, and label: delete, keep, or break (a blank that stands for a line break)
  inserted_breaks  {offset}: a line break is missing here
  watermarks    {start, end, family}
  punctuation, script  {start, end} or {offset, from}, and to; class "optional": right and wrong are both right
  same          {form: other forms that are as good}
  documents or boundaries  {start}; "container": true is no document of its own, but none is wrong there either
  optional, truncation_or_garble  {start, end}: what is done here does not count
  args          options for `clean`

Reads what became of every character from the trail of edits. Knows nothing of the command line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from cleancorpus.edits import Bools, Changes, Edits, Ints, decode, stitch
from cleancorpus.job import Job
from cleancorpus.rules import Rules
from cleancorpus.text import Text, han

BLANKS = " \t\u3000\u00a0\r\n\ufeff\u200b\f\v"
GAPS = " \u3000\t\u00a0\n"
JOIN, SPACE, BREAK, WATERMARK, BOUNDARY = "join", "space", "break", "watermark", "boundary"
MARK_KINDS = ("punctuation", "script")
KINDS = (JOIN, SPACE, BREAK, WATERMARK, *MARK_KINDS, BOUNDARY)
RIGHT, WRONG, MISSED = "right", "wrong", "missed"
# A watermark is found when so much of it is gone: what is left may be a mark that belongs to the text.
GONE = 0.9
# How much of the text is shown on either side of a miss (code points).
NEAR = 14


class CaseError(Exception):
    """A case that cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Case:
    """A labelled text."""

    path: Path
    labels: Mapping[str, Any]

    @property
    def source(self) -> Path:
        """The raw text."""
        return self.path.with_suffix(".txt")

    def items(self, key: str) -> list[dict[str, Any]]:
        """The items of one kind that are certain."""
        return [item for item in self.labels.get(key, []) if item.get("certain", True)]


def read(path: Path) -> Case:
    """The case in a JSON file. Raises CaseError."""
    try:
        labels = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise CaseError(f"{path}: {fault.strerror or fault}") from None
    except json.JSONDecodeError as fault:
        raise CaseError(
            f"{path}:{fault.lineno}:{fault.colno}: this is no JSON ({fault.msg}), a case is a JSON file"
        ) from None
    except ValueError as fault:
        raise CaseError(f"{path}: is no UTF-8 ({fault})") from None
    if not isinstance(labels, dict):
        raise CaseError(f"{path}: must hold an object with the labels of the text beside it")
    case = Case(path, labels)
    if not case.source.is_file():
        raise CaseError(f"{path}: there is no {case.source.name} beside it")
    return case


@dataclass(frozen=True, slots=True)
class Miss:
    """An item that was missed, or something that was done wrongly: what, where in the raw text, by which rules."""

    file: str
    what: str
    line: int
    column: int
    text: str
    rules: tuple[str, ...]


@dataclass
class Score:
    """Counts over all cases: by kind of item and by rule, characters that were lost and blanks that were put in."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    characters: int = 0
    lost: int = 0
    blanks: int = 0
    misses: list[Miss] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """The figures, for programs."""
        kinds = sorted({kind for kind, _ in self.kinds}, key=lambda k: (KINDS.index(k.partition(":")[0]), k))
        rules = sorted({(rule, kind) for rule, kind, _ in self.rules})
        return {
            "kinds": {kind: figures(*(self.kinds[kind, what] for what in (RIGHT, WRONG, MISSED))) for kind in kinds},
            "rules": [
                {"rule": rule, "kind": kind, **self._of_rule(rule, kind)} for rule, kind in rules
            ],
            "content": {"characters": self.characters, "lost": self.lost, "blanks_put_in": self.blanks},
        }  # fmt: skip

    def _of_rule(self, rule: str, kind: str) -> dict[str, Any]:
        right, wrong = self.rules[rule, kind, RIGHT], self.rules[rule, kind, WRONG]
        items = self.kinds[kind, RIGHT] + self.kinds[kind, MISSED]
        return figures(right, wrong, items - right)


def figures(right: int, wrong: int, missed: int) -> dict[str, Any]:
    """Counts with the precision and the recall they make, None where there is nothing to tell them by."""
    return {
        RIGHT: right, WRONG: wrong, MISSED: missed,
        "precision": round(right / (right + wrong), 4) if right + wrong else None,
        "recall": round(right / (right + missed), 4) if right + missed else None,
    }  # fmt: skip


def score(case: Case, job: Job, into: Score) -> None:
    """Clean the text of a case and count what came of its labels. Raises CaseError."""
    done = Outcome(job)
    try:
        _refuse_places_beyond(case, len(done.raw))
        verdicts = list(judged(case, done))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise CaseError(f"{case.path}: an item is not as it must be ({type(fault).__name__}: {fault})") from None
    for verdict in verdicts:
        into.kinds[verdict.kind, verdict.what] += 1
        rules = verdict.rules or (done.rules_at(verdict.start, verdict.end) if verdict.what != MISSED else ())
        for rule in rules:
            into.rules[rule, verdict.kind, verdict.what] += 1
        if verdict.family:
            into.kinds[f"{verdict.kind}: {verdict.family}", verdict.what] += 1
        if verdict.what != RIGHT:
            into.misses.append(done.miss(case.source.name, f"{verdict.kind} {verdict.what}", verdict.start, rules))
    _content(case, done, into)


def _refuse_places_beyond(case: Case, length: int) -> None:
    """Raise CaseError for an item that is not in the text."""
    for key in ("newlines", "spaces", "inserted_breaks", "watermarks", *MARK_KINDS, "documents", "boundaries"):
        for item in case.items(key):
            a, b = _span(item)
            if not 0 <= a <= b <= length:
                raise CaseError(f"{case.path}: {key}: {a} to {b} is not in the text, which has {length} characters")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one item, or something that was done where it should not: kind, right, wrong or missed, raw span.

    rules: who did it, where it is not who changed the span.
    """

    kind: str
    what: str
    start: int
    end: int
    family: str = ""
    rules: tuple[str, ...] = ()


class Outcome:
    """What became of a raw text. place: for every character of it the one in the cleaned text, or -1."""

    def __init__(self, job: Job) -> None:
        self.rules: Rules = job.rules
        raw: list[str] = []
        clean: list[str] = []
        places: list[Ints] = []
        changes: list[tuple[int, int, Changes]] = []
        starts: list[int] = []
        length = 0

        def pieces() -> Iterator[Text]:
            nonlocal length
            for piece in job.pieces():
                raw.append(decode(piece.raw))
                clean.append(piece.string)
                kept = followed(piece)
                places.append(np.where(kept < 0, -1, kept + length))
                changes.append((piece.origin, length, piece.changes))
                length += len(piece)
                yield piece

        for part in job.parts(pieces(), counted=False):
            if part.last and part.document:
                starts.append(part.document.start)
        self.raw, self.clean = "".join(raw), "".join(clean)
        self.place = np.concatenate([np.zeros(0, np.int64), *places])
        self.changes = stitch(changes)
        self.starts = sorted(starts)
        heads = job.profile.headings
        ids = [job.rules.all[n].id for n in heads.rule.tolist()]
        self.heading_rules = dict(zip(heads.start.tolist(), ids, strict=True))
        self.blank: Bools = np.array([c in BLANKS for c in self.raw], np.bool_)
        self.solid = np.flatnonzero(~self.blank & (self.place >= 0))

    def beside(self, a: int, b: int) -> tuple[int, int]:
        """The nearest characters before a and from b on that are still there and are no blanks; -1 and the length
        where there is none."""
        i, j = np.searchsorted(self.solid, [a, b]).tolist()
        return int(self.solid[i - 1]) if i else -1, int(self.solid[j]) if j < len(self.solid) else len(self.raw)

    def between(self, a: int, b: int) -> str:
        """What stands in the cleaned text between the characters beside a span."""
        i, j = self.beside(a, b)
        start = int(self.place[i]) + 1 if i >= 0 else 0
        return self.clean[start : int(self.place[j]) if j < len(self.raw) else len(self.clean)]

    def parted(self, a: int, b: int, by: str) -> bool:
        """Whether one of these characters, or the end of a document, stands between what is beside a span."""
        i, j = self.beside(a, b)
        if i < 0 or j >= len(self.raw) or any(c in self.between(a, b) for c in by):
            return True
        return any(i < start <= j for start in self.starts[1:])

    def rules_at(self, a: int, b: int) -> tuple[str, ...]:
        """The rules of the changes that touch a raw span."""
        changes = self.changes
        touching = np.flatnonzero((changes.start <= max(b - 1, a)) & (changes.end >= min(a + 1, b)))
        return tuple(sorted({self.rules.all[n].id for i in touching.tolist() for n in changes.rules_of(i)}))

    def miss(self, file: str, what: str, at: int, rules: tuple[str, ...]) -> Miss:
        before = self.raw[:at].replace("\r\n", "\n").replace("\r", "\n")
        text = self.raw[max(0, at - NEAR) : at + NEAR]
        return Miss(file, what, before.count("\n") + 1, len(before) - before.rfind("\n"), text, rules)


def followed(piece: Text) -> Ints:
    """Where each character of the raw piece stands in its cleaned text, or -1."""
    place = np.arange(len(piece.raw))
    before = Text(piece.raw)
    for edits in piece.trail:
        moved = _moved(before, edits)
        place = np.where(place < 0, -1, moved[place])
        before = before.after(edits)
    return place


def _moved(text: Text, edits: Edits) -> Ints:
    """Where each character of a text stands after edits, or -1."""
    growth = np.zeros(len(text) + 1, np.int64)
    change = edits.new_length - (edits.end - edits.start)
    np.add.at(growth, edits.end, change)
    # What is put in before a character moves it; what stands in a span is looked at below.
    out = np.arange(len(text)) + np.cumsum(growth)[:-1]
    columns = (edits.start, edits.end, edits.out_start, edits.new_length)
    for i, (a, b, begin, n) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        if b - a == n:
            out[a:b] = np.arange(begin, begin + n)
        elif b > a:
            out[a:b] = _aligned(decode(text.codes[a:b]), edits.text_of(i), begin)
    return out


def _aligned(old: str, new: str, begin: int) -> list[int]:
    """For each character of a replaced stretch where it goes on in the new one, or -1."""
    out = [-1] * len(old)
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for k in range(min(i2 - i1, j2 - j1)):
            out[i1 + k] = begin + j1 + k
    return out


def judged(case: Case, done: Outcome) -> Iterator[Verdict]:
    """What came of every item of a case, and what was done where it should not."""
    marked = _mask(done, case.labels.get("watermarks", []))
    free = _mask(done, [*case.labels.get("optional", []), *case.labels.get("truncation_or_garble", [])])
    for item in case.items("newlines"):
        label = "keep" if item.get("apart") else item["label"]
        a = item["offset"]
        joined = not done.parted(a, a + 1, "\n")
        if label == "join":
            yield Verdict(JOIN, RIGHT if joined else MISSED, a, a + 1)
        elif label == "keep" and joined:
            yield Verdict(JOIN, WRONG, a, a + 1)
    for item in case.items("spaces"):
        a, b = _span(item)
        if marked[a]:
            continue
        if item["label"] == "break":
            yield Verdict(BREAK, RIGHT if done.parted(a, b, "\n") else MISSED, a, b)
        elif item["label"] == "delete":
            yield Verdict(SPACE, MISSED if done.parted(a, b, GAPS) else RIGHT, a, b)
        elif not done.parted(a, b, GAPS):
            yield Verdict(SPACE, WRONG, a, b)
    for item in case.items("inserted_breaks"):
        a = item["offset"]
        yield Verdict(BREAK, RIGHT if done.parted(a, a, "\n") else MISSED, a, a)
    for item in case.items("watermarks"):
        a, b = _span(item)
        left = (~done.blank[a:b] & (done.place[a:b] >= 0)).sum()
        solid = (~done.blank[a:b]).sum()
        gone = solid and left <= (1 - GONE) * solid
        yield Verdict(WATERMARK, RIGHT if gone else MISSED, a, b, item.get("family", ""))
    for kind in MARK_KINDS:
        if kind in case.labels:
            yield from _marks(kind, case, done, marked | free)
    if "boundaries" in case.labels or "documents" in case.labels:
        yield from _boundaries(case, done, marked)


def _marks(kind: str, case: Case, done: Outcome, free: Bools) -> Iterator[Verdict]:
    """What came of marks, or of characters of the other script."""
    free = free.copy()
    same: Mapping[str, str] = case.labels.get("same", {})
    for item in case.items(kind):
        a, b = _span(item)
        free[a:b] = True
        if item.get("class", "must") != "must":
            continue
        to = item["to"]
        here = done.clean[int(done.place[a])] if done.place[a] >= 0 else ""
        got = [here] if kind == "script" else [done.between(a, b).strip(BLANKS), here]
        # Of a mark of two characters one may be looked at alone.
        right = any(one == to or (one and (one in same.get(to, "") or one == to[:1])) for one in got)
        yield Verdict(kind, RIGHT if right else MISSED, a, b)
    is_han = han()
    stays = np.flatnonzero((done.place >= 0) & ~free)
    raw, clean = np.array(list(done.raw)), np.array(list(done.clean))
    if not len(stays) or not len(clean):
        return
    for at in stays[raw[stays] != clean[done.place[stays]]].tolist():
        old, new = done.raw[at], done.clean[int(done.place[at])]
        if (is_han[ord(old)] and is_han[ord(new)]) if kind == "script" else not (old.isalnum() or old in BLANKS):
            yield Verdict(kind, WRONG, at, at + 1)


def _boundaries(case: Case, done: Outcome, marked: Bools) -> Iterator[Verdict]:
    """Which documents begin where they should."""
    key = "boundaries" if "boundaries" in case.labels else "documents"
    skipped = np.flatnonzero(~(done.blank | marked))

    def solid(at: int) -> int:
        i = int(np.searchsorted(skipped, at))
        return int(skipped[i]) if i < len(skipped) else len(done.raw)

    said = {solid(start): tuple(filter(None, [done.heading_rules.get(start)])) for start in done.starts}
    wanted = {solid(item["start"]) for item in case.items(key) if not item.get("container")}
    allowed = {solid(item["start"]) for item in case.labels[key]} | {solid(0)}
    for at in sorted(wanted):
        yield Verdict(BOUNDARY, RIGHT if at in said else MISSED, at, at, rules=said.get(at, ()))
    for at in sorted(said.keys() - allowed):
        yield Verdict(BOUNDARY, WRONG, at, at, rules=said[at])


def _content(case: Case, done: Outcome, into: Score) -> None:
    """Count the characters that are gone though they are no watermark, and the blanks that were put between others."""
    marked = _mask(done, case.labels.get("watermarks", []))
    free = _mask(done, [*case.labels.get("optional", []), *case.labels.get("truncation_or_garble", [])])
    content = ~done.blank & ~marked
    into.characters += int(content.sum())
    lost = np.flatnonzero(content & ~free & (done.place < 0))
    lost = lost[[done.raw[i].isalnum() for i in lost.tolist()]] if len(lost) else lost
    into.lost += len(lost)
    heads = lost[np.diff(lost, prepend=-9) > 1]
    for at in heads.tolist():
        rules = done.rules_at(at, at + 1)
        into.misses.append(done.miss(case.source.name, "content lost", at, rules))
        for rule in rules:
            into.rules[rule, "content", WRONG] += 1
    kept = (done.place[:-1] >= 0) & (done.place[1:] > done.place[:-1] + 1) & ~done.blank[:-1] & ~done.blank[1:]
    for at in np.flatnonzero(kept).tolist():
        if " " in done.clean[int(done.place[at]) + 1 : int(done.place[at + 1])]:
            into.blanks += 1
            into.misses.append(done.miss(case.source.name, "blank put in", at + 1, done.rules_at(at, at + 2)))


def _mask(done: Outcome, items: Iterable[Mapping[str, Any]]) -> Bools:
    out = np.zeros(len(done.raw) + 1, np.bool_)
    for item in items:
        out[item["start"] : item["end"]] = True
    return out[:-1]


def _span(item: Mapping[str, Any]) -> tuple[int, int]:
    """The raw span of an item."""
    a = int(item["start"] if "start" in item else item["offset"])
    return a, int(item["end"] if "end" in item else a + len(item.get("from", "x")))
