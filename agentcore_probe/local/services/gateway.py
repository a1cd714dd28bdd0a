"""The Gateway: its authorizer, MCP versions and sessions. The tools are the MCP server's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from agentcore_probe.local import jwt_authorizer, weak_verifiers
from agentcore_probe.local.backends import AppLoader
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.jwt_authorizer import TokenRejected
from agentcore_probe.local.services.forwarding import Forwarding
from agentcore_probe.local.services.metadata import METADATA_PATH, challenge_header, metadata_response
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.services.policy_engine import PolicyEngine
from agentcore_probe.local.services.sessions import DEFAULT_SECONDS, Sessions
from agentcore_probe.local.error_responses import aws_error, rpc_error, unknown_operation
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, call_app, json_response
from agentcore_probe.local.state import STATELESS, State


class GatewayService:
    """The Gateway: its authorizer, MCP versions and sessions. The tools are the MCP server's."""

    def __init__(
        self, state: State, permissions: Permissions, documents: IssuerDocuments, mcp_server: AppLoader
    ) -> None:
        self._state = state
        self._permissions = permissions
        self._documents = documents
        self._mcp_server = mcp_server
        self._sessions = Sessions()
        self._policy_engine = PolicyEngine(state)
        self._has_accepted = False
        self.forwarding: Forwarding | None = None
        """Calls the targets of a Gateway without tools; None: this one has tools."""

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The Gateway's response to `request`."""
        rules = self._state.gateway_rules()
        if request.path == METADATA_PATH and request.method == "GET":
            if rules is None:
                return unknown_operation()
            return metadata_response(self._state.addresses.gateway_url, rules, self._state.service_faults)
        if (request.path == "/mcp") is (self.forwarding is not None):
            return unknown_operation()
        if self.forwarding is None and request.method not in ("POST", "DELETE"):
            return unknown_operation()
        if not self._state.is_known("gateway"):
            return aws_error(404, "ResourceNotFoundException", "The gateway does not exist")
        caller = self._authorize(request, rules)
        if isinstance(caller, AsgiResponse):
            return caller
        if self.forwarding is not None:
            return await self.forwarding.respond(request)
        if request.method == "DELETE":
            return self._end_session(request, caller)
        return (
            self._check_version(request)
            or self._check_session(request, caller)
            or self._policy_engine.denial(request, _message(request), self._signer(request))
            or await self._invoke(request, caller)
        )

    def _authorize(self, request: AsgiRequest, rules: dict[str, object] | None) -> AsgiResponse | str:
        """The caller (the token's subject, the signer's ARN, or "" for an anonymous one), or the refusal."""
        authorization = request.headers.get("authorization", "").strip()
        authorizer_type = self._state.gateway["authorizerType"]
        if authorizer_type == "NONE" or "accepts-everything" in self._state.service_faults:
            return ""
        if "refuses-everything" in self._state.service_faults:
            return rpc_error(403, -32002, "Access denied")
        if rules is None:
            refusal = self._check_signature(request, authorization, authorizer_type)
            return refusal or self._permissions.signer(request)
        if self._accepts_anyone(request):
            return ""
        try:
            token = jwt_authorizer.read_bearer_token(authorization)
            claims = jwt_authorizer.authorize(
                token, rules, self._documents, self._state.now.timestamp(), self._state.weaknesses
            )
        except TokenRejected as error:
            return self._token_refusal(error, rules)
        if self._permissions.refuses_token("InvokeGateway", self._state.gateway["gatewayArn"]):
            return rpc_error(403, -32002, "Access denied")
        self._has_accepted = True
        return str(claims.get("sub") or claims.get("client_id"))

    def _signer(self, request: AsgiRequest) -> str:
        """The ARN of an IAM caller; empty for any other."""
        is_signed = request.headers.get("authorization", "").startswith("AWS4-")
        return self._permissions.signer(request) if is_signed else ""

    def _accepts_anyone(self, request: AsgiRequest) -> bool:
        """Whether a fault of the authorizer accepts this call without a token."""
        weaknesses = self._state.weaknesses
        return weak_verifiers.accepts_header(request.headers.get("authorization"), weaknesses) or (
            weak_verifiers.opens(_method(request), weaknesses, has_accepted=self._has_accepted)
        )

    def _check_signature(
        self, request: AsgiRequest, authorization: str, authorizer_type: str
    ) -> AsgiResponse | None:
        if not authorization.startswith("AWS4-"):
            return aws_error(403, "AccessDeniedException", "Missing Authentication Token")
        refusal = self._permissions.refusal(request, "InvokeGateway", self._state.gateway["gatewayArn"])
        if refusal is None:
            return None
        if authorizer_type == "AUTHENTICATE_ONLY" and refusal.error_type == "AccessDeniedException":
            return None
        return aws_error(403, refusal.error_type, refusal.message)

    def _token_refusal(self, error: TokenRejected, rules: dict[str, object]) -> AsgiResponse:
        """The 401 or 403 of docs/agentcore.md section 4.2."""
        metadata = f"{self._state.addresses.gateway}{METADATA_PATH}"
        allowed_scopes = rules.get("allowedScopes")
        scope = f', scope="{" ".join(allowed_scopes)}"' if isinstance(allowed_scopes, list) else ""
        if error.kind == "scope" or error.claim == "client_id":
            challenge = f'Bearer error="insufficient_scope"{scope}, resource_metadata="{metadata}"'
            header = challenge_header(challenge, metadata, self._state.service_faults)
            return json_response(403, {"error": "insufficient_scope"}, header)
        challenge = f'Bearer resource_metadata="{metadata}"{scope}'
        message = "Missing Bearer token" if error.kind == "missing" else "Invalid Bearer token"
        return rpc_error(
            401, -32001, message, challenge_header(challenge, metadata, self._state.service_faults)
        )

    @property
    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self._state.gateway["protocolConfiguration"]["mcp"]
        return settings

    @property
    def _handshake_versions(self) -> list[str]:
        """The supported versions that begin with `initialize`, newest first."""
        versions = self._settings["supportedVersions"]
        return sorted((version for version in versions if version != STATELESS), reverse=True)

    def _check_version(self, request: AsgiRequest) -> AsgiResponse | None:
        supported = self._settings["supportedVersions"]
        version = request.headers.get("mcp-protocol-version")
        if _method(request) == "initialize" and not self._handshake_versions:
            # `initialize` may be answered with another version, but this Gateway has none with a handshake.
            version = str(_parameters(request).get("protocolVersion"))
        elif version is None or version in supported:
            return None
        return rpc_error(
            400,
            -32602,
            f"Unsupported MCP protocol version: {version}. Supported versions: {', '.join(supported)}",
        )

    def _check_session(self, request: AsgiRequest, caller: str) -> AsgiResponse | None:
        if not self._uses_sessions or _method(request) == "initialize":
            return None
        session = request.headers.get("mcp-session-id")
        if session is None:
            return rpc_error(400, -32600, "Bad Request: Mcp-Session-Id header is required")
        is_lost = "session-gone" in self._state.service_faults
        if is_lost or not self._sessions.is_open(session, caller, self._state.now):
            return rpc_error(404, -32001, "Session not found")
        return None

    def _end_session(self, request: AsgiRequest, caller: str) -> AsgiResponse:
        """MCP's DELETE: 405 for a Gateway without sessions."""
        if not self._uses_sessions:
            return rpc_error(405, -32600, "Method not allowed", {"allow": "POST"})
        refusal = self._check_session(request, caller)
        if refusal is None:
            self._sessions.end(request.headers["mcp-session-id"])
        return refusal or AsgiResponse(204)

    @property
    def _uses_sessions(self) -> bool:
        return "sessionConfiguration" in self._settings

    async def _invoke(self, request: AsgiRequest, caller: str) -> AsgiResponse:
        hidden_headers = frozenset({"authorization", "mcp-session-id"})
        is_handshake = _method(request) == "initialize"
        if is_handshake:
            request = self._with_supported_version(request)
        response = await call_app(await self._mcp_server(), request, "/mcp", without=hidden_headers)
        response = self._policy_engine.without_hidden(
            request, _message(request), response, self._signer(request)
        )
        if self._uses_sessions and is_handshake and response.status == 200:
            seconds = self._settings["sessionConfiguration"].get("sessionTimeoutInSeconds", DEFAULT_SECONDS)
            session = self._sessions.begin(caller, self._state.now, seconds)
            return replace(response, headers={**response.headers, "mcp-session-id": session})
        return response

    def _with_supported_version(self, request: AsgiRequest) -> AsgiRequest:
        """An `initialize` for a version of this Gateway: the MCP server would also accept older ones."""
        parameters = _parameters(request)
        if not parameters or parameters.get("protocolVersion") in self._handshake_versions:
            return request
        parameters = {**parameters, "protocolVersion": self._handshake_versions[0]}
        body = json.dumps({**_message(request), "params": parameters}).encode()
        return replace(request, body=body, scope=_with_content_length(request.scope, len(body)))


def _message(request: AsgiRequest) -> dict[str, Any]:
    """The JSON-RPC message; empty if the body is not one."""
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


def _with_content_length(scope: Any, length: int) -> Any:
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
