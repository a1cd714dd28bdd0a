"""`--baseline`: the earlier runs whose findings are accepted, from one file or from a folder with those of many environments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agentcore_probe import api
from agentcore_probe.commands.past_runs import newest_run, previous_run
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage, open_storage
from agentcore_probe.store import record_in

_FILES = ("{}.json", "{}.record.json", "{}.html")
"""The file of an environment in a folder of baselines; without one, the newest of its reports there counts."""
_ANY = ("*.json", "*.html", "*/*/record.json", "*/*/report.html")


class Baseline(Protocol):
    """Where accepted findings come from."""

    def check(self, name: str) -> None:
        """Refuses what an environment cannot be compared with, before anything is sent to it.

        Raises:
            InputError: its record is that of another environment.
            RecordError: its record cannot be read.
        """

    def before(self, run: RunRecord) -> RunRecord | None:
        """The record that a run is compared with; None: the environment has none.

        Raises:
            InputError, RecordError: as for `check`.
        """


@dataclass(frozen=True)
class BaselineFile:
    """One record, of one environment.

    It is read once, before the run: `reports/ENV/latest` names the run itself afterwards, and a pipe is empty.
    """

    path: str
    record: RunRecord

    def check(self, name: str) -> None:
        """Refuses a record of another environment."""
        _check_name(self.record, name, self.path)

    def before(self, run: RunRecord) -> RunRecord:
        """The record, whatever the run."""
        del run
        return self.record


@dataclass(frozen=True)
class BaselineFolder:
    """A file for each environment, or the reports of all. Records are read when they are needed: there may be hundreds.

    Args:
        storage: the folder, or the place in S3.

    Raises:
        InputError: nothing in it is a baseline.
        ReportError: it cannot be read.
    """

    storage: Storage

    def __post_init__(self) -> None:
        folder = self.storage.folder  # to list all of a bucket could take minutes
        if folder is not None and not any(found for pattern in _ANY for found in folder.glob(pattern)):
            raise InputError(
                "contains no baseline of any environment",
                where=self.storage.location,
                hint="There must be ENV.json, ENV.html or ENV/TIME/record.json for each environment",
            )

    def check(self, name: str) -> None:
        """Refuses an unusable record; an environment without one is as if nothing had been accepted."""
        self._record(name, lambda reports: newest_run(reports, name))

    def before(self, run: RunRecord) -> RunRecord | None:
        """The record in the environment's file, else the newest of its runs except `run`."""
        return self._record(run.environment.name, lambda reports: previous_run(reports, run))

    def _record(self, name: str, in_reports: Callable[[Storage], RunRecord | None]) -> RunRecord | None:
        for file in (form.format(name) for form in _FILES):
            if (content := self.storage.read(file)) is not None:
                where = self.storage.where(file)
                record = record_in(content, where=where).record
                _check_name(record, name, where)
                return record
        in_folder = in_reports(self.storage)
        if in_folder is not None:
            _check_name(in_folder, name, self.storage.where(name))
        return in_folder


def read_baseline(location: str) -> Baseline:
    """What `--baseline` names.

    Args:
        location: a file, a folder, or a place in S3.

    Raises:
        InputError: the folder has no baseline.
        RecordError: the file cannot be used.
        ReportError: the place in S3 cannot be read.
    """
    storage = open_storage(location)
    if storage.folder is None or storage.folder.is_dir():
        return BaselineFolder(storage)
    return BaselineFile(location, api.load(storage.folder))


def checked_load(baseline: Baseline | None) -> Callable[[str, Path], Environment]:
    """Loads an environment after its baseline was checked, so that nothing is sent for a comparison that cannot be made."""

    def load(name: str, root: Path) -> Environment:
        if baseline is not None:
            baseline.check(name)
        return load_environment(name, root)

    return load


def _check_name(record: RunRecord, name: str, where: str) -> None:
    if record.environment.name != name:
        raise InputError(
            f"is a run of environment {record.environment.name!r}, not of {name!r}",
            where=where,
            hint="Name a record of the same environment, made without --share",
        )
