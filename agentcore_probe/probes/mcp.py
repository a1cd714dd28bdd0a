"""A conversation with an MCP server: the handshake, if the version has one, then every page of tools.

Versions up to 2025-11-25 begin with `initialize`; 2026-07-28 has no handshake and sends version and client
with each request (docs/agentcore.md section 4).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agentcore_probe.access.protocol import (
    HANDSHAKE_VERSIONS,
    MCP_ACCEPT,
    STATELESS_VERSION,
    initialize,
)
from agentcore_probe.access.transport import Outgoing, Transport
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model.environment import ToolCall
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.probes.context import Caller

_MAX_PAGES = 50


class Conversation:
    """One caller's conversation with one MCP server.

    Args:
        transport: sends the requests and keeps the exchanges.
        url: the MCP endpoint.
        caller: adds the credential to each request.
        version: the MCP version to begin with.
        headers: further headers of every request (a Runtime's session).

    Attributes:
        facts: what the server said: `version`, `session`, `tools`, `pages`.
    """

    def __init__(
        self,
        transport: Transport,
        url: str,
        caller: Caller,
        version: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._transport = transport
        self._url = url
        self._caller = caller
        self._version = version
        self._headers = dict(headers or {})
        self._ids = 0
        self.facts: dict[str, Any] = {}

    def open(self) -> bool:
        """Performs the handshake, if the version has one; whether the conversation may continue."""
        if self._version == STATELESS_VERSION:
            return True
        exchange = self._post("initialize", initialize(self._version))
        result = _result(exchange)
        if result is None:
            return False
        self._version = str(result.get("protocolVersion") or self._version)
        self.facts["version"] = self._version
        session = exchange.response.header("mcp-session-id") if exchange.response else None
        if session:
            self._headers["Mcp-Session-Id"] = session
            self.facts["session"] = True
        self._headers["MCP-Protocol-Version"] = self._version
        self._post("initialized", {"jsonrpc": "2.0", "method": "notifications/initialized"})
        return True

    def list_tools(self) -> bool:
        """Requests every page of `tools/list`; whether all pages were read."""
        tools: list[str] = []
        cursor: str | None = None
        for page in range(1, _MAX_PAGES + 1):
            params = {"cursor": cursor} if cursor else {}
            result = _result(self._call(f"tools/list page {page}", "tools/list", params))
            if result is None:
                return False
            entries = result.get("tools")
            entries = entries if isinstance(entries, list) else []
            tools += [str(tool.get("name")) for tool in entries if isinstance(tool, dict)]
            self.facts.update(tools=tools, pages=page)
            cursor = result.get("nextCursor")
            if not isinstance(cursor, str) or not cursor:
                return True
        return False

    def call_tool(self, tool: ToolCall) -> None:
        """Calls a tool once."""
        self._transport.send(self._tool_call(tool))

    def first_request(self, step: str | None = None) -> Outgoing:
        """The first request of a conversation, for callers that should be refused."""
        if self._version == STATELESS_VERSION:
            return self._method_call(step or "tools/list page 1", "tools/list", {})
        return self._outgoing(step or "initialize", initialize(self._version))

    def without_handshake(self, tool: ToolCall | None) -> tuple[Outgoing, ...]:
        """The requests of a caller that leaves out `initialize`: the tools' list, and a call of `tool`."""
        requests = []
        if self._version != STATELESS_VERSION:
            self._headers["MCP-Protocol-Version"] = self._version
            requests.append(self._method_call("tools/list page 1", "tools/list", {}))
        if tool is not None:
            requests.append(self._tool_call(tool))
        return tuple(requests)

    def _tool_call(self, tool: ToolCall) -> Outgoing:
        params = {"name": tool.name, "arguments": tool.arguments}
        return self._method_call(f"tools/call {tool.name}", "tools/call", params)

    def _call(self, step: str, method: str, params: dict[str, Any]) -> Exchange:
        return self._transport.send(self._method_call(step, method, params))

    def _method_call(self, step: str, method: str, params: dict[str, Any]) -> Outgoing:
        self._ids += 1
        message = {"jsonrpc": "2.0", "id": self._ids + 1, "method": method, "params": params}
        headers: dict[str, str] = {}
        if self._version == STATELESS_VERSION:
            self.facts["version"] = self._version
            message["params"] = {**params, "_meta": _META}
            headers = {"MCP-Protocol-Version": self._version, "Mcp-Method": method}
            if "name" in params:
                headers["Mcp-Name"] = str(params["name"])
        return self._outgoing(step, message, headers)

    def _post(self, step: str, message: dict[str, Any]) -> Exchange:
        return self._transport.send(self._outgoing(step, message))

    def _outgoing(
        self, step: str, message: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Outgoing:
        outgoing = Outgoing(
            step,
            self._url,
            headers={
                "Content-Type": "application/json",
                "Accept": MCP_ACCEPT,
                **self._headers,
                **(headers or {}),
            },
            body=json.dumps(message).encode(),
        )
        return self._caller.equip(outgoing)


_META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS_VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "agentcore-probe", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
"""The `_meta` of each request of the stateless version."""


def newest_version(supported: tuple[str, ...] | None) -> str:
    """The MCP version to speak: the newest of `supported` that is implemented here, else its last one.

    Where `supported` is not known: the newest version with a handshake.
    """
    if not supported:
        return HANDSHAKE_VERSIONS[0]
    implemented = (STATELESS_VERSION, *HANDSHAKE_VERSIONS)
    return next((version for version in implemented if version in supported), supported[-1])


def _result(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON-RPC result of a 200, as one JSON body or in a stream; None for any other answer."""
    answer = read(exchange.response)
    if answer.status != 200 or answer.rpc_code is not None:
        return None
    return answer.result
