"""A page holds what its record and notebook declare, and what people add to the notebook; nothing gets lost unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import ReportError
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"


@pytest.fixture(scope="module")
def sample() -> RunRecord:
    return api.load(PROJECT / "environments" / "sample.record.json")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as one:
        yield one


def test_a_section_that_the_notebook_leaves_out_is_an_error(sample: RunRecord, tmp_path: Path) -> None:
    """A report is never silently incomplete."""
    import nbformat

    book = nbformat.read(NOTEBOOK, 4)
    book.cells = [cell for cell in book.cells if cell.id != "conclusions"]
    short = tmp_path / "short.ipynb"
    nbformat.write(book, short)
    store.write(tmp_path / "record.json", store.record_text(sample, api.judge(sample)))
    with Worker() as worker:
        executed = execute(short, {"record": "record.json"}, folder=tmp_path, worker=worker)
    with pytest.raises(ReportError, match="conclusions"):
        render([(executed, Report(sample))])


def test_a_picture_that_got_lost_is_an_error(sample: RunRecord, tmp_path: Path) -> None:
    """Every call on the report must be seen: reused processes lost charts without an error."""
    store.write(tmp_path / "record.json", store.record_text(sample, api.judge(sample)))
    with Worker() as worker:
        executed = execute(NOTEBOOK, {"record": "record.json"}, folder=tmp_path, worker=worker)
    next(cell for cell in executed.cells if cell.source == "report.latency()").outputs = []
    with pytest.raises(ReportError, match=r"report\.latency\(\)"):
        render([(executed, Report(sample))])


LOST = {
    "a section": ("report.evidence()", "x = 1", "the section evidence"),
    "a picture by a semicolon": ("report.matrix()", "report.matrix();", r"report\.matrix\(\)"),
    "an exchange": (
        "report.evidence()",
        "import re\nfrom IPython.display import HTML\n"
        "HTML(re.sub('<details class=\"exchange.*?</details>', '', report.evidence().html, flags=re.S))",
        "the exchange gateway-jwt/1",
    ),
    "a row": (
        "report.access_methods()",
        "import re\nfrom IPython.display import HTML\n"
        "HTML(re.sub('<tr class.*?</tr>', '', report.access_methods().html, flags=re.S))",
        "the row gateway-jwt",
    ),
    "what is in a picture": (
        "report.matrix()",
        "import re\nfrom IPython.display import HTML\n"
        "HTML(re.sub('<svg.*</svg>', '', report.matrix().html, flags=re.S))",
        "the picture matrix",
    ),
    "rows of a table": (
        "report.checklist()",
        "import re\nfrom IPython.display import HTML\n"
        "HTML(re.sub('<tbody>.*?</tbody>', '', report.checklist().html, flags=re.S))",
        "rows of the section checklist",
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_whatever_gets_lost_is_an_error(sample: RunRecord, tmp_path: Path, worker: Worker, name: str) -> None:
    """All that the record holds and the notebook asks for is on the page, or there is none."""
    cell, instead, says = LOST[name]
    executed = changed(sample, tmp_path, worker, cell, instead)
    with pytest.raises(ReportError, match=says):
        render([(executed, Report(sample))])


HARMLESS = {
    "a picture that is kept for later": ("report.latency()", "kept = report.latency().html"),
    "a picture that is shown another way": ("report.latency()", "display(report.latency())"),
    "a condition that does not hold": ("report.latency()", "if False:\n    report.latency()"),
    "a word about a part": ("report.latency()", "print('see report.latency()')"),
    "a magic": ("report.latency()", "%time x = report.latency()"),
    "a figure of people's": (
        "report.latency()",
        'from IPython.display import HTML\nHTML(\'<figure id="mine"><img src="data:," alt=""></figure>\')',
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_not_asked_for_is_not_missed(
    sample: RunRecord, tmp_path: Path, worker: Worker, name: str
) -> None:
    """No false alarm: people may leave out a picture, or show it as they like."""
    cell, instead = HARMLESS[name]
    assert render([(changed(sample, tmp_path, worker, cell, instead), Report(sample))])


def test_a_picture_may_be_left_out_by_its_tag(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """As Jupyter's users do."""
    executed = changed(sample, tmp_path, worker, "report.latency()", "report.latency()\n")
    next(each for each in executed.cells if each.source.startswith("report.latency")).metadata["tags"] = [
        "remove_cell"
    ]
    assert 'id="latency"' not in render([(executed, Report(sample))])


def test_what_cannot_be_shown_is_told(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """A picture that the cell does not have."""
    from nbformat import v4

    executed = changed(sample, tmp_path, worker, "report.usage()", "report.usage()\n")
    executed.cells.append(v4.new_markdown_cell("![gone](attachment:gone.png)"))
    with pytest.raises(ReportError, match=r"cannot be shown.*gone\.png"):
        render([(executed, Report(sample))])


def test_halves_of_pairs_are_written_out(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """A server can send one in JSON, and a cell print one; no UTF-8 file can hold it."""
    exchanges = (
        sample.exchanges[0].model_copy(
            update={"response": Response(status=403, body='{"message": "\\ud800 x"}')}
        ),
        *sample.exchanges[1:],
    )
    record = sample.model_copy(update={"exchanges": exchanges})
    executed = changed(record, tmp_path, worker, "report.usage()", "report.usage()\n")
    executed.cells += changed(record, tmp_path, worker, "report.usage()", "print('\\ud801')").cells[-2:-1]
    text = render([(executed, Report(record))])
    text.encode()
    assert "\\ud800 x" in text


def changed(record: RunRecord, folder: Path, worker: Worker, cell: str, instead: str) -> Any:
    """The report's notebook with one cell written in another way, executed."""
    import nbformat

    book = nbformat.read(NOTEBOOK, 4)
    next(each for each in book.cells if each.source == cell).source = instead
    nbformat.write(book, folder / "changed.ipynb")
    store.write(folder / "record.json", store.record_text(record, api.judge(record)))
    return execute(folder / "changed.ipynb", {"record": "record.json"}, folder=folder, worker=worker)


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


@pytest.mark.parametrize("name", ADDED)
def test_what_people_add_to_the_notebook_is_on_the_page(
    sample: RunRecord, tmp_path: Path, worker: Worker, name: str
) -> None:
    """Text as text, pictures with words."""
    code, html = ADDED[name]
    executed = changed(sample, tmp_path, worker, "report.evaluation()", code)
    executed.cells += changed(sample, tmp_path, worker, "report.evaluation()", "report.evaluation()").cells[
        -1:
    ]
    assert html in render([(executed, Report(sample))])


def test_notes_in_markdown_are_on_the_page_and_warnings_are_not(
    sample: RunRecord, tmp_path: Path, worker: Worker
) -> None:
    """Unless the cell has the tag that nbconvert's users know."""
    from nbformat import v4

    executed = changed(sample, tmp_path, worker, "report.usage()", "report.usage()\n")
    attached = {"x.png": {"image/png": "iVBORw=="}}
    note = v4.new_markdown_cell("A note **of ours** ![seen](attachment:x.png)", attachments=attached)
    executed.cells.insert(1, note)
    hidden = v4.new_markdown_cell("kept-back", metadata={"tags": ["remove-cell"]})
    loud = v4.new_code_cell("x", outputs=[v4.new_output("stream", name="stderr", text="warned")])
    executed.cells += [hidden, loud]
    text = render([(executed, Report(sample))])
    assert "A note <strong>of ours</strong>" in text
    assert 'src="data:image/png;base64,iVBORw=="' in text
    assert "kept-back" not in text
    assert "warned" not in text
    assert "This notebook shows one run" not in text
