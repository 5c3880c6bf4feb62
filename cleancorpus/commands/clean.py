"""clean and diff: the main job, and the look at it beforehand."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import (
    CLEANING,
    DECISIONS,
    JOBS,
    READING,
    REPORT,
    RULES,
    SCREEN,
    SETTINGS,
    Command,
    opt,
    options,
    or_stdout,
)
from cleancorpus.commands.reading import jobs_of, rules_as, workers
from cleancorpus.commands.terminal import FAILED, WOULD_CHANGE, Wait, counted, harmless, note, stdout

if TYPE_CHECKING:
    from cleancorpus.chain import Verdict
    from cleancorpus.health import Counts
    from cleancorpus.job import Job
    from cleancorpus.preview import Tally, View
    from cleancorpus.report import Report
    from cleancorpus.rules import Rules
    from cleancorpus.text import Text

VIEWS = ("inline", "side-by-side", "unified", "summary", "json")
# So many bytes of a file are looked at in a preview for the eye, unless all is asked for: surveyed in a second.
FIRST = 2_000_000
WRITING = (
    opt("-o", "--output", callback=or_stdout, metavar="OUT", section="Writing",
        help="x.jsonl: a document a line; x.txt: the whole text; dir/: a text file a document. "
        "[default: the cleaned text on stdout]"),
    opt("--format", "kind", type=click.Choice(["text", "jsonl", "parquet"]), metavar="KIND", section="Writing",
        help="text, jsonl or parquet. [default: by the name of OUT]"),
    opt("--edits", type=Path, metavar="FILE", section="Writing",
        help="Write every change with its rules here; `cleancorpus restore` undoes them."),
    opt("--residue", type=Path, metavar="FILE", section="Writing",
        help="Write what still looks dirty here, a place a line."),
    REPORT,
    opt("--drop", type=click.Choice(["duplicates"]), metavar="WHAT", section="Writing",
        help="duplicates: leave out documents that say again what another one says. [default: mark them]"),
    opt("--force", is_flag=True, section="Writing",
        help="Write even where a rule of your own takes away a large share of a file."),
    opt("--strict", is_flag=True, section="Writing", help="Exit 2 if a slow rule of your own had to be left out."),
)  # fmt: skip
SAYING = (
    *SCREEN,
    opt("--statistics", is_flag=True, section="Screen", help="Tell how much every rule changed, and how long it took."),
    opt("-q", "--quiet", is_flag=True, section="Screen", help="Say nothing but errors."),
    opt("-v", "--verbose", is_flag=True, section="Screen", help="Sum up what was done even where no terminal is."),
)


@click.command(cls=Command, context_settings=SETTINGS, short_help="Raw text in, clean documents out.")
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@options(
    *WRITING,
    opt("-n", "--dry-run", is_flag=True, section="Writing", help="Write nothing, show what would change (see diff)."),
    opt("--outline", is_flag=True, section="Writing",
        help="Write nothing, list the headings that were taken and refused, each with its reason."),
    opt("--check", is_flag=True, section="Writing", help="Write nothing, exit 1 if something would change."),
    *RULES, DECISIONS, *CLEANING, *READING, JOBS,
    *SAYING,
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
        return preview(files, view=None, show=(), only=(), everything=False, sample=None, stage=None, **said)
    if said["report"] and (said["outline"] or said["check"]):
        raise click.UsageError("--outline and --check write nothing, so --report cannot be")
    if said["outline"]:
        return outline(files, said)
    if said["check"]:
        return check(files, said)
    return write(files, said)


@click.command(cls=Command, context_settings=SETTINGS, short_help="Show what clean would change; write nothing.")
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@options(
    opt("--view", type=click.Choice(VIEWS), metavar="VIEW", section="Showing",
        help="inline: the changes marked in the text; side-by-side: raw and cleaned text in two columns; unified: a "
        "patch; summary: counts; json: a change a line. [default: inline; summary with --report]"),
    opt("--show", multiple=True, metavar="ID|GLOB", section="Showing",
        help="Spell out rules that are otherwise only counted, such as 'punctuation/*'."),
    opt("--rule", "only", multiple=True, metavar="ID|GLOB", section="Showing",
        help="Show only changes of these rules."),
    opt("--sample", type=click.IntRange(1), metavar="N", section="Showing",
        help="Show N changes of every rule, the doubtful ones first."),
    opt("--stage", metavar="A..B", section="Showing",
        help="Show what happens between two points: raw or a stage, such as raw..watermark, lines..script, lines."),
    opt("--all", "everything", is_flag=True, section="Showing",
        help="Show every paragraph, however many, and read all of a large file."),
    REPORT, *RULES, DECISIONS, *CLEANING, *READING, JOBS,
    *SCREEN,
)  # fmt: skip
def diff(files: tuple[str, ...], **said: Any) -> int:
    """Show what `clean` would change, and write nothing. Exits 1 if something would change.

    In the text, [-…-] goes, {+…+} comes, {a→b} is replaced, ⏎ is a line break that is joined.

    \b
      cleancorpus diff raw.txt | less -R
      cleancorpus diff raw.txt --rule 'lines/*'
      cleancorpus diff raw.txt --show 'punctuation/*' --all
      cleancorpus diff raw.txt --sample 3
      cleancorpus diff raw.txt --stage raw..watermark --view side-by-side
      cleancorpus diff raw.txt --view unified > clean.patch
      cleancorpus diff raw.txt --report raw.html
    """
    return preview(files, **said)


@click.command(cls=Command, context_settings=SETTINGS, short_help="Clean, but for what was rejected.")
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@options(*WRITING, *RULES, (DECISIONS[0], {**DECISIONS[1], "required": True}), *CLEANING, *READING, JOBS, *SAYING)
def apply(files: tuple[str, ...], **said: Any) -> int:
    """Clean, but for the changes that were rejected in `cleancorpus review` or in the report.

    The same as `cleancorpus clean` with --decisions.

    \b
      cleancorpus review raw.txt -o decisions.toml
      cleancorpus apply raw.txt --decisions decisions.toml -o clean.txt
    """
    return write(files, said)


def preview(files: Sequence[str], *, view: str | None, show: Sequence[str], only: Sequence[str], everything: bool,
            sample: int | None, stage: str | None, **said: Any) -> int:  # fmt: skip
    """Show what cleaning would change."""
    from cleancorpus.preview import Between, PointError, Samples

    rules = rules_as(said, files)
    for wanted in (*show, *only):
        rules.choose([wanted])
    view = view or ("summary" if said["report"] and not sample else "inline")
    if sample and view != "inline":
        raise click.UsageError(f"--sample shows changes in its own way, so --view {view} cannot be")
    if stage and said["decisions"]:
        raise click.UsageError("--stage shows what the stages do, which --decisions take back at the end: one of both")
    try:
        between = Between.of(stage or "..", rules)
    except PointError as fault:
        raise click.BadParameter(str(fault), click.get_current_context(), param_hint="--stage") from None
    shown = view_of(view, rules, show, only, everything, said["color"], sample)
    for_the_eye = isinstance(shown, Samples) or view in ("inline", "side-by-side")
    first = FIRST if for_the_eye and not everything and not said["report"] else sys.maxsize
    unmet = Unmet(rules)

    def pieces(job: Job) -> Iterator[Text]:
        for piece in job.pieces(workers(said)):
            unmet.take(piece)
            shown.take(between.of_piece(piece) if stage else piece)
            yield piece

    with Wait(said, screen=sys.stdout.isatty()) as wait, reporting(said, rules) as report:
        for job in jobs_of(files, rules, said, wait, report.headings if report else None, first):
            wait.end()
            shown.begin(*between.begin(job.source, job.profile))
            if report:
                report.read(job.source, job.parts, pieces(job))
            else:
                deque(pieces(job), 0)
            shown.end()
            unmet.partly |= bool(job.source.whole)
    unmet.tell(said)
    return WOULD_CHANGE if shown.close() else 0


class Unmet:
    """The decisions that spoke of no change so far."""

    def __init__(self, rules: Rules) -> None:
        self.decisions = rules.decisions.all
        self.left = set(range(len(self.decisions)))
        # Where only a part was read, nothing is known of the rest.
        self.partly = False

    def take(self, piece: Text) -> None:
        self.left.difference_update(piece.decided)

    def tell(self, said: dict[str, Any]) -> None:
        """List them: the text has changed, or the rules."""
        for n in () if self.partly else sorted(self.left):
            one = self.decisions[n]
            note(f"{one.where}: nothing fits this decision any more: {one.said()}", said)


@contextmanager
def reporting(said: dict[str, Any], rules: Rules) -> Iterator[Report | None]:
    """The report that is asked for, written at the end."""
    if not said["report"]:
        yield None
        return
    from cleancorpus.report import Report
    from cleancorpus.sink import written_beside

    with written_beside(said["report"]) as file:
        report = Report(rules)
        yield report
        file.write(report.page())


def view_of(name: str, rules: Rules, show: Sequence[str], only: Sequence[str], everything: bool, color: str,
            sample: int | None) -> View:  # fmt: skip
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
    if sample:
        return preview.Samples(console(color), rules, each=sample, only=only)
    kind = preview.SideBySide if name == "side-by-side" else preview.Inline
    return kind(console(color), rules, show=show, only=only, paragraphs=None if everything else preview.PARAGRAPHS)


def check(files: Sequence[str], said: dict[str, Any]) -> int:
    """Say which files would change."""
    code = 0
    rules = rules_as(said, files)
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
        for job in jobs_of(files, rules_as(said, files), said, wait, found.extend):
            wait.end()
            say_outline(screen, job.source.name, (job.source.piece(a, b) for a, b in job.spans(PIECE)), found)
            found.clear()
    return 0


def write(files: Sequence[str], said: dict[str, Any]) -> int:
    """Clean and write, and sum up what was done."""
    from cleancorpus import job, sink
    from cleancorpus.health import Counts
    from cleancorpus.preview import Tally
    from cleancorpus.residue import Residue

    rules = rules_as(said, files)
    tally, unmet = Tally.of(rules), Unmet(rules)
    sums_up = not said["quiet"] and (said["verbose"] or sys.stderr.isatty())
    statistics = said["statistics"]
    guarded = not said["force"] and any(rule.limited and rules.has(rule.id) for rule in rules.all)
    counts, of_file = Counts(rules), Counts(rules)

    def watch(piece: Text) -> None:
        unmet.take(piece)
        if report:
            report.take(piece)
        if sums_up or statistics:
            tally.count(piece)
        if guarded or statistics:
            of_file.take(piece)

    many = len(files) > 1 or any(Path(file).is_dir() for file in files)
    drop = said["drop"] == "duplicates"
    with ExitStack() as stack:
        wait = stack.enter_context(Wait(said))
        output = stack.enter_context(
            sink.opened(said["output"], said["kind"], said["edits"], many=many, drop=drop, held=guarded)
        )
        file = stack.enter_context(sink.written_beside(said["residue"])) if said["residue"] else None
        dirt = Residue(file) if file or sums_up else None
        report = stack.enter_context(reporting(said, rules))
        for surveyed in jobs_of(files, rules, said, wait, report.headings if report else None):
            if report:
                report.begin(surveyed.source)
            of_file = Counts(rules)
            job.write(
                surveyed,
                output,
                jobs=workers(said),
                progress=wait.progress,
                watch=watch,
                watch_part=report.part if report else None,
                dirt=dirt,
            )
            tally.files += 1
            if guarded:
                refuse(of_file, surveyed.source.name)
            counts.add(of_file)
    unmet.tell(said)
    if sums_up:
        copies = ("copy" if output.copies == 1 else "copies") + " left out" * drop
        found = ((output.cut_off, "cut off"), (output.copies, copies))
        marks = [f"{n:,} {what}" for n, what in found if n]
        documents = counted(output.documents, "document") + (f" ({', '.join(marks)})" if marks else "")
        note(f"{counted(tally.files, 'file')}, {documents}, {tally.said()}", said)
        if dirt and dirt.counts:
            note("\n    ".join(["still looks dirty:", *dirt.said()]), said)
        for name in (said["output"], said["edits"], said["residue"], said["report"]):
            if name:
                note(f"written: {name}", said)
    if statistics:
        tell_statistics(counts, tally, said["color"])
    if said["strict"] and rules.slow:
        return FAILED
    return FAILED if wait.failed else 0


def refuse(counts: Counts, name: str) -> None:
    """Raise RuleError where a rule of a user's file took too much of a file; then nothing is written."""
    from cleancorpus.health import MOST_REMOVED
    from cleancorpus.rules import RuleError

    faults = [
        f"{name}: the rule `{rule.id}` of {rule.path} takes away {share:.0%} of it (more than {MOST_REMOVED:.0%} is "
        f"more likely a mistake); nothing was written. `cleancorpus diff --rule {rule.id}` shows what would go, "
        "--force writes all the same"
        for rule, share in counts.too_much()
    ]
    if faults:
        raise RuleError("\n".join(faults))


def tell_statistics(counts: Counts, tally: Tally, color: str) -> None:
    """The table of what every rule did, on stderr."""
    from cleancorpus.preview import say
    from cleancorpus.rulebook import statistics
    from cleancorpus.screen import console

    screen = console(color, error=True)
    for row in statistics(counts, tally.of_rule):
        say(screen, row)
