"""Step 2: the metadata of the MCP server, which names the authorization server (RFC 9728)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from agentcore_probe.judge.login_chain.challenge import Start
from agentcore_probe.judge.login_chain.reasons import Reason
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.judge.reading.login_documents import (
    Document,
    covers,
    is_absolute,
    is_insecure,
    resource_faults,
)
from agentcore_probe.model.login_chain import StepId
from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.model.oauth_discovery import REVISIONS, origin_of, resource_metadata_urls

_STEP: StepId = "resource-metadata"
_TOO_MANY = 429


@dataclass(frozen=True)
class Resource:
    """What a client knows of the MCP server."""

    server: str
    """The authorization server; without metadata, the origin of the MCP server."""
    resource: str | None = None
    """The identifier of the MCP server; None: no metadata was found."""
    scopes: tuple[str, ...] | None = None
    """`scopes_supported`."""
    exchange: str = ""
    cause: Reason = "oauth-metadata-missing"
    """Why no metadata was found."""
    values: Mapping[str, object] = field(default_factory=dict)
    """The variables of its sentence."""


def find_resource(client: McpClient, situation: Situation, start: Start) -> Resource | Stop:
    """The metadata that a client finds, or the origin that it falls back to.

    Args:
        client: the client.
        situation: the facts.
        start: what the challenge said.
    """
    if client.resource_lookup == "none":
        origin = origin_of(situation.url)
        return Resource(origin, exchange=start.exchange, cause="resource-metadata-not-read")
    urls = _addresses(client, situation, start)
    if isinstance(urls, Stop):
        return urls
    statuses: list[int] = []
    refused: Stop | None = None
    evidence: list[str] = [start.exchange]
    for url in urls:
        document = _answer(situation, url)
        if document.status is None:
            reason: Reason = "metadata-url-insecure" if is_insecure(url) else "resource-metadata-unread"
            return not_established(_STEP, reason, None, tuple(evidence), url=url)
        evidence.append(document.exchange)
        if _redirects(document) and client.follows_redirects is not False:
            return not_established(_STEP, "redirect-unknown", None, tuple(evidence), url=url)
        if is_usable(document):
            found = _checked(client, situation.url, document, tuple(evidence))
            if isinstance(found, Resource) or not _is_ignored(client, found):
                return found
            refused = found
            continue
        statuses.append(document.status)
        if _ends(client, document.status):
            break
    if refused is not None:
        return _at_origin(client, situation, refused)
    return _without(client, situation, start, statuses, tuple(evidence))


def _answer(situation: Situation, url: str) -> Document:
    """The answer of an address; one with a query that was not read has no metadata if there is none without the query."""
    document = situation.documents.read(url)
    without_query = situation.documents.read(url.partition("?")[0])
    is_known = document.status is None and _is_without_metadata(without_query)
    return without_query if is_known else document


def _addresses(client: McpClient, situation: Situation, start: Start) -> tuple[str, ...] | Stop:
    """Where a client looks, in order."""
    lookup, named = client.resource_lookup, start.metadata_url
    evidence = (start.exchange,)
    if named is not None and not is_absolute(named):
        named = None  # it did not end the login
    if lookup is None and (client.revision is None or client.revision == REVISIONS[0]):
        # Every client that looks at all reads the address of the challenge first.
        if named is not None and not _is_without_metadata(situation.documents.read(named)):
            return (named,)
        return not_established(_STEP, "lookup-unknown", None, evidence)
    well_known = _well_known(client, situation.url)
    if named is None:
        return well_known
    if lookup == "challenge-only":
        return (named,)
    return tuple(dict.fromkeys((named, *well_known)))


def is_usable(document: Document) -> bool:
    """Whether a document is metadata of an MCP server that names an authorization server."""
    return not resource_faults(document)


def _well_known(client: McpClient, server: str) -> tuple[str, ...]:
    """The well-known addresses at which a client looks."""
    with_path, *root = resource_metadata_urls(server)
    query = urlsplit(server).query
    if root and query and client.keeps_query:
        with_path = f"{with_path}?{query}"
    return (with_path, *root)


def _ends(client: McpClient, status: int) -> bool:
    """Whether a client looks nowhere else after an answer that is no usable metadata."""
    skipped = client.skipped_resource_errors
    return skipped is not None and not 400 <= status < 500 and status not in skipped


def _is_without_metadata(document: Document) -> bool:
    """Whether an address was read and has no metadata, nor leads to any."""
    return document.status is not None and not _redirects(document) and not is_usable(document)


def _fits(client: McpClient, resource: str, called: str) -> bool | None:
    """Whether a client accepts metadata with this `resource`; None where that is not established."""
    if not covers(resource, called):
        return None if client.checks_resource is None else not client.checks_resource
    if resource == called or not urlsplit(resource).path.strip("/"):
        return True
    return None if client.resource_must_equal is None else not client.resource_must_equal


def _checked(
    client: McpClient, called: str, document: Document, evidence: tuple[str, ...]
) -> Resource | Stop:
    resource = document.text("resource") or ""
    fits = _fits(client, resource, called)
    if fits is not True:
        values = {"found": resource, "expected": called}
        if fits is None:
            return not_established(_STEP, "resource-check-unknown", "target", evidence, **values)
        return fails(_STEP, "resource-mismatch", "target", evidence, **values)
    servers = document.texts("authorization_servers") or ()
    return Resource(servers[0], resource, document.texts("scopes_supported"), document.exchange)


def _is_ignored(client: McpClient, stop: Stop) -> bool:
    """Whether metadata that a client refuses counts as none."""
    return stop.reason == "resource-mismatch" and client.mismatched_resource == "ignored"


def _at_origin(client: McpClient, situation: Situation, stop: Stop) -> Resource | Stop:
    """A client that may take the origin as the authorization server, where it would stop otherwise."""
    if not client.falls_back_to_origin:
        return stop
    return Resource(
        origin_of(situation.url), exchange=stop.evidence[-1], cause=stop.reason, values=stop.values
    )


def _without(
    client: McpClient, situation: Situation, start: Start, statuses: list[int], evidence: tuple[str, ...]
) -> Resource | Stop:
    """What a client does that has found no metadata."""
    failed = [status for status in statuses if status >= 500 or status == _TOO_MANY]
    status = next(reversed(failed or statuses), None)
    values: dict[str, object] = {"fallback": "none"}
    if start.cause == "oauth-metadata-missing":
        values |= {"metadata": "", "status": status}
    if failed and client.stops_on_resource_error is None:
        return not_established(_STEP, "resource-error-unknown", "target", evidence, status=status)
    stop = fails(_STEP, start.cause, "target", evidence, **values)
    stop = _malformed(situation, evidence) or stop
    if failed and client.stops_on_resource_error:
        return stop
    # AgentCore serves no metadata of an authorization server, so a client that may fall back fails later at the latest.
    return _at_origin(client, situation, stop)


def _malformed(situation: Situation, evidence: tuple[str, ...]) -> Stop | None:
    """That one of the addresses has something that is of no use, which says more than that others have nothing."""
    for document in situation.documents.by_url.values():
        if document.exchange in evidence and document.is_malformed(faults := resource_faults(document)):
            values = {"url": document.url, "members": ", ".join(faults)}
            return fails(_STEP, "resource-metadata-malformed", "target", evidence, **values)
    return None


def _redirects(document: Document) -> bool:
    return document.status is not None and 300 <= document.status < 400
