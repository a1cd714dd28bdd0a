"""Connections that time their phases and can be cut off at a wall-clock limit.

requests' own timeout is for one read, so a slow drip never meets it (measured). Here a
timer shuts the socket down when the time is up, whatever the connection is doing.
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


class Clock:
    """Milliseconds by phase of one request, and the means to end it.

    Attributes:
        expired: whether the time limit ended the request.
    """

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.expired = False
        self._guards: list[socket.socket] = []

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Adds the time of the block to phase `name`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - begun) * 1000
            self.phases[name] = self.phases.get(name, 0.0) + spent

    @contextlib.contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cuts every connection of this clock `seconds` after the block began."""
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
        """Keeps a second handle on `sock`: TLS takes the first one away while it shakes hands."""
        self._guards.append(socket.socket(fileno=os.dup(sock.fileno())))

    def close(self) -> None:
        """Gives the handles back."""
        for sock in self._guards:
            sock.close()
        self._guards.clear()

    def _expire(self) -> None:
        self.expired = True
        self.cut()

    def cut(self) -> None:
        """Shuts every connection down."""
        for sock in tuple(self._guards):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Timed(HTTPConnection):
    """Times name resolution and connecting apart."""

    clock: Clock

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        with self.clock.phase("resolve"):
            try:
                found = socket.getaddrinfo(name, self.port, 0, socket.SOCK_STREAM)
            except (socket.gaierror, UnicodeError) as error:
                reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
                raise NameResolutionError(self.host, self, reason) from error
        with self.clock.phase("connect"):
            try:
                sock = self._first_of([str(each[4][0]) for each in found])
            finally:
                self._dns_host = name
        self.clock.guard(sock)
        return sock

    def _first_of(self, addresses: list[str]) -> socket.socket:
        for address in addresses[:-1]:
            self._dns_host = address
            with contextlib.suppress(Exception):
                return super()._new_conn()
        self._dns_host = addresses[-1]
        return super()._new_conn()


class _TimedTls(_Timed, HTTPSConnection):
    """Times the TLS handshake: what connecting takes beyond resolve and connect."""

    def connect(self) -> None:
        before = sum(self.clock.phases.values())
        begun = time.perf_counter()
        try:
            super().connect()
        finally:
            spent = (time.perf_counter() - begun) * 1000
            inner = sum(self.clock.phases.values()) - before
            self.clock.phases["tls"] = max(spent - inner, 0.0)


class TimedAdapter(HTTPAdapter):
    """A requests adapter whose connections report to one clock and never retry."""

    def __init__(self, clock: Clock) -> None:
        plain = type("_Plain", (_Timed,), {"clock": clock})
        tls = type("_Tls", (_TimedTls,), {"clock": clock})
        self._pools = {
            "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pool manager, with our connections in its pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The manager for a proxy, with our connections in its pools."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
