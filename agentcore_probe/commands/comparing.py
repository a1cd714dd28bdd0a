"""The records that `diff` and `report --against` compare: files, or the newest runs of environments."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.past_runs import newest_run
from agentcore_probe.errors import InputError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage


def is_file(name: str) -> bool:
    """Whether an argument names a file, not an environment; a file that is missing is reported as such."""
    return Path(name).is_file() or name.endswith((".json", ".html"))


def read_run_of(name: str, reports: Storage) -> RunRecord:
    """The record in a file, or that of the newest run of an environment.

    Args:
        name: a `record.json`, a `report.html`, or the name of an environment.
        reports: where the reports are.

    Raises:
        InputError: the environment has no run.
        RecordError: the file does not contain a record.
        ReportError: the reports cannot be read.
    """
    if is_file(name):
        return api.load(name)
    record = newest_run(reports, name)
    if record is None:
        raise InputError(
            "has no runs", where=reports.where(name), hint=f"Make one: agentcore-probe report {name}"
        )
    return record
