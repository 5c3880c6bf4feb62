"""Rules as a reader sees them: the list, one rule in words, and what a trial of the rules found, in rows for a screen.

Knows nothing of the command line, and runs no rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from cleancorpus.check import VERDICTS, Finding
from cleancorpus.edits import Ints
from cleancorpus.evaluate import Score
from cleancorpus.health import AILMENTS, NOTES, Ailment, Counts
from cleancorpus.packs import builtin_folder
from cleancorpus.places import places
from cleancorpus.preview.marking import marked, shortened
from cleancorpus.rulefile import FIELDS, STAGE_NAMES, Rule, Said, line_at, line_of, root_of, source_of
from cleancorpus.rules import Rules
from cleancorpus.screen import Run, cells, cut, visible, wrap
from cleancorpus.trace import Place, Step, Trace

UNSAID = Rule("", "")
# Rows of prose are at most this wide (cells), however wide the screen.
WIDEST = 100
# How many examples of each sort `explain` shows.
SHOWN = 6
# How much of a stretch is shown (code points), and how wide the names of stages beside it are (cells).
STRETCH = 120
NAMES = 13


def state_of(rule: Rule, rules: Rules) -> str:
    """on, review (shown, applied only when asked for) or off."""
    if rules.on[rules.number[rule.id]]:
        return "on"
    return "review" if rule.review and rule.enabled else "off"


def said_of(rule: Rule) -> dict[str, Any]:
    """The fields of a rule that are said."""
    return {name: getattr(rule, name) for name in FIELDS if getattr(rule, name) != getattr(UNSAID, name)}


def record(rule: Rule, rules: Rules) -> dict[str, Any]:
    """All that is known of a rule: the fields that are said, its stage, its state and where it stands."""
    said = said_of(rule)
    return {
        "id": rule.id, "stage": rule.stage, "kind": rule.kind, "state": state_of(rule, rules), **said,
        "built_in": rule.ours, "file": rule.path, "line": line_of(rule),
    }  # fmt: skip


def finding_record(finding: Finding) -> dict[str, Any]:
    """What a trial found, for programs."""
    return {name: value for name, value in asdict(finding).items() if name != "at"}


def as_written(rule: Rule) -> str:
    """The rule as its file has it."""
    source = source_of(Path(rule.path))
    where = places(source)
    keys = (*root_of(rule.path), "rule", rule.nth)
    start = where[keys].key
    tables = [p.key for path, p in where.items() if p.key == p.value and p.key > start and source[p.key] == "["]
    own = {p.key for path, p in where.items() if path[: len(keys)] == keys}
    end = min((at for at in tables if at not in own), default=len(source))
    lines = source[start:end].rstrip().split("\n")
    while lines[-1].startswith("#"):
        lines.pop()
    return "\n".join(lines).rstrip() + "\n"


def listed(shown: Sequence[Rule], rules: Rules, width: int | None) -> Iterator[list[Run]]:
    """A row a rule, or as many as its reason takes in this width."""
    wide = max((len(rule.id) for rule in shown), default=0)
    kinds = max((len(rule.kind) for rule in shown), default=0)
    for rule in shown:
        state = state_of(rule, rules)
        head: list[Run] = [
            (f"{rule.id:<{wide}}", "yellow"), (f"  {state:<6}", STATES[state]), (f"  {rule.kind:<{kinds}}  ", "")
        ]  # fmt: skip
        room = 0 if width is None else width - wide - kinds - 12
        for row in wrap([(visible(rule.why), "")], room) if room > 20 else [[(visible(rule.why), "")]]:
            yield [*head, *row]
            head = [(" " * (wide + kinds + 12), "")]


class Origin(NamedTuple):
    """Who says a thing. of: a rule's id or a stage; name: the field or setting; value: what is said; said: where."""

    of: str
    name: str
    value: Any
    said: Said


def origins(rules: Rules, rule: Rule | None = None) -> list[Origin]:
    """Which file says what: the fields of one rule, or all that the built-in files of the stages do not say."""
    if rule is not None:
        own = {name: Said(rule.path, ("rule", rule.nth, name), rule.ours) for name in said_of(rule)}
        return [Origin(rule.id, name, getattr(rule, name), at) for name, at in {**own, **rule.said}.items()]
    told = []
    stages = [path for path, _ in rules.layers[: len(STAGE_NAMES)]]
    for path, settings in rules.layers[len(STAGE_NAMES) :]:
        for keys, value in leaves(settings):
            told.append(Origin(".".join(keys[:-1]), keys[-1], value, Said(path, ("stage", *keys))))
    # Of a setting that several files say, the last stands.
    told = list({(one.of, one.name): one for one in told}.values())
    for one in rules.all:
        if one.path not in stages:
            told.append(Origin(one.id, "", one.why, Said(one.path, ("rule", one.nth), one.ours)))
        told += [Origin(one.id, name, getattr(one, name), at) for name, at in one.said.items()]
    return told


