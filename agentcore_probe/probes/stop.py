"""Ends one run: its own failure stops it and no other; the command's stop stops every run."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from agentcore_probe.errors import StoppedError
from agentcore_probe.threads import Threads

_POLL_SECONDS = 0.02


class RunStop(threading.Event):
    """The stop event of one run, which is also set while the command's is.

    Args:
        command: the event that stops all runs of a command; None: there is none.
    """

    def __init__(self, command: threading.Event | None = None) -> None:
        super().__init__()
        self._command = command

    def is_set(self) -> bool:
        """Whether this run, or every run, must stop."""
        return super().is_set() or (self._command is not None and self._command.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until one of both events is set, at most `timeout` seconds; whether one is."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _POLL_SECONDS if deadline is None else min(_POLL_SECONDS, deadline - time.monotonic())
            if left <= 0:
                break
            super().wait(left)
        return self.is_set()

    def check(self) -> None:
        """Lets a run go on.

        Raises:
            StoppedError: it must stop.
        """
        if self.is_set():
            raise StoppedError


@contextlib.contextmanager
def threads(count: int, give_up: Callable[[], None]) -> Iterator[ThreadPoolExecutor]:
    """The threads of a run; the block ends when they have ended.

    Args:
        count: how many.
        give_up: called at an error in the block, so that nobody waits for what is under way.
    """
    with Threads(count, "probe") as pool:
        try:
            yield pool
        except BaseException:
            give_up()
            raise
