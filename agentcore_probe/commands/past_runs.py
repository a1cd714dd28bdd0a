"""The runs in the folder of an environment's reports."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import InputError, RecordError
from agentcore_probe.model.record import RunRecord


def past_runs(folder: Path, *, newest_first: bool = False) -> Iterator[RunRecord]:
    """Each run's record, from `record.json`, else from the page. Unusable ones are reported and skipped.

    Args:
        folder: `reports/ENV`.
        newest_first: instead of oldest first.
    """
    run_folders = folder.iterdir() if folder.is_dir() else ()
    for run_folder in sorted(run_folders, key=_position, reverse=newest_first):
        if run_folder.is_symlink():
            continue  # `latest`
        for file in (run_folder / "record.json", run_folder / "report.html"):
            if not file.is_file():
                continue
            try:
                yield api.load(file)
            except RecordError as error:
                print(printable(f"skipped: {error.line()}"), file=sys.stderr)
            break


def _position(run_folder: Path) -> tuple[str, int]:
    """By time, then by the number of a further report in the same second."""
    time, _, number = run_folder.name.partition("-")
    return time, int(number) if number.isdecimal() else 1


def previous_run(folder: Path, record: RunRecord) -> RunRecord | None:
    """The newest run that is not `record`; None where there is none."""
    return next((run for run in past_runs(folder, newest_first=True) if run.digest != record.digest), None)


def last_two_runs(folder: Path, name: str) -> tuple[RunRecord, RunRecord]:
    """The last two runs of an environment, the earlier one first; a run with several reports counts once.

    Args:
        folder: `reports/ENV`.
        name: the environment's name.

    Raises:
        InputError: there are fewer than two.
    """
    runs = past_runs(folder, newest_first=True)
    newest = next(runs, None)
    earlier = next((run for run in runs if newest is not None and run.digest != newest.digest), None)
    if newest is None or earlier is None:
        raise InputError(
            "has only one run" if newest is not None else "has no runs",
            where=str(folder),
            hint=f"Two are compared; the next is written by: agentcore-probe report {name}",
        )
    # A report that was made again of an earlier run has the newest folder.
    first, second = sorted((earlier, newest), key=_started)
    return first, second


def _started(record: RunRecord) -> float:
    return record.provenance.started.timestamp() if record.provenance.started else 0
