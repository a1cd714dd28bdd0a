"""The endpoint of a Runtime's session, which serves the ports of `allowedPorts` (docs/agentcore.md section 11.4).

Its URL comes with an accepted invocation of the same run.
"""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-session-endpoint",
        target="runtime",
        actions=("InvokeAgentRuntimeProxy",),
        effect="session",
        requests=6,  # two genuine calls, each repeated, and two without a credential
        on_request=True,
        beside=("runtime-jwt", "runtime-sigv4"),
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-session-endpoint-jwt",
        target="runtime",
        entrance="runtime-session-endpoint",
        auth="jwt",
        probe="session_endpoint:jwt",
        counterparts=("runtime-session-endpoint-sigv4",),
    ),
    AccessMethod(
        id="runtime-session-endpoint-sigv4",
        target="runtime",
        entrance="runtime-session-endpoint",
        auth="sigv4",
        probe="session_endpoint:sigv4",
        counterparts=("runtime-session-endpoint-jwt",),
    ),
    AccessMethod(
        id="runtime-session-endpoint-anonymous",
        target="runtime",
        entrance="runtime-session-endpoint",
        auth="none",
        probe="session_endpoint:anonymous",
        control=True,
        counterparts=("runtime-session-endpoint-jwt", "runtime-session-endpoint-sigv4"),
    ),
)
