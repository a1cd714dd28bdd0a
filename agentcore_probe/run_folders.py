"""The reports of an environment: one folder for each run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from agentcore_probe.errors import RecordError, ReportError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage
from agentcore_probe.store import record_in


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    environment: str
    name: str
    """The time of the report: `20261130T120000Z`, and `-2` for a second one in the same second."""
    files: frozenset[str]
    """The files in it: `record.json`, `report.html`."""

    @property
    def position(self) -> tuple[str, int]:
        """By time, then by the number of a further report in the same second."""
        return position(self.name)


def position(name: str) -> tuple[str, int]:
    """A run's place among those of its environment: by time, then by number.

    Args:
        name: its folder's.
    """
    time, _, number = name.partition("-")
    return time, int(number) if number.isdecimal() else 1


def run_folders(reports: Storage, environment: str) -> list[RunFolder]:
    """The runs of an environment, oldest first.

    Raises:
        ReportError: they cannot be listed.
    """
    top = f"{environment}/"
    files: defaultdict[str, list[str]] = defaultdict(list)
    for name in reports.names(top):
        folder, slash, file = name.removeprefix(top).partition("/")
        if slash:
            files[folder].append(file)
    found = (RunFolder(environment, folder, frozenset(names)) for folder, names in files.items())
    return sorted(found, key=lambda folder: folder.position)


def read_run(reports: Storage, folder: RunFolder) -> RunRecord | None:
    """A run's record, from `record.json`, else from the page; None where there is neither.

    Raises:
        RecordError: the file cannot be used.
        ReportError: the storage cannot be reached.
    """
    file = next((file for file in ("record.json", "report.html") if file in folder.files), None)
    if file is None:
        return None
    name = f"{folder.environment}/{folder.name}/{file}"
    try:
        content = reports.read(name)
    except ReportError as error:
        if reports.folder is None:
            raise
        raise RecordError(error.what, where=error.where) from None  # of this file alone
    return record_in(content, where=reports.where(name)).record if content is not None else None


def runs_newest_first(
    reports: Storage, environment: str, skip: Callable[[RecordError], object]
) -> Iterator[RunRecord]:
    """The runs in the order of their own times, whatever their folders are called.

    A report that was made again of an earlier run has a newer folder, and a copy has any name. Only as many records
    are read as are needed: a folder's time is never before that of its run.

    Args:
        reports: where all reports are.
        environment: the environment's name.
        skip: called with what is wrong with a run that cannot be used.

    Raises:
        ReportError: the storage cannot be read.
    """
    waiting: list[RunRecord] = []
    for run_folder in reversed(run_folders(reports, environment)):
        bound = _time_of(run_folder)
        while bound is not None and waiting and _started(waiting[-1]) > bound:
            yield waiting.pop()
        try:
            record = read_run(reports, run_folder)
        except RecordError as error:
            skip(error)
            continue
        if record is not None:
            waiting = sorted((record, *waiting), key=_started)  # of equals, the newer folder last
    yield from reversed(waiting)


def _time_of(run_folder: RunFolder) -> float | None:
    """The time in a folder's name, at the end of its second; None for another name."""
    try:
        return datetime.strptime(position(run_folder.name)[0], "%Y%m%dT%H%M%S%z").timestamp() + 1
    except ValueError:
        return None


def _started(record: RunRecord) -> float:
    return record.provenance.started.timestamp() if record.provenance.started else 0
