"""Promise 20 for the further entrances: each has a list of what may be sent through it, and nothing else is.

No command, no shell, no frame of a WebSocket but the one that closes it, and no tool that the file does not name.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from agentcore_probe import api
from agentcore_probe.live import with_embedded
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import ENTRANCES, method
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT
from tests.embedded import observed, started
from tests.promises.figures import FIGURES

_ID = r"/runtimes/[^/]+"
_RAW_ID = r"/runtimes/arn:[^/]+/[^/]+"


class Allowed(NamedTuple):
    """A request that may be sent."""

    method: str
    path: str
    """A pattern of the whole path."""
    body: Callable[[str], bool]
    query: str = r".*"


def is_empty(body: str) -> bool:
    return body == ""


def has_no_command(body: str) -> bool:
    return body == "{}"


def is_greeting(body: str) -> bool:
    """The small payload of a Runtime's protocol."""
    return len(body) < 500 and "agentcore-probe" in body


def is_invocation(body: str) -> bool:
    """The greeting, or of the protocols of conversations the later step that a caller without a credential tries."""
    return is_greeting(body) or is_mcp(body)


def is_mcp(body: str) -> bool:
    """A handshake, a list, or the call of a tool that the environment files name."""
    message = json.loads(body)
    params = message.get("params", {})
    if message["method"] == "tools/call":
        return params["name"] in ("echo-tool___echo", "echo-tool___ping")
    return message["method"] in ("initialize", "notifications/initialized", "tools/list", "server/discover")


def is_handshake(body: str) -> bool:
    """The request that begins a session of MCP, and no later one."""
    return bool(json.loads(body)["method"] == "initialize")


def is_short_question(body: str) -> bool:
    """A question to a harness's agent that costs few tokens, and lets it use no tool."""
    message = json.loads(body)
    return message["maxTokens"] <= 16 and message["maxIterations"] == 1 and not message.get("allowedTools")


_DOCUMENT = r"/\.well-known/"
_OF_ISSUER = (
    Allowed("GET", f"{_DOCUMENT}(oauth-authorization-server|openid-configuration)(/[^/]+)?", is_empty, ""),
    Allowed("GET", f"/[^/]+{_DOCUMENT}openid-configuration", is_empty, ""),
)

ALLOWED: dict[str, tuple[Allowed, ...]] = {
    "gateway-mcp": (Allowed("POST", "/mcp", is_mcp),),
    "runtime-invocations": (Allowed("POST", rf"({_ID}|{_RAW_ID})/invocations", is_invocation),),
    "runtime-ws": (Allowed("GET", f"{_ID}/ws", is_empty),),
    "runtime-command": (Allowed("POST", f"{_ID}/commands", has_no_command),),
    "runtime-shell": (Allowed("GET", f"{_ID}/ws/shells", is_empty, query=r".*\bshellId=%21(&.*)?"),),
    "runtime-agent-card": (
        Allowed("GET", f"{_ID}/invocations/\\.well-known/agent-card\\.json", is_empty),
        Allowed("POST", f"{_ID}/invocations/?", is_greeting),
    ),
    "runtime-session-endpoint": (Allowed("GET", "/[^/]+/8080/", is_empty),),
    "gateway-to-runtime": (Allowed("POST", "/agent/invocations", is_greeting),),
    "gateway-passthrough": (Allowed("GET", "/status/health", is_empty),),
    "gateway-policy": (Allowed("POST", "/mcp", is_mcp),),
    "runtime-oauth-metadata": (
        Allowed("POST", f"{_ID}/invocations", is_handshake),
        Allowed("GET", f"{_ID}/invocations{_DOCUMENT}oauth-protected-resource", is_empty),
        Allowed("GET", f"{_DOCUMENT}oauth-protected-resource({_ID}/invocations)?", is_empty, ""),
        *_OF_ISSUER,
    ),
    "gateway-oauth-metadata": (
        Allowed("POST", "/mcp", is_handshake),
        Allowed("GET", f"{_DOCUMENT}oauth-protected-resource(/mcp)?", is_empty, ""),
        *_OF_ISSUER,
    ),
    "harness": (Allowed("POST", "/harnesses/invoke", is_short_question),),
    "registry": (Allowed("POST", "/registry/[^/]+/mcp", is_mcp),),
}
"""Entrance -> what a run may send through it; the environments are those of `PLACES`."""

A2A = Environment(
    name="local",
    local=LocalSetup(protocol="A2A"),
    entrances=("runtime-agent-card", "runtime-command"),
)
PLACES = {
    **{
        name: api.environment(name, root=PROJECT)
        for name in ("local-entrances", "local-bound", "local-policy")
    },
    "a2a": A2A,
}


