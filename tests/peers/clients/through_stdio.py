"""The tools of an MCP server that is a command with its arguments, as JSON."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main() -> None:
    server = StdioServerParameters(command=sys.argv[1], args=sys.argv[2:], env=dict(os.environ))
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        print(json.dumps({"tools": [tool.name for tool in (await session.list_tools()).tools]}))


asyncio.run(main())
