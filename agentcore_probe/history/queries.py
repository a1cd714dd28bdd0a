"""What the history says of one environment or of all, asked of the table `findings` (`dataset.Dataset.connection`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.history.rows import Row
from agentcore_probe.model.history import (
    FLAPPING,
    RECENT,
    WINDOW,
    EnvironmentHistory,
    History,
    PastFinding,
    PastRun,
    RowHistory,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NEEDED = (
    "run_id", "environment", "started", "verdict", "position", "caller", "method", "observed", "outcome", "cause",
    "milliseconds",
)  # fmt: skip

_RUNS = """
CREATE TABLE runs AS
SELECT run_id, environment, started, verdict,
    row_number() OVER (PARTITION BY environment ORDER BY started NULLS FIRST, run_id) AS number,
    count(*) OVER (PARTITION BY environment) AS runs
FROM findings WHERE position = 0
"""
"""Every run, numbered from 1 in each environment; `runs` is the number of the newest."""

_ROWS = """
CREATE VIEW numbered AS
SELECT environment, coalesce(caller || ':', '') || method AS id, number, runs, f.started, position, observed, outcome,
    cause, milliseconds
FROM findings f JOIN runs USING (environment, run_id)
"""

_ROW_HISTORIES = f"""
WITH newest AS (SELECT id, observed, outcome, cause, position FROM numbered WHERE number = runs),
same AS (
    SELECT id, started, number + row_number() OVER (PARTITION BY id ORDER BY number DESC) - 1 = runs AS is_latest, number
    FROM numbered JOIN newest n USING (id)
    WHERE numbered.observed IS NOT DISTINCT FROM n.observed AND numbered.outcome = n.outcome
),
streak AS (SELECT id, count(*) AS runs, first(epoch_us(started) ORDER BY number) AS since FROM same WHERE is_latest GROUP BY id),
changed AS (
    SELECT id, count(*) AS changes FROM (
        SELECT id, (observed, outcome) AS state, lag((observed, outcome)) OVER w AS before, lag(number) OVER w AS previous
        FROM numbered WHERE number > runs - {WINDOW} WINDOW w AS (PARTITION BY id ORDER BY number)
    ) WHERE previous IS NOT NULL AND state IS DISTINCT FROM before GROUP BY id
),
times AS (
    SELECT id, quantile_cont(milliseconds, [0.5, 0.95]) AS points FROM numbered GROUP BY id
),
recent AS (
    SELECT id, list(milliseconds ORDER BY number) AS recent
    FROM numbered WHERE milliseconds IS NOT NULL AND number > runs - {RECENT} GROUP BY id
)
SELECT id, observed, outcome, since, streak.runs, points, cause, coalesce(changes, 0), recent
FROM newest JOIN streak USING (id) LEFT JOIN changed USING (id) LEFT JOIN times USING (id) LEFT JOIN recent USING (id)
ORDER BY position
"""
"""Without a mark for a missing row, `is_latest` is false after a gap: the n-th of the same rows is then not the n-th run."""

_ENVIRONMENTS = f"""
WITH newest AS (SELECT environment, verdict, started, runs FROM runs WHERE number = runs),
streak AS (
    SELECT environment, count(*) AS verdict_runs, first(epoch_us(started) ORDER BY number) AS since FROM (
        SELECT environment, started, number,
            number + row_number() OVER (PARTITION BY environment ORDER BY number DESC) - 1 = runs AS is_latest
        FROM runs JOIN (SELECT environment, verdict FROM newest) USING (environment, verdict)
    ) WHERE is_latest GROUP BY environment
),
changed AS (
    SELECT environment, id, count(*) AS changes FROM (
        SELECT environment, id, (observed, outcome) AS state, lag((observed, outcome)) OVER w AS before,
            lag(number) OVER w AS previous
        FROM numbered WHERE number > runs - {WINDOW} WINDOW w AS (PARTITION BY environment, id ORDER BY number)
    ) WHERE previous IS NOT NULL AND state IS DISTINCT FROM before GROUP BY environment, id
),
rows AS (
    SELECT environment, count(*) FILTER (outcome = 'unexpected') AS unexpected,
        count(*) FILTER (changes >= $flapping) AS flapping
    FROM numbered LEFT JOIN changed USING (environment, id) WHERE number = runs GROUP BY environment
),
times AS (
    SELECT environment, quantile_cont(total, [0.5, 0.95]) AS points FROM (
        SELECT environment, sum(milliseconds) AS total FROM findings GROUP BY environment, run_id
    ) GROUP BY environment
)
SELECT environment, verdict, since, verdict_runs, newest.runs, epoch_us(started), unexpected, flapping, points
FROM newest JOIN streak USING (environment) JOIN rows USING (environment) LEFT JOIN times USING (environment)
"""


def environment_history(dataset: Dataset, name: str, newest: Sequence[Row] = ()) -> History:
    """The history of one environment, without runs where it has none.

    Args:
        dataset: the history of all.
        name: the environment's name.
        newest: the rows of one more run, which counts once if it is there already.

    Raises:
        ReportError: the files cannot be read.
    """
    engine = dataset.connection(environments=(name,), columns=_NEEDED)
    if newest:
        engine.execute("DELETE FROM findings WHERE run_id = $1", [newest[0]["run_id"]])
        values = ", ".join(f"${number}" for number, _ in enumerate(_NEEDED, start=1))
        engine.executemany(
            f"INSERT INTO findings ({', '.join(_NEEDED)}) VALUES ({values})",
            [[row[column] for column in _NEEDED] for row in newest],
        )
    _numbered(engine)
    runs = engine.execute("SELECT epoch_us(started), verdict FROM runs ORDER BY number").fetchall()
    rows = engine.execute(_ROW_HISTORIES).fetchall()
    return History(
        tuple(PastRun(_time(started), verdict) for started, verdict in runs),
        tuple(_row_history(*row) for row in rows),
        name,
        lambda: _findings(dataset, name),
    )


def environment_histories(dataset: Dataset) -> list[EnvironmentHistory]:
    """All environments of the history, those that need attention first.

    Raises:
        ReportError: the files cannot be read.
    """
    engine = _numbered(dataset.connection(columns=_NEEDED))
    found = [
        EnvironmentHistory(name, verdict, _time(since), streak, runs, _time(newest), unexpected, flapping, *_points(points))
        for name, verdict, since, streak, runs, newest, unexpected, flapping, points in engine.execute(
            _ENVIRONMENTS, {"flapping": FLAPPING}
        ).fetchall()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.attention)


def _numbered(engine: DuckDBPyConnection) -> DuckDBPyConnection:
    engine.execute(_RUNS)
    engine.execute(_ROWS)
    return engine


def _row_history(  # noqa: PLR0913, PLR0917  (the columns of the query)
    id: str,
    observed: str | None,
    outcome: str,
    since: int | None,
    runs: int,
    points: list[float] | None,
    cause: str | None,
    changes: int,
    recent: list[float] | None,
) -> RowHistory:
    median, slow = _points(points)
    return RowHistory(
        id, observed or "-", outcome, _time(since), runs, median, slow, cause, changes, tuple(recent or ())
    )


def _points(points: list[float] | None) -> tuple[float | None, float | None]:
    return (round(points[0], 1), round(points[1], 1)) if points else (None, None)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _time(microseconds: int | None) -> datetime | None:
    """A time from a number: DuckDB's own conversion takes ten times as long."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _findings(dataset: Dataset, name: str) -> Iterator[PastFinding]:
    engine: Any = dataset.connection(environments=(name,), columns=(*_NEEDED, "confidence"))
    rows = engine.execute(
        "SELECT epoch_us(started), verdict, method, observed, outcome, cause, confidence, "
        "round(milliseconds / 1000, 3), run_id, caller FROM findings ORDER BY started NULLS FIRST, run_id, position"
    ).fetchall()
    return (PastFinding(_time(started), *others) for started, *others in rows)
