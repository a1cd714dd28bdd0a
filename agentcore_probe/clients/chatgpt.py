"""ChatGPT: connectors of its developer mode."""

from __future__ import annotations

from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_AUTHENTICATION = Source(
    text="OpenAI, Apps SDK: Authentication (client metadata document, registration or predefined client, PKCE, and `resource` as the "
    "metadata has it); that S256 must be listed is reported of ChatGPT",
    url="https://developers.openai.com/apps-sdk/build/auth",
    date=_READ,
)


def _url(values: SnippetValues) -> str:
    return (
        "Create a connector in developer mode\n"
        f"Name: {values.name}\n"
        f"MCP server URL: {values.url}\n"
        "Authentication: OAuth\n"
    )


def _login(values: SnippetValues) -> str:
    return _url(values) + (
        f"OAuth client id: {values.client_id}\nOAuth client secret: only where the app client has one\n"
    )


CLIENT = McpClient(
    id="chatgpt",
    name="ChatGPT",
    revision=None,
    resource_lookup=None,
    falls_back_to_origin=None,
    starts_on=None,
    checks_resource=None,
    resource_must_equal=None,
    checks_issuer=None,
    needs_s256_listed=True,
    refuses_list_without_s256=True,
    checks_response_type=None,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    client_metadata_url="https://chatgpt.com/oauth/client.json",
    registers_at_origin=None,
    redirect_uris=(
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "https://chatgpt.com/connector/oauth/{id}",
    ),
    sends_resource=True,
    can_omit_resource=None,
    scope_sources=("resource-metadata", "server-metadata"),
    asks_offline_access=None,
    checks_iss=None,
    sources=(
        _AUTHENTICATION,
        Source(
            text="community.openai.com: the authorization request of a connector has every advertised scope, `resource` and S256; "
            "after a reconnect it had no scope",
            url="https://community.openai.com/t/oauth-missing-scopes-after-reconnect/1366784",
            date=_READ,
        ),
        Source(
            text="Zuora documentation, Redirect URIs by MCP client: ChatGPT makes a redirect URI for each connector",
            url="https://docs.zuora.com/zuora-ai/zuora-mcp-server/zuora-mcp-server/configure-zuora-remote-mcp-server/redirect-uris-by-mcp-client",
            date=_READ,
        ),
    ),
    snippets=(
        Snippet(way="url", language="text", write=_url, source=_AUTHENTICATION),
        Snippet(way="typed-id", language="text", write=_login, source=_AUTHENTICATION),
    ),
)
