"""What policies predict for a caller equals an oracle written by hand; it stays open where forms or texts are not known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.judge.policy.cedar import principals_of_role, principals_of_token
from agentcore_probe.judge.policy.tools import predict_tools
from agentcore_probe.model.configuration import DeployedTarget, GatewayConfiguration
from agentcore_probe.model.environment import ToolCall
from agentcore_probe.model.policy_engine import DeployedPolicy, PolicyEngine, PolicyPrediction

GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/local-gateway-localgw001"
ORACLE: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("policy_oracle.jsonl").read_text("utf-8").splitlines()
]
"""One tool and one caller under some policies: what must be predicted, and because of what."""


def deployed_policies(texts: dict[str, str]) -> tuple[DeployedPolicy, ...]:
    """The policies; those whose names say so are only logged."""
    return tuple(
        DeployedPolicy(
            name=name,
            status="ACTIVE",
            mode="LOG_ONLY" if name.startswith("log_only_") else "ACTIVE",
            text=text.replace("GATEWAY", GATEWAY),
        )
        for name, text in texts.items()
    )


def gateway(engine: PolicyEngine | None, **values: Any) -> GatewayConfiguration:
    return GatewayConfiguration(
        **{"arn": GATEWAY, "policy_engine": "ENFORCE", "policy_engine_arn": "arn", "engine": engine, **values}
    )


def predicted(texts: dict[str, str], claims: dict[str, Any], call: ToolCall) -> PolicyPrediction:
    engine = PolicyEngine(status="ACTIVE", policies=deployed_policies(texts))
    return predict_tools(gateway(engine), principals_of_token(claims), [call])


@pytest.mark.parametrize("case", ORACLE, ids=lambda case: case["id"])
def test_a_prediction_is_that_of_the_oracle(case: dict[str, Any]) -> None:
    """Decision of list and call, the policies that decide, and why something stays open."""
    call = ToolCall(name=case["tool"], arguments=case["arguments"])
    prediction = predicted(case["policies"], case["claims"], call)
    tool = prediction.of(case["tool"])
    if tool is None:
        assert (None, None, prediction.why) == (case["listed"], case["called"], case["why"])
        return
    assert (tool.listed, tool.called) == (case["listed"], case["called"])
    assert (list(tool.by), tool.why) == (case["by"], case["why"])


def test_the_oracle_is_large_enough() -> None:
    """And each row says why."""
    assert len(ORACLE) >= 50
    assert len({case["id"] for case in ORACLE}) == len(ORACLE)
    assert all(case["because"] for case in ORACLE)


def test_tools_that_no_policy_names_get_the_same() -> None:
    """They have one prediction in common, so a tool that only another caller is shown has one, too."""
    permit = 'permit(principal, action == AgentCore::Action::"a-tool___a", resource is AgentCore::Gateway);'
    prediction = predicted({"p": permit}, {"sub": "u"}, ToolCall(name="a-tool___b"))
    assert [tool.tool for tool in prediction.tools] == ["a-tool___b", "a-tool___a", "*"]
    assert {
        name: tool.listed
        for name in ("a-tool___a", "a-tool___b", "x-tool___y")
        if (tool := prediction.of(name))
    } == {
        "a-tool___a": "permit",
        "a-tool___b": "deny",
        "x-tool___y": "deny",
    }
    search = prediction.of("x_amz_bedrock_agentcore_search")
    assert search is not None
    assert (search.listed, search.why) == (None, "policy-own-tool")


def test_only_tools_of_the_gateways_targets_are_predicted() -> None:
    """An engine may have policies for other Gateways, whose tools have no rows here."""
    text = 'permit(principal, action == AgentCore::Action::"other___a", resource is AgentCore::Gateway);'
    engine = PolicyEngine(policies=deployed_policies({"p": text}))
    deployed = gateway(engine, targets=(DeployedTarget(name="echo-tool"),))
    prediction = predict_tools(deployed, principals_of_token({"sub": "u"}), [])
    assert [tool.tool for tool in prediction.tools] == ["*"]


@pytest.mark.parametrize(
    ("deployed", "why"),
    [
        (None, "policy-engine-unread"),
        (gateway(None), "policy-engine-unread"),
        (gateway(PolicyEngine(status="UPDATING", policies=())), "policy-engine-not-active"),
        (gateway(PolicyEngine(status="ACTIVE")), "policies-unread"),
    ],
)
def test_what_could_not_be_read_predicts_nothing(deployed: GatewayConfiguration | None, why: str) -> None:
    """The reason is named."""
    prediction = predict_tools(deployed, principals_of_token({"sub": "u"}), [ToolCall(name="a___b")])
    assert (prediction.tools, prediction.why) == ((), why)


def test_without_cedar_nothing_is_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed: the run goes on."""
    monkeypatch.setitem(sys.modules, "cedarpy", None)
    engine = PolicyEngine(status="ACTIVE", policies=())
    assert predict_tools(gateway(engine), principals_of_token({"sub": "u"}), []).why == "cedar-missing"


def test_summaries_predict_only_that_nothing_is_active() -> None:
    """Without texts, a policy that is enforced may permit or forbid."""
    names = [DeployedPolicy(name="p", status="ACTIVE", mode="ACTIVE")]
    for policies, expected in (
        (names, None),
        ([], "deny"),
        ([names[0].model_copy(update={"mode": "LOG_ONLY"})], "deny"),
    ):
        engine = PolicyEngine(
            status="ACTIVE", policies=tuple(policies), texts_unreadable="AccessDeniedException"
        )
        prediction = predict_tools(gateway(engine), principals_of_token({"sub": "u"}), [])
        assert prediction.tools[-1].listed == expected


def test_an_iam_caller_is_predicted_where_its_form_does_not_matter() -> None:
    """Documented: the type and the ARN; not documented: the ARN of the session or of the role."""
    arn = "arn:aws:sts::123456789012:assumed-role/operator/session"
    forms = principals_of_role(arn)
    assert [form.id for form in forms] == [
        arn,
        "arn:aws:sts::123456789012:assumed-role/operator",
        "arn:aws:iam::123456789012:role/operator",
    ]
    results = {}
    for name, text in {
        "type": "permit(principal is AgentCore::IamEntity, action, resource is AgentCore::Gateway);",
        "part": 'permit(principal, action, resource is AgentCore::Gateway) when { principal.id like "*/operator*" };',
        "session": f'permit(principal == AgentCore::IamEntity::"{arn}", action, resource is AgentCore::Gateway);',
    }.items():
        engine = PolicyEngine(policies=deployed_policies({"p": text}))
        results[name] = predict_tools(gateway(engine), forms, []).tools[-1].listed
    assert results == {"type": "permit", "part": "permit", "session": None}
    assert len(principals_of_role("arn:aws:iam::123456789012:user/probe")) == 1


def test_a_request_that_cedar_cannot_take_is_not_predicted() -> None:
    """An id with a line break, a number beyond Cedar's."""
    permit = "permit(principal, action, resource is AgentCore::Gateway) when { context.input has n };"
    by_id = predicted({"p": permit}, {"sub": "a\nb"}, ToolCall(name="a___b")).tools[0]
    by_number = predicted({"p": permit}, {"sub": "a"}, ToolCall(name="a___b", arguments={"n": 2**80})).tools[
        0
    ]
    assert (by_id.called, by_number.called) == (None, None)
    assert by_id.why == by_number.why == "policy-not-evaluated"
