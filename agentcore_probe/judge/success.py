"""What a 2xx contains: an answer of the protocol that was spoken, an error inside it, or neither.

A 2xx alone shows nothing: a login page, an empty answer and `{"message": "Forbidden"}` come with it, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.model.exchange import Exchange

Content = Literal["result", "agent", "container", "server-error", "refusal", "error", "cut", "other"]
"""`result`: an answer of the protocol. `agent`: an error of the agent or tool itself. `container`: an error that
AgentCore reports of the container. `server-error`: a JSON-RPC error that servers give to any request they cannot
read. `refusal`: an error whose words name authorization. `error`: another error. `cut`: messages of the protocol, and a limit of ours ended the stream before the result.
`other`: none of these."""

CONTAINER_CODES = {-32010, -32055, -32505, "AGENT_ERROR"}
"""RuntimeClientError as JSON-RPC and AG-UI codes (docs/agentcore.md section 2.1)."""
SERVER_CODES = {-32600, -32601, -32602, -32700}
"""Errors of a JSON-RPC server (JSON-RPC 2.0 section 5.1)."""

PUBLIC_DOCUMENTS = (
    "/oauth-protected-resource",
    "/openid-configuration",
    "/jwks.json",
    "/oauth-authorization-server",
)
"""The ends of paths whose documents anyone may read."""

_REFUSAL_STATUSES = {401, 403}
_REFUSAL = re.compile(
    r"\bunauthori[sz]ed\b|\bforbidden\b|\baccess (?:is )?denied\b|\bnot authori[sz]ed\b"
    r"|\bauthentication (?:is )?(?:required|failed)\b|\bauthori[sz]ation (?:is )?(?:required|failed)\b"
    r"|\b(?:missing|invalid|expired) (?:authentication |bearer |access )?token\b"
    r"|\btoken (?:has |is )?(?:expired|invalid|missing)\b|claim '[^']{1,100}' value mismatch"
    r"|authorization method mismatch",
    re.I,
)
_ERROR_MEMBERS = {"error", "message", "Message", "detail", "errors", "__type", "fault"}
"""Members of an error at its top level, as gateways and web frameworks write it."""
_BESIDE_ERRORS = {"code", "status", "statusCode", "success", "ok", "type", "title", "path", "timestamp",
                  "requestId", "request_id", "instance"}  # fmt: skip
"""Members that such an error may have as well; any other member makes it a result."""
_SPEAKS_JSON_RPC = ("MCP", "A2A")
_RESULTS: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "initialize": lambda result: isinstance(result.get("protocolVersion"), str),
    "tools/list": lambda result: isinstance(result.get("tools"), list),
    "tools/call": lambda result: isinstance(result.get("content"), list) or "structuredContent" in result,
}
"""JSON-RPC method -> whether a result has its shape; that of any other method is an object."""


def content(case: Case) -> Content:
    """What the 2xx of `case` contains."""
    if is_notification(case.exchange):
        return "result" if not case.answer.failed else "error"
    if _is_html(case):
        return "other"
    protocol = _protocol(case)
    if protocol == "JSON-RPC":
        return _json_rpc(case)
    if protocol == "AGUI":
        return _agui(case)
    return _http(case)


def names_authorization(text: str) -> bool:
    """Whether the words of an error refuse the caller."""
    return _REFUSAL.search(text) is not None


def _protocol(case: Case) -> Literal["JSON-RPC", "AGUI", "HTTP"]:
    """The protocol of the answer: what is deployed, else what the request speaks.

    A Gateway passes other calls on to a Runtime behind it, and answers GET with a document.
    """
    request = case.exchange.request
    speaks_json_rpc = "jsonrpc" in request.fields
    if case.service == "gateway":
        passes_on = bool(request.body) and not speaks_json_rpc
        return "HTTP" if passes_on or request.method.upper() == "GET" else "JSON-RPC"
    runtime = case.configuration.runtime
    deployed = runtime.protocol if runtime and not case.names_another else None
    if deployed == "AGUI":
        return "AGUI"
    is_invocation = request.method.upper() in ("POST", "AWS") and _is_invocation(case)
    if deployed in _SPEAKS_JSON_RPC and is_invocation:
        return "JSON-RPC"
    if deployed is None and speaks_json_rpc:
        return "JSON-RPC"
    return "HTTP"


def _is_invocation(case: Case) -> bool:
    return case.address.suffix.rstrip("/") in ("invocations", "")


def is_notification(exchange: Exchange) -> bool:
    """Whether the request asks for no answer: JSON-RPC servers answer a notification with 202 and nothing."""
    fields = exchange.request.fields
    return "jsonrpc" in fields and "method" in fields and "id" not in fields


def _is_html(case: Case) -> bool:
    response = case.exchange.response
    if response is None:
        return False
    if "html" in (response.header("content-type") or "").lower():
        return True
    return response.body.lstrip("\ufeff \t\r\n")[:15].lower().startswith(("<!doctype", "<html"))


def _json_rpc(case: Case) -> Content:
    request = case.exchange.request.fields
    method, id = request.get("method"), request.get("id")
    answers = [value for value in case.answer.objects if "result" in value or "error" in value]
    if id is not None:
        answers = [value for value in answers if value.get("id") == id or _is_error_without_id(value)]
    for value in answers:
        result = value.get("result")
        if isinstance(result, dict) and _RESULTS.get(str(method), _any_object)(result):
            return "agent" if result.get("isError") is True else "result"
    errors = [value["error"] for value in answers if isinstance(value.get("error"), dict)]
    if errors:
        return _error(case, errors[0].get("code"), str(errors[0].get("message") or ""))
    response = case.exchange.response
    was_cut = response is not None and response.cut is not None
    return "cut" if was_cut and any("jsonrpc" in value for value in case.answer.objects) else "other"


def _is_error_without_id(value: Mapping[str, Any]) -> bool:
    """Whether it is the error of a server that could not, or did not, read the request's id."""
    return value.get("id") is None and isinstance(value.get("error"), dict)


