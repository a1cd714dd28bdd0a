"""The entrance of a harness: who passes, what its refusals show, and that nothing is paid for that the file does not ask for."""

from __future__ import annotations

import json

import pytest

from agentcore_probe import api
from agentcore_probe.access.aws import AwsKeys
from agentcore_probe.judge.judge import judge
from agentcore_probe.local.state import HARNESS_ARN
from agentcore_probe.model.environment import Environment, HarnessTarget, LocalSetup, RegistryTarget
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.budget import request_limit
from agentcore_probe.probes.run import Run
from agentcore_probe.report.messages import messages
from agentcore_probe.secret import Secret
from agentcore_probe.sharing import replace_record_names
from tests.embedded import observed, recorded, started

ROWS = ("harness-jwt", "harness-sigv4", "harness-anonymous", "harness-jwt-forged")

Row = tuple[str | None, str, str]
"""Decision, outcome and cause; of a row that does not apply or is not testable, the reason in the cause's place."""


def rows_of(record: RunRecord) -> dict[str, Row]:
    """The harness's rows."""
    found = {finding.method: finding for finding in judge(record).findings if finding.method in ROWS}
    return {
        id: (
            row.observed,
            row.outcome,
            row.diagnosis.cause if row.observed is not None else str(row.reason),
        )
        for id, row in found.items()
    }


def withheld(authorizer: str) -> RunRecord:
    """A run whose file does not allow a call that may be accepted."""
    environment = Environment.model_validate(
        {"name": "t", "local": {"harness": authorizer}, "harness": {"arn": HARNESS_ARN}}
    )
    return observed(environment, controls="few")


def test_a_harness_with_a_jwt_authorizer_takes_tokens_only() -> None:
    """Everything else is refused, the signature in the harness's own words."""
    record = recorded(LocalSetup(harness="jwt", registry="jwt"), "few")
    assert rows_of(record) == {
        "harness-jwt": ("accepted", "as-expected", "none"),
        "harness-sigv4": ("refused", "as-expected", "sigv4-on-jwt"),
        "harness-anonymous": ("refused", "as-expected", "credential-missing"),
        "harness-jwt-forged": ("refused", "as-expected", "signature-invalid"),
    }
    assert judge(record).verdict == "verified"


def test_a_harness_without_a_jwt_authorizer_takes_signatures_only() -> None:
    """A forged token would prove nothing there."""
    record = recorded(LocalSetup(harness="iam", registry="iam"), "few")
    assert rows_of(record) == {
        "harness-jwt": ("refused", "as-expected", "bearer-on-iam"),
        "harness-sigv4": ("accepted", "as-expected", "none"),
        "harness-anonymous": ("refused", "as-expected", "credential-missing"),
        "harness-jwt-forged": (None, "not-applicable", "no-jwt-authorizer"),
    }


def test_the_prompt_is_the_smallest_one_and_its_answer_is_readable() -> None:
    """One turn, 16 tokens, no tools, one session; no call that may be accepted is repeated."""
    record = recorded(LocalSetup(harness="jwt", registry="jwt"), "few")
    calls = [exchange for exchange in record.exchanges if exchange.purpose == "harness"]
    bodies = [json.loads(call.request.body or "") for call in calls]
    assert {(body["maxIterations"], body["maxTokens"], len(body["messages"])) for body in bodies} == {
        (1, 16, 1)
    }
    assert all(body["allowedTools"] == [] for body in bodies)
    sessions = {call.request.header("x-amzn-bedrock-agentcore-runtime-session-id") for call in calls}
    assert len(sessions) == 1
    assert len([call for call in calls if call.id.startswith("harness-jwt/")]) == 1
    (accepted,) = [call for call in calls if call.id == "harness-jwt/1"]
    assert accepted.response is not None
    assert accepted.response.body.startswith('data: {"messageStart": {"role": "assistant"}}')
    assert '"messageStop": {"stopReason": "end_turn"}' in accepted.response.body


