"""`report`: observe an environment, or many, judge and write their pages."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe import api, malloc
from agentcore_probe.commands import batch, export
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.report_writer import ReportWriter, shown
from agentcore_probe.environments.load import FOLDER, environment_names, find_root, load_environment
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.notebook.parameters import report_notebook

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker


def run(names: tuple[str, ...], options: ReportOptions, stop: threading.Event, worker: Worker | None) -> int:
    """Writes one report an environment and returns the exit code.

    Args:
        names: the environments, or "all".
        options: what the command line says.
        stop: ends what is under way.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.

    Raises:
        ProbeError: the only environment could not be reported.
    """
    malloc.limit_arenas()
    root = find_root()
    chosen = _chosen(names, root)
    if len(chosen) == 1:
        where = load_environment(chosen[0], root)
        return _one(where, ReportWriter(root, report_notebook(root), options, stop), worker)
    if options.source is not None:
        raise InputError("--from shows one record, so it takes one environment at the most")
    return batch.run(chosen, ReportWriter(root, report_notebook(root), options, stop), worker)


def _chosen(names: tuple[str, ...], root: Path) -> list[str]:
    """The environments asked for; `all` leaves out example, recorded ones and local*."""
    if "all" not in names:
        return list(dict.fromkeys(names))
    chosen = [
        name
        for name in environment_names(root)
        if name != "example" and not name.startswith("local") and load_environment(name, root).record is None
    ]
    if not chosen:
        raise InputError(
            "'all' chooses no environment: there is none but example, recorded ones and local*",
            where=f"{FOLDER}/",
            hint="Copy environments/example.toml",
        )
    return chosen


def _one(where: Environment, making: ReportWriter, worker: Worker | None) -> int:
    from agentcore_probe.commands.terminal import print_summary, progress
    from agentcore_probe.report.messages import messages

    # papermill and nbconvert take half a second to import: beside the probes it costs nothing.
    loading = threading.Thread(
        target=_load_renderer, args=(making.options.languages or (where.language,),), daemon=True
    )
    loading.start()

    def page(*args: Any, **named: Any) -> Page:
        loading.join()
        from agentcore_probe.report.page import make_page

        return make_page(*args, **named, worker=worker)

    with progress() as tell:
        made = making.make(where, page, tell)
    print_summary(made.record, made.judgement, made.language)
    print(messages(made.language)("summary-report", path=shown(made.folder / "report.html")))
    export.write([made], making.options)
    return api.exit_code(made.record, made.judgement)


def _load_renderer(languages: tuple[str, ...]) -> None:
    from agentcore_probe.report.page import warm_up

    warm_up(languages)
    malloc.release()
