"""What must be on a page: the sections, each row, exchange and client, the pictures that the notebook calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from agentcore_probe.model.display import visible
from agentcore_probe.notebook.report_cells import report_parts
from agentcore_probe.report.registry import FIGURES, SECTIONS, numbered
from agentcore_probe.report.report import Report
from agentcore_probe.report.view.clients import anchor as client_anchor


def missing(notebook: Any, body: str, report: Report) -> list[str]:
    """What the page lacks, a few words each; empty for a complete page.

    A picture can get lost on its way through a notebook without an error.

    Args:
        notebook: the executed notebook.
        body: the HTML of its outputs.
        report: what they must show.
    """
    return [
        *_missing_ids(notebook, body, report),
        *_empty_figures(body, report),
        *_short_tables(body, report),
    ]


def _missing_ids(notebook: Any, body: str, report: Report) -> Iterator[str]:
    """Elements that the page must have, by their ids."""
    view, ids = report.view, set(re.findall(r'\bid="([^"]*)"', body))
    required = {
        f"the section {SECTIONS[name].id}": f"{view.prefix}{SECTIONS[name].id}" for name in numbered(view)
    }
    for finding in report.judgement.all_findings:
        required[f"the row {finding.method}"] = f"{view.prefix}row-{finding.method}"
    for exchange in report.record.exchanges:
        required[f"the exchange {exchange.id}"] = view.anchor(exchange.id)
    for chain in report.judgement.login_chains:
        for forecast in chain.clients:
            words = f"the client {forecast.client} at the {chain.target}"
            required[words] = client_anchor(view, chain.target, forecast.client)
    called = {name for cell in notebook.cells for name in report_parts(cell)}
    for name in FIGURES:
        if name in called:
            required[f"report.{name}()"] = f"{view.prefix}{name}"
    for words, id in required.items():
        if visible(str(Markup.escape(id))) not in ids:
            yield words


def _empty_figures(body: str, report: Report) -> Iterator[str]:
    """Pictures without a drawing."""
    figures = dict(re.findall(r'<figure id="([^"]*)">(.*?)</figure>', body, re.DOTALL))
    for name in FIGURES:
        if "<svg" not in figures.get(f"{report.view.prefix}{name}", "<svg"):
            yield f"the picture {name}"


def _short_tables(body: str, report: Report) -> Iterator[str]:
    """Tables with fewer rows than the record fills."""
    for section in SECTIONS.values():
        if section.table_rows is None:
            continue
        anchor = f"{report.view.prefix}{section.id}"
        element = re.search(rf'aria-labelledby="{anchor}">(.*?)</section>', body, re.DOTALL)
        heading_rows = 1
        if element is not None and element[1].count("<tr>") < heading_rows + section.table_rows(report.view):
            yield f"rows of the section {section.id}"
