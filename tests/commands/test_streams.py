"""Standard output that is closed, full or unread: the command's own status, or one clear error."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import PROJECT

CASE = min((PROJECT / "tests" / "judge" / "cases").glob("*.json"))


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """`line` in bash, with `$PROBE` for the command."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "PROBE": f"{sys.executable} -m agentcore_probe"},
    )


@pytest.mark.parametrize("line", [f"$PROBE explain {CASE}", "$PROBE verify sample --json"])
def test_a_reader_that_closes_the_pipe_does_not_change_the_status(line: str) -> None:
    """`command | true` ends as the command does, and prints nothing to standard error."""
    alone = shell(f"{line} >/dev/null")
    unread = shell(f"{line} | true")
    assert (unread.returncode, unread.stderr) == (alone.returncode, alone.stderr)


PRINTS = """
import base64, sys
from agentcore_probe.commands import streams
from agentcore_probe.secret import Secret
Secret("correct horse battery", "password")
streams.prepare()
for stream in (sys.stdout, sys.stderr):
    print("plain: correct horse battery", file=stream)
    print("encoded:", base64.b64encode(b"u:correct horse battery").decode(), file=stream)
streams.end(0)
"""


def test_a_registered_secret_is_not_printed() -> None:
    """On neither stream, neither plain nor encoded, whatever prints it."""
    result = subprocess.run(
        [sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    for output in (result.stdout, result.stderr):
        assert output.startswith("plain: <password>\nencoded: ")
        assert output.count("<password>") == 2
        assert "horse" not in output


def test_a_full_disk_behind_standard_output_is_an_error() -> None:
    """The command did not succeed if its output is lost."""
    result = shell(f"$PROBE explain {CASE} >/dev/full")
    assert result.returncode == 5
    assert result.stderr == "error: standard output cannot be written: No space left on device\n"


def test_a_closed_standard_output_is_not_an_error() -> None:
    """As when a service starts the command and closes the stream."""
    result = shell(f"$PROBE explain {CASE} >&-")
    assert (result.returncode, result.stderr) == (0, "")
