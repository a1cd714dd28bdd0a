"""One row of the report: what an access method should have got, what it got, and why."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from agentcore_probe.judge.asked_again import asked_again
from agentcore_probe.judge.aws_login import diagnose_aws_login
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.oauth_metadata import (
    deciding,
    intended_documents,
    is_issuer_silent,
    lacks_challenge,
)
from agentcore_probe.judge.outcomes import Result, decide_outcome
from agentcore_probe.judge.policy_rows import (
    contradicts,
    could_list,
    is_under_policy,
    tool_results,
    with_policies,
)
from agentcore_probe.judge.prediction import at_gateway, intended, predict
from agentcore_probe.judge.reading.answer import read
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.login_documents import server_documents
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.judge.run_values import run_values
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.judgement import Diagnosis, Finding, Outcome, Prediction
from agentcore_probe.model.methods import (
    AccessMethod,
    counterparts_of,
    is_invocation,
    is_public,
    method,
    order,
)
from agentcore_probe.model.once import once
from agentcore_probe.model.policy_engine import ToolResult
from agentcore_probe.model.record import AwsLogin, Observation, RunRecord


class Comparison(NamedTuple):
    """What a finding is compared with, where that is not the file's `[expect]` and the method's counterparts."""

    wanted: Decision | None
    """What is wanted of the caller; None: what is predicted."""
    accepted: bool
    """Whether the target accepted a comparable call in this run."""


@once
def findings_of(record: RunRecord) -> tuple[Finding, ...]:
    """The findings of the environment's own caller, in the order of the access methods.

    Args:
        record: the run's facts.
    """
    observations = sorted(record.observations, key=lambda row: (order(row.method), row.method))
    return tuple(make_finding(observation, record) for observation in observations)


def make_finding(
    observation: Observation, record: RunRecord, comparison: Comparison | None = None
) -> Finding:
    """The finding of one observation.

    Args:
        observation: what was observed.
        record: the run's facts; for a further caller, with that caller's login in the place of the run's.
        comparison: for a further caller, what its result is compared with.
    """
    row = method(observation.method) or _unknown_method(observation.method)
    exchanges = record.of(observation)
    if observation.not_applicable is not None:
        return _without_result(observation, "not-applicable", observation.not_applicable, _no_diagnosis())
    if (problem := _aws_login_of(observation, record)) is not None:
        return _without_result(
            observation, "not-testable", problem.cause, diagnose_aws_login(problem, record, row.id)
        )
    diagnosis = _diagnose_row(observation, record, row)
    if observation.not_tried is not None:
        return _without_result(observation, "not-testable", observation.not_tried, diagnosis)
    token, now = _token_of(exchanges), _time_of(exchanges, record)
    sent_at = exchanges[0].request.at if exchanges else record.provenance.started
    caller = record.provenance.caller
    predicted = predict(row, record.configuration, token, now, sent_at, caller=caller)
    if is_under_policy(observation):
        predicted = with_policies(predicted, observation, exchanges)
    expectation = record.environment.expect.get(row.id) if comparison is None else None
    if comparison is not None:
        expected = comparison.wanted or predicted.decision
        # What is behind a target may not be known; whom the Gateway accepts is meant to get there.
        expected = expected or at_gateway(row, record.configuration, token, now, sent_at).decision
    else:
        meant = (
            intended_documents(row, record.configuration, exchanges)
            if is_public(row)
            else intended(row, record.configuration, token, now, caller=caller)
        )
        expected = expectation.decision if expectation else meant
    outcome, reason = decide_outcome(
        Result(
            expected=expected,
            expected_by_file=expectation is not None,
            replaces_prediction=row.meant is not None
            if comparison is None
            else comparison.wanted is not None,
            predicted=predicted,
            observed=observation.decision,
            cause=CAUSES[diagnosis.cause],
            is_control=row.control or (row.auth == "id-token" and expected == "refused"),
            counterpart_accepted=could_list(observation)
            or is_public(row)
            or (comparison.accepted if comparison is not None else _has_accepted_counterpart(row, record)),
            reaches_no_resource=row.fixed_prediction is not None,
            lacks_challenge=lacks_challenge(exchanges)
            if is_public(row)
            else _owes_challenge(row, record) and any(map(_lacks_challenge, exchanges)),
        )
    )
    is_judged = outcome == "as-expected" and is_under_policy(observation)
    if is_judged and contradicts(tools_of(record), observation.method):
        outcome, reason = "unexpected", "tools-against-policies"
    if is_public(row) and reason == "against-prediction" and diagnosis.cause != "none":
        reason = None  # no token is involved, and the cause says it all
    if is_public(row) and expectation is None and _shows_silent_issuer(diagnosis, exchanges):
        outcome, reason = "not-testable", "issuer-not-readable"
    return Finding(
        method=observation.method,
        predicted=predicted,
        expected=expected,
        observed=observation.decision,
        outcome=outcome,
        diagnosis=diagnosis,
        reason=_why_not_accepted(row, record) if reason == _NO_COUNTERPART else reason,
        by_design=expectation.reason if expectation else None,
        seconds=_seconds(exchanges),
    )


@once
def related_of(record: RunRecord) -> Related:
    """The exchanges of a run, each of which may explain the others."""
    return Related(record.exchanges)


@once
def tools_of(record: RunRecord) -> tuple[ToolResult, ...]:
    """Each tool by each caller under a policy engine."""
    return tool_results(record)


def _aws_login_of(observation: Observation, record: RunRecord) -> AwsLogin | None:
    """The problem of the AWS login, if it is the reason why nothing was sent."""
    problem = record.provenance.aws_login
    is_reason = problem is not None and observation.not_tried == problem.cause and problem.cause in CAUSES
    return problem if is_reason else None


def _seconds(exchanges: tuple[Exchange, ...]) -> float | None:
    """The time of all exchanges together, to the millisecond."""
    return round(sum(exchange.timings.total for exchange in exchanges) / 1000, 3) if exchanges else None


def _unknown_method(id: str) -> AccessMethod:
    """A method that only another version of this package has, judged as a call without a credential."""
    return AccessMethod(id=id, target="runtime", entrance="runtime-invocations", auth="none", probe="")


def _without_result(observation: Observation, outcome: Outcome, reason: str, diagnosis: Diagnosis) -> Finding:
    return Finding(
        method=observation.method,
        predicted=Prediction(decision=None),
        expected=None,
        observed=None,
        outcome=outcome,
        diagnosis=diagnosis,
        reason=reason,
    )


def _owes_challenge(row: AccessMethod, record: RunRecord) -> bool:
    """Whether a 401 must have a challenge.

    That of an interceptor or policy behind the authorizer NONE need not. Of the further entrances, it is documented for the
    registry's alone (docs/agentcore.md sections 11.1 and 11.16).
    """
    authorizer = record.configuration.authorizer(row.target)
    is_documented = is_invocation(row) or row.target == "registry"
    return row.auth == "none" and is_documented and (authorizer is None or authorizer.type != "NONE")


def _lacks_challenge(exchange: Exchange) -> bool:
    response = exchange.response
    if response is None or response.status != 401 or exchange.control not in (None, "anonymous"):
        return False
    return not read(response).challenged


def _has_accepted_counterpart(row: AccessMethod, record: RunRecord) -> bool:
    """Whether a counterpart got an answer; behind a 424 or 504, nobody said that the caller was accepted."""
    counterparts = counterparts_of(row)
    return any(
        observation.method in counterparts and was_accepted(observation, record)
        for observation in record.observations
    )


_NO_COUNTERPART = "no-accepted-twin"
"""The reason of a refusal without an accepted call beside it."""
WITHHELD = ("harness-not-invoked",)
"""Reasons for which a call that would be accepted is not made."""


def _why_not_accepted(row: AccessMethod, record: RunRecord) -> str:
    """Why there is no accepted counterpart: the file does not allow one, or none was accepted."""
    counterparts = (other for other in record.observations if other.method in row.counterparts)
    reasons = (other.not_applicable for other in counterparts if other.not_applicable in WITHHELD)
    return next((reason for reason in reasons if reason), _NO_COUNTERPART)


def was_accepted(observation: Observation, record: RunRecord) -> bool:
    """Whether the calls of an observation were accepted, and something else than a 424 or 504 says so."""
    return observation.decision == "accepted" and not _was_never_answered(record.of(observation))


def _was_never_answered(exchanges: tuple[Exchange, ...]) -> bool:
    """Whether every response is a 424 or 504."""
    responses = [exchange.response for exchange in exchanges]
    return bool(responses) and all(response and response.status in (424, 504) for response in responses)


def _no_diagnosis() -> Diagnosis:
    return Diagnosis(cause="none", confidence="probable")


def _shows_silent_issuer(diagnosis: Diagnosis, exchanges: tuple[Exchange, ...]) -> bool:
    """Whether nothing is wrong with the documents but that this machine cannot read those of the authorization server."""
    served = {exchange.id for exchange in server_documents(exchanges)}
    is_about_issuer = diagnosis.cause == "none" or bool(served & set(diagnosis.evidence[:1]))
    return is_about_issuer and is_issuer_silent(exchanges)


def _diagnose_row(observation: Observation, record: RunRecord, row: AccessMethod) -> Diagnosis:
    """The diagnosis of the first exchange that did not do what it should, else of the last that is not repeated.

    A control should be refused, so one that was not refused comes first. A conversation that is incomplete although
    every exchange is fine has a cause of its own.
    """
    fine, exchanges = _no_diagnosis(), record.of(observation)
    if is_public(row):
        exchanges = deciding(exchanges)
    for exchange in sorted(exchanges, key=lambda exchange: _urgency(exchange, record.configuration)):
        case = Case(exchange, record.configuration, related_of(record))
        diagnosis = diagnose(case)
        if record.configuration.other_judges is None:
            diagnosis = diagnosis.model_copy(update={"judge": None})
        if diagnosis.cause != "none":
            values = {**diagnosis.values, **run_values(diagnosis.cause, record)}
            diagnosis = diagnosis.model_copy(update={"values": values})
            fix = remedy(diagnosis, case, record.environment, row.id)
            if record.provenance.command is not None:
                again = asked_again(record.provenance.command, diagnosis.cause)
                fix = fix.model_copy(update={"recheck": again})
            return diagnosis.model_copy(update={"remedy": fix})
        if exchange.control != "repeated":
            fine = diagnosis
    reason = observation.facts.get("incomplete")
    if reason and exchanges:
        return Diagnosis(
            cause="conversation-incomplete",
            confidence="proven",
            values={"reason": str(reason)},
            evidence=(exchanges[-1].id,),
        )
    return fine


def _urgency(exchange: Exchange, configuration: Configuration) -> int:
    """0 for a control that was accepted, 1 for one without a decision, 2 for the rest, in their order."""
    if not exchange.must_be_refused or exchange.control == "id-token":
        return 2
    return ("accepted", "undecided", "refused").index(decision(Case(exchange, configuration)))


def _token_of(exchanges: tuple[Exchange, ...]) -> TokenFacts | None:
    return next((exchange.token for exchange in exchanges if exchange.token is not None), None)


def _time_of(exchanges: tuple[Exchange, ...], record: RunRecord) -> datetime | None:
    return Case(exchanges[0]).now if exchanges else record.provenance.started
