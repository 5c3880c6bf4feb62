"""The headings of a file, taken and refused, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cleancorpus.edits import decode
from cleancorpus.preview.rows import Rows
from cleancorpus.preview.tally import say
from cleancorpus.screen import cells, cut, visible
from cleancorpus.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from cleancorpus.chain import Verdict

# Where a heading of the outline has less room than this beside its reason, the reason stands below it (cells).
OUTLINE_TITLE = 32


def say_outline(screen: Console, name: str, raw: Iterable[Text], outline: Sequence[Verdict]) -> None:
    """The headings of a file: where each stands, how deep, and what it opens or why it was refused.

    raw: the pieces of the raw text, read once more to count its lines.
    """
    say(screen, [(visible(name), "bold")])
    rows, at = Rows(), 0
    for piece in raw:
        rows.take(piece)
        until = piece.origin + len(piece.raw)
        while at < len(outline) and outline[at].start < until:
            one = outline[at]
            at += 1
            state = "document" if one.opens else "" if one.taken else "refused"
            why = ": ".join(said for said in (state, one.why) if said) + (f"  {one.rule}" if one.taken else "")
            left = f"{rows.of(one.start)[0]:>6}  " + "  " * max(0, one.level - 1) + "✗ " * (not one.taken)
            start = one.start - piece.origin
            line = decode(piece.raw[start : start + screen.width]).replace("\r", "\n").partition("\n")[0]
            room = screen.width - cells(left) - cells(why) - 2
            below = room < OUTLINE_TITLE and cells(line) > room
            title = cut(visible(line), screen.width - cells(left) if below else room)
            fill = screen.width - cells(left) - cells(title) - cells(why)
            rows_of_it = [[(left, "dim"), (title, "bold" if one.opens else "")]]
            if below:
                rows_of_it.append([(" " * (screen.width - cells(why)) + why, "dim")])
            else:
                rows_of_it[0].append((" " * fill + why, "dim"))
            for row in rows_of_it:
                say(screen, row)
    documents = sum(one.opens for one in outline)
    refused = sum(not one.taken for one in outline)
    say(screen, [(f"{len(outline) - refused} headings, {documents} of them open a document; {refused} refused.", "")])
