"""Signs pages with Ed25519 and checks the signatures (RFC 8032).

The signature is an inert element at the end of the page. It covers the page without that element, with line ends
of one line feed: a transfer that changes line ends changes nothing that is read.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe.errors import InputError
from agentcore_probe.regex import regex

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MEDIA_TYPE = "application/vnd.agentcore-probe.signature+ed25519"
_ELEMENT = regex(rf'\n<script type="{re.escape(MEDIA_TYPE)}" id="signature">([^<]*)</script>')
_CONTEXT = b"agentcore-probe page 1\n"
"""Precedes the signed text, so that the signature is valid for nothing else that the key signs."""
_MAX_BYTES = 100_000
"""Limit of a key file. A key has a few hundred bytes."""


class Signer:
    """Signs pages.

    Args:
        key: the private key.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, page: str) -> str:
        """The page with a signature at its end."""
        signature = base64.b64encode(self._key.sign(_message(page))).decode()
        element = f'\n<script type="{MEDIA_TYPE}" id="signature">{signature}</script>'
        content, end, rest = page.rpartition("\n</body>")
        return f"{content}{element}{end}{rest}"


def split_signature(page: str) -> tuple[str, str | None]:
    """The page without its signature, and the signature in base64; None for a page that is not signed.

    A page with several signatures is returned whole, as not signed: only an alteration makes one.
    """
    elements = _ELEMENT.findall(page)
    if len(elements) != 1:
        return page, None
    return _ELEMENT.sub("", page), elements[0]


def is_signed_by(key: Ed25519PublicKey, page: str, signature: str) -> bool:
    """Whether `signature` is that of `page` by `key`.

    Args:
        key: the public key.
        page: the page without its signature.
        signature: the signature in base64.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(base64.b64decode(signature, validate=True), _message(page))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _message(page: str) -> bytes:
    return _CONTEXT + page.encode("utf-8", "surrogatepass")


def read_signer(path: Path) -> Signer:
    """The signer with the private key in a file: PEM (PKCS #8) or OpenSSH, without a passphrase.

    Raises:
        InputError: the file cannot be read, or does not contain such a key.
    """
    serialization = _serialization("--sign")
    data = _read(path)
    is_openssh = b"BEGIN OPENSSH PRIVATE KEY" in data
    load = serialization.load_ssh_private_key if is_openssh else serialization.load_pem_private_key
    key = _load(load, data, path, "private", "Make one with: openssl genpkey -algorithm ed25519 -out KEY")
    return Signer(key)


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a file: PEM, or one line of OpenSSH (`ssh-ed25519 …`).

    Raises:
        InputError: the file cannot be read, or does not contain such a key.
    """
    serialization = _serialization("--key")
    data = _read(path)
    is_openssh = data.lstrip().startswith(b"ssh-")
    load = serialization.load_ssh_public_key if is_openssh else serialization.load_pem_public_key
    key: Ed25519PublicKey = _load(
        load, data.strip(), path, "public", "Make it from the private key with: openssl pkey -in KEY -pubout"
    )
    return key


def _serialization(option: str) -> Any:
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise InputError(
            f"{option} needs an extra package (cryptography): pip install 'PyJWT[crypto]'"
        ) from None
    return serialization


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


def _load(load: Any, data: bytes, path: Path, kind: str, hint: str) -> Any:
    """The key, if it is of Ed25519.

    Args:
        load: the function of `cryptography` that reads it.
        data: the file's content.
        path: the file, for errors.
        kind: "private" or "public".
        hint: how to make such a key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ed25519

    expected = ed25519.Ed25519PrivateKey if kind == "private" else ed25519.Ed25519PublicKey
    try:
        key = load(data, None) if kind == "private" else load(data)
    except TypeError:
        raise InputError("is encrypted", where=str(path), hint="Use a key without a passphrase") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, expected):
        raise InputError(
            f"is not the {kind} key of Ed25519, in PEM or OpenSSH form", where=str(path), hint=hint
        )
    return key
