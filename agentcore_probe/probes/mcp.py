"""A conversation with an MCP server: `initialize` or the stateless form, then every page of tools.

Versions up to 2025-11-25 begin with a handshake; 2026-07-28 has none and carries its version
and client in each request (docs/agentcore.md section 4).
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
    """Talks MCP to one URL as one caller.

    Args:
        transport: where the exchanges go.
        url: the MCP endpoint.
        caller: who calls.
        version: the MCP version to begin with.
        headers: further headers for every request (a Runtime's session).
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
        """The handshake, where the version has one. Whether the conversation may go on."""
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
        """Every page of `tools/list`. Whether all pages were read."""
        tools: list[str] = []
        cursor: str | None = None
        for page in range(1, _MAX_PAGES + 1):
            params = {"cursor": cursor} if cursor else {}
            result = _result(self._call(f"tools/list page {page}", "tools/list", params))
            if result is None:
                return False
            listed = result.get("tools")
            listed = listed if isinstance(listed, list) else []
            tools += [str(each.get("name")) for each in listed if isinstance(each, dict)]
            self.facts.update(tools=tools, pages=page)
            cursor = result.get("nextCursor")
            if not isinstance(cursor, str) or not cursor:
                return True
        return False

    def call_tool(self, tool: ToolCall) -> None:
        """One call of a tool."""
        self._call(f"tools/call {tool.name}", "tools/call", {"name": tool.name, "arguments": tool.arguments})

    def first_request(self, step: str | None = None) -> Exchange:
        """Only the first request of a conversation: what a caller sends who should be refused."""
        if self._version == STATELESS_VERSION:
            return self._call(step or "tools/list page 1", "tools/list", {})
        return self._post(step or "initialize", initialize(self._version))

    def _call(self, step: str, method: str, params: dict[str, Any]) -> Exchange:
        self._ids += 1
        message = {"jsonrpc": "2.0", "id": self._ids + 1, "method": method, "params": params}
        headers: dict[str, str] = {}
        if self._version == STATELESS_VERSION:
            self.facts["version"] = self._version
            message["params"] = {**params, "_meta": _META}
            headers = {"MCP-Protocol-Version": self._version, "Mcp-Method": method}
            if "name" in params:
                headers["Mcp-Name"] = str(params["name"])
        return self._post(step, message, headers)

    def _post(self, step: str, message: dict[str, Any], headers: Mapping[str, str] | None = None) -> Exchange:
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
        return self._transport.send(self._caller.equip(outgoing))


_META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS_VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "agentcore-probe", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
"""What each request of the stateless version carries."""


def newest_version(supported: tuple[str, ...] | None) -> str:
    """The newest version that the server says it speaks; without that, the newest with a handshake."""
    if not supported:
        return HANDSHAKE_VERSIONS[0]
    known = (STATELESS_VERSION, *HANDSHAKE_VERSIONS)
    return next((version for version in known if version in supported), supported[-1])


def _result(exchange: Exchange) -> dict[str, Any] | None:
    """The JSON-RPC result of a 200, from one JSON body or from a stream; None for anything else."""
    answer = read(exchange.response)
    if answer.status != 200 or answer.rpc_code is not None:
        return None
    return answer.result
