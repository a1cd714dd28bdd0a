"""The look-up of the Runtime and of the endpoint that a request names (docs/agentcore.md section 2.4, steps 2 and 3)."""

from __future__ import annotations

import re

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse
from agentcore_probe.local.error_responses import error_response
from agentcore_probe.local.state import ACCOUNT, State


def qualifier_of(request: AsgiRequest) -> str:
    """The name of the endpoint that a request is for."""
    return request.parameter("qualifier") or "DEFAULT"


def not_found(request: AsgiRequest, identifier: str, state: State) -> AsgiResponse | None:
    """The error of a Runtime or endpoint that does not exist; None if both do.

    Args:
        request: names the endpoint, and the account where the identifier does not.
        identifier: an ARN, or an id with `accountId`.
        state: what is deployed.
    """
    qualifier = qualifier_of(request)
    if identifier.startswith(("arn:", "arn%")):
        exists = identifier == state.runtime["agentRuntimeArn"]
    else:
        account = request.parameter("accountId") or ""
        if not re.fullmatch(r"\d{12}", account):
            return error_response(
                "ValidationException",
                "accountId is required when agent identifier is not an ARN",
                "native",
            )
        exists = identifier == state.runtime["agentRuntimeId"] and account == ACCOUNT
    is_hidden = not state.is_known("runtime") or bool(
        state.service_faults & {"runtime-deleted", "endpoint-propagating"}
    )
    if exists and not is_hidden and qualifier in [endpoint["name"] for endpoint in state.endpoints]:
        return None
    return error_response(
        "ResourceNotFoundException",
        f"No endpoint or agent found with qualifier '{qualifier}' for agent {identifier}",
        "native",
    )
