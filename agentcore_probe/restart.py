"""Restarts a command without its variables, so that the process that executes notebooks can be forked from it.

A process that never held a credential cannot show one. But the worker needs most of what the command imports, and two
processes that import the same cost a third of the processor time of a report. So the command first starts itself anew
without its variables, imports, forks the worker, and reads its variables only then: they wait in a file in memory.
This is done where notebooks are executed by forks (Linux); elsewhere the worker is a program of its own.
"""

from __future__ import annotations

import gc
import os
import sys

from agentcore_probe.notebook.variables import clean_environment

_COMMANDS = ("report", "index")
"""Those that execute notebooks."""
_SHARED = ("agentcore_probe.api", "agentcore_probe.report.rehearsal")
"""What command and worker need, besides the worker's own modules."""
_DESCRIPTOR = "AGENTCORE_PROBE_VARIABLES_DESCRIPTOR"
"""The variable that names the descriptor of the file with the other variables."""


def restart() -> None:
    """Starts the command anew without its variables, or forks the worker and restores them if this has been done.

    Call it first of all, where no module is imported that reads variables. Where a restart would change what the
    command does, it does nothing.
    """
    if _DESCRIPTOR in os.environ:
        descriptor = int(os.environ.pop(_DESCRIPTOR))
        _fork_worker()
        _restore(descriptor)
    elif _can_restart():
        descriptor = _keep(os.environb)
        variables = {**clean_environment(), **_of_python(), _DESCRIPTOR: str(descriptor)}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], variables)  # noqa: S606  (itself)


def _can_restart() -> bool:
    """Whether the command executes notebooks, and is nothing but itself: not a debugger's, nor called by another program."""
    arguments = sys.argv[1:]
    return (
        sys.platform == "linux"
        and arguments[:1] in [[name] for name in _COMMANDS]
        and not {"-h", "--help", "nbclient", "--engine=nbclient"} & set(arguments)
        and sys.orig_argv[len(sys.orig_argv) - len(arguments) :] == arguments
        and os.path.isfile(sys.argv[0])  # noqa: PTH113  (pathlib is not imported yet)
        and "LD_PRELOAD" not in os.environ
        and sys.gettrace() is None
        and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    )


def _of_python() -> dict[str, str]:
    """The variables that the interpreter reads when it starts."""
    return {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}


def _keep(variables: os._Environ[bytes]) -> int:
    """Writes the variables to a file in memory; its descriptor, which the next program inherits."""
    import fcntl

    made = os.memfd_create("variables")
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
            os.environb[name] = value


def _fork_worker() -> None:
    from agentcore_probe.notebook.worker_process import fork_ahead

    gc.disable()  # importing makes no garbage
    fork_ahead(_SHARED)
    gc.enable()
