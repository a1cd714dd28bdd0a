"""`report`: which environments it selects. tests/end_to_end has what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.commands import report
from agentcore_probe.errors import EnvironmentFileError
from tests.conftest import Command


def test_all_leaves_out_example_recorded_ones_and_local(project: Path) -> None:
    """In alphabetical order."""
    for name in ("stage", "prod"):
        (project / "environments" / f"{name}.toml").write_text('[gateway]\nid = "my-gateway-abcdefghij"\n')
    (project / "environments" / "replay.toml").write_text('record = "sample.record.json"\n')
    assert report._select_environments(("all",), project) == ["prod", "stage"]


def test_all_reads_every_file(project: Path) -> None:
    """A broken one is an error, since it may belong to the selection."""
    (project / "environments" / "prod.toml").write_text("[gateway\n")
    with pytest.raises(EnvironmentFileError, match=r"environments/prod\.toml"):
        report._select_environments(("all",), project)


def test_a_repeated_name_is_one_report(command: Command, project: Path) -> None:
    """With the table of a single environment."""
    result = command("report", "sample", "sample")
    assert result.returncode == 1
    assert "Verdict: Not verified." in result.stdout
    assert len(list((project / "reports" / "sample").glob("2*"))) == 1


def test_from_takes_one_environment_at_most(command: Command, project: Path) -> None:
    """Exit 2, and no report."""
    result = command("report", "sample", "local", "--from", "environments/sample.record.json")
    assert result.returncode == 2
    assert "--from takes one environment at most" in result.stderr
    assert not (project / "reports").exists()
