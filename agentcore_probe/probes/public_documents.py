"""The documents that anyone may read: a target's own metadata, which a 401 names, and its issuer's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from agentcore_probe.access.oidc import ResourceMetadata, read_issuer, read_resource_metadata
from agentcore_probe.access.transport import Transport
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.probes.named_urls import may_name

_DISCOVERY = "/.well-known/openid-configuration"


class PublicDocuments:
    """Reads them, never with a credential.

    Args:
        target: `runtime` or `gateway`.
        discovery_url: of the issuer, where what is deployed names it.
        open_transport: opens the transport of exchanges with an id.
    """

    def __init__(
        self, target: str, discovery_url: str | None, open_transport: Callable[[str], Transport]
    ) -> None:
        self._target = target
        self._discovery_url = discovery_url
        self._open_transport = open_transport

    def read(self, calls: Iterable[Exchange], *, is_refused: bool) -> dict[str, Any]:
        """What they say, as facts of a configuration (`model.aws_shapes.from_facts`).

        Args:
            calls: of the target; the first 401 that names a document decides which one is read.
            is_refused: whether a token was refused, so that its issuer matters.
        """
        facts: dict[str, Any] = {}
        discovery_url, metadata = self._discovery_url, None
        url = next(filter(None, map(_metadata_url, calls)), None)
        if url is not None:
            metadata = read_resource_metadata(url, self._open_transport("discovery-resource"))
        if metadata is not None and discovery_url is None and may_name(str(url), metadata.issuer):
            discovery_url = f"{metadata.issuer.removesuffix('/')}{_DISCOVERY}"
            facts["advertised"] = {
                "target": self._target,
                "discovery_url": discovery_url,
                "scopes": metadata.scopes,
            }
        if is_refused and discovery_url is not None:
            facts["issuers"] = [self._issuer(discovery_url, metadata if "advertised" in facts else None)]
        return facts

    def _issuer(self, discovery_url: str, metadata: ResourceMetadata | None) -> dict[str, Any]:
        """The issuer; where its document cannot be read, the metadata has its name (RFC 9728 section 2)."""
        issuer = read_issuer(discovery_url, self._open_transport("discovery"))
        if "unreadable" in issuer and metadata is not None:
            issuer.setdefault("issuer", metadata.issuer)
        return issuer


def _metadata_url(exchange: Exchange) -> str | None:
    """The metadata document that a 401 names; a target on another machine cannot send this one to itself."""
    if exchange.response is None or exchange.response.status != 401:
        return None
    url = read(exchange.response).challenge.get("resource_metadata")
    return url if url and may_name(exchange.request.url, url) else None
