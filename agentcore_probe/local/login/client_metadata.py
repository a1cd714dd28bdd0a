"""Clients whose id is the URL of their metadata document (draft-ietf-oauth-client-id-metadata-document)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio

from agentcore_probe.local.login.clients import (
    LoginClient,
    MetadataRefused,
    check_grants,
    is_loopback,
    redirect_uris,
)

SECONDS = 5.0
"""How long a document may take."""
MAX_BYTES = 20_000
"""Of a document; the draft recommends 5 kB."""


def is_document_url(client_id: str) -> bool:
    """Whether a client id is the URL of a document: https, or http on this machine, with a path and without dot segments.

    Args:
        client_id: of an authorization request.
    """
    try:
        parts = urlsplit(client_id)
        host, user, _ = parts.hostname, parts.username, parts.port
    except ValueError:
        return False
    if (
        not host
        or user is not None
        or "#" in client_id
        or not client_id.isascii()
        or not client_id.isprintable()
    ):
        return False
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return False
    return len(parts.path) > 1 and not {".", ".."} & set(parts.path.split("/"))


async def read_client(url: str) -> LoginClient | None:
    """The client that a document describes; None where there is none that is accepted.

    Args:
        url: the document's, which is the client's id.
    """
    document = await _read(url)
    try:
        if not isinstance(document, dict) or document.get("client_id") != url:
            return None
        return LoginClient(url, _accepted_redirects(document))
    except MetadataRefused:
        return None


def _accepted_redirects(document: Mapping[str, Any]) -> tuple[str, ...]:
    check_grants(document)
    if document.get("token_endpoint_auth_method", "none") != "none" or "client_secret" in document:
        raise MetadataRefused("invalid_client_metadata", "only public clients can be described by a document")
    return redirect_uris(document)


async def _read(url: str) -> Any:
    """The JSON of a document; None where it cannot be read. Redirects are not followed: they could name another client."""
    import httpx

    try:
        with anyio.fail_after(SECONDS):
            async with (
                httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream("GET", url, headers={"accept": "application/json"}) as response,
            ):
                if response.status_code != 200:
                    return None
                body = b""
                async for chunk in response.aiter_bytes(MAX_BYTES):
                    body += chunk
                    if len(body) > MAX_BYTES:
                        return None
        return json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError, OSError):
        return None
