"""An index, part by part, each a value that displays itself as HTML. The notebook calls this."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from agentcore_probe.model.display import visible
from agentcore_probe.model.fleet import Fleet
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.notebook.report_cells import Mark
from agentcore_probe.report.fleet.view import LETTERS, FleetView
from agentcore_probe.report.messages import messages
from agentcore_probe.report.report import Fragment
from agentcore_probe.report.templates import templates

if TYPE_CHECKING:
    import pandas as pd

NUMBERED = ("first-steps", "changes", "environments")
"""The ids of the parts with a heading, in order."""


class FleetReport:
    """What is known of many environments, in one language.

    Args:
        fleet: the facts.
        language: a language's code.
        base: what the links to reports begin with, where the page is not beside them: `../reports/`.
    """

    def __init__(self, fleet: Fleet, language: str, base: str = "") -> None:
        self.fleet = fleet
        self.view = FleetView(fleet, messages(language), base)

    def summary(self) -> Fragment:
        """How many environments are in each state, and as of when."""
        view = self.view
        return self._part("summary", {"facts": view.facts(), "sources": view.sources()})

    def first_steps(self) -> Fragment:
        """What to do first: each step once, with the environments that need it."""
        return self._section("first-steps", {"steps": self.view.first_steps()})

    def changes(self) -> Fragment:
        """The environments whose newest run differs from the one before."""
        return self._section("changes", {"changes": self.view.changes(), "compared": self.view.compared()})

    def environments(self) -> Fragment:
        """Every environment with its ways in, by account and region, those that need attention first."""
        view = self.view
        return self._section(
            "environments",
            {"groups": view.groups(), "columns": view.columns, "targets": view.targets(), "letters": LETTERS},
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per environment, with a column for each access method (`Fleet.to_frame`)."""
        return self.fleet.to_frame()

    def _section(self, id: str, content: Mapping[str, Any]) -> Fragment:
        name = id.replace("-", "_")
        heading = {
            "anchor": self.view.anchor(id),
            "number": NUMBERED.index(id) + 1,
            "title": self.view.messages(f"section-fleet-{id}"),
            "template": f"fleet/{name}.html.j2",
        }
        return self._part(name, {**content, **heading}, "section.html.j2")

    def _part(self, name: str, content: Mapping[str, Any], template: str = "") -> Fragment:
        shown = templates().get_template(template or f"fleet/{name}.html.j2")
        html = shown.render({"t": self.view.messages, "view": self.view, **content}).strip()
        return Fragment(html, lambda: Mark(name, self.digest), style=_notebook_style())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the facts (`Fleet.digest`)."""
        return self.fleet.digest

    def _repr_html_(self) -> str:
        html = f"{self.summary().html}{self.first_steps().html}{self.environments().html}"
        return framed(visible(html), key=f"fleet-{self.digest[:10]}-", style=_notebook_style())


@cache
def _notebook_style() -> str:
    """Not part of every report's style: each output of a notebook carries its own."""
    return files("agentcore_probe.report").joinpath("template/fleet/notebook.css").read_text("utf-8").strip()
