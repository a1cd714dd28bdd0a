"""The embedded AgentCores at which the clients log in: healthy, and with a fault in each step."""

from __future__ import annotations

from agentcore_probe.model.environment import LoginFeature

LOGIN_FEATURES: tuple[LoginFeature, ...] = (
    "registration",
    "client-metadata",
    "server-metadata",
    "s256",
    "iss",
)
"""Everything that the embedded authorization server can offer to MCP clients."""
