"""One request and its answer, as they were sent, without credentials."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from agentcore_probe.model.base import Frozen, Moment
from agentcore_probe.model.forgeries import REFUSED_CONTROLS
from agentcore_probe.model.once import once

Auth = Literal["bearer", "sigv4", "none"]
"""How a request identifies its caller."""

FaultKind = Literal[
    "setup", "proxy", "dns", "connect", "tls", "timeout", "reset", "truncated", "too-large", "not-http", "http2-only",
    "request-limit",
]  # fmt: skip
"""Why no usable answer came; `request-limit`: the run had sent as many requests as it may, so this one was not sent."""

Purpose = Literal[
    "runtime", "gateway", "harness", "registry", "login", "token", "authorization", "discovery", "jwks", "read"
]  # fmt: skip
CALLS: tuple[Purpose, ...] = ("runtime", "gateway", "harness", "registry")
"""The purposes of a call of a target."""
"""What a request was for: a call of a target, a login at Cognito, at a token endpoint or in a browser, an issuer's
documents, or a read of AWS."""


Phase = Literal["before", "after"]
"""Whether a control was sent before or after its target had accepted the counterpart."""


class TokenFacts(Frozen):
    """What a bearer token says about itself. Nothing of it is verified."""

    header: dict[str, Any] = Field(default_factory=dict)
    """The token's header (`alg`, `kid`)."""
    claims: dict[str, Any] = Field(default_factory=dict)
    """The unverified claims."""
    unparsable: str | None = None
    """Why header and claims could not be read; for a placeholder such as `undefined`, the text itself."""


class Timings(Frozen):
    """Milliseconds by phase; None for a phase that did not occur."""

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
"""The allowed lengths of a Runtime's session id (docs/agentcore.md section 1.2)."""
SESSION_ENDPOINT_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Endpoint-Url"
"""In the answer to an invocation where `allowedPorts` is set: the URL of the session's own endpoint."""
SUBPROTOCOL = "base64UrlBearerAuthorization"
"""The subprotocol of a WebSocket beside the one that carries a token, and the beginning of that one."""
MAX_SUBPROTOCOL = 4_096
"""Characters of the subprotocol with the token that AWS's SDK sends at most (docs/agentcore.md section 11.1)."""
LONG_CARRIER = "<long token>"
"""In the place of the token of a longer one."""
USER_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-User-Id"


class Request(Frozen):
    """A request as it was sent, with placeholders for credentials in `headers` and `body`."""

    method: str = "POST"
    url: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth = "none"
    at: Moment | None = None
    """When it was sent, by the caller's clock."""
    body: str | None = None

    def header(self, name: str) -> str | None:
        """The value of the header `name`, which is case-insensitive, or None."""
        return _by_name(self).get(name.lower())

    @property
    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is not one. It is read once, so nobody may change it."""
        return _fields(self)

    @field_validator("at")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


class Response(Frozen):
    """An answer, with placeholders for credentials."""

    status: int | None = None
    """None where it is not known: the `aws` command shows no status of an error."""
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    cut: Literal["time", "size"] | None = None
    """The limit at which reading an event stream was stopped."""

    def header(self, name: str) -> str | None:
        """The value of the header `name`, which is case-insensitive, or None."""
        return _by_name(self).get(name.lower())


class Fault(Frozen):
    """Why no usable answer came."""

    kind: FaultKind
    detail: str = ""


class Change(Frozen):
    """The one factor in which an experiment differs from the exchange that it repeats."""

    of: str
    """Id of the exchange that is repeated."""
    factor: str
    """The id of the factor, a key of `judge.factors.FACTORS`."""
    before: str
    after: str


class Exchange(Frozen):
    """One request with its answer, or with the fault instead of one."""

    id: str
    """Unique in its record: the access method and the position, `runtime-jwt/1`."""
    step: str
    """The request's purpose: `invoke`, `initialize`, `tools/list page 1`, `login`."""
    request: Request
    response: Response | None = None
    fault: Fault | None = None
    token: TokenFacts | None = None
    """The bearer token that was sent, if one was."""
    timings: Timings = Field(default_factory=Timings)
    forged: str | None = None
    """The id of the forgery (`model.forgeries.FORGERIES`), where the token was forged on purpose."""
    control: str | None = None
    """The id of the control: one of `model.forgeries.ANONYMOUS_CONTROLS`, `id-token`, `expired` (a genuine token that
    has expired), or `repeated` (an equal call again)."""
    phase: Phase | None = None
    """For a control: whether its target had accepted the counterpart; None also if it never did."""
    change: Change | None = None
    """Set where this exchange is an experiment."""
    purpose: Purpose | None = None
    """What it was for; None in older records and for pasted texts."""
    peer: str | None = None
    """The address that the request reached, `127.0.0.1:8080`; that of the proxy where `via_proxy`."""
    via_proxy: bool | None = None
    """True for a request through a proxy; None where the peer was reached directly or is not known."""
    attempts: int | None = None
    """2 where the server had closed a reused connection and the request was sent again on a new one."""

    @property
    def was_sent(self) -> bool:
        """Whether it was sent, or the run had reached its limit of requests."""
        return self.fault is None or self.fault.kind != "request-limit"

    @property
    def must_be_refused(self) -> bool:
        """Whether it is a control that an authorizer must refuse."""
        return self.forged is not None or self.control in REFUSED_CONTROLS


@once
def _fields(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.body or "")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


@once
def _by_name(message: Request | Response) -> dict[str, str]:
    """The headers of a request or response by their names in lower case, each of which exists once; of equal names, the first counts."""
    return {sys.intern(name.lower()): value for name, value in reversed(message.headers.items())}
