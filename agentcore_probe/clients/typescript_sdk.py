"""The official TypeScript SDK of MCP: `@modelcontextprotocol/client`, with its own OAuth client."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from agentcore_probe.clients.settings import TOKEN_VARIABLE, listed_redirect_uri, port_of
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "2.4.0"
_SOURCE = Source(
    text="npm @modelcontextprotocol/client, src/client/auth.ts and streamableHttp.ts as bundled in dist; an issuer without the "
    "slash that ends the listed server passes; the program chooses its redirect URI, here that of the snippet",
    url="https://github.com/modelcontextprotocol/typescript-sdk",
    version=_VERSION,
)

_LOGIN = """\
// Lists the tools of an MCP server after a login in the browser. It needs @modelcontextprotocol/client@<version>.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";

const url = new URL(<url>);
<credentials>const port = Number(process.env.MCP_CALLBACK_PORT ?? <port>);
const redirectUrl = `http://localhost:${port}/callback`;

const listener = createServer().listen(port, "localhost");
const redirect = once(listener, "request");
await once(listener, "listening");

const kept = {};
const login = {
  redirectUrl,
  clientMetadata: {
    client_name: "Example",
    redirect_uris: [redirectUrl],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: <method>,
<scope>  },
<client>  state: () => (kept.state = randomUUID()),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  discoveryState: () => kept.discovery,
  saveDiscoveryState: (discovery) => void (kept.discovery = discovery),
  redirectToAuthorization: (page) => console.log("Log in at:", page.href),
};

const transport = () => new StreamableHTTPClientTransport(url, { authProvider: login });
let client = new Client({ name: "example", version: "1.0.0" });
const first = transport();
try {
  await client.connect(first);
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  const [request, response] = await redirect;
  response.end("You can close this page.");
  const answer = new URL(request.url, redirectUrl).searchParams;
  if (answer.get("state") !== kept.state) throw new Error("The answer is not for this login.");
  await first.finishAuth(answer);
  client = new Client({ name: "example", version: "1.0.0" });
  await client.connect(transport());
}
for (const tool of (await client.listTools()).tools) console.log(tool.name);
await client.close();
listener.close();
listener.closeAllConnections();
"""

_HEADER = """\
// Lists the tools of an MCP server with a token of the environment. It needs @modelcontextprotocol/client@VERSION.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const headers = { Authorization: `Bearer ${process.env.VARIABLE}` };
const client = new Client({ name: "example", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(SERVER_URL), { requestInit: { headers } }));
for (const tool of (await client.listTools()).tools) console.log(tool.name);
await client.close();
"""


_REDIRECT_URI = "http://localhost:{port}/callback"
_REGISTERED = {
    "credentials": "",
    "method": '"none"',
    "client": """\
  // Without a client here, the SDK registers one.
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
""",
}


def _typed(client_id: str) -> dict[str, str]:
    """The parts of the program with a client that is registered."""
    return {
        "credentials": f"const clientId = {json.dumps(client_id)};\nconst secret = process.env.MCP_CLIENT_SECRET;\n",
        "method": 'secret ? "client_secret_basic" : "none"',
        "client": "  clientInformation: () => ({ client_id: clientId, client_secret: secret }),\n",
    }


def _redirect_uri(values: SnippetValues) -> str:
    return listed_redirect_uri(values, _REDIRECT_URI, 8090)


def _program(values: SnippetValues, client: Mapping[str, str]) -> str:
    parts = {
        **client,
        "version": _VERSION,
        "url": json.dumps(values.url),
        "port": str(port_of(_redirect_uri(values))),
        "scope": f"    scope: {json.dumps(' '.join(values.scopes))},\n" if values.scopes else "",
    }
    return re.sub("<([a-z]+)>", lambda name: parts[name[1]], _LOGIN)


def _url(values: SnippetValues) -> str:
    return _program(values, _REGISTERED)


def _login(values: SnippetValues) -> str:
    return _program(values, _typed(values.client_id))


def _header(values: SnippetValues) -> str:
    text = _HEADER.replace("VERSION", _VERSION, 1).replace("VARIABLE", TOKEN_VARIABLE, 1)
    return text.replace("SERVER_URL", json.dumps(values.url), 1)


CLIENT = McpClient(
    id="typescript-sdk",
    name="MCP TypeScript SDK",
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
    redirect_uris=(_REDIRECT_URI,),
    sends_resource=True,
    can_omit_resource=True,
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
        Snippet(way="url", language="typescript", write=_url, source=_SOURCE),
        Snippet(
            way="typed-id", language="typescript", write=_login, redirect_uri=_redirect_uri, source=_SOURCE
        ),
        Snippet(way="header", language="typescript", write=_header, source=_SOURCE),
    ),
)
