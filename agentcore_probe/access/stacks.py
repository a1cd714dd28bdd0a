"""Reads a CloudFormation stack and those nested in it: the ids of its resources, and its outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agentcore_probe.access.reads import Reads, pages

_NESTED = "AWS::CloudFormation::Stack"
_MAX_STACKS = 100


@dataclass
class StackContent:
    """What a stack consists of."""

    resources: list[tuple[str, str]] = field(default_factory=list)
    """Type and physical id: `("AWS::Cognito::UserPool", "us-east-1_AbCdEfGhI")`."""
    outputs: list[str] = field(default_factory=list)
    """The values."""
    stacks: list[str] = field(default_factory=list)
    """Names and ARNs of the stack and of those nested in it."""


def read_stack(name: str, reads: Reads) -> StackContent | None:
    """What a stack consists of; None where there is no such stack, or nothing of it could be read.

    Args:
        name: the stack's name or ARN.
        reads: reads its region.
    """
    content, waiting, is_known = StackContent(), [name], False
    while waiting and len(content.stacks) < _MAX_STACKS:
        stack = waiting.pop(0)
        if stack in content.stacks:
            continue
        content.stacks.append(stack)
        resources = pages(
            reads, "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack
        )
        described, _ = reads.read("cloudformation", "describe_stacks", StackName=stack)
        is_known = is_known or resources is not None or described is not None
        for resource in resources or ():
            kind, id = str(resource.get("ResourceType")), resource.get("PhysicalResourceId")
            if id and not str(resource.get("ResourceStatus", "")).startswith("DELETE_COMPLETE"):
                content.resources.append((kind, str(id)))
                waiting += [str(id)] if kind == _NESTED else []
        content.outputs += _outputs(described or {})
    return content if is_known else None


def _outputs(described: dict[str, Any]) -> list[str]:
    return [
        str(output.get("OutputValue") or "")
        for stack in described.get("Stacks") or ()
        for output in stack.get("Outputs") or ()
    ]
