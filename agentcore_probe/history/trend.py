"""An environment's runs over time, from their rows: since when, in how many runs, how fast, what flaps.

`queries.py` says the same of the Parquet files; this needs no DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import quantiles
from typing import Any

from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.history import RECENT, WINDOW, History, PastFinding, PastRun, RowHistory
from agentcore_probe.model.record import RunRecord


def read_history(records: Iterable[RunRecord]) -> History:
    """The history of the runs with these records, in any order; runs of one method alone are left out.

    A run with several records counts once.
    """
    name = ""
    runs: dict[str, list[Row]] = {}
    for record in records:
        rows = rows_of(record, judge(record), "")
        if rows:
            name = record.environment.name
            runs.setdefault(record.run_id, rows)
    return history_of_rows(name, runs.values())


def history_of_rows(name: str, runs: Iterable[Sequence[Row]]) -> History:
    """The history of an environment.

    Args:
        name: its name.
        runs: the rows of each run, in any order.
    """
    ordered = sorted(runs, key=_moment)
    newest = ordered[-1] if ordered else ()
    return History(
        tuple(PastRun(_time(rows[0]), rows[0]["verdict"]) for rows in ordered),
        tuple(_row_history(row, ordered) for row in newest),
        name,
        lambda: [_past_finding(_time(row), row) for rows in ordered for row in rows],
    )


def _past_finding(started: datetime | None, row: Row) -> PastFinding:
    """A row of the data frame."""
    time = row["milliseconds"]
    return PastFinding(
        started,
        row["verdict"],
        row["method"],
        row["observed"],
        row["outcome"],
        row["cause"],
        row["confidence"],
        None if time is None else round(time / 1000, 3),
        row["run_id"],
        row["caller"],
    )


def _id_of(row: Row) -> str:
    """The method, with its further caller in front."""
    return f"{row['caller']}:{row['method']}" if row["caller"] else str(row["method"])


def _row_history(newest: Row, runs: Sequence[Sequence[Row]]) -> RowHistory:
    id = _id_of(newest)
    rows = [next((row for row in run if _id_of(row) == id), None) for run in runs]
    count = 0
    for row in reversed(rows):
        if row is None or _state(row) != _state(newest):
            break
        count += 1
    median, slow = _percentiles(_times(rows))
    states = [_state(row) for row in rows[-WINDOW:] if row is not None]
    return RowHistory(
        id,
        newest["observed"] or "-",
        newest["outcome"],
        _time(runs[-count][0]),
        count,
        median,
        slow,
        newest["cause"],
        sum(before != after for before, after in pairwise(states)),
        tuple(_times(rows[-RECENT:])),
    )


def _times(rows: Iterable[Row | None]) -> list[float]:
    return [row["milliseconds"] for row in rows if row is not None and row["milliseconds"] is not None]


def _percentiles(times: Sequence[float]) -> tuple[float | None, float | None]:
    """Median and 95th percentile, interpolated, to a tenth; None where there are no times."""
    if not times:
        return None, None
    points = quantiles(times, n=20, method="inclusive") if len(times) > 1 else [times[0]] * 19
    return round(points[9], 1), round(points[18], 1)


def _state(row: Row) -> tuple[Any, Any]:
    return row["observed"], row["outcome"]


def _moment(rows: Sequence[Row]) -> tuple[float, str]:
    started = _time(rows[0])
    return (started.timestamp() if started else 0, rows[0]["run_id"])


def _time(row: Row) -> datetime | None:
    return datetime.fromisoformat(row["started"]) if row["started"] else None
