"""A figure as an inline SVG element: text as text, in the page's own colours, without effect on the rest of the page.

matplotlib repeats ids between figures and writes a `<style>` for the whole page; both are made local here. Colours are
variables of the page (`template/style.css`), with a default where these are not defined, such as in JupyterLab.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

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


@dataclass(frozen=True)
class Chart:
    """A picture with its title, and in words what it shows."""

    title: str
    alt: str
    svg: str


def colour(name: str) -> str:
    """The placeholder for a colour of the page."""
    return COLOURS[name][0]


_INK = colour("ink")

_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


@dataclass(frozen=True)
class Margins:
    """Room around the axes in inches, for their labels."""

    left: float = 0.05
    right: float = 0.05
    top: float = 0.05
    bottom: float = 0.05


WIDTH = 4.4
"""The width of every picture in inches: a phone shows its text at its own size."""


@contextmanager
def drawing(height: float, margins: Margins) -> Iterator[Figure]:
    """A figure in the report's style, `height` in inches.

    matplotlib's own layout would draw the figure twice, to measure text in fonts that no reader has.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height))
        figure.subplots_adjust(
            left=margins.left / WIDTH,
            right=1 - margins.right / WIDTH,
            top=1 - margins.top / height,
            bottom=margins.bottom / height,
        )
        yield figure


def width_of(texts: Iterable[str]) -> float:
    """The width in inches of the widest text at the report's font size. East Asian wide characters are square."""
    em: float = _STYLE["font.size"] / 72
    return em * max(
        sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.64 for character in text)
        for text in texts
    )


def inline(figure: Figure, prefix: str) -> str:
    """The figure as an `<svg>` element; `prefix` keeps its ids apart from those of other figures."""
    buffer = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": prefix}), warnings.catch_warnings():
        # The text is drawn with the reader's fonts, so a missing glyph here does not matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", text)
    for placeholder, css in COLOURS.values():
        text = text.replace(placeholder, css)
    text = text.replace("<svg ", '<svg aria-hidden="true" stroke-linejoin="round" stroke-linecap="butt" ', 1)
    # More precision than a tenth of a point is not visible.
    text = re.sub(r"(\d+\.\d)\d+", r"\1", text)
    return re.sub(r">\s+<", "><", text).strip()
