"""The parent's side of the processes that execute notebooks: starts the worker, asks it for children, talks to them."""

from __future__ import annotations

import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from agentcore_probe.errors import NotebookError, ReportError
from agentcore_probe.report.made import Page

if TYPE_CHECKING:
    from agentcore_probe.model.record import RunRecord  # takes 0.1 s, and the worker is to start first

NOTEBOOK_SECONDS = 120.0
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "MPLCONFIGDIR",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "PYDANTIC_DISABLE_PLUGINS",
    "JUPYTER_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "TEMP",
)


def clean_environment() -> dict[str, str]:
    """The variables that a process which executes notebooks gets: none of them is a credential."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's library starts a thread a core when it is imported, and a process with threads is not to be forked."""


class Processes(Protocol):
    """Whoever gives a fresh process for a notebook."""

    def child(self, folder: str) -> AbstractContextManager[Child]:
        """A fresh child process in `folder`, ended with the block."""


class Worker:
    """The clean process whose children execute notebooks; a context manager. Threads may share it.

    Start it before credentials are read: it gets an environment without any, and a process that
    never held one cannot show one.

    Args:
        modules: what notebooks import, by name, to be loaded once for all of them.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._one_at_a_time = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agentcore_probe.report.worker", str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**clean_environment(), **_NO_THREADS},
                start_new_session=True,
            )
        self._answers = self._control.makefile("rb")
        self.pid = self._process.pid

    @contextmanager
    def child(self, folder: str) -> Iterator[Child]:
        """A fresh child process in `folder`, ended with the block."""
        with self._forked({"op": "cells", "folder": folder}) as child:
            yield child

    def page(self, record: RunRecord, languages: Sequence[str], *, notebook: Path, folder: Path) -> Page:
        """The page of a record, made in a process of its own: of many reports, several at a time.

        Args and errors are those of `page.make_page`.
        """
        asked = {
            "record": record.facts(),
            "languages": languages,
            "notebook": str(notebook.resolve()),
            "folder": str(folder.resolve()),
        }
        with self._forked({"op": "page"}) as child:
            try:
                made = child.ask(asked)
            except ChildLost as error:
                raise NotebookError(f"the report was not finished: {error}") from None
        if "error" in made:
            kind = NotebookError if made["error"] == "NotebookError" else ReportError
            raise kind(made["what"], where=made["where"], hint=made["hint"])
        return Page(**made)

    @contextmanager
    def _forked(self, message: dict[str, Any]) -> Iterator[Child]:
        """A fresh child process, ended with the block."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask(message, [theirs.fileno()])["pid"]
        child = Child(pid, ours)
        try:
            yield child
        finally:
            child.end()
            child.status = self._ask({"op": "wait", "pid": pid})["status"]

    def _ask(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        try:
            with self._one_at_a_time:
                socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
                line = self._answers.readline()
        except OSError:
            line = b""
        if not line:
            raise NotebookError("the process that executes notebooks ended by itself")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Ends the worker and waits for it."""
        self._answers.close()
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def forks(engine: str | None) -> bool:
    """Whether notebooks are executed by our own engine: it forks, so only where forking is sound."""
    return engine == "fork" or (engine is None and platform.system() == "Linux")


@contextmanager
def worker_for(engine: str | None, modules: Sequence[str] = ()) -> Iterator[Worker | None]:
    """The worker for an engine, "fork", "nbclient" or None; None where Jupyter's own kernel is to execute."""
    if not forks(engine):
        yield None
        return
    with Worker(modules) as worker:
        yield worker


class Child:
    """One child process, which executes one notebook's cells or makes one page."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.status: int | None = None
        self._channel = channel
        self._buffer = b""
        self._deadline = time.monotonic() + NOTEBOOK_SECONDS

    def run(self, source: str) -> dict[str, Any]:
        """The outcome of one cell (`report.cells.Cells.run`).

        Raises:
            ChildLost: the child ended, or its time was up.
        """
        return self.ask({"source": source})

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message.

        Raises:
            ChildLost: the child ended, or its time was up.
        """
        try:
            self._channel.sendall(json.dumps(message).encode() + b"\n")
            answer: dict[str, Any] = json.loads(self._line())
        except OSError:
            raise ChildLost("its process ended") from None
        except ValueError:
            raise ChildLost("what came from its process is no answer") from None
        return answer

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._channel], [], [], left)[0]:
                raise ChildLost(f"it did not finish in {NOTEBOOK_SECONDS:g} s")
            received = self._channel.recv(1 << 16)
            if not received:
                raise ChildLost("its process ended")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def end(self) -> None:
        """Closes the channel and makes sure that the process ends."""
        self._channel.close()
        os.kill(self.pid, signal.SIGKILL)


class ChildLost(Exception):
    """A child process that will not answer any more, and why."""
