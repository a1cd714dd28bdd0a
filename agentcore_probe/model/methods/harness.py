"""The entrance of a harness: InvokeHarness, whose agent runs and costs a model's tokens once a call is accepted."""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="harness",
        target="harness",
        actions=("InvokeHarness", "InvokeAgentRuntime"),
        effect="tokens",
        requests=6,
        caller_requests=1,
        on_request=True,
    ),
)

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="harness-jwt",
        target="harness",
        entrance="harness",
        auth="jwt",
        probe="harness:jwt",
        for_callers=True,
        counterparts=("harness-sigv4",),
        usage="harness-curl",
    ),
    AccessMethod(
        id="harness-sigv4",
        target="harness",
        entrance="harness",
        auth="sigv4",
        probe="harness:sigv4",
        for_callers=True,
        counterparts=("harness-jwt",),
        usage="harness-signed",
    ),
    AccessMethod(
        id="harness-anonymous",
        target="harness",
        entrance="harness",
        auth="none",
        probe="harness:anonymous",
        control=True,
        counterparts=("harness-jwt", "harness-sigv4"),
    ),
    AccessMethod(
        id="harness-jwt-forged",
        target="harness",
        entrance="harness",
        auth="forged-jwt",
        probe="harness:forged",
        control=True,
        counterparts=("harness-jwt",),
    ),
)
