"""Win the weights of rules/lines.toml from prose: `python tests/train_lines.py FILE.txt …` prints the table.

Every paragraph of a FILE is taken to be one line, as its author has it. A twentieth to a fifth of them are broken at a
random place, twelve times over with other places; what `cleancorpus.stages.lines` then sees at every doubtful line end
is a sample, and whether it was broken here is the answer. Each file counts as at most 400 samples. Give it files of
many kinds (novels, essays, news, verse, tables, markdown), and none whose paragraphs are broken or lost their stops.
Where an author leaves lines open only headings count: the limit `loose` holds there. What it weighs that a break takes
no indent and no blank line with it (LOST) is won afterwards from the same files set with indents and with blank lines.
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
LOST = ("indent lost", "indent lost and title", "blank lost", "blank lost and title")
PLAIN, INDENTED, SPACED = range(3)
Columns = NDArray[np.float64]


def dressed(text: str, dress: int, dice: random.Random) -> str:
    """The text with an indent before each line, or with a blank line between them; titles are as dice will have it."""
    with_titles = dice.random() < 0.5
    out = text.split("\n")
    own = [with_titles or not line.strip(BLANK) or line.rstrip(BLANK)[-1] in STOPS + CLOSERS for line in out]
    if dress == INDENTED:
        bare = [line[:1] not in BLANK for line in out]
        out = ["\u3000\u3000" + s if mine and first else s for s, mine, first in zip(out, own, bare, strict=True)]
    if dress == SPACED:
        out = [line + "\n" * mine for line, mine in zip(out, own, strict=True)]
    return "\n".join(out)


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
            # Behind a closing mark a break is one too, but where that closes a sentence.
            ended = left in STOPS + BLANK or left in CLOSERS and line[at - 2] in STOPS + CLOSERS
            if not ended and right not in JOINTS + BLANK:
                places.add(length + at)
                line = line[:at] + ("\n\n" if dice.random() < 0.12 else "\n") + line[at:]
        out.append(line)
        length += len(line) + 1
    return "\n".join(out), places


def samples(text: str, places: set[int], rules: Rules, *, lost: bool = False) -> tuple[Columns, Columns, list[str]]:
    """The features of every doubtful line end (that lacks an indent or a blank line), whether it was broken here, and
    the names of the features."""
    piece = Text.of(text)
    table = layout.gather([layout.measure(piece)])
    gaps = lines.Gaps(piece, Profile(length=len(text), layout=layout.decide(table, rules)))
    _, _, doubtful, _, fresh = lines.laid_out(gaps)
    at = np.flatnonzero(doubtful & ~fresh)
    _, values, names = lines.evidence(gaps, at)
    heading = values[:, [names.index(n) for n in ("title", "long title", "marker")]].any(axis=1)
    kept = (heading & (not lost)) | ~gaps.loose[gaps.row[at]]
    if lost:
        kept &= values[:, [names.index(n) for n in LOST]].any(axis=1)
    at, values = at[kept], values[kept]
    made = np.array([int(end) in places for end in gaps.last[gaps.row[at]]], np.float64)
    return values.astype(np.float64), made, names


def fit(values: Columns, made: Columns, weight: Columns, ridge: Columns, given: Columns | float = 0.0) -> Columns:
    """Logistic regression by Newton's method with a little ridge, beyond the sums that are given."""
    found = np.zeros(values.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(values @ found + given, -30, 30)))
        slope = values.T @ (weight * (chance - made)) + ridge * found
        bend = (values * (weight * chance * (1 - chance))[:, None]).T @ values + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        found -= step
        if abs(step).max() < 1e-5:
            break
    return found


def with_bias(values: Columns) -> Columns:
    """The features and one that is always there."""
    return np.hstack([values, np.ones((len(values), 1))])


def gather(paths: list[Path], dresses: tuple[int, ...], rules: Rules) -> tuple[Columns, Columns, Columns, list[str]]:
    """The samples of all files, how much each counts, and the names of the features."""
    parts: list[tuple[Columns, Columns, Columns]] = []
    names: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
        dice = random.Random(len(text))
        lost = dresses != (PLAIN,)
        found = [
            samples(*broken(dressed(text, dress, dice), share, dice), rules, lost=lost)
            for share in SHARES
            for dress in dresses
        ]
        values, made = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
        parts.append((with_bias(values), made, np.full(len(made), min(1, AT_MOST / max(1, len(made))))))
        names = found[0][2]
    values, made, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return values, made, weight, names


def main(paths: list[Path]) -> None:
    rules = load()
    values, made, weight, names = gather(paths, (PLAIN,), rules)
    ridge = np.ones(values.shape[1])
    ridge[-1] = 1e-3
    weights = fit(values, made, weight, ridge)
    values, made, weight, _ = gather(paths, (INDENTED, SPACED), rules)
    lost = [names.index(n) for n in LOST]
    weights[lost] = 0
    weights[lost] = fit(values[:, lost], made, weight, np.ones(len(lost)), values @ weights)
    print(f"[stage.lines.weights]\nbias = {weights[-1]:.2f}")
    for name, value in zip(names, weights[:-1].tolist(), strict=True):
        print(f'"{name}" = {value + 0.0:.2f}')


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]])
