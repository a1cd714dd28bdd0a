"""The control plane's read operations, in the shapes of the AWS API (docs/agentcore.md section 6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from agentcore_probe.local.services.inventory import Found, Inventory
from agentcore_probe.local.services.paging import InvalidPage, page
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.error_responses import aws_error, unknown_operation
from agentcore_probe.local.sigv4_authorizer import SignedRequestRefused
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response

Read = Callable[..., Found]
"""Finds what an operation returns, given the identifiers in the path."""


class _Route(NamedTuple):
    method: str
    path: str
    """The path's template, as in botocore's service model."""
    action: str
    """The operation, which is also the IAM action without `bedrock-agentcore:`."""
    read: Read
    items: str | None = None
    """The member of the answer that holds a page of a list; None for an operation that describes one resource."""
    most: int = 100
    """The largest `maxResults`."""


class ControlService:
    """The control plane's read operations."""

    def __init__(self, inventory: Inventory, permissions: Permissions) -> None:
        self._inventory = inventory
        self._permissions = permissions
        self._routes = [(_pattern(route.path), route) for route in _routes(inventory)]

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The control plane's response to `request`."""
        for pattern, route in self._routes:
            match = pattern.fullmatch(request.path)
            if match and request.method == route.method:
                return self._respond(request, route, [unquote(id) for id in match.groups()])
        return unknown_operation()

    def _respond(self, request: AsgiRequest, route: _Route, ids: list[str]) -> AsgiResponse:
        if not request.headers.get("authorization"):
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        found = route.read(*ids)
        refusal = self._permissions.refusal(request, route.action, found.resource)
        if refusal is None and self._inventory.is_denied:
            refusal = SignedRequestRefused(
                "AccessDeniedException", f"not authorized to perform: bedrock-agentcore:{route.action}"
            )
        if refusal is not None:
            return aws_error(403, refusal.error_type, refusal.message)
        if self._inventory.cannot_decrypt(route.action):
            return aws_error(403, "AccessDeniedException", "not authorized to perform: kms:Decrypt")
        version = request.parameter("version") or request.parameter("harnessVersion")
        if found.value is None or (version and not found.has_version(version)):
            return aws_error(404, "ResourceNotFoundException", "The resource does not exist")
        value = self._inventory.as_deployed(route.action, found.value)
        if route.items is None:
            return json_response(200, value)
        try:
            return json_response(200, page(request, route.action, value, route.items, route.most))
        except InvalidPage as error:
            return aws_error(400, "ValidationException", str(error))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))


def _routes(inventory: Inventory) -> list[_Route]:
    runtime, gateway = "/runtimes/{agentRuntimeId}", "/gateways/{gatewayIdentifier}"
    engine, engine_summaries = "/policy-engines/{policyEngineId}", "/policy-engine-summaries"
    read = inventory
    return [
        _Route("POST", "/runtimes/", "ListAgentRuntimes", read.runtimes, "agentRuntimes"),
        _Route("GET", f"{runtime}/", "GetAgentRuntime", read.runtime),
        _Route("POST", f"{runtime}/versions/", "ListAgentRuntimeVersions", read.versions, "agentRuntimes"),
        _Route(
            "POST",
            f"{runtime}/runtime-endpoints/",
            "ListAgentRuntimeEndpoints",
            read.endpoints,
            "runtimeEndpoints",
        ),
        _Route(
            "GET", f"{runtime}/runtime-endpoints/{{endpointName}}/", "GetAgentRuntimeEndpoint", read.endpoint
        ),
        _Route("GET", "/gateways/", "ListGateways", read.gateways, "items", 1000),
        _Route("GET", f"{gateway}/", "GetGateway", read.gateway),
        _Route("GET", f"{gateway}/targets/", "ListGatewayTargets", read.targets, "items", 1000),
        _Route("GET", f"{gateway}/targets/{{targetId}}/", "GetGatewayTarget", read.target),
        _Route("GET", "/harnesses", "ListHarnesses", read.harnesses, "harnesses"),
        _Route("GET", "/harnesses/{harnessId}", "GetHarness", read.harness),
        _Route("GET", "/policy-engines", "ListPolicyEngines", read.engines, "policyEngines"),
        _Route("GET", engine, "GetPolicyEngine", read.engine),
        _Route("GET", engine_summaries, "ListPolicyEngineSummaries", read.engine_summaries, "policyEngines"),
        _Route(
            "GET",
            f"{engine_summaries}/{{policyEngineId}}",
            "GetPolicyEngineSummary",
            read.engine_summary,
        ),
        _Route("GET", f"{engine}/policies", "ListPolicies", read.policies, "policies"),
        _Route("GET", f"{engine}/policies/{{policyId}}", "GetPolicy", read.policy),
        _Route("GET", f"{engine}/policy-summaries", "ListPolicySummaries", read.policy_summaries, "policies"),
        _Route("GET", f"{engine}/policy-summaries/{{policyId}}", "GetPolicySummary", read.policy_summary),
        _Route("GET", "/resourcepolicy/{resourceArn}", "GetResourcePolicy", read.resource_policy),
    ]
