"""Reads what is deployed: the targets (harness and registry by `further_targets`) and the app client.

A part that cannot be read is recorded as `unreadable` with the reason; nothing is assumed about it. So is an answer
that describes another resource than the requested one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agentcore_probe.access.further_targets import read_harness, read_registry
from agentcore_probe.access.policy_engine import read_policy_engine
from agentcore_probe.access.reads import Reads, pages
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.aws_shapes import FORWARDING
from agentcore_probe.model.configuration import ANOTHER_RESOURCE, NO_GATEWAY_ID
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.methods import entrances_of
from agentcore_probe.model.pool import pool_of
from agentcore_probe.regex import regex
from agentcore_probe.threads import Threads

CONTROL = "bedrock-agentcore-control"
_UNDER_POLICY = "gateway-policy"
"""The entrance for which the policy engine is read."""
_GATEWAY_HOST = regex(r"https?://(?!vpce-)([a-z0-9-]+)\.gateway\.")


def read_targets(environment: Environment, aws: Reads) -> dict[str, Any]:
    """What is deployed of the environment's targets, in the names of the AWS API (input of `model.aws_shapes.from_answers`)."""
    with Threads(4, "control-plane") as pool:
        runtime = pool.submit(_runtime, environment, aws)
        gateway = pool.submit(_gateway, environment, aws)
        harness = pool.submit(read_harness, environment, aws)
        registry = pool.submit(read_registry, environment, aws)
        parts = {
            "runtime": runtime.result(),
            "gateway": _in_account_of(runtime.result(), gateway.result()),
            "harness": harness.result(),
            "registry": registry.result(),
        }
    return {name: facts for name, facts in parts.items() if facts is not None}


def read_client(client_id: str, discovery_url: str, aws: Reads) -> dict[str, Any] | None:
    """The app client's settings; None where `discovery_url` is not that of a Cognito user pool.

    Args:
        client_id: the app client.
        discovery_url: the issuer's, which names the user pool.
        aws: reads them.
    """
    pool = pool_of(discovery_url)
    if pool is None:
        return None
    answer, unreadable = aws.read(
        "cognito-idp",
        "describe_user_pool_client",
        region=pool.region,
        UserPoolId=pool.id,
        ClientId=client_id,
    )
    if answer is None:
        return {"ClientId": client_id, "unreadable": unreadable}
    if not isinstance(answer.get("UserPoolClient"), dict):
        return {"ClientId": client_id, "unreadable": "unexpected-answer"}
    client = dict(answer["UserPoolClient"])
    if _differs(client.get("ClientId"), client_id) or _differs(client.get("UserPoolId"), pool.id):
        return {"ClientId": client_id, "unreadable": ANOTHER_RESOURCE}
    # Whether there is a secret is a fact; the secret itself is not kept. Cognito may have it in Secrets Manager.
    client["ClientSecret"] = bool(client.get("ClientSecret") or client.get("ClientSecretArn"))
    return client


def _runtime(environment: Environment, aws: Reads) -> dict[str, Any] | None:
    target = environment.runtime
    if target is None:
        return None
    answer, unreadable = aws.read(CONTROL, "get_agent_runtime", agentRuntimeId=target.id)
    if answer is None:
        return {"arn": target.arn, "unreadable": unreadable}
    if "agentRuntimeArn" not in answer:
        return {"arn": target.arn, "unreadable": "unexpected-answer"}
    if answer["agentRuntimeArn"] != target.arn or _differs(answer.get("agentRuntimeId"), target.id):
        return {
            "arn": target.arn,
            "unreadable": ANOTHER_RESOURCE,
            "describedArn": str(answer["agentRuntimeArn"]),
        }
    # The API omits this key for IAM. In facts, an absent key means "not known".
    facts = {"authorizerConfiguration": None, **answer}
    endpoints = pages(
        aws, CONTROL, "list_agent_runtime_endpoints", "runtimeEndpoints", agentRuntimeId=target.id
    )
    if endpoints is not None:
        facts["endpoints"] = endpoints
    return facts


def _gateway(environment: Environment, aws: Reads) -> dict[str, Any] | None:
    target = environment.gateway
    if target is None:
        return None
    id = target.id or gateway_id(target.url or "")
    if id is None:
        return {"gatewayUrl": target.url, "unreadable": NO_GATEWAY_ID}
    answer, unreadable = aws.read(CONTROL, "get_gateway", gatewayIdentifier=id)
    if answer is None:
        return {"gatewayId": id, "gatewayUrl": target.url, "unreadable": unreadable}
    if "gatewayId" not in answer:
        return {"gatewayId": id, "gatewayUrl": target.url, "unreadable": "unexpected-answer"}
    arn = answer.get("gatewayArn")
    if answer["gatewayId"] != id or _differs(str(arn).rsplit("/", 1)[-1] if arn else None, id):
        return {
            "gatewayId": id,
            "gatewayUrl": target.url,
            "unreadable": ANOTHER_RESOURCE,
            "describedArn": str(arn or answer["gatewayId"]),
        }
    # The API omits these keys where there is nothing to say.
    facts: dict[str, Any] = {
        "protocolType": None,
        "protocolConfiguration": {},
        "interceptorConfigurations": [],
        **answer,
    }
    targets = read_gateway_targets(id, aws)
    if targets is not None:
        facts["targets"] = targets
    if any(entrance.id == _UNDER_POLICY for entrance in entrances_of(environment.entrances)):
        facts["policyEngine"] = read_policy_engine(facts, aws)
    if (name := target.runtime_target or _target_of_runtime(environment, targets or [])) is not None:
        facts["runtimeTarget"] = name
    return facts


