"""What the policies of VPC endpoints say of a call (docs/agentcore.md section 11.22): they know IAM principals only."""

from __future__ import annotations

from collections.abc import Iterable

from agentcore_probe.judge.policy.context import known_context
from agentcore_probe.judge.policy.evaluation import Decision, Documents, decide_alone
from agentcore_probe.judge.policy.matching import Request
from agentcore_probe.judge.policy.statements import InvalidPolicy, Statement, read_policy
from agentcore_probe.judge.resource_policies import (
    PolicyVerdict,
    Verdict,
    concerned_actions,
    possible_principals,
    principal_of,
)
from agentcore_probe.model.configuration import Configuration, EndpointPolicy

_OTHER_NAMES = {"bedrock-agentcore:InvokeGateway": "bedrock:InvokeGateway"}
"""How AWS's own sample of an endpoint policy names an action, which other documents name otherwise."""
_VERDICTS: dict[str, Verdict] = {"denied": "denied", "not-allowed": "not-allowed", "allowed": "open"}


def judge_by_endpoints(
    configuration: Configuration, target: str, actions: Iterable[str], caller: str | None
) -> PolicyVerdict | None:
    """What the endpoints' policies say; the strictest of all actions that a call needs.

    Which of several endpoints a call goes through is not known: they decide only where they agree.

    Args:
        configuration: has the policies, and the resource.
        target: `runtime` or `gateway`.
        actions: the call's IAM actions.
        caller: `*` for a caller with a token, else the caller's ARN; None where it is not known.

    Returns:
        None where no call goes through an endpoint, or a policy could not be read.
    """
    policies = [policy for policy in configuration.endpoint_policies or () if policy.target == target]
    part = configuration.runtime if target == "runtime" else configuration.gateway
    resource = part.arn if part is not None else None
    if not policies or resource is None or any(policy.document is None for policy in policies):
        return None
    try:
        documents = [_documents(policy) for policy in policies]
    except InvalidPolicy:
        return None
    found = [
        _verdict(action, resource, documents, principal_of(caller))
        for action in concerned_actions(target, actions)
    ]
    return next((one for one in found if one.verdict != "open"), found[0] if found else None)


def _documents(policy: EndpointPolicy) -> Documents:
    """The statements of one policy.

    Raises:
        InvalidPolicy: it is none.
    """
    return Documents(read_policy(policy.document or "{}", f"the policy of {policy.id}"))


def _verdict(action: str, resource: str, documents: list[Documents], caller: str | None) -> PolicyVerdict:
    """The verdict about one action; unknown where endpoints differ, or what is not known of the caller decides."""
    decisions = [
        decide_alone(Request(principal, action, resource, known_context(principal, resource)), one)
        for one in documents
        for principal in possible_principals(caller, documents)
    ]
    verdicts = {_VERDICTS.get(decision.outcome, "unknown") for decision in decisions}
    if len(verdicts) > 1 or (caller is None and verdicts != {"denied"}):
        return PolicyVerdict("unknown", action)
    (verdict,) = verdicts
    other = _OTHER_NAMES.get(action)
    if verdict == "not-allowed" and other is not None and _names(other, documents):
        return PolicyVerdict("unknown", action)
    return PolicyVerdict(verdict, action, _reasons(decisions))


def _reasons(decisions: list[Decision]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for decision in decisions for name in decision.by))


def _names(action: str, documents: list[Documents]) -> bool:
    statements: list[Statement] = [statement for one in documents for statement in one.statements]
    return any(action in (statement.actions or ()) for statement in statements)
