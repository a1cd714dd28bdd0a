"""Claims: what the rows of a run show, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.conclusions import conclude
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.environment import Environment, GatewayTarget, RuntimeTarget
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.judgement import Conclusion, Diagnosis, Finding, Prediction
from agentcore_probe.model.methods import METHODS, is_invocation
from agentcore_probe.model.record import Observation, RunRecord
from tests.judge.test_judge import SAMPLE

URL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"


def finding(method: str, observed: Any, outcome: Any = "as-expected", cause: str = "none") -> Finding:
    return Finding(
        method=method,
        predicted=Prediction(decision=None),
        expected=None,
        observed=observed,
        outcome=outcome,
        diagnosis=Diagnosis(cause=cause, confidence="probable", evidence=(f"{method}/1",)),
    )


def conclusions(*findings: Finding, **facts: Any) -> dict[str, Conclusion]:
    record = RunRecord(environment=Environment(name="t"), configuration=from_facts(facts))
    return {conclusion.claim: conclusion for conclusion in conclude(record, findings)}


def test_a_run_without_findings_shows_nothing() -> None:
    """Every claim is listed, and none is shown or supported."""
    claims = conclusions()
    assert len(claims) == 8
    assert {(claim.shown, claim.carried_by, claim.evidence) for claim in claims.values()} == {(None, (), ())}


def test_a_method_mismatch_does_not_show_that_a_jwt_is_accepted() -> None:
    """It shows that SigV4 is refused, and nothing about the other kind of credential."""
    observations = tuple(row for row in SAMPLE.observations if row.method == "runtime-cli")
    judgement = judge(SAMPLE.model_copy(update={"observations": observations}))
    shown = {conclusion.claim: conclusion.shown for conclusion in judgement.conclusions}
    assert shown["runtime-refuses-sigv4"] is True
    assert shown["runtime-accepts-jwt"] is None


@pytest.mark.parametrize("target", ["gateway", "runtime"])
@pytest.mark.parametrize(
    ("observed", "shown"), [("accepted", True), ("refused", False), ("undecided", None), (None, None)]
)
def test_a_bearer_call_shows_whether_a_jwt_is_accepted(target: str, observed: Any, shown: Any) -> None:
    """The exchange that shows it is named."""
    claim = conclusions(finding(f"{target}-jwt", observed))[f"{target}-accepts-jwt"]
    assert claim.shown is shown
    assert claim.evidence == (() if shown is None else (f"{target}-jwt/1",))


def test_a_refused_token_shows_nothing_if_another_one_is_accepted() -> None:
    """The ID token of the same login is a JWT, too."""
    claims = conclusions(finding("runtime-jwt", "refused"), finding("runtime-jwt-id-token", "accepted"))
    assert claims["runtime-accepts-jwt"].shown is None


def test_the_raw_arn_supports_no_claim() -> None:
    """Its request reaches no authorizer, so an acceptance is not one of a JWT."""
    claims = conclusions(finding("runtime-jwt-raw-arn", "accepted"))
    assert {claim.shown for claim in claims.values()} == {None}


def test_a_refused_signature_counts_if_something_else_is_accepted() -> None:
    """A target that refuses everything shows nothing about SigV4; one acceptance shows that it is accepted."""
    untestable = finding("runtime-sigv4", "refused", "not-testable", "sigv4-on-jwt")
    refused = finding("runtime-cli", "refused", cause="sigv4-on-jwt")
    assert conclusions(untestable)["runtime-refuses-sigv4"].shown is None
    claim = conclusions(untestable, refused)["runtime-refuses-sigv4"]
    assert (claim.shown, claim.carried_by) == (True, ("runtime-cli",))
    claim = conclusions(finding("runtime-sigv4", "accepted"), refused)["runtime-refuses-sigv4"]
    assert (claim.shown, claim.carried_by) == (False, ("runtime-sigv4",))


@pytest.mark.parametrize(("claim", "auth"), [("anonymous-refused", "none"), ("forged-refused", "forged-jwt")])
def test_controls_must_all_be_refused(claim: str, auth: str) -> None:
    """One acceptance shows the contrary, and a refusal that proves nothing leaves the claim open."""
    one, other = [method.id for method in METHODS if method.auth == auth and is_invocation(method)]
    refused = finding(one, "refused")
    assert conclusions(refused, finding(other, "refused"))[claim].shown is True
    assert conclusions(refused, finding(other, "refused", "not-testable"))[claim].shown is None
    accepted = conclusions(refused, finding(other, "accepted", "unexpected"))[claim]
    assert (accepted.shown, accepted.carried_by) == (False, (other,))


FURTHER_CONTROLS = {
    "anonymous-refused": (
        "anonymous",
        ("runtime-ws", "runtime-command", "runtime-session-endpoint", "harness"),
    ),
    "forged-refused": ("jwt-forged", ("runtime-ws", "runtime-shell", "runtime-agent-card", "registry-mcp")),
}
"""Claim -> the control, and entrances on request that get it."""


@pytest.mark.parametrize(
    ("claim", "control", "entrance"),
    [
        (claim, control, entrance)
        for claim, (control, further) in FURTHER_CONTROLS.items()
        for entrance in further
    ],
)
@pytest.mark.parametrize(
    ("observed", "outcome", "shown"),
    [
        ("refused", "as-expected", True),
        ("refused", "not-testable", None),
        ("undecided", "error", None),
        ("accepted", "unexpected", False),
        (None, "not-applicable", True),
    ],
)
def test_a_claim_about_every_call_holds_at_every_entrance(  # noqa: PLR0917  (a table)
    claim: str, control: str, entrance: str, observed: Any, outcome: Any, shown: Any
) -> None:
    """An entrance that lets a control in contradicts it, whatever the Runtime's invocations refuse."""
    refused = [finding(f"{target}-{control}", "refused") for target in ("runtime", "gateway")]
    further = finding(f"{entrance}-{control}", observed, outcome)
    result = conclusions(*refused, further)[claim]
    if observed == "accepted" and entrance in ("runtime-command", "runtime-shell"):
        shown = None  # inferred from an answer about an invalid request
    assert result.shown is shown
    assert (further.method in result.carried_by) is (shown is not None and observed is not None)


