"""Names that are told by the field in which they stand, and what becomes of a token's claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agentcore_probe.model.exchange import SESSION_HEADER, USER_HEADER, TokenFacts
from agentcore_probe.model.record import RunRecord
from agentcore_probe.providers import CLIENT_CLAIMS, SCOPE_CLAIMS
from agentcore_probe.providers.masking import MASKED
from agentcore_probe.sharing.answers import LEFT_OUT
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_TELLING = frozenset(
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
"""Claims and header members that name nobody (RFC 7519, RFC 7515, Cognito)."""
_CLIENTS = (*CLIENT_CLAIMS, "aud")
_SCOPES = (*SCOPE_CLAIMS, "scopes")
_PUBLIC_SCOPES = frozenset({"openid", "email", "profile", "phone", "address", "offline_access", "aws.cognito.signin.user.admin"})  # fmt: skip


def collect(record: RunRecord, names: Pseudonyms) -> None:
    """Notes every name of `record` that a field gives away."""
    for kind, name in _of_environment(record):
        names.put(kind, name)
    for kind, name in _of_configuration(record):
        names.put(kind, name)
    for token in _tokens(record):
        for kind, name in _of_token(token):
            names.put(kind, name)
    for exchange in record.exchanges:
        for header in (exchange.request.header, exchange.response.header if exchange.response else _none):
            names.put("session", header(SESSION_HEADER))
            for proxy in (header("via") or "").split(","):
                names.put("name", proxy.strip().partition(" ")[2].partition(" ")[0])
        names.put("name", exchange.request.header(USER_HEADER))
    for tool in _tools(record):
        _tool(tool, names)


def _of_environment(record: RunRecord) -> Iterator[tuple[str, str | None]]:
    told = record.environment
    yield "name", told.profile
    if record.provenance.source == "aws":
        yield "name", told.name
    if told.runtime:
        yield "runtime", told.runtime.id
        yield from _endpoints([told.runtime.qualifier])
    if told.gateway:
        yield "gateway", told.gateway.id
    if told.identity:
        yield "client", told.identity.client_id
        yield "name", told.identity.username
        yield from _scopes((told.identity.scope or "").split())
        for reference in (told.identity.password, told.identity.client_secret, told.identity.token):
            if reference and reference.source != "embedded":
                yield "name", reference.name


def _of_configuration(record: RunRecord) -> Iterator[tuple[str, str | None]]:
    told = record.configuration
    if told.client:
        yield "client", told.client.client_id
        yield from _scopes(told.client.oauth_scopes or ())
    if told.runtime:
        yield from _endpoints(each.name for each in told.runtime.endpoints or ())
    if told.gateway:
        yield "gateway", told.gateway.id
        yield from (("name", each.name) for each in told.gateway.targets or ())
    for issuer in told.issuers:
        yield from (("name", each) for each in issuer.keys or ())
    for jwt in filter(None, (each.jwt for each in map(told.authorizer, ("runtime", "gateway")) if each)):
        yield from (("client", each) for each in (*jwt.allowed_clients, *jwt.allowed_audience))
        yield from _scopes(jwt.allowed_scopes)
        yield from (("name", each) for each in jwt.workload_binding if not each.startswith("arn:"))
        yield from (_claim(each) for claim in jwt.custom_claims for each in claim.values)


def _of_token(token: TokenFacts) -> Iterator[tuple[str, str | None]]:
    for name, value in {**token.header, **token.claims}.items():
        texts = [each for each in _flat(value) if isinstance(each, str) and each != MASKED]
        if name in _CLIENTS:
            yield from (("client", each) for each in texts)
        elif name in _SCOPES:
            yield from _scopes(word for each in texts for word in each.split())
        elif name not in _TELLING and name != "iss":
            yield from map(_claim, texts)


def _claim(value: str) -> tuple[str, str]:
    return ("number" if value.isdigit() else "name", value)


def _scopes(given: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Each part: a resource server's scope is `server/scope`."""
    for scope in given:
        if scope not in _PUBLIC_SCOPES:
            yield from (("name", part) for part in scope.split("/"))


def _endpoints(given: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    return (("name", each) for each in given if each != "DEFAULT")


def _tokens(record: RunRecord) -> Iterator[TokenFacts]:
    if record.token:
        yield record.token
    yield from (each.token for each in record.exchanges if each.token)


def _tools(record: RunRecord) -> Iterator[str]:
    for observation in record.observations:
        yield from map(str, observation.facts.get("tools") or ())
    if record.environment.gateway and record.environment.gateway.tool:
        yield record.environment.gateway.tool.name


def _tool(name: str, names: Pseudonyms) -> None:
    """A tool is `TARGET___TOOL`; those of AWS's own begin with `x_amz_`."""
    target, told, tool = name.partition("___")
    if told:
        names.note(name, f"{names.of('name', target)}___{names.of('name', tool)}")
        names.put("name", target)
    elif not name.startswith("x_amz_"):
        names.put("name", name)


def token(facts: dict[str, Any] | None, names: Pseudonyms) -> dict[str, Any] | None:
    """A token's facts, with stand-ins for every value that may name somebody."""
    if facts is None:
        return None
    told = {place: _members(facts.get(place) or {}, names) for place in ("header", "claims")}
    return {**facts, **told}


def _members(given: dict[str, Any], names: Pseudonyms) -> dict[str, Any]:
    return {
        names.apply(name): value
        if name in _TELLING
        else _replaced(value, names, told=name in (*_CLIENTS, *_SCOPES, "iss"))
        for name, value in given.items()
    }


def _replaced(value: Any, names: Pseudonyms, *, told: bool) -> Any:
    """A claim's value; `told`: its names are known, and the text around them stays."""
    if isinstance(value, list):
        return [_replaced(each, names, told=told) for each in value]
    if isinstance(value, bool) or value is None or value == MASKED:
        return value
    if isinstance(value, int | float):
        return int(names.of("number", str(value)))
    if isinstance(value, str):
        return names.apply(value) if told else names.of(*_claim(value))
    return LEFT_OUT


def _none(_: str) -> None:
    """No header of an answer that did not come."""


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
