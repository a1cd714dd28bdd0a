"""The rate of a run's requests: at most so many a second, whichever thread sends them."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from agentcore_probe.model.hosts import LOOPBACK

PER_SECOND = 20.0
"""The default of `[limits] requests_per_second`."""


class Pace:
    """Lets requests pass one after another, at equal distances. Requests to this machine do not wait.

    Args:
        per_second: how many requests may be sent a second.
    """

    def __init__(self, per_second: float) -> None:
        self._distance = 1.0 / per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, url: str) -> float:
        """Waits until a request to `url` may be sent; the seconds that it took."""
        try:
            if urlsplit(url).hostname in LOOPBACK:
                return 0.0
        except ValueError:
            return 0.0  # not a URL: nothing is sent
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._distance
        time.sleep(turn - now)
        return turn - now
