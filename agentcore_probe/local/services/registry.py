"""The agent registry: its control plane and its MCP endpoint (docs/agentcore.md section 11.16)."""

from __future__ import annotations

import json
from typing import Any

from agentcore_probe.local import jwt_authorizer
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, call_app, json_response
from agentcore_probe.local.backends import AppLoader
from agentcore_probe.local.error_responses import aws_error, error_response, unknown_operation
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.jwt_authorizer import TokenRejected
from agentcore_probe.local.services.metadata import METADATA_PATH, resource_metadata
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.state import State

SERVICE = "agent-registry"
"""The signing name, and the prefix of the IAM actions."""
SEARCH = "search_discoverable_registry_records"
LIST = "list_discoverable_registry_records"
GET = "batch_get_discoverable_registry_record"
ACTIONS = {
    SEARCH: "SearchDiscoverableRegistryRecords",
    LIST: "ListDiscoverableRegistryRecords",
    GET: "GetDiscoverableRegistryRecord",
}
"""The IAM action that each tool needs besides InvokeRegistryMcp."""


class RegistryService:
    """The registry of the account.

    Args:
        state: with the registry.
        permissions: checks signatures and policies.
        documents: the issuer's documents.
        mcp_server: what answers an accepted caller.
    """

    def __init__(
        self, state: State, permissions: Permissions, documents: IssuerDocuments, mcp_server: AppLoader
    ) -> None:
        assert state.registry is not None
        self._state = state
        self._registry: dict[str, Any] = state.registry
        self._permissions = permissions
        self._documents = documents
        self._mcp_server = mcp_server
        self._path = f"/registry/{self._registry['registryId']}/mcp"

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The registry's response to `request`."""
        if request.path.startswith("/registries/") and request.method == "GET":
            return self._describe(request)
        rules = self._state.registry_rules()
        if request.path == f"{METADATA_PATH}{self._path}" and request.method == "GET" and rules:
            return json_response(200, self._metadata(rules))
        if request.path != self._path or request.method != "POST":
            return unknown_operation()
        refusal = self._refusal(request, rules)
        if refusal is not None:
            return refusal
        hidden = frozenset({"authorization", "mcp-session-id"})
        return await call_app(await self._mcp_server(), request, self._path, without=hidden)

    def _describe(self, request: AsgiRequest) -> AsgiResponse:
        """GetRegistry."""
        if not request.headers.get("authorization"):
            return aws_error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        arn = str(self._registry["registryArn"])
        refusal = self._permissions.refusal(request, "GetRegistry", arn, SERVICE)
        if refusal is not None:
            return aws_error(403, refusal.error_type, refusal.message)
        if "control-plane-denied" in self._state.service_faults:
            message = "not authorized to perform: agent-registry:GetRegistry"
            return aws_error(403, "AccessDeniedException", message)
        if request.path != f"/registries/{self._registry['registryId']}":
            return aws_error(404, "ResourceNotFoundException", "The registry does not exist")
        return json_response(200, self._registry)

    def _metadata(self, rules: dict[str, Any]) -> dict[str, object]:
        return resource_metadata(f"{self._state.addresses.registry}{self._path}", rules)

    def _refusal(self, request: AsgiRequest, rules: dict[str, Any] | None) -> AsgiResponse | None:
        faults = self._state.service_faults
        if {"registry-open", "accepts-everything"} & faults:
            return None
        if {"registry-refuses", "refuses-everything"} & faults:
            return aws_error(403, "AccessDeniedException", "Access denied")
        authorization = request.headers.get("authorization", "").strip()
        if rules is None:
            return self._signature_refusal(request, authorization)
        try:
            token = jwt_authorizer.read_bearer_token(authorization)
            now, weaknesses = self._state.now.timestamp(), self._state.weaknesses
            jwt_authorizer.authorize(token, rules, self._documents, now, weaknesses)
        except TokenRejected as error:
            return self._challenge(error)
        return None

    def _signature_refusal(self, request: AsgiRequest, authorization: str) -> AsgiResponse | None:
        if not authorization.startswith("AWS4-"):
            return aws_error(403, "AccessDeniedException", "Missing Authentication Token")
        for action in _actions(request):
            arn = str(self._registry["registryArn"])
            refusal = self._permissions.refusal(request, action, arn, SERVICE)
            if refusal is not None:
                return aws_error(403, refusal.error_type, refusal.message)
        return None

    def _challenge(self, error: TokenRejected) -> AsgiResponse:
        """A 401, or 403 for a missing scope. Its challenge never names a scope."""
        metadata = f"{self._state.addresses.registry}{METADATA_PATH}{self._path}"
        reasons = {
            "missing": "",
            "invalid": 'error="invalid_token", ',
            "scope": 'error="insufficient_scope", ',
        }
        challenge = {"www-authenticate": f'Bearer {reasons[error.kind]}resource_metadata="{metadata}"'}
        type_ = "AccessDeniedException" if error.kind == "scope" else "UnauthorizedException"
        return error_response(type_, error.message, "native", challenge)


def _actions(request: AsgiRequest) -> list[str]:
    """What a signed call needs: each tool has an action of its own."""
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError):
        message = None
    is_call = isinstance(message, dict) and message.get("method") == "tools/call"
    params = message.get("params") if is_call else None
    tool = str(params.get("name")) if isinstance(params, dict) else ""
    return ["InvokeRegistryMcp", *filter(None, [ACTIONS.get(tool)])]
