"""explain: why a rule is there, and what became of a place."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import CLEANING, DECISIONS, READING, RULES, SCREEN, SETTINGS, Command, options
from cleancorpus.commands.reading import jobs_of, rules_as
from cleancorpus.commands.terminal import Wait, columns, show_rows

if TYPE_CHECKING:
    from cleancorpus.chain import Verdict
    from cleancorpus.rules import Rules


@click.command(cls=Command, context_settings=SETTINGS, short_help="Say why a rule is there, or why a place changes.")
@click.argument("asked", metavar="RULE|FILE:LINE[:COL]")
@options(*RULES, DECISIONS, *CLEANING, *READING, *SCREEN)
def explain(asked: str, **said: Any) -> None:
    """Say what a rule is for, what it does, and how to turn it off; or what became of a line of a file, or of one
    character of it: every rule that touched it, in order, and what was considered and left alone.

    \b
      cleancorpus explain watermark/site-domain
      cleancorpus explain raw.txt:12
      cleancorpus explain raw.txt:12:5
    """
    from cleancorpus import rulebook

    place = re.fullmatch(r"(.+?):([0-9]+)(?::([0-9]+))?", asked)
    rules = rules_as(said, [place[1]] if place else [])
    if place and asked not in rules.number:
        explain_place(place[1], int(place[2]), int(place[3]) if place[3] else None, rules, said)
    else:
        show_rows(rulebook.explained(rules.get(asked), rules, columns()), said["color"])


def explain_place(file: str, line: int, column: int | None, rules: Rules, said: dict[str, Any]) -> None:
    """Say what became of a line of a file, or of a character of it."""
    from cleancorpus import rulebook, trace

    outline: list[Verdict] = []
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for job in jobs_of([file], rules, said, wait, outline.extend):
            wait.end()
            found = trace.traced(job, *trace.stretch(job, line, column), outline)
            place = f"{file}:{line}:{column}" if column else f"{file}:{line}"
            show_rows(rulebook.traced(place, found, rules, columns()), said["color"])
