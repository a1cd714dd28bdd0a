"""What a client reads before its login, and how it registers: which requests these are, and what the documents say.

This is the only reading of the documents: rows, rules, forecasts and logins judge by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from agentcore_probe.judge.reading.answer import read_challenges
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.hosts import LOOPBACK
from agentcore_probe.model.login_chain import CHALLENGE
from agentcore_probe.model.login_chain import RESOURCE_METADATA as RESOURCE_STEP
from agentcore_probe.model.login_chain import SERVER_METADATA as SERVER_STEP
from agentcore_probe.model.oauth_discovery import (
    OPENID_METADATA,
    RESOURCE_METADATA,
    REVISIONS,
    SERVER_METADATA,
    server_metadata_urls,
)

ISSUER_METADATA = (OPENID_METADATA, SERVER_METADATA)
"""Where an authorization server's metadata is, the last place of clients first."""
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
_NEEDED_URLS = ("issuer", "authorization_endpoint", "token_endpoint")
_LISTS = ("scopes_supported", "response_types_supported", "code_challenge_methods_supported")


class Document(NamedTuple):
    """The answer of one metadata address."""

    url: str
    exchange: str = ""
    """The id of the exchange; empty where there is none."""
    status: int | None = None
    """None: the address was not read, or the answer did not arrive whole."""
    members: Mapping[str, Any] | None = None
    """The JSON object of a 200; None where the answer is something else."""

    def text(self, name: str) -> str | None:
        """A member that is a text; None where it is absent or something else."""
        value = (self.members or {}).get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A member that is a list of texts; None where it is absent or something else."""
        value = (self.members or {}).get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return None
        return tuple(value)

    def has_url(self, name: str) -> bool:
        """Whether a member is an absolute URL."""
        return is_absolute(self.text(name))

    def lists_only_texts(self, name: str) -> bool:
        """Whether a member, where it is there, is a list of texts."""
        return (self.members or {}).get(name) is None or self.texts(name) is not None

    def is_malformed(self, faults: tuple[str, ...]) -> bool:
        """Whether the address answered 200 with something that has these faults, so that it is there, but of no use."""
        return self.status == 200 and bool(faults)


def resource_faults(document: Document) -> tuple[str, ...]:
    """The members for which every client refuses a document as metadata of an MCP server (RFC 9728 section 2).

    The python SDK 2.3 (pydantic) and the TypeScript SDK 2.4 (zod) refuse more, each something else.

    Args:
        document: the answer; without members, it lacks those that are needed.
    """
    servers = document.texts("authorization_servers")
    sound = {
        "resource": document.has_url("resource"),
        "authorization_servers": bool(servers) and all(map(is_absolute, servers or ())),
        "scopes_supported": document.lists_only_texts("scopes_supported"),
    }
    return tuple(name for name, is_sound in sound.items() if not is_sound)


def server_faults(document: Document) -> tuple[str, ...]:
    """The members for which every client refuses a document as metadata of an authorization server (RFC 8414 section 2).

    Args:
        document: the answer; without members, it lacks those that are needed.
    """
    lacking = (name for name in _NEEDED_URLS if not document.has_url(name))
    wrong = (name for name in _LISTS if not document.lists_only_texts(name))
    return (*lacking, *wrong)


class Challenge(NamedTuple):
    """The answer to a call without a credential."""

    exchange: str
    status: int
    metadata_url: str | None = None
    """`resource_metadata`, as it is in the header."""
    scope: str | None = None
    is_renamed: bool = False
    """Whether API Gateway has renamed the header, so that no client reads it."""


class Documents(NamedTuple):
    """What a run has read of a login at one target."""

    challenge: Challenge | None
    by_url: Mapping[str, Document]

    def read(self, url: str) -> Document:
        """The answer of an address; one without a status where it was not read."""
        return self.by_url.get(url, Document(url))


def read_documents(exchanges: Iterable[Exchange]) -> Documents:
    """The documents in the exchanges of a row `TARGET-oauth-metadata`.

    Args:
        exchanges: those of the row, in order.
    """
    challenge: Challenge | None = None
    by_url: dict[str, Document] = {}
    for exchange in exchanges:
        if exchange.step == CHALLENGE:
            challenge = challenge or read_challenge(exchange)
        elif exchange.step in (RESOURCE_STEP, SERVER_STEP):
            document = read_document(exchange)
            if document.status is not None or document.url not in by_url:
                by_url[document.url] = document
    return Documents(challenge, by_url)


def read_challenge(exchange: Exchange) -> Challenge | None:
    """The answer of a call without a credential; None where none arrived."""
    response = exchange.response
    if response is None or response.status is None:
        return None
    header = response.header("www-authenticate")
    parameters = read_challenges(header or "").get("bearer", {})
    return Challenge(
        exchange.id,
        response.status,
        metadata_url=parameters.get("resource_metadata"),
        scope=parameters.get("scope"),
        is_renamed=not header and response.header(RENAMED_CHALLENGE) is not None,
    )


def read_document(exchange: Exchange) -> Document:
    """The answer of a GET."""
    url, response = exchange.request.url, exchange.response
    if response is None or response.status is None or response.cut is not None:
        return Document(url, exchange.id)
    members = _object(response.body) if response.status == 200 else None
    return Document(url, exchange.id, response.status, members)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def challenge_url(exchange: Exchange) -> str | None:
    """The absolute URL of the metadata that a 401 names, or None."""
    challenge = read_challenge(exchange)
    named = challenge.metadata_url if challenge is not None and challenge.status == 401 else None
    return named if is_absolute(named) else None


def is_usable_server(exchange: Exchange) -> bool:
    """Whether an answer is metadata of an authorization server that some client takes."""
    return not server_faults(read_document(exchange))


def resource_document(exchanges: Iterable[Exchange]) -> Exchange | None:
    """The first usable metadata of a walk's protected resource: the one that clients follow."""
    read = (exchange for exchange in exchanges if exchange.step == RESOURCE_STEP)
    return next((exchange for exchange in read if not resource_faults(read_document(exchange))), None)


