"""What people add to the notebook is on the page: text as text, pictures with words."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from agentcore_probe.errors import ReportError
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.report_cells import Mark
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.outputs import cell_html
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.report.conftest import executed_with

ADDED = {
    "text": ("print('<b>added</b>')", "<pre>&lt;b&gt;added&lt;/b&gt;\n</pre>"),
    "a value": ("'added'", "<pre>&#39;added&#39;</pre>"),
    "a table": ("import pandas as pd\npd.DataFrame({'added': [1]})", "<th>added</th>"),
    "a heading": ("from IPython.display import Markdown\nMarkdown('# Added')", ">Added</h2>"),
    "Markdown": ("from IPython.display import Markdown\nMarkdown('*added*')", "<em>added</em>"),
    "a figure": (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        'alt="&lt;Figure size 640x480 with 1 Axes&gt;"',
    ),
    "a figure as SVG": (
        "%config InlineBackend.figure_formats = ['svg']\nimport matplotlib.pyplot as plt\nplt.plot([1]);",
        '<img src="data:image/svg+xml;base64,',
    ),
    "a picture with words": (
        "from IPython.display import display\n"
        "display({'image/png': 'iVBORw=='}, metadata={'image/png': {'alt': 'added \"words\"'}}, raw=True)",
        '<img src="data:image/png;base64,iVBORw==" alt="added &#34;words&#34;">',
    ),
}


@pytest.fixture(scope="module")
def evaluation(sample: RunRecord, tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> list[Any]:
    """The last cell of the executed notebook."""
    folder = tmp_path_factory.mktemp("whole")
    executed = executed_with(sample, folder, worker, "report.evaluation()", "report.evaluation()")
    return list(executed.cells[-1:])


@pytest.mark.parametrize("name", ADDED)
def test_what_people_add_is_on_the_page(
    sample: RunRecord, evaluation: list[Any], tmp_path: Path, worker: Worker, name: str
) -> None:
    """By its MIME type."""
    source, html = ADDED[name]
    executed = executed_with(sample, tmp_path, worker, "report.evaluation()", f"{source}\n")
    executed.cells += deepcopy(evaluation)
    assert html in render([(executed, Report(sample))])


def test_notes_in_markdown_are_on_the_page_and_warnings_are_not(
    sample: RunRecord, tmp_path: Path, worker: Worker
) -> None:
    """Except notes with the tag that nbconvert's users know."""
    executed = executed_with(sample, tmp_path, worker, "report.usage()", "report.usage()\n")
    picture = {"x.png": {"image/png": "iVBORw=="}}
    note = v4.new_markdown_cell("A note **of ours** ![seen](attachment:x.png)", attachments=picture)
    executed.cells.insert(1, note)
    hidden = v4.new_markdown_cell("hidden-note", metadata={"tags": ["remove-cell"]})
    warning = v4.new_code_cell("x", outputs=[v4.new_output("stream", name="stderr", text="a warning")])
    executed.cells += [hidden, warning]
    text = render([(executed, Report(sample))])
    assert "A note <strong>of ours</strong>" in text
    assert 'src="data:image/png;base64,iVBORw=="' in text
    assert "hidden-note" not in text
    assert "a warning" not in text
    assert "This notebook shows one run" not in text


def test_additions_to_a_cell_are_in_a_box_and_its_part_is_not() -> None:
    """Whatever the cell is: by the mark of each output."""
    part = v4.new_output(
        "display_data", data={"text/html": "<p>part</p>"}, metadata=Mark("usage", "digest").as_metadata()
    )
    printed = v4.new_output("stream", name="stdout", text="printed")
    table = v4.new_output("display_data", data={"text/html": "<table></table>"})
    cell = v4.new_code_cell("", outputs=[printed, table, part])
    box = '<div class="added" tabindex="0"><pre>printed</pre>\n<table></table>\n</div>\n'
    assert cell_html(cell) == f"{box}<p>part</p>\n"


def test_an_output_that_cannot_be_shown_is_an_error(
    sample: RunRecord, tmp_path: Path, worker: Worker
) -> None:
    """A picture that is not attached to its cell."""
    executed = executed_with(sample, tmp_path, worker, "report.usage()", "report.usage()\n")
    executed.cells.append(v4.new_markdown_cell("![gone](attachment:gone.png)"))
    with pytest.raises(ReportError, match=r"cannot be shown.*gone\.png"):
        render([(executed, Report(sample))])


def test_halves_of_surrogate_pairs_are_escaped(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """A server can send one in JSON, and a cell print one; no UTF-8 file can hold it."""
    response = Response(status=403, body='{"message": "\\ud800 x"}')
    first = sample.exchanges[0].model_copy(update={"response": response})
    record = sample.model_copy(update={"exchanges": (first, *sample.exchanges[1:])})
    executed = executed_with(record, tmp_path, worker, "report.usage()", "report.usage()\n")
    printing = executed_with(record, tmp_path, worker, "report.usage()", "print('\\ud801')")
    executed.cells += printing.cells[-2:-1]
    text = render([(executed, Report(record))])
    text.encode()
    assert "\\ud800 x" in text
