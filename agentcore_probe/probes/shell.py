"""The shell entrance of a Runtime: a handshake with an impossible shell id, so that no shell is opened."""

from __future__ import annotations

from agentcore_probe.access.credentials import SubprotocolBearer
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import ProbeContext, Result
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.preconditions import needs_token
from agentcore_probe.probes.single_call import send_signed
from agentcore_probe.probes.websocket import SubprotocolCaller, handshake

_IMPOSSIBLE = "&shellId=%21"
"""`!`: a shell id has letters, digits, `_` and `-` only."""


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With the token as a subprotocol, the only documented form."""
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    if not SubprotocolBearer(tokens.access).fits:
        return Result(not_applicable="token-too-long-for-subprotocol")
    transport.send(SubprotocolCaller(tokens.access).equip(_handshake(context)))
    return Result()


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With a signature in headers."""
    return send_signed(context, transport, _handshake(context))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """Without a credential."""
    return send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """With a forged token, which also shows whether the service looks at the shell id first."""
    return send_forged(context, transport, _controlled(context))


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "runtime-shell",
        lambda step: _handshake(context, step or "handshake"),
        lambda: (),
        is_pair=True,
        bearer=SubprotocolCaller,
    )


def _handshake(context: ProbeContext, step: str = "handshake") -> Outgoing:
    return handshake(context, "ws/shells", step, query=_IMPOSSIBLE)
