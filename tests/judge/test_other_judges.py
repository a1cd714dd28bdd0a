"""Judges beside the authorizer, and answers that are nobody's success: what they show, and what the texts may say."""

from __future__ import annotations

import json
from itertools import product

import pytest

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.senders import SENDERS
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages
from tests.judge.labelled import CASES, case_of

RUNTIME = (
    "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A"
    "123456789012%3Aruntime%2Forders-AbCdEf1234/invocations?qualifier=DEFAULT"
)
GATEWAY = "https://orders-gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"
ERRORS = (
    '{"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}',
    "<UnknownOperationException/>",
    '{"message": null}',
    '{"message": "Forbidden"}',
    '{"Message": "Forbidden"}',
    '{"message": "Unauthorized"}',
    '{"detail": "Not authenticated"}',
    '{"error": "invalid_token", "error_description": "expired"}',
    '{"error": {"code": 403, "message": "no"}}',
    '{"errors": [{"title": "no"}]}',
    '{"success": false, "error": {"message": "AgentCore 403"}}',
    '{"success": false, "data": {"x": 1}}',
    '{"ok": false, "reason": "no"}',
    '{"status": "error", "reason": "no"}',
    '{"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "no"}}',
    '{"type": "RUN_ERROR", "message": "no", "code": "INTERNAL_ERROR"}',
    '{"location": "https://idp.example/login"}',
    "{}",
    "[]",
    "",
    "null",
    "<!doctype html><html><title>Sign in</title></html>",
)
"""Bodies that errors, routers, frameworks and login pages have."""


def case(body: str, url: str = "", status: int | None = None, headers: dict[str, str] | None = None) -> Case:
    """An answer with as little as can be known."""
    request = Request(
        url=url, headers={"Authorization": "Bearer <token>"} if url else {}, auth="bearer" if url else "none"
    )
    response = Response(status=status, body=body, headers=headers or {})
    return Case(Exchange(id="t/1", step="call", request=request, response=response))


@pytest.mark.parametrize(("body", "url"), list(product(ERRORS, ("", RUNTIME, GATEWAY))))
def test_an_error_without_a_status_is_no_success(body: str, url: str) -> None:
    """Whether or not its URL is known."""
    answer = case(body, url)
    assert diagnose(answer).cause != "none"
    assert decision(answer) != "accepted"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ('{"answer": "42"}', RUNTIME),
        ('{"result": {"text": "x"}, "message": "done"}', RUNTIME),
        ('{"statusCode": 200, "runtimeSessionId": "x"}', ""),
        ('{"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}', GATEWAY),
        ('{"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "orders___get"}]}}', ""),
        ('data: {"type": "RUN_STARTED"}\n\ndata: {"type": "RUN_FINISHED"}\n\n', RUNTIME),
    ],
)
def test_an_answer_without_a_status_is_one_if_it_has_a_result(body: str, url: str) -> None:
    """A result's own members, a protocol's result, or what the AWS CLI prints."""
    answer = case(body, url)
    assert (diagnose(answer).cause, decision(answer)) == ("none", "accepted")


@pytest.mark.parametrize("status", [200, 403, None])
@pytest.mark.parametrize("form", ["rpc", "tool"])
def test_a_policy_denial_is_a_refusal_with_any_status(form: str, status: int | None) -> None:
    """The policy engine refused a caller whom the authorizer accepted."""
    text = "Tool Execution Denied: Tool call not allowed due to policy enforcement [Policy evaluation denied due to cap-1.]"
    inside = {
        "rpc": {"error": {"code": -32002, "message": text}},
        "tool": {
            "result": {
                "isError": True,
                "content": [{"type": "text", "text": f"AuthorizeActionException - {text}"}],
            }
        },
    }[form]
    answer = case(json.dumps({"jsonrpc": "2.0", "id": 1, **inside}), GATEWAY, status)
    diagnosis = diagnose(answer)
    assert (diagnosis.cause, decision(answer)) == ("policy-denied", "refused")
    assert (diagnosis.values["by"], diagnosis.values["policy"]) == ("policy-engine", "cap-1")


