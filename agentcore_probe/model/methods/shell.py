"""The shell entrance of a Runtime: who may open a shell in the agent's microVM (docs/agentcore.md section 11.3).

Nobody, unless the environment file says otherwise. The handshake names an impossible shell id, so that no shell is opened;
that the service says so shows that it let the caller in.
"""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-shell",
        target="runtime",
        actions=("InvokeAgentRuntimeCommandShell",),
        effect="session",
        requests=8,  # two genuine handshakes, each repeated, and two of each control
        caller_requests=1,
        invalid_on_purpose=True,
        beside=("runtime-shell-anonymous", "runtime-shell-jwt-forged"),
        on_request=True,
    ),
)

_INVOCATIONS = ("runtime-jwt", "runtime-sigv4")
"""That these are accepted shows that the Runtime does not refuse everybody; nobody need be accepted here."""

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-shell-jwt",
        target="runtime",
        entrance="runtime-shell",
        auth="jwt",
        probe="shell:jwt",
        meant="refused",
        for_callers=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-shell-sigv4",
        target="runtime",
        entrance="runtime-shell",
        auth="sigv4",
        probe="shell:sigv4",
        meant="refused",
        for_callers=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-shell-anonymous",
        target="runtime",
        entrance="runtime-shell",
        auth="none",
        probe="shell:anonymous",
        control=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-shell-jwt-forged",
        target="runtime",
        entrance="runtime-shell",
        auth="forged-jwt",
        probe="shell:forged",
        control=True,
        counterparts=("runtime-jwt",),
    ),
)
