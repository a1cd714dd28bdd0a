"""The rules of the authorizers and their issuers, as facts: each by whether the token of the same run satisfies it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args

from agentcore_probe.judge.comparing.fact import Fact, Put, as_value, at, plain, put_value, putting, reading
from agentcore_probe.judge.comparing.situation import OWN, Situation
from agentcore_probe.judge.token_rules import TokenCheck, check_token
from agentcore_probe.model.comparison import FactValue, State
from agentcore_probe.model.configuration import Authorizer, Issuer, JwtAuthorizer
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.methods import Target

_RULES = (
    ("allowedClients", "allowed_clients", "client_id"),
    ("allowedAudience", "allowed_audience", "aud"),
    ("allowedScopes", "allowed_scopes", "scope"),
)
"""Name, field and claim of each rule with one claim."""


def authorizer_facts(situation: Situation, other: Situation, target: str) -> Iterator[Fact]:
    """The facts of one target's authorizer. If its kinds differ, the kind is the only one.

    Args:
        situation: the one whose facts these are.
        other: the one that it is compared with.
        target: `runtime`, `gateway`, `harness` or `registry`.
    """
    path = ("configuration", target, "authorizer")
    own, others = at(situation, path), at(other, path)
    if own is None and others is None:
        return
    kind = Fact(
        id=f"{target}.authorizer",
        shown=as_value((own or {}).get("type")),
        raw=(own or {}).get("type"),
        put=_put_authorizer(target),
    )
    yield kind
    if own is None or others is None or own["type"] != others["type"] or own["type"] != "CUSTOM_JWT":
        return
    rules = own.get("jwt", {})
    token = _token(situation)
    yield _discovery(situation, target)
    for name, field, claim in _RULES:
        known = token or (_client_of_login(situation) if claim == "client_id" else None)
        yield _rule(f"{target}.{name}", rules, (*path, "jwt", field), claim, known)
    names = [
        rule["name"] for side in (rules, others.get("jwt", {})) for rule in side.get("custom_claims", ())
    ]
    for name in dict.fromkeys(names):
        yield _custom_claim(target, name, rules, token)
    yield plain(f"{target}.allowedWorkloadConfiguration", situation, (*path, "jwt", "workload_binding"))


def issuer_facts(situation: Situation, other: Situation) -> Iterator[Fact]:
    """The facts of the issuers that the authorizers trust: one issuer, where all targets trust the same."""
    targets = [target for target in get_args(Target) if _url(situation, target) and _url(other, target)]
    are_shared = all(len({_url(side, target) for target in targets}) == 1 for side in (situation, other))
    if targets and are_shared:
        yield from _issuer(situation, other, "issuer", targets[0])
        return
    for target in targets:
        yield from _issuer(situation, other, f"issuer.{target}", target)


def _token(situation: Situation) -> TokenFacts | None:
    token = situation["tokens"].get(OWN)
    return TokenFacts.model_validate(token) if token else None


def _client_of_login(situation: Situation) -> TokenFacts | None:
    """What is known of the token of a login that failed: the app client."""
    client = at(situation, ("environment", "identity", "client_id"))
    return TokenFacts(claims={"client_id": client}) if client else None


def _related(raw: Any, claim: str, check: TokenCheck | None) -> FactValue:
    """A rule by what it says of the token; by its value where that is not known."""
    value = as_value(raw)
    if value.state == "unset" or check is None or check.passed is None:
        return value
    found = check.values.get("found", "")
    state: State = "matches" if check.passed else "fails"
    return FactValue(state=state, text=value.text, claim=claim, found="" if found == "-" else found)


def _check(
    token: TokenFacts | None, rules: dict[str, Any], field: str, issuer: Issuer | None = None
) -> TokenCheck | None:
    """The one check of a token that is about `field`."""
    if token is None:
        return None
    authorizer = Authorizer(type="CUSTOM_JWT", jwt=JwtAuthorizer.model_validate(rules))
    checks = check_token(token, authorizer, issuer, None)
    return next((check for check in checks if check.field == field), None)


def _rule(
    id: str, rules: dict[str, Any], path: tuple[str, ...], claim: str, token: TokenFacts | None
) -> Fact:
    raw = rules.get(path[-1]) or []
    check = _check(token, {path[-1]: raw}, id.rpartition(".")[2]) if raw else None
    return Fact(id=id, shown=_related(raw, claim, check), raw=sorted(raw), put=putting(path))


def _custom_claim(target: str, name: str, rules: dict[str, Any], token: TokenFacts | None) -> Fact:
    own = [rule for rule in rules.get("custom_claims", ()) if rule["name"] == name]
    check = _check(token, {"custom_claims": own}, "customClaims") if own else None
    text = "; ".join(f"{rule['operator']} {', '.join(rule['values'])}" for rule in own)
    return Fact(
        id=f"{target}.customClaims.{name}",
        shown=_related(text, name, check),
        raw=own,
        put=_put_custom_claim(target, name),
    )


def _put_custom_claim(target: str, name: str) -> Put:
    def put(situation: Situation, source: Situation) -> None:
        path = ("configuration", target, "authorizer", "jwt")
        rules = at(situation, path) or {}
        others = (at(source, path) or {}).get("custom_claims", ())
        kept = [rule for rule in rules.get("custom_claims", ()) if rule["name"] != name]
        added = [rule for rule in others if rule["name"] == name]
        put_value(situation, (*path, "custom_claims"), [*kept, *added])

    return put


def _url(situation: Situation, target: str) -> str:
    return at(situation, ("configuration", target, "authorizer", "jwt", "discovery_url")) or ""


def _document(situation: Situation, target: str) -> dict[str, Any] | None:
    """What was read of the issuer that a target trusts."""
    url, issuers = _url(situation, target), situation["configuration"].get("issuers", ())
    found = [issuer for issuer in issuers if issuer.get("discovery_url") == url]
    return next(iter(found or (issuer for issuer in issuers if not issuer.get("discovery_url"))), None)


def _discovery(situation: Situation, target: str) -> Fact:
    url, document = _url(situation, target), _document(situation, target)
    issuer = Issuer.model_validate(document) if document else None
    check = _check(_token(situation), {"discovery_url": url}, "iss", issuer)
    return Fact(
        id=f"{target}.discoveryUrl", shown=_related(url, "iss", check), raw=url, put=_put_discovery(target)
    )


def _put_discovery(target: str) -> Put:
    """The URL with the documents that it leads to."""

    def put(situation: Situation, source: Situation) -> None:
        putting(("configuration", target, "authorizer", "jwt", "discovery_url"))(situation, source)
        _add_document(situation, source, target)

    return put


def _put_authorizer(target: str) -> Put:
    def put(situation: Situation, source: Situation) -> None:
        putting(("configuration", target, "authorizer"))(situation, source)
        _add_document(situation, source, target)

    return put


def _add_document(situation: Situation, source: Situation, target: str) -> None:
    """Adds the source's document of the issuer that `target` trusts, unless it is there."""
    document = _document(source, target)
    if document is not None and _document(situation, target) is None:
        issuers = situation["configuration"].setdefault("issuers", [])
        issuers.append(deepcopy(document))


