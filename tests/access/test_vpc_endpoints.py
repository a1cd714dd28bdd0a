"""The policies of VPC endpoints: which calls go through one, and what EC2 says of it, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.vpc_endpoints import read_endpoint_policies
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret

DATA = "bedrock-agentcore.us-east-1.amazonaws.com"
GATEWAY = "orders-abcdefghij.gateway.bedrock-agentcore.us-east-1.amazonaws.com"
NAMED = "vpce-0123456789abcdef0-abcdefgh.bedrock-agentcore.us-east-1.vpce.amazonaws.com"
UNKNOWN = NAMED.replace("vpce-0123456789abcdef0", "vpce-00000000000000000")


def aws(agentcore: Mapping[str, Any], secret: str | None = None) -> Aws:
    keys = AwsKeys(
        agentcore["aws"]["access_key_id"], Secret(secret or agentcore["aws"]["secret_access_key"], "key")
    )
    endpoints = {"ec2": agentcore["endpoints"]["iam"], "sts": agentcore["endpoints"]["sts"]}
    return Aws(Environment(name="t", region="us-east-1", endpoints=endpoints), keys)


def resolver(*addresses: str) -> Any:
    def resolve(_: str) -> Iterable[str]:
        return addresses

    return resolve


@pytest.mark.parametrize(
    ("target", "host", "addresses", "found"),
    [
        ("runtime", NAMED, (), ["vpce-0123456789abcdef0"]),
        ("runtime", UNKNOWN, (), []),
        ("runtime", DATA, ("10.0.0.7", "10.0.1.7"), ["vpce-0123456789abcdef0"]),
        ("gateway", GATEWAY, ("10.0.0.7",), ["vpce-0123456789abcdef1"]),
        ("runtime", DATA, ("10.0.0.7", "52.1.2.3"), []),
        ("runtime", DATA, ("127.0.0.1",), []),
        ("runtime", DATA, ("169.254.1.1",), []),
        ("runtime", DATA, (), []),
        ("runtime", "agents.example.com", ("10.0.0.7",), []),
        ("runtime", "127.0.0.1", ("127.0.0.1",), []),
        ("runtime", "vpce-0123456789abcdef0-x.example.com", ("10.0.0.7",), []),
    ],
)
def test_the_endpoint_of_a_call_is_read(
    agentcore: Mapping[str, Any], target: str, host: str, addresses: tuple[str, ...], found: list[str]
) -> None:
    """By its name, or by a private address of an AWS host; never for another host."""
    facts = read_endpoint_policies({target: host}, resolver(*addresses), aws(agentcore))
    assert [one["vpcEndpointId"] for one in facts] == found
    policies = from_answers({"endpointPolicies": facts}).endpoint_policies or ()
    assert all(json.loads(policy.document or "")["Statement"] for policy in policies)
    assert {policy.target for policy in policies} == ({target} if found else set())


def test_an_endpoint_that_may_not_be_read_is_unreadable(agentcore: Mapping[str, Any]) -> None:
    """With the reason, and nothing is assumed about it."""
    facts = read_endpoint_policies({"runtime": NAMED}, resolver(), aws(agentcore, "wrong" * 8))
    (policy,) = from_answers({"endpointPolicies": facts}).endpoint_policies or ()
    assert (policy.document, policy.unreadable) == (None, "SignatureDoesNotMatch")
