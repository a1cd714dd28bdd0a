"""`history`: since when each row is as it is, how often, how fast, and what flaps; of one environment or of many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from agentcore_probe.api.histories import history_in, warn_of_files
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.selection import ALL, is_one, meant_by
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.model.display import counted, to_the_minute
from agentcore_probe.model.history import FLAPPING, WINDOW, EnvironmentHistory, History
from agentcore_probe.storage import Storage

_SHOWN_RUNS = 10


def run(names: Sequence[str], *, out: str | None, as_json: bool) -> None:
    """Prints the history of one environment, or a line for each of several.

    Args:
        names: environments, templates, patterns of their names (`prod-*`), or `all`.
        out: where the reports are; None: `reports/` of the project.
        as_json: print one JSON object for one environment, a list for several.

    Raises:
        InputError: an environment has no runs, or several are asked for without the extra `fleet`.
        ReportError: the history cannot be read.
    """
    root = find_root()
    reports = open_reports(out, root)
    if len(names) == 1 and is_one(names[0], root):
        history = history_in(reports, names[0], print_to_stderr)
        if as_json:
            _print_json(history.as_json())
        else:
            _print_one(history)
        return
    found = _several(reports, names, root)
    if as_json:
        _print_json([asdict(one) for one in found])
    else:
        _print_several(found)


def _several(reports: Storage, names: Sequence[str], root: Path) -> list[EnvironmentHistory]:
    """The histories of the environments that names stand for, those that need attention first."""
    require_extra("fleet", f"'history {' '.join(names)}'", only="duckdb")
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.queries import environment_histories

    dataset = Dataset(reports)
    every = {one.environment: one for one in environment_histories(dataset)}
    warn_of_files(dataset.left_out, reports, print_to_stderr)
    selected: set[str] = set()
    for name in names:
        meant = meant_by(name, every, root)
        if not meant:
            raise InputError(
                "the history has no runs" if name == ALL else f"the history has no runs of {name!r}",
                where=reports.where("history"),
                hint="Runs are added by: agentcore-probe report ENV; those of reports that are there, by: "
                f"agentcore-probe history --rebuild {name}",
            )
        selected |= {*meant}
    return [one for name, one in every.items() if name in selected]


def _print_json(content: object) -> None:
    print(json.dumps(content, default=str, ensure_ascii=False))


def _print_one(history: History) -> None:
    name, runs = history.name, history.runs
    streak = history.verdict_runs
    print(
        printable(
            f"{name}: {counted(len(runs), 'run')} since {to_the_minute(runs[0].started)}; {runs[-1].verdict} since "
            f"{to_the_minute(history.since)} ({counted(streak, 'run')})"
        )
    )
    if len(runs) > _SHOWN_RUNS:
        print(f"  ... the newest {_SHOWN_RUNS}:")
    for run in runs[-_SHOWN_RUNS:]:
        print(f"  {to_the_minute(run.started)}  {run.verdict}")
    width = max(22, *(len(row.method) for row in history.rows))
    print(
        f"\n{'method':{width}} {'observed':10} {'outcome':14} {'since':16} {'runs':>5} {'p50 ms':>8} {'p95 ms':>8}"
    )
    for row in history.rows:
        flaps = f"  flaps: {row.changes} changes in {min(WINDOW, len(runs))} runs" if row.is_flapping else ""
        print(
            printable(
                f"{row.method:{width}} {row.observed:10} {row.outcome:14} {to_the_minute(row.since):16} "
                f"{row.runs:5} {_time(row.milliseconds):>8} {_time(row.milliseconds_p95):>8}{flaps}"
            )
        )


def _print_several(found: Sequence[EnvironmentHistory]) -> None:
    width = max(11, *(len(one.environment) for one in found))
    print(
        f"{'environment':{width}} {'verdict':12} {'since':16} {'runs':>11} {'unexpected':>10} {'flapping':>8} "
        f"{'p50 ms':>8} {'p95 ms':>8} {'newest':16}"
    )
    for one in found:
        print(
            printable(
                f"{one.environment:{width}} {one.verdict:12} {to_the_minute(one.since):16} "
                f"{f'{one.verdict_runs} of {one.runs}':>11} {one.unexpected:10} {one.flapping:8} "
                f"{_time(one.milliseconds):>8} {_time(one.milliseconds_p95):>8} {to_the_minute(one.newest):16}"
            )
        )
    print(f"\nflapping: rows that changed {FLAPPING} times or more in the last {WINDOW} runs")


def _time(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.1f}"
