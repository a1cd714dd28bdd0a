"""The Gateway: its authorizer, MCP versions and sessions; tools are the MCP server's."""

from __future__ import annotations

import json

import anyio.to_thread

from agentcore_probe.local import bearer
from agentcore_probe.local.bearer import Rejected
from agentcore_probe.local.doors.metadata import METADATA, resource_metadata
from agentcore_probe.local.doors.permissions import Permissions
from agentcore_probe.local.doors.runtime import Part
from agentcore_probe.local.refusals import aws_error, rpc_error, unknown_operation
from agentcore_probe.local.wire import Answer, Call, call_app, json_answer
from agentcore_probe.local.world import GATEWAY_ARN, STATELESS, World


class GatewayDoor:
    """The Gateway: its authorizer, MCP versions and sessions; tools are the MCP server's."""

    def __init__(self, world: World, permissions: Permissions, server: Part) -> None:
        self._world = world
        self._permissions = permissions
        self._server = server
        self._sessions: set[str] = set()

    async def answer(self, call: Call) -> Answer:
        """What the Gateway answers to `call`."""
        rules = self._world.gateway_rules()
        if call.path == METADATA and call.method == "GET":
            if rules is None:
                return unknown_operation()
            return json_answer(200, resource_metadata(self._world.addresses.gateway_url, rules))
        if call.path != "/mcp" or call.method != "POST":
            return unknown_operation()
        refused = await self._authorize(call, rules)
        if refused is not None:
            return refused
        return self._wrong_version(call) or self._no_session(call) or await self._serve(call)

    async def _authorize(self, call: Call, rules: dict[str, object] | None) -> Answer | None:
        given = call.headers.get("authorization", "").strip()
        kind = self._world.gateway["authorizerType"]
        if kind == "NONE" or "accepts-everything" in self._world.behaviour:
            return None
        if "refuses-everything" in self._world.behaviour:
            return rpc_error(403, -32002, "Access denied")
        if rules is None:
            return self._authorize_iam(call, given, kind)
        try:
            token = bearer.token_in(given)
            await anyio.to_thread.run_sync(bearer.authorize, token, rules, self._world.now.timestamp())
        except Rejected as error:
            return self._rejected(error, rules)
        return None

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

    def _wrong_version(self, call: Call) -> Answer | None:
        supported = self._world.gateway["protocolConfiguration"]["mcp"]["supportedVersions"]
        asked = call.headers.get("mcp-protocol-version")
        if asked is None and STATELESS in supported and len(supported) == 1:
            # A handshake can be answered with another version; one that has none cannot.
            asked = _handshake(call)
        if asked is None or asked in supported:
            return None
        return rpc_error(
            400,
            -32602,
            f"Unsupported MCP protocol version: {asked}. Supported versions: {', '.join(supported)}",
        )

    def _no_session(self, call: Call) -> Answer | None:
        if not self._with_sessions or b'"initialize"' in call.body:
            return None
        session = call.headers.get("mcp-session-id")
        if session is None:
            return rpc_error(400, -32600, "Bad Request: Mcp-Session-Id header is required")
        if session not in self._sessions or "session-gone" in self._world.behaviour:
            return rpc_error(404, -32001, "Session not found")
        return None

    @property
    def _with_sessions(self) -> bool:
        return "sessionConfiguration" in self._world.gateway["protocolConfiguration"]["mcp"]

    async def _serve(self, call: Call) -> Answer:
        hidden = frozenset({"authorization", "mcp-session-id"})
        answer = await call_app(await self._server(), call, "/mcp", without=hidden)
        if self._with_sessions and b'"initialize"' in call.body and answer.status == 200:
            session = f"gateway-session-{len(self._sessions) + 1:04d}"
            self._sessions.add(session)
            return Answer(answer.status, answer.body, {**answer.headers, "mcp-session-id": session})
        return answer


def _handshake(call: Call) -> str | None:
    """The version that an `initialize` asks for."""
    try:
        message = json.loads(call.body)
    except ValueError:
        return None
    params = message.get("params") if isinstance(message, dict) else None
    version = params.get("protocolVersion") if isinstance(params, dict) else None
    return version if isinstance(version, str) else None
