"""Clean one piece: run the stages one after another over it. Pure; a piece knows nothing of its neighbours.

Knows nothing of files, workers or outputs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cleancorpus.edits import Edits
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, allowed
from cleancorpus.stages import STAGES
from cleancorpus.text import Text


def clean(piece: Text, rules: Rules, profile: Profile, watch: Callable[[Pass], None] | None = None) -> Text:
    """The cleaned text of a piece, with the trail of edits that led to it; `watch` is shown each stage done.

    What a person rejected is taken back at the end, from the changes as he saw them; see `decisions`.
    """
    for done in passes(piece, rules, profile):
        piece = done.text
        if watch:
            watch(done)
    return rules.decisions.obeyed(piece)


class Pass(NamedTuple):
    """One stage done: the text it was given, the edits it found, those that were made, and the text with them."""

    stage: str
    given: Text
    found: Edits
    made: Edits
    text: Text


def passes(piece: Text, rules: Rules, profile: Profile) -> Iterator[Pass]:
    """The stages in order, each done."""
    for stage in STAGES:
        name, began = stage.__name__.rpartition(".")[2], time.thread_time()
        found = stage.find(piece, rules, profile)
        made = allowed(found, piece, name, rules)
        rules.spend(name, time.thread_time() - began)
        given, piece = piece, piece.after(made)
        yield Pass(name, given, found, made, piece)
