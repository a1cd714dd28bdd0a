"""What to look at in the deployed Runtime and Gateway: endpoints, targets, logs."""

from __future__ import annotations

import json

from agentcore_probe.judge.remedies.context import Lines, Maker, Place, word

_CONTROL = "aws bedrock-agentcore-control"


def _endpoints(place: Place, cause: str) -> Lines:
    if place.target == "gateway":
        return _gateway(place, cause)
    look = (
        f"{_CONTROL} get-agent-runtime --agent-runtime-id {place.runtime_id} {place.on_control_plane}",
        f"{_CONTROL} list-agent-runtime-endpoints --agent-runtime-id {place.runtime_id} {place.on_control_plane}",
    )
    if cause != "qualifier-not-found":
        return Lines(look)
    name = json.dumps(place.qualifier)
    return Lines(
        look,
        {
            "cdk": f"runtime.addEndpoint({name});",
            "cloudformation": "Type: AWS::BedrockAgentCore::RuntimeEndpoint\nProperties:\n"
            f"  AgentRuntimeId: !GetAtt Runtime.AgentRuntimeId\n  Name: {name}",
        },
    )


def _gateway(place: Place, _: str) -> Lines:
    return Lines(
        (f"{_CONTROL} get-gateway --gateway-identifier {place.gateway_id} {place.on_control_plane}",)
    )


def _targets(place: Place, _: str) -> Lines:
    return Lines(
        (
            f"{_CONTROL} list-gateway-targets --gateway-identifier {place.gateway_id} {place.on_control_plane}",
            f"{_CONTROL} synchronize-gateway-targets --gateway-identifier {place.gateway_id} "
            f'--target-id-list "$TARGET_ID" {place.on_control_plane}',
        )
    )


def _logs(place: Place, _: str) -> Lines:
    if place.target == "gateway" or place.arn is None:
        return Lines()
    group = f"/aws/bedrock-agentcore/runtimes/{place.arn.rsplit('/', 1)[-1]}-{place.qualifier}"
    return Lines((f"aws logs tail {word(group, 'LOG_GROUP')} --since 15m {place.in_region}",))


MAKERS: dict[str, Maker] = {
    "endpoints": _endpoints,
    "gateway": _gateway,
    "targets": _targets,
    "logs": _logs,
}
