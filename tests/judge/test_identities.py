"""The findings of further callers: wanted, predicted, observed, and what a refusal shows."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.configuration import Authorizer, Configuration, RuntimeConfiguration
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.environment import Environment, RuntimeTarget
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.record import CallerRecord, Observation, RunRecord

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
URL = f"https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/{ARN.replace(':', '%3A').replace('/', '%2F')}/invocations"
DENIED = '{"message":"User: x is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime"}'
EXPIRED = '{"message":"The security token included in the request is expired"}'


def call(id: str, status: int, body: str = "{}", error: str = "") -> Exchange:
    headers = {"x-amzn-requestid": "1", "content-type": "application/json", "x-amzn-errortype": error}
    return Exchange(
        id=id,
        step="invoke",
        purpose="runtime",
        request=Request(
            url=URL, auth="sigv4", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=<key>"}
        ),
        response=Response(status=status, headers=headers, body=body),
    )


ACCEPTED = call("auditor:runtime-sigv4/1", 200, '{"output":"x"}')
REFUSED = call("auditor:runtime-sigv4/1", 403, DENIED, "AccessDeniedException")
STALE = call("auditor:runtime-sigv4/1", 403, EXPIRED, "ExpiredTokenException")
LOGIN = Exchange(
    id="bob:identity/1",
    step="login",
    purpose="login",
    request=Request(
        url="https://cognito-idp.us-east-1.amazonaws.com/",
        headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"},
        body='{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "c"}',
    ),
)


def record(exchange: Exchange, expect: Any, *, others_accepted: bool = True) -> RunRecord:
    """A Runtime with IAM, a caller of the rows, and the role `auditor`."""
    decision: Decision = "accepted" if exchange is ACCEPTED else "refused"
    main = call("runtime-sigv4/1", 200 if others_accepted else 403, '{"output":"x"}')
    observation = Observation(method="auditor:runtime-sigv4", decision=decision, exchanges=(exchange.id,))
    caller = CallerRecord(name="auditor", kind="role", observations=(observation,))
    role = NamedIdentity(role_arn="arn:aws:iam::123456789012:role/auditor", expect=expect)
    return RunRecord(
        environment=Environment(name="t", runtime=RuntimeTarget(arn=ARN), identities={"auditor": role}),
        configuration=Configuration(
            runtime=RuntimeConfiguration(arn=ARN, authorizer=Authorizer(type="AWS_IAM"))
        ),
        exchanges=(main, exchange),
        observations=(
            Observation(
                method="runtime-sigv4",
                decision="accepted" if others_accepted else "refused",
                exchanges=(main.id,),
            ),
        ),
        identities=(caller,),
    )


def finding(of: RunRecord) -> Finding:
    (only,) = judge(of).identities
    return only


@pytest.mark.parametrize(
    ("exchange", "expect", "outcome", "reason"),
    [
        (ACCEPTED, "accepted", "as-expected", None),
        (ACCEPTED, None, "as-expected", None),
        (ACCEPTED, {"runtime-sigv4": "refused"}, "unexpected", "rules-let-in"),
        (REFUSED, "refused", "as-expected", None),
        (REFUSED, "accepted", "unexpected", "against-prediction"),
        (REFUSED, {"gateway-sigv4": "refused"}, "unexpected", "against-prediction"),
        (STALE, "refused", "not-testable", "refused-by-mistake"),
    ],
)
def test_outcome_and_reason_follow_from_what_is_wanted(
    exchange: Exchange, expect: Any, outcome: str, reason: str | None
) -> None:
    """The file's wish comes before the prediction, and expired credentials show nothing about a role."""
    result = finding(record(exchange, expect))
    assert (result.outcome, result.reason) == (outcome, reason)
    assert result.method == "auditor:runtime-sigv4"


