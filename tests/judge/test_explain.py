"""One exchange explained: from a case file, or from what was pasted."""

from __future__ import annotations

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.explain import explain
from agentcore_probe.judge.explain import read_case as read


@pytest.mark.parametrize("text", ["", "   ", '{"request": 1}', '{"response": {"status": "x"}}'])
def test_a_text_that_is_not_a_case_is_a_record_error(text: str) -> None:
    """Whatever it is, the command ends with one kind of error."""
    with pytest.raises(RecordError):
        explain(text, where="t")


@pytest.mark.parametrize(
    "text", ["hello", "it worked yesterday", "KeyError: 'output'", "[]", "{", "{" * 50_000]
)
def test_a_text_without_an_answer_is_unexplained(text: str) -> None:
    """No cause is guessed."""
    diagnosis = explain(text, where="t").diagnosis
    assert (diagnosis.cause, diagnosis.confidence) == ("unexplained", "possible")


CURL_V = """*   Trying 1.2.3.4:443...
> POST /runtimes/arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ/invocations HTTP/2
> Host: bedrock-agentcore.us-east-1.amazonaws.com
> Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln
> Content-Type: application/json
>
< HTTP/2 404
< x-amzn-requestid: 6f1c7c0e-8f0a-4c3f-9f43-0a5d5f1f9a11
< content-type: application/json
<
{"__type":"UnknownOperationException"}
"""


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (CURL_V, "arn-not-encoded"),
        ("curl: (6) Could not resolve host: bedrock-agentcore.us-east-9.amazonaws.com", "dns-failure"),
        ("curl: (7) Failed to connect to example.com port 443", "connect-failure"),
        ("curl: (60) SSL certificate problem: unable to get local issuer certificate", "tls-failure"),
        (
            'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://x/"',
            "connect-failure",
        ),
        (
            "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Incorrect username or password.",
            "wrong-password",
        ),
        (
            "An error occurred (ResourceNotFoundException) when calling the InvokeAgentRuntime operation: No endpoint or agent found with qualifier 'prod' for agent arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/a-ABCDEFGHIJ",
            "qualifier-not-found",
        ),
        (
            "An error occurred (UnrecognizedClientException) when calling the InvokeAgentRuntime operation: The security token included in the request is invalid.",
            "aws-key-unknown",
        ),
    ],
)
def test_pasted_output_is_explained(text: str, cause: str) -> None:
    """`curl -v`, errors of curl, errors of botocore."""
    assert explain(text, where="-").diagnosis.cause == cause


def test_a_pasted_token_is_not_kept() -> None:
    """Only the form of the header is."""
    assert "c2ln" not in read(CURL_V, where="-").exchange.model_dump_json()


@pytest.mark.parametrize(
    "line",
    [
        'INFO:     127.0.0.1:1 - "POST /invocations HTTP/1.1" 200 OK',
        'INFO httpx HTTP Request: GET https://api.example.com/x "HTTP/1.1 200 OK"',
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_success_in_a_log_is_not_the_answer_with_the_error(line: str, is_first: bool) -> None:
    """Of another request, of which nothing follows."""
    error = "An error occurred (AccessDeniedException) when calling the InvokeHarness operation: This harness requires OAuth Bearer token authentication."
    explanation = explain("\n".join((line, error) if is_first else (error, line)), where="t")
    assert (explanation.decision, explanation.diagnosis.cause) == ("refused", "sigv4-on-jwt")


def test_a_success_in_a_servers_log_is_no_answer() -> None:
    """A client's line names the host."""
    line = '"POST /mcp HTTP/1.1" 200 12'
    host = "https://bedrock-agentcore.us-east-1.amazonaws.com:443"
    assert explain(f"INFO: 127.0.0.1:1 - {line}", where="t").decision == "undecided"
    assert explain(f"DEBUG:urllib3.connectionpool:{host} {line}", where="t").decision == "accepted"
