"""The entrances behind a Gateway's targets: the Runtime, and any other HTTP service (docs/agentcore.md sections 11.10, 11.11)."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

TO_RUNTIME = "gateway-to-runtime"
PASSTHROUGH = "gateway-passthrough"

ENTRANCES = (
    Entrance(
        id=TO_RUNTIME,
        target="gateway",
        # With CALLER_IAM_CREDENTIALS, the caller needs InvokeAgentRuntime as well; with GATEWAY_IAM_ROLE, the role does.
        actions=("InvokeGateway",),
        effect="session",
        requests=8,
        caller_requests=1,
        on_request=True,
    ),
    Entrance(
        id=PASSTHROUGH,
        target="gateway",
        actions=("InvokeGateway",),
        effect="none",
        requests=6,
        caller_requests=1,
        on_request=True,
    ),
)
"""Each genuine call is sent and repeated once, each control before and after an accepted call."""

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="gateway-to-runtime-jwt",
        target="gateway",
        entrance=TO_RUNTIME,
        auth="jwt",
        probe="through_gateway:jwt",
        for_callers=True,
        counterparts=("gateway-to-runtime-sigv4",),
        usage="gateway-to-runtime-curl",
    ),
    AccessMethod(
        id="gateway-to-runtime-sigv4",
        target="gateway",
        entrance=TO_RUNTIME,
        auth="sigv4",
        probe="through_gateway:sigv4",
        for_callers=True,
        counterparts=("gateway-to-runtime-jwt",),
        usage="gateway-to-runtime-aws",
    ),
    AccessMethod(
        id="gateway-to-runtime-anonymous",
        target="gateway",
        entrance=TO_RUNTIME,
        auth="none",
        probe="through_gateway:anonymous",
        control=True,
        counterparts=("gateway-to-runtime-jwt", "gateway-to-runtime-sigv4"),
    ),
    AccessMethod(
        id="gateway-to-runtime-jwt-forged",
        target="gateway",
        entrance=TO_RUNTIME,
        auth="forged-jwt",
        probe="through_gateway:forged",
        control=True,
        counterparts=("gateway-to-runtime-jwt",),
    ),
    AccessMethod(
        id="gateway-passthrough-jwt",
        target="gateway",
        entrance=PASSTHROUGH,
        auth="jwt",
        probe="passthrough:jwt",
        for_callers=True,
        counterparts=("gateway-passthrough-sigv4",),
        usage="gateway-passthrough-curl",
    ),
    AccessMethod(
        id="gateway-passthrough-sigv4",
        target="gateway",
        entrance=PASSTHROUGH,
        auth="sigv4",
        probe="passthrough:sigv4",
        for_callers=True,
        counterparts=("gateway-passthrough-jwt",),
        usage="gateway-passthrough-curl",
    ),
    AccessMethod(
        id="gateway-passthrough-anonymous",
        target="gateway",
        entrance=PASSTHROUGH,
        auth="none",
        probe="passthrough:anonymous",
        control=True,
        counterparts=("gateway-passthrough-jwt", "gateway-passthrough-sigv4"),
    ),
)

GENUINE_TO_RUNTIME = ("gateway-to-runtime-jwt", "gateway-to-runtime-sigv4")
"""The genuine calls that reach the Runtime through its Gateway."""
