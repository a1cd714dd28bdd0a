"""The command entrance of a Runtime: InvokeAgentRuntimeCommand without a command, so that nothing can run."""

from __future__ import annotations

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import runtime_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.single_call import send_signed, send_with_token

_WITHOUT_COMMAND = b"{}"
"""Never with `command`: an accepted one would run in the agent's microVM."""


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With a bearer token."""
    return send_with_token(context, transport, _request(context))


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With a signature; boto3 would not send a request without a command."""
    return send_signed(context, transport, _request(context))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """Without a credential."""
    return send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """With a forged token, which also shows whether the service looks at the body first."""
    return send_forged(context, transport, _controlled(context))


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "runtime-command", lambda step: _request(context, step or "command"), lambda: (), is_pair=True
    )


def _request(context: ProbeContext, step: str = "command") -> Outgoing:
    runtime = context.environment.runtime
    assert runtime is not None  # run_probe has checked that there is a Runtime
    return Outgoing(
        step,
        runtime_url(context.runtime_base, runtime, path="commands"),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/vnd.amazon.eventstream",
            SESSION_HEADER: context.session,
        },
        body=_WITHOUT_COMMAND,
    )
