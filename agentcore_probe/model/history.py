"""What the history of an environment says: since when each row is as it is, how often, how fast, and what flaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from agentcore_probe.model.display import counted, table, text_table, to_the_minute, visible
from agentcore_probe.model.judgement import Verdict
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.notebook_frame import framed

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 20
"""In so many of the latest runs, the changes of a row are counted."""
FLAPPING = 3
"""From so many changes among them on, a row flaps: once there and back are two."""
RECENT = 60
"""The times of so many of the latest runs are in the picture."""


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
    run_id: str
    caller: str | None


@dataclass(frozen=True)
class RowHistory:
    """One access method over the runs, as it is in the newest."""

    method: str
    """With the further caller in front, if it is one's: `admin:gateway-jwt`."""
    observed: str
    outcome: str
    since: datetime | None
    """The start of the first of the latest runs that all have this decision and outcome."""
    runs: int
    """How many such runs there are."""
    milliseconds: float | None
    """Median over all runs of the time of the row's requests together; None where nothing was timed."""
    milliseconds_p95: float | None = None
    """95 % of the times are not longer."""
    cause: str | None = None
    changes: int = 0
    """How often decision or outcome changed within the last `WINDOW` runs."""
    recent: tuple[float, ...] = ()
    """The times of the last `RECENT` runs in milliseconds, oldest first."""

    @property
    def is_flapping(self) -> bool:
        """Whether it changed `FLAPPING` times or more within the last `WINDOW` runs."""
        return self.changes >= FLAPPING

    def as_json(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {**vars(self), "recent": list(self.recent), "is_flapping": self.is_flapping}


@dataclass(frozen=True, repr=False)
class History:
    """An environment's runs, oldest first, and the rows of the newest."""

    runs: tuple[PastRun, ...]
    rows: tuple[RowHistory, ...]
    name: str = ""
    """The environment's name."""
    findings: Callable[[], Iterable[PastFinding]] = tuple
    """Reads every row of every run, in order."""
    language: str = DEFAULT
    """The code of the language in which a notebook shows it."""

    @property
    def since(self) -> datetime | None:
        """The start of the first of the latest runs that all have the newest verdict."""
        return self.runs[-self.verdict_runs].started if self.runs else None

    @property
    def verdict_runs(self) -> int:
        """How many of the latest runs have the newest verdict."""
        count = 0
        for run in reversed(self.runs):
            if run.verdict != self.runs[-1].verdict:
                break
            count += 1
        return count

    def as_json(self) -> dict[str, Any]:
        """Runs and rows as plain values; times are datetimes."""
        return {"runs": self.runs, "rows": [row.as_json() for row in self.rows]}

    def to_frame(self) -> pd.DataFrame:
        """One row per run and access method, oldest first.

        Columns: `started` (datetime64 in UTC, missing where the record has no time), `verdict` (of the run), `method`,
        `decision` (missing where nothing was sent), `outcome`, `cause` (missing for none), `confidence` (text), `seconds`
        (float64), `run_id` and `caller` (a further caller's name; missing for the environment's own).
        """
        from agentcore_probe.model.frames import fact_frame

        return fact_frame([finding._asdict() for finding in self.findings()], _COLUMNS)

    def as_html(self) -> str:
        """Since when each row is as it is, how fast, and what flaps."""
        return table(self._title, _HEAD, self._rows(), outcome=2)

    def as_text(self) -> str:
        """The same as text."""
        return text_table(self._title, _HEAD, self._rows())

    @property
    def _title(self) -> str:
        return f"{self.name}: {counted(len(self.runs), 'run')}"

    def _rows(self) -> list[tuple[object, ...]]:
        return [
            (
                row.method,
                row.observed,
                row.outcome,
                to_the_minute(row.since),
                row.runs,
                _or_dash(row.milliseconds),
                _or_dash(row.milliseconds_p95),
                row.changes,
            )
            for row in self.rows
        ]

    def __repr__(self) -> str:
        return f"<History of {self._title}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  (IPython's protocol)
        printer.text(self.as_text())

    def _repr_html_(self) -> str:
        return framed(visible(self.as_html()))


@dataclass(frozen=True)
class EnvironmentHistory:
    """One environment among others."""

    environment: str
    verdict: Verdict
    """Of the newest run."""
    since: datetime | None
    """The start of the first of the latest runs that all have this verdict."""
    verdict_runs: int
    """How many such runs there are."""
    runs: int
    """How many runs there are in all."""
    newest: datetime | None
    """The start of the newest run."""
    unexpected: int
    """How many rows of the newest run are unexpected."""
    flapping: int
    """How many of its rows flap."""
    milliseconds: float | None
    """Median over all runs of the time of all requests of a run together."""
    milliseconds_p95: float | None

    @property
    def attention(self) -> tuple[int, int, int, str]:
        """A key that sorts what needs attention first."""
        place = _WORST.index(self.verdict) if self.verdict in _WORST else 0  # else another version's
        return (place, -self.unexpected, -self.flapping, self.environment)


_HEAD = ("method", "decision", "outcome", "since", "runs", "p50 ms", "p95 ms", "changes")
_WORST: tuple[Verdict, ...] = ("not-verified", "inconclusive", "verified")
_COLUMNS = {
    "started": "datetime64[us, UTC]",
    **dict.fromkeys(("verdict", "method", "decision", "outcome", "cause", "confidence"), "str"),
    "seconds": "float64",
    "run_id": "str",
    "caller": "str",
}


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
