"""The rules of a `customJWTAuthorizer`: how to read them, and the one field that has to change.

A remedy changes only a field that is known to be wrong, and keeps the rest: an update resets what it
omits, and an authorizer has members that are not read here. If the change would accept more callers than
this one (a scope or audience that every login has, an issuer that a token names, audiences instead of
clients), the remedy only shows the deployed rules. Names are those of the botocore model,
`aws-cdk-lib/aws-bedrockagentcore` and AWS CloudFormation.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets
from agentcore_probe.model.configuration import JwtAuthorizer
from agentcore_probe.providers import CLIENT_CLAIMS, PROVIDERS
from agentcore_probe.regex import regex

RUNTIME_PARTS = (
    "agentRuntimeId", "agentRuntimeArtifact", "roleArn", "networkConfiguration", "description",
    "authorizerConfiguration", "requestHeaderConfiguration", "protocolConfiguration",
    "lifecycleConfiguration", "hooksConfiguration", "metadataConfiguration", "environmentVariables",
    "filesystemConfigurations", "capacityProviderConfiguration", "platformVersion", "allowedPorts",
    "resourceConfigurations",
)  # fmt: skip
"""Members of GetAgentRuntime's response that UpdateAgentRuntime accepts. An update resets what it omits,
including the authorizer (botocore model; docs/agentcore.md section 6)."""

GATEWAY_PARTS = (
    "name", "description", "roleArn", "protocolType", "protocolConfiguration", "authorizerType",
    "authorizerConfiguration", "kmsKeyArn", "customTransformConfiguration", "interceptorConfigurations",
    "policyEngineConfiguration", "exceptionLevel", "wafConfiguration", "domainOverride",
)  # fmt: skip
"""The same for UpdateGateway and GetGateway."""


class Edit(NamedTuple):
    """A change of one field of the rules."""

    field: str
    add: tuple[str, ...]
    """Values to add."""
    remove: str | None = None
    """Another field, to remove."""
    claim: str = ""
    """The claim that must have the value, where the field is `customClaims`."""

    @property
    def program(self) -> str:
        """The edit as a jq update of `customJWTAuthorizer`."""
        values = json.dumps([self.rule] if self.claim else list(self.add), ensure_ascii=False)
        program = f".{self.field} = ((.{self.field} // []) + {values} | unique)"
        return f"{program} | del(.{self.remove})" if self.remove else program

    @property
    def rule(self) -> dict[str, Any]:
        """The rule on the claim, in the names of the API."""
        match = {"claimMatchOperator": "EQUALS", "claimMatchValue": {"matchValueString": self.add[0]}}
        return {
            "inboundTokenClaimName": self.claim,
            "inboundTokenClaimValueType": "STRING",
            "authorizingClaimMatchValue": match,
        }


def edit_of(context: RemedyContext, cause: str) -> Edit | None:
    """The edit with which the rules accept this token; None if none is safe to recommend."""
    rules, claims = context.rules, context.claims
    if rules is None:
        return None
    client, audience = claims.get("client_id"), claims.get("aud")
    audiences = tuple(audience) if isinstance(audience, list) else (audience,) if audience else ()
    audiences = tuple(value for value in audiences if isinstance(value, str))
    if cause == "client-not-allowed":
        return Edit("allowedClients", (client,)) if isinstance(client, str) else _same_client(rules, claims)
    if cause == "audience-not-allowed":
        if len(audiences) == 1 and not _is_shared(audiences[0], claims):
            return Edit("allowedAudience", audiences)
        if audiences:
            return None
        return (
            Edit("allowedClients", (client,), remove="allowedAudience") if isinstance(client, str) else None
        )
    return None


def _same_client(rules: JwtAuthorizer, claims: Mapping[str, Any]) -> Edit | None:
    """The rule for a token that names its client in another claim: the same client as before, and no other."""
    name = next((name for name in CLIENT_CLAIMS if name in claims), None)
    if name is None or rules.allowed_clients != (claims[name],) or not _CLAIM_VALUE.fullmatch(claims[name]):
        return None
    return Edit("customClaims", rules.allowed_clients, remove="allowedClients", claim=name)


_CLAIM_VALUE = regex(r"[A-Za-z0-9_.-]{1,255}")
"""What a rule on a claim may compare (botocore model)."""


def _is_shared(audience: str, claims: Mapping[str, Any]) -> bool:
    """Whether a rule on this audience would accept every login of a provider."""
    return any(provider.is_shared_audience(audience, claims) for provider in PROVIDERS)


def _authorizer(context: RemedyContext, cause: str) -> Snippets:
    read = read_rules(context)
    edit = edit_of(context, cause)
    if edit is None:
        return Snippets((read,))
    change = f".authorizerConfiguration.customJWTAuthorizer |= ({edit.program})"
    return Snippets((read, *update(context, change)), _fragments(context, edit))


def read_rules(context: RemedyContext) -> str:
    """The line that shows the deployed rules."""
    if context.target == "gateway":
        return (
            f"{context.control} get-gateway --gateway-identifier {context.gateway_id} {context.control_plane_options} "
            "--query '[authorizerType, authorizerConfiguration]'"
        )
    return (
        f"{context.control} get-agent-runtime --agent-runtime-id {context.runtime_id} {context.control_plane_options} "
        "--query authorizerConfiguration"
    )


def update(context: RemedyContext, change: str) -> tuple[str, ...]:
    """The lines that make one change with jq and keep the rest.

    The file may contain the values of environment variables, so that others must not read it.
    """
    if context.target == "gateway":
        get = f"get-gateway --gateway-identifier {context.gateway_id}"
        parts, name = f"gatewayIdentifier: .gatewayId, {', '.join(GATEWAY_PARTS)}", "update-gateway"
    else:
        get = f"get-agent-runtime --agent-runtime-id {context.runtime_id}"
        parts, name = ", ".join(RUNTIME_PARTS), "update-agent-runtime"
    program = shlex.quote(f"{{{parts}}} | with_entries(select(.value != null)) | {change}")
    return (
        f"(umask 077; {context.control} {get} {context.control_plane_options} \\\n  | jq {program} > update.json)",
        f"{context.control} {name} {context.control_plane_options} --cli-input-json file://update.json && rm update.json",
    )


def _fragments(context: RemedyContext, edit: Edit) -> dict[str, str]:
    """The same change in code; JSON is YAML, so that no value can break out of it."""
    assert context.rules is not None
    if edit.claim:
        return _claim_fragments(context, edit)
    current = {
        "allowedClients": context.rules.allowed_clients,
        "allowedAudience": context.rules.allowed_audience,
    }[edit.field]
    values = json.dumps(list(dict.fromkeys((*current, *edit.add))), ensure_ascii=False)
    kind = "Gateway" if context.target == "gateway" else "Runtime"
    removal = f"      # without {edit.remove[0].upper()}{edit.remove[1:]}\n" if edit.remove else ""
    name = edit.field[0].upper() + edit.field[1:]
    end = f", // without {edit.remove}" if edit.remove else ","
    return {
        "cdk": f"// in the {kind}'s authorizerConfiguration; keep its other arguments\n{edit.field}: {values}{end}",
        "cloudformation": f"Type: AWS::BedrockAgentCore::{kind}\nProperties:\n  AuthorizerConfiguration:\n"
        f"    CustomJWTAuthorizer: # keep its other properties\n{removal}      {name}: {values}",
    }


def _claim_fragments(context: RemedyContext, edit: Edit) -> dict[str, str]:
    """A rule on a claim in code, instead of `allowedClients`."""
    kind = "Gateway" if context.target == "gateway" else "Runtime"
    name, value = json.dumps(edit.claim), json.dumps(edit.add[0])
    return {
        "cdk": f"// in the {kind}'s authorizerConfiguration, without allowedClients\n"
        f"customClaims: [{kind}CustomClaim.withStringValue({name}, {value})],",
        "cloudformation": f"Type: AWS::BedrockAgentCore::{kind}\nProperties:\n  AuthorizerConfiguration:\n"
        "    CustomJWTAuthorizer: # keep its other properties\n      # without AllowedClients\n      CustomClaims:\n"
        f"        - InboundTokenClaimName: {name}\n          InboundTokenClaimValueType: STRING\n"
        "          AuthorizingClaimMatchValue:\n            ClaimMatchOperator: EQUALS\n"
        f"            ClaimMatchValue:\n              MatchValueString: {value}",
    }


def _mmdsv2(context: RemedyContext, _: str) -> Snippets:
    return Snippets(update(context, ".metadataConfiguration.requireMMDSV2 = true"))


def _replacement(context: RemedyContext, cause: str) -> Snippets:
    """The authorizer type of a Gateway cannot be changed: a new one is needed (docs/agentcore.md section 4.1)."""
    if context.target != "gateway":
        return _authorizer(context, cause)
    new_gateway = (
        "Type: AWS::BedrockAgentCore::Gateway # a new one: the type of an existing Gateway cannot be changed\n"
        "Properties:\n  AuthorizerType: CUSTOM_JWT\n  AuthorizerConfiguration:\n    CustomJWTAuthorizer:\n"
        "      DiscoveryUrl: # of your identity provider\n      AllowedClients: []"
    )
    return Snippets((read_rules(context),), {"cloudformation": new_gateway})


BUILDERS: dict[str, RemedyBuilder] = {
    "authorizer": _authorizer,
    "replacement": _replacement,
    "mmdsv2": _mmdsv2,
}
