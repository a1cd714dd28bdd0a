"""Observed and intended decision, by target and by how the caller is identified."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import Rectangle

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import METHODS, AccessMethod
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.svg import Chart, Margins, colour, drawing, inline, width_of
from agentcore_probe.report.view import View
from agentcore_probe.report.view.names import Names

TARGETS = ("gateway", "runtime")
_BACKGROUND = {
    "as-expected": "good-bg",
    "unexpected": "bad-bg",
    "error": "open-bg",
    "not-testable": "open-bg",
}
_TEXT = {"as-expected": "good", "unexpected": "bad", "error": "open", "not-testable": "open"}


def way_of(row: AccessMethod) -> str:
    """A method's id without its target: how the caller is identified, and by which tool."""
    return row.id.removeprefix(f"{row.target}-")


def draw(view: View) -> Chart | None:
    """The matrix; None if nothing was tried."""
    messages = view.messages
    findings = {finding.method: finding for finding in _tried(view)}
    rows = [row for row in METHODS if row.id in findings]
    if not rows:
        return None
    ways = list(dict.fromkeys(way_of(row) for row in rows))
    targets = [target for target in TARGETS if any(row.target == target for row in rows)]
    cells: dict[tuple[str, str], Finding] = {(way_of(row), row.target): findings[row.id] for row in rows}
    labels = [messages(f"way-{way}") for way in ways]
    margins = Margins(left=0.1 + width_of(labels), top=0.3)
    with drawing(margins.top + margins.bottom + 0.42 * len(ways), margins) as figure:
        axes = figure.add_subplot()
        for y, label in enumerate(labels):
            axes.text(-0.03, y + 0.5, label, ha="right", va="center")
            for x, target in enumerate(targets):
                _draw_cell(axes, x, y, cells.get((ways[y], target)), messages)
        for x, target in enumerate(targets):
            axes.text(x + 0.5, -0.1, messages(f"target-{target}"), ha="center", va="bottom")
        axes.set_xlim(0, len(targets))
        axes.set_ylim(len(ways), 0)
        axes.axis("off")
        svg = inline(figure, f"matrix-{messages.language.code}")
        return Chart(messages("matrix-title"), _alt(view), svg)


def _tried(view: View) -> list[Finding]:
    return [finding for finding in view.judgement.findings if finding.observed is not None]


def _draw_cell(axes: Any, x: int, y: int, finding: Finding | None, messages: Messages) -> None:
    background = _BACKGROUND.get(finding.outcome, "soft") if finding else "soft"
    box = Rectangle(
        (x + 0.02, y + 0.05), 0.96, 0.9, facecolor=colour(background), edgecolor=colour("line"), linewidth=0.6
    )
    axes.add_patch(box)
    if finding is None:
        axes.text(x + 0.5, y + 0.5, "–", ha="center", va="center")
        return
    decision = "in-part" if Names.is_in_part(finding) else finding.observed
    observed = f"{SYMBOLS[finding.outcome]} {messages(f'decision-{decision}')}"
    ink = colour(_TEXT.get(finding.outcome, "ink"))
    axes.text(x + 0.5, y + 0.38, observed, ha="center", va="center", fontweight="bold", color=ink)
    axes.text(x + 0.5, y + 0.74, _intention(finding, messages), ha="center", va="center", fontsize=8)


def _intention(finding: Finding, messages: Messages) -> str:
    """In brackets, what the observed decision is compared with; empty if nothing is intended."""
    intended = Names.intended(finding)
    if intended is None:
        return ""
    if finding.outcome == "unexpected" and intended == finding.observed and not Names.is_in_part(finding):
        return messages("matrix-no-challenge" if finding.reason == "no-challenge" else "matrix-other-cause")
    text = "matrix-should-be" if finding.outcome == "unexpected" else "matrix-intended"
    return messages(text, decision=messages(f"decision-{intended}"))


def _alt(view: View) -> str:
    """The picture in words: how many came out as expected, which did not, how many are open."""
    messages, tried = view.messages, _tried(view)
    good = sum(finding.outcome == "as-expected" for finding in tried)
    bad = [finding.method for finding in tried if finding.outcome == "unexpected"]
    if good == len(tried):
        return messages("matrix-alt-good", count=good)
    counts = {"count": len(tried), "good": good, "open": len(tried) - good - len(bad)}
    if not bad:
        return messages("matrix-alt-open", counts)
    names = messages.comma.join(view.name(method) for method in bad)
    return messages("matrix-alt-bad", counts, bad=len(bad), names=names)
