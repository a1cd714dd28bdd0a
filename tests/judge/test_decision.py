"""The decision of a method with several exchanges; that of one exchange is in `promises/test_decisions.py`."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.decision import combined_decision
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange, Request, Response

RESULT = '{"jsonrpc": "2.0", "id": 1, "result": {}}'
URL = "https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"


def decided(*statuses: int, forged: Any = None) -> str:
    exchanges = tuple(
        Exchange(
            id=f"t/{number}",
            step="invoke",
            request=Request(url=URL, auth="bearer"),
            response=Response(status=status, headers={"x-amzn-requestid": "1"}, body=RESULT),
            forged=forged,
        )
        for number, status in enumerate(statuses, start=1)
    )
    return combined_decision(exchanges, Configuration())


@pytest.mark.parametrize(
    ("statuses", "decision"),
    [
        ((), "undecided"),
        ((401,), "refused"),
        ((500, 401), "refused"),
        ((401, 500), "undecided"),
        ((200, 401), "accepted"),
        ((200, 500), "accepted"),
    ],
)
def test_one_acceptance_is_an_acceptance_and_otherwise_the_last_exchange_decides(
    statuses: tuple[int, ...], decision: str
) -> None:
    """A conversation that was accepted may fail later."""
    assert decided(*statuses) == decision


@pytest.mark.parametrize(
    ("statuses", "decision"),
    [((401, 403), "refused"), ((500, 401), "undecided"), ((401, 500), "undecided"), ((401, 200), "accepted")],
)
def test_forged_tokens_must_all_be_refused(statuses: tuple[int, ...], decision: str) -> None:
    """Each has a different defect, so one that was not decided leaves the row undecided."""
    assert decided(*statuses, forged="expired") == decision
