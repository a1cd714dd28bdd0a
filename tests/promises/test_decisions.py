"""Promise 14: which responses are refusals, which mean that the authorizer accepted, and which decide nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.exchange import Exchange, Fault, Request, Response

RUNTIME = "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fa-ABCDEFGHIJ/invocations"
GATEWAY = "https://gw-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"
LOGIN = "https://cognito-idp.us-east-1.amazonaws.com/"


def decide(url: str, status: int, body: Any = "", error: str = "", *, aws: bool = True) -> str:
    headers = {"x-amzn-requestid": "1"} if aws else {"server": "nginx"}
    if error:
        headers["x-amzn-errortype"] = error
    text = body if isinstance(body, str) else json.dumps(body)
    request = Request(method="POST", url=url, headers={"Authorization": "Bearer <token>"}, auth="bearer")
    exchange = Exchange(
        id="login/1",
        step="invoke",
        request=request,
        response=Response(status=status, headers=headers, body=text),
    )
    return decision(Case(exchange))


def rpc(code: int) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "x"}}


@pytest.mark.parametrize("url", [RUNTIME, GATEWAY])
@pytest.mark.parametrize(
    "body", ["", {"message": "Missing Authentication Token"}, {"message": "Forbidden"}, rpc(-32001)]
)
@pytest.mark.parametrize("status", [401, 403])
def test_401_and_403_are_refusals_with_every_body(url: str, body: Any, status: int) -> None:
    """Runtime and Gateway send both."""
    assert decide(url, status, body) == "refused"


@pytest.mark.parametrize(
    ("url", "status", "body", "error"),
    [
        (RUNTIME, 200, {"result": "hello"}, ""),
        (RUNTIME, 200, "data: {}\n\n", ""),
        (RUNTIME, 424, {"message": "x"}, "RuntimeClientError"),
        (RUNTIME, 200, rpc(-32010), ""),
        (RUNTIME, 424, rpc(-32055), ""),
        (RUNTIME, 504, "", ""),
        (RUNTIME, 101, "", ""),
        (GATEWAY, 200, {"jsonrpc": "2.0", "id": 1, "result": {"isError": True, "content": []}}, ""),
        (GATEWAY, 200, rpc(-32602), ""),
    ],
)
def test_a_response_of_agent_or_tool_is_accepted(url: str, status: int, body: Any, error: str) -> None:
    """Also a failure of the container and an error of a tool: the authorizer accepted the caller."""
    assert decide(url, status, body, error) == "accepted"


@pytest.mark.parametrize("url", [RUNTIME, GATEWAY])
@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 402, 404, 405, 406, 409, 429, 500, 502, 503])
def test_a_response_that_is_not_the_authorizers_is_undecided(url: str, status: int) -> None:
    """Routing, limits and service errors do not depend on the caller."""
    assert decide(url, status, {"message": "x"}) == "undecided"


@pytest.mark.parametrize("status", [200, 401, 403])
@pytest.mark.parametrize("url", [RUNTIME, GATEWAY])
def test_a_response_that_is_not_from_aws_is_undecided(url: str, status: int) -> None:
    """A proxy's 403 is not a refusal by AgentCore, and a captive portal's 200 is not an acceptance."""
    assert decide(url, status, "<html>Sign in</html>", aws=False) == "undecided"


@pytest.mark.parametrize("status", [200, 400, 401])
def test_a_login_is_undecided(status: int) -> None:
    """Cognito is not the authorizer: a failed login is about the user."""
    assert decide(LOGIN, status, {"__type": "NotAuthorizedException"}) == "undecided"


@pytest.mark.parametrize("kind", ["timeout", "connect", "tls", "reset", "dns"])
def test_a_request_without_a_response_is_undecided(kind: Any) -> None:
    """The client or the network failed."""
    request = Request(method="POST", url=RUNTIME, headers={}, auth="bearer")
    exchange = Exchange(
        id="runtime-jwt/1", step="invoke", request=request, fault=Fault(kind=kind, detail="x")
    )
    assert decision(Case(exchange)) == "undecided"
