"""The report of a run whose folder and id were decided before: what of it is in the storage, whoever wrote it."""

from __future__ import annotations

import contextlib

from agentcore_probe import store
from agentcore_probe.errors import ReportError
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import PAGE, RECORD
from agentcore_probe.storage import Storage


class StoredReport:
    """The report of a run, as far as it is in the storage.

    Args:
        storage: where all reports are.
        environment: the environment's name.
        name: of the report's folder.
        run: the run's id.
    """

    def __init__(self, storage: Storage, environment: str, name: str, run: str) -> None:
        self.storage = storage
        self.environment, self.name, self.run = environment, name, run

    def where(self, file: str) -> str:
        """Where a file is, for people."""
        return self.storage.where(self._path(file))

    def record(self) -> RunRecord | None:
        """The run's record; None as long as there is none.

        Raises:
            ReportError: it cannot be read, or another run has been written there.
            RecordError: it was altered.
        """
        content = self.storage.read(self._path(RECORD))
        if content is None:
            return None
        where = self.where(RECORD)
        record = store.parse_record(content.decode("utf-8", "replace"), where=where)
        if record.run_id != self.run:
            raise ReportError("is the record of another run", where=where, hint="Run the command again")
        return record

    def add_record(self, record: RunRecord, judgement: Judgement) -> RunRecord:
        """Writes the record, unless there is one already; the one that is there now.

        Raises:
            SecretLeakError: it contains a registered secret.
            ReportError: it cannot be written.
        """
        if self.storage.write_new(self._path(RECORD), store.record_text(record, judgement)):
            return record
        return self.record() or record

    def page(self) -> str | None:
        """The page, which is written last; None as long as there is none.

        Raises:
            ReportError: it cannot be read.
        """
        content = self.storage.read(self._path(PAGE))
        return content.decode("utf-8", "surrogatepass") if content is not None else None

    def replace_page(self, page: str) -> None:
        """Writes another page in its place.

        Raises:
            ReportError: it cannot be written.
        """
        self.storage.write(self._path(PAGE), page)

    def remove_unfinished(self) -> None:
        """Removes what a lost worker had begun to write; no reader sees it, and nobody else would remove it."""
        if self.storage.folder is not None:
            for path in (self.storage.folder / self.environment / self.name).glob(".*"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _path(self, file: str) -> str:
        return f"{self.environment}/{self.name}/{file}"
