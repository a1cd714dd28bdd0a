"""Where the reports are that commands and notebooks read and write."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe.environments.load import find_root
from agentcore_probe.storage import Storage, open_storage


def open_reports(out: str | Path | None, root: Path | None = None) -> Storage:
    """The storage of the reports.

    Args:
        out: a folder or `s3://bucket/prefix`; None: `reports/` of the project.
        root: the project's root; None: it is looked for.

    Raises:
        InputError: the location is malformed.
    """
    return open_storage(out or (root or find_root()) / "reports")
