"""The control plane's reads, in the shapes of the AWS API."""

from __future__ import annotations

import re

from agentcore_probe.local.doors.permissions import Permissions
from agentcore_probe.local.refusals import aws_error, unknown_operation
from agentcore_probe.local.signature import BadSignature
from agentcore_probe.local.wire import Answer, Call, json_answer
from agentcore_probe.local.world import GATEWAY_ARN, RUNTIME_ARN, RUNTIME_ID, World


class ControlDoor:
    """The control plane's reads, in the shapes of the AWS API."""

    def __init__(self, world: World, permissions: Permissions) -> None:
        self._world = world
        self._permissions = permissions

    async def answer(self, call: Call) -> Answer:
        """What the control plane answers to `call`."""
        for pattern, method, action, resource, read in self._routes():
            if re.fullmatch(pattern, call.path) and call.method == method:
                return self._read(call, action, resource, read)
        return unknown_operation()

    def _routes(self) -> list[tuple[str, str, str, str, object]]:
        world = self._world
        runtime, gateway = rf"/runtimes/{RUNTIME_ID}", rf"/gateways/{world.gateway['gatewayId']}"
        gone = "runtime-deleted" in world.behaviour
        return [
            (rf"{runtime}/", "GET", "GetAgentRuntime", RUNTIME_ARN, None if gone else world.runtime),
            (
                rf"{runtime}/runtime-endpoints/",
                "POST",
                "ListAgentRuntimeEndpoints",
                RUNTIME_ARN,
                {"runtimeEndpoints": [] if gone else world.endpoints},
            ),
            (rf"{gateway}/", "GET", "GetGateway", GATEWAY_ARN, world.gateway),
            (rf"{gateway}/targets/", "GET", "ListGatewayTargets", GATEWAY_ARN, {"items": world.targets}),
            (r"/runtimes/[\w-]+/", "GET", "GetAgentRuntime", RUNTIME_ARN, None),
            (r"/gateways/[\w-]+/", "GET", "GetGateway", GATEWAY_ARN, None),
        ]

    def _read(self, call: Call, action: str, resource: str, value: object) -> Answer:
        if not call.headers.get("authorization"):
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        refused = self._permissions.refuse(call, action, resource)
        if refused is None and "control-plane-denied" in self._world.behaviour:
            refused = BadSignature(
                "AccessDeniedException", f"not authorized to perform: bedrock-agentcore:{action}"
            )
        if refused is not None:
            return aws_error(403, refused.error_type, refused.message)
        if value is None:
            return aws_error(404, "ResourceNotFoundException", "The resource does not exist")
        return json_answer(200, value)
