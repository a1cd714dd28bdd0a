"""The data plane, with the order of checks of docs/agentcore.md section 2.4.

Route, identifier, look-up, credential, method match, token or signature, session id, MMDSv2, container.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import NamedTuple
from urllib.parse import quote, unquote

from agentcore_probe.local import jwt_authorizer, weak_verifiers
from agentcore_probe.local.agents import CONTAINER_PATHS
from agentcore_probe.local.backends import AppLoader
from agentcore_probe.local.issuer_documents import IssuerDocuments
from agentcore_probe.local.jwt_authorizer import TokenRejected
from agentcore_probe.local.services.commands import command_result, invalid_command
from agentcore_probe.local.services.content import SESSION_HEADER, content_refusal
from agentcore_probe.local.services.agent_card import CARD, CARD_PATH, deployed_card
from agentcore_probe.local.services.lookup import not_found, qualifier_of
from agentcore_probe.local.services.metadata import METADATA_PATH, challenge_header, metadata_response
from agentcore_probe.local.services.runtime_sessions import RuntimeSessions
from agentcore_probe.local.services.permissions import Permissions
from agentcore_probe.local.error_responses import (
    MISMATCH,
    UNBOUND,
    aws_error,
    error_response,
    rpc_error,
    unknown_operation,
)
from agentcore_probe.local.sigv4_authorizer import PRESIGNED
from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, call_app, json_response
from agentcore_probe.local.state import State
from agentcore_probe.local.transaction_tokens import HEADER, is_bound

_USER_HEADER = "x-amzn-bedrock-agentcore-runtime-user-id"
_ROUTE = re.compile(
    r"/runtimes/(?P<id>[^/]+)/(?:invocations(?P<rest>/\.well-known/[\w.-]+|/)?|(?P<operation>commands))"
)
_RAW_ARN_ROUTE = re.compile(
    r"/runtimes/(?P<id>arn:[^/]+/[^/]+)/(?:invocations(?P<rest>/)?|(?P<operation>commands))"
)
_COMMAND = "InvokeAgentRuntimeCommand"
_FOR_USERS = ("InvokeAgentRuntime", "InvokeAgentRuntimeWithWebSocketStream")
"""Actions that need another one where the header names a user."""
_SEE_LOGS = "Please check your CloudWatch logs for more information."


class Operation(NamedTuple):
    """An operation of the data plane."""

    action: str
    """What IAM asks for."""
    form: str
    """The protocol in whose form it reports errors; `native` for an operation that has only one."""


class _ServiceError(NamedTuple):
    type: str
    message: str


_SERVICE_ERRORS = {
    "throttled": _ServiceError("ThrottlingException", "Rate exceeded"),
    "service-fault": _ServiceError("InternalServerException", "An internal error occurred"),
    "quota-exceeded": _ServiceError("ServiceQuotaExceededException", "maxVms quota exceeded"),
    "session-conflict": _ServiceError(
        "RetryableConflictException", "Session operation in progress, please retry"
    ),
}
"""Service fault -> the error of every invocation, whatever its credential."""


class RuntimeService:
    """The data plane: InvokeAgentRuntime, InvokeAgentRuntimeCommand and the documents.

    Attributes:
        sessions: those that have an endpoint of their own.
    """

    def __init__(
        self, state: State, permissions: Permissions, documents: IssuerDocuments, agent: AppLoader
    ) -> None:
        self._state = state
        self._permissions = permissions
        self._documents = documents
        self._agent = agent
        self._has_accepted = False
        self.sessions = RuntimeSessions(state)

    @property
    def identifiers(self) -> tuple[str, str]:
        """What a caller may name the Runtime by: its ARN and its id."""
        return self._arn, str(self._state.runtime["agentRuntimeId"])

    async def respond(self, request: AsgiRequest) -> AsgiResponse:
        """The data plane's response to `request`."""
        route = self._route(request.path)
        if route is None or request.method != ("GET" if (route["rest"] or "/") != "/" else "POST"):
            return unknown_operation()
        operation = self._operation(route)
        if operation.action == _COMMAND and "command-not-served" in self._state.service_faults:
            return unknown_operation()
        missing = self.not_found(request, unquote(route["id"]))
        if missing is not None:
            return missing
        if route["rest"] == METADATA_PATH:
            return self._metadata(request)
        if (error := self.service_error(operation)) is not None:
            return error
        if operation.action == _COMMAND:
            return self._command(request, operation)
        is_open = operation.action == CARD and "card-open" in self._state.service_faults
        refusal = None if is_open else self.authorize(request, operation)
        if refusal is not None:
            return refusal
        return content_refusal(request, operation.form, self._state) or await self._invoke(
            request, route["rest"]
        )

    def _operation(self, route: re.Match[str]) -> Operation:
        if route["operation"]:
            return Operation(_COMMAND, "native")
        return Operation(CARD if route["rest"] == CARD_PATH else "InvokeAgentRuntime", self._protocol)

    def _command(self, request: AsgiRequest, operation: Operation) -> AsgiResponse:
        """Who may run commands is checked first, unless a fault changes the order."""
        faults = self._state.service_faults
        invalid = invalid_command(request.body)
        has_credential = "command-validated-second" in faults and "authorization" in request.headers
        if invalid is not None and (has_credential or "command-validated-first" in faults):
            return invalid
        session = request.headers.get(SESSION_HEADER) or str(uuid.uuid4())
        result = command_result((SESSION_HEADER, session))
        if "command-open" in faults:
            return result
        return (
            self.authorize(request, operation)
            or content_refusal(request, operation.form, self._state)
            or invalid
            or result
        )

    def _route(self, path: str) -> re.Match[str] | None:
        """The Runtime's identifier and what follows `invocations`. A raw ARN matches no route: it has a slash."""
        route = _ROUTE.fullmatch(path)
        if route is None and "raw-arn-routed" in self._state.service_faults:
            return _RAW_ARN_ROUTE.fullmatch(path)
        return route

    @property
    def _arn(self) -> str:
        return str(self._state.runtime["agentRuntimeArn"])

    @property
    def _protocol(self) -> str:
        return self._state.protocol

    def service_error(self, operation: Operation) -> AsgiResponse | None:
        """The error of every call, whatever its credential; None where the service is well."""
        faults = self._state.service_faults
        error = next((error for fault, error in _SERVICE_ERRORS.items() if fault in faults), None)
        return None if error is None else error_response(error.type, error.message, operation.form)

    def not_found(self, request: AsgiRequest, identifier: str) -> AsgiResponse | None:
        """The error of a Runtime or endpoint that does not exist; None if both do."""
        return not_found(request, identifier, self._state)

    def _challenge(self, request: AsgiRequest, error: str | None = None) -> dict[str, str]:
        arn = quote(self._arn, safe="")
        metadata = (
            f"{self._state.addresses.runtime}/runtimes/{arn}/invocations{METADATA_PATH}"
            f"?qualifier={quote(qualifier_of(request), safe='')}"
        )
        parameters = [f'error="{error}"'] if error else []
        parameters.append(f'resource_metadata="{metadata}"')
        return challenge_header("Bearer " + ", ".join(parameters), metadata, self._state.service_faults)

    def _metadata(self, request: AsgiRequest) -> AsgiResponse:
        """The protected resource metadata of RFC 9728; its `resource` has the qualifier (docs/agentcore.md section 11.7)."""
        rules = self._state.runtime_rules()
        if rules is None:
            return self._access_denied("Missing Authentication Token")
        path = request.path.removesuffix(METADATA_PATH)
        qualifier = quote(qualifier_of(request), safe="")
        resource = f"{self._state.addresses.runtime}{path}?qualifier={qualifier}"
        return metadata_response(resource, rules, self._state.service_faults)

    def _access_denied(
        self, message: str, form: str | None = None, headers: dict[str, str] | None = None
    ) -> AsgiResponse:
        return error_response("AccessDeniedException", message, form or self._protocol, headers)

    def authorize(self, request: AsgiRequest, operation: Operation) -> AsgiResponse | None:
        """The refusal of a caller; None for one who may call."""
        authorization = (
            PRESIGNED if request.is_presigned else request.headers.get("authorization", "").strip()
        )
        rules = self._state.runtime_rules()
        if "accepts-everything" in self._state.service_faults:
            return None
        if "refuses-everything" in self._state.service_faults:
            return self._access_denied("Access denied", operation.form)
        if rules is None:
            return self._check_signature(request, authorization, operation)
        if authorization.startswith("AWS4-"):
            return self._access_denied(MISMATCH, operation.form)
        if self._accepts_anyone(request):
            return None
        try:
            token = jwt_authorizer.read_bearer_token(authorization)
            jwt_authorizer.authorize(
                token, rules, self._documents, self._state.now.timestamp(), self._state.weaknesses
            )
        except TokenRejected as error:
            return self._token_refusal(request, error, operation.form)
        binding, transaction = rules.get("allowedWorkloadConfiguration"), request.headers.get(HEADER)
        if binding and not is_bound(transaction, self._state.transaction_key, binding, self._arn):
            return rpc_error(403, -32001, UNBOUND)
        is_refused = self._permissions.refuses_token(operation.action, self._arn)
        if "denied-by-policy" in self._state.service_faults or is_refused:
            return self._access_denied("Access denied", operation.form)
        self._has_accepted = True
        return None

    def _accepts_anyone(self, request: AsgiRequest) -> bool:
        """Whether a fault of the authorizer accepts this call without a token."""
        weaknesses = self._state.weaknesses
        if not weaknesses:
            return False
        try:
            message = json.loads(request.body)
        except (ValueError, RecursionError):
            message = None
        method = message.get("method") if isinstance(message, dict) else None
        return weak_verifiers.accepts_header(request.headers.get("authorization"), weaknesses) or (
            weak_verifiers.opens(method, weaknesses, has_accepted=self._has_accepted)
        )

    def _check_signature(
        self, request: AsgiRequest, authorization: str, operation: Operation
    ) -> AsgiResponse | None:
        if not authorization:
            return self._access_denied("Missing Authentication Token", operation.form)
        if not authorization.startswith("AWS4-"):
            return self._access_denied(MISMATCH, operation.form)
        actions = [operation.action]
        if _USER_HEADER in request.headers and operation.action in _FOR_USERS:
            actions.append(f"{operation.action}ForUser")
        for action in actions:
            refusal = self._permissions.refusal(request, action, self._arn)
            if refusal is not None:
                return aws_error(403, refusal.error_type, refusal.message)
        return None

    def _token_refusal(self, request: AsgiRequest, error: TokenRejected, form: str) -> AsgiResponse:
        if error.kind == "scope":
            return self._access_denied(error.message, form, self._challenge(request, "insufficient_scope"))
        if error.kind == "invalid" and "rejects-with-403" in self._state.service_faults:
            # As in 2025 (docs/agentcore.md section 2.2).
            return self._access_denied(error.message, form)
        challenge = self._challenge(request, "invalid_token" if error.kind == "invalid" else None)
        return error_response("UnauthorizedException", error.message, form, challenge)

    async def _invoke(self, request: AsgiRequest, rest: str | None) -> AsgiResponse:
        """The container's response; it gets `Authorization` only if the allowlist names that header."""
        path = CONTAINER_PATHS[self._protocol] if rest in (None, "/") else str(rest)
        if "container-silent" in self._state.service_faults:
            return json_response(504, {"message": "The agent did not respond in time"})
        if "container-failed" in self._state.service_faults:
            message = f"An error occurred when starting the runtime. {_SEE_LOGS}"
            return error_response("RuntimeClientError", message, self._protocol)
        header_configuration = self._state.runtime.get("requestHeaderConfiguration") or {}
        allowlist = {name.lower() for name in header_configuration.get("requestHeaderAllowlist", [])}
        hidden_headers = frozenset({"authorization"}) - allowlist | {HEADER}
        response = await self._container(request, path, hidden_headers)
        if path == CARD_PATH:
            own = f"{self._state.addresses.runtime}/runtimes/{quote(self._arn, safe='')}/invocations/"
            response = deployed_card(response, self._state.service_faults, own)
        if response.status >= 400 and self._protocol != "MCP":
            message = f"Received error ({response.status}) from runtime. {_SEE_LOGS}"
            return error_response("RuntimeClientError", message, self._protocol)
        session = request.headers.get(SESSION_HEADER) or str(uuid.uuid4())
        headers = {**response.headers, SESSION_HEADER: session, **self.sessions.named(session)}
        return AsgiResponse(response.status, response.body, headers)

    async def _container(self, request: AsgiRequest, path: str, hidden: frozenset[str]) -> AsgiResponse:
        """What the agent in the container answers, which does not get the hidden headers."""
        return await call_app(await self._agent(), request, path, without=hidden)
