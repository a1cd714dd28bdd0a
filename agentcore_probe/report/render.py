"""Executed notebooks -> one self-contained HTML page: nbconvert with the package's own template.

One notebook a language; each becomes a part of the page. The page carries its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import metadata
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter

from agentcore_probe import __version__
from agentcore_probe.errors import ReportError
from agentcore_probe.model.display import visible
from agentcore_probe.model.embedded_record import record_element
from agentcore_probe.notebook.report_cells import digest
from agentcore_probe.report.completeness import missing
from agentcore_probe.report.outputs import cell_html
from agentcore_probe.report.registry import NUMBERED, SECTIONS
from agentcore_probe.report.report import Report

_TEMPLATES = PackageLoader("agentcore_probe.report", "template")


def render(parts: Sequence[tuple[Any, Report]]) -> str:
    """The page.

    Args:
        parts: the executed notebook and the report of each language, the page's own first.

    Raises:
        ReportError: a section that the report must have is not in a notebook's outputs.
    """
    record = parts[0][1].record
    page: str = _page().render(
        parts=[_part(notebook, report) for notebook, report in parts],
        tool=record.provenance.tool or "agentcore-probe",
        style=Markup(files("agentcore_probe.report").joinpath("template/style.css").read_text("utf-8")),  # noqa: S704  (ours)
        digest=record.digest,
        record=Markup(record_element(record)),  # noqa: S704  (base64)
        renderer=f"{renderer()}; notebook {digest(parts[0][0])}",
    )
    return visible(page)


@cache
def renderer() -> str:
    """The versions that a page's bytes depend on besides its record and its notebook."""
    packages = ("nbconvert", "jinja2", "matplotlib", "papermill", "fluent.runtime")
    versions = (f"{name} {metadata.version(name)}" for name in packages)
    return "; ".join((f"agentcore-probe {__version__}", *versions))


@cache
def _page() -> Any:
    environment = Environment(
        loader=_TEMPLATES, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return environment.get_template("page.html.j2")


class _OnePass(HTMLExporter):
    """nbconvert's exporter without its second pass, which parses what it made and writes it anew (0.3 s)."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The HTML as the template makes it."""
        made: tuple[str, Any] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return made

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Nothing: without a preprocessor it would copy the notebook and validate it once more (0.05 s)."""
        return nb, resources


def _unchanged(source: str, **_: object) -> str:
    return source


@cache
def _exporter() -> Any:
    make: Any = _OnePass
    # No preprocessor would change anything here.
    exporter = make(template_file="part.html.j2", extra_loaders=[_TEMPLATES], default_preprocessors=[])
    exporter.register_filter("highlight_code", _unchanged)  # `basic` names it; no code is shown
    exporter.environment.globals["cell_html"] = cell_html
    return exporter


def convert(notebook: Any) -> str:
    """The HTML outputs of a notebook's cells, in order."""
    try:
        body, _ = _exporter().from_notebook_node(notebook)
    except Exception as error:  # noqa: BLE001  (whatever stands in a cell that people wrote)
        raise ReportError(
            f"what a cell put out cannot be shown: {type(error).__name__}: {error}", where="the notebook"
        ) from None
    return str(body)


def _part(notebook: Any, report: Report) -> dict[str, Any]:
    body = convert(notebook)
    messages, prefix = report.view.messages, report.view.prefix
    lost = missing(notebook, body, report)
    if lost:
        raise ReportError(
            f"the notebook did not put out {', '.join(lost[:8])}{' and more' if lost[8:] else ''}",
            hint="Each part is one call on the report; see notebooks/verification.ipynb",
        )
    return {
        "language": messages.language.code,
        "language_label": messages("language-label"),
        "language_name": messages("language-name"),
        "title": report.view.title,
        "skip": messages("skip"),
        "contents": messages("contents"),
        "sections": [
            (f"{prefix}{id}", messages(f"section-{id}")) for id in (SECTIONS[name].id for name in NUMBERED)
        ],
        "summary": Markup(report.summary().html),  # noqa: S704  (made by our own template)
        "body": Markup(body),  # noqa: S704  (the notebook's HTML outputs: ours, escaped where they were made)
        "digest_label": messages("provenance-digest"),
    }
