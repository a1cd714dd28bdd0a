"""Every form of response becomes one answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.judge.reading.answer import Answer, guess_service, read, read_challenges
from agentcore_probe.model.exchange import Response


def answer(body: Any = "", status: int | None = 400, **headers: Any) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return read(Response(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=text))  # fmt: skip


@pytest.mark.parametrize(
    ("body", "error_type", "message"),
    [
        ({"__type": "a.b#AccessDeniedException", "message": "m"}, "AccessDeniedException", "m"),
        ({"code": "X", "Message": "m"}, "X", "m"),
        ({"error": "invalid_client", "error_description": "m"}, "invalid_client", "m"),
        ({"errorCode": "E0000004", "errorSummary": "m"}, "E0000004", "m"),  # Okta
        (
            "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>",
            "SignatureDoesNotMatch",
            "m",
        ),
        ({"jsonrpc": "2.0", "error": {"code": -32001, "message": "m"}}, "", "m"),
        ("<html>502</html>", "", ""),
        ("{" * 10_000, "", ""),
        ("", "", ""),
    ],
)
def test_an_error_has_a_type_and_a_message(body: Any, error_type: str, message: str) -> None:
    """In any of the forms in which services report it."""
    parsed = answer(body, content_type="text/plain")
    assert (parsed.error_type, parsed.message) == (error_type, message)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "d"}, 400, "d"),
        ({"title": "Unsupported grant", "status": 400}, 400, "Unsupported grant"),
        ({"detail": "Not authenticated"}, 401, "Not authenticated"),
        ({"detail": [{"loc": ["body"]}]}, 422, ""),
        ({"title": "An order", "detail": "d"}, 200, ""),  # an agent's own answer
    ],
)
def test_problem_details_are_the_message_of_an_error(body: Any, status: int, message: str) -> None:
    """The detail of RFC 9457, else the title; FastAPI has the detail alone."""
    assert answer(body, status).message == message


def test_the_header_of_an_error_type_takes_precedence() -> None:
    """Without its URL part."""
    parsed = answer({"__type": "B"}, x_amzn_errortype="A:http://internal/")
    assert parsed.error_type == "A"


@pytest.mark.parametrize(
    ("body", "code", "failed"),
    [
        ('data: {"jsonrpc": "2.0", "error": {"code": -32001, "message": "m"}}\n\n', -32001, True),
        ('data: {"type": "RUN_STARTED"}\n\ndata: {"type": "RUN_ERROR", "code": "AGENT_ERROR"}', "AGENT_ERROR", True),
        ('data: {"jsonrpc": "2.0", "result": {}}', None, False),
    ],
)  # fmt: skip
def test_an_event_stream_has_an_error_in_any_event(body: str, code: int | str | None, failed: bool) -> None:
    """JSON-RPC's of MCP and A2A, and AG-UI's."""
    parsed = answer(body, status=200)
    assert (parsed.rpc_code, parsed.failed) == (code, failed)


def test_a_challenge_may_have_the_only_message() -> None:
    """RFC 6750 section 3."""
    parsed = answer(www_authenticate='Bearer error="invalid_token", error_description="expired"')
    assert parsed.challenged
    assert parsed.challenge["error"] == "invalid_token"
    assert parsed.message == "expired"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"x_amzn_requestid": "1"}, "", True),
        ({"www_authenticate": 'Bearer resource_metadata="https://bedrock-agentcore.x"'}, "", True),
        ({"x_amzn_requestid": "1", "apigw_requestid": "2"}, "", False),
        ({"x_amz_cf_id": "1"}, "", False),
        ({"proxy_status": "x"}, "", False),
        ({"content_type": "text/html"}, "<html>", False),
        ({"server": "nginx"}, "{}", False),
        ({"content_type": "application/json"}, "{}", None),
        ({}, "<html>", False),
        ({}, "<p>", None),
    ],
)
def test_the_headers_show_whether_aws_answered(
    headers: dict[str, str], body: str, expected: bool | None
) -> None:
    """Services in front of AgentCore have headers of AWS, too."""
    assert answer(body, 400, **headers).from_aws is expected


@pytest.mark.parametrize(
    ("body", "service"),
    [
        ({"error": "invalid_grant"}, "oauth"),
        ({"access_token": "x"}, "oauth"),
        ({"ChallengeName": "NEW_PASSWORD_REQUIRED"}, "cognito"),
        ({"__type": "NotAuthorizedException", "message": "m"}, "cognito"),
        ({"runtimeSessionId": "x"}, "runtime"),
        ({"message": "No target found"}, "gateway"),
        ({"__type": "AccessDeniedException"}, "runtime"),
        ("plain text", "other"),
    ],
)
def test_a_body_alone_shows_its_service(body: Any, service: str) -> None:
    """By words that only this service uses."""
    assert guess_service(answer(body)) == service


def test_a_botocore_line_is_an_answer() -> None:
    """With the operation, by which the service is known."""
    parsed = answer(
        "An error occurred (ThrottlingException) when calling the InvokeAgentRuntime operation: m"
    )
    assert (parsed.error_type, parsed.operation, parsed.message) == (
        "ThrottlingException",
        "InvokeAgentRuntime",
        "m",
    )
    assert parsed.from_aws


@pytest.mark.parametrize(
    ("message", "policy"),
    [
        ("with an explicit deny in a service control policy", "service control policy"),
        ("because no resource-based policy allows it", "resource-based policy"),
        ("because no identity-based policy allows it", None),
        ("denied", None),
    ],
)
def test_a_refusal_names_a_policy_that_is_not_the_callers(message: str, policy: str | None) -> None:
    """Another policy cannot be fixed in the caller's role."""
    assert Answer(message=message).refusing_policy == policy


