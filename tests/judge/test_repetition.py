"""Equal calls that get different answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.exchange import Exchange
from tests.judge.labelled import case_of

CASE = case_of("differ-genuine-refused-again")
AGAIN, FIRST = CASE.exchange, CASE.related[0]
"""A call that was refused when it was sent again, and the first one, which was accepted."""


def changed(exchange: Exchange, number: int, **fields: Any) -> Exchange:
    return exchange.model_copy(update={"id": f"case/{number}", **fields})


def test_the_first_equal_call_of_the_run_is_the_evidence() -> None:
    """Whatever control it is, and wherever the run has other calls of the same control."""
    refused = changed(AGAIN, 2, control=None)
    related = Related((refused, changed(FIRST, 3, control="expired"), changed(FIRST, 4)))
    diagnosis = diagnose(replace(CASE, related=related))
    assert (diagnosis.cause, diagnosis.evidence) == ("answers-differ", (AGAIN.id, "case/3"))


@pytest.mark.parametrize("control", [None, "expired"])
def test_a_forged_call_that_was_repeated_is_compared_with_the_first_one(control: str | None) -> None:
    """With calls of the same forgery alone."""
    case = replace(CASE, exchange=changed(AGAIN, 1, forged="foreign-key-rsa"))
    for forged, is_equal in (("foreign-key-rsa", True), ("alg-none", False), (None, False)):
        related = Related((changed(FIRST, 2, forged=forged, control=control),))
        cause = diagnose(replace(case, related=related)).cause
        assert (cause == "answers-differ") is is_equal
