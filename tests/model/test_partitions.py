"""The table of partitions is botocore's, and a region is read from AWS's own host names only."""

from __future__ import annotations

import re

import botocore.loaders
import pytest

from agentcore_probe.model.partitions import PARTITIONS, REGION, is_aws_host, partition_of, region_in_host

THEIRS = botocore.loaders.create_loader().load_data("partitions")["partitions"]


def test_the_partitions_are_those_of_botocore() -> None:
    """With the domains of their hosts."""
    outputs = {entry["id"]: entry["outputs"] for entry in THEIRS}
    assert {entry.id: (entry.domain, entry.dual_stack_domain) for entry in PARTITIONS} == {
        id: (output["dnsSuffix"], output["dualStackDnsSuffix"]) for id, output in outputs.items()
    }


@pytest.mark.parametrize("partition", THEIRS, ids=lambda entry: str(entry["id"]))
def test_every_region_of_botocore_is_in_its_partition(partition: dict[str, object]) -> None:
    """By the beginning of its name."""
    regions = [name for name in partition["regions"] if not str(name).endswith("-global")]  # type: ignore[attr-defined]
    assert regions
    for region in regions:
        assert partition_of(region).id == partition["id"]
        assert REGION.fullmatch(region)
        assert re.fullmatch(str(partition["regionRegex"]).replace(r"\-", "-"), region)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("bedrock-agentcore.us-east-1.amazonaws.com", "us-east-1"),
        ("bedrock-agentcore-fips.us-gov-west-1.api.aws", "us-gov-west-1"),
        ("bedrock-agentcore.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"),
        ("bedrock-agentcore.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("gw-abcdefghij.gateway.bedrock-agentcore.eu-west-1.amazonaws.com", "eu-west-1"),
        ("vpce-0123456789abcdef0-abcd1234.bedrock-agentcore.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("vpce-0123456789abcdef0-abcd1234-eu-west-1a.bedrock-agentcore.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("mcp.us-prod-1.example.com", None),
        ("bedrock-agentcore.us-east-1.amazonaws.com.example.com", None),
        ("amazonaws.com", None),
        ("127.0.0.1", None),
    ],
)  # fmt: skip
def test_the_region_in_a_host_name(host: str, region: str | None) -> None:
    """A custom domain has none, so that the environment's region is signed for."""
    assert region_in_host(host) == region
    assert is_aws_host(host) is (region is not None)
