"""MCP clients: one file for each, and the table of them.

A client is a module here that defines `CLIENT` (`model.mcp_client.McpClient`).
"""

from __future__ import annotations

import sys

from agentcore_probe.model.mcp_client import McpClient
from agentcore_probe.modules import declared

CLIENTS: tuple[McpClient, ...] = tuple(declared(sys.modules[__name__], "CLIENT").values())
"""Every client, in the order of their files."""


def find_client(id: str) -> McpClient | None:
    """The client with this id, or None."""
    return next((client for client in CLIENTS if client.id == id), None)
