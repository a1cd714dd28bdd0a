"""How many requests a run sends at most, whichever thread sends them."""

from __future__ import annotations

import threading

MAX_REQUESTS = 120
"""The default of `[limits] requests`."""


class RequestLimit:
    """Counts the requests of a run. Safe to use from several threads.

    Args:
        requests: how many may be sent.
    """

    def __init__(self, requests: int = MAX_REQUESTS) -> None:
        self.requests = requests
        self._lock = threading.Lock()
        self._sent = 0

    def take(self) -> bool:
        """Whether one more request may be sent; it is then counted."""
        with self._lock:
            if self._sent >= self.requests:
                return False
            self._sent += 1
            return True
