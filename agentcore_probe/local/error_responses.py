"""AgentCore's errors as each protocol sends them (docs/agentcore.md section 2.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from agentcore_probe.local.asgi import AsgiResponse, json_response


@dataclass(frozen=True)
class ErrorShape:
    """How each protocol sends one error."""

    type: str
    """The AWS error type."""
    status: int
    """The HTTP status on an HTTP Runtime."""
    mcp: tuple[int, int]
    """HTTP status and JSON-RPC code on an MCP Runtime."""
    a2a: tuple[int, int]
    """HTTP status and JSON-RPC code on an A2A Runtime."""
    agui: tuple[int, str]
    """HTTP status and the event's code on an AG-UI Runtime."""


ERROR_SHAPES: dict[str, ErrorShape] = {
    shape.type: shape
    for shape in (
        ErrorShape("UnauthorizedException", 401, (401, -32001), (401, -32001), (401, "UNAUTHORIZED")),
        ErrorShape("AccessDeniedException", 403, (403, -32002), (403, -32002), (403, "ACCESS_DENIED")),
        ErrorShape("ValidationException", 400, (200, -32006), (400, -32052), (400, "VALIDATION_ERROR")),
        ErrorShape("ResourceNotFoundException", 404, (200, -32004), (404, -32051), (500, "INTERNAL_ERROR")),
        ErrorShape("RetryableConflictException", 409, (200, -32005), (409, -32054), (409, "SESSION_BUSY")),
        ErrorShape("RuntimeClientError", 424, (200, -32010), (424, -32055), (200, "AGENT_ERROR")),
        ErrorShape("ThrottlingException", 429, (200, -32003), (429, -32053), (429, "RATE_LIMIT_EXCEEDED")),
        ErrorShape(
            "ServiceQuotaExceededException",
            402,
            (200, -32003),
            (429, -32053),
            (429, "SERVICE_QUOTA_EXCEEDED"),
        ),
        ErrorShape(
            "McpRequestUnacceptableException", 406, (406, -32011), (406, -32011), (406, "VALIDATION_ERROR")
        ),
        ErrorShape("InternalServerException", 500, (200, -32603), (500, -32603), (500, "INTERNAL_ERROR")),
    )
}


def error_response(
    type: str, message: str, protocol: str, headers: dict[str, str] | None = None
) -> AsgiResponse:
    """An error of the Runtime in the Runtime's protocol.

    Args:
        type: the AWS error type, a key of `ERROR_SHAPES`.
        message: the error's message.
        protocol: the Runtime's protocol; `native` for an error that comes before it is known.
        headers: further headers (a challenge).
    """
    shape = ERROR_SHAPES[type]
    all_headers = {"x-amzn-errortype": type, **(headers or {})}
    if protocol == "MCP":
        return rpc_error(*shape.mcp, message, all_headers)
    if protocol == "A2A" and type != "AccessDeniedException":
        return rpc_error(*shape.a2a, message, all_headers)
    if protocol == "AGUI":
        status, code = shape.agui
        event = json.dumps({"type": "RUN_ERROR", "message": message, "code": code})
        return AsgiResponse(
            status, f"data: {event}\n\n".encode(), {"content-type": "text/event-stream", **all_headers}
        )
    return json_response(shape.status, {"message": message}, all_headers)


def rpc_error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> AsgiResponse:
    """A JSON-RPC error. Its id is the text "null", as the service sends it (docs/agentcore.md section 2.2, row 7).

    Args:
        status: the HTTP status.
        code: the JSON-RPC error code.
        message: the error's message.
        headers: further headers.
    """
    return json_response(
        status, {"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": "null"}, headers
    )


def query_error(status: int, type: str, message: str) -> AsgiResponse:
    """An error of an AWS API that sends XML (IAM, STS).

    Args:
        status: the HTTP status.
        type: the error code.
        message: the error's message.
    """
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{type}</Code><Message>{message}</Message></Error>"
        "</ErrorResponse>"
    )
    return AsgiResponse(status, body.encode(), {"content-type": "text/xml"})


def aws_error(status: int, type: str, message: str) -> AsgiResponse:
    """An error of an AWS JSON API.

    Args:
        status: the HTTP status.
        type: the AWS error type.
        message: the error's message.
    """
    return json_response(status, {"__type": type, "message": message}, {"x-amzn-errortype": type})


EXPIRED = "The security token included in the request is expired"
"""AWS's message for expired temporary credentials."""

UNBOUND = "Transaction token required: authorizer has AllowedWorkloadConfiguration configured"
"""What a Runtime that is bound to a Gateway says of any other call (docs/agentcore.md section 2.2)."""
MISMATCH = (
    "Authorization method mismatch. The agent is configured for a different authorization method than "
    "what was used in your request. Check the agent's authorization configuration and ensure your "
    "request uses the matching method (OAuth or SigV4)"
)
"""The message of docs/agentcore.md section 2.2, rows 4 and 5."""


def unknown_operation() -> AsgiResponse:
    """The router's 404, which names no resource (docs/agentcore.md section 3.1)."""
    error_type = "UnknownOperationException"
    return json_response(404, {"__type": error_type}, {"x-amzn-errortype": error_type})
