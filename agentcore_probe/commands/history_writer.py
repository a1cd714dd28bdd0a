"""Adds each run of `report` to the history, after its report is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import ProbeError
from agentcore_probe.history.engine import is_installed
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage


@dataclass
class HistoryWriter:
    """The history of one command's runs; does nothing where DuckDB is not installed.

    A run is added as soon as its report is there, so that a command that is killed has lost none before.

    Args:
        storage: the one with the reports.
    """

    storage: Storage
    _months: set[str] = field(default_factory=set)
    """Those that got runs since their files were merged."""

    def __post_init__(self) -> None:
        self._dataset = None
        if is_installed():
            from agentcore_probe.history.dataset import Dataset

            self._dataset = Dataset(self.storage)

    def add(self, record: RunRecord, judgement: Judgement, report: str) -> None:
        """Adds a run. The report counts, so a failure is a warning that says how to make up for it.

        Args:
            record: the run.
            judgement: its judgement.
            report: the folder of its report in the storage: `prod/20261130T120000Z`.
        """
        if self._dataset is None:
            return
        from agentcore_probe.history.dataset import month_of
        from agentcore_probe.history.rows import rows_of

        try:
            rows = rows_of(record, judgement, report)
            is_new = bool(rows and self._dataset.add([rows]))
        except Exception as error:  # noqa: BLE001  (whatever it is, the report is there)
            again = f"agentcore-probe history --rebuild {record.environment.name}"
            _warn(
                f"this run is not in the history: {_words(error)}. Its report is written. Then run: {again}"
            )
            return
        if is_new:
            self._months.add(month_of(rows[0]))

    def merge(self) -> None:
        """Merges the files of the months that got new ones and have many.

        Not between reports: DuckDB, once it is loaded, keeps 35 MiB.
        """
        if self._dataset is None or not self._months:
            return
        from agentcore_probe.history.compaction import compact

        months, self._months = self._months, set()
        try:
            compact(self._dataset, months)
        except Exception as error:  # noqa: BLE001  (the history is as complete as before)
            _warn(f"the files of the history were not merged: {_words(error)}")


def _words(error: Exception) -> str:
    return error.line().rstrip(".") if isinstance(error, ProbeError) else f"{type(error).__name__}: {error}"


def _warn(text: str) -> None:
    print_to_stderr(f"warning: {text}")
