"""Two papermill engines: a fresh child of the worker process, and Jupyter's own kernel.

papermill imports every `papermill.engine` entry point while it is imported itself. So nothing heavy is imported here,
and `papermill` must be imported before this module.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine, NBClientEngine

from agentcore_probe.errors import NotebookError
from agentcore_probe.notebook.child import Child, ChildLost
from agentcore_probe.notebook.worker import ChildFactory, Worker
from agentcore_probe.secret import clipped

NAME = "agentcore-fork"
KERNEL = "agentcore-kernel"


class ForkEngine(Engine):
    """papermill's `execute_notebook(..., engine_name="agentcore-fork")`."""

    @classmethod
    def execute_managed_notebook(  # noqa: PLR0913  (papermill passes its caller's arguments on by name)
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        worker: ChildFactory | None = None,
        folder: str = ".",
        seconds: float | None = None,
        execution_timeout: float | None = None,
        **_: Any,
    ) -> None:
        """Executes the code cells of `nb_man.nb` in order, in one fresh process, up to the first that fails.

        Args:
            nb_man: papermill's notebook execution manager.
            kernel_name: not used: cells run in this Python.
            worker: gives the process; None: a worker is started for it.
            folder: the working directory.
            seconds: limit for the whole notebook; None: no limit.
            execution_timeout: papermill's limit for one cell, in seconds; None: no limit.

        Raises:
            NotebookError: the process was lost, or a limit was reached; the message names the cell.
        """
        if worker is None:
            with Worker() as own:
                cls.execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    worker=own,
                    folder=folder,
                    seconds=seconds,
                    execution_timeout=execution_timeout,
                )
            return
        with worker.child(folder, seconds) as child:
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type == "code" and not _execute(nb_man, index, child, execution_timeout):
                    return


_STARTS = 2
"""Jupyter chooses a kernel's ports before it starts it, and another program may take one meanwhile."""
KERNEL_MANAGER = "agentcore_probe.notebook.kernel.CleanKernelManager"


class KernelEngine(NBClientEngine):
    """papermill's own engine; if the kernel dies, the error names the cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> None:
        """Executes the notebook in a kernel; one that ends before it executes a cell is started once more.

        Raises:
            NotebookError: the kernel ended, or a cell took too long; the message names the cell.
        """
        problem = ""
        for _ in range(_STARTS):
            try:
                cls._execute_in_kernel(nb_man, kernel_name, **settings)
            except _NeverReady as error:
                problem = str(error)
            else:
                return
        command = f"jupyter run --kernel {kernel_name} /dev/null"
        raise NotebookError(f"Jupyter's kernel did not start: {problem}", hint=f"To see why, run: {command}")

    @classmethod
    def _execute_in_kernel(cls, nb_man: Any, kernel_name: str, **settings: Any) -> None:
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        try:
            super().execute_managed_notebook(
                nb_man,
                kernel_name,
                kernel_manager_class=KERNEL_MANAGER,
                # It would log that loopback is not encrypted, and that it was interrupted at its end.
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
                **settings,
            )
        except (DeadKernelError, CellTimeoutError) as error:
            cells = nb_man.nb.cells
            index = max((n for n, cell in enumerate(cells) if _was_started(cell)), default=0)
            problem = f"was not finished: {_first_line(error)}"
            raise failed(cell_number(cells, index), problem, cells[index].source) from None
        except RuntimeError as error:  # of jupyter_client
            if any(map(_was_started, nb_man.nb.cells)):
                raise
            raise _NeverReady(_first_line(error)) from None


class _NeverReady(Exception):
    """A kernel ended before it was ready to execute a cell."""


def _was_started(cell: Any) -> bool:
    """Whether papermill started the cell; it calls a cell completed however it ended."""
    return bool(cell.metadata.get("papermill", {}).get("status", "pending") != "pending")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _execute(nb_man: Any, index: int, child: Child, seconds: float | None) -> bool:
    """Executes one cell and keeps its outputs; whether it succeeded. papermill raises the error of a cell that failed."""
    from nbformat import from_dict

    cell = nb_man.nb.cells[index]
    nb_man.cell_start(cell, index)
    try:
        outcome = child.run(cell.source, seconds)
        cell.outputs = [from_dict(output) for output in outcome["outputs"]]
        cell.execution_count = outcome["execution_count"]
        if all(output["output_type"] != "error" for output in outcome["outputs"]):
            return True
        nb_man.cell_exception(cell, index)
    except ChildLost as error:
        nb_man.cell_exception(cell, index)
        number = cell_number(nb_man.nb.cells, index)
        raise failed(number, f"was not finished: {error}", cell.source) from None
    finally:
        nb_man.cell_complete(cell, index)
    return False


def cell_number(cells: list[Any], index: int) -> int:
    """A cell's number as people count it: from 1, without the one that papermill injects."""
    return sum("injected-parameters" not in cell.metadata.get("tags", ()) for cell in cells[: index + 1])


MAX_PROBLEM = 2_000
"""How many characters of a cell's error are reported."""


def failed(number: int, problem: str, source: str) -> NotebookError:
    """The error of a cell.

    Args:
        number: the cell's number, as `cell_number` counts.
        problem: what is wrong with it: "failed: ..."; cut off at `MAX_PROBLEM` characters, since it may contain any value.
        source: its source, whose first line becomes the hint.
    """
    lines = source.strip().splitlines()
    hint = f"Its first line: {lines[0]}" if lines else None
    if len(problem) > MAX_PROBLEM:
        problem = f"{clipped(problem[:MAX_PROBLEM])}… ({len(problem)} characters)"
    return NotebookError(f"cell {number} {problem}", where="the notebook", hint=hint)
