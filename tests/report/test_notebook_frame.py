"""What a notebook shows around a part of the report, and the page does not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

from agentcore_probe import api
from agentcore_probe.model.notebook_frame import unframed
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.explanation import explanation_html
from agentcore_probe.report.outputs import cell_html
from agentcore_probe.report.registry import FIGURES, SECTIONS
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT


def test_the_page_shows_a_part_without_its_frame(sample: RunRecord) -> None:
    """The notebook's style sheet would change the page's; other HTML stays as it is."""
    part = Report(sample, "en").summary()
    data, metadata = part._repr_mimebundle_()
    assert data["text/html"] != part.html
    assert unframed(data["text/html"]) == part.html
    output = v4.new_output("execute_result", data, metadata=metadata)
    html = cell_html(v4.new_code_cell("report.summary()", outputs=[output]))
    assert html == f"{part.html}\n"
    assert unframed("<p>x</p>") == "<p>x</p>"


@pytest.mark.parametrize("name", [*SECTIONS, *FIGURES])
def test_every_part_comes_back_whole_from_its_frame(sample: RunRecord, name: str) -> None:
    """Ids and links are the page's again; two parts of a notebook have no id in common."""
    part = getattr(Report(sample, "ja"), name)()
    if part is None:
        assert name in ("callers", "clients")  # the sample has none
        return
    html = part._repr_html_()
    assert unframed(html) == part.html
    ids = set(re.findall(r'\bid="([^"]*)"', html))
    assert all(name in id for id in ids)
    assert set(re.findall(r'<a [^<>]*? href="#([^"]*)"', html)) <= ids


def test_a_part_shows_the_exchanges_that_it_links_to(sample: RunRecord) -> None:
    """Below it, and not on the page; the section Evidence has them already."""
    report = Report(sample, "en")
    assert '<details class="exchange" id=' in report.access_methods()._repr_html_()
    assert '<details class="exchange"' not in report.access_methods().html
    assert report.evidence()._repr_html_().count('class="exchange"') == report.evidence().html.count(
        'class="exchange"'
    )


def test_an_explanation_has_its_sentences_in_a_notebook() -> None:
    """The cause's text, the reason, the fix, and what to paste; the answer is never markup."""
    html = explanation_html(
        api.explain("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ")
    )
    assert "my_agent-ABCDEFGHIJ" in html
    refused = 'HTTP/1.1 401 Unauthorized\nwww-authenticate: Bearer\n\n{"message":"<b>Missing Authentication Token</b>"}'
    html = explanation_html(api.explain(refused))
    assert "<dt>" in html
    assert "<b>Missing" not in html


def test_a_judgement_is_a_table_of_its_rows(sample: RunRecord) -> None:
    """One row an access method, with the decision, the outcome and the time."""
    frame = api.judge(sample).to_frame()
    assert list(frame)[:7] == ["method", "expected", "decision", "outcome", "cause", "confidence", "seconds"]
    row = frame.set_index("method").loc["runtime-jwt"]
    assert (row["decision"], row["outcome"], row["cause"]) == ("undecided", "unexpected", "arn-not-encoded")
    exchange = sample.exchange("runtime-jwt/1")
    assert exchange is not None
    assert row["seconds"] == round(exchange.timings.total / 1000, 3)


def test_every_notebook_becomes_a_python_file(tmp_path: Path) -> None:
    """nbconvert takes the extension from the notebook's metadata."""
    paths = sorted((PROJECT / "notebooks").glob("*.ipynb"))
    line = [sys.executable, "-m", "nbconvert", "--to", "script", "--output-dir", str(tmp_path)]
    subprocess.run([*line, *map(str, paths)], capture_output=True, check=True)
    assert sorted(made.name for made in tmp_path.iterdir()) == [f"{path.stem}.py" for path in paths]
