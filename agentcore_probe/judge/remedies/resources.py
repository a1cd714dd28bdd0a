"""How to inspect the deployed Runtime and Gateway: endpoints, targets, logs."""

from __future__ import annotations

import json

from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets, shell_word


def _endpoints(context: RemedyContext, cause: str) -> Snippets:
    if context.target == "gateway":
        return _gateway(context, cause)
    commands = (
        f"{context.control} get-agent-runtime --agent-runtime-id {context.runtime_id} {context.control_plane_options}",
        f"{context.control} list-agent-runtime-endpoints --agent-runtime-id {context.runtime_id} {context.control_plane_options}",
    )
    if cause != "qualifier-not-found":
        return Snippets(commands)
    name = json.dumps(context.qualifier)
    return Snippets(
        commands,
        {
            "cdk": f"runtime.addEndpoint({name});",
            "cloudformation": "Type: AWS::BedrockAgentCore::RuntimeEndpoint\nProperties:\n"
            f"  AgentRuntimeId: !GetAtt Runtime.AgentRuntimeId\n  Name: {name}",
        },
    )


def _gateway(context: RemedyContext, cause: str) -> Snippets:
    if cause == "tool-failed" and context.values.get("listed") == "no":
        return Snippets()
    if context.target == "runtime":
        return _logs(context, cause)  # the server in the container said so
    return Snippets(
        (
            f"{context.control} get-gateway --gateway-identifier {context.gateway_id} {context.control_plane_options}",
        )
    )


def _targets(context: RemedyContext, _: str) -> Snippets:
    return Snippets(
        (
            f"{context.control} list-gateway-targets --gateway-identifier {context.gateway_id} {context.control_plane_options}",
            f"{context.control} synchronize-gateway-targets --gateway-identifier {context.gateway_id} "
            f'--target-id-list "$TARGET_ID" {context.control_plane_options}',
        )
    )


def _logs(context: RemedyContext, _: str) -> Snippets:
    if context.target == "gateway" or context.arn is None:
        return Snippets()
    group = f"/aws/bedrock-agentcore/runtimes/{context.arn.rsplit('/', 1)[-1]}-{context.qualifier}"
    return Snippets(
        (f"{context.aws} logs tail {shell_word(group, 'LOG_GROUP')} --since 15m {context.region_option}",)
    )


BUILDERS: dict[str, RemedyBuilder] = {
    "endpoints": _endpoints,
    "gateway": _gateway,
    "targets": _targets,
    "logs": _logs,
}
