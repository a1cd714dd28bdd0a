"""A request and a response of an ASGI server, and a call to another ASGI app."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import anyio

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SERVER = "agentcore-probe-local"
"""The `server` header of every response: what it answers is not evidence about AWS."""
MAX_BODY = 10_000_000
"""Bytes of a request body that are read."""


@dataclass(frozen=True)
class AsgiRequest:
    """A request, its path still percent-encoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    scope: Scope = field(repr=False)
    is_presigned: bool = False
    """Whether the signature in its query is its credential."""

    def parameter(self, name: str) -> str | None:
        """The value of a query parameter, or None."""
        return dict(parse_qsl(self.query, keep_blank_values=True)).get(name)


@dataclass(frozen=True)
class AsgiResponse:
    """A response: status, headers and body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, now: datetime) -> None:
        """Sends the response with a `Date`, the request id that marks a response of AWS, and this server's name.

        Args:
            send: the ASGI server's `send`.
            now: the time by the service's clock.
        """
        date = format_datetime(now, usegmt=True)
        headers = {
            "date": date,
            "server": SERVER,
            "x-amzn-requestid": str(uuid.uuid4()),
            **self.headers,
        }
        headers["content-length"] = str(len(self.body))
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": self.body})


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> AsgiResponse:
    """A response whose body is JSON.

    Args:
        status: the HTTP status.
        value: the body, before it is encoded.
        headers: further headers.
    """
    return AsgiResponse(
        status, json.dumps(value).encode(), {"content-type": "application/json", **(headers or {})}
    )


async def read_request(scope: Scope, receive: Receive) -> AsgiRequest:
    """Reads the whole request; a body over `MAX_BODY` is cut off."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body") or size > MAX_BODY:
            break
    return _request(scope, scope["method"], b"".join(chunks)[:MAX_BODY])


def handshake_of(scope: Scope) -> AsgiRequest:
    """The handshake of a WebSocket as a request."""
    return _request(scope, "GET", b"")


def _request(scope: Scope, method: str, body: bytes) -> AsgiRequest:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    # scope["path"] is decoded: it does not distinguish a raw "/" in an ARN from an encoded one.
    path = scope["raw_path"].split(b"?")[0].decode("latin-1")
    return AsgiRequest(method, path, scope["query_string"].decode("latin-1"), headers, body, scope)


async def call_app(
    app: App, request: AsgiRequest, path: str, *, without: frozenset[str] = frozenset()
) -> AsgiResponse:
    """Forwards `request` to an ASGI app and returns its response.

    Args:
        app: the app.
        request: the request.
        path: the path at which the app expects it.
        without: headers (lower case) that are not forwarded.
    """
    scope = {
        **request.scope,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "headers": [
            (name, value)
            for name, value in request.scope["headers"]
            if name.decode("latin-1").lower() not in without
        ],
    }
    is_body_delivered = False

    async def receive() -> Message:
        nonlocal is_body_delivered
        if is_body_delivered:
            # The client is still connected: a streaming app stops at a disconnect.
            await anyio.sleep_forever()
        is_body_delivered = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    start: dict[str, Any] = {}
    chunks: list[bytes] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    headers.pop("content-length", None)
    return AsgiResponse(start["status"], b"".join(chunks), headers)
