"""Finds Runtimes, Gateways, harnesses and app clients among the resources and outputs of a CloudFormation stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agentcore_probe.access.control_plane import gateway_id
from agentcore_probe.access.reads import FailedRead
from agentcore_probe.access.stacks import StackContent
from agentcore_probe.environments.unreadable import reading_error
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.model.environment import GATEWAY_ID, RUNTIME_ID
from agentcore_probe.model.inventory import Kind, Resource
from agentcore_probe.regex import regex

_TYPES: dict[str, Kind] = {
    "AWS::BedrockAgentCore::Runtime": "runtime",
    "AWS::BedrockAgentCore::RuntimeEndpoint": "runtime",
    "AWS::BedrockAgentCore::Gateway": "gateway",
    "AWS::BedrockAgentCore::GatewayTarget": "gateway",
    "AWS::BedrockAgentCore::Harness": "harness",
}
_CLIENT = "AWS::Cognito::UserPoolClient"
_ARN = regex(
    r"arn:[a-z-]+:bedrock-agentcore:[a-z0-9-]+:\d{12}:(?P<kind>runtime|gateway|harness)/(?P<id>[A-Za-z0-9_-]+)"
)
_IDS = {"runtime": RUNTIME_ID, "gateway": GATEWAY_ID, "harness": RUNTIME_ID}


def resources_of(content: StackContent, runtime_arn: Callable[[str], str]) -> tuple[Resource, ...]:
    """The resources that a stack has, and those that its outputs name by ARN or URL; each once.

    Args:
        content: the stack.
        runtime_arn: makes a Runtime's ARN from its id, by which CloudFormation names it.
    """
    found: dict[tuple[Kind, str], Resource] = {}

    def add(kind: Kind, id: str, arn: str | None) -> None:
        if (kind, id) not in found:
            whole = arn or (runtime_arn(id) if kind == "runtime" else None)
            found[kind, id] = Resource(kind=kind, id=id, name=id.rsplit("-", 1)[0], arn=whole)

    for type_name, physical_id in content.resources:
        kind = _TYPES.get(type_name)
        match = _ARN.search(physical_id)
        if kind is not None and match is not None and match["kind"] == kind:
            add(kind, match["id"], match[0])
        elif kind is not None and (id := _id_in(kind, physical_id)) is not None:
            add(kind, id, None)
    for value in content.outputs:
        for match in _ARN.finditer(value.replace("%3A", ":").replace("%2F", "/")):
            add(match["kind"], match["id"], match[0])  # type: ignore[arg-type]
        if (gateway := gateway_id(value)) is not None:
            add("gateway", gateway, None)
    return tuple(found.values())


def _id_in(kind: Kind, physical_id: str) -> str | None:
    """The id in a physical id that may have the child's id behind it: `GATEWAY|TARGET`."""
    first = re.split(r"[|/]", physical_id, maxsplit=1)[0]
    return first if _IDS[kind].fullmatch(first) else None


def clients_of(content: StackContent) -> tuple[str, ...]:
    """The ids of the stack's Cognito app clients."""
    return tuple(id.split("|")[-1] for type_name, id in content.resources if type_name == _CLIENT)


def stack_error(name: str, region: str, failed: Sequence[FailedRead]) -> ProbeError:
    """The error for a stack of which nothing could be read.

    Args:
        name: the stack's.
        region: where it was looked for.
        failed: the reads that were not answered.
    """
    reads = [read for read in failed if read.service == "cloudformation"]
    reasons = [read.reason for read in reads]
    if set(reasons) == {"ValidationError"}:  # the only sign of CloudFormation that there is no such stack
        hint = "Check its name and the region; `aws cloudformation list-stacks` lists what there is"
        return InputError(f"no stack {name!r} in {region}", where="--stack", hint=hint)
    actions = ", ".join(dict.fromkeys(read.action for read in reads))
    return reading_error(reasons, f"the stack {name} could not be read", "--stack", f"Allow {actions}")
