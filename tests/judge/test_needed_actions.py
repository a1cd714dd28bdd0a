"""A missing permission names the action of the entrance that was called, in its sentence and in the lines to paste."""

from __future__ import annotations

import pytest

from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.needed_actions import needed_actions
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.aws_shapes import from_facts
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/orders-ABCDEFGHIJ"
BASE = "https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Forders-ABCDEFGHIJ"
IAM = {"agentRuntimeArn": ARN, "authorizerConfiguration": None}


def refused(url: str, id: str = "t/1", configuration: Configuration | None = None) -> Case:
    """A signed call that got a 403 without a reason."""
    request = Request(url=url, auth="sigv4")
    response = Response(status=403, headers={"x-amzn-requestid": "r"}, body="")
    exchange = Exchange(id=id, step="call", request=request, response=response)
    return Case(exchange, configuration or from_facts({"runtime": IAM, "otherJudges": True}))


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/invocations?qualifier=DEFAULT", "InvokeAgentRuntime"),
        ("/commands", "InvokeAgentRuntimeCommand"),
        ("/ws/shells", "InvokeAgentRuntimeCommandShell"),
        ("/ws", "InvokeAgentRuntimeWithWebSocketStream"),
        ("/invocations/.well-known/agent-card.json", "GetAgentCard"),
    ],
)
def test_a_refusal_without_words_names_the_action_of_its_path(path: str, action: str) -> None:
    """As a possible cause, since the answer does not say it."""
    case = refused(BASE + path)
    diagnosis = diagnose(case)
    assert (diagnosis.cause, diagnosis.confidence) == ("iam-not-allowed", "possible")
    assert needed_actions(case) == (f"bedrock-agentcore:{action}",)
    for language in LANGUAGES:
        fix = messages(language).cause("iam-not-allowed.fix", diagnosis.values)
        assert f"bedrock-agentcore:{action}" in fix
    commands = "\n".join(remedy(diagnosis, case, None, None).commands)
    assert f'"bedrock-agentcore:{action}"' in commands


def test_a_row_names_the_actions_of_its_entrance() -> None:
    """All of them, whatever its URL is."""
    case = refused(f"{BASE}/x", "runtime-shell-sigv4/1")
    assert needed_actions(case) == ("bedrock-agentcore:InvokeAgentRuntimeCommandShell",)


def test_the_sentence_of_an_early_record_stays() -> None:
    """It names no action."""
    diagnosis = diagnose(refused(f"{BASE}/commands", configuration=from_facts({"runtime": IAM})))
    assert "needs" not in diagnosis.values
