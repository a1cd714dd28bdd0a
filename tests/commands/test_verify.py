"""`verify`: the table, the record as JSON, and options that do not fit together."""

from __future__ import annotations

import json

import pytest

from agentcore_probe.model.record_versions import SCHEMA
from tests.conftest import Command


def test_the_table_is_printed(command: Command) -> None:
    """Exit 1: the sample is not verified."""
    result = command("verify", "sample")
    assert (result.returncode, result.stderr) == (1, "")
    assert "Verdict: Not verified." in result.stdout
    assert "sample (recorded)" in result.stdout
    assert "Replayed from a record" in result.stdout


def test_json_is_the_record_with_its_judgement(command_here: Command) -> None:
    """On standard output, and nothing else."""
    result = command_here("verify", "sample", "--json")
    content = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (1, "")
    assert content["schema"] == SCHEMA
    assert content["judgement"]["verdict"] == "not-verified"


def test_errors_are_one_json_line_with_json(command_here: Command) -> None:
    """On standard error, for programs."""
    result = command_here("verify", "locl", "--json")
    error = json.loads(result.stderr)
    assert (error["error"], error["exit_code"]) == ("EnvironmentFileError", 2)
    assert (result.returncode, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--only", "runtime-jwt"), "environments/sample.toml: a recorded environment sends nothing"),
        (("--change", "auth"), "--change requires --only METHOD"),
        (("--only", "runtime-jwt", "--change", "nope"), "unknown factor 'nope'. Use one of: "),
        (("--wait", "nan"), "'nan' is not a number"),
        (("--only", "nope"), "unknown access method 'nope'. Use one of: gateway-jwt"),
    ],
)
def test_options_that_cannot_be_used_are_an_error(
    command_here: Command, words: tuple[str, ...], error: str
) -> None:
    """Exit 2, with the reason."""
    result = command_here("verify", "sample", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert error in result.stderr


def test_one_method_alone_gives_no_verdict(command_here: Command) -> None:
    """Its result does not verify the environment; the exit code is that of its row."""
    result = command_here("verify", "local", "--only", "runtime-jwt", env={"PATH": "/usr/bin:/bin"})
    assert result.returncode == 0, result.stderr
    assert "Partial run. " in result.stdout
    assert "Only runtime-jwt and what its judgement needs were tested" in " ".join(result.stdout.split())
    assert "Verified" not in result.stdout
