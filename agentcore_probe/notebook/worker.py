"""The parent's side of the processes that execute notebooks: starts the worker, asks it for children, talks to them."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from agentcore_probe.errors import NotebookError, ReportError
from agentcore_probe.notebook.child import Child, ChildLost
from agentcore_probe.notebook.parameters import imports_pandas

if TYPE_CHECKING:
    from agentcore_probe.model.record import RunRecord  # takes 0.1 s, and the worker is to start first

NOTEBOOK_SECONDS = 120.0
"""Wall clock for the cells of one report's notebook."""
_RENDERING_SECONDS = 60.0
"""And for making a page of them, in a process of its own."""
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


_AS_IN_A_KERNEL = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
"""ipykernel's own choice: figures are shown at the end of their cell, and none is lost."""
_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's library starts a thread a core when it is imported, and a process with threads is not to be forked."""


@dataclass(frozen=True)
class Page:
    """What a report consists of beside its record."""

    html: str
    notebook: str
    """The executed notebook of the first language, as JSON."""


class Processes(Protocol):
    """Whoever gives a fresh process for a notebook."""

    def child(self, folder: str, seconds: float | None) -> AbstractContextManager[Child]:
        """A fresh child process in `folder`, ended with the block; it may take so long, or None: for ever."""


class Worker:
    """The clean process whose children execute notebooks; a context manager. Threads may share it.

    Start it before credentials are read: it gets an environment without any, and a process that
    never held one cannot show one.

    Args:
        modules: what notebooks import, by name, to be loaded once for all of them.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._one_at_a_time = threading.Lock()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agentcore_probe.report.worker_main", str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env={**clean_environment(), **_AS_IN_A_KERNEL, **_NO_THREADS},
                start_new_session=True,
            )
        self._answers = self._control.makefile("rb")
        self.pid = self._process.pid

    @contextmanager
    def child(self, folder: str, seconds: float | None) -> Iterator[Child]:
        """A fresh child process in `folder`, ended with the block; it may take so long, or None: for ever."""
        with self._forked({"op": "cells", "folder": folder}, seconds) as child:
            yield child

    def page(
        self,
        record: RunRecord,
        languages: Sequence[str],
        *,
        notebook: Path,
        folder: Path,
        own_only: bool = False,
    ) -> Page:
        """The page of a record, made in a process of its own: of many reports, several at a time.

        Args and errors are those of `page.make_page`.
        """
        asked = {
            "record": record.facts(),
            "languages": languages,
            "notebook": str(notebook.resolve()),
            "folder": str(folder.resolve()),
            "own_only": own_only,
        }
        # Each notebook in it has its own limit, and names its cell: that one is to be the first.
        seconds = len(languages) * NOTEBOOK_SECONDS + _RENDERING_SECONDS
        modules = ["pandas"] if imports_pandas(notebook) else []
        with self._forked({"op": "page", "modules": modules}, seconds) as child:
            try:
                made = child.ask(asked)
            except ChildLost as error:
                raise NotebookError(f"the report was not finished: {error}") from None
        if "error" in made:
            kind = NotebookError if made["error"] == "NotebookError" else ReportError
            raise kind(made["what"], where=made["where"], hint=made["hint"])
        return Page(**made)

    @contextmanager
    def _forked(self, message: dict[str, Any], seconds: float | None) -> Iterator[Child]:
        """A fresh child process, ended with the block."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                pid = self._ask(message, [theirs.fileno()])["pid"]
        except NotebookError:
            ours.close()
            raise
        child = Child(pid, ours, seconds)
        try:
            yield child
        finally:
            child.end()
            # A worker that was lost along with it must not hide which cell it was.
            with contextlib.suppress(NotebookError):
                child.status = self._ask({"op": "wait", "pid": pid})["status"]

    def _ask(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        try:
            with self._one_at_a_time:
                asked = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
                socket.send_fds(self._control, [asked], descriptors or [])
                line = self._answers.readline()
        except OSError:
            line = b""
        if not line:
            raise NotebookError(
                "the process that executes notebooks ended by itself", hint=self._last_words()
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str | None:
        """The last line that it wrote to standard error: why it could not be started, if it says so."""
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return f"Its last words: {lines[-1]}" if lines else None

    def close(self) -> None:
        """Ends the worker and waits for it."""
        self._answers.close()
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._words.close()

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
