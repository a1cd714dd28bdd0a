"""The runs of an environment whose reports are kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime

from agentcore_probe.commands.printable import printable
from agentcore_probe.errors import InputError, RecordError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import RunFolder, position, read_run, run_folders
from agentcore_probe.storage import Storage


def past_runs(reports: Storage, environment: str) -> Iterator[RunRecord]:
    """Each run's record, from `record.json`, else from the page, oldest report first.

    Unusable ones are reported and skipped.

    Args:
        reports: where all reports are.
        environment: the environment's name.

    Raises:
        ReportError: the storage cannot be read.
    """
    for run_folder in run_folders(reports, environment):
        yield from _record_in(reports, run_folder)


def _record_in(reports: Storage, run_folder: RunFolder) -> Iterator[RunRecord]:
    try:
        record = read_run(reports, run_folder)
    except RecordError as error:
        print(printable(f"skipped: {error.line()}"), file=sys.stderr)
        return
    if record is not None:
        yield record


def _runs_newest_first(reports: Storage, environment: str) -> Iterator[RunRecord]:
    """The runs in the order of their own times, whatever their folders are called.

    A report that was made again of an earlier run has a newer folder, and a copy has any name. Only as many records
    are read as are needed: a folder's time is never before that of its run.
    """
    waiting: list[RunRecord] = []
    for run_folder in reversed(run_folders(reports, environment)):
        bound = _time_of(run_folder)
        while bound is not None and waiting and _started(waiting[-1]) > bound:
            yield waiting.pop()
        waiting = sorted(
            (*_record_in(reports, run_folder), *waiting), key=_started
        )  # of equals, the newer folder last
    yield from reversed(waiting)


def _time_of(run_folder: RunFolder) -> float | None:
    """The time in a folder's name, at the end of its second; None for another name."""
    try:
        return datetime.strptime(position(run_folder.name)[0], "%Y%m%dT%H%M%S%z").timestamp() + 1
    except ValueError:
        return None


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


def _started(record: RunRecord) -> float:
    return record.provenance.started.timestamp() if record.provenance.started else 0
