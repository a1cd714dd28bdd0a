"""`reports/ENV/latest`: a name for the newest report, the same after every run."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import ReportError

NAME = "latest"


def point_to(folder: Path) -> None:
    """Makes `latest`, beside `folder`, name it: a relative link, else a file with the folder's name.

    It is replaced in one step, and never points back to an older report. A folder of that name is left alone. The
    report is complete without it, so a failure to write it is ignored.
    """
    latest = folder.parent / NAME
    name = _name_in(latest)
    is_newer = name > folder.name and (folder.parent / name).is_dir()
    if is_newer or (latest.is_dir() and not latest.is_symlink()):
        return
    unfinished = folder.parent / f".{NAME}-{folder.name}"
    try:
        unfinished.symlink_to(folder.name, target_is_directory=True)
        os.replace(unfinished, latest)
    except OSError:
        with contextlib.suppress(OSError, ReportError):
            unfinished.unlink(missing_ok=True)
            store.write(latest, f"{folder.name}\n")


def _name_in(latest: Path) -> str:
    """The folder that `latest` names; empty if there is none."""
    try:
        if latest.is_symlink():
            return str(latest.readlink())
        return latest.read_text("utf-8").strip() if latest.is_file() else ""  # a pipe has no end
    except (OSError, ValueError):
        return ""
