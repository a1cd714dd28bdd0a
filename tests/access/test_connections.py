"""Connections: the time of each phase, and the limit that ends a request."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import requests

from agentcore_probe.access.connections import Deadline, TimedAdapter
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits

from . import servers
from .servers import answering, serving


def get(deadline: Deadline, url: str) -> requests.Response:
    """One request over a connection under `deadline`."""
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, TimedAdapter(deadline))
        session.trust_env = False
        return session.get(url, timeout=10)


def test_the_phases_are_timed() -> None:
    """A slow answer counts as `first_byte`, a slow body as `rest`."""

    def slow(sock: socket.socket) -> None:
        time.sleep(0.15)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        time.sleep(0.1)
        sock.sendall(b"body")

    with serving(slow) as url, Transport("t", Limits(seconds=5)) as transport:
        start = time.monotonic()
        timings = transport.send(Outgoing("step", url, body=b"{}")).timings
        milliseconds = (time.monotonic() - start) * 1000
    assert timings.first_byte is not None
    assert timings.rest is not None
    assert timings.first_byte > 140
    assert timings.rest > 90
    assert timings.connect is not None
    assert timings.total < milliseconds  # no time is counted twice


def test_a_handshake_that_hangs_is_counted_once() -> None:
    """Its time is in `tls` and not also in `first_byte`."""
    with serving(servers.hang) as url, Transport("t", Limits(seconds=0.3)) as transport:
        exchange = transport.send(Outgoing("step", url.replace("http://", "https://")))
    assert exchange.timings.tls is not None
    assert exchange.timings.tls > 250
    # Counted twice, it would be twice as long. Load on this machine does not matter to the ratio.
    assert exchange.timings.total < 1.5 * exchange.timings.tls


@pytest.mark.parametrize("behaviour", [servers.hang, servers.drip_head, servers.drip_body])
def test_the_limit_ends_a_request_whatever_the_server_does(behaviour: servers.Behaviour) -> None:
    """Also where no single read exceeds the timeout of requests."""
    deadline = Deadline()
    start = time.monotonic()
    with serving(behaviour) as url, deadline.limit(0.3), pytest.raises(requests.RequestException):
        get(deadline, url)
    deadline.close()
    assert deadline.expired
    assert time.monotonic() - start < 5  # requests itself would wait for 10


def test_a_limit_that_is_not_exceeded_has_no_effect() -> None:
    """Each request begins with its own phases, and an earlier request's expiry is forgotten."""
    deadline = Deadline()
    with (
        serving(servers.hang) as url,
        deadline.limit(0.1),
        pytest.raises(requests.RequestException),
        deadline.phase("first_byte"),
    ):
        get(deadline, url)
    assert deadline.phases["first_byte"] > 50
    with serving(answering(b"body")) as url, deadline.limit(5):
        assert get(deadline, url).content == b"body"
    deadline.close()
    assert not deadline.expired
    assert set(deadline.phases) == {"resolve", "connect"}


def test_a_connection_that_was_opened_too_late_is_cut() -> None:
    """The limit ended while it was being opened; an endless answer would otherwise be read for ever."""
    deadline = Deadline()
    with serving(servers.hang) as url, deadline.limit(0.001):
        while not deadline.expired:
            time.sleep(0.01)
        start = time.monotonic()
        with pytest.raises(requests.RequestException):
            get(deadline, url)
    deadline.close()
    assert time.monotonic() - start < 5  # requests itself would wait for 10


def test_another_thread_can_cut_the_connections() -> None:
    """A request ends long before its limit."""
    deadline = Deadline()
    threading.Timer(0.2, deadline.cut).start()
    start = time.monotonic()
    with serving(servers.hang) as url, deadline.limit(10), pytest.raises(requests.RequestException):
        get(deadline, url)
    deadline.close()
    assert not deadline.expired
    assert time.monotonic() - start < 5  # requests itself would wait for 10


@pytest.mark.parametrize("addresses", [("::1", "127.0.0.1"), ("127.0.0.1", "::1")])
def test_the_addresses_of_a_name_are_tried_in_turn(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, str]
) -> None:
    """A server that listens on IPv4 only is reached, whether or not its IPv6 address comes first."""
    with serving(answering(b"reached")) as url:
        port = int(url.rsplit(":", 1)[1].rstrip("/"))

        def getaddrinfo(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
            return [
                (
                    socket.AF_INET6 if ":" in address else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (address, port),
                )
                for address in (addresses if host == "two.invalid" else (host,))
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        deadline = Deadline()
        with deadline.limit(5):
            answer = get(deadline, f"http://two.invalid:{port}/")
    deadline.close()
    assert answer.content == b"reached"
