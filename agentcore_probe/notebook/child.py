"""One process that was forked for a notebook or a page: asked in JSON lines, within a limit, ended with its group."""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import socket
import time
from typing import Any


class Child:
    """One child process, which executes one notebook's cells or makes one page.

    Args:
        pid: its id, and that of its process group.
        channel: the socket to it.
        seconds: wall clock for all that it is asked; None: no limit.
    """

    def __init__(self, pid: int, channel: socket.socket, seconds: float | None) -> None:
        self.pid = pid
        self.status: int | None = None
        self._channel = channel
        self._end = _end_of(pid)
        self._rest = b""
        self._limit = _Limit(seconds)

    def run(self, source: str, seconds: float | None = None) -> dict[str, Any]:
        """The outcome of one cell (`notebook.shell.NotebookShell.run`), which may take so long.

        Raises:
            ChildLost: the child ended, or its time was up.
        """
        return self.ask({"source": source}, seconds)

    def ask(self, message: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """The answer to a message, which may take so long.

        Raises:
            ChildLost: the child ended, or its time was up.
        """
        limit = min(self._limit, _Limit(seconds), key=lambda each: each.at)
        try:
            self._channel.sendall(json.dumps(message).encode() + b"\n")
            answer: dict[str, Any] = json.loads(self._line(limit))
        except OSError:
            raise ChildLost("its process ended") from None
        except ValueError:
            raise ChildLost("what came from its process is no answer") from None
        return answer

    def _line(self, limit: _Limit) -> bytes:
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            parts.append(self._received(limit))
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def _received(self, limit: _Limit) -> bytes:
        left = limit.at - time.monotonic()
        ready = left > 0 and select.select(self._watched(), [], [], left if left < math.inf else None)[0]
        if not ready:
            raise ChildLost(f"it did not finish in {limit.seconds:g} s")
        # Where only its end is to be seen, something that it started holds the channel open.
        received = self._channel.recv(1 << 20) if self._channel in ready else b""
        if not received:
            raise ChildLost("its process ended")
        return received

    def _watched(self) -> list[Any]:
        return [self._channel] if self._end is None else [self._channel, self._end]

    def end(self) -> None:
        """Closes the channel and makes sure that the process ends, and what it started in its group."""
        self._channel.close()
        if self._end is not None:
            os.close(self._end)
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)


class _Limit:
    """A moment, and how many seconds were given until then."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = math.inf if seconds is None else seconds
        self.at = time.monotonic() + self.seconds


def _end_of(pid: int) -> int | None:
    """A descriptor that is ready when the process has ended (Linux); None where there is none."""
    if not hasattr(os, "pidfd_open"):
        return None
    with contextlib.suppress(OSError):
        return os.pidfd_open(pid)
    return None


class ChildLost(Exception):
    """A child process that will not answer any more, and why."""
