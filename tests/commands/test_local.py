"""`local`: the ready line for programs and the commands to paste."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import PROJECT, Command


@contextmanager
def running_local(*words: str) -> Iterator[subprocess.Popen[str]]:
    """`local` as a process; it is interrupted at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "local", *words],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_json_is_one_line_with_everything_a_client_needs() -> None:
    """URLs, ARNs, client ids, test credentials; it runs until interrupted, and then ends with 0."""
    with running_local("--json") as process:
        assert process.stdout is not None
        ready: Mapping[str, Any] = json.loads(process.stdout.readline())
    assert {"endpoints", "runtime", "gateway", "identity", "aws", "region", "account"} <= ready.keys()


@pytest.mark.slow  # local/test_clients.py pastes all of them
def test_the_printed_commands_work_as_they_are() -> None:
    """The login and the call of the Runtime, pasted into a shell."""
    with running_local() as process:
        assert process.stdout is not None
        text = "".join(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
        login = text[text.index("export JWT_TOKEN") : text.index("\n\n# curl")]
        start = text.index("curl -sS -i ")
        call = text[start : text.index("\ncurl -sS -i ", start)]
        result = subprocess.run(
            ["bash", "-c", f"{login}\n{call}"], capture_output=True, text=True, timeout=30, check=False
        )
    assert result.stdout.startswith("HTTP/1.1 200 "), result.stdout + result.stderr


@pytest.mark.parametrize("words", [("--fault", "nope"), ("--fault", "answers-late", "--fault", "nope")])
def test_an_unknown_fault_is_an_error(command_here: Command, words: tuple[str, ...]) -> None:
    """Exit 2; nothing is started."""
    result = command_here("local", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "error: unknown fault 'nope'. See: agentcore-probe local --list-faults\n"
