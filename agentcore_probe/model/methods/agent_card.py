"""The agent card of an A2A Runtime: what the agent says of itself, and the message in the version that it names.

See docs/agentcore.md, section 11.6.
"""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-agent-card",
        target="runtime",
        actions=("GetAgentCard", "InvokeAgentRuntime"),
        effect="session",
        requests=10,  # two genuine callers, each a card, a message and a card again, and two of each control
        caller_requests=2,
        on_request=True,
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-agent-card-jwt",
        target="runtime",
        entrance="runtime-agent-card",
        auth="jwt",
        probe="agent_card:jwt",
        for_callers=True,
        counterparts=("runtime-agent-card-sigv4",),
        usage="runtime-card-curl",
    ),
    AccessMethod(
        id="runtime-agent-card-sigv4",
        target="runtime",
        entrance="runtime-agent-card",
        auth="sigv4",
        probe="agent_card:sigv4",
        for_callers=True,
        counterparts=("runtime-agent-card-jwt",),
        usage="runtime-card-aws",
    ),
    AccessMethod(
        id="runtime-agent-card-anonymous",
        target="runtime",
        entrance="runtime-agent-card",
        auth="none",
        probe="agent_card:anonymous",
        control=True,
        counterparts=("runtime-agent-card-jwt", "runtime-agent-card-sigv4"),
    ),
    AccessMethod(
        id="runtime-agent-card-jwt-forged",
        target="runtime",
        entrance="runtime-agent-card",
        auth="forged-jwt",
        probe="agent_card:forged",
        control=True,
        counterparts=("runtime-agent-card-jwt",),
    ),
)
