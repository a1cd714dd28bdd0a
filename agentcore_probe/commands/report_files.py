"""The files of a new report: a folder of its own, and what remains where the report cannot be finished.

The record is written first, and is kept where no page can be made of it. Where a file cannot be written to S3, the objects
of this report are removed again, as far as they can be, and the record is kept on this machine: nobody finds half a report.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import ProbeError, ReportError
from agentcore_probe.run_folders import PAGE, RECORD
from agentcore_probe.storage import Storage


@dataclass
class NewReport:
    """A report that is being written."""

    reports: Storage
    environment: str
    name: str
    """Of its folder: its time, `20261130T120000Z`."""
    workplace: Path
    """A folder of this machine with the record, where the notebook runs."""
    unfinished: ReportError | None = None
    """Why a file could not be written."""
    _written: list[str] = field(default_factory=lambda: [RECORD])

    def where(self, file: str) -> str:
        """Where a file of the report is, for people."""
        return self.reports.where(self._name_of(file))

    def write(self, file: str, content: str) -> None:
        """Writes a file of the report.

        Raises:
            SecretLeakError: it contains a registered secret.
            ReportError: it cannot be written. On S3, nothing of the report is left then.
        """
        try:
            self.reports.write(self._name_of(file), content)
        except ReportError as error:
            self.unfinished = error
            if self.reports.folder is None:
                with contextlib.suppress(ReportError):
                    self._remove()
            raise
        self._written.append(file)

    def _remove(self) -> None:
        """Removes what was written, unless another process has finished the report of the same run."""
        if self.reports.read(self._name_of(PAGE)) is None:
            self.reports.remove(map(self._name_of, self._written))

    def _name_of(self, file: str) -> str:
        return f"{self.environment}/{self.name}/{file}"


@contextlib.contextmanager
def new_report(
    reports: Storage, environment: str, record: str, reserved: str | None = None
) -> Iterator[NewReport]:
    """A new report with its record. Its folder is named after the current second, UTC; a further one gets a suffix.

    Args:
        reports: where all reports are.
        environment: the environment's name.
        record: the content of `record.json`.
        reserved: the folder's name, if it was reserved before; a record that is there stays.

    Raises:
        SecretLeakError: the record contains a registered secret.
        ReportError: the record cannot be written.
    """
    if reports.folder is not None:
        yield _in_folder(reports, environment, record, reserved)
        return
    workplace = Path(tempfile.mkdtemp(prefix="agentcore-probe-"))
    report = NewReport(reports, environment, "", workplace)
    try:
        store.write(workplace / RECORD, record)
        report.name = _name(report, record, reserved)
        yield report
    except ReportError as error:
        if error is report.unfinished:
            raise _with_record(error, workplace / RECORD, reports) from None
        raise
    finally:
        if report.unfinished is None:
            shutil.rmtree(workplace, ignore_errors=True)


def reserve(reports: Storage, environment: str) -> str:
    """The name of a new folder for a report that is written later. In S3, only that of a report that is there is taken.

    Args:
        reports: where all reports are.
        environment: the environment's name.

    Raises:
        ReportError: the folder cannot be created, or the storage cannot be listed.
    """
    if reports.folder is not None:
        return _new_folder(reports.folder / environment).name
    for name in _names():
        if not reports.names(f"{environment}/{name}/"):
            return name
    raise _too_many(reports.where(environment))


def release(reports: Storage, environment: str, name: str) -> None:
    """Gives up a reserved name, if nothing was written."""
    if reports.folder is not None:
        with contextlib.suppress(OSError):
            (reports.folder / environment / name).rmdir()


def _in_folder(reports: Storage, environment: str, record: str, reserved: str | None) -> NewReport:
    assert reports.folder is not None
    folder = (
        reports.folder / environment / reserved if reserved else _new_folder(reports.folder / environment)
    )
    try:
        reports.write_new(f"{environment}/{folder.name}/{RECORD}", record)
    except ProbeError:
        with contextlib.suppress(OSError):
            folder.rmdir()  # it is empty
        raise
    return NewReport(reports, environment, folder.name, folder)


def _name(report: NewReport, record: str, reserved: str | None) -> str:
    """Writes the record under the reserved name, else under the first that no other writer has."""
    for name in (reserved,) if reserved else _names():
        try:
            if report.reports.write_new(f"{report.environment}/{name}/{RECORD}", record) or reserved:
                return name
        except ReportError as error:
            report.unfinished = error
            raise
    raise _too_many(report.reports.where(report.environment))


def _with_record(error: ReportError, record: Path, reports: Storage) -> ReportError:
    """The error with the command that writes the report again, without another run."""
    command = (
        f"agentcore-probe report --from {shlex.quote(str(record))} --out {shlex.quote(reports.location)}"
    )
    hint = f"{error.hint}. " if error.hint else ""
    return type(error)(error.what, where=error.where, hint=f"{hint}The record is kept; then run: {command}")


def _names() -> Iterator[str]:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield from (stamp, *(f"{stamp}-{number}" for number in range(2, 1000)))


def _too_many(where: str) -> ReportError:
    return ReportError("too many reports in one second", where=where)


def _new_folder(parent: Path) -> Path:
    for name in _names():
        folder = parent / name
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            if isinstance(error, FileExistsError) and os.path.lexists(folder):
                continue  # not so where a folder above it is a link to nothing
            reason = "a link leads nowhere" if isinstance(error, FileExistsError) else error.strerror
            raise ReportError(
                f"cannot be created: {reason}",
                where=str(folder),
                hint="Choose another folder with --out",
            ) from None
        return folder
    raise _too_many(str(parent))
