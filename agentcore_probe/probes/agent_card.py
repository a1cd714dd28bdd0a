"""The agent card of an A2A Runtime, and the smallest message in the version that the card names."""

from __future__ import annotations

import json
from http import HTTPStatus

from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.protocol import A2A_VERSIONS, a2a_message, runtime_url
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.a2a import card_version, is_card
from agentcore_probe.model.environment import RuntimeTarget
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result, SigningCaller
from agentcore_probe.probes.controls import ControlledTarget, send_anonymous, send_forged
from agentcore_probe.probes.preconditions import needs_aws, needs_token

_CARD = "invocations/.well-known/agent-card.json"
_OTHER_PROTOCOL = Result(not_applicable="not-a2a")


def jwt(context: ProbeContext, transport: Transport) -> Result:
    """With a bearer token."""
    if context.protocol != "A2A":
        return _OTHER_PROTOCOL
    tokens = needs_token(context)
    if isinstance(tokens, Result):
        return tokens
    return _read_and_send(context, transport, BearerCaller(tokens.access))


def sigv4(context: ProbeContext, transport: Transport) -> Result:
    """With signatures."""
    if context.protocol != "A2A":
        return _OTHER_PROTOCOL
    missing = needs_aws(context)
    if missing is not None:
        return missing
    return _read_and_send(context, transport, SigningCaller(context.aws))


def anonymous(context: ProbeContext, transport: Transport) -> Result:
    """The card without a credential."""
    if context.protocol != "A2A":
        return _OTHER_PROTOCOL
    return send_anonymous(context, transport, _controlled(context))


def forged(context: ProbeContext, transport: Transport) -> Result:
    """The card with a forged token."""
    if context.protocol != "A2A":
        return _OTHER_PROTOCOL
    return send_forged(context, transport, _controlled(context))


def _read_and_send(context: ProbeContext, transport: Transport, caller: Caller) -> Result:
    """Reads the card and sends the message, unless no card came, or to a caller who should not have got it."""
    exchange = transport.send(caller.equip(_card(context)))
    response = exchange.response
    is_answered = response is not None and response.status == HTTPStatus.OK and is_card(response.body)
    if response is None or not is_answered or not _is_meant(exchange, context):
        return Result()
    version = card_version(response.body) or A2A_VERSIONS[0]
    transport.send(caller.equip(_message(context, version)))
    return Result({"protocol": "A2A", "version": version})


def _is_meant(exchange: Exchange, context: ProbeContext) -> bool:
    """Whether the deployed authorizer takes this kind of credential, as far as it is known."""
    authorizer = context.configuration.authorizer("runtime")
    takes = {"CUSTOM_JWT": "bearer", "AWS_IAM": "sigv4"}
    return authorizer is None or takes.get(authorizer.type) in (None, exchange.request.auth)


def _controlled(context: ProbeContext) -> ControlledTarget:
    return ControlledTarget(
        "runtime-agent-card", lambda step: _card(context, step or "agent card"), lambda: (), is_pair=True
    )


def _card(context: ProbeContext, step: str = "agent card") -> Outgoing:
    return Outgoing(
        step,
        runtime_url(context.runtime_base, _target(context), path=_CARD),
        method="GET",
        headers={"Accept": "application/json", SESSION_HEADER: context.session},
    )


def _message(context: ProbeContext, version: str) -> Outgoing:
    message = a2a_message(version)
    return Outgoing(
        message["method"],
        runtime_url(context.runtime_base, _target(context)),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json",
            SESSION_HEADER: context.session,
            **({"A2A-Version": version} if version != A2A_VERSIONS[0] else {}),
        },
        body=json.dumps(message).encode(),
    )


def _target(context: ProbeContext) -> RuntimeTarget:
    assert context.environment.runtime is not None  # run_probe has checked that there is a Runtime
    return context.environment.runtime
