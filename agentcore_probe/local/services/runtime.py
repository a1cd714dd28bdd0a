"""The data plane. Order of checks: docs/agentcore.md section 2.4.

Route, identifier, look-up, credential present, method match, token or signature, session id,
MMDSv2, container.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote

import anyio.to_thread

from agentcore_probe.local import jwt_authorizer
from agentcore_probe.local.agents import CONTAINER_PATHS
from agentcore_probe.local.jwt_authorizer import Rejected
from agentcore_probe.local.services.metadata import METADATA, resource_metadata
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.error_responses import MISMATCH, aws_error, refusal, unknown_operation
from agentcore_probe.local.asgi import Answer, App, Call, call_app, json_answer
from agentcore_probe.local.state import ACCOUNT, RUNTIME_ARN, RUNTIME_ID, World

Part = Callable[[], Awaitable[App]]
"""A real part behind a door, once it is loaded."""
_SESSION = "x-amzn-bedrock-agentcore-runtime-session-id"
_USER = "x-amzn-bedrock-agentcore-runtime-user-id"
_INVOCATIONS = re.compile(r"/runtimes/(?P<id>[^/]+)/invocations(?P<rest>/\.well-known/[\w.-]+|/)?")

_RAW_ARN = re.compile(r"/runtimes/(?P<id>arn:[^/]+/[^/]+)/invocations(?P<rest>/)?")


class RuntimeDoor:
    """The data plane: InvokeAgentRuntime and its metadata documents."""

    def __init__(self, world: World, permissions: Permissions, agent: Part) -> None:
        self._world = world
        self._permissions = permissions
        self._agent = agent

    async def answer(self, call: Call) -> Answer:
        """What the service answers to `call`."""
        routed = self._route(call.path)
        if routed is None or call.method != ("GET" if (routed["rest"] or "/") != "/" else "POST"):
            return unknown_operation()
        missing = self._look_up(call, unquote(routed["id"]))
        if missing is not None:
            return missing
        if routed["rest"] == METADATA:
            return self._metadata(call)
        for fault in ("throttled", "service-fault", "quota-exceeded", "session-conflict"):
            if fault in self._world.behaviour:
                return self._limited(fault)
        refused = await self._authorize(call)
        if refused is not None:
            return refused
        return self._reject_content(call) or await self._invoke(call, routed["rest"])

    def _route(self, path: str) -> re.Match[str] | None:
        """The Runtime's identifier and what follows `invocations`; a raw ARN's own slash fits no route."""
        routed = _INVOCATIONS.fullmatch(path)
        if routed is None and "raw-arn-routed" in self._world.behaviour:
            return _RAW_ARN.fullmatch(path)
        return routed

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
            f"{self._world.addresses.runtime}/runtimes/{quote(RUNTIME_ARN, safe='')}/invocations{METADATA}"
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
            resource_metadata(f"{self._world.addresses.runtime}{call.path.removesuffix(METADATA)}", rules),
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
            token = jwt_authorizer.token_in(given)
            await anyio.to_thread.run_sync(
                jwt_authorizer.authorize, token, rules, self._world.now.timestamp(), self._world.weaknesses
            )
        except Rejected as error:
            return self._rejected(call, error)
        if rules.get("allowedWorkloadConfiguration") or "denied-by-policy" in self._world.behaviour:
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
            # The form of 2025 (docs/agentcore.md section 2.2, status drift).
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
        if "payload-rejected" in self._world.behaviour:
            message = "1 validation error detected: Value at 'payload' failed to satisfy constraint"
            return refusal("ValidationException", message, self._protocol)
        if not self._world.runtime["metadataConfiguration"]["requireMMDSV2"]:
            return refusal("ValidationException", "This runtime is not MMDSv2-enabled", self._protocol)
        if self._protocol == "MCP" and not _accepts_both(call):
            return refusal("McpRequestUnacceptableException", "Not Acceptable", self._protocol)
        return None

    async def _invoke(self, call: Call, rest: str | None) -> Answer:
        path = CONTAINER_PATHS[self._protocol] if rest in (None, "/") else str(rest)
        if "container-silent" in self._world.behaviour:
            return json_answer(504, {"message": "The agent did not respond in time"})
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
        session = call.headers.get(_SESSION) or str(uuid.uuid4())
        return Answer(answer.status, answer.body, {**answer.headers, _SESSION: session})


def _accepts_both(call: Call) -> bool:
    accept = call.headers.get("accept", "")
    return "application/json" in accept and "text/event-stream" in accept
