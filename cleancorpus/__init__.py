"""Turn raw scraped Chinese text into clean, separate documents, and say which rule changed which character.

import cleancorpus
cleaned = cleancorpus.clean(open("raw.txt", encoding="gb18030", newline="").read())
cleaned.text, cleaned.documents, cleaned.changes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Change", "Cleaned", "Document", "PieceError", "RuleError", "SourceError", "clean"]

if TYPE_CHECKING:
    from cleancorpus.api import Change, Cleaned, Document, PieceError, RuleError, SourceError, clean


def __getattr__(name: str) -> Any:
    """Import what the API offers when it is first used, so that `import cleancorpus` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cleancorpus import api

    value = globals()[name] = getattr(api, name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
