"""rules: list them, show one, try them on their examples and on raw files, write and import them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import (
    AS_JSON,
    FOUND,
    OWN,
    READING,
    RULES,
    SCREEN,
    SETTINGS,
    Group,
    opt,
    options,
    or_stdout,
)
from cleancorpus.commands.reading import jobs_of, rule_files, sources_of
from cleancorpus.commands.terminal import (
    FAILED,
    WOULD_CHANGE,
    Wait,
    columns,
    complain,
    harmless,
    note,
    show_records,
    show_rows,
    stdout,
)

if TYPE_CHECKING:
    from cleancorpus.importing import Imported
    from cleancorpus.rules import Rule, Rules


@click.group("rules", cls=Group, context_settings=SETTINGS)
def rules() -> None:
    """List the rules, show one, try them, write a first file of your own, import others."""


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


OUTPUT = opt(
    "-o", "--output", type=Path, callback=or_stdout, metavar="FILE", help="The rule file to write. [default: stdout]"
)


@rules.command("new", context_settings=SETTINGS)
@click.argument("raw", metavar="RAW")
@options(
    OUTPUT, OWN, *FOUND, *READING, *SCREEN,
)  # fmt: skip
def new_rules(raw: str, output: Path | None, **said: Any) -> None:
    """Write a first rule file for a source, from a piece of its raw text.

    What repeats in it, and what looks like a site, stands there as rules in comments, with examples from the text.

    \b
      cleancorpus rules new raw.txt -o my.toml
      cleancorpus rules test my.toml
      cleancorpus clean raw.txt --rules my.toml
    """
    from cleancorpus import source
    from cleancorpus.rules import load
    from cleancorpus.starter import MOST_TEXT, starter

    known = load(rule_files(said, [raw]))
    with Wait(said), source.opened(sources_of([raw], said)[0], said["encoding"]) as opened:
        text = ""
        for block in source.Reading(opened):
            text += block.text
            if len(text) >= MOST_TEXT:
                break
        give(starter(text, opened.name, known), output, said)


@rules.group("import", cls=Group, context_settings=SETTINGS)
def import_rules() -> None:
    """Turn replace rules and word lists of other programs into a rule file."""


@import_rules.command("legado", context_settings=SETTINGS, short_help="Replace rules of the reading app Legado.")
@click.argument("file", metavar="FILE", type=Path)
@options(OUTPUT)
def import_legado(file: Path, output: Path | None) -> int:
    """Turn the replace rules of the reading app Legado, exported as JSON, into rules.

    What cannot be turned is listed with the reason.

    \b
      cleancorpus rules import legado replaceRule.json -o my.toml
    """
    from cleancorpus import importing
    from cleancorpus.rules import builtin

    made = importing.legado(text_of(file), builtin())
    return told(made, f"Replace rules of Legado, from {file.name}.", output)


@import_rules.command("list", context_settings=SETTINGS, short_help="A list of lines from<TAB>to.")
@click.argument("file", metavar="FILE", type=Path)
@options(OUTPUT)
def import_list(file: Path, output: Path | None) -> int:
    """Turn a list of lines `from<TAB>to` into a rule.

    \b
      cleancorpus rules import list names.tsv -o my.toml
    """
    from cleancorpus import importing
    from cleancorpus.rules import builtin

    made = importing.of_list(text_of(file), file.stem, builtin())
    return told(made, f"Words from {file.name}.", output)


@import_rules.command("opencc", context_settings=SETTINGS, short_help="A user dictionary of OpenCC.")
@click.argument("file", metavar="FILE", type=Path)
@options(OUTPUT)
def import_opencc(file: Path, output: Path | None) -> int:
    """Turn a user dictionary of OpenCC (text form) into a rule; of several forms behind a tab the first stands.

    \b
      cleancorpus rules import opencc UserPhrases.txt -o my.toml
    """
    from cleancorpus import importing
    from cleancorpus.rules import builtin

    made = importing.of_list(text_of(file), file.stem, builtin(), opencc=True)
    return told(made, f"A dictionary of OpenCC, from {file.name}.", output)


def text_of(file: Path) -> str:
    """The text of a file of another program."""
    from cleancorpus.rules import RuleError

    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RuleError(f"{file}: byte {fault.start} is not UTF-8") from None


def told(made: Imported, about: str, output: Path | None) -> int:
    """Give the rule file, and say what was left out and why."""
    for name, why in made.left:
        complain(f"not taken over: {name}: {why}")
    count = sum(len(rule.phrases) or 1 for rule in made.rules)
    complain(f"{count:,} taken over, {len(made.left):,} not")
    if not made.rules:
        return FAILED
    give(made.file(about), output, {})
    return 0


def give(text: str, output: Path | None, said: dict[str, Any]) -> None:
    """Write a new rule file, never over one that is there."""
    from cleancorpus.rules import RuleError
    from cleancorpus.sink import written_beside

    if output is None:
        write = harmless(sys.stdout) if sys.stdout.isatty() else stdout().write
        write(text)
        return
    if output.exists():
        raise RuleError(f"{output}: it is there already; name another file")
    with written_beside(output) as out:
        out.write(text)
    note(f"written: {output}", said)


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
