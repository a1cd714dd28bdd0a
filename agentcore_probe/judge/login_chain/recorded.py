"""The steps of a login that a record has (`probes.mcp_login`): what a person's login has shown needs no forecast."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from agentcore_probe.judge.login_chain.reasons import StepReason
from agentcore_probe.judge.login_chain.situation import Target
from agentcore_probe.judge.login_chain.stop import printable
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.login_chain import LoginStep, StepId
from agentcore_probe.model.methods import documented_call
from agentcore_probe.model.record import RunRecord


def with_recorded_login(
    steps: tuple[LoginStep, ...], record: RunRecord, target: Target
) -> tuple[LoginStep, ...]:
    """The steps, of which those are passed that the record's login has passed; what only some clients refuse stays.

    Args:
        steps: as the documents show them.
        record: the run's facts.
        target: the target.
    """
    passed = {step.step: step for step in _passed(record, target)}
    return tuple(step if _stays(step) else passed.get(step.step, step) for step in steps)


def _stays(step: LoginStep) -> bool:
    """Whether a step is one that an accepted token does not refute: an agent of another protocol takes tokens, too."""
    return step.result == "warning" or step.reason == "protocol-not-mcp"


def _passed(record: RunRecord, target: Target) -> Iterator[LoginStep]:
    """What the login has passed; nothing in a run that only used an identity, perhaps at another issuer."""
    method = documented_call(target, "jwt").id
    call = record.observation(method)
    if record.provenance.only != method or call is None:
        return
    returned = _last(record, "authorization")
    if returned is None or not _parameter(_location(returned), "code"):
        return
    client = _parameter(returned.request.url, "client_id") or "none"
    yield _step("client-identity", "client-used", returned, client=client)
    token = _last(record, "token")
    if token is None:  # the code was not used, for example because of iss
        return
    yield _step("authorization", "logged-in", returned, url=_without_query(returned))
    if token.response is None or token.response.status != HTTPStatus.OK:
        return
    yield _step("token", "token-issued", token, url=_without_query(token))
    if call.decision == "accepted":
        accepted = record.exchange(call.exchanges[-1]) if call.exchanges else None
        yield _step("call", "call-accepted", accepted)


def _step(step: StepId, reason: StepReason, exchange: Exchange | None, **values: str) -> LoginStep:
    return LoginStep(
        step=step,
        result="passed",
        reason=reason,
        values={name: printable(value) for name, value in values.items()},
        evidence=(exchange.id,) if exchange is not None else (),
    )


def _last(record: RunRecord, step: str) -> Exchange | None:
    return next((exchange for exchange in reversed(record.exchanges) if exchange.step == step), None)


def _location(exchange: Exchange) -> str:
    return (exchange.response.header("location") if exchange.response is not None else None) or ""


def _without_query(exchange: Exchange) -> str:
    return exchange.request.url.partition("?")[0]


def _parameter(url: str, name: str) -> str | None:
    try:
        return parse_qs(urlsplit(url).query).get(name, [None])[0]
    except ValueError:
        return None