def _any_object(_: Mapping[str, Any]) -> bool:
    return True


def _agui(case: Case) -> Content:
    types = [value.get("type") for value in case.answer.objects]
    if "RUN_ERROR" in types:
        return _error(case, case.answer.rpc_code, case.answer.message)
    is_event = any(isinstance(type, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", type) for type in types)
    return "result" if is_event else "other"


def _error(case: Case, code: object, message: str) -> Content:
    """What a JSON-RPC error or an AG-UI `RUN_ERROR` is."""
    if code in CONTAINER_CODES:
        return "container"
    if code in _REFUSAL_STATUSES or names_authorization(message):
        return "refusal"
    if code in SERVER_CODES:
        return "server-error"
    if case.service == "gateway" or case.code is not None:
        return "error"
    return "agent"


def _http(case: Case) -> Content:
    """An HTTP agent answers what it likes; an error's shape is not an answer unless the caller is a genuine one."""
    response = case.exchange.response
    if response is None or not response.body.strip():
        return "other"
    if case.code in CONTAINER_CODES:
        return "container"
    if case.code is not None:
        return _error(case, case.code, case.answer.message)
    if not case.answer.objects or not all(map(_has_shape_of_error, case.answer.objects)):
        return "result"
    only_refuses = _only_members(case.answer.objects) <= {"message", "Message"} and names_authorization(
        case.answer.message
    )
    return "error" if only_refuses else "agent"


def _has_shape_of_error(value: Mapping[str, Any]) -> bool:
    members = set(value)
    return bool(members & _ERROR_MEMBERS) and members <= _ERROR_MEMBERS | _BESIDE_ERRORS


def _only_members(objects: Iterable[Mapping[str, Any]]) -> set[str]:
    return {name for value in objects for name in value}
