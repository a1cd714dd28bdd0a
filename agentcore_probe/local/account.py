"""The account around the Runtime and the Gateway: further Runtimes and Gateways, harnesses, policy engines.

The first Runtime and the first Gateway are those that a run probes and that faults change. All others are healthy,
and differ only by their number, so that an account of any size is made the same way twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from agentcore_probe.local import resources
from agentcore_probe.local.resources import LONG_AGO, arn
from agentcore_probe.local.state import ACCOUNT, Addresses, EngineState, PolicyState, State

FURTHER_RESOURCES = [
    arn(kind, pattern)
    for kind, pattern in (
        ("runtime", "agent_*"),
        ("gateway", "gateway-*"),
        ("harness", "assistant_*"),
        ("policy-engine", "engine_*"),
    )
]
"""Patterns of the ARNs of everything but the first Runtime and the first Gateway."""
_VPC = {
    "networkMode": "VPC",
    "networkModeConfig": {
        "securityGroups": ["sg-0123456789abcdef0"],
        "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    },
}
_POLICIES = (("allow_echo", "ACTIVE"), ("forbid_others", "LOG_ONLY"))
"""Name and enforcement mode of each policy of a policy engine."""


@dataclass
class Account:
    """Everything that the control plane lists."""

    runtimes: list[State]
    """One state a Runtime; the first is the one that is probed."""
    gateways: list[State]
    """One state a Gateway; the first is the one that is probed."""
    harnesses: list[dict[str, Any]] = field(default_factory=list)
    """`Harness` structures."""
    engines: list[dict[str, Any]] = field(default_factory=list)
    """`GetPolicyEngine` answers."""
    policies: list[dict[str, Any]] = field(default_factory=list)
    """`GetPolicy` answers."""
    resource_policies: dict[str, str] = field(default_factory=dict)
    """Resource policies, as JSON, by the ARN of their resource."""


def create_account(first: State, runtimes: int, gateway_urls: list[str], harnesses: int) -> Account:
    """The account around the first Runtime and the first Gateway.

    Args:
        first: the state of both.
        runtimes: how many Runtimes there are, the first included.
        gateway_urls: the base URL of each further Gateway: on AWS, each has a host of its own.
        harnesses: how many harnesses there are.
    """
    healthy = replace(
        first,
        weaknesses=set(),
        service_faults=set(),
        deployment=None,
        policies={},
        policy_engine=None,
    )
    further = [_harness(healthy, number) for number in range(1, harnesses + 1)]
    account = Account(
        [first, *(_runtime(healthy, number) for number in range(2, runtimes + 1))],
        [first, *(_gateway(healthy, number, url) for number, url in enumerate(gateway_urls, 2))],
        [first.harness, *further] if first.harness is not None else further,
    )
    account.resource_policies |= {arn: json.dumps(policy) for arn, policy in first.policies.items()}
    for state in account.gateways[1:2]:
        _add_policy_engine(account, state.gateway, _only_logging(state.gateway["gatewayArn"]))
    if first.policy_engine is not None:
        _add_policy_engine(account, first.gateway, first.policy_engine)
    for state in account.runtimes[1:2]:
        _allow_own_account(account, state.endpoints[0]["agentRuntimeEndpointArn"], "InvokeAgentRuntime")
    for state in account.gateways[1:2]:
        _allow_own_account(account, state.gateway["gatewayArn"], "InvokeGateway")
    return account


def _runtime(healthy: State, number: int) -> State:
    """An even number has IAM and a VPC, an odd one a JWT authorizer and a public network."""
    is_private = number % 2 == 0
    rules = None if is_private else resources.jwt_rules(healthy)
    runtime = resources.runtime(_id("agent_{:03}", number), healthy.protocol, rules)
    runtime["agentRuntimeVersion"] = str(1 + number % 3)
    if is_private:
        runtime["networkConfiguration"] = _VPC
    names = ("DEFAULT", "prod") if number % 3 else ("DEFAULT",)
    endpoints = [
        resources.endpoint(name, runtime["agentRuntimeArn"], runtime["agentRuntimeVersion"]) for name in names
    ]
    return replace(healthy, runtime=runtime, endpoints=endpoints)


def _gateway(healthy: State, number: int, url: str) -> State:
    """An even number has IAM, an odd one a JWT authorizer."""
    addresses: Addresses = replace(healthy.addresses, gateway=url)
    gateway = resources.gateway(
        _id("gateway-{:03}", number).lower(),
        addresses.gateway_url,
        "CUSTOM_JWT" if number % 2 else "AWS_IAM",
        resources.jwt_rules(healthy),
    )
    return replace(
        healthy, addresses=addresses, gateway=gateway, targets=[resources.target("echo-tool", "READY")]
    )


def _harness(healthy: State, number: int) -> dict[str, Any]:
    """An odd number has a JWT authorizer, an even one IAM."""
    rules = resources.jwt_rules(healthy) if number % 2 else None
    return resources.harness(_id("assistant_{:03}", number), rules)


def _only_logging(gateway: str) -> EngineState:
    """An engine that changes no answer of the Gateway (docs/agentcore.md section 4.3)."""
    scope = f'(principal, action, resource == AgentCore::Gateway::"{gateway}")'
    policies = [
        PolicyState(name, f"{'forbid' if name.startswith('forbid') else 'permit'}{scope};", mode)
        for name, mode in _POLICIES
    ]
    return EngineState("LOG_ONLY", policies)


def _add_policy_engine(account: Account, gateway: dict[str, Any], state: EngineState) -> None:
    """A policy engine of a Gateway, with its policies."""
    number = len(account.engines) + 1
    id = f"engine_{number:03}-localeng{number:02}"
    engine = {
        "policyEngineId": id,
        "name": id.partition("-")[0],
        "policyEngineArn": arn("policy-engine", id),
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "status": state.status,
        "statusReasons": [],
        **({"encryptionKeyArn": state.key_arn} if state.key_arn else {}),
    }
    account.engines.append(engine)
    gateway["policyEngineConfiguration"] = {"arn": engine["policyEngineArn"], "mode": state.mode}
    account.policies += [_policy(policy, engine) for policy in state.policies]


def _policy(policy: PolicyState, engine: dict[str, Any]) -> dict[str, Any]:
    """A `GetPolicy` answer."""
    return {
        "policyId": policy.id,
        "name": policy.name,
        "policyEngineId": engine["policyEngineId"],
        "policyArn": f"{engine['policyEngineArn']}/policy/{policy.id}",
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "status": "ACTIVE",
        "statusReasons": [],
        "enforcementMode": policy.mode,
        "definition": {"policy" if policy.is_temporal else "cedar": {"statement": policy.text}},
    }


def _allow_own_account(account: Account, resource: str, action: str) -> None:
    """A resource policy that changes no answer: within one account, any other permission is enough as well."""
    statement = {
        "Sid": "ThisAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": f"bedrock-agentcore:{action}",
        "Resource": resource,
    }
    account.resource_policies[resource] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _id(name: str, number: int) -> str:
    """The id of a further resource: its name, and ten characters as AWS appends them."""
    return f"{name.format(number)}-LOCAL{number:05}"
