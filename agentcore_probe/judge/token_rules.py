"""Checks a token's claims against the authorizer's rules, in the order of docs/diagnosis.md.

The order: form, `exp`, `nbf`, `iss`, `kid`, ID token instead of an access token, `client_id`, `aud`,
scope, custom claims. All configured rules must pass (docs/agentcore.md section 2.3). Nothing is
verified here: only the service checks the signature.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agentcore_probe.model.configuration import Authorizer, CustomClaim, Issuer, JwtAuthorizer
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Check
from agentcore_probe.model.pool import pool_of
from agentcore_probe.model.token import MARGIN_SECONDS
from agentcore_probe.providers import CLIENT_CLAIMS, PROVIDERS, SCOPE_CLAIMS, find_provider

SYMMETRIC = ("HS", "none")
"""Beginnings of algorithms whose signature nobody can check with an issuer's public keys."""


@dataclass(frozen=True)
class TokenCheck:
    """One rule, checked against a token."""

    cause: str
    """The id of the cause if it failed."""
    passed: bool | None
    """None: not known, because the token or the configuration lacks what to compare."""
    field: str
    """The field that decides: `exp`, `allowedClients`."""
    detail: str
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    """The variables of the cause's texts."""
    certain: bool = True
    """Whether a service must decide so, too; a time that is close may pass or fail there."""

    def as_check(self) -> Check:
        """The check in the form of the judgement."""
        return Check(id=self.cause, passed=self.passed, detail=self.detail)


def first_failure(checks: list[TokenCheck]) -> TokenCheck | None:
    """The first check that failed, or None."""
    return next((check for check in checks if check.passed is False), None)


LEEWAY_SECONDS = 60
"""How far a verifier may be lenient about times (RFC 7519 section 4.1.4: "a few minutes"), and clocks may differ."""


def check_token(
    token: TokenFacts,
    authorizer: Authorizer | None,
    issuer: Issuer | None,
    now: datetime | None,
    sent_at: datetime | None = None,
) -> list[TokenCheck]:
    """Every check that is possible with what is known, in order.

    Args:
        token: the unverified header and claims.
        authorizer: the deployed authorizer, if known.
        issuer: the issuer that the authorizer trusts, if its discovery document was read.
        now: the service's time, if known; without it no times are checked.
        sent_at: the caller's time, if known: a failed check of a time is certain only if both clocks agree.
    """
    if token.unparsable is not None:
        is_encrypted = token.unparsable.startswith("5 parts")  # RFC 7516 section 3.1
        form = {"form": "encrypted"} if is_encrypted else {}
        return [TokenCheck("token-malformed", False, "form", token.unparsable, form)]
    rules = authorizer.jwt if authorizer else None
    return [
        TokenCheck("token-malformed", True, "form", "JWT"),
        *_check_times(token.claims, now, sent_at or now),
        *_check_issuer(token, issuer or Issuer(discovery_url=rules.discovery_url if rules else "")),
        *(_check_rules(token.claims, rules) if rules else ()),
    ]


def _check_times(
    claims: dict[str, Any], now: datetime | None, sent_at: datetime | None
) -> Iterator[TokenCheck]:
    if now is None or sent_at is None:
        return
    now_seconds = now.timestamp()
    clocks = (now_seconds, sent_at.timestamp())
    exp, nbf = _seconds(claims.get("exp")), _seconds(claims.get("nbf"))
    if exp is not None:
        remaining = exp - now_seconds
        detail = f"exp {_iso(exp)}, now {_iso(now_seconds)}"
        values = {"exp": _iso(exp), "now": _iso(now_seconds), "seconds": str(int(abs(remaining)))}
        has_expired = all(clock - exp > LEEWAY_SECONDS for clock in clocks)
        yield TokenCheck("token-expired", remaining > 0, "exp", detail, values, certain=has_expired)
        if remaining > 0:
            is_enough = remaining >= MARGIN_SECONDS
            yield TokenCheck("token-near-expiry", is_enough, "exp", detail, values, certain=False)
    if nbf is not None:
        detail = f"nbf {_iso(nbf)}, now {_iso(now_seconds)}"
        values = {"nbf": _iso(nbf), "now": _iso(now_seconds)}
        is_early = all(nbf - clock > LEEWAY_SECONDS for clock in clocks)
        yield TokenCheck("token-not-yet-valid", nbf <= now_seconds, "nbf", detail, values, certain=is_early)


def _check_issuer(token: TokenFacts, issuer: Issuer) -> Iterator[TokenCheck]:
    iss = _text(token.claims.get("iss"))
    if issuer.issuer is None:
        yield from _check_pool(iss, issuer.discovery_url)
    else:
        detail = f"iss {iss or '-'}, issuer {issuer.issuer}"
        values = {**_compared(iss, issuer.issuer), **_provider(token.claims)}
        yield TokenCheck("issuer-mismatch", iss == issuer.issuer, "iss", detail, values)
    kid = token.header.get("kid")
    if issuer.keys is not None:
        keys = ", ".join(issuer.keys)
        passed = None if kid is None else _text(kid) in issuer.keys
        values = _compared(_text(kid), keys)
        yield TokenCheck("signing-key-unknown", passed, "kid", f"kid {kid}, JWKS {keys}", values)


def _check_pool(iss: str, discovery_url: str) -> Iterator[TokenCheck]:
    """Without the discovery document, Cognito's issuer and discovery URL must be of the same user pool."""
    token_pool, trusted_pool = pool_of(iss), pool_of(discovery_url)
    if token_pool is None or trusted_pool is None:
        return
    detail = f"iss {iss}, discoveryUrl {discovery_url}"
    passed = False if token_pool.id != trusted_pool.id else None
    values = {**_compared(iss, discovery_url), "provider": "cognito"}
    yield TokenCheck("issuer-mismatch", passed, "iss", detail, values)


