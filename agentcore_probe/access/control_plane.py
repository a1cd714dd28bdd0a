"""Reads what is deployed: the Runtime, the Gateway and the app client.

What cannot be read is recorded as unreadable with the reason, and never assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.pool import pool_of

CONTROL = "bedrock-agentcore-control"
_GATEWAY_HOST = re.compile(r"https?://([a-z0-9-]+)\.gateway\.")


def read_targets(environment: Environment, aws: Aws) -> dict[str, Any]:
    """The deployed Runtime and Gateway, in the AWS API's names (`model.aws_shapes.from_answers`)."""
    with ThreadPoolExecutor(2, "control-plane") as pool:
        runtime = pool.submit(_runtime, environment, aws)
        gateway = pool.submit(_gateway, environment, aws)
        found = {"runtime": runtime.result(), "gateway": gateway.result()}
    return {part: facts for part, facts in found.items() if facts is not None}


def read_client(client_id: str, discovery_url: str, aws: Aws) -> dict[str, Any] | None:
    """The app client's settings, where `discovery_url` is a Cognito user pool's."""
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
    # Only whether there is a secret is a fact; the secret itself is none.
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
    # The API leaves the key out for IAM; here an absent key would mean "not known".
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
        return {"gatewayUrl": target.url, "unreadable": "no-gateway-id"}
    answer, unreadable = aws.read(CONTROL, "get_gateway", gatewayIdentifier=id)
    if answer is None:
        return {"gatewayId": id, "gatewayUrl": target.url, "unreadable": unreadable}
    if "gatewayId" not in answer:
        return {"gatewayId": id, "gatewayUrl": target.url, "unreadable": "unexpected-answer"}
    facts: dict[str, Any] = {"protocolConfiguration": {}, "interceptorConfigurations": [], **answer}
    targets = _pages(aws, "list_gateway_targets", "items", gatewayIdentifier=id)
    if targets is not None:
        facts["targets"] = targets
    return facts


def gateway_id(url: str) -> str | None:
    """The Gateway's id that its own host name carries, or None for a custom domain."""
    found = _GATEWAY_HOST.match(url)
    return found[1] if found else None


def _pages(aws: Aws, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]] | None:
    """All items of a paged list, or None when it may not be read."""
    items: list[dict[str, Any]] = []
    for answer in _answers(aws, operation, arguments):
        if answer is None:
            return None
        listed = answer.get(key, [])
        if not isinstance(listed, list):
            return None
        items += listed
    return items


def _answers(aws: Aws, operation: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    token: Any = None
    for _ in range(50):
        more: dict[str, Any] = {"nextToken": token} if token else {}
        answer, _reason = aws.read(CONTROL, operation, **arguments, **more)
        yield answer
        token = (answer or {}).get("nextToken")
        if not token:
            return
