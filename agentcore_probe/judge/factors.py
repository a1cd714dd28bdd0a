"""In which factors do two exchanges differ? One alone makes an experiment."""

from __future__ import annotations

import json

from agentcore_probe.judge import address
from agentcore_probe.model.exchange import Exchange

_ACCEPT = "accept"
_SESSION = "x-amzn-bedrock-agentcore-runtime-session-id"


def changed(one: Exchange, other: Exchange) -> set[str]:
    """The factors whose values differ between two requests.

    Factors: `service`, `arn-encoding`, `identifier`, `path`, `qualifier`, `account`, `region`,
    `host`, `verb`, `auth`, `token`, `session-id`, `accept`, `body`. A session id counts only where its length's
    validity differs: two fresh ids are the same to the service.
    """
    a, b = address.read(one.request), address.read(other.request)
    differing = {
        "service": a.service != b.service,
        "arn-encoding": (a.raw_slash, a.double_encoded) != (b.raw_slash, b.double_encoded),
        "identifier": _bare(a) != _bare(b),
        "path": a.suffix != b.suffix,
        "qualifier": (a.qualifier or "DEFAULT") != (b.qualifier or "DEFAULT"),
        "account": a.account != b.account,
        "region": a.region != b.region,
        "host": a.host_kind != b.host_kind,
        "verb": one.request.method.upper() != other.request.method.upper(),
        "auth": one.request.auth != other.request.auth or _scheme(one) != _scheme(other),
        "token": one.request.auth == other.request.auth == "bearer" and one.token != other.token,
        "session-id": _valid_session(one) != _valid_session(other),
        "accept": _accept(one) != _accept(other),
        "body": _method_of(one) != _method_of(other),
    }
    return {factor for factor, differs in differing.items() if differs}


def _bare(target: address.Address) -> str:
    return (target.identifier or "").replace("%3A", ":").replace("%2F", "/")


def _scheme(exchange: Exchange) -> str:
    value = exchange.request.header("authorization")
    if not value:
        return ""
    return value.split(" ", 1)[0].lower() if " " in value else "none"


def _valid_session(exchange: Exchange) -> bool:
    session = exchange.request.header(_SESSION)
    return session is None or 33 <= len(session) <= 256


def _accept(exchange: Exchange) -> frozenset[str]:
    value = exchange.request.header(_ACCEPT) or "*/*"
    return frozenset(part.split(";")[0].strip().lower() for part in value.split(","))


def _method_of(exchange: Exchange) -> str:
    """The JSON-RPC method, or nothing: two greetings are the same request."""
    try:
        value = json.loads(exchange.request.body or "")
    except (ValueError, RecursionError):
        return ""
    return str(value.get("method", "")) if isinstance(value, dict) else ""
