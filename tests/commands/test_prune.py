"""`prune`: which reports it removes, and that the history keeps their runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.storage import open_storage
from tests.conftest import Command
from tests.history.runs import record_at

NOW = datetime.now(UTC)


def write_report(reports: Path, days: int, environment: str = "prod") -> Path:
    """A report of that age that is not in the history."""
    time = NOW - timedelta(days=days)
    record = record_at(time, environment)
    folder = reports / environment / f"{time:%Y%m%dT%H%M%SZ}"
    store.write(folder / "record.json", store.record_text(record, api.judge(record)))
    store.write(folder / "report.html", "<p>a page</p>")
    return folder


def runs_in(reports: Path) -> int:
    """How many runs the history has."""
    found = (
        Dataset(open_storage(reports))
        .connection()
        .execute("SELECT count(DISTINCT run_id) FROM findings")
        .fetchone()
    )
    assert found is not None
    return int(found[0])


def test_old_reports_go_and_their_runs_stay(command_here: Command, project: Path) -> None:
    """Runs that were not in the history are added first; a trial changes nothing."""
    reports = project / "reports"
    old, older, new = (write_report(reports, days) for days in (91, 400, 2))
    trial = command_here("prune", "prod", "--older-than", "90d", "--dry-run")
    assert trial.stdout.splitlines() == [
        f"would remove prod/{older.name}",
        f"would remove prod/{old.name}",
        "2 reports would be removed",
    ]
    assert (old.exists(), runs_in(reports)) == (True, 0)
    assert command_here("prune", "prod", "--older-than", "90d").stdout.endswith("2 reports removed\n")
    assert [old.exists(), older.exists(), new.exists()] == [False, False, True]
    assert runs_in(reports) == 2
    assert "2 runs" in command_here("history", "prod").stdout


def test_the_newest_report_stays(command_here: Command, project: Path) -> None:
    """Whatever its age, in every environment."""
    reports = project / "reports"
    kept = [write_report(reports, 500), write_report(reports, 700, "stage")]
    write_report(reports, 900, "stage")
    result = command_here("prune", "all", "--older-than", "1w")
    assert result.stdout.endswith("1 report removed\n")
    assert all(folder.exists() for folder in kept)


def test_what_it_does_not_know_stays(command_here: Command, project: Path) -> None:
    """Folders with other names, with other files, and records that cannot be read, which are named."""
    reports = project / "reports"
    write_report(reports, 1)
    noted, broken = write_report(reports, 100), write_report(reports, 101)
    (noted / "notes.txt").write_text("mine")
    (broken / "record.json").write_text("{}")
    other = write_report(reports, 102).rename(reports / "prod" / "before-the-move")
    result = command_here("prune", "prod", "--older-than", "90")
    assert result.stdout == "0 reports removed, 2 left\n"
    assert all(folder.exists() for folder in (noted, broken, other))
    assert "notes.txt" in result.stderr
    assert str(broken / "record.json") in result.stderr


@pytest.mark.parametrize("age", ["soon", "90x", "-1d", "3m"])
def test_an_age_is_a_number_with_a_unit(command_here: Command, project: Path, age: str) -> None:
    """Anything else is an error that shows the form; `m` could be months."""
    result = command_here("prune", "prod", f"--older-than={age}")
    assert result.returncode == 2
    assert "Write 90d, 12w or 36h" in result.stderr


def test_no_age_is_wrapped_around(command_here: Command, project: Path) -> None:
    """1,750 years ago was the year 276, which is before 2020 as a number only."""
    write_report(project / "reports", 400)
    write_report(project / "reports", 2)
    assert command_here("prune", "prod", "--older-than", "91250w").stdout == "0 reports removed\n"


@pytest.mark.parametrize("name", ["..", "../away/prod", "prod/", "history"])
def test_only_environments_are_pruned(command_here: Command, project: Path, name: str) -> None:
    """A path is not a name: it could lead out of the reports."""
    away = [write_report(project / "away", days) for days in (400, 300)]
    write_report(project / "reports", 2)
    result = command_here("prune", name, "--older-than", "90d")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert all(folder.exists() for folder in away)


def test_links_out_of_the_reports_are_not_followed(command_here: Command, project: Path) -> None:
    """Neither that of an environment nor that of a report."""
    away = [write_report(project / "away", days, "linked") for days in (400, 300)]
    own = write_report(project / "reports", 2)
    (project / "reports" / "linked").symlink_to(away[0].parent, target_is_directory=True)
    (own.parent / away[0].name).symlink_to(away[0], target_is_directory=True)
    assert command_here("prune", "all", "--older-than", "90d").stdout == "0 reports removed\n"
    assert command_here("prune", "linked", "--older-than", "90d").stdout == "0 reports removed\n"
    assert all((folder / "record.json").exists() for folder in away)


def test_a_report_that_is_being_written_stays(command_here: Command, project: Path) -> None:
    """Whatever the age; one whose page never came goes when no command can be at it any more."""
    reports = project / "reports"
    old, current, _ = (write_report(reports, days) for days in (3, 0, -1))
    for folder in (old, current):
        (folder / "report.html").unlink()
    assert command_here("prune", "prod", "--older-than", "0d").stdout.endswith("1 report removed\n")
    assert [old.exists(), current.exists()] == [False, True]
