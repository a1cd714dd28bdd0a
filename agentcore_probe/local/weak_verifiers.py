"""Mistakes that verifiers make, one for each control of a run (RFC 8725 sections 2 and 3), written apart from the probes.

Each accepts a token or an Authorization header that a sound verifier refuses. The genuine caller is accepted as well.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

accepted_signatures: set[str] = set()
"""Signatures of accepted tokens: a verifier that caches by signature never looks at another payload."""


class _Token(NamedTuple):
    header: dict[str, Any]
    signed: bytes
    signature: bytes
    signature_text: str


_Accepts = Callable[[_Token, Any], bool]
"""Whether a token is accepted, given the issuer's public key."""


def _any_signature(prefixes: tuple[str, ...]) -> _Accepts:
    """A verifier that looks for a signature and does not check it."""

    def accepts(token: _Token, _: Any) -> bool:
        return str(token.header.get("alg")).startswith(prefixes) and bool(token.signature)

    return accepts


def _algorithm(name: str) -> _Accepts:
    return lambda token, _: token.header.get("alg") == name


def _hmac(digest: str, encode: Callable[[Any], bytes]) -> _Accepts:
    def accepts(token: _Token, key: Any) -> bool:
        if token.header.get("alg") != f"HS{digest}":
            return False
        expected = hmac.digest(encode(key), token.signed, f"sha{digest}")
        return hmac.compare_digest(expected, token.signature)

    return accepts


def _encoded(encoding: Encoding, form: PublicFormat) -> Callable[[Any], bytes]:
    return lambda key: bytes(key.public_bytes(encoding, form))


def _stripped(encode: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda key: encode(key).strip()


_PEM = _encoded(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
_PKCS1 = _encoded(Encoding.PEM, PublicFormat.PKCS1)
_KEY_FORMS: dict[str, Callable[[Any], bytes]] = {
    "pem": _PEM,
    "pem-stripped": _stripped(_PEM),
    "pkcs1": _PKCS1,
    "pkcs1-stripped": _stripped(_PKCS1),
    "der": _encoded(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "pkcs1-der": _encoded(Encoding.DER, PublicFormat.PKCS1),
    "empty": lambda _: b"",
}


def _embedded_key(token: _Token, _: Any) -> bool:
    try:
        return _verifies(token, jwt.PyJWK(token.header["jwk"]).key)
    except (KeyError, TypeError, jwt.PyJWTError):
        return False


def _embedded_certificate(token: _Token, _: Any) -> bool:
    from cryptography import x509  # 20 ms, for one fault

    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(token.header["x5c"][0]))
    except (KeyError, TypeError, ValueError, IndexError):
        return False
    return _verifies(token, certificate.public_key())


def _verifies(token: _Token, key: Any) -> bool:
    try:
        return jwt.get_algorithm_by_name(str(token.header.get("alg"))).verify(
            token.signed, key, token.signature
        )
    except (NotImplementedError, TypeError, ValueError, AttributeError):
        return False


TOKEN_WEAKNESSES: dict[str, _Accepts] = {
    "foreign-key-rsa": _any_signature(("RS", "PS")),
    "foreign-key-ec": _any_signature(("ES",)),
    "foreign-key-eddsa": _any_signature(("EdDSA",)),
    "alg-none": _algorithm("none"),
    "alg-none-capital": _algorithm("None"),
    "alg-none-upper": _algorithm("NONE"),
    "alg-none-mixed": _algorithm("nOnE"),
    "signature-empty": lambda token, _: (
        not token.signature and str(token.header.get("alg")).lower() != "none"
    ),
    "alg-missing": lambda token, _: "alg" not in token.header,
    "signature-zeros": lambda token, _: (
        str(token.header.get("alg")).startswith("ES")
        and len(token.signature) >= 64
        and not any(token.signature)
    ),
    "payload-changed": lambda token, _: token.signature_text in accepted_signatures,
    "embedded-jwk": _embedded_key,
    "embedded-x5c": _embedded_certificate,
    "kid-missing": lambda token, _: "kid" not in token.header,
    "kid-unknown": lambda token, _: token.header.get("kid") == "agentcore-probe-unknown-kid",
    **{
        "hs256-public-key" if (digest, form) == ("256", "pem") else f"hs{digest}-{form}": _hmac(
            digest, encode
        )
        for digest in ("256", "384", "512")
        for form, encode in _KEY_FORMS.items()
    },
}
"""Mistake -> whether it accepts a token, whose claims are checked as usual."""


def _parses(value: str, scheme: str) -> bool:
    """Whether the credential has a JWT's form; a verifier that parses it is not one that checks it."""
    parts = value.removeprefix(scheme).split(".")
    try:
        return (
            value.startswith(scheme) and len(parts) == 3 and isinstance(json.loads(_decoded(parts[1])), dict)
        )
    except (ValueError, binascii.Error):
        return False


HEADER_WEAKNESSES: dict[str, Callable[[str | None], bool]] = {
    "anonymous": lambda value: value is None,
    "bearer-empty": lambda value: value is not None and value.strip() == "Bearer",
    "bearer-lower-case": lambda value: value is not None and _parses(value, "bearer "),
    "other-scheme": lambda value: value is not None and value.startswith("Basic "),
    "placeholder": lambda value: value == "Bearer undefined",
}
"""Mistake -> whether it accepts an Authorization header (None: no such header) without looking for a token."""


def accepts_token(token: str, key: Any, weaknesses: Collection[str]) -> bool:
    """Whether one of the weaknesses accepts `token` without a valid signature.

    Args:
        token: a JWT.
        key: the issuer's public key.
        weaknesses: keys of `TOKEN_WEAKNESSES`; others are passed over.
    """
    signed, _, signature_text = token.rpartition(".")
    try:
        header = json.loads(_decoded(signed.partition(".")[0]))
        signature = _decoded(signature_text)
    except (ValueError, binascii.Error):
        return False
    parts = _Token(header, signed.encode(), signature, signature_text)
    return any(TOKEN_WEAKNESSES[name](parts, key) for name in weaknesses if name in TOKEN_WEAKNESSES)


def accepts_header(authorization: str | None, weaknesses: Collection[str]) -> bool:
    """Whether one of the weaknesses accepts a caller by the form of its Authorization header.

    Args:
        authorization: the header; None: there is none.
        weaknesses: keys of `HEADER_WEAKNESSES`; others are passed over.
    """
    return any(HEADER_WEAKNESSES[name](authorization) for name in weaknesses if name in HEADER_WEAKNESSES)


def opens(method: object, weaknesses: Collection[str], *, has_accepted: bool) -> bool:
    """Whether a call passes without any check of its caller.

    Args:
        method: the JSON-RPC method, if the call has one.
        weaknesses: `tools-list-open`, `tools-call-open`, `after-first-accepted`; others are passed over.
        has_accepted: whether the target has accepted a caller before.
    """
    is_open = {"tools/list": "tools-list-open", "tools/call": "tools-call-open"}.get(
        str(method)
    ) in weaknesses
    return is_open or ("after-first-accepted" in weaknesses and has_accepted)


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
