"""Find rule files and put them together: the built-in ones, packs for kinds of source, a project's own, those a file
builds on. Each is read once, what it builds on before it.

Knows nothing of how rules are run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cleancorpus.rulefile import (
    PROJECT,
    STAGE_NAMES,
    File,
    Pack,
    RuleError,
    checked,
    merged,
    nearest,
    opened,
    read,
)

# The name under which a project's own rules are found beside its texts or above them.
FOUND = "cleancorpus.toml"
# Files that build on each other, one upon the other. More than a few are a sign of a mistake.
MOST = 16


def builtin_folder() -> Path:
    """Where the built-in rule files stand: in the package of a wheel, beside it in a checkout."""
    packed = Path(__file__).parent / "_rules"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "rules"


def builtin(*, lazy: bool = True) -> Pack:
    """What the built-in files of the stages say. Raises RuleError."""
    return merged([read(builtin_folder() / f"{stage}.toml", ours=True, lazy=lazy) for stage in STAGE_NAMES])


def names() -> list[str]:
    """The built-in packs for kinds of source."""
    return sorted(path.stem for path in builtin_folder().glob("*.toml") if path.stem not in STAGE_NAMES)


def named(name: str) -> Path:
    """The file of the built-in pack of that name. Raises RuleError."""
    if name not in names():
        near = nearest(name, names())
        there = f"there are {', '.join(f'`{known}`' for known in names())}; a file is named by its path, with `.toml`"
        raise RuleError(f"there is no pack `{name}`; {f'did you mean `{near}`?' if near else there}")
    return builtin_folder() / f"{name}.toml"


def found_from(folder: Path) -> Path | None:
    """The rule file of the project that a folder belongs to: in it, or in the nearest folder above that has one.

    It is a `cleancorpus.toml`, or a `pyproject.toml` with [tool.cleancorpus]. Raises RuleError.
    """
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        if os.access(place / FOUND, os.R_OK):
            return place / FOUND
        project = place / PROJECT
        # Another project's file need not even be TOML.
        if os.access(project, os.R_OK) and b"tool.cleancorpus" in project.read_bytes() and opened(project).data:
            return project
    return None


def put_together(files: Sequence[Path]) -> Pack:
    """The built-in rules, and upon them those of the files in their order, each with what it builds on. Raises
    RuleError, with the faults of all files."""
    shelf = Shelf(builtin())
    for path in files:
        shelf.take(path)
    if shelf.faults:
        raise RuleError("\n".join(shelf.faults))
    return Pack("", shelf.said.rules, (), shelf.said.settings, tuple(shelf.untried), layers=shelf.said.layers)


class Shelf:
    """The files of a run while they are read: what they say together, and what is wrong with them."""

    def __init__(self, base: Pack) -> None:
        self.said = base
        self.faults: list[str] = []
        # path: rule id, for every rule without examples
        self.untried: list[str] = []
        self.read: dict[Path, bool] = {}

    def take(self, path: Path, above: tuple[Path, ...] = ()) -> bool:
        """Read a file and what it builds on. above: the files that build on it. Whether all is well."""
        real = path.resolve()
        if real in self.read:
            return self.read[real]
        self.read[real] = False
        ours = real.parent == builtin_folder().resolve()
        try:
            file = opened(path)
            wrong, well = self.below(file, (*above, real))
            pack = checked(file, ours=ours, lazy=ours, known=self.said, wrong=wrong, alone=well and not wrong)
        except RuleError as fault:
            self.faults.append(str(fault))
            return False
        self.untried += [f"{path}: {rule_id}" for rule_id in pack.untried]
        self.said = merged([self.said, pack])
        self.read[real] = well
        return well

    def below(self, file: File, above: tuple[Path, ...]) -> tuple[list[tuple[int, str]], bool]:
        """Read what a file builds on: what is wrong with its naming it, by index, and whether all of that is well."""
        wrong = []
        well = True
        for i, name in enumerate(file.extends):
            try:
                path = self.located(name, Path(file.path).parent)
            except RuleError as fault:
                wrong.append((i, str(fault)))
                continue
            real = path.resolve()
            if real in above:
                circle = [*above[above.index(real) :], real]
                wrong.append((i, f"`extends` goes in a circle: {' → '.join(p.name for p in circle)}"))
            elif len(above) >= MOST:
                wrong.append((i, f"more than {MOST} files build one upon the other"))
            else:
                well &= self.take(path, above)
        return wrong, well

    def located(self, name: str, folder: Path) -> Path:
        """The pack that a file in this folder names. Raises RuleError."""
        if "://" in name:
            raise RuleError(f"packs are not fetched; save `{name.rpartition('/')[2]}` beside this file and name it")
        if not name.endswith(".toml") and "/" not in name:
            return named(name)
        path = folder / name
        if not path.is_file():
            near = nearest(path.name, (p.name for p in path.parent.glob("*.toml"))) if path.parent.is_dir() else ""
            raise RuleError(f"there is no file `{name}` beside this one{f'; did you mean `{near}`?' if near else ''}")
        return path