@pytest.mark.parametrize("authorizer", ["jwt", "iam"])
def test_without_invoke_only_what_must_be_refused_is_sent(authorizer: str) -> None:
    """The genuine row says why it is missing, and so do the refusals, which then prove less."""
    record = withheld(authorizer)
    genuine, other = ("harness-jwt", "harness-sigv4")[:: 1 if authorizer == "jwt" else -1]
    rows = rows_of(record)
    assert rows[genuine] == (None, "not-applicable", "harness-not-invoked")
    assert rows[other][:2] == ("refused", "not-testable")
    judgement = judge(record)
    reasons = {
        id: finding.reason for id in (other, "harness-anonymous") if (finding := judgement.finding(id))
    }
    assert set(reasons.values()) == {"harness-not-invoked"}
    assert judgement.verdict == "inconclusive"
    assert ("reason", "harness-not-invoked") in [(action.kind, action.id) for action in judgement.actions]


def test_an_unknown_authorizer_withholds_both_kinds_of_call() -> None:
    """Either might be accepted."""
    environment = Environment.model_validate(
        {
            "name": "t",
            "local": {"harness": "jwt", "faults": ["without-GetHarness"]},
            "harness": {"arn": HARNESS_ARN},
        }
    )
    rows = rows_of(observed(environment, controls="few"))
    assert rows["harness-jwt"][2] == rows["harness-sigv4"][2] == "harness-not-invoked"


FAULTS: dict[str, tuple[str, dict[str, Row]]] = {
    "harness-open": (
        "jwt",
        {
            "harness-sigv4": ("accepted", "unexpected", "none"),
            "harness-anonymous": ("accepted", "unexpected", "open-endpoint"),
            "harness-jwt-forged": ("accepted", "unexpected", "open-endpoint"),
        },
    ),
    "harness-other-client": ("jwt", {"harness-jwt": ("refused", "unexpected", "client-not-allowed")}),
    "login-id-token": ("jwt", {"harness-jwt": ("undecided", "unexpected", "id-token-sent")}),
    "harness-agent-failed": ("jwt", {"harness-jwt": ("accepted", "unexpected", "container-failed")}),
    "without-InvokeHarness": ("iam", {"harness-sigv4": ("refused", "unexpected", "iam-not-allowed")}),
    "harness-without-InvokeAgentRuntime": (
        "iam",
        {"harness-sigv4": ("refused", "unexpected", "iam-not-allowed")},
    ),
}
"""Fault -> the harness's authorizer, and the rows that show it."""
QUICK = ("harness-open", "login-id-token")


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in FAULTS]
)
def test_each_fault_is_found(fault: str) -> None:
    """In a full run, over real sockets."""
    authorizer, expected = FAULTS[fault]
    setup = LocalSetup.model_validate({"harness": authorizer, "faults": [fault]})
    rows = rows_of(observed(Environment(name="t", local=setup), controls="few"))
    assert {id: rows[id] for id in expected} == expected


def test_the_advice_for_an_open_entrance_is_about_its_own_target() -> None:
    """Only a Gateway can be without an authorizer, and has to be replaced then."""
    setup = LocalSetup(harness="jwt", faults=("harness-open", "ws-unchecked", "tools-list-open"))
    environment = Environment(name="t", local=setup, entrances=("runtime-ws",))
    judgement = judge(observed(environment, controls="few"))
    for language, replace in (("en", "replace the Gateway"), ("ja", "Gateway は作り直してください")):
        for method, target in (
            ("harness-anonymous", "GetHarness"),
            ("runtime-ws-anonymous", "GetAgentRuntime"),
            ("gateway-anonymous", replace),
        ):
            finding = judgement.finding(method)
            assert finding is not None
            advice = messages(language).cause("open-endpoint.fix", finding.diagnosis.values)
            assert target in advice
            assert (replace in advice) is (method == "gateway-anonymous")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "action"),
    [
        ("without-InvokeHarness", "InvokeHarness"),
        ("harness-without-InvokeAgentRuntime", "InvokeAgentRuntime"),
    ],
)
def test_the_remedy_allows_the_missing_action_on_the_harness(fault: str, action: str) -> None:
    """Both actions are needed on the harness's own ARN."""
    setup = LocalSetup(harness="iam", faults=(fault,))
    finding = judge(observed(Environment(name="t", local=setup), controls="few")).finding("harness-sigv4")
    assert finding is not None
    assert finding.diagnosis.remedy is not None
    (lines,) = [line for line in finding.diagnosis.remedy.commands if "put-user-policy" in line]
    assert f"bedrock-agentcore:{action}" in lines
    assert HARNESS_ARN in lines


