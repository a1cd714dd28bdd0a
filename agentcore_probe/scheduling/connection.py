"""Connects to a Dask scheduler, and keeps Dask's own words about it off the terminal."""

from __future__ import annotations

import logging
import queue
import threading
import warnings
from typing import TYPE_CHECKING

from agentcore_probe.errors import InputError, SchedulerError
from agentcore_probe.regex import regex

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS = regex(r"(?:tcp|tls)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_CONNECT_SECONDS = 5.0


def check_address(address: str) -> None:
    """Refuses what is not the address of a scheduler.

    Raises:
        InputError: it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise InputError(
            "is not the address of a Dask scheduler",
            where=address,
            hint="Write tcp://HOST:PORT or tls://HOST:PORT",
        )


def connect(address: str) -> Client:
    """A client of the scheduler, which nothing else of this process uses.

    Raises:
        SchedulerError: it does not answer.
    """
    from dask import config

    with warnings.catch_warnings():
        # Versions that differ are refused afterwards, in one line.
        warnings.simplefilter("ignore")
        import distributed

        if config.get("logging", None) is None:  # its tracebacks are replaced by one line here
            for name in ("distributed", "distributed.client", "distributed.core", "tornado.application"):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        # Its own limit does not hold where a server of another protocol takes the connection and goes on reading.
        ended: queue.SimpleQueue[Client | Exception] = queue.SimpleQueue()

        def open_client() -> None:
            try:
                ended.put(
                    distributed.Client(
                        address, timeout=_CONNECT_SECONDS, set_as_default=False, name="agentcore-probe"
                    )
                )
            except Exception as error:  # noqa: BLE001  (OSError, TimeoutError, those of TLS and of other protocols)
                ended.put(error)

        threading.Thread(target=open_client, name="connect to the scheduler", daemon=True).start()
        try:
            client = ended.get(timeout=2 * _CONNECT_SECONDS)
        except queue.Empty:
            raise _no_scheduler("what listens there does not speak Dask's protocol", address) from None
        if isinstance(client, Exception):
            raise _no_scheduler(first_line(client), address)
        return client


def _no_scheduler(reason: str, address: str) -> SchedulerError:
    return SchedulerError(
        f"no Dask scheduler answers: {reason}",
        where=address,
        hint="Start one (docs/fleet/dask.md), and check address, port and firewall",
    )


def first_line(error: Exception) -> str:
    """An exception of Dask in a few words."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
