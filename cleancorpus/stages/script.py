"""script."""

from __future__ import annotations

from collections.abc import Sequence

from cleancorpus.convert import convert
from cleancorpus.edits import NO_EDITS, Edits, settle
from cleancorpus.profile import Headings, Profile, Scripts
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import Text


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    to = rules.setting("script", "to")
    if to == "keep":
        return NO_EDITS
    own = find_data(text, "script", rules)
    if to == "auto":
        return own
    return settle([own, convert(text.codes, to, rules.number["script/convert"])])


def measure(text: Text) -> list[tuple[int, int]]:
    """What the verdict on the script rests on, counted in one block."""
    return []


def decide(counted: Sequence[list[tuple[int, int]]], headings: Headings) -> Scripts:
    """The script of each document."""
    return Scripts()
