"""Makes a page of a record: the notebook executed once for each language, its outputs rendered into one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe.errors import NotebookError
from agentcore_probe.model.display import utf8_json
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.child import Child, ChildLost
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.protocol import Prepare
from agentcore_probe.notebook.report_cells import without_additions
from agentcore_probe.notebook.worker import Page
from agentcore_probe.report.extension_cells import add_cells
from agentcore_probe.report.messages import messages
from agentcore_probe.report.render import convert, prepare_page, render
from agentcore_probe.report.report import Report

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import ChildFactory


def warm_up() -> None:
    """Loads and compiles what the first page needs, while the probes wait for answers."""
    from nbformat import v4

    make: Any = v4.new_notebook
    convert(make())
    prepare_page()


def make_page(  # noqa: PLR0913  (each by its name)
    record: RunRecord,
    judgement: Judgement,
    languages: Sequence[str],
    *,
    notebook: Path,
    folder: Path,
    worker: ChildFactory | None,
    own_only: bool = False,
    extensions: Sequence[ExtensionResult] = (),
) -> Page:
    """The page of a record.

    Args:
        record: the facts.
        judgement: what they mean. The cells get it too, unless Jupyter's own kernel executes them: it has no way
            to receive it but the notebook's parameters, so there the record is judged again.
        languages: codes, each once; the first is the page's own.
        notebook: the notebook's file.
        folder: where `record.json` is; the notebook runs there.
        worker: its children execute notebooks; None: Jupyter's own kernel.
        extensions: what the team's own checks and sections say: cells after those of the notebook.
        own_only: leave out everything that the report itself did not put out: people's additions may hold names.

    Raises:
        NotebookError: a cell failed, a parameter is unknown, a process was lost.
        ReportError: something is missing, or cannot be shown.
    """
    from nbformat import v4  # not before `notebook.execute`, which makes it leaner

    digest = record.digest
    children = _PreparedChildren(worker, digest, judgement) if worker is not None else None
    parts: list[tuple[Any, Report]] = []
    for language in languages:
        parameters = {"environment": record.environment.name, "record": "record.json", "language": language}
        executed = execute(notebook, parameters, folder=folder, worker=children)
        add_cells(executed, extensions, messages(language))
        if own_only:
            executed = without_additions(executed, digest)
        parts.append((executed, Report(record, language, judgement)))
    # papermill has checked it, and nbformat each cell that was added since.
    write: Any = v4.writes
    return Page(render(parts), utf8_json(write(parts[0][0])) + "\n")


@dataclass(frozen=True)
class _PreparedChildren:
    """Child processes that hold the judgement of a record before their first cell."""

    factory: ChildFactory
    digest: str
    judgement: Judgement

    @contextmanager
    def child(self, folder: str, seconds: float | None) -> Iterator[Child]:
        """A fresh child process in `folder` that ends with the block, with `seconds` for all its requests."""
        message: Prepare = {"op": "prepare", "record": self.digest, "judgement": self.judgement.as_json()}
        with self.factory.child(folder, seconds) as child:
            try:
                child.ask(message)
            except ChildLost as error:
                raise NotebookError(f"the notebook was not started: {error}") from None
            yield child
