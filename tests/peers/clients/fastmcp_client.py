"""fastmcp's client: URL, then tools as JSON; a token is read from TOKEN."""

import asyncio
import json
import os
import sys

from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

token = os.environ.get("TOKEN")
headers = {"Authorization": f"Bearer {token}"} if token else {}


async def main() -> None:
    async with Client(StreamableHttpTransport(sys.argv[1], headers=headers)) as client:
        print(json.dumps({"tools": [tool.name for tool in await client.list_tools()]}))


asyncio.run(main())
