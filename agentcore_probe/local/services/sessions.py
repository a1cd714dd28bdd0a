"""The Gateway's MCP sessions: their owners and when they expire (docs/agentcore.md section 4)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

DEFAULT_SECONDS = 3600


@dataclass(frozen=True)
class _Session:
    owner: str
    expires: datetime


class Sessions:
    """Open sessions. Each belongs to the caller who began it and expires a fixed time after that."""

    def __init__(self) -> None:
        self._open: dict[str, _Session] = {}

    def begin(self, owner: str, now: datetime, seconds: int = DEFAULT_SECONDS) -> str:
        """Begins a session and returns its id.

        Args:
            owner: the token's `sub`, or the ARN of the signer.
            now: the service's time.
            seconds: how long it lasts, whether it is used or not.
        """
        id = str(uuid.uuid4())
        self._open[id] = _Session(owner, now + timedelta(seconds=seconds))
        return id

    def is_open(self, id: str, owner: str, now: datetime) -> bool:
        """Whether the session exists, belongs to `owner` and has not expired.

        Args:
            id: the session's id.
            owner: the token's `sub`, or the ARN of the signer.
            now: the service's time.
        """
        session = self._open.get(id)
        return session is not None and session.owner == owner and now < session.expires

    def end(self, id: str) -> None:
        """Closes the session."""
        self._open.pop(id, None)
