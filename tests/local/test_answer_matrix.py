"""Who calls what, and the answer: the matrix of callers and authorizers as it is documented.

Each row says how sure its status and its words are. What is inferred is a choice of ours, and
stands in docs/local.md; a probe must not rely on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
from tests.local.test_answers import runtime_url

Certainty = Literal["documented", "reported", "inferred"]
Caller = Literal[
    "signed", "signed for a user", "access token", "ID token", "access token without Bearer",
    "tampered token", "Bearer undefined", "nobody", "empty header",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """One caller before one target."""

    number: str
    """In docs/agentcore.md sections 2.2 and 4.2."""
    caller: Caller
    target: Literal["runtime", "gateway"] = "runtime"
    authorizer: Literal["jwt", "iam"] = "jwt"
    fault: str | None = None
    """What the embedded AgentCore is set up with."""
    status: int
    says: str = ""
    """Words of the body or of the challenge."""
    challenge: bool = False
    """Whether a `WWW-Authenticate: Bearer` with its `resource_metadata` stands in the answer."""
    sure: Certainty
    """Of the status."""
    words: Certainty | None = None
    """Of what it says, where that is less sure."""
    chosen: str | None = None
    """The line of docs/local.md, where something is inferred."""


_OTHER = "a rejected token on the Runtime: 401 or 403?"
_WORDS = "messages for a bad signature, a wrong issuer or a malformed token"
_NO_ALLOW = "is not authorized to perform: bedrock-agentcore:InvokeAgentRuntime"

# fmt: off
RUNTIME = (
    Row(number="1", caller="signed", authorizer="iam", status=200, says="echo", sure="documented"),
    Row(number="2", caller="signed", authorizer="iam", fault="iam-policy-denies", status=403, says=_NO_ALLOW,
        sure="documented", words="inferred", chosen="the message for a call that IAM does not allow"),
    Row(number="3", caller="signed for a user", authorizer="iam", status=403, says="AccessDenied",
        sure="documented"),
    Row(number="4", caller="signed", status=403, says="Authorization method mismatch", sure="reported"),
    Row(number="5", caller="access token", authorizer="iam", status=403, says="Authorization method mismatch",
        sure="reported"),
    Row(number="6", caller="access token", status=200, says="echo", sure="documented"),
    Row(number="7", caller="nobody", status=401, says="Missing Authentication Token", challenge=True,
        sure="documented", words="reported"),
    Row(number="7", caller="empty header", status=401, challenge=True, sure="documented"),
    Row(number="8", caller="nobody", authorizer="iam", status=403, says="Missing Authentication Token",
        sure="documented", words="reported"),
    Row(number="9", caller="access token", fault="token-expired", status=401, says="expired", challenge=True,
        sure="reported", words="inferred", chosen=_WORDS),
    Row(number="10", caller="access token", fault="token-near-expiry", status=401, challenge=True,
        sure="reported"),
    Row(number="11", caller="tampered token", status=401, says="OAuth authorization failed", challenge=True,
        sure="documented", words="inferred", chosen=_WORDS),
    Row(number="12", caller="access token", fault="runtime-other-client", status=401, challenge=True,
        says="Claim 'client_id' value mismatch with configuration.", sure="reported"),
    Row(number="13", caller="ID token", status=401, challenge=True,
        says="Claim 'client_id' value mismatch with configuration.", sure="reported"),
    Row(number="14", caller="access token", fault="runtime-audience-rule", status=401, challenge=True,
        says="Claim 'aud' value mismatch", sure="reported", chosen=_OTHER),
    Row(number="15", caller="access token", fault="runtime-scope-rule", status=403, says="insufficient_scope",
        challenge=True, sure="inferred", chosen="a missing scope on the Runtime"),
    Row(number="16", caller="Bearer undefined", status=401, challenge=True, sure="reported"),
    Row(number="17", caller="access token without Bearer", status=401, challenge=True, sure="inferred",
        chosen="a token without `Bearer ` before it"),
)
GATEWAY = (
    Row(number="no token", target="gateway", caller="nobody", status=401, says="Missing Bearer token",
        challenge=True, sure="documented", words="inferred", chosen="the Gateway's 401 body"),
    Row(number="invalid token", target="gateway", caller="tampered token", status=401, challenge=True,
        says="Invalid Bearer token", sure="documented", words="inferred", chosen="the Gateway's 401 body"),
    Row(number="valid token", target="gateway", caller="access token", status=200, says="echo-tool___echo",
        sure="documented"),
    Row(number="lacks scope", target="gateway", caller="access token", fault="gateway-scope-rule", status=403,
        says="insufficient_scope", challenge=True, sure="documented"),
    Row(number="other client", target="gateway", caller="access token", fault="gateway-other-client",
        status=403, says="insufficient_scope", challenge=True, sure="reported",
        chosen="a `client_id` that the Gateway does not allow"),
    Row(number="signed", target="gateway", caller="signed", status=401, challenge=True, sure="inferred",
        chosen="a signed request to a JWT Gateway"),
    Row(number="IAM", target="gateway", caller="signed", authorizer="iam", status=200, sure="documented",
        says="echo-tool___echo"),
    Row(number="IAM, bearer", target="gateway", caller="access token", authorizer="iam", status=403,
        says="Missing Authentication Token", sure="inferred", chosen="a bearer token to an IAM Gateway"),
)
# fmt: on

ASK = {"runtime": {"prompt": "hi"}, "gateway": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}}


def named(row: Row) -> str:
    return f"{row.target}, {row.number}: {row.caller}, status {row.sure}"


@pytest.fixture(scope="module")
def told() -> Iterator[Any]:
    """An embedded AgentCore for each setup, started once."""
    with ExitStack() as running:

        @cache
        def start(authorizer: str, fault: str | None) -> Mapping[str, Any]:
            kind: Any = authorizer
            faults = (fault,) if fault else ()
            setup = LocalSetup(runtime_authorizer=kind, gateway_authorizer=kind, faults=faults)
            return running.enter_context(started(setup))

        yield start


def send(told: Mapping[str, Any], row: Row) -> requests.Response:
    """The row's request, sent as any client would."""
    url = runtime_url(told) if row.target == "runtime" else told["gateway"]["url"]
    accept = {"Accept": "application/json, text/event-stream"}
    request = AWSRequest("POST", url, headers=accept, data=json.dumps(ASK[row.target]))
    request.headers["Content-Type"] = "application/json"
    if row.caller == "signed for a user":
        request.headers["X-Amzn-Bedrock-AgentCore-Runtime-User-Id"] = "someone"
    if row.caller.startswith("signed"):
        keys = Credentials(told["aws"]["access_key_id"], told["aws"]["secret_access_key"])
        SigV4Auth(keys, "bedrock-agentcore", told["region"]).add_auth(request)
    elif row.caller != "nobody":
        request.headers["Authorization"] = authorization(told, row.caller)
    return requests.post(url, data=request.body, headers=dict(request.headers), timeout=10)


