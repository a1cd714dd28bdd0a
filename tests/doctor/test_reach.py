"""What the network check says of an answer: which addresses belong to a VPC endpoint."""

from __future__ import annotations

import pytest

from agentcore_probe.access.machine import Route
from agentcore_probe.doctor.checks.reach import peer_line
from agentcore_probe.doctor.subject import Peer
from agentcore_probe.model.exchange import Exchange, Request, Response

DIRECT = Route(None, None, None, None)
AWS = "https://bedrock-agentcore.us-east-1.amazonaws.com/"
VPCE = "https://vpce-0a1b2c3d4e5f60718-abcdefgh.bedrock-agentcore.us-east-1.vpce.amazonaws.com/"


@pytest.mark.parametrize(
    ("url", "peer", "path", "words"),
    [
        (AWS, "10.0.3.7:443", DIRECT, "VPC endpoint by private DNS at 10.0.3.7"),
        (AWS, "[fd00:ec2::7]:443", DIRECT, "VPC endpoint by private DNS at fd00:ec2::7"),
        (VPCE, "10.0.3.7:443", DIRECT, "VPC endpoint at 10.0.3.7"),
        (AWS, "52.94.1.2:443", DIRECT, "HTTP 404 in 0 ms"),
        (AWS, "52.94.1.2:443", Route(None, "HTTPS_PROXY", None, None), "directly by NO_PROXY"),
        (
            AWS,
            "10.0.9.9:3128",
            Route("http://p:3128", "HTTPS_PROXY", None, None),
            "http://p:3128 (HTTPS_PROXY)",
        ),
    ],
)
def test_how_a_host_was_reached(url: str, peer: str, path: Route, words: str) -> None:
    """The sentence ends with it."""
    request = Request(method="HEAD", url=url)
    response = Response(status=404, headers={"x-amzn-RequestId": "0b1d7c0e-1c2d-4a4b-9d2f-1f0d3a9b7c11"})
    exchange = Exchange(id="reach/1", step="data plane", request=request, response=response, peer=peer)
    line = peer_line(Peer("data plane", exchange), path)
    assert line.status == "ok"
    assert line.text.endswith(words)
    assert ("VPC" in line.text) == ("VPC" in words)


def test_a_page_of_a_proxy_is_not_an_answer_of_aws() -> None:
    """An intercepting proxy answers with its own status and page."""
    response = Response(status=407, headers={"server": "squid/6.6"})
    exchange = Exchange(
        id="reach/1", step="data plane", request=Request(method="HEAD", url=AWS), response=response
    )
    line = peer_line(Peer("data plane", exchange), DIRECT)
    assert line.status == "problem"
    assert "proxy" in line.text
