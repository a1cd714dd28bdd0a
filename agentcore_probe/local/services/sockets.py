"""The WebSockets of a Runtime, `/ws` and `/ws/shells`: the checks of InvokeAgentRuntime before the upgrade, then the container.

A refusal is an ordinary HTTP answer (docs/agentcore.md sections 11.1 and 11.3). No shell is behind `/ws/shells`: an accepted
one stays open, and whatever is sent is ignored.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from agentcore_probe.local.asgi import (
    SERVER,
    AsgiRequest,
    AsgiResponse,
    Message,
    Receive,
    Scope,
    Send,
    json_response,
)
from agentcore_probe.local.backends import AppLoader
from agentcore_probe.local.error_responses import error_response, unknown_operation
from agentcore_probe.local.services.content import SESSION_HEADER, session_refusal
from agentcore_probe.local.services.runtime import Operation, RuntimeService
from agentcore_probe.local.state import State

CARRIER = "base64UrlBearerAuthorization"
"""The subprotocol beside the one that carries a token."""
MAX_SHELLS = 10
_ROUTE = re.compile(r"/runtimes/(?P<id>[^/]+)/(?P<path>ws(?:/shells)?)")
_OPERATIONS = {
    "ws": Operation("InvokeAgentRuntimeWithWebSocketStream", "native"),
    "ws/shells": Operation("InvokeAgentRuntimeCommandShell", "native"),
}
_SESSION_LENGTHS = range(33, 101)
"""docs/agentcore.md section 11.1."""
_SHELL_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_FRAMES_A_SECOND = 250
_POLICY_VIOLATION = 1008
_SERVED = ("HTTP", "AGUI")
"""Protocols whose containers have `/ws`."""
_NOT_FOR_CONTAINERS = frozenset({b"authorization", b"sec-websocket-protocol"})

Conversation = Callable[[Scope, Receive, Send], Awaitable[None]]
"""What happens after a handshake that was not refused."""


@dataclass(frozen=True)
class _Handshake:
    """A handshake as the service reads it."""

    request: AsgiRequest
    """With credential and session id in the headers, wherever they were sent."""
    path: str
    subprotocol: str | None
    """What the answer selects."""
    session: str


class Sockets:
    """The WebSockets of one Runtime.

    Args:
        state: what is deployed.
        runtime: its checks.
        agent: loads the app in the container.
    """

    def __init__(self, state: State, runtime: RuntimeService, agent: AppLoader) -> None:
        self._state, self._runtime, self._agent = state, runtime, agent
        self._shells = MAX_SHELLS if "shells-full" in state.service_faults else 0

    def answer(self, request: AsgiRequest) -> AsgiResponse | Conversation:
        """The refusal of a handshake, or the conversation that begins with it.

        Args:
            request: the handshake.
        """
        route = _ROUTE.fullmatch(request.path)
        if route is None:
            return unknown_operation()
        faults = self._state.service_faults
        handshake = self._read(request, route["path"])
        invalid = self._invalid_shell(handshake)
        if invalid is not None and "shell-validated-first" in faults:
            return invalid
        operation = _OPERATIONS[handshake.path]
        is_open = ("ws-unchecked" if handshake.path == "ws" else "shell-unchecked") in faults
        refusal = (
            self._runtime.not_found(handshake.request, unquote(route["id"]))
            or self._runtime.service_error(operation)
            or (None if is_open else self._runtime.authorize(handshake.request, operation))
            or session_refusal(handshake.request, operation.form, _SESSION_LENGTHS)
            or invalid
        )
        if refusal is not None:
            return refusal
        return self._in_container(handshake) if handshake.path == "ws" else self._shell(handshake)

    def _read(self, request: AsgiRequest, path: str) -> _Handshake:
        headers = dict(request.headers)
        if (session := _parameter(request, SESSION_HEADER)) is not None:
            headers.setdefault(SESSION_HEADER, session)
        offered = [part.strip() for part in headers.get("sec-websocket-protocol", "").split(",")]
        token = _token(offered)
        selected = None
        if token is not None and "ws-subprotocol-ignored" not in self._state.service_faults:
            headers.setdefault("authorization", f"Bearer {token}")
            selected = CARRIER
        is_presigned = "authorization" not in headers and request.parameter("X-Amz-Signature") is not None
        return _Handshake(
            replace(request, headers=headers, is_presigned=is_presigned),
            path,
            selected,
            headers.get(SESSION_HEADER) or str(uuid.uuid4()),
        )

    def _invalid_shell(self, handshake: _Handshake) -> AsgiResponse | None:
        """A 424 for one shell too many, or for an impossible shell id."""
        if handshake.path != "ws/shells":
            return None
        if self._shells >= MAX_SHELLS:
            return _shell_error("Maximum number of shells reached")
        shell = handshake.request.parameter("shellId")
        is_possible = not shell or _SHELL_ID.fullmatch(shell) is not None
        if is_possible or {"shell-opens", "shell-unchecked"} & self._state.service_faults:
            return None
        return _shell_error("Shell ID format is invalid")

    def _in_container(self, handshake: _Handshake) -> AsgiResponse | Conversation:
        faults = self._state.service_faults
        if "container-silent" in faults:
            return json_response(504, {"message": "The agent did not respond in time"})
        if "container-failed" in faults or self._state.protocol not in _SERVED:
            return _container_error()

        async def converse(scope: Scope, receive: Receive, send: Send) -> None:
            relay = _Relay(handshake, receive, send, self._state)
            inner = {
                **scope,
                "path": "/ws",
                "raw_path": b"/ws",
                "root_path": "",
                "subprotocols": [],
                "headers": [pair for pair in scope["headers"] if pair[0].lower() not in _NOT_FOR_CONTAINERS],
            }
            app = await self._agent()
            await app(inner, relay.receive, relay.send)

        return converse

    def _shell(self, handshake: _Handshake) -> Conversation:
        async def ignore(_: Scope, receive: Receive, send: Send) -> None:
            self._shells += 1
            try:
                await _Relay(handshake, receive, send, self._state).send({"type": "websocket.accept"})
                while (await receive())["type"] != "websocket.disconnect":
                    pass
            finally:
                self._shells -= 1

        return ignore


class _Relay:
    """Between a client and the container: the answer's headers, a failure before the upgrade, the rate of frames."""

    def __init__(self, handshake: _Handshake, receive: Receive, send: Send, state: State) -> None:
        self._handshake, self._receive, self._send, self._state = handshake, receive, send, state
        self._is_decided = False
        self._second, self._frames = 0, 0

    async def receive(self) -> Message:
        """The next message of the client; its end where there are too many."""
        message = await self._receive()
        if message["type"] == "websocket.receive":
            second = int(time.monotonic())
            self._frames = self._frames + 1 if second == self._second else 1
            self._second = second
            if self._frames > _FRAMES_A_SECOND:
                await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
        return message

    async def send(self, message: Message) -> None:
        """A message of the container. Whatever it refuses the upgrade with is a 424 for the client."""
        if self._is_decided:
            if not message["type"].startswith("websocket.http."):
                await self._send(message)
            return
        self._is_decided = True
        if message["type"] == "websocket.accept":
            await self._send(
                {**message, "subprotocol": self._handshake.subprotocol, "headers": self._marks()}
            )
        else:
            await refuse(_container_error(), self._send, self._state)

    def _marks(self) -> list[tuple[bytes, bytes]]:
        marks = {
            "server": SERVER,
            "x-amzn-requestid": str(uuid.uuid4()),
            SESSION_HEADER: self._handshake.session,
        }
        return [(name.encode(), value.encode()) for name, value in marks.items()]


