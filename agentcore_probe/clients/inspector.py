"""MCP Inspector, as a command: `mcp-inspector --cli`."""

from __future__ import annotations

import shlex

from agentcore_probe.clients.settings import TOKEN_VARIABLE
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "2.12.0"
_SOURCE = Source(
    text="npm @modelcontextprotocol/inspector, clients/cli/build/index.js: its options, its OAuth provider, and the default "
    "redirect URI with port 6276; the login itself is @modelcontextprotocol/client 2.3.1; package.json: Node 22.19 or later",
    url="https://github.com/modelcontextprotocol/inspector",
    version=_VERSION,
)
_COMMAND = f"# Node 22.19 or later\nnpx @modelcontextprotocol/inspector@{_VERSION} --cli"
_LIST = "--transport http --method tools/list"


def _url(values: SnippetValues) -> str:
    return f"{_COMMAND} {shlex.quote(values.url)} {_LIST}\n"


def _login(values: SnippetValues) -> str:
    server, client = shlex.quote(values.url), shlex.quote(values.client_id)
    return f"{_COMMAND} {server} --client-id {client} {_LIST}\n"


def _header(values: SnippetValues) -> str:
    header = f'"Authorization: Bearer ${TOKEN_VARIABLE}"'
    return f"{_COMMAND} {shlex.quote(values.url)} --header {header} {_LIST}\n"


CLIENT = McpClient(
    id="inspector",
    name="MCP Inspector",
    version=_VERSION,
    revision="2026-07-28",
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
    redirect_uris=("http://127.0.0.1:{port}/oauth/callback",),
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "configured"),
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
        Snippet(way="url", language="shell", write=_url, source=_SOURCE),
        Snippet(way="typed-id", language="shell", write=_login, source=_SOURCE),
        Snippet(way="header", language="shell", write=_header, source=_SOURCE),
    ),
)
