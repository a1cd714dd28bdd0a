"""The outcome of a row: a decision table of which the first line that applies decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from agentcore_probe.judge.causes import Cause
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.judgement import Outcome, Prediction


@dataclass(frozen=True, kw_only=True)
class Result:
    """What is known of a row when its outcome is decided."""

    expected: Decision | None
    """The decision that the environment file expects, or that the deployed authorizer is meant to give."""
    expected_by_file: bool
    """Whether the environment file says it. Its author has seen the result, so only the decision is compared."""
    predicted: Prediction
    observed: Decision
    cause: Cause
    is_control: bool
    """Whether it should be refused whatever is deployed."""
    counterpart_accepted: bool
    """Whether the same target accepted a comparable call in this run."""
    reaches_no_resource: bool = False
    """Whether the router should answer, as for the unencoded ARN, so that a 404 shows nothing about the Runtime."""
    replaces_prediction: bool = False
    """Whether the file says what is wanted of this caller, so that a prediction that it contradicts need not come true."""
    lacks_challenge: bool
    """Whether a 401 came without the challenge that says where tokens are issued (RFC 9728)."""

    @property
    def contradicts_prediction(self) -> bool:
        """Whether there is a prediction, and it did not come true."""
        return self.predicted.decision not in (None, self.observed)


class _OutcomeRule(NamedTuple):
    """One line of the decision table: if it applies, the row has this outcome."""

    applies: Callable[[Result], bool]
    outcome: Outcome
    reason: str | None = None


def _run_failed(result: Result) -> bool:
    """The run got no usable response.

    First, because nothing below is about the target then. A file that expects `undecided` is compared anyway.
    """
    cause = result.cause
    is_inconclusive = cause.inconclusive or (result.is_control and cause.inconclusive_for_controls)
    return result.observed == "undecided" and is_inconclusive and not result.expected_by_file


def _nothing_expected(result: Result) -> bool:
    """The configuration is not known, and the method may get either decision.

    Before the comparisons, which need an expected decision.
    """
    return result.expected is None


def _against_prediction(result: Result) -> bool:
    """The claims and rules require another decision: the authorizer does not do what is configured.

    Before the plain difference, because it says more. A file's expectation that came true replaces the prediction.
    """
    is_by_file = result.expected_by_file or result.replaces_prediction
    met_expectation_of_file = is_by_file and result.observed == result.expected
    return result.contradicts_prediction and not met_expectation_of_file


def _against_expectation(result: Result) -> bool:
    """Another decision than the expected one. Below this, the decision itself is the expected one."""
    return result.observed != result.expected


def _accepted_but_broken(result: Result) -> bool:
    """The authorizer accepted the call, and something behind it failed."""
    return result.observed == "accepted" and not result.cause.harmless and not result.expected_by_file


def _undecided_for_another_cause(result: Result) -> bool:
    """Only the cause that was predicted may leave a row undecided."""
    predicted = result.predicted.cause
    return result.observed == "undecided" and result.cause.id != predicted and not result.expected_by_file


def _refusal_proves_nothing(result: Result) -> bool:
    """The target accepted no comparable call, so it may refuse everything.

    Before the challenge, which only matters for a refusal that counts. After all that makes a row unexpected: a
    wrong decision is wrong without a counterpart, too.
    """
    return result.observed == "refused" and not result.counterpart_accepted


def _encoding_proves_nothing(result: Result) -> bool:
    """No call with the encoded ARN was accepted, so the 404 may have another reason than the encoding."""
    return result.observed == "undecided" and result.reaches_no_resource and not result.counterpart_accepted


def _challenge_missing(result: Result) -> bool:
    """The refusal is as expected, and does not say where a token can be obtained."""
    return result.lacks_challenge


_OUTCOMES: tuple[_OutcomeRule, ...] = (
    _OutcomeRule(applies=_run_failed, outcome="error"),
    _OutcomeRule(applies=_nothing_expected, outcome="not-testable", reason="no-prediction"),
    _OutcomeRule(applies=_against_prediction, outcome="unexpected", reason="against-prediction"),
    _OutcomeRule(applies=_against_expectation, outcome="unexpected"),
    _OutcomeRule(applies=_accepted_but_broken, outcome="unexpected"),
    _OutcomeRule(applies=_undecided_for_another_cause, outcome="unexpected"),
    _OutcomeRule(applies=_refusal_proves_nothing, outcome="not-testable", reason="no-accepted-twin"),
    _OutcomeRule(applies=_encoding_proves_nothing, outcome="not-testable", reason="no-encoded-call"),
    _OutcomeRule(applies=_challenge_missing, outcome="unexpected", reason="no-challenge"),
)
"""The decision table: the first rule that applies decides. Each rule says why it comes before the next."""


def decide_outcome(result: Result) -> tuple[Outcome, str | None]:
    """The outcome of a row, and the reason, if there is more to say than the cause."""
    for rule in _OUTCOMES:
        if rule.applies(result):
            return rule.outcome, rule.reason
    return "as-expected", None
