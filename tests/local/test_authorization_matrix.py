"""Responses by caller and authorizer: the matrix of docs/agentcore.md sections 2.2 and 4.2.

Each row has the certainty of its status and of its text. What is inferred was chosen by this project and is
listed in docs/local.md; a probe must not rely on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import PROJECT, log_in
from tests.embedded import started
from tests.local.callers import Facts, runtime_url

Certainty = Literal["documented", "reported", "inferred"]
Caller = Literal[
    "signed", "signed for a user", "access token", "ID token", "access token without Bearer",
    "tampered token", "Bearer undefined", "anonymous", "empty header",
]  # fmt: skip
Target = Literal["runtime", "gateway"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One caller at one target."""

    number: str
    """The row of docs/agentcore.md section 2.2, or the case of section 4.2."""
    caller: Caller
    target: Target = "runtime"
    authorizer: Literal["jwt", "iam"] = "jwt"
    fault: str | None = None
    """The fault that is injected into the embedded AgentCore."""
    status: int
    text: str = ""
    """Part of the body, the challenge or the error type."""
    challenge: bool = False
    """Whether the response has a `WWW-Authenticate: Bearer` with `resource_metadata`."""
    certainty: Certainty
    """Of the status."""
    text_certainty: Certainty | None = None
    """Of the text, if it is less certain."""
    choice: str | None = None
    """The question in docs/local.md, for a row with something inferred."""


_REJECTED_TOKEN = "a rejected token on the Runtime: 401 or 403?"
_TOKEN_MESSAGES = "messages for a bad signature, a wrong issuer or a malformed token"
_NOT_AUTHORIZED = "is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime"

# fmt: off
RUNTIME = (
    Row(number="1", caller="signed", authorizer="iam", status=200, text="echo", certainty="documented"),
    Row(number="2", caller="signed", authorizer="iam", fault="iam-policy-denies", status=403,
        text=_NOT_AUTHORIZED, certainty="documented", text_certainty="inferred",
        choice="the message for a call that IAM does not allow"),
    Row(number="3", caller="signed for a user", authorizer="iam", status=403, text="AccessDenied",
        certainty="documented"),
    Row(number="4", caller="signed", status=403, text="Authorization method mismatch", certainty="reported"),
    Row(number="5", caller="access token", authorizer="iam", status=403, text="Authorization method mismatch",
        certainty="reported"),
    Row(number="6", caller="access token", status=200, text="echo", certainty="documented"),
    Row(number="7", caller="anonymous", status=401, text="Missing Authentication Token", challenge=True,
        certainty="documented", text_certainty="reported"),
    Row(number="7", caller="empty header", status=401, challenge=True, certainty="documented"),
    Row(number="8", caller="anonymous", authorizer="iam", status=403, text="Missing Authentication Token",
        certainty="documented", text_certainty="reported"),
    Row(number="9", caller="access token", fault="token-expired", status=401, text="expired", challenge=True,
        certainty="reported", text_certainty="inferred", choice=_TOKEN_MESSAGES),
    Row(number="10", caller="access token", fault="token-near-expiry", status=401, challenge=True,
        certainty="reported"),
    Row(number="11", caller="tampered token", status=401, text="OAuth authorization failed", challenge=True,
        certainty="documented", text_certainty="inferred", choice=_TOKEN_MESSAGES),
    Row(number="12", caller="access token", fault="runtime-other-client", status=401, challenge=True,
        text="Claim 'client_id' value mismatch with configuration.", certainty="reported"),
    Row(number="13", caller="ID token", status=401, challenge=True,
        text="Claim 'client_id' value mismatch with configuration.", certainty="reported"),
    Row(number="14", caller="access token", fault="runtime-audience-rule", status=401, challenge=True,
        text="Claim 'aud' value mismatch", certainty="reported", choice=_REJECTED_TOKEN),
    Row(number="15", caller="access token", fault="runtime-scope-rule", status=403, text="insufficient_scope",
        challenge=True, certainty="inferred", choice="a missing scope on the Runtime"),
    Row(number="16", caller="Bearer undefined", status=401, challenge=True, certainty="reported"),
    Row(number="17", caller="access token without Bearer", status=401, challenge=True, certainty="inferred",
        choice="a token without `Bearer ` before it"),
)
GATEWAY = (
    Row(number="no token", target="gateway", caller="anonymous", status=401, text="Missing Bearer token",
        challenge=True, certainty="documented", text_certainty="inferred", choice="the Gateway's 401 body"),
    Row(number="invalid token", target="gateway", caller="tampered token", status=401, challenge=True,
        text="Invalid Bearer token", certainty="documented", text_certainty="inferred",
        choice="the Gateway's 401 body"),
    Row(number="valid token", target="gateway", caller="access token", status=200, text="echo-tool___echo",
        certainty="documented"),
    Row(number="lacks scope", target="gateway", caller="access token", fault="gateway-scope-rule", status=403,
        text="insufficient_scope", challenge=True, certainty="documented"),
    Row(number="other client", target="gateway", caller="access token", fault="gateway-other-client",
        status=403, text="insufficient_scope", challenge=True, certainty="reported",
        choice="a `client_id` that the Gateway does not allow"),
    Row(number="signed", target="gateway", caller="signed", status=401, challenge=True, certainty="inferred",
        choice="a signed request to a JWT Gateway"),
    Row(number="IAM", target="gateway", caller="signed", authorizer="iam", status=200, certainty="documented",
        text="echo-tool___echo"),
    Row(number="IAM, bearer", target="gateway", caller="access token", authorizer="iam", status=403,
        text="Missing Authentication Token", certainty="inferred", choice="a bearer token to an IAM Gateway"),
)
# fmt: on

