"""How long each method took, by phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.picture import Picture
from agentcore_probe.report.svg import FONT_SIZE, POINTS, WIDTH, Chart, width_of
from agentcore_probe.report.view import View

_PHASES = {
    "resolve": "#6b7a8f",
    "connect": "#2f7ed8",
    "tls": "#8a56c2",
    "first_byte": "#c26a00",
    "rest": "#2b8a5a",
}
"""Phase -> colour."""
_ROW, _LEGEND = 0.25, 0.35
"""Heights in inches."""
_VISIBLE = 0.001
"""Inches."""


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
    left, right = 0.1 + width_of(names), WIDTH - width_of(values)
    scale = (right - left) / totals[slowest]
    picture = Picture(_LEGEND + _ROW * len(rows) + 0.05)
    _draw_legend(
        picture,
        [(messages(f"phase-{phase}"), colour) for phase, colour in _PHASES.items() if _is_used(phase, rows)],
    )
    for number, (name, total, value) in enumerate(zip(names, totals.values(), values, strict=True)):
        top = _LEGEND + number * _ROW
        _draw_bar(picture, left, top, scale, list(rows.values())[number])
        picture.text(left - 0.05, top + _ROW / 2, name, align="right")
        picture.text(left + total * scale + 0.05, top + _ROW / 2, value, align="left", size=8)
    return Chart(messages("latency-title"), alt, picture.svg())


def _is_used(phase: str, rows: Mapping[str, Mapping[str, float]]) -> bool:
    return any(row.get(phase) for row in rows.values())


def _draw_bar(picture: Picture, left: float, top: float, scale: float, row: Mapping[str, float]) -> None:
    """A method's phases, one after the other; those that are too short to be seen are left out."""
    for phase, colour in _PHASES.items():
        width = row.get(phase, 0.0) * scale
        if width > _VISIBLE:
            picture.rectangle(left, top + 0.19 * _ROW, width, 0.62 * _ROW, fill=colour)
        left += width


def _draw_legend(picture: Picture, phases: Sequence[tuple[str, str]]) -> None:
    """The phases with their colours in one line, in the middle; in smaller letters where they are too wide."""
    size = min(FONT_SIZE, FONT_SIZE * (WIDTH - 0.1) / _legend_width(phases, FONT_SIZE))
    left = (WIDTH - _legend_width(phases, size)) / 2
    for label, colour in phases:
        em = size / POINTS
        picture.rectangle(left, _LEGEND / 2 - 0.35 * em, em, 0.7 * em, fill=colour)
        picture.text(left + 1.5 * em, _LEGEND / 2, label, align="left", size=size)
        left += _legend_width([(label, colour)], size)


def _legend_width(phases: Sequence[tuple[str, str]], size: float) -> float:
    return sum(2.5 * size / POINTS + width_of([label]) * size / FONT_SIZE for label, _ in phases)


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
