"""One environment -> one report in its folder: observed or read, judged, written."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from agentcore_probe import api, store
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.errors import ProbeError, ReportError
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Page


class PageMaker(Protocol):
    """Makes the page of a record (`report.page.make_page`, `notebook.worker.Worker.page`)."""

    def __call__(  # noqa: PLR0913  (each by its name)
        self,
        record: RunRecord,
        judgement: Judgement,
        languages: tuple[str, ...],
        *,
        notebook: Path,
        folder: Path,
        own_only: bool,
    ) -> Page:
        """The page; errors are those of `report.page.make_page`."""


@dataclass(frozen=True)
class WrittenReport:
    """A report that was written."""

    record: RunRecord
    judgement: Judgement
    language: str
    """The page's first."""
    folder: Path


@dataclass(frozen=True)
class ReportWriter:
    """What all reports of one command have in common.

    Args:
        root: the folder that holds `environments/`.
        notebook: the report's notebook.
        options: what the command line says.
        stop: ends what is under way.
    """

    root: Path
    notebook: Path
    options: ReportOptions
    stop: threading.Event

    def make(self, where: Environment, page: PageMaker, tell: Callable[[str, str], None]) -> WrittenReport:
        """Observes, judges and writes.

        Args:
            where: the environment.
            page: makes the page.
            tell: is told what happens.

        Raises:
            ProbeError: the record cannot be had, or the report cannot be made or written.
        """
        record = self._record(where, tell)
        judgement = api.judge(record)
        languages = self.options.languages or (record.environment.language,)
        folder = _new_folder((self.options.out or self.root / "reports") / record.environment.name)
        try:
            store.write(folder / "record.json", store.record_text(record, judgement))
        except ProbeError:
            with contextlib.suppress(OSError):
                folder.rmdir()  # nothing is in it
            raise
        tell("report", "being written")
        try:
            made = page(
                record,
                judgement,
                languages,
                notebook=self.notebook,
                folder=folder,
                own_only=self.options.share,
            )
        except ProbeError:
            print(f"The record is kept: {shown(folder / 'record.json')}", file=sys.stderr)
            raise
        store.write(folder / "report.ipynb", made.notebook)
        store.write(folder / "report.html", made.html)
        return WrittenReport(record, judgement, languages[0], folder)

    def _record(self, where: Environment, tell: Callable[[str, str], None]) -> RunRecord:
        options = self.options
        if options.source is not None:
            record = api.load(options.source)
        else:
            record = api.observe(
                where, root=self.root, progress=tell, experiments=options.experiments, stop=self.stop
            )
        if not options.share:
            return record
        from agentcore_probe.sharing import share_record

        return share_record(record)


def _new_folder(parent: Path) -> Path:
    """A folder named after this second, UTC; two runs in one second get two folders."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
        folder = parent / f"{stamp}{suffix}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise ReportError(
                f"cannot be made: {error.strerror}", where=str(folder), hint="Give another folder with --out"
            ) from None
        return folder
    raise ReportError("too many reports in one second", where=str(parent))


def shown(path: Path) -> str:
    """The path as seen from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
