"""The report: one page, in one file, that shows a person what cleaning changes and lets him reject what is wrong.

It reads the cleaned pieces as they come, as a view of the preview does, and holds only so much of them: counts of all,
and of changes that are alike the most doubtful. Nothing of a raw text is ever part of the page's markup: all of it
stands in one block of JSON, in which every character that could end the block or steer a reader is escaped, and the
page's script puts it in as text. The page loads nothing and sends nothing.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from cleancorpus import __version__, decisions
from cleancorpus.chain import Verdict
from cleancorpus.documents import Part
from cleancorpus.edits import decode
from cleancorpus.preview.groups import Groups
from cleancorpus.preview.rows import EDGES, Rows, blank_lines, matching, paragraphs
from cleancorpus.preview.samples import chosen
from cleancorpus.rules import Rules
from cleancorpus.screen import escaped, visible
from cleancorpus.source import Source
from cleancorpus.text import Text
from cleancorpus.views import fold

PAGE = Path(__file__).parent / "data" / "report.html"

# What the page holds at most, so that it opens quickly whatever the file: examples of a rule and of changes that are
# alike, kinds of changes of a rule, documents, headings, paragraphs beside each other and their characters.
EXAMPLES, ALIKE, KINDS = 120, 12, 80
DOCUMENTS, HEADINGS = 500, 500
PARAGRAPHS, PARAGRAPH = 100, 3000
SITES = 12
# Where the bars of the lengths of documents begin (characters).
LENGTHS = (0, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)

_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")


@dataclass
class Report:
    """Gathers what the page shows. For each source: `begin`, then `take`, `part` and `headings` as they come."""

    rules: Rules
    groups: Groups = field(init=False)
    sources: list[dict[str, Any]] = field(default_factory=list)
    outline: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    scripts: Counter[str] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=lambda: [0] * len(LENGTHS))
    changes: int = 0
    headings_taken: int = 0
    headings_refused: int = 0
    document_count: int = 0

    def __post_init__(self) -> None:
        self.groups = Groups(self.rules, ALIKE)
        self.edges = matching(self.rules, EDGES)
        self.verdicts: deque[Verdict] = deque()

    def headings(self, verdicts: Sequence[Verdict]) -> None:
        """What the survey of the next source says of its headings."""
        self.verdicts = deque(verdicts)

    def begin(self, source: Source) -> None:
        """The next source."""
        self.groups.begin(source.name)
        self.rows = Rows()
        self.length = 0
        self.starts: list[int] = []
        self.lines: dict[int, int] = {}
        self.sources.append(
            {
                "name": source.name,
                "encoding": source.encoding,
                "newline": source.newline,
                "bytes": source.size,
                "whole": source.whole,
                "raw": 0,
                "clean": 0,
            }
        )

    def read(self, source: Source, parts: Callable[[Iterator[Text]], Iterator[Part]], pieces: Iterator[Text]) -> None:
        """A whole source. `parts` cuts its pieces into documents."""

        def taken() -> Iterator[Text]:
            for piece in pieces:
                self.take(piece)
                yield piece

        self.begin(source)
        for part in parts(taken()):
            self.part(part)

    def take(self, piece: Text) -> None:
        """A cleaned piece of it."""
        self.groups.take(piece)
        self.rows.take(piece)
        self.changes += len(piece.changes)
        self.sources[-1]["raw"] += len(piece.raw)
        self.sources[-1]["clean"] += len(piece.codes)
        until = piece.origin + len(piece.raw)
        while self.verdicts and self.verdicts[0].start < until:
            one = self.verdicts.popleft()
            self.headings_taken += one.taken
            self.headings_refused += not one.taken
            line = self.lines[one.start] = self.rows.of(one.start)[0]
            if len(self.outline) < HEADINGS:
                state = "document" if one.opens else "section" if one.taken else "refused"
                self.outline.append(
                    {"source": len(self.sources) - 1, "line": line, "level": one.level, "text": one.text[:80],
                     "state": state, "why": one.why, "rule": one.rule}
                )  # fmt: skip
        self._take_paragraphs(piece)

    def part(self, part: Part) -> None:
        """A part of a document's cleaned text."""
        document = part.document
        if document is None:
            return
        self.length += len(part.text)
        if not part.last:
            return
        self.document_count += 1
        self.scripts[document.script] += 1
        self.lengths[int(np.searchsorted(LENGTHS, self.length, side="right")) - 1] += 1
        if len(self.documents) < DOCUMENTS:
            self.documents.append(
                {"source": len(self.sources) - 1, "line": self.lines.get(document.start, 0), "level": document.level,
                 "title": document.title, "heading": document.heading[:120], "path": list(document.path),
                 "length": self.length, "script": document.script, "truncated": document.truncated,
                 "copy": bool(document.duplicate_of), "changes": document.changes}
            )  # fmt: skip
        self.length = 0

    def _take_paragraphs(self, piece: Text) -> None:
        """Paragraphs that change, raw and cleaned: the first of them."""
        changes = piece.changes
        if len(self.beside) >= PARAGRAPHS or not len(changes):
            return
        starts = np.append(paragraphs(piece), len(piece.raw))
        telling, sight = self.groups.telling(changes), decisions.Sight(piece)
        quiet = self.edges[telling] | blank_lines(piece)
        of_change = np.searchsorted(starts, changes.start, side="right") - 1
        for k in np.unique(of_change[~quiet]).tolist():
            a, b = int(starts[k]), int(starts[min(k + 1, len(starts) - 1)])
            if len(self.beside) >= PARAGRAPHS:
                return
            if b - a > PARAGRAPH:
                continue
            parts: list[Any] = []
            at = a
            for i in np.flatnonzero(of_change == k).tolist():
                start, end = int(changes.start[i]), int(changes.end[i])
                if start > at:
                    parts.append(_lf(decode(piece.raw[at:start])))
                seen = sight.of(i)
                parts.append([int(telling[i]), *seen])
                at = end
            if b > at:
                parts.append(_lf(decode(piece.raw[at:b])))
            self.beside.append(
                {"source": len(self.sources) - 1, "line": self.rows.of(a + piece.origin)[0], "parts": parts}
            )

    def data(self) -> dict[str, Any]:
        """All that the page shows, ready for JSON."""
        numbers = {source["name"]: n for n, source in enumerate(self.sources)}
        told, shown = [], 0
        for n, groups in self.groups:
            rule = self.rules.all[n]
            kinds = groups[:KINDS]
            places = {id(one) for one in chosen(kinds, EXAMPLES)}
            shown += len(places)
            told.append(
                {"number": n, "id": rule.id, "why": rule.why, "stage": rule.stage, "review": rule.review,
                 "count": int(self.groups.count[n]), "kinds": len(groups) + int(self.groups.left_out[n]),
                 "groups": [
                     {"before": _lf(group.before), "after": group.after, "count": group.count,
                      "examples": [
                          [numbers[one.source], one.line, one.column, one.seen.left, one.seen.right,
                           [self.rules.all[r].id for r in one.rules]]
                          for one in group.examples if id(one) in places
                      ]}
                     for group in kinds
                 ]}
            )  # fmt: skip
        names = [rule.id for rule in self.rules.all]
        return {
            "version": __version__,
            "near": decisions.NEAR,
            "sources": self.sources,
            "changes": self.changes,
            "shown": shown,
            "rules": told,
            "names": {n: names[n] for n in {part[0] for p in self.beside for part in p["parts"] if type(part) is list}},
            "sites": self.sites(),
            "lengths": [[least, n] for least, n in zip(LENGTHS, self.lengths, strict=True)],
            "scripts": dict(self.scripts.most_common()),
            "documents": self.documents,
            "document_count": self.document_count,
            "outline": self.outline,
            "taken": self.headings_taken,
            "refused": self.headings_refused,
            "beside": self.beside,
            "decided": decisions.written([(one, one.where) for one in self.rules.decisions.all]),
        }

    def sites(self) -> list[tuple[str, int]]:
        """The sites that the watermarks name, and how often."""
        found: Counter[str] = Counter()
        for n, groups in self.groups.found.items():
            if self.rules.all[n].stage == "watermark":
                for group in groups.values():
                    found[site(group.before)] += group.count
        most = [(name, n) for name, n in found.most_common() if n]
        rest = sum(n for _, n in most[SITES:])
        return [*most[:SITES], ("others", rest)] if rest else most

    def page(self) -> str:
        """The page as HTML."""
        page = PAGE.read_text(encoding="utf-8")
        script = re.findall(r"<script>(.*?)</script>", page, re.S)[-1]
        allowed = b64encode(sha256(script.encode()).digest()).decode()
        names = ", ".join(visible(source["name"]) for source in self.sources)
        filled = {
            "{{title}}": html.escape(f"{names[:120]} – cleancorpus"),
            "{{script}}": f"sha256-{allowed}",
            "{{data}}": harmless(self.data()),
        }
        return re.sub("|".join(map(re.escape, filled)), lambda m: filled[m.group()], page)


def harmless(value: object) -> str:
    """JSON that can stand in a page: nothing in it ends its block, begins a tag or steers a reader."""
    text = escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def site(watermark: str) -> str:
    """The site that a watermark names: its domain, or else the longest run of Han in it."""
    plain = fold(watermark)
    for text in (plain, re.sub(r"[^a-z0-9.-]", "", plain)):
        if domain := _DOMAIN.search(text):
            return domain.group().removeprefix("www.").removeprefix("m.")
    names = _HAN.findall(plain)
    return max(names, key=len)[:12] if names else "unnamed"


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n")
