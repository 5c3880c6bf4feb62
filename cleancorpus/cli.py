"""The command line: parse, call, print, exit. The only user of click and of exit codes.

What takes time to import is imported where it is used, so that --version and --help answer at once. Data goes to
stdout, everything else to stderr. Exit codes: 0 done or nothing to do, 1 something would change or a rule test failed,
2 the job could not be done, 130 interrupted, 141 the reader of stdout went away.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from cleancorpus import __version__
from cleancorpus.screen import visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from cleancorpus.chain import Verdict
    from cleancorpus.job import Job
    from cleancorpus.preview import View
    from cleancorpus.rules import Rules
    from cleancorpus.screen import Run
    from cleancorpus.source import Found

F = TypeVar("F", bound=Callable[..., Any])

WOULD_CHANGE, FAILED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
SCRIPTS = ("auto", "keep", "hans", "hant", "tw", "hk", "twp", "hansp")
# Seconds of work after which a progress bar is shown.
PATIENCE = 1.0
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
    opt("--script", type=click.Choice([*SCRIPTS, *CONFIGS]), metavar="NAME", section="Cleaning",
        help="auto keeps each document's script and repairs mechanical conversion; keep touches no Han character; "
        "hans, hant, tw, hk (twp, hansp: with regional phrases) convert. [default: auto]"),
    opt("--protect", type=Path, multiple=True, metavar="FILE", section="Cleaning",
        help="Words, one a line, that no conversion or repair of the script touches."),
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
@click.version_option(__version__, message="cleancorpus %(version)s", help="Show the version.")
def cli() -> None:
    """Turn raw scraped text into clean, separate documents, and see which rule changed what.

    \b
      cleancorpus diff raw.txt                         look at what would change
      cleancorpus clean raw.txt > clean.txt            the cleaned text
      cleancorpus clean raw/ -o documents.jsonl -j 4   a folder, a document a line
      cleancorpus explain watermark/site-domain        why a rule is there

    The file that is read is never written to.
    """


@cli.command(context_settings=SETTINGS, short_help="Raw text in, clean documents out.")
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
    opt("--outline", is_flag=True, section="Writing",
        help="Write nothing, list the headings that were taken and refused, each with its reason."),
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
    if said["outline"]:
        return outline(files, said)
    if said["check"]:
        return check(files, said)
    return write(files, said)


@cli.command(context_settings=SETTINGS, short_help="Show what clean would change; write nothing.")
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


OWN = opt(
    "--rules", "rule_files", type=Path, multiple=True, metavar="FILE", help="Rules of your own, from a TOML file."
)
AS_JSON = opt("--json", "as_json", is_flag=True, help="For programs: a record a line.")


@cli.command(context_settings=SETTINGS, short_help="Say why a rule is there, or why a line changes.")
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


@cli.group("rules", cls=Group, context_settings=SETTINGS)
def rules_group() -> None:
    """List the rules, show one, try them on their examples."""


@rules_group.command("list", context_settings=SETTINGS)
@options(*RULES, opt("--stage", multiple=True, metavar="STAGE", help="Only the rules of this stage."), AS_JSON, *SCREEN)
def list_rules(
    rule_files: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...], stage: tuple[str, ...],
    as_json: bool, color: str,
) -> None:  # fmt: skip
    """List the rules: id, whether it is on, off or for review, kind, and why it is there.

    \b
      cleancorpus rules list --stage watermark
      cleancorpus rules list --rules my.toml --ignore 'script/*'
    """
    from cleancorpus import rulebook
    from cleancorpus.rules import STAGE_NAMES, load

    unknown = [name for name in stage if name not in STAGE_NAMES]
    if unknown:
        raise click.UsageError(f"there is no stage {unknown[0]}; the stages are {', '.join(STAGE_NAMES)}.")
    rules = load(rule_files).choose(select, ignore)
    wanted = [rule for rule in rules.all if not stage or rule.stage in stage]
    if as_json:
        show_records(rulebook.record(rule, rules) for rule in wanted)
    else:
        show_rows(rulebook.listed(wanted, rules, columns() if sys.stdout.isatty() else None), color)


@rules_group.command("show", context_settings=SETTINGS)
@click.argument("rule", metavar="RULE")
@options(OWN, AS_JSON)
def show_rule(rule: str, rule_files: tuple[Path, ...], as_json: bool) -> None:
    """Show a rule as its file has it, examples and all.

    \b
      cleancorpus rules show watermark/site-domain >> my.toml
    """
    from cleancorpus import rulebook
    from cleancorpus.rules import load

    rules = load(rule_files)
    if as_json:
        show_records([rulebook.record(rules.get(rule), rules)])
    else:
        write = harmless(sys.stdout) if sys.stdout.isatty() else stdout().write
        write(rulebook.as_written(rules.get(rule)))


@rules_group.command("test", context_settings=SETTINGS)
@click.argument("files", nargs=-1, type=Path, metavar="[FILE]...")
@options(
    opt("--select", multiple=True, metavar="ID|GLOB", help="Try only these rules."), AS_JSON, *SCREEN
)  # fmt: skip
def test_rules(files: tuple[Path, ...], select: tuple[str, ...], as_json: bool, color: str) -> int:
    """Try the rules of your files on their examples and on what the built-in rules keep.

    Without FILE it tries the built-in rules. Exits 1 if a rule does not do what its examples say.

    \b
      cleancorpus rules test my.toml
      cleancorpus rules test --select 'lines/*'
    """
    from cleancorpus import check, rulebook
    from cleancorpus.rules import builtin, load

    builtin(lazy=False)
    rules = load(files)
    chosen = rules.matching(select)
    tried = [rule for rule in rules.all if rule.ours != bool(files) and (not select or rule.id in chosen)]
    faults = 0
    for finding in check.try_rules(rules, tried):
        faults += 1
        if as_json:
            show_records([rulebook.finding_record(finding)])
        else:
            show_rows(rulebook.found(finding, columns()), color)
    print(rulebook.summed_up(tried, faults), file=sys.stderr)
    return WOULD_CHANGE if faults else 0


@rules_group.command("schema", context_settings=SETTINGS)
def print_schema() -> None:
    """Print a JSON schema of rule files, with which editors complete and check them.

    \b
      cleancorpus rules schema > rules.schema.json
    """
    import json

    from cleancorpus.rulefile import schema
    from cleancorpus.rules import builtin

    stdout().write(json.dumps(schema(builtin().settings), ensure_ascii=False, indent=2) + "\n")


def columns() -> int:
    """The width of the screen."""
    import shutil

    return shutil.get_terminal_size().columns


def show_rows(rows: Iterable[Sequence[Run]], color: str) -> None:
    """Rows on the screen."""
    from cleancorpus.preview import say
    from cleancorpus.screen import console

    screen = console(color)
    for row in rows:
        say(screen, row)


def show_records(records: Iterable[dict[str, Any]]) -> None:
    """Records on stdout, a line each."""
    import json

    for record in records:
        stdout().write(json.dumps(record, ensure_ascii=False) + "\n")


def preview(files: Sequence[str], *, view: str, show: Sequence[str], only: Sequence[str], everything: bool,
            **said: Any) -> int:  # fmt: skip
    """Show what cleaning would change."""
    rules = rules_as(said)
    for wanted in (*show, *only):
        rules.choose([wanted])
    shown = view_of(view, rules, show, only, everything, said["color"])
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for job in jobs_of(files, rules, said, wait):
            wait.end()
            shown.begin(job.source, job.profile)
            for piece in job.pieces(workers(said)):
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

    rules = load(said["rule_files"]).choose(said["select"], said["ignore"])
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
    outputs = [Path(said[name]) for name in ("output", "edits") if said.get(name)]
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
) -> Iterator[Job]:
    """The sources, one after another, surveyed; `headings` is told of those taken and refused."""
    from cleancorpus import job, source

    every = sources_of(files, said)
    for n, found in enumerate(every):
        with ExitStack() as stack:
            try:
                raw = stack.enter_context(source.opened(found, said["encoding"]))
                if raw.note and (len(every) == 1 or said.get("verbose") or not raw.note.endswith("(detected)")):
                    note(raw.note, said)
                wait.begin(raw.name, n, len(every))
                surveyed = job.prepare(raw, rules, jobs=workers(said), progress=wait.progress, outline=headings)
            except source.SourceError as fault:
                if len(every) == 1:
                    raise
                # One file that cannot be read is no reason to leave a folder undone.
                complain(f"left out: {fault}")
                wait.failed = True
                continue
            yield surveyed


def workers(said: dict[str, Any]) -> int:
    return said.get("jobs", 1) or os.cpu_count() or 1


def check(files: Sequence[str], said: dict[str, Any]) -> int:
    """Say which files would change."""
    code = 0
    rules = rules_as(said)
    with Wait(said) as wait:
        for job in jobs_of(files, rules, said, wait):
            if any(len(piece.changes) for piece in job.pieces(workers(said))):
                note(f"{job.source.name}: would change", said)
                code = WOULD_CHANGE
    return FAILED if wait.failed else code


def outline(files: Sequence[str], said: dict[str, Any]) -> int:
    """List the headings of each source."""
    from cleancorpus.job import PIECE
    from cleancorpus.preview import say_outline
    from cleancorpus.screen import console

    screen = console(said["color"])
    found: list[Verdict] = []
    with Wait(said, screen=sys.stdout.isatty()) as wait:
        for job in jobs_of(files, rules_as(said), said, wait, found.extend):
            wait.end()
            say_outline(screen, job.source.name, (job.source.piece(a, b) for a, b in job.spans(PIECE)), found)
            found.clear()
    return 0


def write(files: Sequence[str], said: dict[str, Any]) -> int:
    """Clean and write, and sum up what was done."""
    from cleancorpus import job, sink
    from cleancorpus.preview import Tally

    rules = rules_as(said)
    tally = Tally.of(rules)
    sums_up = not said["quiet"] and (said["verbose"] or sys.stderr.isatty())
    many = len(files) > 1 or any(Path(file).is_dir() for file in files)
    with Wait(said) as wait, sink.opened(said["output"], said["kind"], said["edits"], many=many) as output:
        for surveyed in jobs_of(files, rules, said, wait):
            watch = tally.count if sums_up else None
            job.write(surveyed, output, jobs=workers(said), progress=wait.progress, watch=watch)
            tally.files += 1
    if sums_up:
        marks = [f"{n:,} {what}" for n, what in ((output.cut_off, "cut off"), (output.copies, "copies")) if n]
        documents = counted(output.documents, "document") + (f" ({', '.join(marks)})" if marks else "")
        note(f"{counted(tally.files, 'file')}, {documents}, {tally.said()}", said)
        for name in (said["output"], said["edits"]):
            if name:
                note(f"written: {name}", said)
    return FAILED if wait.failed else 0


class Wait:
    """A progress bar on stderr: only on a terminal, only for work that takes a while, never into what a pager shows."""

    def __init__(self, said: dict[str, Any], *, screen: bool = False) -> None:
        piped = stat.S_ISFIFO(os.fstat(1).st_mode) or (sys.stdout.isatty() and not screen)
        self.quiet = bool(said.get("quiet")) or not sys.stderr.isatty() or (piped and not said.get("output"))
        self.color = said["color"]
        self.bar: Progress | None = None
        # Whether one of several sources could not be read.
        self.failed = False
        self.began = time.monotonic()

    def __enter__(self) -> Wait:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self, name: str, number: int, count: int) -> None:
        """The next of the sources."""
        self.name, self.number, self.count = name, number, count

    def progress(self, done: int, total: int) -> None:
        """Called while a source is worked on."""
        if self.quiet or time.monotonic() - self.began < PATIENCE:
            return
        if self.bar is None:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            from cleancorpus.screen import console

            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            where = console(self.color, error=True)
            self.bar = Progress(*columns, console=where, transient=True, redirect_stdout=False)
            self.task = self.bar.add_task("", total=self.count)
            self.bar.start()
        name = visible(self.name) if self.count == 1 else f"{visible(self.name)} ({self.number + 1} of {self.count})"
        self.bar.update(self.task, description=name, completed=self.number + done / max(1, total))

    def end(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
        self.bar, self.quiet = None, True


@cli.command(context_settings=SETTINGS, short_help="Give the raw file back, byte for byte.")
@click.argument("out", metavar="OUT", type=Path)
@click.argument("edits", metavar="EDITS", type=Path)
@options(
    opt("-o", "--output", type=Path, metavar="FILE|DIR", section="Writing",
        help="Where the raw file goes; a folder where the log tells of several. [default: stdout]"),
    opt("--source", metavar="NAME", section="Writing", help="Only the raw file of this name."),
)  # fmt: skip
def restore(out: Path, edits: Path, output: Path | None, source: str | None) -> int:
    """Give the raw file back, byte for byte, from what `clean` wrote: OUT and the log of its EDITS.

    \b
      cleancorpus clean raw.txt -o clean.txt --edits edits.jsonl
      cleancorpus restore clean.txt edits.jsonl -o raw-again.txt
    """
    from cleancorpus.restore import restore

    restore(out, edits, output, source)
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
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        return FAILED
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
    """An error or a note on stderr, with nothing in it that could steer a terminal.

    A fault in a file begins with its place (path:line:column), as editors read it; all else with the program's name.
    """
    placed = re.match(r".+:\d+:\d+: ", message)
    print(("" if placed else "cleancorpus: ") + "\n".join(map(visible, message.split("\n"))), file=sys.stderr)


def note(message: str, said: dict[str, Any]) -> None:
    """Something to know, unless quiet was asked for."""
    if not said.get("quiet"):
        complain(message)


def counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


if __name__ == "__main__":
    main()
