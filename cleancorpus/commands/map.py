"""map: where a place of the raw text stands in the cleaned one, and back."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from cleancorpus.commands.options import (
    AS_JSON,
    CLEANING,
    DECISIONS,
    READING,
    RULES,
    SCREEN,
    SETTINGS,
    Command,
    opt,
    options,
)
from cleancorpus.commands.reading import jobs_of, rules_as
from cleancorpus.commands.terminal import Wait, show_records, show_rows


@click.command(
    "map", cls=Command, context_settings=SETTINGS, short_help="Find raw places in the cleaned text, and back."
)
@click.argument("file", metavar="FILE")
@click.argument("places", nargs=-1, required=True, metavar="OFFSET|LINE:COL...")
@options(
    opt("--clean", "of_clean", is_flag=True, section="Showing", help="The places are those of the cleaned text."),
    AS_JSON, *RULES, DECISIONS, *CLEANING, *READING, *SCREEN,
)  # fmt: skip
def map_places(file: str, places: Sequence[str], of_clean: bool, as_json: bool, **said: Any) -> None:
    """Say where places of the raw text stand in the cleaned one, or with --clean the other way round.

    Offsets count characters from 0, lines and columns from 1. The cleaned text is what `clean FILE` prints.

    \b
      cleancorpus map raw.txt 1204 29:34
      cleancorpus map raw.txt --clean 1180
    """
    from cleancorpus import rulebook, trace

    asked = [place_of(place) for place in places]
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for job in jobs_of([file], rules_as(said, [file]), said, wait):
            found = trace.mapped(job, asked, of_clean=of_clean)
            wait.end()
            if as_json:
                show_records(asdict(place) for place in found)
            else:
                show_rows(rulebook.mapped(found, of_clean=of_clean), said["color"])


def place_of(said: str) -> tuple[int, int | None]:
    """An offset, or a line and a column."""
    found = re.fullmatch(r"(\d+)(?::(\d+))?", said)
    if not found:
        raise click.UsageError(f"`{said}` is no offset and no LINE:COL")
    return int(found[1]), int(found[2]) if found[2] else None