def _issuer(situation: Situation, other: Situation, place: str, target: str) -> Iterator[Fact]:
    document, others = _document(situation, target) or {}, _document(other, target) or {}
    problem = document.get("unreadable") or (None if document else "-")
    read = Fact(
        id=f"{place}.read",
        shown=reading(problem),
        raw=problem,
        put=_put_document(target, ("issuer", "keys", "jwks_uri", "unreadable")),
    )
    yield read
    if problem or not others or others.get("unreadable"):
        return
    token, issuer = _token(situation), Issuer.model_validate(document)
    check = _check(token, {}, "iss", issuer)
    yield Fact(
        id=f"{place}.issuer",
        shown=_related(document.get("issuer"), "iss", check),
        raw=document.get("issuer"),
        put=_put_document(target, ("issuer",)),
    )
    keys = document.get("keys")
    yield Fact(
        id=f"{place}.keys",
        shown=_related(keys, "kid", _check(token, {}, "kid", issuer)),
        raw=keys,
        put=_put_document(target, ("keys",)),
    )


def _put_document(target: str, fields: tuple[str, ...]) -> Put:
    """Fields of the document, at the URL that the situation has."""

    def put(situation: Situation, source: Situation) -> None:
        url, values = _url(situation, target), _document(source, target) or {}
        document = _document(situation, target)
        if document is None:
            document = {"discovery_url": url}
            situation["configuration"].setdefault("issuers", []).append(document)
        for field in fields:
            if field in values:
                document[field] = values[field]
            else:
                document.pop(field, None)

    return put
