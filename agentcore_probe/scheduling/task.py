"""What a worker executes: one call with a limit of time, whose end is a value, whatever it is.

An exception that ends a worker, such as SystemExit, would take the results of other tasks with it, and have this one
tried again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypedDict

from agentcore_probe.errors import ProbeError, SchedulerError, StoppedError

_GRACE_SECONDS = 30.0
"""How long a call may take to end after it was stopped."""

Work = Callable[[str, threading.Event], str]
"""What is done: gets its request, and an event that is set when its time is over; returns a text."""


class TaskEnd(TypedDict):
    """How a task ended. Plain values, so that no process needs this module to read them."""

    worker: str
    """The address of the worker."""
    result: str | None
    error: dict[str, object] | None
    """`ProbeError.as_json`, where there is no result."""


def call(work: Work, request: str, name: str, topic: str, seconds: float) -> TaskEnd:
    """The end of a call; never raises.

    Args:
        work: what is done.
        request: its argument.
        name: what the client calls the task.
        topic: where the client listens for tasks that begin.
        seconds: how long the call may take.
    """
    from distributed import get_worker

    worker = get_worker()
    worker.log_event(topic, {"name": name, "worker": worker.address})
    sys.stdin = None  # nobody is there to answer, even where somebody started the worker
    results: list[str] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def run() -> None:
        try:
            results.append(work(request, stop))
        except BaseException as error:  # noqa: BLE001  (it becomes a value)
            errors.append(error)

    thread = threading.Thread(target=run, name=f"task {name}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        stop.set()
        thread.join(_GRACE_SECONDS)
    if results:
        return {"worker": worker.address, "result": results[0], "error": None}
    error = _as_error(errors[0]) if errors else None
    if error is None or isinstance(error, StoppedError):
        error = SchedulerError(f"did not end within its limit of {seconds / 60:.0f} min")
    return {"worker": worker.address, "result": None, "error": error.as_json()}


def _as_error(error: BaseException) -> ProbeError:
    if isinstance(error, ProbeError):
        return error
    from agentcore_probe.secret import redact

    lines = redact(str(error)).splitlines()
    return ProbeError(f"internal error: {type(error).__name__}: {lines[0] if lines else 'no message'}")
