"""Forged tokens: the genuine token with one defect each, all of which a service must refuse.

They are signed with a key that exists only in this process, or not at all, so none is accepted by
a service that verifies signatures. The defects follow RFC 8725: a foreign key under the genuine
`kid`; `alg: none`; HS256 with the issuer's public key as its secret; a changed payload under the
old signature. Two more are signed with the foreign key: an expired token, and one of another issuer.
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
class ForgedToken:
    """A forged token and its defect."""

    defect: Forgery
    token: Secret


def forge(genuine: Secret, public_keys: Mapping[str, Mapping[str, Any]]) -> list[ForgedToken]:
    """One token for each defect; an empty list when `genuine` is not a JWT.

    Args:
        genuine: the token that the JWT rows send.
        public_keys: the issuer's JWKS by `kid`; `hs256-public-key` is left out where the token's own key is missing.
    """
    facts = unverified_facts(genuine.reveal())
    if facts.unparsable is not None:
        return []
    header, claims = facts.header, facts.claims
    signature = genuine.reveal().rpartition(".")[2]
    now = int(time.time())
    tokens: dict[Forgery, str | None] = {
        "foreign-key": _with_foreign_key(header, claims),
        "alg-none": f"{_unsigned({**header, 'alg': 'none'}, claims)}.",
        "hs256-public-key": _with_public_key_as_secret(header, claims, public_keys),
        "payload-changed": f"{_unsigned(header, {**claims, 'exp': now + 10 * _AN_HOUR})}.{signature}",
        "expired": _with_foreign_key(header, {**claims, "iat": now - 2 * _AN_HOUR, "exp": now - _AN_HOUR}),
        "wrong-issuer": _with_foreign_key(header, {**claims, "iss": "https://issuer.invalid/forged"}),
    }
    return [ForgedToken(defect, Secret(token, _LABEL)) for defect, token in tokens.items() if token]


def _with_foreign_key(header: Mapping[str, Any], claims: dict[str, Any]) -> str:
    """A token signed with a key of this process; `kid` and, where it is supported, `alg` stay those of `header`."""
    alg = header.get("alg")
    algorithm = alg if isinstance(alg, str) and (alg in _CURVES or alg in _RSA) else "RS256"
    unsigned = _unsigned({**header, "alg": algorithm}, claims)
    signature = jwt.get_algorithm_by_name(algorithm).sign(unsigned.encode(), _own_key(algorithm))
    return f"{unsigned}.{base64url_encode(signature).decode()}"


_RSA = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
_CURVES: dict[str, Any] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


_key_lock = threading.Lock()
"""The probes of both targets need the same key at the same time, and generating one takes 40 ms."""


def _own_key(algorithm: str) -> Any:
    with _key_lock:
        return _generate_key(algorithm if algorithm in _CURVES else "RSA")


@cache
def _generate_key(kind: str) -> Any:
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _with_public_key_as_secret(
    header: Mapping[str, Any], claims: dict[str, Any], public_keys: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """A token for verifiers that use the public key as an HMAC secret (RFC 8725 section 2.1); None without the key."""
    try:
        key: Any = jwt.PyJWK(dict(public_keys[str(header.get("kid"))])).key
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    except (KeyError, AttributeError, TypeError, ValueError, jwt.PyJWTError):
        return None
    unsigned = _unsigned({**header, "alg": "HS256"}, claims)
    digest = hmac.new(pem, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64url_encode(digest).decode()}"


def _unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Header and claims of a token, without a signature."""
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join(base64url_encode(part).decode() for part in parts)
