"""The environments that a command line names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agentcore_probe.environments.load import FOLDER, environment_names, expand, load_environment
from agentcore_probe.errors import InputError

ALL = "all"


def select_environments(names: Sequence[str], root: Path) -> list[str]:
    """The named environments, each once, in their order. Whether each can be used is found out when it is run.

    Args:
        names: environments; `all` stands for every one except example, recorded ones and local*, and a template for
            those of its rows.
        root: the project's root.

    Raises:
        InputError: `all` stands for none.
    """
    selected: list[str] = []
    for name in names:
        selected += _all(root) if name == ALL else expand([name], root)
    return list(dict.fromkeys(selected))


def _all(root: Path) -> list[str]:
    names = [
        name
        for name in environment_names(root)
        if name != "example" and not name.startswith("local") and not _is_recorded(name, root)
    ]
    if not names:
        raise InputError(
            "no environment for 'all', which leaves out example, recorded ones and local*",
            where=f"{FOLDER}/",
            hint="Copy environments/example.toml",
        )
    return names


def _is_recorded(name: str, root: Path) -> bool:
    """Whether an environment replays a record. Whatever is wrong with its file is reported when its turn comes."""
    try:
        return load_environment(name, root).record is not None
    except Exception:  # noqa: BLE001  (a fault of one file must not end the command)
        return False
