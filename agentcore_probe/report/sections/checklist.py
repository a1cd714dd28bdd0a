"""The implementation checklist, and what is wrong with the deployed configuration."""

from __future__ import annotations

from typing import Any

from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _content(view: View) -> dict[str, Any]:
    return {"items": view.checklist(), "deployed": view.configuration(), "unreadable": view.unreadable()}


SECTION = Section(
    id="checklist",
    order=40,
    content=_content,
    table_rows=lambda view: len(view.judgement.checklist),
)
