"""The worker's process: forked from a command that has not read a credential yet, else a program of its own.

Forked, it shares what the command has imported, which saves a fifth of the processor time of one report.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from agentcore_probe.notebook.variables import FOR_NOTEBOOKS, clean_environment

_MAIN = "agentcore_probe.report.worker_main"


class Process(Protocol):
    """A process, as `subprocess.Popen` shows one."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended; raises TimeoutExpired after `timeout` seconds."""

    def kill(self) -> None:
        """Ends it, if it runs."""


@dataclass(frozen=True)
class WorkerProcess:
    """A worker that was started: its process, the command's end of its control socket, and its standard error."""

    process: Process
    control: socket.socket
    stderr: IO[bytes]


_started: list[WorkerProcess] = []
"""A worker that was started ahead and that nothing uses yet."""


def fork_ahead(modules: Sequence[str]) -> None:
    """Forks the worker that the next `started` returns, from a process without threads that has read no credential.

    Args:
        modules: what the command and notebooks need, by name: imported before, once for both.
    """
    for name in (*modules, _MAIN):
        importlib.import_module(name)
    control, theirs = socket.socketpair()
    stderr = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
    with theirs:
        pid = os.fork()
        if pid == 0:
            _serve(theirs, stderr, modules)
    _started.append(WorkerProcess(_Forked(pid), control, stderr))


def started(modules: Sequence[str]) -> WorkerProcess:
    """The worker that was forked ahead, or one that is started now.

    Args:
        modules: what notebooks import, by name, to be loaded once for all of them.
    """
    if _started:
        return _started.pop()
    control, theirs = socket.socketpair()
    stderr = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", _MAIN, str(theirs.fileno()), *modules],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**clean_environment(), **FOR_NOTEBOOKS},
            start_new_session=True,
        )
    return WorkerProcess(process, control, stderr)


def _serve(control: socket.socket, stderr: IO[bytes], modules: Sequence[str]) -> None:
    """Serves the control socket in the forked process, and ends it; as in a program that was started for it."""
    import fcntl  # Windows has none

    status = 1
    try:
        os.setsid()
        # Above the standard ones, which the command may have been started without.
        kept, words = (fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 3) for file in (control, stderr))
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor, target in ((null, 0), (null, 1), (words, 2)):
            os.dup2(descriptor, target)
        # Each by its number: one may be above the limit, which may also be a thousand million.
        for descriptor in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208
            if descriptor not in {0, 1, 2, kept}:
                with suppress(OSError):  # that of the listing is closed already
                    os.close(descriptor)
        os.environ.update(FOR_NOTEBOOKS)
        sys.argv[1:] = []
        if not sys.flags.safe_path:
            del sys.path[0]  # the folder of the script
        sys.path.insert(0, str(Path.cwd()))
        importlib.import_module(_MAIN).serve(socket.socket(fileno=kept), modules)
        status = 0
    except BaseException:  # noqa: BLE001  (its last words)
        traceback.print_exc()
    finally:
        os._exit(status)


class _Forked:
    """A forked process, with the methods of `subprocess.Popen` that are used."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None
        self._end = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
                os.close(self._end)
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended; raises TimeoutExpired after `timeout` seconds."""
        if self._status is None:
            select.select([self._end], [], [], timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("the worker", timeout or 0)
        return status

    def kill(self) -> None:
        """Ends it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
