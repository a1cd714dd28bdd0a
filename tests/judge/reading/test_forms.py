"""Each form of a client's error line is found in its example, and in a log around it."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.reading.forms import FORMS, find_forms
from agentcore_probe.judge.reading.forms.form import Form
from agentcore_probe.judge.reading.pasted import read_pasted_text


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_form_is_found_in_its_example(form: Form) -> None:
    """By one of its literals and by its pattern, and the part says something."""
    assert any(literal in f"\n{form.example.lower()}" for literal in form.literals)
    (part, *_) = [part for part in find_forms(form.example) if part.form == form.name]
    assert (
        part.headers
        or part.request
        or part.status
        or part.error_type
        or part.message
        or part.fault
        or part.operation
    )
    assert part.form in {part.form for part in find_forms(f"Hi,\n{form.example}\nThanks")} | {"status-alone"}


@pytest.mark.parametrize(
    ("text", "status", "error_type", "message"),
    [
        ("AccessDeniedException: no (Service: X, Status Code: 403, Request ID: 5f2a) (SDK Attempt Count: 1)", 403, "AccessDeniedException", "no"),
        ("api error ValidationException: no", None, "ValidationException", "no"),
        ("no (Aws::BedrockAgentCore::Errors::ThrottlingException)", None, "ThrottlingException", "no"),
        ("HTTP response code: 409\nException name: ConflictException\nError message: busy", 409, "ConflictException", "busy"),
        ("An error occurred (403) when calling the InvokeAgentRuntime operation: ", 403, "", ""),
        ("An error occurred (ThrottlingException) when calling the InvokeAgentRuntime operation (reached max retries: 4): Rate exceeded", None, "ThrottlingException", "Rate exceeded"),
    ],
)  # fmt: skip
def test_an_sdks_error_has_status_type_and_message(
    text: str, status: int | None, error_type: str, message: str
) -> None:
    """Whatever the SDK appends to the message is not part of it."""
    (case,) = read_pasted_text(text, where="t")
    assert (case.answer.status, case.answer.error_type, case.answer.message) == (status, error_type, message)


@pytest.mark.parametrize(
    "text",
    [
        "line 401, in send",
        "at index.js:403:12",
        "took 404 ms",
        "port 4431",
        "see https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/403",
        "build 502.1 of the client",
    ],
)
def test_another_number_is_no_status(text: str) -> None:
    """Of lines, columns, times, ports, versions, and of a page that explains a status."""
    assert [part.status for part in find_forms(text) if part.status] == []
