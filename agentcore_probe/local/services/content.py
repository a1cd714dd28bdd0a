"""What a Runtime checks of a request after its caller: session id, payload, MMDSv2 (docs/agentcore.md section 2.4, steps 7 and 8)."""

from __future__ import annotations

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import error_response
from agentcore_probe.local.state import State

SESSION_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id"
_SESSION_LENGTHS = range(33, 257)
"""docs/agentcore.md section 1.2."""
_CONSTRAINT = "1 validation error detected: Value at '{}' failed to satisfy constraint"


def content_refusal(request: AsgiRequest, form: str, state: State) -> AsgiResponse | None:
    """Why the content of a request is refused; None if it is not.

    Args:
        request: of a caller who may call.
        form: the protocol in whose form errors are reported, or `native`.
        state: what is deployed.
    """
    if (refusal := session_refusal(request, form, _SESSION_LENGTHS)) is not None:
        return refusal
    if "payload-rejected" in state.service_faults:
        return _invalid(_CONSTRAINT.format("payload"), form)
    if not state.runtime["metadataConfiguration"]["requireMMDSV2"]:
        return _invalid("This runtime is not MMDSv2-enabled", form)
    if form == "MCP" and not _accepts_json_and_events(request):
        return error_response("McpRequestUnacceptableException", "Not Acceptable", form)
    return None


def session_refusal(request: AsgiRequest, form: str, lengths: range) -> AsgiResponse | None:
    """Why a session id is refused; None if it is not.

    Args:
        request: of a caller who may call.
        form: as for `content_refusal`.
        lengths: those that are allowed.
    """
    session = request.headers.get(SESSION_HEADER)
    if session is None or len(session) in lengths:
        return None
    is_short = len(session) < lengths.start
    bound = (
        f"greater than or equal to {lengths.start}"
        if is_short
        else f"less than or equal to {lengths.stop - 1}"
    )
    return _invalid(f"{_CONSTRAINT.format('runtimeSessionId')}: Member must have length {bound}", form)


def _invalid(message: str, form: str) -> AsgiResponse:
    return error_response("ValidationException", message, form)


def _accepts_json_and_events(request: AsgiRequest) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/event-stream" in accept
