"""A picture of rectangles, lines and text as an inline SVG element, in the page's own colours.

matplotlib's SVG renderer draws it, without a figure and axes around it: these take 20 times as long for the few shapes
that a report has, and write ids and clipping paths that no other figure on the page may repeat. Colours are variables of
the page (`template/style.css`), with a default where these are not defined, such as in JupyterLab.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from agentcore_probe.report.svg import FONT_SIZE, POINTS, WIDTH

COLOURS = {
    "ink": ("#010203", "currentColor"),
    "line": ("#010204", "var(--line, #c6ccd3)"),
    "good": ("#010205", "var(--good, #0f6b33)"),
    "bad": ("#010206", "var(--bad, #a8131f)"),
    "open": ("#010207", "var(--open, #7a4a00)"),
    "good-bg": ("#010208", "var(--good-bg, #e4f5e9)"),
    "bad-bg": ("#010209", "var(--bad-bg, #fde8e9)"),
    "open-bg": ("#01020a", "var(--open-bg, #fff2d9)"),
    "soft": ("#01020b", "var(--soft, #f3f5f7)"),
}
"""Name -> a placeholder that matplotlib draws with, and the CSS colour that replaces it."""

_STYLE: Any = {"svg.fonttype": "none", "font.sans-serif": []}
_MIDDLE, _DESCENT, _LINE = 0.36, 0.22, 1.15
"""Of a font's size: how far the baseline is below the middle of a line, and above its lower edge; the height of a line."""
_NO_TRANSFORM = IdentityTransform()


class Picture:
    """The picture while it is drawn. Places are in inches from its upper left corner.

    Args:
        height: in inches.
    """

    def __init__(self, height: float) -> None:
        self._height = height * POINTS
        self._buffer = io.StringIO()
        hidden = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        make: Any = RendererSVG
        self._renderer = make(WIDTH * POINTS, self._height, self._buffer, metadata=hidden)

    def rectangle(  # noqa: PLR0913  (each by its name)
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str,
        edge: str | None = None,
    ) -> None:
        """Draws a rectangle.

        Args:
            left: of its left edge.
            top: of its upper edge.
            width: in inches.
            height: in inches.
            fill: the name of a colour, or `#rrggbb`.
            edge: the same for its edge; None: it has none.
        """
        right, bottom = left + width, top + height
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self._draw(corners, edge, 0.6 if edge else 0.0, fill)

    def line(self, start: tuple[float, float], end: tuple[float, float], *, colour: str = "ink") -> None:
        """Draws a line, one point wide."""
        self._draw([start, end], colour, 1.0, None)

    def text(  # noqa: PLR0913  (each by its name)
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: Literal["left", "center", "right"] = "center",
        vertical: Literal["middle", "bottom", "top"] = "middle",
        size: float = FONT_SIZE,
        bold: bool = False,
        colour: str = "ink",
        upright: bool = False,
    ) -> None:
        """Writes a text, whose lines are one below the other.

        Args:
            x: of its left edge, middle or right edge, as `align` says.
            y: of its middle, lower or upper edge, as `vertical` says.
            text: one or more lines.
            align: how it is placed beside `x`.
            vertical: how it is placed above or below `y`.
            size: of the font, in points.
            bold: whether its weight is bold.
            colour: the name of a colour.
            upright: whether it is read from bottom to top, beginning at `y`, with its middle at `x`.
        """
        if upright:
            self._write(x + _MIDDLE * size / POINTS, y, text, "left", size, bold, colour, 90.0)
            return
        lines = text.split("\n")
        height = _LINE * size / POINTS
        above = {"middle": (len(lines) - 1) / 2, "bottom": len(lines) - 1, "top": 0.0}[vertical]
        down = {"middle": _MIDDLE, "bottom": -_DESCENT, "top": 1 - _DESCENT}[vertical] * size / POINTS
        for number, line in enumerate(lines):
            baseline = y + down + (number - above) * height
            self._write(x, baseline, line, align, size, bold, colour, 0.0)

    def svg(self) -> str:
        """The picture as an `<svg>` element."""
        self._renderer.finalize()
        text = self._buffer.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(
            r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<defs[^>]*>.*?</defs>",
            "",
            text,
            flags=re.DOTALL,
        )
        for placeholder, css in COLOURS.values():
            text = text.replace(placeholder, css)
        text = text.replace(
            "<svg ", '<svg aria-hidden="true" stroke-linejoin="round" stroke-linecap="butt" ', 1
        )
        # More precision than a tenth of a point is not visible.
        text = re.sub(r"(\d+\.\d)\d+", r"\1", text)
        return re.sub(r">\s+<", "><", text).strip()

    def _draw(
        self, points: list[tuple[float, float]], edge: str | None, width: float, fill: str | None
    ) -> None:
        context = self._renderer.new_gc()
        context.set_linewidth(width)
        if edge is not None:
            context.set_foreground(_drawn(edge))
        vertices = [(x * POINTS, self._height - y * POINTS) for x, y in points]
        face = mpl.colors.to_rgb(_drawn(fill)) if fill is not None else None
        self._renderer.draw_path(context, Path(vertices, closed=fill is not None), _NO_TRANSFORM, face)

    def _write(  # noqa: PLR0913, PLR0917  (of one line)
        self,
        x: float,
        baseline: float,
        text: str,
        align: str,
        size: float,
        bold: bool,
        colour: str,
        angle: float,
    ) -> None:
        context = self._renderer.new_gc()
        context.set_foreground(_drawn(colour))
        place = (x * POINTS, baseline * POINTS)
        anchor = _Anchor((place[0], self._height - place[1]), align)
        self._renderer.draw_text(context, *place, text, _font(size, bold), angle, mtext=anchor)


@dataclass(frozen=True)
class _Anchor:
    """What the renderer asks a text of a figure: where it is, and which of its ends is there."""

    position: tuple[float, float]
    align: str

    def get_transform(self) -> IdentityTransform:
        return _NO_TRANSFORM

    def get_unitless_position(self) -> tuple[float, float]:
        return self.position

    def get_rotation_mode(self) -> str:
        return "anchor"

    def get_ha(self) -> str:
        return self.align


@contextmanager
def drawing(height: float) -> Iterator[Picture]:
    """A picture in the report's style, `height` in inches, to be finished in the block."""
    with mpl.rc_context(_STYLE):
        yield Picture(height)


def _drawn(colour: str) -> str:
    """The colour that matplotlib draws with."""
    return COLOURS[colour][0] if colour in COLOURS else colour


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family="sans-serif", size=size, weight="bold" if bold else "normal")
