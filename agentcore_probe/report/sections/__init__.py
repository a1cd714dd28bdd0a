"""The sections of the report, one module each.

A section is a module here with `SECTION`, a template `template/sections/NAME.html.j2` of the module's name, a cell
with `report.NAME()` in `notebooks/verification.ipynb`, and the message `section-ID`. `report.registry` finds the
modules: the heading's number, the list of contents, the check for completeness and the method `report.NAME()`
follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agentcore_probe.report.view import View


@dataclass(frozen=True)
class Section:
    """A section, as its module declares it."""

    id: str
    """Its anchor on the page; `section-ID` is the message with its title."""
    order: int
    """Sections are numbered in this order; 0: not numbered and not in the contents, as `summary`,
    which is above them, and its parts."""
    content: Callable[[View], Mapping[str, Any]]
    """What its template shows, by name. Every template has `t` (the messages) and `view` besides."""
    applies: Callable[[View], bool] = lambda _: True
    """Whether a page has it; without it, the sections after it have the next lower number."""
    table_rows: Callable[[View], int] | None = None
    """How many rows its table has, without the headings, where it is a table whose rows have no ids of their own."""
