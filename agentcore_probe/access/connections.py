"""Connections that time their phases and end at a wall-clock limit.

The timeout of requests limits a single read, so a server that sends a byte at a time never exceeds it (measured).
Here a timer shuts the socket down when the time is up, whatever the connection is doing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError


class Deadline:
    """The time limit of one request at a time: ends its connections, and times its phases.

    Attributes:
        phases: milliseconds by phase of the current request.
        expired: whether the time limit ended the current request.
    """

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.expired = False
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
        """Begins a request: cuts every guarded connection if the block takes longer than `seconds`."""
        self.phases = {}
        self.expired = False
        timer = threading.Timer(max(seconds, 0.001), self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def guard(self, sock: socket.socket) -> None:
        """Keeps a second handle on `sock`: during its handshake, TLS detaches the first one."""
        self._guards.append(socket.socket(fileno=os.dup(sock.fileno())))

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


class _TimedConnection(HTTPConnection):
    """Times name resolution and connecting separately."""

    deadline: Deadline

    def _new_conn(self) -> socket.socket:
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
        return sock

    def _connect_to_first(self, addresses: list[str]) -> socket.socket:
        """A connection to the first address that accepts one."""
        for address in addresses[:-1]:
            self._dns_host = address
            with contextlib.suppress(Exception):
                return super()._new_conn()
        self._dns_host = addresses[-1]
        return super()._new_conn()


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    """Times the TLS handshake: the part of connecting that is neither `resolve` nor `connect`."""

    def connect(self) -> None:
        before = sum(self.deadline.phases.values())
        start = time.perf_counter()
        try:
            super().connect()
        finally:
            elapsed = (time.perf_counter() - start) * 1000
            inner = sum(self.deadline.phases.values()) - before
            self.deadline.phases["tls"] = max(elapsed - inner, 0.0)


class TimedAdapter(HTTPAdapter):
    """A requests adapter without retries, whose connections are under one deadline."""

    def __init__(self, deadline: Deadline) -> None:
        plain = type("_Plain", (_TimedConnection,), {"deadline": deadline})
        tls = type("_Tls", (_TimedTlsConnection,), {"deadline": deadline})
        self._pools = {
            "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Creates the pool manager, with timed connections in its pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The pool manager of a proxy, with timed connections in its pools."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
