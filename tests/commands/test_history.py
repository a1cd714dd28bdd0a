"""`history`: what it prints, as text and as JSON, and which files it reads."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import forget_failure, keep_failure
from agentcore_probe.history.dataset import Dataset
from agentcore_probe.history.rows import rows_of
from agentcore_probe.model.embedded_record import record_element
from agentcore_probe.storage import open_storage
from tests.conftest import PROJECT, Command
from tests.history.runs import START, record_at

SAMPLE = PROJECT / "environments" / "sample.record.json"


@pytest.fixture
def runs(project: Path) -> Path:
    """Three runs: a record file, a page alone, and a broken record."""
    reports = project / "reports" / "sample"
    for name in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z"):
        (reports / name).mkdir(parents=True)
    facts = json.loads(SAMPLE.read_text("utf-8"))
    facts.pop("digest")
    facts["provenance"]["started"] = "2026-01-01T09:30:00Z"
    (reports / "20260101T000000Z" / "record.json").write_text(json.dumps(facts), "utf-8")
    facts["provenance"]["started"] = "2026-01-02T09:30:00Z"
    later = project / "later.json"
    later.write_text(json.dumps(facts), "utf-8")
    page = f"<!DOCTYPE html>{record_element(api.load(later))}"
    (reports / "20260102T000000Z" / "report.html").write_text(page, "utf-8")
    (reports / "20260103T000000Z" / "record.json").write_text('{"broken\x1b[2J', "utf-8")
    return reports


def test_runs_and_rows_are_printed(command_here: Command, runs: Path) -> None:
    """Exit 0; the broken record is reported on standard error."""
    result = command_here("history", "sample")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "sample: 2 runs since 2026-01-01 09:30; not-verified since 2026-01-01 09:30 (2 runs)",
        "  2026-01-01 09:30  not-verified",
        "  2026-01-02 09:30  not-verified",
    ]
    (row,) = (line.split() for line in lines if line.startswith("runtime-jwt "))
    assert row[:2] == ["runtime-jwt", "undecided"]
    assert row[3:6] == ["2026-01-01", "09:30", "2"]
    assert result.stderr.startswith(f"left out: {runs / '20260103T000000Z' / 'record.json'}: is not JSON")
    assert "\x1b" not in result.stderr


def test_json_is_one_object(command_here: Command, runs: Path) -> None:
    """With `runs` as pairs and `rows` as objects."""
    history = json.loads(command_here("history", "sample", "--json").stdout)
    assert list(history) == ["runs", "rows", "failure"]
    assert history["runs"][0] == ["2026-01-01 09:30:00+00:00", "not-verified"]
    row = next(row for row in history["rows"] if row["method"] == "gateway-jwt")
    assert (row["observed"], row["outcome"], row["runs"]) == ("accepted", "as-expected", 2)


def test_an_environment_without_reports_is_an_error(command_here: Command, tmp_path: Path) -> None:
    """Exit 2, with the command to run."""
    result = command_here("history", "sample", "--out", str(tmp_path / "none"))
    assert result.returncode == 2
    assert "no reports yet. Run: agentcore-probe report sample" in result.stderr


@pytest.fixture
def fleet(project: Path) -> Path:
    """The reports of three environments, as `report` left them, with their history."""
    reports = project / "reports"
    storage = open_storage(reports)
    for day, environment in ((1, "prod-a"), (2, "prod-a"), (1, "prod-b"), (3, "stage")):
        record = record_at(START + timedelta(days=day), environment)
        judgement = api.judge(record)
        report = f"{environment}/2026010{day + 1}T093100Z"
        storage.write(f"{report}/record.json", store.record_text(record, judgement))
        storage.write(f"{report}/report.html", "<p>a page</p>")
        Dataset(storage).add([rows_of(record, judgement, report)])
    return reports


def rows_in(reports: Path) -> list[tuple[Any, ...]]:
    """Every row of the history."""
    engine = Dataset(open_storage(reports)).connection()
    return engine.execute("FROM findings ORDER BY environment, started, position").fetchall()


def test_several_environments_are_a_line_each(command_here: Command, fleet: Path) -> None:
    """By pattern or all; in JSON a list."""
    result = command_here("history", "prod-*")
    assert [line.split()[0] for line in result.stdout.splitlines()[:3]] == ["environment", "prod-a", "prod-b"]
    every = json.loads(command_here("history", "all", "--json").stdout)
    assert {one["environment"]: one["runs"] for one in every} == {"prod-a": 2, "prod-b": 1, "stage": 1}
    nobody = command_here("history", "dev-*")
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "no runs of 'dev-*'" in nobody.stderr


def test_an_attempt_without_a_run_is_said(command_here: Command, fleet: Path) -> None:
    """The runs before it stay as they are; it is forgotten with a later run."""
    storage = open_storage(fleet)
    keep_failure(storage, "prod-a", InputError("the variable X is not set", where="prod-a.toml"))
    assert "could not run: prod-a.toml: the variable X is not set" in command_here("history", "prod-a").stdout
    every = command_here("history", "all").stdout
    assert "1 environment could not run the last time" in every
    assert "the variable X is not set" in every.splitlines()[-1]
    as_json = json.loads(command_here("history", "all", "--json").stdout)
    assert {one["environment"] for one in as_json if one["failure"]} == {"prod-a"}
    assert "prod-a could not run at " in command_here("diff", "prod-a", "stage").stderr
    forget_failure(storage, "prod-a")
    assert "could not run" not in command_here("history", "prod-a").stdout


def test_history_is_read_from_the_dataset(command_here: Command, fleet: Path) -> None:
    """Without looking at the records, which may be gone."""
    before = command_here("history", "prod-a").stdout
    shutil.rmtree(fleet / "prod-a")
    assert command_here("history", "prod-a").stdout == before
    assert "prod-a: 2 runs" in before


def test_older_reports_that_are_not_in_the_history_are_mentioned(command_here: Command, fleet: Path) -> None:
    """With the command that adds them."""
    shutil.copytree(fleet / "prod-a" / "20260102T093100Z", fleet / "prod-a" / "20251231T000000Z")
    result = command_here("history", "prod-a")
    assert (
        "1 older reports are not in the history; once: agentcore-probe history --rebuild prod-a"
        in result.stderr
    )


def test_rebuilding_gives_the_same_rows(command_here: Command, fleet: Path) -> None:
    """Also of all environments, after the files were lost, and with a record that cannot be read, which is named."""
    before = rows_in(fleet)
    (fleet / "stage" / "20260105T000000Z").mkdir()
    (fleet / "stage" / "20260105T000000Z" / "record.json").write_text("{")
    result = command_here("history", "--rebuild")
    assert (result.returncode, result.stdout) == (
        0,
        "history: 4 runs of 3 environments written from their records\n",
    )
    assert "stage/20260105T000000Z/record.json: is not JSON" in result.stderr
    assert rows_in(fleet) == before
    shutil.rmtree(fleet / "history")
    command_here("history", "--rebuild")
    assert rows_in(fleet) == before


def test_rebuilding_one_keeps_the_others_and_what_was_pruned(command_here: Command, fleet: Path) -> None:
    """Runs without a record stay."""
    before = rows_in(fleet)
    shutil.rmtree(fleet / "prod-a" / "20260102T093100Z")
    shutil.rmtree(fleet / "stage")
    assert command_here("history", "--rebuild", "prod-a").returncode == 0
    assert rows_in(fleet) == before


def test_rebuilding_repairs_a_damaged_file(command_here: Command, fleet: Path) -> None:
    """Of a run whose record is there."""
    before = rows_in(fleet)
    for file in (fleet / "history").rglob("prod-b-*.parquet"):
        file.write_bytes(file.read_bytes()[:100])
    for file in (fleet / "history").rglob("stage-*.parquet"):
        content = file.read_bytes()
        file.write_bytes(content[:60] + bytes(90) + content[150:])
    result = command_here("history", "all")
    assert "has other columns, or is damaged" in result.stderr
    assert "is cut off. Run: agentcore-probe history --rebuild all" in result.stderr
    command_here("history", "--rebuild", "all")
    assert command_here("history", "all").stderr == ""
    assert rows_in(fleet) == before
