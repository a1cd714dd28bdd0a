"""Faults of a Gateway that leads to the Runtime, and of the Runtime's binding to it (`runtime_target` of `[local]`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentcore_probe.local import resources
from agentcore_probe.local.moto_backend import MotoBackend
from agentcore_probe.local.state import State
from agentcore_probe.local.targets import (
    CREDENTIALS,
    GATEWAY_ROLE,
    PASSTHROUGH_TARGET,
    RUNTIME_TARGET,
    STATUS_PATH,
    another_runtime,
    passthrough_target,
)

Action = Callable[[State, MotoBackend], object]


def _target(change: Callable[[dict[str, Any]], object], name: str = RUNTIME_TARGET) -> Action:
    """Changes a target of a Gateway that leads to the Runtime; one with tools stays as it is."""

    def apply(state: State, _: MotoBackend) -> None:
        for target in state.targets:
            if target["name"] == name:
                change(target)

    return apply


def _credential(name: str) -> Action:
    return _target(lambda target: target.update(credentialProviderConfigurations=[CREDENTIALS[name]]))


def _lead_elsewhere(target: dict[str, Any]) -> None:
    target["targetConfiguration"]["http"]["agentcoreRuntime"]["arn"] = another_runtime()


def _binding(change: Callable[[dict[str, Any]], object]) -> Action:
    def apply(state: State, _: MotoBackend) -> None:
        rules = state.runtime_rules()
        if rules is not None and "allowedWorkloadConfiguration" in rules:
            change(rules)

    return apply


def _bind_elsewhere(rules: dict[str, Any]) -> None:
    hosts = [{"arn": resources.arn("gateway", "other-gateway-othergw001")}]
    rules["allowedWorkloadConfiguration"] = {"hostingEnvironments": hosts}


def _without_target(state: State, _: MotoBackend) -> None:
    state.targets = [target for target in state.targets if target["name"] != RUNTIME_TARGET]


def _fix_path(state: State, _: MotoBackend) -> None:
    state.targets = [
        passthrough_target(STATUS_PATH) if target["name"] == PASSTHROUGH_TARGET else target
        for target in state.targets
    ]


def _open_gateway(state: State, _: MotoBackend) -> None:
    state.gateway["authorizerType"] = "NONE"
    state.gateway.pop("authorizerConfiguration", None)


def _provider_not_allowed(state: State, _: MotoBackend) -> None:
    rules = state.runtime_rules()
    if rules is not None:
        rules["allowedClients"] = [state.client_id]


FAULTS: dict[str, tuple[str, Action]] = {
    "through-passthrough": (
        "the Runtime's target passes the caller's token on",
        _credential("jwt-passthrough"),
    ),
    "through-wrong-credential": (
        "the Runtime's target signs, also for a Runtime that takes tokens",
        _credential("gateway-role"),
    ),
    "through-no-target": ("no target of the Gateway leads to the Runtime", _without_target),
    "through-another-runtime": (
        "the Runtime's target leads to a Runtime that was deleted",
        _target(_lead_elsewhere),
    ),
    "through-caller-lost": (
        "the Gateway does not forward the caller's IAM credentials",
        lambda state, _: state.service_faults.add("caller-credentials-lost"),
    ),
    "through-role-denied": (
        "the Gateway's role may not invoke the Runtime",
        lambda _, backend: backend.disallow_role(GATEWAY_ROLE),
    ),
    "through-provider-refused": (
        "the Runtime does not allow the client of the Gateway's credential provider",
        _provider_not_allowed,
    ),
    "through-path-fixed": (
        "the endpoint of the passthrough target has a path, so that none may follow its name",
        _fix_path,
    ),
    "through-open-gateway": ("the Gateway has no authorizer", _open_gateway),
    "binding-removed": (
        "the Runtime is no longer bound to its Gateway",
        _binding(lambda rules: rules.pop("allowedWorkloadConfiguration")),
    ),
    "binding-elsewhere": ("the Runtime is bound to another Gateway", _binding(_bind_elsewhere)),
}
"""Description and action of each fault by its name. On a Gateway with tools, they change nothing, or nothing that matters."""
