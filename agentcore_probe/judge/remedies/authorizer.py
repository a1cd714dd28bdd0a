"""The rules of a `customJWTAuthorizer`: what is deployed, and the one field that has to change.

Only a field that is known to be wrong is changed, in context: an update replaces what it is not
given, and an authorizer has members that are not read here. Where the change would let in more
than the caller at hand (a scope or audience that every login has, an issuer that a token names,
audiences in place of clients), there is only the look at what is deployed. Names are those of the botocore model,
`aws-cdk-lib/aws-bedrockagentcore` and AWS CloudFormation.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets
from agentcore_probe.providers import PROVIDERS

RUNTIME_PARTS = (
    "agentRuntimeId", "agentRuntimeArtifact", "roleArn", "networkConfiguration", "description",
    "authorizerConfiguration", "requestHeaderConfiguration", "protocolConfiguration",
    "lifecycleConfiguration", "hooksConfiguration", "metadataConfiguration", "environmentVariables",
    "filesystemConfigurations", "capacityProviderConfiguration", "platformVersion", "allowedPorts",
    "resourceConfigurations",
)  # fmt: skip
"""What UpdateAgentRuntime takes of what GetAgentRuntime tells: an update resets what it is not
given, the authorizer too (botocore model; docs/agentcore.md section 6)."""

GATEWAY_PARTS = (
    "name", "description", "roleArn", "protocolType", "protocolConfiguration", "authorizerType",
    "authorizerConfiguration", "kmsKeyArn", "customTransformConfiguration", "interceptorConfigurations",
    "policyEngineConfiguration", "exceptionLevel", "wafConfiguration", "domainOverride",
)  # fmt: skip
"""The same for UpdateGateway and GetGateway."""

_CONTROL = "aws bedrock-agentcore-control"


@dataclass(frozen=True)
class Edit:
    """One field of the rules, as it should be."""

    field: str
    add: tuple[str, ...]
    """Values that are added to those that are there."""
    remove: str | None = None
    """A field that is taken away."""

    @property
    def program(self) -> str:
        """The edit as a jq update of `customJWTAuthorizer`."""
        added = json.dumps(list(self.add), ensure_ascii=False)
        edit = f".{self.field} = ((.{self.field} // []) + {added} | unique)"
        return f"{edit} | del(.{self.remove})" if self.remove else edit


def edit_of(context: RemedyContext, cause: str) -> Edit | None:
    """The edit that lets this token pass and changes nothing else; None where there is none to advise."""
    rules, claims = context.rules, context.claims
    if rules is None:
        return None
    client, audience = claims.get("client_id"), claims.get("aud")
    audiences = tuple(audience) if isinstance(audience, list) else (audience,) if audience else ()
    named = tuple(each for each in audiences if isinstance(each, str))
    if cause == "client-not-allowed":
        return Edit("allowedClients", (client,)) if isinstance(client, str) else None
    if cause == "audience-not-allowed":
        if len(named) == 1 and not _is_shared(named[0], claims):
            return Edit("allowedAudience", named)
        if named:
            return None
        return (
            Edit("allowedClients", (client,), remove="allowedAudience") if isinstance(client, str) else None
        )
    return None


def _is_shared(audience: str, claims: Mapping[str, Any]) -> bool:
    """Whether a rule on this audience would accept every login of a provider."""
    return any(provider.is_shared_audience(audience, claims) for provider in PROVIDERS)


def _authorizer(context: RemedyContext, cause: str) -> Snippets:
    look = (_look(context),)
    edit = edit_of(context, cause)
    if edit is None:
        return Snippets(look)
    change = f".authorizerConfiguration.customJWTAuthorizer |= ({edit.program})"
    return Snippets((*look, *update(context, change)), _fragments(context, edit))


def _look(context: RemedyContext) -> str:
    if context.target == "gateway":
        return (
            f"{_CONTROL} get-gateway --gateway-identifier {context.gateway_id} {context.on_control_plane} "
            "--query '[authorizerType, authorizerConfiguration]'"
        )
    return (
        f"{_CONTROL} get-agent-runtime --agent-runtime-id {context.runtime_id} {context.on_control_plane} "
        "--query authorizerConfiguration"
    )


def update(context: RemedyContext, change: str) -> tuple[str, ...]:
    """The lines that make one change with jq and keep the rest; the file may hold variables' values."""
    if context.target == "gateway":
        get = f"get-gateway --gateway-identifier {context.gateway_id}"
        parts, name = f"gatewayIdentifier: .gatewayId, {', '.join(GATEWAY_PARTS)}", "update-gateway"
    else:
        get = f"get-agent-runtime --agent-runtime-id {context.runtime_id}"
        parts, name = ", ".join(RUNTIME_PARTS), "update-agent-runtime"
    program = shlex.quote(f"{{{parts}}} | with_entries(select(.value != null)) | {change}")
    return (
        f"(umask 077; {_CONTROL} {get} {context.on_control_plane} \\\n  | jq {program} > update.json)",
        f"{_CONTROL} {name} {context.on_control_plane} --cli-input-json file://update.json && rm update.json",
    )


def _fragments(context: RemedyContext, edit: Edit) -> dict[str, str]:
    """The same change in code; JSON is YAML, so that no value can break out of it."""
    assert context.rules is not None
    there = {
        "allowedClients": context.rules.allowed_clients,
        "allowedAudience": context.rules.allowed_audience,
    }[edit.field]
    values = json.dumps(list(dict.fromkeys((*there, *edit.add))), ensure_ascii=False)
    kind = "Gateway" if context.target == "gateway" else "Runtime"
    taken = f"      # without {edit.remove[0].upper()}{edit.remove[1:]}\n" if edit.remove else ""
    name = edit.field[0].upper() + edit.field[1:]
    without = f", // without {edit.remove}" if edit.remove else ","
    return {
        "cdk": f"// in the {kind}'s authorizerConfiguration; keep its other arguments\n{edit.field}: {values}{without}",
        "cloudformation": f"Type: AWS::BedrockAgentCore::{kind}\nProperties:\n  AuthorizerConfiguration:\n"
        f"    CustomJWTAuthorizer: # keep its other properties\n{taken}      {name}: {values}",
    }


def _mmdsv2(context: RemedyContext, _: str) -> Snippets:
    return Snippets(update(context, ".metadataConfiguration.requireMMDSV2 = true"))


def _replacement(context: RemedyContext, cause: str) -> Snippets:
    """An open Gateway's type cannot be changed: it is made anew (docs/agentcore.md section 4.1)."""
    if context.target != "gateway":
        return _authorizer(context, cause)
    new = (
        "Type: AWS::BedrockAgentCore::Gateway # a new one: the type of an existing Gateway cannot be changed\n"
        "Properties:\n  AuthorizerType: CUSTOM_JWT\n  AuthorizerConfiguration:\n    CustomJWTAuthorizer:\n"
        "      DiscoveryUrl: # of your identity provider\n      AllowedClients: []"
    )
    return Snippets((_look(context),), {"cloudformation": new})


BUILDERS: dict[str, RemedyBuilder] = {
    "authorizer": _authorizer,
    "replacement": _replacement,
    "mmdsv2": _mmdsv2,
}
