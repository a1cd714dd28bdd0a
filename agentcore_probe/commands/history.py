"""`history`: since when each row is as it is, how often, how fast, and what flaps; of one environment or of many."""

from __future__ import annotations

import json
import shlex
from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from agentcore_probe.api.histories import history_in, warn_of_files
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.selection import ALL, is_one, meant_by
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.fleet.failures import failure_since
from agentcore_probe.model.display import counted, to_the_minute
from agentcore_probe.model.fleet import Failure
from agentcore_probe.model.history import FLAPPING, WINDOW, EnvironmentHistory, History
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
    root = find_root()
    reports = open_reports(out, root)
    if len(names) == 1 and is_one(names[0], root):
        history = history_in(reports, names[0], print_to_stderr)
        failure = failure_since(reports, names[0], history.runs[-1].started)
        if as_json:
            _print_json({**history.as_json(), "failure": _as_json(failure)})
        else:
            _print_one(history, failure)
        return
    found = _several(reports, names, root)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        failures = list(pool.map(lambda one: failure_since(reports, one.environment, one.newest), found))
    if as_json:
        _print_json(
            [{**asdict(one), "failure": _as_json(why)} for one, why in zip(found, failures, strict=True)]
        )
    else:
        _print_several(found)
        _print_failures({one.environment: why for one, why in zip(found, failures, strict=True) if why})


def _several(reports: Storage, names: Sequence[str], root: Path) -> list[EnvironmentHistory]:
    """The histories of the named environments, those that need attention first."""
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
                f"agentcore-probe history --rebuild {shlex.quote(name)}",
            )
        selected |= {*meant}
    return [one for name, one in every.items() if name in selected]


def _print_json(content: object) -> None:
    print(json.dumps(content, default=str, ensure_ascii=False))


def _as_json(failure: Failure | None) -> dict[str, Any] | None:
    return failure.model_dump(mode="json") if failure is not None else None


def _print_one(history: History, failure: Failure | None) -> None:
    name, runs = history.name, history.runs
    streak = history.verdict_runs
    print(
        printable(
            f"{name}: {counted(len(runs), 'run')}{_since(runs[0].started)}; {runs[-1].verdict}{_since(history.since)} "
            f"({counted(streak, 'run')})"
        )
    )
    if len(runs) > _SHOWN_RUNS:
        print(f"  ... the newest {_SHOWN_RUNS}:")
    for run in runs[-_SHOWN_RUNS:]:
        print(f"  {to_the_minute(run.started)}  {run.verdict}")
    if failure is not None:
        print(printable(f"  {to_the_minute(failure.at)}  could not run: {failure.line}"))
    print()
    cells = [
        (
            row.method,
            row.observed,
            row.outcome,
            to_the_minute(row.since),
            row.runs,
            _time(row.milliseconds),
            _time(row.milliseconds_p95),
        )
        for row in history.rows
    ]
    head = ("method", "observed", "outcome", "since", "runs", "p50 ms", "p95 ms")
    lines = _lines(head, cells, numbers=range(4, 7))
    print(next(lines))
    for row, line in zip(history.rows, lines, strict=True):
        print(line)
        if row.is_flapping:
            print(f"  flaps: {row.changes} changes in {min(WINDOW, len(runs))} runs")


def _print_several(found: Sequence[EnvironmentHistory]) -> None:
    cells = [
        (
            one.environment,
            one.verdict,
            to_the_minute(one.since),
            f"{one.verdict_runs} of {one.runs}",
            one.unexpected,
            one.flapping,
            _time(one.milliseconds),
            _time(one.milliseconds_p95),
            to_the_minute(one.newest),
        )
        for one in found
    ]
    head = ("environment", "verdict", "since", "runs", "unexpected", "flapping", "p50 ms", "p95 ms", "newest")
    for line in _lines(head, cells, numbers=range(3, 8)):
        print(line)
    print(f"\nflapping: rows that changed {FLAPPING} times or more in the last {WINDOW} runs")


def _lines(
    head: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Container[int]
) -> Iterator[str]:
    """The lines of a table, each column as wide as its widest cell; those with numbers are aligned to the right."""
    cells = [[printable(str(cell)) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield " ".join(padded).rstrip()


def _print_failures(failures: Mapping[str, Failure]) -> None:
    """Of which environments the last attempt has no run, and why."""
    if failures:
        count = counted(len(failures), "environment")
        print(f"\n{count} could not run the last time; the lines above are the runs before:")
    for name, failure in failures.items():
        print(printable(f"  {name}  {to_the_minute(failure.at)}  {failure.line}"))


def _since(time: datetime | None) -> str:
    return f" since {to_the_minute(time)}" if time else ""


def _time(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.1f}"
