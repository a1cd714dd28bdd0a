"""InvokeAgentRuntimeCommand: a command in the agent's microVM (docs/agentcore.md section 11.2).

Nothing is executed: the embedded agent has no microVM, and a caller needs the form of the answer only.
"""

from __future__ import annotations

import json
from typing import Any

from agentcore_probe.local.asgi import AsgiResponse
from agentcore_probe.local.error_responses import error_response

EVENT_STREAM = "application/vnd.amazon.eventstream"
_LENGTHS = range(1, 65_537)
_TIMEOUTS = range(1, 3_601)


def invalid_command(body: bytes) -> AsgiResponse | None:
    """The service's refusal of a body without a command, or with one that is too long; None if it is valid.

    Args:
        body: of the request.
    """
    try:
        value: Any = json.loads(body or b"null")
    except (ValueError, RecursionError):
        value = None
    command = value.get("command") if isinstance(value, dict) else None
    timeout = value.get("timeout", 300) if isinstance(value, dict) else 300
    if not isinstance(command, str):
        return _invalid("body.command", "Member must not be null")
    if len(command) not in _LENGTHS:
        return _invalid("body.command", "Member must have length between 1 and 65536")
    if isinstance(timeout, bool) or not isinstance(timeout, int) or timeout not in _TIMEOUTS:
        return _invalid("body.timeout", "Member must have value between 1 and 3600")
    return None


def command_result(session: tuple[str, str]) -> AsgiResponse:
    """The event stream of a command that ended at once without output.

    Args:
        session: name and value of the session's header.
    """
    from moto.core.eventstream import EventStreamEncoder

    events: tuple[dict[str, Any], ...] = (
        {"contentStart": {}},
        {"contentStop": {"exitCode": 0, "status": "COMPLETED"}},
    )
    headers = {":message-type": "event", ":event-type": "chunk", ":content-type": "application/json"}
    encoder = EventStreamEncoder()
    body = b"".join(encoder.encode_message(headers, json.dumps(event).encode()) for event in events)
    return AsgiResponse(200, body, {"content-type": EVENT_STREAM, session[0]: session[1]})


def _invalid(member: str, constraint: str) -> AsgiResponse:
    message = f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    return error_response("ValidationException", message, "native")
