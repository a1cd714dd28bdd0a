"""The issuers of a run, and their documents, which are read in the background."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from agentcore_probe.model.configuration import WITHOUT_KEYS, Configuration
from agentcore_probe.model.environment import Environment


def discovery_urls(environment: Environment, configuration: Configuration) -> dict[str, None]:
    """Every discovery URL once (as keys, in order), those of the authorizers before those of the file."""
    urls: dict[str, None] = {}
    for jwt in configuration.jwt_rules:
        if jwt.discovery_url:
            urls[jwt.discovery_url] = None
    for identity in (environment.identity, *(environment.identities or {}).values()):
        if identity is not None and identity.discovery_url:
            urls[identity.discovery_url] = None
    return urls


class Issuers:
    """The issuers that a run reads in the background; the methods wait for them.

    Args:
        reads: the pending results of `access.oidc.read_issuer`, by discovery URL.
    """

    def __init__(self, reads: Mapping[str, Future[dict[str, Any]]]) -> None:
        self._reads = reads

    def facts(self) -> list[dict[str, Any]]:
        """The facts about each issuer (`access.oidc.read_issuer`)."""
        return [read.result() for read in self._reads.values()]

    def public_keys(self) -> dict[str, Any]:
        """The signing keys of all issuers, by `kid`."""
        return {kid: key for issuer in self.facts() for kid, key in issuer.get("jwks", {}).items()}

    def is_unreadable(self, discovery_url: str | None) -> bool:
        """Whether the document at `discovery_url` could not be read, so that what it names is not known."""
        read = self._reads.get(discovery_url or "")
        facts = read.result() if read else {}
        return "unreadable" in facts and not facts["unreadable"].startswith(WITHOUT_KEYS)

    def document(self, discovery_url: str | None) -> Mapping[str, Any]:
        """The discovery document at `discovery_url`, for which it waits; empty where it could not be read."""
        read = self._reads.get(discovery_url or "")
        return read.result().get("document", {}) if read else {}
