"""Labelled cases: the right cause and decision, and nothing proven that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case_file import read

HERE = Path(__file__).parent
CASES = {
    **{path.stem: json.loads(path.read_text("utf-8")) for path in sorted((HERE / "cases").glob("*.json"))},
    **{form["id"]: form for form in map(json.loads, (HERE / "cases.jsonl").read_text("utf-8").splitlines())},
}
"""Labelled cases by name: those from documentation and reports, and as many again of every cause
in other regions, protocols, partitions and identity providers, written apart from the rules."""


@pytest.mark.parametrize("name", CASES)
def test_a_labelled_case_gets_its_cause_and_decision(name: str) -> None:
    """`also` and `decision_also` count; `proven` never stands where the label says `possible`."""
    form: dict[str, Any] = dict(CASES[name])
    label = form.pop("then")
    form.pop("id", None)
    case = read(json.dumps(form), where=name)
    diagnosis = diagnose(case)
    assert diagnosis.cause in [label["cause"], *label.get("also", [])]
    assert decision(case) in [label["decision"], *label.get("decision_also", [])]
    assert not (diagnosis.confidence == "proven" and label["confidence"] == "possible")
    if label["confidence"] == "proven" and form.get("related"):
        assert diagnosis.confidence == "proven"


def test_the_id_and_the_label_are_no_inputs() -> None:
    """The same case under another name means the same."""
    form = {key: value for key, value in CASES["raw-arn-404"].items() if key != "then"}
    one = diagnose(read(json.dumps(form), where="t"))
    two = diagnose(read(json.dumps({**form, "id": "something-else"}), where="t"))
    assert one == two


@pytest.mark.parametrize(
    "text", ["", "   ", "[]", "{", '{"request": 1}', '{"response": {"status": "x"}}', "{" * 50_000]
)
def test_what_is_no_case_is_one_error(text: str) -> None:
    """Whatever a person pastes."""
    with pytest.raises(RecordError):
        read(text, where="t")


@pytest.mark.parametrize("text", ["hello", "it worked yesterday", "KeyError: 'output'"])
def test_a_text_without_an_answer_is_left_unexplained(text: str) -> None:
    """Nothing is guessed."""
    found = diagnose(read(text, where="t"))
    assert (found.cause, found.confidence) == ("unexplained", "possible")


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
def test_what_people_paste_from_a_terminal_is_read(text: str, cause: str) -> None:
    """`curl -v`, curl's own errors, botocore lines."""
    assert diagnose(read(text, where="-")).cause == cause


def test_a_pasted_token_is_not_kept() -> None:
    """Only the form of the header is."""
    assert "c2ln" not in read(CURL_V, where="-").exchange.model_dump_json()
