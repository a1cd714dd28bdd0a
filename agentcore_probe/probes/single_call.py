"""Probes of entrances that one genuine call shows: it is sent with the token, or signed, if the run has what that needs."""

from __future__ import annotations

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.preconditions import needs_aws, needs_token


def send_with_token(context: ProbeContext, transport: Transport, call: Outgoing) -> Result:
    """Sends a call with the login's access token.

    Args:
        context: the run's shared facts.
        transport: sends the call and keeps the exchange.
        call: without a credential.
    """
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    transport.send(BearerCaller(tokens.access).equip(call))
    return Result()


def send_signed(context: ProbeContext, transport: Transport, call: Outgoing) -> Result:
    """Sends a call with a signature in its headers.

    Args:
        context: the run's shared facts.
        transport: sends the call and keeps the exchange.
        call: without a credential.
    """
    missing = needs_aws(context)
    if missing is not None:
        return missing
    transport.send(SigningCaller(context.aws).equip(call))
    return Result()
