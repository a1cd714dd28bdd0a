"""What a Gateway's policy engine gives one caller for each tool, before anything is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec

from agentcore_probe.judge.policy.cedar import CedarPolicies, Principal
from agentcore_probe.model.configuration import GatewayConfiguration
from agentcore_probe.model.environment import ToolCall
from agentcore_probe.model.policy_engine import (
    OTHER_TOOLS,
    SEPARATOR,
    DeployedPolicy,
    PolicyPrediction,
    ToolPrediction,
)
from agentcore_probe.regex import regex

_NAMED = regex(r'AgentCore::Action::"([^"\\\n]{1,256})"')
_CLAIM = regex(r'\b(?:has|get)Tag\("([^"\\\n]{1,256})"\)')
_OTHER = "any-other-target___any-other-tool"
"""A tool that no policy names."""


def predict_tools(
    gateway: GatewayConfiguration | None,
    principals: Sequence[Principal],
    calls: Iterable[ToolCall],
) -> PolicyPrediction:
    """The prediction for one caller: for each tool that the file or a policy names, and for all others.

    Args:
        gateway: what is deployed.
        principals: the forms of the caller; none where it is not known who it is.
        calls: the calls that the file names.
    """
    why = _why_not(gateway, principals)
    if why is not None or gateway is None or gateway.engine is None:
        return PolicyPrediction(mode=gateway.policy_engine if gateway else None, why=why)
    policies = CedarPolicies(gateway.engine.policies or (), gateway.arn or "")
    by_tool = {call.name: call for call in calls}
    names = dict.fromkeys((*by_tool, *_named(gateway), OTHER_TOOLS))
    return PolicyPrediction(
        mode=gateway.policy_engine,
        tools=tuple(_prediction(policies, principals, name, by_tool.get(name)) for name in names),
        unknown=policies.unknown,
        lacks=tuple(_lacking(gateway, principals)),
    )


def _why_not(gateway: GatewayConfiguration | None, principals: Sequence[Principal]) -> str | None:
    """Why nothing can be predicted."""
    if gateway is None or gateway.engine is None or gateway.arn is None:
        return "policy-engine-unread"
    if gateway.engine.status not in (None, "ACTIVE"):
        return "policy-engine-not-active"
    if gateway.engine.policies is None:
        return "policies-unread"
    if not principals:
        return "policy-caller-unknown"
    if find_spec("cedarpy") is None:
        return "cedar-missing"
    return None


def _prediction(
    policies: CedarPolicies, principals: Sequence[Principal], name: str, call: ToolCall | None
) -> ToolPrediction:
    tool = _OTHER if name == OTHER_TOOLS else name
    listed = policies.listing(principals, tool)
    called = policies.call(principals, tool, call.arguments) if call is not None else None
    deciding = called if called is not None and called.decision is not None else listed
    return ToolPrediction(
        tool=name,
        listed=listed.decision,
        called=called.decision if called else None,
        by=deciding.by,
        why=(called.why if called else None) or listed.why,
    )


def _lacking(gateway: GatewayConfiguration, principals: Sequence[Principal]) -> Iterator[str]:
    """The claims that enforced policies name and a token does not have; an IAM caller has none."""
    tags = {name for principal in principals for name in principal.tags}
    enforced = [policy for policy in _policies(gateway) if policy.is_enforced]
    named = dict.fromkeys(claim for policy in enforced for claim in _CLAIM.findall(policy.text or ""))
    return (claim for claim in named if tags and claim not in tags)


def _policies(gateway: GatewayConfiguration) -> tuple[DeployedPolicy, ...]:
    return (gateway.engine.policies if gateway.engine else None) or ()


def _named(gateway: GatewayConfiguration) -> Iterator[str]:
    """The tools that the policies name, of this Gateway's targets where these are known."""
    targets = None if gateway.targets is None else {target.name for target in gateway.targets}
    for policy in _policies(gateway):
        for name in _NAMED.findall(policy.text or ""):
            target, separator, _ = name.partition(SEPARATOR)
            if separator and (targets is None or target in targets):
                yield name
