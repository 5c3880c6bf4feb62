"""Clean one piece: run the stages one after another over it. Pure; a piece knows nothing of its neighbours.

Knows nothing of files, workers or outputs.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleancorpus.edits import Edits
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, allowed
from cleancorpus.stages import STAGES
from cleancorpus.text import Text


def clean(piece: Text, rules: Rules, profile: Profile) -> Text:
    """The cleaned text of a piece, with the trail of edits that led to it."""
    for _, text, _, made in passes(piece, rules, profile):
        piece = text.after(made)
    return piece


def passes(piece: Text, rules: Rules, profile: Profile) -> Iterator[tuple[str, Text, Edits, Edits]]:
    """The stages in order: the name of each, the text it is given, the edits it finds, and those that are made."""
    for stage in STAGES:
        name = stage.__name__.rpartition(".")[2]
        found = stage.find(piece, rules, profile)
        made = allowed(found, piece, name, rules)
        yield name, piece, found, made
        piece = piece.after(made)
