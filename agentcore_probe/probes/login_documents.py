"""What the documents of a walk give to the client that logs in with them: the newest revision's choice of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentcore_probe.access.addresses import check_url
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.reading.login_documents import (
    is_usable_server,
    named_issuer,
    read_document,
    resource_document,
)
from agentcore_probe.model import login_chain
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.oauth_discovery import REVISIONS, server_metadata_urls
from agentcore_probe.probes.named_urls import may_name

ENDPOINTS = ("authorization_endpoint", "token_endpoint")
"""What a login sends something to, beside the target."""
REGISTRATION = "registration_endpoint"
CLIENT_METADATA = "client_id_metadata_document_supported"
"""Whether the server reads the metadata document of a client whose id is a URL (CIMD)."""


@dataclass(frozen=True)
class LoginDocuments:
    """The documents that the login uses."""

    exchanges: Sequence[Exchange]
    """All that were read, and the challenge."""
    resource: Exchange | None
    """The metadata of the target; None: there is none that names an authorization server."""
    server: Exchange | None
    """The metadata of its first authorization server; None: there is none."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The metadata of the authorization server; empty where there is none."""
        return (read_document(self.server).members if self.server is not None else None) or {}

    @property
    def issuer(self) -> str | None:
        """The authorization server whose metadata was asked for, as the target's metadata names it."""
        return named_issuer(self.exchanges)

    @property
    def resource_id(self) -> str | None:
        """The target's `resource`, as its metadata names it."""
        named = self._resource.get("resource")
        return named if isinstance(named, str) and named else None

    @property
    def scope(self) -> str | None:
        """The scopes to ask for: those of the challenge, else those of the target's metadata."""
        challenges = (
            read(exchange.response).challenge.get("scope")
            for exchange in self.exchanges
            if exchange.step == login_chain.CHALLENGE
        )
        listed = self._resource.get("scopes_supported")
        scopes = filter(_is_scope, listed) if isinstance(listed, list) else ()
        return next(filter(_is_scope, challenges), None) or " ".join(scopes) or None

    @property
    def _resource(self) -> Mapping[str, Any]:
        return (read_document(self.resource).members if self.resource is not None else None) or {}

    def unsafe_endpoints(self, *, registers: bool) -> Iterator[tuple[str, str]]:
        """Endpoints, by their names, to which nothing may be sent.

        They are plain http to another machine, or on this machine, which only a document of its own may name; or they have
        a fragment (RFC 6749 sections 3.1 and 3.2).

        Args:
            registers: whether the client registers itself.
        """
        for name in (*ENDPOINTS, REGISTRATION) if registers else ENDPOINTS:
            url = self.document.get(name)
            if self.server is not None and isinstance(url, str) and not _is_safe(self.server, url):
                yield name, url


def _is_safe(source: Exchange, url: str) -> bool:
    return check_url(url) is None and may_name(source.request.url, url) and "#" not in url


def _is_scope(value: Any) -> bool:
    """Whether a request can have this scope: printable ASCII (RFC 6749 section 3.3)."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""


def login_documents(exchanges: Sequence[Exchange]) -> LoginDocuments:
    """The documents that a client uses.

    Args:
        exchanges: of a walk (`probes.oauth_metadata.walk`).
    """
    resource = resource_document(exchanges)
    return LoginDocuments(exchanges, resource, _server_document(exchanges))


def _server_document(exchanges: Sequence[Exchange]) -> Exchange | None:
    """The first whole document among the places of the newest revision, else the first document."""
    issuer = named_issuer(exchanges)
    if issuer is None:
        return None
    places = server_metadata_urls(issuer, REVISIONS[-1])
    by_url = {item.request.url: item for item in exchanges if read_document(item).members is not None}
    found = [by_url[place] for place in places if place in by_url]
    return next(filter(is_usable_server, found), found[0] if found else None)
