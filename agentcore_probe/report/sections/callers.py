"""Further callers: each with what every target gave it, and why."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.methods import caller_of, method
from agentcore_probe.report.grid import box_of, draw_grid
from agentcore_probe.report.sections import Section
from agentcore_probe.report.svg import Chart
from agentcore_probe.report.view import View
from agentcore_probe.report.view.callers import (
    called_targets,
    caller_rows,
    callers_sentence,
    causes_of_cells,
    entrances_of_callers,
    outlives_login,
)
from agentcore_probe.report.view.entrances import has_more_entrances


def _content(view: View) -> dict[str, Any]:
    is_grouped = has_more_entrances(view)  # the report's first picture then has the callers, too
    return {
        "rows": caller_rows(view),
        "entrances": entrances_of_callers(view) if is_grouped else None,
        "targets": called_targets(view),
        "chart": None if is_grouped else _chart(view),
        "figure": f"{view.prefix}callers-matrix",
        "causes": causes_of_cells(view),
        "note": view.messages("callers-token-outlives-login") if outlives_login(view) else None,
    }


def _chart(view: View) -> Chart:
    """The matrix of callers and targets as a picture."""
    messages, targets = view.messages, called_targets(view)
    names = [caller.name for caller in view.record.identities]
    boxes = {
        (names.index(caller), targets.index(row.target)): box_of(finding, messages)
        for finding in view.judgement.identities
        if finding.outcome != "not-applicable"
        and (row := method(finding.method)) is not None
        and (caller := caller_of(finding.method)) is not None
    }
    headings = [messages(f"target-{target}") for target in targets]
    svg = draw_grid(names, headings, boxes)
    return Chart(messages("callers-chart"), callers_sentence(view), svg)


SECTION = Section(
    id="callers", order=33, content=_content, applies=lambda view: bool(view.judgement.identities)
)
