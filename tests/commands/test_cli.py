"""The command line itself: help, and errors as one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agentcore_probe.cli import cli
from agentcore_probe.commands.exit_status import exit_status
from tests.conftest import COMMANDS, PROJECT, Command

RAISES = """
import sys
from agentcore_probe import cli
from agentcore_probe.commands import schema
from agentcore_probe.secret import Secret

def run(name):
    raise {error}

Secret("correct horse battery", "password")
schema.run = run
sys.argv = ["agentcore-probe", "schema"]
cli.main()
"""


def test_no_summary_of_a_command_is_cut(command: Command) -> None:
    """Each fits in its line of `--help`."""
    result = command("--help")
    assert result.returncode == 0
    commands = result.stdout.partition("Commands:\n")[2].splitlines()
    assert len(commands) == len(COMMANDS)
    assert not [line for line in commands if line.endswith("...") or not line.startswith("  ")]


def test_without_a_command_the_help_is_an_error_of_one_line(command_here: Command) -> None:
    """As for any tool: the help, then what is wrong."""
    result = command_here()
    assert (result.returncode, result.stdout) == (2, "")
    *help_lines, last = result.stderr.splitlines()
    assert help_lines == command_here("--help").stdout.splitlines()
    assert last == "error: no command was given. Choose one of the commands above"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("discover", "x", "--region"), "Option '--region' requires an argument. See: {} discover --help"),
        (
            ("discover", "x", "--regoin", "y"),
            "No such option '--regoin'. Did you mean '--region'? See: {} discover --help",
        ),
        (("nosuch",), "No such command 'nosuch'. See: {} --help"),
        (
            ("verify", "--only", "a", "--only", "b"),
            "Option '--only' was given 2 times; give it once. See: {} verify --help",
        ),
    ],
)
def test_a_usage_error_names_the_program_as_it_was_called(
    words: tuple[str, ...], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its module or by its script; an option without its value has no context of click."""
    main = str(PROJECT / "agentcore_probe" / "__main__.py")
    for program, name in (
        (main, "python -m agentcore_probe"),
        ("/usr/bin/agentcore-probe", "agentcore-probe"),
    ):
        monkeypatch.setattr("sys.argv", [program, *words])
        monkeypatch.setattr("click.core._detect_program_name", lambda name=name: name)
        assert exit_status(cli, wants_json=False) == 2
        assert capsys.readouterr().err == f"error: {line.format(name)}\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("ValueError('first\\nsecond')", "internal error: ValueError: first"),
        ("ValueError()", "internal error: ValueError: no message"),
        ("KeyError('correct horse battery')", "internal error: KeyError: '<password>'"),
    ],
)
def test_an_unexpected_error_is_one_line_without_secrets(error: str, line: str) -> None:
    """Exit 70."""
    result = subprocess.run(
        [sys.executable, "-c", RAISES.format(error=error)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=PROJECT,
    )
    assert (result.returncode, result.stdout, result.stderr) == (70, "", f"error: {line}\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("nope",), " --help"),
        (("report", "--nope"), " report --help"),
    ],
)
def test_a_usage_error_names_the_help_of_its_command(
    command_here: Command, words: tuple[str, ...], hint: str
) -> None:
    """Exit 2, one line."""
    result = command_here(*words)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "See: " in result.stderr
    assert result.stderr.endswith(f"{hint}\n")
