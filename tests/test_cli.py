"""The command line as a user meets it: every file in cases/ is run in a folder of its own and compared to the last byte.

A case is a TOML file: `args`, and where needed `stdin`, `env`, `files` (a text, or {text, encoding} or {hex}); what it
`gives` (status, stdout, stderr, files it wrote) stands last and is written anew by `UPDATE=1 pytest tests/test_cli.py`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import cleancorpus
from cleancorpus.commands import options
from cleancorpus.commands.terminal import PIPE_CLOSED

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[1]
GIVES = "\n[gives]\n"
# The digest of all rules changes with every rule.
DIGEST = re.compile(r'"rules": "[0-9a-f]{16}"')


def content(said: Any) -> bytes:
    if isinstance(said, str):
        return said.encode()
    if "hex" in said:
        return bytes.fromhex(said["hex"])
    return str(said["text"]).encode(said["encoding"])


def quoted(text: str) -> str:
    """`text` as a TOML string over several lines, in which nothing is hidden."""
    hidden = {"\\": "\\\\", '"': '\\"' if '"""' in text else '"', "\t": "\\t", "\r": "\\r"}
    out = "".join(
        hidden.get(c) or (c if c == "\n" or c.isprintable() or c == "\u3000" else f"\\u{ord(c):04x}") for c in text
    )
    return f'"""\n{out}"""'


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "80", "TERM": "xterm", **more}


@pytest.mark.parametrize("case", sorted(CASES.glob("*.toml")), ids=lambda p: p.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    said = tomllib.loads(case.read_text(encoding="utf-8"))
    for name, what in said.get("files", {}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content(what))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "cleancorpus", *said["args"]],
        cwd=tmp_path,
        input=content(said.get("stdin", "")),
        env=environment(**said.get("env", {})),
        capture_output=True,
        check=False,
    )
    for path, data in before.items():
        assert path.read_bytes() == data, f"{path.name} was written to"
    written = {
        p.relative_to(tmp_path).as_posix(): DIGEST.sub('"rules": "…"', p.read_bytes().decode())
        for p in sorted(tmp_path.rglob("*"))
        if p.is_file() and p not in before
    }
    stderr = done.stderr.decode().replace(os.path.realpath(tmp_path), "HERE")
    gives: dict[str, Any] = {"status": done.returncode, "stdout": done.stdout.decode(), "stderr": stderr}
    if os.environ.get("UPDATE"):
        head = case.read_text(encoding="utf-8").partition(GIVES)[0].rstrip("\n")
        lines = [f"{k} = {v if isinstance(v, int) else quoted(v)}" for k, v in gives.items() if v != ""]
        lines += ["[gives.files]"] * bool(written) + [f'"{k}" = {quoted(v)}' for k, v in written.items()]
        case.write_text(head + "\n" + GIVES + "\n".join(lines) + "\n", encoding="utf-8")
        return
    wanted = {"status": 0, "stdout": "", "stderr": "", **said["gives"]}
    assert gives == {k: wanted[k] for k in gives}
    assert written == wanted.get("files", {})


def test_version_says_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == cleancorpus.__version__


def test_help_and_version_import_nothing_heavy() -> None:
    code = "import sys; from cleancorpus.cli import run; run(['--help']); print([m for m in ('numpy', 'rich', 'regex', 'chardet') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_script_names_are_those_of_the_conversion() -> None:
    from cleancorpus import convert

    assert set(options.CONFIGS) == set(convert.CONFIGS)
    assert set(options.SCRIPTS) == {"auto", "keep", *convert.NAMES}


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text("他站在巷口望着远处的灯火。\n" * 200_000, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "cleancorpus", "clean", "raw.txt"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout and run.stderr
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == PIPE_CLOSED
