"""eval: score the rules against texts labelled by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.clean import clean
from cleancorpus.commands.options import (
    AS_JSON,
    CLEANING,
    DECISIONS,
    RULES,
    SCREEN,
    SETTINGS,
    Command,
    opt,
    options,
)
from cleancorpus.commands.reading import rules_as, surveyed
from cleancorpus.commands.terminal import Wait, show_records, show_rows

if TYPE_CHECKING:
    from cleancorpus.evaluate import Case


@click.command("eval", cls=Command, context_settings=SETTINGS, short_help="Score the rules against labelled texts.")
@click.argument("cases", nargs=-1, required=True, type=Path, metavar="CASE.json...")
@options(
    opt("--misses", type=click.IntRange(0), default=0, metavar="N", section="Showing",
        help="Show N places that were missed or changed wrongly."),
    AS_JSON, *RULES, DECISIONS, *CLEANING, *SCREEN,
)  # fmt: skip
def evaluate(cases: Sequence[Path], misses: int, as_json: bool, **said: Any) -> None:
    """Say how much of what a person marked in a text the rules find, and what they do wrongly: precision and recall of
    each kind of item and of each rule.

    Beside CASE.json stands CASE.txt, the raw text in UTF-8. `pydoc cleancorpus.evaluate` says what a case holds.

    \b
      cleancorpus eval gold/*.json
      cleancorpus eval gold/*.json --rules my.toml --misses 20
    """
    from cleancorpus import rulebook
    from cleancorpus.evaluate import Score, read, score
    from cleancorpus.source import Found

    total = Score()
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for path in cases:
            case = read(path)
            chosen = {**said, **options_of(case)}
            rules = rules_as(chosen, [str(case.source)])
            for job in surveyed([Found(case.source.name, case.source, "utf-8")], rules, chosen, wait):
                score(case, job, total)
    if as_json:
        show_records([total.record()])
    else:
        show_rows(rulebook.scored(total, misses), said["color"])


def options_of(case: Case) -> dict[str, Any]:
    """What the case says of the options of `clean`."""
    words = list(case.labels.get("args", []))
    with clean.make_context("clean", [*words, str(case.source)]) as context:
        said = click.core.ParameterSource.COMMANDLINE
        return {key: value for key, value in context.params.items() if context.get_parameter_source(key) is said}
