"""Options that several commands take, and how a help text shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

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


def or_stdout(_: click.Context, __: click.Parameter, named: Any) -> Any:
    """The output that is named; a - stands for stdout, as it does elsewhere."""
    return None if str(named) == "-" else named


FOUND = (
    opt("--pack", "packs", multiple=True, metavar="NAME", section="Rules",
        help="Rules and settings for a kind of source: novel, essays, exam, webpage, ocr."),
    opt("--isolated", is_flag=True, section="Rules",
        help="Use no cleancorpus.toml or pyproject.toml that stands beside the input or above it."),
)  # fmt: skip
RULES = (
    opt("--rules", "rule_files", type=Path, multiple=True, metavar="FILE", section="Rules",
        help="Rules of your own, from a TOML file; they come before the built-in ones."),
    opt("--select", multiple=True, metavar="ID|GLOB", section="Rules",
        help="Run only these rules, such as 'watermark/*'; a rule named by its id runs even if it is for review."),
    opt("--ignore", multiple=True, metavar="ID|GLOB", section="Rules", help="Leave these rules out."),
    *FOUND,
)  # fmt: skip
DECISIONS = opt(
    "--decisions", type=Path, multiple=True, metavar="FILE", section="Rules",
    help="What was rejected in `cleancorpus review` or in the report does not happen.")  # fmt: skip
REPORT = opt(
    "--report", type=Path, metavar="FILE.html", section="Writing",
    help="Write a page that shows the changes, to look at in a browser and to reject what is wrong.")  # fmt: skip
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
# For commands that may run in several processes, and for those about rule files.
JOBS = opt("-j", "--jobs", type=click.IntRange(0), default=1, metavar="N", section="Reading",
           help="Worker processes; 0 takes one for each core. [default: 1]")  # fmt: skip
OWN = opt("--rules", "rule_files", type=Path, multiple=True, metavar="FILE", section="Rules",
          help="Rules of your own, from a TOML file.")  # fmt: skip
AS_JSON = opt("--json", "as_json", is_flag=True, help="For programs: a record a line.")
