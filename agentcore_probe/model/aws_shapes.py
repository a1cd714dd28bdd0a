"""AWS API answers -> Configuration: `GetAgentRuntime`, `GetGateway`, `DescribeUserPoolClient` and their kind."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError

from agentcore_probe.model.configuration import (
    Advertised,
    Authorizer,
    AuthorizerType,
    ClientConfiguration,
    ClientMetadataPolicy,
    Configuration,
    CustomClaim,
    DeployedTarget,
    Endpoint,
    EndpointPolicy,
    GatewayConfiguration,
    HarnessConfiguration,
    Issuer,
    JwtAuthorizer,
    RegistryConfiguration,
    ResourcePolicy,
    RuntimeConfiguration,
    UserPool,
)
from agentcore_probe.model.policy_engine import DeployedPolicy, PolicyEngine

FORWARDING = frozenset({"AGENTCORE_RUNTIME", "PASSTHROUGH"})
"""The types of target behind which another authorizer decides: a Runtime's, or a server's."""


def from_facts(facts: dict[str, Any]) -> Configuration:
    """The configuration that facts in the AWS API's names describe.

    Args:
        facts: any of `runtime` (GetAgentRuntime and its endpoints), `gateway` (GetGateway
            and its targets), `client` (DescribeUserPoolClient), `issuer` and `keys` of one
            discovery document, `issuers` of several, `policies` (GetResourcePolicy, each with its `resourceArn`),
            `advertised` (the fields of `Advertised`), `endpointPolicies` (of VPC endpoints, each with its `target`),
            `otherJudges` (`Configuration.other_judges`), `harness` (the harness of GetHarness), `registry` (GetRegistry),
            `userPools` (DescribeUserPool, each with the `CIMDPolicies` of DescribeCIMDPolicy).
            Every key may be missing.

    Returns:
        The configuration, with None for each part that is not in `facts`.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: a part has another shape than the API's.
    """
    issuers = [_issuer(document) for document in facts.get("issuers", ())]
    if "issuer" in facts or "keys" in facts:
        issuers.append(_issuer({"issuer": facts.get("issuer"), "keys": facts.get("keys")}))
    return Configuration(
        runtime=_runtime(facts["runtime"]) if facts.get("runtime") else None,
        gateway=_gateway(facts["gateway"]) if facts.get("gateway") else None,
        client=_client(facts["client"]) if facts.get("client") else None,
        issuers=tuple(issuers),
        policies=tuple(map(_policy, facts["policies"])) if facts.get("policies") is not None else None,
        endpoint_policies=tuple(map(_endpoint_policy, facts["endpointPolicies"]))
        if facts.get("endpointPolicies")
        else None,
        other_judges=facts.get("otherJudges"),
        advertised=Advertised(**facts["advertised"]) if facts.get("advertised") else None,
        harness=_harness(facts["harness"]) if facts.get("harness") else None,
        registry=_registry(facts["registry"]) if facts.get("registry") else None,
        user_pools=tuple(map(_user_pool, facts["userPools"])) if facts.get("userPools") is not None else None,
    )


UNEXPECTED = "unexpected-answer"
"""The reason of a part that is unreadable because its answer has another shape than the API's."""


def from_answers(facts: dict[str, Any]) -> Configuration:
    """Like `from_facts`, for unchecked answers: a part of another shape becomes unreadable, the others stay."""
    parts = {
        name: _readable(name, facts[name])
        for name in ("runtime", "gateway", "client", "harness", "registry")
        if facts.get(name)
    }
    issuers = [
        issuer
        if _fits({"issuers": [issuer]})
        else {"discoveryUrl": issuer.get("discoveryUrl"), "unreadable": UNEXPECTED}
        for issuer in facts.get("issuers", ())
    ]
    others: dict[str, Any] = {
        name: facts[name] for name in ("policies", "endpointPolicies", "advertised") if name in facts
    }
    if facts.get("userPools") is not None:
        others["userPools"] = [
            pool if _fits({"userPools": [pool]}) else {"Id": pool.get("Id"), "unreadable": UNEXPECTED}
            for pool in facts["userPools"]
        ]
    return from_facts({**parts, "issuers": issuers, "otherJudges": True, **others})


def _readable(name: str, part: dict[str, Any]) -> dict[str, Any]:
    return part if _fits({name: part}) else {"unreadable": UNEXPECTED}


def _fits(facts: dict[str, Any]) -> bool:
    try:
        from_facts(facts)
    except (ValidationError, AttributeError, TypeError, KeyError, ValueError):
        return False
    return True


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
        network_mode=(facts.get("networkConfiguration") or {}).get("networkMode"),
        authorizer=_runtime_authorizer(facts),
        endpoints=None if endpoints is None else tuple(map(_endpoint, endpoints)),
        require_mmdsv2=mmds,
        header_allowlist=None if allowlist is None else tuple(allowlist),
        allowed_ports=tuple(map(_ports, facts.get("allowedPorts") or ())) or None,
        unreadable=facts.get("unreadable"),
        described_arn=facts.get("describedArn"),
    )


