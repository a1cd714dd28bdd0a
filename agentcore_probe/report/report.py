"""A report, part by part, each a value that displays itself as HTML. The notebook calls this."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial
from importlib import import_module
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.display import visible
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.report_cells import Mark
from agentcore_probe.regex import regex
from agentcore_probe.report.judgements import received
from agentcore_probe.report.messages import messages
from agentcore_probe.report.registry import FIGURES, NUMBERED, SECTIONS, number
from agentcore_probe.report.sections.evidence import linked_exchanges
from agentcore_probe.report.svg import Chart
from agentcore_probe.report.templates import templates
from agentcore_probe.report.view import View

_LINK, _ID = regex(r'<a [^<>]*?href="#([^"]*)"'), regex(r' id="([^"]*)"')


class Fragment:
    """A part of a report, as HTML.

    Args:
        html: the part.
        mark: makes what goes into the metadata of the output, by which the report's own outputs are known.
        below: makes what notebooks show below it: the exchanges that it links to.
        style: rules that it needs in a notebook besides those of every part.
    """

    def __init__(
        self,
        html: str,
        mark: Callable[[], Mark],
        below: Callable[[str], str] = lambda html: "",
        style: str = "",
    ) -> None:
        self.html = visible(html)
        self._mark = mark
        self._below = below
        self._style = style

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}, self._mark().as_metadata()

    def _repr_html_(self) -> str:
        mark = self._mark()
        below = visible(self._below(self.html))
        return framed(self.html, key=f"{mark.part}-{mark.record[:10]}-", below=below, style=self._style)

    def __repr__(self) -> str:
        return f"<part of a report, {len(self.html)} characters of HTML>"


class Report:
    """What a record means, in one language.

    Every section and every picture is a method without arguments that returns a `Fragment`: `report.summary()`,
    `report.matrix()`. `dir(report)` lists them. A section that does not apply to the record is None.

    Args:
        record: the facts.
        language: a language's code; None: the environment's own.
        judgement: what the facts mean; None: the one that this process was handed for exactly this record, else
            made here.
    """

    def __init__(
        self,
        record: RunRecord,
        language: str | None = None,
        judgement: Judgement | None = None,
    ) -> None:
        self.record = record
        self.judgement = judgement or received(self._digest) or judge(record)
        self.view = View(record, self.judgement, messages(language or record.environment.language))

    def __getattr__(self, name: str) -> Callable[[], Any]:
        """The method of a section or picture."""
        if name in SECTIONS:
            method = partial(self._section, name)
            method.__doc__ = import_module(f"agentcore_probe.report.sections.{name}").__doc__
            return method
        if name in FIGURES:
            return partial(self._figure, name)
        raise AttributeError(f"unknown part {name!r} of a report", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *SECTIONS, *FIGURES]

    def _section(self, name: str) -> Fragment | None:
        section, view = SECTIONS[name], self.view
        if not section.applies(view):
            return None
        content = {"t": view.messages, "view": view, **section.content(view)}
        template = f"sections/{name}.html.j2"
        if name in NUMBERED:
            content |= {
                "anchor": f"{view.prefix}{section.id}",
                "number": number(name, view),
                "title": view.messages(f"section-{section.id}"),
                "template": template,
            }
            template = "section.html.j2"
        return self._fragment(name, templates().get_template(template).render(content).strip())

    def _figure(self, name: str) -> Fragment:
        """A picture with its words, or the sentence that says why there is none."""
        id = f"{self.view.prefix}{name}"
        chart: Chart | None = import_module(f"agentcore_probe.report.charts.{name}").draw(self.view)
        if chart is None:
            sentence = Markup('<p id="{}">{}</p>').format(id, self.view.messages(f"{name}-none"))
            return self._fragment(name, sentence)
        template = templates().get_template("figure.html.j2")
        return self._fragment(name, template.render(t=self.view.messages, id=id, chart=chart))

    def _fragment(self, name: str, html: str) -> Fragment:
        style = _notebook_style() if 'class="door"' in html else ""
        return Fragment(html, lambda: Mark(name, self._digest), self._below, style)

    def _below(self, html: str) -> str:
        """The exchanges that a part links to and does not show."""
        anchors = set(_LINK.findall(html)) - set(_ID.findall(html))
        exchanges = linked_exchanges(self.view, anchors)
        if not exchanges:
            return ""
        content = {"t": self.view.messages, "view": self.view, "exchanges": exchanges}
        text: str = templates().get_template("below.html.j2").render(content)
        return text.strip()

    @cached_property
    def _digest(self) -> str:
        return self.record.digest

    def _repr_html_(self) -> str:
        html = f"{self.summary().html}{self.access_methods().html}"
        return framed(html, key=f"report-{self._digest[:10]}-", below=visible(self._below(html)))


@cache
def _notebook_style() -> str:
    """What a notebook needs for the map of entrances, besides the style of every part."""
    return files("agentcore_probe.report").joinpath("template/notebook.css").read_text("utf-8").strip()
