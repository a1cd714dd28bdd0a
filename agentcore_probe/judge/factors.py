"""In which factors do two exchanges differ? One alone makes an experiment."""

from __future__ import annotations

import json
from typing import Any

from agentcore_probe.judge import address
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS, USER_HEADER, Exchange

_ACCEPT = "accept"


def changed(one: Exchange, other: Exchange) -> set[str]:
    """The factors whose values differ between two requests.

    Factors: `service`, `arn-encoding`, `identifier`, `path` (with the verb), `qualifier`, `account`,
    `region`, `host`, `auth`, `token`, `session-id`, `user-id`, `accept`, `content-type`, `mcp-session`, `mcp-version`,
    `body`. A session id counts only where its length's validity differs: two fresh ids are the same
    to the service.
    """
    a, b = address.read(one.request), address.read(other.request)
    differing = {
        "service": a.service != b.service,
        "arn-encoding": (a.raw_slash, a.double_encoded) != (b.raw_slash, b.double_encoded),
        "identifier": _bare(a) != _bare(b),
        "path": a.suffix != b.suffix or one.request.method.upper() != other.request.method.upper(),
        "qualifier": (a.qualifier or "DEFAULT") != (b.qualifier or "DEFAULT"),
        "account": a.account != b.account,
        "region": a.region != b.region,
        "host": _host(a) != _host(b),
        "auth": one.request.auth != other.request.auth or _scheme(one) != _scheme(other),
        "token": one.request.auth == other.request.auth == "bearer" and one.token != other.token,
        "session-id": _valid_session(one) != _valid_session(other),
        "user-id": one.request.header(USER_HEADER) != other.request.header(USER_HEADER),
        "accept": _accept(one) != _accept(other),
        "content-type": _header(one, "content-type") != _header(other, "content-type"),
        "mcp-session": one.request.header("mcp-session-id") != other.request.header("mcp-session-id"),
        "mcp-version": _mcp_version(one) != _mcp_version(other),
        "body": None not in (a_body := _body(one), b_body := _body(other)) and a_body != b_body,
    }
    return {factor for factor, differs in differing.items() if differs}


def _host(target: address.Address) -> str:
    """The host without its region, which is a factor of its own."""
    return target.host.replace(target.region, "") if target.region else target.host


def _header(exchange: Exchange, name: str) -> str:
    return (exchange.request.header(name) or "").lower()


def _bare(target: address.Address) -> str:
    return (target.identifier or "").replace("%3A", ":").replace("%2F", "/")


def _scheme(exchange: Exchange) -> str:
    value = exchange.request.header("authorization")
    if not value:
        return ""
    return value.split(" ", 1)[0].lower() if " " in value else "none"


def _valid_session(exchange: Exchange) -> bool:
    session = exchange.request.header(SESSION_HEADER)
    return session is None or len(session) in SESSION_LENGTHS


def _accept(exchange: Exchange) -> frozenset[str]:
    value = exchange.request.header(_ACCEPT) or "*/*"
    return frozenset(part.split(";")[0].strip().lower() for part in value.split(","))


def _mcp_version(exchange: Exchange) -> str:
    params = exchange.request.fields.get("params")
    asked = params.get("protocolVersion") if isinstance(params, dict) else None
    return exchange.request.header("mcp-protocol-version") or str(asked or "")


_FRESH = frozenset({"id", "messageId", "threadId", "runId", "contextId", "taskId"})
"""Keys whose values a client makes anew for each request."""


def _body(exchange: Exchange) -> Any:
    """The body without what is fresh in each request; None where it is not known."""
    body = exchange.request.body
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
