"""The beginning of the run's session at a Runtime: one call begins it, the others come after that."""

from __future__ import annotations

import threading
from collections.abc import Callable

from agentcore_probe.model.exchange import Exchange

_REFUSED = (400, 401, 403, 404)
"""Statuses of a call that began no session."""


class SessionStart:
    """Lets calls through one at a time until one may have begun the session.

    Two that begin it at once are a conflict (docs/agentcore.md section 11.1). A call without an answer does not make the others
    wait as long, one after the other.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._is_over = False

    def send(self, send: Callable[[], Exchange]) -> Exchange:
        """Sends a call that may begin the session.

        Args:
            send: sends it and returns its exchange.
        """
        with self._turn:
            if not self._is_over:
                exchange = send()
                response = exchange.response
                self._is_over = response is None or response.status not in _REFUSED
                return exchange
        return send()
