"""The rules of a `customJWTAuthorizer` as they should be, and how to deploy them.

Three forms of the same change: the `aws` calls, the CDK construct, the CloudFormation property.
Names are those of the botocore model, `aws-cdk-lib/aws-bedrockagentcore` and
`AWS::BedrockAgentCore::Runtime` / `::Gateway` (AWS CloudFormation reference).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from agentcore_probe.judge.remedies.place import Lines, Maker, Place
from agentcore_probe.model.configuration import CustomClaim, JwtAuthorizer

Claims = dict[str, Any]


def mended(cause: str, rules: JwtAuthorizer | None, claims: Claims) -> JwtAuthorizer:
    """The rules under which a token with `claims` passes, changed as little as `cause` allows.

    Args:
        cause: the cause whose rule has to change; any other keeps all rules.
        rules: the deployed rules; None where they are not known.
        claims: the token's claims; names in angle brackets stand for what is not known.
    """
    issuer = str(claims.get("iss") or "<issuer>")
    client = str(claims.get("client_id") or claims.get("aud") or "<client-id>")
    known = rules or JwtAuthorizer(
        discovery_url=f"{issuer}/.well-known/openid-configuration", allowed_clients=(client,)
    )
    if cause == "issuer-mismatch" and claims.get("iss"):
        return known.model_copy(update={"discovery_url": f"{issuer}/.well-known/openid-configuration"})
    if cause in ("client-not-allowed", "insufficient-scope") and client not in known.allowed_clients:
        return known.model_copy(update={"allowed_clients": (*known.allowed_clients, client)})
    if cause == "audience-not-allowed":
        return known.model_copy(update={"allowed_audience": (), "allowed_clients": (client,)})
    if cause == "scope-missing" and claims.get("scope"):
        added = str(claims["scope"]).split()
        return known.model_copy(update={"allowed_scopes": (*known.allowed_scopes, *added)})
    if cause == "workload-binding":
        return known.model_copy(update={"workload_binding": ()})
    return known


def as_api(rules: JwtAuthorizer) -> dict[str, Any]:
    """`authorizerConfiguration` in the form of the AWS API."""
    told: dict[str, Any] = {
        "discoveryUrl": rules.discovery_url,
        "allowedClients": list(rules.allowed_clients),
        "allowedAudience": list(rules.allowed_audience),
        "allowedScopes": list(rules.allowed_scopes),
        "customClaims": [_claim(each) for each in rules.custom_claims],
    }
    return {"customJWTAuthorizer": {name: value for name, value in told.items() if value}}


def _claim(rule: CustomClaim) -> dict[str, Any]:
    listed = rule.operator == "CONTAINS_ANY"
    value: dict[str, Any] = (
        {"matchValueStringList": list(rule.values)}
        if listed
        else {"matchValueString": "".join(rule.values[:1])}
    )
    return {
        "inboundTokenClaimName": rule.name,
        "inboundTokenClaimValueType": rule.value_type,
        "authorizingClaimMatchValue": {"claimMatchOperator": rule.operator, "claimMatchValue": value},
    }


RUNTIME_PARTS = (
    "agentRuntimeId", "agentRuntimeArtifact", "roleArn", "networkConfiguration", "description",
    "authorizerConfiguration", "requestHeaderConfiguration", "protocolConfiguration",
    "lifecycleConfiguration", "hooksConfiguration", "metadataConfiguration", "environmentVariables",
    "filesystemConfigurations", "capacityProviderConfiguration", "platformVersion", "allowedPorts",
    "resourceConfigurations",
)  # fmt: skip
"""What UpdateAgentRuntime takes of what GetAgentRuntime tells: an update resets what it is not
given, the authorizer too (botocore model; agentcore-facts section 6)."""

GATEWAY_PARTS = (
    "name", "description", "roleArn", "protocolType", "protocolConfiguration", "authorizerType",
    "authorizerConfiguration", "kmsKeyArn", "customTransformConfiguration", "interceptorConfigurations",
    "policyEngineConfiguration", "exceptionLevel", "wafConfiguration", "domainOverride",
)  # fmt: skip
"""The same for UpdateGateway and GetGateway."""

_CONTROL = "aws bedrock-agentcore-control"


def update_runtime(runtime_id: str, region: str, change: dict[str, Any]) -> tuple[str, ...]:
    """The lines that change a part of a Runtime and keep the rest of it."""
    program = _program(", ".join(RUNTIME_PARTS), change)
    return (
        f"{_CONTROL} get-agent-runtime --agent-runtime-id {runtime_id} --region {region} \\\n"
        f"  | jq {program} > update.json",
        f"{_CONTROL} update-agent-runtime --region {region} --cli-input-json file://update.json",
    )


def update_gateway(gateway_id: str, region: str, change: dict[str, Any]) -> tuple[str, ...]:
    """The lines that change a part of a Gateway and keep the rest of it."""
    program = _program(f"gatewayIdentifier: .gatewayId, {', '.join(GATEWAY_PARTS)}", change)
    return (
        f"{_CONTROL} get-gateway --gateway-identifier {gateway_id} --region {region} \\\n"
        f"  | jq {program} > update.json",
        f"{_CONTROL} update-gateway --region {region} --cli-input-json file://update.json",
    )


def _program(parts: str, change: dict[str, Any]) -> str:
    merged = json.dumps(change, ensure_ascii=False)
    return shlex.quote(f"{{{parts}}} | with_entries(select(.value != null)) + {merged}")


def cloudformation(target: str, rules: JwtAuthorizer) -> str:
    """The property of `AWS::BedrockAgentCore::Runtime` or `::Gateway`, as YAML."""
    kind = "Gateway" if target == "gateway" else "Runtime"
    lines = [
        f"Type: AWS::BedrockAgentCore::{kind}",
        "Properties:",
        *(["  AuthorizerType: CUSTOM_JWT"] if target == "gateway" else []),
        "  AuthorizerConfiguration:",
        "    CustomJWTAuthorizer:",
        *(f"      {line}" for line in _yaml(rules)),
    ]
    return "\n".join(lines)


def _yaml(rules: JwtAuthorizer) -> Iterator[str]:
    for name, value in as_api(rules)["customJWTAuthorizer"].items():
        key = name[0].upper() + name[1:]
        # JSON is YAML: what a value holds cannot break out of it.
        yield f"{key}: {json.dumps(_capitals(value), ensure_ascii=False)}"


def _capitals(value: Any) -> Any:
    """CloudFormation writes the API's keys with a capital."""
    if isinstance(value, dict):
        return {name[0].upper() + name[1:]: _capitals(each) for name, each in value.items()}
    return [_capitals(each) for each in value] if isinstance(value, list) else value


