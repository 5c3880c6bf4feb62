"""Where work runs: in threads of this process or in worker processes, always in order and a few items at a time.

Knows nothing of text.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

# Items begun ahead of the one that is waited for: enough to keep each worker busy, few enough to bound the memory.
AHEAD = 2
# Threads of this process that work side by side: one goes on while the interpreter waits for an array operation or a
# pattern of the other. With one 50 MB take a fifth longer, with three no less.
THREADS = 2


class WorkerError(Exception):
    """A worker process ended before its work was done."""


def cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(do: Callable[[C, A], B], common: C, items: Iterable[A], jobs: int = 1) -> Iterator[B]:
    """do(common, item) for every item, in order: in threads, or with jobs > 1 in that many processes.

    The items are made in this thread. `common` goes to each process once. What `do` raises is raised here, at the
    item's turn.
    """
    if jobs > 1:
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(do, common))
        try:
            yield from _results(pool, _do, items, AHEAD * jobs)
        except BrokenProcessPool:
            raise WorkerError(
                "a worker process was ended from outside (out of memory?); fewer jobs (-j) may help"
            ) from None
        return
    from concurrent.futures import ThreadPoolExecutor

    rest = iter(items)
    # The first is done before the threads begin: what all need is made ready once, not in each of them.
    for item in rest:
        yield do(common, item)
        break
    threads = min(THREADS, cpus())
    yield from _results(ThreadPoolExecutor(threads), partial(do, common), rest, threads)


def _results(pool: Executor, do: Callable[[A], B], items: Iterable[A], most: int) -> Iterator[B]:
    """do(item) for every item, in order, at most so many begun ahead; the pool ends with it."""
    ahead: deque[Future[B]] = deque()
    try:
        for item in items:
            with _uninterrupted():
                ahead.append(pool.submit(do, item))
            if len(ahead) > most:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold an interrupt back: a worker that is begun here must not meet one before it knows what to do with it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_work: tuple[Callable[[Any, Any], Any], Any]


def _begin(do: Callable[[Any, Any], Any], common: Any) -> None:
    """What a worker does first.

    An interrupt reaches all processes of a terminal; only the one that waits for the others answers it. Whatever way
    that one ends, its workers end with it.
    """
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = (do, common)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(item: Any) -> Any:
    do, common = _work
    return do(common, item)
