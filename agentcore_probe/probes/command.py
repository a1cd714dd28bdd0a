"""The command entrance of a Runtime: InvokeAgentRuntimeCommand without a command, so that nothing can run."""

from __future__ import annotations

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import runtime_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.preconditions import needs_aws, needs_token

_WITHOUT_COMMAND = b"{}"
"""Never with `command`: an accepted one would run in the agent's microVM."""


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With a bearer token."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    transport.send(BearerCaller(tokens.access).equip(_request(context)))
    return Result()


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With a signature; boto3 would not send a request without a command."""
    missing = needs_aws(context)
    if missing is not None:
        return missing
    transport.send(SigningCaller(context.aws).equip(_request(context)))
    return Result()


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
