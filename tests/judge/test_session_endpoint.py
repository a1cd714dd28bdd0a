"""Answers at the endpoint of a session, whose refusals have no body and whose other answers are an application's."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.exchange import Auth, Exchange, Fault, Request, Response

URL = "https://s-1.bedrock-agentcore.us-east-1.amazonaws.com/"
ROW = "runtime-session-endpoint"


def case(response: Response | None, row: str = "jwt", **fields: Any) -> Case:
    auth: Auth = "none" if row == "anonymous" else "bearer"
    headers = {} if row == "anonymous" else {"Authorization": "Bearer <token>"}
    request = Request(method="GET", url=URL, auth=auth, headers=headers)
    exchange = Exchange(
        id=f"{ROW}-{row}/1",
        step="session endpoint",
        purpose="runtime",
        request=request,
        response=response,
        **fields,
    )
    return Case(exchange)


@pytest.mark.parametrize(
    ("response", "expected", "cause"),
    [
        (Response(status=200, body="<html>mine</html>", headers={"server": "nginx"}), "accepted", "none"),
        (Response(status=404, body="Not Found", headers={"server": "uvicorn"}), "accepted", "none"),
        (Response(status=302, headers={"location": "/login"}), "accepted", "none"),
        (Response(status=403, headers={"x-code": "AccessDenied"}), "refused", "session-port-not-allowed"),
        (Response(status=403, headers={"x-unknown": "1"}), "refused", "session-refused"),
        (Response(status=401, headers={"x-code": "AuthenticationRequired"}), "refused", "session-refused"),
        (Response(status=403, body="Forbidden by me"), "undecided", "session-answer-unclear"),
        (Response(status=502, body=""), "undecided", "service-fault"),
        (Response(status=404, headers={"x-amzn-errortype": "ResourceNotFoundException"}), "undecided", None),
    ],
)
def test_any_answer_of_the_application_is_an_acceptance(
    response: Response, expected: str, cause: str | None
) -> None:
    """An empty 401 or 403 is the service's, one with a body may be the application's."""
    found = case(response)
    assert decision(found) == expected
    diagnosis = diagnose(found)
    assert cause in (None, diagnosis.cause)
    assert diagnosis.confidence in ("probable", "possible")


def test_a_refusal_without_a_code_lists_the_headers() -> None:
    """Since the name of the code's header is not documented."""
    diagnosis = diagnose(case(Response(status=403, headers={"X-Trace": "1", "Date": "today"})))
    assert (diagnosis.cause, diagnosis.values["headers"]) == ("session-refused", "date, x-trace")


def test_without_an_answer_nothing_is_shown() -> None:
    """A fault of the network."""
    assert decision(case(None, fault=Fault(kind="timeout"))) == "undecided"


def test_a_call_without_a_credential_that_is_answered_is_an_open_door() -> None:
    """Whatever the application says, and its refusal lacks a credential."""
    answered = case(Response(status=404, body="Not Found"), "anonymous", control="anonymous")
    assert (decision(answered), diagnose(answered).cause) == ("accepted", "open-endpoint")
    refused = case(Response(status=403, headers={"x-code": "AccessDenied"}), "anonymous", control="anonymous")
    assert (decision(refused), diagnose(refused).cause) == ("refused", "credential-missing")


def test_a_proxy_that_names_itself_did_not_let_anybody_in() -> None:
    """On the way to the endpoint; an application may well be behind the same software."""
    page = Response(status=404, headers={"server": "squid/5"}, body="<html>squid: cannot reach</html>")
    assert decision(case(page, via_proxy=True)) == "undecided"
