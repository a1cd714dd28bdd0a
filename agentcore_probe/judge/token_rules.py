"""Holds a token's own claims against the authorizer's rules, in the order of docs/diagnosis.md.

The order: form, `exp`, `nbf`, `iss`, `kid`, ID token in place of an access token, `client_id`,
`aud`, scope, custom claims. All that are configured must pass (docs/agentcore.md section 2.3).
Nothing is verified here: the signature is the service's to check.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agentcore_probe.model.configuration import Authorizer, CustomClaim, Issuer, JwtAuthorizer
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Check
from agentcore_probe.model.pool import pool_of
from agentcore_probe.model.token import MARGIN_SECONDS


@dataclass(frozen=True)
class TokenCheck:
    """One rule held against a token."""

    cause: str
    """The cause a failure has."""
    passed: bool | None
    """None: not known, for want of a claim's counterpart in the configuration."""
    field: str
    """The field that decides: `exp`, `allowedClients`."""
    detail: str
    values: dict[str, str] = dataclasses.field(default_factory=dict)

    def as_check(self) -> Check:
        """The check as a fact of the judgement."""
        return Check(id=self.cause, passed=self.passed, detail=self.detail)


def first_failure(checks: list[TokenCheck]) -> TokenCheck | None:
    """The first check that failed, or None."""
    return next((check for check in checks if check.passed is False), None)


def check_token(
    token: TokenFacts, authorizer: Authorizer | None, issuer: Issuer | None, now: datetime | None
) -> list[TokenCheck]:
    """Every rule that can be held against `token` with what is known, in order."""
    if token.unparsable is not None:
        return [TokenCheck("token-malformed", False, "form", token.unparsable)]
    rules = authorizer.jwt if authorizer else None
    return [
        TokenCheck("token-malformed", True, "form", "JWT"),
        *_times(token.claims, now),
        *_issuer(token, issuer or Issuer(discovery_url=rules.discovery_url if rules else "")),
        *(_rules(token.claims, rules) if rules else ()),
    ]


def _times(claims: dict[str, Any], now: datetime | None) -> Iterator[TokenCheck]:
    if now is None:
        return
    moment = now.timestamp()
    exp, nbf = _number(claims.get("exp")), _number(claims.get("nbf"))
    if exp is not None:
        left = exp - moment
        detail = f"exp {_when(exp)}, now {_when(moment)}"
        values = {"exp": _when(exp), "now": _when(moment), "seconds": str(int(abs(left)))}
        yield TokenCheck("token-expired", left > 0, "exp", detail, values)
        if left > 0:
            yield TokenCheck("token-near-expiry", left >= MARGIN_SECONDS, "exp", detail, values)
    if nbf is not None:
        detail = f"nbf {_when(nbf)}, now {_when(moment)}"
        values = {"nbf": _when(nbf), "now": _when(moment)}
        yield TokenCheck("token-not-yet-valid", nbf <= moment, "nbf", detail, values)


def _issuer(token: TokenFacts, issuer: Issuer) -> Iterator[TokenCheck]:
    found = _text(token.claims.get("iss"))
    if issuer.issuer is None:
        yield from _pool(found, issuer.discovery_url)
    else:
        values = {"found": found or "-", "wanted": issuer.issuer}
        detail = f"iss {found or '-'}, issuer {issuer.issuer}"
        yield TokenCheck("issuer-mismatch", found == issuer.issuer, "iss", detail, values)
    kid = token.header.get("kid")
    if issuer.keys is not None:
        wanted = ", ".join(issuer.keys)
        passed = None if kid is None else _text(kid) in issuer.keys
        values = {"found": _text(kid) or "-", "wanted": wanted}
        yield TokenCheck("signing-key-unknown", passed, "kid", f"kid {kid}, JWKS {wanted}", values)