def leaves(settings: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of tables within tables, with its keys."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key), value


def origin_record(one: Origin) -> dict[str, Any]:
    """Who says a thing, for programs."""
    return {"of": one.of, "name": one.name, "value": one.value, "file": one.said.path, "line": line_at(one.said)}


def origin_rows(told: Sequence[Origin], width: int | None) -> Iterator[list[Run]]:
    """A row a thing that is said: of what, what, and where."""
    if not told:
        yield [("nothing but what is built in", "")]
    wide = [max((cells(_at(one)[i]) for one in told), default=0) for i in range(2)]
    for one in told:
        where, what = _at(one)
        value = visible(json.dumps(one.value, ensure_ascii=False)) if one.name else ""
        if width is not None:
            value = cut(value, width - sum(wide) - 4)
        row: list[Run] = [(f"{where}{' ' * (wide[0] - cells(where))}  ", "cyan"), (what, "yellow")]
        yield [*row, (f"{' ' * (wide[1] - cells(what))}  {value}", "")] if value else row


def _at(one: Origin) -> tuple[str, str]:
    """Where a thing is said, as short as can be, and of what."""
    path = Path(one.said.path)
    if path.parent == builtin_folder():
        path = Path(builtin_folder().name.lstrip("_"), path.name)
    elif path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{visible(str(path))}:{line_at(one.said)}", f"{one.of}  {one.name}".rstrip()


STATES = {"on": "green", "review": "magenta", "off": "red"}


def explained(rule: Rule, rules: Rules, width: int) -> Iterator[list[Run]]:
    """What a rule is for, what it does, its examples, how to turn it off, and where it stands."""
    state = state_of(rule, rules)
    of = "built in" if rule.ours else "of your own"
    yield [(rule.id, "bold yellow"), (f"  {rule.kind}, {of}, ", ""), (STATE_WORDS[state], STATES[state])]
    yield from _prose(rule.why, width)
    yield []
    yield [("What it does", "bold")]
    yield from _prose(in_words(rule), width)
    if rule.change:
        yield []
        yield [("What it changes", "bold")]
        for before, after in rule.change[:SHOWN]:
            yield from _prose(before, width, "− ", "red")
            yield from _prose(after or "(nothing)", width, "+ ", "green")
    if rule.keep:
        yield []
        yield [("What it leaves alone", "bold")]
        for text in rule.keep[:SHOWN]:
            yield from _prose(text, width, "= ")
    yield []
    yield [("How to turn it off" if state == "on" else "How to turn it on", "bold")]
    if state == "on":
        yield [(f"  cleancorpus clean --ignore {rule.id} …", "")]
    yield [("  in a rule file, used with --rules FILE:", "")]
    wanted = "enabled = false" if state == "on" else "review = false" if state == "review" else "enabled = true"
    for line in ("[[rule]]", f'id = "{rule.id}"', wanted):
        yield [(f"    {line}", "cyan")]
    yield []
    yield [(f"It stands in {visible(rule.path)}:{line_of(rule)}", "")]
    for name, said in rule.said.items():
        yield [(f"  `{name}` is said otherwise in {visible(said.path)}:{line_at(said)}", "")]


def traced(place: str, trace: Trace, rules: Rules, width: int) -> Iterator[list[Run]]:
    """What became of a place: the text before and after every stage that changed it, by which rules, and why they are
    there; and what was refused."""
    count = sum(len(step.deeds) for step in trace.steps)
    said = f"{count} edit{'s' * (count != 1)}" if count else "nothing changes"
    yield [(visible(place), "bold"), (f"  {said}", "")]
    yield []
    yield from _beside("raw", [(visible(_short(trace.raw)), "")], width)
    ids: dict[str, int] = {}
    for heading in trace.headings:
        role = "opens a document" if heading.opens else heading.why
        yield from _beside("heading", [(f"level {heading.level}, {role}", ""), (f"  {heading.rule}", "yellow")], width)
        ids[heading.rule] = 1
    for step in trace.steps:
        here: dict[str, int] = {}
        for deed in step.deeds:
            here[deed.rule] = here.get(deed.rule, 0) + 1
        yield from _beside(step.stage, _marked(step), width)
        named = "  ".join(f"{rule} ×{n}" if n > 1 else rule for rule, n in here.items())
        yield from _beside("", [(named, "yellow")], width)
        ids |= here
    if count:
        yield from _beside("clean", [(visible(_short(trace.clean)), "")], width)
    if trace.refused:
        yield []
        yield [("Considered and left alone", "bold")]
        for refusal in trace.refused:
            before, after = _short(refusal.before), _short(refusal.after)
            what = marked(before, after) if before != after else [(visible(before), "")]
            yield from _beside(refusal.stage, [*what, (f"  {refusal.why}", "dim")], width)
    for rule_id in ids:
        yield []
        yield [(rule_id, "bold yellow")]
        yield from _prose(rules.get(rule_id).why, width)


def mapped(places: Sequence[Place], *, of_clean: bool) -> Iterator[list[Run]]:
    """Places of the raw text and of the cleaned one beside each other, and the change that lies over them."""
    for one in places:
        raw = f"raw {one.raw} ({one.raw_line}:{one.raw_col})"
        clean = f"clean {one.clean} ({one.clean_line}:{one.clean_col})"
        runs: list[Run] = [(f"{clean} ← {raw}" if of_clean else f"{raw} → {clean}", "")]
        if one.rules:
            runs += [
                ("  ", ""),
                *marked(_short(one.before), _short(one.after)),
                (f"  {', '.join(one.rules)}", "yellow"),
            ]
        yield runs


def scored(score: Score, misses: int) -> Iterator[list[Run]]:
    """The figures of an evaluation: by kind of item, by rule, and some of what was missed or done wrongly."""
    for one in score.misses[:misses]:
        where = f"{visible(one.file)}:{one.line}:{one.column}"
        yield [(f"{where}  ", "dim"), (f"{one.what:<20}", "red"), (f"  ⋯{visible(one.text)}⋯", "")]
        yield from ([(f"{'':{len(where)}}  {', '.join(one.rules)}", "yellow")] for _ in one.rules[:1])
    if misses and score.misses:
        more = len(score.misses) - misses
        yield [(f"and {more:,} more", "dim")] if more > 0 else []
    figures = score.record()
    yield from _figures("kind", list(figures["kinds"].items()), ("right", "wrong", "missed"))
    content = figures["content"]
    lost = f"{content['lost']:,} of {content['characters']:,} characters of the text are lost"
    yield [(f"{lost}, {content['blanks_put_in']:,} blanks were put in", "")]
    if figures["rules"]:
        yield []
        rows = [(f"{row['rule']}  {row['kind']}", row) for row in figures["rules"]]
        yield from _figures("rule", rows, ("right", "wrong"))


def _figures(head: str, rows: Sequence[tuple[str, Mapping[str, Any]]], counts: Sequence[str]) -> Iterator[list[Run]]:
    """A table of counts with precision and recall."""
    wide = max((len(name) for name, _ in rows), default=0)
    shares = ("precision", "recall")
    yield [(f"{head:<{wide}}" + "".join(f"{name:>10}" for name in (*counts, *shares)), "bold")]
    for name, row in rows:
        said = [f"{row[key]:,}" for key in counts]
        said += ["–" if row[key] is None else f"{row[key]:.4f}" for key in shares]
        yield [(f"{name:<{wide}}", "yellow" if head == "rule" else ""), ("".join(f"{one:>10}" for one in said), "")]


def _marked(step: Step) -> list[Run]:
    """The text before a step with its edits marked, cut to what stands near them."""
    runs: list[Run] = []
    at = 0
    for n, deed in enumerate(step.deeds):
        runs += shortened([(step.before[at : deed.start], "")], left=n > 0, right=True)
        runs += marked(step.before[deed.start : deed.end], deed.new)
        at = deed.end
    return [*runs, *shortened([(step.before[at:], "")], left=True, right=False)]


def _beside(name: str, runs: Sequence[Run], width: int) -> Iterator[list[Run]]:
    """Rows of text with a name to the left of the first."""
    for row in wrap(runs, max(20, min(width, WIDEST) - NAMES)):
        yield [(f"{name:<{NAMES}}", "dim"), *row]
        name = ""


def _short(text: str) -> str:
    """A text, its middle left out where it is long."""
    return text if len(text) <= STRETCH else f"{text[: STRETCH // 2]}⋯{text[-STRETCH // 2 :]}"


STATE_WORDS = {"on": "on", "review": "for review: shown, and applied only when asked for", "off": "off"}


def _prose(text: str, width: int, mark: str = "", style: str = "") -> Iterator[list[Run]]:
    room = max(20, min(width, WIDEST) - 2 - len(mark))
    for row in wrap([(visible(text), style)], room):
        yield [(f"  {mark}", style), *row]
        mark = " " * len(mark)


def found(finding: Finding, width: int) -> Iterator[list[Run]]:
    """What a trial of a rule found."""
    place = f"  {visible(finding.path)}:{finding.line}"
    yield [
        (finding.rule, "bold yellow"),
        (f"  {finding.verdict}", "red"),
        (f": {VERDICTS[finding.verdict]}", ""),
        (place, ""),
    ]
    if finding.before or finding.got:
        yield from _prose(finding.before, width, "example   ")
        if finding.verdict in ("missing", "wrong"):
            yield from _prose(finding.expected or "(nothing)", width, "expected  ", "green")
        yield from _prose(finding.got or "(nothing)", width, "came out  ", "red")
    if finding.by:
        label = "kept by   " if finding.verdict == "harmful" else "changed by  "
        yield from _prose(", ".join(finding.by), width, label)


def summed_up(tried: Sequence[Rule], faults: int) -> str:
    """How much was tried, and how it went."""
    examples = sum(len(rule.change) + len(rule.keep) for rule in tried)
    went = f"{faults} fault{'s' * (faults != 1)}" if faults else "all as they must be"
    return f"{len(tried)} rule{'s' * (len(tried) != 1)} tried on {examples} example{'s' * (examples != 1)}: {went}"


def statistics(counts: Counts, changes: Ints) -> Iterator[list[Run]]:
    """A row a stage and a rule that did something or took time: changes, characters taken out and put in, seconds.

    The time of a rule that is a mechanism is only known together with all of its stage.
    """
    rules = counts.rules
    rows: list[tuple[str, ...]] = [("", "changes", "taken out", "put in", "seconds")]
    spent = rules.spent
    for stage in ("survey", *STAGE_NAMES):
        mine = [n for n, rule in enumerate(rules.all) if rule.stage == stage]
        sums = [int(column[mine].sum()) for column in (changes, counts.before, counts.after)]
        rows.append((stage, *(f"{n:,}" if mine else "" for n in sums), f"{spent.get(stage, 0.0):.2f}"))
        for n in mine:
            seconds = spent.get(n, 0.0)
            if counts.edits[n] or seconds >= 0.005 or n in rules.slow:
                told = [f"{int(column[n]):,}" for column in (changes, counts.before, counts.after)]
                took = "too slow" if n in rules.slow else f"{seconds:.2f}" if n in spent else ""
                rows.append((f"  {rules.all[n].id}", *told, took))
    wide = [max(len(row[i]) for row in rows) for i in range(5)]
    for name, *cells_of_row in rows:
        numbers = "".join(f"  {cell:>{wide[i + 1]}}" for i, cell in enumerate(cells_of_row))
        style = "yellow" if name.startswith(" ") else "bold"
        yield [(f"{name:<{wide[0]}}", style), (numbers.rstrip(), "")]


def ailing(ailment: Ailment, rules: Rules) -> list[Run]:
    """What is wrong with a rule on a corpus."""
    said = f": {AILMENTS[ailment.what]}"
    if ailment.other:
        said += (
            f", {ailment.other}, {ailment.count:,} time{'s' * (ailment.count != 1)}, such as {_short(ailment.example)}"
        )
    if ailment.seconds:
        said += f", {ailment.seconds:.2f} s a million characters"
    style = "dim" if ailment.what in NOTES else "red"
    rule = rules.get(ailment.rule)
    place = f"  {visible(rule.path)}:{line_of(rule)}"
    return [(ailment.rule, "bold yellow"), (f"  {ailment.what}", style), (said, ""), (place, "")]


def in_words(rule: Rule) -> str:
    """What a rule looks for and what it does."""
    where = f" in a line that holds {_some(rule.hints)}" if rule.hints else " in a line"
    if rule.view != "raw":
        where += f", reading the {rule.view} line"
    less = f" A line where `{rule.unless}` matches is left alone." if rule.unless else ""
    if rule.kind == "regex":
        deed = f"puts `{rule.replace}` in its place" if rule.replace else "removes it"
        return f"Looks for `{rule.match}`{where}, and {deed}.{less}"
    if rule.kind == "keep":
        who = f"The stages {', '.join(rule.stages)} leave" if rule.stages else "All stages leave"
        return f"{who} alone what matches `{rule.match}`{where}.{less}"
    if rule.kind == "heading":
        inline = " It may begin inside a line." if rule.inline else ""
        said = f"What matches `{rule.match}` may be a heading; all such places of the file together decide."
        return f"{said}{inline}{less}"
    if rule.kind in ("phrases", "map"):
        table = rule.phrases if rule.kind == "phrases" else rule.map
        pairs = [f"`{old}` → {f'`{new}`' if new else 'nothing'}" for old, new in list(table.items())[:SHOWN]]
        more = f" and {len(table) - SHOWN} more" if len(table) > SHOWN else ""
        return f"Replaces {', '.join(pairs)}{more}."
    return f"A mechanism of the stage {rule.stage} finds it, in cleancorpus/stages/{rule.stage}.py."


def _some(words: Sequence[str]) -> str:
    named = [f"`{word}`" for word in words[:3]]
    more = f" or one of {len(words) - 3} more" if len(words) > 3 else ""
    return " or ".join(named) + more if not more else ", ".join(named) + more