def _ports(facts: dict[str, Any]) -> str:
    """A port, or a range of ports."""
    if "portRange" in facts:
        return f"{int(facts['portRange']['from'])}-{int(facts['portRange']['to'])}"
    return str(int(facts["port"]))


def _runtime_authorizer(facts: dict[str, Any]) -> Authorizer | None:
    """A Runtime or harness without `customJWTAuthorizer` requires SigV4 (docs/agentcore.md section 6)."""
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
        custom_claims=tuple(map(_custom_claim, facts.get("customClaims") or ())),
        advertised_scopes=facts.get("advertisedScopeMapping") or {},
        workload_binding=(*hosts, *(binding.get("workloadIdentities") or ())),
    )


def _custom_claim(facts: dict[str, Any]) -> CustomClaim:
    match = facts.get("authorizingClaimMatchValue") or facts
    value = match.get("claimMatchValue") or {}
    values = value.get("matchValueStringList")
    if values is None:
        values = [value.get("matchValueString", "")]
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
    has_protocol = "protocolConfiguration" in facts
    streaming = (mcp.get("streamingConfiguration") or {}).get("enableResponseStreaming")
    targets = facts.get("targets")
    versions = mcp.get("supportedVersions")
    identity = (facts.get("workloadIdentityDetails") or {}).get("workloadIdentityArn")
    # What only matters for calls that a Gateway forwards.
    forwards = any((target.get("targetType") in FORWARDING) for target in targets or ())
    return GatewayConfiguration(
        id=facts.get("gatewayId"),
        arn=facts.get("gatewayArn"),
        url=facts.get("gatewayUrl"),
        status=facts.get("status"),
        status_reasons=tuple(facts.get("statusReasons") or ()),
        authorizer=_gateway_authorizer(facts),
        speaks_mcp=_speaks_mcp(facts),
        workload_identity=str(identity).rsplit("/", 1)[-1] if identity and forwards else None,
        role=facts.get("roleArn") if forwards else None,
        runtime_target=facts.get("runtimeTarget"),
        supported_versions=None if versions is None else tuple(versions),
        search_type=mcp.get("searchType") or ("NONE" if has_protocol else None),
        sessions=bool(mcp.get("sessionConfiguration")) if has_protocol else None,
        streaming=bool(streaming) if has_protocol else None,
        interceptors=bool(facts.get("interceptorConfigurations"))
        if "interceptorConfigurations" in facts
        else None,
        policy_engine=(facts.get("policyEngineConfiguration") or {}).get("mode"),
        policy_engine_arn=(facts.get("policyEngineConfiguration") or {}).get("arn"),
        engine=_engine(facts["policyEngine"]) if facts.get("policyEngine") else None,
        targets=None if targets is None else tuple(map(_target, targets)),
        exception_level="DEBUG" if facts.get("exceptionLevel") == "DEBUG" else None,
        domains=_domains(facts),
        unreadable=facts.get("unreadable"),
        described_arn=facts.get("describedArn"),
    )


def _engine(facts: dict[str, Any]) -> PolicyEngine:
    policies = facts.get("policies")
    return PolicyEngine(
        status=facts.get("status"),
        key_arn=facts.get("encryptionKeyArn"),
        policies=None if policies is None else tuple(map(_engine_policy, policies)),
        unreadable=facts.get("unreadable"),
        texts_unreadable=facts.get("textsUnreadable"),
    )


def _engine_policy(facts: dict[str, Any]) -> DeployedPolicy:
    definition = facts.get("definition") or {}
    # `cedar`, or `policy` in the language Dogwood, which plain Cedar is part of.
    statement = (definition.get("cedar") or definition.get("policy") or {}).get("statement")
    return DeployedPolicy(
        name=facts.get("name", ""),
        status=facts.get("status"),
        mode=facts.get("enforcementMode"),
        text=statement if isinstance(statement, str) else None,
    )


def _speaks_mcp(facts: dict[str, Any]) -> bool | None:
    """False where the answer has neither a protocol nor settings of one; None where nothing has to be said."""
    is_known = "protocolType" in facts
    return (
        False if is_known and not facts["protocolType"] and not facts.get("protocolConfiguration") else None
    )


def _domains(facts: dict[str, Any]) -> tuple[str, ...] | None:
    override = facts.get("domainOverride")
    if not override:
        return None
    names = [override.get("defaultDomain"), *(override.get("alternateDomains") or ())]
    return tuple(str(name) for name in names if name)


