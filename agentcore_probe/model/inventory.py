"""What is deployed in one region: Runtimes, Gateways and harnesses, as their lists and themselves say."""

from __future__ import annotations

from typing import Literal

from agentcore_probe.model.base import Frozen

Kind = Literal["runtime", "gateway", "harness"]

KINDS: dict[Kind, str] = {"runtime": "Runtime", "gateway": "Gateway", "harness": "harness"}
"""What people call each kind, in the order of lists."""


class Resource(Frozen):
    """A Runtime, a Gateway or a harness. What is None could not be read, or does not exist for this kind."""

    kind: Kind
    id: str
    name: str
    arn: str | None = None
    status: str | None = None
    authorizer: str | None = None
    """`CUSTOM_JWT`, `AWS_IAM`, or another type of authorizer."""
    protocol: str | None = None
    workload: str | None = None
    """A Gateway's workload identity, by which it calls Runtimes: its ARN."""
    callers: tuple[str, ...] = ()
    """ARNs and names of the only workloads that may call a Runtime."""
    calls: tuple[str, ...] = ()
    """ARNs of the Runtimes and URLs that a Gateway's targets call, or of the Runtime behind a harness."""
    url: str | None = None
    """A Gateway's `/mcp` URL."""
    domains: tuple[str, ...] = ()
    """A Gateway's own host names."""


class Inventory(Frozen):
    """The resources of one region, of each kind in the order of their names."""

    region: str
    account: str | None = None
    resources: tuple[Resource, ...] = ()
    unlisted: tuple[Kind, ...] = ()
    """The kinds that could not be listed: there may be more of them."""

    def of(self, kind: Kind) -> tuple[Resource, ...]:
        """The resources of one kind."""
        return tuple(resource for resource in self.resources if resource.kind == kind)

    def named(self, text: str, kinds: tuple[Kind, ...] = tuple(KINDS)) -> tuple[Resource, ...]:
        """The resources with this name, id or ARN."""
        return tuple(
            resource
            for resource in self.resources
            if resource.kind in kinds and text in (resource.id, resource.name, resource.arn)
        )
