"""The control plane's reads, in the shapes of the AWS API."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.error_responses import aws_error, unknown_operation
from agentcore_probe.local.sigv4_authorizer import BadSignature
from agentcore_probe.local.asgi import AsgiResponse, AsgiRequest, json_response
from agentcore_probe.local.state import GATEWAY_ARN, RUNTIME_ARN, RUNTIME_ID, State


_RUNTIME_KEYS = (
    "agentRuntimeArn", "agentRuntimeId", "agentRuntimeVersion", "agentRuntimeName", "lastUpdatedAt", "status",
)  # fmt: skip
_GATEWAY_KEYS = ("gatewayId", "name", "status", "createdAt", "updatedAt", "authorizerType", "protocolType")
"""What a list shows of each; a Gateway's URL and ARN are not among it (docs/agentcore.md section 6)."""


def _row(whole: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: whole[key] for key in keys if key in whole}


def _policy(state: State) -> dict[str, str] | None:
    """The Runtime's resource policy, where the fault gives it one."""
    if "denied-by-policy" not in state.service_faults:
        return None
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "bedrock-agentcore:InvokeAgentRuntime",
        "Resource": RUNTIME_ARN,
    }
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


class ControlService:
    """The control plane's reads, in the shapes of the AWS API."""

    def __init__(self, state: State, permissions: Permissions) -> None:
        self._state = state
        self._permissions = permissions

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """What the control plane answers to `request`."""
        for pattern, method, action, resource, read in self._routes():
            if re.fullmatch(pattern, request.path) and request.method == method:
                return self._read(request, action, resource, read)
        return unknown_operation()

    def _routes(self) -> list[tuple[str, str, str, str, object]]:
        state = self._state
        runtime, gateway = rf"/runtimes/{RUNTIME_ID}", rf"/gateways/{state.gateway['gatewayId']}"
        gone = "runtime-deleted" in state.service_faults
        return [
            (rf"{runtime}/", "GET", "GetAgentRuntime", RUNTIME_ARN, None if gone else state.runtime),
            (
                rf"{runtime}/runtime-endpoints/",
                "POST",
                "ListAgentRuntimeEndpoints",
                RUNTIME_ARN,
                {"runtimeEndpoints": [] if gone else state.endpoints},
            ),
            (rf"{gateway}/", "GET", "GetGateway", GATEWAY_ARN, state.gateway),
            (rf"{gateway}/targets/", "GET", "ListGatewayTargets", GATEWAY_ARN, {"items": state.targets}),
            (
                r"/runtimes/",
                "POST",
                "ListAgentRuntimes",
                "*",
                {"agentRuntimes": [] if gone else [_row(state.runtime, _RUNTIME_KEYS)]},
            ),
            (r"/gateways/", "GET", "ListGateways", "*", {"items": [_row(state.gateway, _GATEWAY_KEYS)]}),
            (
                rf"/resourcepolicy/{quote(RUNTIME_ARN, safe='')}",
                "GET",
                "GetResourcePolicy",
                RUNTIME_ARN,
                _policy(state),
            ),
            (
                rf"/resourcepolicy/{quote(GATEWAY_ARN, safe='')}",
                "GET",
                "GetResourcePolicy",
                GATEWAY_ARN,
                None,
            ),
            # Others than the ones that are there: a list of endpoints is empty (docs/agentcore.md section 6).
            (r"/runtimes/[^/]+/", "GET", "GetAgentRuntime", RUNTIME_ARN, None),
            (
                r"/runtimes/[^/]+/runtime-endpoints/",
                "POST",
                "ListAgentRuntimeEndpoints",
                RUNTIME_ARN,
                {"runtimeEndpoints": []},
            ),
            (r"/gateways/[^/]+/", "GET", "GetGateway", GATEWAY_ARN, None),
            (r"/gateways/[^/]+/targets/", "GET", "ListGatewayTargets", GATEWAY_ARN, None),
            (r"/resourcepolicy/[^/]+", "GET", "GetResourcePolicy", "*", None),
        ]

    def _read(self, request: AsgiRequest, action: str, resource: str, value: object) -> AsgiResponse:
        if not request.headers.get("authorization"):
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        refused = self._permissions.refuse(request, action, resource)
        if refused is None and "control-plane-denied" in self._state.service_faults:
            refused = BadSignature(
                "AccessDeniedException", f"not authorized to perform: bedrock-agentcore:{action}"
            )
        if refused is not None:
            return aws_error(403, refused.error_type, refused.message)
        if value is None:
            return aws_error(404, "ResourceNotFoundException", "The resource does not exist")
        return json_response(200, value)
