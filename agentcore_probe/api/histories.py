"""The history of an environment: from the Parquet dataset beside the reports, else from the records in their folders."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from agentcore_probe.api.locations import open_reports
from agentcore_probe.environments.sources import is_name
from agentcore_probe.errors import InputError
from agentcore_probe.history.engine import is_installed
from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.history.trend import read_history
from agentcore_probe.model.history import History
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import DEFAULT, check_language
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import Warn, run_folders, usable_record
from agentcore_probe.storage import Storage

_SLOW = 50
"""So many records take a second to judge."""


def history(name: str = "local", *, reports: str | Path | None = None, language: str = DEFAULT) -> History:
    """The runs of an environment; what cannot be used is left out with a warning.

    Args:
        name: the environment's name.
        reports: where the reports are, a folder or `s3://bucket/prefix`; None is `reports/` of the project.
        language: the code of the language in which a notebook shows it (`en`, `ja`).

    Raises:
        InputError: the environment has no reports, the name is a pattern or `all`, or the language is unknown.
        ReportError: they cannot be read.
    """
    check_language(language)
    if not is_name(name):
        raise InputError(
            f"{name!r} is not an environment",
            hint="api.history shows one; api.fleet shows all, with since when",
        )
    storage = open_reports(reports)
    past = history_in(storage, name, lambda text: warnings.warn(text, stacklevel=4))
    return replace(past, language=language)


def history_in(reports: Storage, name: str, warn: Warn) -> History:
    """The history of an environment, by the Parquet files if there are any with it, else by its records.

    Args:
        reports: the storage with the reports.
        name: the environment's name.
        warn: called with what is left out.

    Raises:
        InputError: the environment has no runs.
        ReportError: the storage cannot be read.
    """
    past = _of_dataset(reports, name, warn) if is_installed() else None
    if past is None:
        past = read_history(_records(reports, name, warn))
        if len(past.runs) >= _SLOW and is_installed():
            warn(f"read from the records, which is slow; once: agentcore-probe history --rebuild {name}")
    if not past.runs:
        raise InputError(
            "no reports yet", where=reports.where(name), hint=f"Run: agentcore-probe report {name}"
        )
    return past


def history_with(reports: Storage, record: RunRecord, judgement: Judgement, warn: Warn) -> History:
    """The history of a run's environment up to and with this run, which need not be in it yet.

    Args:
        reports: the storage with the reports.
        record: the run.
        judgement: its judgement.
        warn: called with what is left out.

    Raises:
        ReportError: the storage cannot be read.
    """
    name = record.environment.name
    past = _of_dataset(reports, name, warn, rows_of(record, judgement, "")) if is_installed() else None
    if past is not None and len(past.runs) > 1:
        return past
    return read_history([*_records(reports, name, warn), record])


def _of_dataset(reports: Storage, name: str, warn: Warn, newest: Sequence[Row] = ()) -> History | None:
    """The history by the Parquet files; None where they have no run of the environment."""
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.queries import environment_history

    dataset = Dataset(reports)
    past = environment_history(dataset, name, newest)
    warn_of_files(dataset.left_out, reports, warn)
    first = past.runs[0].started if past.runs else None
    if first is not None:
        # A report is never older than its run, so this one is of an earlier run.
        time = first.strftime("%Y%m%dT%H%M%SZ")
        missing = sum(folder.position[0] < time for folder in run_folders(reports, name))
        if missing:
            warn(
                f"{missing} older reports are not in the history; once: agentcore-probe history --rebuild {name}"
            )
    return past if past.runs else None


def warn_of_files(left_out: dict[str, str], reports: Storage, warn: Warn) -> None:
    """Names the files that cannot be used."""
    for name, problem in left_out.items():
        warn(f"left out: {reports.where(name)}: {problem}. Run: agentcore-probe history --rebuild all")


def _records(reports: Storage, name: str, warn: Warn) -> Iterator[RunRecord]:
    for folder in run_folders(reports, name):
        if (record := usable_record(reports, folder, warn)) is not None:
            yield record
