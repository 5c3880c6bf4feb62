"""Where work runs: in this process or in worker processes, always in order and a few items at a time.

Knows nothing of text.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

# Items begun ahead of the one that is waited for: enough to keep each worker busy, few enough to bound the memory.
AHEAD = 2


class WorkerError(Exception):
    """A worker process ended before its work was done."""


def in_order(do: Callable[[C, A], B], common: C, items: Iterable[A], jobs: int = 1) -> Iterator[B]:
    """do(common, item) for every item, in order; with jobs > 1 in that many processes.

    `common` goes to each process once. What `do` raises is raised here, at the item's turn.
    """
    if jobs <= 1:
        for item in items:
            yield do(common, item)
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(do, common))
    ahead: deque[Future[Any]] = deque()
    try:
        for item in items:
            with _uninterrupted():
                ahead.append(pool.submit(_do, item))
            if len(ahead) > AHEAD * jobs:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    except BrokenProcessPool:
        raise WorkerError(
            "a worker process was ended from outside (out of memory?); fewer jobs (-j) may help"
        ) from None
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
