"""Clients that nobody has created in the user pool: they have registered themselves, or publish their metadata."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.local.login.metadata import SCOPES

LOOPBACK_HOSTS = ("http://127.0.0.1", "http://[::1]", "http://localhost")
"""Redirect URIs that begin so stand for any port where none is listed."""
_BROWSERS_OWN = ("javascript", "data", "vbscript", "file", "about", "blob", "view-source")
"""Schemes that a browser opens itself, so that no application gets the code."""


class MetadataRefused(Exception):
    """A client's metadata is not accepted: an error of RFC 7591 section 3.2.2.

    Args:
        code: `invalid_redirect_uri` or `invalid_client_metadata`.
        description: for a developer.
    """

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(frozen=True)
class LoginClient:
    """A client, with the attributes of an app client of moto."""

    id: str
    redirect_uris: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)

    @property
    def generate_secret(self) -> bool:
        """Whether it has a secret."""
        return self.secret is not None

    @property
    def extended_config(self) -> Mapping[str, Any]:
        """Its settings, as those of an app client."""
        return {
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": list(SCOPES),
            "CallbackURLs": list(self.redirect_uris),
        }


def redirect_uris(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a client wants to return to.

    Args:
        metadata: of the client.

    Raises:
        MetadataRefused: there is none, or one is not allowed (RFC 6749 section 3.1.2, RFC 8252 section 7).
    """
    uris = metadata.get("redirect_uris")
    if not isinstance(uris, list) or not uris:
        raise MetadataRefused("invalid_redirect_uri", "redirect_uris must be a list with a URI")
    for uri in uris:
        if not isinstance(uri, str) or not _is_redirect(uri):
            raise MetadataRefused(
                "invalid_redirect_uri", "redirect_uris: https, http on loopback, or an app's own scheme"
            )
    return tuple(uris)


def check_grants(metadata: Mapping[str, Any]) -> None:
    """Refuses a client that does not use authorization codes.

    Args:
        metadata: of the client.

    Raises:
        MetadataRefused: it asks for other grants or response types only.
    """
    for member, needed in (("grant_types", "authorization_code"), ("response_types", "code")):
        values = metadata.get(member, [needed])
        if not isinstance(values, list) or needed not in values:
            raise MetadataRefused("invalid_client_metadata", f"{member} must have {needed}")


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _is_redirect(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if "#" in uri or not uri.isascii() or not uri.isprintable() or " " in uri:
        return False
    if parts.scheme in ("http", "https"):
        return bool(host) and (parts.scheme == "https" or is_loopback(host))
    return bool(parts.scheme) and parts.scheme not in _BROWSERS_OWN
