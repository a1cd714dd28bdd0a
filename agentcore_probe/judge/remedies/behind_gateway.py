"""How to inspect a Gateway's target, and the credential with which it calls the service behind it."""

from __future__ import annotations

import json
import shlex

from agentcore_probe.judge.behind_target import runtime_authorizer
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets

_SIGNING = "CredentialProviderConfigurations:\n  - CredentialProviderType: GATEWAY_IAM_ROLE"
_BEARER = (
    "CredentialProviderConfigurations:\n  - CredentialProviderType: OAUTH\n    CredentialProvider:\n"
    "      OauthCredentialProvider:\n        ProviderArn: PROVIDER_ARN\n        Scopes: [SCOPE]"
)


def _target(context: RemedyContext, _: str) -> Snippets:
    """The target as it is deployed, and what fits in place of its credential."""
    kind, name = context.values.get("kind", ""), context.values.get("target") or "TARGET"
    gateway = f"--gateway-identifier {context.gateway_id} {context.control_plane_options}"
    query = shlex.quote(f"items[?name=='{name}'].targetId")
    commands = [
        f"TARGET_ID=$({context.control} list-gateway-targets {gateway} --query {query} --output text)",
        f'{context.control} get-gateway-target --target-id "$TARGET_ID" {gateway}',
    ]
    if kind == "token":
        commands.append(
            f"{context.control} get-agent-runtime --agent-runtime-id {context.runtime_id} "
            f"{context.control_plane_options} --query authorizerConfiguration"
        )
    return Snippets(tuple(commands), _fragments(context, kind))


def _fragments(context: RemedyContext, kind: str) -> dict[str, str]:
    if kind == "role":
        arn = context.arn or "RUNTIME_ARN"
        statement = {
            "Effect": "Allow",
            "Action": "bedrock-agentcore:InvokeAgentRuntime",
            "Resource": [arn, f"{arn}/*"],
        }
        return {"role-policy": json.dumps(statement, indent=2)}
    authorizer = runtime_authorizer(context.case.configuration)
    if kind != "mismatch" or authorizer is None:
        return {}
    return {"cloudformation": _BEARER if authorizer.type == "CUSTOM_JWT" else _SIGNING}


BUILDERS: dict[str, RemedyBuilder] = {"gateway-target": _target}
