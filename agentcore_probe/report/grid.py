"""A matrix of decisions as a picture: a row of boxes for each label, a column for each heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import Finding
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.picture import Picture
from agentcore_probe.report.svg import WIDTH, width_of
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
_ROW, _HEADING = 0.42, 0.3
"""Heights in inches."""


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


def draw_grid(rows: Sequence[str], columns: Sequence[str], boxes: Mapping[tuple[int, int], Box]) -> str:
    """The picture as an `<svg>` element.

    Args:
        rows: a label for each row.
        columns: a heading for each column.
        boxes: the results by row and column; a dash where there is none.
    """
    left, width = 0.1 + width_of(rows), WIDTH - 0.15 - width_of(rows)
    picture = Picture(_HEADING + _ROW * len(rows) + 0.05)
    for y, label in enumerate(rows):
        picture.text(left - 0.05, _HEADING + (y + 0.5) * _ROW, label, align="right")
        for x in range(len(columns)):
            place = (left + x * width / len(columns), _HEADING + y * _ROW)
            _draw_box(picture, *place, width / len(columns), boxes.get((y, x)))
    for x, heading in enumerate(columns):
        picture.text(left + (x + 0.5) * width / len(columns), _HEADING - 0.04, heading, vertical="bottom")
    return picture.svg()


def _draw_box(picture: Picture, left: float, top: float, width: float, box: Box | None) -> None:
    background = BACKGROUND.get(box.outcome, "soft") if box else "soft"
    picture.rectangle(left + 0.02, top + 0.02, width - 0.04, _ROW - 0.04, fill=background, edge="line")
    middle = left + width / 2
    if box is None:
        picture.text(middle, top + _ROW / 2, "–")
        return
    ink = INK.get(box.outcome, "ink")
    picture.text(middle, top + 0.36 * _ROW, box.text, bold=True, colour=ink)
    picture.text(middle, top + 0.73 * _ROW, box.below, size=8)


def _intention(finding: Finding, messages: Messages) -> str:
    """In brackets, what the observed decision is compared with; empty if nothing is intended."""
    intended = Names.intended(finding)
    if intended is None:
        return ""
    if finding.outcome == "unexpected" and intended == finding.observed and not Names.is_in_part(finding):
        return messages("matrix-no-challenge" if finding.reason == "no-challenge" else "matrix-other-cause")
    text = "matrix-should-be" if finding.outcome == "unexpected" else "matrix-intended"
    return messages(text, decision=messages(decision_text(finding.method, intended)))
