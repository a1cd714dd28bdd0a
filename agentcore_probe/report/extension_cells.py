"""What is added to a report as cells of the executed notebook: a team's results, and a comparison with another environment.

They are additions, as cells that people write: shared pages leave them out, and `check` compares a page only with the
same cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from agentcore_probe.model.display import SYMBOLS, table, visible
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.report.comparison import ComparisonView
from agentcore_probe.report.comparison_html import comparison_section
from agentcore_probe.report.messages import Messages


def add_cells(notebook: Any, results: Sequence[ExtensionResult], text: Messages) -> None:
    """Adds a cell with all checks, and one for each section and comparison.

    Args:
        notebook: the executed notebook.
        results: of the checks and sections, and comparisons.
        text: the sentences.
    """
    checks = [result for result in results if result.kind == "check"]
    if checks:
        head = (text("column-item"), text("column-state"), text("extension-problems"))
        rows = [(result.title, _state(result, text), _problems(result, text)) for result in checks]
        source = "\n".join(f"# {result.name}" for result in checks)
        _add(notebook, source, _heading(text("extension-checks")) + table("", head, rows))
    for result in results:
        if result.kind == "section" and result.language in (None, text.language.code):
            content = result.html if result.error is None else f"<p>{escape(_problems(result, text))}</p>"
            _add(notebook, f"# {result.name}", _heading(result.title) + content)
        elif result.comparison is not None:
            title = text("compared-with", other=result.name)
            _add(notebook, f"# {title}", comparison_section(ComparisonView(result.comparison, text), title))


def _state(result: ExtensionResult, text: Messages) -> str:
    passed = not (result.problems or result.error)
    need = text("extension-required" if result.is_required else "extension-optional")
    return f"{SYMBOLS[passed]} {need}"


def _problems(result: ExtensionResult, text: Messages) -> str:
    if result.error is not None:
        return text("extension-failed", name=result.name, error=result.error)
    return "\n".join(result.problems) or text("extension-none")


def _heading(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _add(notebook: Any, source: str, html: str) -> None:
    from nbformat import v4

    make: Any = v4
    output = make.new_output("display_data", {"text/html": visible(html), "text/plain": source})
    number = len(notebook.cells)
    notebook.cells.append(make.new_code_cell(source, id=f"extension-{number}", outputs=[output]))
