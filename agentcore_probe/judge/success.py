"""What a 2xx contains: an answer of the protocol that was spoken, an error inside it, or neither.

A 2xx alone shows nothing: a login page, an empty answer and `{"message": "Forbidden"}` come with it, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from agentcore_probe.judge.answer_shapes import (
    has_error_member,
    has_shape_of_error,
    has_text_of_error,
    is_done,
    read_values,
    refuses,
    sends_to_login,
    shows_result,
)
from agentcore_probe.judge.behind_target import runtime_authorizer
from agentcore_probe.judge.operation_shapes import shows_operation
from agentcore_probe.judge.passthrough import is_passthrough
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.refusal_words import names_authorization, names_authorization_briefly
from agentcore_probe.model.exchange import SESSION_HEADER, Exchange
from agentcore_probe.model.methods.through_gateway import TO_RUNTIME
from agentcore_probe.model.stream import BYTE_ORDER_MARK, find_response
from agentcore_probe.regex import regex

Content = Literal[
    "result", "partial", "agent", "container", "server-error", "refusal", "error", "cut", "other"
]
"""What a 2xx contains:

- `result`: an answer of the protocol;
- `partial`: the beginning of one, whose end is missing;
- `agent`: an error of the agent or tool itself;
- `container`: an error that AgentCore reports of the container;
- `server-error`: a JSON-RPC error that servers give to any request they cannot read;
- `refusal`: an error whose words name authorization;
- `error`: another error;
- `cut`: messages of the protocol, and a limit of ours ended the stream before the result;
- `other`: none of these.
"""

CONTAINER_CODES = {-32010, -32055, -32505, "AGENT_ERROR"}
"""RuntimeClientError as JSON-RPC and AG-UI codes (docs/agentcore.md section 2.1)."""
SERVER_CODES = {-32600, -32601, -32602, -32700}
"""Errors of a JSON-RPC server (JSON-RPC 2.0 section 5.1)."""

_REFUSAL_STATUSES = {401, 403}
_AGUI_EVENTS = frozenset(
    f"{group}_{phase}"
    for group, phases in {
        "TEXT_MESSAGE": ("START", "CONTENT", "END", "CHUNK"),
        "TOOL_CALL": ("START", "ARGS", "END", "CHUNK", "RESULT"),
        "THINKING": ("START", "END"),
        "THINKING_TEXT_MESSAGE": ("START", "CONTENT", "END"),
        "REASONING": ("START", "END", "ENCRYPTED_VALUE"),
        "REASONING_MESSAGE": ("START", "CONTENT", "END", "CHUNK"),
        "STATE": ("SNAPSHOT", "DELTA"),
        "ACTIVITY": ("SNAPSHOT", "DELTA"),
        "RUN": ("STARTED", "FINISHED", "ERROR"),
        "STEP": ("STARTED", "FINISHED"),
        "SUBAGENT": ("STARTED", "FINISHED", "ERROR"),
    }.items()
    for phase in phases
) | {"MESSAGES_SNAPSHOT", "RAW", "CUSTOM"}
"""The event types of AG-UI (ag_ui.core.EventType)."""
_HARNESS_EVENTS = frozenset(
    {
        *("messageStart", "messageStop", "metadata", "hookEvent"),
        *("contentBlockStart", "contentBlockDelta", "contentBlockStop"),
    }
)
_HARNESS_EXCEPTIONS = frozenset({"internalServerException", "validationException"})
"""The members of a harness's stream (botocore's model of InvokeHarness)."""
_HARNESS_TYPE = "application/vnd.amazon.eventstream"
_PAGE = regex(
    r"^\s{0,100}(?:<!--(?:[^-]|-(?!->)){0,2000}-->\s{0,100})?<(?:!doctype|html|head|body|script|meta|title)\b",
    re.I,
)
"""The beginning of a page, whatever its content type says."""
_A2A_KINDS = ("message", "task", "status-update", "artifact-update")
_A2A_WRAPPERS = ("task", "message", "statusUpdate", "artifactUpdate")
"""Members that contain the result since A2A 1.0."""
_SPEAKS_JSON_RPC = ("MCP", "A2A")
_UNDONE = ("failed", "rejected", "auth-required")
"""States of an A2A task that was not done."""


def _a2a_object(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message or task in a result, which A2A 1.0 wraps in a member."""
    return next((result[name] for name in _A2A_WRAPPERS if isinstance(result.get(name), dict)), result)


