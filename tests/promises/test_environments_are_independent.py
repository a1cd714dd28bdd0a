"""Promise 23: a broken environment does not prevent the reports of the others."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Command


def test_a_broken_file_does_not_prevent_other_reports(command: Command, project: Path) -> None:
    """Its error has its name, the others have reports, and the exit code is the worst of all."""
    (project / "environments" / "bad.toml").write_text("[runtime]\narn = 1\n")
    result = command("report", "bad", "sample", "local-iam")
    assert result.returncode == 2
    assert "error: bad: environments/bad.toml, [runtime] arn" in result.stderr
    assert sorted(path.name for path in (project / "reports").iterdir()) == ["local-iam", "sample"]
    for folder in (project / "reports").glob("*/2*"):
        assert (folder / "report.html").is_file()


def test_an_unreachable_environment_does_not_prevent_other_reports(command: Command, project: Path) -> None:
    """Both have a report, and the exit code is 4."""
    (project / "environments" / "dead.toml").write_text(
        '[gateway]\nurl = "http://127.0.0.1:9/mcp"\n[limits]\nseconds = 2\n'
    )
    result = command("report", "dead", "local-iam")
    assert result.returncode == 4
    assert "error: dead: " in result.stderr
    assert sorted(path.name for path in (project / "reports").iterdir()) == ["dead", "local-iam"]