def _gateway_authorizer(facts: dict[str, Any]) -> Authorizer | None:
    jwt = (facts.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")
    type_name = facts.get("authorizerType") or ("CUSTOM_JWT" if jwt else None)
    for authorizer_type in get_args(AuthorizerType):
        if type_name == authorizer_type:
            return Authorizer(type=authorizer_type, jwt=_jwt(jwt) if jwt else None)
    return None  # a type that is newer than this program


def _target(facts: dict[str, Any]) -> DeployedTarget:
    settings = facts.get("targetConfiguration") or {}
    http = settings.get("http") or {}
    server = (settings.get("mcp") or {}).get("mcpServer") or {}
    runtime = http.get("agentcoreRuntime") or {}
    return DeployedTarget(
        name=facts.get("name", ""),
        status=facts.get("status"),
        status_reasons=tuple(facts.get("statusReasons") or ()),
        listing_mode=facts.get("listingMode"),
        type=facts.get("targetType"),
        endpoint=(http.get("passthrough") or server).get("endpoint"),
        runtime=runtime.get("arn"),
        qualifier=runtime.get("qualifier"),
        credentials=tuple(
            provider["credentialProviderType"]
            for provider in facts.get("credentialProviderConfigurations") or ()
            if provider.get("credentialProviderType")
        ),
    )


def _harness(facts: dict[str, Any]) -> HarnessConfiguration:
    environment = (facts.get("environment") or {}).get("agentCoreRuntimeEnvironment") or {}
    tools = facts.get("allowedTools")
    return HarnessConfiguration(
        arn=facts.get("arn"),
        status=facts.get("status"),
        failure_reason=facts.get("failureReason"),
        authorizer=_runtime_authorizer(facts),
        runtime=environment.get("agentRuntimeArn"),
        max_iterations=facts.get("maxIterations"),
        max_tokens=facts.get("maxTokens"),
        allowed_tools=None if tools is None else tuple(tools),
        unreadable=facts.get("unreadable"),
        described_arn=facts.get("describedArn"),
    )


def _registry(facts: dict[str, Any]) -> RegistryConfiguration:
    """A registry; in the namespace of its preview, the authorizer is at the top level (docs/agentcore.md section 6.1)."""
    own = facts.get("discoveryConfiguration")
    return RegistryConfiguration(
        id=facts.get("registryId"),
        arn=facts.get("registryArn"),
        status=facts.get("status"),
        status_reason=facts.get("statusReason"),
        authorizer=_gateway_authorizer(facts if own is None else own),
        former=facts.get("former"),
        unreadable=facts.get("unreadable"),
        described_arn=facts.get("describedArn"),
    )


def _policy(facts: dict[str, Any]) -> ResourcePolicy:
    document = facts.get("policy")
    return ResourcePolicy(
        resource=facts["resourceArn"],
        document=document if isinstance(document, str) else None,
        unreadable=facts.get("unreadable"),
    )


def _endpoint_policy(facts: dict[str, Any]) -> EndpointPolicy:
    document = facts.get("policy")
    return EndpointPolicy(
        id=facts["vpcEndpointId"],
        target=facts["target"],
        document=document if isinstance(document, str) else None,
        unreadable=facts.get("unreadable"),
    )


def _client(facts: dict[str, Any]) -> ClientConfiguration:
    def values(key: str) -> tuple[str, ...] | None:
        return tuple(facts[key]) if facts.get(key) is not None else None

    is_complete = "unreadable" not in facts and "ExplicitAuthFlows" in facts
    arn = facts.get("ClientSecretArn") or None
    return ClientConfiguration(
        client_id=facts.get("ClientId"),
        auth_flows=values("ExplicitAuthFlows"),
        has_secret=bool(facts.get("ClientSecret") or arn)
        if "ClientSecret" in facts or arn or is_complete
        else None,
        secret_arn=arn,
        oauth_flows=values("AllowedOAuthFlows"),
        oauth_enabled=facts.get("AllowedOAuthFlowsUserPoolClient"),
        oauth_scopes=values("AllowedOAuthScopes"),
        callback_urls=values("CallbackURLs"),
        unreadable=facts.get("unreadable"),
    )


def _user_pool(facts: dict[str, Any]) -> UserPool:
    is_read = facts.get("unreadable") is None
    registration = facts.get("DcrConfiguration") or {}
    scopes, policies = registration.get("AllowedScopes"), facts.get("CIMDPolicies")
    return UserPool(
        id=facts["Id"],
        domain=facts.get("CustomDomain") or facts.get("Domain") or None,
        tier=facts.get("UserPoolTier"),
        registers=registration.get("EnableStatus") == "Enabled" if is_read else None,  # off by default
        registers_openly=bool(registration.get("OpenDcrEnabled")) if is_read else None,
        registered_scopes=None if scopes is None else tuple(scopes),
        client_metadata_policies=None if policies is None else tuple(map(_client_metadata_policy, policies)),
        policies_unreadable=facts.get("policiesUnreadable"),
        unreadable=facts.get("unreadable"),
    )


def _client_metadata_policy(facts: dict[str, Any]) -> ClientMetadataPolicy:
    patterns = facts.get("URLPatterns")
    return ClientMetadataPolicy(
        id=facts["CIMDPolicyId"],
        name=facts.get("PolicyName"),
        client_id=facts.get("ClientId"),
        url_patterns=None if patterns is None else tuple(patterns),
    )


def _issuer(facts: dict[str, Any]) -> Issuer:
    keys = facts.get("keys")
    return Issuer(
        discovery_url=facts.get("discoveryUrl") or "",
        issuer=facts.get("issuer"),
        jwks_uri=facts.get("jwks_uri"),
        token_endpoint=facts.get("token_endpoint"),
        registration_endpoint=facts.get("registration_endpoint"),
        keys=None if keys is None else tuple(keys),
        unreadable=facts.get("unreadable"),
    )
