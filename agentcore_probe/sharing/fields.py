"""Finds names by the field that contains them, and replaces the claims of a token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from agentcore_probe.builtin import FILES
from agentcore_probe.masking import MASKED
from agentcore_probe.model.configuration import Configuration, GatewayConfiguration, UserPool
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import SESSION_HEADER, USER_HEADER, Exchange, TokenFacts
from agentcore_probe.model.identity import SECRET_KEYS, Identity
from agentcore_probe.model.methods import Target
from agentcore_probe.model.policy_engine import OTHER_TOOLS
from agentcore_probe.model.record import OMITTED, RunRecord
from agentcore_probe.providers import CLIENT_CLAIMS, SCOPE_CLAIMS
from agentcore_probe.sharing.named_scopes import named_scopes
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_IMPERSONAL = frozenset(
    {
        "token_use",
        "exp",
        "iat",
        "nbf",
        "auth_time",
        "ver",
        "version",
        "alg",
        "typ",
        "crit",
        "azpacr",
        "acr",
        "amr",
    }
)
"""Claims and header members that do not identify anybody (RFC 7519, RFC 7515, Cognito)."""
_CLIENT_CLAIMS = (*CLIENT_CLAIMS, "aud")
_SCOPE_CLAIMS = (*SCOPE_CLAIMS, "scopes")
_STRUCTURED_CLAIMS = frozenset((*_CLIENT_CLAIMS, *_SCOPE_CLAIMS, "iss"))
"""Claims whose names are registered one by one, so that the text around them stays."""
STANDARD_CLAIMS = _IMPERSONAL | _STRUCTURED_CLAIMS | {
    "sub", "jti", "kid", "username", "cognito:username", "cognito:groups", "cognito:roles", "event_id", "origin_jti",
    "device_key", "email", "email_verified", "name", "given_name", "family_name", "preferred_username", "nonce", "at_hash",
    "c_hash", "sid", "oid", "tid", "upn", "unique_name", "appid", "appidacr", "idp", "roles", "groups", "wids", "uti", "rh",
    "aio", "xms_mirid", "xms_tcdt", "realm_access", "resource_access", "allowed-origins", "session_state", "uid",
    "identities", "phone_number", "address", "locale", "zoneinfo", "gty", "org_id", "act", "cnf", "x5t", "x5t#S256", "x5c",
    "jwk", "jku", "x5u", "cty", "b64",
}  # fmt: skip
"""Names of claims and header members that standards and identity providers define."""
BUILTIN_ENVIRONMENTS = frozenset(
    Path(file).name.partition(".")[0] for file in FILES if file.startswith("environments/")
)
"""Their names identify nobody."""
_PUBLIC_SCOPES = frozenset({"openid", "email", "profile", "phone", "address", "offline_access", "aws.cognito.signin.user.admin"})  # fmt: skip


class _Name(NamedTuple):
    """A name and its kind (`pseudonyms.KINDS`)."""

    kind: str
    text: str | None


def collect_names(record: RunRecord, pseudonyms: Pseudonyms) -> None:
    """Adds every name of `record` that is recognized by its field."""
    for name in _names(record):
        pseudonyms.add(name.kind, name.text)
    for tool in _tools(record):
        _add_tool(tool, pseudonyms)
    for scope in _PUBLIC_SCOPES:
        pseudonyms.register(scope, scope)


def _names(record: RunRecord) -> Iterator[_Name]:
    if record.environment.name not in BUILTIN_ENVIRONMENTS:
        yield _Name("name", record.environment.name)
    yield from _environment_names(record.environment)
    yield from _configuration_names(record.configuration)
    of_callers = (caller.token for caller in record.identities)
    for token in (record.token, *of_callers, *(exchange.token for exchange in record.exchanges)):
        if token is not None:
            yield from _token_names(token)
    for exchange in record.exchanges:
        yield from _header_names(exchange)
        yield from _scope_names(named_scopes(exchange))


def _environment_names(environment: Environment) -> Iterator[_Name]:
    runtime, gateway = environment.runtime, environment.gateway
    for name in (
        environment.profile,
        environment.source_profile,
        environment.external_id,
        environment.mfa_serial,
    ):
        yield _Name("name", name)
    if environment.role_arn:
        yield _Name("name", environment.role_arn.rsplit("/", 1)[-1])
    if runtime:
        yield _Name("runtime", runtime.id)
        yield from _endpoint_names([runtime.qualifier])
    if gateway:
        yield _Name("gateway", gateway.id)
        yield _Name("name", gateway.runtime_target)
        yield _Name("name", gateway.passthrough.target if gateway.passthrough else None)
    if environment.harness:
        yield _Name("runtime", environment.harness.id)  # ids of both have one form
        yield from _endpoint_names([environment.harness.qualifier])
    if environment.registry:
        yield _Name("registry", environment.registry.id)
    if environment.identity:
        yield from _identity_names(environment.identity)
    for caller in (environment.identities or {}).values():
        yield from _identity_names(caller)
        yield _Name("name", caller.external_id)
        if caller.role_arn:
            yield _Name("name", caller.role_arn.rsplit("/", 1)[-1])


def _identity_names(identity: Identity) -> Iterator[_Name]:
    yield _Name("client", identity.client_id)
    yield _Name("name", identity.username)
    yield from _scope_names((identity.scope or "").split())
    yield from (_Name("client", name) for name in (identity.audience, identity.resource))
    for reference in (getattr(identity, key) for key in SECRET_KEYS):
        if reference and reference.source != "embedded":
            yield _Name("name", reference.name)


def _configuration_names(configuration: Configuration) -> Iterator[_Name]:
    client, runtime, gateway = configuration.client, configuration.runtime, configuration.gateway
    if client:
        yield _Name("client", client.client_id)
        if client.secret_arn and not client.secret_arn.startswith("arn:"):
            yield _Name("name", client.secret_arn)
        yield from _scope_names(client.oauth_scopes or ())
    if runtime:
        yield from _endpoint_names(endpoint.name for endpoint in runtime.endpoints or ())
    if gateway:
        yield from _gateway_names(gateway)
    yield from _further_target_names(configuration)
    if configuration.advertised:
        yield from _scope_names(configuration.advertised.scopes)
    for issuer in configuration.issuers:
        yield from (_Name("name", key) for key in issuer.keys or ())
    for service in get_args(Target):
        authorizer = configuration.authorizer(service)
        if authorizer and (rules := authorizer.jwt):
            yield from (
                _Name("client", client) for client in (*rules.allowed_clients, *rules.allowed_audience)
            )
            yield from _scope_names((*rules.allowed_scopes, *rules.advertised_scopes.values()))
            yield from (_Name("name", name) for name in rules.workload_binding if not name.startswith("arn:"))
            for claim in rules.custom_claims:
                yield _claim_key(claim.name)
                yield from map(_claim_name, claim.values)


def _further_target_names(configuration: Configuration) -> Iterator[_Name]:
    harness, registry = configuration.harness, configuration.registry
    if harness:
        yield from (_Name("name", tool) for tool in harness.allowed_tools or ())
    if registry:
        yield _Name("registry", registry.id)
        if registry.described_arn and not registry.described_arn.startswith("arn:"):
            yield _Name("registry", registry.described_arn)
    for pool in configuration.user_pools or ():
        yield from _user_pool_names(pool)


def _user_pool_names(pool: UserPool) -> Iterator[_Name]:
    yield _Name("pool", pool.id)
    yield _Name("host" if "." in (pool.domain or "") else "name", pool.domain)
    yield from _scope_names(pool.registered_scopes or ())
    for policy in pool.client_metadata_policies or ():
        yield _Name("name", policy.id)
        yield _Name("name", policy.name)
        yield _Name("client", policy.client_id)


def _gateway_names(gateway: GatewayConfiguration) -> Iterator[_Name]:
    yield _Name("gateway", gateway.id)
    if gateway.described_arn and not gateway.described_arn.startswith("arn:"):
        yield _Name("gateway", gateway.described_arn)
    yield _Name("name", gateway.workload_identity)
    yield _Name("name", gateway.role.rsplit("/", 1)[-1] if gateway.role else None)
    yield _Name("name", gateway.runtime_target)
    for target in gateway.targets or ():
        yield _Name("name", target.name)
        yield from _endpoint_names([target.qualifier] if target.qualifier else [])
    yield from (_Name("host", domain) for domain in gateway.domains or ())
    yield from (_Name("name", policy.name) for policy in (gateway.engine and gateway.engine.policies) or ())


def _token_names(token: TokenFacts) -> Iterator[_Name]:
    for claim, value in {**token.header, **token.claims}.items():
        yield _claim_key(claim)
        items = value if isinstance(value, list) else [value]
        texts = [item for item in items if isinstance(item, str) and item != MASKED]
        if claim in _CLIENT_CLAIMS:
            yield from (_Name("client", text) for text in texts)
        elif claim in _SCOPE_CLAIMS:
            yield from _scope_names(scope for text in texts for scope in text.split())
        elif claim not in _IMPERSONAL and claim != "iss":
            yield from map(_claim_name, texts)


def _header_names(exchange: Exchange) -> Iterator[_Name]:
    for message in (exchange.request, exchange.response):
        if message is not None:
            yield _Name("session", message.header(SESSION_HEADER))
            yield from (_Name("name", proxy) for proxy in _proxies(message.header("via") or ""))
    yield _Name("name", exchange.request.header(USER_HEADER))
    host, _, port = (exchange.request.header("host") or "").partition(":")
    if "." not in host and host != "localhost" and not port.startswith(":"):
        yield _Name("host", host)


def _proxies(via: str) -> Iterator[str]:
    """The second word of each entry of a `Via` header: `1.1 proxy.example (squid)` (RFC 9110 section 7.6.3)."""
    for entry in via.split(","):
        _, _, rest = entry.strip().partition(" ")
        yield rest.partition(" ")[0]


def _claim_key(claim: str) -> _Name:
    """The name of a claim, where it is not a standard one."""
    return _Name("name", None if claim in STANDARD_CLAIMS or claim.startswith("http") else claim)


def _claim_name(value: str) -> _Name:
    return _Name("number" if value.isdigit() else "name", value)


def _scope_names(scopes: Iterable[str]) -> Iterator[_Name]:
    """Each part of a scope: those of a resource server are `server/scope`."""
    for scope in scopes:
        if scope not in _PUBLIC_SCOPES:
            yield from (_Name("name", part) for part in scope.split("/"))


def _endpoint_names(endpoints: Iterable[str]) -> Iterator[_Name]:
    return (_Name("name", endpoint) for endpoint in endpoints if endpoint != "DEFAULT")


def _tools(record: RunRecord) -> Iterator[str]:
    for observation in record.observations:
        yield from map(str, observation.facts.get("tools") or ())
    if record.environment.gateway and record.environment.gateway.tool:
        yield record.environment.gateway.tool.name
    yield from _tools_under_policy(record)


def _tools_under_policy(record: RunRecord) -> Iterator[str]:
    """The tools that the policies, the file's calls and the lists of all callers name."""
    for call in (record.environment.gateway.tools if record.environment.gateway else None) or ():
        yield call.name
    for observation in record.all_observations:
        policy = observation.facts.get("policy")
        if isinstance(policy, dict):
            yield from map(str, observation.facts.get("tools") or ())
            tools = policy.get("tools")
            for tool in tools if isinstance(tools, list | tuple) else ():
                if isinstance(tool, dict) and tool.get("tool") != OTHER_TOOLS:
                    yield str(tool.get("tool"))


