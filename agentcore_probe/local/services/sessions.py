"""The Gateway's MCP sessions: whose they are and until when (docs/agentcore.md section 4)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

DEFAULT_SECONDS = 3600


@dataclass(frozen=True)
class _Session:
    owner: str
    until: datetime


class Sessions:
    """Each belongs to the caller who began it, and ends a fixed time after that."""

    def __init__(self) -> None:
        self._open: dict[str, _Session] = {}

    def begin(self, owner: str, now: datetime, seconds: int = DEFAULT_SECONDS) -> str:
        """The id of a new session.

        Args:
            owner: the token's `sub`, or the ARN of who signed.
            now: the service's time.
            seconds: how long it lasts, whatever is done in it.
        """
        id = str(uuid.uuid4())
        self._open[id] = _Session(owner, now + timedelta(seconds=seconds))
        return id

    def holds(self, id: str, owner: str, now: datetime) -> bool:
        """Whether the session is open, and `owner`'s."""
        found = self._open.get(id)
        return found is not None and found.owner == owner and now < found.until

    def end(self, id: str) -> None:
        """Closes the session."""
        self._open.pop(id, None)
