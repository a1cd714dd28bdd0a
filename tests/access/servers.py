"""Servers that misbehave, on raw sockets and on TLS with certificates of our own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket], None]


@contextlib.contextmanager
def serving(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of a server that reads a request's head and then behaves like that."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    threading.Thread(target=_accept, args=(listener, behaviour, context), daemon=True).start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


@contextlib.contextmanager
def recording(seen: list[bytes], answer: bytes = b"") -> Iterator[str]:
    """The URL of a server that keeps each request as it came and gives `answer`, or an empty 200."""
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                with connection.makefile("rb", buffering=0) as incoming:
                    seen.append(_read_request(incoming))
                connection.sendall(answer or empty)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


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
    """Head and body: what is left unread turns the close into a reset."""
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


def saying(data: bytes) -> Behaviour:
    """Sends these bytes and closes."""
    return lambda sock: sock.sendall(data)


def open_environment(body: bytes, *headers: str, status: str = "200 OK") -> Behaviour:
    """A proper answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return saying("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def hang(sock: socket.socket) -> None:
    """Never answers."""
    time.sleep(20)


def drip_head(sock: socket.socket) -> None:
    """One byte of the head at a time: no single read ever times out."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Drip: " + b"a" * 10_000:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(sock: socket.socket) -> None:
    """One byte of the body at a time."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(10_000):
        sock.sendall(b"a")
        time.sleep(0.05)


def endless_events(sock: socket.socket) -> None:
    """A stream of events without an end."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    while True:
        sock.sendall(b'data: {"word": "hello"}\n\n')
        time.sleep(0.05)


def flood(sock: socket.socket) -> None:
    """A body of 100 MiB."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(1600):
        sock.sendall(b"x" * 65_536)


def reset(sock: socket.socket) -> None:
    """RST in place of an answer."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def close(sock: socket.socket) -> None:
    """Closes without an answer."""
    sock.close()
