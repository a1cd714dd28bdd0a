"""A request that is invalid on purpose: what the answer about it shows beside the run's controls."""

from __future__ import annotations

from typing import Any

import pytest

from agentcore_probe.judge.decision import combined_decision, decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.configuration import (
    Authorizer,
    AuthorizerType,
    Configuration,
    RuntimeConfiguration,
)
from agentcore_probe.model.exchange import Exchange, Request, Response

URL = "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Aa/commands?qualifier=DEFAULT"
INVALID = Response(
    status=400,
    headers={"x-amzn-errortype": "ValidationException", "x-amzn-requestid": "1"},
    body='{"message": "1 validation error"}',
)
REFUSED = Response(
    status=401, headers={"x-amzn-errortype": "UnauthorizedException"}, body='{"message": "Missing"}'
)


def exchange(row: str, response: Response, **fields: Any) -> Exchange:
    request = Request(url=URL, auth="none" if row.endswith("anonymous") else "bearer", body="{}")
    return Exchange(
        id=f"{row}/1", step="command", request=request, response=response, purpose="runtime", **fields
    )


GENUINE = exchange("runtime-command-jwt", INVALID)
NOBODY = exchange("runtime-command-anonymous", REFUSED, control="anonymous")
FORGED = exchange("runtime-command-jwt-forged", REFUSED, forged="foreign-key-rsa")


def invalid(control: Exchange, response: Response = INVALID) -> Exchange:
    """The control, with the answer that a caller gets who is let in."""
    return control.model_copy(update={"response": response})


@pytest.mark.parametrize(
    ("related", "expected", "cause"),
    [
        ((), "accepted", "command-missing"),
        ((NOBODY, FORGED), "accepted", "command-missing"),
        ((invalid(NOBODY), FORGED), "accepted", "command-missing"),  # the token was looked at first
        ((NOBODY, invalid(FORGED)), "undecided", "content-checked-first"),
        ((NOBODY, invalid(FORGED, Response(status=424))), "undecided", "content-checked-first"),
        (
            (exchange("runtime-shell-jwt-forged", INVALID, forged="foreign-key-rsa"),),
            "accepted",
            "command-missing",
        ),
    ],
    ids=[
        "no control",
        "controls refused",
        "anonymous call gets it too",
        "forged token gets it too",
        "forged token gets a 424",
        "of another entrance",
    ],
)
def test_it_is_an_acceptance_unless_a_control_gets_the_same_answer(
    related: tuple[Exchange, ...], expected: str, cause: str
) -> None:
    """At most probable, since the order of the checks is not documented; only possible without a control."""
    has_controls = any(other.id.startswith("runtime-command") for other in related)
    run = (GENUINE, *related)
    assert combined_decision((GENUINE,), Configuration(), run) == expected
    diagnosis = diagnose(Case(GENUINE, related=Related(run)))
    assert (diagnosis.cause, diagnosis.confidence) == (cause, "probable" if has_controls else "possible")


@pytest.mark.parametrize("control", [invalid(NOBODY), invalid(FORGED)], ids=["nobody", "forged"])
def test_a_control_with_that_answer_shows_nothing(control: Exchange) -> None:
    """It is neither refused nor accepted."""
    assert decision(Case(control)) == "undecided"
    assert diagnose(Case(control)).cause == "content-checked-first"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Response(status=424, headers={"x-amzn-errortype": "RuntimeClientError"}), "accepted"),
        (Response(status=400, headers={"x-amzn-errortype": "IncompleteSignatureException"}), "undecided"),
        (Response(status=400, headers={"server": "squid"}, body="<html>Bad Request</html>"), "undecided"),
        (Response(status=404, headers={"x-amzn-errortype": "UnknownOperationException"}), "undecided"),
        (Response(status=429, headers={"x-amzn-errortype": "ThrottlingException"}), "undecided"),
        (Response(status=500, headers={"x-amzn-errortype": "InternalServerException"}), "undecided"),
    ],
    ids=["424", "signature", "proxy", "route", "throttled", "fault"],
)
def test_only_an_answer_about_the_request_counts(response: Response, expected: str) -> None:
    """An error of the signature, a proxy's page and a limit say nothing about who may run commands."""
    assert decision(Case(exchange("runtime-command-jwt", response))) == expected


def test_the_same_answer_to_an_invocation_shows_nothing() -> None:
    """Nothing is known there of the order of checks, and no control sends an invalid request."""
    assert decision(Case(exchange("runtime-jwt", INVALID))) == "undecided"


@pytest.mark.parametrize(("authorizer", "wrong"), [("AWS_IAM", "jwt"), ("CUSTOM_JWT", "sigv4")])
def test_a_credential_that_the_authorizer_never_takes_is_a_control(
    authorizer: AuthorizerType, wrong: str
) -> None:
    """Neither it nor the caller who may be let in is accepted, if both get that answer."""
    configuration = Configuration(runtime=RuntimeConfiguration(authorizer=Authorizer(type=authorizer)))
    calls = tuple(
        exchange(f"runtime-command-{row}", INVALID).model_copy(
            update={"request": Request.model_validate({"url": URL, "auth": auth, "body": "{}"})}
        )
        for row, auth in (("jwt", "bearer"), ("sigv4", "sigv4"))
    )
    assert {combined_decision((call,), configuration, calls) for call in calls} == {"undecided"}
    right = next(call for call in calls if not call.id.startswith(f"runtime-command-{wrong}"))
    assert combined_decision((right,), configuration, (right,)) == "accepted"
