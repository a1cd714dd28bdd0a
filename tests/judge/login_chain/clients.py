"""Clients of the table, and others that differ from them in what a forecast depends on."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.clients import CLIENTS as TABLE
from agentcore_probe.model.mcp_client import McpClient

PYTHON, TYPESCRIPT, MCP_REMOTE = (
    next(client for client in TABLE if client.id == id)
    for id in ("python-sdk", "typescript-sdk", "mcp-remote")
)
STRICT = replace(
    TYPESCRIPT,
    id="strict",
    needs_s256_listed=True,
    resource_must_equal=True,
    client_metadata_url="https://client.example/oauth.json",
    falls_back_to_origin=False,
    starts_on=(401, 403),
    can_omit_resource=True,
)
"""Like ChatGPT or Zed where it refuses more, like VS Code where it starts on a 403."""
OLD = replace(
    PYTHON,
    id="old",
    revision="2025-03-26",
    resource_lookup="none",
    registrations=("dynamic",),
    takes_typed_id=False,
    uses_default_endpoints=False,
    sends_resource=False,
)
"""Of the first revision of the specification, which knows no metadata of the MCP server."""
UNKNOWN = McpClient(
    id="unknown",
    name="",
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
    takes_typed_id=None,
    registers_at_origin=None,
    redirect_uris=None,
    sends_resource=None,
    scope_sources=None,
    asks_offline_access=None,
    checks_iss=None,
    sources=(),
)
KNOWN_REVISION = replace(UNKNOWN, id="known-revision", revision="2025-11-25")
NO_REVISION = replace(PYTHON, id="no-revision", revision=None)
NO_REDIRECT = replace(TYPESCRIPT, id="no-redirect", redirect_uris=None)
NO_SCOPES = replace(TYPESCRIPT, id="no-scopes", scope_sources=None)
NO_RESOURCE = replace(TYPESCRIPT, id="no-resource", sends_resource=False)
NO_WAY = replace(PYTHON, id="no-way", registrations=(), takes_typed_id=False)
SIGNING = replace(UNKNOWN, id="signing", logs_in=False, transport=("stdio",))
NO_ERROR = replace(PYTHON, id="no-error", stops_on_resource_error=None)
PUBLIC = replace(STRICT, id="public", document_needs_public=True)
"""Like Claude and Codex, which use their document only where a client needs no secret."""
PERHAPS_PUBLIC = replace(STRICT, id="perhaps-public", document_needs_public=None)
NAMES = {"python": PYTHON, "typescript": TYPESCRIPT, "mcp-remote": MCP_REMOTE}
_OTHERS = (
    STRICT, OLD, UNKNOWN, KNOWN_REVISION, NO_REVISION, NO_REDIRECT, NO_SCOPES, NO_RESOURCE, NO_WAY, NO_ERROR, SIGNING,
    PUBLIC, PERHAPS_PUBLIC,
)  # fmt: skip
_NAMED = {
    client.id: client
    for client in TABLE
    if client.id in ("kiro", "inspector", "claude", "chatgpt", "claude-code", "vscode")
}
CLIENTS = {**NAMES, **_NAMED, **{one.id: one for one in _OTHERS}}