def _add_tool(name: str, pseudonyms: Pseudonyms) -> None:
    """Adds a tool, `TARGET___TOOL`, and its target; the names of AWS's own tools begin with `x_amz_`."""
    target, separator, tool = name.partition("___")
    if separator:
        shared_target, shared_tool = (pseudonyms.pseudonym("name", part) for part in (target, tool))
        pseudonyms.register(name, f"{shared_target}{separator}{shared_tool}")
        pseudonyms.add("name", target)
    elif not name.startswith("x_amz_"):
        pseudonyms.add("name", name)


def share_token(facts: dict[str, Any] | None, pseudonyms: Pseudonyms) -> dict[str, Any] | None:
    """A token's facts, with a pseudonym for every value that may identify somebody."""
    if facts is None:
        return None
    shared = {part: _share_members(facts.get(part) or {}, pseudonyms) for part in ("header", "claims")}
    return {**facts, **shared}


def share_claim(name: str, pseudonyms: Pseudonyms) -> str:
    """The name of a claim: a standard one unchanged, any other one without what is not public."""
    return name if name in STANDARD_CLAIMS else pseudonyms.share_text(name)


def _share_members(members: dict[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    return {
        share_claim(name, pseudonyms): value
        if name in _IMPERSONAL
        else _share_value(value, pseudonyms, is_structured=name in _STRUCTURED_CLAIMS)
        for name, value in members.items()
    }


def _share_value(value: Any, pseudonyms: Pseudonyms, *, is_structured: bool) -> Any:
    """A claim's value: a structured one with its names replaced, any other replaced whole."""
    if isinstance(value, list):
        return [_share_value(item, pseudonyms, is_structured=is_structured) for item in value]
    if isinstance(value, bool) or value is None or value == MASKED:
        return value
    if isinstance(value, int | float):
        return int(pseudonyms.pseudonym("number", str(value)))
    if not isinstance(value, str):
        return OMITTED
    if is_structured:
        return pseudonyms.share_text(value)
    name = _claim_name(value)
    return pseudonyms.pseudonym(name.kind, value)
