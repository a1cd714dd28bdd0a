"""Resources in the shapes of the AWS API's responses, and the first Runtime and Gateway.

The shapes are those of botocore's service models; `tests/local/test_service_models.py` validates every answer.
"""

from __future__ import annotations

import copy
from typing import Any

from agentcore_probe.local.state import (
    ACCOUNT,
    GATEWAY_ID,
    HARNESS_ID,
    MCP_VERSIONS,
    REGION,
    REGISTRY_ARN,
    REGISTRY_ID,
    RUNTIME_ID,
    State,
)

LONG_AGO = "2026-01-15T09:00:00Z"
"""When everything was created: long enough ago to be callable."""
PUBLIC = {"networkMode": "PUBLIC"}
"""The `networkConfiguration` of a Runtime that is not in a VPC."""
_ID_LENGTH = 10


def arn(kind: str, id: str) -> str:
    """The ARN of a resource of the embedded account.

    Args:
        kind: the resource type, `runtime` or `gateway` among others.
        id: the resource's id.
    """
    return f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:{kind}/{id}"


def role_arn(name: str) -> str:
    """The ARN of an IAM role of the embedded account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def _workload_identity(name: str) -> dict[str, str]:
    return {"workloadIdentityArn": arn("workload-identity-directory/default/workload-identity", name)}


def jwt_rules(state: State) -> dict[str, Any]:
    """An `authorizerConfiguration` that accepts the app client of the user pool.

    Where clients register themselves, it accepts every access token: their ids are not known before.
    """
    rules: dict[str, Any] = {"allowedClients": [state.client_id]}
    if state.login_server is not None:
        rules = {"customClaims": [claim_rule("token_use", "access")]}
    return {"customJWTAuthorizer": {"discoveryUrl": state.discovery_url, **rules}}


def claim_rule(name: str, value: str) -> dict[str, Any]:
    """A rule of `customClaims`.

    Args:
        name: of the claim.
        value: the only one that it may have.
    """
    match = {"claimMatchValue": {"matchValueString": value}, "claimMatchOperator": "EQUALS"}
    return {
        "inboundTokenClaimName": name,
        "inboundTokenClaimValueType": "STRING",
        "authorizingClaimMatchValue": match,
    }


def runtime(id: str, protocol: str, rules: dict[str, Any] | None) -> dict[str, Any]:
    """A `GetAgentRuntime` answer.

    Args:
        id: the Runtime's id.
        protocol: its protocol, "HTTP", "MCP", "A2A" or "AGUI".
        rules: its `authorizerConfiguration`; None for IAM.
    """
    facts = {
        "agentRuntimeArn": arn("runtime", id),
        "agentRuntimeId": id,
        "agentRuntimeName": id.rsplit("-", maxsplit=1)[0],
        "agentRuntimeVersion": "1",
        "description": "An agent of the embedded account",
        "createdAt": LONG_AGO,
        "lastUpdatedAt": LONG_AGO,
        "roleArn": role_arn("local-agent"),
        "networkConfiguration": dict(PUBLIC),
        "lifecycleConfiguration": {"idleRuntimeSessionTimeout": 900, "maxLifetime": 28800},
        "status": "READY",
        "protocolConfiguration": {"serverProtocol": protocol},
        "metadataConfiguration": {"requireMMDSV2": True},
        "workloadIdentityDetails": _workload_identity(id),
    }
    return facts if rules is None else {**facts, "authorizerConfiguration": copy.deepcopy(rules)}


def endpoint(name: str, runtime_arn: str, version: str = "1") -> dict[str, Any]:
    """A `GetAgentRuntimeEndpoint` answer.

    Args:
        name: the endpoint's name, which a caller sends as the qualifier.
        runtime_arn: the Runtime's ARN.
        version: the Runtime's version that it serves.
    """
    return {
        "name": name,
        "id": f"{name}-LOCALENDPT",
        "status": "READY",
        "liveVersion": version,
        "targetVersion": version,
        "agentRuntimeEndpointArn": f"{runtime_arn}/runtime-endpoint/{name}",
        "agentRuntimeArn": runtime_arn,
        "createdAt": LONG_AGO,
        "lastUpdatedAt": LONG_AGO,
    }


def gateway(id: str, url: str, authorizer_type: str, rules: dict[str, Any]) -> dict[str, Any]:
    """A `GetGateway` answer.

    Args:
        id: the Gateway's id.
        url: its MCP endpoint.
        authorizer_type: `CUSTOM_JWT`, `AWS_IAM` or `NONE`.
        rules: the `authorizerConfiguration` of a `CUSTOM_JWT` Gateway.
    """
    facts = {
        "gatewayArn": arn("gateway", id),
        "gatewayId": id,
        "gatewayUrl": url,
        "name": id.rsplit("-", maxsplit=1)[0],
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "status": "READY",
        "roleArn": role_arn("local-gateway"),
        "protocolType": "MCP",
        "protocolConfiguration": {"mcp": {"supportedVersions": list(MCP_VERSIONS), "searchType": "SEMANTIC"}},
        "authorizerType": authorizer_type,
        "workloadIdentityDetails": _workload_identity(id),
    }
    is_jwt = authorizer_type == "CUSTOM_JWT"
    return {**facts, "authorizerConfiguration": copy.deepcopy(rules)} if is_jwt else facts


def harness(id: str, rules: dict[str, Any] | None) -> dict[str, Any]:
    """The `Harness` structure of a `GetHarness` answer.

    Args:
        id: the harness's id.
        rules: its `authorizerConfiguration`; None for IAM.
    """
    backing = runtime(f"harness_{id}", "HTTP", None)
    kept = (
        "agentRuntimeArn",
        "agentRuntimeName",
        "agentRuntimeId",
        "lifecycleConfiguration",
        "networkConfiguration",
    )
    facts = {
        "harnessId": id,
        "harnessName": id.rsplit("-", maxsplit=1)[0],
        "arn": arn("harness", id),
        "status": "READY",
        "harnessVersion": "1",
        "executionRoleArn": role_arn("local-agent"),
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "model": {"bedrockModelConfig": {"modelId": "amazon.nova-lite-v1:0"}},
        "systemPrompt": [{"text": "Answer briefly."}],
        "tools": [],
        "skills": [],
        "allowedTools": [],
        "truncation": {"strategy": "none"},
        "environment": {"agentCoreRuntimeEnvironment": {key: backing[key] for key in kept}},
        "maxIterations": 10,
        "maxTokens": 1024,
        "timeoutSeconds": 300,
    }
    return facts if rules is None else {**facts, "authorizerConfiguration": copy.deepcopy(rules)}


def registry(rules: dict[str, Any] | None) -> dict[str, Any]:
    """A `GetRegistry` answer of agent-registry-control.

    Args:
        rules: its `authorizerConfiguration`; None for IAM.
    """
    discovery: dict[str, Any] = {"authorizerType": "AWS_IAM" if rules is None else "CUSTOM_JWT"}
    if rules is not None:
        discovery["authorizerConfiguration"] = copy.deepcopy(rules)
    return {
        "registryId": REGISTRY_ID,
        "registryArn": REGISTRY_ARN,
        "name": "local-registry",
        "description": "The registry of the embedded account",
        "status": "READY",
        "discoveryConfiguration": discovery,
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
    }


def target(name: str, status: str) -> dict[str, Any]:
    """An item of `ListGatewayTargets`.

    Args:
        name: the target's name.
        status: its status, `READY` or `FAILED`.
    """
    return {
        "targetId": name.upper().replace("-", "")[:_ID_LENGTH].ljust(_ID_LENGTH, "0"),
        "name": name,
        "status": status,
        "targetType": "LAMBDA",
        "listingMode": "DEFAULT",
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
    }


def deploy_further(state: State, *, harness_authorizer: str | None, registry_authorizer: str | None) -> None:
    """Adds a healthy harness and a healthy registry to `state`.

    Args:
        state: changed in place.
        harness_authorizer: `jwt` or `iam`; None: there is no harness.
        registry_authorizer: the same of the registry.
    """
    rules = {"jwt": jwt_rules(state), "iam": None}
    if harness_authorizer is not None:
        state.harness = harness(HARNESS_ID, rules[harness_authorizer])
    if registry_authorizer is not None:
        state.registry = registry(rules[registry_authorizer])


def deploy(state: State, *, runtime_authorizer: str, gateway_authorizer: str) -> State:
    """Adds a healthy Runtime and a healthy Gateway to `state`, and returns it.

    Args:
        state: with addresses, pool and client set; changed in place.
        runtime_authorizer: `jwt` or `iam`.
        gateway_authorizer: `jwt`, `iam` or `none`.
    """
    rules = jwt_rules(state)
    state.runtime = runtime(RUNTIME_ID, state.protocol, rules if runtime_authorizer == "jwt" else None)
    state.endpoints = [endpoint("DEFAULT", state.runtime["agentRuntimeArn"])]
    authorizer_type = {"jwt": "CUSTOM_JWT", "iam": "AWS_IAM", "none": "NONE"}[gateway_authorizer]
    state.gateway = gateway(GATEWAY_ID, state.addresses.gateway_url, authorizer_type, rules)
    state.targets = [target("echo-tool", "READY")]
    return state
