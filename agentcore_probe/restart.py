"""Restarts a command without its variables, so that the process that executes notebooks can be forked from it.

A process that never held a credential cannot show one. But the worker needs most of what the command imports, and two
processes that import the same cost a fifth of the processor time of a report. So the command first starts itself anew
without its variables, imports, forks the worker, and reads its variables only then: they wait in a file in memory.
This is done where notebooks are executed by forks (Linux); elsewhere the worker is a program of its own.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from agentcore_probe.notebook.variables import clean_environment

_COMMANDS = ("report", "index")
"""Those that execute notebooks."""
_SHARED = ("agentcore_probe.api", "agentcore_probe.report.rehearsal")
"""What command and worker need, besides the worker's own modules."""
_DESCRIPTOR = "AGENTCORE_PROBE_VARIABLES_DESCRIPTOR"
"""The variable that names the descriptor of the file with the other variables."""
_FILE = "agentcore-probe-variables"
_OF_PYTHON = (
    "LC_CTYPE",
    "PYTHONCASEOK",
    "PYTHONCOERCECLOCALE",
    "PYTHONDEBUG",
    "PYTHONDEVMODE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONFAULTHANDLER",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONINTMAXSTRDIGITS",
    "PYTHONIOENCODING",
    "PYTHONMALLOC",
    "PYTHONNODEBUGRANGES",
    "PYTHONNOUSERSITE",
    "PYTHONOPTIMIZE",
    "PYTHONPERFSUPPORT",
    "PYTHONPLATLIBDIR",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONPYCACHEPREFIX",
    "PYTHONSAFEPATH",
    "PYTHONTRACEMALLOC",
    "PYTHONUNBUFFERED",
    "PYTHONUSERBASE",
    "PYTHONUTF8",
    "PYTHONVERBOSE",
    "PYTHONWARNDEFAULTENCODING",
    "PYTHONWARNINGS",
)
"""What the interpreter reads when it starts. Not all that begins so: people keep tokens in `PYTHON...` too."""


def restart() -> None:
    """Starts the command anew without its variables, or forks the worker and restores them if this has been done.

    Call it first of all, where no module is imported that reads variables. Where a restart would change what the
    command does, or the system or what is installed does not allow it, a worker is started later, as a program.
    """
    descriptor = _inherited()
    if descriptor is not None:
        try:
            with suppress(ImportError, OSError):
                _fork_worker()
        finally:
            _restore(descriptor)
        return
    with suppress(OSError):
        if _can_restart():
            _start_anew()


def _inherited() -> int | None:
    """The descriptor of the file with the variables; None if the command has not been restarted."""
    named = os.environ.pop(_DESCRIPTOR, None)
    if named is None:
        return None
    with suppress(OSError, ValueError):
        if os.readlink(f"/proc/self/fd/{int(named)}") == f"/memfd:{_FILE} (deleted)":  # noqa: PTH115
            return int(named)
    return None  # a variable of somebody else


def _can_restart() -> bool:
    """Whether the command executes notebooks, and is nothing but itself: not a debugger's, nor called by another program."""
    arguments = sys.argv[1:]
    return (
        sys.platform == "linux"
        and hasattr(os, "memfd_create")  # not in Pythons that were built for an old glibc
        and hasattr(os, "pidfd_open")
        and arguments[:1] in [[name] for name in _COMMANDS]
        and not {"-h", "--help", "nbclient", "--engine=nbclient"} & set(arguments)
        and sys.orig_argv[len(sys.orig_argv) - len(arguments) :] == arguments
        and os.path.isfile(sys.argv[0])  # noqa: PTH113  (pathlib is not imported yet)
        and "LD_PRELOAD" not in os.environ
        and sys.gettrace() is None
        and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    )


def _start_anew() -> None:
    descriptor = _keep(os.environb)
    of_python = {name: os.environ[name] for name in _OF_PYTHON if name in os.environ}
    variables = {**clean_environment(), **of_python, _DESCRIPTOR: str(descriptor)}
    try:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], variables)  # noqa: S606  (itself)
    finally:
        os.close(descriptor)


def _keep(variables: os._Environ[bytes]) -> int:
    """Writes the variables to a file in memory; its descriptor, which the next program inherits."""
    import fcntl

    made = os.memfd_create(_FILE)
    # Not one of the three standard ones, which may be closed.
    descriptor = fcntl.fcntl(made, fcntl.F_DUPFD, 3)
    os.close(made)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(b"\0".join(name + b"=" + value for name, value in variables.items()))
    return descriptor


def _restore(descriptor: int) -> None:
    with open(descriptor, "rb") as file:
        file.seek(0)
        for variable in file.read().split(b"\0"):
            name, _, value = variable.partition(b"=")
            if name:
                os.environb[name] = value


def _fork_worker() -> None:
    from agentcore_probe.notebook.worker_process import fork_ahead

    gc.disable()  # importing makes no garbage
    try:
        fork_ahead(_SHARED)
    finally:
        gc.enable()
