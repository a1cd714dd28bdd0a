"""Renders executed notebooks into one self-contained HTML page: nbconvert with the package's own template.

Each language has a notebook, which becomes a part of the page. The page carries its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from importlib.resources import files
from typing import Any

from jinja2 import PackageLoader
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter

from agentcore_probe import __version__
from agentcore_probe.errors import ReportError
from agentcore_probe.model.display import visible
from agentcore_probe.model.embedded_record import record_element
from agentcore_probe.notebook.report_cells import digest as digest_of_notebook
from agentcore_probe.report.completeness import missing
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.outputs import cell_html
from agentcore_probe.report.registry import SECTIONS, numbered
from agentcore_probe.report.report import Report
from agentcore_probe.report.template_cache import TemplateCache
from agentcore_probe.report.templates import templates
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import has_more_entrances

_TEMPLATES = PackageLoader("agentcore_probe.report", "template")


def render(parts: Sequence[tuple[Any, Report]]) -> str:
    """The page.

    Args:
        parts: the executed notebook and the report of each language, the page's own first.

    Raises:
        ReportError: a notebook's outputs cannot be shown, or something that the page must have is not among them.
    """
    record = parts[0][1].record
    return page_of(
        [_part(notebook, report) for notebook, report in parts],
        tool=record.provenance.tool or "agentcore-probe",
        digest=record.digest,
        record=record_element(record),
        notebook=parts[0][0],
        styles=tuple(_sheets(parts[0][1].view)),
    )


def _sheets(view: View) -> Iterator[str]:
    """The style sheets of what the page shows."""
    yield "style.css"
    if has_more_entrances(view):
        yield "entrances.css"
    if view.judgement.login_chains:
        yield "clients.css"


def page_of(  # noqa: PLR0913  (each by its name)
    parts: Sequence[Mapping[str, Any]],
    *,
    tool: str,
    digest: str,
    notebook: Any,
    record: str = "",
    styles: Sequence[str] = ("style.css",),
) -> str:
    """The page around its parts.

    Args:
        parts: what each language's part shows (`words_of`, `summary`, `body`), the page's own first.
        tool: what made the facts.
        digest: of the facts.
        notebook: the executed notebook of the first language.
        record: the element that holds the facts; empty where the page has none.
        styles: its style sheets, in the folder of the templates.
    """
    page: str = _page().render(
        parts=parts,
        tool=tool,
        style=Markup("".join(map(_sheet, styles))),  # noqa: S704  (ours)
        digest=digest,
        record=Markup(record),  # noqa: S704  (base64)
        renderer=f"{renderer()}; notebook {digest_of_notebook(notebook)}",
    )
    return visible(page)


@cache
def _sheet(name: str) -> str:
    return files("agentcore_probe.report").joinpath(f"template/{name}").read_text("utf-8")


def words_of(messages: Messages) -> dict[str, str]:
    """What the page says in each language around the part."""
    return {
        "language": messages.language.code,
        "language_label": messages("language-label"),
        "language_name": messages("language-name"),
        "skip": messages("skip"),
        "contents": messages("contents"),
    }


@cache
def renderer() -> str:
    """The versions on which a page's bytes depend, besides its record and its notebook."""
    packages = ("nbconvert", "jinja2", "matplotlib", "papermill", "fluent.syntax")
    versions = (f"{name} {metadata.version(name)}" for name in packages)
    return "; ".join((f"agentcore-probe {__version__}", *versions))


@cache
def _page() -> Any:
    environment = templates().overlay(keep_trailing_newline=False)
    return environment.get_template("page.html.j2")


def prepare_page() -> None:
    """Reads and compiles what every page has: its template, its style sheets, the versions that it names."""
    _page()
    renderer()
    for name in ("style.css", "entrances.css"):
        _sheet(name)


class _OnePass(HTMLExporter):
    """nbconvert's exporter without its second pass, which parses its own HTML and writes it again (0.3 s)."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The HTML as the template makes it."""
        html_and_resources: tuple[str, Any] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return html_and_resources

    def _init_preprocessors(self) -> None:
        """Does nothing: no preprocessor has anything to change here."""

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Does nothing: even without a preprocessor, it would copy and validate the notebook once more (0.05 s)."""
        return nb, resources


@cache
def _exporter() -> Any:
    make: Any = _OnePass
    exporter = make(template_file="part.html.j2", extra_loaders=[_TEMPLATES])
    exporter.environment.bytecode_cache = TemplateCache()
    exporter.environment.globals["cell_html"] = cell_html
    return exporter


def convert(notebook: Any) -> str:
    """The outputs of a notebook's cells as HTML, in order.

    Raises:
        ReportError: an output cannot be shown.
    """
    try:
        body, _ = _exporter().from_notebook_node(notebook)
    except Exception as error:  # noqa: BLE001  (people's cells may hold anything)
        raise ReportError(
            f"an output of a cell cannot be shown: {type(error).__name__}: {error}", where="the notebook"
        ) from None
    return str(body)


def _part(notebook: Any, report: Report) -> dict[str, Any]:
    body = convert(notebook)
    messages, prefix = report.view.messages, report.view.prefix
    lacking = missing(notebook, body, report)
    if lacking:
        raise ReportError(
            f"the notebook did not put out {', '.join(lacking[:8])}{' and more' if lacking[8:] else ''}",
            hint="Each part is one call on the report, in a cell with the tag agentcore-probe where the page is shared;"
            " see notebooks/verification.ipynb",
        )
    ids = [SECTIONS[name].id for name in numbered(report.view)]
    return {
        **words_of(messages),
        "title": report.view.title,
        "sections": [(f"{prefix}{id}", messages(f"section-{id}")) for id in ids],
        "summary": Markup(report.summary().html),  # noqa: S704  (made by our own template)
        "body": Markup(body),  # noqa: S704  (the notebook's outputs; ours are escaped where they are made)
        "digest_label": messages("provenance-digest"),
    }
