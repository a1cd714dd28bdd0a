"""Writes the report of one environment: runs the probe or reads a record, judges it, writes the files."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agentcore_probe import api, store
from agentcore_probe.commands import latest
from agentcore_probe.commands.history_writer import HistoryWriter
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.commands.report_files import new_report
from agentcore_probe.commands.waiting import show_waiting
from agentcore_probe.errors import ProbeError, ReportError
from agentcore_probe.fleet.runs import CHECKS
from agentcore_probe.judge.recompute import decision_differences, recompute_decisions
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Page
from agentcore_probe.run_folders import PAGE, RECORD
from agentcore_probe.signing import Signer
from agentcore_probe.storage import Storage
from agentcore_probe.storage.records import read_record_at


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
        extensions: Sequence[ExtensionResult],
    ) -> Page:
        """The page; raises the errors of `report.page.make_page`."""


@dataclass(frozen=True)
class ReportWriter:
    """What all reports of one command have in common.

    Args:
        root: the folder that contains `environments/`.
        reports: where the reports are written.
        notebook: the notebook that makes the page.
        options: the command's options.
        stop: ends a run.
        signer: signs the pages; None leaves them unsigned.
        history: where the runs are remembered; None: nowhere.
        run_id: of the only run, where it was decided beforehand; None makes one for each.
        name: of its report's folder, where it was decided beforehand (`report_files.reserve`); None: the time.
    """

    root: Path
    reports: Storage
    notebook: Path
    options: ReportOptions
    stop: threading.Event
    signer: Signer | None = None
    history: HistoryWriter | None = None
    run_id: str | None = None
    name: str | None = None

    def observe(self, environment: Environment, progress: Progress) -> RunRecord:
        """The record to report on: of a new run, or read from a file; with `--share`, without names.

        Args:
            environment: the environment.
            progress: called with each phase and its state.

        Raises:
            ProbeError: no record could be made.
        """
        options = self.options
        if options.source is not None:
            record = read_source(options.source)
        else:
            record = api.observe(
                environment,
                root=self.root,
                progress=progress,
                experiments=options.experiments,
                controls=options.controls,
                stop=self.stop,
                wait=options.ci.wait,
                on_wait=show_waiting(environment, progress),
                run_id=self.run_id,
            )
        if not options.share:
            return record
        from agentcore_probe.sharing import share_record

        return share_record(record)

    def write(
        self,
        record: RunRecord,
        judgement: Judgement,
        progress: Progress,
        extensions: Sequence[ExtensionResult] = (),
        *,
        make_page: PageMaker,
    ) -> str:
        """Writes `record.json`, `report.ipynb` and `report.html`; where the page is, for people.

        Args:
            record: the facts.
            judgement: what they mean.
            progress: called with each phase and its state.
            extensions: what the team's own checks and sections say; not on a shared page.
            make_page: makes the page.

        Raises:
            ReportError: the report cannot be made or written.
        """
        languages = self.options.languages or (record.environment.language,)
        text = store.record_text(record, judgement)
        with new_report(self.reports, record.environment.name, text, self.name) as report:
            progress("report", "being written")
            failed = [extension.title for extension in extensions if extension.fails_run]
            if failed and not self.options.share:
                report.write(CHECKS, f"{json.dumps(failed, ensure_ascii=False)}\n")
            try:
                page = make_page(
                    record,
                    judgement,
                    languages,
                    notebook=self.notebook,
                    folder=report.workplace,
                    own_only=self.options.share,
                    extensions=extensions,
                )
            except ProbeError:
                print(f"The record is kept: {display_path(report.where(RECORD))}", file=sys.stderr)
                raise
            report.write("report.ipynb", page.notebook)
            report.write(PAGE, self.signer.sign(page.html) if self.signer else page.html)
        self.conclude(record, judgement, report.name)
        return report.where(PAGE)

    def conclude(self, record: RunRecord, judgement: Judgement, name: str) -> None:
        """What follows a report that is there: `latest`, badge, history. Doing it again changes nothing.

        The attempt before, which had no record, is forgotten, unless this one made no run (`--from`), or that of the attempt.

        Args:
            record: the facts.
            judgement: what they mean.
            name: of the report's folder.
        """
        from agentcore_probe.fleet.badges import renew_badge
        from agentcore_probe.fleet.failures import forget_failure

        environment = record.environment.name
        try:
            latest.point_to(self.reports, environment, name)
            if not self.options.share:
                is_replayed = self.options.source is not None
                forget_failure(self.reports, environment, record.run_id if is_replayed else None)
            renew_badge(self.reports, environment)
        except ReportError as error:  # the report is complete without them
            _warn(error.line())
        if self.history is not None and not self.options.share:
            self.history.add(record, judgement, f"{environment}/{name}")


def read_source(path: str | Path) -> RunRecord:
    """The record in a file or in an object of S3, with the decisions that follow from its exchanges; warns where they differ.

    Raises:
        RecordError: there is no record, or it was altered.
        ReportError: the bucket cannot be read.
    """
    record, has_digest = read_record_at(path)
    if not has_digest:
        _warn(f"{path}: the record has no digest, so an alteration cannot be detected")
    for difference in decision_differences(record):
        _warn(
            f"{path}: {difference.method} is recorded as {difference.recorded}, but its exchanges show "
            f"{difference.recomputed}, which the report uses"
        )
    return recompute_decisions(record)


def _warn(text: str) -> None:
    print_to_stderr(f"warning: {text}")
