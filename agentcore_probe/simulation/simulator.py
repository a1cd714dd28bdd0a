"""What IAM's simulator says, combined with what the documents say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.judge.policy.evaluation import Decision, Documents
from agentcore_probe.judge.policy.statements import Effect, Statement

_SIMULATION = "the simulation by IAM"


def as_far_as_known(
    decision: Decision, target: str, authorizer: str | None, simulated: Mapping[str, Any] | None
) -> Decision:
    """The decision, unless something that was not read may turn its Allow into a refusal.

    Args:
        decision: by the documents.
        target: whose authorizer it is.
        authorizer: None where it could not be read; it may take no signatures.
        simulated: the result of IAM's simulator, which sees more than the documents.
    """
    if decision.outcome not in ("allowed", "depends"):
        return decision
    result = simulated or {}
    if result.get("EvalDecision") == "explicitDeny" and not result.get("MissingContextValues"):
        return Decision("denied", by=(f"{_SIMULATION}, which no document that was read explains",))
    if authorizer is None and decision.outcome == "allowed":
        return Decision("unknown", by=decision.by, depends=(f"could not be read: the {target}'s authorizer",))
    return decision


def as_documents(simulated: Mapping[str, Any], arn: str) -> Documents:
    """The simulator's result as statements, so that it is combined like documents.

    Args:
        simulated: the result.
        arn: of the resource.
    """
    effects: dict[str, Effect] = {"allowed": "Allow", "explicitDeny": "Deny"}
    effect = effects.get(str(simulated.get("EvalDecision")))
    if effect is None:
        return Documents()
    return Documents((statement_of(effect, simulated, arn, _SIMULATION),))


def statement_of(effect: Effect, simulated: Mapping[str, Any], arn: str, policy: str) -> Statement:
    """A result as a statement about its action.

    Args:
        effect: `Allow` or `Deny`.
        simulated: the result.
        arn: of the resource.
        policy: what to call the policy.
    """
    action = str(simulated.get("EvalActionName"))
    return Statement(policy, 1, effect, sid=action, actions=(action,), resources=(arn,))
