"""InvokeAgentRuntimeCommand: who may, in which order that is checked, and the form of the answer.

What is inferred was chosen by this project (docs/local.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from agentcore_probe.model.environment import LocalSetup
from tests.embedded import started
from tests.local.callers import Facts, boto3_client, client_error, runtime_url


@pytest.fixture(scope="module")
def allowed() -> Iterator[Facts]:
    """An IAM user who may run commands."""
    with started(LocalSetup(runtime_authorizer="iam", faults=("command-allowed",))) as facts:
        yield facts


def post(facts: Facts, body: bytes, authorization: str | None = None) -> requests.Response:
    """A request of the command entrance."""
    headers = {"Authorization": authorization} if authorization else {}
    url = runtime_url(facts).replace("/invocations", "/commands")
    return requests.post(url, data=body, headers=headers, timeout=10)


def test_boto3_runs_a_command_whose_events_it_can_read(allowed: Facts) -> None:
    """The event stream has a start and a stop; nothing is executed (docs/agentcore.md section 11.2)."""
    answer = boto3_client(allowed, "bedrock-agentcore").invoke_agent_runtime_command(
        agentRuntimeArn=allowed["runtime"]["arn"],
        runtimeSessionId="s" * 40,
        body={"command": "true", "timeout": 5},
    )
    assert (answer["statusCode"], answer["runtimeSessionId"]) == (200, "s" * 40)
    assert [event["chunk"] for event in answer["stream"]] == [
        {"contentStart": {}},
        {"contentStop": {"exitCode": 0, "status": "COMPLETED"}},
    ]


def test_a_command_needs_its_own_permission(agentcore_iam: Facts) -> None:
    """InvokeAgentRuntime is not enough."""
    run = boto3_client(agentcore_iam, "bedrock-agentcore").invoke_agent_runtime_command
    arguments = {"agentRuntimeArn": agentcore_iam["runtime"]["arn"], "body": {"command": "true"}}
    assert client_error(run, **arguments) == ("AccessDeniedException", 403)


@pytest.mark.parametrize(
    "body",
    [b"{}", b"", b"[]", b"null", b"\xff", b'{"command": ""}', b'{"command": 1}', b'{"command": "a", "timeout": 0}',
     b'{"command": "a", "timeout": true}', b'{"command": "' + 65_537 * b"a" + b'"}'],
)  # fmt: skip
def test_a_body_without_a_valid_command_is_refused_after_the_caller(
    agentcore: Facts, token: str, body: bytes
) -> None:
    """Whoever may not call does not learn what is wrong with the body."""
    assert post(agentcore, body).status_code == 401
    answer = post(agentcore, body, f"Bearer {token}")
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert "body." in answer.json()["message"]


def test_errors_have_the_form_of_a_plain_operation(token: str) -> None:
    """Also on an MCP Runtime, whose invocations report them as JSON-RPC (docs/agentcore.md section 11.0)."""
    with started(LocalSetup(protocol="MCP")) as facts:
        answer = post(facts, b"{}", "Bearer rubbish")
    assert (answer.status_code, list(answer.json())) == (401, ["message"])


@pytest.mark.parametrize(
    ("fault", "status"),
    [("command-validated-first", 400), ("command-not-served", 404), ("command-open", 200)],
)
def test_a_fault_changes_what_anyone_gets(fault: str, status: int) -> None:
    """A request without a credential and without a command."""
    with started(LocalSetup(faults=(fault,))) as facts:
        assert post(facts, b"{}").status_code == status