async def refuse(response: AsgiResponse, send: Send, state: State) -> None:
    """Answers a handshake with an ordinary response.

    Args:
        response: the response.
        send: the server's `send` of a WebSocket.
        state: has the service's clock.
    """

    async def as_denial(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await response.send(as_denial, state.now)


def _parameter(request: AsgiRequest, name: str) -> str | None:
    """A query parameter by its name in any case."""
    names = (part.partition("=")[0] for part in request.query.split("&"))
    return next((request.parameter(one) for one in names if one.lower() == name), None)


def _token(offered: list[str]) -> str | None:
    """The token in the offered subprotocols; None where they do not have the documented form."""
    carriers = [part for part in offered if part.startswith(f"{CARRIER}.")]
    if len(carriers) != 1 or sorted(offered) != sorted([CARRIER, carriers[0]]):
        return None
    encoded = carriers[0].removeprefix(f"{CARRIER}.")
    if not re.fullmatch(r"[\w-]+", encoded, re.ASCII):
        return None
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("latin-1")
    except binascii.Error:
        return None


def _container_error() -> AsgiResponse:
    message = "Received error from runtime. Please check your CloudWatch logs for more information."
    return error_response("RuntimeClientError", message, "native")


def _shell_error(error: str) -> AsgiResponse:
    return json_response(424, {"error": error}, {"x-amzn-errortype": "RuntimeClientError"})
