"""The Gateway's MCP server: the official SDK's low-level Server with the tools of the targets."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from agentcore_probe.local.asgi import App

SEARCH_TOOL = "x_amz_bedrock_agentcore_search"
SEPARATOR = "___"

logging.getLogger("mcp").setLevel(logging.CRITICAL)

_TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
_QUERY = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}


def mcp_app(name: str, targets: Iterable[str], *, search: bool, page_size: int) -> App:
    """An MCP server over streamable HTTP, stateless, at `/mcp`.

    Args:
        name: the server's name.
        targets: each gives the tools `TARGET___echo` and `TARGET___ping`.
        search: whether the search tool is there.
        page_size: tools on a page of `tools/list`.
    """
    tools = _tools(targets, search)

    async def list_tools(_: Any, params: Any) -> types.ListToolsResult:
        start = _start(params.cursor if params else None)
        page = tools[start : start + page_size]
        more = start + page_size < len(tools)
        return types.ListToolsResult(tools=page, next_cursor=str(start + page_size) if more else None)

    async def call_tool(_: Any, params: Any) -> types.CallToolResult:
        return _call(tools, params.name, params.arguments or {})

    server: Server[Any] = Server(name, on_list_tools=list_tools, on_call_tool=call_tool)
    return server.streamable_http_app(json_response=True, stateless_http=True)


def _tools(targets: Iterable[str], search: bool) -> list[types.Tool]:
    tools = []
    for target in targets:
        tools += [
            types.Tool(name=f"{target}{SEPARATOR}echo", description="Says it again", input_schema=_TEXT),
            types.Tool(name=f"{target}{SEPARATOR}ping", description="Answers pong", input_schema=_NOTHING),
        ]
    if search:
        tools.append(types.Tool(name=SEARCH_TOOL, description="Finds tools by meaning", input_schema=_QUERY))
    return tools


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit():
        raise MCPError(code=types.INVALID_PARAMS, message="Invalid cursor")
    return int(cursor)


def _call(tools: list[types.Tool], name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    known = {tool.name for tool in tools}
    if name not in known:
        target = name.split(SEPARATOR, maxsplit=1)[0]
        there = any(tool.startswith(f"{target}{SEPARATOR}") for tool in known)
        missing = SEPARATOR in name and not there
        message = f"No Target found for Target name: {target}" if missing else f"Unknown tool: {name}"
        raise MCPError(code=types.INVALID_PARAMS, message=message)
    if name == SEARCH_TOOL:
        found = [each for each in sorted(known) if str(arguments.get("query", "")).lower() in each]
        return _text(", ".join(found))
    if name.endswith("ping"):
        return _text("pong")
    if "text" not in arguments:
        return types.CallToolResult(
            content=[types.TextContent(type="text", text="An internal error occurred. Please retry later.")],
            is_error=True,
        )
    return _text(str(arguments["text"]))


def _text(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])
