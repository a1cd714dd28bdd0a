"""The agent card of an A2A Runtime, by the clients that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
import requests
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory, create_text_message_object

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, boto3_client, client_error, runtime_url

CARD = "/.well-known/agent-card.json"


@pytest.fixture(scope="module")
def a2a() -> Iterator[Facts]:
    """A Runtime that speaks A2A, with a JWT authorizer."""
    with started(LocalSetup(protocol="A2A")) as facts:
        yield facts


def test_the_client_of_the_sdk_reads_the_card_and_sends_a_message(a2a: Facts) -> None:
    """Each request has the token; the card names the URL of the invocations (docs/agentcore.md section 11.6)."""
    base = runtime_url(a2a).partition("?")[0]
    headers = {"Authorization": f"Bearer {log_in(a2a)['AccessToken']}"}

    async def converse() -> tuple[Any, list[Any]]:
        async with httpx.AsyncClient(headers=headers, timeout=30) as http:
            card = await A2ACardResolver(http, base).get_agent_card()
            client = ClientFactory(ClientConfig(streaming=False, httpx_client=http)).create(card)
            return card, [
                event async for event in client.send_message(create_text_message_object(content="hi"))
            ]

    card, (message,) = anyio.run(converse)
    assert (card.protocol_version, card.url) == ("0.3.0", f"{base}/")
    assert message.parts[0].root.text == "hi"


def test_boto3_reads_the_card_with_its_own_permission() -> None:
    """GetAgentCard, and not InvokeAgentRuntime."""
    setup = LocalSetup(protocol="A2A", runtime_authorizer="iam", faults=("without-InvokeAgentRuntime",))
    with started(setup) as facts:
        read = boto3_client(facts, "bedrock-agentcore").get_agent_card
        assert read(agentRuntimeArn=facts["runtime"]["arn"])["agentCard"]["name"] == "local-agent"
    with started(setup.model_copy(update={"faults": ("without-GetAgentCard",)})) as facts:
        read = boto3_client(facts, "bedrock-agentcore").get_agent_card
        error = client_error(read, agentRuntimeArn=facts["runtime"]["arn"])
        assert error == ("AccessDeniedException", 403)


def test_a_card_without_a_credential_is_refused_with_a_challenge(a2a: Facts) -> None:
    """As an invocation."""
    answer = requests.get(runtime_url(a2a).replace("?", f"{CARD}?"), timeout=10)
    assert answer.status_code == 401
    assert "resource_metadata=" in answer.headers["www-authenticate"]


def test_an_agent_of_another_protocol_has_no_card(agentcore: Facts, token: str) -> None:
    """Its container answers 404, which is a 424 of the Runtime."""
    url = runtime_url(agentcore).replace("?", f"{CARD}?")
    answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert answer.status_code == 424
