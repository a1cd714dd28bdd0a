"""The runs in a storage: which environments it has, and their folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from agentcore_probe.environments.sources import is_name
from agentcore_probe.fleet.stored import StoredRun, read_stored
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import PAGE, RECORD, newest_first, position
from agentcore_probe.storage import Storage

FAILURE = "error.json"
CHECKS = "checks.json"
"""The titles of the team's required checks that failed, where there are any."""

_TITLES = TypeAdapter(tuple[str, ...])


@dataclass
class Runs:
    """What a storage has of one environment."""

    storage: Storage
    environment: str
    files: dict[str, set[str]] = field(default_factory=dict)
    """The files of each run, by the name of its folder."""
    has_failure: bool = False
    """Whether there is a file that says why the last attempt has no record."""

    @property
    def newest_folder(self) -> str | None:
        """The run with the newest name, in the storage; None: there is none."""
        newest = max(self.files, key=position, default=None)
        return f"{self.environment}/{newest}" if newest is not None else None

    def link(self, folder: str) -> str | None:
        """The page in a folder of the storage; None: it has none."""
        return f"{folder}/{PAGE}" if PAGE in self.files[folder.rpartition("/")[2]] else None

    def failed_checks(self, folder: str) -> tuple[str, ...]:
        """The titles of the team's required checks that failed in the run in a folder of the storage.

        Raises:
            ReportError: the storage cannot be read.
        """
        if CHECKS not in self.files[folder.rpartition("/")[2]]:
            return ()
        try:
            return _TITLES.validate_json(self.storage.read(f"{folder}/{CHECKS}") or b"[]")
        except ValidationError:
            return (CHECKS,)

    def newest_first(self, problems: list[str]) -> Iterator[StoredRun]:
        """The runs in the order of their own times; those of one method alone are left out.

        Args:
            problems: gets a line for each that cannot be read.
        """

        def read(folder: str) -> Iterator[StoredRun]:
            run = self._read(folder)
            if isinstance(run, str):
                problems.append(run)
            elif run is not None and run.only is None:
                yield run

        return newest_first(self.files, read, lambda run: run.timestamp)

    def _read(self, folder: str) -> StoredRun | str | None:
        place = f"{self.environment}/{folder}"
        for name in (RECORD, PAGE):
            if name in self.files[folder]:
                has_page = PAGE in self.files[folder]
                return read_stored(
                    self.storage, f"{place}/{name}", link=f"{place}/{PAGE}" if has_page else None
                )
        return None


def names_of_runs(storage: Storage, environment: str = "") -> list[str]:
    """The names of the files in a storage that say something about an environment.

    Args:
        storage: where the reports are.
        environment: only this one; empty: all.

    Raises:
        ReportError: the storage cannot be listed.
    """
    return [
        name
        for name in storage.names(f"{environment}/" if environment else "")
        if name.rpartition("/")[2] in (RECORD, PAGE, CHECKS, FAILURE) and is_name(name.partition("/")[0])
    ]


def find_runs(storage: Storage, names: Iterable[str]) -> list[Runs]:
    """The environments that these files are about (`names_of_runs`), by name."""
    found: dict[str, Runs] = {}
    for name in names:
        environment, _, rest = name.partition("/")
        folder, _, file = rest.partition("/")
        runs = found.setdefault(environment, Runs(storage, environment))
        if rest == FAILURE:
            runs.has_failure = True
        elif file in (RECORD, PAGE, CHECKS):
            runs.files.setdefault(folder, set()).add(file)
    return [runs for runs in found.values() if runs.files or runs.has_failure]


def has_run(storage: Storage, record: RunRecord) -> bool:
    """Whether the record of this run is in the storage.

    Raises:
        ReportError: the storage cannot be read.
    """
    names = names_of_runs(storage, record.environment.name)
    return any(run.id == record.run_id for runs in find_runs(storage, names) for run in runs.newest_first([]))
