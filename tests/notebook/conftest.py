"""Small notebooks, and a worker that executes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker


def notebook(folder: Path, *sources: str) -> Path:
    """A notebook with the parameter `a = 1` and these code cells."""
    path = folder / "n.ipynb"
    parameters = v4.new_code_cell("a = 1", metadata={"tags": ["parameters"]})
    book = v4.new_notebook(cells=[parameters, *(v4.new_code_cell(source) for source in sources)])
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(book, path)
    return path


def outputs(path: Path, worker: Worker | None, **parameters: Any) -> list[dict[str, Any]]:
    """The outputs of all cells; without a worker, Jupyter's own kernel executes them."""
    executed = execute(path, parameters, folder=path.parent, worker=worker)
    return [dict(output) for cell in executed.cells if cell.cell_type == "code" for output in cell.outputs]
