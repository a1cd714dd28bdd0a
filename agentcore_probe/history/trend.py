"""The runs of an environment: since when each row is as it is, how often, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.judgement import Verdict
from agentcore_probe.model.record import RunRecord


@dataclass(frozen=True)
class RowHistory:
    """One access method over the runs."""

    method: str
    observed: str
    outcome: str
    since: datetime | None
    """When the row began to be as it is now, without a break."""
    runs: int
    """How many runs in a row it has been so."""
    milliseconds: float | None
    """Median time of its requests together, over all runs; None where nothing was timed."""


@dataclass(frozen=True)
class History:
    """An environment's runs."""

    runs: tuple[tuple[datetime | None, Verdict], ...]
    rows: tuple[RowHistory, ...]


def history(records: Iterable[RunRecord]) -> History:
    """The past that `records` tell, the newest run last in `runs`."""
    ordered = sorted(
        records, key=lambda each: each.provenance.started.timestamp() if each.provenance.started else 0
    )
    judged = [(record, judge(record)) for record in ordered]
    newest = judged[-1][1].findings if judged else ()
    rows = []
    for finding in newest:
        now = (finding.observed, finding.outcome)
        since, runs = None, 0
        for record, judgement in reversed(judged):
            row = judgement.finding(finding.method)
            if row is None or (row.observed, row.outcome) != now:
                break
            since, runs = record.provenance.started, runs + 1
        times = [spent for record, _ in judged if (spent := _spent(record, finding.method)) is not None]
        rows.append(
            RowHistory(
                finding.method,
                finding.observed or "-",
                finding.outcome,
                since,
                runs,
                round(median(times), 1) if times else None,
            )
        )
    return History(tuple((record.provenance.started, each.verdict) for record, each in judged), tuple(rows))


def _spent(record: RunRecord, method: str) -> float | None:
    observation = record.observation(method)
    sent = record.of(observation) if observation and observation.not_tried is None else ()
    return sum(each.timings.total for each in sent) if sent else None
