"""Win the weights of the words of notices from labelled text: `python tests/train_notices.py CASE.json … FILE.txt …`.

A CASE.json stands beside its text and says which spans of it are watermarks (see `cleancorpus.evaluate`); of a FILE.txt
without one, and of the rest of the cases, every line and every sentence is content. Give it text in which the words of
notices are meant: manuals of programs, news, stories about sites. Logistic regression; the weight of a word starts from
what rules/watermark.toml says of it, is held to that by a Gaussian of width SPREAD, and is printed in the same tables;
that of two neighbours, which stand in MARKS watermarks or more and in LINES lines, starts from nothing.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleancorpus.notices import SENTENCE, Notices
from cleancorpus.rules import load
from cleancorpus.stages.watermark import Knowledge
from cleancorpus.text import Text
from cleancorpus.views import Views, fold, solid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# A unit of weight in natural log odds; how far a weight may stray (units), that of a look, which counts in every line,
# and that of two neighbours; what a watermark counts, and a line of a case, which somebody read, against any other line.
UNIT, SPREAD, LOOKS, NEIGHBOURS, POSITIVE, LABELLED = 1.5, 0.5, 0.02, 0.3, 3.0, 12.0
MARKS, LINES = 3, 12
# No weight is more than this, and no other line than of so many characters is a sample.
MOST, LENGTH = 2.6, (2, 200)
STEPS, RATE = 600, 0.04
# Behind two neighbours, which may be a word as well.
BESIDE = "|"


def samples(paths: list[Path]) -> tuple[list[str], dict[str, float]]:
    """The different watermarks, and the different lines and sentences that are content, with what each counts."""
    marks: dict[str, None] = {}
    lines: dict[str, float] = {}
    for _, rule in load().of("watermark"):
        lines |= dict.fromkeys(rule.keep, LABELLED)
        for before, after in rule.change:
            left = set(after.split("\n"))
            if left <= set(before.split("\n")):
                marks |= dict.fromkeys(line for line in before.split("\n") if line not in left)
    for path in paths:
        labels = json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else {}
        # The labels count every character, those of line breaks too.
        with path.with_suffix(".txt").open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
        at, rest = 0, ""
        # What may go is no sample of either.
        free = [*labels.get("optional", []), *labels.get("truncation_or_garble", [])]
        for mark in sorted([*labels.get("watermarks", []), *free], key=lambda m: m["start"]):
            if mark not in free and mark.get("certain", True):
                marks[text[mark["start"] : mark["end"]]] = None
            rest, at = rest + text[at : max(at, mark["start"])], max(at, mark["end"])
        for line in (rest + text[at:]).splitlines():
            lines |= dict.fromkeys([line, *(m.group() for m in SENTENCE.finditer(line))], LABELLED if labels else 1.0)
    return list(marks), {line: count for line, count in lines.items() if line not in marks}


class Design(NamedTuple):
    """The words of each text, as rows and columns of what it has, and what else counts of it, a row a text."""

    row: Ints
    word: Ints
    looks: Floats
    counts: Floats

    def odds(self, found: Floats) -> Floats:
        words = found[: len(found) - self.looks.shape[1]]
        summed = np.bincount(self.row, words[self.word], len(self.looks))
        return UNIT * (summed + self.looks @ found[len(words) :])

    def slope(self, wrong: Floats, words: int) -> Floats:
        return UNIT * np.concatenate([np.bincount(self.word, wrong[self.row], words), self.looks.T @ wrong])


def neighbours_in(marks: list[str], lines: Iterable[str]) -> list[str]:
    """The two Han next to each other that stand in enough watermarks, and in enough lines of content: others are of the
    name of a site."""
    in_marks, in_lines = (
        Counter(two for text in texts for two in {a + b for a, b in pairwise(squeezed(text))})
        for texts in (marks, lines)
    )
    often = (two for two, count in in_marks.items() if count >= MARKS and in_lines[two] >= LINES)
    return sorted(two for two in often if not any(c.isascii() for c in two))


def squeezed(said: str) -> str:
    return "".join(c for c in fold(said) if solid()[ord(c)])


def design(texts: dict[str, float], known: Knowledge, words: dict[str, int]) -> Design:
    """The texts with words of notices or an address in them; words: those, and two neighbours, by their columns."""
    notices: Notices = known.notices
    row: list[int] = []
    word: list[int] = []
    looks: list[list[int]] = []
    counted: list[float] = []
    seen: set[tuple[str | int, ...]] = set()
    for said, count in texts.items():
        text = Text.of(said)
        views = Views(text.codes, text.lines.start, text.lines.end, known.hints)
        solids, folded = views.of("squeezed", 0)[0], views.of("folded", 0)[0]
        key = "".join(c for c in solids if not c.isascii()) or solids
        look = notices.look(said, folded)
        counts = notices.counts(solids) | look
        has = [words[w] for w in notices.read(solids)[0] if w in words]
        if not LENGTH[0] <= len(solids) <= LENGTH[1] or (key, *look.values()) in seen or not (has or counts["domain"]):
            continue
        seen.add((key, *look.values()))
        has += [words[two + BESIDE] for two in {a + b for a, b in pairwise(solids)} if two + BESIDE in words]
        row += [len(looks)] * len(has)
        word += has
        counted.append(count)
        looks.append([counts[name] for name in notices.looks])
    return Design(np.array(row, np.int64), np.array(word, np.int64), np.array(looks, np.float64), np.array(counted))


def fit(yes: Design, no: Design, prior: Floats, spread: Floats) -> Floats:
    """The weights, in units."""
    found, first, second = prior.copy(), np.zeros(len(prior)), np.zeros(len(prior))
    words = len(prior) - yes.looks.shape[1]
    for step in range(1, STEPS + 1):
        missed = 1 / (1 + np.exp(yes.odds(found)))
        false = 1 / (1 + np.exp(-no.odds(found)))
        slope = no.slope(no.counts * false, words) - yes.slope(yes.counts * missed, words) + (found - prior) / spread**2
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        found -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return found


def main(paths: list[Path]) -> None:
    known = Knowledge(load())
    notices = known.notices
    marks, lines = samples(paths)
    twos = neighbours_in(marks, lines)
    words = {w: n for n, w in enumerate([*notices.weight, *(two + BESIDE for two in twos)])}
    looks = list(notices.looks)
    prior = np.array([*np.minimum([*notices.weight.values()], MOST), *(0.0 for _ in twos), *notices.looks.values()])
    spread = np.repeat([SPREAD, NEIGHBOURS, LOOKS], [len(notices.weight), len(twos), len(looks)])
    found = fit(design(dict.fromkeys(marks, POSITIVE), known, words), design(lines, known, words), prior, spread)
    weights = dict(zip([*words, *looks], np.minimum(found, MOST).round(1).tolist(), strict=True))
    print("[stage.watermark.looks]")
    for name in looks:
        print(f"{name} = {weights[name]}")
    print_rows("\n[stage.watermark]\nneighbours", {two: weights[two + BESIDE] for two in twos if weights[two + BESIDE]})
    print("\n[stage.watermark.weights]")
    for family in dict.fromkeys(notices.family.values()):
        print_rows(family, {w: weights[w] for w, f in notices.family.items() if f == family})


def print_rows(name: str, weights: dict[str, float]) -> None:
    """A table in rows, each behind what its words weigh."""
    print(f"{name} = '''")
    own = sorted(weights, key=lambda w: -weights[w])
    for weight, group in groupby(own, key=lambda w: weights[w]):
        print(f"{weight}: {' '.join(group)}")
    print("'''")


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]])
