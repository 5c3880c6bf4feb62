"""Clean a text in memory by the built-in rules, for the tests of the stages."""

from __future__ import annotations

from functools import lru_cache

from cleancorpus.pipeline import clean
from cleancorpus.rules import Rules, load
from cleancorpus.source import Block
from cleancorpus.survey import survey
from cleancorpus.text import Text


@lru_cache(maxsize=1)
def builtin() -> Rules:
    return load().set("script", "to", "keep")


def cleaned(raw: str, *only: str, rules: Rules | None = None) -> str:
    """What the rules named by the globs `only` (all if none) make of a text."""
    chosen = (rules or builtin()).choose(only)
    return clean(Text.of(raw), chosen, survey([Block(raw, 0, 0)], chosen)).string
