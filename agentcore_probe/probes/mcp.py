"""A conversation with an MCP server: the handshake, if the version has one, then every page of tools.

Versions up to 2025-11-25 begin with `initialize`; 2026-07-28 has no handshake and sends version and client
with each request (docs/agentcore.md section 4).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import (
    HANDSHAKE_VERSIONS,
    MCP_ACCEPT,
    STATELESS_VERSION,
    initialize,
)
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.environment import ToolCall
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.stream import find_response, json_objects, request_id
from agentcore_probe.probes.context import MAX_PAGES, Caller
from agentcore_probe.regex import regex

COUNTED_PAGES = 2
"""Pages of a list that count towards the run's limit of requests; the others depend on the server alone."""
Incomplete = Literal["no-result", "cut", "page-limit", "cursor-repeated"]
"""Why a conversation is incomplete: an answer without a result or with one that cannot be read whole (the list, or
the configured call, is then missing or has gaps), a stream that a limit cut before its result, more pages than may be
read, a page that names itself or an earlier one as the next. The value of `Observation.facts["incomplete"]`."""
_VERSION_UNSUPPORTED = -32022
_TOKEN = regex(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""The characters of a header's name (RFC 9110 section 5.6.2)."""
_PLAIN_VALUE = regex(r"[\x21-\x7E](?:[\x20-\x7E]*[\x21-\x7E])?")
_ENCODED_VALUE = regex(r"=\?base64\?.*\?=")


class Conversation:
    """One caller's conversation with one MCP server.

    Args:
        transport: sends the requests and keeps the exchanges.
        url: the MCP endpoint.
        caller: adds the credential to each request.
        version: the MCP version to begin with.
        headers: further headers of every request (a Runtime's session).
        max_pages: how many pages of tools may be read.

    Attributes:
        facts: what the server said: `version`, `session`, `tools`, `pages`, `supported` (versions, of a server that
            does not support ours); `complete`, whether the list and the configured call came to their end; and
            `incomplete`, why they did not (`Incomplete`).
    """

    def __init__(  # noqa: PLR0913  (settings, by their names)
        self,
        transport: Transport,
        url: str,
        caller: Caller,
        version: str,
        headers: Mapping[str, str] | None = None,
        *,
        max_pages: int = MAX_PAGES,
    ) -> None:
        self._transport = transport
        self._url = url
        self._caller = caller
        self._version = version
        self._headers = dict(headers or {})
        self._max_pages = max_pages
        self._ids = 0
        self._offers_tools = True
        self._schemas: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}

    def run(self, tool: ToolCall | None = None) -> None:
        """The whole conversation: the handshake, the list of tools, and the configured call.

        The call is made whatever the listing came to.

        Args:
            tool: the call to make.
        """
        if not self.open():
            return
        self.list_tools()
        if tool is not None:
            self.call_tool(tool)

    def open(self) -> bool:
        """Performs the handshake, if the version has one; whether the conversation may continue.

        An error ends it and leaves nothing open: the exchange says why.
        """
        if self._version == STATELESS_VERSION:
            return True
        exchange = self._post("initialize", initialize(self._version))
        result = self._result(exchange, errors_are_answers=True)
        if result is None:
            return False
        self._version = str(result.get("protocolVersion") or self._version)
        self.facts["version"] = self._version
        capabilities = result.get("capabilities")
        self._offers_tools = not isinstance(capabilities, dict) or "tools" in capabilities
        session = exchange.response.header("mcp-session-id") if exchange.response else None
        if session:
            self._headers["Mcp-Session-Id"] = session
            self.facts["session"] = True
        self._headers["MCP-Protocol-Version"] = self._version
        self._post("initialized", {"jsonrpc": "2.0", "method": "notifications/initialized"})
        return True

    def list_tools(self) -> bool:
        """Requests every page of `tools/list`, of a server that offers tools; whether it was read whole."""
        tools: list[str] = []
        if not self._offers_tools:
            self.facts.update(tools=tools, pages=0, complete=True)
            return True
        cursor: str | None = None
        cursors: set[str] = set()
        for page in range(1, self._max_pages + 1):
            params = {"cursor": cursor} if cursor else {}
            request = self._method_call(f"tools/list page {page}", "tools/list", params)
            exchange = self._transport.send(replace(request, is_counted=page <= COUNTED_PAGES))
            is_first_request = page == 1 and self._version == STATELESS_VERSION
            result = self._result(exchange, errors_are_answers=is_first_request)
            if result is None:
                return False
            entries = result.get("tools")
            for entry in entries if isinstance(entries, list) else []:
                name = entry.get("name") if isinstance(entry, dict) else None
                if isinstance(name, str) and name:
                    tools.append(name)
                    self._schemas[name] = entry.get("inputSchema")
                else:
                    self._stop("no-result")
            self.facts.update(tools=tools, pages=page)
            cursor = result.get("nextCursor")
            if cursor is not None and not isinstance(cursor, str):
                self._stop("no-result")
            if not isinstance(cursor, str) or not cursor:
                return bool(self.facts.setdefault("complete", True))
            if cursor in cursors:
                self._stop("cursor-repeated")
                return False
            cursors.add(cursor)
        self._stop("page-limit")
        return False

    def call_tool(self, tool: ToolCall) -> None:
        """Calls a tool once."""
        exchange = self._transport.send(self._tool_call(tool))
        self._result(exchange, errors_are_answers=True)

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
        headers: dict[str, str] = {}
        if self._version == STATELESS_VERSION:
            headers = dict(argument_headers(self._schemas.get(tool.name), tool.arguments))
        return self._method_call(f"tools/call {tool.name}", "tools/call", params, headers)

    def _method_call(
        self, step: str, method: str, params: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Outgoing:
        self._ids += 1
        message = {"jsonrpc": "2.0", "id": self._ids + 1, "method": method, "params": params}
        protocol_headers: dict[str, str] = {}
        if self._version == STATELESS_VERSION:
            self.facts["version"] = self._version
            message["params"] = {**params, "_meta": _META}
            protocol_headers = {"MCP-Protocol-Version": self._version, "Mcp-Method": method}
            if "name" in params:
                protocol_headers["Mcp-Name"] = _header_value(str(params["name"]))
        return self._outgoing(step, message, {**protocol_headers, **(headers or {})})

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

    def _result(self, exchange: Exchange, *, errors_are_answers: bool) -> dict[str, Any] | None:
        """The result of the request, or None; an answer without one leaves the conversation incomplete.

        Args:
            exchange: of the request.
            errors_are_answers: whether an error explains itself, whether a fault, a status or a JSON-RPC error: that
                of a first request or of a call does, that of a list leaves the list incomplete.
        """
        # Of the request as it was sent: in the exchange, placeholders may have made its body other than JSON.
        response, id = exchange.response, request_id(self._transport.requests[exchange.id].body)
        messages = json_objects(response.body) if response is not None else ()
        message = None if id is None else find_response(messages, id)
        error = message.get("error") if message is not None else None
        self._read_supported_versions(error)
        is_success = response is not None and response.status is not None and 200 <= response.status < 300
        result = message.get("result") if message is not None else None
        if is_success and isinstance(result, dict):
            return result
        is_silent = is_success and error is None
        if is_silent or not errors_are_answers:
            self._stop("cut" if response is not None and response.cut else "no-result")
        return None

    def _read_supported_versions(self, error: Any) -> None:
        """A server that does not support our version lists those that it does."""
        if not isinstance(error, dict) or error.get("code") != _VERSION_UNSUPPORTED:
            return
        data = error.get("data")
        supported = data.get("supported") if isinstance(data, dict) else None
        if isinstance(supported, list):
            self.facts["supported"] = [str(version) for version in supported]

    def _stop(self, why: Incomplete) -> None:
        """Notes why the conversation is incomplete; the first reason explains those that follow."""
        self.facts["complete"] = False
        self.facts.setdefault("incomplete", why)


def argument_headers(schema: Any, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The headers of a tool's arguments that its input schema marks with `x-mcp-header` (MCP 2026-07-28).

    Args:
        schema: the tool's `inputSchema`.
        arguments: of the call.
    """
    properties = schema.get("properties") if isinstance(schema, dict) else None
    for name, property_schema in properties.items() if isinstance(properties, dict) else ():
        if name not in arguments or not isinstance(property_schema, dict):
            continue
        value, header = arguments[name], property_schema.get("x-mcp-header")
        if isinstance(value, dict):
            yield from argument_headers(property_schema, value)
        elif isinstance(header, str) and _TOKEN.fullmatch(header) and isinstance(value, str | int):
            text = json.dumps(value) if isinstance(value, bool) else str(value)
            yield f"Mcp-Param-{header}", _header_value(text)


def _header_value(text: str) -> str:
    """`text` as a header's value; in base64 where it would not survive the way as it is (MCP 2026-07-28)."""
    if not text or (_PLAIN_VALUE.fullmatch(text) and not _ENCODED_VALUE.fullmatch(text)):
        return text
    return f"=?base64?{base64.b64encode(text.encode()).decode('ascii')}?="


_META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS_VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "agentcore-probe", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
"""The `_meta` of each request of the stateless version."""


def facts_of_pages_read(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a conversation whose caller does not want a long list read to its end: it is not incomplete for that.

    Args:
        facts: `Conversation.facts`.
    """
    if facts.get("incomplete") != "page-limit":
        return dict(facts)
    return {key: value for key, value in facts.items() if key not in ("complete", "incomplete")}


def newest_version(supported: tuple[str, ...] | None) -> str:
    """The MCP version to speak: the newest of `supported` that is implemented here, else its last one.

    Where `supported` is not known: the newest version with a handshake.
    """
    if not supported:
        return HANDSHAKE_VERSIONS[0]
    implemented = (STATELESS_VERSION, *HANDSHAKE_VERSIONS)
    return next((version for version in implemented if version in supported), supported[-1])
