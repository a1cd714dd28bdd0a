"""An environment's runs over time: since when each row is as it is, in how many runs, and its latency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.display import table, visible
from agentcore_probe.model.judgement import Finding, Judgement, Verdict
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.model.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd


class PastRun(NamedTuple):
    """One run: a pair in JSON."""

    started: datetime | None
    verdict: Verdict


class PastFinding(NamedTuple):
    """One access method in one run: a row of `History.to_frame`."""

    started: datetime | None
    verdict: Verdict
    method: str
    decision: str | None
    outcome: str
    cause: str | None
    confidence: str
    seconds: float | None


@dataclass(frozen=True)
class RowHistory:
    """One access method over the runs."""

    method: str
    observed: str
    outcome: str
    since: datetime | None
    """The start of the first of the latest runs that all have this decision and outcome."""
    runs: int
    """How many such runs there are."""
    milliseconds: float | None
    """Median over all runs of the time of the row's requests together; None where nothing was timed."""


@dataclass(frozen=True)
class History:
    """An environment's runs, oldest first, and the rows of the newest."""

    runs: tuple[PastRun, ...]
    rows: tuple[RowHistory, ...]
    name: str = ""
    """The environment's name."""
    findings: tuple[PastFinding, ...] = ()
    """Every row of every run, in order."""

    def to_frame(self) -> pd.DataFrame:
        """One row per run and access method, oldest first.

        Columns: `started` (datetime64 in UTC, missing where the record has no time), `verdict` (of the run), `method`,
        `decision` (missing where nothing was sent), `outcome`, `cause` (missing for none), `confidence` (text), `seconds`
        (float64).
        """
        from agentcore_probe.model.frames import fact_frame

        return fact_frame([finding._asdict() for finding in self.findings], _COLUMNS)

    def as_html(self) -> str:
        """The runs, and since when each row is as it is."""
        head = ("method", "decision", "outcome", "since", "runs", "median ms")
        rows = [
            (
                row.method,
                row.observed,
                row.outcome,
                _to_the_minute(row.since),
                row.runs,
                row.milliseconds or "-",
            )
            for row in self.rows
        ]
        runs = [(_to_the_minute(run.started), run.verdict) for run in self.runs]
        return table(f"{self.name}: rows", head, rows, outcome=2) + table(
            "runs", ("started", "verdict"), runs
        )

    def _repr_html_(self) -> str:
        return framed(visible(self.as_html()))


class _JudgedRun(NamedTuple):
    record: RunRecord
    judgement: Judgement

    @property
    def started(self) -> datetime | None:
        return self.record.provenance.started


def read_history(records: Iterable[RunRecord]) -> History:
    """The history of the runs with these records, in any order; runs of one method alone are left out."""
    complete = (record for record in records if record.provenance.only is None)
    runs = [_JudgedRun(record, judge(record)) for record in sorted(complete, key=_timestamp)]
    newest = runs[-1].judgement.all_findings if runs else ()
    return History(
        tuple(PastRun(run.started, run.judgement.verdict) for run in runs),
        tuple(_row_history(finding, runs) for finding in newest),
        runs[-1].record.environment.name if runs else "",
        tuple(_past_finding(finding, run) for run in runs for finding in run.judgement.findings),
    )


_COLUMNS = {
    "started": "datetime64[us, UTC]",
    **dict.fromkeys(("verdict", "method", "decision", "outcome", "cause", "confidence"), "str"),
    "seconds": "float64",
}


def _past_finding(finding: Finding, run: _JudgedRun) -> PastFinding:
    cause = finding.diagnosis.cause
    return PastFinding(
        run.started,
        run.judgement.verdict,
        finding.method,
        finding.observed,
        finding.outcome,
        None if cause == "none" else cause,
        finding.diagnosis.confidence,
        finding.seconds,
    )


def _to_the_minute(time: datetime | None) -> str:
    return str(time)[:16] if time else "-"


def _timestamp(record: RunRecord) -> float:
    return record.provenance.started.timestamp() if record.provenance.started else 0


def _row_history(finding: Finding, runs: Sequence[_JudgedRun]) -> RowHistory:
    since, count = None, 0
    for run in reversed(runs):
        row = run.judgement.finding(finding.method)
        if row is None or (row.observed, row.outcome) != (finding.observed, finding.outcome):
            break
        since, count = run.started, count + 1
    times = [time for run in runs if (time := _milliseconds(run.record, finding.method)) is not None]
    return RowHistory(
        finding.method,
        finding.observed or "-",
        finding.outcome,
        since,
        count,
        round(median(times), 1) if times else None,
    )


def _milliseconds(record: RunRecord, method: str) -> float | None:
    """The time of a row's requests together; None where none was sent."""
    observation = record.observation(method)
    exchanges = record.of(observation) if observation and observation.not_tried is None else ()
    return sum(exchange.timings.total for exchange in exchanges) if exchanges else None
