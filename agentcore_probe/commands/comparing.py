"""The records that `diff` and `report --against` compare: files, or the newest runs of environments."""

from __future__ import annotations

import sys
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.past_runs import newest_run
from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import failure_since
from agentcore_probe.model.history import to_the_minute
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
    failure = failure_since(reports, name, record.provenance.started)
    if failure is not None:
        line = f"{name} could not run at {to_the_minute(failure.at)}, so the run before is compared: {failure.line}"
        print(printable(f"warning: {line}"), file=sys.stderr)
    return record
