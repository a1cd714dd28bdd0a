"""Bodies and headers for readers outside: what explains a finding stays, an agent's or a user's words do not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agentcore_probe.model.exchange import SESSION_HEADER, USER_HEADER
from agentcore_probe.model.record import OMITTED
from agentcore_probe.regex import regex
from agentcore_probe.sharing.metadata_documents import CAPABILITIES, PLACES, share_capability
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_KEPT_HEADERS = frozenset(
    {
        "accept", "accept-encoding", "allow", "authorization", "connection", "content-encoding", "content-length",
        "content-type", "date", "host", "location", "mcp-protocol-version", "proxy-authenticate", "retry-after",
        "transfer-encoding", "upgrade", "www-authenticate", "x-amz-date", "x-amz-security-token", "x-amz-target",
        "x-amzn-errortype", "x-amzn-waf-action", "via", SESSION_HEADER.lower(), USER_HEADER.lower(),
    }
)  # fmt: skip
"""Headers whose values say what happened; the values of others are omitted."""
_TIMES = frozenset({"date", "x-amz-date"})
_PUBLIC_HEADER_NAME = regex(
    r"(x-(amz|amzn|forwarded|cache|request|frame|content|xss|powered|served|envoy|edge)|access-control|amz-|cf-|accept|"
    r"age$|allow$|alt-svc|authorization|cache-|connection|content|cookie|date$|etag|expires|host$|keep-alive|last-|"
    r"location|mcp-|origin|pragma|proxy|referrer|retry|server|set-cookie|strict|transfer|upgrade|user-agent|vary|via$|"
    r"www-)",
    re.I,
)
"""Header names that many services use; any other name may identify a company, and is omitted."""
_PUBLIC_SERVER = regex(
    r"(amazon|aws|cloudfront|nginx|apache|envoy|cloudflare|squid|akamai|microsoft|openresty|istio|haproxy|varnish|kong|"
    r"caddy|traefik|uvicorn|gunicorn|bigip|zscaler)\w*",
    re.I,
)
_KEPT_MEMBERS = frozenset(
    {
        "jsonrpc", "id", "method", "code", "type", "isError", "protocolVersion", "version", "status", "__type",
        "nextCursor", "cursor", "issuer", "jwks_uri", "token_endpoint", "authorization_servers", "resource",
        "scopes_supported", "alg", "kty", "use", "kid", "TokenType", "token_type", "ExpiresIn", "expires_in",
        "ChallengeName", "AuthFlow", "ClientId", "USERNAME", "PASSWORD", "SECRET_HASH", "AccessToken", "IdToken",
        "RefreshToken", "access_token", "id_token", "refresh_token", "scope", "x-amzn-errortype", *PLACES,
    }
)  # fmt: skip
"""Members of JSON objects whose values stay, with names replaced."""
_SECONDS = frozenset({"expires_in", "ExpiresIn"})
_OUTLINED_MEMBERS = frozenset(
    {"result", "error", "tools", "params", "capabilities", "clientInfo", "keys", "content", "AuthParameters",
     "AuthenticationResult",
     "messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata", "hookEvent",
     "internalServerException", "validationException", "runtimeClientError"}
)  # fmt: skip
"""Members whose values are outlined in turn; the last ones are those of a harness's stream."""
_ERROR_MEMBERS = frozenset({"error", "internalServerException", "validationException", "runtimeClientError"})
"""Those that are errors, whose texts say why."""
_A2A_MEMBERS = frozenset({"kind", "role"})
_A2A_WORDS = frozenset(
    {
        "message",
        "task",
        "status-update",
        "artifact-update",
        "text",
        "agent",
        "user",
        "ROLE_AGENT",
        "ROLE_USER",
    }
)
"""The values of these members by which an answer of A2A is recognized."""
_A2A_PARTS = frozenset({"parts", "message", "task"})
"""Members of an answer of A2A that are outlined in turn."""
_REASON_MEMBERS = frozenset({"message", "error", "error_description", "data"})
"""Members that say why, inside an error."""
_NAMING_MEMBERS = frozenset({"tools", "params", "clientInfo"})
"""Members in which `name` is the name of a tool or a client."""
_EVENTS = frozenset({"message", "error", "ping", "endpoint"})
"""Event names of MCP's streams."""


def share_headers(headers: Mapping[str, str], pseudonyms: Pseudonyms) -> dict[str, str]:
    """The headers, with the values only of those that say what happened."""
    return {
        name if _PUBLIC_HEADER_NAME.match(name) else OMITTED: _header_value(name.lower(), value, pseudonyms)
        for name, value in headers.items()
    }


def _header_value(name: str, value: str, pseudonyms: Pseudonyms) -> str:
    if name == "user-agent":
        return pseudonyms.share_text(value.partition(" ")[0])
    if name == "server":
        server = _PUBLIC_SERVER.match(value)
        return server[0] if server else OMITTED
    if name not in _KEPT_HEADERS:
        return OMITTED
    if name == "location":
        value = value.partition("?")[0]
    if name in _TIMES:
        return value
    without_realm = re.sub(r'realm="[^"]*"', f'realm="{OMITTED}"', value)
    return pseudonyms.share_text(without_realm)


