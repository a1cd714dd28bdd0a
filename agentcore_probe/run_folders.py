"""The folder of an environment's reports: one folder for each run."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe.model.record import RunRecord
from agentcore_probe.store import read_record


def run_folders(folder: Path) -> list[Path]:
    """The folders with runs in `reports/ENV`, oldest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        (path for path in found if path.is_dir() and not path.is_symlink()), key=position
    )  # a link: `latest`


def read_run(run_folder: Path) -> RunRecord | None:
    """A run's record, from `record.json`, else from the page; None where there is neither.

    Raises:
        RecordError: the file cannot be used.
    """
    files = (run_folder / "record.json", run_folder / "report.html")
    file = next((file for file in files if file.is_file()), None)
    return read_record(file) if file is not None else None


def position(run_folder: Path) -> tuple[str, int]:
    """By time, then by the number of a further report in the same second."""
    time, _, number = run_folder.name.partition("-")
    return time, int(number) if number.isdecimal() else 1
