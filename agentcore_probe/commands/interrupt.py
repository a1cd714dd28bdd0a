"""Ctrl-C ends the work at once, wherever it is, and leaves nothing half-written.

The work runs in a thread of its own and the main thread only waits. Python raises KeyboardInterrupt in
the main thread at any instruction, even inside an import lock, which then blocks every other import
for ever (seen with CPython 3.11). While the main thread waits here, an interrupt cannot break anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

_GRACE_SECONDS = 0.5
"""How long the work may take to end its own child processes."""


def interruptible(work: Callable[[threading.Event], int]) -> int:
    """The result of `work`, which is called with an event that is set when it must stop.

    Raises:
        KeyboardInterrupt: the user interrupted; `work` may still be running, so the process must
            end without waiting for it.
        BaseException: whatever `work` raises.
    """
    stop, done = threading.Event(), threading.Event()
    results: list[int] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(stop))
        except BaseException as error:  # noqa: BLE001  (raised again in the main thread)
            errors.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="command", daemon=True)
    try:
        thread.start()
        while not done.wait(0.5):
            pass
    except KeyboardInterrupt:
        stop.set()
        done.wait(_GRACE_SECONDS)
        raise
    if errors:
        raise errors[0]
    return results[0]
