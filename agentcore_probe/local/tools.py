"""The Gateway's MCP server: the official SDK's low-level server with the tools of the targets."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from agentcore_probe.local.asgi import App
from agentcore_probe.local.state import SEPARATOR

SEARCH_TOOL = "x_amz_bedrock_agentcore_search"

logging.getLogger("mcp").setLevel(logging.CRITICAL)

_TEXT_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
_QUERY_SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
_EMPTY_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}


def mcp_app(name: str, targets: Iterable[str], *, search: bool, page_size: int) -> App:
    """A stateless MCP server over streamable HTTP, at `/mcp`.

    Args:
        name: the server's name.
        targets: names of targets; each has the tools `TARGET___echo` and `TARGET___ping`.
        search: whether it has the search tool.
        page_size: number of tools on a page of `tools/list`.
    """
    tools = _tools(targets, search)

    async def list_tools(_: Any, params: Any) -> types.ListToolsResult:
        start = _parse_cursor(params.cursor if params else None)
        end = start + page_size
        next_cursor = str(end) if end < len(tools) else None
        return types.ListToolsResult(tools=tools[start:end], next_cursor=next_cursor)

    async def call_tool(_: Any, params: Any) -> types.CallToolResult:
        return _call(tools, params.name, params.arguments or {})

    server: Server[Any] = Server(name, on_list_tools=list_tools, on_call_tool=call_tool)
    return server.streamable_http_app(json_response=True, stateless_http=True)


def _tools(targets: Iterable[str], search: bool) -> list[types.Tool]:
    tools = []
    for target in targets:
        tools += [
            types.Tool(
                name=f"{target}{SEPARATOR}echo", description="Returns its input", input_schema=_TEXT_SCHEMA
            ),
            types.Tool(
                name=f"{target}{SEPARATOR}ping", description="Returns pong", input_schema=_EMPTY_SCHEMA
            ),
        ]
    if search:
        tools.append(
            types.Tool(name=SEARCH_TOOL, description="Finds tools by meaning", input_schema=_QUERY_SCHEMA)
        )
    return tools


def _parse_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit():
        raise MCPError(code=types.INVALID_PARAMS, message="Invalid cursor")
    return int(cursor)


def _call(tools: list[types.Tool], name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    names = {tool.name for tool in tools}
    if name not in names:
        target, separator, _ = name.partition(SEPARATOR)
        target_exists = any(tool_name.startswith(f"{target}{SEPARATOR}") for tool_name in names)
        if separator and not target_exists:
            message = f"No Target found for Target name: {target}"
        else:
            message = f"Unknown tool: {name}"
        raise MCPError(code=types.INVALID_PARAMS, message=message)
    if name == SEARCH_TOOL:
        query = str(arguments.get("query", "")).lower()
        return _text(", ".join(tool_name for tool_name in sorted(names) if query in tool_name))
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
