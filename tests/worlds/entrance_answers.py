"""Answers at further entrances: those that are sound, and those of somebody who is in front of AgentCore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.worlds.answers import LOGIN_PAGE, Answer, dumped
from tests.worlds.entrance_server import CHALLENGE, CONVERSATION, EVENTS, POLICY_WORDS, upgraded
from tests.worlds.entrance_world import Reply
from tests.worlds.server import Request

Respond = Callable[[Request], Answer]
Message = dict[str, Any]
HTML = (("content-type", "text/html; charset=utf-8"),)
TEXT = (("content-type", "text/plain"),)
JSON = (("content-type", "application/json"),)
NGINX = ("server", "nginx/1.22")

FOREIGN: dict[str, Answer] = {
    "proxy-403": Answer(403, b"<html><title>403 Forbidden</title></html>", (*HTML, NGINX), marked=False),
    "proxy-basic": Answer(
        401, b"<html>401</html>", (*HTML, NGINX, ("www-authenticate", 'Basic realm="x"')), marked=False
    ),
    "login-page": Answer(200, LOGIN_PAGE, HTML, marked=False),
    "login-elsewhere": Answer(302, b"", (("location", "https://login.example.com/"),), marked=False),
    "balancer-424": Answer(424, b"Failed Dependency", (*TEXT, ("server", "envoy")), marked=False),
    "balancer-503": Answer(503, b"no healthy upstream", (*TEXT, ("server", "envoy")), marked=False),
    "firewall-403": Answer(403, b"<html>403</html>", (*HTML, ("server", "awselb/2.0")), marked=False),
    "firewall-challenge": Answer(
        202,
        b"<!DOCTYPE html><script>window.awsWafCookieDomainList = [];</script>",
        (*HTML, ("x-amzn-waf-action", "challenge")),
    ),
    "cloudfront-403": Answer(
        403, b"<html>Request blocked.</html>", (*HTML, ("server", "CloudFront"), ("x-amz-cf-id", "x")), marked=False
    ),
    "api-gateway-401": Answer(401, b'{"message":"Unauthorized"}', (*JSON, ("apigw-requestid", "x")), marked=False),
    "api-gateway-403": Answer(403, b'{"message":"Forbidden"}', (*JSON, ("x-amz-apigw-id", "x"))),
}  # fmt: skip
"""What others answer, of which nothing follows about AgentCore."""


def accepts(request: Request) -> Answer:
    """A handshake that is accepted."""
    return upgraded(request)


def answers(answer: Answer) -> Respond:
    """The same answer to everything."""
    return lambda _: answer


def rpc_error(message: Message, code: int, text: str, status: int = 200) -> Answer:
    """A JSON-RPC error."""
    return Answer(
        status,
        dumped({"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": code, "message": text}}),
    )


def rpc_result(message: Message, result: Message) -> Answer:
    """A JSON-RPC result."""
    return Answer(200, dumped({"jsonrpc": "2.0", "id": message.get("id"), "result": result}))


TOOLS = [{"name": f"tools___tool_{number}", "inputSchema": {"type": "object"}} for number in range(3)]
DONE = {"content": [{"type": "text", "text": "done"}]}


def mcp(
    *, on_list: Callable[[Message], Answer] | None = None, on_call: Callable[[Message], Answer] | None = None
) -> Respond:
    """An MCP server for everybody, with other answers to `tools/list` or `tools/call`."""

    def respond(request: Request) -> Answer:
        message = request.message
        method = str(message.get("method"))
        if method == "initialize":
            result = {
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "world", "version": "1"},
            }
            return rpc_result(message, result)
        if method.startswith("notifications/"):
            return Answer(202, b"", ())
        if method == "tools/call":
            return on_call(message) if on_call else rpc_result(message, DONE)
        return on_list(message) if on_list else rpc_result(message, {"tools": TOOLS})

    return respond


def denied(status: int = 200) -> Callable[[Message], Answer]:
    """A denial by the policy engine as a JSON-RPC error."""
    return lambda message: rpc_error(message, -32002, POLICY_WORDS, status)


CARD = Answer(200, dumped({"name": "w", "protocolVersion": "0.3.0", "url": "http://x/", "skills": []}))
NOT_FOUND = Answer(404, b"not found", TEXT, marked=False)
"""Of an application, about a path that it does not have."""

OPEN: dict[str, Respond] = {
    "runtime-ws": accepts,
    "runtime-shell": accepts,
    "runtime-agent-card": answers(CARD),
    "runtime-session-endpoint": answers(NOT_FOUND),
    "gateway-to-runtime": answers(Answer(200, b'{"result": "Hello"}')),
    "gateway-passthrough": answers(Answer(200, b'{"status": "ok"}')),
    "harness": answers(Answer(200, CONVERSATION, EVENTS)),
    "registry": mcp(),
}
"""Entrance -> what an accepted caller gets, and nobody else."""
UNAUTHORIZED = Answer(
    401,
    dumped(
        {"jsonrpc": "2.0", "id": None, "error": {"code": -32001, "message": "Missing Authentication Token"}}
    ),
    (*JSON, CHALLENGE, ("x-amzn-errortype", "UnauthorizedException")),
)


def unmarked(respond: Respond) -> Respond:
    """The same without AWS's mark."""
    return lambda request: replace(respond(request), marked=False)


def opening_later(entrance: str, caller: str) -> dict[str, Answer | Respond]:
    """Replies by which `caller` gets in as soon as a genuine caller was in."""
    was_open: list[bool] = []

    def genuine(request: Request) -> Answer:
        was_open.append(True)
        return OPEN[entrance](request)

    def other(request: Request) -> Answer:
        return OPEN[entrance](request) if was_open else UNAUTHORIZED

    return {f"{entrance} jwt": genuine, f"{entrance} {caller}": other}


def without_end(answer: Answer) -> Reply:
    """The answer, with fewer bytes than it promises."""
    return Reply(answer.status, answer.body, answer.headers, end="cut")
