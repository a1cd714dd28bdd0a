"""Finds a team's checks, sections and notebooks; imports none of their code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agentcore_probe.errors import InputError
from agentcore_probe.model.extension import Kind

_FOLDERS: dict[Kind, str] = {"check": "checks", "section": "sections"}
NOTEBOOKS = "notebooks"


def group(name: str) -> str:
    """The group of entry points for `checks`, `sections` or `notebooks`."""
    return f"agentcore_probe.{name}"


@dataclass(frozen=True)
class Extension:
    """A check or section that was found."""

    kind: Kind
    name: str
    """A path below the project's root, or the name of an entry point."""
    is_file: bool
    shown: str
    """What reports call it."""


def find_extensions(root: Path) -> list[Extension]:
    """The files in `checks/` and `sections/`, then the entry points, each by name.

    Files count only where the command runs in the project's root itself: a folder above the current one may be
    somebody else's. A name that begins with `_` is a helper.

    Args:
        root: the project's root.
    """
    found = []
    for kind, folder in _FOLDERS.items():
        if root == Path.cwd().resolve():
            names = sorted(path.name for path in (root / folder).glob("[!_]*.py"))
            found += [Extension(kind, f"{folder}/{name}", True, f"{folder}/{name}") for name in names]
        points = sorted(_points(group(folder)), key=lambda point: point.name)
        found += [Extension(kind, point.name, False, f"{point.name} ({_origin(point)})") for point in points]
    return found


def _points(group: str) -> EntryPoints:
    points: EntryPoints = _all_points(tuple(sys.path)).select(group=group)
    return points


@cache
def _all_points(path: tuple[str, ...]) -> Any:  # noqa: ARG001  (other places have other packages)
    """The entry points of all packages, looked up once: it takes 8 ms, for each group and environment."""
    return entry_points()


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def find_notebook(name: str, root: Path) -> Path:
    """The notebook `NAME` of a team: `notebooks/NAME.ipynb`, else NAME.ipynb in the package of an entry point.

    Raises:
        InputError: there is none.
    """
    points = {point.name: point for point in _points(group(NOTEBOOKS))}
    folder = root / NOTEBOOKS
    local = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if name in local:
        return local[name]
    if name in points:
        spec = find_spec(points[name].value)
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            if (path := Path(place) / f"{name}.ipynb").is_file():
                return path
        raise InputError(
            f"{points[name].value} has no {name}.ipynb", where=f"entry point {name} in {group(NOTEBOOKS)}"
        )
    names = ", ".join(sorted({*local, *points})) or "none"
    raise InputError(
        f"notebook {name!r} not found",
        where=str(folder),
        hint=f"There are: {names}. Give its name without .ipynb",
    )
