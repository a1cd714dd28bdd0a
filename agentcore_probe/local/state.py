"""What is deployed in the embedded AgentCore: one Runtime, one Gateway, one user pool, one caller.

Runtime, endpoints, Gateway and targets are kept in the shapes of the AWS API's own answers, so
that the control plane hands them out as they are and the doors act on the same facts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
RUNTIME_ID = "local_agent-LOCALAGENT"
GATEWAY_ID = "local-gateway-localgw001"
RUNTIME_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:runtime/{RUNTIME_ID}"
GATEWAY_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:gateway/{GATEWAY_ID}"
LONG_AGO = "2026-01-15T09:00:00Z"
STATELESS = "2026-07-28"
"""The MCP version without a handshake."""
VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"]


@dataclass(frozen=True)
class Addresses:
    """Where the doors listen."""

    runtime: str
    control: str
    gateway: str
    aws: str
    """Cognito, IAM, STS and the token endpoint."""

    @property
    def gateway_url(self) -> str:
        """The Gateway's MCP endpoint."""
        return f"{self.gateway}/mcp"


@dataclass(frozen=True)
class TokenChanges:
    """What a login's tokens hold in place of what moto gives them."""

    expires_in: int = 3600
    """Seconds of lifetime; negative for a token that has already expired."""
    not_before_in: int | None = None
    """Seconds until the token is valid (`nbf`)."""

    def claims(self) -> dict[str, Any]:
        """The claims to add."""
        return {} if self.not_before_in is None else {"nbf": int(time.time()) + self.not_before_in}


@dataclass
class State:
    """The deployed state. Faults change it before the doors open; nothing changes it after."""

    addresses: Addresses
    pool_id: str
    client_id: str
    protocol: str = "HTTP"
    runtime: dict[str, Any] = field(default_factory=dict)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    gateway: dict[str, Any] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)
    wire_fault: str | None = None
    """The name of the misbehaviour on the wire that stands in the data plane's place."""
    clock_ahead: timedelta = timedelta(0)
    """How far the service's clock is ahead of this machine's."""
    token_changes: TokenChanges | None = None
    expired_session: str | None = None
    """The session token of the caller's credentials, where they are temporary and have expired."""
    weaknesses: set[str] = field(default_factory=set)
    """What the verifier of bearer tokens lets pass (`local.jwt_authorizer.WEAKNESSES`)."""
    service_faults: set[str] = field(default_factory=set)
    """Names of faults that the doors themselves act out."""

    @property
    def now(self) -> datetime:
        """The time by the service's clock."""
        return datetime.now(UTC) + self.clock_ahead

    @property
    def issuer(self) -> str:
        """The `iss` of the pool's tokens: moto makes it as AWS does, and it cannot be set."""
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.pool_id}"

    @property
    def discovery_url(self) -> str:
        """Where the pool's discovery document is served."""
        return f"{self.addresses.aws}/{self.pool_id}/.well-known/openid-configuration"

    def has_expired(self, session_token: str | None) -> bool:
        """Whether it is the session token of credentials that have expired."""
        return session_token is not None and session_token == self.expired_session

    def runtime_rules(self) -> dict[str, Any] | None:
        """The Runtime's `customJWTAuthorizer`, or None when it takes SigV4."""
        return self._rules(self.runtime)

    def gateway_rules(self) -> dict[str, Any] | None:
        """The Gateway's `customJWTAuthorizer`, or None."""
        return self._rules(self.gateway)

    @staticmethod
    def _rules(part: dict[str, Any]) -> dict[str, Any] | None:
        return (part.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")


def deploy(state: State, *, runtime_authorizer: str, gateway_authorizer: str) -> State:
    """Fills `state` with a Runtime and a Gateway in good order.

    Args:
        state: with addresses, pool and client set.
        runtime_authorizer: `jwt` or `iam`.
        gateway_authorizer: `jwt`, `iam` or `none`.
    """
    rules = {
        "customJWTAuthorizer": {
            "discoveryUrl": state.discovery_url,
            "allowedClients": [state.client_id],
        }
    }
    state.runtime = {
        "agentRuntimeArn": RUNTIME_ARN,
        "agentRuntimeId": RUNTIME_ID,
        "agentRuntimeName": RUNTIME_ID.split("-", maxsplit=1)[0],
        "agentRuntimeVersion": "1",
        "createdAt": LONG_AGO,
        "lastUpdatedAt": LONG_AGO,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/local-agent",
        "networkConfiguration": {"networkMode": "PUBLIC"},
        "status": "READY",
        "protocolConfiguration": {"serverProtocol": state.protocol},
        "metadataConfiguration": {"requireMMDSV2": True},
    }
    if runtime_authorizer == "jwt":
        state.runtime["authorizerConfiguration"] = rules
    state.endpoints = [_endpoint("DEFAULT")]
    kind = {"jwt": "CUSTOM_JWT", "iam": "AWS_IAM", "none": "NONE"}[gateway_authorizer]
    state.gateway = {
        "gatewayArn": GATEWAY_ARN,
        "gatewayId": GATEWAY_ID,
        "gatewayUrl": state.addresses.gateway_url,
        "name": "local-gateway",
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "status": "READY",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/local-gateway",
        "protocolType": "MCP",
        "protocolConfiguration": {"mcp": {"supportedVersions": list(VERSIONS), "searchType": "SEMANTIC"}},
        "authorizerType": kind,
    }
    if kind == "CUSTOM_JWT":
        state.gateway["authorizerConfiguration"] = {"customJWTAuthorizer": dict(rules["customJWTAuthorizer"])}
    state.targets = [_target("echo-tool", "READY")]
    return state


def _endpoint(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": name,
        "status": "READY",
        "liveVersion": "1",
        "targetVersion": "1",
        "agentRuntimeEndpointArn": f"{RUNTIME_ARN}/runtime-endpoint/{name}",
        "agentRuntimeArn": RUNTIME_ARN,
        "createdAt": LONG_AGO,
        "lastUpdatedAt": LONG_AGO,
    }


def _target(name: str, status: str) -> dict[str, Any]:
    return {
        "targetId": name.upper().replace("-", "")[:10].ljust(10, "0"),
        "name": name,
        "status": status,
        "targetType": "LAMBDA",
        "listingMode": "DEFAULT",
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
    }


def add_target(state: State, name: str, status: str) -> None:
    """Puts another target beside the first."""
    state.targets.append(_target(name, status))


def ready_targets(state: State) -> Iterable[str]:
    """The names of the targets whose tools are listed."""
    return [target["name"] for target in state.targets if target["status"] == "READY"]
