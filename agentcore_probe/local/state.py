"""What is deployed in the embedded AgentCore: a Runtime, a Gateway, a user pool, an IAM user.

Runtime, endpoints, Gateway and targets have the shapes of the AWS API's responses (`local.resources`): the control
plane returns them unchanged, and the other services read the same facts.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
USER = "probe"
"""The name of the pool's first user, and of the IAM user."""
SCOPE_SERVER = "gateway"
SCOPE = f"{SCOPE_SERVER}/invoke"
"""What the app client with a secret may ask for."""
SEPARATOR = "___"
"""Between a Gateway's target and its tool (docs/agentcore.md section 4)."""
RUNTIME_ID = "local_agent-LOCALAGENT"
GATEWAY_ID = "local-gateway-localgw001"
HARNESS_ID = "local_harness-LOCALHARNE"
REGISTRY_ID = "localregistry1"
RUNTIME_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:runtime/{RUNTIME_ID}"
GATEWAY_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:gateway/{GATEWAY_ID}"
HARNESS_ARN = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:harness/{HARNESS_ID}"
REGISTRY_ARN = f"arn:aws:agent-registry:{REGION}:{ACCOUNT}:registry/{REGISTRY_ID}"
STATELESS = "2026-07-28"
"""The MCP version without an `initialize` handshake."""
MCP_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"]


@dataclass(frozen=True)
class Addresses:
    """The base URLs of the services."""

    runtime: str
    control: str
    gateway: str
    aws: str
    """Cognito, IAM, STS and the token endpoint."""
    session: str | None = None
    """The endpoints of sessions; None: sessions have none."""
    registry: str = ""
    """The data plane and the control plane of the registry; empty where there is none."""

    @property
    def gateway_url(self) -> str:
        """The Gateway's MCP endpoint."""
        return f"{self.gateway}/mcp"


@dataclass(frozen=True)
class TokenChanges:
    """How a login's tokens differ from moto's."""

    expires_in: int = 3600
    """Lifetime in seconds; negative for an expired token."""
    not_before_in: int | None = None
    """Seconds until the token is valid (`nbf`)."""

    def claims(self) -> dict[str, Any]:
        """The claims to add."""
        return {} if self.not_before_in is None else {"nbf": int(time.time()) + self.not_before_in}


@dataclass
class Deployment:
    """A deployment that goes on while the services run: each read of a resource's status takes it one step further.

    Steps and not seconds, so that a test sees each of them however slow the machine is.
    """

    ready_at: int = 3
    """The read that is the first to get READY."""
    callable_at: int = 4
    """The read after which the data plane knows the resource: it lags behind READY."""
    reads: dict[str, int] = field(default_factory=dict)
    """How often the status of each resource, `runtime` or `gateway`, was read."""

    def read(self, resource: str) -> None:
        """Counts a read of the resource's status."""
        self.reads[resource] = self.reads.get(resource, 0) + 1

    def status(self, resource: str) -> str:
        """The resource's status, as it is read now."""
        return "READY" if self.reads.get(resource, 0) >= self.ready_at else "CREATING"

    def is_callable(self, resource: str) -> bool:
        """Whether the data plane knows the resource."""
        return self.reads.get(resource, 0) >= self.callable_at


@dataclass(frozen=True)
class PolicyState:
    """A policy of the policy engine."""

    name: str
    text: str
    """In Cedar, unless it is temporal."""
    mode: str = "ACTIVE"
    """`ACTIVE` or `LOG_ONLY`."""
    is_temporal: bool = False
    """Whether it is in the language Dogwood and counts the requests of a session."""

    @property
    def id(self) -> str:
        """Its name with ten characters, as AWS appends them."""
        return f"{self.name}-localpolic"


@dataclass
class EngineState:
    """The Gateway's policy engine."""

    mode: str
    """`ENFORCE` or `LOG_ONLY`."""
    policies: list[PolicyState] = field(default_factory=list)
    status: str = "ACTIVE"
    key_arn: str | None = None
    """The customer's key with which it is encrypted."""


