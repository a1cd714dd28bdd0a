"""The front doors: Runtime, Gateway and control plane. Order of checks and answers are ours.

The order is agentcore-facts section 2.4: route, identifier, look-up, credential present, method
match, token or signature, session id, MMDSv2, container.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote

import anyio.to_thread

from agentcore_probe.local import bearer
from agentcore_probe.local.agents import CONTAINER_PATHS
from agentcore_probe.local.bearer import Rejected
from agentcore_probe.local.cloud import Cloud
from agentcore_probe.local.refusals import MISMATCH, aws_error, refusal, rpc_error, unknown_operation
from agentcore_probe.local.signature import BadSignature, verify
from agentcore_probe.local.wire import Answer, App, Call, call_app, json_answer
from agentcore_probe.local.world import ACCOUNT, GATEWAY_ARN, REGION, RUNTIME_ARN, RUNTIME_ID, World

SERVICE = "bedrock-agentcore"
Part = Callable[[], Awaitable[App]]
"""A real part behind a door, once it is loaded."""
_SESSION = "x-amzn-bedrock-agentcore-runtime-session-id"
_USER = "x-amzn-bedrock-agentcore-runtime-user-id"
_METADATA = "/.well-known/oauth-protected-resource"
_INVOCATIONS = re.compile(r"/runtimes/(?P<id>[^/]+)/invocations(?P<rest>/\.well-known/[\w.-]+|/)?")


class Permissions:
    """Signed requests: who signed, and may they?"""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def refuse(self, call: Call, action: str, resource: str) -> BadSignature | None:
        """Why the signed `call` may not do `action` on `resource`, or None."""
        try:
            key = verify(call, SERVICE, REGION, self._cloud.secret_of)
        except BadSignature as error:
            return error
        caller = self._cloud.permits(key, f"bedrock-agentcore:{action}", resource)
        if caller is None:
            return None
        return BadSignature(
            "AccessDeniedException",
            f"User: {caller} is not authorized to perform: bedrock-agentcore:{action} on resource: {resource} "
            f"because no identity-based policy allows the bedrock-agentcore:{action} action",
        )


class RuntimeDoor:
    """The data plane: InvokeAgentRuntime and its metadata documents."""

    def __init__(self, world: World, permissions: Permissions, agent: Part) -> None:
        self._world = world
        self._permissions = permissions
        self._agent = agent

    async def answer(self, call: Call) -> Answer:
        """What the service answers to `call`."""
        routed = _INVOCATIONS.fullmatch(call.path)
        if routed is None or call.method != ("GET" if (routed["rest"] or "/") != "/" else "POST"):
            return unknown_operation()
        missing = self._look_up(call, unquote(routed["id"]))
        if missing is not None:
            return missing
        if routed["rest"] == _METADATA:
            return self._metadata(call)
        for fault in ("throttled", "service-fault", "quota-exceeded", "session-conflict"):
            if fault in self._world.behaviour:
                return self._limited(fault)
        refused = await self._authorize(call)
        if refused is not None:
            return refused
        return self._reject_content(call) or await self._invoke(call, routed["rest"])

    @property
    def _protocol(self) -> str:
        return self._world.protocol

    def _look_up(self, call: Call, identifier: str) -> Answer | None:
        """The Runtime by ARN, or by id with `accountId` beside it."""
        qualifier = call.parameter("qualifier") or "DEFAULT"
        if not identifier.startswith(("arn:", "arn%")):
            if not re.fullmatch(r"\d{12}", call.parameter("accountId") or ""):
                return refusal(
                    "ValidationException",
                    "accountId is required when agent identifier is not an ARN",
                    "native",
                )
            found = identifier == RUNTIME_ID and call.parameter("accountId") == ACCOUNT
        else:
            found = identifier == RUNTIME_ARN
        listed = [each["name"] for each in self._world.endpoints]
        hidden = self._world.behaviour & {"runtime-deleted", "endpoint-propagating"}
        if found and not hidden and qualifier in listed:
            return None
        return refusal(
            "ResourceNotFoundException",
            f"No endpoint or agent found with qualifier '{qualifier}' for agent {identifier}",
            "native",
        )

    def _challenge(self, call: Call, error: str | None = None) -> dict[str, str]:
        qualifier = call.parameter("qualifier") or "DEFAULT"
        metadata = (
            f"{self._world.addresses.runtime}/runtimes/{quote(RUNTIME_ARN, safe='')}/invocations{_METADATA}"
            f"?qualifier={quote(qualifier, safe='')}"
        )
        parts = [f'error="{error}"'] if error else []
        return {"www-authenticate": "Bearer " + ", ".join([*parts, f'resource_metadata="{metadata}"'])}

    def _metadata(self, call: Call) -> Answer:
        """RFC 9728: who issues tokens for this Runtime."""
        rules = self._world.runtime_rules()
        if rules is None:
            return refusal("AccessDeniedException", "Missing Authentication Token", self._protocol)
        return json_answer(
            200,
            _resource_metadata(f"{self._world.addresses.runtime}{call.path.removesuffix(_METADATA)}", rules),
        )

    async def _authorize(self, call: Call) -> Answer | None:
        given = call.headers.get("authorization", "").strip()
        rules = self._world.runtime_rules()
        if "accepts-everything" in self._world.behaviour:
            return None
        if "refuses-everything" in self._world.behaviour:
            return refusal("AccessDeniedException", "Access denied", self._protocol)
        if rules is None:
            return self._authorize_iam(call, given)
        if given.startswith("AWS4-"):
            return refusal("AccessDeniedException", MISMATCH, self._protocol)
        try:
            token = bearer.token_in(given)
            await anyio.to_thread.run_sync(bearer.authorize, token, rules)
        except Rejected as error:
            return self._rejected(call, error)
        if rules.get("allowedWorkloadConfiguration"):
            return refusal("AccessDeniedException", "Access denied", self._protocol)
        return None

    def _authorize_iam(self, call: Call, given: str) -> Answer | None:
        if not given:
            return refusal("AccessDeniedException", "Missing Authentication Token", self._protocol)
        if not given.startswith("AWS4-"):
            return refusal("AccessDeniedException", MISMATCH, self._protocol)
        actions = ["InvokeAgentRuntime"]
        if _USER in call.headers:
            actions.append("InvokeAgentRuntimeForUser")
        for action in actions:
            refused = self._permissions.refuse(call, action, RUNTIME_ARN)
            if refused is not None:
                return aws_error(403, refused.error_type, refused.message)
        return None

    def _rejected(self, call: Call, error: Rejected) -> Answer:
        if error.kind == "scope":
            challenge = self._challenge(call, "insufficient_scope")
            return refusal("AccessDeniedException", error.message, self._protocol, challenge)
        if error.kind == "invalid" and "rejects-with-403" in self._world.behaviour:
            # The form of 2025 (agentcore-facts section 2.2, status drift).
            return refusal("AccessDeniedException", error.message, self._protocol)
        named = "invalid_token" if error.kind == "invalid" else None
        challenge = self._challenge(call, named)
        return refusal("UnauthorizedException", error.message, self._protocol, challenge)

    def _limited(self, fault: str) -> Answer:
        type, message = {
            "throttled": ("ThrottlingException", "Rate exceeded"),
            "service-fault": ("InternalServerException", "An internal error occurred"),
            "quota-exceeded": ("ServiceQuotaExceededException", "maxVms quota exceeded"),
            "session-conflict": (
                "RetryableConflictException",
                "Session operation in progress, please retry",
            ),
        }[fault]
        return refusal(type, message, self._protocol)

    def _reject_content(self, call: Call) -> Answer | None:
        session = call.headers.get(_SESSION)
        if session is not None and not 33 <= len(session) <= 256:
            bound = "greater than or equal to 33" if len(session) < 33 else "less than or equal to 256"
            message = (
                "1 validation error detected: Value at 'runtimeSessionId' failed to satisfy constraint: "
                f"Member must have length {bound}"
            )
            return refusal("ValidationException", message, self._protocol)
        if not self._world.runtime["metadataConfiguration"]["requireMMDSV2"]:
            return refusal("ValidationException", "This runtime is not MMDSv2-enabled", self._protocol)
        if self._protocol == "MCP" and not _accepts_both(call):
            return refusal("McpRequestUnacceptableException", "Not Acceptable", self._protocol)
        return None

    async def _invoke(self, call: Call, rest: str | None) -> Answer:
        path = CONTAINER_PATHS[self._protocol] if rest in (None, "/") else str(rest)
        if "container-failed" in self._world.behaviour:
            message = "An error occurred when starting the runtime. Please check your CloudWatch logs for more information."
            return refusal("RuntimeClientError", message, self._protocol)
        allowed = (self._world.runtime.get("requestHeaderConfiguration") or {}).get(
            "requestHeaderAllowlist", []
        )
        forwarded = "authorization" in {name.lower() for name in allowed}
        hidden = frozenset() if forwarded else frozenset({"authorization"})
        answer = await call_app(await self._agent(), call, path, without=hidden)
        if answer.status >= 400 and self._protocol != "MCP":
            message = f"Received error ({answer.status}) from runtime. Please check your CloudWatch logs for more information."
            return refusal("RuntimeClientError", message, self._protocol)
        session = call.headers.get(_SESSION)
        headers = {**answer.headers, **({_SESSION: session} if session else {})}
        return Answer(answer.status, answer.body, headers)


def _accepts_both(call: Call) -> bool:
    accept = call.headers.get("accept", "")
    return "application/json" in accept and "text/event-stream" in accept


def _resource_metadata(resource: str, rules: dict[str, object]) -> dict[str, object]:
    document: dict[str, object] = {
        "resource": resource,
        "authorization_servers": [str(rules["discoveryUrl"]).split("/.well-known/")[0]],
        "bearer_methods_supported": ["header"],
    }
    if rules.get("allowedScopes"):
        document["scopes_supported"] = rules["allowedScopes"]
    return document


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
        if call.path == _METADATA and call.method == "GET":
            if rules is None:
                return unknown_operation()
            return json_answer(200, _resource_metadata(self._world.addresses.gateway_url, rules))
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
            await anyio.to_thread.run_sync(bearer.authorize, token, rules)
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
        metadata = f"{self._world.addresses.gateway}{_METADATA}"
        listed = rules.get("allowedScopes")
        scope = f', scope="{" ".join(str(each) for each in listed)}"' if isinstance(listed, list) else ""
        if error.kind == "scope" or "client_id" in error.message:
            challenge = f'Bearer error="insufficient_scope"{scope}, resource_metadata="{metadata}"'
            return json_answer(403, {"error": "insufficient_scope"}, {"www-authenticate": challenge})
        challenge = f'Bearer resource_metadata="{metadata}"{scope}'
        message = "Missing Bearer token" if error.kind == "missing" else "Invalid Bearer token"
        return rpc_error(401, -32001, message, {"www-authenticate": challenge})

    def _wrong_version(self, call: Call) -> Answer | None:
        asked = call.headers.get("mcp-protocol-version")
        supported = self._world.gateway["protocolConfiguration"]["mcp"]["supportedVersions"]
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
