"""The token's life: issued, valid, expiring, and when it was sent by both clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agentcore_probe.judge.token_rules import MARGIN_SECONDS
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.charts.svg import Chart, Margins, colour, drawing, inline
from agentcore_probe.report.messages import Messages


def timeline(record: RunRecord, messages: Messages) -> Chart | None:
    """The picture; None where no token was sent, or it tells no times."""
    claims = record.token.claims if record.token else {}
    exp, sent = _seconds(claims.get("exp")), _sent(record)
    if exp is None or sent is None:
        return None
    offset = record.provenance.clock_offset or 0.0
    begun = max(
        (each for each in map(_seconds, (claims.get("nbf"), claims.get("iat"))) if each), default=None
    )
    first = min(each for each in (begun, sent, exp) if each is not None)
    last = max(exp, sent, sent + offset)
    left = int(exp - sent - offset)
    span = max(last - first, 1.0)
    with drawing(1.25, Margins()) as figure:
        axes = figure.add_subplot()
        axes.set_xlim(first - 0.01 * span, first + 1.01 * span)
        axes.set_ylim(-1.5, 1.0)
        axes.axis("off")
        if begun is not None and begun < exp:
            axes.barh(
                0, exp - begun, left=begun, height=0.5, color=colour("good-bg"), edgecolor=colour("line")
            )
        axes.barh(0, MARGIN_SECONDS, left=exp - MARGIN_SECONDS, height=0.5, color=colour("bad-bg"))
        for at, name, height in (
            (begun, "issued", 0.45),
            (exp, "expires", 0.45),
            (sent, "sent", -0.45),
            (sent + offset if offset else None, "service", -0.95),
        ):
            if at is not None:
                share = (at - first) / span
                _mark(axes, at, f"{messages(f'timeline-{name}')} {_clock(at)}", height, share)
        svg = inline(figure, f"timeline-{messages.language.code}")
    state = "valid" if left >= MARGIN_SECONDS else "stale" if left > 0 else "expired"
    alt = messages(f"timeline-alt-{state}", minutes=left // 60, seconds=abs(left), exp=_clock(exp))
    if abs(offset) >= MARGIN_SECONDS:
        way = "ahead" if offset > 0 else "behind"
        alt = f"{messages(f'timeline-alt-{way}', offset=round(abs(offset)))}{messages.gap}{alt}"
    return Chart(messages("timeline-title"), alt, svg)


def _sent(record: RunRecord) -> float | None:
    """When the token was first sent, by the caller's clock."""
    times = [each.request.at for each in record.exchanges if each.token == record.token and each.request.at]
    return min(times).timestamp() if times else None


def _mark(axes: Any, at: float, text: str, height: float, share: float) -> None:
    """A tick at a time, `share` of the way across, and its messages, on the side that has room."""
    side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    axes.plot([at, at], [-0.32, 0.32], color=colour("ink"), linewidth=1)
    axes.text(at, height, text, ha=side, va="bottom" if height > 0 else "top")


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%H:%M:%S UTC")


def _seconds(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < 1e11 else None  # type: ignore[arg-type,operator]
