"""What a person decided of changes he looked at, and how it is obeyed: a rejected change does not happen.

A decision names a rule, or a rule and what stands around the change in the raw text, never an offset, so that it holds
for the next version of the file and for other files. Of several that fit one change the one that says most decides, and
of equals the last.

What is rejected is the change as it was shown, from raw to cleaned text, with all that the rules of several stages made
of that place. Its raw text stays, all else comes out as it would have: no decision changes what nobody looked at.
One thing only is still done there: where the file has other line breaks than LF, they are written as LF.

Knows nothing of how rules find their edits.
"""

from __future__ import annotations

import fnmatch
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleancorpus.edits import Bools, Changes, Codes, Edits, apply, decode, encode, having, spans
from cleancorpus.places import places
from cleancorpus.rulefile import RuleError, nearest, pointed
from cleancorpus.screen import hidden, visible
from cleancorpus.text import Text

SCHEMA = 1
# How much of its line stands on either side of a change in a decision (code points). Of 9,266 changes in scraped texts
# 4 told apart 79 %, 8 92 % and 10 no more than 92 %: what is left are lines that stand there several times.
NEAR = 8
LINE_BREAK = "characters/line-break"
LF, CR = 0x0A, 0x0D
VERDICTS = ("reject", "accept")


class Seen(NamedTuple):
    """A change as a person saw it. left, right: what stands beside it in its lines of the raw text.

    Where they reach the line's start or end, a line break says so.
    """

    left: str
    before: str
    after: str
    right: str

    @property
    def near(self) -> Seen:
        """It with as much beside it as a decision holds."""
        return Seen(self.left[-NEAR:], self.before, self.after, self.right[:NEAR])


@dataclass(frozen=True)
class Decision:
    """What was decided of some changes: of a rule (an id or a glob), and of one text, and in one place. None: of any.

    where: the line of the file of decisions that says so, from 1.
    """

    verdict: str
    rule: str
    before: str | None = None
    after: str | None = None
    left: str | None = None
    right: str | None = None
    where: str = field(default="", compare=False)

    @property
    def depth(self) -> int:
        """How much it says: of a rule 0, of a text 1, of a place 2."""
        return (self.before is not None) + (self.left is not None or self.right is not None)

    @property
    def keys(self) -> dict[str, str]:
        """What it says, without where."""
        return {key: value for key in KEYS if (value := getattr(self, key)) is not None}

    def fits(self, seen: Seen) -> bool:
        """Whether it speaks of this change of its rule."""
        return (
            (self.before is None or self.before == seen.before)
            and (self.after is None or self.after == seen.after)
            and seen.left.endswith(self.left or "")
            and seen.right.startswith(self.right or "")
        )

    def said(self) -> str:
        """It in a line, for a message."""
        text = f"{self.verdict} {self.rule}"
        if self.before is not None:
            text += f": {self.left or ''}[{self.before}→{'' if self.after is None else self.after}]{self.right or ''}"
        return visible(text)


KEYS = tuple(f.name for f in fields(Decision) if f.name != "where")


