"""What a worker of a cluster does: one run with the id that the client chose, and its report in the storage that they share.

The cluster may execute it twice: when a worker is lost, and when its result was not fetched yet. The second time finds
what the first one wrote, and ends with the same result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe import __version__
from agentcore_probe.errors import InputError
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.forgeries import ControlLevel
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import Storage, open_storage

if TYPE_CHECKING:
    from agentcore_probe.commands.report_writer import PageMaker, ReportWriter
    from agentcore_probe.notebook.worker import Page, Worker


class RemoteRequest(Frozen):
    """What the client asks for. It refers to secrets and never contains one."""

    version: str = __version__
    """Of the client's agentcore-probe: a worker that comes late may have another one."""
    environment: Environment
    run: str
    """The run's id."""
    location: str
    """The storage that client and workers share: an absolute path, or `s3://bucket/prefix`."""
    place: str
    """The folder of the report in it: `ENV/TIME`."""
    languages: tuple[str, ...] = ()
    notebook: str | None = None
    """The notebook that makes the page, as JSON; None: the built-in one."""
    experiments: bool = True
    controls: ControlLevel = "all"
    wait: float = 0
    """Minutes to wait at most until the targets can be called."""
    extensions: dict[str, str] = {}
    """The team's own checks and sections that the client has (`extension_versions`)."""


class RemoteResult(Frozen):
    """How it ended. The record and the page are in the storage."""

    extensions: tuple[ExtensionResult, ...] = ()
    error: dict[str, Any] | None = None
    """`ProbeError.as_json`, where there is no page."""


def extension_versions(root: Path) -> dict[str, str]:
    """The checks and sections of a project, each with the digest of its file; of a package, its version is in the name."""
    from agentcore_probe.extensions.find import find_extensions

    return {
        extension.shown: sha256((root / extension.name).read_bytes()).hexdigest() if extension.is_file else ""
        for extension in find_extensions(root)
    }


def stored_record(storage: Storage, place: str, run: str) -> RunRecord | None:
    """The record of a run, if it has been written there.

    Raises:
        ReportError: the storage cannot be read.
        RecordError: there is something else.
    """
    from agentcore_probe.store import parse_record

    content = storage.read(name := f"{place}/record.json")
    record = parse_record(content.decode("utf-8", "replace"), where=name) if content is not None else None
    return record if record is not None and record.run_id == run else None


def has_page(storage: Storage, place: str) -> bool:
    """Whether the page, which is written last, is there."""
    return storage.read(f"{place}/report.html") is not None


def make_report(text: str, stop: threading.Event) -> str:
    """Makes the report that a `RemoteRequest` asks for, unless it is there; the `RemoteResult`, both as JSON.

    Raises:
        ProbeError: the worker cannot be used for it.
        StoppedError: `stop` was set.
    """
    from agentcore_probe import malloc
    from agentcore_probe.environments.load import find_root

    malloc.limit_arenas()
    request = RemoteRequest.model_validate_json(text)
    root = find_root()
    _check(request, root)
    storage = open_storage(request.location)
    return _result(request, root, storage, stop).model_dump_json()


def _check(request: RemoteRequest, root: Path) -> None:
    if request.version != __version__:
        raise InputError(
            f"has agentcore-probe {__version__}, and the client {request.version}",
            hint="Install the same version on every machine of the cluster",
        )
    if "://" not in request.location and not Path(request.location, request.place).is_dir():
        raise InputError(
            "the worker does not see this folder, which the client has made",
            where=str(Path(request.location, request.place)),
            hint="Give --out a folder that all machines share under the same path, or s3://BUCKET/PREFIX",
        )
    own = extension_versions(root)
    different = sorted(name for name, _ in own.items() ^ request.extensions.items())
    if different:
        raise InputError(
            f"checks or sections differ from the client's: {', '.join(dict.fromkeys(different))}",
            hint="Start the workers in a copy of the project's folder, with the same packages",
        )


def _result(request: RemoteRequest, root: Path, storage: Storage, stop: threading.Event) -> RemoteResult:
    from agentcore_probe import api
    from agentcore_probe.commands.batch import Work
    from agentcore_probe.extensions.run import run_extensions

    extend = partial(run_extensions, root)
    found = stored_record(storage, request.place, request.run)
    if found is not None and has_page(storage, request.place):
        return RemoteResult(extensions=extend(found, api.judge(found)))
    writer = _writer(request, root, stop)

    def observe(environment: Environment, progress: Callable[[str, str], None]) -> RunRecord:
        return found if found is not None else writer.observe(environment, progress)

    work = Work(
        root,
        stop,
        observe,
        finish=partial(writer.write, make_page=_page_maker()),
        languages=request.languages,
        load=lambda *_: request.environment,
        exit_code=lambda *_: 0,  # the client decides
        extend=extend,
    )
    result = work.run(request.environment.name, lambda phase, state: None)
    return RemoteResult(
        extensions=result.extensions, error=result.error.as_json() if result.error is not None else None
    )


def _writer(request: RemoteRequest, root: Path, stop: threading.Event) -> ReportWriter:
    from agentcore_probe.commands.ci_options import CiOptions
    from agentcore_probe.commands.options import ReportOptions
    from agentcore_probe.commands.report_writer import ReportWriter

    options = ReportOptions(
        languages=request.languages,
        out=Path(request.location),
        experiments=request.experiments,
        controls=request.controls,
        ci=CiOptions(wait=request.wait),
    )
    folder = Path(request.location, request.place)
    return ReportWriter(root, _notebook(request), options, stop, run_id=request.run, folder=folder)


def _notebook(request: RemoteRequest) -> Path:
    """The file of the notebook: the same file for the same content, whoever writes it first."""
    import tempfile

    from agentcore_probe import store
    from agentcore_probe.builtin import REPORT_NOTEBOOK, builtin_root

    if request.notebook is None:
        return builtin_root() / REPORT_NOTEBOOK
    digest = sha256(request.notebook.encode()).hexdigest()
    folder = Path(tempfile.gettempdir(), f"agentcore-probe-{digest[:16]}")
    path = folder / REPORT_NOTEBOOK.name
    store.write(path, request.notebook)
    return path


_lock = threading.Lock()
_notebook_process: Worker | None = None
"""Executes the notebooks of all tasks of this process, and ends with it."""


def _page_maker() -> PageMaker:
    from agentcore_probe.notebook.worker import Worker, forks

    if not forks(None):
        return _page_in_kernel
    global _notebook_process  # noqa: PLW0603  (one for all tasks of a worker)
    with _lock:
        if _notebook_process is None or not _notebook_process.is_running:
            _notebook_process = Worker(modules=("agentcore_probe.api",))
        return _notebook_process.page


def _page_in_kernel(*args: Any, **kwargs: Any) -> Page:
    from agentcore_probe.report.page import make_page

    with _lock:  # papermill in several threads mixes their events up
        return make_page(*args, **kwargs, worker=None)
