"""The matrix says the same as the table: what was observed, and in brackets what is intended."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.model.judgement import Diagnosis, Finding, Prediction
from agentcore_probe.report.grid import _intention
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view.names import Names


def row(outcome: Any, observed: Any, expected: Any, **parts: Any) -> Finding:
    fields = {"predicted": Prediction(decision="refused", cause="audience-not-allowed"), **parts}
    diagnosis = Diagnosis(cause="none", confidence="probable")
    return Finding(
        method="runtime-jwt",
        outcome=outcome,
        observed=observed,
        expected=expected,
        diagnosis=diagnosis,
        **fields,
    )


@pytest.mark.parametrize(
    ("finding", "intended", "text"),
    [
        (row("as-expected", "refused", "refused"), "refused", "(refused)"),
        # Meant to be accepted; the rules must refuse this token, so the refusal is no surprise, but it is wrong.
        (row("unexpected", "refused", "accepted"), "accepted", "(should be accepted)"),
        (row("unexpected", "accepted", "accepted"), "accepted", "(should be accepted)"),
        # Accepted although the rules must refuse it.
        (row("unexpected", "accepted", "accepted", reason="against-prediction"), "refused", "(should be refused)"),
        (row("unexpected", "refused", "refused", reason="no-challenge"), "refused", "(should carry a challenge)"),
        (row("unexpected", "undecided", "undecided"), "undecided", "(for another reason)"),
        (row("not-testable", "refused", "refused", reason="no-accepted-twin"), "refused", "(refused)"),
        (row("not-testable", "refused", None, reason="no-prediction"), None, ""),
    ],
)  # fmt: skip
def test_the_brackets_hold_the_intended_decision(finding: Finding, intended: Any, text: str) -> None:
    """An unexpected cell never holds the same decision twice."""
    assert Names.intended(finding) == intended
    assert _intention(finding, messages("en")) == text


def test_a_call_that_was_accepted_with_errors_is_accepted_in_part() -> None:
    """Not one that had to be refused."""
    assert Names.is_in_part(row("unexpected", "accepted", "accepted"))
    assert not Names.is_in_part(row("unexpected", "accepted", "accepted", reason="against-prediction"))
    assert not Names.is_in_part(row("unexpected", "accepted", "refused"))