BODIES: dict[Target, dict[str, Any]] = {
    "runtime": {"prompt": "hi"},
    "gateway": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
}


def row_id(row: Row) -> str:
    return f"{row.target}, {row.number}: {row.caller}, status {row.certainty}"


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[[str, str | None], Facts]]:
    """Starts an embedded AgentCore with an authorizer and a fault, once for each combination."""
    with ExitStack() as stack:

        @cache
        def start(authorizer: Any, fault: str | None) -> Facts:
            faults = (fault,) if fault else ()
            setup = LocalSetup(runtime_authorizer=authorizer, gateway_authorizer=authorizer, faults=faults)
            return stack.enter_context(started(setup))

        yield start


def send(facts: Facts, row: Row) -> requests.Response:
    """Sends the row's request with `requests`."""
    url = runtime_url(facts) if row.target == "runtime" else facts["gateway"]["url"]
    accept = {"Accept": "application/json, text/event-stream"}
    request = AWSRequest("POST", url, headers=accept, data=json.dumps(BODIES[row.target]))
    request.headers["Content-Type"] = "application/json"
    if row.caller == "signed for a user":
        request.headers["X-Amzn-Bedrock-AgentCore-Runtime-User-Id"] = "someone"
    if row.caller.startswith("signed"):
        keys = Credentials(facts["aws"]["access_key_id"], facts["aws"]["secret_access_key"])
        SigV4Auth(keys, "bedrock-agentcore", facts["region"]).add_auth(request)
    elif row.caller != "anonymous":
        request.headers["Authorization"] = authorization(facts, row.caller)
    return requests.post(url, data=request.body, headers=dict(request.headers), timeout=10)


def authorization(facts: Facts, caller: Caller) -> str:
    """The Authorization header of a caller who does not sign."""
    if caller in ("empty header", "Bearer undefined"):
        return "" if caller == "empty header" else caller
    tokens = log_in(facts)
    access_token = tokens["AccessToken"]
    return {
        "access token": f"Bearer {access_token}",
        "ID token": f"Bearer {tokens['IdToken']}",
        "access token without Bearer": access_token,
        "tampered token": f"Bearer {access_token[:-8]}AAAAAAAA",
    }[caller]


@pytest.mark.parametrize("row", RUNTIME + GATEWAY, ids=row_id)
def test_a_caller_gets_the_response_of_its_row(start: Callable[[str, str | None], Facts], row: Row) -> None:
    """Status, text and challenge."""
    response = send(start(row.authorizer, row.fault), row)
    challenge = response.headers.get("WWW-Authenticate", "")
    has_challenge = challenge.startswith("Bearer ") and 'resource_metadata="http' in challenge
    assert response.status_code == row.status
    assert row.text in response.text + challenge + response.headers.get("x-amzn-ErrorType", "")
    assert has_challenge is row.challenge


def test_the_matrix_has_the_rows_of_the_document() -> None:
    """Rows 1 to 17 of docs/agentcore.md section 2.2."""
    assert [*dict.fromkeys(row.number for row in RUNTIME)] == [str(number) for number in range(1, 18)]


def test_everything_inferred_is_documented() -> None:
    """Each choice has its row in docs/local.md."""
    choices = (PROJECT / "docs" / "local.md").read_text("utf-8").split("## What had to be chosen")[1]
    for row in RUNTIME + GATEWAY:
        if "inferred" in (row.certainty, row.text_certainty):
            assert row.choice is not None, row_id(row)
        if row.choice is not None:
            assert f"| {row.choice} |" in choices
