"""The command line: parse, call, print, exit. The only user of click and of exit codes."""

from __future__ import annotations

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
    from cleancorpus import job, sink, source
    from cleancorpus.rules import load

    rules = load(rule_files).choose(select, ignore).set("script", "to", script)
    found, left_out = source.find([file], (output, edits))
    for message in left_out:
        click.echo(message, err=True)
    with sink.opened(str(output) if output else None, log=edits, many=len(found) > 1) as out:
        for item in found:
            with source.opened(item, encoding) as raw:
                job.write(job.prepare(raw, rules), out)


if __name__ == "__main__":
    main()
