"""Fresh processes, forked from this one: one for each notebook, which executes it and ends.

A process must be free of threads to be forked. Each child talks over one socket, in JSON lines.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from agentcore_probe.notebook.child import Child

if TYPE_CHECKING:
    from agentcore_probe.notebook.shell import NotebookShell

PR_SET_PDEATHSIG = 1


class ForkServer:
    """Processes for notebooks, from this one.

    Args:
        cells: what executes them, made and not yet used; each child has its own copy.
    """

    def __init__(self, cells: NotebookShell) -> None:
        self._cells = cells

    @contextmanager
    def child(self, folder: str, seconds: float | None) -> Iterator[Child]:
        """A fresh child process in `folder`, ended with the block; it may take so long, or None: for ever."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self.cells(theirs.fileno(), folder, close=ours)
        child = Child(pid, ours, seconds)
        try:
            yield child
        finally:
            child.end()
            child.status = wait(pid)

    def cells(self, descriptor: int, folder: str, *, close: socket.socket) -> int:
        """ForkServer a process that executes the cells that come over `descriptor` in `folder`; its id."""

        def serve(channel: socket.socket) -> None:
            os.chdir(folder)
            answer_lines(channel, lambda asked: self._cells.run(asked["source"]))

        return fork(serve, descriptor, close=close)


def fork(serve: Callable[[socket.socket], None], descriptor: int, *, close: socket.socket) -> int:
    """ForkServer a process that serves the socket with this descriptor and ends; its id.

    Args:
        serve: what the child does.
        descriptor: its socket; whoever calls closes it on this side.
        close: a socket that the child must not hold.
    """
    pid = os.fork()
    if pid:
        _living.add(pid)
        return pid
    status = 1
    try:
        close.close()
        die_with_parent()
        os.setsid()  # a group of its own: a cell that ends its group ends nobody else's, and is ended with all of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the worker says there is about itself
        gc.set_threshold(100_000)  # it does not live long enough for more
        gc.enable()
        serve(socket.socket(fileno=descriptor))
        status = 0
    finally:
        os._exit(status)


def answer_lines(channel: socket.socket, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answers each JSON line with one, until the channel closes."""
    asked = os.getpid()
    for line in channel.makefile("rb"):
        told = answer(json.loads(line))
        if os.getpid() != asked:
            os._exit(0)  # a cell has forked, and this is not the process that was asked
        channel.sendall(json.dumps(told).encode() + b"\n")


def wait(pid: int) -> int:
    """The exit status of a child, negative for a signal; waits for it."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _living.discard(pid)
    return status


_living: set[int] = set()
"""The children that were not waited for."""


def end_all() -> None:
    """Ends every child that still lives, with what it started in its group."""
    for pid in _living:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def die_with_parent() -> None:
    """A parent that ends takes this process along (Linux: the thread that started it, prctl(2))."""
    libc: Any = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
