"""The statements to paste that allow what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from agentcore_probe.judge.policy.matching import Principal
from agentcore_probe.simulation.result import CALLS, PREFIX, Row


def missing_statements(caller: Principal, rows: Iterable[Row]) -> dict[str, str]:
    """What to add so that the calls of a run are allowed."""
    own: list[dict[str, Any]] = []
    found: dict[str, str] = {}
    for row in rows:
        if row.action.removeprefix(PREFIX) not in CALLS or row.decision.outcome != "not-allowed":
            continue
        lacks = row.decision.lacks
        if "identity" in lacks or "boundary" in lacks:
            resources = row.resources[0] if len(row.resources) == 1 else list(row.resources)
            own.append({"Effect": "Allow", "Action": row.action, "Resource": resources})
        for arn in row.resources if "resource" in lacks else ():
            principal: Any = "*" if row.is_bearer else {"AWS": caller.arn}
            statement = {"Effect": "Allow", "Principal": principal, "Action": row.action, "Resource": arn}
            found[f"the resource policy of {arn}"] = policy_text([statement])
    if own:
        sides = {side for row in rows for side in row.decision.lacks if side != "resource"}
        places = {"identity": f"a policy of {caller.arn}", "boundary": "its permissions boundary"}
        found = {
            " and ".join(places[side] for side in sorted(sides, reverse=True)): policy_text(own),
            **found,
        }
    return found


def policy_text(statements: list[dict[str, Any]]) -> str:
    """A policy to paste, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
