"""The token's life: issued, valid, expiring, and when it was sent by both clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import MARGIN_SECONDS
from agentcore_probe.report.picture import Picture
from agentcore_probe.report.svg import WIDTH, Chart
from agentcore_probe.report.view import View

_HEIGHT, _MARGIN, _BAR = 1.2, 0.09, 0.32
"""In inches: of the picture, beside the bar, above the bar."""
_ABOVE, _BELOW, _FAR_BELOW = 0.17, 0.73, 0.98
"""Where the labels are."""


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
    picture = Picture(_HEIGHT)
    if start is not None and start < exp:
        _draw_span(picture, _place(start - first, span), _place(exp - first, span), "good-bg", "line")
    stale = max(exp - MARGIN_SECONDS - first, 0.0)
    _draw_span(picture, _place(stale, span), _place(exp - first, span), "bad-bg", None)
    for time, name, place in (
        (start, "issued", _ABOVE),
        (exp, "expires", _ABOVE),
        (sent_at, "sent", _BELOW),
        (sent_at + offset if offset else None, "service", _FAR_BELOW),
    ):
        if time is not None:
            label = f"{messages(f'timeline-{name}')} {_clock(time)}"
            _draw_mark(picture, (time - first) / span, label, place)
    svg = picture.svg()
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


def _place(seconds: float, span: float) -> float:
    """How far from the left edge a time is, in inches."""
    return _MARGIN + seconds / span * (WIDTH - 2 * _MARGIN)


def _draw_span(picture: Picture, left: float, right: float, fill: str, edge: str | None) -> None:
    """A part of the bar."""
    picture.rectangle(left, _BAR, right - left, 0.24, fill=fill, edge=edge)


def _draw_mark(picture: Picture, position: float, label: str, y: float) -> None:
    """A tick with its label, which is placed on the side that has room.

    Args:
        picture: the picture.
        position: how far across it the tick is, 0 to 1.
        label: its text.
        y: the middle of the label.
    """
    x = _place(position, 1.0)
    picture.line((x, _BAR - 0.03), (x, _BAR + 0.27))
    align: Literal["left", "center", "right"] = (
        "left" if position < 0.25 else "right" if position > 0.75 else "center"
    )
    picture.text(x, y, label, align=align)


def _clock(timestamp: float) -> str:
    return datetime.fromtimestamp(int(timestamp), UTC).strftime("%H:%M:%S UTC")


def _timestamp(value: object) -> float | None:
    """A time claim (RFC 7519 section 4.1); None if it is not a plausible one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 1e11 else None  # type: ignore[arg-type,operator]
