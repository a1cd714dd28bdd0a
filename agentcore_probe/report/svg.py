"""A figure as an inline SVG element: text as text, the page's own colours, nothing page-wide.

matplotlib repeats ids between figures and writes a `<style>` for the whole page; both are made
local here. Colours are names of the page's (`template/style.css`) with a value for places that
have none, such as JupyterLab.
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
"""Name -> a colour that nothing else has, and what it is replaced by."""


@dataclass(frozen=True)
class Chart:
    """A picture with its title and what it shows, in words."""

    title: str
    alt: str
    svg: str


def colour(name: str) -> str:
    """The stand-in for the page's colour `name`."""
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
    """Room around the axes, in inches, for what stands outside of them."""

    left: float = 0.05
    right: float = 0.05
    top: float = 0.05
    bottom: float = 0.05


WIDTH = 4.4
"""Of every picture, in inches: a phone shows its text at the size it is made in."""


@contextmanager
def drawing(height: float, margins: Margins) -> Iterator[Figure]:
    """A figure of that height in inches, in the report's style.

    matplotlib's own layout draws the figure twice, to measure text in fonts that no reader has.
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
    """The width in inches of the widest, at the report's font size: wide characters are square."""
    em: float = _STYLE["font.size"] / 72
    return em * max(
        sum(1.0 if unicodedata.east_asian_width(each) in "WF" else 0.64 for each in text) for text in texts
    )


def inline(figure: Figure, prefix: str) -> str:
    """The figure as an element; `prefix` keeps its ids apart from other figures'."""
    buffer = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": prefix}), warnings.catch_warnings():
        # The reader's fonts draw the text; that ours lacks Japanese does not matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", text)
    for stand_in, page in COLOURS.values():
        text = text.replace(stand_in, page)
    text = text.replace("<svg ", '<svg aria-hidden="true" stroke-linejoin="round" stroke-linecap="butt" ', 1)
    # A tenth of a point is more than a screen shows.
    text = re.sub(r"(\d+\.\d)\d+", r"\1", text)
    return re.sub(r">\s+<", "><", text).strip()
