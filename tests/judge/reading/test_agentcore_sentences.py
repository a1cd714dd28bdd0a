"""AgentCore's own sentences: each is found, and each is judged without any JSON, status or URL around it."""

from __future__ import annotations

import json

import pytest

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.explain import read_case
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.sentences import SENTENCES, find_sentences
from agentcore_probe.judge.reading.sentences.agentcore import SENTENCES as OWN
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.sentence import Sentence

JUDGED = {
    "authorization method mismatch": ("sigv4-on-jwt", "refused"),
    "value mismatch with configuration": ("client-not-allowed", "refused"),
    "oauth authorization failed": ("refused-unexplained", "refused"),
    "authorization failed for the provided token": ("refused-unexplained", "refused"),
    "unauthorizedinboundtokenexception": ("token-expired", "refused"),
    "invalidinboundtokenexception": ("refused-unexplained", "refused"),
    "requires oauth bearer token authentication": ("sigv4-on-jwt", "refused"),
    "transaction token required": ("workload-binding", "refused"),
    "invalid bearer token": ("refused-unexplained", "refused"),
    "missing bearer token": ("credential-missing", "refused"),
    "missing authentication token": ("credential-missing", "refused"),
    "no endpoint or agent found": ("runtime-not-found", "undecided"),
    "unknownoperationexception": ("path-wrong", "undecided"),
    "invalid api path": ("path-wrong", "undecided"),
    "not mmdsv2-enabled": ("mmdsv2-required", "undecided"),
    "session operation in progress": ("session-conflict", "undecided"),
    "runtimesessionid": ("session-id-length", "undecided"),
    "maximum number of sessions": ("quota-exceeded", "undecided"),
    "error occurred when starting the runtime": ("container-failed", "accepted"),
    "initialization time exceeded": ("container-failed", "accepted"),
    "runtime health check failed": ("container-failed", "accepted"),
    "from runtime": ("container-failed", "accepted"),
    "not allowed due to policy enforcement": ("policy-denied", "refused"),
    "policy evaluation failed": ("policy-evaluation-failed", "undecided"),
    "no target found": ("target-unknown", "undecided"),
    "unknown tool": ("target-unknown", "undecided"),
    "authorizer type cannot be updated": ("authorizer-config-invalid", "undecided"),
    "insufficient_scope": ("insufficient-scope", "refused"),
    "insufficient scope": ("insufficient-scope", "refused"),
    "failed to connect and fetch tools": ("target-not-ready", "undecided"),
    "shell id": ("shell-id-invalid", "accepted"),
    "1009": ("ws-limit-exceeded", "accepted"),
    "1008": ("ws-limit-exceeded", "accepted"),
    "access denied while validating ecr uri": ("payload-rejected", "undecided"),
    "workload access token has not been set": ("container-failed", "accepted"),
    "is not authorized to perform": ("iam-not-allowed", "refused"),
    "security token included in the request is expired": ("aws-token-expired", "refused"),
    "aws session token has expired": ("aws-token-expired", "refused"),
    "security token included in the request is invalid": ("aws-key-unknown", "refused"),
    "signature expired": ("aws-clock-skew", "refused"),
    "signature not yet current": ("aws-clock-skew", "refused"),
    "credential should be scoped to": ("aws-signature-invalid", "refused"),
    "request signature we calculated does not match": ("aws-signature-invalid", "refused"),
    "rate exceeded": ("throttled", "undecided"),
}
"""The cause and the decision of each sentence alone."""


def case_of(row: Sentence) -> Case:
    """The sentence as a reader passes it on: as the cause of the text, or as the message of an answer."""
    found = row.find(row.example)
    assert found is not None
    if row.cause:
        return Case(Exchange(id="t/1", step="call", request=Request()), sentence=found)
    body = {"message": found.text} | ({"__type": row.error_type} if row.error_type else {})
    exchange = Exchange(id="t/1", step="call", request=Request(), response=Response(body=json.dumps(body)))
    return Case(exchange)


@pytest.mark.parametrize("row", OWN, ids=[row.literal for row in OWN])
def test_a_sentence_alone_is_judged(row: Sentence) -> None:
    """By its message and error type, or by the cause of its row."""
    case = case_of(row)
    assert (diagnose(case).cause, decision(case)) == JUDGED[row.literal]


@pytest.mark.parametrize("row", OWN, ids=[row.literal for row in OWN])
def test_a_sentence_is_found_in_any_text(row: Sentence) -> None:
    """Between other words, in capitals, and in prose of another language."""
    assert row.literal == row.literal.lower()
    assert row.literal in row.example.lower()
    for text in (
        row.example,
        f"ログ: {row.example}",
        f'2026-11-20 ERROR "{row.example}"',
        row.example.upper(),
    ):
        assert any(found.row is row for found in find_sentences(text, SENTENCES)), text


def test_the_causes_of_the_rows_exist() -> None:
    """A row can only name a cause of the table."""
    assert {row.cause for row in SENTENCES if row.cause} <= CAUSES.keys()


@pytest.mark.parametrize(
    ("head", "expected"), [("", "undecided"), ("HTTP/2 200 \ncontent-type: application/json\n\n", "accepted")]
)
def test_a_tools_name_with_its_target_shows_a_gateway(head: str, expected: str) -> None:
    """Other servers write the same of a tool, but none of their tools has a target in front."""
    body = '{"jsonrpc": "2.0", "id": 3, "error": {"code": -32602, "message": "Unknown tool: weather___forecast"}}'
    case = read_case(head + body, where="pasted text")
    assert (diagnose(case).cause, decision(case)) == ("target-unknown", expected)
    elsewhere = diagnose(read_case(head + body.replace("weather___", ""), where="pasted text"))
    assert elsewhere.cause != "target-unknown"
