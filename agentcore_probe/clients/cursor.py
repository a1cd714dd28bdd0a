"""Cursor."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, TOKEN_VARIABLE, mcp_servers, signed, url_only
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_SETTINGS = Source(
    text="PipesHub documentation, Cursor: the static client of mcp.json, and its variables; without scopes it asks for all that the "
    "resource's metadata lists",
    url="https://docs.pipeshub.com/mcp/cursor",
    date=_READ,
)
_URL = Source(
    text="Holistics documentation, Cursor: `url` alone, and the login follows",
    url="https://docs.holistics.io/docs/ai/mcp-server/cursor",
    date=_READ,
)
_FILE = ".cursor/mcp.json"


def _login(values: SnippetValues) -> str:
    login: dict[str, object] = {"CLIENT_ID": values.client_id}
    if values.scopes:
        login["scopes"] = list(values.scopes)
    return mcp_servers(values, {"url": values.url, "auth": login})


def _header(values: SnippetValues) -> str:
    headers = {"Authorization": f"Bearer ${{env:{TOKEN_VARIABLE}}}"}
    return mcp_servers(values, {"url": values.url, "headers": headers})


CLIENT = McpClient(
    id="cursor",
    name="Cursor",
    revision=None,
    resource_lookup=None,
    falls_back_to_origin=None,
    checks_resource=None,
    resource_must_equal=None,
    checks_issuer=None,
    needs_s256_listed=None,
    refuses_list_without_s256=None,
    checks_response_type=None,
    registrations=("dynamic",),
    takes_typed_id=True,
    registers_at_origin=None,
    redirect_uris=(
        "http://localhost:8787/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
    ),
    sends_resource=None,
    can_omit_resource=None,
    scope_sources=("configured", "resource-metadata"),
    asks_offline_access=None,
    checks_iss=None,
    sources=(
        _SETTINGS,
        Source(
            text="Echsecutor/idealo-proxy, README: the redirect URI of each surface, the custom scheme is that of older versions",
            url="https://github.com/Echsecutor/idealo-proxy",
            date=_READ,
        ),
        Source(
            text="erp-mafia/accounted #2225: it registers the three redirect URIs in one request, and returns to localhost",
            url="https://github.com/erp-mafia/accounted/pull/2225",
            date=_READ,
        ),
    ),
    snippets=(
        Snippet(way="url", language="json", write=url_only, file=_FILE, source=_URL),
        Snippet(way="typed-id", language="json", write=_login, file=_FILE, source=_SETTINGS),
        Snippet(way="header", language="json", write=_header, file=_FILE, source=_SETTINGS),
        Snippet(way="sigv4", language="json", write=signed, file=_FILE, source=PROXY),
    ),
)
