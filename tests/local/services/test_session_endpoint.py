"""The endpoint of a session: its URL, and who is let in to which port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.secret import Secret
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import Facts, boto3_client, post, runtime_url

HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Endpoint-Url"
CODE = "x-amzn-errortype"


@pytest.fixture(scope="module")
def ports() -> Iterator[Facts]:
    """A Runtime with two allowed ports and a JWT authorizer."""
    with started(LocalSetup(allowed_ports=(8080, 9000))) as facts:
        yield facts


def endpoint(facts: Facts, token: str) -> str:
    """The URL that comes with an invocation."""
    return post(runtime_url(facts), f"Bearer {token}").headers[HEADER]


def test_an_accepted_invocation_names_the_endpoint_of_its_session(ports: Facts) -> None:
    """A refused one does not, and neither does one of a Runtime without `allowedPorts`."""
    token = log_in(ports)["AccessToken"]
    one, other = endpoint(ports, token), endpoint(ports, token)
    assert one != other
    assert HEADER not in post(runtime_url(ports)).headers


def test_a_runtime_without_ports_names_none(agentcore: Facts, token: str) -> None:
    """And its control plane shows none."""
    assert HEADER not in post(runtime_url(agentcore), f"Bearer {token}").headers


def test_the_control_plane_shows_the_ports(ports: Facts) -> None:
    """In the shape of botocore's model."""
    client = boto3_client(ports, "bedrock-agentcore-control")
    runtime = client.get_agent_runtime(agentRuntimeId=ports["runtime"]["arn"].rpartition("/")[2])
    assert runtime["allowedPorts"] == [{"port": 8080}, {"port": 9000}]


def test_every_request_is_judged_and_a_refusal_is_empty(ports: Facts) -> None:
    """Its code is in a header (docs/agentcore.md section 11.4)."""
    token = log_in(ports)["AccessToken"]
    url = endpoint(ports, token)
    bearer = {"Authorization": f"Bearer {token}"}
    nobody = requests.get(url, timeout=10)
    assert (nobody.status_code, nobody.headers[CODE], nobody.content) == (401, "AuthenticationRequired", b"")
    other_port = requests.get(url.replace("/8080/", "/8081/"), headers=bearer, timeout=10)
    assert (other_port.status_code, other_port.headers[CODE], other_port.content) == (
        403,
        "AccessDenied",
        b"",
    )
    assert requests.get(f"{url}ping", headers=bearer, timeout=10).status_code == 200
    assert requests.get(url.replace("/8080/", "/9000/"), headers=bearer, timeout=10).status_code == 404
    assert requests.get(url.replace("/8080/", "/x/"), headers=bearer, timeout=10).status_code == 404


def test_a_signature_needs_its_own_permission() -> None:
    """InvokeAgentRuntimeProxy."""
    for faults, status in (((), 404), (("without-InvokeAgentRuntimeProxy",), 403)):
        setup = LocalSetup(runtime_authorizer="iam", allowed_ports=(8080,), faults=faults)
        with started(setup) as facts:
            client = boto3_client(facts, "bedrock-agentcore")
            answer = client.invoke_agent_runtime(agentRuntimeArn=facts["runtime"]["arn"], payload=b"{}")
            url = answer["sessionEndpointUrl"]
            keys = AwsKeys(
                facts["aws"]["access_key_id"], Secret(facts["aws"]["secret_access_key"], "aws secret key")
            )
            aws = Aws(Environment(name="t", region="us-east-1"), keys)
            headers = aws.sign("GET", url, {}, None)
            assert requests.get(url, headers=headers, timeout=10).status_code == status


@pytest.mark.parametrize("port", [80, 8443, 12_001])
def test_a_port_that_cannot_be_allowed_is_an_error_of_the_file(port: int) -> None:
    """`allowedPorts` has 8000 to 12000 without 8443."""
    with pytest.raises(ValueError, match="not a port of a session"):
        LocalSetup(allowed_ports=(port,))
