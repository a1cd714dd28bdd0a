"""Lists the Runtimes, Gateways and harnesses of a region, all pages, and reads each of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentcore_probe.access.control_plane import CONTROL, read_gateway_targets
from agentcore_probe.access.reads import Reads, pages
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.inventory import KINDS, Inventory, Kind, Resource
from agentcore_probe.threads import Threads

_THREADS = 8
_PAGE = 100
"""Items in a page: the most that all three lists give (botocore's model)."""
_LISTS: dict[Kind, tuple[str, str]] = {
    "runtime": ("list_agent_runtimes", "agentRuntimes"),
    "gateway": ("list_gateways", "items"),
    "harness": ("list_harnesses", "harnesses"),
}
"""The operation that lists a kind, and the key of its items."""


def read_inventory(reads: Reads, region: str, kinds: Iterable[Kind] = tuple(KINDS)) -> Inventory:
    """The resources of `region` as lists have them: neither authorizer nor protocol of a Runtime is among that.

    Args:
        reads: reads that region.
        region: named in the result.
        kinds: the kinds to list.
    """
    wanted = tuple(kinds)
    with Threads(len(_LISTS), "lists") as pool:
        lists = dict(zip(wanted, pool.map(lambda kind: _list(reads, kind), wanted), strict=True))
    resources = [
        resource for kind in wanted for resource in sorted(lists[kind] or (), key=lambda one: one.name)
    ]
    arns = [resource.arn for resource in resources if resource.arn]
    return Inventory(
        region=region,
        account=read_arn(arns[0]).account if arns else None,
        resources=tuple(resources),
        unlisted=tuple(kind for kind in wanted if lists[kind] is None),
    )


def with_details(inventory: Inventory, reads: Reads) -> Inventory:
    """The inventory with what each resource says of itself; one that cannot be read stays as it is.

    Args:
        inventory: from `read_inventory`.
        reads: reads its region.
    """
    with Threads(_THREADS, "details") as pool:
        resources = tuple(
            pool.map(lambda resource: _DETAILS[resource.kind](resource, reads), inventory.resources)
        )
    return inventory.model_copy(update={"resources": resources})


def _list(reads: Reads, kind: Kind) -> list[Resource] | None:
    operation, key = _LISTS[kind]
    items = pages(reads, CONTROL, operation, key, maxResults=_PAGE)
    if items is None:
        return None
    resources = (_ITEMS[kind]({name: str(value) for name, value in item.items()}) for item in items)
    return [resource for resource in resources if resource.id]


def _runtime(item: dict[str, str]) -> Resource:
    return Resource(
        kind="runtime",
        id=item.get("agentRuntimeId", ""),
        name=item.get("agentRuntimeName", ""),
        arn=item.get("agentRuntimeArn"),
        status=item.get("status"),
    )


def _gateway(item: dict[str, str]) -> Resource:
    return Resource(
        kind="gateway",
        id=item.get("gatewayId", ""),
        name=item.get("name", ""),
        status=item.get("status"),
        authorizer=item.get("authorizerType"),
        protocol=item.get("protocolType"),
    )


def _harness(item: dict[str, str]) -> Resource:
    return Resource(
        kind="harness",
        id=item.get("harnessId", ""),
        name=item.get("harnessName", ""),
        arn=item.get("arn"),
        status=item.get("status"),
    )


_ITEMS = {"runtime": _runtime, "gateway": _gateway, "harness": _harness}


def _runtime_details(runtime: Resource, reads: Reads) -> Resource:
    answer, _ = reads.read(CONTROL, "get_agent_runtime", agentRuntimeId=runtime.id)
    if answer is None:
        return runtime
    deployed = from_answers({"runtime": {"authorizerConfiguration": None, **answer}}).runtime
    if deployed is None or deployed.authorizer is None:
        return runtime
    jwt = deployed.authorizer.jwt
    details = {
        "authorizer": deployed.authorizer.type,
        "protocol": deployed.protocol,
        "callers": jwt.workload_binding if jwt else (),
    }
    return runtime.model_copy(update=details)


def _gateway_details(gateway: Resource, reads: Reads) -> Resource:
    answer, _ = reads.read(CONTROL, "get_gateway", gatewayIdentifier=gateway.id)
    targets = read_gateway_targets(
        gateway.id, reads, frozenset({"AGENTCORE_RUNTIME", "MCP_SERVER", "PASSTHROUGH"})
    )
    deployed = from_answers({"gateway": {**(answer or {}), "targets": targets}}).gateway
    if deployed is None:
        return gateway
    workload = ((answer or {}).get("workloadIdentityDetails") or {}).get("workloadIdentityArn")
    called = [target.runtime or target.endpoint for target in deployed.targets or ()]
    details: dict[str, Any] = {
        "arn": deployed.arn,
        "workload": workload if isinstance(workload, str) else None,
        "calls": tuple(filter(None, called)),
        "url": deployed.url,
        "domains": deployed.domains or (),
    }
    return gateway.model_copy(update=details)


def _harness_details(harness: Resource, reads: Reads) -> Resource:
    answer, _ = reads.read(CONTROL, "get_harness", harnessId=harness.id)
    facts = (answer or {}).get("harness")
    if not isinstance(facts, dict):
        return harness
    environment = (facts.get("environment") or {}).get("agentCoreRuntimeEnvironment") or {}
    jwt = (facts.get("authorizerConfiguration") or {}).get("customJWTAuthorizer")
    runtime = environment.get("agentRuntimeArn")
    details = {
        "arn": facts.get("arn"),
        "name": facts.get("harnessName") or harness.name,
        "status": facts.get("status") or harness.status,
        # As for a Runtime: without the key, it takes signatures (docs/agentcore.md section 6.1).
        "authorizer": "CUSTOM_JWT" if jwt else "AWS_IAM",
        "calls": (runtime,) if isinstance(runtime, str) else (),
    }
    return harness.model_copy(update=details)


_DETAILS = {"runtime": _runtime_details, "gateway": _gateway_details, "harness": _harness_details}
