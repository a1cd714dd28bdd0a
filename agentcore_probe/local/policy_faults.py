"""Faults of the Gateway's policy engine. A Gateway without an engine gets one that permits every tool to everyone."""

from __future__ import annotations

from collections.abc import Callable

from agentcore_probe.local.state import SEPARATOR, EngineState, PolicyState, State

_TOOL = f"echo-tool{SEPARATOR}echo"

EngineChange = Callable[[State, EngineState], object]
"""Changes the engine; its return value is ignored."""


def _scope(state: State, action: str = "action") -> str:
    return f'(principal, {action}, resource == AgentCore::Gateway::"{state.gateway["gatewayArn"]}")'


def _changed(change: EngineChange) -> Callable[[State], None]:
    def apply(state: State) -> None:
        if state.policy_engine is None:
            permit_all = PolicyState("permit_all", f"permit{_scope(state)};")
            state.policy_engine = EngineState("ENFORCE", [permit_all])
        change(state, state.policy_engine)

    return apply


def _service_fault(name: str) -> Callable[[State], None]:
    return _changed(lambda state, _: state.service_faults.add(name))


def _all_of(*changes: Callable[[State], None]) -> Callable[[State], None]:
    def apply(state: State) -> None:
        for change in changes:
            change(state)

    return apply


def _no_policy(_: State, engine: EngineState) -> None:
    engine.policies = []


def _forbid(state: State, engine: EngineState) -> None:
    scope = _scope(state, f'action == AgentCore::Action::"{_TOOL}"')
    engine.policies.append(PolicyState("forbid_echo", f"forbid{scope};"))


def _other_claim(state: State, engine: EngineState) -> None:
    condition = 'principal.hasTag("custom:team") && principal.getTag("custom:team") == "platform"'
    engine.policies = [PolicyState("permit_team", f"permit{_scope(state)} when {{ {condition} }};")]


def _temporal(state: State, engine: EngineState) -> None:
    text = f"forbid{_scope(state)} when history {{ count(action) > 100 }};"
    engine.policies.append(PolicyState("at_most_100_calls", text, is_temporal=True))


def _not_active(_: State, engine: EngineState) -> None:
    engine.status = "UPDATING"


def _unreadable(state: State, engine: EngineState) -> None:
    engine.key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    state.service_faults.add("policies-unreadable")


def _only_logs(_: State, engine: EngineState) -> None:
    engine.mode, engine.policies = "LOG_ONLY", []


POLICY_FAULTS: dict[str, tuple[str, Callable[[State], None]]] = {
    "policy-denial-as-error": (
        "the policy engine denies as a JSON-RPC error, and forbids one tool",
        _all_of(_service_fault("policy-denial-as-error"), _changed(_forbid)),
    ),
    "policy-none": ("the policy engine enforces and has no policy", _changed(_no_policy)),
    "policy-forbids-tool": ("a policy forbids one tool to everyone", _changed(_forbid)),
    "policy-other-claim": ("the only policy requires a claim that the token lacks", _changed(_other_claim)),
    "policy-evaluation-failed": (
        "the Gateway's role may not use the policy engine",
        _service_fault("policy-evaluation-failed"),
    ),
    "policy-engine-not-active": ("the policy engine is being updated", _changed(_not_active)),
    "policy-temporal": ("a temporal policy needs a session id with each request", _changed(_temporal)),
    "policies-unreadable": (
        "the caller may not use the key of the policy engine, so the policies have no text",
        _changed(_unreadable),
    ),
    "policy-would-deny": ("the policy engine only logs, and would deny every tool", _changed(_only_logs)),
    "policy-not-applied": (
        "the policy engine is said to enforce, and permits everything",
        _all_of(_service_fault("policy-not-applied"), _changed(_forbid)),
    ),
}
"""By name: what each does, and how."""
