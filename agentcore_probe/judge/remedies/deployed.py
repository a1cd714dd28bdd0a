"""What to look at in the deployed Runtime and Gateway: endpoints, targets, logs."""

from __future__ import annotations

from agentcore_probe.judge.remedies.place import Lines, Maker, Place


def _endpoints(place: Place, _: str) -> Lines:
    if place.target == "gateway":
        return _gateway(place, _)
    return Lines(
        (
            f"aws bedrock-agentcore-control get-agent-runtime --agent-runtime-id {place.runtime_id} "
            f"--region {place.region}",
            "aws bedrock-agentcore-control list-agent-runtime-endpoints "
            f"--agent-runtime-id {place.runtime_id} --region {place.region}",
        ),
        {
            "cdk": f'runtime.addEndpoint("{place.qualifier}");',
            "cloudformation": "Type: AWS::BedrockAgentCore::RuntimeEndpoint\nProperties:\n"
            f"  AgentRuntimeId: {place.runtime_id}\n  Name: {place.qualifier}",
        },
    )


def _gateway(place: Place, _: str) -> Lines:
    return Lines(
        (
            f"aws bedrock-agentcore-control get-gateway --gateway-identifier {place.gateway_id} "
            f"--region {place.region}",
        )
    )


def _targets(place: Place, _: str) -> Lines:
    return Lines(
        (
            f"aws bedrock-agentcore-control list-gateway-targets --gateway-identifier {place.gateway_id} "
            f"--region {place.region}",
            "aws bedrock-agentcore-control synchronize-gateway-targets "
            f"--gateway-identifier {place.gateway_id} --target-id-list <target-id> --region {place.region}",
        )
    )


def _logs(place: Place, _: str) -> Lines:
    return Lines(
        (
            f"aws logs tail /aws/bedrock-agentcore/runtimes/{place.runtime_id}-{place.qualifier} "
            f"--since 15m --region {place.region}",
        )
    )


MAKERS: dict[str, Maker] = {
    "endpoints": _endpoints,
    "gateway": _gateway,
    "targets": _targets,
    "logs": _logs,
}
