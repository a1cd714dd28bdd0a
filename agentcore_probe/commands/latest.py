"""`reports/ENV/latest`: a name for the newest report, the same after every run. On S3, an object with that name in it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import ReportError
from agentcore_probe.run_folders import position
from agentcore_probe.storage import Storage

NAME = "latest"


def point_to(reports: Storage, environment: str, name: str) -> None:
    """Makes `latest` name the report, unless it names a newer one that is there.

    Args:
        reports: where all reports are.
        environment: the environment's name.
        name: of the report's folder.

    Raises:
        ReportError: an object cannot be read or written; in a folder, a failure is ignored.
    """
    if reports.folder is not None:
        _link(reports.folder / environment / name)
        return

    def newer(content: bytes | None) -> str | None:
        named = (content or b"").decode("utf-8", "replace").strip()
        is_newer = (
            position(named) > position(name)
            and reports.read(f"{environment}/{named}/report.html") is not None
        )
        return None if is_newer else f"{name}\n"

    reports.update(f"{environment}/{NAME}", newer)


def _link(folder: Path) -> None:
    """Makes `latest`, beside `folder`, a relative link to it, else a file with its name; a folder of that name is left alone."""
    latest = folder.parent / NAME
    name = _name_in(latest)
    is_newer = position(name) > position(folder.name) and (folder.parent / name).is_dir()
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
