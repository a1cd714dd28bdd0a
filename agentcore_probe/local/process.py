"""Starts the embedded AgentCore as a child process and stops it.

It needs its own process because moto patches botocore wherever it is imported, and a probe must
call a service with an unpatched client. The child exits when its standard input ends, so it
cannot outlive its parent.
"""

from __future__ import annotations

import difflib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from agentcore_probe.errors import EnvironmentFileError, LocalError
from agentcore_probe.model.environment import LocalSetup

START_SECONDS = 60
"""How long `ready` waits."""
STOP_SECONDS = 5
"""How long `stop` waits before it kills the process."""


@dataclass(frozen=True)
class ReadyMessage:
    """The message of an embedded AgentCore that is ready."""

    facts: Mapping[str, Any]
    """What a client needs, as `local --json` prints it (docs/local.md)."""


def own_environment() -> dict[str, str]:
    """This process's environment variables without AWS settings and proxies.

    The embedded AgentCore calls itself on loopback, which no proxy reaches, and its AWS account is moto's:
    it must not use the user's profiles and keys.
    """
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    # One heap for all threads (glibc) saves 10 MiB.
    return {
        **variables,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "MALLOC_ARENA_MAX": "1",
    }


class LocalProcess:
    """The embedded AgentCore as a child process; a context manager.

    Args:
        setup: authorizers, protocol and faults.
        is_detached: it goes on when this process ends.
    """

    def __init__(self, setup: LocalSetup, *, is_detached: bool = False) -> None:
        argument = json.dumps({**setup.model_dump(mode="json"), "is_detached": is_detached})
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agentcore_probe.local.server", argument],
            stdin=subprocess.DEVNULL if is_detached else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=own_environment(),
            # Ctrl-C goes to the whole process group, but the parent decides when the child stops.
            start_new_session=True,
        )

    def ready(self) -> ReadyMessage:
        """Waits until the embedded AgentCore is ready.

        Raises:
            EnvironmentFileError: `[local] faults` names an unknown fault.
            LocalError: it exited, or was not ready in time.
        """
        assert self._process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while not select.select([self._process.stdout], [], [], 0.2)[0]:
            if time.monotonic() > deadline:
                raise LocalError(f"the embedded AgentCore was not ready in {START_SECONDS} s")
        line = self._process.stdout.readline()
        if not line:
            raise LocalError(f"the embedded AgentCore did not start: {self._last_error_line()}")
        message = json.loads(line)
        if "unknown_fault" in message:
            fault = message["unknown_fault"]
            matches = difflib.get_close_matches(fault, message["known_faults"], n=1)
            hint = f"Did you mean {matches[0]!r}?" if matches else "See: agentcore-probe local --list-faults"
            raise EnvironmentFileError(f"unknown fault {fault!r}", where="[local] faults", hint=hint)
        return ReadyMessage(message)

    @property
    def id(self) -> int:
        """The process id."""
        return self._process.pid

    def kill(self) -> None:
        """Ends a detached process."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stops the process and waits until it has exited."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _last_error_line(self) -> str:
        assert self._process.stderr is not None
        self._process.wait()
        lines = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self._process.returncode}"
