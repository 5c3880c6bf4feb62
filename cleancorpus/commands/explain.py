"""explain: why a rule is there, and why a line changes."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import CLEANING, READING, RULES, SCREEN, SETTINGS, Command, options
from cleancorpus.commands.reading import jobs_of, rules_as
from cleancorpus.commands.terminal import Wait, columns, show_rows

if TYPE_CHECKING:
    from cleancorpus.rules import Rules


@click.command(cls=Command, context_settings=SETTINGS, short_help="Say why a rule is there, or why a line changes.")
@click.argument("asked", metavar="RULE|FILE:LINE")
@options(*RULES, *CLEANING, *READING, *SCREEN)
def explain(asked: str, **said: Any) -> None:
    """Say what a rule is for, what it does, and how to turn it off; or which rules change a line of a file, and why.

    \b
      cleancorpus explain watermark/site-domain
      cleancorpus explain raw.txt:12
    """
    from cleancorpus import rulebook

    rules = rules_as(said)
    place = re.fullmatch(r"(.+):([0-9]+)", asked)
    if place and asked not in rules.number:
        explain_line(place[1], int(place[2]), rules, said)
    else:
        show_rows(rulebook.explained(rules.get(asked), rules, columns()), said["color"])


def explain_line(file: str, line: int, rules: Rules, said: dict[str, Any]) -> None:
    """Say which rules change a line of a file."""
    import json

    from cleancorpus import rulebook
    from cleancorpus.preview import Json

    found: list[dict[str, Any]] = []
    shown = Json(lambda text: found.append(json.loads(text)), rules)
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for job in jobs_of([file], rules, said, wait):
            wait.end()
            shown.begin(job.source, job.profile)
            for piece in job.pieces():
                shown.take(piece)
    there = [change for change in found if change["line"] <= line <= change["line"] + change["before"].count("\n")]
    show_rows(rulebook.line_explained(file, line, there, rules, columns()), said["color"])
