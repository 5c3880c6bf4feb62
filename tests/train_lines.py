"""Win the weights of rules/lines.toml from prose: `python tests/train_lines.py FILE.txt …` prints the table.

Every paragraph of a FILE is taken to be one line, as its author has it. A twentieth to a fifth of them are broken at a
random place, twelve times over with other places; what `cleancorpus.stages.lines` then sees at every doubtful line end
is a sample, and whether it was broken here is the answer. Each file counts as at most 400 samples. Give it files of
many kinds (novels, essays, news, verse, tables, markdown), and none whose paragraphs are broken or lost their stops.
Where an author leaves lines open only headings count: the limit `loose` holds there.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleancorpus import layout
from cleancorpus.layout import CLOSERS, JOINTS, STOPS
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, load
from cleancorpus.stages import lines
from cleancorpus.text import BLANK, Text

SHARES = (0.03, 0.07, 0.12, 0.2, 0.06, 0.1) * 2
AT_MOST = 400
Columns = NDArray[np.float64]


def broken(text: str, share: float, dice: random.Random) -> tuple[str, set[int]]:
    """The text with some paragraphs broken, and where the breaks are."""
    out: list[str] = []
    places: set[int] = set()
    length = 0
    for line in text.split("\n"):
        inset = len(line) - len(line.lstrip(BLANK))
        if len(line.strip(BLANK)) >= 14 and dice.random() < share:
            at = dice.randrange(inset + 3, len(line.rstrip(BLANK)) - 1)
            left, right = line[at - 1], line[at]
            if left not in STOPS + CLOSERS + BLANK and right not in JOINTS + BLANK:
                places.add(length + at)
                line = line[:at] + ("\n\n" if dice.random() < 0.12 else "\n") + line[at:]
        out.append(line)
        length += len(line) + 1
    return "\n".join(out), places


def samples(text: str, places: set[int], rules: Rules) -> tuple[Columns, Columns, list[str]]:
    """The features of every doubtful line end, whether it was broken here, and the names of the features."""
    piece = Text.of(text)
    table = layout.gather([layout.measure(piece)])
    gaps = lines.Gaps(piece, Profile(length=len(text), layout=layout.decide(table, rules)))
    _, _, doubtful, _, fresh = lines.laid_out(gaps)
    at = np.flatnonzero(doubtful & ~fresh)
    _, values, names = lines.evidence(gaps, at)
    heading = values[:, [names.index(n) for n in ("title", "long title", "marker")]].any(axis=1)
    kept = heading | ~gaps.loose[gaps.row[at]]
    at, values = at[kept], values[kept]
    made = np.array([int(end) in places for end in gaps.last[gaps.row[at]]], np.float64)
    return values.astype(np.float64), made, names


def fit(values: Columns, made: Columns, weight: Columns) -> Columns:
    """Logistic regression by Newton's method with a little ridge; the last coefficient is the bias."""
    values = np.hstack([values, np.ones((len(values), 1))])
    ridge = np.ones(values.shape[1])
    ridge[-1] = 1e-3
    found = np.zeros(values.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(values @ found, -30, 30)))
        slope = values.T @ (weight * (chance - made)) + ridge * found
        bend = (values * (weight * chance * (1 - chance))[:, None]).T @ values + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        found -= step
        if abs(step).max() < 1e-5:
            break
    return found


def main(paths: list[Path]) -> None:
    rules = load()
    parts: list[tuple[Columns, Columns, Columns]] = []
    names: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
        dice = random.Random(len(text))
        found = [samples(*broken(text, share, dice), rules) for share in SHARES]
        values, made = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
        parts.append((values, made, np.full(len(made), min(1, AT_MOST / max(1, len(made))))))
        names = found[0][2]
    weights = fit(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    print(f"[stage.lines.weights]\nbias = {weights[-1]:.2f}")
    for name, value in zip(names, weights[:-1].tolist(), strict=True):
        print(f'"{name}" = {value:.2f}')


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]])
