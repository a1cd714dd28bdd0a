"""Forged tokens: the genuine one with a defect, to see that each is refused.

They are signed with a key made in this process and known to nobody, or not signed at all, so
none opens anything that checks signatures. The list is RFC 8725's: a foreign key under the
right `kid`, `alg: none`, HS256 keyed with the issuer's public key, a payload changed under the
old signature; and an expired token and another issuer's, which only a foreign key can sign.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from agentcore_probe.model.exchange import Forgery
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret

_LABEL = "forged token"
_AN_HOUR = 3600


@dataclass(frozen=True)
class Forged:
    """A token and the defect that it was given."""

    defect: Forgery
    token: Secret


def forge(genuine: Secret, public_keys: Mapping[str, Mapping[str, Any]]) -> list[Forged]:
    """One token a defect; an empty list when `genuine` is no JWT.

    Args:
        genuine: the token that the JWT rows send.
        public_keys: the issuer's JWKS by `kid`; without the token's own key there is no
            `hs256-public-key` among the forgeries.
    """
    facts = unverified_facts(genuine.reveal())
    if facts.unparsable is not None:
        return []
    header, claims = facts.header, facts.claims
    signature = genuine.reveal().rpartition(".")[2]
    now = int(time.time())
    tokens: dict[Forgery, str | None] = {
        "foreign-key": _foreign(header, claims),
        "alg-none": f"{_unsigned({**header, 'alg': 'none'}, claims)}.",
        "hs256-public-key": _keyed_with_public_key(header, claims, public_keys),
        "payload-changed": f"{_unsigned(header, {**claims, 'exp': now + 10 * _AN_HOUR})}.{signature}",
        "expired": _foreign(header, {**claims, "iat": now - 2 * _AN_HOUR, "exp": now - _AN_HOUR}),
        "wrong-issuer": _foreign(header, {**claims, "iss": "https://issuer.invalid/forged"}),
    }
    return [Forged(defect, Secret(token, _LABEL)) for defect, token in tokens.items() if token]


def _foreign(header: Mapping[str, Any], claims: dict[str, Any]) -> str:
    """Signed with a key of this process, under the header's own `kid` and, where we have one, `alg`."""
    algorithm = header.get("alg")
    known = algorithm if isinstance(algorithm, str) and algorithm in _CURVES | _RSA else "RS256"
    signed = _unsigned({**header, "alg": known}, claims)
    signature = jwt.get_algorithm_by_name(known).sign(signed.encode(), _own_key(known))
    return f"{signed}.{base64url_encode(signature).decode()}"


_RSA = {"RS256": None, "RS384": None, "RS512": None, "PS256": None, "PS384": None, "PS512": None}
_CURVES: dict[str, Any] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


_making = threading.Lock()
"""Both targets' rows forge at the same time, and a key takes 40 ms to make."""


def _own_key(algorithm: str) -> Any:
    with _making:
        return _made_key(algorithm if algorithm in _CURVES else "RSA")


@cache
def _made_key(kind: str) -> Any:
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _keyed_with_public_key(
    header: Mapping[str, Any], claims: dict[str, Any], public_keys: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """What a verifier accepts that takes the public key for an HMAC secret (RFC 8725 section 2.1)."""
    try:
        key: Any = jwt.PyJWK(dict(public_keys[str(header.get("kid"))])).key
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    except (KeyError, AttributeError, TypeError, ValueError, jwt.PyJWTError):
        return None
    signed = _unsigned({**header, "alg": "HS256"}, claims)
    digest = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64url_encode(digest).decode()}"


def _unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join(base64url_encode(part).decode() for part in parts)
