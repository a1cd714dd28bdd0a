"""The process that notebooks run in: started clean, loaded once, forked for each report.

Started as the first thing of a run with an environment that holds no credential, it imports
what notebooks need while its parent probes. For each report it forks one child, which executes
that report's cells and ends; no process ever runs two reports (reused ones lost charts without
an error: measured). Messages are JSON lines over a socket pair; the child's socket is handed
over with the request to fork.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import sys
from typing import Any

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serves fork requests on the socket whose descriptor is the first argument, until it closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # loading makes no garbage
    _load_what_notebooks_need()
    gc.freeze()
    gc.enable()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 4096, 1)
        if not message:
            return
        asked = json.loads(message)
        if asked["op"] == "fork":
            answer = {"pid": _fork(control, descriptors[0], asked["folder"])}
        else:
            answer = {"status": _wait(asked["pid"])}
        control.sendall(json.dumps(answer).encode() + b"\n")


def _load_what_notebooks_need() -> None:
    """Imports it and uses it once: fonts, validators and templates are made at their first use."""
    from agentcore_probe.report.lean import slim_nbformat

    slim_nbformat()
    # pandas is not among them: the report's notebook does not use it, and it is 35 MiB.
    import agentcore_probe.report.cells
    import agentcore_probe.report.charts.latency
    import agentcore_probe.report.charts.matrix
    import agentcore_probe.report.charts.timeline  # noqa: F401
    from agentcore_probe.report.charts.svg import Margins, drawing, inline
    from agentcore_probe.report.report import rehearse

    rehearse("en")
    with drawing(1.0, Margins()) as figure:
        figure.add_subplot().text(0, 0, "0")
        inline(figure, "nothing")


def _fork(control: socket.socket, descriptor: int, folder: str) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        control.close()
        _die_with_parent()
        os.chdir(folder)
        _serve(socket.socket(fileno=descriptor))
        status = 0
    finally:
        os._exit(status)


def _serve(channel: socket.socket) -> None:
    """Executes the cells that come, one JSON line each, until the channel closes."""
    from agentcore_probe.report.cells import Cells

    cells = Cells()
    lines = channel.makefile("rb")
    for line in lines:
        outcome = cells.run(json.loads(line)["source"])
        channel.sendall(json.dumps(outcome).encode() + b"\n")


def _wait(pid: int) -> int:
    """The exit status of a child, negative for a signal; waits for it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die_with_parent() -> None:
    """A parent that is killed takes this process along (Linux)."""
    libc: Any = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
    os._exit(0)  # whoever started it waits, and there is nothing to put away
