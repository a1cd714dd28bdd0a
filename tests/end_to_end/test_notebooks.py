"""The shipped notebooks, unchanged, in Jupyter's own kernel, against the embedded AgentCore."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from agentcore_probe.notebook.execute import execute
from tests.conftest import PROJECT


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[] if path.stem == "verification" else [pytest.mark.slow])
        for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))
    ],
    ids=lambda path: path.stem,
)
def test_a_notebook_runs_from_its_own_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in JupyterLab: `record = None` makes a new run; every code cell has an output, except the set-up.

    The sections of callers and MCP clients have none where a run has neither.
    """
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("PATH", f"{PROJECT / '.venv' / 'bin'}:/usr/bin:/bin")
    executed = execute(path, {}, folder=path.parent, worker=None)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    silent = {cell.id for cell in code if not cell.outputs}
    assert silent <= {"parameters", "open", "callers", "clients"}
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    nbformat.validate(executed)
