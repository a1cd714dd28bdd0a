"""The official Python SDK of MCP: `mcp`, with its own OAuth client."""

from __future__ import annotations

from agentcore_probe.clients.settings import TOKEN_VARIABLE, listed_redirect_uri, port_of
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "2.3.0"
_SOURCE = Source(
    text="PyPI mcp, mcp/client/auth/oauth2.py and utils.py; the program chooses its redirect URI, here that of the snippet",
    url="https://github.com/modelcontextprotocol/python-sdk",
    version=_VERSION,
)

_LOGIN = '''\
"""Lists the tools of an MCP server after a login in the browser. It needs mcp=={version}."""

import asyncio
import os
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
{imports}

URL = {url!r}
{credentials}PORT = int(os.environ.get("MCP_CALLBACK_PORT", "{port}"))
REDIRECT_URI = f"http://localhost:{{PORT}}/callback"


class Storage:
    """Without a client here, the SDK registers one."""

    tokens = None
    client = {client}

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


class Redirect(BaseHTTPRequestHandler):
    answer = {{}}

    def do_GET(self):
        Redirect.answer = dict(parse_qsl(urlsplit(self.path).query))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You can close this page.")

    def log_message(self, *args):
        """The query has the code, which no log should have."""


async def main():
    with HTTPServer(("localhost", PORT), Redirect) as server:

        async def open_browser(url):
            print("Log in at:", url, flush=True)
            webbrowser.open(url)

        async def wait_for_redirect():
            await asyncio.to_thread(server.handle_request)
            answer = Redirect.answer
            if "error" in answer:
                raise SystemExit(f"{{answer['error']}}: {{answer.get('error_description', '')}}")
            names = ("code", "state", "iss")
            return AuthorizationCodeResult(**{{name: answer[name] for name in names if name in answer}})

        login = OAuthClientProvider(
            server_url=URL,
            client_metadata=OAuthClientMetadata(client_name="Example", redirect_uris=[REDIRECT_URI]),
            storage=Storage(),
            redirect_handler=open_browser,
            callback_handler=wait_for_redirect,
        )
        async with create_mcp_http_client(auth=login) as http:
            async with Client(streamable_http_client(URL, http_client=http)) as client:
                for tool in (await client.list_tools()).tools:
                    print(tool.name)


asyncio.run(main())
'''

_HEADER = '''\
"""Lists the tools of an MCP server with a token of the environment. It needs mcp=={version}."""

import asyncio
import os

from mcp import Client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

URL = {url!r}


async def main():
    headers = {{"Authorization": "Bearer " + os.environ["{variable}"]}}
    async with create_mcp_http_client(headers=headers) as http:
        async with Client(streamable_http_client(URL, http_client=http)) as client:
            for tool in (await client.list_tools()).tools:
                print(tool.name)


asyncio.run(main())
'''


_IMPORTS = "from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata"
_IMPORTS_WITH_CLIENT = (
    "from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata"
)
_CREDENTIALS = """\
CLIENT_ID = {client_id!r}
SECRET = os.environ.get("MCP_CLIENT_SECRET")
"""
_TYPED_CLIENT = """\
OAuthClientInformationFull(
        client_id=CLIENT_ID,
        client_secret=SECRET,
        redirect_uris=[REDIRECT_URI],
        token_endpoint_auth_method="client_secret_basic" if SECRET else "none",
    )"""
_REDIRECT_URI = "http://localhost:{port}/callback"


def _redirect_uri(values: SnippetValues) -> str:
    return listed_redirect_uri(values, _REDIRECT_URI, 3030)


def _program(values: SnippetValues, imports: str, credentials: str, client: str) -> str:
    port = port_of(_redirect_uri(values))
    parts = {"imports": imports, "credentials": credentials, "client": client}
    return _LOGIN.format(version=_VERSION, url=values.url, port=port, **parts)


def _url(values: SnippetValues) -> str:
    return _program(values, _IMPORTS, "", "None")


def _login(values: SnippetValues) -> str:
    credentials = _CREDENTIALS.format(client_id=values.client_id)
    return _program(values, _IMPORTS_WITH_CLIENT, credentials, _TYPED_CLIENT)


def _header(values: SnippetValues) -> str:
    return _HEADER.format(version=_VERSION, url=values.url, variable=TOKEN_VARIABLE)


CLIENT = McpClient(
    id="python-sdk",
    name="MCP Python SDK",
    version=_VERSION,
    revision="2026-07-28",
    resource_lookup="challenge-then-well-known",
    asks_origin_for_openid=False,
    checks_resource=True,
    checks_issuer=True,
    needs_s256_listed=False,
    refuses_list_without_s256=False,
    checks_response_type=False,
    registrations=("client-metadata", "dynamic"),
    takes_typed_id=True,
    document_needs_public=False,
    registers_at_origin=True,
    redirect_uris=(_REDIRECT_URI,),
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "server-metadata"),
    asks_offline_access=True,
    checks_iss=True,
    relative_metadata_url="stops",
    stops_on_resource_error=True,
    server_error="no-metadata",
    malformed_metadata="skipped",
    follows_redirects=True,
    uses_default_endpoints=True,
    sources=(_SOURCE,),
    snippets=(
        Snippet(way="url", language="python", write=_url, source=_SOURCE),
        Snippet(way="typed-id", language="python", write=_login, redirect_uri=_redirect_uri, source=_SOURCE),
        Snippet(way="header", language="python", write=_header, source=_SOURCE),
    ),
)
