"""Claude Code."""

from __future__ import annotations

import shlex

from agentcore_probe.clients.settings import (
    PROXY,
    TOKEN_VARIABLE,
    listed_redirect_uri,
    mcp_servers,
    port_of,
    signed,
)
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "2.1.197"
_READ = "2026-12-01"
_PROGRAM = Source(
    text="npm @anthropic-ai/claude-code-linux-x64: the script in the program, with the OAuth client of the TypeScript SDK 1 and "
    "Claude Code's own provider; a scope of the challenge is used for a 403 only",
    url="https://www.npmjs.com/package/@anthropic-ai/claude-code",
    version=_VERSION,
)
_DOCUMENTATION = Source(
    text="xsyetopz/claudetto, Claude Code MCP Auth: after Claude Code's documentation of MCP, what begins a login and the keys of "
    "`oauth`; the program's schema has the same keys, and fills in variables",
    url="https://github.com/xsyetopz/claudetto/wiki/Claude-Code-MCP-Auth",
    date=_READ,
)
_COMMAND = Source(
    text="xsyetopz/claudetto, Claude Code MCP: after Claude Code's documentation of MCP, the command that adds a server",
    url="https://github.com/xsyetopz/claudetto/wiki/Claude-Code-MCP",
    date=_READ,
)
_FILE = ".mcp.json"
_REDIRECT_URI = "http://localhost:{port}/callback"


def _url(values: SnippetValues) -> str:
    return f"claude mcp add --transport http {shlex.quote(values.name)} {shlex.quote(values.url)}\n"


def _redirect_uri(values: SnippetValues) -> str:
    return listed_redirect_uri(values, _REDIRECT_URI, 8080)


def _login(values: SnippetValues) -> str:
    oauth: dict[str, object] = {"clientId": values.client_id, "callbackPort": port_of(_redirect_uri(values))}
    if values.scopes:
        oauth["scopes"] = " ".join(values.scopes)
    return mcp_servers(values, {"type": "http", "url": values.url, "oauth": oauth})


def _header(values: SnippetValues) -> str:
    headers = {"Authorization": f"Bearer ${{{TOKEN_VARIABLE}}}"}
    return mcp_servers(values, {"type": "http", "url": values.url, "headers": headers})


CLIENT = McpClient(
    id="claude-code",
    name="Claude Code",
    version=_VERSION,
    revision="2025-11-25",
    starts_on=(401, 403),
    resource_lookup="challenge-only",
    asks_origin_for_openid=True,
    checks_resource=True,
    checks_issuer=False,
    needs_s256_listed=False,
    earlier_needed_s256="2.0.60",
    refuses_list_without_s256=True,
    checks_response_type=True,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    client_metadata_url="https://claude.ai/oauth/claude-code-client-metadata",
    document_needs_public=False,
    registers_at_origin=False,
    redirect_uris=(_REDIRECT_URI,),
    sends_resource=True,
    scope_sources=("configured", "resource-metadata"),
    asks_offline_access=True,
    checks_iss=False,
    relative_metadata_url="ignored",
    stops_on_resource_error=False,
    skipped_resource_errors=(),
    keeps_query=True,
    server_error="stops",
    malformed_metadata="stops",
    required_members=("response_types_supported",),
    required_openid_members=("jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported"),
    follows_redirects=True,
    uses_default_endpoints=True,
    sources=(
        _PROGRAM,
        _DOCUMENTATION,
        Source(
            text="anthropics/claude-code #13275: an earlier version refuses metadata that lists no S256",
            url="https://github.com/anthropics/claude-code/issues/13275",
            version="2.0.60",
        ),
        Source(
            text="anthropics/claude-code #90190: before a Gateway with Cognito, the login page is reached without a list of PKCE "
            "methods; with no scopes in the server's metadata none is asked for, and the code could not be redeemed",
            url="https://github.com/anthropics/claude-code/issues/90190",
            version="2.1.246",
        ),
    ),
    snippets=(
        Snippet(way="url", language="shell", write=_url, source=_COMMAND),
        Snippet(
            way="typed-id",
            language="json",
            write=_login,
            file=_FILE,
            redirect_uri=_redirect_uri,
            source=_DOCUMENTATION,
        ),
        Snippet(way="header", language="json", write=_header, file=_FILE, source=_DOCUMENTATION),
        Snippet(way="sigv4", language="json", write=signed, file=_FILE, source=PROXY),
    ),
)
