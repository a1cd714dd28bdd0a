"""Runs for tests of the history: the sample's, at other times, with other results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from agentcore_probe import api
from agentcore_probe.history.rows import Row, rows_of
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")
_ROWS = rows_of(SAMPLE, api.judge(SAMPLE), "")
START = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)


def record_at(
    time: datetime,
    environment: str = "sample",
    *,
    runtime: str = "undecided",
    milliseconds: float | None = None,
) -> RunRecord:
    """The sample as a run of that time, with another decision and duration of its direct call."""
    facts = json.loads(json.dumps(SAMPLE.facts()))
    facts["environment"]["name"] = environment
    facts["provenance"]["started"] = time.isoformat()
    facts["observations"][1]["decision"] = runtime
    if milliseconds is not None:
        facts["exchanges"][1]["timings"] = {"first_byte": milliseconds}
    return RunRecord.model_validate(facts)


def run(number: int, environment: str = "prod", *, day: int | None = None) -> list[Row]:
    """The rows of the run with this number, by default one a day; a third of them has another result."""
    started = START + timedelta(days=number if day is None else day, microseconds=number)
    own = {
        "run_id": f"{number:032x}",
        "environment": environment,
        "started": started.isoformat(),
        "ended": (started + timedelta(seconds=4)).isoformat(),
        "report": f"{environment}/{started:%Y%m%dT%H%M%SZ}",
        "versions": {"python": "3.11", "boto3": "1.44"},
    }
    rows = [{**row, **own, "milliseconds": 10.0 + 7 * number % 50} for row in _ROWS]
    if number % 3 == 0:
        rows[1] |= {"observed": "refused", "outcome": "as-expected", "cause": None, "milliseconds": None}
        rows = [{**row, "verdict": "verified"} for row in rows]
    return rows


def many(count: int, environment: str = "prod") -> Iterator[list[Row]]:
    """The first runs."""
    return (run(number, environment) for number in range(count))