def authorization(told: Mapping[str, Any], caller: Caller) -> str:
    """The header's value for a caller with a token."""
    if caller in ("empty header", "Bearer undefined"):
        return "" if caller == "empty header" else caller
    tokens = log_in(told)
    access = tokens["AccessToken"]
    return {
        "access token": f"Bearer {access}",
        "ID token": f"Bearer {tokens['IdToken']}",
        "access token without Bearer": access,
        "tampered token": f"Bearer {access[:-8]}AAAAAAAA",
    }[caller]


@pytest.mark.parametrize("row", RUNTIME + GATEWAY, ids=named)
def test_a_caller_gets_the_answer_of_its_row(told: Any, row: Row) -> None:
    """Status, words and challenge."""
    answer = send(told(row.authorizer, row.fault), row)
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert answer.status_code == row.status
    assert row.says in answer.text + challenge + answer.headers.get("x-amzn-ErrorType", "")
    assert (challenge.startswith("Bearer ") and 'resource_metadata="http' in challenge) is row.challenge


def test_the_matrix_is_complete() -> None:
    """All seventeen rows of section 2.2."""
    assert [*dict.fromkeys(row.number for row in RUNTIME)] == [str(number) for number in range(1, 18)]


def test_what_is_inferred_is_told_in_the_documents() -> None:
    """Each choice of ours has its line in docs/local.md."""
    chosen = (PROJECT / "docs" / "local.md").read_text("utf-8").split("## What had to be chosen")[1]
    for row in RUNTIME + GATEWAY:
        if "inferred" in (row.sure, row.words):
            assert row.chosen is not None, named(row)
        if row.chosen is not None:
            assert f"| {row.chosen} |" in chosen