@pytest.mark.parametrize(
    ("entrance", "cause", "shown"),
    [
        ("runtime-ws", "none", False),
        ("runtime-session-endpoint", "none", False),
        ("runtime-command", "command-missing", None),
    ],
)
def test_a_signature_that_one_entrance_accepts_is_not_refused(entrance: str, cause: str, shown: Any) -> None:
    """An acceptance that was inferred from an invalid request leaves the claim open."""
    refused = finding("runtime-sigv4", "refused", cause="sigv4-on-jwt")
    accepted = finding(f"{entrance}-sigv4", "accepted", "unexpected", cause)
    assert conclusions(refused, accepted)["runtime-refuses-sigv4"].shown is shown
    assert conclusions(refused, accepted)["gateway-refuses-sigv4"].shown is None


@pytest.mark.parametrize(("through", "shown"), [("accepted", False), ("refused", True), (None, True)])
def test_a_runtime_behind_its_gateway_cannot_be_called_directly(through: Any, shown: Any) -> None:
    """It answers at its own URL, and lets nobody in there: shown as soon as somebody passes through the Gateway."""
    rows = [
        finding("runtime-jwt", "refused", cause="workload-binding"),
        finding("runtime-anonymous", "refused"),
    ]
    if through is not None:
        rows.append(finding("gateway-to-runtime-jwt", through))
    claim = conclusions(*rows)["direct-https-call-exists"]
    assert claim.shown is shown
    assert claim.carried_by[0] == "runtime-jwt"


