"""A request before it is sent, and an answer before it is redacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agentcore_probe.access.credentials import Credential
from agentcore_probe.model.exchange import Change, Exchange, Phase, Purpose


@dataclass(frozen=True)
class Outgoing:
    """A request to send; `url` is sent exactly as it is written."""

    step: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """May contain a signature and a session token."""
    body: bytes | None = field(default=None, repr=False)
    """May contain a password."""
    credential: Credential = field(default_factory=Credential)
    forged: str | None = None
    control: str | None = None
    phase: Phase | None = None
    change: Change | None = None
    purpose: Purpose | None = None
    """What it is for; None: that of its transport."""
    is_handshake: bool = False
    """Whether it opens a WebSocket, which is closed at once (`access.websocket`)."""
    is_counted: bool = True
    """Whether it counts towards the run's limit; further pages of a list have a limit of their own."""
    once: bool = False
    """Whether it may take effect once only, as a code can be redeemed once: it is sent on a new connection, never again."""


@dataclass(frozen=True)
class RawAnswer:
    """An exchange, and its answer's body unredacted, for callers that need the credentials in it."""

    exchange: Exchange
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class PlannedAnswer:
    """An answer that nobody gave: a plan goes on with it to the next request."""

    status: int
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Answers = Callable[[str, Outgoing], PlannedAnswer]
"""Answers a request in place of the network: its access method's id (or `discovery`, `identity`, `read`), and it."""
