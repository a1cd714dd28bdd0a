"""Who decided: the judge that each answer shows, in the diagnosis, in both languages, and in no early record."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from agentcore_probe import api
from agentcore_probe.commands.explanation_lines import explanation_json, explanation_lines
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.judgement import Diagnosis, JudgedBy
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import messages
from tests.embedded import recorded
from tests.judge.test_other_judges import GATEWAY, RUNTIME, case

DENIED = "User: arn:aws:sts::123456789012:assumed-role/A/s is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime"
POLICY = "Tool Execution Denied: Tool call not allowed due to policy enforcement [No policy applies.]"
BINDING = "Transaction token required: authorizer has AllowedWorkloadConfiguration configured"
AWS = {"x-amzn-requestid": "00000000-0000-4000-8000-000000000000"}


def message(text: str) -> str:
    return json.dumps({"message": text})


def rpc(code: int, text: str) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": text}})


ANSWERS: dict[str, tuple[str, str, int, dict[str, str], str | None]] = {
    "a token that has expired": (RUNTIME, message("Token has expired"), 401, AWS, "authorizer"),
    "a policy engine, inside a 200": (GATEWAY, rpc(-32002, POLICY), 200, AWS, "policy-engine"),
    "a resource policy": (
        RUNTIME,
        message(f"{DENIED} with an explicit deny in a resource-based policy"),
        403,
        AWS,
        "resource-policy",
    ),
    "the policy of a VPC endpoint": (
        RUNTIME,
        message(
            f"{DENIED} because no VPC endpoint policy allows the bedrock-agentcore:InvokeAgentRuntime action"
        ),
        403,
        AWS,
        "vpc-endpoint-policy",
    ),
    "the caller's own policy": (
        RUNTIME,
        message(f"{DENIED} because no identity-based policy allows the action"),
        403,
        AWS,
        "authorizer",
    ),
    "a binding": (RUNTIME, rpc(-32001, BINDING), 401, AWS, "workload-binding"),
    "the Runtime behind a Gateway": (
        GATEWAY.replace("/mcp", "/agent/invocations"),
        message("Claim 'client_id' value mismatch with configuration."),
        401,
        {
            **AWS,
            "www-authenticate": 'Bearer resource_metadata="https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/x/invocations"',
        },
        "runtime-behind-gateway",
    ),
    "the agent's container": (
        RUNTIME,
        message("Received error (403) from runtime."),
        424,
        {**AWS, "x-amzn-errortype": "RuntimeClientError"},
        "container",
    ),
    "an acceptance": (RUNTIME, json.dumps({"result": "x"}), 200, AWS, None),
    "a refusal that nothing explains": (RUNTIME, message("Access denied"), 403, AWS, None),
    "no route": (RUNTIME, "<UnknownOperationException/>", 404, AWS, None),
    "a proxy": (RUNTIME, "<html>Forbidden</html>", 403, {"server": "squid", "via": "1.1 proxy"}, None),
}
"""Answer -> its URL, body, status and headers, and who decided."""


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_shows_who_decided(name: str) -> None:
    """One module says so for every answer."""
    url, body, status, headers, judge = ANSWERS[name]
    answer = case(body, url, status, headers)
    if "identity-based" in body:  # whom IAM judges by such a policy has signed
        request = answer.exchange.request.model_copy(update={"auth": "sigv4", "headers": {}})
        answer = replace(answer, exchange=answer.exchange.model_copy(update={"request": request}))
    assert diagnose(answer).judge == judge


def test_every_judge_is_shown_by_an_answer() -> None:
    """And has a sentence in each language."""
    judges = set(get_args(JudgedBy))
    assert {judge for *_, judge in ANSWERS.values() if judge} == judges
    assert all(messages(language)(f"judge-{judge}") for judge in judges for language in LANGUAGES)


def test_an_explanation_names_a_judge_other_than_the_authorizer() -> None:
    """In its text and as JSON."""
    explanation = explain(f"HTTP/1.1 200 OK\n\n{rpc(-32002, POLICY)}", where="t")
    text = messages("en")
    assert explanation_json(explanation, text)["judge"] == "policy-engine"
    assert any("policy engine refused" in line for line in explanation_lines(explanation, text))


def test_a_judgement_names_a_judge_only_where_it_is_known() -> None:
    """Its JSON has no empty key for the others, as those of early records."""
    known = Diagnosis(cause="policy-denied", confidence="probable", judge="policy-engine")
    assert known.model_dump()["judge"] == "policy-engine"
    assert "judge" not in Diagnosis(cause="none", confidence="probable").model_dump()


def test_a_record_from_before_names_no_judge() -> None:
    """Of a run, the refusals name the authorizer; of the same record without its mark, nothing."""
    record = recorded(LocalSetup())
    judges = {finding.diagnosis.judge for finding in api.judge(record).findings}
    assert judges == {None, "authorizer"}
    facts = record.facts()
    del facts["configuration"]["other_judges"]
    early = api.judge(RunRecord.model_validate(facts))
    assert {finding.diagnosis.judge for finding in early.findings} == {None}


def test_a_policy_that_is_only_a_possible_cause_is_not_named_as_the_judge() -> None:
    """Somebody else may have refused."""
    record = recorded(LocalSetup(faults=("runtime-policy-names-role",)))
    finding = api.judge(record).finding("runtime-jwt")
    assert finding is not None
    diagnosis = finding.diagnosis
    assert (diagnosis.cause, diagnosis.confidence, diagnosis.judge) == (
        "resource-policy-denied",
        "possible",
        None,
    )
