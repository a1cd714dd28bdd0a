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
from agentcore_probe.storage import FolderStorage, Storage

_FILES = ("{}.json", "{}.record.json", "{}.html")
"""The file of an environment in a folder of baselines; without one, the newest of its reports there counts."""
_ANY = ("*.json", "*.html", "*/*/record.json", "*/*/report.html")


class Baseline(Protocol):
    """Where accepted findings come from."""

    @property
    def path(self) -> Path:
        """As it was given."""

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

    path: Path
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
        path: the folder.

    Raises:
        InputError: nothing in it is a baseline.
    """

    path: Path

    def __post_init__(self) -> None:
        if not any(found for pattern in _ANY for found in self.path.glob(pattern)):
            raise InputError(
                "contains no baseline of any environment",
                where=str(self.path),
                hint="There must be ENV.json, ENV.html or ENV/TIME/record.json for each environment",
            )

    def check(self, name: str) -> None:
        """Refuses an unusable record; an environment without one is as if nothing had been accepted."""
        self._record(name, lambda reports: newest_run(reports, name))

    def before(self, run: RunRecord) -> RunRecord | None:
        """The record in the environment's file, else the newest of its runs except `run`."""
        return self._record(run.environment.name, lambda reports: previous_run(reports, run))

    def _record(self, name: str, in_reports: Callable[[Storage], RunRecord | None]) -> RunRecord | None:
        files = (self.path / form.format(name) for form in _FILES)
        file = next((file for file in files if file.is_file()), None)
        record = api.load(file) if file is not None else in_reports(FolderStorage(self.path))
        if record is not None:
            _check_name(record, name, file or self.path / name)
        return record


def read_baseline(path: Path) -> Baseline:
    """What `--baseline` names.

    Raises:
        InputError: the folder has no baseline.
        RecordError: the file cannot be used.
    """
    return BaselineFolder(path) if path.is_dir() else BaselineFile(path, api.load(path))


def checked_load(baseline: Baseline | None) -> Callable[[str, Path], Environment]:
    """Loads an environment after its baseline was checked, so that nothing is sent for a comparison that cannot be made."""

    def load(name: str, root: Path) -> Environment:
        if baseline is not None:
            baseline.check(name)
        return load_environment(name, root)

    return load


def _check_name(record: RunRecord, name: str, path: Path) -> None:
    if record.environment.name != name:
        raise InputError(
            f"is a run of environment {record.environment.name!r}, not of {name!r}",
            where=str(path),
            hint="Name a record of the same environment, made without --share",
        )
