"""Standard output that is closed, full or unread: the command's own status, or one clear line."""

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
def test_a_reader_that_has_gone_away_changes_no_status(line: str) -> None:
    """`command | true` ends as the command does, without a word on standard error."""
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


def test_a_registered_secret_does_not_get_through() -> None:
    """Neither stream shows it, plain or encoded, whoever prints it."""
    done = subprocess.run(
        [sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    for shown in (done.stdout, done.stderr):
        assert shown.startswith("plain: <password>\nencoded: ")
        assert shown.count("<password>") == 2
        assert "horse" not in shown


def test_a_full_disk_behind_standard_output_is_named() -> None:
    """What was not written is no success."""
    done = shell(f"$PROBE explain {CASE} >/dev/full")
    assert done.returncode == 5
    assert done.stderr == "error: standard output cannot be written: No space left on device\n"


def test_a_closed_standard_output_is_no_fault() -> None:
    """Started by a service that closes it."""
    done = shell(f"$PROBE explain {CASE} >&-")
    assert (done.returncode, done.stderr) == (0, "")
