"""The outcome of a row: the lines of the decision table, and which of two comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.findings import make_finding
from agentcore_probe.judge.outcomes import Result, decide_outcome
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, Expectation
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response
from agentcore_probe.model.judgement import Prediction
from agentcore_probe.model.record import Observation, RunRecord

REFUSED = Result(
    expected="refused",
    expected_by_file=False,
    predicted=Prediction(decision="refused", cause="credential-missing"),
    observed="refused",
    cause=CAUSES["credential-missing"],
    is_control=False,
    counterpart_accepted=True,
    lacks_challenge=False,
)
ACCEPTED = replace(
    REFUSED,
    expected="accepted",
    observed="accepted",
    predicted=Prediction(decision="accepted"),
    cause=CAUSES["none"],
)
TIMEOUT = replace(ACCEPTED, observed="undecided", cause=CAUSES["timeout"])
ROUTED = replace(
    REFUSED,
    expected="undecided",
    observed="undecided",
    predicted=Prediction(decision="undecided", cause="arn-not-encoded"),
    cause=CAUSES["arn-not-encoded"],
    reaches_no_resource=True,
)


@pytest.mark.parametrize(
    ("result", "outcome", "reason"),
    [
        (REFUSED, "as-expected", None),
        (ACCEPTED, "as-expected", None),
        (ROUTED, "as-expected", None),
        (TIMEOUT, "error", None),
        (replace(REFUSED, expected=None), "not-testable", "no-prediction"),
        (replace(REFUSED, observed="accepted", cause=CAUSES["none"]), "unexpected", "against-prediction"),
        (replace(REFUSED, predicted=Prediction(decision=None), expected="accepted"), "unexpected", None),
        (replace(ACCEPTED, cause=CAUSES["container-failed"]), "unexpected", None),
        (replace(ROUTED, cause=CAUSES["path-wrong"]), "unexpected", None),
        (replace(REFUSED, counterpart_accepted=False), "not-testable", "no-accepted-twin"),
        (replace(REFUSED, lacks_challenge=True), "unexpected", "no-challenge"),
        (replace(REFUSED, is_control=True, observed="undecided", cause=CAUSES["answer-not-mcp"]), "error", None),
        (replace(ACCEPTED, observed="undecided", cause=CAUSES["answer-not-mcp"]), "unexpected", "against-prediction"),
        (replace(ACCEPTED, cause=CAUSES["conversation-incomplete"]), "unexpected", None),
        (replace(ACCEPTED, cause=CAUSES["answers-differ"]), "unexpected", None),
        (replace(ROUTED, counterpart_accepted=False), "not-testable", "no-encoded-call"),
    ],
)  # fmt: skip
def test_each_line_of_the_decision_table(result: Result, outcome: str, reason: str | None) -> None:
    """One result for each line, three that no line applies to, and the causes that decide by themselves."""
    assert decide_outcome(result) == (outcome, reason)


@pytest.mark.parametrize(
    ("result", "outcome", "reason"),
    [
        # A failed run is an error, even if nothing was expected or another decision was predicted.
        (replace(TIMEOUT, expected=None), "error", None),
        (replace(TIMEOUT, predicted=Prediction(decision="refused")), "error", None),
        # Without an expected decision, a contradicted prediction is not a finding.
        (replace(ACCEPTED, expected=None, predicted=Prediction(decision="refused")), "not-testable", "no-prediction"),
        # The prediction explains more than the plain difference.
        (replace(ACCEPTED, expected="refused", predicted=Prediction(decision="refused")), "unexpected", "against-prediction"),
        # The expected decision may still be against the prediction.
        (replace(ACCEPTED, predicted=Prediction(decision="refused")), "unexpected", "against-prediction"),
        # A wrong decision is wrong without a counterpart, too.
        (replace(REFUSED, expected="accepted", counterpart_accepted=False, predicted=Prediction(decision=None)), "unexpected", None),
        # Whether there is a challenge matters only for a refusal that counts.
        (replace(REFUSED, counterpart_accepted=False, lacks_challenge=True), "not-testable", "no-accepted-twin"),
    ],
)  # fmt: skip
def test_the_first_line_that_applies_decides(result: Result, outcome: str, reason: str | None) -> None:
    """Each result meets the conditions of two lines."""
    assert decide_outcome(result) == (outcome, reason)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (replace(TIMEOUT, expected="undecided"), "as-expected"),
        (replace(ACCEPTED, predicted=Prediction(decision="refused")), "as-expected"),
        (replace(ACCEPTED, cause=CAUSES["container-failed"]), "as-expected"),
        (replace(ROUTED, cause=CAUSES["path-wrong"]), "as-expected"),
        (replace(REFUSED, counterpart_accepted=False), "not-testable"),
        (replace(REFUSED, expected="accepted"), "unexpected"),
    ],
)
def test_an_expectation_of_the_file_is_compared_by_its_decision_alone(result: Result, outcome: str) -> None:
    """Its author has seen cause and prediction; a refusal still needs an accepted counterpart."""
    assert decide_outcome(replace(result, expected_by_file=True))[0] == outcome


URL = "https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"
GATEWAY = {"gateway": {"gatewayId": "gw-abcdefghij", "authorizerType": "CUSTOM_JWT"}}


def call(method: str, number: int = 1, **parts: Any) -> Exchange:
    return Exchange(id=f"{method}/{number}", step="invoke", request=Request(url=URL, auth="bearer"), **parts)


def answered(status: int, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "response": Response(
            status=status,
            headers={"x-amzn-requestid": "1", **(headers or {})},
            body='{"jsonrpc": "2.0", "id": 1, "result": {}}',
        )
    }


def record(*observations: Observation, exchanges: tuple[Exchange, ...] = (), **expect: Any) -> RunRecord:
    return RunRecord(
        environment=Environment(
            name="t", expect={name.replace("_", "-"): value for name, value in expect.items()}
        ),
        configuration=from_facts(GATEWAY),
        exchanges=exchanges,
        observations=observations,
    )


def test_a_method_that_does_not_apply_has_a_reason_and_no_decision() -> None:
    """Nor has one that could not be tried."""
    skipped = Observation(method="gateway-jwt", decision="undecided", not_applicable="no-gateway")
    untried = Observation(method="gateway-sigv4", decision="undecided", not_tried="no-identity")
    run = record(skipped, untried)
    findings = [make_finding(observation, run) for observation in run.observations]
    assert [(row.outcome, row.reason, row.observed, row.expected) for row in findings] == [
        ("not-applicable", "no-gateway", None, None),
        ("not-testable", "no-identity", None, None),
    ]


def test_a_forged_token_that_was_accepted_is_diagnosed_first() -> None:
    """The refusals before it are as they should be."""
    method = "gateway-jwt-forged"
    exchanges = (
        call(method, 1, forged="alg-none", **answered(401)),
        call(method, 2, forged="expired", fault=Fault(kind="timeout")),
        call(method, 3, forged="wrong-issuer", **answered(200)),
    )
    ids = tuple(exchange.id for exchange in exchanges)
    run = record(Observation(method=method, decision="accepted", exchanges=ids), exchanges=exchanges)
    diagnosis = make_finding(run.observations[0], run).diagnosis
    assert (diagnosis.cause, diagnosis.evidence[0]) == ("open-endpoint", f"{method}/3")


@pytest.mark.parametrize(
    ("headers", "reason"), [({}, "no-challenge"), ({"WWW-Authenticate": 'Bearer realm="x"'}, None)]
)
def test_a_refusal_without_a_credential_needs_a_challenge(
    headers: dict[str, str], reason: str | None
) -> None:
    """RFC 9728: the 401 says where a token can be obtained."""
    anonymous = call("gateway-anonymous", **answered(401, headers))
    anonymous = anonymous.model_copy(update={"request": Request(url=URL)})
    run = record(
        Observation(method="gateway-anonymous", decision="refused", exchanges=(anonymous.id,)),
        Observation(method="gateway-jwt", decision="accepted"),
        exchanges=(anonymous,),
    )
    assert make_finding(run.observations[0], run).reason == reason


def test_the_reason_of_an_expectation_is_kept() -> None:
    """The report shows it with the row."""
    expectation = Expectation(decision="refused", reason="not rolled out")
    refused = call("gateway-jwt", **answered(401))
    run = record(
        Observation(method="gateway-jwt", decision="refused", exchanges=(refused.id,)),
        Observation(method="gateway-sigv4", decision="accepted"),
        exchanges=(refused,),
        gateway_jwt=expectation,
    )
    finding = make_finding(run.observations[0], run)
    assert (finding.expected, finding.outcome, finding.by_design) == (
        "refused",
        "as-expected",
        "not rolled out",
    )


def test_a_method_of_another_version_is_judged() -> None:
    """As a call without a credential, which is all that is known of it."""
    run = record(Observation(method="gateway-mtls", decision="undecided"))
    assert make_finding(run.observations[0], run).method == "gateway-mtls"


def test_an_incomplete_conversation_is_not_as_expected() -> None:
    """Every exchange is fine, and something that was requested is missing."""
    exchange = call("gateway-jwt", **answered(200))
    facts = {"incomplete": "page-limit", "complete": False}
    observation = Observation(
        method="gateway-jwt", decision="accepted", exchanges=(exchange.id,), facts=facts
    )
    finding = make_finding(observation, record(observation, exchanges=(exchange,)))
    assert (finding.diagnosis.cause, finding.diagnosis.values) == (
        "conversation-incomplete",
        {"reason": "page-limit"},
    )
    assert finding.outcome == "unexpected"


@pytest.mark.parametrize("control", ["expired", "placeholder"])
def test_a_control_that_was_accepted_is_an_open_endpoint(control: str) -> None:
    """Whichever of them it is; the others of its row were refused."""
    method = "gateway-anonymous"
    exchanges = (
        call(method, 1, control="bearer-empty", **answered(401)),
        call(method, 2, control=control, phase="after", **answered(200)),
    )
    observation = Observation(
        method=method, decision="accepted", exchanges=tuple(exchange.id for exchange in exchanges)
    )
    diagnosis = make_finding(observation, record(observation, exchanges=exchanges)).diagnosis
    assert (diagnosis.cause, diagnosis.evidence[0]) == ("open-endpoint", f"{method}/2")
