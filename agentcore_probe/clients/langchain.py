"""LangChain: langchain-mcp-adapters, which log in with the Python SDK's OAuth client if the program passes one."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, TOKEN_VARIABLE
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "0.3.2"
_ADAPTERS = Source(
    text="PyPI langchain-mcp-adapters: METADATA (mcp>=1.24.0,<2.0.0), README (headers), sessions.py (`auth` of a connection); the "
    "program chooses its redirect URI",
    url="https://github.com/langchain-ai/langchain-mcp-adapters",
    version=_VERSION,
)
_SDK = Source(
    text="PyPI mcp, the newest of 1: mcp/client/auth/oauth2.py and utils.py",
    url="https://github.com/modelcontextprotocol/python-sdk",
    version="1.30.0",
)

_HEADER = '''\
"""Lists the tools of an MCP server with a token of the environment. It needs langchain-mcp-adapters=={version}."""

import asyncio
import os

from langchain_mcp_adapters.client import MultiServerMCPClient

SERVERS = {{
    {name!r}: {{
        "transport": "http",
        "url": {url!r},
        "headers": {{"Authorization": "Bearer " + os.environ["{variable}"]}},
    }}
}}


async def main():
    for tool in await MultiServerMCPClient(SERVERS).get_tools():
        print(tool.name)


asyncio.run(main())
'''

_SIGNED = '''\
"""Lists the tools of an MCP server with AWS credentials. It needs langchain-mcp-adapters and mcp-proxy-for-aws."""

import asyncio

from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession
from mcp_proxy_for_aws.client import aws_iam_streamablehttp_client


async def main():
    signed = aws_iam_streamablehttp_client(
        endpoint={url!r}, aws_region={region!r}, aws_service={service!r}
    )
    async with signed as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        for tool in await load_mcp_tools(session):
            print(tool.name)


asyncio.run(main())
'''


def _header(values: SnippetValues) -> str:
    return _HEADER.format(version=_VERSION, name=values.name, url=values.url, variable=TOKEN_VARIABLE)


def _signed(values: SnippetValues) -> str:
    return _SIGNED.format(url=values.url, region=values.region, service=values.service)


CLIENT = McpClient(
    id="langchain",
    name="LangChain MCP adapters",
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
    redirect_uris=None,
    sends_resource=True,
    scope_sources=("challenge", "resource-metadata", "server-metadata"),
    asks_offline_access=False,
    checks_iss=False,
    relative_metadata_url="stops",
    stops_on_resource_error=True,
    server_error="no-metadata",
    malformed_metadata="skipped",
    follows_redirects=True,
    ignores_issuer_slash=True,
    uses_default_endpoints=True,
    sources=(_ADAPTERS, _SDK),
    snippets=(
        Snippet(way="header", language="python", write=_header, source=_ADAPTERS),
        Snippet(way="sigv4", language="python", write=_signed, source=PROXY),
    ),
)
