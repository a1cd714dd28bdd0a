"""Kiro: the IDE and the command."""

from __future__ import annotations

from agentcore_probe.clients.settings import (
    PROXY,
    TOKEN_VARIABLE,
    listed_redirect_uri,
    mcp_servers,
    signed,
    url_only,
)
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_CHANGELOG = Source(
    text="Kiro, changelog of the CLI 2.12: a client id switches registration off, `redirectUri` takes a URL on localhost",
    url="https://kiro.dev/changelog/cli/2-12/",
    version="CLI 2.12.0",
)
_CONFIGURATION = Source(
    text="Developers Digest, Kiro: headers with variables, as in Kiro's documentation of MCP",
    url="https://www.developersdigest.tech/mcp-servers/clients/kiro",
    date=_READ,
)
_URL = Source(
    text="Kiro, documentation of MCP: Configuration, Remote server",
    url="https://kiro.dev/docs/mcp/configuration",
    date=_READ,
)
_FILE = ".kiro/settings/mcp.json"
_REDIRECT_URI = "http://localhost:{port}/oauth/callback"


def _redirect_uri(values: SnippetValues) -> str:
    return listed_redirect_uri(values, _REDIRECT_URI, 7778)


def _login(values: SnippetValues) -> str:
    login: dict[str, object] = {
        "clientId": values.client_id,
        "redirectUri": _redirect_uri(values),
    }
    if values.scopes:
        login["oauthScopes"] = list(values.scopes)
    return mcp_servers(values, {"url": values.url, "oauth": login})


def _header(values: SnippetValues) -> str:
    headers = {"Authorization": f"Bearer ${{{TOKEN_VARIABLE}}}"}
    return mcp_servers(values, {"url": values.url, "headers": headers})


CLIENT = McpClient(
    id="kiro",
    name="Kiro",
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
    registrations=None,
    takes_typed_id=True,
    registers_at_origin=None,
    redirect_uris=None,
    sends_resource=True,
    scope_sources=None,
    asks_offline_access=None,
    checks_iss=None,
    sources=(
        _CHANGELOG,
        Source(
            text="Kiro's own client metadata document: its redirect URIs; which versions use it is not established",
            url="https://kiro.dev/oauth/client-metadata.json",
            date=_READ,
        ),
        Source(
            text="kirodotdev/Kiro #10437: before a Gateway with Entra ID it sends the `resource` of the metadata",
            url="https://github.com/kirodotdev/Kiro/issues/10437",
            date=_READ,
        ),
        Source(
            text="kirodotdev/Kiro #9123: the IDE 0.12.263 ignores `oauthScopes`; #6345: a failed registration ends in a client id "
            "that no provider knows",
            url="https://github.com/kirodotdev/Kiro/issues/9123",
            date=_READ,
        ),
        _CONFIGURATION,
    ),
    snippets=(
        Snippet(way="url", language="json", write=url_only, file=_FILE, source=_URL),
        Snippet(
            way="typed-id",
            language="json",
            write=_login,
            file=_FILE,
            redirect_uri=_redirect_uri,
            source=_CHANGELOG,
        ),
        Snippet(way="header", language="json", write=_header, file=_FILE, source=_CONFIGURATION),
        Snippet(way="sigv4", language="json", write=signed, file=_FILE, source=PROXY),
    ),
)
