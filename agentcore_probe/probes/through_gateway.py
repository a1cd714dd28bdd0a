"""The Runtime through its Gateway: the payload of the direct call, sent to the Gateway's target."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import gateway_target_url, runtime_headers, runtime_payload
from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.single_call import send_signed, send_with_token


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """The invocation with a bearer token."""
    return _with_protocol(context, send_with_token(context, transport, _invocation(context)))


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """The invocation, signed."""
    return _with_protocol(context, send_signed(context, transport, _invocation(context)))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The invocation without a credential."""
    return send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """The invocation with a forged token."""
    return send_forged(context, transport, _controlled(context))


def _with_protocol(context: ProbeContext, result: Result) -> Result:
    """The result of a call that was sent, with the Runtime's protocol."""
    return result if result.not_tried is not None else replace(result, facts={"protocol": context.protocol})


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "gateway-to-runtime", lambda step: _invocation(context, step), tuple, is_pair=True
    )


def _invocation(context: ProbeContext, step: str | None = None) -> Outgoing:
    """The invocation of the Runtime through the Gateway, without a credential."""
    url, target, runtime = context.gateway_url, context.runtime_target, context.environment.runtime
    assert url is not None
    assert target is not None  # run_probe has checked that there are both
    return Outgoing(
        step or "invoke",
        gateway_target_url(url, target, "/invocations"),
        headers=runtime_headers(context.protocol),
        body=runtime_payload(context.protocol, runtime.payload if runtime is not None else None),
    )
