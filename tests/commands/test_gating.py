"""`--fail-on` and `--baseline`: exit codes, what is printed, and what is refused before anything is sent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.test_diff import SAMPLE, write_later_run
from tests.conftest import Command

UNEXPECTED = "  runtime-jwt: undecided instead of accepted, arn-not-encoded\n"
ERROR = "  runtime-cli: not-testable, sigv4-on-jwt, no-prediction\n"


@pytest.mark.parametrize(
    ("words", "status", "failing"),
    [
        ((), 1, ""),
        (("--fail-on", "unexpected"), 1, UNEXPECTED),
        (("--fail-on", "error,change"), 1, ERROR),
        (("--fail-on", "unexpected", "--fail-on", "error,change"), 1, UNEXPECTED + ERROR),
        (("--fail-on", "change"), 0, ""),
        (("--baseline", SAMPLE), 0, ""),
        (("--baseline", SAMPLE, "--fail-on", "change"), 0, ""),
        (("--baseline", "later.json"), 1, UNEXPECTED),
        (("--baseline", "later.json", "--fail-on", "change"), 1, ""),
    ],
)
def test_the_exit_code_of_verify(
    command: Command, project: Path, words: tuple[str, ...], status: int, failing: str
) -> None:
    """On standard output is what there is without the options; on standard error, what decides."""
    write_later_run(project)
    result = command("verify", "sample", *words)
    assert result.returncode == status
    assert result.stdout == command("verify", "sample").stdout
    assert ("exit code 1 because of" in result.stderr) == bool(failing)
    assert result.stderr.endswith(failing)
    if "later.json" in words:
        assert "  runtime-jwt observed: accepted -> undecided\n" in result.stderr


def test_report_compares_with_its_previous_run(command: Command, project: Path) -> None:
    """The first has none, the second is the same, and the third differs."""
    first = command("report", "sample", "--fail-on", "change")
    assert (first.returncode, "no earlier run" in first.stderr) == (0, True)
    (folder,) = (project / "reports" / "sample").iterdir()
    write_later_run(project)
    shutil.copy(project / "later.json", folder / "record.json")
    third = command("report", "sample", "--fail-on", "change")
    assert third.returncode == 1
    assert "differences from the previous run:" in third.stderr


def test_a_run_that_reached_nothing_counts_as_an_error(command: Command, project: Path) -> None:
    """Exit 4 by default, and 0 where only other kinds count."""
    record = json.loads((project / SAMPLE).read_text("utf-8"))
    record.pop("digest")
    for exchange in record["exchanges"]:
        exchange["response"] = None
        exchange["fault"] = {"kind": "connect", "detail": "connection refused"}
    for row in record["observations"]:
        row["decision"] = "undecided"
    (project / "environments" / "sample.record.json").write_text(json.dumps(record))
    assert command("verify", "sample").returncode == 4
    assert command("verify", "sample", "--fail-on", "error").returncode == 4
    other = command("verify", "sample", "--fail-on", "change")
    assert (other.returncode, "connect-failure" in other.stderr) == (0, True)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--baseline", "none.json"), "none.json: cannot be read: No such file or directory"),
        (("--baseline", "environments/local.toml"), "environments/local.toml: is not JSON"),
        (("--baseline", SAMPLE), f"{SAMPLE}: is a run of environment 'sample', not of 'local'"),
        (("sample", "--baseline", SAMPLE), "--baseline takes one environment"),
        (("--baseline", SAMPLE, "--share"), "--share replaces the names"),
        (("--fail-on", "change", "--share"), "--share replaces the names"),
        (("--fail-on", "unexpected,warning"), "unknown kind 'warning'. Use one or more of: unexpected,error"),
        (("--fail-on", ""), "unknown kind ''"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_the_run(
    command: Command, project: Path, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, and no report."""
    result = command("report", "local", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr
    assert not (project / "reports").exists()
