"""Dask clusters as processes on 127.0.0.1, started and ended by a test."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.processes import still_running

_START_SECONDS = 60
_ENVIRONMENT = {"DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "spawn", "PYTHONWARNINGS": "ignore"}


@dataclass
class Process:
    """A scheduler or a worker."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def text(self) -> str:
        """What it has written."""
        return self.log.read_text("utf-8", "replace")

    def wait_for(self, pattern: str) -> str:
        """The first group of a pattern, as soon as it has been written."""
        deadline = time.monotonic() + _START_SECONDS
        while (match := re.search(pattern, self.text)) is None:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.02)
        return match[1]

    def ports(self) -> set[int]:
        """Where it listens, apart from its dashboard."""
        dashboard = int(self.wait_for(r"dashboard at:\s+\S+:(\d+)"))
        connections = psutil.Process(self.process.pid).net_connections("tcp")
        ports = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
        return ports - {dashboard}

    def kill(self) -> None:
        """Ends it as a lost machine does: at once, with everything that it started."""
        processes = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(True)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):  # children of tasks end all the time
                process.kill()
        self.process.wait()
        assert not still_running(processes, 10)

    def end(self) -> None:
        """Ends it, if it has not ended; it has nothing to clean up."""
        if self.process.poll() is None:
            self.kill()


@dataclass
class DaskCluster:
    """A scheduler and its workers."""

    folder: Path
    """Where the processes run."""
    scheduler: Process
    address: str
    workers: list[Process] = field(default_factory=list)


@contextmanager
def scheduler(
    folder: Path, *, env: Mapping[str, str] | None = None, protocol: str = "tcp"
) -> Iterator[DaskCluster]:
    """A scheduler without workers; everything that the test adds ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", protocol]
    process = _start("scheduler", words, folder, env)
    cluster = DaskCluster(folder, process, "")
    try:
        cluster.address = process.wait_for(r"Scheduler at:\s+(\S+)")
        yield cluster
    finally:
        with ExitStack() as stack:
            for each in (*cluster.workers, process):
                stack.callback(each.end)


def add_worker(
    cluster: DaskCluster,
    *words: str,
    address: str | None = None,
    threads: int = 1,
    env: Mapping[str, str] | None = None,
    waits: bool = True,
) -> Process:
    """Starts one more worker.

    Args:
        cluster: its cluster.
        words: further options.
        address: of the scheduler, where it is not the cluster's own.
        threads: how many tasks it executes at a time.
        env: further environment variables.
        waits: whether to return when it is there.
    """
    options = ["--local-directory", str(cluster.folder), "--nthreads", str(threads), "--no-dashboard"]
    options += [] if "--listen-address" in words else ["--host", "127.0.0.1"]
    options += [] if "--nanny" in words else ["--no-nanny"]
    process = _start("worker", [address or cluster.address, *options, *words], cluster.folder, env)
    cluster.workers.append(process)
    if waits:
        process.wait_for(r"(Registered to)")
    return process


def _start(kind: str, words: list[str], folder: Path, env: Mapping[str, str] | None) -> Process:
    number = len(list(folder.glob(f"{kind}*.log")))
    log = folder / f"{kind}-{number}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **_ENVIRONMENT, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Process(process, log)