class Decisions:
    """Decisions in order, ready for rules of these ids, each named by its number from then on."""

    def __init__(self, all: Sequence[Decision] = (), ids: Sequence[str] = ()) -> None:
        self.all = tuple(all)
        self.ids = tuple(ids)
        # For every rule: the decisions on whatever it changes, and those on one text, by it and what stands beside it.
        self.always: list[list[int]] = [[] for _ in ids]
        self.by_text: list[dict[tuple[str, str, str], list[int]]] = [{} for _ in ids]
        for number, rule_id in enumerate(ids):
            for n, one in enumerate(self.all):
                if not fnmatch.fnmatchcase(rule_id, one.rule):
                    continue
                if one.before is None:
                    self.always[number].append(n)
                else:
                    key = (one.before, (one.left or "")[-1:], (one.right or "")[:1])
                    self.by_text[number].setdefault(key, []).append(n)
        self.near = max([NEAR, *(len(side) for one in self.all for side in (one.left, one.right) if side)])
        # The rules that a decision names; those of which it says less than what stands on both sides; what does.
        self.named, self.everywhere = np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.bool_)
        for number, (always, texts) in enumerate(zip(self.always, self.by_text, strict=True)):
            spoken = [self.all[n] for n in (*always, *(n for some in texts.values() for n in some))]
            self.named[number] = bool(spoken)
            self.everywhere[number] = any(not (one.left and one.right) for one in spoken)
        both = [(one.left, one.right) for one in self.all if one.left and one.right]
        self.beside = sorted({ord(left[-1]) << 32 | ord(right[0]) for left, right in both})

    def of(self, seen: Seen, numbers: Iterable[int]) -> list[int]:
        """The decisions that speak of a change which these rules made; the last of them decides."""
        keys = {(seen.before, left, right) for left in (seen.left[-1:], "") for right in (seen.right[:1], "")}
        found = {n for number in numbers for key in keys for n in self.by_text[number].get(key, ())}
        found.update(n for number in numbers for n in self.always[number])
        return sorted((n for n in found if self.all[n].fits(seen)), key=lambda n: (self.all[n].depth, n))

    def obeyed(self, piece: Text) -> Text:
        """The cleaned piece without the changes that were rejected. It says which decisions fitted."""
        if not self.all or not len(piece.changes):
            return piece
        rejected = np.zeros(len(piece.changes), np.bool_)
        fitted: set[int] = set()
        sight = Sight(piece)
        for i in np.flatnonzero(self._maybe(piece)).tolist():
            spoken = self.of(sight.of(i, self.near), piece.changes.rules_of(i))
            fitted.update(spoken)
            rejected[i] = bool(spoken) and self.all[spoken[-1]].verdict == "reject"
        number = self.ids.index(LINE_BREAK) if LINE_BREAK in self.ids else -1
        out = without(piece, rejected, number) if rejected.any() else piece
        return Text(out.codes, out.origin, out.raw, out.trail, out.changes, tuple(sorted(fitted)))

    def _maybe(self, piece: Text) -> Bools:
        """Which changes a decision may speak of: by their rules, and where only places were decided by the characters
        beside them. A decision on a place is about one change, and there are thousands that its rule made."""
        changes, raw = piece.changes, piece.raw
        maybe = having(changes, self.everywhere)
        if not self.beside:
            return maybe
        left = np.where(changes.start > 0, raw[np.maximum(changes.start - 1, 0)], LF)
        right = np.where(changes.end < len(raw), raw[np.minimum(changes.end, len(raw) - 1)], LF)
        left, right = (np.where(side == CR, LF, side).astype(np.int64) for side in (left, right))
        return maybe | having(changes, self.named) & np.isin(left << 32 | right, self.beside)


NO_DECISIONS = Decisions()


class Sight:
    """The changes of a piece as a person sees them."""

    def __init__(self, piece: Text) -> None:
        changes = piece.changes
        self.raw, self.final = decode(piece.raw), piece.string
        columns = (changes.start, changes.end, changes.to_start, changes.to_end)
        self.spans = list(zip(*(column.tolist() for column in columns), strict=True))

    def of(self, i: int, near: int = NEAR) -> Seen:
        """The i-th change with what stands around it, at most so many code points on either side.

        Nothing beyond its first and last line is looked at, so that it is the same however the file is cut into pieces.
        """
        raw = self.raw
        a, b, c, d = self.spans[i]
        after = self.final[c:d]
        before, behind = raw[max(0, a - near) : a], raw[b : b + near]
        if "\r" in before or "\r" in behind:
            before, behind = _plain(before), _plain(behind)
        _, brk, start = before.rpartition("\n")
        left = start if not brk and a >= near else "\n" + start
        if a < b and raw[b - 1] in "\r\n" and (left == "\n" or after.endswith("\n")):
            right = ""
        else:
            rest, brk, _ = behind.partition("\n")
            right = rest if not brk and b + near <= len(raw) else rest + "\n"
        return Seen(left[-near:], _plain(raw[a:b]), after, right[:near])


