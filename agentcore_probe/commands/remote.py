"""What a worker of a cluster does: one run with the id that the client chose, and its report in the storage that they share.

The cluster may execute it twice: when a worker is lost, and when its result was not fetched yet. The second time finds
what the first one wrote, and ends with the same result.
"""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from agentcore_probe import __version__, store
from agentcore_probe.builtin import REPORT_NOTEBOOK, builtin_root
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.remote_request import RemoteRequest, RemoteResult, extension_versions
from agentcore_probe.commands.stored_report import StoredReport
from agentcore_probe.errors import ExitCode, InputError, ProbeError
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.run_folders import PAGE
from agentcore_probe.secret import Holder, redact
from agentcore_probe.storage import open_storage

if TYPE_CHECKING:
    from agentcore_probe.commands.report_writer import PageMaker
    from agentcore_probe.notebook.worker import Page, Worker


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
    holder = Holder()
    try:
        with holder.holding(), TemporaryDirectory(prefix="agentcore-probe-") as folder:
            result = _result(request, root, _notebook(request, Path(folder)), stop)
            return redact(result.model_dump_json())  # an error, or a team's check, may show what it was given
    except ProbeError:
        raise
    except Exception as error:  # noqa: BLE001  (while its secrets are known, which its text may have)
        raise internal_error(error) from None
    finally:
        holder.release()


def _check(request: RemoteRequest, root: Path) -> None:
    if request.version != __version__:
        raise InputError(
            f"has agentcore-probe {__version__}, and the client {request.version}",
            hint="Install the same version on every machine of the cluster",
        )
    folder = open_storage(request.location).folder
    if folder is not None and not (place := folder / request.environment.name / request.name).is_dir():
        raise InputError(
            "this folder, which the client has made, is not there",
            where=str(place),
            hint="Give --out a folder that all machines share under the same path, or s3://BUCKET/PREFIX",
        )
    different = [name for name, _ in extension_versions(root).items() ^ request.extensions.items()]
    if different:
        raise InputError(
            f"checks or sections differ from the client's: {', '.join(sorted(set(different)))}",
            hint="Start the workers in a copy of the project's folder, with the same packages",
        )


def _result(request: RemoteRequest, root: Path, notebook: Path, stop: threading.Event) -> RemoteResult:
    from agentcore_probe import api
    from agentcore_probe.commands.additions import additions
    from agentcore_probe.commands.batch import Work
    from agentcore_probe.commands.ci_options import CiOptions
    from agentcore_probe.commands.history_writer import HistoryWriter
    from agentcore_probe.commands.options import ReportOptions
    from agentcore_probe.commands.report_writer import ReportWriter

    reports, name = open_storage(request.location), request.environment.name
    stored = StoredReport(reports, name, request.name, request.run)
    stored.remove_unfinished()
    history = HistoryWriter(reports)
    options = ReportOptions(
        languages=request.languages,
        history=request.history,
        experiments=request.experiments,
        controls=request.controls,
        ci=CiOptions(wait=request.wait),
    )
    writer = ReportWriter(
        root, reports, notebook, options, stop, history=history, run_id=request.run, name=request.name
    )

    def observe(environment: Environment, progress: Progress) -> RunRecord:
        if (found := stored.record()) is not None:
            return found
        record = writer.observe(environment, progress)
        return stored.add_record(record, api.judge(record))

    def finish(
        record: RunRecord,
        judgement: Judgement,
        progress: Progress,
        extensions: tuple[ExtensionResult, ...],
    ) -> str:
        if stored.page() is not None:  # by now it may be signed
            writer.conclude(record, judgement, request.name)
            return stored.where(PAGE)
        return writer.write(record, judgement, progress, extensions, make_page=_page_maker())

    work = Work(
        root,
        stop,
        observe,
        finish=finish,
        languages=request.languages,
        load=lambda *_: request.environment,
        exit_code=lambda *_: ExitCode.VERIFIED,  # the client decides
        extend=additions(options, (name,), root, reports),
    )
    try:
        result = work.run(name, lambda phase, state: None)
    finally:
        history.merge()
    error = result.error.as_json() if result.error is not None else None
    said = tuple(extension.model_copy(update={"html": ""}) for extension in result.extensions)
    return RemoteResult(extensions=said, error=error)


def _notebook(request: RemoteRequest, folder: Path) -> Path:
    """The file of the notebook."""
    if request.notebook is None:
        return builtin_root() / REPORT_NOTEBOOK
    path = folder / Path(REPORT_NOTEBOOK).name
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
