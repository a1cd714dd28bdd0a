"""A WebSocket's handshake over a real socket: what is sent, when the connection ends, what is kept."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.utils import accept_key

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.credentials import Presigned, SubprotocolBearer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Environment, Limits
from agentcore_probe.model.exchange import SUBPROTOCOL as CARRIER
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.secret import Secret, find_leak

SESSION_TOKEN = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDexample+of/a=token"
TOKEN = ".".join(
    base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode()
    for part in (
        '{"alg":"RS256","kid":"k"}',
        '{"sub":"somebody","client_id":"c"}',
        "a signature of some length",
    )
)


class Seen:
    """What a real WebSocket server saw."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.messages: list[str | bytes] = []
        self.close_codes: list[int | None] = []
        self.ended = threading.Event()


@contextlib.contextmanager
def websocket_server(
    answer: Callable[[ServerConnection, Request], Response | None], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, Seen]]:
    """A server of the `websockets` package on loopback, in a thread of its own."""
    seen, ready, stopped = Seen(), threading.Event(), threading.Event()
    urls: list[str] = []

    async def handle(connection: ServerConnection) -> None:
        with contextlib.suppress(Exception):
            async for message in connection:
                seen.messages.append(message)
        await connection.wait_closed()
        seen.close_codes.append(
            connection.protocol.close_rcvd.code if connection.protocol.close_rcvd else None
        )
        seen.ended.set()

    def process(connection: ServerConnection, request: Request) -> Response | None:
        seen.requests.append(request)
        return answer(connection, request)

    async def main() -> None:
        async with serve(handle, "127.0.0.1", 0, process_request=process, ssl=tls) as server:
            urls.append(
                f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws?qualifier=DEFAULT"
            )
            ready.set()
            await asyncio.to_thread(stopped.wait)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield urls[0], seen
    finally:
        stopped.set()
        thread.join()


def send(outgoing: Outgoing, seconds: float = 10) -> Exchange:
    with Transport("runtime-ws-jwt", Limits(seconds=seconds), purpose="runtime") as transport:
        return transport.send(outgoing)


def handshake(url: str, **changes: object) -> Outgoing:
    return Outgoing("handshake", url, method="GET", is_handshake=True, **changes)  # type: ignore[arg-type]


def test_an_accepted_handshake_is_closed_with_1000_and_sends_no_message() -> None:
    """One ordinary exchange with status 101; the server sees the close frame and nothing else."""
    with websocket_server(lambda _, __: None) as (url, seen):
        exchange = send(handshake(url))
        assert seen.ended.wait(10)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body, exchange.fault) == (101, "", None)
    key = exchange.request.header("sec-websocket-key") or ""
    assert exchange.response.header("sec-websocket-accept") == accept_key(key)
    assert exchange.request.header("upgrade") == "websocket"
    assert (seen.close_codes, seen.messages) == ([1000], [])


