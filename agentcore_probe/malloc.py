"""glibc's heap: one for all threads, and back to the system what loading modules has used and freed.

Elsewhere both do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes

_M_ARENA_MAX = -8  # malloc.h


def limit_arenas() -> None:
    """One heap for all threads: each has one of its own else, and keeps what it once held (10 MiB with twenty)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def release() -> None:
    """Gives back what is free (5 MiB after papermill and nbconvert, in 5 ms)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
