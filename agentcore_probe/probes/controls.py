"""The calls that a target must refuse: without a credential, with forged tokens, with an ID token.

One call of each kind is sent before the genuine calls, all after one of these was accepted (`probes.gate`). One of each
kind goes on to the later steps of a conversation, since a target may check its first step only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from agentcore_probe.access.credentials import InvalidAuthorization
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.flows.flow import Tokens
from agentcore_probe.judge.decision import combined_decision
from agentcore_probe.model.exchange import Phase
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES, AnonymousControl, Forgery
from agentcore_probe.model.token import MARGIN_SECONDS, unverified_facts
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, Result
from agentcore_probe.probes.preconditions import id_token_caller, needs_token
from agentcore_probe.secret import Secret


@dataclass(frozen=True)
class ControlledTarget:
    """How controls call a target."""

    name: str
    """What the ids of its access methods begin with: `gateway`, `runtime`, or an entrance."""
    first: Callable[[str | None], Outgoing]
    """The first request, without a credential, under a step (None: the usual one)."""
    later: Callable[[], tuple[Outgoing, ...]]
    """The requests that a caller sends who leaves out the first one; none where the first does it all."""
    bearer: Callable[[Secret, str], Caller] = BearerCaller
    """The caller who sends a forged token."""
    further_bearers: tuple[Callable[[Secret, str], Caller], ...] = ()
    """Callers who send it in other forms, each read by other code of the entrance; once each, after the accepted call."""
    is_pair: bool = False
    """Whether one control of each kind is enough, before and after the accepted call: the authorizer's verifier is that of
    the invocations, which get all of them."""


def send_anonymous(context: ProbeContext, transport: Transport, target: ControlledTarget) -> Result:
    """Calls without a credential, and with what is none.

    Args:
        context: the run's shared facts.
        transport: sends the requests.
        target: what is called.
    """
    row = f"{target.name}-anonymous"
    others = ANONYMOUS_CONTROLS[1:]
    try:
        transport.send(anonymous_call(target.first(None), "before"))
    finally:
        context.gate.first_was_sent(row)
    phase = _phase(context, row)
    ended = _send_deep(context, transport, target, lambda outgoing: anonymous_call(outgoing, phase))
    if target.is_pair:
        return Result()
    if ended is None and context.controls == "all":
        transport.send_all([_anonymous(target.first(None), control, phase) for control in others])
        return Result()
    reason = ended or "few-controls"
    return Result({"untried": {control.id: reason for control in others}})


def send_forged(context: ProbeContext, transport: Transport, target: ControlledTarget) -> Result:
    """Calls with forged tokens, and with a genuine one that has expired, if the environment has one.

    Args:
        context: the run's shared facts.
        transport: sends the requests.
        target: what is called.
    """
    row = f"{target.name}-jwt-forged"
    try:
        # Imported here: cryptography takes 50 ms, and only this probe needs it.
        from agentcore_probe.probes.forgery import foreign_key_forgery, forge, prepare_key

        if context.environment.identity is not None:
            prepare_key()
        tokens = needs_token(context)
        if isinstance(tokens, Result):
            return tokens
        first = foreign_key_forgery(tokens.access)
        token = forge(first, tokens.access, {}) if first is not None else None
        if first is None or token is None:
            return Result(not_tried="token-malformed")
        transport.send(_forged(target, first, token, "before"))
    finally:
        context.gate.first_was_sent(row)
    phase = _phase(context, row)
    caller = target.bearer(token, first.id)

    def deep(outgoing: Outgoing) -> Outgoing:
        return replace(caller.equip(outgoing), phase=phase)

    ended = _send_deep(context, transport, target, deep, step=f"forged: {first.id}")
    if ended is None:
        for bearer in target.further_bearers:
            outgoing = bearer(token, first.id).equip(target.first(f"forged: {first.id}"))
            transport.send(replace(outgoing, phase=phase))
    if target.is_pair:
        return Result()
    untried: dict[str, str] = {}
    requests = []
    for forgery, forged_token in _forged_tokens(context, tokens, first, untried):
        requests.append(_forged(target, forgery, forged_token, phase))
    requests += _expired(context, target, phase, untried)
    if ended is None:
        transport.send_all(requests)
    else:
        untried |= dict.fromkeys((request.forged or "expired" for request in requests), ended)
    return Result({"untried": untried} if untried else {})


def send_id_token(context: ProbeContext, transport: Transport, target: ControlledTarget) -> Result:
    """Calls with the ID token of the same login.

    Args:
        context: the run's shared facts.
        transport: sends the requests.
        target: what is called.
    """
    caller = id_token_caller(context)
    if isinstance(caller, Result):
        return caller
    bearer = caller
    phase = _phase(context, f"{target.name}-jwt-id-token")

    def deep(outgoing: Outgoing) -> Outgoing:
        return replace(bearer.equip(outgoing), control="id-token", phase=phase)

    _send_deep(context, transport, target, deep)
    return Result()


def _phase(context: ProbeContext, row: str) -> Phase | None:
    return "after" if context.gate.wait_for_counterpart(row) else None


def anonymous_call(outgoing: Outgoing, phase: Phase | None) -> Outgoing:
    """`outgoing` as the control without any credential.

    Args:
        outgoing: a request without a credential.
        phase: whether it is sent before or after an accepted call.
    """
    return _anonymous(outgoing, ANONYMOUS_CONTROLS[0], phase)


def _anonymous(outgoing: Outgoing, control: AnonymousControl, phase: Phase | None) -> Outgoing:
    equipped = Caller().equip(outgoing)
    if control.authorization is not None:
        equipped = replace(equipped, credential=InvalidAuthorization(control.authorization))
    return replace(equipped, control=control.id, phase=phase)


def _forged(target: ControlledTarget, forgery: Forgery, token: Secret, phase: Phase | None) -> Outgoing:
    outgoing = target.first(f"forged: {forgery.id}")
    return replace(target.bearer(token, forgery.id).equip(outgoing), phase=phase)


def _send_deep(
    context: ProbeContext,
    transport: Transport,
    target: ControlledTarget,
    equip: Callable[[Outgoing], Outgoing],
    step: str | None = None,
) -> str | None:
    """Sends the first request, and the later ones unless it was accepted, which shows all that they could show.

    Returns:
        Why no more controls are sent: without an answer, they would only wait as long. None where there was one.
    """
    exchange = transport.send(equip(target.first(step)))
    if exchange.response is None:
        return "no-answer" if exchange.was_sent else "request-limit"
    if combined_decision((exchange,), context.configuration) != "accepted":
        for outgoing in target.later():
            transport.send(equip(outgoing))
    return None


def _forged_tokens(
    context: ProbeContext, tokens: Tokens, first: Forgery, untried: dict[str, str]
) -> Iterator[tuple[Forgery, Secret]]:
    """The other forgeries that fit the token; those that cannot be made are added to `untried`."""
    from agentcore_probe.probes.forgery import fits, forge

    public_keys = context.public_keys()
    for forgery in _other_forgeries(first):
        if not fits(forgery, tokens.access):
            continue
        if context.controls == "few" and forgery.level == "all":
            untried[forgery.id] = "few-controls"
            continue
        token = forge(forgery, tokens.access, public_keys)
        if token is None:
            untried[forgery.id] = "no-matching-key" if public_keys else "no-public-key"
        else:
            yield forgery, token


def _other_forgeries(first: Forgery) -> Iterable[Forgery]:
    return (forgery for forgery in FORGERIES if forgery is not first)


def _expired(
    context: ProbeContext, target: ControlledTarget, phase: Phase | None, untried: dict[str, str]
) -> list[Outgoing]:
    """The call with a genuine token that has expired; a token that may be valid is not sent."""
    token = context.expired_token
    reason = "no-expired-token" if token is None else _why_not_expired(token)
    if token is None or reason is not None:
        untried["expired"] = reason or "no-expired-token"
        return []
    outgoing = BearerCaller(token).equip(target.first(None))
    return [replace(outgoing, control="expired", phase=phase)]


def _why_not_expired(token: Secret) -> str | None:
    """Why an acceptance of `token` would show nothing about `exp`: a reason id; None where it has expired.

    A token that expired just now may still be accepted because of the tolerance that verifiers grant.
    """
    facts = unverified_facts(token.reveal())
    expiry = facts.claims.get("exp")
    if facts.unparsable is not None or isinstance(expiry, bool) or not isinstance(expiry, int | float):
        return "token-unreadable"
    return None if expiry <= time.time() - MARGIN_SECONDS else "token-not-expired"
