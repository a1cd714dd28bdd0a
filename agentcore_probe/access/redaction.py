"""Takes the credentials out of a request and its answer, before they become an Exchange."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agentcore_probe.json_strings import is_structured
from agentcore_probe.model.exchange import LONG_CARRIER, MAX_SUBPROTOCOL, SUBPROTOCOL
from agentcore_probe.model.token import is_unset
from agentcore_probe.regex import regex
from agentcore_probe.secret import redact, without_tokens

_SIGV4 = regex(r"(Credential=)[^/,\s]+|(Signature=)[0-9a-fA-F]+")
_JSON_FIELD = regex(
    r'("(?:PASSWORD|SECRET_HASH|NEW_PASSWORD|AccessToken|IdToken|RefreshToken|refreshToken'
    r"|Session|DeviceKey|access_token|id_token|refresh_token|client_secret|ClientSecret|Secret|SecretAccessKey|SessionToken|SubjectToken|ActorToken|IssuedToken"
    r'|device_code|user_code|verification_uri_complete)"\s*:\s*)'
    r'"(?:[^"\\]|\\.)*"'
)
_USER_INFO = regex(r"//[^/@\s\"'<>]{1,256}@")
_FORM_FIELD = regex(
    r"\b(client_secret|password|refresh_token|subject_token|actor_token|client_assertion|assertion"
    r"|code_verifier|device_code|user_code|code)=(?:<[a-z ]{1,40}>|[^&\s]+)"
)
_PRESIGNED_KEY = regex(r"(X-Amz-Credential=)[^&%/\s\"'<>]+")
_PRESIGNED = regex(r"(X-Amz-(Signature|Security-Token)=)(?:<[a-z ]{1,40}>|[^&\s\"'<>]+)")
"""What identifies the caller in the query of a presigned URL, which is itself a credential."""
_SUBPROTOCOL = regex(SUBPROTOCOL + r"\.(?P<token>[^,\s\"'<>]+)")
_NOT_BASE64URL = regex(r"[^\w-]", re.ASCII)
_PLACEHOLDERS = {
    "x-amz-security-token": "<session-token>",
    "cookie": "<cookie>",
    "set-cookie": "<cookie>",
    "proxy-authorization": "<credential>",
}
_BEARER = regex(
    r"(?P<scheme>bearer\s*(?:bearer\s+)?['\"]?)(?P<credential>.*?)(?P<end>['\"]?)", re.I | re.DOTALL
)
"""With what people put around a token by mistake: the scheme twice, quotes."""


def headers(values: Mapping[str, str]) -> dict[str, str]:
    """The headers `values` with credentials replaced by placeholders, in their names too."""
    fixed = {name: _fixed_header(name.lower(), value) for name, value in values.items()}
    others = {name: value for name, value in values.items() if fixed[name] is None}
    if not any(map(is_structured, others.values())):
        # Nearly always nothing is to be replaced, and to look through all of them at once takes as long as through one.
        whole = "\n".join([*values, *others.values()])
        if text(whole) == whole:
            return {name: shown if shown is not None else values[name] for name, shown in fixed.items()}
    return {text(name): shown if shown is not None else text(values[name]) for name, shown in fixed.items()}


def text(raw: str) -> str:
    """A body or message with tokens, passwords and registered secrets replaced by placeholders."""
    clean = redact(_SUBPROTOCOL.sub(_subprotocol, raw))
    clean = _JSON_FIELD.sub(r'\1"<secret>"', clean)
    clean = _FORM_FIELD.sub(r"\1=<secret>", clean)
    clean = _PRESIGNED_KEY.sub(r"\1<key>", clean)
    clean = _PRESIGNED.sub(
        lambda match: f"{match[1]}<{match[2].replace('Security', 'session').lower()}>", clean
    )
    return without_tokens(_USER_INFO.sub("//<credential>@", clean))


def _subprotocol(match: re.Match[str]) -> str:
    """A subprotocol without its token; what is wrong with its form stays visible."""
    shown = LONG_CARRIER if len(match[0]) > MAX_SUBPROTOCOL else "<token>"
    others = dict.fromkeys(_NOT_BASE64URL.findall(match["token"]))
    return f"{SUBPROTOCOL}.{shown}{''.join(others)}"


def _fixed_header(name: str, value: str) -> str | None:
    """What a header that holds a credential shows instead; None for another one."""
    if name in _PLACEHOLDERS:
        return _PLACEHOLDERS[name]
    return authorization(value) if name == "authorization" else None


def authorization(value: str) -> str:
    """An Authorization header without its credential; its scheme and form stay visible.

    >>> authorization("Bearer abc.def.ghi")
    'Bearer <token>'
    >>> authorization("Bearer undefined")
    'Bearer undefined'
    """
    if not value.strip():
        return value  # not a secret, and the cause of a refusal
    if value.startswith("AWS4-HMAC-SHA256"):
        return _SIGV4.sub(lambda m: f"{m[1]}<key>" if m[1] else f"{m[2]}<signature>", value)
    bearer = _BEARER.fullmatch(value)
    if bearer:
        credential = bearer["credential"]
        # Not a secret, and the cause of the refusal.
        is_placeholder = is_unset(credential) or credential.startswith("$")
        return value if is_placeholder else f"{bearer['scheme']}<token>{bearer['end']}"
    scheme, space, _ = value.partition(" ")
    return f"{scheme} <credential>" if space else "<token>"
