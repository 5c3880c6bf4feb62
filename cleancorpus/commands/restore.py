"""restore: the raw file again, or the text as it would be without some rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import CLEANING, DECISIONS, RULES, SCREEN, SETTINGS, Command, opt, options, or_stdout
from cleancorpus.commands.reading import rules_as, surveyed
from cleancorpus.commands.terminal import Wait

if TYPE_CHECKING:
    from cleancorpus.rules import Rules


@click.command(cls=Command, context_settings=SETTINGS, short_help="Give the raw file back, or undo some rules.")
@click.argument("out", metavar="OUT", type=Path)
@click.argument("edits", metavar="EDITS", type=Path)
@options(
    opt("-o", "--output", callback=or_stdout, metavar="FILE|DIR", section="Writing",
        help="Where the raw file goes; a folder where the log tells of several. With --rule as in `clean`. "
        "[default: stdout]"),
    opt("--source", metavar="NAME", section="Writing", help="Only the raw file of this name."),
    opt("--rule", "without", multiple=True, metavar="ID|GLOB", section="Undoing",
        help="Give the text as if these rules had not run: the raw file is cleaned again without them. Needs the "
        "options that `clean` was given."),
    *RULES, DECISIONS, *CLEANING, *SCREEN,
)  # fmt: skip
def restore(out: Path, edits: Path, output: str | None, source: str | None, without: Sequence[str], **said: Any) -> int:
    """Give the raw file back, byte for byte, from what `clean` wrote: OUT and the log of its EDITS.

    \b
      cleancorpus clean raw.txt -o clean.txt --edits edits.jsonl
      cleancorpus restore clean.txt edits.jsonl -o raw-again.txt
      cleancorpus restore clean.txt edits.jsonl --rule 'script/*' -o less.txt
    """
    from cleancorpus.restore import restore

    if without:
        return rerun(out, edits, output, source, without, said)
    restore(out, edits, Path(output) if output else None, source)
    return 0


def rerun(
    out: Path, edits: Path, output: str | None, source: str | None, without: Sequence[str], said: dict[str, Any]
) -> int:
    """Write the text as it would be without some rules."""
    from cleancorpus import job, sink
    from cleancorpus.restore import read_log, restore
    from cleancorpus.source import Found

    rules = rules_as(said, [str(edits)])
    headers = {section.name: section.header for section in read_log(edits)}
    refuse_other_rules(edits, headers, rules)
    less = rules.choose(ignore=without)
    with TemporaryDirectory(prefix="cleancorpus-") as folder:
        names = restore(out, edits, Path(folder), source)
        found = [Found(name, Path(folder, name), headers[name]["encoding"]) for name in names]
        with Wait(said) as wait, sink.opened(output, many=len(found) > 1) as written:
            for raw in surveyed(found, less, {**said, "output": output}, wait):
                job.write(raw, written, progress=wait.progress)
    return 0


def refuse_other_rules(edits: Path, headers: dict[str, dict[str, Any]], rules: Rules) -> None:
    """Raise RestoreError where the log was made by other rules than these: a rerun would undo more than was asked."""
    from cleancorpus import __version__
    from cleancorpus.restore import RestoreError

    for header in headers.values():
        if header["rules"] != rules.digest:
            made = header["cleancorpus"]
            other = f"by cleancorpus {made}" if made != __version__ else "with other rules or settings"
            raise RestoreError(
                f"{edits}: was made {other} (rules {header['rules']}, here {rules.digest}); "
                "to undo single rules, give restore the options that clean was given, such as --rules and --script"
            )
