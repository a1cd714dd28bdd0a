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
from agentcore_probe.local.error_responses import MISMATCH, aws_error, error_response, unknown_operation
from agentcore_probe.local.asgi import AsgiResponse, App, AsgiRequest, call_app, json_response
from agentcore_probe.local.state import ACCOUNT, RUNTIME_ARN, RUNTIME_ID, State

AppLoader = Callable[[], Awaitable[App]]
"""A real part behind a door, once it is loaded."""
_SESSION = "x-amzn-bedrock-agentcore-runtime-session-id"
_USER = "x-amzn-bedrock-agentcore-runtime-user-id"
_INVOCATIONS = re.compile(r"/runtimes/(?P<id>[^/]+)/invocations(?P<rest>/\.well-known/[\w.-]+|/)?")

_RAW_ARN = re.compile(r"/runtimes/(?P<id>arn:[^/]+/[^/]+)/invocations(?P<rest>/)?")


class RuntimeService:
    """The data plane: InvokeAgentRuntime and its metadata documents."""

    def __init__(self, state: State, permissions: Permissions, agent: AppLoader) -> None:
        self._state = state
        self._permissions = permissions
        self._agent = agent

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """What the service answers to `request`."""
        routed = self._route(request.path)
        if routed is None or request.method != ("GET" if (routed["rest"] or "/") != "/" else "POST"):
            return unknown_operation()
        missing = self._look_up(request, unquote(routed["id"]))
        if missing is not None:
            return missing
        if routed["rest"] == METADATA:
            return self._metadata(request)
        for fault in ("throttled", "service-fault", "quota-exceeded", "session-conflict"):
            if fault in self._state.service_faults:
                return self._limited(fault)
        refused = await self._authorize(request)
        if refused is not None:
            return refused
        return self._reject_content(request) or await self._invoke(request, routed["rest"])

    def _route(self, path: str) -> re.Match[str] | None:
        """The Runtime's identifier and what follows `invocations`; a raw ARN's own slash fits no route."""
        routed = _INVOCATIONS.fullmatch(path)
        if routed is None and "raw-arn-routed" in self._state.service_faults:
            return _RAW_ARN.fullmatch(path)
        return routed

    @property
    def _protocol(self) -> str:
        return self._state.protocol

    def _look_up(self, request: AsgiRequest, identifier: str) -> AsgiResponse | None:
        """The Runtime by ARN, or by id with `accountId` beside it."""
        qualifier = request.parameter("qualifier") or "DEFAULT"
        if not identifier.startswith(("arn:", "arn%")):
            if not re.fullmatch(r"\d{12}", request.parameter("accountId") or ""):
                return error_response(
                    "ValidationException",
                    "accountId is required when agent identifier is not an ARN",
                    "native",
                )
            found = identifier == RUNTIME_ID and request.parameter("accountId") == ACCOUNT
        else:
            found = identifier == RUNTIME_ARN
        listed = [each["name"] for each in self._state.endpoints]
        hidden = self._state.service_faults & {"runtime-deleted", "endpoint-propagating"}
        if found and not hidden and qualifier in listed:
            return None
        return error_response(
            "ResourceNotFoundException",
            f"No endpoint or agent found with qualifier '{qualifier}' for agent {identifier}",
            "native",
        )

    def _challenge(self, request: AsgiRequest, error: str | None = None) -> dict[str, str]:
        qualifier = request.parameter("qualifier") or "DEFAULT"
        metadata = (
            f"{self._state.addresses.runtime}/runtimes/{quote(RUNTIME_ARN, safe='')}/invocations{METADATA}"
            f"?qualifier={quote(qualifier, safe='')}"
        )
        parts = [f'error="{error}"'] if error else []
        return {"www-authenticate": "Bearer " + ", ".join([*parts, f'resource_metadata="{metadata}"'])}

    def _metadata(self, request: AsgiRequest) -> AsgiResponse:
        """RFC 9728: who issues tokens for this Runtime."""
        rules = self._state.runtime_rules()
        if rules is None:
            return error_response("AccessDeniedException", "Missing Authentication Token", self._protocol)
        return json_response(
            200,
            resource_metadata(f"{self._state.addresses.runtime}{request.path.removesuffix(METADATA)}", rules),
        )

    async def _authorize(self, request: AsgiRequest) -> AsgiResponse | None:
        given = request.headers.get("authorization", "").strip()
        rules = self._state.runtime_rules()
        if "accepts-everything" in self._state.service_faults:
            return None
        if "refuses-everything" in self._state.service_faults:
            return error_response("AccessDeniedException", "Access denied", self._protocol)
        if rules is None:
            return self._authorize_iam(request, given)
        if given.startswith("AWS4-"):
            return error_response("AccessDeniedException", MISMATCH, self._protocol)
        try:
            token = jwt_authorizer.token_in(given)
            await anyio.to_thread.run_sync(
                jwt_authorizer.authorize, token, rules, self._state.now.timestamp(), self._state.weaknesses
            )
        except Rejected as error:
            return self._rejected(request, error)
        if rules.get("allowedWorkloadConfiguration") or "denied-by-policy" in self._state.service_faults:
            return error_response("AccessDeniedException", "Access denied", self._protocol)
        return None

    def _authorize_iam(self, request: AsgiRequest, given: str) -> AsgiResponse | None:
        if not given:
            return error_response("AccessDeniedException", "Missing Authentication Token", self._protocol)
        if not given.startswith("AWS4-"):
            return error_response("AccessDeniedException", MISMATCH, self._protocol)
        actions = ["InvokeAgentRuntime"]
        if _USER in request.headers:
            actions.append("InvokeAgentRuntimeForUser")
        for action in actions:
            refused = self._permissions.refuse(request, action, RUNTIME_ARN)
            if refused is not None:
                return aws_error(403, refused.error_type, refused.message)
        return None

    def _rejected(self, request: AsgiRequest, error: Rejected) -> AsgiResponse:
        if error.kind == "scope":
            challenge = self._challenge(request, "insufficient_scope")
            return error_response("AccessDeniedException", error.message, self._protocol, challenge)
        if error.kind == "invalid" and "rejects-with-403" in self._state.service_faults:
            # The form of 2025 (docs/agentcore.md section 2.2, status drift).
            return error_response("AccessDeniedException", error.message, self._protocol)
        named = "invalid_token" if error.kind == "invalid" else None
        challenge = self._challenge(request, named)
        return error_response("UnauthorizedException", error.message, self._protocol, challenge)

    def _limited(self, fault: str) -> AsgiResponse:
        type, message = {
            "throttled": ("ThrottlingException", "Rate exceeded"),
            "service-fault": ("InternalServerException", "An internal error occurred"),
            "quota-exceeded": ("ServiceQuotaExceededException", "maxVms quota exceeded"),
            "session-conflict": (
                "RetryableConflictException",
                "Session operation in progress, please retry",
            ),
        }[fault]
        return error_response(type, message, self._protocol)

    def _reject_content(self, request: AsgiRequest) -> AsgiResponse | None:
        session = request.headers.get(_SESSION)
        if session is not None and not 33 <= len(session) <= 256:
            bound = "greater than or equal to 33" if len(session) < 33 else "less than or equal to 256"
            message = (
                "1 validation error detected: Value at 'runtimeSessionId' failed to satisfy constraint: "
                f"Member must have length {bound}"
            )
            return error_response("ValidationException", message, self._protocol)
        if "payload-rejected" in self._state.service_faults:
            message = "1 validation error detected: Value at 'payload' failed to satisfy constraint"
            return error_response("ValidationException", message, self._protocol)
        if not self._state.runtime["metadataConfiguration"]["requireMMDSV2"]:
            return error_response("ValidationException", "This runtime is not MMDSv2-enabled", self._protocol)
        if self._protocol == "MCP" and not _accepts_both(request):
            return error_response("McpRequestUnacceptableException", "Not Acceptable", self._protocol)
        return None

    async def _invoke(self, request: AsgiRequest, rest: str | None) -> AsgiResponse:
        path = CONTAINER_PATHS[self._protocol] if rest in (None, "/") else str(rest)
        if "container-silent" in self._state.service_faults:
            return json_response(504, {"message": "The agent did not respond in time"})
        if "container-failed" in self._state.service_faults:
            message = "An error occurred when starting the runtime. Please check your CloudWatch logs for more information."
            return error_response("RuntimeClientError", message, self._protocol)
        allowed = (self._state.runtime.get("requestHeaderConfiguration") or {}).get(
            "requestHeaderAllowlist", []
        )
        forwarded = "authorization" in {name.lower() for name in allowed}
        hidden = frozenset() if forwarded else frozenset({"authorization"})
        response = await call_app(await self._agent(), request, path, without=hidden)
        if response.status >= 400 and self._protocol != "MCP":
            message = f"Received error ({response.status}) from runtime. Please check your CloudWatch logs for more information."
            return error_response("RuntimeClientError", message, self._protocol)
        session = request.headers.get(_SESSION) or str(uuid.uuid4())
        return AsgiResponse(response.status, response.body, {**response.headers, _SESSION: session})


def _accepts_both(request: AsgiRequest) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/event-stream" in accept
