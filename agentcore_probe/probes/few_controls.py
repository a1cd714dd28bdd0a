"""The controls of an entrance on request: one kind of each, before and after an accepted call.

Every kind is sent to the two entrances of every run (`probes.controls`); the authorizer behind the others is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.exchange import Phase
from agentcore_probe.probes.context import BearerCaller, ProbeContext, Result
from agentcore_probe.probes.controls import anonymous_call
from agentcore_probe.probes.preconditions import needs_token

Build = Callable[[str | None], Outgoing]
"""Makes the request of a control, without a credential, under a step (None: the usual one)."""


def send_one_anonymous(context: ProbeContext, transport: Transport, row: str, build: Build) -> Result:
    """Two calls without a credential.

    Args:
        context: the run's shared facts.
        transport: sends the requests.
        row: the control's id.
        build: makes the request.
    """
    return _send_twice(context, transport, row, lambda phase: anonymous_call(build(None), phase))


def send_one_forged(context: ProbeContext, transport: Transport, row: str, build: Build) -> Result:
    """Two calls with a token that another key has signed.

    Args:
        context: the run's shared facts.
        transport: sends the requests.
        row: the control's id.
        build: makes the request.
    """
    try:
        # Imported here: cryptography takes 50 ms, and only this probe needs it.
        from agentcore_probe.probes.forgery import foreign_key_forgery, forge

        tokens = needs_token(context)
        if isinstance(tokens, Result):
            return tokens
        forgery = foreign_key_forgery(tokens.access)
        token = forge(forgery, tokens.access, {}) if forgery is not None else None
        if forgery is None or token is None:
            return Result(not_tried="token-malformed")
        caller, step = BearerCaller(token, forgery.id), f"forged: {forgery.id}"
        return _send_twice(
            context, transport, row, lambda phase: replace(caller.equip(build(step)), phase=phase)
        )
    finally:
        context.gate.first_was_sent(row)


def _send_twice(
    context: ProbeContext, transport: Transport, row: str, equip: Callable[[Phase | None], Outgoing]
) -> Result:
    try:
        first = transport.send(equip("before"))
    finally:
        context.gate.first_was_sent(row)
    if context.gate.wait_for_counterpart(row) and first.response is not None:
        transport.send(equip("after"))
    return Result()
