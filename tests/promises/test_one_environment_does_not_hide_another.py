"""Promise 23: of many environments each gets its report, and the exit code names the worst."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Command


def test_a_broken_file_keeps_no_other_from_its_report(command: Command, project: Path) -> None:
    """Its own error, by name; the others' reports; the worst exit code."""
    (project / "environments" / "bad.toml").write_text("[runtime]\narn = 1\n")
    done = command("report", "bad", "sample", "local-iam")
    assert done.returncode == 2
    assert "error: bad: environments/bad.toml, [runtime] arn" in done.stderr
    assert sorted(path.name for path in (project / "reports").iterdir()) == ["local-iam", "sample"]
    for folder in (project / "reports").glob("*/*"):
        assert (folder / "report.html").is_file()


def test_a_dead_environment_keeps_no_other_from_its_report(command: Command, project: Path) -> None:
    """Nothing answers there: its report says so, and exit 4 tells."""
    (project / "environments" / "dead.toml").write_text(
        '[gateway]\nurl = "http://127.0.0.1:9/mcp"\n[limits]\nseconds = 2\n'
    )
    done = command("report", "dead", "local-iam")
    assert done.returncode == 4
    assert "error: dead: " in done.stderr
    assert sorted(path.name for path in (project / "reports").iterdir()) == ["dead", "local-iam"]
