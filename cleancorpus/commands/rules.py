"""rules: list them, show one, try them on their examples."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import AS_JSON, FOUND, OWN, READING, RULES, SCREEN, SETTINGS, Group, opt, options
from cleancorpus.commands.reading import jobs_of, rule_files
from cleancorpus.commands.terminal import WOULD_CHANGE, Wait, columns, harmless, show_records, show_rows, stdout

if TYPE_CHECKING:
    from cleancorpus.rules import Rule, Rules


@click.group("rules", cls=Group, context_settings=SETTINGS)
def rules() -> None:
    """List the rules, show one, try them on their examples."""


@rules.command("list", context_settings=SETTINGS)
@options(*RULES, opt("--stage", multiple=True, metavar="STAGE", help="Only the rules of this stage."), AS_JSON, *SCREEN)
def list_rules(stage: tuple[str, ...], as_json: bool, color: str, **said: Any) -> None:
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
    rules = load(rule_files(said)).choose(said["select"], said["ignore"])
    wanted = [rule for rule in rules.all if not stage or rule.stage in stage]
    if as_json:
        show_records(rulebook.record(rule, rules) for rule in wanted)
    else:
        show_rows(rulebook.listed(wanted, rules, columns() if sys.stdout.isatty() else None), color)


@rules.command("show", context_settings=SETTINGS)
@click.argument("rule", metavar="[RULE]", required=False)
@options(
    OWN, *FOUND,
    opt("--origin", is_flag=True, help="Tell which file says what: of one rule, or of all that is not built in."),
    AS_JSON, *SCREEN,
)  # fmt: skip
def show_rule(rule: str | None, origin: bool, as_json: bool, color: str, **said: Any) -> None:
    """Show a rule as its file has it, examples and all.

    \b
      cleancorpus rules show watermark/site-domain >> my.toml
      cleancorpus rules show --origin --pack novel --rules my.toml
    """
    from cleancorpus import rulebook
    from cleancorpus.rules import load

    if rule is None and not origin:
        raise click.UsageError("name a RULE, or say --origin.")
    rules = load(rule_files(said))
    if origin:
        told = rulebook.origins(rules, rules.get(rule) if rule else None)
        if as_json:
            show_records(rulebook.origin_record(one) for one in told)
        else:
            show_rows(rulebook.origin_rows(told, columns() if sys.stdout.isatty() else None), color)
        return
    assert rule is not None
    if as_json:
        show_records([rulebook.record(rules.get(rule), rules)])
    else:
        write = harmless(sys.stdout) if sys.stdout.isatty() else stdout().write
        write(rulebook.as_written(rules.get(rule)))


@rules.command("test", context_settings=SETTINGS)
@click.argument("files", nargs=-1, type=Path, metavar="[FILE]...")
@options(
    opt("--select", multiple=True, metavar="ID|GLOB", help="Try only these rules."),
    opt("--on", "corpus", multiple=True, metavar="FILE|DIR",
        help="Try them on these raw files too: which never act, undo each other, want the same place, are slow."),
    *FOUND, *READING, AS_JSON, *SCREEN,
)  # fmt: skip
def test_rules(
    files: tuple[Path, ...], select: tuple[str, ...], corpus: tuple[str, ...], as_json: bool, **said: Any
) -> int:
    """Try the rules of your files on their examples and on what the built-in rules keep.

    Without FILE it tries those of the rule file of this folder, and where there is none the built-in rules. Exits 1 if
    a rule does not do what its examples say.

    \b
      cleancorpus rules test my.toml
      cleancorpus rules test my.toml --on raw/
      cleancorpus rules test --select 'lines/*'
    """
    from cleancorpus import check, rulebook
    from cleancorpus.rules import builtin, load

    builtin(lazy=False)
    used = rule_files({**said, "rule_files": files})
    rules = load(used)
    chosen = rules.matching(select)
    tried = [rule for rule in rules.all if rule.of_a_pack == bool(used) and (not select or rule.id in chosen)]
    faults = 0
    for finding in check.try_rules(rules, tried):
        faults += 1
        if as_json:
            show_records([rulebook.finding_record(finding)])
        else:
            show_rows(rulebook.found(finding, columns()), said["color"])
    if corpus:
        faults += try_on(corpus, rules, tried, as_json, said)
    print(rulebook.summed_up(tried, faults), file=sys.stderr)
    return WOULD_CHANGE if faults else 0


def try_on(corpus: Sequence[str], rules: Rules, tried: Sequence[Rule], as_json: bool, said: dict[str, Any]) -> int:
    """Try rules on raw files, and tell what is wrong with them there; returns how many faults that are."""
    from dataclasses import asdict

    from cleancorpus import rulebook
    from cleancorpus.health import NOTES, Examination
    from cleancorpus.job import PIECE

    examination = Examination(rules, tried)
    with Wait(said) as wait:
        for job in jobs_of(corpus, rules, said, wait):
            for span in job.spans(PIECE):
                examination.take(job.source.piece(*span), job.profile)
    found = list(examination.found())
    if as_json:
        show_records(asdict(ailment) for ailment in found)
    else:
        show_rows((rulebook.ailing(ailment, rules) for ailment in found), said["color"])
    return sum(ailment.what not in NOTES for ailment in found)


@rules.command("schema", context_settings=SETTINGS)
def print_schema() -> None:
    """Print a JSON schema of rule files, with which editors complete and check them.

    \b
      cleancorpus rules schema > rules.schema.json
    """
    import json

    from cleancorpus.ruledoc import schema
    from cleancorpus.rules import builtin

    stdout().write(json.dumps(schema(builtin().settings), ensure_ascii=False, indent=2) + "\n")
