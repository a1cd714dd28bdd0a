"""Reads what is deployed: the Runtime, the Gateway and the app client.

A part that cannot be read is recorded as `unreadable` with the reason; nothing is assumed about it. So is an answer
that describes another resource than the requested one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.model.configuration import ANOTHER_RESOURCE, NO_GATEWAY_ID
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.pool import pool_of

CONTROL = "bedrock-agentcore-control"
_MAX_PAGES = 50
_GATEWAY_HOST = re.compile(r"https?://(?!vpce-)([a-z0-9-]+)\.gateway\.")


def read_targets(environment: Environment, aws: Aws) -> dict[str, Any]:
    """The deployed Runtime and Gateway, in the names of the AWS API (input of `model.aws_shapes.from_answers`)."""
    with ThreadPoolExecutor(2, "control-plane") as pool:
        runtime = pool.submit(_runtime, environment, aws)
        gateway = pool.submit(_gateway, environment, aws)
        parts = {"runtime": runtime.result(), "gateway": _in_account_of(runtime.result(), gateway.result())}
    return {name: facts for name, facts in parts.items() if facts is not None}


def read_client(client_id: str, discovery_url: str, aws: Aws) -> dict[str, Any] | None:
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
    # Whether there is a secret is a fact; the secret itself is not kept.
    client["ClientSecret"] = bool(client.get("ClientSecret"))
    return client


def _runtime(environment: Environment, aws: Aws) -> dict[str, Any] | None:
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
    endpoints = _pages(aws, "list_agent_runtime_endpoints", "runtimeEndpoints", agentRuntimeId=target.id)
    if endpoints is not None:
        facts["endpoints"] = endpoints
    return facts


def _gateway(environment: Environment, aws: Aws) -> dict[str, Any] | None:
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
    facts: dict[str, Any] = {"protocolConfiguration": {}, "interceptorConfigurations": [], **answer}
    targets = _pages(aws, "list_gateway_targets", "items", gatewayIdentifier=id)
    if targets is not None:
        facts["targets"] = targets
    return facts


def _differs(value: Any, expected: str) -> bool:
    """Whether an answer names another resource; one without a name describes the requested one."""
    return value is not None and value != expected


def _in_account_of(runtime: dict[str, Any] | None, gateway: dict[str, Any] | None) -> dict[str, Any] | None:
    """The Gateway's facts, unreadable where its account is not the Runtime's: the same caller read both by id."""
    arns = [str((runtime or {}).get("agentRuntimeArn", "")), str((gateway or {}).get("gatewayArn", ""))]
    accounts = [arn.split(":")[4] for arn in arns if arn.count(":") >= 5]
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


def _pages(aws: Aws, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]] | None:
    """All items of a paged list, or None where a page cannot be read or there are too many."""
    items: list[dict[str, Any]] = []
    for answer in _answers(aws, operation, arguments):
        if answer is None:
            return None
        page = answer.get(key, [])
        if not isinstance(page, list):
            return None
        items += page
    return items


def _answers(aws: Aws, operation: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    """The pages; None for one that cannot be read, or that is beyond the limit."""
    token: Any = None
    for _ in range(_MAX_PAGES):
        continuation: dict[str, Any] = {"nextToken": token} if token else {}
        answer, _reason = aws.read(CONTROL, operation, **arguments, **continuation)
        yield answer
        token = (answer or {}).get("nextToken")
        if not token:
            return
    yield None
