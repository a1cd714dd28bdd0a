"""The process that notebooks run in: started clean, loaded once, forked for each report.

Started as the first thing of a run with an environment that holds no credential, it imports
what notebooks need while its parent probes. For each report it forks one child, which executes
that report's cells and ends, or, of many reports, makes the whole page; no process ever runs two
notebooks (reused ones lost charts without an error: measured). Messages are JSON lines over a
socket pair; the child's socket is handed over with the request.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

from agentcore_probe import malloc
from agentcore_probe.errors import ReportError
from agentcore_probe.model.languages import DEFAULT, LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.fork import ForkServer, answer_lines, end_all, fork, wait
from agentcore_probe.notebook.lean_imports import compiled_nbformat, slim
from agentcore_probe.notebook.shell import NotebookShell

_REQUEST_BYTES = 65_536
"""More than the longest path (4096 bytes on Linux) in JSON."""


def main() -> None:
    """Serves requests on the socket whose descriptor is the first argument, until it closes.

    The other arguments name modules that notebooks import.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # loading makes no garbage
    _load_what_notebooks_need()
    malloc.release()
    gc.freeze()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _REQUEST_BYTES, 1)
        if not message:
            end_all()  # whoever started this process has ended, or wants no more
            return
        answer = _answer(json.loads(message), control, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(json.dumps(answer).encode() + b"\n")


def _answer(asked: dict[str, Any], control: socket.socket, descriptors: list[int]) -> dict[str, Any]:
    if asked["op"] == "wait":
        return {"status": wait(asked["pid"])}
    forks = _forks()
    if asked["op"] == "cells":
        return {"pid": forks.cells(descriptors[0], asked["folder"], close=control)}
    _load_what_pages_need(tuple(asked["modules"]))
    serve = partial(answer_lines, answer=partial(_page, forks=forks))
    return {"pid": fork(serve, descriptors[0], close=control)}


@cache
def _forks() -> ForkServer:
    """WrittenReport when the first notebook comes: until then the probes of the parent need the memory."""
    for name in sys.argv[2:]:
        importlib.import_module(name)
    forks = ForkServer(NotebookShell())
    gc.freeze()
    return forks


def _page(asked: dict[str, Any], forks: ForkServer) -> dict[str, Any]:
    """The page of `asked["record"]`, or the error that it ends with (`children.Worker.page`)."""
    from agentcore_probe.report.page import make_page

    notebook, folder = Path(asked["notebook"]), Path(asked["folder"])
    try:
        record = RunRecord.model_validate(asked["record"])
        page = make_page(
            record,
            asked["languages"],
            notebook=notebook,
            folder=folder,
            worker=forks,
            own_only=asked["own_only"],
        )
    except ReportError as error:
        return error.as_json()
    return {"html": page.html, "notebook": page.notebook}


def _load_what_notebooks_need() -> None:
    """Imports it and uses it once: fonts, validators and templates are made at their first use."""
    slim()
    # pandas is not among them: the report's notebook does not use it, and it is 35 MiB.
    from agentcore_probe.report.registry import FIGURES
    from agentcore_probe.report.report import rehearse
    from agentcore_probe.report.svg import Margins, drawing, inline

    for name in FIGURES:
        importlib.import_module(f"agentcore_probe.report.charts.{name}")
    rehearse(DEFAULT)
    with drawing(1.0, Margins()) as figure:
        figure.add_subplot().text(0, 0, "0")
        inline(figure, "nothing")


@cache
def _load_what_pages_need(modules: tuple[str, ...]) -> None:
    """papermill and nbconvert, and what the notebook imports besides, once, for many pages."""
    from agentcore_probe.report.page import warm_up

    for name in modules:
        importlib.import_module(name)
    compiled_nbformat()
    warm_up(tuple(LANGUAGES))
    gc.freeze()


if __name__ == "__main__":
    main()
    os._exit(0)  # whoever started it waits, and there is nothing to put away
