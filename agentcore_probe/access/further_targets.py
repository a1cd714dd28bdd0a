"""Reads a harness and an agent registry as they are deployed (docs/agentcore.md sections 11.15 and 11.16)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.access.reads import Reads
from agentcore_probe.model.configuration import ANOTHER_RESOURCE
from agentcore_probe.model.environment import Environment

_CONTROL = "bedrock-agentcore-control"
_REGISTRY_CONTROL = "agent-registry-control"


def read_harness(environment: Environment, aws: Reads) -> dict[str, Any] | None:
    """The deployed harness, in the names of the AWS API; None where the environment has none.

    Args:
        environment: names the harness.
        aws: reads it.
    """
    target = environment.harness
    if target is None:
        return None
    answer, unreadable = aws.read(_CONTROL, "get_harness", target.region, harnessId=target.id)
    if answer is None:
        return {"arn": target.arn, "unreadable": unreadable}
    harness = answer.get("harness")
    if not isinstance(harness, dict) or "arn" not in harness:
        return {"arn": target.arn, "unreadable": "unexpected-answer"}
    if harness["arn"] != target.arn:
        return {"arn": target.arn, "unreadable": ANOTHER_RESOURCE, "describedArn": str(harness["arn"])}
    # The API omits this key for IAM. In facts, an absent key means "not known".
    return {"authorizerConfiguration": None, **harness}


def read_registry(environment: Environment, aws: Reads) -> dict[str, Any] | None:
    """The deployed registry, in the names of the AWS API; None where the environment has none.

    One that is called in the namespace of the registry's preview is read there.

    Args:
        environment: names the registry.
        aws: reads it.
    """
    target = environment.registry
    if target is None:
        return None
    host = urlsplit(target.url or "").hostname or ""
    is_former = host.startswith("bedrock-agentcore.")
    service = _CONTROL if is_former else _REGISTRY_CONTROL
    answer, unreadable = aws.read(service, "get_registry", registryId=target.id)
    if answer is None:
        return {"registryId": target.id, "unreadable": unreadable}
    if "registryId" not in answer:
        return {"registryId": target.id, "unreadable": "unexpected-answer"}
    if answer["registryId"] != target.id:
        described = str(answer.get("registryArn") or answer["registryId"])
        return {"registryId": target.id, "unreadable": ANOTHER_RESOURCE, "describedArn": described}
    return {**answer, "former": True} if is_former else answer
