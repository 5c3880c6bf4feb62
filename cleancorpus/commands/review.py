"""review: ask of every kind of change whether it is right, and write down what was decided."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleancorpus.commands.options import CLEANING, READING, RULES, SCREEN, SETTINGS, Command, opt, options
from cleancorpus.commands.reading import jobs_of, rules_as
from cleancorpus.commands.terminal import Wait, counted, note

if TYPE_CHECKING:
    from rich.console import Console

    from cleancorpus.decisions import Decision
    from cleancorpus.preview.groups import Example, Group
    from cleancorpus.rules import Rules
    from cleancorpus.screen import Run

# Of changes that are alike so many can be asked about one by one.
EACH = 200
ANSWERS = {
    "y": "yes, this is right, here and wherever a change is just like it",
    "n": "no, leave the text as it is, here and wherever a change is just like it",
    "e": "each: ask about these one by one",
    "a": "all that this rule does is right, ask no more about it",
    "r": "reject the rule: it changes nothing any more",
    "never-here": "(h) no rule ever changes this text in this place",
    "q": "end; what was decided is written",
}
SHORT = {"h": "never-here", "never": "never-here", "": "?", "yes": "y", "no": "n", "quit": "q"}


class Ended(Exception):
    """The person has had enough."""


@click.command(cls=Command, context_settings=SETTINGS, short_help="Ask which changes are right; write decisions.")
@click.argument("file", metavar="FILE")
@options(
    opt("-o", "--output", type=Path, default=Path("decisions.toml"), metavar="FILE", section="Writing",
        help="Where the decisions go. What stands there already is not asked again. [default: decisions.toml]"),
    opt("--rule", "only", multiple=True, metavar="ID|GLOB", section="Showing",
        help="Ask only about these rules."),
    *RULES, *CLEANING, *READING, *SCREEN,
)  # fmt: skip
def review(file: str, output: Path, only: tuple[str, ...], **said: Any) -> int:
    """Ask about the changes `clean` would make, those that are alike together, the doubtful first.

    The answers are written after each of them; `clean --decisions` obeys them, also on the next version of the file.

    \b
      cleancorpus review raw.txt -o decisions.toml
      cleancorpus clean raw.txt --decisions decisions.toml -o clean.txt
    """
    from cleancorpus.preview.groups import Groups
    from cleancorpus.screen import console

    rules = rules_as({**said, "decisions": [output] if output.exists() else []}, [file])
    wanted = set(rules.matching(only)) if only else set(rules.number)
    groups = Groups(rules, EACH)
    with Wait(said, screen=True) as wait:
        for job in jobs_of([file], rules, said, wait):
            groups.begin(job.source.name)
            for piece in job.pieces():
                groups.take(piece)
    asked = Asked(output, rules, console(said["color"]))
    try:
        for n, kinds in groups:
            if rules.all[n].id in wanted:
                asked.rule(n, kinds)
    except Ended:
        pass
    finally:
        note(f"{counted(asked.count, 'decision')} written: {output}" if asked.count else "nothing was decided", said)
    return 0


class Asked:
    """What is asked and answered; every answer is written at once."""

    def __init__(self, output: Path, rules: Rules, screen: Console) -> None:
        self.output = output
        self.rules = rules
        self.screen = screen
        self.old = output.read_text(encoding="utf-8-sig") if output.exists() else ""
        self.count = 0

    def rule(self, n: int, kinds: list[Group]) -> None:
        """Ask about all that a rule does."""
        from cleancorpus.decisions import Decision

        rule = self.rules.all[n]
        self.say([])
        self.say([(rule.id, "bold yellow"), (f"  {rule.why}", "dim")])
        todo = deque((group.examples, group.count) for group in kinds)
        while todo:
            examples, alike = todo.popleft()
            first, rest = examples[0], examples[1:]
            near, where = first.seen.near, f"{first.source}:{first.line}"
            answer = self.ask(first, alike, rule.id)
            verdict = "accept" if answer in ("y", "a") else "reject"
            if answer == "e":
                todo.extendleft(([one], 1) for one in reversed(examples))
            elif answer == "never-here":
                self.write(Decision("reject", "*", near.before, None, near.left, near.right), where)
                if rest:
                    todo.appendleft((rest, alike - 1))
            elif answer in ("a", "r"):
                self.write(Decision(verdict, rule.id), where)
                return
            elif alike > 1:
                self.write(Decision(verdict, rule.id, near.before, near.after), where)
            else:
                self.write(Decision(verdict, rule.id, near.before, near.after, near.left, near.right), where)

    def ask(self, one: Example, alike: int, rule_id: str) -> str:
        """Show a change and wait for an answer to it."""
        from cleancorpus.preview.marking import marked
        from cleancorpus.screen import visible

        others = f"  and {counted(alike - 1, 'other')} just like it" if alike > 1 else ""
        seen = one.seen
        left, right = visible(seen.left.strip("\n")), visible(seen.right.strip("\n"))
        answers = [key for key in ANSWERS if key != "e" or alike > 1]
        while True:
            self.say([(f"{visible(one.source)}:{one.line}:{one.column}", "bold"), (f"  {rule_id}{others}", "dim")])
            self.say([(left, ""), *marked(seen.before, seen.after), (right, "")], "    ")
            self.screen.print(f"right? [{' '.join(answers)} ?] ", end="", style="bold", markup=False)
            self.screen.file.flush()
            line = sys.stdin.readline()
            said = line.strip().lower()
            answer = SHORT.get(said, said)
            if not line or answer == "q":
                raise Ended
            if answer in answers:
                return answer
            for key in answers:
                self.say([(f"{key:<10}  {ANSWERS[key]}", "dim")], "  ")

    def say(self, runs: Sequence[Run], indent: str = "") -> None:
        from cleancorpus.preview import say
        from cleancorpus.screen import wrap

        for row in wrap(runs, self.screen.width - len(indent)) if runs else [[]]:
            say(self.screen, [(indent, ""), *row])

    def write(self, decision: Decision, where: str) -> None:
        """Write it behind what was decided before."""
        from cleancorpus import decisions, sink

        self.old = decisions.written([(decision, where)], self.old)
        with sink.written_beside(self.output) as f:
            f.write(self.old)
        self.count += 1
