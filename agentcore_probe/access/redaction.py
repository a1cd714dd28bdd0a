"""Takes the credentials out of a request and its answer, before they become an Exchange."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agentcore_probe.secret import redact, without_tokens

_SIGV4 = re.compile(r"(Credential=)[^/,\s]+|(Signature=)[0-9a-fA-F]+")
_FIELDS = re.compile(
    r'("(?:PASSWORD|SECRET_HASH|NEW_PASSWORD|AccessToken|IdToken|RefreshToken|Session'
    r'|access_token|id_token|refresh_token|client_secret|ClientSecret|SecretAccessKey|SessionToken)"\s*:\s*)'
    r'"(?:[^"\\]|\\.)*"'
)
_USER = re.compile(r"//[^/@\s\"'<>]{1,256}@")
_FORM = re.compile(r"\b(client_secret|password|refresh_token|assertion|code)=[^&\s]+")
_PLACEHOLDERS = {
    "x-amz-security-token": "<session-token>",
    "cookie": "<cookie>",
    "set-cookie": "<cookie>",
    "proxy-authorization": "<credential>",
}
_BEARER = re.compile(
    r"(?P<scheme>bearer\s*(?:bearer\s+)?['\"]?)(?P<credential>.*?)(?P<end>['\"]?)", re.I | re.DOTALL
)
"""With what people put around a token by mistake: the scheme twice, quotes."""
_PLAIN_BEARERS = {"undefined", "null", "none", ""}
"""Placeholders that callers send by mistake: no secret, and the cause of the refusal."""


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """The headers with credentials replaced by placeholders, in the names, too."""
    return {text(name): _header(name.lower(), value) for name, value in given.items()}


def text(given: str) -> str:
    """A body or message with tokens, passwords and registered secrets replaced."""
    clean = redact(given)
    clean = _FIELDS.sub(r'\1"<secret>"', clean)
    clean = _FORM.sub(r"\1=<secret>", clean)
    return without_tokens(_USER.sub("//<credential>@", clean))


def _header(name: str, value: str) -> str:
    if name in _PLACEHOLDERS:
        return _PLACEHOLDERS[name]
    if name == "authorization":
        return authorization(value)
    return text(value)


def authorization(value: str) -> str:
    """An Authorization header that still shows its scheme and form.

    >>> authorization("Bearer abc.def.ghi")
    'Bearer <token>'
    >>> authorization("Bearer undefined")
    'Bearer undefined'
    """
    if not value.strip():
        return value  # an empty header is no secret, and the cause of a refusal
    if value.startswith("AWS4-HMAC-SHA256"):
        return _SIGV4.sub(lambda m: f"{m[1]}<key>" if m[1] else f"{m[2]}<signature>", value)
    bearer = _BEARER.fullmatch(value)
    if bearer:
        credential = bearer["credential"]
        kept = credential.strip().lower() in _PLAIN_BEARERS or credential.startswith("$")
        return value if kept else f"{bearer['scheme']}<token>{bearer['end']}"
    scheme, space, _ = value.partition(" ")
    return f"{scheme} <credential>" if space else "<token>"
