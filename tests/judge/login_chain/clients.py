"""Two clients whose behaviour was read in their sources, and others that differ from them in what a forecast depends on."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.model.mcp_client import McpClient

PYTHON = McpClient(
    id="python",
    name="mcp for Python",
    version="2.3.0",
    revision="2026-07-28",
    resource_lookup="challenge-then-well-known",
    checks_resource=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=False,
    checks_response_type=False,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    registers_at_origin=True,
    redirect_uris=("http://127.0.0.1:{port}/callback",),
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "server-metadata"),
    asks_offline_access=True,
    checks_iss=True,
    relative_metadata_url="stops",
    stops_on_resource_error=True,
    server_error="no-metadata",
    malformed_metadata="skipped",
    follows_redirects=False,
    uses_default_endpoints=True,
    sources=(),
)
TYPESCRIPT = McpClient(
    id="typescript",
    name="MCP for TypeScript",
    version="2.4.0",
    revision="2026-07-28",
    resource_lookup="challenge-only",
    checks_resource=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=True,
    checks_response_type=True,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    registers_at_origin=False,
    redirect_uris=("http://127.0.0.1:{port}/callback",),
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "configured"),
    asks_offline_access=True,
    checks_iss=True,
    relative_metadata_url="ignored",
    stops_on_resource_error=False,
    server_error="stops",
    skipped_server_errors=(502,),
    malformed_metadata="stops",
    required_members=("response_types_supported",),
    required_openid_members=(
        "jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported",
    ),
    ignores_issuer_slash=True,
    uses_default_endpoints=True,
    sources=(),
)  # fmt: skip
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
CLIENTS = {
    one.id: one
    for one in (
        PYTHON,
        TYPESCRIPT,
        STRICT,
        OLD,
        UNKNOWN,
        KNOWN_REVISION,
        NO_REVISION,
        NO_REDIRECT,
        NO_SCOPES,
        NO_RESOURCE,
        NO_WAY,
        SIGNING,
    )
}
