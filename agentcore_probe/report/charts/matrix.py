"""Ways to identify the caller against targets: predicted and observed decision of each."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import Rectangle

from agentcore_probe.model.judgement import Finding, Judgement
from agentcore_probe.model.methods import METHODS, AccessMethod
from agentcore_probe.report.charts.svg import Chart, Margins, colour, drawing, inline, width_of
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.view.names import SIGNS

TARGETS = ("gateway", "runtime")
_GROUND = {"as-expected": "good-bg", "unexpected": "bad-bg", "error": "open-bg", "not-testable": "open-bg"}
_TEXT = {"as-expected": "good", "unexpected": "bad", "error": "open", "not-testable": "open"}


def way(row: AccessMethod) -> str:
    """What a method adds to its target: how the caller is identified, and by which tool."""
    return row.id.removeprefix(f"{row.target}-")


def matrix(judgement: Judgement, messages: Messages) -> Chart | None:
    """The matrix; None where nothing was tried.

    Args:
        judgement: the findings.
        messages: the language.
    """
    rows = [each for each in METHODS if (found := judgement.finding(each.id)) and found.observed is not None]
    if not rows:
        return None
    ways = list(dict.fromkeys(way(each) for each in rows))
    targets = [each for each in TARGETS if any(row.target == each for row in rows)]
    cells: dict[tuple[str, str], Finding | None] = {
        (way(each), each.target): judgement.finding(each.id) for each in rows
    }
    labels = [messages(f"way-{each}") for each in ways]
    margins = Margins(left=0.1 + width_of(labels), top=0.3)
    with drawing(margins.top + margins.bottom + 0.42 * len(ways), margins) as figure:
        axes = figure.add_subplot()
        for y, label in enumerate(labels):
            axes.text(-0.03, y + 0.5, label, ha="right", va="center")
            for x, target in enumerate(targets):
                _cell(axes, x, y, cells.get((ways[y], target)), messages)
        for x, target in enumerate(targets):
            axes.text(x + 0.5, -0.1, messages(f"target-{target}"), ha="center", va="bottom")
        axes.set_xlim(0, len(targets))
        axes.set_ylim(len(ways), 0)
        axes.axis("off")
        return Chart(
            messages("matrix-title"),
            _alt(judgement, messages),
            inline(figure, f"matrix-{messages.language.code}"),
        )


def _cell(axes: Any, x: int, y: int, finding: Finding | None, messages: Messages) -> None:
    ground = _GROUND.get(finding.outcome, "soft") if finding else "soft"
    box = Rectangle(
        (x + 0.02, y + 0.05), 0.96, 0.9, facecolor=colour(ground), edgecolor=colour("line"), linewidth=0.6
    )
    axes.add_patch(box)
    if finding is None:
        axes.text(x + 0.5, y + 0.5, "–", ha="center", va="center")
        return
    observed = f"{SIGNS[finding.outcome]} {messages(f'decision-{finding.observed}')}"
    ink = colour(_TEXT.get(finding.outcome, "ink"))
    axes.text(x + 0.5, y + 0.38, observed, ha="center", va="center", fontweight="bold", color=ink)
    meant = finding.predicted.decision or finding.expected or "none"
    predicted = messages("matrix-predicted", decision=messages(f"decision-{meant}"))
    axes.text(x + 0.5, y + 0.74, predicted, ha="center", va="center", fontsize=8)


def _alt(judgement: Judgement, messages: Messages) -> str:
    """What the picture shows: how many came out as expected, which did not, how many are open."""
    tried = [each for each in judgement.findings if each.observed is not None]
    good = sum(each.outcome == "as-expected" for each in tried)
    bad = [each.method for each in tried if each.outcome == "unexpected"]
    if good == len(tried):
        return messages("matrix-alt-good", count=good)
    told = {"count": len(tried), "good": good, "open": len(tried) - good - len(bad)}
    if not bad:
        return messages("matrix-alt-open", told)
    names = messages.comma.join(
        messages(f"method-{each}") if messages.has(f"method-{each}") else each for each in bad
    )
    return messages("matrix-alt-bad", told, bad=len(bad), names=names)
