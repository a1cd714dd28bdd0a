"""The policies of the VPC endpoints through which the targets are called (docs/agentcore.md section 11.22).

They are read only where a call goes through one: the host is the name of an endpoint, or an AWS host whose addresses are
private here (private DNS).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.access.aws import SIGNING_NAME, Aws
from agentcore_probe.access.protocol import gateway_url
from agentcore_probe.access.reads import INCOMPLETE, Reads
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.partitions import is_aws_host, region_in_host
from agentcore_probe.regex import regex

SERVICES = {"runtime": "bedrock-agentcore", "gateway": "bedrock-agentcore.gateway"}
"""The name of the endpoint's service, without what every service's name begins with."""
_ENDPOINT = regex(r"(?P<id>vpce-[0-9a-f]+)-[a-z0-9-]+\.")

Resolve = Callable[[str], Iterable[str]]
"""The addresses of a host; none where it is not called directly."""


def endpoint_policies(environment: Environment, deployed: Configuration, aws: Aws) -> list[dict[str, Any]]:
    """The policies of the endpoints through which the targets of an environment are called.

    Args:
        environment: names the targets.
        deployed: may have the Gateway's URL.
        aws: resolves hosts, and reads the endpoints.
    """
    if aws.region is None:
        return []
    urls = {"gateway": gateway_url(environment, deployed, aws)}
    if environment.runtime is not None:
        urls["runtime"] = aws.base_url(SIGNING_NAME)
    hosts = {target: urlsplit(url or "").hostname for target, url in urls.items()}
    known = {target: host for target, host in hosts.items() if host}
    return read_endpoint_policies(known, aws.resolve, aws)


def read_endpoint_policies(hosts: Mapping[str, str], resolve: Resolve, aws: Reads) -> list[dict[str, Any]]:
    """The policies, each with `vpcEndpointId`, `target`, and `policy` or `unreadable`.

    Args:
        hosts: the host that is called, by target (`runtime`, `gateway`).
        resolve: finds the addresses of a host.
        aws: reads the endpoints.
    """
    found: list[dict[str, Any]] = []
    for target, host in hosts.items():
        named = _ENDPOINT.match(host) if is_aws_host(host) else None
        if named is not None:
            found += _read(target, host, aws, VpcEndpointIds=[named["id"]])
        elif is_aws_host(host) and _are_private(resolve(host)):
            service = f"com.amazonaws.{region_in_host(host)}.{SERVICES[target]}"
            found += _read(target, host, aws, Filters=[{"Name": "service-name", "Values": [service]}])
    return found


def _read(target: str, host: str, aws: Reads, **arguments: Any) -> list[dict[str, Any]]:
    """The endpoints that may serve the host: the named one, or each that answers to the service's own name.

    One page is enough: an account has few endpoints of one service in a region.
    """
    answer, reason = aws.read("ec2", "describe_vpc_endpoints", region_in_host(host), **arguments)
    endpoints = answer.get("VpcEndpoints") if answer is not None and not answer.get("NextToken") else None
    if not isinstance(endpoints, list):
        return [{"vpcEndpointId": host, "target": target, "unreadable": reason or INCOMPLETE}]
    is_named = "VpcEndpointIds" in arguments
    return [
        {
            "vpcEndpointId": str(one.get("VpcEndpointId", host)),
            "target": target,
            "policy": one.get("PolicyDocument"),
        }
        for one in endpoints
        if is_named or one.get("PrivateDnsEnabled")
    ]


def _are_private(addresses: Iterable[str]) -> bool:
    """Whether all addresses are of a private network; loopback and link-local ones belong to this machine."""
    found = [ipaddress.ip_address(address) for address in addresses]
    return bool(found) and all(
        one.is_private and not one.is_loopback and not one.is_link_local for one in found
    )
