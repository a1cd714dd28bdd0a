"""The command's side of the worker: starts it, lets it fork children, talks to them (`notebook.protocol`)."""

from __future__ import annotations

import contextlib
import json
import platform
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from agentcore_probe.errors import NotebookError, ReportError
from agentcore_probe.notebook import worker_process
from agentcore_probe.notebook.child import Child, ChildLost
from agentcore_probe.notebook.parameters import imports_pandas
from agentcore_probe.notebook.protocol import (
    Ended,
    Forked,
    MadePage,
    MakeIndex,
    MakePage,
    WorkerRequest,
    encode,
)

if TYPE_CHECKING:
    # They take 0.1 s, and the worker is to start first.
    from agentcore_probe.model.extension import ExtensionResult
    from agentcore_probe.model.fleet import Fleet
    from agentcore_probe.model.judgement import Judgement
    from agentcore_probe.model.record import RunRecord

NOTEBOOK_SECONDS = 120.0
"""Wall clock for the cells of one notebook."""
_RENDERING_SECONDS = 60.0
"""Wall clock for making a page of executed notebooks, in a process of its own."""
_PAGES_OF_A_PROCESS = 32


@dataclass(frozen=True)
class Page:
    """A report, apart from its record."""

    html: str
    notebook: str
    """The executed notebook of the first language, as JSON."""


class ChildFactory(Protocol):
    """Gives a fresh process for each notebook (`Worker`, `notebook.fork.ForkServer`)."""

    def child(self, folder: str, seconds: float | None) -> AbstractContextManager[Child]:
        """A fresh child process in `folder` that ends with the block, with `seconds` for all its requests."""


class Worker:
    """The process without credentials whose children execute notebooks; a context manager. Threads may share it.

    Start it before credentials are read: its environment has none, and a process that never held one cannot
    show one.

    Args:
        modules: what notebooks import, by name, to be loaded once for all of them.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._one_at_a_time = threading.Lock()
        started = worker_process.started(modules)
        self._process, self._control, self._stderr = started.process, started.control, started.stderr
        self._replies = self._control.makefile("rb")
        self._was_asked = False
        self._page_makers: list[Child] = []
        """Child processes that wait for the next page."""
        self.pid = self._process.pid

    @contextmanager
    def child(self, folder: str, seconds: float | None) -> Iterator[Child]:
        """A fresh child process in `folder` that ends with the block, with `seconds` for all its requests."""
        with self._forked({"op": "cells", "folder": folder}, seconds) as child:
            yield child

    def page(  # noqa: PLR0913  (each by its name)
        self,
        record: RunRecord,
        judgement: Judgement,
        languages: Sequence[str],
        *,
        notebook: Path,
        folder: Path,
        own_only: bool = False,
        extensions: Sequence[ExtensionResult] = (),
    ) -> Page:
        """The page of a record, made in a process of its own: of many reports, several at a time.

        Args and errors are those of `report.page.make_page`.
        """
        message: MakePage = {
            "record": record.facts(),
            "judgement": judgement.as_json(),
            "languages": list(languages),
            "notebook": str(notebook.resolve()),
            "folder": str(folder.resolve()),
            "own_only": own_only,
            "extensions": [extension.model_dump(mode="json") for extension in extensions],
        }
        return self._made(message, notebook)

    def index(self, fleet: Fleet, languages: Sequence[str], *, notebook: Path, folder: Path) -> Page:
        """The index of a fleet, made in a process of its own.

        Args and errors are those of `report.fleet.page.make_index`.
        """
        message: MakeIndex = {
            "fleet": fleet.as_json(),
            "languages": list(languages),
            "notebook": str(notebook.resolve()),
            "folder": str(folder.resolve()),
        }
        while len(self._page_makers) > 1:  # no more pages follow, and the index needs memory
            self._end(self._page_makers.pop())
        return self._made(message, notebook)

    def _made(self, message: MakePage | MakeIndex, notebook: Path) -> Page:
        # Each of its notebooks has a limit of its own, which names the cell; that one must be reached first.
        seconds = len(message["languages"]) * NOTEBOOK_SECONDS + _RENDERING_SECONDS
        maker = self._page_maker(message, notebook)
        try:
            reply = maker.ask(message, seconds)
        except BaseException as error:
            self._end(maker)
            if isinstance(error, ChildLost):
                raise NotebookError(f"the page was not finished: {error}") from None
            raise
        self._keep(maker)
        if "error" in reply:
            kind = NotebookError if reply["error"] == "NotebookError" else ReportError
            raise kind(reply["what"], where=reply["where"], hint=reply["hint"])
        page: MadePage = reply
        return Page(**page)

    def _page_maker(self, message: MakePage | MakeIndex, notebook: Path) -> Child:
        """A child process for a page: one that has made others, which found its templates and messages built, else a new one."""
        with contextlib.suppress(IndexError):
            while True:
                maker = self._page_makers.pop()
                if not maker.has_ended:
                    return maker
                self._end(maker)
        modules = ["pandas"] if imports_pandas(notebook) else []
        return self._fork({"op": "page", "modules": modules, "languages": message["languages"]}, None)

    def _keep(self, maker: Child) -> None:
        """Keeps a child process for the next page; after many pages it ends, with whatever it has remembered."""
        maker.answered += 1
        if maker.answered < _PAGES_OF_A_PROCESS:
            self._page_makers.append(maker)
        else:
            self._end(maker)

    @contextmanager
    def _forked(self, request: WorkerRequest, seconds: float | None) -> Iterator[Child]:
        """A fresh child process that ends with the block."""
        child = self._fork(request, seconds)
        try:
            yield child
        finally:
            self._end(child)

    def _fork(self, request: WorkerRequest, seconds: float | None) -> Child:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                forked: Forked = self._ask(request, [theirs.fileno()])
        except NotebookError:
            ours.close()
            raise
        return Child(forked["pid"], ours, seconds)

    def _end(self, child: Child) -> None:
        child.end()
        # If the worker was lost as well, the error that names the cell is the one to raise.
        with contextlib.suppress(NotebookError):
            ended: Ended = self._ask({"op": "wait", "pid": child.pid})
            child.status = ended["status"]

    def _ask(self, request: WorkerRequest, descriptors: Sequence[int] = ()) -> Any:
        try:
            with self._one_at_a_time:
                self._was_asked = True
                socket.send_fds(self._control, [encode(request)], descriptors)
                line = self._replies.readline()
        except OSError:
            line = b""
        if not line:
            raise NotebookError(
                "the process that executes notebooks ended unexpectedly", hint=self._last_line()
            )
        return json.loads(line)

    def _last_line(self) -> str | None:
        """The last line that it wrote to standard error, which says why it could not be started."""
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return f"Its last words: {lines[-1]}" if lines else None

    @property
    def is_running(self) -> bool:
        """Whether it can make a page."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the worker and waits for it."""
        while self._page_makers:
            self._end(self._page_makers.pop())
        self._replies.close()
        self._control.close()
        if not self._was_asked:
            self._process.kill()  # it may still be loading, for a second, and has no child
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def forks(engine: str | None) -> bool:
    """Whether notebooks are executed by our own engine, which forks: only where forking is safe."""
    return engine == "fork" or (engine is None and platform.system() == "Linux")


@contextmanager
def worker_for(engine: str | None, modules: Sequence[str] = ()) -> Iterator[Worker | None]:
    """The worker for an engine, "fork", "nbclient" or None (the default); None if Jupyter's own kernel executes."""
    if not forks(engine):
        yield None
        return
    with Worker(modules) as worker:
        yield worker
