"""`environments`: lists the environments that a command line means, with their files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.selection import ALL, select_environments
from agentcore_probe.environments.load import environment_names, find_root, load_layers, place_of
from agentcore_probe.environments.rows import find_row
from agentcore_probe.environments.sources import is_local, label
from agentcore_probe.errors import InputError


def run(names: Sequence[str], *, as_json: bool) -> None:
    """Prints a line for each environment, or a JSON list of objects with `name`, `file` and `all`.

    Args:
        names: as for `report`: names, patterns, `all`; none: every one, built-in ones too.
        as_json: whether it is a program that reads them.

    Raises:
        InputError: `all` or a pattern matches no environment.
        EnvironmentFileError: there is no environment with one of the names.
    """
    root = find_root()
    selected = select_environments(names, root) if names else environment_names(root)
    for name in {*selected} - {*environment_names(root)}:
        load_layers(name, root)  # which says that there is none, and what there is
    in_all = set(selected) if tuple(names) == (ALL,) else _in_all(root)
    rows = [{"name": name, "file": _file(name, root), "all": name in in_all} for name in selected]
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    width = max((len(str(row["name"])) for row in rows), default=0)
    for row in rows:
        note = "" if row["all"] else f"  (not in {ALL!r})"
        place = place_of(str(row["name"]), root) if row["file"] else "built in"
        print(printable(f"{row['name']:{width}}  {place}{note}"))


def _in_all(root: Path) -> set[str]:
    with contextlib.suppress(InputError):  # it matches none
        return set(select_environments([ALL], root))
    return set()


def _file(name: str, root: Path) -> str | None:
    """The environment's file, relative to the project; of a row, its template. None for a built-in environment."""
    if is_local(name, root):
        return label(name)
    row = find_row(name, root)
    return row.template.source.where if row is not None else None
