"""One row of the access-method table: predicted against observed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.prediction import intended, predict
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Decision
from agentcore_probe.model.exchange import Exchange, TokenFacts
from agentcore_probe.model.judgement import Diagnosis, Finding, Outcome, Prediction
from agentcore_probe.model.methods import AccessMethod, method
from agentcore_probe.model.record import Observation, RunRecord


def make_finding(observation: Observation, record: RunRecord) -> Finding:
    """The finding of one observation of `record`."""
    row = method(observation.method) or AccessMethod(id=observation.method, target="runtime", auth="none")
    exchanges = record.of(observation)
    diagnosis = _diagnosis(exchanges, record, row)
    if observation.not_applicable is not None:
        return _untried(row, "not-applicable", observation.not_applicable, _nothing())
    if observation.not_tried is not None:
        return _untried(row, "not-testable", observation.not_tried, diagnosis)
    token = _sent_token(exchanges)
    now = _time(exchanges, record)
    predicted = predict(row, record.configuration, token, now)
    expectation = record.environment.expect.get(row.id)
    expected = expectation.decision if expectation else intended(row, record.configuration, token, now)
    observed = observation.decision
    outcome, reason = _outcome(
        _Seen(
            expected,
            predicted.decision,
            predicted.cause,
            observed,
            diagnosis.cause,
            wished=expectation is not None,
            credited=_counterpart_accepted(row, record),
            unchallenged=row.auth == "none" and any(map(_unchallenged, exchanges)),
        )
    )
    return Finding(
        method=row.id,
        predicted=predicted,
        expected=expected,
        observed=observed,
        outcome=outcome,
        diagnosis=diagnosis,
        reason=reason,
        by_design=expectation.reason if expectation else None,
    )


def _untried(row: AccessMethod, outcome: Outcome, reason: str, diagnosis: Diagnosis) -> Finding:
    return Finding(
        method=row.id,
        predicted=Prediction(decision=None),
        expected=None,
        observed=None,
        outcome=outcome,
        diagnosis=diagnosis,
        reason=reason,
    )


@dataclass(frozen=True)
class _Seen:
    """What one row came to, before it is judged."""

    expected: Decision | None
    predicted: Decision | None
    predicted_cause: str
    observed: Decision
    cause: str
    wished: bool
    """Whether the environment file says what is wanted."""
    credited: bool
    """Whether a refusal proves something."""
    unchallenged: bool
    """A 401 without the challenge that tells a caller where tokens come from (RFC 9728)."""


def _outcome(seen: _Seen) -> tuple[Outcome, str | None]:
    if seen.observed == "undecided" and CAUSES[seen.cause].inconclusive and not seen.wished:
        return "error", None
    if seen.expected is None:
        return "not-testable", "no-prediction"
    if seen.observed != seen.expected:
        return "unexpected", "against-prediction" if seen.predicted not in (None, seen.observed) else None
    if seen.predicted not in (None, seen.observed) and not seen.wished:
        # What the configuration says must happen did not: the authorizer does not do what it is told.
        return "unexpected", "against-prediction"
    if seen.observed == "accepted" and not CAUSES[seen.cause].harmless and not seen.wished:
        return "unexpected", None
    if seen.observed == "undecided" and seen.cause != seen.predicted_cause and not seen.wished:
        # The one thing that may leave a row undecided is the one that was predicted.
        return "unexpected", None
    if seen.observed == "refused" and not seen.credited:
        return "not-testable", "no-accepted-twin"
    if seen.unchallenged:
        return "unexpected", "no-challenge"
    return "as-expected", None


def _unchallenged(exchange: Exchange) -> bool:
    response = exchange.response
    if response is None or response.status != 401:
        return False
    return not (response.header("www-authenticate") or "").lower().startswith("bearer")


def _counterpart_accepted(row: AccessMethod, record: RunRecord) -> bool:
    """Whether the target accepted a twin in this run; else a refusal proves nothing."""
    return any(
        each.method in row.counterparts and each.decision == "accepted" for each in record.observations
    )


def _diagnosis(exchanges: tuple[Exchange, ...], record: RunRecord, row: AccessMethod) -> Diagnosis:
    """The diagnosis of the first exchange that did not do what it should, else of the last.

    A forgery should be refused, so one that was not comes first.
    """
    if not exchanges:
        return _nothing()
    found = _nothing()
    for exchange in sorted(exchanges, key=lambda each: _as_it_should(each, record.configuration)):
        case = Case(exchange, record.configuration, record.exchanges)
        found = diagnose(case)
        if found.cause != "none":
            return found.model_copy(update={"remedy": remedy(found, case, record.environment, row.id)})
    return found


def _as_it_should(exchange: Exchange, configuration: Configuration) -> int:
    """0 for a forgery that was accepted, 1 for one that nobody decided on, 2 for the rest: they stay in order."""
    if not exchange.forged:
        return 2
    return ("accepted", "undecided", "refused").index(decision(Case(exchange, configuration)))


def _sent_token(exchanges: tuple[Exchange, ...]) -> TokenFacts | None:
    return next((each.token for each in exchanges if each.token is not None), None)


def _time(exchanges: tuple[Exchange, ...], record: RunRecord) -> datetime | None:
    return Case(exchanges[0]).now if exchanges else record.provenance.started


def _nothing() -> Diagnosis:
    return Diagnosis(cause="none", confidence="probable")


def decision_of(exchanges: tuple[Exchange, ...], configuration: Configuration) -> Decision:
    """What a method's exchanges show together: accepted once is accepted."""
    decisions = [decision(Case(each, configuration)) for each in exchanges]
    if "accepted" in decisions:
        return "accepted"
    if any(each.forged for each in exchanges):
        # Each forgery is a question of its own, and all must be refused.
        return "refused" if set(decisions) == {"refused"} else "undecided"
    return decisions[-1] if decisions else "undecided"
