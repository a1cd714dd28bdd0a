"""In which factors do two exchanges differ? One alone makes an experiment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agentcore_probe.judge.reading import address
from agentcore_probe.judge.reading.address import Address
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, USER_HEADER, Exchange, Request


def alike_but(factor: str, one: Exchange, other: Exchange) -> bool:
    """Whether no factor but `factor` differs; it may."""
    a, b = _Sent(one), _Sent(other)
    return not any(differs(a, b) for each, differs in FACTORS.items() if each != factor)


def only(factor: str, one: Exchange, other: Exchange) -> bool:
    """Whether `factor` differs, and no other."""
    return FACTORS[factor](_Sent(one), _Sent(other)) and alike_but(factor, one, other)


@dataclass(frozen=True)
class _Sent:
    """A request, its URL read where a factor asks for it."""

    exchange: Exchange

    @property
    def request(self) -> Request:
        return self.exchange.request

    @cached_property
    def address(self) -> Address:
        return address.read(self.exchange.request)

    def header(self, name: str) -> str | None:
        return self.exchange.request.header(name)


def _other(value: Callable[[_Sent], object]) -> Callable[[_Sent, _Sent], bool]:
    """A factor that differs where a value of both requests does."""
    return lambda one, other: value(one) != value(other)


def _host(sent: _Sent) -> str:
    """The host without its region, which is a factor of its own."""
    target = sent.address
    return target.host.replace(target.region, "") if target.region else target.host


def _identifier(sent: _Sent) -> str:
    return (sent.address.identifier or "").replace("%3A", ":").replace("%2F", "/")


def _credential(sent: _Sent) -> tuple[str, str]:
    """Its kind, and the scheme that stands before it."""
    value = sent.header("authorization")
    scheme = "" if not value else value.split(" ", 1)[0].lower() if " " in value else "none"
    return sent.request.auth, scheme


def _token_differs(one: _Sent, other: _Sent) -> bool:
    return one.request.auth == other.request.auth == "bearer" and one.exchange.token != other.exchange.token


def _valid_session(sent: _Sent) -> bool:
    """Two fresh ids are the same to the service; what counts is their length."""
    session = sent.header(SESSION_HEADER)
    return session is None or len(session) in SESSION_LENGTHS


def _accept(sent: _Sent) -> frozenset[str]:
    value = sent.header("accept") or "*/*"
    return frozenset(part.split(";")[0].strip().lower() for part in value.split(","))


def _mcp_version(sent: _Sent) -> str:
    params = sent.request.fields.get("params")
    asked = params.get("protocolVersion") if isinstance(params, dict) else None
    return sent.header("mcp-protocol-version") or str(asked or "")


_FRESH = frozenset({"id", "messageId", "threadId", "runId", "contextId", "taskId"})
"""Keys whose values a client makes anew for each request."""


def _body_differs(one: _Sent, other: _Sent) -> bool:
    mine, theirs = _body(one), _body(other)
    return mine is not None and theirs is not None and mine != theirs


def _body(sent: _Sent) -> Any:
    """The body without what is fresh in each request; None where it is not known."""
    body = sent.request.body
    if body is None:
        return None
    try:
        return _settled(json.loads(body))
    except (ValueError, RecursionError):
        return body


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        # The MCP version is a factor of its own.
        left_out = _FRESH | {"protocolVersion", "io.modelcontextprotocol/protocolVersion"}
        return {name: _settled(each) for name, each in value.items() if name not in left_out}
    return [_settled(each) for each in value] if isinstance(value, list) else value


FACTORS: Mapping[str, Callable[[_Sent, _Sent], bool]] = {
    "auth": _other(_credential),
    "token": _token_differs,
    "content-type": _other(lambda sent: (sent.header("content-type") or "").lower()),
    "user-id": _other(lambda sent: sent.header(USER_HEADER)),
    "mcp-session": _other(lambda sent: sent.header("mcp-session-id")),
    "session-id": _other(_valid_session),
    "accept": _other(_accept),
    "service": _other(lambda sent: sent.address.service),
    "arn-encoding": _other(lambda sent: (sent.address.raw_slash, sent.address.double_encoded)),
    "identifier": _other(_identifier),
    "path": _other(lambda sent: (sent.address.suffix, sent.request.method.upper())),
    "qualifier": _other(lambda sent: sent.address.qualifier or "DEFAULT"),
    "account": _other(lambda sent: sent.address.account),
    "region": _other(lambda sent: sent.address.region),
    "host": _other(_host),
    "mcp-version": _other(_mcp_version),
    "body": _body_differs,
}
"""Factor -> whether two requests differ in it; what is quickly told comes first."""
