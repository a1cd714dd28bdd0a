"""The newest runs of an environment whose reports are kept; records that cannot be used are named and left out."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import InputError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import records_newest_first
from agentcore_probe.storage import Storage


def _runs_newest_first(reports: Storage, environment: str) -> Iterator[RunRecord]:
    return records_newest_first(reports, environment, print_to_stderr)


def newest_run(reports: Storage, environment: str) -> RunRecord | None:
    """The newest run; None where there is none."""
    return next(_runs_newest_first(reports, environment), None)


def previous_run(reports: Storage, record: RunRecord) -> RunRecord | None:
    """The newest run of the record's environment that is not `record`; None where there is none."""
    runs = _runs_newest_first(reports, record.environment.name)
    return next((run for run in runs if run.digest != record.digest), None)


def last_two_runs(reports: Storage, environment: str) -> tuple[RunRecord, RunRecord]:
    """The last two runs of an environment, the earlier one first; a run with several reports counts once.

    Args:
        reports: where all reports are.
        environment: the environment's name.

    Raises:
        InputError: there are fewer than two.
    """
    runs = _runs_newest_first(reports, environment)
    newest = next(runs, None)
    earlier = next((run for run in runs if newest is not None and run.digest != newest.digest), None)
    if newest is None or earlier is None:
        raise InputError(
            "has only one run" if newest is not None else "has no runs",
            where=reports.where(environment),
            hint=f"Two are compared; the next is written by: agentcore-probe report {environment}",
        )
    return earlier, newest
