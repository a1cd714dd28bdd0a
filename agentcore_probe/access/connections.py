"""Connections that time their phases and end at a wall-clock limit.

The timeout of requests limits a single read, so a server that sends a byte at a time never exceeds it (measured).
Here an alarm shuts the socket down when the time is up, whatever the connection is doing.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError

from agentcore_probe.access.authorities import trusting_context
from agentcore_probe.access.faults import Http2Only
from agentcore_probe.access.own_time import OWN_TIME

_SETTINGS, _GOAWAY = 4, 7


class Deadline:
    """The time limit of one request at a time: ends its connections, and times its phases.

    Attributes:
        phases: milliseconds by phase of the current request.
        expired: whether the time limit ended the current request.
        peer: the address that the current request reached, `127.0.0.1:8080`; None before it was connected.
        opened: whether the current request opened a connection, so that it did not reuse one.
        answering: whether anything of an answer to the current request has come.
        seconds: how long the last request took, without the delays of this process.
    """

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.expired = False
        self.peer: str | None = None
        self.opened = False
        self.answering = False
        self.seconds = 0.0
        self._guards: list[socket.socket] = []

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Adds the duration of the block to phase `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            elapsed = (time.perf_counter() - start) * 1000
            self.phases[name] = self.phases.get(name, 0.0) + elapsed

    @contextlib.contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Begins a request: cuts every guarded connection if the block takes longer than `seconds` (`own_time`)."""
        self.phases = {}
        self.expired = False
        self.peer, self.opened, self.answering = None, False, False
        alarm, begin = OWN_TIME.call_after(max(seconds, 0.001), self._expire), OWN_TIME.now()
        try:
            yield
        finally:
            alarm.cancel()
            self.seconds = OWN_TIME.now() - begin

    def guard(self, sock: socket.socket) -> None:
        """Keeps a second handle on `sock`: during its handshake, TLS detaches the first one.

        The time may have ended while `sock` was being connected; nothing would end an endless answer then.
        """
        self._guards.append(socket.socket(fileno=os.dup(sock.fileno())))
        if self.expired:
            self.cut()

    def close(self) -> None:
        """Closes the handles."""
        for sock in self._guards:
            sock.close()
        self._guards.clear()

    def _expire(self) -> None:
        self.expired = True
        self.cut()

    def cut(self) -> None:
        """Shuts every guarded connection down; may be called from another thread."""
        for sock in tuple(self._guards):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Head:
    """Reads lines of a head, and notes whether the last one was empty, as it must be (RFC 9112 section 2.1)."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.is_whole = True

    def readline(self, limit: int = -1) -> bytes:
        """A line, or what is left where the connection ended."""
        line: bytes = self.stream.readline(limit)
        self.is_whole = line in (b"\r\n", b"\n")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _FinalResponse(http.client.HTTPResponse):
    """Skips interim responses (RFC 9110 section 15.2), of which http.client only skips 100."""

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = deadline

    def begin(self) -> None:
        """Reads the head. http.client takes one that ends in the middle for a whole one.

        Raises:
            ConnectionResetError: the connection ended in the head.
        """
        head: Any = _Head(self.fp)
        self.fp = head
        super().begin()
        if self.fp is not None:
            self.fp = head.stream
        if not head.is_whole:
            raise ConnectionResetError("the connection ended in the head of the answer")

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            start = self.fp.peek(9)[:9]
            self.deadline.answering = self.deadline.answering or bool(start)
            if _is_http2(start):
                raise Http2Only("the server answered in frames of HTTP/2")
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)


def _is_http2(start: bytes) -> bool:
    """Whether an answer starts with the preface, a SETTINGS or a GOAWAY frame of a connection (RFC 9113)."""
    if start.startswith(b"PRI * HT"):
        return True
    return len(start) == 9 and start[:1] == b"\0" and start[3] in (_SETTINGS, _GOAWAY) and not any(start[5:])


class _TimedConnection(HTTPConnection):
    """Times name resolution and connecting separately."""

    _peer: str | None = None

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = deadline
        self.response_class = partial(_FinalResponse, deadline=deadline)  # type: ignore[assignment]

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Sends a request, and notes where a reused connection leads."""
        self.deadline.peer = self._peer
        super().request(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        self.deadline.opened = True
        name = self._dns_host
        with self.deadline.phase("resolve"):
            try:
                records = socket.getaddrinfo(name, self.port, 0, socket.SOCK_STREAM)
            except (socket.gaierror, UnicodeError) as error:
                reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
                raise NameResolutionError(self.host, self, reason) from error
        with self.deadline.phase("connect"):
            try:
                sock = self._connect_to_first([str(address[0]) for *_, address in records])
            finally:
                self._dns_host = name
        self.deadline.guard(sock)
        self._peer = self.deadline.peer = _address(sock)
        return sock

    def _connect_to_first(self, addresses: list[str]) -> socket.socket:
        """A connection to the first address that accepts one."""
        for address in addresses[:-1]:
            self._dns_host = address
            with contextlib.suppress(Exception):
                return super()._new_conn()
        self._dns_host = addresses[-1]
        return super()._new_conn()


def _address(sock: socket.socket) -> str | None:
    """The peer's address and port; None where the connection is closed already."""
    try:
        host, port = sock.getpeername()[:2]
    except OSError:
        return None
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    """Times the TLS handshake: the part of connecting that is neither `resolve` nor `connect`."""

    def connect(self) -> None:
        before = sum(self.deadline.phases.values())
        start = time.perf_counter()
        try:
            # Not with a certificate of the client, which would go into the shared context, nor by a proxy that is itself
            # called by https, for which urllib3 needs the file.
            if self.ca_certs and not self.cert_file and self._tunnel_scheme != "https":
                # urllib3 reads an unusable file itself, and says so once it is connected: as a fault of the certificates
                # and not of a host or proxy.
                with contextlib.suppress(OSError):
                    self.ssl_context, self.ca_certs = trusting_context(self.ca_certs), None
            super().connect()
        finally:
            elapsed = (time.perf_counter() - start) * 1000
            inner = sum(self.deadline.phases.values()) - before
            self.deadline.phases["tls"] = max(elapsed - inner, 0.0)


def _pool(kind: type[HTTPConnectionPool], connection: Any, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
    """A pool of such connections: a class of its own for each transport would take longer to make than a request."""
    pool = kind(*args, **kwargs)
    pool.ConnectionCls = connection
    return pool


class TimedAdapter(HTTPAdapter):
    """A requests adapter without retries, whose connections are under one deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._pools: dict[str, Any] = {
            "http": partial(_pool, HTTPConnectionPool, partial(_TimedConnection, deadline=deadline)),
            "https": partial(_pool, HTTPSConnectionPool, partial(_TimedTlsConnection, deadline=deadline)),
        }
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Creates the pool manager, with timed connections in its pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The pool manager of a proxy, with timed connections in its pools; one for SOCKS needs its own."""
        manager = super().proxy_manager_for(*args, **kwargs)
        if isinstance(manager, ProxyManager):
            manager.pool_classes_by_scheme = self._pools
        return manager
