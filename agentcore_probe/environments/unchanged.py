"""What was read from files, kept as long as they are unchanged: many environments are made of a few files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

Value = TypeVar("Value")
Stamp = tuple[int, int, int]
_SETTLED = 50_000_000
"""In nanoseconds. A file that changed less than this ago may change again within one tick of the file system's clock."""


def stamp(path: Path) -> Stamp | None:
    """What changes with a file or a folder; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def is_settled(stamps: Iterable[Stamp | None]) -> bool:
    """Whether any further change of these files would change their stamps."""
    now = time.time_ns()
    return not any(one is not None and 0 <= now - one[2] < _SETTLED for one in stamps)


class Memory(Generic[Value]):
    """Keeps one value a file."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[Stamp, Value]] = {}

    def get(self, path: Path, make: Callable[[], Value]) -> Value:
        """The value of a file, made anew when the file has changed.

        Args:
            path: the file.
            make: reads the file and makes the value; what it raises is not kept.
        """
        path = path.absolute()
        now = stamp(path)
        kept = self._kept.get(path)
        if kept is not None and kept[0] == now:
            return kept[1]
        value = make()
        if now is not None and is_settled([now]):
            self._kept[path] = now, value
        return value
