"""Since when each environment has its verdict, from the history of all runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from agentcore_probe.history.engine import is_installed
from agentcore_probe.storage import Storage

_QUERY = """
WITH runs AS (
    SELECT environment, run_id, any_value(started) AS started, any_value(verdict) AS verdict
    FROM findings WHERE started IS NOT NULL GROUP BY ALL
),
marked AS (
    SELECT *, first(verdict) OVER newest_first AS newest, first(run_id) OVER newest_first AS newest_run
    FROM runs WINDOW newest_first AS (PARTITION BY environment ORDER BY started DESC, run_id DESC)
),
changes AS (
    SELECT *, count(*) FILTER (verdict <> newest) OVER (
        PARTITION BY environment ORDER BY started DESC, run_id DESC ROWS UNBOUNDED PRECEDING
    ) AS changes FROM marked
)
SELECT environment, newest_run, min(epoch(started)) FILTER (changes = 0), count(*) FILTER (changes = 0),
    max(epoch(started)) FILTER (changes > 0)
FROM changes GROUP BY ALL
"""


class Streak(NamedTuple):
    """The latest runs of an environment that all have the same verdict."""

    run: str
    """The id of the newest."""
    since: datetime
    """When the first began."""
    runs: int
    other: datetime | None
    """When the last run with another verdict began; None: there is none."""


def verdict_streaks(storage: Storage) -> dict[str, Streak]:
    """The streak of each environment in the history; empty where there is no history, or nothing to read it with.

    Raises:
        ReportError: the history cannot be read.
    """
    if not is_installed():
        return {}
    from agentcore_probe.history.dataset import Dataset

    dataset = Dataset(storage)
    if not dataset.names():
        return {}
    connection = dataset.connection(columns=("environment", "run_id", "started", "verdict"))
    rows = connection.execute(_QUERY).fetchall()
    return {
        environment: Streak(run, _time(since), runs, _time(other) if other is not None else None)
        for environment, run, since, runs, other in rows
    }


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
