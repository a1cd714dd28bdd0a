"""Which requests are part of a client's login: the documents that anyone may read, and its registration."""

from __future__ import annotations

from urllib.parse import urlsplit

from agentcore_probe.model.exchange import Request

RESOURCE_METADATA = "/.well-known/oauth-protected-resource"
"""The protected-resource metadata (RFC 9728 section 3)."""
ISSUER_METADATA = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
"""The authorization server's: OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3."""
_ENDS = ("/oauth-protected-resource", "/openid-configuration", "/jwks.json", "/oauth-authorization-server")
_REGISTRATION_ENDS = (
    "/register",
    "/clients-registrations/openid-connect",
    "/clients-registrations/default",
    "/oauth2/v1/clients",
)
"""How the paths of registration endpoints end: Cognito, Auth0 and most others; Keycloak; Okta."""


def is_public_document(path: str) -> bool:
    """Whether anyone may read the document at this path; what follows its name is the resource's or issuer's path."""
    return path.endswith(_ENDS) or any(f"{name}/" in path for name in (RESOURCE_METADATA, *ISSUER_METADATA))


def is_registration(request: Request) -> bool:
    """Whether the request registers a client (RFC 7591 section 3.1)."""
    if request.method != "POST":
        return False
    try:
        path = urlsplit(request.url).path.rstrip("/")
    except ValueError:
        return False
    return '"redirect_uris"' in (request.body or "") or path.endswith(_REGISTRATION_ENDS)
