"""The command line: parse, call, print, exit. The only user of click and of exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click


@click.group()
def main() -> None:
    """Turn raw scraped text into clean, separate documents."""


@main.command()
@click.argument("file", type=Path)
@click.option("-o", "output", type=Path)
@click.option("--edits", type=Path)
@click.option("--script", default="auto")
@click.option("--rules", "rule_files", type=Path, multiple=True)
@click.option("--select", multiple=True)
@click.option("--ignore", multiple=True)
@click.option("--encoding")
def clean(
    file: Path,
    output: Path | None,
    edits: Path | None,
    script: str,
    rule_files: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    encoding: str | None,
) -> None:
    """Clean raw text."""
    from cleancorpus import documents, sink
    from cleancorpus.job import Job, prepare
    from cleancorpus.rules import load

    rules = load(rule_files).choose(select, ignore).set("script", "to", script)
    job: Job = prepare(file, rules, encoding)
    with ExitStack() as stack:
        log = stack.enter_context(sink.written_beside(edits)) if edits else None
        out = stack.enter_context(sink.written_beside(output)) if output else sys.stdout
        target: sink.Sink = (
            sink.JsonSink(out, job.source.encoding) if output and output.suffix == ".jsonl" else sink.TextSink(out)
        )
        if log:
            log.write(sink.said({"cleancorpus": "0.1.0", "source": job.source.name}) + "\n")

        def pieces() -> Iterator[object]:
            for piece in job.pieces():
                if log:
                    sink.write_changes(log, piece, rules)
                yield piece

        rests = []
        for part in documents.split(pieces(), job.profile, rules, job.source.name):  # type: ignore[arg-type]
            rest = target.take(part)
            if rest:
                rests.append(rest)
        if log:
            sink.write_rest(log, rests)


if __name__ == "__main__":
    main()
