"""What the probes of a run share, and the callers they send as."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.outgoing import Outgoing
from agentcore_probe.access.transport import Transport
from agentcore_probe.model.configuration import Configuration, RuntimeConfiguration
from agentcore_probe.model.environment import Environment, Limits, Protocol, RuntimeTarget
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.probes.context import BearerCaller, Caller, ProbeContext, SigningCaller
from agentcore_probe.secret import Secret
from tests.access.servers import recording

ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/agent-abcdefghij"
KEYS = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))


def context(environment: Environment, configuration: Configuration | None = None) -> ProbeContext:
    return ProbeContext(environment, Aws(environment, KEYS), configuration or Configuration(), Future())


@pytest.mark.parametrize(
    ("deployed", "configured", "protocol"),
    [("MCP", "A2A", "MCP"), (None, "A2A", "A2A"), (None, None, "HTTP")],
)
def test_the_deployed_protocol_comes_first(
    deployed: str | None, configured: Protocol | None, protocol: str
) -> None:
    """Then that of the file, then HTTP."""
    environment = Environment(name="t", runtime=RuntimeTarget(arn=ARN, protocol=configured))
    configuration = Configuration(runtime=RuntimeConfiguration(protocol=deployed))
    assert context(environment, configuration).protocol == protocol


@pytest.mark.parametrize(("region", "host"), [(None, "eu-west-1"), ("us-east-1", "us-east-1")])
def test_the_region_of_the_file_comes_before_that_of_the_arn(region: str | None, host: str) -> None:
    """A wrong region in the file is what the probe shall find."""
    environment = Environment(name="t", region=region, runtime=RuntimeTarget(arn=ARN))
    assert context(environment).runtime_base == f"https://bedrock-agentcore.{host}.amazonaws.com"


def send(caller: Caller) -> tuple[Exchange, str]:
    """The exchange of one request of `caller`, and the request's head as the server received it."""
    requests: list[bytes] = []
    with recording(requests) as url, Transport("t", Limits(seconds=2)) as transport:
        outgoing = Outgoing("step", url, headers={"Accept": "application/json"}, body=b"{}")
        exchange = transport.send(caller.equip(outgoing))
    return exchange, requests[0].decode()


def test_an_anonymous_caller_sends_no_credential() -> None:
    """Nothing in its place either."""
    exchange, request = send(Caller())
    assert exchange.request.auth == "none"
    assert "authorization" not in request.lower()


def test_a_bearer_caller_sends_its_token() -> None:
    """And marks a forged one with its defect."""
    exchange, request = send(BearerCaller(Secret("header.claims.signature", "token"), "expired"))
    assert (exchange.request.auth, exchange.forged) == ("bearer", "expired")
    assert "Authorization: Bearer header.claims.signature\r\n" in request


def test_a_signing_caller_signs_what_is_sent() -> None:
    """The signature covers the headers that are there."""
    exchange, request = send(SigningCaller(Aws(Environment(name="t", region="us-east-1"), KEYS)))
    assert exchange.request.auth == "sigv4"
    assert "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/" in request
    assert "X-Amz-Date: " in request
    assert "Accept: application/json\r\n" in request
