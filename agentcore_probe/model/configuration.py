"""What is deployed, as the control plane, Cognito and the discovery document tell it.

Each part is told in the names of the AWS API's own answers, shortened
(`from_facts`). A part that is None is not known; a part with `unreadable` was asked
for and refused. Nothing is ever assumed in the place of what could not be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_args

from agentcore_probe.model.base import Frozen

AuthorizerType = Literal["CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY", "NONE"]


class CustomClaim(Frozen):
    """One rule on a claim of the token (agentcore-facts: customClaims)."""

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


def from_facts(facts: dict[str, Any]) -> Configuration:
    """A configuration from the AWS API's own names.

    Args:
        facts: any of `runtime` (GetAgentRuntime and its endpoints), `gateway` (GetGateway
            and its targets), `client` (DescribeUserPoolClient), `issuer` and `keys` of one
            discovery document, `issuers` of several. Every key may be missing.

    Returns:
        The configuration, with None for each part that `facts` does not tell.
    """
    issuers = [_issuer(each) for each in facts.get("issuers", ())]
    if "issuer" in facts or "keys" in facts:
        issuers.append(_issuer({"issuer": facts.get("issuer"), "keys": facts.get("keys")}))
    return Configuration(
        runtime=_runtime(facts["runtime"]) if facts.get("runtime") else None,
        gateway=_gateway(facts["gateway"]) if facts.get("gateway") else None,
        client=_client(facts["client"]) if facts.get("client") else None,
        issuers=tuple(issuers),
    )


def _runtime(facts: dict[str, Any]) -> RuntimeConfiguration:
    protocol = facts.get("serverProtocol") or (facts.get("protocolConfiguration") or {}).get("serverProtocol")
    mmds = facts.get("requireMMDSV2", (facts.get("metadataConfiguration") or {}).get("requireMMDSV2"))
    allowlist = (facts.get("requestHeaderConfiguration") or {}).get("requestHeaderAllowlist")
    endpoints = facts.get("endpoints")
    return RuntimeConfiguration(
        arn=facts.get("arn") or facts.get("agentRuntimeArn"),
        status=facts.get("status"),
        failure_reason=facts.get("failureReason"),
        protocol=protocol,
        authorizer=_runtime_authorizer(facts),
        endpoints=None if endpoints is None else tuple(_endpoint(each) for each in endpoints),
        require_mmdsv2=mmds,
        header_allowlist=None if allowlist is None else tuple(allowlist),
        unreadable=facts.get("unreadable"),
    )


def _runtime_authorizer(facts: dict[str, Any]) -> Authorizer | None:
    """A Runtime without `customJWTAuthorizer` takes SigV4 (agentcore-facts section 6)."""
    if "authorizerConfiguration" not in facts:
        return None
    jwt = (facts["authorizerConfiguration"] or {}).get("customJWTAuthorizer")
    return Authorizer(type="CUSTOM_JWT", jwt=_jwt(jwt)) if jwt else Authorizer(type="AWS_IAM")


def _jwt(facts: dict[str, Any]) -> JwtAuthorizer:
    binding = facts.get("allowedWorkloadConfiguration") or {}
    hosts = [host.get("arn", "") for host in binding.get("hostingEnvironments") or ()]
    return JwtAuthorizer(
        discovery_url=facts.get("discoveryUrl") or "",
        allowed_clients=tuple(facts.get("allowedClients") or ()),
        allowed_audience=tuple(facts.get("allowedAudience") or ()),
        allowed_scopes=tuple(facts.get("allowedScopes") or ()),
        custom_claims=tuple(_custom_claim(each) for each in facts.get("customClaims") or ()),
        workload_binding=(*hosts, *(binding.get("workloadIdentities") or ())),
    )


def _custom_claim(facts: dict[str, Any]) -> CustomClaim:
    match = facts.get("authorizingClaimMatchValue") or facts
    value = match.get("claimMatchValue") or {}
    listed = value.get("matchValueStringList")
    values = listed if listed is not None else [value.get("matchValueString", "")]
    return CustomClaim(
        name=facts.get("inboundTokenClaimName") or facts.get("name") or "",
        operator=match.get("claimMatchOperator") or "EQUALS",
        values=tuple(values),
    )


def _endpoint(facts: dict[str, Any]) -> Endpoint:
    return Endpoint(
        name=facts.get("name", ""),
        status=facts.get("status"),
        last_updated_at=facts.get("lastUpdatedAt"),
        live_version=facts.get("liveVersion"),
        target_version=facts.get("targetVersion"),
    )


def _gateway(facts: dict[str, Any]) -> GatewayConfiguration:
    mcp = (facts.get("protocolConfiguration") or {}).get("mcp") or {}
    told = "protocolConfiguration" in facts
    streaming = (mcp.get("streamingConfiguration") or {}).get("enableResponseStreaming")
    targets = facts.get("targets")
    versions = mcp.get("supportedVersions")
    return GatewayConfiguration(
        id=facts.get("gatewayId"),
        arn=facts.get("gatewayArn"),
        url=facts.get("gatewayUrl"),
        status=facts.get("status"),
        status_reasons=tuple(facts.get("statusReasons") or ()),
        authorizer=_gateway_authorizer(facts),
        supported_versions=None if versions is None else tuple(versions),
        search_type=mcp.get("searchType") or ("NONE" if told else None),
        sessions=bool(mcp.get("sessionConfiguration")) if told else None,
        streaming=bool(streaming) if told else None,
        interceptors=bool(facts.get("interceptorConfigurations"))
        if "interceptorConfigurations" in facts
        else None,
        policy_engine=(facts.get("policyEngineConfiguration") or {}).get("mode"),
        targets=None if targets is None else tuple(_target(each) for each in targets),
        unreadable=facts.get("unreadable"),
    )


def _gateway_authorizer(facts: dict[str, Any]) -> Authorizer | None:
    jwt = (facts.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")
    kind = facts.get("authorizerType") or ("CUSTOM_JWT" if jwt else None)
    for known in get_args(AuthorizerType):
        if kind == known:
            return Authorizer(type=known, jwt=_jwt(jwt) if jwt else None)
    return None  # a kind that we have not heard of is not known


def _target(facts: dict[str, Any]) -> Target:
    return Target(
        name=facts.get("name", ""),
        status=facts.get("status"),
        status_reasons=tuple(facts.get("statusReasons") or ()),
        listing_mode=facts.get("listingMode"),
    )


def _client(facts: dict[str, Any]) -> ClientConfiguration:
    def listed(key: str) -> tuple[str, ...] | None:
        return tuple(facts[key]) if facts.get(key) is not None else None

    read = "unreadable" not in facts and "ExplicitAuthFlows" in facts
    return ClientConfiguration(
        client_id=facts.get("ClientId"),
        auth_flows=listed("ExplicitAuthFlows"),
        has_secret=bool(facts.get("ClientSecret")) if "ClientSecret" in facts or read else None,
        oauth_flows=listed("AllowedOAuthFlows"),
        oauth_enabled=facts.get("AllowedOAuthFlowsUserPoolClient"),
        oauth_scopes=listed("AllowedOAuthScopes"),
        unreadable=facts.get("unreadable"),
    )


def _issuer(facts: dict[str, Any]) -> Issuer:
    keys = facts.get("keys")
    return Issuer(
        discovery_url=facts.get("discoveryUrl") or "",
        issuer=facts.get("issuer"),
        jwks_uri=facts.get("jwks_uri"),
        token_endpoint=facts.get("token_endpoint"),
        keys=None if keys is None else tuple(keys),
        unreadable=facts.get("unreadable"),
    )
