"""Names of new environments: free ones, and the files that describe a target already."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    check_name,
    environment_names,
    local_names,
)
from agentcore_probe.environments.merging import DEFAULTS_NAME
from agentcore_probe.errors import InputError


def check_new(name: str, root: Path, *, force: bool = False) -> None:
    """Refuses a name that no new environment can have, or that one has already.

    Args:
        name: the new environment's.
        root: the project's root.
        force: whether a file that exists may be replaced.

    Raises:
        InputError: it is invalid or taken.
    """
    check_name(name)
    if name == "all":
        raise InputError("'all' means every environment", hint="Use another name")
    if name in local_names(root) and not force:
        raise InputError(
            f"environment {name!r} already exists",
            where=f"{FOLDER}/{name}.toml",
            hint="Use another name, or remove the file",
        )
    if name in builtin_names():
        raise InputError(f"environment {name!r} is built in", hint="Use another name")


def free_name(own: str, root: Path, others: Collection[str] = ()) -> str:
    """A name like the target's own that no environment has.

    Args:
        own: what the target is called.
        root: the project's root.
        others: names that are taken as well.
    """
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", own).strip("-_")[:60] or "deployed"
    taken = {*local_names(root), *environment_names(root), "all", DEFAULTS_NAME, *others}
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if name not in taken)


def files_about(group: Group, root: Path) -> dict[str, tuple[str | None, str | None]]:
    """The local environments that describe the group's Runtime or its Gateway, each with its own two (`Group.key`)."""
    runtime, gateway = group.key
    found = {}
    for name in local_names(root):
        own_runtime, own_gateway = _targets(root / FOLDER / f"{name}.toml")
        if (runtime and runtime == own_runtime) or (gateway and gateway == own_gateway):
            found[name] = own_runtime, own_gateway
    return found


def _targets(path: Path) -> tuple[str | None, str | None]:
    """What a file describes, without checking it: it may be somebody's half-finished one."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None, None
    parts = {name: table for name, table in tables.items() if isinstance(table, dict)}
    return Group(parts).key
