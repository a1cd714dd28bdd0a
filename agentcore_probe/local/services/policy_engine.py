"""The Gateway's policy engine: hides tools, and denies calls (docs/agentcore.md section 4.3)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt

from agentcore_probe.local.asgi import AsgiRequest, AsgiResponse, json_response
from agentcore_probe.local.jwt_authorizer import read_bearer_token
from agentcore_probe.local.state import EngineState, State

if TYPE_CHECKING:
    from agentcore_probe.local.cedar import Caller, PolicySet

_EXCEPTION = "AuthorizeActionException - "
_DENIED = "Tool Execution Denied: Tool call not allowed due to policy enforcement"
_SESSION_HEADER = "x-amzn-bedrock-agentcore-policy-session-id"
_STEPS = {"tools/list": "list tools", "tools/call": "tool call"}
"""The methods that are evaluated, as an evaluation that fails names them; prompts and resources are not."""
_FAILED = "InternalServerException - Policy evaluation failed for"


class PolicyEngine:
    """Judges the calls of callers whom the authorizer has accepted; a Gateway without an engine permits everything."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._loaded: PolicySet | None = None

    @property
    def _engine(self) -> EngineState | None:
        """The engine, where it enforces its decisions."""
        engine = self._state.policy_engine
        if engine is None or engine.mode != "ENFORCE" or "policy-not-applied" in self._state.service_faults:
            return None
        return engine

    def denial(self, request: AsgiRequest, message: dict[str, Any], signer: str) -> AsgiResponse | None:
        """The denial of a call of a tool, or the error of an evaluation that fails; None for anything else.

        Args:
            request: of a caller whom the authorizer has accepted.
            message: its JSON-RPC message.
            signer: the ARN of an IAM caller, else empty.
        """
        engine, method = self._engine, str(message.get("method"))
        if engine is None or method not in _STEPS:
            return None
        if engine.status != "ACTIVE" or "policy-evaluation-failed" in self._state.service_faults:
            return _error(message, -32603, f"{_FAILED} {_STEPS[method]}")
        if self._needs_session(engine) and not request.headers.get(_SESSION_HEADER):
            return _error(
                message, -32602, f"ValidationException - Policy session id is required ({_SESSION_HEADER})"
            )
        parameters = message.get("params")
        if method != "tools/call" or not isinstance(parameters, dict):
            return None
        arguments = parameters.get("arguments")
        reason = self._policies(engine).denial(
            self._caller(request, signer),
            str(parameters.get("name")),
            arguments if isinstance(arguments, dict) else {},
        )
        if reason is None:
            return None
        if "policy-denial-as-error" in self._state.service_faults:
            return _error(message, -32002, f"{_DENIED} [{reason}]")
        result = {"content": [{"type": "text", "text": f"{_EXCEPTION}{_DENIED} [{reason}]"}], "isError": True}
        return json_response(200, {"jsonrpc": "2.0", "id": message.get("id"), "result": result})

    def without_hidden(
        self, request: AsgiRequest, message: dict[str, Any], response: AsgiResponse, signer: str
    ) -> AsgiResponse:
        """The response to `tools/list` without the tools that this caller may not call; any other unchanged."""
        engine = self._engine
        if engine is None or message.get("method") != "tools/list" or response.status != 200:
            return response
        content = json.loads(response.body)
        tools = content.get("result", {}).get("tools", [])
        caller, policies = self._caller(request, signer), self._policies(engine)
        permitted = [tool for tool in tools if policies.is_listed(caller, tool["name"])]
        content["result"] = {**content.get("result", {}), "tools": permitted}
        return replace(response, body=json.dumps(content).encode())

    def _policies(self, engine: EngineState) -> PolicySet:
        """The enforced policies, read on the first call that needs them."""
        if self._loaded is None:
            from agentcore_probe.local.cedar import PolicySet, is_cedar

            enforced = [(policy.id, policy.text) for policy in engine.policies if policy.mode == "ACTIVE"]
            self._loaded = PolicySet(
                [(id, text) for id, text in enforced if is_cedar(text)], self._state.gateway["gatewayArn"]
            )
        return self._loaded

    def _needs_session(self, engine: EngineState) -> bool:
        """Whether a policy counts the requests of a session: one in a language that Cedar is only a part of."""
        return any(policy.is_temporal for policy in engine.policies)

    @staticmethod
    def _caller(request: AsgiRequest, signer: str) -> Caller:
        from agentcore_probe.local.cedar import Caller

        if signer:
            return Caller("AgentCore::IamEntity", signer, {})
        authorization = request.headers.get("authorization", "")
        claims = (
            jwt.decode(read_bearer_token(authorization), options={"verify_signature": False})
            if authorization
            else {}
        )
        return Caller("AgentCore::OAuthUser", str(claims.get("sub") or ""), claims)


def _error(message: dict[str, Any], code: int, text: str) -> AsgiResponse:
    error = {"code": code, "message": text}
    return json_response(200, {"jsonrpc": "2.0", "id": message.get("id"), "error": error})
