"""URLs, headers and payloads of Runtime and Gateway."""

from __future__ import annotations

import json

import pytest

from agentcore_probe.access import protocol
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.model.configuration import Configuration, GatewayConfiguration
from agentcore_probe.model.environment import Environment, GatewayTarget, RuntimeTarget
from agentcore_probe.model.exchange import SESSION_HEADER, SESSION_LENGTHS
from agentcore_probe.secret import Secret

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-abcdefghij"
ENCODED_ARN = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2Fagent-abcdefghij"


def test_the_arn_in_a_url_is_one_segment_unless_it_is_left_raw() -> None:
    """Encoded as documented, or raw as people write it by hand."""
    runtime = RuntimeTarget(arn=ARN, qualifier="prod")
    assert (
        protocol.runtime_url("https://h", runtime)
        == f"https://h/runtimes/{ENCODED_ARN}/invocations?qualifier=prod"
    )
    assert (
        protocol.runtime_url("https://h", runtime, encoded=False)
        == f"https://h/runtimes/{ARN}/invocations?qualifier=prod"
    )


def test_another_qualifier_changes_nothing_else() -> None:
    """The encoded ARN stays encoded."""
    url = protocol.runtime_url("https://h", RuntimeTarget(arn=ARN))
    assert protocol.with_qualifier(url, "prod") == url.replace("DEFAULT", "prod")


def test_each_request_has_a_new_session_id_of_an_allowed_length() -> None:
    """The service refuses ids of fewer than 33 characters."""
    ids = {protocol.runtime_headers("HTTP")[SESSION_HEADER] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(id) in SESSION_LENGTHS for id in ids)


@pytest.mark.parametrize(
    ("name", "accept"),
    [
        ("HTTP", "application/json, text/event-stream"),
        ("MCP", "application/json, text/event-stream"),
        ("A2A", "application/json"),
        ("AGUI", "text/event-stream"),
    ],
)
def test_each_protocol_accepts_its_own_types(name: str, accept: str) -> None:
    """An MCP server refuses a request that does not accept both."""
    assert protocol.runtime_headers(name)["Accept"] == accept


@pytest.mark.parametrize("payload", [{"prompt": "x"}, {}])
def test_the_payload_of_the_file_is_sent_as_it_is(payload: dict[str, str]) -> None:
    """An empty object too: only a missing payload becomes a greeting."""
    assert json.loads(protocol.runtime_payload("MCP", payload)) == payload


def test_the_greeting_is_in_the_protocol_of_the_runtime() -> None:
    """Each has the fields that its protocol requires."""
    greetings = {
        name: json.loads(protocol.runtime_payload(name, None)) for name in ("HTTP", "MCP", "A2A", "AGUI")
    }
    assert set(greetings["HTTP"]) == {"prompt"}
    assert greetings["MCP"]["params"]["protocolVersion"] == protocol.HANDSHAKE_VERSIONS[0]
    assert greetings["A2A"]["params"]["message"]["role"] == "user"
    assert {"threadId", "runId", "messages"} <= set(greetings["AGUI"])


@pytest.mark.parametrize(
    ("target", "deployed", "url"),
    [
        (None, "https://deployed.invalid/mcp", None),
        (
            GatewayTarget(id="gw-abcdefghij", url="https://file.invalid/mcp"),
            "https://deployed.invalid/mcp",
            "https://file.invalid/mcp",
        ),
        (GatewayTarget(id="gw-abcdefghij"), "https://deployed.invalid/mcp", "https://deployed.invalid/mcp"),
        (
            GatewayTarget(id="gw-abcdefghij"),
            None,
            "https://gw-abcdefghij.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp",
        ),
        (GatewayTarget(), None, None),
    ],
)
def test_the_url_of_a_gateway(target: GatewayTarget | None, deployed: str | None, url: str | None) -> None:
    """The file's, else the deployed one, else built from the id and the host of the region."""
    environment = Environment(name="t", region="eu-central-1", gateway=target)
    keys = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))
    configuration = Configuration(gateway=GatewayConfiguration(url=deployed))
    assert protocol.gateway_url(environment, configuration, Aws(environment, keys)) == url
