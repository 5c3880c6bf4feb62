"""Win the weights of pairs of kinds from labelled text: `python tests/train_riddled.py CASE.json … FILE.txt …`.

A CASE.json stands beside its text and says which spans of it are watermarks (see `cleancorpus.evaluate`): those that
are riddled, by `turns`, are counted against all the rest. A weight is the natural log of how much oftener a kind
follows another in them, held to MOST either way. Prints the table of rules/watermark.toml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleancorpus.edits import encode
from cleancorpus.riddled import KINDS, kinds_of, turns

# A watermark of so many turns teaches; what each row of counts has beforehand, as the whole has it; no pair says more
# than this for a watermark, nor against it.
FEWEST, PRIOR, MOST = 2, 8.0, (-3.0, 1.5)
# No file teaches more than so many characters of content.
SHARE = 150_000

Counts = NDArray[np.float64]


def counted(kind: NDArray[np.uint8], a: int, b: int, counts: Counts) -> None:
    """Count the pairs whose second character stands in [a, b)."""
    np.add.at(counts, (kind[a:b], kind[a + 1 : b + 1]), 1)


def count(paths: list[Path]) -> tuple[Counts, Counts]:
    """The pairs in riddled watermarks, and in content."""
    marks, content = np.zeros((2, len(KINDS), len(KINDS)))
    for path in paths:
        labels = json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else {}
        with path.with_suffix(".txt").open(encoding="utf-8-sig", newline="", errors="replace") as file:
            text = file.read()
        kind = kinds_of(encode(text))
        at = 0
        for mark in sorted(labels.get("watermarks", []), key=lambda m: int(m["start"])):
            a, b = mark["start"], mark["end"]
            counted(kind, at, a, content)
            if turns(kind[a + 1 : b + 1]) >= FEWEST:
                counted(kind, a, b, marks)
            at = b
        counted(kind, at, len(text) if labels else min(len(text), SHARE), content)
    return marks, content


def weigh(marks: Counts, content: Counts) -> Counts:
    """The weights of all pairs."""
    shares = [
        (some + PRIOR * some.sum(axis=0) / some.sum()) / (some.sum(axis=1, keepdims=True) + PRIOR)
        for some in (marks, content)
    ]
    tiny = 1e-6
    weights: Counts = np.clip(np.log((shares[0] + tiny) / (shares[1] + tiny)), *MOST)
    return weights


def main(paths: list[Path]) -> None:
    for kind, row in zip(KINDS, weigh(*count(paths)), strict=True):
        print(f"'{kind}' = '{' '.join(f'{weight + 0:.1f}' for weight in row)}'")


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]])
