"""The Gateway's tools under its policy engine: each tool by each identity."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance
from agentcore_probe.model.policy_engine import MAX_TOOLS

POLICY = "gateway-policy"
_CONVERSATION = 5
"""The handshake with its notification, two counted pages of tools, and the first request repeated."""

ENTRANCES = (
    Entrance(
        id=POLICY,
        target="gateway",
        actions=("InvokeGateway",),
        effect="none",
        requests=2 * (_CONVERSATION + MAX_TOOLS),
        caller_requests=_CONVERSATION + MAX_TOOLS,
        on_request=True,
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="gateway-policy-jwt",
        target="gateway",
        entrance=POLICY,
        auth="jwt",
        probe="policy:jwt",
        for_callers=True,
        counterparts=("gateway-policy-sigv4", "gateway-sigv4"),
    ),
    AccessMethod(
        id="gateway-policy-sigv4",
        target="gateway",
        entrance=POLICY,
        auth="sigv4",
        probe="policy:sigv4",
        for_callers=True,
        counterparts=("gateway-policy-jwt", "gateway-jwt"),
    ),
)
