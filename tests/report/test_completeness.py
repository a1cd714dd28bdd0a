"""A page has everything that its record and its notebook declare, or it is not made."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import ReportError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.completeness import missing
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.report.conftest import NOTEBOOK, executed_with
from tests.report.login_chains import view_of


def test_a_section_that_the_notebook_leaves_out_is_an_error(
    sample: RunRecord, tmp_path: Path, worker: Worker
) -> None:
    """A report is never silently incomplete."""
    book = nbformat.read(NOTEBOOK, 4)
    book.cells = [cell for cell in book.cells if cell.id != "conclusions"]
    short = tmp_path / "short.ipynb"
    nbformat.write(book, short)
    store.write(tmp_path / "record.json", store.record_text(sample, api.judge(sample)))
    executed = execute(short, {"record": "record.json"}, folder=tmp_path, worker=worker)
    with pytest.raises(ReportError, match="conclusions"):
        render([(executed, Report(sample))])


def test_a_lost_picture_is_an_error(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """Every part that a cell calls must be on the page: reused processes lost charts without an error."""
    executed = executed_with(sample, tmp_path, worker, "report.latency()", "report.latency()\n")
    next(cell for cell in executed.cells if cell.source == "report.latency()\n").outputs = []
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
    "the drawing of a picture": (
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
def test_whatever_is_lost_is_an_error(sample: RunRecord, tmp_path: Path, worker: Worker, name: str) -> None:
    """The error names it."""
    cell, source, message = LOST[name]
    executed = executed_with(sample, tmp_path, worker, cell, source)
    with pytest.raises(ReportError, match=message):
        render([(executed, Report(sample))])


HARMLESS = {
    "a picture that is assigned": ("report.latency()", "html = report.latency().html"),
    "a picture that is displayed": ("report.latency()", "display(report.latency())"),
    "a condition that does not hold": ("report.latency()", "if False:\n    report.latency()"),
    "a part's name in a text": ("report.latency()", "print('see report.latency()')"),
    "a magic": ("report.latency()", "%time x = report.latency()"),
    "a figure of people's": (
        "report.latency()",
        'from IPython.display import HTML\nHTML(\'<figure id="mine"><img src="data:," alt=""></figure>\')',
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_picture_that_is_not_called_may_be_missing(
    sample: RunRecord, tmp_path: Path, worker: Worker, name: str
) -> None:
    """No false alarm: people may leave out a picture, or display it in another way."""
    cell, source = HARMLESS[name]
    assert render([(executed_with(sample, tmp_path, worker, cell, source), Report(sample))])


def test_a_picture_may_be_left_out_by_its_tag(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """As Jupyter's users do."""
    executed = executed_with(sample, tmp_path, worker, "report.latency()", "report.latency()\n")
    cell = next(cell for cell in executed.cells if cell.source.startswith("report.latency"))
    cell.metadata["tags"] = ["remove_cell"]
    assert 'id="latency"' not in render([(executed, Report(sample))])


def test_a_client_without_its_rows_is_an_error(sample: RunRecord) -> None:
    """A forecast that a page loses is named."""
    view = view_of(sample)
    report = Report(sample, judgement=view.judgement)
    report.view = view
    book, body = nbformat.v4.new_notebook(), report.clients().html
    assert not [words for words in missing(book, body, report) if words.startswith("the client")]
    body = body.replace('id="client-gateway-t-second"', "")
    assert "the client t-second at the gateway" in missing(book, body, report)
