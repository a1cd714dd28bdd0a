"""The reports of an environment: one folder for each run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from agentcore_probe.errors import RecordError, ReportError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage
from agentcore_probe.store import record_in

RECORD, PAGE = "record.json", "report.html"
"""The files of a report that have its run's record."""
Run = TypeVar("Run")
Warn = Callable[[str], object]
"""Called with a line about each record that cannot be used."""


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    environment: str
    name: str
    """The time of the report: `20261130T120000Z`, and `-2` for a second one in the same second."""
    files: frozenset[str]
    """The names of the files in it."""

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


def newest_first(
    names: Iterable[str], read: Callable[[str], Iterable[Run]], started: Callable[[Run], float]
) -> Iterator[Run]:
    """Runs in the order of their own times, whatever their folders are called.

    A report that was made again of an earlier run has a newer folder, and a copy has any name. Only as many runs are
    read as are needed: a folder's time is never before that of its run.

    Args:
        names: of the folders.
        read: the run in a folder; nothing where there is none.
        started: when a run began, in seconds since 1970.
    """
    waiting: list[Run] = []
    for name in sorted(names, key=position, reverse=True):
        bound = _end_of_second(name)
        while bound is not None and waiting and started(waiting[-1]) > bound:
            yield waiting.pop()
        waiting = sorted((*read(name), *waiting), key=started)  # of equals, the newer folder last
    yield from reversed(waiting)


def _end_of_second(name: str) -> float | None:
    """The time in a folder's name, at the end of its second; None for another name."""
    try:
        return datetime.strptime(position(name)[0], "%Y%m%dT%H%M%S%z").timestamp() + 1
    except ValueError:
        return None


def records_newest_first(reports: Storage, environment: str, warn: Warn) -> Iterator[RunRecord]:
    """The records of an environment's runs, the newest run first.

    Args:
        reports: where all reports are.
        environment: the environment's name.
        warn: called with a line about what is left out.

    Raises:
        ReportError: the storage cannot be read.
    """
    folders = {folder.name: folder for folder in run_folders(reports, environment)}

    def read(name: str) -> Iterator[RunRecord]:
        if (record := usable_record(reports, folders[name], warn)) is not None:
            yield record

    return newest_first(folders, read, lambda record: record.timestamp)


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
    file = next((file for file in (RECORD, PAGE) if file in folder.files), None)
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


def usable_record(reports: Storage, folder: RunFolder, warn: Warn) -> RunRecord | None:
    """The same, where a record that cannot be used is left out.

    Args:
        reports: where all reports are.
        folder: the run's.
        warn: called with a line about what is left out.

    Raises:
        ReportError: the storage cannot be reached.
    """
    try:
        return read_run(reports, folder)
    except RecordError as error:
        warn(f"left out: {error.line()}")
        return None
