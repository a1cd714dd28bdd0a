"""What a notebook shows around a part of the report, and the page does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbconvert import ScriptExporter
from nbformat import v4

from agentcore_probe import api
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.notebook_frame import framed, unframed
from agentcore_probe.report.outputs import cell_html
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT


def test_the_page_shows_a_part_without_its_frame(sample: RunRecord) -> None:
    """The notebook's style sheet would change the page's; other HTML stays as it is."""
    part = Report(sample, "en").summary()
    data, metadata = part._repr_mimebundle_()
    assert data["text/html"] == framed(part.html) != part.html
    output = v4.new_output("execute_result", data, metadata=metadata)
    html = cell_html(v4.new_code_cell("report.summary()", outputs=[output]))
    assert html == f"{part.html}\n"
    assert unframed("<p>x</p>") == "<p>x</p>"


def test_a_judgement_is_a_table_of_its_rows(sample: RunRecord) -> None:
    """One row an access method, with the decision, the outcome and the time."""
    frame = api.judge(sample).to_frame()
    assert list(frame)[:7] == ["method", "expected", "decision", "outcome", "cause", "confidence", "seconds"]
    row = frame.set_index("method").loc["runtime-jwt"]
    assert (row["decision"], row["outcome"], row["cause"]) == ("undecided", "unexpected", "arn-not-encoded")
    exchange = sample.exchange("runtime-jwt/1")
    assert exchange is not None
    assert row["seconds"] == round(exchange.timings.total / 1000, 3)


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_becomes_a_python_file(path: Path) -> None:
    """nbconvert takes the extension from the notebook's metadata."""
    _, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