@pytest.mark.parametrize(
    ("bracket", "reason", "kind"),
    [
        (
            " [No policy applies to the request (denied by default).]",
            "No policy applies to the request (denied by default).",
            "default",
        ),
        (
            " [Policy evaluation denied due to cap-1[-2].]",
            "Policy evaluation denied due to cap-1[-2].",
            "forbid",
        ),
        (" [Policy evaluation denied due to cap", "Policy evaluation denied due to cap", "forbid"),
        (" [Something new]", "Something new", None),
        ("", "", None),
    ],
)
def test_the_reason_of_a_denial_is_read(bracket: str, reason: str, kind: str | None) -> None:
    """Also one with brackets of its own, a cut one, and one that is not known."""
    text = f"Tool Execution Denied: Tool call not allowed due to policy enforcement{bracket}"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32002, "message": text}})
    diagnosis = diagnose(case(body, GATEWAY, 200))
    assert (diagnosis.values["reason"], diagnosis.values.get("kind")) == (reason, kind)


def test_a_control_that_reaches_the_policy_engine_is_not_refused_by_the_authorizer() -> None:
    """A forged token that only a policy stops shows no refusal of forged tokens."""
    text = "Tool Execution Denied: Tool call not allowed due to policy enforcement [x]"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32002, "message": text}})
    genuine = case(body, GATEWAY, 200)
    forged = Case(genuine.exchange.model_copy(update={"forged": "signature"}))
    assert (decision(genuine), decision(forged)) == ("refused", "undecided")


@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_binding_refuses_with_any_status(status: int) -> None:
    """Its status is not known (docs/agentcore.md section 10)."""
    message = "Transaction token required: authorizer has AllowedWorkloadConfiguration configured"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": message}})
    direct, through = (
        case(body, RUNTIME, status),
        case(body, GATEWAY.replace("/mcp", "/agent/invocations"), status),
    )
    assert [(diagnose(one).cause, decision(one)) for one in (direct, through)] == [
        ("workload-binding", "refused"),
        ("binding-with-passthrough", "refused"),
    ]
    assert diagnose(direct).values["by"] == "workload-binding"


def test_a_runtime_behind_a_gateway_is_named_by_its_challenge() -> None:
    """The Gateway passes it on unchanged; its own names the Gateway's metadata."""
    own = f"{GATEWAY.removesuffix('/mcp')}/.well-known/oauth-protected-resource"
    runtimes = f"{RUNTIME.partition('?')[0]}/.well-known/oauth-protected-resource"
    judges = [
        diagnose(
            case(
                "",
                GATEWAY,
                401,
                {"www-authenticate": f'Bearer resource_metadata="{url}"', "x-amzn-requestid": "1"},
            )
        ).values.get("by")
        for url in (own, runtimes)
    ]
    assert judges == [None, "runtime-behind-gateway"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [sender.name for sender in SENDERS if sender.is_aws])
def test_a_service_of_aws_is_not_called_foreign(name: str, language: str) -> None:
    """Whatever else is known of the answer."""
    texts = messages(language)
    words = " ".join(
        texts.cause(f"answer-of-another-service{part}", {"sender": name, **values})
        for part in ("", ".why", ".fix")
        for values in ({}, {"kind": "front"}, {"message": "m"})
    )
    assert name in words
    assert "not come from AWS" not in words
    assert "AWS からの応答ではありません" not in words


def test_no_labelled_answer_of_aws_is_said_not_to_be() -> None:
    """The headers of API Gateway, CloudFront, a WAF, a load balancer and a function URL are AWS's."""
    names = {sender.name for sender in SENDERS if sender.is_aws}
    for name in CASES:
        one = case_of(name)
        if one.sender is not None and one.sender.name in names:
            assert diagnose(one).cause != "answer-not-from-aws", name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lacks", ["body", "token", "configuration", "signature"])
def test_an_unexplained_refusal_says_what_to_add(lacks: str, language: str) -> None:
    """And never that checks passed where none ran."""
    texts = messages(language)
    title = texts.cause("refused-unexplained", {"lacks": lacks})
    fix = texts.cause("refused-unexplained.fix", {"lacks": lacks})
    assert title == texts.cause("refused-unexplained", {})
    assert title != texts.cause("refused-unexplained", {"checked": "yes"})
    assert fix != texts.cause("refused-unexplained.fix", {})


@pytest.mark.parametrize(
    ("body", "url", "headers", "lacks"),
    [
        ("", RUNTIME, {"x-amzn-requestid": "1"}, "body"),
        ('{"message": "Access denied"}', RUNTIME, {"x-amzn-requestid": "1"}, "token"),
    ],
)
def test_what_an_unexplained_refusal_lacks(body: str, url: str, headers: dict[str, str], lacks: str) -> None:
    """The answer's body first, since it names the reason; then the token."""
    diagnosis = diagnose(case(body, url, 401, headers))
    assert (diagnosis.cause, diagnosis.values["lacks"]) == ("refused-unexplained", lacks)
