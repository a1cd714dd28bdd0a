"""What a drafted file needs besides the targets: resource policies, issuer, app clients, tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import policy_arns, read_gateway_target, read_policies
from agentcore_probe.access.oidc import read_issuer
from agentcore_probe.access.reads import FailedRead, NotedReads
from agentcore_probe.access.transport import Transport
from agentcore_probe.access.user_pool import list_clients, read_clients
from agentcore_probe.environments.draft import Reading
from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.login_choice import choose_login
from agentcore_probe.environments.unread import sentences
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.threads import Threads

_MAX_TOOL_TARGETS = 10
"""Of so many of a Gateway's targets the tools are looked at."""


def read_further(
    group: Group, targets: Environment, facts: dict[str, Any], reads: NotedReads, aws: Aws
) -> tuple[Configuration, Reading]:
    """The whole configuration, and what else the file says.

    Args:
        group: what the file describes.
        targets: the Runtime and the Gateway.
        facts: what was read of them (`access.control_plane.read_targets`).
        reads: reads the rest.
        aws: the same access, for its region and the trusted authorities.
    """
    login = choose_login(from_answers(facts))
    clients: list[dict[str, Any]] = []
    facts = {**facts}
    with Threads(4, "discover") as pool:
        policies = pool.submit(read_policies, policy_arns(facts, targets), reads)
        tools = pool.submit(_tool_targets, facts, reads)
        if login is not None:
            issuer = pool.submit(_read_issuer, login.discovery_url, targets, aws.ca_bundle)
            ids = login.clients or group.clients or tuple(list_clients(login.discovery_url, reads) or ())
            clients = read_clients(ids, login.discovery_url, reads)
            facts["issuers"] = [issuer.result()]
        facts["policies"] = policies.result()
    read = [from_answers({"client": one}).client for one in clients]
    account = next((read_arn(arn).account for arn in policy_arns(facts, targets)), "unknown")
    reading = Reading(
        clients=[client for client in read if client is not None],
        client_names={str(one.get("ClientId")): str(one.get("ClientName", "")) for one in clients},
        gateway_targets=tools.result(),
        harnesses=group.harnesses,
        head=[
            f"Read in {aws.region}, account {account}.",
            f"One file for both, because {group.why}." if group.why else "",
        ],
        unread=sentences(missing(reads.failed)),
    )
    return from_answers(facts), reading


def missing(failed: Iterable[FailedRead]) -> tuple[FailedRead, ...]:
    """The reads that lack something: a resource without a policy has none."""
    return tuple(read for read in failed if not read.is_without_policy)


def _read_issuer(url: str, targets: Environment, ca_bundle: str | None) -> dict[str, Any]:
    with Transport("discovery", targets.limits, purpose="discovery", ca_bundle=ca_bundle) as transport:
        return read_issuer(url, transport)


def _tool_targets(facts: Mapping[str, Any], reads: NotedReads) -> list[dict[str, Any]]:
    """The Gateway's targets whose tools are known to the control plane, with their schemas."""
    gateway = facts.get("gateway") or {}
    functions = [one for one in gateway.get("targets") or () if one.get("targetType") == "LAMBDA"]
    return [read_gateway_target(gateway["gatewayId"], one, reads) for one in functions[:_MAX_TOOL_TARGETS]]