def _check_rules(claims: dict[str, Any], rules: JwtAuthorizer) -> Iterator[TokenCheck]:
    if rules.allowed_clients:
        yield _check_client(claims, rules.allowed_clients)
    if rules.allowed_audience:
        yield _check_audience(claims, rules.allowed_audience)
    if rules.allowed_scopes:
        yield _check_scope(claims, rules.allowed_scopes)
    for rule in rules.custom_claims:
        yield _check_custom_claim(claims, rule)


def without_keys(issuer: Issuer) -> str | None:
    """Why no key of `issuer` is known, although its discovery document was read; None where that is not known."""
    if issuer.unreadable is not None:
        return issuer.unreadable.removeprefix("jwks: ") if issuer.unreadable.startswith("jwks: ") else None
    is_read = issuer.issuer is not None and bool(issuer.discovery_url)
    return "no jwks_uri" if is_read and issuer.jwks_uri is None and issuer.keys is None else None


def is_id_token(claims: dict[str, Any]) -> bool:
    """Whether the claims are an ID token's: by a provider's own mark, else by what only one kind has."""
    for provider in PROVIDERS:
        if (answer := provider.is_id_token(claims)) is not None:
            return answer
    if "client_id" in claims or any(name in claims for name in SCOPE_CLAIMS):
        return False
    # OpenID Connect Core 2 and 3.1.3.6
    return "at_hash" in claims or "nonce" in claims


def scopes(claims: dict[str, Any]) -> list[str]:
    """The scopes of a token, from the first claim of any provider that lists them."""
    value = next((claims[name] for name in SCOPE_CLAIMS if name in claims), None)
    return value.split() if isinstance(value, str) else texts(value)


def _check_client(claims: dict[str, Any], allowed: tuple[str, ...]) -> TokenCheck:
    client = claims.get("client_id")
    passed = isinstance(client, str) and client in allowed
    cause = "id-token-sent" if not passed and is_id_token(claims) else "client-not-allowed"
    detail = f"client_id {_text(client) or '-'}, allowedClients {', '.join(allowed)}"
    values = _compared(_text(client), ", ".join(allowed))
    instead = next((name for name in CLIENT_CLAIMS if name in claims), None)
    if client is None and instead is not None and cause == "client-not-allowed":
        values |= {"instead": instead, **_provider(claims)}
    return TokenCheck(cause, passed, "allowedClients", detail, values)


def _check_audience(claims: dict[str, Any], allowed: tuple[str, ...]) -> TokenCheck:
    audiences = texts(claims.get("aud"))
    passed = _overlap(audiences, allowed)
    values = {**_compared(", ".join(audiences), ", ".join(allowed)), **_provider(claims)}
    detail = f"aud {', '.join(audiences) or '-'}, allowedAudience {', '.join(allowed)}"
    return TokenCheck("audience-not-allowed", passed, "allowedAudience", detail, values)


def _check_scope(claims: dict[str, Any], allowed: tuple[str, ...]) -> TokenCheck:
    token_scopes = scopes(claims)
    passed = _overlap(token_scopes, allowed)
    values = {**_compared(" ".join(token_scopes), " ".join(allowed)), **_provider(claims)}
    detail = f"scope {' '.join(token_scopes) or '-'}, allowedScopes {' '.join(allowed)}"
    return TokenCheck("scope-missing", passed, "allowedScopes", detail, values)


def claim_matches(claims: Mapping[str, Any], rule: CustomClaim) -> bool | None:
    """Whether claims meet a rule on a claim; None for an operator that is newer than this program."""
    value = claims.get(rule.name)
    if rule.operator == "EQUALS":
        return isinstance(value, str) and value in rule.values[:1]
    if rule.operator == "CONTAINS":
        return isinstance(value, list) and bool(rule.values) and rule.values[0] in value
    if rule.operator == "CONTAINS_ANY":
        return isinstance(value, list) and any(required in value for required in rule.values)
    return None


def _check_custom_claim(claims: dict[str, Any], rule: CustomClaim) -> TokenCheck:
    value, passed = claims.get(rule.name), claim_matches(claims, rule)
    text, required_text = ", ".join(texts(value)), ", ".join(rule.values)
    values = {
        "claim": rule.name,
        **_compared(text, required_text),
        "operator": rule.operator,
        **_provider(claims),
    }
    detail = f"{rule.name} {text or '-'}, customClaims {rule.operator} {required_text}"
    return TokenCheck("custom-claim-mismatch", passed, "customClaims", detail, values)


def _provider(claims: dict[str, Any]) -> dict[str, str]:
    """The provider of a token, in whose words a text says what to change."""
    issuer = _text(claims.get("iss"))
    return {"provider": find_provider(issuer).id} if issuer else {}


def _compared(actual: str, required: str) -> dict[str, str]:
    """The token's value and the rule's, by their names in the catalogues."""
    return {"found": actual or "-", "wanted": required}


def _overlap(values: Iterable[str], allowed: Iterable[str]) -> bool:
    return not set(allowed).isdisjoint(values)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A claim may be any number; one after the year 9999 is not a time.
    return float(value) if 0 <= value < 253402300800 else None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def texts(value: object) -> list[str]:
    """The texts of a claim that is one value or a list."""
    if value is None:
        return []
    return [str(member) for member in value] if isinstance(value, list) else [str(value)]
