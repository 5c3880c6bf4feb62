"""learn: propose watermark rules from what repeats in a corpus."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import (
    AS_JSON,
    FOUND,
    OWN,
    READING,
    SCREEN,
    SETTINGS,
    Command,
    opt,
    options,
    or_stdout,
)
from cleancorpus.commands.reading import rule_files, sources_of
from cleancorpus.commands.terminal import FAILED, Wait, columns, complain, note, show_records, show_rows, stdout

if TYPE_CHECKING:
    from cleancorpus.learn import Proposal, Samples
    from cleancorpus.screen import Run


@click.command(cls=Command, context_settings=SETTINGS, short_help="Propose watermark rules from what repeats.")
@click.argument("corpus", nargs=-1, metavar="[FILE|DIR|-]...")
@options(
    opt("-o", "--output", type=Path, callback=or_stdout, metavar="FILE", section="Proposing",
        help="The rule file to write, every rule in it switched off. [default: stdout]"),
    opt("-n", "--most", type=click.IntRange(1), default=20, metavar="N", section="Proposing",
        help="At most so many proposals. [default: 20]"),
    opt("--min-count", "least", type=click.IntRange(2), default=5, metavar="N", section="Proposing",
        help="Only what stands there at least so often. [default: 5]"),
    OWN, *FOUND, *READING, AS_JSON, *SCREEN,
    opt("-q", "--quiet", is_flag=True, section="Screen", help="Say nothing but errors."),
)  # fmt: skip
def learn(corpus: tuple[str, ...], **said: Any) -> int:
    """Propose watermark rules from what repeats in a corpus as no writer repeats, its variants as one rule.

    Every rule is written switched off, with its count, its places and examples. Read them, and where a rule is right
    write `enabled = true`.

    \b
      cleancorpus learn raw/ -o found.toml
      cleancorpus rules test found.toml
      cleancorpus diff raw.txt --rules found.toml
    """
    from cleancorpus import learn as learning
    from cleancorpus.rules import RuleError, load
    from cleancorpus.sink import written_beside

    output: Path | None = said["output"]
    if output and output.is_file() and "enabled = true" in output.read_text(encoding="utf-8", errors="replace"):
        raise RuleError(f"{output}: there are rules in it that you turned on; name another file")
    rules = load(rule_files(said, corpus))
    with Wait(said) as wait:
        samples = gathered(corpus, said, wait)
    found = learning.learn(samples.kept, rules, most=said["most"], least=said["least"])
    about = samples.said()
    if output:
        with written_beside(output) as out:
            out.write(learning.written(found, about))
    if said["as_json"]:
        show_records(map(learning.record, found))
    elif output:
        show_rows(table(found, columns() if sys.stdout.isatty() else None), said["color"])
    else:
        stdout().write(learning.written(found, about))
    note(about, said)
    if output:
        note(f"written: {output}", said)
    return FAILED if wait.failed else 0


def gathered(corpus: Sequence[str], said: dict[str, Any], wait: Wait) -> Samples:
    """The texts of the sources, or samples of them."""
    from cleancorpus import learn as learning
    from cleancorpus import source

    samples = learning.Samples()
    every = sources_of(corpus, said)
    for n, found in enumerate(every):
        wait.begin(found.name, n, len(every))
        try:
            with source.opened(found, said["encoding"]) as raw:
                for block in source.Reading(raw):
                    samples.add(raw.name, block.text)
                    wait.progress(block.byte + block.size, raw.size)
        except source.SourceError as fault:
            if len(every) == 1:
                raise
            complain(f"left out: {fault}")
            wait.failed = True
    return samples


def table(found: Sequence[Proposal], width: int | None) -> Iterator[list[Run]]:
    """A row a proposal: the rule, how often, how sure, whether it is known, and how it reads."""
    from cleancorpus.screen import cut, visible

    if not found:
        yield [("Nothing repeats as watermarks do.", "")]
        return
    wide = max(len(p.rule.id) for p in found)
    yield [(f"{'rule':<{wide}}  times  files  evidence  known  example", "bold")]
    for p in found:
        known = f"{sum(n for _, n in p.known) / p.count:.0%}" if p.known else "new"
        row = f"  {p.count:>5,}  {p.files:>5,}  {p.sure:>8.1f}  {known:>5}  "
        example = visible(p.name)
        yield [
            (f"{p.rule.id:<{wide}}", "yellow"),
            (row, ""),
            (cut(example, width - wide - 37) if width else example, ""),
        ]
