"""The forms of answers: of what is accepted, and of what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of one answer."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    marked: bool = field(default=True, kw_only=True)
    """Whether it carries AWS's mark, where the others do."""
    held_open: bool = field(default=False, kw_only=True)
    """The stream stays open after its last event."""


_JSON = (("content-type", "application/json"),)
_HTML = (("content-type", "text/html; charset=utf-8"),)
_STREAM = (("content-type", "text/event-stream"),)
LOGIN_PAGE = (
    b"<!doctype html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>"
)


def dumped(message: Any) -> bytes:
    """A message as JSON."""
    return json.dumps(message).encode()


def _event(data: bytes) -> bytes:
    return b"event: message\ndata: " + data + b"\n\n"


def _multi_line(message: Any) -> bytes:
    lines = json.dumps(message, indent=1).splitlines()
    return "".join(f"data: {line}\n" for line in lines).encode() + b"\n"


def _with_separators(message: Any) -> bytes:
    """U+2028 and U+0085 are ordinary characters of a JSON string, and end no line of a stream."""
    marked = {**message, "result": {**message.get("result", {}), "note": "one\u2028two\u0085three"}}
    return b"data: " + json.dumps(marked, ensure_ascii=False).encode() + b"\n\n"


ACCEPTANCES: dict[str, Callable[[Any], Answer]] = {
    "json": lambda message: Answer(200, dumped(message)),
    "stream": lambda message: Answer(200, _event(dumped(message)), _STREAM),
    "stream-primed": lambda message: Answer(200, b"id: 1\ndata:\n\n" + _event(dumped(message)), _STREAM),
    "stream-multi-line": lambda message: Answer(200, _multi_line(message), _STREAM),
    "stream-crlf": lambda message: Answer(200, _event(dumped(message)).replace(b"\n", b"\r\n"), _STREAM),
    "stream-cr": lambda message: Answer(200, _event(dumped(message)).replace(b"\n", b"\r"), _STREAM),
    "stream-byte-order-mark": lambda message: Answer(200, b"\xef\xbb\xbf" + _event(dumped(message)), _STREAM),
    "stream-separators": lambda message: Answer(200, _with_separators(message), _STREAM),
    "stream-notification-first": lambda message: Answer(
        200,
        _event(dumped({"jsonrpc": "2.0", "method": "notifications/message", "params": {}}))
        + _event(dumped(message)),
        _STREAM,
    ),
    "stream-held-open": lambda message: Answer(200, _event(dumped(message)), _STREAM, held_open=True),
    "batch": lambda message: Answer(200, dumped([message])),
    "utf-16": lambda message: Answer(
        200, json.dumps(message).encode("utf-16"), (("content-type", "application/json; charset=utf-16"),)
    ),
    "byte-order-mark": lambda message: Answer(200, b"\xef\xbb\xbf" + dumped(message)),
    "empty-200": lambda _: Answer(200, b"", ()),
    "empty-202": lambda _: Answer(202, b"", ()),
    "empty-204": lambda _: Answer(204, b"", ()),
    "html": lambda _: Answer(200, LOGIN_PAGE, _HTML),
    "forbidden-200": lambda _: Answer(200, dumped({"message": "Forbidden"})),
    "rpc-error": lambda message: Answer(
        200,
        dumped(
            {"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": -32000, "message": "Unauthorized"}}
        ),
    ),
    "compressed-unasked": lambda message: Answer(
        200, dumped(message)[::-1], (*_JSON, ("content-encoding", "br"))
    ),
    "stream-ping": lambda message: Answer(
        200, b": ping - 2026-11-29\r\n\r\nretry: 3000\r\n\r\n" + _event(dumped(message)), _STREAM
    ),
    "stream-closed-to-resume": lambda _: Answer(200, b"id: 1\nretry: 500\ndata:\n\n", _STREAM),
    "wrong-id": lambda message: Answer(200, dumped({**message, "id": 999_999})),
    "stream-cut": lambda message: Answer(
        200, b"data: " + dumped(message)[: len(dumped(message)) // 2], _STREAM
    ),
}
"""Form -> the answer that carries a JSON-RPC result, or pretends to."""


