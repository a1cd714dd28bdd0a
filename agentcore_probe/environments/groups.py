"""Which resources make one environment: a Gateway goes with the Runtime that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from agentcore_probe.access.control_plane import gateway_id
from agentcore_probe.environments.places import without_known_region
from agentcore_probe.model.inventory import Inventory, Resource

PAIRING = (
    "A Gateway and a Runtime share a {place} if the Runtime accepts calls from that Gateway only, or if a target of "
    "the Gateway calls the Runtime. Each of them is in one {place}."
)
"""How pairs are decided, for people. `place` is what has a pair: `file` or `row`."""


@dataclass(frozen=True)
class Group:
    """What one environment file describes."""

    tables: dict[str, Any]
    """`runtime`, `gateway`, `harness`, `region` and `endpoints`, as an environment file has them."""
    names: tuple[str, ...] = ()
    """What its resources are called, the best name first."""
    why: str | None = None
    """Why these resources are in one file."""
    harnesses: tuple[Resource, ...] = ()
    """The harnesses whose agent is the Runtime."""
    clients: tuple[str, ...] = ()
    """App clients that a stack has."""

    @property
    def title(self) -> str:
        """What its resources are called."""
        return " and ".join(dict.fromkeys(self.names))

    @property
    def key(self) -> tuple[str | None, str | None]:
        """The Runtime's ARN, and the Gateway's id, or its URL where that does not contain the id."""
        runtime, gateway = self.tables.get("runtime") or {}, self.tables.get("gateway") or {}
        url = gateway.get("url")
        return runtime.get("arn"), gateway.get("id") or gateway_id(url or "") or url


def tables_of(resource: Resource, region: str) -> dict[str, Any]:
    """What an environment file says of a resource; of a harness, the Runtime behind it, and itself if that is not known.

    Args:
        resource: a Runtime, a Gateway or a harness.
        region: where it is.
    """
    if resource.kind == "gateway":
        return {"region": region, "gateway": {"id": resource.id}}
    arn = resource.arn if resource.kind == "runtime" else next(iter(resource.calls), None)
    if arn is None and resource.kind == "harness":
        return {"harness": {"arn": resource.arn}} if resource.arn else {}
    return {"runtime": {"arn": arn}} if arn else {}


def groups_of(
    resources: Sequence[Resource], inventory: Inventory, together: str | None = None
) -> list[Group]:
    """The environments that these resources make, in their order.

    Args:
        resources: chosen ones, with details. One Runtime and one Gateway make one environment in any case.
        inventory: where they are from; its harnesses are named where their Runtimes are.
        together: why these resources were chosen together, if there is more to say than that they were.
    """
    runtimes, gateways = ([one for one in resources if one.kind == kind] for kind in ("runtime", "gateway"))
    behind = [one for one in resources if one.kind == "harness" and one.calls]
    runtimes += [
        _runtime_behind(one, inventory) for one in behind if one.calls[0] not in [r.arn for r in runtimes]
    ]
    pairs: dict[int, tuple[Resource, str | None]] = {
        id(runtime): (gateway, why) for runtime, gateway, why in _pairs(runtimes, gateways)
    }
    if len(runtimes) == len(gateways) == 1:
        pairs.setdefault(id(runtimes[0]), (gateways[0], together))
    groups = []
    for runtime in runtimes:
        gateway, why = pairs.get(id(runtime), (None, None))
        groups.append(_group(runtime, gateway, why, inventory))
    paired = [id(gateway) for gateway, _ in pairs.values()]
    return groups + [
        _group(None, gateway, None, inventory) for gateway in gateways if id(gateway) not in paired
    ]


def _runtime_behind(harness: Resource, inventory: Inventory) -> Resource:
    listed = inventory.named(harness.calls[0], ("runtime",))
    return listed[0] if listed else Resource(kind="runtime", id="", name=harness.name, arn=harness.calls[0])


def _pairs(
    runtimes: Sequence[Resource], gateways: Sequence[Resource]
) -> Iterator[tuple[Resource, Resource, str]]:
    """Each Runtime with the first Gateway that belongs to it and is not yet in a pair; bindings before calls."""
    free_runtimes, free_gateways = list(runtimes), list(gateways)
    for belongs, why in (
        (_is_bound, "the Runtime accepts calls from this Gateway only"),
        (_calls, "a target of the Gateway calls the Runtime"),
    ):
        for runtime in list(free_runtimes):
            gateway = next((one for one in free_gateways if belongs(runtime, one)), None)
            if gateway is not None:
                free_runtimes.remove(runtime)
                free_gateways.remove(gateway)
                yield runtime, gateway, why


def _is_bound(runtime: Resource, gateway: Resource) -> bool:
    workload = (gateway.workload or "").rsplit("/", 1)[-1]
    return any(caller in (gateway.arn, gateway.workload, workload) for caller in runtime.callers if caller)


def _calls(runtime: Resource, gateway: Resource) -> bool:
    """By the ARN, which a URL of the Runtime contains too, encoded once or twice."""
    return any((runtime.arn or " ") in unquote(unquote(called)) for called in gateway.calls)


def _group(
    runtime: Resource | None, gateway: Resource | None, why: str | None, inventory: Inventory
) -> Group:
    tables: dict[str, Any] = {}
    for resource in (gateway, runtime):
        tables |= tables_of(resource, inventory.region) if resource is not None else {}
    tables = without_known_region(tables)
    names = tuple(resource.name for resource in (runtime, gateway) if resource is not None)
    behind = [one for one in inventory.of("harness") if runtime is not None and runtime.arn in one.calls]
    return Group(tables, names, why, tuple(behind))
