"""Sockets on loopback."""

from __future__ import annotations

import socket


def listen() -> socket.socket:
    """A socket that listens on a free port of this machine."""
    # With protocol 0, asyncio does not set TCP_NODELAY, and each response takes 40 ms longer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    sock.listen(512)
    return sock


def url_of(sock: socket.socket) -> str:
    """The base URL of a listening socket."""
    return f"http://127.0.0.1:{sock.getsockname()[1]}"
