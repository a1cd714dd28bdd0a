"""`history`: what it prints, as text and as JSON, and which files it reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentcore_probe import api
from agentcore_probe.model.embedded_record import record_element
from tests.conftest import PROJECT, Command

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
        "sample: 2 runs, newest last",
        "  2026-01-01 09:30  not-verified",
        "  2026-01-02 09:30  not-verified",
    ]
    (row,) = (line.split() for line in lines if line.startswith("runtime-jwt "))
    assert row[:2] == ["runtime-jwt", "undecided"]
    assert row[3:6] == ["2026-01-01", "09:30", "2"]
    assert result.stderr.startswith(f"skipped: {runs / '20260103T000000Z' / 'record.json'}: is not JSON")
    assert "\x1b" not in result.stderr


def test_json_is_one_object(command_here: Command, runs: Path) -> None:
    """With `runs` as pairs and `rows` as objects."""
    history = json.loads(command_here("history", "sample", "--json").stdout)
    assert list(history) == ["runs", "rows"]
    assert history["runs"][0] == ["2026-01-01 09:30:00+00:00", "not-verified"]
    row = next(row for row in history["rows"] if row["method"] == "gateway-jwt")
    assert (row["observed"], row["outcome"], row["runs"]) == ("accepted", "as-expected", 2)


def test_an_environment_without_reports_is_an_error(command_here: Command, tmp_path: Path) -> None:
    """Exit 2, with the command to run."""
    result = command_here("history", "sample", "--out", str(tmp_path / "none"))
    assert result.returncode == 2
    assert "no reports yet. Run: agentcore-probe report sample" in result.stderr
