"""spaces."""

from __future__ import annotations

from collections.abc import Sequence

from cleancorpus.edits import Edits
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import Text


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    return find_data(text, "spaces", rules)


def measure(text: Text) -> tuple[int, int]:
    """How often Han and Latin or digits stand with a blank between them, and how often without."""
    return (0, 0)


def decide(counted: Sequence[tuple[int, int]]) -> float:
    """The share of Han-Latin pairs that have a blank between them."""
    spaced = sum(a for a, _ in counted)
    return spaced / max(1, spaced + sum(b for _, b in counted))
