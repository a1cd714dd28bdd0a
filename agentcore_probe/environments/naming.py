"""Names of new environments: free ones, and the files that describe a target already."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    check_name,
    environment_names,
    load_layers,
    local_names,
)
from agentcore_probe.environments.merging import DEFAULTS_NAME
from agentcore_probe.environments.rows import find_row, rows_in
from agentcore_probe.environments.sources import RESERVED
from agentcore_probe.errors import InputError, ProbeError


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
    if name in local_names(root) and not force:
        raise InputError(
            f"environment {name!r} already exists",
            where=f"{FOLDER}/{name}.toml",
            hint="Use another name, or --force to replace the file",
        )
    if name in builtin_names():
        raise InputError(f"environment {name!r} is built in", hint="Use another name")
    row = find_row(name, root)
    if row is not None and name not in local_names(root):
        place = row.template.table.place(row.row)
        raise InputError(f"environment {name!r} already exists", where=place, hint="Use another name")


def free_name(own: str, root: Path, others: Collection[str] = ()) -> str:
    """A name like the target's own that no environment has.

    Args:
        own: what the target is called.
        root: the project's root.
        others: names that are taken as well.
    """
    return name_like(own, {*local_names(root), *environment_names(root), *RESERVED, *others})


def name_like(own: str, taken: Collection[str]) -> str:
    """A name like the target's own.

    Args:
        own: what the target is called.
        taken: names that are taken.
    """
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", own).strip("-_")[:60] or "deployed"
    names = itertools.chain([base], (f"{base}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken and name != DEFAULTS_NAME)


Targets = tuple[str | None, str | None]
"""The Runtime's ARN and the Gateway's id or URL (`Group.key`)."""


def described_targets(root: Path) -> dict[str, Targets]:
    """What each local environment describes. Files are not checked: one may be somebody's half-finished one."""
    return {name: _targets(name, root) for name in (*local_names(root), *rows_in(root).by_name)}


def _targets(name: str, root: Path) -> Targets:
    try:
        tables = load_layers(name, root).tables
    except ProbeError:
        return None, None
    return Group({part: table for part, table in tables.items() if isinstance(table, dict)}).key


def files_about(group: Group, described: Mapping[str, Targets]) -> dict[str, Targets]:
    """The environments that describe the group's Runtime or its Gateway.

    Args:
        group: the two.
        described: from `described_targets`.
    """
    runtime, gateway = group.key
    return {
        name: (own_runtime, own_gateway)
        for name, (own_runtime, own_gateway) in described.items()
        if (runtime and runtime == own_runtime) or (gateway and gateway == own_gateway)
    }
