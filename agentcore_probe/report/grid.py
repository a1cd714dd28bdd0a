"""A matrix of decisions as a picture: a row of boxes for each label, a column for each heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.patches import Rectangle

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import Finding
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.svg import Margins, colour, drawing, inline, width_of
from agentcore_probe.report.view.names import Names, decision_text

BACKGROUND = {
    "as-expected": "good-bg",
    "unexpected": "bad-bg",
    "error": "open-bg",
    "not-testable": "open-bg",
}
"""The name of the background's colour, by outcome."""
INK = {"as-expected": "good", "unexpected": "bad", "error": "open", "not-testable": "open"}
"""The name of the text's colour, by outcome."""


@dataclass(frozen=True)
class Box:
    """One result, in words and by its outcome."""

    outcome: str
    text: str
    below: str = ""
    """In brackets, what it is compared with."""


def box_of(finding: Finding, messages: Messages) -> Box:
    """The box of a finding."""
    decision = "in-part" if Names.is_in_part(finding) else finding.observed
    untried = "refused-at-login" if finding.reason == "refused-at-login" else "nothing-sent"
    words = messages(decision_text(finding.method, decision) if decision else f"result-{untried}")
    return Box(finding.outcome, f"{SYMBOLS[finding.outcome]} {words}", _intention(finding, messages))


def draw_grid(
    rows: Sequence[str], columns: Sequence[str], boxes: Mapping[tuple[int, int], Box], prefix: str
) -> str:
    """The picture as an `<svg>` element.

    Args:
        rows: a label for each row.
        columns: a heading for each column.
        boxes: the results by row and column; a dash where there is none.
        prefix: keeps its ids apart from those of other pictures.
    """
    margins = Margins(left=0.1 + width_of(rows), top=0.3)
    with drawing(margins.top + margins.bottom + 0.42 * len(rows), margins) as figure:
        axes = figure.add_subplot()
        for y, label in enumerate(rows):
            axes.text(-0.03, y + 0.5, label, ha="right", va="center")
            for x in range(len(columns)):
                _draw_box(axes, x, y, boxes.get((y, x)))
        for x, heading in enumerate(columns):
            axes.text(x + 0.5, -0.1, heading, ha="center", va="bottom")
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.axis("off")
        return inline(figure, prefix)


def _draw_box(axes: Any, x: int, y: int, box: Box | None) -> None:
    background = BACKGROUND.get(box.outcome, "soft") if box else "soft"
    patch = Rectangle(
        (x + 0.02, y + 0.05), 0.96, 0.9, facecolor=colour(background), edgecolor=colour("line"), linewidth=0.6
    )
    axes.add_patch(patch)
    if box is None:
        axes.text(x + 0.5, y + 0.5, "–", ha="center", va="center")
        return
    ink = colour(INK.get(box.outcome, "ink"))
    axes.text(x + 0.5, y + 0.38, box.text, ha="center", va="center", fontweight="bold", color=ink)
    axes.text(x + 0.5, y + 0.74, box.below, ha="center", va="center", fontsize=8)


def _intention(finding: Finding, messages: Messages) -> str:
    """In brackets, what the observed decision is compared with; empty if nothing is intended."""
    intended = Names.intended(finding)
    if intended is None:
        return ""
    if finding.outcome == "unexpected" and intended == finding.observed and not Names.is_in_part(finding):
        return messages("matrix-no-challenge" if finding.reason == "no-challenge" else "matrix-other-cause")
    text = "matrix-should-be" if finding.outcome == "unexpected" else "matrix-intended"
    return messages(text, decision=messages(decision_text(finding.method, intended)))
