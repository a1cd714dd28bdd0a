"""The parent's side of one forked process: requests within a time limit, and its end."""

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

from agentcore_probe.notebook.protocol import CellOutcome, CellsRequest, MakeIndex, MakePage, encode


class Child:
    """A child process, which executes one notebook's cells or makes pages.

    Args:
        pid: its id, and that of its process group.
        channel: the socket to it.
        seconds: wall clock for all its requests; None: no limit.
    """

    def __init__(self, pid: int, channel: socket.socket, seconds: float | None) -> None:
        self.pid = pid
        self.status: int | None = None
        self.answered = 0
        """How many pages it has made."""
        self._channel = channel
        self._end = _end_of(pid)
        self._rest = b""
        self._limit = _Limit(seconds)

    def run(self, source: str, seconds: float | None = None) -> CellOutcome:
        """Executes a cell.

        Args:
            source: the cell's source.
            seconds: its time limit; None: only that of the child.

        Raises:
            ChildLost: the child ended, or a limit was reached.
        """
        outcome: CellOutcome = self.ask({"op": "cell", "source": source}, seconds)
        return outcome

    def ask(self, message: CellsRequest | MakePage | MakeIndex, seconds: float | None = None) -> Any:
        """The reply to a message.

        Args:
            message: the request.
            seconds: its time limit; None: only that of the child.

        Raises:
            ChildLost: the child ended, or a limit was reached.
        """
        limit = min(self._limit, _Limit(seconds), key=lambda limit: limit.at)
        try:
            self._channel.sendall(encode(message))
            return json.loads(self._read_line(limit))
        except OSError:
            raise ChildLost("its process ended") from None
        except ValueError:
            raise ChildLost("its process sent an invalid reply") from None

    def _read_line(self, limit: _Limit) -> bytes:
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            parts.append(self._receive(limit))
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def _receive(self, limit: _Limit) -> bytes:
        left = limit.at - time.monotonic()
        ready = left > 0 and select.select(self._watched(), [], [], left if left < math.inf else None)[0]
        if not ready:
            raise ChildLost(f"it did not finish in {limit.seconds:g} s")
        # If only its end is ready, something that it started holds the channel open.
        data = self._channel.recv(1 << 20) if self._channel in ready else b""
        if not data:
            raise ChildLost("its process ended")
        return data

    def _watched(self) -> list[Any]:
        return [self._channel] if self._end is None else [self._channel, self._end]

    @property
    def has_ended(self) -> bool:
        """Whether the process is known to have ended, while nothing was asked of it."""
        return self._end is not None and bool(select.select([self._end], [], [], 0)[0])

    def end(self) -> None:
        """Closes the channel and kills the process and its group."""
        self._channel.close()
        if self._end is not None:
            os.close(self._end)
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)


class _Limit:
    """A moment, and how many seconds away it was at first."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = math.inf if seconds is None else seconds
        self.at = time.monotonic() + self.seconds


def _end_of(pid: int) -> int | None:
    """A descriptor that is ready when the process has ended (Linux); None elsewhere."""
    if not hasattr(os, "pidfd_open"):
        return None
    with contextlib.suppress(OSError):
        return os.pidfd_open(pid)
    return None


class ChildLost(Exception):
    """A child process that will not reply any more, and why."""
