"""Make edges.bin, how lines begin and end, for `cleancorpus.lexicon.edges`. By hand: `python make_edges.py FILE …`.

Every paragraph of a FILE is taken to be one line, as its author has it; give it texts of many kinds. Counted are the
Han characters and pairs of them with which lines begin, those with which lines end that no stop ends, and those that
stand behind and before any place inside a paragraph where a break could be. Characters are folded to Simplified.

The file is four tables (see `pack`): characters at the start, pairs at the start, characters at the end, pairs at the
end; the columns are the characters and 128 + 8 times the log of how much oftener they stand there inside a paragraph.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cleancorpus.keys import pack
from cleancorpus.layout import CLOSERS, JOINTS, STOPS
from cleancorpus.lexicon import fold
from cleancorpus.text import BLANK, han

# A file counts as at most so many lines and places, so that no author is the measure.
LINES, PLACES = 1500, 6000
# A shorter line is no paragraph.
SHORTEST = 14
# What stands in fewer files says more of them than of the language. Measured with files that were not counted: of 3000
# breaks 0.90 are joined where 0.87 were without the table and as many wrongly; pairs of any two files give 0.902.
FILES = 3
# So many that were not seen are counted with each, and no odds (log) are beyond the last.
UNSEEN_CHARACTERS, UNSEEN_PAIRS, MOST = 8.0, 12.0, 3.0
# A pair that says so little more than its character alone is left out.
LITTLE = 0.25

Counts = Mapping[str, float]


def count(text: str) -> list[Counter[str]]:
    """What stands at the start and the end of lines and of the places inside them: characters, pairs."""
    found: list[Counter[str]] = [Counter() for _ in range(8)]
    for line in filter(None, (line.strip(BLANK) for line in fold(text).split("\n"))):
        for k in (1, 2):
            found[k - 1][line[:k]] += 1
            if line[-1] not in STOPS + CLOSERS:
                found[k + 3][line[-k:]] += 1
            if len(line) < SHORTEST or line[-1] not in STOPS + CLOSERS + "：:；":
                continue
            for at in range(3, len(line) - 1):
                if line[at - 1] not in STOPS + CLOSERS + BLANK and line[at] not in JOINTS + BLANK:
                    found[k + 1][line[at : at + k]] += 1
                    found[k + 5][line[at - k : at]] += 1
    return found


def odds(edge: Counts, inside: Counts, unseen: float, before: Counts, near: int) -> dict[str, float]:
    """The log odds of each gram to stand inside rather than at the edge; where little was seen those of the character
    that is nearest to it, given in `before`."""
    size, length = sum(edge.values()), sum(inside.values())
    out = {}
    for gram in {*edge, *inside}:
        prior = math.exp(before.get(gram[near], 0.0)) if before else 1.0
        least = unseen / (1 + prior)
        ratio = (inside.get(gram, 0) * size / length + least * prior) / (edge.get(gram, 0) + least)
        out[gram] = max(-MOST, min(MOST, math.log(ratio)))
    return out


def main(paths: list[Path], target: Path) -> None:
    total: list[Counter[str]] = [Counter() for _ in range(8)]
    files: Counter[str] = Counter()
    for path in paths:
        found = count(path.read_text(encoding="utf-8").removeprefix("\ufeff"))
        files.update({gram for counts in found for gram in counts})
        for k, (counts, into) in enumerate(zip(found, total, strict=True)):
            share = min(1.0, (PLACES if k % 4 > 1 else LINES) / max(1, counts.total()))
            for gram, n in counts.items():
                into[gram] += n * share  # type: ignore[assignment]
    tables = []
    for k, near in ((0, 0), (4, -1)):
        single = odds(total[k], total[k + 2], UNSEEN_CHARACTERS, {}, near)
        pairs = odds(total[k + 1], total[k + 3], UNSEEN_PAIRS, single, near)
        pairs = {gram: x for gram, x in pairs.items() if abs(x - single[gram[near]]) > LITTLE and len(gram) == 2}
        for table in (single, pairs):
            kept = sorted(g for g in table if files[g] >= FILES and all(han()[ord(c)] and c < "\U00010000" for c in g))
            tables.append(np.array([(*map(ord, g), 128 + round(8 * table[g])) for g in kept]))
    data = pack(tables)
    target.write_bytes(data)
    print(f"{[len(t) for t in tables]} characters and pairs, {len(data)} bytes")


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]], Path(__file__).with_name("edges.bin"))
