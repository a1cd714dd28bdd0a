"""`report`: which environments it selects. tests/end_to_end has what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command


def test_all_takes_a_broken_file_and_reports_the_others(command_here: Command, project: Path) -> None:
    """It may belong to the selection, so it is listed as an error in its place."""
    for local in (project / "environments").glob("local*.toml"):
        local.unlink()
    (project / "environments" / "broken.toml").write_text("region = [\n")
    (project / "environments" / "prod.toml").write_text('[gateway]\nurl = "http://127.0.0.1:9/mcp"\n')
    result = command_here("report", "all", "--json-summary", "summary.json")
    assert result.returncode == 2
    broken, prod = json.loads((project / "summary.json").read_text())["environments"]
    assert (broken["name"], broken["error"]["where"]) == ("broken", "environments/broken.toml")
    assert (prod["name"], prod["error"]["error"]) == ("prod", "UnreachableError")
    assert (project / prod["page"]).is_file()


def test_a_repeated_name_is_one_report(command_here: Command, project: Path) -> None:
    """With the table of a single environment."""
    result = command_here("report", "sample", "sample")
    assert result.returncode == 1
    assert "Verdict: Not verified." in result.stdout
    assert len(list((project / "reports" / "sample").glob("2*"))) == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("sample", "local"), "--from takes one environment at most"),
        (("--wait", "5"), "--from makes no run to wait for"),
    ],
)
def test_what_from_does_not_take_is_an_error(
    command_here: Command, project: Path, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, and no report."""
    result = command_here("report", *words, "--from", "environments/sample.record.json")
    assert result.returncode == 2
    assert error in result.stderr
    assert not (project / "reports").exists()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--against", "nowhere"), "reports/nowhere: no reports yet. Run: agentcore-probe report nowhere"),
        (("--against", "sample"), "--against: is the environment itself. Name another environment"),
        (("--against", "prod", "--share"), "--share leaves out what --against adds. Leave out --against"),
    ],
)
def test_what_cannot_be_compared_is_an_error_before_the_run(
    command_here: Command, project: Path, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, and no report."""
    result = command_here("report", "sample", *words)
    assert result.returncode == 2
    assert error in result.stderr
    assert not (project / "reports").exists()