def share_refusal(body: str, pseudonyms: Pseudonyms) -> str:
    """The body of a refusal: JSON, an event stream or AWS's XML with public words; any other is omitted."""
    try:
        return json.dumps(_share_json(json.loads(body), pseudonyms), ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    if _is_event_stream(body):
        lines = (_share_event_line(line, pseudonyms) for line in body.splitlines())
        return "\n".join(lines)
    return pseudonyms.share_text(body) if not body.strip() or "<Code>" in body else OMITTED


def _share_event_line(line: str, pseudonyms: Pseudonyms) -> str:
    field, colon, value = line.partition(":")
    if colon and field == "data":
        return f"data: {share_refusal(value.strip(), pseudonyms)}"
    return pseudonyms.share_text(line)


def _share_json(value: Any, pseudonyms: Pseudonyms) -> Any:
    """A JSON value with public words in its texts and keys, and without large numbers."""
    if isinstance(value, str):
        return pseudonyms.share_text(value)
    if isinstance(value, dict):
        return {pseudonyms.share_text(key): _share_json(member, pseudonyms) for key, member in value.items()}
    if isinstance(value, list):
        return [_share_json(item, pseudonyms) for item in value]
    return _share_number(value)


def _share_number(value: Any) -> Any:
    """A number, unless it is so large that it may be an account, a ticket or a customer; other values unchanged."""
    is_public = not isinstance(value, int | float) or abs(value) < 1000 or -33000 < value < -32000
    return value if is_public else OMITTED


def outline(body: str, pseudonyms: Pseudonyms) -> str:
    """The structure of a body: JSON, or an event stream of it, with the members that the protocol defines."""
    if not body:
        return body
    try:
        return json.dumps(_outline(json.loads(body), pseudonyms), ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    if _is_event_stream(body):
        return "\n".join(_outline_event_line(line, pseudonyms) for line in body.splitlines())
    return OMITTED if body.strip() else body


_POLICY_ENGINE = regex(r"policy enforcement|AuthorizeActionException|policy evaluation failed", re.I)
"""The words of a policy engine, which come as the text of a failed tool."""


def _is_event_stream(body: str) -> bool:
    return re.search(r"^data:", body, re.M) is not None


def _outline_event_line(line: str, pseudonyms: Pseudonyms) -> str:
    field, colon, value = line.partition(":")
    if field == "data":
        return f"data: {outline(value.strip(), pseudonyms)}"
    is_known_event = field == "event" and value.strip() in _EVENTS
    if is_known_event or not line.strip():
        return line
    return f"{field if colon else OMITTED}: {OMITTED}"


def _outline(value: Any, pseudonyms: Pseudonyms, *, in_error: bool = False, has_names: bool = False) -> Any:
    """The members of a JSON value that the protocol defines.

    Args:
        value: the JSON value.
        pseudonyms: those of the record.
        in_error: the value is part of an error, whose texts say why.
        has_names: the value is part of `tools`, `params` or `clientInfo`, and its `name` stays.
    """
    if isinstance(value, list):
        return [_outline(item, pseudonyms, in_error=in_error, has_names=has_names) for item in value]
    if not isinstance(value, dict):
        return OMITTED if isinstance(value, str) else _share_number(value)
    return _outline_object(value, pseudonyms, in_error=in_error, has_names=has_names)


def _outline_object(
    value: dict[str, Any], pseudonyms: Pseudonyms, *, in_error: bool, has_names: bool
) -> dict[str, Any]:
    """`_outline` of a JSON object."""
    shared: dict[str, Any] = {}
    is_denial = isinstance(value.get("text"), str) and _POLICY_ENGINE.search(value["text"]) is not None
    for name, member in value.items():
        is_kept = (
            (is_denial and name == "text")
            or name in _KEPT_MEMBERS
            or (has_names and name == "name")
            or (in_error and name in _REASON_MEMBERS)
            or (name == "error" and isinstance(member, str))
        )
        is_word_of_protocol = name in _A2A_MEMBERS and isinstance(member, str) and member in _A2A_WORDS
        if is_word_of_protocol or (name in _SECONDS and isinstance(member, int)):
            shared[name] = member
        elif name in _A2A_PARTS and isinstance(member, list | dict):
            shared[name] = _outline(member, pseudonyms, in_error=in_error)
        elif name == "id" and isinstance(member, str):
            shared[name] = member if member == "null" else OMITTED
        elif name in CAPABILITIES:
            shared[name] = share_capability(member)
        elif is_kept:
            shared[name] = _replace_in_value(member, pseudonyms)
        elif name in _OUTLINED_MEMBERS:
            shared[name] = _outline(
                member,
                pseudonyms,
                in_error=in_error or name in _ERROR_MEMBERS,
                has_names=name in _NAMING_MEMBERS,
            )
        else:
            shared[OMITTED] = OMITTED
    return shared


def _replace_in_value(value: Any, pseudonyms: Pseudonyms) -> Any:
    """A text or a list of texts with names replaced; an object is omitted."""
    if isinstance(value, str):
        return pseudonyms.share_text(value)
    if isinstance(value, list):
        return [_replace_in_value(item, pseudonyms) for item in value]
    return OMITTED if isinstance(value, dict) else _share_number(value)
