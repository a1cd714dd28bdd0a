"""What is deployed, as the control plane, Cognito and the discovery documents report it.

The field names follow those of the AWS API (`model.aws_shapes.from_facts`). A part that is None was not read; a
part with `unreadable` could not be read, for that reason. Nothing is assumed about what could not be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from agentcore_probe.model.base import Frozen
from agentcore_probe.model.policy_engine import PolicyEngine

ANOTHER_RESOURCE = "another-resource"
"""The reason of a part that is unreadable because the answer describes another resource than the requested one."""
NO_GATEWAY_ID = "no-gateway-id"
"""The reason of a Gateway that is named by a URL without its id, by which it would be read."""
WITHOUT_KEYS = "jwks: "
"""What the reason of an issuer begins with whose document was read, and whose keys could not be."""

AuthorizerType = Literal["CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY", "NONE"]


class CustomClaim(Frozen):
    """One rule on a claim of the token (docs/agentcore.md section 6)."""

    name: str
    operator: str = "EQUALS"
    """EQUALS, CONTAINS, CONTAINS_ANY, or an operator that is newer than this program."""
    values: tuple[str, ...] = ()


class JwtAuthorizer(Frozen):
    """The rules of a `customJWTAuthorizer`; a token must satisfy all that are set."""

    discovery_url: str = ""
    allowed_clients: tuple[str, ...] = ()
    allowed_audience: tuple[str, ...] = ()
    allowed_scopes: tuple[str, ...] = ()
    custom_claims: tuple[CustomClaim, ...] = ()
    advertised_scopes: dict[str, str] = Field(default_factory=dict)
    """The name that a challenge shows of a scope, by the one that a token needs (`advertisedScopeMapping`)."""
    workload_binding: tuple[str, ...] = ()
    """ARNs or names of the only workloads (a gateway, for example) that may call."""

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
    """Who may call: the type of authorizer and, for JWTs, its rules."""

    type: AuthorizerType
    jwt: JwtAuthorizer | None = None


class Endpoint(Frozen):
    """An endpoint of a Runtime; callers name it in `qualifier`."""

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
    network_mode: str | None = None
    """`PUBLIC` or `VPC`: where its container runs; callers reach it in the same way."""
    authorizer: Authorizer | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    require_mmdsv2: bool | None = None
    header_allowlist: tuple[str, ...] | None = None
    allowed_ports: tuple[str, ...] | None = None
    """The ports that a session's endpoint serves, `8000` or `8000-8010`; None where there is no such endpoint."""
    unreadable: str | None = None
    described_arn: str | None = None
    """The ARN in the answer, where it is not the requested one."""


class DeployedTarget(Frozen):
    """A target of a Gateway: a source of tools."""

    name: str
    status: str | None = None
    status_reasons: tuple[str, ...] = ()
    listing_mode: str | None = None
    type: str | None = None
    """`LAMBDA`, `MCP_SERVER`, `AGENTCORE_RUNTIME`, `PASSTHROUGH` and others."""
    endpoint: str | None = None
    """The URL that a passthrough target or an MCP server's target calls."""
    runtime: str | None = None
    """The ARN of the Runtime that it calls."""
    qualifier: str | None = None
    """The endpoint of that Runtime."""
    credentials: tuple[str, ...] = ()
    """How it identifies itself to the service behind it: `GATEWAY_IAM_ROLE`, `CALLER_IAM_CREDENTIALS`, and others."""


