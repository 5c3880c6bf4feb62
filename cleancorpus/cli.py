"""The command line: parse, call, exit, and say in words what went wrong.

What takes time to import is imported where it is used, so that --version and --help answer at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from cleancorpus import __version__
from cleancorpus.commands.clean import apply, clean, diff
from cleancorpus.commands.evaluate import evaluate
from cleancorpus.commands.explain import explain
from cleancorpus.commands.learn import learn
from cleancorpus.commands.map import map_places
from cleancorpus.commands.options import SETTINGS, Group
from cleancorpus.commands.restore import restore
from cleancorpus.commands.review import review
from cleancorpus.commands.rules import rules
from cleancorpus.commands.terminal import FAILED, INTERRUPTED, PIPE_CLOSED, complain


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


# In the order of the help.
for command in (clean, diff, review, apply, explain, map_places, rules, learn, evaluate, restore):
    cli.add_command(command)


def main() -> None:
    """Run, say what went wrong in words, and exit."""
    # numpy begins a thread for each core as it is imported, for products of large matrices; there are none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What a run makes are arrays and texts, hardly any of them in cycles: looking for those took 2 % of its time.
    gc.set_threshold(50_000)
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
    from cleancorpus.evaluate import CaseError
    from cleancorpus.job import PieceError
    from cleancorpus.restore import RestoreError
    from cleancorpus.rules import RuleError
    from cleancorpus.run import WorkerError
    from cleancorpus.sink import SinkError
    from cleancorpus.source import SourceError

    return isinstance(fault, (RuleError, SourceError, SinkError, PieceError, WorkerError, RestoreError, CaseError))


if __name__ == "__main__":
    main()
