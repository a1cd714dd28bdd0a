"""What must be on a page: the sections, each row and exchange of the record, the pictures that the notebook asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from agentcore_probe.model.display import visible
from agentcore_probe.notebook.report_cells import report_parts
from agentcore_probe.report.report import FIGURES, SECTIONS, Report


def missing(notebook: Any, body: str, report: Report) -> list[str]:
    """What got lost between the record and the page, a few words each: a picture can get lost without an error.

    Args:
        notebook: the executed notebook.
        body: the HTML that its outputs make.
        report: what they must show.
    """
    prefix, ids = report.view.prefix, set(re.findall(r'\bid="([^"]*)"', body))
    wanted = {f"the section {id}": f"{prefix}{id}" for id in SECTIONS}
    wanted |= {f"the row {each.method}": f"{prefix}row-{each.method}" for each in report.judgement.findings}
    wanted |= {f"the exchange {each.id}": report.view.anchor(each.id) for each in report.record.exchanges}
    asked = {name for cell in notebook.cells for name in report_parts(cell)}
    wanted |= {f"report.{name}()": f"{prefix}{name}" for name in FIGURES if name in asked}
    lost = [words for words, id in wanted.items() if visible(str(Markup.escape(id))) not in ids]
    drawn = dict(re.findall(r'<figure id="([^"]*)">(.*?)</figure>', body, re.DOTALL))
    empty = [f"the picture {name}" for name in FIGURES if "<svg" not in drawn.get(f"{prefix}{name}", "<svg")]
    return [*lost, *empty, *_thin(body, report)]


def _thin(body: str, report: Report) -> Iterator[str]:
    """Tables with fewer rows than the record fills."""
    view = report.view
    for id, rows in (("checklist", view.checklist()), ("conclusions", view.conclusions())):
        section = re.search(rf'aria-labelledby="{view.prefix}{id}">(.*?)</section>', body, re.DOTALL)
        if section is not None and section[1].count("<tr>") <= len(rows):  # one names the columns
            yield f"rows of the section {id}"
