"""The entrance of an agent registry: its MCP endpoint, which lists what the registry offers."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="registry",
        target="registry",
        actions=("agent-registry:InvokeRegistryMcp",),
        effect="none",
        requests=14,
        caller_requests=4,
        on_request=True,
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="registry-mcp-jwt",
        target="registry",
        entrance="registry",
        auth="jwt",
        probe="registry_mcp:jwt",
        for_callers=True,
        counterparts=("registry-mcp-sigv4",),
        usage="registry-curl",
    ),
    AccessMethod(
        id="registry-mcp-sigv4",
        target="registry",
        entrance="registry",
        auth="sigv4",
        probe="registry_mcp:sigv4",
        for_callers=True,
        counterparts=("registry-mcp-jwt",),
        usage="registry-signed",
    ),
    AccessMethod(
        id="registry-mcp-anonymous",
        target="registry",
        entrance="registry",
        auth="none",
        probe="registry_mcp:anonymous",
        control=True,
        counterparts=("registry-mcp-jwt", "registry-mcp-sigv4"),
    ),
    AccessMethod(
        id="registry-mcp-jwt-forged",
        target="registry",
        entrance="registry",
        auth="forged-jwt",
        probe="registry_mcp:forged",
        control=True,
        counterparts=("registry-mcp-jwt",),
    ),
)