def cdk(target: str, rules: JwtAuthorizer) -> str:
    """The same in TypeScript for `aws-cdk-lib/aws-bedrockagentcore`."""
    told = as_api(rules)["customJWTAuthorizer"]
    arguments = ", ".join(
        json.dumps(told[name], ensure_ascii=False) if name in told else "undefined"
        for name in ("discoveryUrl", "allowedClients", "allowedAudience", "allowedScopes")
    )
    while arguments.endswith(", undefined"):
        arguments = arguments.removesuffix(", undefined")
    if target == "gateway":
        given = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items())
        return f"authorizerConfiguration: GatewayAuthorizer.usingCustomJwt({{ {given} }})"
    return f"authorizerConfiguration: RuntimeAuthorizerConfiguration.usingJWT({arguments})"


def _authorizer(place: Place, cause: str) -> Lines:
    rules = mended(cause, place.rules, place.claims)
    change = {"authorizerConfiguration": as_api(rules)}
    fragments = {
        "cdk": cdk(place.target, rules),
        "cloudformation": cloudformation(place.target, rules),
    }
    if place.target == "gateway":
        return Lines(update_gateway(place.gateway_id, place.region, change), fragments)
    return Lines(update_runtime(place.runtime_id, place.region, change), fragments)


def _mmdsv2(place: Place, _: str) -> Lines:
    change = {"metadataConfiguration": {"requireMMDSV2": True}}
    return Lines(update_runtime(place.runtime_id, place.region, change))


MAKERS: dict[str, Maker] = {"authorizer": _authorizer, "mmdsv2": _mmdsv2}
