"""Makes the forged tokens of `model.forgeries`: the genuine token with one defect each.

They are signed with a key that exists only in this process, with the issuer's public key, or not at all, so none is
accepted by a service that verifies signatures.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.forgeries import FORGERIES, Forgery, KeyEncoding, KeyType
from agentcore_probe.model.token import unverified_facts
from agentcore_probe.secret import Secret

_LABEL = "forged token"
_TEN_HOURS = 36_000
_UNKNOWN_KID = "agentcore-probe-unknown-kid"


def foreign_key_forgery(genuine: Secret) -> Forgery | None:
    """The forgery with a foreign key of the genuine token's type; None when `genuine` is not a JWT."""
    facts = unverified_facts(genuine.reveal())
    if facts.unparsable is not None:
        return None
    key_type = _key_type(algorithm_of(facts))
    return next(row for row in FORGERIES if row.signature == "foreign" and row.key_type == key_type)


def fits(forgery: Forgery, genuine: Secret) -> bool:
    """Whether the forgery can be made of a token with this type of key."""
    facts = unverified_facts(genuine.reveal())
    return forgery.key_type in (None, _key_type(algorithm_of(facts)))


def forge(forgery: Forgery, genuine: Secret, public_keys: Mapping[str, Mapping[str, Any]]) -> Secret | None:
    """One forged token; None where it cannot be made of `genuine`.

    Args:
        forgery: what is forged.
        genuine: the token that the JWT rows send.
        public_keys: the issuer's JWKS by `kid` (any other text for a key without one). Without a key that may be
            the token's there is no HMAC over it.
    """
    facts = unverified_facts(genuine.reveal())
    if facts.unparsable is not None:
        return None
    header = _header(forgery, facts)
    claims = facts.claims
    if forgery.signature == "genuine":
        claims = {**claims, "exp": int(time.time()) + _TEN_HOURS}
    unsigned = _unsigned(header, claims)
    signature = _signature(forgery, unsigned, genuine, public_keys)
    return None if signature is None else Secret(f"{unsigned}.{signature}", _LABEL)


def _header(forgery: Forgery, facts: TokenFacts) -> dict[str, Any]:
    header = dict(facts.header)
    if forgery.algorithm is not None:
        header["alg"] = forgery.algorithm
    elif forgery.signature == "foreign":
        header["alg"] = algorithm_of(facts)
    if forgery.header == "alg-missing":
        del header["alg"]
    elif forgery.header == "kid-missing":
        header.pop("kid", None)
    elif forgery.header == "kid-unknown":
        header["kid"] = _UNKNOWN_KID
    elif forgery.header == "jwk":
        header["jwk"] = public_jwk(header["alg"])
    elif forgery.header == "x5c":
        header["x5c"] = [base64.b64encode(_certificate(_kind(header["alg"]))).decode()]
    return header


