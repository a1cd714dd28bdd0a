"""mcp-remote: a proxy that a host starts, and that logs in for it."""

from __future__ import annotations

import json

from agentcore_probe.clients.settings import TOKEN_VARIABLE, listed_redirect_uri, mcp_servers, port_of
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "0.15.1"
_SOURCE = Source(
    text="npm mcp-remote, README and dist: its OAuth provider; the login itself is the @modelcontextprotocol/client 2 in its bundle",
    url="https://github.com/punkpeye/mcp-remote",
    version=_VERSION,
)
_REDIRECT_URI = "http://localhost:{port}/oauth/callback"


def _server(values: SnippetValues, *options: str) -> str:
    return mcp_servers(
        values, {"command": "npx", "args": ["-y", f"mcp-remote@{_VERSION}", values.url, *options]}
    )


def _url(values: SnippetValues) -> str:
    return _server(values)


def _redirect_uri(values: SnippetValues) -> str:
    return listed_redirect_uri(values, _REDIRECT_URI, 3334)


def _login(values: SnippetValues) -> str:
    client = json.dumps({"client_id": values.client_id})
    options = [str(port_of(_redirect_uri(values))), "--static-oauth-client-info", client]
    if values.scopes:
        options += ["--static-oauth-client-metadata", json.dumps({"scope": " ".join(values.scopes)})]
    return _server(values, *options)


def _header(values: SnippetValues) -> str:
    return _server(values, "--header", f"Authorization: Bearer ${{{TOKEN_VARIABLE}}}")


CLIENT = McpClient(
    id="mcp-remote",
    name="mcp-remote",
    version=_VERSION,
    revision="2026-07-28",
    transport=("stdio",),
    resource_lookup="challenge-only",
    asks_origin_for_openid=True,
    checks_resource=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=True,
    checks_response_type=True,
    registers_before_checks=True,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    document_needs_public=False,
    registers_at_origin=False,
    redirect_uris=(_REDIRECT_URI,),
    sends_resource=True,
    can_omit_resource=True,
    scope_sources=("configured", "challenge", "resource-metadata", "server-metadata"),
    default_scopes=("openid", "email", "profile"),
    asks_offline_access=True,
    checks_iss=True,
    relative_metadata_url="ignored",
    stops_on_resource_error=False,
    skipped_resource_errors=(502,),
    keeps_query=True,
    server_error="stops",
    skipped_server_errors=(502,),
    malformed_metadata="stops",
    required_members=("response_types_supported",),
    required_openid_members=("jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported"),
    follows_redirects=True,
    ignores_issuer_slash=True,
    uses_default_endpoints=True,
    sources=(_SOURCE,),
    snippets=(
        Snippet(way="url", language="json", write=_url, source=_SOURCE),
        Snippet(way="typed-id", language="json", write=_login, redirect_uri=_redirect_uri, source=_SOURCE),
        Snippet(way="header", language="json", write=_header, source=_SOURCE),
    ),
)
