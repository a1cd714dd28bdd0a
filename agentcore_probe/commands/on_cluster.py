"""`report --scheduler`: the workers of a Dask cluster make the reports; this machine decides what, and says what came of it.

Name, run id and folder of each report are decided here, before anything is submitted, so that a task that is executed
twice writes one report. What the workers write is read back from the storage, and judged, shown and exported as if this
machine had made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agentcore_probe import api
from agentcore_probe.commands import remote
from agentcore_probe.commands.batch import Work
from agentcore_probe.commands.cluster_task import reserve_report, task_for
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.commands.remote_request import RemoteResult, extension_versions
from agentcore_probe.commands.report_files import release
from agentcore_probe.commands.report_writer import ReportWriter
from agentcore_probe.commands.stored_report import StoredReport
from agentcore_probe.errors import InputError, ProbeError, SchedulerError, StoppedError, error_from_json
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import PAGE, RECORD
from agentcore_probe.scheduling.cluster import Cluster, Outcome

_REFUSED = {
    "source": ("--from makes no run to hand to a cluster", "Leave out --scheduler"),
    "share": (
        "--scheduler makes no pages for readers outside",
        "Share afterwards: report --from reports/ENV/TIME/record.json --share",
    ),
    "against": (
        "--scheduler makes pages of one environment each",
        "Leave out --against; compare afterwards: agentcore-probe diff ENV ENV",
    ),
    "engine": ("--scheduler leaves the engine to the workers", "Leave out --engine"),
}
"""Options that do not fit, each with the reason and what to do."""


def check_options(options: ReportOptions) -> None:
    """Refuses options that say nothing to a cluster, before anything is sent.

    Raises:
        InputError: there is one.
    """
    for name, (problem, hint) in _REFUSED.items():
        if getattr(options, name):
            raise InputError(problem, hint=hint)
    if options.limits != ReportOptions().limits:
        raise InputError(
            "--scheduler leaves to the cluster how much it does at a time",
            hint="Leave out --jobs, --concurrency and --per-account",
        )


@dataclass
class _Report:
    """One environment of the command."""

    environment: Environment
    stored: StoredReport
    error: ProbeError | None = None
    """Why there is no page."""
    extensions: tuple[ExtensionResult, ...] | None = None
    """What a worker found; None where none said."""


class ClusterReports:
    """The reports that the workers of a cluster make; a context manager.

    Args:
        writer: what all reports have in common.
        work: what this machine would do with each environment.
    """

    def __init__(self, writer: ReportWriter, work: Work) -> None:
        assert writer.options.scheduler is not None
        self._writer, self._work, self._root = writer, work, work.root
        self._cluster = Cluster(writer.options.scheduler, writer.stop, print_to_stderr)
        self._reports: dict[str, _Report] = {}
        self._failures: dict[str, ProbeError] = {}
        self._outcomes: Iterator[Outcome] = iter(())
        self._ended: dict[str, Outcome] = {}

    def __enter__(self) -> Self:
        """Connects to the cluster (`Cluster.__enter__`)."""
        self._cluster.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._cluster.__exit__(*error)
        for name, report in self._reports.items():
            release(self._writer.reports, name, report.stored.name)

    def submit(self, names: Sequence[str]) -> None:
        """Hands the environments to the cluster. One that cannot be handed over has its error as its result.

        Raises:
            StoppedError: the command was interrupted.
        """
        versions = extension_versions(self._root)
        tasks = []
        for name in names:
            if self._writer.stop.is_set():
                raise StoppedError
            try:
                environment = self._work.load(name, self._root)
                stored = reserve_report(environment, self._writer)
                self._reports[name] = _Report(environment, stored)
                tasks.append(task_for(environment, stored, self._writer, versions))
            except Exception as error:  # noqa: BLE001  (the other environments still get their results)
                self._failures[name] = error if isinstance(error, ProbeError) else internal_error(error)
        self._outcomes = self._cluster.outcomes(remote.make_report, tasks)

    def load(self, name: str, _: Path) -> Environment:
        """The environment; raises what kept it from being handed over."""
        if name in self._failures:
            raise self._failures[name]
        return self._reports[name].environment

    def observe(self, environment: Environment, progress: Progress) -> RunRecord:
        """The record, as soon as the report has been made.

        Args:
            environment: one that was handed over.
            progress: called with each phase and its state.

        Raises:
            ProbeError: the worker's error, or the cluster's.
            StoppedError: the command was interrupted.
        """
        report = self._reports[environment.name]
        progress("cluster", "begun")
        outcome = self._outcome(environment.name)
        progress("cluster", "done")
        record = report.stored.record()
        if outcome.result is not None:
            result = RemoteResult.model_validate_json(outcome.result)
            report.extensions = result.extensions
            report.error = error_from_json(result.error) if result.error is not None else None
        else:
            report.error = outcome.error
        if outcome.worker is not None and report.error is not None:
            report.error = _on(outcome.worker, report.error)
        if record is None:
            raise report.error or _not_found(report.stored.where(RECORD), outcome.worker)
        if outcome.worker is None and report.stored.page() is not None:
            report.error = None  # its result was lost, but not what it has written
            self._writer.conclude(record, api.judge(record), report.stored.name)
        return record

    def extend(self, record: RunRecord, judgement: Judgement) -> tuple[ExtensionResult, ...]:
        """What the team's own checks and sections said on the worker."""
        found = self._reports[record.environment.name].extensions
        return found if found is not None else self._work.extend(record, judgement)

    def finish(self, record: RunRecord, *_: object) -> str:
        """Where the page is; signs it, since the key does not leave this machine.

        Raises:
            ProbeError: the worker could not make it.
        """
        report = self._reports[record.environment.name]
        if report.error is not None:
            raise report.error
        page, where = report.stored.page(), report.stored.where(PAGE)
        if page is None:
            raise _not_found(where, None)
        if self._writer.signer is not None:
            report.stored.replace_page(self._writer.signer.sign(page))
        return where

    def _outcome(self, name: str) -> Outcome:
        while name not in self._ended:
            outcome = next(self._outcomes)
            self._ended[outcome.name] = outcome
        return self._ended.pop(name)


def _on(worker: str, error: ProbeError) -> ProbeError:
    """The error with the worker that had it."""
    where = f"{error.where}, on worker {worker}" if error.where else f"on worker {worker}"
    return type(error)(error.what, where=where, hint=error.hint)


def _not_found(where: str, worker: str | None) -> ProbeError:
    hint = "Give --out a folder that all machines share under the same path, or s3://BUCKET/PREFIX"
    who = f"worker {worker}" if worker else "the worker"
    return SchedulerError(f"{who} has written it, but it is not there", where=where, hint=hint)
