"""Amazon Quick: its integration of MCP servers."""

from __future__ import annotations

from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_GUIDE = Source(
    text="Amazon Quick User Guide, Model Context Protocol (MCP) integration: PKCE with S256, resource indicators (RFC 8707), user and "
    "service authentication",
    url="https://docs.amazonaws.cn/en_us/quick/latest/userguide/mcp-integration.html",
    date=_READ,
)
_BLOG = Source(
    text="AWS Machine Learning Blog, Integrate external tools with Amazon Quick Agents using MCP: registration, what is typed in "
    "without it, and the redirect URI of each region",
    url="https://aws.amazon.com/blogs/machine-learning/integrate-external-tools-with-amazon-quick-agents-using-model-context-protocol-mcp",
    date=_READ,
)


def _url(values: SnippetValues) -> str:
    return (
        "Integrations > Add (+) > Model Context Protocol (MCP)\n"
        f"Name: {values.name}\n"
        f"MCP server endpoint: {values.url}\n"
        "Authentication method: user authentication\n"
    )


def _login(values: SnippetValues) -> str:
    return _url(values) + (
        f"Client ID: {values.client_id}\n"
        "Client secret: that of the app client\n"
        "Token URL, Authorization URL: token_endpoint and authorization_endpoint of the identity provider's metadata\n"
    )


CLIENT = McpClient(
    id="amazon-quick",
    name="Amazon Quick",
    revision=None,
    starts_on=None,
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
    redirect_uris=("https://{region}.quicksight.aws.amazon.com/sn/oauthcallback",),
    sends_resource=True,
    can_omit_resource=None,
    scope_sources=None,
    asks_offline_access=None,
    checks_iss=None,
    sources=(
        _GUIDE,
        _BLOG,
    ),
    snippets=(
        Snippet(way="url", language="text", write=_url, source=_BLOG),
        Snippet(way="typed-id", language="text", write=_login, source=_GUIDE),
    ),
)
