"""Claude: custom connectors of claude.ai and of Claude Desktop."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, signed
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_DIALOG = Source(
    text="Salesforce Hosted MCP Servers, Configure Claude: the connector's dialog with its advanced settings",
    url="https://developer.salesforce.com/docs/platform/hosted-mcp-servers/guide/claude.html",
    date=_READ,
)


def _url(values: SnippetValues) -> str:
    return (
        "Settings > Connectors > Add custom connector\n"
        f"Name: {values.name}\n"
        f"Remote MCP server URL: {values.url}\n"
    )


def _login(values: SnippetValues) -> str:
    return _url(values) + (
        f"Advanced settings > OAuth Client ID: {values.client_id}\n"
        "Advanced settings > OAuth Client Secret: only where the app client has one\n"
    )


CLIENT = McpClient(
    id="claude",
    name="Claude (claude.ai, Desktop)",
    revision=None,
    resource_lookup=None,
    falls_back_to_origin=None,
    checks_resource=True,
    resource_must_equal=True,
    checks_issuer=None,
    needs_s256_listed=None,
    refuses_list_without_s256=None,
    checks_response_type=None,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    client_metadata_url="https://claude.ai/oauth/mcp-oauth-client-metadata",
    document_needs_public=True,
    registers_at_origin=None,
    redirect_uris=("https://claude.ai/api/mcp/auth_callback",),
    sends_resource=None,
    can_omit_resource=None,
    scope_sources=None,
    asks_offline_access=None,
    checks_iss=None,
    sources=(
        Source(
            text="docs/agentcore.md, sections 12.3 and 12.6: only a 401 begins a login, and `resource` is the typed URL "
            "(anthropics/claude-ai-mcp #748, #199)",
            url="https://github.com/anthropics/claude-ai-mcp/issues/748",
            date=_READ,
        ),
        Source(
            text="anthropics/claude-ai-mcp #215: the metadata document is used where the server also lists the "
            "authentication method none",
            url="https://github.com/anthropics/claude-ai-mcp/issues/215",
            date=_READ,
        ),
        Source(
            text="anthropics/claude-ai-mcp #313: it registers itself, and the browser returns to the callback of claude.ai",
            url="https://github.com/anthropics/claude-ai-mcp/issues/313",
            date=_READ,
        ),
        _DIALOG,
    ),
    snippets=(
        Snippet(way="url", language="text", write=_url, source=_DIALOG),
        Snippet(way="typed-id", language="text", write=_login, source=_DIALOG),
        Snippet(way="sigv4", language="json", write=signed, file="claude_desktop_config.json", source=PROXY),
    ),
)
