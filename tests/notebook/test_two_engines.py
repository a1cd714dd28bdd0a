"""Cells that people write give the same outputs in our engine as in Jupyter's kernel."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.report_cells import Mark, mark_of
from agentcore_probe.notebook.worker import Worker

PLOT = "import matplotlib.pyplot as plt\n"
PIXEL = "b'\\x89PNG\\r\\n\\x1a\\n'"

CELLS = {
    "a figure that is shown": [f"{PLOT}plt.plot([1, 2])\nplt.show()"],
    "a figure that is not shown by itself": [f"{PLOT}plt.plot([1, 2]);"],
    "a figure with the magic": [f"%matplotlib inline\n{PLOT}plt.plot([1, 2]);"],
    "a figure as the value": [f"{PLOT}fig, ax = plt.subplots()\nfig"],
    "two figures": [f"{PLOT}plt.plot([1]); plt.show()\nplt.plot([2]); plt.show()"],
    "a figure of pandas": ["import pandas as pd\npd.Series([1, 2]).plot()"],
    "a table of pandas": ["import pandas as pd\npd.DataFrame({'a': [1, 2]})"],
    "bytes of a picture": [
        f"class Picture:\n    def _repr_mimebundle_(self, **_):\n        return {{'text/plain': 'p', 'image/png': {PIXEL}}}\nPicture()"
    ],
    "a set in a bundle": [
        "class Some:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': 's', 'application/json': {'k': {1}}}\nSome()"
    ],
    "a part of a report": [
        "from agentcore_probe.notebook.report_cells import Mark\n"
        "from agentcore_probe.report.report import Fragment\n"
        "part = Fragment('<b>x</b>', lambda: Mark('usage', 'digest'))\n"
        "display(part)\npart"
    ],
    "a display that is updated": [
        "from IPython.display import display\nshown = display('a', display_id='x')\nshown.update('b')"
    ],
    "clearing, to show something else": [
        "from IPython.display import clear_output\nfor n in range(3):\n    clear_output(wait=True)\n    print(n)"
    ],
    "clearing at once": ["from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)"],
    "clearing at the end": ["from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)"],
    "a stream's other methods": [
        "import sys\nsys.stdout.writelines(['a', 'b'])\nsys.stdout.closed, sys.stdout.writable()"
    ],
    "a stream that outlives its cell": [
        "import sys\nout = sys.stdout",
        "out.write('x')\nprint('y', file=out)",
    ],
    "a shell command": ["!echo out; echo err >&2"],
    "a thread that prints": [
        "import threading\nt = threading.Thread(target=lambda: print('t'))\nt.start(); t.join()"
    ],
    "awaiting": ["import asyncio\nawait asyncio.sleep(0.01)\n3"],
}


def executed(folder: Path, cells: list[str], worker: Worker | None) -> list[Any]:
    """Each cell's outputs as JSON, without what differs from process to process."""
    book = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    path = folder / "n.ipynb"
    nbformat.write(book, path)
    done = execute(path, {}, folder=folder, worker=worker)
    nbformat.validate(done)
    text = json.dumps([cell.outputs for cell in done.cells], sort_keys=True)
    return list(json.loads(re.sub(r"0x[0-9a-f]+|\\u001b\[[0-9;]*m", "", text)))


@pytest.fixture(scope="module")
def outputs(
    worker: Worker, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[list[Any], list[Any]]]:
    """The outputs of each kind of cells, ours and Jupyter's, in one notebook: a kernel takes a second to start."""
    cells = [cell for cells in CELLS.values() for cell in cells]
    folder = tmp_path_factory.mktemp("notebook")
    ours, theirs = (iter(executed(folder, cells, engine)) for engine in (worker, None))
    return {
        name: (list(islice(ours, len(cells))), list(islice(theirs, len(cells))))
        for name, cells in CELLS.items()
    }


@pytest.mark.parametrize("name", CELLS)
def test_the_outputs_of_a_cell_are_the_same(
    name: str, outputs: dict[str, tuple[list[Any], list[Any]]]
) -> None:
    """Jupyter's kernel is the oracle; no figure, table or text is lost."""
    ours, theirs = outputs[name]
    assert ours == theirs
    assert any(ours)


@pytest.mark.slow
@pytest.mark.parametrize("name", CELLS)
def test_so_are_those_of_a_cell_in_a_fresh_notebook(name: str, worker: Worker, tmp_path: Path) -> None:
    """No other cell has loaded or set anything before."""
    ours, theirs = (executed(tmp_path, CELLS[name], engine) for engine in (worker, None))
    assert ours == theirs
    assert any(ours)


def test_both_engines_keep_the_mark_of_a_part(outputs: dict[str, tuple[list[Any], list[Any]]]) -> None:
    """By which an output of the report is known."""
    for ((displayed, result),) in outputs["a part of a report"]:
        assert mark_of(displayed) == mark_of(result) == Mark("usage", "digest")


def test_the_kernel_logs_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A warning at each start would be taken for one of the probe's."""
    executed(tmp_path, ["1"], None)
    assert capfd.readouterr().err == ""