def _target_of_runtime(environment: Environment, targets: Iterable[dict[str, Any]]) -> str | None:
    """The name of the target that leads to the environment's Runtime; without one, of the only target to a Runtime."""
    runtimes = [target for target in targets if target.get("targetType") == "AGENTCORE_RUNTIME"]
    if environment.runtime is None:
        return str(runtimes[0].get("name")) if len(runtimes) == 1 else None
    named = (target for target in runtimes if _runtime_of(target) == environment.runtime.arn)
    return next((str(target.get("name")) for target in named), None)


def _runtime_of(target: Mapping[str, Any]) -> str | None:
    """The ARN of the Runtime that a target calls; None where it could not be read."""
    http = (target.get("targetConfiguration") or {}).get("http") or {}
    return (http.get("agentcoreRuntime") or {}).get("arn")


def read_gateway_targets(
    gateway: str, aws: Reads, types: frozenset[str] = FORWARDING
) -> list[dict[str, Any]] | None:
    """The targets of a Gateway, or None where they cannot be listed.

    Args:
        gateway: the Gateway's id.
        aws: reads them.
        types: the types of target of which all is read; a list has neither configuration nor credentials.
    """
    targets = pages(aws, CONTROL, "list_gateway_targets", "items", gatewayIdentifier=gateway)
    return targets and [
        read_gateway_target(gateway, target, aws) if target.get("targetType") in types else target
        for target in targets
    ]


def read_gateway_target(gateway: str, target: dict[str, Any], aws: Reads) -> dict[str, Any]:
    """A target with its configuration; as the list has it where that may not be read.

    Args:
        gateway: the Gateway's id.
        target: an item of the list.
        aws: reads it.
    """
    id = target.get("targetId")
    answer, _ = aws.read(CONTROL, "get_gateway_target", gatewayIdentifier=gateway, targetId=id)
    return target if answer is None or answer.get("targetId") != id else {**target, **answer}


def read_policies(arns: Iterable[str], aws: Reads) -> list[dict[str, Any]]:
    """The resource policies of a Runtime, its endpoint or a Gateway; one without a policy has `policy` None.

    Args:
        arns: of the resources.
        aws: reads them.
    """
    with Threads(3, "resource-policies") as pool:
        return list(pool.map(lambda arn: _policy(arn, aws), arns))


def _policy(arn: str, aws: Reads) -> dict[str, Any]:
    answer, unreadable = aws.read(CONTROL, "get_resource_policy", resourceArn=arn)
    if unreadable == "ResourceNotFoundException":
        return {"resourceArn": arn, "policy": None}
    if answer is None:
        return {"resourceArn": arn, "unreadable": unreadable}
    return {"resourceArn": arn, "policy": answer.get("policy")}


def policy_arns(facts: Mapping[str, Any], environment: Environment) -> list[str]:
    """The ARNs whose resource policies decide about a call of the targets (docs/agentcore.md section 6.1).

    Args:
        facts: what was read of the targets.
        environment: names the Runtime's endpoint.
    """
    runtime, gateway = environment.runtime, facts.get("gateway") or {}
    arns = []
    if runtime is not None:
        endpoints = (facts.get("runtime") or {}).get("endpoints") or ()
        own = [
            str(endpoint.get("agentRuntimeEndpointArn") or "")
            for endpoint in endpoints
            if endpoint.get("name") == runtime.qualifier
        ]
        arns = [runtime.arn, own[0] if any(own) else f"{runtime.arn}/runtime-endpoint/{runtime.qualifier}"]
    return [*arns, *([str(gateway["gatewayArn"])] if gateway.get("gatewayArn") else [])]


def _differs(value: Any, expected: str) -> bool:
    """Whether an answer names another resource; one without a name describes the requested one."""
    return value is not None and value != expected


def _in_account_of(runtime: dict[str, Any] | None, gateway: dict[str, Any] | None) -> dict[str, Any] | None:
    """The Gateway's facts, unreadable where its account is not the Runtime's: the same caller read both by id."""
    arns = [str((runtime or {}).get("agentRuntimeArn", "")), str((gateway or {}).get("gatewayArn", ""))]
    accounts = [account for arn in arns if (account := read_arn(arn).account)]
    if gateway is None or len(set(accounts)) < 2:
        return gateway
    return {
        "gatewayId": gateway["gatewayId"],
        "unreadable": ANOTHER_RESOURCE,
        "describedArn": arns[1],
    }


def gateway_id(url: str) -> str | None:
    """The Gateway's id in its own host name, or None for a custom domain or a VPC endpoint."""
    match = _GATEWAY_HOST.match(url)
    return match[1] if match else None
