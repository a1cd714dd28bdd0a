"""Why two environments have different results."""

from __future__ import annotations

import warnings
from pathlib import Path

from agentcore_probe.api.records import load
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError, RecordError
from agentcore_probe.judge.comparing.compare import compare_environments
from agentcore_probe.model.comparison import Comparison
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import runs_newest_first
from agentcore_probe.storage import open_storage


def diff(
    one: RunRecord | str | Path, other: RunRecord | str | Path, *, reports: str | Path | None = None
) -> Comparison:
    """The smallest difference between two environments that explains their different results.

    It shows itself in a notebook; `.explanations` has the facts, `.others` what else differs, `.to_frame()` both.

    Args:
        one: the record of a run, its file, or the name of an environment, whose newest run is meant.
        other: the same of the other environment.
        reports: where the reports are, a folder or `s3://bucket/prefix`; None is `reports/` of the project.

    Raises:
        InputError: the environment has no reports.
        RecordError: a file does not contain a record.
        ReportError: the reports cannot be read.
    """
    return compare_environments(_run_of(one, reports), _run_of(other, reports))


def _run_of(run: RunRecord | str | Path, reports: str | Path | None) -> RunRecord:
    if isinstance(run, RunRecord):
        return run
    if Path(run).suffix in {".json", ".html"}:
        return load(run)
    storage, name = open_storage(reports or find_root() / "reports"), str(run)
    record = next(runs_newest_first(storage, name, _warn), None)
    if record is None:
        raise InputError(
            "no reports yet", where=storage.where(name), hint=f"Run: agentcore-probe report {name}"
        )
    return record


def _warn(error: RecordError) -> None:
    warnings.warn(f"left out: {error.line()}", stacklevel=5)