def named_issuer(exchanges: Iterable[Exchange]) -> str | None:
    """The authorization server that clients follow: the first of the first usable metadata of a walk."""
    metadata = resource_document(exchanges)
    servers = read_document(metadata).texts("authorization_servers") if metadata is not None else None
    return servers[0] if servers else None


def server_documents(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The reads of that server's metadata, in order; those of the MCP server's own origin are not among them."""
    exchanges = list(exchanges)
    if (issuer := named_issuer(exchanges)) is None:
        return []
    places = {place for revision in REVISIONS[1:] for place in server_metadata_urls(issuer, revision)}
    return [
        exchange for exchange in exchanges if exchange.step == SERVER_STEP and exchange.request.url in places
    ]


def covers(resource: str, called: str) -> bool:
    """Whether metadata with this `resource` is accepted for a URL: same origin, and a path that begins with that of `resource`.

    Args:
        resource: the identifier in the metadata.
        called: the URL of the MCP server.
    """
    try:
        named, url = urlsplit(resource), urlsplit(called)
    except ValueError:
        return False
    if (named.scheme.lower(), named.netloc.lower()) != (url.scheme.lower(), url.netloc.lower()):
        return False
    return f"{url.path.rstrip('/')}/".startswith(f"{named.path.rstrip('/')}/")


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


def is_absolute(url: str | None) -> bool:
    """Whether a text is an absolute URL of HTTP; never raises."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_on_this_machine(url: str) -> bool:
    """Whether a URL leads to this machine; never raises."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def is_insecure(url: str) -> bool:
    """Whether a URL is plain http of another machine, to which nothing is sent; never raises."""
    return is_absolute(url) and urlsplit(url).scheme.lower() == "http" and not is_on_this_machine(url)