def test_an_issuer_whose_keys_are_unknown_shows_nothing_about_its_users() -> None:
    """AgentCore refuses all of them alike."""
    assert CAUSES["signing-key-unknown"].own_mistake
    assert CAUSES["issuer-without-keys"].own_mistake


def test_a_refusal_counts_only_beside_an_accepted_call_of_the_target() -> None:
    """A target that refuses everybody shows nothing about one caller."""
    result = finding(record(REFUSED, "refused", others_accepted=False))
    assert (result.outcome, result.reason) == ("not-testable", "no-accepted-twin")


def test_another_caller_accepted_is_enough() -> None:
    """Whoever made the accepted call."""
    base = record(REFUSED, "refused", others_accepted=False)
    accepted = call("operator:runtime-sigv4/1", 200, '{"output":"x"}')
    observation = Observation(method="operator:runtime-sigv4", decision="accepted", exchanges=(accepted.id,))
    operator = CallerRecord(name="operator", kind="role", observations=(observation,))
    both = base.model_copy(
        update={"identities": (*base.identities, operator), "exchanges": (*base.exchanges, accepted)}
    )
    assert judge(both).identities[0].outcome == "as-expected"


def login_record(message: str, expect: Any) -> RunRecord:
    """A user whose login Cognito refuses with this message."""
    answer = Response(
        status=400,
        headers={"x-amzn-requestid": "1", "content-type": "application/x-amz-json-1.1"},
        body=f'{{"__type": "NotAuthorizedException", "message": "{message}"}}',
    )
    observation = Observation(
        method="bob:runtime-jwt", decision="undecided", exchanges=(LOGIN.id,), not_tried="no-token"
    )
    caller = CallerRecord(name="bob", kind="token", observations=(observation,))
    base = record(ACCEPTED, None)
    callers = {"bob": NamedIdentity(username="bob", expect=expect)}
    return base.model_copy(
        update={
            "environment": base.environment.model_copy(update={"identities": callers}),
            "exchanges": (*base.exchanges, LOGIN.model_copy(update={"response": answer})),
            "identities": (caller,),
        }
    )


@pytest.mark.parametrize(
    ("message", "expect", "outcome", "reason"),
    [
        ("User is disabled.", "refused", "as-expected", "refused-at-login"),
        ("User is disabled.", "accepted", "unexpected", "refused-at-login"),
        ("User is disabled.", None, "not-testable", "no-token"),
        ("Incorrect username or password.", "refused", "not-testable", "no-token"),
        ("Incorrect username or password.", "accepted", "not-testable", "no-token"),
    ],
)
def test_a_login_that_the_issuer_refuses_is_a_refusal_and_a_wrong_password_is_none(
    message: str, expect: Any, outcome: str, reason: str
) -> None:
    """A wrong password may be a mistake in the file."""
    result = finding(login_record(message, expect))
    assert (result.outcome, result.reason) == (outcome, reason)


def test_a_wrong_result_of_one_caller_makes_the_run_not_verified_and_has_an_action() -> None:
    """The action names the way in, and its check the method."""
    judgement = judge(record(ACCEPTED, "refused"))
    assert judgement.verdict == "not-verified"
    (action,) = (item for item in judgement.actions if item.id == "rules-let-in")
    assert (action.methods, action.severity) == (("auditor:runtime-sigv4",), "open")
    assert action.owner == "account-administrator"
    assert action.check == "agentcore-probe verify t --only runtime-sigv4"


def test_a_result_that_could_not_be_determined_makes_it_inconclusive() -> None:
    """As for a row."""
    assert judge(login_record("Incorrect username or password.", "refused")).verdict == "inconclusive"


def test_a_record_without_callers_is_unchanged_on_disk() -> None:
    """Neither facts nor judgement name them, so digests of older records stay."""
    alone = record(ACCEPTED, None).model_copy(update={"identities": ()})
    assert "identities" not in alone.facts()
    assert "identities" not in judge(alone).as_json()
    assert "identities" in record(ACCEPTED, None).facts()
