"""What a 2xx contains: an answer, half of one, an error, a refusal, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.configuration import Authorizer, Configuration, RuntimeConfiguration
from agentcore_probe.model.exchange import Exchange, Request, Response

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-ABCDEFGHIJ"
URL = f"https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/{ARN.replace(':', '%3A').replace('/', '%2F')}/invocations"
METHODS = {"A2A": "message/send", "MCP": "tools/list"}
REFUSED = ("refused", "refused-inside-200")
EMPTY = ("undecided", "answer-not-mcp")


def case(
    body: str,
    *,
    protocol: str = "HTTP",
    status: int = 200,
    forged: bool = False,
    cut: Any = None,
    id: Any = 1,
    headers: dict[str, str] | None = None,
) -> Case:
    """A call of a Runtime that got this answer."""
    message = {"jsonrpc": "2.0", "id": id, "method": METHODS.get(protocol, "")} if protocol in METHODS else {}
    marked = {"x-amzn-requestid": "1"} if headers is None else headers
    exchange = Exchange(
        id="runtime-jwt-forged/1" if forged else "runtime-jwt/1",
        step="invoke",
        request=Request(method="POST", url=URL, auth="bearer", body=json.dumps(message)),
        response=Response(status=status, headers=marked, body=body, cut=cut),
        forged="alg-none" if forged else None,
    )
    runtime = RuntimeConfiguration.model_validate(
        {"arn": ARN, "protocol": protocol, "authorizer": Authorizer(type="CUSTOM_JWT")}
    )
    return Case(exchange, Configuration(runtime=runtime))


def judged(body: str, **facts: Any) -> tuple[str, str]:
    """The decision and the cause."""
    judged_case = case(body, **facts)
    return decision(judged_case), diagnose(judged_case).cause


REFUSALS = (
    "Unauthorized",
    "401 Unauthorized",
    '"Forbidden"',
    "Access denied",
    '{"error": "Unauthorized"}',
    '{"error": "invalid_token", "error_description": "expired"}',
    '{"statusCode": 403, "body": "Forbidden"}',
    '{"title": "Unauthorized", "status": 401}',
    '{"message": "Forbidden", "data": null}',
    '{"result": "ok", "error": "Unauthorized"}',
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    'data: {"error": "Unauthorized"}\n\n',
)
NOTHING = ("{}", "null", "[]", '""', "data: [DONE]\n\n", ": ping\n\n", "")
ERRORS = (
    '{"error": "boom"}',
    '{"error": "boom", "trace": "x", "more": 1}',
    'data: {"type": "error", "text": "agent crashed"}\n\n',
    'data: {"delta": "Hello"}\n\ndata: {"error": "boom"}\n\n',
    "<Error><Code>InternalError</Code></Error>",
)
ANSWERS = (
    '{"result": "Hello"}',
    '{"message": "Hello", "session": "1"}',
    "Hello",
    "0",
    "false",
    "[1]",
    '{"response": "' + "Ask an administrator if access is denied. " * 8 + '"}',
    'data: "Hel"\n\ndata: "lo"\n\ndata: [DONE]\n\n',
)


@pytest.mark.parametrize("body", REFUSALS)
def test_a_refusal_inside_a_200_is_a_refusal(body: str) -> None:
    """An HTTP Runtime may pass on any form of it."""
    assert judged(body) == REFUSED
    assert decision(case(body, forged=True)) == "refused"


@pytest.mark.parametrize("body", NOTHING)
def test_an_empty_answer_decides_nothing(body: str) -> None:
    """Neither for a genuine caller nor for a control."""
    assert judged(body) == EMPTY
    assert decision(case(body, forged=True)) == "undecided"


@pytest.mark.parametrize("body", ERRORS)
def test_an_error_of_the_agent_is_not_fine_and_opens_nothing(body: str) -> None:
    """A genuine caller reached the agent; a control shows nothing."""
    assert judged(body) == ("accepted", "container-failed")
    assert decision(case(body, forged=True)) == "undecided"


@pytest.mark.parametrize("body", ANSWERS)
def test_an_answer_of_the_agent_is_an_acceptance(body: str) -> None:
    """Whatever JSON or text it is, and whoever gets it."""
    assert judged(body) == ("accepted", "none")
    assert decision(case(body, forged=True)) == "accepted"


@pytest.mark.parametrize("status", [424, 504])
def test_a_timeout_is_an_acceptance_for_a_genuine_caller_and_from_aws_only(status: int) -> None:
    """A control that waits in vain has not been accepted."""
    assert decision(case('{"message": "x"}', status=status)) == "accepted"
    assert decision(case('{"message": "x"}', status=status, forged=True)) == "undecided"
    typed = {"x-amzn-errortype": "RuntimeClientError"}
    assert decision(case("{}", status=status, forged=True, headers=typed)) == "undecided"
    json_only = {"content-type": "application/json"}
    assert decision(case('{"message": "x"}', status=status, headers=json_only)) == "undecided"


@pytest.mark.parametrize(
    ("protocol", "body", "cut"),
    [
        ("HTTP", 'data: "par\n\n', "time"),
        ("HTTP", "half a tex", "size"),
        ("AGUI", 'data: {"type": "RUN_STARTED"}\n\n', "time"),
        ("AGUI", 'data: {"type": "RUN_STARTED"}\n\ndata: {"type": "TEXT_MESSAGE_START"}\n\n', None),
    ],
)
def test_half_a_stream_is_incomplete(protocol: str, body: str, cut: Any) -> None:
    """The caller was accepted, and the call is not as expected."""
    assert judged(body, protocol=protocol, cut=cut) == ("accepted", "conversation-incomplete")


def test_only_event_types_of_ag_ui_are_events() -> None:
    """A word in capitals may be an error code."""
    from ag_ui.core import EventType

    from agentcore_probe.judge.success import _AGUI_EVENTS

    assert {type.value for type in EventType} <= _AGUI_EVENTS
    assert judged('data: {"type": "ACCESS_DENIED"}\n\n', protocol="AGUI") == EMPTY
    finished = 'data: {"type": "RUN_STARTED"}\n\ndata: {"type": "RUN_FINISHED"}\n\n'
    assert judged(finished, protocol="AGUI") == ("accepted", "none")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, EMPTY),
        ({"kind": "message"}, ("accepted", "none")),
        ({"role": "agent", "parts": []}, ("accepted", "none")),
        ({"message": {"role": "agent", "parts": []}}, ("accepted", "none")),
        ({"id": "1", "status": {"state": "completed"}}, ("accepted", "none")),
        ({"kind": "task", "status": {"state": "auth-required"}}, ("accepted", "task-not-done")),
        ({"task": {"id": "1", "status": {"state": "TASK_STATE_REJECTED"}}}, ("accepted", "task-not-done")),
        ({"kind": "task", "status": {"state": "failed"}}, ("accepted", "container-failed")),
    ],
)
def test_a_result_of_a2a_is_a_message_or_a_task(result: Any, expected: tuple[str, str]) -> None:
    """A task says in its state whether it was done."""
    assert judged(json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}), protocol="A2A") == expected


@pytest.mark.parametrize("id", [True, "1", 2])
def test_ids_are_compared_strictly(id: Any) -> None:
    """`true` equals 1 in Python only."""
    body = json.dumps({"jsonrpc": "2.0", "id": id, "result": {"tools": []}})
    assert judged(body, protocol="MCP") == EMPTY


def test_a_result_beside_an_error_is_an_error() -> None:
    """JSON-RPC allows one of the two."""
    body = {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}, "error": {"code": -32000, "message": "boom"}}
    assert judged(json.dumps(body), protocol="MCP") == ("accepted", "container-failed")
    assert decision(case(json.dumps(body), protocol="MCP", forged=True)) == "undecided"


def test_a_401_with_a_result_is_not_a_refusal_of_a_control() -> None:
    """Whoever gets the tools was not refused."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": []}})
    assert decision(case(body, protocol="MCP", status=401, forged=True)) == "undecided"
    assert decision(case("{}", protocol="MCP", status=401, forged=True)) == "refused"


def test_a_403_that_limits_the_rate_is_not_a_refusal() -> None:
    """It says nothing about the caller."""
    assert judged('{"message": "Rate exceeded"}', status=403) == ("undecided", "throttled")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("error", "code", "message", "result", "id", "type", "status", "task", "kind", "x")
            ),
            values,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@given(body=JSON, protocol=st.sampled_from(("HTTP", "MCP", "A2A", "AGUI")), forged=st.booleans(), id=JSON)
def test_any_json_is_judged(body: Any, protocol: str, forged: bool, id: Any) -> None:
    """No shape of an answer makes the decision or the diagnosis fail."""
    for text in (json.dumps(body), f"data: {json.dumps(body)}\n\n"):
        judged(text, protocol=protocol, forged=forged, id=id)


@pytest.mark.parametrize("code", [[1], {"a": 1}, 1.5, None, True])
def test_an_error_code_may_be_any_json(code: Any) -> None:
    """A list or an object as a code is an error like another."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "x"}})
    assert decision(case(body, protocol="MCP", forged=True)) == "undecided"
