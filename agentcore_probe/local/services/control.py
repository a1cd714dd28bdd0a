"""The control plane's read operations, in the shapes of the AWS API (docs/agentcore.md section 6)."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import quote

from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.error_responses import aws_error, unknown_operation
from agentcore_probe.local.sigv4_authorizer import SignedRequestRefused
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.state import GATEWAY_ARN, RUNTIME_ARN, RUNTIME_ID, Deployment, State

_RUNTIME_KEYS = (
    "agentRuntimeArn", "agentRuntimeId", "agentRuntimeVersion", "agentRuntimeName", "lastUpdatedAt", "status",
)  # fmt: skip
_GATEWAY_KEYS = ("gatewayId", "name", "status", "createdAt", "updatedAt", "authorizerType", "protocolType")
"""The fields of a list item; a Gateway's URL and ARN are not among them (docs/agentcore.md section 6)."""


class _Route(NamedTuple):
    path: str
    """A pattern of the whole raw path."""
    method: str
    action: str
    """The IAM action, without `bedrock-agentcore:`."""
    resource: str
    """The ARN on which the action must be allowed, or `*`."""
    value: object
    """The response's body; None for a resource that does not exist."""


class ControlService:
    """The control plane's read operations."""

    def __init__(self, state: State, permissions: Permissions) -> None:
        self._state = state
        self._permissions = permissions

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The control plane's response to `request`."""
        for route in self._routes():
            if re.fullmatch(route.path, request.path) and request.method == route.method:
                return self._respond(request, route)
        return unknown_operation()

    def _routes(self) -> list[_Route]:
        state = self._state
        runtime, gateway = rf"/runtimes/{RUNTIME_ID}", rf"/gateways/{state.gateway['gatewayId']}"
        policies = "/resourcepolicy"
        is_deleted = "runtime-deleted" in state.service_faults
        endpoints = {"runtimeEndpoints": [] if is_deleted else state.endpoints}
        runtimes = {"agentRuntimes": [] if is_deleted else [_list_item(state.runtime, _RUNTIME_KEYS)]}
        gateways = {"items": [_list_item(state.gateway, _GATEWAY_KEYS)]}
        return [
            _Route(
                rf"{runtime}/", "GET", "GetAgentRuntime", RUNTIME_ARN, None if is_deleted else state.runtime
            ),
            _Route(
                rf"{runtime}/runtime-endpoints/", "POST", "ListAgentRuntimeEndpoints", RUNTIME_ARN, endpoints
            ),
            _Route(rf"{gateway}/", "GET", "GetGateway", GATEWAY_ARN, state.gateway),
            _Route(
                rf"{gateway}/targets/", "GET", "ListGatewayTargets", GATEWAY_ARN, {"items": state.targets}
            ),
            _Route(r"/runtimes/", "POST", "ListAgentRuntimes", "*", runtimes),
            _Route(r"/gateways/", "GET", "ListGateways", "*", gateways),
            _Route(
                rf"{policies}/{quote(RUNTIME_ARN, safe='')}",
                "GET",
                "GetResourcePolicy",
                RUNTIME_ARN,
                _runtime_policy(state),
            ),
            _Route(
                rf"{policies}/{quote(GATEWAY_ARN, safe='')}", "GET", "GetResourcePolicy", GATEWAY_ARN, None
            ),
            # Unknown ids: a list of endpoints is empty (docs/agentcore.md section 6).
            _Route(r"/runtimes/[^/]+/", "GET", "GetAgentRuntime", RUNTIME_ARN, None),
            _Route(
                r"/runtimes/[^/]+/runtime-endpoints/",
                "POST",
                "ListAgentRuntimeEndpoints",
                RUNTIME_ARN,
                {"runtimeEndpoints": []},
            ),
            _Route(r"/gateways/[^/]+/", "GET", "GetGateway", GATEWAY_ARN, None),
            _Route(r"/gateways/[^/]+/targets/", "GET", "ListGatewayTargets", GATEWAY_ARN, None),
            _Route(rf"{policies}/[^/]+", "GET", "GetResourcePolicy", "*", None),
        ]

    def _respond(self, request: AsgiRequest, route: _Route) -> AsgiResponse:
        if not request.headers.get("authorization"):
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        refusal = self._permissions.refusal(request, route.action, route.resource)
        if refusal is None and "control-plane-denied" in self._state.service_faults:
            refusal = SignedRequestRefused(
                "AccessDeniedException", f"not authorized to perform: bedrock-agentcore:{route.action}"
            )
        if refusal is not None:
            return aws_error(403, refusal.error_type, refusal.message)
        if route.value is None:
            return aws_error(404, "ResourceNotFoundException", "The resource does not exist")
        return json_response(200, _as_deployed(route, self._state.deployment))


def _as_deployed(route: _Route, deployment: Deployment | None) -> Any:
    """The response's body, with the statuses of a deployment that is under way."""
    value: Any = route.value
    resource = {"GetAgentRuntime": "runtime", "GetGateway": "gateway"}.get(route.action)
    if deployment is None:
        return value
    if resource is not None:
        deployment.read(resource)
        return {**value, "status": deployment.status(resource)}
    if route.action == "ListAgentRuntimeEndpoints":
        status = deployment.status("runtime")
        return {
            "runtimeEndpoints": [{**endpoint, "status": status} for endpoint in value["runtimeEndpoints"]]
        }
    return value


def _list_item(resource: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: resource[key] for key in keys if key in resource}


def _runtime_policy(state: State) -> dict[str, str] | None:
    """The Runtime's resource policy: its own, or that of the fault `denied-by-policy`."""
    if state.runtime_policy is not None:
        return {"policy": json.dumps(state.runtime_policy)}
    if "denied-by-policy" not in state.service_faults:
        return None
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "bedrock-agentcore:InvokeAgentRuntime",
        "Resource": RUNTIME_ARN,
    }
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
