"""What the history says: by DuckDB, and without it by the records; both say the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agentcore_probe.history.dataset import Dataset
from agentcore_probe.history.queries import environment_histories, environment_history
from agentcore_probe.history.rebuild import replace
from agentcore_probe.history.rows import Row
from agentcore_probe.history.trend import history_of_rows
from agentcore_probe.model.history import History
from agentcore_probe.storage import open_storage
from tests.history.runs import many, run


def by_files(folder: Path, runs: list[list[Row]], name: str = "prod") -> History:
    dataset = Dataset(open_storage(folder))
    replace(dataset, runs)
    return environment_history(dataset, name)


def same(one: History, other: History) -> bool:
    return (one.runs, one.rows, list(one.findings())) == (other.runs, other.rows, list(other.findings()))


def test_the_files_say_what_the_records_say(tmp_path: Path) -> None:
    """Runs, rows, and every row of every run."""
    runs = list(many(70))
    assert same(by_files(tmp_path, [*runs, run(1, "other")]), history_of_rows("prod", runs))


@pytest.mark.parametrize("seed", range(4))
def test_both_agree_on_any_runs(tmp_path: Path, seed: int) -> None:
    """With changes, missing rows, missing times, and times of every size."""
    chance = random.Random(seed)  # noqa: S311  (the same runs every time)
    runs = []
    for number in range(chance.randint(1, 90)):
        first, second, *others = run(number)
        second["observed"], second["outcome"] = chance.choice(
            [("accepted", "as-expected"), ("refused", "unexpected"), (None, "error")]
        )
        second["milliseconds"] = chance.choice([None, 0.0, 1.25, chance.random() * 1000])
        runs.append([first, *others] if chance.random() < 0.1 else [first, second, *others])
    assert same(by_files(tmp_path, runs), history_of_rows("prod", runs))


def test_a_run_that_is_not_there_yet_can_be_counted(tmp_path: Path) -> None:
    """For the page of that run; it counts once when it is there."""
    runs = list(many(9))
    dataset = Dataset(open_storage(tmp_path))
    dataset.add(runs[:-1])
    expected = history_of_rows("prod", runs)
    assert environment_history(dataset, "prod", runs[-1]).rows == expected.rows
    dataset.add(runs[-1:])
    assert environment_history(dataset, "prod", runs[-1]).rows == expected.rows


def test_a_row_that_changes_often_flaps(tmp_path: Path) -> None:
    """Three changes or more in the last 20 runs; older changes do not count."""
    history = by_files(tmp_path, list(many(30)))
    changes = {row.method: (row.changes, row.is_flapping) for row in history.rows}
    assert changes == {"gateway-jwt": (0, False), "runtime-jwt": (12, True), "runtime-cli": (0, False)}


def test_latency_is_median_and_95th_percentile(tmp_path: Path) -> None:
    """In milliseconds, over all runs that timed the row."""
    history = by_files(tmp_path, list(many(50)))
    row = history.rows[0]
    assert (row.milliseconds, row.milliseconds_p95) == (34.5, 56.5)
    assert len(row.recent) == 50


def test_what_needs_attention_comes_first(tmp_path: Path) -> None:
    """Not verified before verified; among them those with more flapping rows."""
    dataset = Dataset(open_storage(tmp_path))
    replace(dataset, [*many(22, "a-good-one"), *many(21, "bad"), run(3, "calm")])
    found = environment_histories(dataset)
    assert [(one.environment, one.verdict, one.flapping) for one in found] == [
        ("bad", "not-verified", 1),
        ("a-good-one", "verified", 1),
        ("calm", "verified", 0),
    ]
    assert [(one.runs, one.verdict_runs, one.unexpected) for one in found] == [
        (21, 2, 1),
        (22, 1, 0),
        (1, 1, 0),
    ]


def test_an_environment_without_runs_has_none(tmp_path: Path) -> None:
    """Neither runs nor rows."""
    history = by_files(tmp_path, [])
    assert (history.runs, history.rows) == ((), ())
