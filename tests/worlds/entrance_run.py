"""A run against a world of entrances, with an environment file's settings."""

from __future__ import annotations

import threading
from typing import Any

from agentcore_probe.access.aws import AwsKeys
from agentcore_probe.model.environment import (
    Environment,
    GatewayTarget,
    HarnessTarget,
    Limits,
    PassthroughCall,
    RegistryTarget,
    RuntimeTarget,
    ToolCall,
)
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.run import Run
from agentcore_probe.secret import Secret
from tests.worlds.entrance_server import HARNESS_ARN, REGISTRY_ID, EntranceServer
from tests.worlds.server import GATEWAY_ID, REGION, RUNTIME_ARN


def observed(server: EntranceServer) -> RunRecord:
    """The record of a run against the world that is served."""
    world = server.entrances
    gateway = GatewayTarget(
        id=GATEWAY_ID,
        url=server.gateway_url,
        tools=(ToolCall(name="tools___tool_0"),) if "gateway-policy" in world.entrances else None,
        passthrough=PassthroughCall(target="web", path="/health"),
        only_way_in=world.only_way_in,
    )
    base = server.url("runtime")
    further: dict[str, Any] = {
        "harness": HarnessTarget(arn=HARNESS_ARN, invoke=True) if "harness" in world.entrances else None,
        "registry": RegistryTarget(id=REGISTRY_ID) if "registry" in world.entrances else None,
    }
    environment = Environment(
        name=world.id,
        region=REGION,
        runtime=RuntimeTarget(arn=RUNTIME_ARN),
        gateway=gateway,
        entrances=world.entrances,
        identity=Identity(
            flow="token",
            token=SecretReference(source="embedded", name="token"),
            discovery_url=server.discovery_url,
        ),
        limits=Limits(seconds=2),
        endpoints={
            "bedrock-agentcore": base,
            "bedrock-agentcore-control": server.url("control"),
            "agent-registry": server.url("gateway"),
            "agent-registry-control": server.url("control"),
            "sts": server.url("issuer"),
            "cognito-idp": server.url("issuer"),
            "iam": server.url("issuer"),
            "ec2": server.url("issuer"),
        },
        **further,
    )
    keys = AwsKeys("AKIAWORLDWORLDWORLD0", Secret("world-secret-key-of-no-use", "aws secret key"))
    secrets = {"token": Secret(server.token(), "token")}
    return Run(
        environment, keys=keys, secrets=secrets, stop=threading.Event(), controls="few", experiments=False
    ).observe()