@dataclass
class State:
    """The deployed state. Faults change it before the services start; later, only a deployment goes on."""

    addresses: Addresses
    pool_id: str
    client_id: str
    protocol: str = "HTTP"
    runtime: dict[str, Any] = field(default_factory=dict)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    gateway: dict[str, Any] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)
    wire_fault: str | None = None
    """The wire fault (`local.wire_faults`) that replaces the data plane."""
    clock_ahead: timedelta = timedelta(0)
    """How far the service's clock is ahead of this machine's."""
    response_delay: float = 0.0
    """Seconds by which every response is delayed."""
    token_changes: TokenChanges | None = None
    expired_session_token: str | None = None
    """The session token of the IAM user's credentials, if they are temporary and have expired."""
    weaknesses: set[str] = field(default_factory=set)
    """What the JWT authorizer wrongly accepts (`local.weak_verifiers`)."""
    service_faults: set[str] = field(default_factory=set)
    """Names of the faults that the services simulate themselves."""
    policy_engine: EngineState | None = None
    """The Gateway's policy engine; None: it has none."""
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Resource policies by the ARN of their resource: the Runtime, its endpoint, the Gateway."""
    transaction_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """With which the Gateway signs its transaction tokens (`local.transaction_tokens`)."""
    status_service: str | None = None
    """The base URL of the web service behind the Gateway's passthrough target; None: there is none."""
    deployment: Deployment | None = None
    """The deployment that is under way; None: everything was deployed long ago."""
    harness: dict[str, Any] | None = None
    """The harness that is probed, a `Harness` structure; None: there is none."""
    registry: dict[str, Any] | None = None
    """The registry that is probed, a `GetRegistry` answer; None: there is none."""
    login_server: frozenset[str] | None = None
    """What the authorization server offers to MCP clients (`local.login`); None: it is like Cognito's."""

    @property
    def now(self) -> datetime:
        """The time by the service's clock."""
        return datetime.now(UTC) + self.clock_ahead

    @property
    def issuer(self) -> str:
        """The `iss` of the pool's tokens: as AWS builds it, or the address of a server for MCP clients."""
        if self.login_server is not None:
            slash = "/" if "metadata-issuer-slash" in self.service_faults else ""
            return f"{self.addresses.aws}/{self.pool_id}{slash}"
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.pool_id}"

    @property
    def discovery_url(self) -> str:
        """Where the pool's discovery document is served."""
        return f"{self.addresses.aws}/{self.pool_id}/.well-known/openid-configuration"

    def is_known(self, resource: str) -> bool:
        """Whether the data plane knows `runtime` or `gateway`."""
        return self.deployment is None or self.deployment.is_callable(resource)

    def has_expired(self, session_token: str | None) -> bool:
        """Whether `session_token` belongs to expired credentials."""
        return session_token is not None and session_token == self.expired_session_token

    def runtime_rules(self) -> dict[str, Any] | None:
        """The Runtime's `customJWTAuthorizer`, or None for a Runtime with IAM."""
        return _jwt_authorizer(self.runtime)

    def gateway_rules(self) -> dict[str, Any] | None:
        """The Gateway's `customJWTAuthorizer`, or None."""
        return _jwt_authorizer(self.gateway)

    def registry_rules(self) -> dict[str, Any] | None:
        """The registry's `customJWTAuthorizer`, or None."""
        return _jwt_authorizer((self.registry or {}).get("discoveryConfiguration") or {})


def _jwt_authorizer(resource: dict[str, Any]) -> dict[str, Any] | None:
    return (resource.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")


def ready_targets(state: State) -> list[str]:
    """The names of the READY targets, whose tools the Gateway lists."""
    return [target["name"] for target in state.targets if target["status"] == "READY"]