def _is_a2a_result(result: Mapping[str, Any]) -> bool:
    content = _a2a_object(result)
    members = set(content)
    return content.get("kind") in _A2A_KINDS or any(
        required <= members
        for required in ({"id", "status"}, {"parts", "role"}, {"taskId", "status"}, {"taskId", "artifact"})
    )


_RESULTS: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "initialize": lambda result: isinstance(result.get("protocolVersion"), str),
    "tools/list": lambda result: isinstance(result.get("tools"), list),
    "tools/call": lambda result: isinstance(result.get("content"), list) or "structuredContent" in result,
    "message/send": _is_a2a_result,
    "message/stream": _is_a2a_result,
    "SendMessage": _is_a2a_result,
}
"""JSON-RPC method -> whether a result has its shape; that of any other method is an object."""


def content(case: Case) -> Content:
    """What the 2xx of `case` contains."""
    if case.status_only:
        is_call = bool(case.exchange.request.url) and case.is_known
        return "result" if is_call else "other"  # what a client wrote that shows no bodies
    if is_passthrough(case):
        # Any service may be behind it; where AWS does not say that it answered, a control proves nothing.
        return "result" if case.answer.from_aws or not case.is_control else "other"
    if is_notification(case.exchange):
        return "result" if not case.answer.failed else "error"
    if _is_html(case):
        return "other"
    if case.target == "harness":
        return _harness(case)
    protocol = _protocol(case)
    if protocol == "JSON-RPC":
        return _json_rpc(case)
    if protocol == "AGUI":
        return _agui(case)
    shown = shows_operation(case)
    return _http(case) if shown is None else "result" if shown else _refusal_or_other(case)


def _refusal_or_other(case: Case) -> Content:
    response = case.exchange.response
    if response is None or not case.address.suffix.startswith("invocations"):
        return (
            "other"  # AgentCore refuses with 401 or 403; a container's words come with an invocation's path
        )
    values = read_values(response.body)
    return "refusal" if any(refuses(value) for value in values if isinstance(value, dict)) else "other"


def _protocol(case: Case) -> Literal["JSON-RPC", "AGUI", "HTTP"]:
    """The protocol of the answer: what is deployed, else what the request speaks.

    A Gateway passes other calls on to a Runtime behind it, and answers GET with a document.
    """
    request = case.exchange.request
    speaks_json_rpc = "jsonrpc" in request.fields
    if case.service == "gateway":
        passes_on = bool(request.body) and not speaks_json_rpc
        if passes_on and _is_agui_behind(case):
            return "AGUI"
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


def _is_agui_behind(case: Case) -> bool:
    """Whether the Gateway passes a call on to a Runtime that speaks AG-UI."""
    runtime = case.configuration.runtime
    is_known = runtime is not None and runtime_authorizer(case.configuration) is not None
    return is_known and runtime is not None and runtime.protocol == "AGUI" and case.entrance == TO_RUNTIME


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
    return _PAGE.match(response.body.removeprefix(BYTE_ORDER_MARK)) is not None


def has_json_rpc_result(case: Case) -> bool:
    """Whether the body has a result for the JSON-RPC request, whatever the status is."""
    return "jsonrpc" in case.exchange.request.fields and any(
        "result" in value and "error" not in value for value in _responses(case)
    )


def _responses(case: Case) -> list[dict[str, Any]]:
    """The JSON-RPC responses to the request's id; all responses if the request has no valid id."""
    id = case.exchange.request.fields.get("id")
    if not isinstance(id, int | str) or isinstance(id, bool):
        return [value for value in case.answer.objects if "result" in value or "error" in value]
    return [value for value in case.answer.objects if find_response([value], id) is not None]


def _json_rpc(case: Case) -> Content:
    method = str(case.exchange.request.fields.get("method"))
    responses = _responses(case)
    errors = [value["error"] for value in responses if isinstance(value.get("error"), dict)]
    for value in responses:
        result = value.get("result")
        if not isinstance(result, dict) or value.get("error") is not None:
            continue
        if _RESULTS.get(method, _any_object)(result):
            return _result(result)
    if errors:
        return _error(case, errors[0].get("code"), str(errors[0].get("message") or ""))
    response = case.exchange.response
    was_cut = response is not None and response.cut is not None
    return "cut" if was_cut and any("jsonrpc" in value for value in case.answer.objects) else "other"


def _result(result: Mapping[str, Any]) -> Content:
    """What a JSON-RPC result is: that of a tool may be an error, and that of A2A a task that was not done."""
    if result.get("isError") is True:
        return "agent"
    state, text = task_state(result)
    if state == "auth-required" and names_authorization_briefly(text):
        return "refusal"
    return "agent" if state in _UNDONE else "result"


