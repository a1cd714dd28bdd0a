"""The registry's MCP server: the official SDK's low-level server with the registry's three tools."""

from __future__ import annotations

import json
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from agentcore_probe.local.asgi import App
from agentcore_probe.local.services.registry import GET, LIST, SEARCH
from agentcore_probe.local.state import GATEWAY_ID, RUNTIME_ARN

_RECORDS = (
    {
        "recordId": "localrecord1",
        "name": "local-agent",
        "description": "Answers greetings",
        "is": RUNTIME_ARN,
    },
    {"recordId": "localrecord2", "name": "local-tools", "description": "Echoes a text", "is": GATEWAY_ID},
)
_DESCRIPTIONS = {
    SEARCH: "Finds records by their words",
    LIST: "Lists the records",
    GET: "Returns records by their ids",
}


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_SCHEMAS = {
    SEARCH: _schema(query={"type": "string"}),
    LIST: _schema(),
    GET: _schema(recordIds={"type": "array", "items": {"type": "string"}}),
}


def mcp_app(registry_id: str) -> App:
    """A stateless MCP server over streamable HTTP, at the registry's path.

    Args:
        registry_id: the registry's id.
    """
    tools = [
        types.Tool(name=name, description=_DESCRIPTIONS[name], input_schema=_SCHEMAS[name])
        for name in (SEARCH, LIST, GET)
    ]

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: Any, params: Any) -> types.CallToolResult:
        return _call(params.name, params.arguments or {})

    server: Server[Any] = Server("local-registry", on_list_tools=list_tools, on_call_tool=call_tool)
    path = f"/registry/{registry_id}/mcp"
    return server.streamable_http_app(json_response=True, stateless_http=True, streamable_http_path=path)


def _call(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    if name == LIST:
        found = list(_RECORDS)
    elif name == SEARCH:
        query = str(arguments.get("query", "")).lower()
        found = [record for record in _RECORDS if query in json.dumps(record).lower()]
    elif name == GET:
        ids = arguments.get("recordIds") or []
        found = [record for record in _RECORDS if record["recordId"] in ids]
    else:
        raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {name}")
    text = json.dumps({"records": found})
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])
