"""A papermill engine that executes a notebook in a fresh child of the worker process.

papermill imports every `papermill.engine` entry point while it is imported itself, so nothing
heavy is imported here, and `papermill` must be the first of the two to be imported.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine

from agentcore_probe.errors import NotebookError
from agentcore_probe.report.children import Child, ChildLost, Worker

NAME = "agentcore-fork"


class ForkEngine(Engine):
    """papermill's `execute_notebook(..., engine_name="agentcore-fork")`."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, worker: Worker | None = None, folder: str = ".", **_: Any
    ) -> None:
        """Executes the code cells of `nb_man.nb` in order, in one fresh process.

        Raises:
            NotebookError: the process was lost; the message names the cell.
        """
        if worker is None:
            with Worker() as own:
                cls.execute_managed_notebook(nb_man, kernel_name, worker=own, folder=folder)
            return
        with worker.child(folder) as child:
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type == "code" and not _executed(nb_man, index, cell, child):
                    return


def _executed(nb_man: Any, index: int, cell: Any, child: Child) -> bool:
    """Executes one cell. False when it failed: papermill finds its error output and says so."""
    from nbformat import from_dict

    nb_man.cell_start(cell, index)
    try:
        outcome = child.run(cell.source)
    except ChildLost as error:
        raise NotebookError(
            f"cell {index + 1} was not finished: {error}", where="notebook", hint=_first_line(cell.source)
        ) from None
    cell.outputs = [from_dict(output) for output in outcome["outputs"]]
    cell.execution_count = outcome["execution_count"]
    if outcome["failed"]:
        nb_man.cell_exception(cell, index)
        return False
    nb_man.cell_complete(cell, index)
    return True


def _first_line(source: str) -> str:
    line = source.strip().splitlines()[0] if source.strip() else ""
    return f"Its first line: {line}" if line else ""
