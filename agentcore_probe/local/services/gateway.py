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
from agentcore_probe.local.services.runtime import Part
from agentcore_probe.local.services.sessions import DEFAULT_SECONDS, Sessions
from agentcore_probe.local.error_responses import aws_error, rpc_error, unknown_operation
from agentcore_probe.local.asgi import Answer, Call, call_app, json_answer
from agentcore_probe.local.state import GATEWAY_ARN, STATELESS, World


class GatewayDoor:
    """The Gateway: its authorizer, MCP versions and sessions; tools are the MCP server's."""

    def __init__(self, world: World, permissions: Permissions, server: Part) -> None:
        self._world = world
        self._permissions = permissions
        self._server = server
        self._sessions = Sessions()

    async def answer(self, call: Call) -> Answer:
        """What the Gateway answers to `call`."""
        rules = self._world.gateway_rules()
        if call.path == METADATA and call.method == "GET":
            if rules is None:
                return unknown_operation()
            return json_answer(200, resource_metadata(self._world.addresses.gateway_url, rules))
        if call.path != "/mcp" or call.method not in ("POST", "DELETE"):
            return unknown_operation()
        caller = await self._authorize(call, rules)
        if isinstance(caller, Answer):
            return caller
        if call.method == "DELETE":
            return self._end(call, caller)
        return self._wrong_version(call) or self._no_session(call, caller) or await self._serve(call, caller)

    async def _authorize(self, call: Call, rules: dict[str, object] | None) -> Answer | str:
        """Who calls (the token's subject, the signer's ARN, or nobody), or the refusal."""
        given = call.headers.get("authorization", "").strip()
        kind = self._world.gateway["authorizerType"]
        if kind == "NONE" or "accepts-everything" in self._world.behaviour:
            return ""
        if "refuses-everything" in self._world.behaviour:
            return rpc_error(403, -32002, "Access denied")
        if rules is None:
            return self._authorize_iam(call, given, kind) or self._permissions.signer(call)
        try:
            token = jwt_authorizer.token_in(given)
            claims = await anyio.to_thread.run_sync(
                jwt_authorizer.authorize, token, rules, self._world.now.timestamp(), self._world.weaknesses
            )
        except Rejected as error:
            return self._rejected(error, rules)
        return str(claims.get("sub") or claims.get("client_id"))

    def _authorize_iam(self, call: Call, given: str, kind: str) -> Answer | None:
        if not given.startswith("AWS4-"):
            return aws_error(403, "AccessDeniedException", "Missing Authentication Token")
        refused = self._permissions.refuse(call, "InvokeGateway", GATEWAY_ARN)
        if refused is None:
            return None
        if kind == "AUTHENTICATE_ONLY" and refused.error_type == "AccessDeniedException":
            return None
        return aws_error(403, refused.error_type, refused.message)

    def _rejected(self, error: Rejected, rules: dict[str, object]) -> Answer:
        metadata = f"{self._world.addresses.gateway}{METADATA}"
        listed = rules.get("allowedScopes")
        scope = f', scope="{" ".join(str(each) for each in listed)}"' if isinstance(listed, list) else ""
        if error.kind == "scope" or "client_id" in error.message:
            challenge = f'Bearer error="insufficient_scope"{scope}, resource_metadata="{metadata}"'
            return json_answer(403, {"error": "insufficient_scope"}, {"www-authenticate": challenge})
        challenge = f'Bearer resource_metadata="{metadata}"{scope}'
        message = "Missing Bearer token" if error.kind == "missing" else "Invalid Bearer token"
        return rpc_error(401, -32001, message, {"www-authenticate": challenge})

    @property
    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self._world.gateway["protocolConfiguration"]["mcp"]
        return settings

    @property
    def _handshakes(self) -> list[str]:
        """The supported versions that begin with `initialize`, newest first."""
        return sorted(
            (each for each in self._settings["supportedVersions"] if each != STATELESS), reverse=True
        )

    def _wrong_version(self, call: Call) -> Answer | None:
        supported = self._settings["supportedVersions"]
        asked = call.headers.get("mcp-protocol-version")
        if _method(call) == "initialize" and not self._handshakes:
            # A handshake can be answered with another version; here there is none with a handshake.
            asked = str(_parameters(call).get("protocolVersion"))
        elif asked is None or asked in supported:
            return None
        return rpc_error(
            400,
            -32602,
            f"Unsupported MCP protocol version: {asked}. Supported versions: {', '.join(supported)}",
        )

    def _no_session(self, call: Call, caller: str) -> Answer | None:
        if not self._with_sessions or _method(call) == "initialize":
            return None
        session = call.headers.get("mcp-session-id")
        if session is None:
            return rpc_error(400, -32600, "Bad Request: Mcp-Session-Id header is required")
        gone = "session-gone" in self._world.behaviour
        if gone or not self._sessions.holds(session, caller, self._world.now):
            return rpc_error(404, -32001, "Session not found")
        return None

    def _end(self, call: Call, caller: str) -> Answer:
        """MCP's DELETE: 405 where there are no sessions to end."""
        if not self._with_sessions:
            return rpc_error(405, -32600, "Method not allowed", {"allow": "POST"})
        refused = self._no_session(call, caller)
        if refused is None:
            self._sessions.end(call.headers["mcp-session-id"])
        return refused or Answer(204)

    @property
    def _with_sessions(self) -> bool:
        return "sessionConfiguration" in self._settings

    async def _serve(self, call: Call, caller: str) -> Answer:
        hidden = frozenset({"authorization", "mcp-session-id"})
        begins = _method(call) == "initialize"
        asked = self._offering(call) if begins else call
        answer = await call_app(await self._server(), asked, "/mcp", without=hidden)
        if self._with_sessions and begins and answer.status == 200:
            seconds = self._settings["sessionConfiguration"].get("sessionTimeoutInSeconds", DEFAULT_SECONDS)
            session = self._sessions.begin(caller, self._world.now, seconds)
            return replace(answer, headers={**answer.headers, "mcp-session-id": session})
        return answer

    def _offering(self, call: Call) -> Call:
        """The handshake with a version that this Gateway supports: the MCP server knows older ones, too."""
        parameters = _parameters(call)
        if not parameters or parameters.get("protocolVersion") in self._handshakes:
            return call
        offered = {**_message(call), "params": {**parameters, "protocolVersion": self._handshakes[0]}}
        body = json.dumps(offered).encode()
        return replace(call, body=body, scope=_with_length(call.scope, len(body)))


def _message(call: Call) -> dict[str, Any]:
    """The JSON-RPC message, or nothing where the body is none."""
    try:
        message = json.loads(call.body)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _parameters(call: Call) -> dict[str, Any]:
    parameters = _message(call).get("params")
    return parameters if isinstance(parameters, dict) else {}


def _method(call: Call) -> object:
    return _message(call).get("method")


def _with_length(scope: Any, length: int) -> Any:
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
