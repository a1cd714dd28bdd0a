"""A WebSocket's handshake as one request: its headers, the check of a 101, and the end of the connection.

What is authorized is the handshake (docs/agentcore.md section 11.1). So after a 101, one close frame is sent and no other
frame. `websockets` makes the key and the frame; its code that does no I/O is imported where a handshake is sent.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import time
from typing import TYPE_CHECKING

from agentcore_probe.access.credentials import Credential, Signed
from agentcore_probe.model.exchange import Auth
from agentcore_probe.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

CARRIER = "base64UrlBearerAuthorization"
"""The subprotocol beside the one that carries the token, and the beginning of that one."""
MAX_SUBPROTOCOL = 4_096
"""Characters of the subprotocol with the token that AWS's SDK sends at most."""
_KEY, _ACCEPT = "Sec-WebSocket-Key", "Sec-WebSocket-Accept"
_NORMAL_CLOSURE = 1000
_CLOSE_SECONDS = 1.0
"""How long the server has to end the connection after the close frame (RFC 6455 section 7.1.1)."""
_MAX_REST = 65_536
"""Bytes that are read at most while waiting for that."""


class SubprotocolBearer(Credential):
    """A bearer token as a subprotocol, for clients that cannot set headers, such as browsers."""

    auth: Auth = "bearer"

    def __init__(self, token: Secret) -> None:
        self.secret = token

    @property
    def subprotocols(self) -> str:
        """What the client offers: the token in base64url without padding, and the word that says so."""
        assert self.secret is not None
        token = base64.urlsafe_b64encode(self.secret.reveal().encode()).rstrip(b"=").decode()
        return f"{CARRIER}.{token}, {CARRIER}"

    @property
    def fits(self) -> bool:
        """Whether AWS's SDK would send it."""
        return len(self.subprotocols.partition(",")[0]) <= MAX_SUBPROTOCOL

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the credential to `request`."""
        request.headers["Sec-WebSocket-Protocol"] = self.subprotocols
        return request


class Presigned(Signed):
    """A SigV4 signature in the URL's query. It is made when the request is sent, since it is valid for a short time.

    Args:
        presign: returns a URL with the signature.
    """

    def __init__(self, presign: Callable[[str], str]) -> None:
        self._presign = presign

    def address(self, url: str) -> str:
        """`url` with the signature."""
        return self._presign(url)


def request_headers() -> dict[str, str]:
    """The headers of a handshake, with a key of its own (RFC 6455 section 4.1)."""
    from websockets.utils import generate_key

    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        _KEY: generate_key(),
    }


class NoWebSocket(http.client.HTTPException):
    """A 101 that does not answer the handshake: whoever sent it does not speak the protocol."""


def finish(answer: requests.Response) -> None:
    """Checks the answer to a handshake that was accepted, and ends the connection with close code 1000.

    Raises:
        NoWebSocket: the key was not answered.
    """
    from websockets.utils import accept_key

    connection = answer.raw.connection
    sock: socket.socket | None = getattr(connection, "sock", None)
    try:
        expected = accept_key(answer.request.headers[_KEY])
        if answer.headers.get(_ACCEPT, "").strip() != expected:
            raise NoWebSocket(f"{_ACCEPT} of the 101 does not answer {_KEY}")
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
