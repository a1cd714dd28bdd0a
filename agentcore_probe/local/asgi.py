"""A call as it came in, an answer as it goes out, and how an ASGI app gets one from the other."""

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

MAX_BODY = 10_000_000


@dataclass(frozen=True)
class AsgiRequest:
    """A request, its path still percent-encoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    scope: Scope = field(repr=False)

    def parameter(self, name: str) -> str | None:
        """The value of a query parameter, or None."""
        return dict(parse_qsl(self.query, keep_blank_values=True)).get(name)


@dataclass(frozen=True)
class AsgiResponse:
    """What goes back: status, headers and body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, now: datetime) -> None:
        """Sends the response, with the service's time and the request id by which AWS marks its own."""
        date = format_datetime(now, usegmt=True)
        headers = {"date": date, "x-amzn-requestid": str(uuid.uuid4()), **self.headers}
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
    """An answer whose body is JSON."""
    return AsgiResponse(
        status, json.dumps(value).encode(), {"content-type": "application/json", **(headers or {})}
    )


async def read_request(scope: Scope, receive: Receive) -> AsgiRequest:
    """The whole request; a body over the limit is cut, as no caller of ours sends one."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if not message.get("more_body") or size > MAX_BODY:
            break
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    # scope["path"] is decoded: with it, an ARN's own slash could not be told from an encoded one.
    path = scope["raw_path"].split(b"?")[0].decode("latin-1")
    return AsgiRequest(
        scope["method"],
        path,
        scope["query_string"].decode("latin-1"),
        headers,
        b"".join(parts)[:MAX_BODY],
        scope,
    )


async def call_app(
    app: App, request: AsgiRequest, path: str, *, without: frozenset[str] = frozenset()
) -> AsgiResponse:
    """The answer of an ASGI app to `request` at another path.

    Args:
        app: the real part behind the door.
        request: the request.
        path: the path that the part knows.
        without: headers (lower case) that do not reach the part.
    """
    scope = {
        **request.scope,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "headers": [
            pair for pair in request.scope["headers"] if pair[0].decode("latin-1").lower() not in without
        ],
    }
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            # The caller is still there: an app that streams stops when it is told otherwise.
            await anyio.sleep_forever()
        sent = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    started: dict[str, Any] = {}
    parts: list[bytes] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in started["headers"]}
    headers.pop("content-length", None)
    return AsgiResponse(started["status"], b"".join(parts), headers)
