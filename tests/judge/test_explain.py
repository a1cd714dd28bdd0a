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


def test_a_gateway_asks_for_a_scope_and_the_token_is_not_known() -> None:
    """Only Gateways write insufficient_scope; nothing is said of a token that the text does not have."""
    text = 'HTTP/1.1 403 Forbidden\nx-amzn-requestid: 1\nwww-authenticate: Bearer error="insufficient_scope", scope="tools/read"\n'
    diagnosis = explain(text, where="text").diagnosis
    assert (diagnosis.cause, diagnosis.values.get("found")) == ("insufficient-scope", None)
    assert diagnosis.remedy is not None
    assert "get-gateway" in diagnosis.remedy.commands[0]


def test_the_message_of_a_body_has_no_escapes() -> None:
    """A sentence that is found in JSON is shown as the JSON means it."""
    text = r'{"error":"access_denied","error_description":"Client is not authorized to access \"https://api\". You need to create a \"client-grant\"."}'
    message = explain(text, where="text").diagnosis.values["message"]
    assert message == 'Client is not authorized to access "https://api". You need to create a "client-grant".'


@pytest.mark.parametrize(
    "line",
    [
        'Read timeout on endpoint URL: "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/x/invocations"',
        "AWSHTTPSConnectionPool(host='bedrock-agentcore.us-east-1.amazonaws.com', port=443): Read timed out.",
    ],
)
def test_a_timeout_of_boto3_may_have_started_the_agent_again(line: str) -> None:
    """In botocore's words, and in those of the library below it."""
    diagnosis = explain(line, where="text").diagnosis
    assert (diagnosis.cause, diagnosis.values.get("client")) == ("timeout", "boto3")


def test_the_containers_mcp_version_is_no_setting_of_a_gateway() -> None:
    """Its remedy is the Runtime's log."""
    text = (
        "curl -i -X POST https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/"
        "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fhello-AbCdEf1234/invocations\n"
        "HTTP/1.1 400 Bad Request\nx-amzn-requestid: 1\ncontent-type: application/json\n\n"
        '{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"Unsupported protocol version"}}'
    )
    diagnosis = explain(text, where="text").diagnosis
    assert diagnosis.cause == "protocol-version-unsupported"
    assert diagnosis.remedy is not None
    assert [line.split()[1:3] for line in diagnosis.remedy.commands] == [["logs", "tail"]]


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


def test_a_line_with_its_own_url_after_an_empty_line_is_another_answer() -> None:
    """A browser's line, after an SDK's error that shows no status."""
    error = "An error occurred (AccessDeniedException) when calling the CreateGateway operation: User is not authorized to perform: x:Y"
    line = "POST https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/hello-AbCdEf1234/invocations?accountId=123456789012 401 (Unauthorized)"
    case = read(f"{error}\n\n{line}", where="text")
    assert (case.answer.status, case.answer.error_type) == (401, "")
    assert len(case.related) == 1


def test_the_endpoint_shows_whose_words_a_remedy_uses() -> None:
    """An OAuth code is every provider's; the token endpoint's URL names one, and the description stays."""
    text = (
        "curl -i -X POST https://dev-1.okta.com/oauth2/default/v1/token -d grant_type=client_credentials\n"
        'HTTP/1.1 400 Bad Request\ncontent-type: application/json\n\n{"error":"invalid_scope","error_description":"Not this one"}'
    )
    diagnosis = explain(text, where="text").diagnosis
    assert diagnosis.cause == "oauth-scope-invalid"
    assert diagnosis.values["message"] == "Not this one"
    assert diagnosis.values["provider"] == "okta"


def test_a_status_of_an_unknown_call_is_no_success() -> None:
    """Anybody answers with 200."""
    assert explain("It works now, thanks! HTTP/2 200", where="t").decision == "undecided"


def test_a_success_in_a_servers_log_is_no_answer() -> None:
    """A client's line names the host."""
    line = '"POST /mcp HTTP/1.1" 200 12'
    host = "https://bedrock-agentcore.us-east-1.amazonaws.com:443"
    assert explain(f"INFO: 127.0.0.1:1 - {line}", where="t").decision == "undecided"
    assert explain(f"DEBUG:urllib3.connectionpool:{host} {line}", where="t").decision == "accepted"


def test_a_harness_that_asks_for_a_token_is_called_as_a_harness() -> None:
    """Its sentence says which kind of credential it takes, and that it is not a Runtime."""
    answer = "HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: AccessDeniedException\n\n"
    message = '{"message":"This harness requires OAuth Bearer token authentication."}'
    explanation = explain(answer + message, where="t")
    assert (explanation.decision, explanation.diagnosis.cause) == ("refused", "sigv4-on-jwt")
    assert "sent" not in explanation.diagnosis.values
    assert "/harnesses/invoke?harnessArn=" in str(explanation.diagnosis.remedy)
    assert "InvocationUrl" not in str(explanation.diagnosis.remedy)


def test_the_challenge_of_a_registry_is_aws() -> None:
    """As that of a Runtime or Gateway, also where no other header was pasted."""
    metadata = (
        "https://agent-registry.us-east-1.api.aws/.well-known/oauth-protected-resource/registry/abc/mcp"
    )
    text = f'HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer resource_metadata="{metadata}"\n\n'
    explanation = explain(text, where="t")
    assert explanation.decision == "refused"
    assert "get-registry" in str(explanation.diagnosis.remedy)


def test_the_remedy_of_a_handshake_is_a_handshake() -> None:
    """With the https form of its URL, which curl can open."""
    url = "wss://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fa-ABCDEFGHIJ/ws"
    message = "Authorization method mismatch. The agent is configured for a different authorization method than what was used in your request."
    answer = f'HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: AccessDeniedException\n\n{{"message":"{message}"}}'
    remedy = explain(f"GET {url}\n{answer}", where="t").diagnosis.remedy
    assert remedy is not None
    (call,) = remedy.commands
    assert "wss:" not in call
    assert "Upgrade: websocket" in call
    assert url.replace("wss", "https", 1) in call
