"""Where pieces run: in this process or in worker processes, always in order and a few at a time.

Knows nothing of text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_order(do: Callable[[A], B], items: Iterable[A], jobs: int = 1) -> Iterator[B]:
    """do(item) for every item, in order; with jobs > 1 in that many processes, a bounded number ahead."""
    if jobs <= 1:
        yield from map(do, items)
        return
    with ProcessPoolExecutor(jobs) as pool:
        ahead: deque[object] = deque()
        for item in items:
            ahead.append(pool.submit(do, item))
            if len(ahead) > 2 * jobs:
                yield ahead.popleft().result()  # type: ignore[attr-defined]
        while ahead:
            yield ahead.popleft().result()  # type: ignore[attr-defined]
