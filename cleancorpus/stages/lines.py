"""lines."""

from __future__ import annotations

from cleancorpus.edits import Edits
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, find_data
from cleancorpus.text import Text


def find(text: Text, rules: Rules, profile: Profile) -> Edits:
    return find_data(text, "lines", rules)
