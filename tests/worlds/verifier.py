"""Who gets in: the world's own check of a credential, written apart from the product's.

A weakness is one mistake that verifiers are known to make (RFC 8725, section 2 and 3).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KID = "world-key"


@cache
def issuer_key(key_type: str) -> Any:
    """The issuer's private key; one a process, since making it is slow."""
    if key_type == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    if key_type == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "EdDSA": "EdDSA"}


def jwks(key_type: str) -> dict[str, Any]:
    """The issuer's key set."""
    algorithm = jwt.get_algorithm_by_name(ALGORITHMS[key_type])
    key: dict[str, Any] = algorithm.to_jwk(issuer_key(key_type).public_key(), as_dict=True)
    return {"keys": [{**key, "kid": KID, "use": "sig", "alg": ALGORITHMS[key_type]}]}


def issue(key_type: str, claims: dict[str, Any]) -> str:
    """A token of the issuer."""
    return jwt.encode(claims, issuer_key(key_type), algorithm=ALGORITHMS[key_type], headers={"kid": KID})


@dataclass(frozen=True)
class Parts:
    """A token, taken apart."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes
    signature_text: str


def parts_of(token: str) -> Parts | None:
    """The token's parts; None for what is not a JWT."""
    segments = token.split(".")
    if len(segments) != 3:
        return None
    try:
        header, claims = (json.loads(_decoded(segment)) for segment in segments[:2])
        signature = _decoded(segments[2])
    except (ValueError, UnicodeDecodeError):
        return None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return None
    return Parts(header, claims, ".".join(segments[:2]).encode(), signature, segments[2])


def _decoded(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


@dataclass(frozen=True)
class Issuer:
    """What a verifier knows of the issuer of this world."""

    key_type: str
    name: str
    client: str
    genuine_signatures: frozenset[str]
    leeway: float = 60.0


def is_genuine(parts: Parts, issuer: Issuer) -> bool:
    """Whether the token is the issuer's, in its time, for the client."""
    now, claims = time.time(), parts.claims
    expires, begins = claims.get("exp", 0), claims.get("nbf", 0)
    return (
        parts.header.get("kid") == KID
        and parts.header.get("alg") == ALGORITHMS[issuer.key_type]
        and _verifies(issuer_key(issuer.key_type).public_key(), parts)
        and claims.get("iss") == issuer.name
        and claims.get("client_id") == issuer.client
        and expires > now - issuer.leeway
        and begins <= now + issuer.leeway
    )


def _verifies(key: Any, parts: Parts) -> bool:
    try:
        algorithm = jwt.get_algorithm_by_name(str(parts.header.get("alg")))
        return bool(algorithm.verify(parts.signed, algorithm.prepare_key(key), parts.signature))
    except Exception:  # noqa: BLE001  (whatever the algorithm does not take is not verified)
        return False


def _hmac(digest: str, key_bytes: Callable[[Any], bytes]) -> Callable[[Parts, Issuer], bool]:
    def accepts(parts: Parts, issuer: Issuer) -> bool:
        if parts.header.get("alg") != f"HS{digest}":
            return False
        key = key_bytes(issuer_key(issuer.key_type).public_key())
        return hmac.compare_digest(hmac.new(key, parts.signed, f"sha{digest}").digest(), parts.signature)

    return accepts


def _pem(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _pkcs1(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.PKCS1))


_ENCODINGS: dict[str, Callable[[Any], bytes]] = {
    "pem": _pem,
    "pem-stripped": lambda key: _pem(key).strip(),
    "pkcs1": _pkcs1,
    "pkcs1-stripped": lambda key: _pkcs1(key).strip(),
    "der": lambda key: bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    "pkcs1-der": lambda key: bytes(key.public_bytes(Encoding.DER, PublicFormat.PKCS1)),
    "empty": lambda _: b"",
}


def _embedded_key(parts: Parts, _: Issuer) -> bool:
    try:
        key = jwt.PyJWK(parts.header["jwk"]).key
    except (KeyError, TypeError, jwt.PyJWTError):
        return False
    return _verifies(key, parts)


def _embedded_certificate(parts: Parts, _: Issuer) -> bool:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(parts.header["x5c"][0]))
    except (KeyError, TypeError, ValueError, IndexError):
        return False
    return _verifies(certificate.public_key(), parts)


def _foreign(prefixes: tuple[str, ...]) -> Callable[[Parts, Issuer], bool]:
    """Any signature of these algorithms is taken, as long as there is one."""
    return lambda parts, _: str(parts.header.get("alg")).startswith(prefixes) and bool(parts.signature)


WEAKNESSES: dict[str, Callable[[Parts, Issuer], bool]] = {
    "rsa-foreign-key": _foreign(("RS", "PS")),
    "ec-foreign-key": _foreign(("ES",)),
    "eddsa-foreign-key": _foreign(("EdDSA",)),
    "alg-none": lambda parts, _: parts.header.get("alg") == "none",
    "alg-none-capital": lambda parts, _: parts.header.get("alg") == "None",
    "alg-none-upper": lambda parts, _: parts.header.get("alg") == "NONE",
    "alg-none-mixed": lambda parts, _: parts.header.get("alg") == "nOnE",
    "embedded-jwk": _embedded_key,
    "embedded-x5c": _embedded_certificate,
    "empty-signature": lambda parts, issuer: (
        parts.signature == b"" and parts.header.get("alg") == ALGORITHMS[issuer.key_type]
    ),
    "alg-missing": lambda parts, _: "alg" not in parts.header,
    "signature-zeros": lambda parts, _: parts.header.get("alg") == "ES256" and parts.signature == bytes(64),
    "payload-unchecked": lambda parts, issuer: parts.signature_text in issuer.genuine_signatures,
    "kid-missing": lambda parts, _: "kid" not in parts.header,
    "kid-unknown": lambda parts, _: parts.header.get("kid") not in (None, KID),
    **{
        f"hs{digest}-{name}": _hmac(digest, encode)
        for digest in ("256", "384", "512")
        for name, encode in _ENCODINGS.items()
    },
}
"""Mistake of a verifier -> whether it accepts the token."""

CREDENTIALS = ("anonymous", "bearer-empty", "bearer-lower-case", "other-scheme", "placeholder")
"""What gets in without any token that could be genuine."""


def gets_in(authorization: str | None, weaknesses: frozenset[str], issuer: Issuer) -> bool:
    """Whether this Authorization header is accepted."""
    scheme, _, credential = (authorization or "").strip().partition(" ")
    credential = credential.strip()
    if authorization is None:
        return "anonymous" in weaknesses
    if scheme.lower() != "bearer":
        return "other-scheme" in weaknesses
    if not credential:
        return "bearer-empty" in weaknesses
    if credential.lower() in ("undefined", "null"):
        return "placeholder" in weaknesses
    parts = parts_of(credential)
    if parts is None:
        return False
    if scheme == "bearer" and "bearer-lower-case" in weaknesses:
        return True
    return is_genuine(parts, issuer) or any(
        WEAKNESSES[name](parts, issuer) for name in weaknesses if name in WEAKNESSES
    )


def fingerprint(text: str) -> str:
    """A short digest, for caches."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