def _plain(text: str) -> str:
    """`text` with its line breaks as LF, so that a decision holds whatever the line breaks of the next file are."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without(piece: Text, rejected: Bools, line_break: int) -> Text:
    """The piece as it is if these changes do not happen. `line_break`: the number of the rule that writes LF."""
    changes = piece.changes
    start, end = changes.start, changes.end
    length = np.where(rejected, end - start, changes.to_end - changes.to_start)
    begin = np.where(rejected, len(piece.codes) + start, changes.to_start)
    pool: list[Codes] = [piece.codes, piece.raw]
    size = len(piece.codes) + len(piece.raw)
    # Where the rule for line breaks took part and others too, its part stays.
    count = np.diff(changes.rules_end, prepend=0)
    which = np.repeat(np.arange(len(changes)), count)
    breaks = np.bincount(which[changes.rules == line_break], minlength=len(changes))
    mended = rejected & (breaks > 0) & (breaks < count)
    for i in np.flatnonzero(mended).tolist():
        pool.append(encode(_plain(decode(piece.raw[start[i] : end[i]]))))
        begin[i], length[i] = size, len(pool[-1])
        size += len(pool[-1])
    rule = changes.rules[changes.rules_end - count]
    edits = Edits(start, end, rule, np.concatenate(pool)[spans(begin, length)], np.cumsum(length))
    stays = ~rejected | mended
    keeps = stays[which] & (~mended[which] | (changes.rules == line_break))
    left = Changes(
        start[stays], end[stays], edits.out_start[stays], (edits.out_start + length)[stays],
        changes.rules[keeps], np.cumsum(np.bincount(which[keeps], minlength=len(changes))[stays]),
    )  # fmt: skip
    return Text(apply(piece.raw, edits), piece.origin, piece.raw, (edits.take(stays),), left)


def read(paths: Sequence[Path]) -> list[Decision]:
    """The decisions of these files, one file after another. Raises RuleError with every fault at its place."""
    found: list[Decision] = []
    faults: list[str] = []
    for path in paths:
        try:
            found += _of_file(str(path), path.read_bytes().decode("utf-8-sig"))
        except OSError as fault:
            faults.append(f"{path}: {(fault.strerror or 'cannot be read').lower()}")
        except UnicodeDecodeError as fault:
            faults.append(f"{path}: byte {fault.start} is not UTF-8; save the file of decisions as UTF-8")
        except tomllib.TOMLDecodeError as fault:
            faults.append(f"{path}: not TOML: {fault}")
        except RuleError as fault:
            faults.append(str(fault))
    if faults:
        raise RuleError("\n".join(faults))
    return found


def _of_file(path: str, source: str) -> list[Decision]:
    data = tomllib.loads(source)
    where = places(source)
    faults: list[tuple[int, str]] = []
    if data.get("schema") != SCHEMA:
        faults.append((0, f"a file of decisions begins with `schema = {SCHEMA}`"))
    faults += [
        (where[(key,)].key, f"unknown key `{key}`, a file of decisions has `schema` and `[[decision]]`")
        for key in data
        if key not in ("schema", "decision")
    ]
    entries: list[Mapping[str, Any]] = data.get("decision", [])
    found = []
    for n, entry in enumerate(entries if isinstance(entries, list) else []):
        at = where[("decision", n)].key
        before = len(faults)
        for key, value in entry.items():
            place = where[("decision", n, key)]
            if key not in KEYS:
                near = nearest(key, KEYS)
                hint = f"did you mean `{near}`?" if near else "it has " + ", ".join(f"`{k}`" for k in KEYS)
                faults.append((place.key, f"unknown key `{key}` in a decision; {hint}"))
            elif not isinstance(value, str):
                faults.append((place.value, f"`{key}` must be text"))
        if entry.get("verdict") not in VERDICTS:
            faults.append((at, '`verdict` must be "reject" or "accept"'))
        if not entry.get("rule"):
            faults.append((at, 'the decision names no `rule`: an id or a glob; "*" is any'))
        if "before" not in entry and entry.keys() & {"after", "left", "right"}:
            faults.append((at, "a decision on one text says what stood there: `before`"))
        if len(faults) == before:
            line = source.count("\n", 0, at) + 1
            found.append(Decision(**entry, where=f"{path}:{line}"))
    if faults:
        raise RuleError("\n".join(pointed(path, source, at, what) for at, what in sorted(faults)))
    return found


def written(decided: Iterable[tuple[Decision, str]], old: str = "") -> str:
    """The text of a file of decisions; each with the place a person saw it at. `old`: what the file held before."""
    rows = [old.rstrip("\n")] if old.strip() else [f"schema = {SCHEMA}"]
    for one, place in decided:
        rows += ["", "[[decision]]" + (f"  # {visible(place)}" if place else "")]
        rows += [f"{key} = {quoted(value)}" for key, value in one.keys.items()]
    return "\n".join(rows) + "\n"


def quoted(text: str) -> str:
    """`text` as a TOML string in which nothing is hidden."""
    return hidden.sub(lambda m: _escape(ord(m.group())), json.dumps(text, ensure_ascii=False))


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