def test_a_claim_about_controls_needs_evidence_of_every_target() -> None:
    """A row that does not apply, or that the run left out, supports nothing; a target that is not there needs none."""
    environment = Environment(
        name="t", gateway=GatewayTarget(id="g-abcdefghij"), runtime=RuntimeTarget(arn=ARN)
    )
    row = finding("runtime-jwt-forged", "refused")
    record = RunRecord(environment=environment)
    absent = finding("gateway-jwt-forged", None, "not-applicable").model_copy(
        update={"reason": "no-jwt-authorizer"}
    )
    for findings in ((row,), (row, absent)):
        assert {claim.claim: claim.shown for claim in conclude(record, findings)}["forged-refused"] is None
    no_gateway = absent.model_copy(update={"reason": "no-gateway"})
    assert conclusions(row, no_gateway)["forged-refused"].shown is True


def test_a_claim_lists_the_controls_that_every_target_got() -> None:
    """Each once, whatever the number of calls; one that a single target got is not part of the claim."""
    defects: dict[str, tuple[Any, ...]] = {
        "gateway-jwt-forged": ("alg-none", "foreign-key", "alg-none"),
        "runtime-jwt-forged": ("alg-none", "embedded-jwk", "foreign-key"),
    }
    exchanges = tuple(
        Exchange(id=f"{method}/{number}", step="invoke", request=Request(), forged=forged)
        for method, forgeries in defects.items()
        for number, forged in enumerate(forgeries, start=1)
    )
    rows = [finding(method, "refused") for method in ("gateway-jwt-forged", "runtime-jwt-forged")]
    observations = tuple(
        Observation(
            method=row.method,
            decision="refused",
            exchanges=tuple(exchange.id for exchange in exchanges if exchange.id.startswith(row.method)),
        )
        for row in rows
    )
    record = RunRecord(environment=Environment(name="t"), exchanges=exchanges, observations=observations)
    claims = {claim.claim: claim for claim in conclude(record, rows)}
    assert claims["forged-refused"].controls == ("alg-none", "foreign-key")


@pytest.mark.parametrize("method", ["gateway-anonymous", "gateway-jwt-forged"])
def test_a_target_that_accepts_a_control_shows_no_trust(method: str) -> None:
    """It may accept the token because it accepts everything."""
    both = (finding("gateway-jwt", "accepted"), finding("runtime-jwt", "accepted"))
    assert conclusions(*both, finding(method, "accepted"))["same-issuer-and-client"].shown is None
    open_gateway = {"gateway": {"gatewayId": "g", "authorizerType": "NONE"}}
    assert conclusions(*both, **open_gateway)["same-issuer-and-client"].shown is None


def test_one_token_that_both_accept_shows_a_shared_issuer() -> None:
    """Without it, the deployed rules can only show the contrary."""
    both = (finding("gateway-jwt", "accepted"), finding("runtime-jwt", "accepted"))
    assert conclusions(*both)["same-issuer-and-client"].carried_by == ("gateway-jwt", "runtime-jwt")
    gateway, runtime = ({"discoveryUrl": URL, "allowedClients": [client]} for client in ("a", "b"))
    facts = {
        "gateway": {
            "gatewayId": "g",
            "authorizerType": "CUSTOM_JWT",
            "authorizerConfiguration": {"customJWTAuthorizer": gateway},
        },
        "runtime": {"authorizerConfiguration": {"customJWTAuthorizer": runtime}},
    }
    claim = conclusions(both[0], finding("runtime-jwt", "refused"), **facts)["same-issuer-and-client"]
    assert claim.shown is False


@pytest.mark.parametrize(("observed", "shown"), [("accepted", True), ("refused", True), ("undecided", None)])
@pytest.mark.parametrize("method", ["runtime-jwt", "runtime-anonymous"])
def test_any_decision_shows_that_the_runtime_has_a_url(method: str, observed: Any, shown: Any) -> None:
    """A 404 of the router does not."""
    assert conclusions(finding(method, observed))["direct-https-call-exists"].shown is shown
