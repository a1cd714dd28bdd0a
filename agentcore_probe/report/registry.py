"""What a report consists of: the modules in `sections/` and in `charts/`, found by their files.

A module's name is the method's name: `sections/usage.py` is `report.usage()`.
"""

from __future__ import annotations

import pkgutil

from agentcore_probe.modules import declared
from agentcore_probe.report import charts, sections
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View


def _read_sections() -> dict[str, Section]:
    by_name: dict[str, Section] = declared(sections, "SECTION")
    return dict(sorted(by_name.items(), key=lambda item: item[1].order))


SECTIONS = _read_sections()
"""Every section by its name, in order."""

NUMBERED = tuple(name for name, section in SECTIONS.items() if section.order)
"""The names of the numbered sections, in order."""

FIGURES = tuple(module.name for module in pkgutil.iter_modules(charts.__path__))
"""The names of the pictures. The notebook decides which of them a page has."""


def numbered(view: View) -> tuple[str, ...]:
    """The names of the numbered sections that a page has, in order."""
    return tuple(name for name in NUMBERED if SECTIONS[name].applies(view))


def number(name: str, view: View) -> int:
    """The number in the heading of a numbered section."""
    return numbered(view).index(name) + 1
