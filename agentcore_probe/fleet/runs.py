"""The runs in a storage: which environments it has, and their folders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from agentcore_probe.environments.sources import is_name
from agentcore_probe.fleet.stored import StoredRun, read_stored
from agentcore_probe.run_folders import position
from agentcore_probe.storage import Storage

RECORD, PAGE, FAILURE = "record.json", "report.html", "error.json"


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

    def newest_first(self) -> Iterator[StoredRun | str]:
        """The runs in the order of their own times, and a line for each that cannot be read.

        A report that was made again of an earlier run has a newer folder, and a copy has any name. Only as many records are
        read as are needed: a folder's time is never before that of its run. Runs of one method alone are left out.
        """
        waiting: list[StoredRun] = []
        for folder in sorted(self.files, key=position, reverse=True):
            bound = _end_of_second(folder)
            while bound is not None and waiting and waiting[-1].timestamp > bound:
                yield waiting.pop()
            run = self._read(folder)
            if isinstance(run, str):
                yield run
            elif run is not None and run.only is None:
                waiting = sorted(
                    (run, *waiting), key=lambda run: run.timestamp
                )  # of equals, the newer folder last
        yield from reversed(waiting)

    def _read(self, folder: str) -> StoredRun | str | None:
        place = f"{self.environment}/{folder}"
        for name in (RECORD, PAGE):
            if name in self.files[folder]:
                has_page = PAGE in self.files[folder]
                return read_stored(
                    self.storage, f"{place}/{name}", link=f"{place}/{PAGE}" if has_page else None
                )
        return None


def find_runs(storage: Storage) -> list[Runs]:
    """The environments of a storage that have runs or a failed attempt, by name.

    Raises:
        ReportError: the storage cannot be listed.
    """
    found: dict[str, Runs] = {}
    for name in storage.names():
        environment, _, rest = name.partition("/")
        folder, _, file = rest.partition("/")
        if not is_name(environment) or not (file in (RECORD, PAGE) or rest == FAILURE):
            continue
        runs = found.setdefault(environment, Runs(storage, environment))
        if rest == FAILURE:
            runs.has_failure = True
        else:
            runs.files.setdefault(folder, set()).add(file)
    return list(found.values())


def _end_of_second(folder: str) -> float | None:
    """The time in a folder's name, at the end of its second; None for another name."""
    try:
        return datetime.strptime(position(folder)[0], "%Y%m%dT%H%M%S%z").timestamp() + 1
    except ValueError:
        return None
