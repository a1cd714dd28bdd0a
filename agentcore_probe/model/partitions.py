"""AWS's partitions: which regions are in one, and under which domains its hosts are (botocore's `partitions.json`)."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.regex import regex


class Partition(NamedTuple):
    """A partition."""

    id: str
    """As ARNs name it."""
    regions: str
    """How the names of its regions begin."""
    domain: str
    """Of its hosts."""
    dual_stack_domain: str
    """Of its hosts that have addresses of IPv6, too."""


PARTITIONS = (
    Partition("aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"),
    Partition("aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    Partition("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    Partition("aws", "", "amazonaws.com", "api.aws"),
)
"""The last one has all other regions."""

REGION = regex(r"[a-z]{2,5}(-[a-z]+)+-\d{1,2}")
"""The name of a region."""
_DOMAINS = tuple(
    sorted({f".{domain}" for entry in PARTITIONS for domain in (entry.domain, entry.dual_stack_domain)})
)


def partition_of(region: str | None) -> Partition:
    """The partition of a region; the largest one where no region is known."""
    return next(entry for entry in PARTITIONS if (region or "").startswith(entry.regions))


def is_aws_host(host: str) -> bool:
    """Whether a host's name is below a domain that AWS's services have."""
    return host.lower().endswith(_DOMAINS)


def region_in_host(host: str) -> str | None:
    """The region in the name of an AWS host, a VPC endpoint's included; None for another host, whatever its name is."""
    if not is_aws_host(host):
        return None
    return next((label for label in reversed(host.lower().split(".")) if REGION.fullmatch(label)), None)
