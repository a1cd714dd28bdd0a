"""A bearer token held against a `customJWTAuthorizer`: PyJWT against the served keys.

Order: form, time (with the 60 s margin), issuer, key and signature, then `client_id`, `aud`,
scope, custom claims. All configured rules must pass (docs/agentcore.md section 2.3).
"""

from __future__ import annotations

import hmac
import json
import threading
import urllib.request
from collections.abc import Collection
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_decode

MARGIN_SECONDS = 60
_PLACEHOLDERS = ("undefined", "null", "none", "")


class Rejected(Exception):
    """Why a token is refused.

    Args:
        kind: `missing`, `invalid` or `scope`.
        message: the service's words.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


_issuers: dict[str, tuple[str, jwt.PyJWKClient]] = {}
_reading = threading.Lock()
"""Calls that come together read an issuer once."""


def token_in(authorization: str | None) -> str:
    """The token of an Authorization header.

    Raises:
        Rejected: there is none, or no bearer token. A placeholder counts as none (docs/agentcore.md section 2.2, row 16).
    """
    scheme, _, token = (authorization or "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or token.lower() in _PLACEHOLDERS:
        raise Rejected("missing", "Missing Authentication Token")
    return token


WEAKNESSES = ("signature", "alg-none", "hs256-public-key", "expiry", "issuer")
"""What a broken verifier lets pass (RFC 8725 sections 2.1 and 3): any signature, none at all, one made with the
public key; and with any signature, a token that has expired, or another issuer's."""


def authorize(
    token: str, rules: dict[str, Any], now: float, weaknesses: Collection[str] = ()
) -> dict[str, Any]:
    """The claims of `token`, when every rule passes.

    Args:
        token: what stands behind `Bearer`.
        rules: a `customJWTAuthorizer`.
        now: the service's clock, in epoch seconds.
        weaknesses: what this verifier lets pass, of `WEAKNESSES`.

    Raises:
        Rejected: the first rule that does not pass.
    """
    try:
        unverified = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise Rejected("invalid", "OAuth authorization failed: Failed to parse token") from None
    if "expiry" not in weaknesses:
        _check_time(unverified, now)
    with _reading:
        issuer, keys = _issuer(rules["discoveryUrl"])
    if unverified.get("iss") != issuer and "issuer" not in weaknesses:
        raise Rejected("invalid", "OAuth authorization failed: Invalid issuer")
    try:
        with _reading:
            key = keys.get_signing_key_from_jwt(token)
        claims = unverified if _lets_pass(token, key.key, weaknesses) else _verified(token, key.key)
    except jwt.PyJWTError:
        raise Rejected("invalid", "OAuth authorization failed: Invalid token signature") from None
    _check_rules(claims, rules)
    return claims


def _verified(token: str, key: Any) -> dict[str, Any]:
    """The claims under a good signature; times are looked at elsewhere, with the margin."""
    unlooked: Any = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return dict(jwt.decode(token, key, algorithms=["RS256"], options=unlooked))


def _lets_pass(token: str, key: Any, weaknesses: Collection[str]) -> bool:
    """Whether one of the weaknesses takes the token without a good signature."""
    algorithm = jwt.get_unverified_header(token)["alg"]
    if algorithm == "none":
        return "alg-none" in weaknesses
    if algorithm == "HS256":
        return "hs256-public-key" in weaknesses and _keyed_with(key, token)
    return not {"signature", "expiry", "issuer"}.isdisjoint(weaknesses)


def _keyed_with(key: Any, token: str) -> bool:
    """Whether the HMAC was made with the public key's own text."""
    signed, _, signature = token.rpartition(".")
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hmac.compare_digest(hmac.digest(pem, signed.encode(), "sha256"), base64url_decode(signature))


def _check_time(claims: dict[str, Any], now: float) -> None:
    exp, nbf = claims.get("exp"), claims.get("nbf")
    if not isinstance(exp, int | float) or exp - now < MARGIN_SECONDS:
        raise Rejected("invalid", "OAuth authorization failed: Token has expired")
    if isinstance(nbf, int | float) and nbf > now:
        raise Rejected("invalid", "OAuth authorization failed: Token is not yet valid")


def _issuer(discovery_url: str) -> tuple[str, jwt.PyJWKClient]:
    if discovery_url not in _issuers:
        try:
            with urllib.request.urlopen(discovery_url, timeout=5) as response:
                document = json.load(response)
        except (OSError, ValueError):
            raise Rejected(
                "invalid", "OAuth authorization failed: Cannot read the discovery document"
            ) from None
        _issuers[discovery_url] = (document["issuer"], jwt.PyJWKClient(document["jwks_uri"]))
    return _issuers[discovery_url]


def _check_rules(claims: dict[str, Any], rules: dict[str, Any]) -> None:
    if rules.get("allowedClients") and claims.get("client_id") not in rules["allowedClients"]:
        raise _mismatch("client_id")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if rules.get("allowedAudience") and not set(audiences) & set(rules["allowedAudience"]):
        raise _mismatch("aud")
    scopes = str(claims.get("scope", "")).split()
    if rules.get("allowedScopes") and not set(scopes) & set(rules["allowedScopes"]):
        raise Rejected("scope", "OAuth authorization failed: Insufficient scope")
    for rule in rules.get("customClaims") or ():
        if not _custom(claims.get(rule["inboundTokenClaimName"]), rule["authorizingClaimMatchValue"]):
            raise _mismatch(rule["inboundTokenClaimName"])


def _mismatch(claim: str) -> Rejected:
    return Rejected(
        "invalid", f"OAuth authorization failed: Claim '{claim}' value mismatch with configuration."
    )


def _custom(found: object, match: dict[str, Any]) -> bool:
    value = match["claimMatchValue"]
    wanted = value.get("matchValueStringList") or [value.get("matchValueString")]
    if match["claimMatchOperator"] == "EQUALS":
        return bool(found == wanted[0])
    return isinstance(found, list) and any(each in found for each in wanted)