def _pool(found: str, discovery_url: str) -> Iterator[TokenCheck]:
    """Without the document: Cognito's discovery URL and issuer name the same user pool."""
    mine, wanted = pool_of(found), pool_of(discovery_url)
    if mine is None or wanted is None:
        return
    values = {"found": found, "wanted": discovery_url}
    detail = f"iss {found}, discoveryUrl {discovery_url}"
    passed = False if mine.id != wanted.id else None
    yield TokenCheck("issuer-mismatch", passed, "iss", detail, values)


def _rules(claims: dict[str, Any], rules: JwtAuthorizer) -> Iterator[TokenCheck]:
    if rules.allowed_clients:
        yield _client(claims, rules.allowed_clients)
    if rules.allowed_audience:
        yield _listed("audience-not-allowed", "aud", "allowedAudience", claims, rules.allowed_audience)
    if rules.allowed_scopes:
        yield _scope(claims, rules.allowed_scopes)
    for rule in rules.custom_claims:
        yield _custom(claims, rule)


def is_id_token(claims: dict[str, Any]) -> bool:
    """Whether the claims are an ID token's (Cognito's `token_use`, else an `aud` without a client)."""
    use = claims.get("token_use")
    if use is not None:
        return bool(use == "id")
    kind = claims.get("typ")
    if kind in ("ID", "Bearer"):
        return bool(kind == "ID")  # Keycloak says it
    if "scope" in claims or "scp" in claims or "client_id" in claims:
        return False
    return "at_hash" in claims or "nonce" in claims


def _client(claims: dict[str, Any], allowed: tuple[str, ...]) -> TokenCheck:
    found = claims.get("client_id")
    passed = isinstance(found, str) and found in allowed
    cause = "id-token-sent" if not passed and is_id_token(claims) else "client-not-allowed"
    values = {"found": _text(found) or "-", "wanted": ", ".join(allowed)}
    detail = f"client_id {_text(found) or '-'}, allowedClients {', '.join(allowed)}"
    return TokenCheck(cause, passed, "allowedClients", detail, values)


def _listed(
    cause: str, claim: str, rule: str, claims: dict[str, Any], allowed: tuple[str, ...]
) -> TokenCheck:
    found = _texts(claims.get(claim))
    values = {"found": ", ".join(found) or "-", "wanted": ", ".join(allowed)}
    detail = f"{claim} {', '.join(found) or '-'}, {rule} {', '.join(allowed)}"
    return TokenCheck(cause, any(each in allowed for each in found), rule, detail, values)


def scopes(claims: dict[str, Any]) -> list[str]:
    """The scopes of a token: `scope`, or Entra's `scp`."""
    given = claims.get("scope", claims.get("scp"))
    return given.split() if isinstance(given, str) else _texts(given)


def _scope(claims: dict[str, Any], allowed: tuple[str, ...]) -> TokenCheck:
    found = scopes(claims)
    values = {"found": " ".join(found) or "-", "wanted": " ".join(allowed)}
    detail = f"scope {' '.join(found) or '-'}, allowedScopes {' '.join(allowed)}"
    return TokenCheck(
        "scope-missing", any(each in allowed for each in found), "allowedScopes", detail, values
    )


def _custom(claims: dict[str, Any], rule: CustomClaim) -> TokenCheck:
    found = claims.get(rule.name)
    passed: bool | None = None  # an operator that is not known
    if rule.operator == "EQUALS":
        passed = isinstance(found, str) and found in rule.values[:1]
    elif rule.operator == "CONTAINS":
        passed = isinstance(found, list) and bool(rule.values) and rule.values[0] in found
    elif rule.operator == "CONTAINS_ANY":
        passed = isinstance(found, list) and any(value in found for value in rule.values)
    shown = ", ".join(_texts(found)) or "-"
    values = {
        "claim": rule.name,
        "found": shown,
        "wanted": ", ".join(rule.values),
        "operator": rule.operator,
    }
    detail = f"{rule.name} {shown}, customClaims {rule.operator} {', '.join(rule.values)}"
    return TokenCheck("custom-claim-mismatch", passed, "customClaims", detail, values)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A claim may hold any number; one beyond the calendar is no time.
    return float(value) if 0 <= value < 253402300800 else None


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
