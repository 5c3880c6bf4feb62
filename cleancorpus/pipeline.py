"""Clean one piece: run the stages one after another over it. Pure; a piece knows nothing of its neighbours.

Knows nothing of files, workers or outputs.
"""

from __future__ import annotations

from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, allowed
from cleancorpus.stages import STAGES
from cleancorpus.text import Text


def clean(piece: Text, rules: Rules, profile: Profile) -> Text:
    """The cleaned text of a piece, with the trail of edits that led to it."""
    for stage in STAGES:
        edits = stage.find(piece, rules, profile)
        piece = piece.after(allowed(edits, piece, stage.__name__.rpartition(".")[2], rules))
    return piece
