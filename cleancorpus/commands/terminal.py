"""What commands say and where: data on stdout, all else on stderr, a progress bar for long work.

Exit codes: 0 done or nothing to do, 1 something would change or a rule test failed, 2 the job could not be done, 130
interrupted, 141 the reader of stdout went away.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from cleancorpus.screen import visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from cleancorpus.screen import Run

WOULD_CHANGE, FAILED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
# Seconds of work after which a progress bar is shown.
PATIENCE = 1.0


def columns() -> int:
    """The width of the screen."""
    import shutil

    return shutil.get_terminal_size().columns


def show_rows(rows: Iterable[Sequence[Run]], color: str) -> None:
    """Rows on the screen."""
    from cleancorpus.preview import say
    from cleancorpus.screen import console

    screen = console(color)
    for row in rows:
        say(screen, row)


def show_records(records: Iterable[dict[str, Any]]) -> None:
    """Records on stdout, a line each."""
    import json

    for record in records:
        stdout().write(json.dumps(record, ensure_ascii=False) + "\n")


def harmless(out: TextIO) -> Callable[[str], object]:
    """A `write` for a terminal: hidden characters are named, line breaks stay."""
    return lambda text: out.write("\n".join(visible(line) for line in text.split("\n")))


def stdout() -> TextIO:
    """Standard output for data: UTF-8, line breaks as they are."""
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


class Wait:
    """A progress bar on stderr: only on a terminal, only for work that takes a while, never into what a pager shows."""

    def __init__(self, said: dict[str, Any], *, screen: bool = False) -> None:
        piped = stat.S_ISFIFO(os.fstat(1).st_mode) or (sys.stdout.isatty() and not screen)
        self.quiet = bool(said.get("quiet")) or not sys.stderr.isatty() or (piped and not said.get("output"))
        self.color = said["color"]
        self.bar: Progress | None = None
        # Whether one of several sources could not be read.
        self.failed = False
        self.began = time.monotonic()

    def __enter__(self) -> Wait:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self, name: str, number: int, count: int) -> None:
        """The next of the sources."""
        self.name, self.number, self.count = name, number, count

    def progress(self, done: int, total: int) -> None:
        """Called while a source is worked on."""
        if self.quiet or time.monotonic() - self.began < PATIENCE:
            return
        if self.bar is None:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            from cleancorpus.screen import console

            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            where = console(self.color, error=True)
            self.bar = Progress(*columns, console=where, transient=True, redirect_stdout=False)
            self.task = self.bar.add_task("", total=self.count)
            self.bar.start()
        name = visible(self.name) if self.count == 1 else f"{visible(self.name)} ({self.number + 1} of {self.count})"
        self.bar.update(self.task, description=name, completed=self.number + done / max(1, total))

    def end(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
        self.bar, self.quiet = None, True


def complain(message: str) -> None:
    """An error or a note on stderr, with nothing in it that could steer a terminal.

    A fault in a file begins with its place (path:line:column), as editors read it; all else with the program's name.
    """
    placed = re.match(r".+:\d+:\d+: ", message)
    print(("" if placed else "cleancorpus: ") + "\n".join(map(visible, message.split("\n"))), file=sys.stderr)


def note(message: str, said: dict[str, Any]) -> None:
    """Something to know, unless quiet was asked for."""
    if not said.get("quiet"):
        complain(message)


def counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"
