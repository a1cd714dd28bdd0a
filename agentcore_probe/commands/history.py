"""`history`: since when each row of an environment is as it is, in how many runs, and its latency."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from agentcore_probe.commands.past_runs import past_runs
from agentcore_probe.commands.reports import open_reports
from agentcore_probe.errors import InputError
from agentcore_probe.history.trend import History, read_history


def run(name: str, *, out: str | None, as_json: bool) -> None:
    """Prints an environment's runs and the history of each row.

    Args:
        name: the environment's name.
        out: where the reports are; None: `reports/` of the project.
        as_json: print one JSON object.

    Raises:
        InputError: the environment has no reports.
        ReportError: they cannot be read.
    """
    reports = open_reports(out)
    history = read_history(past_runs(reports, name))
    if not history.runs:
        raise InputError(
            "no reports yet", where=reports.where(name), hint=f"Run: agentcore-probe report {name}"
        )
    if as_json:
        content = {"runs": history.runs, "rows": [asdict(row) for row in history.rows]}
        print(json.dumps(content, default=str, ensure_ascii=False))
    else:
        _print(name, history)


def _print(name: str, history: History) -> None:
    count = len(history.runs)
    print(f"{name}: 1 run" if count == 1 else f"{name}: {count} runs, newest last")
    for run in history.runs:
        print(f"  {_to_the_minute(run.started)}  {run.verdict}")
    print(f"\n{'method':22} {'observed':10} {'outcome':14} {'since':16} {'runs':>4} {'median ms':>9}")
    for row in history.rows:
        median = "-" if row.milliseconds is None else f"{row.milliseconds:.1f}"
        print(
            f"{row.method:22} {row.observed:10} {row.outcome:14} {_to_the_minute(row.since):16} "
            f"{row.runs:4} {median:>9}"
        )


def _to_the_minute(time: datetime | None) -> str:
    return str(time)[:16] if time else "-"
