"""Measure cleancorpus on labelled raw text and print the figures as a table: `python tests/figures.py FOLDER SCORER`.

FOLDER holds the labelled cases (seed/, real/, watermark/, lines/, control/, script/: NAME.txt beside NAME.json), SCORER is
the program that scores the command line against them. Neither is part of the project; the table they gave stands in
FIGURES.md. Speed is measured on text that make_seedlike.py writes, with the default settings: one process,
two threads.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cleancorpus import __version__

# What is measured on which cases: title, cases, kinds.
GROUPS = (
    ("compilation, converted by machine", "seed/*.json",
     ("join", "space", "break", "watermark", "punctuation", "script", "boundary")),
    ("excerpts of e-books, essays, exams", "real/*.json", ("join", "space", "watermark", "punctuation", "boundary")),
    ("watermark strings among clean text", "watermark/strings.json", ("watermark",)),
    ("lines that only look like watermarks", "watermark/look-alikes.json", ()),
    ("prose broken here and there", "lines/*-broken.json", ("join",)),
    ("prose wrapped at a width", "lines/*-wrapped*.json", ("join",)),
    ("verse, table, code, Korean, news", "control/*.json", ("join",)),
    ("Traditional converted by machine", "script/*-converted.json", ("script",)),
    ("proper Traditional", "script/*-proper.json", ("script",)),
)  # fmt: skip
# Files so long are cleaned so often each, in millions of bytes; the median counts.
SIZES, RUNS = (30, 50, 150), 3


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure cleancorpus on labelled raw text.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scorer", type=Path)
    given = parser.parse_args()
    print(f"cleancorpus {__version__}, {datetime.date.today()}, by `python tests/figures.py FOLDER SCORER`.\n")
    print("| cases | what | right | wrong | missed | precision | recall |\n|---|---|---|---|---|---|---|")
    for title, pattern, kinds in GROUPS:
        cases = sorted(given.folder.glob(pattern))
        if not cases:
            print(f"no case fits {given.folder / pattern}", file=sys.stderr)
            return 2
        scored = score(given.scorer, cases)
        for kind in kinds:
            print(f"| {title} | {kind} | {row(scored.get(kind))} |")
        families = {k: v for k, v in scored.items() if k.startswith("watermark: ") and v["tp"] + v["fn"] >= 15}
        for family, figures in families.items():
            print(f"| {title} | {family.removeprefix('watermark: ')} | {row(figures)} |")
        content = scored["content"]
        lost, blanks = content["lost_per_10k"], content["blanks_put_in"]
        print(f"| {title} | letters lost: {lost} in 10,000; blanks put in: {blanks} | | | | | |")
    print("\n| generated text | seconds | million bytes a second | peak memory |\n|---|---|---|---|")
    for size in SIZES:
        seconds, peak = speed(size)
        print(f"| {size} million bytes | {seconds:.2f} | {size / seconds:.1f} | {peak / 1e6:.0f} MB |")
    return 0


def score(scorer: Path, cases: list[Path]) -> dict[str, Any]:
    """What the scorer says of these cases."""
    command = [sys.executable, str(scorer), "--json", "--cmd", f"{sys.executable} -m cleancorpus", *map(str, cases)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def speed(size: int) -> tuple[float, int]:
    """How many seconds `clean` takes for so many million bytes, and the bytes of memory it holds at most."""
    with tempfile.TemporaryDirectory() as folder:
        raw = str(Path(folder) / "raw.txt")
        subprocess.run([sys.executable, str(Path(__file__).with_name("make_seedlike.py")), str(size), raw], check=True)
        command = [sys.executable, "-m", "cleancorpus", "clean", raw, "-o", f"{raw}.out", "--quiet"]
        runs = []
        for _ in range(RUNS):
            began = time.perf_counter()
            process = subprocess.Popen(command)
            _, status, used = os.wait4(process.pid, 0)
            assert status == 0
            runs.append((time.perf_counter() - began, used.ru_maxrss * 1024))
    return sorted(runs)[RUNS // 2]


def row(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return "0 | 0 | 0 | | "
    shown = ["" if figures[k] is None else f"{figures[k]:.3f}" for k in ("precision", "recall")]
    return " | ".join([*(str(figures[k]) for k in ("tp", "fp", "fn")), *shown])


if __name__ == "__main__":
    sys.exit(main())