class GatewayConfiguration(Frozen):
    """A deployed Gateway."""

    id: str | None = None
    arn: str | None = None
    url: str | None = None
    status: str | None = None
    status_reasons: tuple[str, ...] = ()
    authorizer: Authorizer | None = None
    speaks_mcp: bool | None = None
    """Whether it has an MCP endpoint: one without `protocolType` only forwards calls to its targets."""
    workload_identity: str | None = None
    """The name by which a Runtime's binding may know it, apart from its ARN."""
    role: str | None = None
    """The ARN of the IAM role with which it calls its targets."""
    runtime_target: str | None = None
    """The name of the target that leads to the environment's Runtime; None where none is known."""
    supported_versions: tuple[str, ...] | None = None
    search_type: str | None = None
    sessions: bool | None = None
    streaming: bool | None = None
    interceptors: bool | None = None
    policy_engine: str | None = None
    """The mode of the policy engine, `LOG_ONLY` or `ENFORCE`; None where there is none or it is not known."""
    policy_engine_arn: str | None = None
    engine: PolicyEngine | None = None
    """The policy engine with its policies; None where there is none or it was not requested."""
    targets: tuple[DeployedTarget, ...] | None = None
    exception_level: Literal["DEBUG"] | None = None
    """`DEBUG`: its errors have details for everyone who calls it."""
    domains: tuple[str, ...] | None = None
    """Its own host names (`domainOverride`)."""
    unreadable: str | None = None
    described_arn: str | None = None
    """The ARN or id in the answer, where it is not the requested one."""

    def target(self, name: str) -> DeployedTarget | None:
        """The target of this name, or None."""
        return next((target for target in self.targets or () if target.name == name), None)

    @property
    def leaves_it_to_runtimes(self) -> bool:
        """Whether each target passes the caller's token on to a Runtime, whose own authorizer then decides."""
        targets = self.targets or ()
        return bool(targets) and all(
            target.type == "AGENTCORE_RUNTIME" and target.credentials == ("JWT_PASSTHROUGH",)
            for target in targets
        )

    @property
    def is_guarded(self) -> bool:
        """Whether an interceptor or an enforcing policy engine decides about callers, besides the authorizer."""
        return bool(self.interceptors or self.policy_engine == "ENFORCE")


class HarnessConfiguration(Frozen):
    """A deployed harness."""

    arn: str | None = None
    status: str | None = None
    failure_reason: str | None = None
    authorizer: Authorizer | None = None
    runtime: str | None = None
    """The ARN of the Runtime in which its agent runs."""
    max_iterations: int | None = None
    max_tokens: int | None = None
    allowed_tools: tuple[str, ...] | None = None
    unreadable: str | None = None
    described_arn: str | None = None
    """The ARN in the answer, where it is not the requested one."""


class RegistryConfiguration(Frozen):
    """A deployed agent registry."""

    id: str | None = None
    arn: str | None = None
    status: str | None = None
    status_reason: str | None = None
    authorizer: Authorizer | None = None
    former: bool | None = None
    """Whether it was read in the namespace of the registry's preview (docs/agentcore.md section 11.16)."""
    unreadable: str | None = None
    described_arn: str | None = None
    """The ARN or id in the answer, where it is not the requested one."""


class ClientConfiguration(Frozen):
    """An app client of a Cognito user pool (DescribeUserPoolClient)."""

    client_id: str | None = None
    auth_flows: tuple[str, ...] | None = None
    has_secret: bool | None = None
    secret_arn: str | None = None
    """Its secret in Secrets Manager, which is rotated."""
    oauth_flows: tuple[str, ...] | None = None
    oauth_enabled: bool | None = None
    oauth_scopes: tuple[str, ...] | None = None
    callback_urls: tuple[str, ...] | None = None
    unreadable: str | None = None


class ClientMetadataPolicy(Frozen):
    """A policy of a user pool about clients whose id is the URL of their metadata document (CIMD)."""

    id: str
    name: str | None = None
    client_id: str | None = None
    """The app client that such a client acts as; None: it is gone."""
    url_patterns: tuple[str, ...] | None = None
    """Of the documents' URLs; None where the policy could not be read."""


class UserPool(Frozen):
    """How clients get an id at a Cognito user pool (DescribeUserPool, ListCIMDPolicies; docs/agentcore.md section 5.1)."""

    id: str
    domain: str | None = None
    """Its domain prefix or own domain; None: it has no login pages and no registration."""
    tier: str | None = None
    registers: bool | None = None
    """Whether clients can register themselves (`DcrConfiguration.EnableStatus`)."""
    registers_openly: bool | None = None
    """Whether they can do so without a token (`OpenDcrEnabled`)."""
    registered_scopes: tuple[str, ...] | None = None
    """What a client that registered itself can ask for (`AllowedScopes`); None: not set."""
    client_metadata_policies: tuple[ClientMetadataPolicy, ...] | None = None
    """None where they could not be listed."""
    policies_unreadable: str | None = None
    """Why they could not be listed, or one of them not be read."""
    unreadable: str | None = None


class Issuer(Frozen):
    """A discovery document and its signing keys."""

    discovery_url: str = ""
    issuer: str | None = None
    jwks_uri: str | None = None
    token_endpoint: str | None = None
    registration_endpoint: str | None = None
    """Where clients register themselves (RFC 7591)."""
    keys: tuple[str, ...] | None = None
    """The `kid`s of the JWKS."""
    unreadable: str | None = None

    @property
    def unreadable_keys(self) -> str | None:
        """Why the keys could not be read, where the discovery document could; else None."""
        if self.unreadable is None or not self.unreadable.startswith(WITHOUT_KEYS):
            return None
        return self.unreadable.removeprefix(WITHOUT_KEYS)


