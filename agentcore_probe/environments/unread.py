"""What could not be read of what is deployed: a sentence for each part, and the IAM statement that would allow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agentcore_probe.access.reads import FailedRead

_PARTS = {
    "get_agent_runtime": "the Runtime {agentRuntimeId}",
    "list_agent_runtime_endpoints": "the endpoints of the Runtime {agentRuntimeId}",
    "get_gateway": "the Gateway {gatewayIdentifier}",
    "list_gateway_targets": "the targets of the Gateway {gatewayIdentifier}",
    "get_gateway_target": "the target {targetId} of the Gateway {gatewayIdentifier}",
    "get_resource_policy": "the resource policy of {resourceArn}",
    "get_policy_engine_summary": "the policy engine {policyEngineId}",
    "list_policies": "the policies of the policy engine {policyEngineId}",
    "list_policy_summaries": "the names of the policies of the policy engine {policyEngineId}",
    "get_harness": "the harness {harnessId}",
    "get_registry": "the registry {registryId}",
    "list_agent_runtimes": "the list of Runtimes",
    "list_gateways": "the list of Gateways",
    "list_harnesses": "the list of harnesses",
    "describe_user_pool_client": "the app client {ClientId}",
    "describe_user_pool": "the user pool {UserPoolId}",
    "list_cimd_policies": "the CIMD policies of the pool {UserPoolId}",
    "describe_cimd_policy": "the CIMD policy {CIMDPolicyId} of the pool {UserPoolId}",
    "list_user_pool_clients": "the list of app clients of the pool {UserPoolId}",
    "list_stack_resources": "the resources of the stack {StackName}",
    "describe_stacks": "the outputs of the stack {StackName}",
    "get_caller_identity": "the account of the credentials",
}
"""Operation -> what it reads."""
_RESOURCES = {
    "agentRuntimeId": "arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/{value}",
    "gatewayIdentifier": "arn:{partition}:bedrock-agentcore:{region}:{account}:gateway/{value}",
    "policyEngineId": "arn:{partition}:bedrock-agentcore:{region}:{account}:policy-engine/{value}",
    "harnessId": "arn:{partition}:bedrock-agentcore:{region}:{account}:harness/{value}",
    "registryId": "arn:{partition}:agent-registry:{region}:{account}:registry/{value}",
    "UserPoolId": "arn:{partition}:cognito-idp:{pool_region}:{account}:userpool/{value}",
    "StackName": "arn:{partition}:cloudformation:{region}:{account}:stack/{value}/*",
}
"""Argument -> the ARN of the resource on which the action has to be allowed."""


_MANY = 3
"""More reads of one kind that failed for one reason are said in one sentence."""
_MANY_RESOURCES = 8
"""More resources of one kind are one pattern in a statement."""


@dataclass(frozen=True)
class Scope:
    """Where the resources are."""

    region: str
    account: str | None
    partition: str = "aws"


def sentences(failed: Iterable[FailedRead]) -> tuple[str, ...]:
    """What could not be read, and why, one sentence each; many of one kind are one sentence."""
    same: dict[tuple[str, str], list[FailedRead]] = {}
    for read in failed:
        same.setdefault((read.operation, read.reason), []).append(read)
    return tuple(
        sentence
        for reads in same.values()
        for sentence in (
            [_sentence(reads[0], len(reads) - 1)] if len(reads) > _MANY else map(_sentence, reads)
        )
    )


def _sentence(read: FailedRead, more: int = 0) -> str:
    part = _PARTS.get(read.operation, read.operation).format_map(_Arguments(read.arguments))
    others = f", and {more} more of this kind" if more else ""
    allow = f"; {read.action} allows it" if read.is_denied else ""
    return f"Not read: {part}{others} ({read.reason}{allow})."


def statements(failed: Iterable[FailedRead], scope: Scope) -> list[dict[str, Any]]:
    """The IAM statements that allow the reads that were denied; none where none was.

    Args:
        failed: the reads.
        scope: where they read.
    """
    actions: dict[bool, set[str]] = {}
    resources: set[str] = set()
    for read in failed:
        if read.is_denied:
            own = _resources(read, scope)
            actions.setdefault("*" in own, set()).add(read.action)
            resources |= set(own) - {"*"}
    return [
        {
            "Effect": "Allow",
            "Action": sorted(actions[on_all]),
            "Resource": "*" if on_all else _short(resources),
        }
        for on_all in sorted(actions)
    ]


def _short(resources: set[str]) -> list[str]:
    """The ARNs in order; many of one kind become a pattern."""
    kinds: dict[str, list[str]] = {}
    for arn in resources:
        kinds.setdefault(arn.partition("/")[0], []).append(arn)
    return sorted(
        one
        for kind, arns in kinds.items()
        for one in (arns if len(arns) <= _MANY_RESOURCES else [f"{kind}/*"])
    )


def _resources(read: FailedRead, scope: Scope) -> list[str]:
    if "resourceArn" in read.arguments:
        return [str(read.arguments["resourceArn"])]
    for argument, pattern in _RESOURCES.items():
        value = read.arguments.get(argument)
        if value is None:
            continue
        if scope.account is None or str(value).startswith("arn:"):
            return [str(value) if str(value).startswith("arn:") else "*"]
        arn = pattern.format(**vars(scope), value=value, pool_region=str(value).partition("_")[0])
        return [arn, f"{arn}/*"] if argument == "agentRuntimeId" else [arn]
    return ["*"]


class _Arguments(dict[str, object]):
    """Arguments in a sentence; one that is missing is left out."""

    def __missing__(self, _: str) -> str:
        return ""
