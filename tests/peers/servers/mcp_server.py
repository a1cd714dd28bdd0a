"""MCP servers: `fastmcp TOOLS` with so many tools; `python-sdk` the official SDK's own, which serves JSON without sessions."""

import asyncio
import socket
import sys

import uvicorn
from starlette.applications import Starlette


def fastmcp_app(count: int) -> Starlette:
    from fastmcp import FastMCP

    server = FastMCP("many tools")
    for number in range(count):
        server.tool(lambda text: text, name=f"search_documents_of_department_{number:03}")
    return server.http_app(path="/mcp")


def python_sdk_app() -> Starlette:
    from mcp.server.mcpserver import MCPServer

    server = MCPServer("python sdk")

    @server.tool()
    def echo(text: str) -> str:
        """The text."""
        return text

    return server.streamable_http_app(json_response=True, stateless_http=True)


app = fastmcp_app(int(sys.argv[2])) if sys.argv[1] == "fastmcp" else python_sdk_app()
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
print("PORT", listening.getsockname()[1], flush=True)
asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[listening]))