class Advertised(Frozen):
    """The metadata of a protected resource, which anyone may read (RFC 9728)."""

    target: str
    """`runtime` or `gateway`."""
    discovery_url: str
    """Of the issuer that it names."""
    scopes: tuple[str, ...] = ()
    """`scopes_supported`: AgentCore lists those that it requires one of (docs/agentcore.md section 11.7)."""


class ResourcePolicy(Frozen):
    """The resource policy of a Runtime, a Runtime's endpoint or a Gateway (docs/agentcore.md section 6.1)."""

    resource: str
    """The ARN."""
    document: str | None = None
    """Its JSON; None where there is no policy, or it could not be read."""
    unreadable: str | None = None


class EndpointPolicy(Frozen):
    """The policy of a VPC endpoint through which a target may be called (docs/agentcore.md section 11.22)."""

    id: str
    """The endpoint's id; the called host where it could not be read."""
    target: Literal["runtime", "gateway"]
    """What is called through it."""
    document: str | None = None
    """Its JSON; None where there is none, or it could not be read."""
    unreadable: str | None = None


class Configuration(Frozen):
    """Everything that was read of what is deployed."""

    runtime: RuntimeConfiguration | None = None
    gateway: GatewayConfiguration | None = None
    client: ClientConfiguration | None = None
    issuers: tuple[Issuer, ...] = ()
    policies: tuple[ResourcePolicy, ...] | None = None
    """Of the Runtime, its endpoint and the Gateway; None where they were not requested."""
    endpoint_policies: tuple[EndpointPolicy, ...] | None = None
    """Of the VPC endpoints through which the targets are called; None where no call goes through one."""
    other_judges: bool | None = None
    """Whether what follows from the judges beside the authorizers may be said; None in records from before it was said, which
    keep their meaning."""
    advertised: Advertised | None = None
    """What the called target says of itself, where that was read instead of its authorizer."""
    harness: HarnessConfiguration | None = None
    registry: RegistryConfiguration | None = None
    user_pools: tuple[UserPool, ...] | None = None
    """Of the issuers that are Cognito's; None where they were not requested: nobody asks for `…-oauth-metadata`."""

    def authorizer(self, target: str) -> Authorizer | None:
        """The deployed authorizer of a target; None where it is not known."""
        part = {
            "runtime": self.runtime,
            "gateway": self.gateway,
            "harness": self.harness,
            "registry": self.registry,
        }.get(target)
        return part.authorizer if part is not None else None

    @property
    def jwt_rules(self) -> tuple[JwtAuthorizer, ...]:
        """The rules of every target that takes tokens, those of the Runtime first."""
        authorizers = map(self.authorizer, ("runtime", "gateway", "harness", "registry"))
        return tuple(authorizer.jwt for authorizer in authorizers if authorizer and authorizer.jwt)

    @property
    def claims_of_rules(self) -> frozenset[str]:
        """The names of the claims that the deployed `customClaims` compare."""
        return frozenset(claim.name for rules in self.jwt_rules for claim in rules.custom_claims)

    def issuer_of(self, authorizer: JwtAuthorizer | None) -> Issuer | None:
        """The issuer that `authorizer` trusts, or None where it was not read.

        Facts of a single issuer may lack its discovery URL: such an issuer counts as the trusted one.
        """
        if authorizer is not None and authorizer.discovery_url:
            for issuer in self.issuers:
                if issuer.discovery_url == authorizer.discovery_url:
                    return issuer
        return next((issuer for issuer in self.issuers if not issuer.discovery_url), None)

    def advertised_by(self, target: str) -> Advertised | None:
        """What `runtime` or `gateway` says of its unknown authorizer, if that was read."""
        is_meant = self.advertised is not None and self.advertised.target == target
        return self.advertised if is_meant and self.authorizer(target) is None else None

    def advertised_issuer(self, target: str) -> Issuer | None:
        """The issuer that `runtime` or `gateway` names, or None where its documents were not read."""
        named = self.advertised_by(target)
        urls = [named.discovery_url] if named is not None else []
        return next((issuer for issuer in self.issuers if issuer.discovery_url in urls), None)
