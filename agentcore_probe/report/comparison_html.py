"""A comparison of two environments as HTML: for a page and for notebooks."""

from __future__ import annotations

from agentcore_probe.model.comparison import Comparison
from agentcore_probe.model.display import visible
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.notebook_frame import framed
from agentcore_probe.report.comparison import ComparisonView
from agentcore_probe.report.messages import messages
from agentcore_probe.report.templates import templates


def comparison_section(view: ComparisonView, title: str) -> str:
    """The comparison below a heading.

    Args:
        view: what it says.
        title: the heading.
    """
    template = templates().get_template("comparison.html.j2")
    html: str = template.render(t=view.messages, view=view, title=title)
    return visible(html.strip())


def comparison_html(comparison: Comparison, language: str = DEFAULT) -> str:
    """The comparison as a notebook shows it."""
    view = ComparisonView(comparison, messages(language))
    return framed(comparison_section(view, view.title))
