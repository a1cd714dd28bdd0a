"""The embedded AgentCore's resource policies decide as the oracle of the predictions says: two implementations, one table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.local import resource_policies
from agentcore_probe.local.resource_policies import EVERYONE
from tests.judge.test_resource_policies import (
    ARN,
    CASES,
    ENDPOINT,
    GATEWAY,
    ROLE,
    SESSION,
    USER,
)

PRINCIPALS = {SESSION: ROLE, USER: USER, EVERYONE: EVERYONE}
"""Caller -> whom its policies name; callers of other accounts do not exist here."""
NOT_HERE = {"denied outside a network", "role of a path denied", "not a policy"}
"""Conditions and roles that the embedded AgentCore does not have."""
CELLS = sorted(
    name for name, (_, caller, _, _) in CASES.items() if caller in PRINCIPALS and name not in NOT_HERE
)


@pytest.mark.parametrize("name", CELLS)
def test_a_call_is_refused_where_the_prediction_says_so(name: str) -> None:
    """By a Deny; a token also where no Allow is about everyone."""
    policies, caller, action, verdict = CASES[name]
    arns = {"runtime": ARN, "endpoint": ENDPOINT, "gateway": GATEWAY}
    deployed: dict[str, Any] = {arns[part]: json.loads(text) for part, text in policies.items()}
    documents = resource_policies.applying(deployed, ARN)
    assert caller is not None
    is_denied = resource_policies.denies(documents, PRINCIPALS[caller], f"bedrock-agentcore:{action}")
    assert is_denied is (verdict == "denied")
    if caller == EVERYONE:
        is_refused = resource_policies.refuses_token(documents, f"bedrock-agentcore:{action}")
        assert is_refused is (verdict in ("denied", "not-allowed"))


def test_most_of_the_table_is_held_against_it() -> None:
    """Both outcomes of each kind of caller."""
    seen = {(PRINCIPALS[str(CASES[name][1])], CASES[name][3]) for name in CELLS}
    assert {(ROLE, "denied"), (ROLE, "open"), (USER, "denied"), (EVERYONE, "open")} <= seen
    assert {(EVERYONE, "denied"), (EVERYONE, "not-allowed")} <= seen
