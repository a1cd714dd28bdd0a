"""Servers for tests, on raw sockets or TLS: some misbehave, some record what they receive."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]
SETTINGS_FRAME = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
GOAWAY_FRAME = bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes(8)
"""Frames with which a server of HTTP/2 answers a request of HTTP/1.1 (RFC 9113 sections 6.5 and 6.8)."""
_EMPTY_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextlib.contextmanager
def serving(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of a server that reads each request and then runs `behaviour` on its connection."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    threading.Thread(target=_accept, args=(listener, behaviour, context), daemon=True).start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


@contextlib.contextmanager
def recording(requests: list[bytes], *answers: bytes) -> Iterator[str]:
    """The URL of a server that appends each request, as it was received, to `requests`.

    Args:
        requests: the requests so far.
        *answers: of the first, second, ... request; later requests get the last one. Default: an empty 200.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    script = answers or (_EMPTY_ANSWER,)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                with connection.makefile("rb", buffering=0) as incoming:
                    requests.append(_read_request(incoming))
                connection.sendall(script[min(len(requests), len(script)) - 1])

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


@contextlib.contextmanager
def answering_once_per_connection() -> Iterator[tuple[str, list[socket.socket]]]:
    """A server that promises to keep a connection, and closes it when the next request comes.

    The second value has every connection.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            with connection, connection.makefile("rb", buffering=0) as incoming, contextlib.suppress(OSError):
                _read_request(incoming)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                _read_request(incoming)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", connections
    finally:
        listener.close()


def held_open(*pieces: bytes) -> Behaviour:
    """Sends an event stream in these pieces and leaves it open."""

    def behave(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for piece in pieces:
            sock.sendall(piece)
            time.sleep(0.02)
        time.sleep(5)

    return behave


def http_answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A correct answer, after which the connection is closed."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def json_answer(value: object, *headers: str, status: str = "200 OK") -> bytes:
    """A correct answer with a JSON body."""
    return http_answer(json.dumps(value).encode(), "Content-Type: application/json", *headers, status=status)


def _accept(listener: socket.socket, behaviour: Behaviour, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, behaviour, context), daemon=True).start()


def _answer(connection: socket.socket, behaviour: Behaviour, context: ssl.SSLContext | None) -> None:
    if context is not None:
        connection = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    with contextlib.suppress(OSError), contextlib.closing(connection):
        with connection.makefile("rb", buffering=0) as incoming:
            _read_request(incoming)
        behaviour(connection)


def _read_request(incoming: socket.SocketIO) -> bytes:
    """Head and body of a request: closing a connection with unread data would reset it."""
    length, request = 0, b""
    while (line := incoming.readline()) not in (b"\r\n", b""):
        request += line
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    request += b"\r\n"
    while length and (piece := incoming.read(length)):
        request += piece
        length -= len(piece)
    return request


def sending(data: bytes) -> Behaviour:
    """Sends these bytes and closes."""
    return lambda sock: sock.sendall(data)


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Behaviour:
    """Sends a correct answer."""
    return sending(http_answer(body, *headers, status=status))


def hang(sock: socket.socket) -> None:
    """Never answers."""
    time.sleep(20)


def drip_head(sock: socket.socket) -> None:
    """Sends one byte of the head at a time: no single read ever times out."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Drip: " + b"a" * 10_000:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(sock: socket.socket) -> None:
    """Sends one byte of the body at a time."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(10_000):
        sock.sendall(b"a")
        time.sleep(0.05)


def endless_events(sock: socket.socket) -> None:
    """Sends a stream of events without an end."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    while True:
        sock.sendall(b'data: {"word": "hello"}\n\n')
        time.sleep(0.05)


def flood(sock: socket.socket) -> None:
    """Sends a body of 100 MiB."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(1600):
        sock.sendall(b"x" * 65_536)


def reset(sock: socket.socket) -> None:
    """Resets the connection instead of an answer."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def close(sock: socket.socket) -> None:
    """Closes the connection without an answer."""
    sock.close()
