"""Clean one piece: run the stages one after another over it. Pure; a piece knows nothing of its neighbours.

Knows nothing of files, workers or outputs.
"""

from __future__ import annotations

import numpy as np

from cleancorpus.edits import Edits
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, kept_spans
from cleancorpus.stages import STAGES
from cleancorpus.text import Text


def clean(piece: Text, rules: Rules, profile: Profile) -> Text:
    """The cleaned text of a piece, with the trail of edits that led to it."""
    for stage in STAGES:
        edits = stage.find(piece, rules, profile)
        piece = piece.after(allowed(edits, piece, stage.__name__.rpartition(".")[2], rules))
    return piece


def allowed(edits: Edits, text: Text, stage: str, rules: Rules) -> Edits:
    """The edits whose rules are on and that touch nothing a keep rule protects."""
    if not len(edits):
        return edits
    stands = rules.on[edits.rule]
    start, end = kept_spans(text, stage, rules)
    if len(start):
        order = np.argsort(start)
        start, end = start[order], np.maximum.accumulate(end[order])
        i = np.searchsorted(start, np.maximum(edits.end, edits.start + 1), side="left") - 1
        stands &= (i < 0) | (end[np.maximum(i, 0)] <= edits.start)
    return edits if stands.all() else edits.take(stands)
