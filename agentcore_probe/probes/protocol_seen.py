"""The protocol that a Runtime shows itself, where neither a file nor what is deployed says it."""

from __future__ import annotations

from collections.abc import Sequence

from agentcore_probe.judge.reading.answer import read
from agentcore_probe.model.environment import Protocol
from agentcore_probe.model.exchange import Exchange

_METHOD_NOT_FOUND = -32601
"""JSON-RPC 2.0 section 5.1."""


def protocol_of_refusal(exchange: Exchange) -> Protocol | None:
    """The protocol in whose form a call was refused (docs/agentcore.md section 2.1); None for that of HTTP.

    A2A may refuse in the form of MCP; `speaks_no_mcp` tells them apart.
    """
    code = read(exchange.response).rpc_code
    if code in (-32001, -32002):
        return "MCP"
    return "AGUI" if code in ("UNAUTHORIZED", "ACCESS_DENIED") else None


def speaks_no_mcp(exchanges: Sequence[Exchange]) -> bool:
    """Whether the last call, of a method that only MCP has, was answered that there is none."""
    return bool(exchanges) and read(exchanges[-1].response).rpc_code == _METHOD_NOT_FOUND
