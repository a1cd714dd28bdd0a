"""The memory of a command and of all processes below it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import psutil


@contextlib.contextmanager
def sampled(pid: int, interval: float | None) -> Iterator[list[float]]:
    """The memory of a process tree (PSS) during the block, in MiB, a value for each sample.

    Processes are read one after the other, so memory of a fork in between may count twice.

    Args:
        pid: the process at the top.
        interval: seconds between samples; None takes none.
    """
    samples: list[float] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(interval):
            samples.append(_tree_memory(pid) / 2**20)

    sampler = threading.Thread(target=sample)
    if interval is not None:
        sampler.start()
    try:
        yield samples
    finally:
        ended.set()
        if interval is not None:
            sampler.join()


def _tree_memory(pid: int) -> int:
    """Bytes."""
    total = 0
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0
    for process in tree:
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total
