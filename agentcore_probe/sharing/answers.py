"""Bodies and headers for people outside: what carries a finding stays, what an agent or a user said does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agentcore_probe.model.exchange import SESSION_HEADER, USER_HEADER
from agentcore_probe.sharing.pseudonyms import Pseudonyms

LEFT_OUT = "…"
"""Stands where something was left out."""

_HEADERS = frozenset(
    {
        "accept", "accept-encoding", "allow", "authorization", "connection", "content-encoding", "content-length",
        "content-type", "date", "host", "location", "mcp-protocol-version", "proxy-authenticate", "retry-after",
        "transfer-encoding", "upgrade", "www-authenticate", "x-amz-date", "x-amz-security-token", "x-amz-target",
        "x-amzn-errortype", "x-amzn-waf-action", "via", SESSION_HEADER.lower(), USER_HEADER.lower(),
    }
)  # fmt: skip
"""Headers that say what happened; of the others the name stays."""
_PUBLIC = re.compile(
    r"(x-(amz|amzn|forwarded|cache|request|frame|content|xss|powered|served|envoy|edge)|access-control|amz-|cf-|accept|"
    r"age$|allow$|alt-svc|authorization|cache-|connection|content|cookie|date$|etag|expires|host$|keep-alive|last-|"
    r"location|mcp-|origin|pragma|proxy|referrer|retry|server|set-cookie|strict|transfer|upgrade|user-agent|vary|via$|"
    r"www-)",
    re.I,
)
"""Header names that many services use; others may be a company's own."""
_SERVERS = re.compile(
    r"(amazon|aws|cloudfront|nginx|apache|envoy|cloudflare|squid|akamai|microsoft|openresty|istio|haproxy|varnish|kong|"
    r"caddy|traefik|uvicorn|gunicorn|bigip|zscaler)\w*",
    re.I,
)
_KEPT = frozenset(
    {
        "jsonrpc", "id", "method", "code", "type", "isError", "protocolVersion", "version", "status", "__type",
        "nextCursor", "cursor", "issuer", "jwks_uri", "token_endpoint", "authorization_servers", "resource",
        "scopes_supported", "alg", "kty", "use", "kid", "TokenType", "token_type", "ExpiresIn", "expires_in",
        "ChallengeName", "AuthFlow", "ClientId", "USERNAME", "PASSWORD", "SECRET_HASH", "AccessToken", "IdToken",
        "RefreshToken", "access_token", "id_token", "refresh_token", "scope", "x-amzn-errortype",
    }
)  # fmt: skip
"""Members whose values stay, names in them replaced."""
_OPENED = frozenset(
    {"result", "error", "tools", "params", "capabilities", "clientInfo", "keys", "content", "AuthParameters",
     "AuthenticationResult"}
)  # fmt: skip
"""Members that are looked into."""
_SAYS_WHY = frozenset({"message", "error", "error_description", "data"})


def headers(given: Mapping[str, str], names: Pseudonyms) -> dict[str, str]:
    """The headers, with the values of those only that say what happened."""
    return {
        name if _PUBLIC.match(name) else LEFT_OUT: _header(name.lower(), value, names)
        for name, value in given.items()
    }


def _header(name: str, value: str, names: Pseudonyms) -> str:
    if name == "user-agent":
        return value.partition(" ")[0]
    if name == "server":
        known = _SERVERS.match(value)
        return known[0] if known else LEFT_OUT
    if name == "location":
        value = value.partition("?")[0]
    value = re.sub(r'realm="[^"]*"', f'realm="{LEFT_OUT}"', value)
    return names.apply(value) if name in _HEADERS else LEFT_OUT


def refusal(text: str, names: Pseudonyms) -> str:
    """A body that says why: JSON, a stream, or AWS's XML; a page of somebody's own is left out."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        told = text.strip() == "" or "<Code>" in text or re.search(r"^data:", text, re.M)
        return names.apply(text) if told else LEFT_OUT
    # Written anew only where signs are escaped, since names are found in what is plain.
    return names.apply(json.dumps(value, ensure_ascii=False) if "\\u" in text else text)


def outline(text: str, names: Pseudonyms) -> str:
    """What a body is made of: JSON, or a stream of it, with the members that the protocol has."""
    try:
        return json.dumps(_outline(json.loads(text), names), ensure_ascii=False) if text else text
    except (ValueError, RecursionError):
        pass
    if re.search(r"^data:", text, re.M):
        return "\n".join(_line(line, names) for line in text.splitlines())
    return LEFT_OUT if text.strip() else text


def _line(line: str, names: Pseudonyms) -> str:
    """One line of an event stream."""
    field, colon, value = line.partition(":")
    if field == "data":
        return f"data: {outline(value.strip(), names)}"
    known = field == "event" and value.strip() in ("message", "error", "ping", "endpoint")
    return line if known or not line.strip() else f"{field if colon else LEFT_OUT}: {LEFT_OUT}"


def _outline(value: Any, names: Pseudonyms, *, why: bool = False, named: bool = False) -> Any:
    """The value's known members.

    Args:
        value: JSON.
        names: the stand-ins.
        why: inside an error, whose words say why.
        named: inside `tools` or `params`, whose `name` is a tool's.
    """
    if isinstance(value, list):
        return [_outline(each, names, why=why, named=named) for each in value]
    if not isinstance(value, dict):
        return LEFT_OUT if isinstance(value, str) else value
    told: dict[str, Any] = {}
    for key, each in value.items():
        if key == "id" and isinstance(each, str):
            told[key] = each if each == "null" else LEFT_OUT
        elif key in _KEPT or (key == "name" and named) or (key in _SAYS_WHY and why):
            told[key] = _applied(each, names)
        elif key == "error" and isinstance(each, str):
            told[key] = names.apply(each)
        elif key in _OPENED:
            inside = key == "error" or why
            told[key] = _outline(each, names, why=inside, named=key in ("tools", "params", "clientInfo"))
        else:
            told[LEFT_OUT] = LEFT_OUT
    return told


def _applied(value: Any, names: Pseudonyms) -> Any:
    if isinstance(value, str):
        return names.apply(value)
    if isinstance(value, list):
        return [_applied(each, names) for each in value]
    return value if not isinstance(value, dict) else LEFT_OUT
