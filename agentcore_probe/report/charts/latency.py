"""How long each method took, by phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.collections import PolyCollection

from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.svg import Chart, Margins, drawing, inline, width_of
from agentcore_probe.report.view import View

_PHASES = {
    "resolve": "#6b7a8f",
    "connect": "#2f7ed8",
    "tls": "#8a56c2",
    "first_byte": "#c26a00",
    "rest": "#2b8a5a",
}
"""Phase -> colour."""


def draw(view: View) -> Chart | None:
    """Milliseconds by method and phase, all exchanges of a method together; None if no exchange was timed."""
    messages = view.messages
    rows = _phases(view.record)
    totals = {method: sum(phases.values()) for method, phases in rows.items()}
    if not any(totals.values()):
        return None
    names = [view.name(method) for method in rows]
    slowest, fastest = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    alt = messages(
        "latency-alt",
        method=view.name(slowest),
        slowest=f"{totals[slowest]:.0f}",
        other=view.name(fastest),
        fastest=f"{totals[fastest]:.0f}",
    )
    values = [messages("latency-value", value=f"{total:.0f}") for total in totals.values()]
    margins = Margins(left=0.1 + width_of(names), right=width_of(values), top=0.35)
    with drawing(margins.top + margins.bottom + 0.25 * len(rows), margins) as figure:
        axes = figure.add_subplot()
        _draw_bars(axes, list(rows.values()), messages)
        gap = 0.02 * totals[slowest]
        for y, (label, total, value) in enumerate(zip(names, totals.values(), values, strict=True)):
            axes.text(-gap, y, label, ha="right", va="center")
            axes.text(total + gap, y, value, va="center", fontsize=8)
        axes.set_xlim(0, totals[slowest])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.axis("off")
        figure.legend(
            loc="upper center",
            ncols=len(_PHASES),
            frameon=False,
            borderpad=0,
            columnspacing=1,
            handlelength=1,
        )
        return Chart(messages("latency-title"), alt, inline(figure, f"latency-{messages.language.code}"))


def _draw_bars(axes: Any, rows: Sequence[Mapping[str, float]], messages: Messages) -> None:
    """One bar for each row, its phases in sequence. A phase is one collection: half the time of single bars."""
    starts = [0.0] * len(rows)
    for phase, colour in _PHASES.items():
        widths = [row.get(phase, 0.0) for row in rows]
        if not any(widths):
            continue
        boxes = [
            [(x, y - 0.31), (x + width, y - 0.31), (x + width, y + 0.31), (x, y + 0.31)]
            for y, (x, width) in enumerate(zip(starts, widths, strict=True))
            if width
        ]
        axes.add_collection(
            PolyCollection(boxes, facecolor=colour, label=messages(f"phase-{phase}")), autolim=False
        )
        starts = [start + width for start, width in zip(starts, widths, strict=True)]


def _phases(record: RunRecord) -> dict[str, dict[str, float]]:
    """Method -> phase -> milliseconds."""
    rows: dict[str, dict[str, float]] = {}
    for observation in record.observations:
        if observation.not_tried is not None:
            continue
        for exchange in record.of(observation):
            if not exchange.request.url:
                continue  # a command, whose time is mostly its own start
            row = rows.setdefault(observation.method, {})
            for phase, value in exchange.timings.model_dump().items():
                row[phase] = row.get(phase, 0.0) + (value or 0.0)
    return rows
