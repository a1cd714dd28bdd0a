"""`history`: since when each row is as it is, how often, how fast, and what flaps; of one environment or of many."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from agentcore_probe.api.histories import history_in, warn_of_files
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.reports import open_reports
from agentcore_probe.environments.load import find_root
from agentcore_probe.environments.rows import rows_in
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.fleet.failures import failure_since
from agentcore_probe.history.engine import is_installed
from agentcore_probe.model.fleet import Failure
from agentcore_probe.model.history import FLAPPING, WINDOW, EnvironmentHistory, History, to_the_minute
from agentcore_probe.storage import Storage

_SHOWN_RUNS = 10
_AT_A_TIME = 8
"""Files that are read at a time: of a storage behind a network, most of it is waiting."""


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
    reports = open_reports(out)
    of = rows_in(find_root()).of
    rows = {name: frozenset(of.get(name, ())) for name in names}
    if len(names) == 1 and not _is_pattern(names[0]) and not rows[names[0]]:
        history = history_in(reports, names[0], _warn)
        failure = failure_since(reports, names[0], history.runs[-1].started)
        if as_json:
            _print_json({**history.as_json(), "failure": _as_json(failure)})
        else:
            _print_one(history, failure)
        return
    found = _several(reports, rows)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        failures = list(pool.map(lambda one: failure_since(reports, one.environment, one.newest), found))
    if as_json:
        _print_json(
            [{**asdict(one), "failure": _as_json(why)} for one, why in zip(found, failures, strict=True)]
        )
    else:
        _print_several(found)
        _print_failures({one.environment: why for one, why in zip(found, failures, strict=True) if why})


def _several(reports: Storage, names: Mapping[str, Collection[str]]) -> list[EnvironmentHistory]:
    """The histories of names, each with the rows of the template that it means."""
    if not is_installed():
        require_extra("fleet", f"'history {' '.join(names)}'")
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.queries import environment_histories

    dataset = Dataset(reports)
    every = environment_histories(dataset)
    warn_of_files(dataset.left_out, reports, _warn)
    for name, rows in names.items():
        if not any(_matches(one.environment, name) or one.environment in rows for one in every):
            raise InputError(
                "the history has no runs" if name == "all" else f"the history has no runs of {name!r}",
                where=reports.where("history"),
                hint="Runs are added by: agentcore-probe report ENV; those of reports that are there, by: "
                f"agentcore-probe history --rebuild {shlex.quote(name)}",
            )
    return [
        one
        for one in every
        if any(_matches(one.environment, name) or one.environment in rows for name, rows in names.items())
    ]


def _matches(environment: str, name: str) -> bool:
    return name == "all" or fnmatchcase(environment, name)


def _is_pattern(name: str) -> bool:
    return name == "all" or any(sign in name for sign in "*?[")


def _print_json(content: object) -> None:
    print(json.dumps(content, default=str, ensure_ascii=False))


def _as_json(failure: Failure | None) -> dict[str, Any] | None:
    return failure.model_dump(mode="json") if failure is not None else None


def _print_one(history: History, failure: Failure | None) -> None:
    name, runs = history.name, history.runs
    streak = history.verdict_runs
    print(
        printable(
            f"{name}: {_count(len(runs), 'run')} since {to_the_minute(runs[0].started)}; {runs[-1].verdict} since "
            f"{to_the_minute(history.since)} ({_count(streak, 'run')})"
        )
    )
    if len(runs) > _SHOWN_RUNS:
        print(f"  ... the newest {_SHOWN_RUNS}:")
    for run in runs[-_SHOWN_RUNS:]:
        print(f"  {to_the_minute(run.started)}  {run.verdict}")
    if failure is not None:
        print(printable(f"  {to_the_minute(failure.at)}  could not run: {failure.line}"))
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
        f"{'p50 ms':>8} {'p95 ms':>8} newest"
    )
    for one in found:
        print(
            printable(
                f"{one.environment:{width}} {one.verdict:12} {to_the_minute(one.since):16} "
                f"{f'{one.verdict_runs} of {one.runs}':>11} {one.unexpected:10} {one.flapping:8} "
                f"{_time(one.milliseconds):>8} {_time(one.milliseconds_p95):>8} {to_the_minute(one.newest)}"
            )
        )
    print(f"\nflapping: rows that changed {FLAPPING} times or more in the last {WINDOW} runs")


def _print_failures(failures: Mapping[str, Failure]) -> None:
    """Of which environments the last attempt has no run, and why."""
    if failures:
        count = _count(len(failures), "environment")
        print(f"\n{count} could not run the last time; the lines above are the runs before:")
    for name, failure in failures.items():
        print(printable(f"  {name}  {to_the_minute(failure.at)}  {failure.line}"))


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _time(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.1f}"


def _warn(text: str) -> None:
    print(printable(text), file=sys.stderr)
