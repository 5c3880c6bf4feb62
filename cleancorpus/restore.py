"""The raw file back, byte for byte, from an output and its edit log alone.

Goes through both in order and holds little of either. Refuses with a reason where they do not belong together or one
of them was changed, and checks the sum of the whole file at the end. Knows nothing of rules.
"""

from __future__ import annotations

from pathlib import Path


class RestoreError(Exception):
    """The file cannot be given back; the message says what is wrong, and with which of the two."""


def restore(output: Path, log: Path, target: Path | None, source: str | None = None) -> list[str]:
    """Write the raw file of `output` (a text, JSON lines, a folder, Parquet) and its edit log to `target`.

    target: a file; a folder if the log tells of several sources; None for standard output (one source only).
    source: only the source of this name. Returns the names of the sources given back. Raises RestoreError; then
    nothing was written.
    """
    raise RestoreError("not yet")
