"""The HTTP service behind a Gateway's passthrough target: the request that the environment file calls harmless."""

from __future__ import annotations

import json

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import gateway_target_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous
from agentcore_probe.probes.single_call import send_signed, send_with_token


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """The request with a bearer token."""
    return send_with_token(context, transport, _request(context))


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """The request, signed."""
    return send_signed(context, transport, _request(context))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The request without a credential."""
    return send_anonymous(context, transport, _controlled(context))


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget("gateway-passthrough", lambda step: _request(context, step), tuple, is_pair=True)


def _request(context: ProbeContext, step: str | None = None) -> Outgoing:
    url, gateway = context.gateway_url, context.environment.gateway
    assert url is not None
    assert gateway is not None
    call = gateway.passthrough
    assert call is not None  # run_probe has checked that the file names it
    headers = {"Accept": "*/*", **({"Content-Type": "application/json"} if call.body is not None else {})}
    return Outgoing(
        step or "call",
        gateway_target_url(url, call.target, call.path),
        method=call.method,
        headers=headers,
        body=None if call.body is None else json.dumps(call.body).encode(),
    )
