"""The changes as a patch."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from cleancorpus.edits import covered, decode
from cleancorpus.preview.rows import LF
from cleancorpus.profile import Profile
from cleancorpus.screen import visible
from cleancorpus.source import Source
from cleancorpus.text import Text

PATCH_CONTEXT = 3
NO_NEWLINE = "\\ No newline at end of file\n"


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
