"""The Gateway: its authorizer, MCP versions and sessions; tools are the MCP server's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import anyio.to_thread

from agentcore_probe.local import jwt_authorizer
from agentcore_probe.local.jwt_authorizer import Rejected
from agentcore_probe.local.services.metadata import METADATA, resource_metadata
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.runtime import AppLoader
from agentcore_probe.local.services.sessions import DEFAULT_SECONDS, Sessions
from agentcore_probe.local.error_responses import aws_error, rpc_error, unknown_operation
from agentcore_probe.local.asgi import AsgiResponse, AsgiRequest, call_app, json_response
from agentcore_probe.local.state import GATEWAY_ARN, STATELESS, State


class GatewayService:
    """The Gateway: its authorizer, MCP versions and sessions; tools are the MCP server's."""

    def __init__(self, state: State, permissions: Permissions, server: AppLoader) -> None:
        self._state = state
        self._permissions = permissions
        self._server = server
        self._sessions = Sessions()

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """What the Gateway answers to `request`."""
        rules = self._state.gateway_rules()
        if request.path == METADATA and request.method == "GET":
            if rules is None:
                return unknown_operation()
            return json_response(200, resource_metadata(self._state.addresses.gateway_url, rules))
        if request.path != "/mcp" or request.method not in ("POST", "DELETE"):
            return unknown_operation()
        caller = await self._authorize(request, rules)
        if isinstance(caller, AsgiResponse):
            return caller
        if request.method == "DELETE":
            return self._end(request, caller)
        return (
            self._wrong_version(request)
            or self._no_session(request, caller)
            or await self._serve(request, caller)
        )

    async def _authorize(self, request: AsgiRequest, rules: dict[str, object] | None) -> AsgiResponse | str:
        """Who calls (the token's subject, the signer's ARN, or nobody), or the refusal."""
        given = request.headers.get("authorization", "").strip()
        kind = self._state.gateway["authorizerType"]
        if kind == "NONE" or "accepts-everything" in self._state.service_faults:
            return ""
        if "refuses-everything" in self._state.service_faults:
            return rpc_error(403, -32002, "Access denied")
        if rules is None:
            return self._authorize_iam(request, given, kind) or self._permissions.signer(request)
        try:
            token = jwt_authorizer.token_in(given)
            claims = await anyio.to_thread.run_sync(
                jwt_authorizer.authorize, token, rules, self._state.now.timestamp(), self._state.weaknesses
            )
        except Rejected as error:
            return self._rejected(error, rules)
        return str(claims.get("sub") or claims.get("client_id"))

    def _authorize_iam(self, request: AsgiRequest, given: str, kind: str) -> AsgiResponse | None:
        if not given.startswith("AWS4-"):
            return aws_error(403, "AccessDeniedException", "Missing Authentication Token")
        refused = self._permissions.refuse(request, "InvokeGateway", GATEWAY_ARN)
        if refused is None:
            return None
        if kind == "AUTHENTICATE_ONLY" and refused.error_type == "AccessDeniedException":
            return None
        return aws_error(403, refused.error_type, refused.message)

    def _rejected(self, error: Rejected, rules: dict[str, object]) -> AsgiResponse:
        metadata = f"{self._state.addresses.gateway}{METADATA}"
        listed = rules.get("allowedScopes")
        scope = f', scope="{" ".join(str(each) for each in listed)}"' if isinstance(listed, list) else ""
        if error.kind == "scope" or "client_id" in error.message:
            challenge = f'Bearer error="insufficient_scope"{scope}, resource_metadata="{metadata}"'
            return json_response(403, {"error": "insufficient_scope"}, {"www-authenticate": challenge})
        challenge = f'Bearer resource_metadata="{metadata}"{scope}'
        message = "Missing Bearer token" if error.kind == "missing" else "Invalid Bearer token"
        return rpc_error(401, -32001, message, {"www-authenticate": challenge})

    @property
    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self._state.gateway["protocolConfiguration"]["mcp"]
        return settings

    @property
    def _handshakes(self) -> list[str]:
        """The supported versions that begin with `initialize`, newest first."""
        return sorted(
            (each for each in self._settings["supportedVersions"] if each != STATELESS), reverse=True
        )

    def _wrong_version(self, request: AsgiRequest) -> AsgiResponse | None:
        supported = self._settings["supportedVersions"]
        asked = request.headers.get("mcp-protocol-version")
        if _method(request) == "initialize" and not self._handshakes:
            # A handshake can be answered with another version; here there is none with a handshake.
            asked = str(_parameters(request).get("protocolVersion"))
        elif asked is None or asked in supported:
            return None
        return rpc_error(
            400,
            -32602,
            f"Unsupported MCP protocol version: {asked}. Supported versions: {', '.join(supported)}",
        )

    def _no_session(self, request: AsgiRequest, caller: str) -> AsgiResponse | None:
        if not self._with_sessions or _method(request) == "initialize":
            return None
        session = request.headers.get("mcp-session-id")
        if session is None:
            return rpc_error(400, -32600, "Bad Request: Mcp-Session-Id header is required")
        gone = "session-gone" in self._state.service_faults
        if gone or not self._sessions.holds(session, caller, self._state.now):
            return rpc_error(404, -32001, "Session not found")
        return None

    def _end(self, request: AsgiRequest, caller: str) -> AsgiResponse:
        """MCP's DELETE: 405 where there are no sessions to end."""
        if not self._with_sessions:
            return rpc_error(405, -32600, "Method not allowed", {"allow": "POST"})
        refused = self._no_session(request, caller)
        if refused is None:
            self._sessions.end(request.headers["mcp-session-id"])
        return refused or AsgiResponse(204)

    @property
    def _with_sessions(self) -> bool:
        return "sessionConfiguration" in self._settings

    async def _serve(self, request: AsgiRequest, caller: str) -> AsgiResponse:
        hidden = frozenset({"authorization", "mcp-session-id"})
        begins = _method(request) == "initialize"
        asked = self._offering(request) if begins else request
        response = await call_app(await self._server(), asked, "/mcp", without=hidden)
        if self._with_sessions and begins and response.status == 200:
            seconds = self._settings["sessionConfiguration"].get("sessionTimeoutInSeconds", DEFAULT_SECONDS)
            session = self._sessions.begin(caller, self._state.now, seconds)
            return replace(response, headers={**response.headers, "mcp-session-id": session})
        return response

    def _offering(self, request: AsgiRequest) -> AsgiRequest:
        """The handshake with a version that this Gateway supports: the MCP server knows older ones, too."""
        parameters = _parameters(request)
        if not parameters or parameters.get("protocolVersion") in self._handshakes:
            return request
        offered = {**_message(request), "params": {**parameters, "protocolVersion": self._handshakes[0]}}
        body = json.dumps(offered).encode()
        return replace(request, body=body, scope=_with_length(request.scope, len(body)))


def _message(request: AsgiRequest) -> dict[str, Any]:
    """The JSON-RPC message, or nothing where the body is none."""
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _parameters(request: AsgiRequest) -> dict[str, Any]:
    parameters = _message(request).get("params")
    return parameters if isinstance(parameters, dict) else {}


def _method(request: AsgiRequest) -> object:
    return _message(request).get("method")


def _with_length(scope: Any, length: int) -> Any:
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
