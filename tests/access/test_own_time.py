"""Time limits count the server's time, not that of this process's own threads."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.own_time import OwnTime
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import Limits

from . import servers
from .servers import serving


@contextlib.contextmanager
def busy(threads: int) -> Iterator[None]:
    """Threads that keep the interpreter busy while the block runs, as those of other runs do."""
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            sum(range(1000))

    spinning = [threading.Thread(target=spin) for _ in range(threads)]
    for thread in spinning:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in spinning:
            thread.join()


def answer(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


@pytest.mark.slow  # how far the clock is behind depends on how this machine's scheduler hands the interpreter over
def test_a_process_that_is_busy_takes_no_time_from_a_row() -> None:
    """Its requests take longer than all of them may, because the interpreter is busy, and each has its answer."""
    limits = Limits(seconds=0.5)
    with serving(answer) as url, busy(12), Transport("t", limits) as transport:
        begin = time.monotonic()
        exchanges = []
        while time.monotonic() - begin < 2.5 * limits.seconds:
            exchanges.append(transport.send(Outgoing("step", url, body=b"{}")))
    assert [exchange.fault for exchange in exchanges if exchange.fault is not None] == []


def test_a_slow_target_ends_in_time_while_the_process_is_busy() -> None:
    """One that never answers, and one that never ends its answer."""
    with busy(4):
        for behaviour in (servers.hang, servers.drip_body):
            with serving(behaviour) as url, Transport("t", Limits(seconds=0.2)) as transport:
                begin = time.monotonic()
                exchange = transport.send(Outgoing("step", url, body=b"{}"))
                seconds = time.monotonic() - begin
            assert exchange.fault is not None
            assert exchange.fault.kind == "timeout"
            assert seconds < 10


def test_alarms_ring_in_order_unless_cancelled() -> None:
    """An earlier one that was set later rings first; the thread ends when no alarm is left."""
    clock, rung, done = OwnTime(), list[str](), threading.Event()
    clock.call_after(0.3, lambda: rung.append("late"))
    clock.call_after(0.4, done.set)
    clock.call_after(0.1, lambda: rung.append("early"))
    clock.call_after(0.2, lambda: rung.append("cancelled")).cancel()
    assert done.wait(5)
    assert rung == ["early", "late"]
    assert clock.now() <= time.monotonic()
