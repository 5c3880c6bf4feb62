"""Make forms.bin, the Traditional forms of words behind the script stage. Run by hand: `python make_forms.py`.

Sources: the words of words.bin and the phrases of OpenCC's STPhrases.txt as the package opencc-python-reimplemented
carries it (Apache-2.0, see NOTICE.md). A word is taken if one of its characters has several Traditional forms that are
words of their own (發 and 髮), so that a converter that goes by characters gets it wrong. Forms that are only free or
regional spellings of one another (周 and 週, 佈 and 布) are left out on purpose: there is nothing to repair.

The file is a table for each length of word (see `pack`): the words, folded to Simplified, and their forms.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from cleancorpus.convert import convert
from cleancorpus.edits import apply, decode, encode
from cleancorpus.keys import pack, unpack
from cleancorpus.lexicon import LONGEST, dictionary, fold

# Simplified characters with several Traditional ones that differ in meaning.
FAMILIES = (
    "于后里系干斗范么准复采征圣发面只制表并别当出台历团须获云致胡松钟筑愿丰谷秋卷佛御汇坛摆签舍赞尸沈咸杆涌脏辟腊仿郁弥丑卜朴"
    "荐夸仆咨柜蜡姜佣栗帘吁淀苹杠蔑余向板划几叶冲胜术涂扑坏听升尽厂广种宁适症"
)
# Words of the sources that are none, or so rare that what they cover is nearly always the ends of two others.
UNSOUND = ["里老", "的历", "元后", "是只", "别气", "多采", "钟的", "舍入", "同里", "的钟", "改制为", "内制作"]


def main(target: Path) -> None:
    # Folding loses 乾 of 乾隆: what a phrase says of its own characters goes before what its folded form would become.
    origin = {fold(key): key for key, _ in dictionary("STPhrases") if len(key) <= LONGEST}
    for table in unpack("words.bin"):
        for codes in table[:-1].T.tolist():
            word = "".join(map(chr, codes))
            origin.setdefault(word, word)
    several = set(FAMILIES)
    chosen = sorted(w for w in origin if len(w) > 1 and several & set(w) and w not in UNSOUND)
    raw = encode("\n".join(origin[w] for w in chosen))
    # What a word says of other characters is only what is first among their forms.
    forms = [
        "".join(f if c in several else "\0" for c, f in zip(word, form, strict=True))
        for word, form in zip(chosen, decode(apply(raw, convert(raw, "hant", 0))).split("\n"), strict=True)
    ]
    by_length: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for word, form in zip(chosen, forms, strict=True):
        by_length[len(word)].append((form, word))
    data = pack([np.array([[*map(ord, w + f)] for f, w in sorted(by_length[n])]) for n in sorted(by_length)])
    target.write_bytes(data)
    print({n: len(rows) for n, rows in by_length.items()}, len(data), "bytes")


if __name__ == "__main__":
    main(Path(__file__).with_name("forms.bin"))
