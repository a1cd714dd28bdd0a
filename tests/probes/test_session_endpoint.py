"""A credential is sent to the endpoint of a session only if that is at AgentCore's own host."""

from __future__ import annotations

import pytest

from agentcore_probe.probes.session_endpoint import is_own

AWS = "https://bedrock-agentcore.eu-west-1.amazonaws.com"
LOCAL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://abc.bedrock-agentcore.eu-west-1.amazonaws.com/x", AWS, True),
        ("https://abc.runtime.bedrock-agentcore.eu-west-1.amazonaws.com:8443/", AWS, True),
        ("https://abc.bedrock-agentcore-sessions.eu-west-1.on.aws/", AWS, True),
        ("https://abc.bedrock-agentcore.us-east-1.amazonaws.com/", AWS, False),
        ("https://abc.execute-api.eu-west-1.amazonaws.com/", AWS, False),
        ("https://bedrock-agentcore.lambda-url.eu-west-1.on.aws/", AWS, False),
        ("https://bedrock-agentcore.s3.eu-west-1.amazonaws.com/", AWS, False),
        ("https://abc.bedrock-agentcore.eu-west-1.amazonaws.com.example.org/", AWS, False),
        ("https://abc.bedrock-agentcore.eu-west-1.amazonaws.com@example.org/", AWS, False),
        ("https://bedrock-agentcore.eu-west-1.elb.amazonaws.com/", AWS, False),
        ("https://x.bedrock-agentcore.eu-west-1.elb.amazonaws.com/", AWS, False),
        ("https://x.bedrock-agentcore.eu-west-1.amazonaws.com/", "https://agents.example.org", False),
        ("https://example.org/.bedrock-agentcore.eu-west-1.amazonaws.com/", AWS, False),
        ("http://abc.bedrock-agentcore.eu-west-1.amazonaws.com/", AWS, False),
        ("http://127.0.0.1:8001/", AWS, False),
        ("http://127.0.0.1:8001/s/8080/", LOCAL, True),
        ("https://abc.bedrock-agentcore.eu-west-1.amazonaws.com/", LOCAL, False),
        ("https://example.org/", LOCAL, False),
        ("http://[::1", LOCAL, False),
        ("", AWS, False),
    ],
)
def test_hosts_that_may_get_a_credential(url: str, base: str, expected: bool) -> None:
    """Below other services' names, anybody may have a host."""
    assert is_own(url, base) is expected
