"""The documents of a login as a run has read them: the challenge, and the answer of each metadata address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.judge.reading.answer import read_challenges
from agentcore_probe.judge.reading.login_documents import RENAMED_CHALLENGE
from agentcore_probe.model.environment import LOOPBACK
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.login_chain import CHALLENGE, RESOURCE_METADATA, SERVER_METADATA


@dataclass(frozen=True)
class Document:
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

    def lists_only_texts(self, *names: str) -> bool:
        """Whether each of these members, where it is there, is a list of texts."""
        members = self.members or {}
        return all(members.get(name) is None or self.texts(name) is not None for name in names)


@dataclass(frozen=True)
class Challenge:
    """The answer to a call without a credential."""

    exchange: str
    status: int
    metadata_url: str | None = None
    """`resource_metadata`, as it is in the header."""
    scope: str | None = None
    is_renamed: bool = False
    """Whether API Gateway has renamed the header, so that no client reads it."""


@dataclass(frozen=True)
class Documents:
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
            challenge = challenge or _challenge(exchange)
        elif exchange.step in (RESOURCE_METADATA, SERVER_METADATA):
            document = _document(exchange)
            if document.status is not None or document.url not in by_url:
                by_url[document.url] = document
    return Documents(challenge, by_url)


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


def _challenge(exchange: Exchange) -> Challenge | None:
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


def _document(exchange: Exchange) -> Document:
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
