"""Running in order, in threads or processes: the same results, the same errors, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import job
from cleancorpus.job import PieceError, prepare
from cleancorpus.rules import load
from cleancorpus.run import WorkerError, in_order
from cleancorpus.source import of_text
from tests.make_seedlike import lines
from tests.test_restore import LINES


def plus(common: int, item: int) -> int:
    if item == 7:
        raise ValueError("seven")
    if item == 8:
        os._exit(1)
    return common + item


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order_and_few_are_begun_ahead(jobs: int) -> None:
    begun = 0

    def items() -> Iterator[int]:
        nonlocal begun
        for n in range(100, 200):
            begun += 1
            yield n

    for n, result in enumerate(in_order(plus, 1, items(), jobs)):
        assert result == 101 + n
        assert begun <= n + 1 + 2 * jobs


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_is_raised_at_its_turn(jobs: int) -> None:
    results = in_order(plus, 0, [5, 6, 7, 9], jobs)
    assert [next(results), next(results)] == [5, 6]
    with pytest.raises(ValueError, match="seven"):
        next(results)


def test_a_worker_that_dies_is_an_error() -> None:
    with pytest.raises(WorkerError, match="ended from outside"):
        list(in_order(plus, 0, [1, 8, 2], 2))


def test_a_fault_names_the_source_and_the_span(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise ZeroDivisionError("by zero")

    surveyed = prepare(of_text("一\n二\n", "raw.txt"), load())
    monkeypatch.setattr(job, "clean", broken)
    with pytest.raises(PieceError, match=r"raw\.txt: characters 0 to 4: ZeroDivisionError: by zero"):
        list(surveyed.pieces())


def test_any_number_of_workers_and_any_size_of_pieces_give_the_same() -> None:
    raw, rules = of_text("".join(lines(1_500_000)), "raw.txt"), load()
    surveyed, together = prepare(raw, rules), prepare(raw, rules, jobs=2)
    runs = [surveyed.logged(1, 1 << 30), surveyed.logged(1, 999), together.logged(2, 1 << 15)]
    every = [list(run) for run in runs]
    assert len({"".join(piece.string for piece, *_ in pieces) for pieces in every}) == 1
    assert len({"".join(run for _, log, _ in pieces for run in log) for pieces in every}) == 1


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\r\n", "\n\n", "\r"])), max_size=60),
    st.integers(1, 300),
)
def test_pieces_of_any_size_give_the_same(rows: list[tuple[str, str]], size: int) -> None:
    surveyed = prepare(of_text("".join(a + b for a, b in rows)), load())
    every = [list(surveyed.logged(1, size=n)) for n in (1 << 30, size)]
    assert len({"".join(piece.string for piece, *_ in pieces) for pieces in every}) == 1
    assert len({"".join(run for _, log, _ in pieces for run in log) for pieces in every}) == 1


NAPPING = """
import sys
import time
from cleancorpus.run import in_order

def nap(common, seconds):
    time.sleep(seconds)

if __name__ == "__main__":
    results = in_order(nap, None, [0.0] + [0.1] * 100, int(sys.argv[1]))
    try:
        next(results)
        print("begun", flush=True)
        list(results)
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.parametrize(("how", "jobs"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGKILL, 2)])
def test_no_process_outlives_the_run(tmp_path: Path, how: signal.Signals, jobs: int) -> None:
    script = tmp_path / "napping.py"
    script.write_text(NAPPING)
    with subprocess.Popen(
        [sys.executable, str(script), str(jobs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        if how == signal.SIGINT:
            # As a terminal sends it: to all processes.
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        # The streams end when the last process that holds them does.
        said = process.communicate(timeout=30)
        assert said == (("interrupted\n", "") if how == signal.SIGINT else ("", ""))
