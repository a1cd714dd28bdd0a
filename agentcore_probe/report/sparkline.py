"""A small picture of values in a line, as an inline SVG element in the text's own colour.

matplotlib takes 25 ms for a picture, and a page of history has one for each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT, _EDGE = 120, 24, 2


def sparkline(values: Sequence[float], alt: str) -> str:
    """The values from left to right between 0 and the highest; empty where there are none.

    Args:
        values: not negative.
        alt: in words what it shows.
    """
    if not values:
        return ""
    top = max(values) or 1.0
    step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    points = [
        f"{_EDGE + number * step:.1f},{_HEIGHT - _EDGE - value / top * (_HEIGHT - 2 * _EDGE):.1f}"
        for number, value in enumerate(values)
    ]
    x, y = points[-1].split(",")
    line = f'<polyline points="{" ".join(points)}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    return (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'style="width:{_WIDTH}px;max-width:100%;height:auto">{line}<circle cx="{x}" cy="{y}" r="2" fill="currentColor"/></svg>'
    )
