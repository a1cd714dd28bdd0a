"""Strands Agents, which log in with the Python SDK's OAuth client if the program passes one."""

from __future__ import annotations

from agentcore_probe.clients.settings import PROXY, TOKEN_VARIABLE
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues, Source

_VERSION = "1.62.0"
_AGENTS = Source(
    text="PyPI strands-agents: METADATA (mcp>=1.23.0,<2.2), strands/tools/mcp (url, headers and transport of MCPClient); the program "
    "chooses its redirect URI",
    url="https://github.com/strands-agents/sdk-python",
    version=_VERSION,
)
_SDK = Source(
    text="PyPI mcp, the newest that these take: mcp/client/auth/oauth2.py and utils.py",
    url="https://github.com/modelcontextprotocol/python-sdk",
    version="2.1.1",
)

_HEADER = '''\
"""Lists the tools of an MCP server with a token of the environment. It needs strands-agents=={version}."""

import os

from strands.tools.mcp import MCPClient

HEADERS = {{"Authorization": "Bearer " + os.environ["{variable}"]}}

with MCPClient(url={url!r}, headers=HEADERS) as client:
    for tool in client.list_tools_sync():
        print(tool.tool_name)
'''

_SIGNED = '''\
"""Lists the tools of an MCP server with AWS credentials. It needs strands-agents and mcp-proxy-for-aws."""

from mcp_proxy_for_aws.client import aws_iam_streamablehttp_client
from strands.tools.mcp import MCPClient


def signed():
    return aws_iam_streamablehttp_client(
        endpoint={url!r}, aws_region={region!r}, aws_service={service!r}
    )


with MCPClient(signed) as client:
    for tool in client.list_tools_sync():
        print(tool.tool_name)
'''


def _header(values: SnippetValues) -> str:
    return _HEADER.format(version=_VERSION, url=values.url, variable=TOKEN_VARIABLE)


def _signed(values: SnippetValues) -> str:
    return _SIGNED.format(url=values.url, region=values.region, service=values.service)


CLIENT = McpClient(
    id="strands",
    name="Strands Agents",
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
    asks_offline_access=True,
    checks_iss=True,
    relative_metadata_url="stops",
    stops_on_resource_error=False,
    server_error="no-metadata",
    malformed_metadata="skipped",
    follows_redirects=True,
    uses_default_endpoints=True,
    sources=(_AGENTS, _SDK),
    snippets=(
        Snippet(way="header", language="python", write=_header, source=_AGENTS),
        Snippet(way="sigv4", language="python", write=_signed, source=PROXY),
    ),
)
