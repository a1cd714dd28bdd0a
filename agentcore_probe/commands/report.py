"""`report`: writes the report of one environment or of many."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe import api, malloc
from agentcore_probe.commands import batch, export
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.report_writer import ReportWriter
from agentcore_probe.environments.load import FOLDER, environment_names, find_root, load_environment
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.notebook.parameters import report_notebook
from agentcore_probe.signing import read_signer

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker


def run(names: tuple[str, ...], options: ReportOptions, stop: threading.Event, worker: Worker | None) -> int:
    """Writes one report an environment and returns the exit code.

    Args:
        names: the environments, or "all".
        options: the command's options.
        stop: ends the runs.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.

    Raises:
        ProbeError: the only environment has no report; among many, a failure is printed instead.
    """
    malloc.limit_arenas()
    root = find_root()
    signer = read_signer(options.sign) if options.sign else None
    selected = _select_environments(names, root)
    if len(selected) == 1:
        environment = load_environment(selected[0], root)
        writer = ReportWriter(root, report_notebook(root), options, stop, signer)
        return _write_one(environment, writer, worker)
    if options.source is not None:
        raise InputError("--from takes one environment at most", hint="Name one environment, or none")
    return batch.run(selected, ReportWriter(root, report_notebook(root), options, stop, signer), worker)


def _select_environments(names: tuple[str, ...], root: Path) -> list[str]:
    """The named environments, each once; `all` leaves out example, recorded ones and local*."""
    if "all" not in names:
        return list(dict.fromkeys(names))
    selected = [
        name
        for name in environment_names(root)
        if name != "example" and not name.startswith("local") and load_environment(name, root).record is None
    ]
    if not selected:
        raise InputError(
            "no environment for 'all', which leaves out example, recorded ones and local*",
            where=f"{FOLDER}/",
            hint="Copy environments/example.toml",
        )
    return selected


def _write_one(environment: Environment, writer: ReportWriter, worker: Worker | None) -> int:
    from agentcore_probe.commands.summary import print_summary
    from agentcore_probe.commands.terminal import show_progress
    from agentcore_probe.report.messages import messages

    # papermill and nbconvert take half a second to import: beside the probes it costs nothing.
    languages = writer.options.languages or (environment.language,)
    warm_up = threading.Thread(target=_load_renderer, args=(languages,), daemon=True)
    warm_up.start()

    def make_page(*args: Any, **kwargs: Any) -> Page:
        warm_up.join()
        from agentcore_probe.report.page import make_page

        return make_page(*args, **kwargs, worker=worker)

    with show_progress() as progress:
        report = writer.write(environment, make_page, progress)
    print_summary(report.record, report.judgement, report.language)
    print(messages(report.language)("summary-report", path=display_path(report.folder / "report.html")))
    export.write([report], writer.options)
    return api.exit_code(report.record, report.judgement)


def _load_renderer(languages: tuple[str, ...]) -> None:
    from agentcore_probe.report.page import warm_up

    warm_up(languages)
    malloc.release()
