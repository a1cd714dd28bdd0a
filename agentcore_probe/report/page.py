"""RunRecord -> page: the notebook executed once a language, its outputs rendered into one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.display import utf8_json
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.report_cells import without_additions
from agentcore_probe.notebook.worker import Page
from agentcore_probe.report.render import convert, render
from agentcore_probe.report.report import Report, rehearse

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Processes


def warm_up(languages: Sequence[str]) -> None:
    """Loads and compiles what the first page needs (0.3 s), while the probes wait for answers."""
    from nbformat import v4

    make: Any = v4.new_notebook
    convert(make())
    for language in languages:
        rehearse(language)


def make_page(  # noqa: PLR0913  (each by its name)
    record: RunRecord,
    languages: Sequence[str],
    *,
    notebook: Path,
    folder: Path,
    worker: Processes | None,
    own_only: bool = False,
) -> Page:
    """The page of a record.

    Args:
        record: the facts.
        languages: codes, each once; the first is the page's own.
        notebook: the notebook's file.
        folder: where `record.json` lies; the notebook runs there.
        worker: the clean process whose children execute notebooks; None: Jupyter's own kernel.
        own_only: leave out what people added to the notebook: nobody knows what names stand in it.

    Raises:
        NotebookError: a cell failed, a parameter is unknown, a process was lost.
        ReportError: something is missing, or cannot be shown.
    """
    import nbformat  # here, and not before `notebook.execute`, which makes it a second faster

    judgement = judge(record)
    parts: list[tuple[Any, Report]] = []
    for language in languages:
        parameters = {"environment": record.environment.name, "record": "record.json", "language": language}
        executed = execute(notebook, parameters, folder=folder, worker=worker)
        if own_only:
            executed = without_additions(executed, record.digest)
        parts.append((executed, Report(record, language, judgement)))
    write: Any = nbformat.writes
    return Page(render(parts), utf8_json(write(parts[0][0])) + "\n")
