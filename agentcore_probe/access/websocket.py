"""A WebSocket's handshake as one request: its headers, the check of a 101, and the end of the connection.

What is authorized is the handshake (docs/agentcore.md section 11.1). So after a 101, one close frame is sent and no other
frame. `websockets` makes the key and the frame; its code that does no I/O is imported where a handshake is sent.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from typing import Any

KEY, ACCEPT = "Sec-WebSocket-Key", "Sec-WebSocket-Accept"
_NORMAL_CLOSURE = 1000
_CLOSE_SECONDS = 1.0
"""How long the server has to end the connection after the close frame (RFC 6455 section 7.1.1)."""
_MAX_REST = 65_536
"""Bytes that are read at most while waiting for that."""


def request_headers() -> dict[str, str]:
    """The headers of a handshake, with a key of its own (RFC 6455 section 4.1)."""
    from websockets.utils import generate_key

    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        KEY: generate_key(),
    }


class NoWebSocket(http.client.HTTPException):
    """A 101 that does not answer the handshake: whoever sent it does not speak the protocol."""


def finish(key: str, accept: str, connection: Any) -> None:
    """Checks the answer to a handshake that was accepted, and ends the connection with close code 1000.

    Args:
        key: of the handshake.
        accept: what the answer says of the key.
        connection: urllib3's, with its socket; None where there is none any more.

    Raises:
        NoWebSocket: the key was not answered.
    """
    from websockets.utils import accept_key

    sock: socket.socket | None = getattr(connection, "sock", None)
    try:
        if accept.strip() != accept_key(key):
            raise NoWebSocket(f"{ACCEPT} of the 101 does not answer {KEY}")
        if sock is not None:
            with contextlib.suppress(OSError, ValueError):
                _close(sock)
    finally:
        if connection is not None:
            connection.close()


def _close(sock: socket.socket) -> None:
    """Sends the close frame, and waits until the server ends the connection: if we did, the frame could get lost."""
    from websockets.frames import Close, Frame, Opcode

    frame = Frame(Opcode.CLOSE, Close(_NORMAL_CLOSURE, "").serialize())
    sock.sendall(frame.serialize(mask=True))
    end, size = time.monotonic() + _CLOSE_SECONDS, 0
    while size < _MAX_REST and (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        data = sock.recv(4_096)
        if not data:
            return
        size += len(data)
