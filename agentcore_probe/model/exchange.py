"""One request and its answer, as they went over the wire, credentials taken out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from agentcore_probe.model.base import Frozen

Auth = Literal["bearer", "sigv4", "none"]
"""How a request identifies its caller."""

FaultKind = Literal["dns", "connect", "tls", "timeout", "reset", "truncated", "too-large", "not-http"]
"""Why there is no usable answer."""


Forgery = Literal["foreign-key", "alg-none", "hs256-public-key", "payload-changed", "expired", "wrong-issuer"]
"""The one defect of a forged token (RFC 8725; design: the forged rows)."""


class TokenFacts(Frozen):
    """What a bearer token says about itself. Nothing here was verified by us."""

    header: dict[str, Any] = Field(default_factory=dict)
    """The token's header (`alg`, `kid`)."""
    claims: dict[str, Any] = Field(default_factory=dict)
    """The unverified claims."""
    unparsable: str | None = None
    """Why, or the text for which, no header and claims could be read."""


class Timings(Frozen):
    """Milliseconds by phase; None where the phase did not happen."""

    resolve: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    rest: float | None = None

    @property
    def total(self) -> float:
        """Milliseconds from the first to the last byte."""
        phases = (self.resolve, self.connect, self.tls, self.first_byte, self.rest)
        return sum(phase for phase in phases if phase is not None)


SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"
SESSION_LENGTHS = range(33, 257)
"""How many characters a Runtime's session id may have (docs/agentcore.md section 1.2)."""
USER_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-User-Id"


class Request(Frozen):
    """What was sent. Credentials in `headers` and `body` are placeholders."""

    method: str = "POST"
    url: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth = "none"
    at: datetime | None = None
    """When it was sent, by the caller's clock."""
    body: str | None = None

    def header(self, name: str) -> str | None:
        """The value of header `name`, in any case, or None."""
        return _header(self.headers, name)

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object that the body is; empty where it is none."""
        try:
            value = json.loads(self.body or "")
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @field_validator("at")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Response(Frozen):
    """What came back."""

    status: int | None = None
    """None where none was to be had: the `aws` command shows no status."""
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    cut: Literal["time", "size"] | None = None
    """An event stream that we stopped reading, and for which limit."""

    def header(self, name: str) -> str | None:
        """The value of header `name`, in any case, or None."""
        return _header(self.headers, name)


class Fault(Frozen):
    """No usable answer, and why."""

    kind: FaultKind
    detail: str = ""


class Change(Frozen):
    """The one factor in which an exchange differs from another: an experiment."""

    of: str
    """Id of the exchange that was sent first."""
    factor: str
    """The id of the factor, a key of `judge.factors.FACTORS`."""
    before: str
    after: str


class Exchange(Frozen):
    """One request with its answer, or with the fault that left it unanswered."""

    id: str
    """Unique in its record: the access method and the position, `runtime-jwt/1`."""
    step: str
    """What this request is for: `invoke`, `initialize`, `tools/list`, `login`."""
    request: Request
    response: Response | None = None
    fault: Fault | None = None
    token: TokenFacts | None = None
    """The bearer token that was sent, if one was."""
    timings: Timings = Field(default_factory=Timings)
    forged: Forgery | None = None
    """What is wrong with the token, when it was forged on purpose: a control."""
    change: Change | None = None
    """Set when this exchange is an experiment on another."""


def _header(headers: dict[str, str], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), None)
