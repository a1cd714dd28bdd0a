"""Linear time, shown by a ratio: an absolute limit depends on the machine."""

from __future__ import annotations

import time
from collections.abc import Callable

QUICK = 0.1
"""Seconds of processor time below which a text of a hundred kilobytes needs no second look."""
RATIO = 8
"""Four times the text takes about 4 times as long where time is linear, and 16 times where it is quadratic."""


def is_linear(read: Callable[[str], object], text: str) -> bool:
    """Whether READ takes no more than linear time for TEXT, which repeats a unit; noise gets three tries."""
    return any(
        (whole := _seconds(read, text)) < QUICK or whole < RATIO * _seconds(read, text[: len(text) // 4])
        for _ in range(3)
    )


def _seconds(read: Callable[[str], object], text: str) -> float:
    """Processor time, so that other processes of this machine do not count."""
    start = time.process_time()
    read(text)
    return time.process_time() - start
