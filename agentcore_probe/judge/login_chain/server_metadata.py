"""Step 3: the metadata of the authorization server (RFC 8414, OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from agentcore_probe.judge.login_chain.reasons import Reason
from agentcore_probe.judge.login_chain.resource_metadata import Resource
from agentcore_probe.judge.login_chain.situation import Situation
from agentcore_probe.judge.login_chain.stop import Stop, fails, not_established
from agentcore_probe.judge.reading.login_documents import (
    Document,
    is_insecure,
    is_on_this_machine,
    server_faults,
)
from agentcore_probe.model.login_chain import Side, StepId
from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.model.oauth_discovery import (
    OPENID_METADATA,
    REVISIONS,
    SERVER_METADATA,
    origin_of,
    server_metadata_urls,
)
from agentcore_probe.providers import PROVIDERS, provider_of_metadata
from agentcore_probe.providers.provider import Provider

_STEP: StepId = "server-metadata"
_MISSING: Reason = "authorization-server-metadata-missing"


@dataclass(frozen=True)
class Server:
    """What a client knows of the authorization server."""

    issuer: str
    """That was asked for."""
    document: Document
    """Its metadata; without members where a client goes on without any."""
    provider: Provider
    missing: Stop | None = None
    """Why there is no metadata, for a client that goes on with the endpoints of an origin."""
    evidence: tuple[str, ...] = field(default=())


def find_server(client: McpClient, situation: Situation, resource: Resource) -> Server | Stop:
    """The metadata that a client finds.

    Args:
        client: the client.
        situation: the facts.
        resource: what it knows of the MCP server.
    """
    urls = _addresses(client, resource)
    evidence: list[str] = [resource.exchange] if resource.exchange else []
    last: Document | None = None
    for url in urls:
        document = situation.documents.read(url)
        if document.status is None:
            reason: Reason = "metadata-url-insecure" if is_insecure(url) else "server-metadata-unread"
            return not_established(_STEP, reason, None, tuple(evidence), url=url)
        evidence.append(document.exchange)
        # A malformed document says more than an address without one.
        last = last if last is not None and last.status == 200 else document
        match _meaning(client, document):
            case Stop() as stop:
                return Stop(
                    _STEP, stop.reason, stop.is_certain, stop.side, stop.values, (*evidence, *stop.evidence)
                )
            case "usable":
                if resource.resource is None and url != urls[0] and client.asks_origin_for_openid is None:
                    return not_established(_STEP, "revision-unknown", None, tuple(evidence))
                return _checked(client, resource, document, tuple(evidence))
            case "no-metadata":
                break
    if resource.resource is not None and client.revision is None:
        return not_established(_STEP, "revision-unknown", None, tuple(evidence))
    return _without(client, resource, last, tuple(evidence))


def _addresses(client: McpClient, resource: Resource) -> tuple[str, ...]:
    """Where a client looks, in order; where its revision is not known, only where every revision looks."""
    if resource.resource is None:
        oauth, openid = (f"{resource.server}{name}" for name in (SERVER_METADATA, OPENID_METADATA))
        return (oauth,) if client.asks_origin_for_openid is False else (oauth, openid)
    if client.revision in (None, REVISIONS[0]):
        return server_metadata_urls(resource.server, "2025-06-18")
    return server_metadata_urls(resource.server, client.revision)


_Meaning = Literal["usable", "next", "no-metadata"]


def _meaning(client: McpClient, document: Document) -> _Meaning | Stop:
    """What an answer means to a client."""
    status, values = document.status or 0, {"status": document.status, "url": document.url}
    if status == 200:
        return _read(client, document)
    if 300 <= status < 400 and client.follows_redirects is not False:
        return not_established(_STEP, "redirect-unknown", None, url=document.url)
    if status < 500 or status in client.skipped_server_errors or client.server_error == "skipped":
        return "next"
    if client.server_error is None:
        return not_established(_STEP, "server-error-unknown", "provider", (), **values)
    return (
        "no-metadata"
        if client.server_error == "no-metadata"
        else fails(_STEP, _MISSING, "provider", (), fallback="none", **values)
    )


def _read(client: McpClient, document: Document) -> _Meaning | Stop:
    """What a document of status 200 means to a client."""
    if not (faults := _faults(client, document)):
        return "usable"
    if client.malformed_metadata == "skipped":
        return "next"
    if client.malformed_metadata == "stops":
        return _malformed(document, faults)
    values = {"url": document.url, "members": ", ".join(faults)}
    return not_established(_STEP, "malformed-unknown", "provider", (), **values)


def _faults(client: McpClient, document: Document) -> tuple[str, ...]:
    """The members for which a client refuses a document: those of every client, and those that it needs itself."""
    is_openid = OPENID_METADATA in document.url
    needed = (*client.required_members, *(client.required_openid_members if is_openid else ()))
    lacking = (name for name in needed if name not in (document.members or {}))
    return tuple(dict.fromkeys((*server_faults(document), *lacking)))


def _malformed(document: Document, faults: tuple[str, ...], evidence: tuple[str, ...] = ()) -> Stop:
    values = {"url": document.url, "members": ", ".join(faults)}
    return fails(_STEP, "server-metadata-malformed", "provider", evidence, **values)


def _checked(
    client: McpClient, resource: Resource, document: Document, evidence: tuple[str, ...]
) -> Server | Stop:
    """The metadata, if its `issuer` is the one that was asked for (RFC 8414 section 3.3)."""
    found, expected = document.text("issuer") or "", resource.server
    equal = {expected}
    if client.ignores_issuer_slash:
        equal.add(expected.removesuffix("/"))
    if resource.resource is None:
        equal |= {f"{expected}/"}
    # The authorizer's discovery URL is what AgentCore names as the authorization server.
    values = {"found": found, "expected": expected, "discovery": f"{found.rstrip('/')}{OPENID_METADATA}"}
    if found not in equal and client.checks_issuer is None:
        return not_established(_STEP, "issuer-check-unknown", "target", evidence, **values)
    if found not in equal and client.checks_issuer:
        return fails(_STEP, "metadata-issuer-mismatch", "target", evidence, **values)
    provider = provider_of(expected, document.members or {})
    return Server(expected, document, provider, evidence=evidence)


def _without(
    client: McpClient, resource: Resource, last: Document | None, evidence: tuple[str, ...]
) -> Server | Stop:
    """What a client does that has found no metadata: it ends, or takes the endpoints of an origin."""
    if resource.resource is not None:
        values: dict[str, object] = {"status": last.status if last else None, "url": last.url if last else ""}
        stop = fails(_STEP, _MISSING, "provider", evidence, fallback="none", **values)
        if last is not None and last.is_malformed(faults := _faults(client, last)):
            stop = _malformed(last, faults, evidence)
    else:
        side: Side = "client" if resource.cause == "resource-metadata-not-read" else "target"
        values = {**resource.values, "fallback": "metadata"}
        stop = fails(_STEP, resource.cause, side, evidence, **values)
    if not client.uses_default_endpoints:
        return stop
    provider = provider_of(resource.server, {})
    return Server(resource.server, Document(origin_of(resource.server)), provider, stop, evidence)


def provider_of(issuer: str, members: Mapping[str, Any]) -> Provider:
    """The provider that is an authorization server.

    An emulator on this machine has the paths of one provider, and may take after another in its metadata.

    Args:
        issuer: the address of the server.
        members: its metadata.
    """
    if is_on_this_machine(issuer):
        marked = (provider for provider in PROVIDERS if provider.recognizes_metadata(members))
        if (found := next(marked, None)) is not None:
            return found
    return provider_of_metadata(issuer, members)
