"""Executes a notebook with papermill; its parameters are names and paths only."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from agentcore_probe.notebook.lean_imports import slim

slim()

import papermill  # noqa: E402  (after the line above, which saves a second)
from papermill.engines import papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402

from agentcore_probe.notebook import worker as worker_module  # noqa: E402
from agentcore_probe.notebook.engine import KERNEL, NAME, ForkEngine, KernelEngine, cell_number, failed  # noqa: E402
from agentcore_probe.notebook.parameters import check_parameters  # noqa: E402
from agentcore_probe.notebook.worker import ChildFactory  # noqa: E402

logging.getLogger("papermill").setLevel(logging.ERROR)
papermill_engines.register(NAME, ForkEngine)
papermill_engines.register(KERNEL, KernelEngine)


def execute(
    notebook: Path, parameters: dict[str, Any], *, folder: Path, worker: ChildFactory | None = None
) -> Any:
    """The executed notebook, in memory.

    Args:
        notebook: the notebook's file.
        parameters: values by name; the notebook must declare each.
        folder: the working directory; paths in parameters are relative to it.
        worker: gives the child process that executes it; None: Jupyter's own kernel (nbclient).

    Raises:
        NotebookError: a parameter is unknown, a cell failed, a process was lost.
    """
    check_parameters(notebook, parameters)
    limit = worker_module.NOTEBOOK_SECONDS
    # nbclient has a limit for one cell only.
    engine: dict[str, Any] = {"engine_name": KERNEL, "cwd": str(folder), "execution_timeout": limit}
    if worker is not None:
        engine = {"engine_name": NAME, "worker": worker, "folder": str(folder), "seconds": limit}
    try:
        executed = papermill.execute_notebook(
            str(notebook),
            None,
            parameters=parameters,
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            **engine,
        )
    except PapermillExecutionError as error:
        # papermill counts from 0, and counts the cell that it injects.
        number = error.cell_index + (0 if parameters else 1)
        raise failed(number, f"failed: {error.ename}: {error.evalue}", error.source) from None
    _check_ended(executed.cells)
    # papermill records the notebook's whole path, and a report is sent to other people.
    executed.metadata.papermill["input_path"] = notebook.name
    return executed


def _check_ended(cells: list[Any]) -> None:
    """Raises the error of a cell: papermill takes `sys.exit(0)` for a success, and the report would be cut short."""
    for index, cell in enumerate(cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                problem = f"failed: {output.ename}: {output.evalue}"
                raise failed(cell_number(cells, index), problem, cell.source)
