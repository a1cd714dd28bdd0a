"""Checks a bearer token against a `customJWTAuthorizer`, with PyJWT and the served keys.

Order: form, time (with the 60 s margin), issuer, key and signature, then `client_id`, `aud`,
scope, custom claims. All configured rules must pass (docs/agentcore.md section 2.3).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import jwt

from agentcore_probe.local import weak_verifiers
from agentcore_probe.local.issuer_documents import ServedIssuer, IssuerDocuments

MARGIN_SECONDS = 60
"""A token with less time left counts as expired (docs/agentcore.md section 2.2, row 10)."""

_PLACEHOLDERS = ("undefined", "null", "none", "")


class TokenRejected(Exception):
    """A token is refused.

    Args:
        kind: `missing`, `invalid` or `scope`.
        message: the service's message.
        claim: the claim that does not match its rule, if that is the reason.
    """

    def __init__(
        self, kind: Literal["missing", "invalid", "scope"], message: str, *, claim: str | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.claim = claim


def read_bearer_token(authorization: str) -> str:
    """The token of an Authorization header.

    Raises:
        TokenRejected: the header has no bearer token. A placeholder counts as none (docs/agentcore.md section 2.2, row 16).
    """
    scheme, _, token = authorization.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or token.lower() in _PLACEHOLDERS:
        raise TokenRejected("missing", "Missing Authentication Token")
    return token


def authorize(
    token: str,
    rules: dict[str, Any],
    documents: IssuerDocuments,
    now: float,
    weaknesses: Collection[str] = (),
) -> dict[str, Any]:
    """The claims of `token`, if every rule passes. It waits for nothing.

    Args:
        token: the value after `Bearer`.
        rules: a `customJWTAuthorizer`.
        documents: the issuer's documents.
        now: the service's clock, in epoch seconds.
        weaknesses: what this authorizer wrongly accepts: `signature` (any), `expired`, or of `weak_verifiers`.

    Raises:
        TokenRejected: a rule does not pass.
    """
    try:
        unverified = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise TokenRejected("invalid", "OAuth authorization failed: Failed to parse token") from None
    if "expired" not in weaknesses:
        _check_time(unverified, now)
    issuer = _read_issuer(documents, rules["discoveryUrl"])
    if unverified.get("iss") != issuer.name:
        raise TokenRejected("invalid", "OAuth authorization failed: Invalid issuer")
    try:
        key = _signing_key(token, issuer, weaknesses)
        claims = unverified if _skips_verification(token, key, weaknesses) else _verify(token, key)
    except jwt.PyJWTError:
        raise TokenRejected("invalid", "OAuth authorization failed: Invalid token signature") from None
    _check_rules(claims, rules)
    if weaknesses:
        weak_verifiers.accepted_signatures.add(token.rpartition(".")[2])
    return claims


def _verify(token: str, key: Any) -> dict[str, Any]:
    """The claims of a token with a valid signature; times are checked elsewhere, with the margin."""
    options: Any = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return dict(jwt.decode(token, key, algorithms=["RS256"], options=options))


def _signing_key(token: str, issuer: ServedIssuer, weaknesses: Collection[str]) -> Any:
    """The key that the token names; one with weaknesses takes the issuer's first key for any token."""
    if weaknesses:
        return issuer.keys.get_signing_keys()[0].key
    return issuer.keys.get_signing_key_from_jwt(token).key


def _skips_verification(token: str, key: Any, weaknesses: Collection[str]) -> bool:
    """Whether one of the weaknesses accepts the token without a valid signature."""
    if not weaknesses:
        return False
    if weak_verifiers.accepts_token(token, key, weaknesses):
        return True
    algorithm = jwt.get_unverified_header(token).get("alg")
    return "signature" in weaknesses and algorithm == "RS256" and not token.endswith(".")


def _check_time(claims: dict[str, Any], now: float) -> None:
    exp, nbf = claims.get("exp"), claims.get("nbf")
    if not isinstance(exp, int | float) or exp - now < MARGIN_SECONDS:
        raise TokenRejected("invalid", "OAuth authorization failed: Token has expired")
    if isinstance(nbf, int | float) and nbf > now:
        raise TokenRejected("invalid", "OAuth authorization failed: Token is not yet valid")


def _read_issuer(documents: IssuerDocuments, discovery_url: str) -> ServedIssuer:
    issuer = documents.issuer(discovery_url)
    if issuer is None:
        raise TokenRejected("invalid", "OAuth authorization failed: Cannot read the discovery document")
    return issuer


def _check_rules(claims: dict[str, Any], rules: dict[str, Any]) -> None:
    if rules.get("allowedClients") and claims.get("client_id") not in rules["allowedClients"]:
        raise _mismatch("client_id")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if rules.get("allowedAudience") and not set(audiences) & set(rules["allowedAudience"]):
        raise _mismatch("aud")
    scopes = str(claims.get("scope", "")).split()
    if rules.get("allowedScopes") and not set(scopes) & set(rules["allowedScopes"]):
        raise TokenRejected("scope", "OAuth authorization failed: Insufficient scope")
    for rule in rules.get("customClaims") or ():
        claim = rule["inboundTokenClaimName"]
        if not _matches(claims.get(claim), rule["authorizingClaimMatchValue"]):
            raise _mismatch(claim)


def _mismatch(claim: str) -> TokenRejected:
    return TokenRejected(
        "invalid",
        f"OAuth authorization failed: Claim '{claim}' value mismatch with configuration.",
        claim=claim,
    )


def _matches(value: object, rule: dict[str, Any]) -> bool:
    """Whether a claim's value meets an `authorizingClaimMatchValue`."""
    match_value = rule["claimMatchValue"]
    allowed = match_value.get("matchValueStringList") or [match_value.get("matchValueString")]
    if rule["claimMatchOperator"] == "EQUALS":
        return bool(value == allowed[0])
    return isinstance(value, list) and any(item in value for item in allowed)
