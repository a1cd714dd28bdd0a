"""Executed notebook -> one self-contained HTML page, by nbconvert with the package's own template."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import PackageLoader
from nbconvert.exporters import HTMLExporter

from agentcore_probe.errors import ReportError
from agentcore_probe.report.report import SECTIONS, Report


def render(notebook: Any, report: Report) -> str:
    """The page.

    Args:
        notebook: the executed notebook; its HTML outputs become the page's body.
        report: for the header, the contents and the title.

    Raises:
        ReportError: a section that the report must have is not in the notebook's outputs.
    """
    make: Any = HTMLExporter
    exporter = make(
        template_file="report.html.j2",
        extra_loaders=[PackageLoader("agentcore_probe.report", "template")],
    )
    html, _ = exporter.from_notebook_node(notebook, resources={"page": _page(report)})
    missing = [id for id in SECTIONS if f'<h2 id="{id}">' not in html]
    if missing:
        raise ReportError(
            f"the notebook did not put out the sections {', '.join(missing)}",
            hint="Each section is one call on the report; see notebooks/verification.ipynb",
        )
    return str(html)


def _page(report: Report) -> dict[str, Any]:
    words = report.view.words
    return {
        "language": words.language,
        "title": report.view.title,
        "tool": report.record.provenance.tool or "agentcore-probe",
        "style": files("agentcore_probe.report").joinpath("template/style.css").read_text("utf-8"),
        "summary": report.summary().html,
        "contents": words("contents"),
        "sections": [(id, words(f"section-{id}")) for id in SECTIONS],
        "digest": report.record.digest,
        "digest_label": words("provenance-digest"),
    }