def test_a_refusal_before_the_upgrade_is_an_ordinary_answer() -> None:
    """With its headers and its body."""

    def refuse(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(403, '{"message": "no"}')
        response.headers["x-amzn-ErrorType"] = "AccessDeniedException"
        return response

    with websocket_server(refuse) as (url, _):
        exchange = send(handshake(url))
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (403, '{"message": "no"}')
    assert exchange.response.header("x-amzn-errortype") == "AccessDeniedException"


def test_two_handshakes_have_keys_of_their_own() -> None:
    """Also an equal request that is sent again."""
    accepting = websocket_server(lambda _, __: None)
    with accepting as (url, seen), Transport("runtime-ws-jwt", Limits()) as transport:
        outgoing = handshake(url)
        for _ in range(2):
            transport.send(outgoing)
    first, second = (request.headers["Sec-WebSocket-Key"] for request in seen.requests)
    assert first != second


@contextlib.contextmanager
def raw_server(respond: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """A server that answers one request with the given bytes, and keeps its connection open until the end of the test."""
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve_one() -> None:
        with contextlib.suppress(OSError):
            sock, _ = listener.accept()
            connections.append(sock)
            request = b""
            while b"\r\n\r\n" not in request:
                request += sock.recv(65_536)
            respond(sock, request)

    thread = threading.Thread(target=serve_one)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/ws"
    finally:
        listener.close()
        thread.join()
        for sock in connections:
            sock.close()


def _key(request: bytes) -> str:
    lines = request.decode().split("\r\n")
    return next(line.partition(": ")[2] for line in lines if line.lower().startswith("sec-websocket-key"))


def _switch(sock: socket.socket, accept: str, rest: bytes = b"") -> None:
    head = f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    sock.sendall(head.encode() + rest)


def test_a_server_that_does_not_close_does_not_hold_the_run() -> None:
    """It says nothing after the 101, not even to the close frame."""
    with raw_server(lambda sock, request: _switch(sock, accept_key(_key(request)))) as url:
        begun = time.monotonic()
        exchange = send(handshake(url), seconds=30)
        elapsed = time.monotonic() - begun
    assert exchange.response is not None
    assert exchange.response.status == 101
    assert elapsed < 5


def test_a_server_that_talks_without_end_does_not_hold_the_run() -> None:
    """Frames and pings are read up to a size and are not answered."""
    received = []

    def talk(sock: socket.socket, request: bytes) -> None:
        ping, text = (
            Frame(opcode, b"x" * 100).serialize(mask=False) for opcode in (Opcode.PING, Opcode.TEXT)
        )
        _switch(sock, accept_key(_key(request)), ping)
        with contextlib.suppress(OSError):
            while True:
                sock.sendall(text)
                sock.settimeout(0.001)
                with contextlib.suppress(TimeoutError):
                    data = sock.recv(65_536)
                    received.append(data)
                    if not data:
                        return

    with raw_server(talk) as url:
        exchange = send(handshake(url))
    assert exchange.response is not None
    assert exchange.response.status == 101
    sent = b"".join(received)
    assert len(sent) == 8  # a masked close frame with its code: two bytes of head, four of mask, two of code
    assert sent[0] == 0x88


def test_a_server_that_does_not_answer_ends_at_the_time_limit() -> None:
    """As with every other request."""
    with raw_server(lambda _, __: None) as url:
        exchange = send(handshake(url), seconds=0.5)
    assert exchange.fault is not None
    assert exchange.fault.kind == "timeout"


@contextlib.contextmanager
def connect_proxy(port: int, opened: list[str]) -> Iterator[str]:
    """A proxy that answers one CONNECT and leads to `port`, whatever was asked for."""
    listener = socket.create_server(("127.0.0.1", 0))

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def serve_one() -> None:
        with contextlib.suppress(OSError):
            theirs, _ = listener.accept()
            head = b""
            while b"\r\n\r\n" not in head:
                head += theirs.recv(65_536)
            opened.append(head.decode().split()[1])
            ours = socket.create_connection(("127.0.0.1", port))
            theirs.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=copy, args=(ours, theirs))
            back.start()
            copy(theirs, ours)
            back.join()
            for sock in (theirs, ours):
                sock.close()

    thread = threading.Thread(target=serve_one)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join()


def test_a_handshake_goes_through_the_machines_proxy_and_its_authorities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS to the named host inside the tunnel; the close frame arrives, too."""
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("data-plane.invalid").configure_cert(tls)
    opened: list[str] = []
    with websocket_server(lambda _, __: None, tls) as (url, seen):
        with connect_proxy(urlsplit(url).port or 0, opened) as proxy:
            for name in [
                name
                for name in os.environ
                if name.lower().endswith(("_proxy", "_ca_bundle", "ssl_cert_file"))
            ]:
                monkeypatch.delenv(name)
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            with Transport("runtime-ws-jwt", Limits(seconds=10), ca_bundle=str(bundle)) as transport:
                exchange = transport.send(handshake("https://data-plane.invalid/ws"))
        assert exchange.fault is None
        assert seen.ended.wait(10)
    assert exchange.response is not None
    assert exchange.response.status == 101
    assert exchange.via_proxy is True
    assert exchange.timings.tls
    assert opened == ["data-plane.invalid:443"]
    assert seen.close_codes == [1000]


def test_a_101_that_does_not_answer_the_key_is_not_a_websocket() -> None:
    """Then nobody has shown that a handshake was accepted."""
    with raw_server(lambda sock, _: _switch(sock, accept_key("another key"))) as url:
        exchange = send(handshake(url))
    assert exchange.response is None
    assert exchange.fault is not None
    assert exchange.fault.kind == "not-http"


def test_the_token_of_a_subprotocol_is_in_no_record() -> None:
    """The service reads it, the exchange shows its form, and the scanner finds it in base64url."""
    bearer = SubprotocolBearer(Secret(TOKEN, "access token"))
    with websocket_server(lambda _, __: None) as (url, seen):
        exchange = send(handshake(url, credential=bearer))
    offered = seen.requests[0].headers["Sec-WebSocket-Protocol"].split(", ")
    assert offered[1] == CARRIER
    encoded = offered[0].removeprefix(f"{CARRIER}.")
    assert base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode() == TOKEN
    assert exchange.request.header("sec-websocket-protocol") == f"{CARRIER}.<token>, {CARRIER}"
    assert exchange.request.auth == "bearer"
    assert exchange.token is not None
    assert exchange.token.claims["client_id"] == "c"
    assert find_leak(exchange.model_dump_json().encode()) is None
    for text in (offered[0], encoded, encoded[10:], f"x{encoded[1:]}"):
        assert find_leak(text.encode()) == "access token"


@pytest.mark.parametrize("session", [None, SESSION_TOKEN])
def test_a_presigned_url_is_in_no_record(session: str | None) -> None:
    """It is signed when it is sent, its signature is a secret, and the recorded URL has neither key nor session token."""
    keys = AwsKeys(
        "AKIAIOSFODNN7EXAMPLE",
        Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws secret key"),
        Secret(session, "aws session token") if session else None,
    )
    aws = Aws(Environment(name="t", region="us-east-1"), keys)
    with websocket_server(lambda _, __: None) as (url, seen):
        exchange = send(handshake(url, credential=Presigned(lambda plain: aws.presign(plain, 120))))
    sent, kept = seen.requests[0].path, exchange.request.url
    assert "X-Amz-Signature=" in sent
    assert "X-Amz-Signature=<signature>" in kept
    assert "X-Amz-Credential=<key>%2F" in kept
    assert "X-Amz-Expires=120" in kept
    assert "qualifier=DEFAULT" in kept
    assert ("X-Amz-Security-Token=<session-token>" in kept) is (session is not None)
    assert exchange.request.auth == "sigv4"
    assert "AKIAIOSFODNN7EXAMPLE" not in kept
    assert find_leak(exchange.model_dump_json().encode()) is None
    assert find_leak(sent.encode()) is not None
