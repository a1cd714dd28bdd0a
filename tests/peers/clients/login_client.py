"""The official Python SDK's client logs in: URL, then tools as JSON. BROWSER opens the login page.

CLIENT_ID is a client id that it is given, CLIENT_METADATA_URL the URL of its metadata document.
"""

import asyncio
import json
import os
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken


class Memory:
    """Tokens and client of one process."""

    def __init__(self, client: OAuthClientInformationFull | None = None) -> None:
        self.client, self.tokens = client, None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


async def main() -> None:
    returned = asyncio.get_running_loop().create_future()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readline()).decode().split()[1]
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nDone")
        await writer.drain()
        writer.close()
        if not returned.done():
            returned.set_result(
                {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
            )

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    redirect_uri = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"

    async def open_browser(url: str) -> None:
        await asyncio.create_subprocess_exec(os.environ["BROWSER"], url)

    async def wait_for_code() -> AuthorizationCodeResult:
        query = await returned
        return AuthorizationCodeResult(
            code=query.get("code", ""), state=query.get("state"), iss=query.get("iss")
        )

    client_id = os.environ.get("CLIENT_ID")
    typed = {"client_id": client_id, "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none"}
    oauth = OAuthClientProvider(
        sys.argv[1],
        OAuthClientMetadata(
            client_name="peer", redirect_uris=[redirect_uri], token_endpoint_auth_method="none"
        ),
        Memory(OAuthClientInformationFull(**typed) if client_id else None),
        open_browser,
        wait_for_code,
        client_metadata_url=os.environ.get("CLIENT_METADATA_URL"),
    )
    http = httpx2.AsyncClient(auth=oauth, timeout=30)
    async with http, Client(streamable_http_client(sys.argv[1], http_client=http)) as client:
        page = await client.list_tools()
    print(json.dumps({"tools": [tool.name for tool in page.tools]}))


asyncio.run(main())
