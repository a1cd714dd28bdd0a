"""What is deployed, as the control plane, Cognito and the discovery document tell it.

Each part is told in the names of the AWS API's own answers, shortened
(`model.aws_shapes.from_facts`). A part that is None is not known; a part with `unreadable` was asked
for and refused. Nothing is ever assumed in the place of what could not be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from agentcore_probe.model.base import Frozen

AuthorizerType = Literal["CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY", "NONE"]


class CustomClaim(Frozen):
    """One rule on a claim of the token (docs/agentcore.md section 6)."""

    name: str
    operator: str = "EQUALS"
    """EQUALS, CONTAINS, CONTAINS_ANY, or one that this version does not know."""
    values: tuple[str, ...] = ()


class JwtAuthorizer(Frozen):
    """The rules of a `customJWTAuthorizer`; all that are set must pass."""

    discovery_url: str = ""
    allowed_clients: tuple[str, ...] = ()
    allowed_audience: tuple[str, ...] = ()
    allowed_scopes: tuple[str, ...] = ()
    custom_claims: tuple[CustomClaim, ...] = ()
    workload_binding: tuple[str, ...] = ()
    """ARNs or names of the workloads (a gateway) that alone may call."""

    @property
    def has_rule(self) -> bool:
        """Whether anything beyond issuer and signature is required."""
        return bool(
            self.allowed_clients
            or self.allowed_audience
            or self.allowed_scopes
            or self.custom_claims
            or self.workload_binding
        )


class Authorizer(Frozen):
    """Who may call: the kind, and for a JWT the rules."""

    type: AuthorizerType
    jwt: JwtAuthorizer | None = None


class Endpoint(Frozen):
    """An endpoint of a Runtime: the name a caller gives as `qualifier`."""

    name: str
    status: str | None = None
    last_updated_at: datetime | None = None
    live_version: str | None = None
    target_version: str | None = None


class RuntimeConfiguration(Frozen):
    """A deployed Runtime."""

    arn: str | None = None
    status: str | None = None
    failure_reason: str | None = None
    protocol: str | None = None
    """`HTTP`, `MCP`, `A2A` or `AGUI`."""
    authorizer: Authorizer | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    require_mmdsv2: bool | None = None
    header_allowlist: tuple[str, ...] | None = None
    unreadable: str | None = None


class Target(Frozen):
    """A target of a Gateway: what its tools come from."""

    name: str
    status: str | None = None
    status_reasons: tuple[str, ...] = ()
    listing_mode: str | None = None


class GatewayConfiguration(Frozen):
    """A deployed Gateway."""

    id: str | None = None
    arn: str | None = None
    url: str | None = None
    status: str | None = None
    status_reasons: tuple[str, ...] = ()
    authorizer: Authorizer | None = None
    supported_versions: tuple[str, ...] | None = None
    search_type: str | None = None
    sessions: bool | None = None
    streaming: bool | None = None
    interceptors: bool | None = None
    policy_engine: str | None = None
    """The policy engine's mode, `LOG_ONLY` or `ENFORCE`; None when there is none or it is not known."""
    targets: tuple[Target, ...] | None = None
    unreadable: str | None = None


class ClientConfiguration(Frozen):
    """An app client of a Cognito user pool (DescribeUserPoolClient)."""

    client_id: str | None = None
    auth_flows: tuple[str, ...] | None = None
    has_secret: bool | None = None
    oauth_flows: tuple[str, ...] | None = None
    oauth_enabled: bool | None = None
    oauth_scopes: tuple[str, ...] | None = None
    unreadable: str | None = None


class Issuer(Frozen):
    """A discovery document and the keys it leads to."""

    discovery_url: str = ""
    issuer: str | None = None
    jwks_uri: str | None = None
    token_endpoint: str | None = None
    keys: tuple[str, ...] | None = None
    """The `kid`s of the JWKS."""
    unreadable: str | None = None


class Configuration(Frozen):
    """Everything that is known of what is deployed."""

    runtime: RuntimeConfiguration | None = None
    gateway: GatewayConfiguration | None = None
    client: ClientConfiguration | None = None
    issuers: tuple[Issuer, ...] = ()

    def authorizer(self, target: str) -> Authorizer | None:
        """The deployed authorizer of `runtime` or `gateway`; None when not known."""
        part = {"runtime": self.runtime, "gateway": self.gateway}.get(target)
        return part.authorizer if part is not None else None

    @property
    def claims_of_rules(self) -> frozenset[str]:
        """The claims that the deployed `customClaims` look at."""
        rules = [each.jwt for each in map(self.authorizer, ("runtime", "gateway")) if each and each.jwt]
        return frozenset(claim.name for rule in rules for claim in rule.custom_claims)

    def issuer_of(self, authorizer: JwtAuthorizer | None) -> Issuer | None:
        """The issuer that `authorizer` trusts, where it was read."""
        if authorizer is not None and authorizer.discovery_url:
            for issuer in self.issuers:
                if issuer.discovery_url == authorizer.discovery_url:
                    return issuer
        undirected = [issuer for issuer in self.issuers if not issuer.discovery_url]
        return undirected[0] if undirected else None
