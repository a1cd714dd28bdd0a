"""Faults of the harness and of the agent registry, and a login that a harness answers with a fault of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentcore_probe.local.moto_backend import DISCOVERY_POLICY, POLICY, MotoBackend
from agentcore_probe.local.policies import HARNESS_POLICY, REGISTRY_POLICY
from agentcore_probe.local.state import State

Action = Callable[[State, MotoBackend], object]

_OTHER_CLIENT = "7otherclient0000000000000"


def _service_fault(name: str) -> Action:
    return lambda state, _: state.service_faults.add(name)


def _client_of(part: str) -> Action:
    """Lets the JWT authorizer of the harness or the registry allow another app client; one with IAM stays as it is."""

    def apply(state: State, _: MotoBackend) -> None:
        holders = {"harness": state.harness, "registry": (state.registry or {}).get("discoveryConfiguration")}
        authorizer = ((holders[part] or {}).get("authorizerConfiguration") or {}).get("customJWTAuthorizer")
        if authorizer is not None:
            authorizer["allowedClients"] = [_OTHER_CLIENT]

    return apply


def _revoke(action: str, of: str | None = None) -> Action:
    return lambda _, backend: backend.revoke_permissions(action, of=of)


def _actions_of(*policies: dict[str, Any]) -> list[str]:
    """The actions of policies, each once."""
    statements = [statement for policy in policies for statement in policy["Statement"]]
    return list(dict.fromkeys(action for statement in statements for action in statement["Action"]))


FAULTS: dict[str, tuple[str, Action]] = {
    "harness-open": ("the harness accepts every caller", _service_fault("harness-open")),
    "harness-other-client": ("the harness allows another app client only", _client_of("harness")),
    "harness-agent-failed": ("the harness's agent does not start", _service_fault("harness-agent-failed")),
    "harness-without-InvokeAgentRuntime": (
        "the caller's policy allows InvokeHarness, but not InvokeAgentRuntime on the harness",
        _revoke("bedrock-agentcore:InvokeAgentRuntime", of="harness"),
    ),
    "login-id-token": (
        "logins return an ID token in the place of the access token",
        _service_fault("login-id-token"),
    ),
    "registry-open": ("the registry accepts every caller", _service_fault("registry-open")),
    "registry-other-client": ("the registry allows another app client only", _client_of("registry")),
    "registry-refuses": ("the registry refuses every caller", _service_fault("registry-refuses")),
    "registry-moved": (
        "the environment has the registry's address in the ended namespace of its preview",
        _service_fault("registry-moved"),
    ),
    **{
        f"without-{action.partition(':')[2]}": (f"the caller's policy lacks {action}", _revoke(action))
        for action in _actions_of(HARNESS_POLICY, REGISTRY_POLICY)
        if action not in _actions_of(POLICY, DISCOVERY_POLICY)
    },
}
"""Each fault by its name: its description, and what it changes."""
