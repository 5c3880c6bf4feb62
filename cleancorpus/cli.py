"""The command line: parse, call, print, exit. The only user of click and of exit codes.

What takes time to import is imported where it is used, so that --version and --help answer at once. Data goes to
stdout, everything else to stderr. Exit codes: 0 done or nothing to do, 1 something would change or a rule test failed,
2 the job could not be done, 130 interrupted, 141 the reader of stdout went away.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from cleancorpus import __version__
from cleancorpus.screen import visible

if TYPE_CHECKING:
    from cleancorpus.job import Job
    from cleancorpus.preview import View
    from cleancorpus.rules import Rules
    from cleancorpus.source import Found

F = TypeVar("F", bound=Callable[..., Any])

WOULD_CHANGE, FAILED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
SCRIPTS = ("auto", "keep", "hans", "hant", "tw", "hk", "twp", "hansp")
# Also taken by --script: what the dictionaries themselves are called. A test holds both against `convert`.
CONFIGS = ("s2t", "t2s", "s2tw", "tw2s", "s2hk", "hk2s", "s2twp", "tw2sp", "t2tw", "t2hk")


# How wide the names of options are in a help text.
COLUMN = 22


class Option(click.Option):
    """An option that says under which heading of the help it stands."""

    def __init__(self, *args: Any, section: str = "Other", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.section = section

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Nothing is added to what the help says."""
        return {}


class Command(click.Command):
    """A command whose help shows its options under headings, in the order they were written."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx)):
                sections.setdefault(getattr(option, "section", "Help"), []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(COLUMN), text) for name, text in records], col_max=COLUMN)


class Group(click.Group):
    """A group that lists its commands in the order they were written."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def options(*wanted: tuple[tuple[str, ...], dict[str, Any]]) -> Callable[[F], F]:
    """Several options at once, shown in this order."""

    def add(command: F) -> F:
        for names, how in reversed(wanted):
            command = click.option(*names, cls=Option, **how)(command)
        return command

    return add


