"""A report, section by section, each a value that shows itself as HTML. What the notebook calls."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.display import visible
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View

if TYPE_CHECKING:
    from agentcore_probe.report.charts.svg import Chart  # matplotlib is 40 MiB: only where it draws

SECTIONS = (
    "evidence",
    "root-cause",
    "access-methods",
    "checklist",
    "conclusions",
    "usage",
    "evaluation",
)
"""The seven sections of the report that this one replaces, in its order."""
FIGURES = ("matrix", "timeline", "latency")
"""Its pictures; which of them a page has, the notebook says."""


class Fragment:
    """A piece of the report."""

    def __init__(self, html: str) -> None:
        self.html = visible(html)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<part of a report, {len(self.html)} characters of HTML>"


class Report:
    """What a record means, in one language.

    Args:
        record: the facts.
        language: a language's code; None: the environment's own.
        judgement: made from the record when left out.
    """

    def __init__(
        self,
        record: RunRecord,
        language: str | None = None,
        judgement: Judgement | None = None,
    ) -> None:
        self.record = record
        self.judgement = judgement or judge(record)
        self.view = View(record, self.judgement, messages(language or record.environment.language))

    def summary(self) -> Fragment:
        """The verdict and where it comes from."""
        return self._part("summary")

    def evidence(self) -> Fragment:
        """Section 1: every exchange behind the findings."""
        return self._part("evidence")

    def root_causes(self) -> Fragment:
        """Section 2: why each answer is what it is."""
        return self._part("root_causes")

    def access_methods(self) -> Fragment:
        """Section 3: the access-method table."""
        return self._part("access_methods")

    def matrix(self) -> Fragment:
        """Predicted and observed decision, by target and way."""
        from agentcore_probe.report.charts.matrix import matrix

        return self._figure("matrix", matrix(self.judgement, self.view.messages))

    def timeline(self) -> Fragment:
        """The token's life, and when it was sent."""
        from agentcore_probe.report.charts.timeline import timeline

        return self._figure("timeline", timeline(self.record, self.view.messages))

    def latency(self) -> Fragment:
        """How long each method took, by phase."""
        from agentcore_probe.report.charts.latency import latency

        return self._figure("latency", latency(self.record, self.view.messages, self.view.name))

    def _figure(self, name: str, chart: Chart | None) -> Fragment:
        """A picture with its words, or the words for why there is none."""
        id = f"{self.view.prefix}{name}"
        if chart is None:
            return Fragment(Markup('<p id="{}">{}</p>').format(id, self.view.messages(f"{name}-none")))
        module: Any = _sections(self.view.messages.language.code)
        return Fragment(str(module.figure(id, chart.title, chart.alt, chart.svg)))

    def checklist(self) -> Fragment:
        """Section 4: the implementation checklist."""
        return self._part("checklist")

    def conclusions(self) -> Fragment:
        """Section 5: each claim, shown or not."""
        return self._part("conclusions")

    def usage(self) -> Fragment:
        """Section 6: lines to paste."""
        return self._part("usage")

    def evaluation(self) -> Fragment:
        """Section 7: the verdict in one sentence."""
        return self._part("evaluation")

    def _part(self, name: str) -> Fragment:
        module: Any = _sections(self.view.messages.language.code)
        return Fragment(str(getattr(module, name)(self.view)).strip())

    def _repr_html_(self) -> str:
        return self.summary().html + self.access_methods().html


def rehearse(language: str) -> None:
    """A report of nothing: validators, words and templates are made at their first use (0.2 s)."""
    Report(RunRecord.model_validate({"environment": {"name": "nothing"}}), language).summary()


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("agentcore_probe.report", "template"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("sections.html.j2")


@cache
def _sections(language: str) -> Any:
    return _template().make_module({"t": messages(language)})
