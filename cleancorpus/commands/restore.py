"""restore: the raw file again."""

from __future__ import annotations

from pathlib import Path

import click

from cleancorpus.commands.options import SETTINGS, Command, opt, options


@click.command(cls=Command, context_settings=SETTINGS, short_help="Give the raw file back, byte for byte.")
@click.argument("out", metavar="OUT", type=Path)
@click.argument("edits", metavar="EDITS", type=Path)
@options(
    opt("-o", "--output", type=Path, metavar="FILE|DIR", section="Writing",
        help="Where the raw file goes; a folder where the log tells of several. [default: stdout]"),
    opt("--source", metavar="NAME", section="Writing", help="Only the raw file of this name."),
)  # fmt: skip
def restore(out: Path, edits: Path, output: Path | None, source: str | None) -> int:
    """Give the raw file back, byte for byte, from what `clean` wrote: OUT and the log of its EDITS.

    \b
      cleancorpus clean raw.txt -o clean.txt --edits edits.jsonl
      cleancorpus restore clean.txt edits.jsonl -o raw-again.txt
    """
    from cleancorpus.restore import restore

    restore(out, edits, output, source)
    return 0
