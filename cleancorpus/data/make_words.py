"""Make words.bin, the word list behind `cleancorpus.lexicon`. Run by hand: `python make_words.py JIEBA_DICT_TXT`.

Sources: word frequencies of jieba's dict.txt (MIT licence, see NOTICE.md) and the one-to-many phrases of OpenCC's
STPhrases.txt as the package opencc-python-reimplemented carries it (Apache-2.0). Words are folded to Simplified, code
point by code point, so that one list serves both scripts and every mixture of them.

The file is a table for each length of word (see `pack`): the characters of the words, sorted, and the class k of each
(a probability of about 2 ** (-k / 4) of all words).
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from cleancorpus.keys import pack
from cleancorpus.lexicon import LONGEST, dictionary, fold

# Measured on line ends of clean prose: below this the list grows faster than what it tells apart (56 k words at 50
# found 35.7 % of the breaks inside words at 0.24 % of true line ends; the whole list 39 % at 0.32 %).
LEAST = 30
# A phrase that jieba does not know counts as if it were seen this often.
PHRASE = 20


def main(jieba: Path, target: Path) -> None:
    seen: Counter[str] = Counter()
    for line in jieba.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) <= LONGEST and all("\u3400" <= c <= "\u9fff" for c in word):
            seen[fold(word)] += int(count)
    total = sum(seen.values())
    words = {w: n for w, n in seen.items() if n >= LEAST or len(w) == 1}
    several = {key for key, forms in dictionary("STCharacters") if len(forms) > 1}
    for key, _ in dictionary("STPhrases"):
        if 2 <= len(key) <= LONGEST and several & set(key):
            words.setdefault(fold(key), max(PHRASE, seen[fold(key)]))
    tables = []
    for length in range(1, LONGEST + 1):
        some = sorted(w for w in words if len(w) == length)
        tables.append(np.array([(*map(ord, w), round(-4 * math.log2(words[w] / total))) for w in some]))
    data = pack(tables)
    target.write_bytes(data)
    print(f"{len(words)} words, {len(data)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).with_name("words.bin"))