def _signature(
    forgery: Forgery, unsigned: str, genuine: Secret, public_keys: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """The third part of a token; None for an HMAC whose key is not known."""
    facts = unverified_facts(genuine.reveal())
    if forgery.signature == "none":
        return ""
    if forgery.signature == "zeros":
        # r and s have the length of the curve's order (RFC 7518 section 3.4).
        size = (_CURVES[algorithm_of(facts)].key_size + 7) // 8
        return base64url_encode(bytes(2 * size)).decode()
    if forgery.signature == "genuine":
        return genuine.reveal().rpartition(".")[2]
    if forgery.signature == "foreign":
        algorithm = algorithm_of(facts)
        signature = jwt.get_algorithm_by_name(algorithm).sign(unsigned.encode(), _own_key(algorithm))
        return base64url_encode(signature).decode()
    secret = _secret(forgery.secret, _issuer_key(facts, public_keys))
    if secret is None or forgery.algorithm is None:
        return None
    digest = hmac.new(secret, unsigned.encode(), _DIGESTS[forgery.algorithm]).digest()
    return base64url_encode(digest).decode()


def _issuer_key(facts: TokenFacts, public_keys: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The key that the token's `kid` names; where token or key has none, the first of the token's algorithm."""
    kid = facts.header.get("kid")
    if kid is not None and (key := public_keys.get(str(kid))) is not None and "kid" in key:
        return key
    algorithm = algorithm_of(facts)
    candidates = (key for key in public_keys.values() if kid is None or "kid" not in key)
    return next((key for key in candidates if _serves(key, algorithm)), None)


def _serves(jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a token of this algorithm may be signed with this key."""
    if "alg" in jwk:
        return bool(jwk["alg"] == algorithm)
    key_types = {"RSA": "RSA", "EC": "EC", "EdDSA": "OKP"}
    is_type = jwk.get("kty") == key_types[_key_type(algorithm)]
    curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(algorithm)
    return is_type and curve in (None, jwk.get("crv")) and jwk.get("use", "sig") == "sig"


_DIGESTS: dict[str, Callable[..., Any]] = {
    "HS256": hashlib.sha256,
    "HS384": hashlib.sha384,
    "HS512": hashlib.sha512,
}

_RSA = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
_CURVES: dict[str, Any] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def algorithm_of(facts: TokenFacts) -> str:
    """The genuine token's `alg` where it is supported, else RS256."""
    algorithm = facts.header.get("alg")
    is_supported = isinstance(algorithm, str) and algorithm in {*_RSA, *_CURVES, "EdDSA"}
    return algorithm if is_supported and isinstance(algorithm, str) else "RS256"


def _key_type(algorithm: str) -> KeyType:
    if algorithm in _CURVES:
        return "EC"
    return "EdDSA" if algorithm == "EdDSA" else "RSA"


_key_lock = threading.RLock()
"""The probes of both targets need the same key at the same time, and generating one takes 40 ms."""


def prepare_key() -> None:
    """Generates the key that most issuers' tokens need, while the login is still under way."""
    _own_key("RS256")


def _kind(algorithm: str) -> str:
    """An RSA key serves every RSA algorithm; each EC algorithm has a curve."""
    return "RSA" if algorithm in _RSA else algorithm


def _own_key(algorithm: str) -> Any:
    with _key_lock:
        return _generate_key(_kind(algorithm))


@cache
def _generate_key(kind: str) -> Any:
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    if kind == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(algorithm: str) -> dict[str, Any]:
    """This process's public key, as a JWK."""
    public = _own_key(algorithm).public_key()
    jwk: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True)
    return jwk


def _certificate(kind: str) -> bytes:
    """A self-signed certificate of this process's key, in DER."""
    with _key_lock:
        return _make_certificate(kind)


@cache
def _make_certificate(kind: str) -> bytes:
    # Imported here: it takes some 20 ms, after the first forged call was sent.
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import NameOID

    key = _generate_key(kind)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agentcore-probe")])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    certificate = builder.sign(key, None if kind == "EdDSA" else SHA256())
    return certificate.public_bytes(Encoding.DER)


def _secret(encoding: KeyEncoding | None, jwk: Mapping[str, Any] | None) -> bytes | None:
    """The issuer's public key as bytes; None where it is not known, or has no such form."""
    if encoding == "empty":
        return b""
    if encoding is None or jwk is None:
        return None
    try:
        key: Any = jwt.PyJWK(dict(jwk)).key
        form = PublicFormat.PKCS1 if encoding.startswith("pkcs1") else PublicFormat.SubjectPublicKeyInfo
        encoded: bytes = key.public_bytes(Encoding.DER if encoding.endswith("der") else Encoding.PEM, form)
    except (KeyError, AttributeError, TypeError, ValueError, jwt.PyJWTError):
        return None
    return encoded.strip() if encoding.endswith("stripped") else encoded


def _unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Header and claims of a token, without a signature."""
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join(base64url_encode(part).decode() for part in parts)
