"""The worker: the process that notebooks run in, started without credentials, loaded once, forked for each report.

The command starts it first of all (`notebook.worker.Worker`), so that it imports what notebooks need while the command
probes. No process ever executes two notebooks: reused ones lost charts without an error (measured). Its messages are
those of `notebook.protocol`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from agentcore_probe import malloc
from agentcore_probe.errors import ReportError
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.fork import ForkServer, answer_lines, end_all, fork, wait
from agentcore_probe.notebook.lean_imports import compiled_nbformat, slim
from agentcore_probe.notebook.protocol import (
    Ended,
    Forked,
    MadePage,
    MakeIndex,
    MakePage,
    WorkerRequest,
    encode,
)
from agentcore_probe.notebook.worker import Page

_PAGES_BETWEEN_COLLECTIONS = 10
"""How many pages a process makes before it collects garbage, of which each page leaves 0.7 MiB."""
_REQUEST_BYTES = 65_536
"""More than the longest path (4096 bytes on Linux) in JSON."""


def serve(control: socket.socket, modules: Sequence[str]) -> None:
    """Serves the control socket until it closes.

    Args:
        control: the worker's end of the socket.
        modules: what notebooks import, by name.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # loading makes no garbage
    fork_server = _load_for_notebooks(modules)
    malloc.release()
    gc.freeze()
    while True:
        line, descriptors, _, _ = socket.recv_fds(control, _REQUEST_BYTES, 1)
        if not line:
            end_all()  # the command has ended, or needs no more reports
            return
        reply = _answer(json.loads(line), control, descriptors, fork_server)
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(encode(reply))


def _answer(
    request: WorkerRequest, control: socket.socket, descriptors: Sequence[int], fork_server: ForkServer
) -> Forked | Ended:
    if request["op"] == "wait":
        return {"status": wait(request["pid"])}
    if request["op"] == "cells":
        return {"pid": fork_server.fork_cells(descriptors[0], request["folder"], close=control)}
    _load_for_pages(tuple(request["modules"]), tuple(request["languages"]))
    serve = partial(answer_lines, answer=_PageMaker(fork_server))
    return {"pid": fork(serve, descriptors[0], close=control)}


class _PageMaker:
    """Makes one page after another.

    Args:
        fork_server: forks the processes that execute cells.
    """

    def __init__(self, fork_server: ForkServer) -> None:
        self._fork_server = fork_server
        self._pages = 0

    def __call__(self, request: MakePage | MakeIndex) -> MadePage | dict[str, object]:
        """The page, or the error that making it ends with."""
        if self._pages and self._pages % _PAGES_BETWEEN_COLLECTIONS == 0:
            gc.collect()
        self._pages += 1
        try:
            if "fleet" in request:
                page = _index(request, self._fork_server)
            else:
                page = _report(request, self._fork_server)
        except ReportError as error:
            return error.as_json()
        return {"html": page.html, "notebook": page.notebook}


def _report(request: MakePage, fork_server: ForkServer) -> Page:
    from agentcore_probe.report.page import make_page

    return make_page(
        RunRecord.model_validate(request["record"]),
        Judgement.model_validate(request["judgement"]),
        request["languages"],
        notebook=Path(request["notebook"]),
        folder=Path(request["folder"]),
        worker=fork_server,
        own_only=request["own_only"],
        extensions=[ExtensionResult.model_validate(result) for result in request["extensions"]],
    )


def _index(request: MakeIndex, fork_server: ForkServer) -> Page:
    from agentcore_probe.model.fleet import Fleet
    from agentcore_probe.report.fleet.page import make_index

    return make_index(
        Fleet.model_validate_json(request["fleet"]),
        request["languages"],
        notebook=Path(request["notebook"]),
        folder=Path(request["folder"]),
        worker=fork_server,
    )


def _load_for_notebooks(modules: Sequence[str]) -> ForkServer:
    """Imports what notebooks need and uses it once: validators and templates are built at their first use."""
    slim()
    from agentcore_probe.notebook.shell import NotebookShell
    from agentcore_probe.report import judgements
    from agentcore_probe.report.registry import FIGURES
    from agentcore_probe.report.rehearsal import rehearse

    # pandas is not among it: the report's notebook does not use it, and it takes 35 MiB.
    for name in (*modules, *(f"agentcore_probe.report.charts.{figure}" for figure in FIGURES)):
        importlib.import_module(name)
    rehearse(DEFAULT)
    return ForkServer(NotebookShell(), judgements.receive)


@cache
def _load_for_pages(modules: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """Imports papermill and nbconvert, and what the notebook imports besides, once for many pages."""
    from agentcore_probe.report.page import warm_up
    from agentcore_probe.report.rehearsal import rehearse_whole

    for name in modules:
        importlib.import_module(name)
    compiled_nbformat()
    warm_up()
    for language in languages:
        rehearse_whole(language)
    gc.freeze()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
    os._exit(0)  # the command waits for it, and there is nothing to clean up