def _error(message: Any, code: int, text: str) -> bytes:
    identifier = message.get("id") if isinstance(message, dict) else None
    return dumped({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": text}})


def _challenge(*values: str) -> Callable[[Any], Answer]:
    headers = tuple(("www-authenticate", value) for value in values)
    return lambda message: Answer(
        401,
        _error(message, -32001, "Missing Authentication Token"),
        (*_JSON, *headers, ("x-amzn-errortype", "UnauthorizedException")),
    )


def _task(message: Any, state: str, text: str) -> Answer:
    """An A2A task that was not done."""
    task = {"kind": "task", "id": "1", "contextId": "1", "status": {"state": state, "message": {"role": "agent", "kind": "message", "messageId": "1", "parts": [{"kind": "text", "text": text}]}}}  # fmt: skip
    return Answer(200, dumped({"jsonrpc": "2.0", "id": message.get("id"), "result": task}))


_METADATA = 'Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"'

REFUSALS: dict[str, Callable[[Any], Answer]] = {
    "challenge": _challenge(_METADATA),
    "challenge-after-basic": _challenge(f'Basic realm="api", {_METADATA}'),
    "challenge-in-second-header": _challenge('Basic realm="api"', _METADATA),
    "challenge-after-dpop": _challenge(f'DPoP algs="ES256 RS256", {_METADATA}'),
    "challenge-upper-case": _challenge(_METADATA.replace("Bearer", "BEARER")),
    "proxy-401": lambda _: Answer(
        401,
        b"<html><head><title>401 Authorization Required</title></head></html>",
        (*_HTML, ("server", "nginx/1.22.1"), ("www-authenticate", 'Basic realm="staging"')),
        marked=False,
    ),
    "firewall-403": lambda _: Answer(
        403,
        b"<html><head><title>403 Forbidden</title></head></html>",
        (*_HTML, ("server", "awselb/2.0")),
        marked=False,
    ),
    "firewall-challenge": lambda _: Answer(
        202,
        b"<!DOCTYPE html><script>window.awsWafCookieDomainList = [];</script>",
        (*_HTML, ("x-amzn-waf-action", "challenge")),
    ),
    "script-page": lambda _: Answer(
        200,
        b'<script>window.location.href = "/login?next=/invocations"</script>',
        (("content-type", "text/plain"),),
    ),
    "comment-page": lambda _: Answer(200, b"<!-- sso 4.2 -->\n<html><body>Sign in</body></html>", ()),
    "no-challenge": lambda message: Answer(401, _error(message, -32001, "Unauthorized"), _JSON),
    "forbidden": lambda message: Answer(
        403,
        _error(message, -32002, "Access denied"),
        (*_JSON, ("x-amzn-errortype", "AccessDeniedException")),
    ),
    "rate-exceeded": lambda _: Answer(403, dumped({"message": "Rate exceeded"})),
    "login-page": lambda _: Answer(200, LOGIN_PAGE, _HTML),
    "empty-200": lambda _: Answer(200, b"", ()),
    "empty-202": lambda _: Answer(202, b"", ()),
    "empty-204": lambda _: Answer(204, b"", ()),
    "forbidden-200": lambda _: Answer(200, dumped({"message": "Forbidden"})),
    "rpc-error-200": lambda message: Answer(200, _error(message, -32000, "Unauthorized")),
    "rpc-error-401-200": lambda message: Answer(200, _error(message, 401, "Unauthorized")),
    "tool-error-200": lambda message: Answer(
        200,
        dumped(
            {
                "jsonrpc": "2.0",
                "id": message.get("id") if isinstance(message, dict) else None,
                "result": {"isError": True, "content": [{"type": "text", "text": "Access denied"}]},
            }
        ),
    ),
    "task-rejected": lambda message: _task(message, "rejected", "I only answer questions about travel."),
    "task-auth-required": lambda message: _task(message, "auth-required", "Sign in to the calendar."),
    "task-unauthorized": lambda message: _task(message, "auth-required", "Unauthorized: invalid token"),
    "stream-error-200": lambda message: Answer(200, _event(_error(message, -32000, "Unauthorized")), _STREAM),
}
"""Form -> the answer that refuses a call, in its own way."""


def plain(body: str) -> Answer:
    """A 200 with this body, whatever was asked."""
    is_stream = body.startswith(("data:", ":"))
    is_json = body.startswith(("{", "[", '"', "null"))
    text = (("content-type", "text/plain"),)
    return Answer(200, body.encode(), _STREAM if is_stream else _JSON if is_json else text)


PLAIN_ACCEPTANCES: dict[str, dict[str, Answer]] = {
    "HTTP": {"json": Answer(200, dumped({"result": "Hello from a world"}))},
    "AGUI": {"json": plain('data: {"type": "RUN_STARTED"}\n\ndata: {"type": "RUN_FINISHED"}\n\n')},
}
"""Protocol of a Runtime without JSON-RPC -> form -> the answer; any other form is the body itself."""
