"""What a client reads before its login, and how it registers: which requests these are, and what the documents say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model import login_chain
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.oauth_discovery import REVISIONS, server_metadata_urls

RESOURCE_METADATA = "/.well-known/oauth-protected-resource"
"""The protected-resource metadata (RFC 9728 section 3)."""
ISSUER_METADATA = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
"""The authorization server's: OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3."""
RENAMED_CHALLENGE = "x-amzn-remapped-www-authenticate"
"""What API Gateway makes of the header WWW-Authenticate of an answer that it passes on."""
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


def document_of(exchange: Exchange) -> dict[str, Any] | None:
    """The document that a GET got; None where the answer is not a 200 with a JSON object."""
    response = exchange.response
    if response is None or response.status != HTTPStatus.OK:
        return None
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def challenge_url(exchange: Exchange) -> str | None:
    """The absolute URL of the metadata that a 401 names, or None."""
    response = exchange.response
    if response is None or response.status != HTTPStatus.UNAUTHORIZED:
        return None
    url = read(response).challenge.get("resource_metadata", "")
    return url if _is_absolute(url) else None


def authorization_servers(exchange: Exchange) -> tuple[str, ...]:
    """The authorization servers that metadata of a protected resource names; empty where it is not usable."""
    listed = (document_of(exchange) or {}).get("authorization_servers")
    named = listed if isinstance(listed, list) else []
    return tuple(url for url in named if isinstance(url, str) and _is_absolute(url))


def has_endpoints(exchange: Exchange) -> bool:
    """Whether an authorization server's metadata names what every login needs (RFC 8414 section 2)."""
    document = document_of(exchange) or {}
    return all(isinstance(document.get(f"{name}_endpoint"), str) for name in ("authorization", "token"))


def resource_document(exchanges: Iterable[Exchange]) -> Exchange | None:
    """The first usable metadata of a walk's protected resource: the one that clients follow."""
    return next(
        (
            exchange
            for exchange in exchanges
            if exchange.step == login_chain.RESOURCE_METADATA and authorization_servers(exchange)
        ),
        None,
    )


def named_issuer(exchanges: Iterable[Exchange]) -> str | None:
    """The authorization server that clients follow: the first of the first usable metadata of a walk."""
    metadata = resource_document(exchanges)
    return authorization_servers(metadata)[0] if metadata is not None else None


def server_documents(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The reads of that server's metadata, in order; those of the MCP server's own origin are not among them."""
    exchanges = list(exchanges)
    if (issuer := named_issuer(exchanges)) is None:
        return []
    places = {place for revision in REVISIONS[1:] for place in server_metadata_urls(issuer, revision)}
    return [
        exchange
        for exchange in exchanges
        if exchange.step == login_chain.SERVER_METADATA and exchange.request.url in places
    ]


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return False
