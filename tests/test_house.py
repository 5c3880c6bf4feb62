"""The house's own rules: who may import whom, what stands where, and that a wheel carries the rules."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from cleancorpus.rulefile import STAGE_NAMES
from cleancorpus.stages import STAGES

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "cleancorpus"
TOP = {"cleancorpus", "rules", "samples", "tests", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "uv.lock"}

# From the ground up; a module imports only what stands below it. `stages` and `commands` are the packages and all in them.
FLOORS = (
    {"edits", "places", "run", "screen", "widen"},
    {"text", "keys", "rulefile", "profile"},
    {"packs", "ruledoc", "ruletext", "decisions"},
    {"rules", "lexicon", "convert", "source", "context"},
    {"layout", "candidates", "marks", "views", "garbled"},
    {"chain", "notices"},
    {"sites"},
    {"stages"},
    {"survey", "pipeline", "documents"},
    {"sink", "check", "preview", "families"},
    {"report", "residue", "health"},
    {"job", "restore"},
    {"trace", "evaluate"},
    {"rulebook", "learn", "importing"},
    {"starter"},
    {"api"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
# Packages that only these modules may import: the others stay usable without a screen.
ONLY = {"click": {"cli", "commands"}, "rich": {"screen", "preview", "commands"}}


def modules() -> dict[str, Path]:
    names = {".".join(path.relative_to(HOUSE).with_suffix("").parts): path for path in HOUSE.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


def imports(path: Path) -> set[str]:
    """Whole names of all that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by a dot; say the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def of_ours(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that a module imports."""
    ours = {name.removeprefix("cleancorpus.") for name in imports(path) if name.startswith("cleancorpus.")}
    return ours & known.keys()


def floor(module: str) -> int | None:
    return next((n for n, names in enumerate(FLOORS) if module.partition(".")[0] in names), None)


def test_imports_point_one_way() -> None:
    known = modules()
    for module, path in known.items():
        above = floor(module)
        for imported in of_ours(path, known):
            below = floor(imported)
            if above is None or below is None or module.split(".")[0] == imported.split(".")[0]:
                continue
            assert below < above, f"{module} imports {imported}, which does not stand below it"


def test_no_modules_import_each_other() -> None:
    known = modules()
    TopologicalSorter({module: of_ours(path, known) - {module} for module, path in known.items()}).prepare()


def test_stages_do_not_know_each_other() -> None:
    known = modules()
    for module, path in known.items():
        if module.startswith("stages."):
            assert not {other for other in of_ours(path, known) if other.startswith("stages")}, module


@pytest.mark.parametrize("package", ONLY)
def test_the_screen_is_known_to_few(package: str) -> None:
    users = {
        m.partition(".")[0] for m, path in modules().items() if any(i.split(".")[0] == package for i in imports(path))
    }
    assert users <= ONLY[package]


def test_the_heavy_packages_wait_until_they_are_used() -> None:
    said = "import sys, cleancorpus.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "rich", "opencc", "regex", "chardet", "pyarrow", "ray"} & set(done.stdout.split())


def test_every_stage_stands_in_the_order_and_has_its_rules() -> None:
    assert tuple(stage.__name__.rpartition(".")[2] for stage in STAGES) == STAGE_NAMES
    assert {path.stem for path in (HOUSE / "stages").glob("*.py")} - {"__init__"} == set(STAGE_NAMES)
    assert all((ROOT / "rules" / f"{stage}.toml").is_file() for stage in STAGE_NAMES)


def test_every_module_says_what_it_is_for() -> None:
    for module, path in modules().items():
        body = path.read_text(encoding="utf-8").strip()
        assert not body or ast.get_docstring(ast.parse(body)), f"{module} has no docstring"


def test_the_top_level_holds_only_what_belongs_there() -> None:
    if (ROOT / ".git").exists() and shutil.which("git"):
        done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        found = {line.partition("/")[0] for line in done.stdout.splitlines()}
    else:
        found = {path.name for path in ROOT.iterdir()} - {"build", "dist", "cleancorpus.egg-info", "PKG-INFO"}
    assert {name for name in found if not name.startswith(".")} <= TOP


def test_a_wheel_carries_the_rules() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {"rules": "cleancorpus/_rules"}
    try:
        installed = distribution("cleancorpus")
    except PackageNotFoundError:
        return
    files = [str(file) for file in installed.files or ()]
    if "cleancorpus/cli.py" in files:
        assert "cleancorpus/data/report.html" in files
        assert {f"cleancorpus/_rules/{stage}.toml" for stage in STAGE_NAMES} <= set(files)
