"""Starts peers as processes on free ports of 127.0.0.1, and ends them by their ids."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

START_SECONDS = 60


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    variables: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    joined: bool = False,
) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the block.

    Args:
        command: its words.
        log: the file that gets its standard error.
        joined: whether the file gets its standard output, too.
        variables: its environment variables besides PATH and HOME.
        cwd: its working directory.
    """
    environment = {"PATH": os.environ["PATH"], "HOME": str(log.parent), **(variables or {})}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [str(word) for word in command],
            env=environment, cwd=cwd, stdin=subprocess.DEVNULL, stdout=errors if joined else subprocess.PIPE,
            stderr=errors, text=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path], *, log: Path, variables: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address, without a path, of a process that prints `PORT N` when it listens.

    Args:
        command: as for `running`.
        log: as for `running`.
        variables: as for `running`.
    """
    with running(command, log=log, variables=variables) as process:
        assert process.stdout is not None
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        deadline = time.monotonic() + START_SECONDS
        line = ""
        while not line.startswith("PORT "):
            assert selector.select(deadline - time.monotonic()), f"{command[:3]} does not start"
            line = process.stdout.readline()
            assert line, log.read_text()
        yield f"http://127.0.0.1:{line.split()[1]}"


@contextlib.contextmanager
def serving_at(
    port: int, command: Sequence[str | Path], *, log: Path, variables: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of a process that was configured to listen on a port, as soon as it does.

    Args:
        port: the port, of `free_port`.
        command: as for `running`.
        log: as for `running`.
        variables: as for `running`.
    """
    with running(command, log=log, variables=variables, cwd=log.parent, joined=True) as process:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port on which nothing listens, for servers that cannot choose one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
