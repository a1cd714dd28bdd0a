"""A Gateway without tools: its targets lead to the Runtime and to a web service (docs/agentcore.md sections 11.10, 11.11)."""

from __future__ import annotations

from typing import Any

from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.resources import LONG_AGO, arn
from agentcore_probe.local.state import ACCOUNT, REGION, SCOPE, State

RUNTIME_TARGET = "agent"
"""The name of the target that leads to the Runtime."""
PASSTHROUGH_TARGET = "status"
"""The name of the target that leads to the web service."""
STATUS_PATH = "/health"
"""What the web service answers."""
_STATUS_ENDPOINT = "https://status.example.com"
"""The service as the control plane names it, which requires https; it is served on loopback."""
GATEWAY_ROLE = "local-gateway"
_PROVIDER = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:token-vault/default/oauth2credentialprovider/local"

CREDENTIALS: dict[str, dict[str, Any]] = {
    "gateway-role": {"credentialProviderType": "GATEWAY_IAM_ROLE"},
    "caller-iam": {"credentialProviderType": "CALLER_IAM_CREDENTIALS"},
    "jwt-passthrough": {"credentialProviderType": "JWT_PASSTHROUGH"},
    "oauth": {
        "credentialProviderType": "OAUTH",
        "credentialProvider": {
            "oauthCredentialProvider": {
                "providerArn": _PROVIDER,
                "scopes": [SCOPE],
                "grantType": "CLIENT_CREDENTIALS",
            }
        },
    },
}
"""The credential with which a target's service is called, by its name in `[local]`."""


def lead_to_runtime(
    state: State, backend: MotoBackend, credential: str, *, is_bound: bool, has_passthrough: bool
) -> None:
    """Replaces the Gateway's tools by a target that leads to the Runtime.

    Args:
        state: what is deployed; changed in place.
        backend: the seeded account.
        credential: a key of `CREDENTIALS`.
        is_bound: whether the Runtime accepts calls through this Gateway only.
        has_passthrough: whether another target leads to the web service.
    """
    for key in ("protocolType", "protocolConfiguration"):
        del state.gateway[key]
    runtime_arn = state.runtime["agentRuntimeArn"]
    state.targets = [runtime_target(RUNTIME_TARGET, runtime_arn, credential)]
    if has_passthrough:
        state.targets.append(passthrough_target())
    rules = state.runtime_rules()
    if rules is not None and "allowedClients" in rules and credential == "oauth":
        rules["allowedClients"] = [*rules["allowedClients"], backend.machine.id]
    if rules is not None and is_bound:
        rules["allowedWorkloadConfiguration"] = {
            "hostingEnvironments": [{"arn": state.gateway["gatewayArn"]}]
        }
    if credential == "gateway-role":
        backend.allow_role(GATEWAY_ROLE, "bedrock-agentcore:InvokeAgentRuntime", runtime_arn)


def runtime_target(name: str, runtime_arn: str, credential: str) -> dict[str, Any]:
    """A `GetGatewayTarget` answer, for a target that leads to a Runtime.

    Args:
        name: the target's name.
        runtime_arn: the Runtime's ARN.
        credential: a key of `CREDENTIALS`.
    """
    http = {"agentcoreRuntime": {"arn": runtime_arn, "qualifier": "DEFAULT"}}
    return {
        **_target(name, "AGENTCORE_RUNTIME", http),
        "credentialProviderConfigurations": [CREDENTIALS[credential]],
    }


def passthrough_target(path: str = "") -> dict[str, Any]:
    """The same for the target that leads to the web service.

    Args:
        path: the path of its endpoint.
    """
    http = {"passthrough": {"endpoint": f"{_STATUS_ENDPOINT}{path}", "protocolType": "CUSTOM"}}
    signs = {"iamCredentialProvider": {"service": "execute-api", "region": REGION}}
    return {
        **_target(PASSTHROUGH_TARGET, "PASSTHROUGH", http),
        "credentialProviderConfigurations": [
            {"credentialProviderType": "GATEWAY_IAM_ROLE", "credentialProvider": signs}
        ],
    }


def another_runtime() -> str:
    """The ARN of a Runtime that was deleted."""
    return arn("runtime", "former_agent-FORMERAGNT")


def _target(name: str, type: str, http: dict[str, Any]) -> dict[str, Any]:
    return {
        "targetId": name.upper().ljust(10, "0"),
        "name": name,
        "status": "READY",
        "targetType": type,
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "targetConfiguration": {"http": http},
    }
