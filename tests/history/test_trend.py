"""Runs over time: since when, in how many runs, and how long."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import InputError
from agentcore_probe.history.trend import read_history
from agentcore_probe.model.history import RowHistory
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT

SAMPLE = api.load(PROJECT / "environments" / "sample.record.json")


def run_on(day: int, *, runtime: str = "undecided", milliseconds: float | None = None) -> RunRecord:
    """The sample as a run on that day of January 2026, with another decision and time of its direct call."""
    facts = json.loads(json.dumps(SAMPLE.facts()))
    facts["provenance"]["started"] = f"2026-01-{day:02}T09:30:00Z"
    facts["observations"][1]["decision"] = runtime
    if milliseconds is not None:
        facts["exchanges"][1]["timings"] = {"first_byte": milliseconds}
    return RunRecord.model_validate(facts)


def january(day: int) -> datetime:
    return datetime(2026, 1, day, 9, 30, tzinfo=UTC)


def row(records: list[RunRecord], method: str) -> RowHistory:
    (history,) = (row for row in read_history(records).rows if row.method == method)
    return history


def test_without_runs_there_is_no_history() -> None:
    """Neither runs nor rows."""
    history = read_history([])
    assert (history.runs, history.rows) == ((), ())


def test_runs_are_in_order_of_time() -> None:
    """Whatever the order of the records."""
    history = read_history([run_on(3), run_on(1), run_on(2)])
    assert [run.started for run in history.runs] == [january(1), january(2), january(3)]
    assert {run.verdict for run in history.runs} == {"not-verified"}


def test_an_unchanged_row_is_so_since_the_first_run() -> None:
    """In all of them."""
    gateway = row([run_on(1), run_on(2), run_on(3)], "gateway-jwt")
    assert (gateway.observed, gateway.outcome) == ("accepted", "as-expected")
    assert (gateway.since, gateway.runs) == (january(1), 3)


def test_a_row_counts_from_its_last_change() -> None:
    """Earlier runs with the same decision do not count."""
    records = [run_on(1), run_on(2, runtime="refused"), run_on(3), run_on(4)]
    runtime = row(records, "runtime-jwt")
    assert runtime.observed == "undecided"
    assert (runtime.since, runtime.runs) == (january(3), 2)


def test_a_run_without_the_row_ends_the_count() -> None:
    """It was not like this in that run."""
    facts = run_on(2).facts()
    facts["observations"] = facts["observations"][:1]
    runtime = row([run_on(1), RunRecord.model_validate(facts), run_on(3)], "runtime-jwt")
    assert (runtime.since, runtime.runs) == (january(3), 1)


def test_the_latency_is_the_median_of_all_runs() -> None:
    """In milliseconds, also of runs with another decision."""
    records = [
        run_on(1, runtime="refused", milliseconds=10),
        run_on(2, milliseconds=30.04),
        run_on(3, milliseconds=500),
    ]
    assert row(records, "runtime-jwt").milliseconds == 30.0


def test_a_run_without_a_start_is_the_oldest() -> None:
    """A record that was written by hand has no times."""
    history = read_history([run_on(1), SAMPLE])
    assert [run.started for run in history.runs] == [None, january(1)]


def test_a_history_is_a_frame_of_every_row_of_every_run() -> None:
    """With documented columns and types, also without a run."""
    frame = read_history([run_on(2, runtime="refused"), run_on(1)]).to_frame()
    assert list(frame) == [
        "started",
        "verdict",
        "method",
        "decision",
        "outcome",
        "cause",
        "confidence",
        "seconds",
        "run_id",
        "caller",
    ]
    rows = frame[frame["method"] == "runtime-jwt"]
    assert list(rows["decision"]) == ["undecided", "refused"]
    assert list(rows["started"]) == [january(1), january(2)]
    empty = read_history([]).to_frame()
    assert list(empty.dtypes) == list(frame.dtypes)


def test_the_history_of_the_reports_on_this_machine(tmp_path: Path) -> None:
    """Unusable ones are left out with a warning; without any it is an error that says what to do."""
    for day in (1, 2):
        run = run_on(day)
        store.write(
            tmp_path / "sample" / f"2026010{day}T093000Z" / "record.json",
            store.record_text(run, api.judge(run)),
        )
    store.write(tmp_path / "sample" / "20260103T093000Z" / "record.json", "{}")
    with pytest.warns(UserWarning, match="left out: .*20260103"):
        history = api.history("sample", reports=tmp_path)
    assert (history.name, len(history.runs)) == ("sample", 2)
    assert "runtime-jwt" in history._repr_html_()
    with pytest.raises(InputError, match="no reports yet"):
        api.history("other", reports=tmp_path)