@cache
def record_of(place: str, fault: str | None) -> RunRecord:
    environment = PLACES[place]
    assert environment.local is not None
    local = environment.local.model_copy(update={"faults": (fault,) if fault else ()})
    return observed(environment.model_copy(update={"local": local}))


def requests_of(record: RunRecord) -> Iterator[tuple[str, Exchange]]:
    """The requests of the rows and of further callers, each with its entrance."""
    for exchange in record.exchanges:
        row = method(exchange.id.rpartition("/")[0])
        if row is not None:
            yield row.entrance, exchange


def is_allowed(entrance: str, exchange: Exchange) -> bool:
    url = urlsplit(exchange.request.url)
    return any(
        exchange.request.method == allowed.method
        and re.fullmatch(allowed.path, url.path)
        and re.fullmatch(allowed.query, url.query)
        and allowed.body(exchange.request.body or "")
        for allowed in ALLOWED[entrance]
    )


def test_every_entrance_has_its_list_and_a_place() -> None:
    """A new entrance fails this test until it is decided what may be sent through it."""
    assert ALLOWED.keys() == {entrance.id for entrance in ENTRANCES}
    asked = {name for environment in PLACES.values() for name in environment.entrances or ()}
    assert "all" in asked


@pytest.mark.parametrize(
    "fault",
    [
        None,
        pytest.param("accepts-everything", marks=pytest.mark.slow),
        pytest.param("refuses-everything", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_a_run_sends_nothing_that_is_not_on_the_list(place: str, fault: str | None) -> None:
    """Whether everybody, nobody or the right ones are let in; with the experiments that prove a cause."""
    sent = list(requests_of(record_of(place, fault)))
    assert sent
    wrong = [
        f"{exchange.id}: {exchange.request.method} {exchange.request.url} {exchange.request.body}"
        for entrance, exchange in sent
        if not is_allowed(entrance, exchange)
    ]
    assert not wrong, "\n".join(wrong)
    FIGURES["requests through all entrances, each on the list of what may be sent"] += len(sent)


_HEADER_END = b"\r\n\r\n"


@contextlib.contextmanager
def opening_everything(received: list[tuple[str, bytes]]) -> Iterator[str]:
    """The URL of a data plane that opens every WebSocket, and appends its target and the bytes that it then gets."""
    from websockets.utils import accept_key

    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            data = b""
            while _HEADER_END not in data:
                data += connection.recv(65_536)
            head = data.partition(_HEADER_END)[0].decode("latin-1")
            key = re.search(r"(?im)^sec-websocket-key: *(\S+)", head)
            if key is None:
                connection.sendall(
                    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            lines = (
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                f"Sec-WebSocket-Accept: {accept_key(key[1])}",
            )
            connection.sendall("\r\n".join(lines).encode() + _HEADER_END)
            rest = b""
            connection.settimeout(0.5)  # longer than it takes to send a frame to this machine
            with contextlib.suppress(TimeoutError):
                while data := connection.recv(65_536):
                    rest += data
            received.append((head.split(" ")[1], rest))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def close_code(frame: bytes) -> int:
    """The code of a masked close frame without a reason, which is all that there is (RFC 6455 section 5.2)."""
    assert frame[:2] == b"\x88\x82"
    assert len(frame) == 8
    return int.from_bytes(bytes(a ^ b for a, b in zip(frame[6:], frame[2:4], strict=True)))


def test_a_websocket_that_opens_gets_one_close_frame() -> None:
    """With code 1000, whoever it was opened for: no frame with content, no ping, no second close."""
    received: list[tuple[str, bytes]] = []
    setup = LocalSetup()
    environment = Environment(name="t", local=setup, entrances=("runtime-ws", "runtime-shell"))
    with started(setup) as facts, opening_everything(received) as url:
        live = with_embedded(environment, facts)
        endpoints = {**live.environment.endpoints, "bedrock-agentcore": url}
        changed: dict[str, Any] = {"endpoints": endpoints}
        run = type(live)(live.environment.model_copy(update=changed), live.keys, live.secrets).run()
        record = run.observe()
    opened = [
        exchange for exchange in record.exchanges if exchange.response and exchange.response.status == 101
    ]
    assert len(opened) == len(received) >= 10
    assert {urlsplit(target).path.rpartition("/")[2] for target, _ in received} == {"ws", "shells"}
    assert {close_code(rest) for _, rest in received} == {1000}
