"""Which Runtime and Gateway share an environment file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from agentcore_probe.environments.groups import groups_of
from agentcore_probe.model.inventory import Inventory, Kind, Resource

ACCOUNT = "arn:aws:bedrock-agentcore:us-east-1:123456789012"


def runtime(name: str, **more: Any) -> Resource:
    id = f"{name}-ABCDEFGHIJ"
    return Resource(kind="runtime", id=id, name=name, arn=f"{ACCOUNT}:runtime/{id}", **more)


def gateway(name: str, **more: Any) -> Resource:
    id = f"{name}-abcdefghij"
    workload = f"{ACCOUNT}:workload-identity-directory/default/workload-identity/{name}"
    return Resource(
        kind="gateway", id=id, name=name, arn=f"{ACCOUNT}:gateway/{id}", workload=workload, **more
    )


def pairs(*resources: Resource) -> list[tuple[str, ...]]:
    """The names in each file."""
    inventory = Inventory(region="us-east-1", resources=resources)
    return [group.names for group in groups_of(resources, inventory)]


ARN = f"{ACCOUNT}:runtime/b-ABCDEFGHIJ"


@pytest.mark.parametrize(
    ("callers", "calls"),
    [
        ((f"{ACCOUNT}:gateway/g-abcdefghij",), ()),
        (("g",), ()),
        ((f"{ACCOUNT}:workload-identity-directory/default/workload-identity/g",), ()),
        ((), (ARN,)),
        ((), (f"https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/{quote(ARN, safe='')}/invocations",)),
    ],
    ids=["bound by ARN", "bound by name", "bound by workload identity", "target", "URL of a target"],
)  # fmt: skip
def test_a_gateway_goes_with_the_runtime_that_belongs_to_it(
    callers: tuple[str, ...], calls: tuple[str, ...]
) -> None:
    """The others have files of their own."""
    resources = (runtime("a"), runtime("b", callers=callers), gateway("f"), gateway("g", calls=calls))
    assert pairs(*resources) == [("a",), ("b", "g"), ("f",)]


def test_a_binding_outweighs_a_call_and_nothing_is_in_two_files() -> None:
    """A Gateway that calls two Runtimes goes with one of them."""
    calls = (runtime("a").arn or "", ARN)
    bound = runtime("b", callers=("g",))
    assert pairs(runtime("a"), bound, gateway("g", calls=calls)) == [("a",), ("b", "g")]
    assert pairs(runtime("a"), runtime("b"), gateway("g", calls=calls)) == [("a", "g"), ("b",)]


def test_one_of_each_was_meant_together() -> None:
    """Whether they belong to each other or not."""
    assert pairs(runtime("a"), gateway("g")) == [("a", "g")]
    assert pairs(runtime("a"), runtime("b"), gateway("g")) == [("a",), ("b",), ("g",)]


@pytest.mark.parametrize("kind", ["runtime", "harness"])
def test_a_harness_is_named_with_the_runtime_behind_it(kind: Kind) -> None:
    """Whichever of the two is chosen."""
    behind = runtime("harness_h")
    harness = Resource(kind="harness", id="h-ABCDEFGHIJ", name="h", arn="x", calls=(behind.arn or "",))
    inventory = Inventory(region="us-east-1", resources=(behind, harness))
    (group,) = groups_of([one for one in inventory.resources if one.kind == kind], inventory)
    assert group.tables == {"runtime": {"arn": behind.arn}}
    assert group.harnesses == (harness,)
