"""The command entrance of a Runtime: who may run commands in the agent's microVM (docs/agentcore.md section 11.2).

Nobody, unless the environment file says otherwise. The request lacks the command, so that the service has nothing to run;
that it says so shows that it let the caller in.
"""

from __future__ import annotations

from agentcore_probe.model.methods.method import AccessMethod, Entrance

ENTRANCES = (
    Entrance(
        id="runtime-command",
        target="runtime",
        actions=("InvokeAgentRuntimeCommand",),
        effect="none",
        requests=8,  # two genuine calls, each repeated, and two of each control
        caller_requests=1,
        on_request=True,
        invalid_on_purpose=True,
        beside=("runtime-command-anonymous", "runtime-command-jwt-forged"),
    ),
)

_INVOCATIONS = ("runtime-jwt", "runtime-sigv4")
"""That these are accepted shows that the Runtime does not refuse everybody; nobody need be accepted here."""

METHODS: tuple[AccessMethod, ...] = (
    AccessMethod(
        id="runtime-command-jwt",
        target="runtime",
        entrance="runtime-command",
        auth="jwt",
        probe="command:jwt",
        meant="refused",
        for_callers=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-command-sigv4",
        target="runtime",
        entrance="runtime-command",
        auth="sigv4",
        probe="command:sigv4",
        meant="refused",
        for_callers=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-command-anonymous",
        target="runtime",
        entrance="runtime-command",
        auth="none",
        probe="command:anonymous",
        control=True,
        counterparts=_INVOCATIONS,
    ),
    AccessMethod(
        id="runtime-command-jwt-forged",
        target="runtime",
        entrance="runtime-command",
        auth="forged-jwt",
        probe="command:forged",
        control=True,
        counterparts=("runtime-jwt",),
    ),
)
