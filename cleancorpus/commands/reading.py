"""What the options of a command name: the rules with their settings, the sources, the jobs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.terminal import FAILED, Wait, complain, note
from cleancorpus.run import cpus

if TYPE_CHECKING:
    from cleancorpus.chain import Verdict
    from cleancorpus.job import Job
    from cleancorpus.rules import Rules
    from cleancorpus.source import Found


def rule_files(said: dict[str, Any], files: Sequence[str] = ()) -> list[Path]:
    """The rule files of a run, the later before the earlier: the one found beside the sources or above them (beside no
    source: in the working folder), packs, those that are named."""
    from cleancorpus.packs import named

    # What a rule file lacks and what was too slow are warnings.
    logging.getLogger("cleancorpus").setLevel(logging.ERROR if said.get("quiet") else logging.WARNING)
    found = None if said["isolated"] else project_of(files)
    if found:
        note(f"the rules of {found} are used too; --isolated leaves them out", said)
    return [*([found] if found else []), *map(named, said["packs"]), *said["rule_files"]]


def project_of(files: Sequence[str]) -> Path | None:
    """The rule file of the project that all the sources belong to."""
    from cleancorpus.packs import found_from

    folders = {file: Path(file) if Path(file).is_dir() else Path(file).parent for file in files if file != "-"}
    of = {file: found_from(folder) for file, folder in folders.items()}
    if "-" in files or not files:
        of["-"] = found_from(Path())
    (first, found), *others = of.items()
    for file, other in others:
        if other != found:
            named = [f"{path or 'none'} for {name}" for name, path in ((first, found), (file, other))]
            raise click.UsageError(
                f"the rule files that are found differ: {named[0]}, {named[1]}; clean these apart, or say --isolated "
                "and which --rules."
            )
    return found


def rules_as(said: dict[str, Any], files: Sequence[str] = ()) -> Rules:
    """The rules that the options name and those found beside the sources, with their settings."""
    from cleancorpus import decisions
    from cleancorpus.check import hold
    from cleancorpus.rules import load

    rules = load(rule_files(said, files)).choose(said["select"], said["ignore"])
    hold(rules)
    rules = rules.decide(decisions.read(said.get("decisions", ())))
    settings = {
        ("script", "to"): said["script"],
        ("script", "protect"): words_of(said["protect"]),
        ("spaces", "spacing"): said["spacing"],
        ("punctuation", "quotes"): said["quotes"],
        ("headings", "split"): False if said["no_split"] else None,
        ("headings", "split_level"): said["split_level"],
    }
    for (stage, key), value in settings.items():
        if value is not None:
            rules = rules.set(stage, key, value)
    return rules


def words_of(files: Sequence[Path]) -> list[str] | None:
    """The words in files of a word a line, or None where no file is named."""
    words: list[str] = []
    for file in files:
        try:
            words += [word for line in file.read_text(encoding="utf-8-sig").splitlines() if (word := line.strip())]
        except UnicodeDecodeError as fault:
            wrong = f"{file} must be UTF-8; byte {fault.start} is not"
            raise click.BadParameter(wrong, click.get_current_context(), param_hint="--protect") from None
    return words or None


def sources_of(files: Sequence[str], said: dict[str, Any]) -> list[Found]:
    """The sources that are named, standard input where none is; what is left out of a folder is noted."""
    from cleancorpus.source import SourceError, find

    if not files and sys.stdin.isatty():
        context = click.get_current_context()
        click.echo(context.get_help(), err=True)
        context.exit(FAILED)
    outputs = [Path(said[name]) for name in ("output", "edits", "residue", "report") if said.get(name)]
    found, left_out = find(files or ["-"], outputs)
    for message in left_out:
        note(message, said)
    if not found:
        raise SourceError(f"{', '.join(files)}: there is no text to clean in it")
    return found


def jobs_of(
    files: Sequence[str],
    rules: Rules,
    said: dict[str, Any],
    wait: Wait,
    headings: Callable[[Sequence[Verdict]], None] | None = None,
    first: int = sys.maxsize,
) -> Iterator[Job]:
    """The named sources, one after another, surveyed; `headings` is told of those taken and refused.

    first: of a longer source only so many bytes are read.
    """
    return surveyed(sources_of(files, said), rules, said, wait, headings, first)


def surveyed(
    every: Sequence[Found],
    rules: Rules,
    said: dict[str, Any],
    wait: Wait,
    headings: Callable[[Sequence[Verdict]], None] | None = None,
    first: int = sys.maxsize,
) -> Iterator[Job]:
    """The sources, one after another, surveyed."""
    from cleancorpus import job, source
    from cleancorpus.copies import Seen

    seen = Seen()
    for n, found in enumerate(every):
        with ExitStack() as stack:
            try:
                raw = stack.enter_context(source.opened(found, found.encoding or said.get("encoding"))).head(first)
                if raw.note and (len(every) == 1 or said.get("verbose") or not raw.note.endswith("(detected)")):
                    note(raw.note, said)
                wait.begin(raw.name, n, len(every))
                ready = job.prepare(raw, rules, jobs=workers(said), progress=wait.progress, outline=headings, seen=seen)
            except source.SourceError as fault:
                if len(every) == 1:
                    raise
                # One file that cannot be read is no reason to leave a folder undone.
                complain(f"left out: {fault}")
                wait.failed = True
                continue
            yield ready


def workers(said: dict[str, Any]) -> int:
    return said.get("jobs", 1) or cpus()