def test_an_error_type_is_the_same_with_and_without_exception() -> None:
    """An empty one is no type at all."""
    assert Answer(error_type="NotAuthorizedException").is_type("NotAuthorized")
    assert Answer(error_type="NotAuthorized").is_type("NotAuthorizedException")
    assert not Answer().is_type("")


@pytest.mark.parametrize(
    "header",
    [
        'Bearer realm="a, b", resource_metadata="https://x/y", error=invalid_token',
        'Basic realm="api", Bearer realm="a, b", resource_metadata="https://x/y", error=invalid_token',
        'DPoP algs="ES256 RS256", bearer realm="a, b" , resource_metadata = "https://x/y",error=invalid_token',
        'Negotiate, Basic realm="Bearer x=y", BEARER realm="a, b",resource_metadata="https://x/y", error=invalid_token, Bearer error=other',
    ],
)
def test_a_bearer_challenge_is_read_among_others(header: str) -> None:
    """A header may have several challenges, and several headers count as one (RFC 9110 section 11.6.1)."""
    parsed = answer("", 401, www_authenticate=header)
    assert parsed.challenged
    assert parsed.challenge == {
        "realm": "a, b",
        "resource_metadata": "https://x/y",
        "error": "invalid_token",
    }


@pytest.mark.parametrize("header", ["", "Basic realm=x", 'Basic realm="Bearer"', "Bearerish x=y", ",,,", '"'])
def test_a_header_without_a_bearer_challenge_has_none(header: str) -> None:
    """Whatever else it says."""
    assert "bearer" not in read_challenges(header)


@pytest.mark.parametrize(
    ("line", "error_type", "message", "from_aws"),
    [
        (
            " (reached max retries: 2): Rate exceeded: slow down",
            "ThrottlingException",
            "Rate exceeded: slow down",
            True,
        ),
        (": Rate exceeded", "ThrottlingException", "Rate exceeded", True),
        (": <html><title>502</title></html>", "502", "<html><title>502</title></html>", False),
        (": Bad Gateway", "502", "Bad Gateway", False),
        (": <!DOCTYPE html><p>Sign in", "UnknownError", "<!DOCTYPE html><p>Sign in", False),
    ],
)
def test_a_line_of_botocore_says_who_answered(
    line: str, error_type: str, message: str, from_aws: bool
) -> None:
    """It writes the HTTP status where an answer has no error type; the number of retries is not part of a message."""
    text = f"An error occurred ({error_type}) when calling the InvokeAgentRuntime operation{line}"
    parsed = read(Response(body=text))
    assert (parsed.error_type, parsed.message) == ("" if error_type.isdigit() else error_type, message)
    assert parsed.from_aws is from_aws


def test_a_proxys_page_with_the_headers_of_aws_is_not_from_aws() -> None:
    """A proxy may keep them when it replaces an answer; AgentCore itself has no error pages."""
    headers = {"x-amzn-requestid": "1", "content-type": "text/html", "server": "nginx"}
    assert read(Response(status=502, headers=headers, body="<html>")).from_aws is False
