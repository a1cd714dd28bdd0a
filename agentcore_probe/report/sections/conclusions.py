"""Each claim, and whether this run shows it."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View, yes_or_no


def _content(view: View) -> dict[str, Any]:
    conclusions = [
        {
            "shown": conclusion.shown,
            "symbol": SYMBOLS[conclusion.shown],
            "word": view.messages(f"shown-{yes_or_no(conclusion.shown)}"),
            "title": view.claim(conclusion),
            "carried_by": [view.name(id) for id in conclusion.carried_by],
            "evidence": [view.reference(id) for id in conclusion.evidence],
        }
        for conclusion in view.judgement.conclusions
    ]
    return {"conclusions": conclusions, "expectations": view.expectations()}


SECTION = Section(
    id="conclusions",
    order=50,
    content=_content,
    table_rows=lambda view: len(view.judgement.conclusions),
)
