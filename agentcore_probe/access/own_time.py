"""The limits of requests, counted in the time in which this program could have read an answer.

With many runs in one process, threads wait for the interpreter, and a machine with other work stops the process for
seconds. That is not the server's time. While requests are under way, one thread looks again and again how late it
is itself: by that much the clock of every limit is behind.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count

_BEAT = 0.02
"""Seconds between two looks; what is later than that is this program's own delay."""


class Alarm:
    """Something to be called at a time, unless it was cancelled."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Calls nothing any more."""
        self._call = None

    def ring(self) -> None:
        """Calls it."""
        if (call := self._call) is not None:
            call()


class OwnTime:
    """A clock without the delays of this process, and alarms by it. One thread serves all requests."""

    def __init__(self) -> None:
        self._late = 0.0
        self._changed = threading.Condition()
        self._alarms: list[tuple[float, int, Alarm]] = []
        self._number = count()
        self._is_running = False

    def now(self) -> float:
        """Seconds; only differences mean something, and only while an alarm is set."""
        return time.monotonic() - self._late

    def call_after(self, seconds: float, call: Callable[[], None]) -> Alarm:
        """Sets an alarm.

        Args:
            seconds: from now, in this clock.
            call: called in the clock's own thread; it must not wait.
        """
        with self._changed:
            alarm = Alarm(self.now() + seconds, call)
            heapq.heappush(self._alarms, (alarm.at, next(self._number), alarm))
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, name="own-time", daemon=True).start()
            elif self._alarms[0][2] is alarm:
                self._changed.notify()
        return alarm

    def _watch(self) -> None:
        while True:
            with self._changed:
                if not self._alarms:
                    self._is_running = False
                    return
                wanted = min(_BEAT, max(self._alarms[0][0] - self.now(), 0.0))
                begun = time.monotonic()
                self._changed.wait(wanted)
                self._late += max(time.monotonic() - begun - wanted, 0.0)
                due = []
                while self._alarms and self._alarms[0][0] <= self.now():
                    due.append(heapq.heappop(self._alarms)[2])
            for alarm in due:
                alarm.ring()


OWN_TIME = OwnTime()
"""That of this process."""
