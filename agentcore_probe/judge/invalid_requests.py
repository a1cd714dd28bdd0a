"""Requests that are invalid on purpose, so that nothing runs, and what the answer about them shows (docs/agentcore.md section 11.0).

Whoever learns that a request is invalid was let in, unless the service tells everybody. In which order it checks is not
known, so the run's controls decide: the same request with a forged token, with none, and with a credential of the kind that
the deployed authorizer never takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.methods import entrance_of, method
from agentcore_probe.model.methods.method import AccessMethod

_CONTENT_CODES = frozenset({-32006, -32010, -32052, -32055})
"""ValidationException and RuntimeClientError inside a JSON-RPC answer (docs/agentcore.md section 2.1)."""

NOT_THE_REQUEST = (
    r"MMDSv2|session.?id|\bregions?\b|not (?:yet )?(?:available|supported|enabled|ready)\b|\bREADY\b"
)
"""Words of a 400 about something else than what the request lacks: the session, the agent's state, the feature."""


def row_of(case: Case) -> AccessMethod | None:
    """The access method of a call that is invalid on purpose; None for any other exchange."""
    row = method(case.exchange.id.rpartition("/")[0])
    return row if row is not None and entrance_of(row).invalid_on_purpose else None


def is_about_content(case: Case) -> bool:
    """Whether the service answers a request that is invalid on purpose that it is invalid."""
    answer = case.answer
    if row_of(case) is None or answer.from_aws is False:
        return False
    if answer.status == 424 or (case.code is not None and case.code in _CONTENT_CODES):
        return True
    return answer.status == 400 and (answer.is_type("Validation") or not answer.error_type)


def is_unmarked_refusal(case: Case) -> bool:
    """Whether a genuine call got a 401 or 403 without any mark or word of AgentCore's.

    That these entrances refuse is what is wanted of them, so somebody in front of one caller must not be taken for it.
    """
    answer = case.answer
    is_marked = answer.from_aws is not None or bool(answer.error_type) or answer.rpc_code is not None
    return row_of(case) is not None and not (case.is_control or is_marked or answer.challenged)


def decision_on_content(case: Case) -> Decision | None:
    """What such an answer shows: an acceptance, or nothing where a control got one, too; None for any other answer.

    A forged token that is refused shows that tokens are checked first: an equal call without one was then let in.
    """
    if not is_about_content(case):
        return None
    # Without AWS's marks and a type, a server in front of AgentCore may dislike the request as well.
    if case.answer.from_aws is None and not case.answer.error_type:
        return "undecided"
    if _is_control(case) and not (case.is_control and case.exchange.forged is None):
        return "undecided"
    if _refuses_forged(case):
        return "accepted"
    return "undecided" if case.is_control or control_with_such_answer(case) else "accepted"


def _refuses_forged(case: Case) -> bool:
    """Whether the same request with a forged token was refused."""
    return any(
        other.forged is not None and answer.status in (401, 403) and answer.from_aws is not False
        for other in controls_of(case)
        for answer in (Case(other, case.configuration).answer,)
    )


def control_with_such_answer(case: Case) -> Exchange | None:
    """A control of the run, of the same entrance, whose answer is that its request is invalid."""
    controls = controls_of(case)
    return next((other for other in controls if is_about_content(Case(other, case.configuration))), None)


def controls_of(case: Case) -> Iterator[Exchange]:
    """The run's controls of the same entrance that got an answer."""
    row = row_of(case)
    if row is None:
        return
    controls = case.related.once(("controls", row.entrance), lambda: _controls(case, row.entrance))
    yield from (other for other in controls if other.id != case.exchange.id)


def _controls(case: Case, entrance: str) -> tuple[Exchange, ...]:
    return tuple(
        other
        for other in case.related
        if other.response is not None
        and (row := method(other.id.rpartition("/")[0])) is not None
        and row.entrance == entrance
        and _is_control(Case(other, case.configuration))
    )


def _is_control(case: Case) -> bool:
    """Whether the deployed authorizer cannot let the caller in: a control, or a credential of another kind than it takes."""
    authorizer = case.configuration.authorizer(case.service)
    never_taken = {"CUSTOM_JWT": "sigv4", "AWS_IAM": "bearer"}.get(authorizer.type) if authorizer else None
    return case.is_control or case.auth == never_taken
