"""Work in a thread of its own: its result, its error, and Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from agentcore_probe.commands.interrupt import interruptible
from tests.conftest import PROJECT

WAITS = """
import os, signal, sys, threading
from agentcore_probe.commands import interrupt

interrupt._GRACE_SECONDS = {grace}

def work(stop):
    os.kill(os.getpid(), signal.SIGINT)
    {wait}
    print("ended", flush=True)
    return 0

try:
    interrupt.interruptible(work)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    os._exit(130)
"""


def test_the_result_of_the_work_is_returned() -> None:
    """The work has a thread and an event that is not set."""
    threads: list[threading.Thread] = []

    def work(stop: threading.Event) -> int:
        threads.append(threading.current_thread())
        return 3 if not stop.is_set() else 0

    assert interruptible(work) == 3
    assert threads != [threading.main_thread()]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(4)])
def test_an_error_of_the_work_is_raised(error: BaseException) -> None:
    """The same object, in the main thread."""

    def work(stop: threading.Event) -> int:
        raise error

    with pytest.raises(type(error)) as caught:
        interruptible(work)
    assert caught.value is error


@pytest.mark.parametrize(
    ("wait", "grace", "output"),
    [
        pytest.param("stop.wait(60)", 60, ["ended", "interrupted"], id="work that stops"),
        pytest.param("threading.Event().wait(60)", 0.1, ["interrupted"], id="work that does not stop"),
    ],
)
def test_ctrl_c_ends_the_wait(wait: str, grace: float, output: list[str]) -> None:
    """The work has time to end by itself, but not for ever."""
    result = subprocess.run(
        [sys.executable, "-c", WAITS.format(wait=wait, grace=grace)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=PROJECT,
    )
    assert (result.returncode, result.stdout.split()) == (130, output), result.stderr
