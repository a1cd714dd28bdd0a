"""Makes the index of a fleet: its notebook executed once for each language, its outputs rendered into one page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from agentcore_probe.errors import ReportError
from agentcore_probe.model.display import utf8_json
from agentcore_probe.model.fleet import FLEET, Fleet
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Page
from agentcore_probe.report.fleet.report import NUMBERED, FleetReport
from agentcore_probe.report.render import convert, page_of, words_of

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import ChildFactory


def make_index(
    fleet: Fleet, languages: Sequence[str], *, notebook: Path, folder: Path, worker: ChildFactory | None
) -> Page:
    """The index.

    Args:
        fleet: the facts.
        languages: codes, each once; the first is the page's own.
        notebook: the notebook's file.
        folder: where `fleet.json` is; the notebook runs there.
        worker: its children execute notebooks; None: Jupyter's own kernel.

    Raises:
        NotebookError: a cell failed, a parameter is unknown, a process was lost.
        ReportError: something is missing, or cannot be shown.
    """
    from nbformat import v4  # not before `notebook.execute`, which makes it leaner

    books = [
        execute(notebook, {"fleet": FLEET, "language": language}, folder=folder, worker=worker)
        for language in languages
    ]
    reports = [FleetReport(fleet, language) for language in languages]
    page = page_of(
        [_part(book, report) for book, report in zip(books, reports, strict=True)],
        tool=fleet.tool,
        digest=reports[0].digest,
        notebook=books[0],
        styles=("style.css", "fleet/style.css"),
    )
    # papermill has checked it.
    write: Any = v4.writes
    return Page(page, utf8_json(write(books[0])) + "\n")


def _part(notebook: Any, report: FleetReport) -> dict[str, Any]:
    body = convert(notebook)
    if lacking := list(_missing(body, report)):
        more = " and more" if len(lacking) > _NAMED else ""
        raise ReportError(
            f"the notebook did not put out {', '.join(lacking[:_NAMED])}{more}",
            hint="Each part is one call on the report; see notebooks/fleet.ipynb",
        )
    view = report.view
    return {
        **words_of(view.messages),
        "title": view.title,
        "sections": [(view.anchor(name), view.messages(f"section-fleet-{name}")) for name in NUMBERED],
        "summary": Markup(report.summary().html),  # noqa: S704  (made by our own template)
        "body": Markup(body),  # noqa: S704  (the notebook's outputs; ours are escaped where they are made)
        "digest_label": view.messages("fleet-digest"),
    }


_NAMED = 8


def _missing(body: str, report: FleetReport) -> Iterator[str]:
    """What the page lacks: sections, and rows of environments."""
    view, ids = report.view, set(re.findall(r'\bid="([^"]*)"', body))
    for name in NUMBERED:
        if view.anchor(name) not in ids:
            yield f"the section {name}"
    for state in report.fleet.environments:
        if view.identity(state)["anchor"] not in ids:
            yield f"the environment {state.environment}"
