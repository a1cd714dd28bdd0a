"""What the client decides about a report before a worker makes it: run id, folder, limit of time, and what it sends."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from agentcore_probe import api, store
from agentcore_probe.builtin import REPORT_NOTEBOOK, builtin_root
from agentcore_probe.commands.remote_request import RemoteRequest
from agentcore_probe.commands.report_files import reserve
from agentcore_probe.commands.report_writer import ReportWriter
from agentcore_probe.commands.stored_report import StoredReport
from agentcore_probe.model.environment import Environment
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.scheduling.cluster import Task

_LOGIN_SECONDS = 300.0
_PAGE_SECONDS = 600.0
"""More than the checks, the notebook in two languages and the page may take."""


def reserve_report(environment: Environment, writer: ReportWriter) -> StoredReport:
    """The place of a new report; a recorded environment's record is put there, for the worker to go on from.

    Args:
        environment: what is reported on.
        writer: what all reports of the command have in common.

    Raises:
        ProbeError: there is no such record, or the storage cannot be written.
    """
    record = writer.observe(environment, lambda *_: None) if environment.record is not None else None
    name = reserve(writer.reports, environment.name)
    run = record.run_id if record is not None else uuid4().hex
    stored = StoredReport(writer.reports, environment.name, name, run)
    if record is not None:
        stored.add_record(record, api.judge(record))
    return stored


def task_for(
    environment: Environment, stored: StoredReport, writer: ReportWriter, extensions: dict[str, str]
) -> Task:
    """What a worker has to do.

    Args:
        environment: what is reported on.
        stored: where.
        writer: what all reports of the command have in common.
        extensions: the team's own checks and sections (`extension_versions`).

    Raises:
        SecretLeakError: the environment contains a known secret.
    """
    options, folder = writer.options, writer.reports.folder
    request = RemoteRequest(
        environment=environment,
        run=stored.run,
        location=str(folder.resolve()) if folder is not None else writer.reports.location,
        name=stored.name,
        languages=options.languages,
        notebook=_text_of(writer.notebook),
        experiments=options.experiments,
        controls=options.controls,
        history=options.history,
        wait=options.ci.wait,
        extensions=extensions,
    ).model_dump_json()
    store.checked(request, where="the scheduler's message")
    seconds = _longest_run(environment) + 60 * options.ci.wait
    # Not the run's id: a recorded environment has the same one in every command.
    return Task(uuid4().hex, environment.name, request, seconds)


def _text_of(notebook: Path) -> str | None:
    """The notebook's text; None for the built-in one, which the workers have."""
    content = notebook.read_bytes()
    return content.decode() if content != (builtin_root() / REPORT_NOTEBOOK).read_bytes() else None


def _longest_run(environment: Environment) -> float:
    """Seconds in which any run has ended: as if each of its requests had to wait for the one before it."""
    limits = environment.limits
    pause = 1 / limits.requests_per_second if limits.requests_per_second else 0
    requests = request_limit(environment) * (limits.seconds + pause)
    return requests + (limits.login_seconds or _LOGIN_SECONDS) + _PAGE_SECONDS