def test_the_budget_has_room_for_the_harness() -> None:
    """What the entrance declares is what it sends at most."""
    record = recorded(LocalSetup(harness="jwt", registry="jwt"), "few")
    sent = [exchange for exchange in record.exchanges if exchange.purpose == "harness"]
    without = request_limit(Environment(name="t", harness=None))
    target = HarnessTarget(arn=HARNESS_ARN)
    assert request_limit(Environment(name="t", harness=target)) - without == len(sent) == 6


def test_a_plan_says_that_the_call_costs_tokens() -> None:
    """Only where the file allows it."""
    for invoke in (True, False):
        environment = Environment(name="t", harness=HarnessTarget(arn=HARNESS_ARN, invoke=invoke))
        plan = api.plan(environment)
        costs = {
            cost for request in plan.requests if request.row == "harness-sigv4" for cost in request.costs
        }
        assert ("model-tokens" in costs) is invoke


def test_boto3_reaches_the_embedded_harness() -> None:
    """AWS's own client parses the frames, and the modelled events are in them."""
    import boto3

    with started(LocalSetup(harness="iam")) as facts:
        client = boto3.client(
            "bedrock-agentcore",
            region_name=facts["region"],
            endpoint_url=facts["endpoints"]["bedrock-agentcore"],
            aws_access_key_id=facts["aws"]["access_key_id"],
            aws_secret_access_key=facts["aws"]["secret_access_key"],
        )
        answer = client.invoke_harness(
            harnessArn=facts["harness"]["arn"],
            runtimeSessionId="a-session-id-of-33-characters-0000",
            messages=[{"role": "user", "content": [{"text": "one two three"}]}],
            maxTokens=3,
        )
        events = list(answer["stream"])
    assert [name for event in events for name in event] == [
        "messageStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata",
    ]
    assert events[1]["contentBlockDelta"]["delta"]["text"] == "You said: one"
    assert events[3]["messageStop"]["stopReason"] == "max_tokens"
    assert events[4]["metadata"]["usage"]["outputTokens"] == 3


def test_a_file_with_a_harness_and_a_registry_alone_can_be_verified() -> None:
    """Their authorizers name the issuer and the app client; shared, their ids are replaced and nothing else changes."""
    with started(LocalSetup(harness="jwt", registry="jwt")) as facts:
        login, aws = facts["identity"], facts["aws"]
        environment = Environment(
            name="t",
            region=facts["region"],
            endpoints=dict(facts["endpoints"]),
            harness=HarnessTarget(arn=facts["harness"]["arn"], invoke=True),
            registry=RegistryTarget(id=facts["registry"]["id"]),
            identity=Identity(
                username=login["username"], password=SecretReference(source="embedded", name="password")
            ),
        )
        keys = AwsKeys(aws["access_key_id"], Secret(aws["secret_access_key"], "aws secret key"))
        password = {"password": Secret(login["password"], "password")}
        record = Run(environment, keys=keys, secrets=password, controls="few").observe()
    judgement = judge(record)
    assert judgement.verdict == "verified"
    applicable = [finding for finding in judgement.findings if finding.outcome != "not-applicable"]
    assert len(applicable) == 8
    shared = replace_record_names(record)
    text = shared.model_dump_json()
    assert HARNESS_ARN.rpartition("/")[2] not in text
    assert facts["registry"]["id"] not in text
    assert [finding.outcome for finding in judge(shared).findings] == [
        finding.outcome for finding in judgement.findings
    ]
