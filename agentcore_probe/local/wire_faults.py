"""Faults on the wire: what networks, proxies and broken servers do instead of a proper response.

Each replaces the data plane on its own socket. The request is always read first, so that a close
is a close and not a reset. `local.faults.FAULTS` describes each as `wire-NAME`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

WireFault = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes the faulty response after a request was read; the connection is closed when it returns."""

_MIB = 1_048_576


def _head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def _raw(data: bytes) -> WireFault:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return write


def _response(body: bytes, *headers: str, status: str = "200 OK") -> WireFault:
    return _raw(_head(status, f"Content-Length: {len(body)}", *headers) + body)


async def _hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(_head("200 OK", "Content-Type: application/json", "Content-Length: 100000"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _close(_: asyncio.StreamWriter) -> None:
    """Writes nothing."""


async def _flood(writer: asyncio.StreamWriter) -> None:
    writer.write(_head("200 OK", "Content-Type: application/json", f"Content-Length: {100 * _MIB}"))
    for _ in range(100):
        writer.write(b"x" * _MIB)
        await writer.drain()


async def _events(writer: asyncio.StreamWriter) -> None:
    writer.write(_head("200 OK", "Content-Type: text/event-stream", "x-amzn-RequestId: local"))
    while True:
        writer.write(b'data: {"word": "again"}\n\n')
        await writer.drain()
        await asyncio.sleep(0.05)


@functools.cache
def _bomb() -> bytes:
    """Compressed on first use, not at import: it takes half a second."""
    return gzip.compress(b"\0" * (64 * _MIB), 9)


async def _gzip_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(_head("200 OK", f"Content-Length: {len(_bomb())}", "Content-Encoding: gzip") + _bomb())
    await writer.drain()


_PORTAL = b"<html><head><title>Sign in</title></head><body>Sign in to the network</body></html>"
_DEEP = b"[" * 1_000_000

_TANGLE = b"eyJ" * 100_000 + b"<Code>a</Code>" * 40_000

WIRE_FAULTS: dict[str, WireFault] = {
    "hang": _hang,
    "drip": _drip,
    "reset": _reset,
    "close": _close,
    "truncated": _raw(_head("200 OK", "Content-Length: 1000") + b'{"result": "cut'),
    "wrong-length": _raw(_head("200 OK", "Content-Length: 2", "x-amzn-RequestId: local") + b'{"a": 1}'),
    "not-http": _raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "bad-utf8": _response(b'{"result": "\xff\xfe\xed\xa0\x80\x00"}', "x-amzn-RequestId: local"),
    "deep-json": _response(_DEEP, "Content-Type: application/json", "x-amzn-RequestId: local"),
    "gzip-bomb": _gzip_bomb,
    "endless-events": _events,
    "tangle": _response(
        _TANGLE, "WWW-Authenticate: " + "a" * 60_000, "x-amzn-RequestId: local", status="401 Unauthorized"
    ),
    "flood": _flood,
    "header-bomb": _raw(_head("200 OK", "X-Bomb: " + "b" * 200_000)),
    "redirect": _response(b"", "Location: https://elsewhere.invalid/", status="307 Temporary Redirect"),
    "portal": _response(_PORTAL, "Content-Type: text/html", "Server: nginx", status="403 Forbidden"),
    "bad-gateway": _response(
        b"<html>502 Bad Gateway</html>", "Content-Type: text/html", status="502 Bad Gateway"
    ),
    "too-many-requests": _response(
        json.dumps({"message": "Rate exceeded"}).encode(),
        "Content-Type: application/json",
        "x-amzn-ErrorType: ThrottlingException",
        "x-amzn-RequestId: local",
        "Retry-After: 1",
        status="429 Too Many Requests",
    ),
}
"""Faults of a plain HTTP server, by name."""


def _tls_context(name: str = "127.0.0.1", **settings: Any) -> ssl.SSLContext:
    """A server's TLS context with a certificate of an unknown authority.

    Args:
        name: the host name of the certificate.
        **settings: for `trustme.CA.issue_cert`.
    """
    # Importing trustme takes 0.2 s, and only these faults need it.
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name, **settings).configure_cert(context)
    return context


CERTIFICATES: dict[str, Callable[[], ssl.SSLContext]] = {
    "tls-untrusted": _tls_context,
    "tls-expired": lambda: _tls_context(not_after=datetime.now(UTC) - timedelta(days=1)),
    "tls-wrong-name": lambda: _tls_context("elsewhere.invalid"),
}
"""TLS contexts whose certificate a client must not accept, by fault name."""


def url(name: str, port: int) -> str:
    """The base URL of the wire fault `name` on `port`."""
    if name == "no-such-name":
        return "https://bedrock-agentcore.invalid"
    return f"{'https' if name in CERTIFICATES else 'http'}://127.0.0.1:{port}"


async def serve(name: str, sock: socket.socket) -> asyncio.Server | None:
    """Serves the wire fault `name` on `sock`; None for the two faults without a server."""
    if name in ("no-such-name", "refused"):
        sock.close()
        return None
    if name == "gzip-bomb":
        _bomb()
    context = CERTIFICATES[name]() if name in CERTIFICATES else None
    wire_fault = WIRE_FAULTS.get(name, _close)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _read_request(reader)
            await wire_fault(writer)
        writer.close()

    return await asyncio.start_server(handle, sock=sock, ssl=context)


async def _read_request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
