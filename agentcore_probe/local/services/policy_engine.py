"""The Gateway's policy engine under ENFORCE: the tools of each group (docs/agentcore.md section 4.3)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jwt

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.jwt_authorizer import read_bearer_token
from agentcore_probe.local.state import SEPARATOR, State

_DENIED = (
    "AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement "
    "[No policy applies to the request (denied by default).]"
)


class PolicyEngine:
    """Hides tools from callers who may not call them, and denies their calls; without rules, it permits everything."""

    def __init__(self, state: State) -> None:
        self._rules = state.tools_of_groups

    def denial(self, request: AsgiRequest, message: dict[str, Any]) -> AsgiResponse | None:
        """The denial of a call of a hidden tool; None for anything else.

        Args:
            request: of a caller whom the authorizer has accepted.
            message: its JSON-RPC message.
        """
        parameters = message.get("params")
        name = parameters.get("name") if isinstance(parameters, dict) else None
        if message.get("method") != "tools/call" or self._permits(request, str(name)):
            return None
        result = {"content": [{"type": "text", "text": _DENIED}], "isError": True}
        return json_response(200, {"jsonrpc": "2.0", "id": message.get("id"), "result": result})

    def without_hidden(
        self, request: AsgiRequest, message: dict[str, Any], response: AsgiResponse
    ) -> AsgiResponse:
        """The response to `tools/list` without the tools that this caller may not call; any other unchanged."""
        if self._rules is None or message.get("method") != "tools/list" or response.status != 200:
            return response
        content = json.loads(response.body)
        tools = content.get("result", {}).get("tools", [])
        permitted = [tool for tool in tools if self._permits(request, tool["name"])]
        content["result"] = {**content.get("result", {}), "tools": permitted}
        return replace(response, body=json.dumps(content).encode())

    def _permits(self, request: AsgiRequest, tool: str) -> bool:
        if self._rules is None:
            return True
        token = read_bearer_token(request.headers.get("authorization", ""))
        groups = jwt.decode(token, options={"verify_signature": False}).get("cognito:groups") or ()
        permitted = [self._rules[group] for group in groups if group in self._rules]
        return any(tools is None or tool.rpartition(SEPARATOR)[2] in tools for tools in permitted)
