"""A report, made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """What a report consists of beside its record."""

    html: str
    notebook: str
    """The executed notebook of the first language, as JSON."""
