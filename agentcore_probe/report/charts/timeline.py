"""The token's life: issued, valid, expiring, and when it was sent by both clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import MARGIN_SECONDS
from agentcore_probe.report.svg import Chart, Margins, colour, drawing, inline
from agentcore_probe.report.view import View


def draw(view: View) -> Chart | None:
    """The timeline; None if no token was sent, or it has no expiry."""
    record, messages = view.record, view.messages
    claims = record.token.claims if record.token else {}
    exp, sent_at = _timestamp(claims.get("exp")), _sent_at(record)
    if exp is None or sent_at is None:
        return None
    offset = record.provenance.clock_offset or 0.0
    starts = [time for time in (_timestamp(claims.get("nbf")), _timestamp(claims.get("iat"))) if time]
    start = max(starts, default=None)
    first = min(time for time in (start, sent_at, exp) if time is not None)
    last = max(exp, sent_at, sent_at + offset)
    seconds_left = int(exp - sent_at - offset)
    span = max(last - first, 1.0)
    with drawing(1.25, Margins()) as figure:
        axes = figure.add_subplot()
        axes.set_xlim(first - 0.01 * span, first + 1.01 * span)
        axes.set_ylim(-1.5, 1.0)
        axes.axis("off")
        if start is not None and start < exp:
            axes.barh(
                0, exp - start, left=start, height=0.5, color=colour("good-bg"), edgecolor=colour("line")
            )
        axes.barh(0, MARGIN_SECONDS, left=exp - MARGIN_SECONDS, height=0.5, color=colour("bad-bg"))
        for time, name, height in (
            (start, "issued", 0.45),
            (exp, "expires", 0.45),
            (sent_at, "sent", -0.45),
            (sent_at + offset if offset else None, "service", -0.95),
        ):
            if time is not None:
                label = f"{messages(f'timeline-{name}')} {_clock(time)}"
                _draw_mark(axes, time, label, height, (time - first) / span)
        svg = inline(figure, f"timeline-{messages.language.code}")
    state = "valid" if seconds_left >= MARGIN_SECONDS else "stale" if seconds_left > 0 else "expired"
    alt = messages(
        f"timeline-alt-{state}", minutes=seconds_left // 60, seconds=abs(seconds_left), exp=_clock(exp)
    )
    if abs(offset) >= MARGIN_SECONDS:
        direction = "ahead" if offset > 0 else "behind"
        clocks = messages(f"timeline-alt-{direction}", offset=round(abs(offset)))
        alt = f"{clocks}{messages.gap}{alt}"
    return Chart(messages("timeline-title"), alt, svg)


def _sent_at(record: RunRecord) -> float | None:
    """When the token was first sent, by the caller's clock."""
    times = [
        exchange.request.at
        for exchange in record.exchanges
        if exchange.token == record.token and exchange.request.at
    ]
    return min(times).timestamp() if times else None


def _draw_mark(axes: Any, time: float, label: str, height: float, position: float) -> None:
    """A tick with its label, which is placed on the side that has room.

    Args:
        axes: the plot.
        time: where on the time axis.
        label: its text.
        height: where the label is; negative: below the bar.
        position: how far across the plot the tick is, 0 to 1.
    """
    side = "left" if position < 0.25 else "right" if position > 0.75 else "center"
    axes.plot([time, time], [-0.32, 0.32], color=colour("ink"), linewidth=1)
    axes.text(time, height, label, ha=side, va="bottom" if height > 0 else "top")


def _clock(timestamp: float) -> str:
    return datetime.fromtimestamp(int(timestamp), UTC).strftime("%H:%M:%S UTC")


def _timestamp(value: object) -> float | None:
    """A time claim (RFC 7519 section 4.1); None if it is not a plausible one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 1e11 else None  # type: ignore[arg-type,operator]
