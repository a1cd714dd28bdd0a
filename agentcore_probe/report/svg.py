"""Pictures on the page: what is known of one, and the measures of all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

POINTS = 72
"""In an inch."""
WIDTH = 4.4
"""The width of every picture in inches: a phone shows its text at its own size."""
FONT_SIZE = 10.0
"""Of most texts, in points."""


@dataclass(frozen=True)
class Chart:
    """A picture with its title, and in words what it shows."""

    title: str
    alt: str
    svg: str


def width_of(texts: Iterable[str]) -> float:
    """The width in inches of the widest text at `FONT_SIZE`. East Asian wide characters are square."""
    return (
        FONT_SIZE
        / POINTS
        * max(
            sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.64 for character in text)
            for text in texts
        )
    )
