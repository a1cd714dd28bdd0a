"""langchain-mcp-adapters: URL, then tools as JSON; a token is read from TOKEN."""

import asyncio
import json
import os
import sys

from langchain_mcp_adapters.client import MultiServerMCPClient

token = os.environ.get("TOKEN")
connection = {"transport": "streamable_http", "url": sys.argv[1]}
if token:
    connection["headers"] = {"Authorization": f"Bearer {token}"}
tools = asyncio.run(MultiServerMCPClient({"gateway": connection}).get_tools())
print(json.dumps({"tools": [tool.name for tool in tools]}))
