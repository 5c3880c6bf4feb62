"""Turn raw scraped Chinese text into clean, separate documents, and say which rule changed which character."""

from __future__ import annotations

__version__ = "0.1.0"