def task_state(result: Mapping[str, Any]) -> tuple[str, str]:
    """The state of the A2A task in a result, as A2A 0.3 writes it, and what the agent said of it; empty where none.

    The agent has begun a task, so it is not the authorizer that answered: `rejected` is the agent's own decision, and
    `auth-required` asks for a credential of another service (A2A, TaskState).
    """
    status = _a2a_object(result).get("status")
    if not isinstance(status, dict):
        return "", ""
    message = status.get("message")
    parts = message.get("parts") if isinstance(message, dict) else None
    texts = (
        [str(part.get("text", "")) for part in parts if isinstance(part, dict)]
        if isinstance(parts, list)
        else []
    )
    state = str(status.get("state")).lower().removeprefix("task_state_").replace("_", "-")
    return state, " ".join(filter(None, texts))


def _any_object(_: Mapping[str, Any]) -> bool:
    return True


def _agui(case: Case) -> Content:
    types = [value.get("type") for value in case.answer.objects]
    if "RUN_ERROR" in types:
        return _error(case, case.answer.rpc_code, case.answer.message)
    if "RUN_FINISHED" in types:
        return "result"
    return "partial" if any(isinstance(type, str) and type in _AGUI_EVENTS for type in types) else "other"


def _harness(case: Case) -> Content:
    """A harness answers with a stream of events, which may end in an exception (docs/agentcore.md section 11.15)."""
    response = case.exchange.response
    content_type = (response.header("content-type") if response is not None else None) or _HARNESS_TYPE
    if content_type.partition(";")[0].strip().lower() != _HARNESS_TYPE:
        return "other"  # the sender is not a harness
    names = [name for value in case.answer.objects for name in value]
    if _HARNESS_EVENTS & set(names):
        return "result" if "messageStop" in names else "partial"
    if "runtimeClientError" in names:
        return "container"
    return "error" if _HARNESS_EXCEPTIONS & set(names) else "other"


def _error(case: Case, code: object, message: str) -> Content:
    """What a JSON-RPC error or an AG-UI `RUN_ERROR` is."""
    code = code if isinstance(code, int | str) else None
    if code in CONTAINER_CODES:
        return "container"
    if code in _REFUSAL_STATUSES or names_authorization(message):
        return "refusal"
    if code in SERVER_CODES:
        return "server-error"
    if case.service == "gateway" or case.code is not None:
        return "error"
    return "agent"


def _shows_session_only(case: Case) -> bool:
    """Whether a pasted dump of an SDK shows the session that the Runtime began, and in place of the body a stream object."""
    response = case.exchange.response
    is_pasted = case.exchange.purpose is None and not case.is_control
    return is_pasted and response is not None and response.header(SESSION_HEADER) is not None


def _http(case: Case) -> Content:
    """An HTTP agent answers what it likes; an error's shape is not an answer unless the caller is a genuine one."""
    response = case.exchange.response
    values = read_values(response.body) if response is not None else []
    if not values:
        is_other_operation = case.service == "runtime" and not _is_invocation(case)
        has_body = response is not None and bool(response.body.strip())
        return "result" if (is_other_operation and has_body) or _shows_session_only(case) else "other"
    if case.code in CONTAINER_CODES:
        return "container"
    if case.code is not None:
        return _error(case, case.code, case.answer.message)
    if any(refuses(value) for value in values if isinstance(value, dict)):
        return "refusal"
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        text = "".join(texts)
        if refuses(text):
            return "refusal"
        if case.is_control and names_authorization_briefly(text):
            return "error"  # a sentence about authorization shows neither
    if case.is_control and all(map(sends_to_login, values)):
        return "other"
    is_error = has_shape_of_error if case.is_control else has_text_of_error
    if any(map(has_error_member, values)) or all(map(is_error, values)):
        return "agent"
    return "partial" if response is not None and response.cut and not is_done(response.body) else "result"


def is_answer(case: Case) -> bool:
    """Whether a body whose status is not known is an answer: no text, page or empty object, which errors are, too."""
    response = case.exchange.response
    if response is None or _is_html(case) or case.answer.failed or case.answer.error_type:
        return False
    if "runtimeSessionId" in (case.answer.result or {}):
        return True  # what `aws bedrock-agentcore invoke-agent-runtime` prints
    if any("jsonrpc" in value for value in case.answer.objects):
        return any(isinstance(value.get("result"), dict) for value in _responses(case))
    if any(value.get("type") in _AGUI_EVENTS for value in case.answer.objects):
        return True
    values = read_values(response.body) if case.exchange.request.url else []
    return bool(values) and all(map(shows_result, values))
