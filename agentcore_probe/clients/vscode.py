"""Visual Studio Code, with GitHub Copilot."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, as_json, signing_proxy
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_READ = "2026-12-01"
_SOURCE = Source(
    text="microsoft/vscode, src/vs/workbench/api/common/extHostMcp.ts and src/vs/base/common/oauth.ts: metadata whose `resource` "
    "is another URL counts as none, and the server's origin follows",
    url="https://github.com/microsoft/vscode/blob/05f882b02c51633f2e1e8252722f8c3b626d74a9/src/vs/base/common/oauth.ts",
    date=_READ,
)
_REFERENCE = Source(
    text="microsoft/vscode-docs #9798, MCP configuration reference: oauth, headers, input variables",
    url="https://github.com/microsoft/vscode-docs/pull/9798",
    date=_READ,
)
_FILE = ".vscode/mcp.json"
_INPUT = {"type": "promptString", "id": "mcp-token", "description": "Access token", "password": True}


def _servers(values: SnippetValues, server: dict[str, object], *inputs: dict[str, object]) -> str:
    listed: dict[str, object] = {"inputs": list(inputs)} if inputs else {}
    return as_json(listed | {"servers": {values.name: server}})


def _url(values: SnippetValues) -> str:
    return _servers(values, {"type": "http", "url": values.url})


def _login(values: SnippetValues) -> str:
    return _servers(values, {"type": "http", "url": values.url, "oauth": {"clientId": values.client_id}})


def _header(values: SnippetValues) -> str:
    headers = {"Authorization": f"Bearer ${{input:{_INPUT['id']}}}"}
    return _servers(values, {"type": "http", "url": values.url, "headers": headers}, _INPUT)


def _signed(values: SnippetValues) -> str:
    return _servers(values, {"type": "stdio"} | signing_proxy(values))


CLIENT = McpClient(
    id="vscode",
    name="Visual Studio Code",
    revision="2025-11-25",
    starts_on=(401, 403),
    resource_lookup="challenge-only",
    checks_resource=True,
    resource_must_equal=True,
    mismatched_resource="ignored",
    checks_issuer=False,
    needs_s256_listed=None,
    refuses_list_without_s256=None,
    checks_response_type=None,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    client_metadata_url="https://vscode.dev/oauth/client-metadata.json",
    registers_at_origin=False,
    redirect_uris=("http://127.0.0.1:{port}/", "https://vscode.dev/redirect"),
    sends_resource=True,
    can_omit_resource=None,
    scope_sources=("challenge", "resource-metadata"),
    asks_offline_access=None,
    checks_iss=None,
    stops_on_resource_error=False,
    server_error="skipped",
    malformed_metadata="skipped",
    follows_redirects=True,
    uses_default_endpoints=True,
    sources=(
        _SOURCE,
        Source(
            text="microsoft/vscode #278512: an authorization request with `resource`, and port 33418 of the redirect URI, another "
            "where it is in use",
            url="https://github.com/microsoft/vscode/issues/278512",
            date=_READ,
        ),
        Source(
            text="microsoft/vscode #308648: `oauth.clientId` of mcp.json",
            url="https://github.com/microsoft/vscode/pull/308648",
            date=_READ,
        ),
        _REFERENCE,
    ),
    snippets=(
        Snippet(way="url", language="json", write=_url, file=_FILE, source=_REFERENCE),
        Snippet(way="typed-id", language="json", write=_login, file=_FILE, source=_REFERENCE),
        Snippet(way="header", language="json", write=_header, file=_FILE, source=_REFERENCE),
        Snippet(way="sigv4", language="json", write=_signed, file=_FILE, source=PROXY),
    ),
)
