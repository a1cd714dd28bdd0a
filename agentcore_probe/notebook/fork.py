"""Forks a fresh process for each notebook, which executes it and ends.

A process must be free of threads to be forked.
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
from agentcore_probe.notebook.lean_imports import make_whole
from agentcore_probe.notebook.protocol import CellsRequest, encode

if TYPE_CHECKING:
    from agentcore_probe.notebook.shell import NotebookShell

PR_SET_PDEATHSIG = 1


class ForkServer:
    """Forks processes that execute notebooks, from this one.

    Args:
        shell: executes the cells. It must be unused: each child has its own copy.
        prepare: receives the judgement that is handed to a child, and the digest of its record.
    """

    def __init__(self, shell: NotebookShell, prepare: Callable[[str, dict[str, Any]], None]) -> None:
        self._shell = shell
        self._prepare = prepare

    @contextmanager
    def child(self, folder: str, seconds: float | None) -> Iterator[Child]:
        """A fresh child process in `folder` that ends with the block, with `seconds` for all its requests."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self.fork_cells(theirs.fileno(), folder, close=ours)
        child = Child(pid, ours, seconds)
        try:
            yield child
        finally:
            child.end()
            child.status = wait(pid)

    def fork_cells(self, descriptor: int, folder: str, *, close: socket.socket) -> int:
        """Forks a process that executes cells.

        Args:
            descriptor: its socket, which the caller closes on this side.
            folder: its working directory.
            close: a socket that the child must not hold.

        Returns:
            Its process id.
        """

        def serve(channel: socket.socket) -> None:
            os.chdir(folder)
            make_whole()
            answer_lines(channel, self._answer)

        return fork(serve, descriptor, close=close)

    def _answer(self, request: CellsRequest) -> Any:
        if request["op"] == "cell":
            return self._shell.run(request["source"])
        self._prepare(request["record"], request["judgement"])
        return {}


def fork(serve: Callable[[socket.socket], None], descriptor: int, *, close: socket.socket) -> int:
    """Forks a process that serves a socket and ends.

    Args:
        serve: what the child does.
        descriptor: its socket, which the caller closes on this side.
        close: a socket that the child must not hold.

    Returns:
        Its process id.
    """
    pid = os.fork()
    if pid:
        _living.add(pid)
        return pid
    status = 1
    try:
        close.close()
        die_with_parent()
        os.setsid()  # a cell that kills its process group kills no other process, and dies with what it started
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # standard error is the worker's, for its own last words
        gc.set_threshold(100_000)  # it does not live long enough for more
        gc.enable()
        serve(socket.socket(fileno=descriptor))
        status = 0
    finally:
        os._exit(status)


def answer_lines(channel: socket.socket, answer: Callable[[Any], Any]) -> None:
    """Answers each message with one, until the channel closes."""
    pid = os.getpid()
    for line in channel.makefile("rb"):
        reply = answer(json.loads(line))
        if os.getpid() != pid:
            os._exit(0)  # a cell has forked: this is its child, and the parent replies
        channel.sendall(encode(reply))


def wait(pid: int) -> int:
    """Waits for a child; its exit status, negative for a signal."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _living.discard(pid)
    return status


_living: set[int] = set()
"""The children that nothing has waited for yet."""


def end_all() -> None:
    """Kills every child that is still alive, with its group."""
    for pid in _living:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def die_with_parent() -> None:
    """Makes this process die with its parent (Linux: with the thread that started it, prctl(2))."""
    libc: Any = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
