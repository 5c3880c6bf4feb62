"""What the preview shows, read as a user reads it: without colour, at a known width."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleancorpus import preview, screen
from cleancorpus.commands import clean
from cleancorpus.edits import edits_of
from cleancorpus.preview import marking
from cleancorpus.profile import Profile
from cleancorpus.rules import Rules, load
from cleancorpus.source import Source, open_source
from cleancorpus.text import Text


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("广告", "", "[-广告-]"),
        ("", "\n", "{+⏎+}"),
        ("\n", "", "⏎"),
        ("\n　　", "", "⏎"),
        ("\n", " ", "⏎ "),
        ("\n\n", "", "⏎⏎"),
        (",", "，", "{,→，}"),
        (" ", "", "[-␣-]"),
        ("　", "", "[-<U+3000>-]"),
        (" a ", "a", "{␣a␣→a}"),
        ("乾 淨", "乾淨", "乾[-␣-]淨"),
        ("于是", "於是", "{于→於}是"),
        ("广告\r\n", "", "[-广告⏎-]"),
        ("广告\r", "", "[-广告-]"),
        ("\r", "", "[-␍-]"),
        ("\x1b[31m", "", "[-␛[31m-]"),
        ("\u202e", "", "[-<U+202E>-]"),
        ("-\n第 3 页\n", "", "[--⏎第 3 页⏎-]"),
    ],
)
def test_a_change_reads_without_colour(before: str, after: str, shown: str) -> None:
    assert "".join(text for text, _ in marking.marked(before, after)) == shown


def test_a_long_removed_stretch_is_cut_and_counted() -> None:
    ((text, _),) = marking.marked("广" * 5000, "")
    assert "4,880 characters" in text and len(text) < 200


def test_nothing_hidden_and_nothing_that_steers_the_terminal_is_left() -> None:
    everything = "".join(map(chr, range(0x110000)))
    shown = screen.visible(everything)
    assert all(c.isprintable() or ord(c) in (0x3000, 0xA0) or c.isspace() for c in shown if ord(c) < 0x300)
    assert not set("\x1b\x9b\x07\r\u202e\u2066\u200b\u2028\ufeff\ue000\u3164") & set(shown)


@given(
    st.lists(st.tuples(st.text("ab 中文,，。→[]{}-", max_size=12), st.sampled_from(["", "red"])), max_size=8),
    st.integers(20, 90),
)
def test_wrapping_loses_nothing_and_keeps_to_the_width(runs: list[tuple[str, str]], width: int) -> None:
    rows = list(screen.wrap(runs, width))
    assert "".join(t for row in rows for t, _ in row) == "".join(t for t, _ in runs)
    assert all(sum(screen.cells(t) for t, _ in row) <= width for row in rows)
    assert sum(len([c for c in t if s]) for row in rows for t, s in row) == sum(len(t) for t, s in runs if s)


@given(st.lists(st.text("甲\x1b\u202e,", max_size=30), max_size=5), st.booleans(), st.booleans())
def test_a_cut_stretch_keeps_what_stands_near_the_changes(texts: list[str], left: bool, right: bool) -> None:
    whole = "".join(texts)
    shown = "".join(text for text, _ in marking.shortened([(text, "") for text in texts], left=left, right=right))
    head, cut, tail = shown.partition("⋯")
    if not cut:
        assert shown == screen.visible(whole)
    else:
        n = marking.CONTEXT
        assert head == (screen.visible(whole[:n]) if left else "") and tail == (
            screen.visible(whole[-n:]) if right else ""
        )


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def changed(raw: str, *edits: tuple[int, int, str], rule: int = 0, origin: int = 0) -> Text:
    return Text.of(raw, origin).after(edits_of((a, b, new, rule) for a, b, new in edits))


def patched(tmp_path: Path, raw: str, patch: str) -> str:
    (tmp_path / "raw.txt").write_bytes(raw.encode())
    if patch:
        subprocess.run(["git", "apply", "-p1", "--whitespace=nowarn"], input=patch.encode(), cwd=tmp_path, check=True)
    return (tmp_path / "raw.txt").read_bytes().decode()


def unified(pieces: list[Text], bom: bool = False) -> str:
    out = io.StringIO()
    view = preview.Unified(out.write)
    view.begin(Source("raw.txt", None, "utf-8", b"\xef\xbb\xbf" if bom else b""), Profile())
    for piece in pieces:
        view.take(piece)
    view.end()
    return out.getvalue()


@pytest.mark.skipif(not shutil.which("git"), reason="git applies the patch")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_patch_leads_from_the_raw_file_to_the_cleaned_text(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = data.draw(st.text("甲乙\n\r ", min_size=1, max_size=60))
    places = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=8)))
    edits = [(a, b, data.draw(st.text("丙\n", max_size=2))) for a, b in zip(places[::2], places[1::2], strict=False)]
    cut = data.draw(st.sampled_from([0, *[b for _, b, _ in edits], *[i + 1 for i, c in enumerate(raw) if c == "\n"]]))
    pieces = [
        changed(raw[:cut], *[e for e in edits if e[1] <= cut]),
        changed(raw[cut:], *[(a - cut, b - cut, n) for a, b, n in edits if b > cut and a >= cut], origin=cut),
    ]
    final = "".join(p.string for p in pieces)
    folder = tmp_path_factory.mktemp("patch")
    if not final:
        return
    assert patched(folder, raw, unified(pieces)) == final


def test_of_a_large_file_a_part_is_shown_and_said_to_be_a_sample(tmp_path: Path) -> None:
    from tests.test_cli import environment

    raw = "她笑着走过来，坐在窗边，看了一会儿书。\n" * 60 + "她笑着走过来，坐在窗边，看了一 会儿书。\n"
    raw *= 3_000_000 // len(raw.encode())
    (tmp_path / "raw.txt").write_text(raw, encoding="utf-8")
    assert len(raw.encode()) > 1.2 * clean.FIRST

    def shown(*more: str) -> str:
        command = [sys.executable, "-m", "cleancorpus", "diff", "raw.txt", *more]
        return subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True).stdout

    said = f"a sample. Only the first 2.0 of {len(raw.encode()) / 1e6:.1f} MB were read"
    for view in ([], ["--view", "side-by-side"], ["--sample", "2"]):
        assert said in " ".join(shown(*view).split())
    assert said not in " ".join(shown("--all").split())
    assert said in " ".join(shown("--select", "headings/*").split())
    whole = [json.loads(line) for line in shown("--view", "json").splitlines()]
    assert whole[-1]["end"] > len(raw) * 0.99


def test_the_first_part_of_a_source_ends_with_a_line(tmp_path: Path) -> None:
    for encoding, bom in (("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("utf-16-le", b"\xff\xfe")):
        path = tmp_path / "raw.txt"
        path.write_bytes(bom + "一行字。\r\n".encode(encoding) * 50)
        source = open_source(path, "raw.txt", encoding)
        for size in range(60, 80):
            head = source.head(size)
            text = head.data[len(bom) :].decode(encoding)
            assert text.endswith("\r\n") and head.size <= size and head.whole == source.size
        assert source.head(10_000) is source
        path.write_bytes("一行很长的字".encode(encoding) * 50)
        long = open_source(path, "raw.txt", encoding)
        assert long.head(64) is long
