"""Codex: the command, the extension and the desktop app, which share one file."""

from __future__ import annotations

import json

from agentcore_probe.clients.settings import PROXY, TOKEN_VARIABLE, signing_proxy
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "0.171.0"
_READ = "2026-12-01"
_DOCUMENTATION = Source(
    text="OpenAI, Model Context Protocol: config.toml, which Codex and the ChatGPT desktop app share",
    url="https://developers.openai.com/ja-JP/docs/extend/mcp",
    date=_READ,
)
_FILE = "~/.codex/config.toml"
_CALLBACK_PORT = 8976


def _table(values: SnippetValues, *path: str) -> str:
    return "[" + ".".join(("mcp_servers", json.dumps(values.name), *path)) + "]"


def _url(values: SnippetValues) -> str:
    return f"{_table(values)}\nurl = {json.dumps(values.url)}\n"


def _login(values: SnippetValues) -> str:
    lines = [
        f"mcp_oauth_callback_port = {_CALLBACK_PORT}",
        "",
        _table(values),
        f"url = {json.dumps(values.url)}",
        *([f"scopes = {json.dumps(list(values.scopes))}"] if values.scopes else ()),
        "",
        _table(values, "oauth"),
        f"client_id = {json.dumps(values.client_id)}",
    ]
    return "\n".join([*lines, ""])


def _header(values: SnippetValues) -> str:
    variable = json.dumps(TOKEN_VARIABLE)
    return f"{_table(values)}\nurl = {json.dumps(values.url)}\nbearer_token_env_var = {variable}\n"


def _signed(values: SnippetValues) -> str:
    proxy = signing_proxy(values)
    command, arguments = json.dumps(proxy["command"]), json.dumps(proxy["args"])
    region = json.dumps(values.region)
    return f"{_table(values)}\ncommand = {command}\nargs = {arguments}\nenv = {{ AWS_REGION = {region} }}\n"


CLIENT = McpClient(
    id="codex",
    name="Codex",
    version=_VERSION,
    revision="2026-07-28",
    resource_lookup="challenge-only",
    checks_resource=True,
    resource_must_equal=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=True,
    checks_response_type=True,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    client_metadata_url="https://chatgpt.com/oauth/codex/client.json",
    document_needs_public=True,
    registers_at_origin=False,
    redirect_uris=("http://127.0.0.1:{port}/callback/{id}", "http://127.0.0.1:{port}/callback"),
    sends_resource=True,
    can_omit_resource=None,
    scope_sources=None,
    asks_offline_access=None,
    checks_iss=True,
    stops_on_resource_error=False,
    server_error="skipped",
    malformed_metadata="skipped",
    follows_redirects=True,
    uses_default_endpoints=True,
    sources=(
        Source(
            text="npm @openai/codex (linux-x64): the messages in the program, which are those of the sources below",
            url="https://www.npmjs.com/package/@openai/codex",
            version=_VERSION,
        ),
        Source(
            text="openai/codex, codex-rs/rmcp-client: perform_oauth_login.rs and the choice of the client: the metadata document needs "
            "a server that lists the authentication method none; only a server that sends `iss` is answered at /callback",
            url="https://github.com/openai/codex/blob/18b3cfcb60746d54e5d90bb105d363d7ace1d254/codex-rs/rmcp-client/src/perform_oauth_login.rs",
            date=_READ,
        ),
        Source(
            text="modelcontextprotocol/rust-sdk, crates/rmcp/src/transport/auth.rs, which Codex uses: the order of the documents, "
            "and their checks; a `resource` at the root of the same host passes",
            url="https://github.com/modelcontextprotocol/rust-sdk/blob/main/crates/rmcp/src/transport/auth.rs",
            date=_READ,
        ),
        _DOCUMENTATION,
    ),
    snippets=(
        Snippet(way="url", language="toml", write=_url, file=_FILE, source=_DOCUMENTATION),
        Snippet(way="typed-id", language="toml", write=_login, file=_FILE, source=_DOCUMENTATION),
        Snippet(way="header", language="toml", write=_header, file=_FILE, source=_DOCUMENTATION),
        Snippet(way="sigv4", language="toml", write=_signed, file=_FILE, source=PROXY),
    ),
)
