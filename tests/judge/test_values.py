"""Values of a diagnosis that choose another sentence: what the rest of the run shows of one exchange."""

from __future__ import annotations

import json
from typing import Any

from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange, Request, Response, TokenFacts
from agentcore_probe.report.messages import messages

GATEWAY = "https://g-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"
AWS = {"x-amzn-requestid": "1"}


def call(id: str, step: str, params: dict[str, Any], answer: dict[str, Any]) -> Exchange:
    """One call of a Gateway by MCP and its answer."""
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": step.split(" page", maxsplit=1)[0], "params": params}
    )
    request = Request(
        method="POST", url=GATEWAY, auth="bearer", body=body, headers={"Authorization": "Bearer <token>"}
    )
    response = Response(status=200, headers=AWS, body=json.dumps({"jsonrpc": "2.0", "id": 1, **answer}))
    return Exchange(id=id, step=step, request=request, response=response, purpose="gateway")


def texts(case: Case) -> tuple[str, str]:
    """Title and fix."""
    diagnosis = diagnose(case)
    english = messages("en")
    return (
        english.cause(diagnosis.cause, diagnosis.values),
        english.cause(f"{diagnosis.cause}.fix", diagnosis.values),
    )


def test_a_tool_that_the_conversation_did_not_list_is_named_as_such() -> None:
    """Only where the list is complete, and of the same conversation."""
    failed = {"result": {"isError": True, "content": [{"type": "text", "text": "Unknown tool: 'echo'"}]}}
    called = call("gateway-jwt/4", "tools/call", {"name": "echo", "arguments": {}}, failed)
    pages = (
        call(
            "gateway-jwt/2",
            "tools/list page 1",
            {},
            {"result": {"tools": [{"name": "a"}], "nextCursor": "2"}},
        ),
        call("gateway-jwt/3", "tools/list page 2", {}, {"result": {"tools": [{"name": "b"}]}}),
    )
    title, fix = texts(Case(called, Configuration(), Related((*pages, called))))
    assert title == "Authorization succeeded, but the server does not list this tool."
    assert fix.startswith("Correct [gateway] tool")
    listed = call("gateway-jwt/3", "tools/list page 2", {}, {"result": {"tools": [{"name": "echo"}]}})
    elsewhere = tuple(page.model_copy(update={"id": f"other/{page.id[-1]}"}) for page in pages)
    for related in ((), pages[:1], (pages[0], listed), elsewhere):
        title, fix = texts(Case(called, Configuration(), Related((*related, called))))
        assert title == "Authorization succeeded, but the tool failed.", related
        assert "exceptionLevel" in fix


def test_a_token_that_the_issuer_gave_as_a_reference_is_named_as_such() -> None:
    """It was read well; the issuer has to be asked for a JWT."""
    refused = Exchange(
        id="gateway-jwt/1",
        step="initialize",
        request=Request(
            method="POST", url=GATEWAY, auth="bearer", headers={"Authorization": "Bearer <token>"}
        ),
        response=Response(status=401, headers={**AWS, "www-authenticate": "Bearer"}, body=""),
        token=TokenFacts(unparsable="opaque-reference-token"),
    )
    issued = Exchange(
        id="identity/1",
        step="token",
        request=Request(method="POST", url="https://idp.example.com/token"),
        response=Response(status=200, body='{"access_token": "<token>"}'),
        purpose="token",
    )
    assert "reference token" in texts(Case(refused, Configuration(), Related((issued, refused))))[1]
    assert "how the token is read" in texts(Case(refused, Configuration(), Related((refused,))))[1]


def test_a_server_on_this_machine_is_no_proxy() -> None:
    """The advice to exclude a host from the proxy is for other hosts."""
    for url, word in (("http://127.0.0.1:9/mcp", "AWS's own URL"), ("https://a.example/mcp", "the proxy")):
        exchange = Exchange(
            id="gateway-jwt/1",
            step="initialize",
            request=Request(method="POST", url=url, auth="none"),
            response=Response(status=200, headers={"server": "uvicorn"}, body="{}"),
            purpose="gateway",
        )
        diagnosis = diagnose(Case(exchange, Configuration()))
        assert diagnosis.cause == "answer-not-from-aws"
        assert word in texts(Case(exchange, Configuration()))[1]
