"""Starts the embedded AgentCore as a child process and knows how to end it.

A process of its own: moto changes botocore where it is imported, and a probe must meet a
service, not a patched client. The child ends by itself when its standard input ends, so it
cannot outlive the process that started it.
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
STOP_SECONDS = 5


@dataclass(frozen=True)
class ReadyMessage:
    """What the embedded AgentCore says when it is ready: `local --json` (docs/local.md)."""

    facts: Mapping[str, Any]


def own_environment() -> dict[str, str]:
    """This process's variables without those that would lead the embedded AgentCore astray.

    It calls itself on loopback, which no proxy reaches, and its AWS is moto's: the user's profiles and
    keys are none of its business.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    # One heap for all of its threads (glibc): 10 MiB less.
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "MALLOC_ARENA_MAX": "1",
    }


class LocalProcess:
    """The embedded AgentCore as a child process; a context manager.

    Args:
        setup: how it is set up.
    """

    def __init__(self, setup: LocalSetup) -> None:
        given = json.dumps(setup.model_dump(mode="json"))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agentcore_probe.local.server", given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=own_environment(),
            # Ctrl-C goes to the whole group; the one that started it decides when it ends.
            start_new_session=True,
        )

    def ready(self) -> ReadyMessage:
        """Waits for the ready line.

        Raises:
            EnvironmentFileError: it is asked for a fault that does not exist.
            LocalError: it ended or did not get ready in time.
        """
        assert self._process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while not select.select([self._process.stdout], [], [], 0.2)[0]:
            if time.monotonic() > deadline:
                raise LocalError(f"the embedded AgentCore was not ready in {START_SECONDS} s")
        line = self._process.stdout.readline()
        if not line:
            raise LocalError(f"the embedded AgentCore did not start: {self._last_words()}")
        told = json.loads(line)
        if "unknown_fault" in told:
            near = difflib.get_close_matches(told["unknown_fault"], told["known"], n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "See: agentcore-probe local --list-faults"
            raise EnvironmentFileError(
                f"there is no fault {told['unknown_fault']!r}", where="[local] faults", hint=hint
            )
        return ReadyMessage(told)

    def stop(self) -> None:
        """Ends the process and waits for it."""
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

    def _last_words(self) -> str:
        assert self._process.stderr is not None
        self._process.wait()
        lines = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self._process.returncode}"
