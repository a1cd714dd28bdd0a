"""The parent's side of the worker process: starts it, asks it for children, talks to them."""

from __future__ import annotations

import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from agentcore_probe.errors import NotebookError

NOTEBOOK_SECONDS = 120.0
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "MPLCONFIGDIR",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "PYDANTIC_DISABLE_PLUGINS",
)


class Worker:
    """The clean process whose children execute notebooks; a context manager.

    Start it before credentials are read: it gets an environment without any, and a process that
    never held one cannot show one.
    """

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agentcore_probe.report.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                start_new_session=True,
            )
        self._answers = self._control.makefile("rb")
        self.pid = self._process.pid

    @contextmanager
    def child(self, folder: str) -> Iterator[Child]:
        """A fresh child process in `folder`, ended with the block."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask({"op": "fork", "folder": folder}, [theirs.fileno()])["pid"]
        child = Child(pid, ours)
        try:
            yield child
        finally:
            child.end()
            child.status = self._ask({"op": "wait", "pid": pid})["status"]

    def _ask(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
            line = self._answers.readline()
        except OSError:
            line = b""
        if not line:
            raise NotebookError("the process that executes notebooks ended by itself")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Ends the worker and waits for it."""
        self._answers.close()
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def forks(engine: str | None) -> bool:
    """Whether notebooks are executed by our own engine: it forks, so only where forking is sound."""
    return engine == "fork" or (engine is None and platform.system() == "Linux")


@contextmanager
def worker_for(engine: str | None) -> Iterator[Worker | None]:
    """The worker for an engine, "fork", "nbclient" or None; None where Jupyter's own kernel is to execute."""
    if not forks(engine):
        yield None
        return
    with Worker() as worker:
        yield worker


class Child:
    """One child process, which executes one notebook's cells."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.status: int | None = None
        self._channel = channel
        self._buffer = b""
        self._deadline = time.monotonic() + NOTEBOOK_SECONDS

    def run(self, source: str) -> dict[str, Any]:
        """The outcome of one cell (`report.cells.Cells.run`).

        Raises:
            ChildLost: the child ended, or its time was up.
        """
        try:
            self._channel.sendall(json.dumps({"source": source}).encode() + b"\n")
            outcome: dict[str, Any] = json.loads(self._line())
        except OSError:
            raise ChildLost("its process ended") from None
        return outcome

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._channel], [], [], left)[0]:
                raise ChildLost(f"it did not finish in {NOTEBOOK_SECONDS:g} s")
            received = self._channel.recv(1 << 16)
            if not received:
                raise ChildLost("its process ended")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def end(self) -> None:
        """Closes the channel and makes sure that the process ends."""
        self._channel.close()
        os.kill(self.pid, signal.SIGKILL)


class ChildLost(Exception):
    """A child process that will not answer any more, and why."""
