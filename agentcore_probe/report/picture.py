"""A picture of rectangles, lines and text as an inline SVG element, in the page's own colours.

Each mark is what matplotlib's SVG renderer writes for it (`marks`). Colours are variables of the page
(`template/style.css`), with a default where these are not defined, such as in JupyterLab.
"""

from __future__ import annotations

from html import escape
from typing import Literal

from agentcore_probe.report.marks import marks
from agentcore_probe.report.svg import FONT_SIZE, POINTS, WIDTH

COLOURS = {
    "ink": "currentColor",
    "line": "var(--line, #c6ccd3)",
    "good": "var(--good, #0f6b33)",
    "bad": "var(--bad, #a8131f)",
    "open": "var(--open, #7a4a00)",
    "good-bg": "var(--good-bg, #e4f5e9)",
    "bad-bg": "var(--bad-bg, #fde8e9)",
    "open-bg": "var(--open-bg, #fff2d9)",
    "soft": "var(--soft, #f3f5f7)",
}
"""Name -> the CSS colour."""

_MIDDLE, _DESCENT, _LINE = 0.36, 0.22, 1.15
"""Of a font's size: how far the baseline is below the middle of a line, and above its lower edge; the height of a line."""


class Picture:
    """The picture while it is drawn. Places are in inches from its upper left corner.

    Args:
        height: in inches.
    """

    def __init__(self, height: float) -> None:
        self._height = height
        self._drawn: list[str] = []

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
        name, edges = ("edged rectangle", {"edge": _css(edge)}) if edge else ("rectangle", {})
        corners = _lengths(left=left, top=top, right=left + width, bottom=top + height)
        self._draw(name, **corners, fill=_css(fill), **edges)

    def line(self, start: tuple[float, float], end: tuple[float, float], *, colour: str = "ink") -> None:
        """Draws a line, one point wide."""
        ends = _lengths(left=start[0], top=start[1], right=end[0], bottom=end[1])
        self._draw("line", **ends, fill=_css(colour))

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
        """
        lines = text.split("\n")
        height = _LINE * size / POINTS
        above = {"middle": (len(lines) - 1) / 2, "bottom": len(lines) - 1, "top": 0.0}[vertical]
        down = {"middle": _MIDDLE, "bottom": -_DESCENT, "top": 1 - _DESCENT}[vertical] * size / POINTS
        mark = f"{align} {'bold' if bold else 'normal'} text"
        for number, line in enumerate(lines):
            self._write(mark, x, y + down + (number - above) * height, line, size, colour)

    def upright(self, x: float, y: float, text: str, *, size: float = FONT_SIZE, colour: str = "ink") -> None:
        """Writes a text that is read from bottom to top.

        Args:
            x: of its middle.
            y: of its beginning.
            text: one line.
            size: of the font, in points.
            colour: the name of a colour.
        """
        self._write("upright text", x + _MIDDLE * size / POINTS, y, text, size, colour)

    def svg(self) -> str:
        """The picture as an `<svg>` element."""
        size = _lengths(width=WIDTH, height=self._height)
        return marks()["picture"].format(**size, marks="".join(self._drawn))

    def _write(  # noqa: PLR0913, PLR0917  (of one line)
        self, mark: str, x: float, baseline: float, text: str, size: float, colour: str
    ) -> None:
        place = _lengths(left=x, top=baseline, size=size / POINTS)
        self._draw(mark, **place, text=escape(text, quote=False), fill=_css(colour))

    def _draw(self, mark: str, **fields: str) -> None:
        self._drawn.append(marks()[mark].format(**fields))


def _css(colour: str) -> str:
    return COLOURS.get(colour, colour)


def _lengths(**inches: float) -> dict[str, str]:
    """Lengths in points, as text; more precision than a tenth of a point is not visible."""
    return {name: f"{value * POINTS:.1f}".removesuffix(".0") for name, value in inches.items()}
