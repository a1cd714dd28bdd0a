"""A comparison of two environments as Markdown, for a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentcore_probe.report.comparison import ComparisonView
from agentcore_probe.report.exports.markdown import escaped


def comparison_markdown(view: ComparisonView) -> str:
    """The comparison; what a server said is escaped.

    Args:
        view: what it says.
    """
    return "\n".join([f"## {escaped(view.title)}", "", *_lines(view)]) + "\n"


def _lines(view: ComparisonView) -> Iterator[str]:
    for run in view.runs:
        yield f"- {run['symbol']} {escaped(run['text'])}"
    yield from (f"- {escaped(note)}" for note in view.notes)
    yield ""
    if view.summary is not None:
        yield from (escaped(view.summary), "")
    for explanation in view.explanations():
        yield from (f"### {escaped(explanation['title'])}", "")
        yield from _table(view, explanation["facts"], view.messages("compared-column-fact"))
        yield from (escaped(explanation["basis"]), "")
        yield from _table(view, explanation["rows"], view.messages("column-result"))
        for cause in explanation["causes"]:
            yield from (escaped(cause), "")
        if explanation["follows"]:
            yield from (escaped(explanation["follows"]), "")
    if others := view.others():
        yield from (f"<details><summary>{escaped(view.others_count)}</summary>", "")
        yield from _table(view, others, view.messages("compared-column-fact"))
        yield "</details>"


def _table(view: ComparisonView, rows: list[dict[str, Any]], head: str) -> Iterator[str]:
    """A table with a column for each environment; nothing without rows."""
    if not rows:
        return
    yield f"| {' | '.join(map(escaped, (head, *view.names)))} |"
    yield "| --- | --- | --- |"
    for row in rows:
        yield f"| {' | '.join(map(escaped, (row['label'], *row['values'])))} |"
    yield ""