def opt(*names: str, **how: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return names, how


RULES = (
    opt("--rules", "rule_files", type=Path, multiple=True, metavar="FILE", section="Rules",
        help="Rules of your own, from a TOML file; they come before the built-in ones."),
    opt("--select", multiple=True, metavar="ID|GLOB", section="Rules",
        help="Run only these rules, such as 'watermark/*'; a rule named by its id runs even if it is for review."),
    opt("--ignore", multiple=True, metavar="ID|GLOB", section="Rules", help="Leave these rules out."),
)  # fmt: skip
READING = (
    opt("--encoding", metavar="NAME", section="Reading", help="The encoding of the input. [default: it is found]"),
)
CLEANING = (
    opt("--script", default="auto", type=click.Choice([*SCRIPTS, *CONFIGS]), metavar="NAME", section="Cleaning",
        help="auto keeps each document's script and repairs mechanical conversion; keep touches no Han character; "
        "hans, hant, tw, hk (twp, hansp: with regional phrases) convert. [default: auto]"),
    opt("--spacing", type=click.Choice(["keep", "remove", "add"]), metavar="HOW", section="Cleaning",
        help="keep, remove or add blanks between Han and Latin letters or digits. "
        "[default: as each document has it]"),
    opt("--quotes", type=click.Choice(["keep", "curly", "corner"]), metavar="HOW", section="Cleaning",
        help="keep quotation marks, or make them curly “” or corner 「」. [default: keep]"),
    opt("--no-split", is_flag=True, section="Documents", help="Take the file as one document."),
    opt("--split-level", type=click.IntRange(1), metavar="N", section="Documents",
        help="Begin documents only at headings down to level N, 1 being the highest."),
)  # fmt: skip
SCREEN = (
    opt("--color", type=click.Choice(["auto", "always", "never"]), default="auto", metavar="WHEN", section="Screen",
        help="always, never, or auto, which follows NO_COLOR, FORCE_COLOR and the terminal. [default: auto]"),
)  # fmt: skip


@click.group(cls=Group, context_settings=SETTINGS)
@click.version_option(__version__, message="cleancorpus %(version)s")
def cli() -> None:
    """Turn raw scraped text into clean, separate documents, and see which rule changed what.

    \b
      cleancorpus diff raw.txt                         look at what would change
      cleancorpus clean raw.txt > clean.txt            the cleaned text
      cleancorpus clean raw/ -o documents.jsonl -j 4   a folder, a document a line
      cleancorpus explain watermark/site-domain        why a rule is there

    The file that is read is never written to.
    """


@cli.command(context_settings=SETTINGS)
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@options(
    opt("-o", "--output", metavar="OUT", section="Writing",
        help="x.jsonl: a document a line; x.txt: the whole text; dir/: a text file a document. "
        "[default: the cleaned text on stdout]"),
    opt("--format", "kind", type=click.Choice(["text", "jsonl", "parquet"]), metavar="KIND", section="Writing",
        help="text, jsonl or parquet. [default: by the name of OUT]"),
    opt("--edits", type=Path, metavar="FILE", section="Writing",
        help="Write every change with its rules here; `cleancorpus restore` undoes them."),
    opt("-n", "--dry-run", is_flag=True, section="Writing", help="Write nothing, show what would change (see diff)."),
    opt("--check", is_flag=True, section="Writing", help="Write nothing, exit 1 if something would change."),
    *RULES, *CLEANING, *READING,
    opt("-j", "--jobs", type=click.IntRange(0), default=1, metavar="N", section="Reading",
        help="Worker processes; 0 takes one for each core. [default: 1]"),
    *SCREEN,
    opt("-q", "--quiet", is_flag=True, section="Screen", help="Say nothing but errors."),
    opt("-v", "--verbose", is_flag=True, section="Screen", help="Sum up what was done even where no terminal is."),
)  # fmt: skip
def clean(files: tuple[str, ...], **said: Any) -> int:
    """Clean raw text: watermarks out, broken lines joined, gaps closed, marks and script put right, documents parted.

    Reads standard input where no FILE is named.

    \b
      cleancorpus clean raw.txt > clean.txt
      cleancorpus clean raw.txt -o essays.jsonl --edits edits.jsonl
      cleancorpus clean novel.txt -o chapters/ --script hans
      iconv -f gbk old.txt | cleancorpus clean --ignore 'script/*' | less
    """
    if said["dry_run"]:
        return preview(files, view="inline", show=(), only=(), everything=False, **said)
    rules = rules_as(said)
    if said["check"]:
        return int(any(len(piece.changes) for job in jobs_of(files, rules, said) for piece in job.pieces()))
    return write(files, rules, said)


@cli.command(context_settings=SETTINGS)
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@options(
    opt("--view", type=click.Choice(["inline", "unified", "summary", "json"]), default="inline", metavar="VIEW",
        section="Showing",
        help="inline: the changes marked in the text; unified: a patch; summary: counts; json: a change a line. "
        "[default: inline]"),
    opt("--show", multiple=True, metavar="ID|GLOB", section="Showing",
        help="Spell out rules that are otherwise only counted, such as 'punctuation/*'."),
    opt("--rule", "only", multiple=True, metavar="ID|GLOB", section="Showing",
        help="Show only changes of these rules."),
    opt("--all", "everything", is_flag=True, section="Showing", help="Show every paragraph, however many."),
    *RULES, *CLEANING, *READING,
    opt("-j", "--jobs", type=click.IntRange(0), default=1, metavar="N", section="Reading",
        help="Worker processes; 0 takes one for each core. [default: 1]"),
    *SCREEN,
)  # fmt: skip
def diff(files: tuple[str, ...], **said: Any) -> int:
    """Show what `clean` would change, and write nothing. Exits 1 if something would change.

    In the text, [-…-] goes, {+…+} comes, {a→b} is replaced, ⏎ is a line break that is joined.

    \b
      cleancorpus diff raw.txt | less -R
      cleancorpus diff raw.txt --rule 'lines/*'
      cleancorpus diff raw.txt --show 'punctuation/*' --all
      cleancorpus diff raw.txt --view unified > clean.patch
    """
    return preview(files, **said)


def preview(files: Sequence[str], *, view: str, show: Sequence[str], only: Sequence[str], everything: bool,
            **said: Any) -> int:  # fmt: skip
    """Show what cleaning would change."""
    rules = rules_as(said)
    for wanted in (*show, *only):
        rules.choose([wanted])
    shown = view_of(view, rules, show, only, everything, said["color"])
    for job in jobs_of(files, rules, said):
        shown.begin(job.source.name, job.source.encoding, bool(job.source.bom))
        for piece in job.pieces(workers(said["jobs"])):
            shown.take(piece)
        shown.end()
    return WOULD_CHANGE if shown.close() else 0


def view_of(name: str, rules: Rules, show: Sequence[str], only: Sequence[str], everything: bool, color: str) -> View:
    from cleancorpus import preview
    from cleancorpus.screen import console

    if name == "unified" and only:
        raise click.UsageError("--view unified shows a whole patch, so --rule cannot be; --select runs only some rules")
    if name == "unified":
        return preview.Unified(harmless(sys.stdout) if sys.stdout.isatty() else stdout().write)
    if name == "json":
        return preview.Json(stdout().write, rules, only=only)
    if name == "summary":
        return preview.Summary(console(color), rules, only=only)
    return preview.Inline(
        console(color), rules, show=show, only=only, paragraphs=None if everything else preview.PARAGRAPHS
    )


def harmless(out: TextIO) -> Callable[[str], object]:
    """A `write` for a terminal: hidden characters are named, line breaks stay."""
    return lambda text: out.write("\n".join(visible(line) for line in text.split("\n")))


def stdout() -> TextIO:
    """Standard output for data: UTF-8, line breaks as they are."""
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def rules_as(said: dict[str, Any]) -> Rules:
    """The rules that the options name, with their settings."""
    from cleancorpus.rules import load

    rules = load(said["rule_files"]).choose(said["select"], said["ignore"]).set("script", "to", said["script"])
    for stage, key in (("spaces", "spacing"), ("punctuation", "quotes")):
        if said[key]:
            rules = rules.set(stage, key, said[key])
    return rules


def sources_of(files: Sequence[str], said: dict[str, Any]) -> list[Found]:
    """The sources that are named, standard input where none is; what is left out of a folder is said on stderr."""
    from cleancorpus.source import SourceError, find

    outputs = [Path(said[name]) for name in ("output", "edits") if said.get(name)]
    found, left_out = find(files or ["-"], outputs)
    for message in left_out:
        complain(message)
    if not found:
        raise SourceError(f"{', '.join(files)}: no text to clean was found there")
    return found


def jobs_of(files: Sequence[str], rules: Rules, said: dict[str, Any]) -> Iterator[Job]:
    """The sources, one after another, surveyed."""
    from cleancorpus import job, source

    for found in sources_of(files, said):
        with source.opened(found, said["encoding"]) as raw:
            if raw.note:
                complain(raw.note)
            yield job.prepare(raw, rules, split=not said["no_split"])


def workers(said: int) -> int:
    return said or os.cpu_count() or 1


def write(files: Sequence[str], rules: Rules, said: dict[str, Any]) -> int:
    """Clean and write."""
    from cleancorpus import job, sink, source

    found = sources_of(files, said)
    with sink.opened(said["output"], said["kind"], said["edits"], many=len(found) > 1) as output:
        for one in found:
            with source.opened(one, said["encoding"]) as raw:
                if raw.note:
                    complain(raw.note)
                surveyed = job.prepare(raw, rules, split=not said["no_split"])
                job.write(surveyed, output, jobs=workers(said["jobs"]))
    return 0


def main() -> None:
    """Run, say what went wrong in words, and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    try:
        if "_CLEANCORPUS_COMPLETE" in os.environ:
            cli.main(prog_name="cleancorpus")
        with cli.make_context("cleancorpus", list(arguments)) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
        return code or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        # Nobody reads any more: say nothing, and let Python flush what it still holds into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    except click.UsageError as fault:
        complain(usage(fault))
        return FAILED
    except OSError as fault:
        complain(f"{fault.filename}: {fault.strerror}" if fault.filename else f"{fault.strerror or fault}")
        return FAILED
    except Exception as fault:
        if known(fault):
            complain(str(fault))
            return FAILED
        if os.environ.get("CLEANCORPUS_TRACE"):
            raise
        complain(f"a fault of cleancorpus itself: {type(fault).__name__}: {fault}; CLEANCORPUS_TRACE=1 shows where")
        return FAILED


def usage(fault: click.UsageError) -> str:
    """What is wrong with the command line, what may have been meant, and where to look."""
    command = fault.ctx.command_path if fault.ctx else "cleancorpus"
    wrong = fault.message.rstrip(".")
    meant: Sequence[str] = ()
    if isinstance(fault, click.NoSuchOption):
        wrong, meant = f"there is no option {fault.option_name}", fault.possibilities or ()
    elif isinstance(fault, click.BadParameter):
        wrong = fault.format_message().rstrip(".")
    elif isinstance(fault, click.exceptions.NoSuchCommand):
        wrong, meant = f"there is no command {fault.command_name}", fault.possibilities or ()
    if meant:
        wrong += "; did you mean " + " or ".join(meant) + "?"
    else:
        wrong += "."
    return f"{wrong[0].lower()}{wrong[1:]} `{command} --help` says what there is"


def known(fault: Exception) -> bool:
    """Whether the fault is one the user can mend: a rule file, a source."""
    from cleancorpus.job import PieceError
    from cleancorpus.restore import RestoreError
    from cleancorpus.rules import RuleError
    from cleancorpus.run import WorkerError
    from cleancorpus.sink import SinkError
    from cleancorpus.source import SourceError

    return isinstance(fault, (RuleError, SourceError, SinkError, PieceError, WorkerError, RestoreError))


def complain(message: str) -> None:
    """An error on stderr, a line each, with nothing in it that could steer a terminal."""
    for line in message.split("\n"):
        print(f"cleancorpus: {visible(line)}", file=sys.stderr)


if __name__ == "__main__":
    main()
