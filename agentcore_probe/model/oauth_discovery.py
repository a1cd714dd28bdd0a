"""Where an MCP client looks for the documents of a login, by the revision of the MCP specification.

See docs/agentcore.md, section 12.2. The functions make URLs only; nothing is read here.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

Revision = Literal["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]
REVISIONS: tuple[Revision, ...] = ("2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
"""The revisions of the MCP specification that say how a client logs in, the oldest first."""

RESOURCE_METADATA = "/.well-known/oauth-protected-resource"
"""RFC 9728."""
SERVER_METADATA = "/.well-known/oauth-authorization-server"
"""RFC 8414."""
OPENID_METADATA = "/.well-known/openid-configuration"
"""OpenID Connect Discovery 1.0."""


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL: `https://host:8443`.

    Raises:
        ValueError: it cannot be parsed.
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def resource_metadata_urls(server: str) -> tuple[str, ...]:
    """Where the metadata of an MCP server is looked for beside the URL of its challenge, in order (RFC 9728 section 3.1).

    Args:
        server: the URL of the MCP server.

    Raises:
        ValueError: it cannot be parsed.
    """
    path = urlsplit(server).path.rstrip("/")
    origin = origin_of(server)
    return tuple(dict.fromkeys((f"{origin}{RESOURCE_METADATA}{path}", f"{origin}{RESOURCE_METADATA}")))


def server_metadata_urls(issuer: str, revision: Revision) -> tuple[str, ...]:
    """Where a client of `revision` looks for the metadata of an authorization server, in order.

    Args:
        issuer: the first of `authorization_servers`; for 2025-03-26, which knows no such list, the MCP server's origin.
        revision: of the MCP specification.

    Raises:
        ValueError: the issuer cannot be parsed.
    """
    origin, path = origin_of(issuer), urlsplit(issuer).path.rstrip("/")
    inserted = f"{origin}{SERVER_METADATA}{path}"
    if revision == "2025-03-26":
        return (f"{origin}{SERVER_METADATA}",)
    if revision == "2025-06-18":
        return (inserted,)
    openid = f"{origin}{OPENID_METADATA}"
    return (inserted, f"{openid}{path}", f"{origin}{path}{OPENID_METADATA}") if path else (inserted, openid)
