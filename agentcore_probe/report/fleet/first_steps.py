"""What to do first about a fleet: each step once, with all environments that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from agentcore_probe.judge.causes import CAUSE_OF_CONFIGURATION
from agentcore_probe.model.fleet import EnvironmentState
from agentcore_probe.model.judgement import Action, Severity
from agentcore_probe.model.methods import TARGETS
from agentcore_probe.report.messages import Messages

if TYPE_CHECKING:
    from agentcore_probe.report.fleet.view import FleetView

_SEVERITIES = get_args(Severity)


class _Key(NamedTuple):
    """What the environments of one step have in common."""

    severity: int
    kind: str
    id: str
    owner: str


def steps(view: FleetView) -> list[dict[str, Any]]:
    """The steps: what could not run first, then the worst, and of equals what most environments need."""
    groups: dict[_Key, list[EnvironmentState]] = {}
    for state in view.fleet.by_attention:
        if (key := _key(state)) is not None:
            groups.setdefault(key, []).append(state)
    ordered = sorted(groups.items(), key=lambda item: (item[0].severity, -len(item[1])))
    return [_step(view, key, states) for key, states in ordered]


def _key(state: EnvironmentState) -> _Key | None:
    if state.failure is not None:
        return _Key(-1, "error", f"{state.failure.error}: {state.failure.what}", "you")
    if state.fails_only_checks:
        return _Key(_SEVERITIES.index("configuration"), "check", "\n".join(state.failed_checks), "you")
    action = state.action
    if action is None or state.state == "verified":
        return None
    return _Key(_SEVERITIES.index(action.severity), action.kind, action.id, action.owner)


def _step(view: FleetView, key: _Key, states: list[EnvironmentState]) -> dict[str, Any]:
    messages, first = view.messages, states[0]
    if first.failure is not None:
        failure = first.failure if len(states) == 1 else first.failure.model_copy(update={"where": None})
        title, why = messages("fleet-step-error"), failure.line
    elif key.kind == "check":
        title, why = messages("fleet-step-check"), view.failed_checks(first)
    else:
        assert first.action is not None
        action = (
            first.action if len(states) == 1 else first.action.model_copy(update={"values": _common(states)})
        )
        title, why = _title(messages, action), because(messages, action)
    return {
        "id": key.id,
        "title": title,
        "because": why,
        "owner": messages(f"action-owner-{key.owner}"),
        "count": len(states),
        "environments": [view.identity(state) for state in states],
    }


def _common(states: list[EnvironmentState]) -> dict[str, str]:
    """The values that the step has in all environments: a sentence leaves out the others."""
    values = [state.action.values for state in states if state.action]
    return {
        name: value for name, value in values[0].items() if all(other.get(name) == value for other in values)
    }


def _title(messages: Messages, action: Action) -> str:
    """What to do, as an imperative."""
    if action.kind == "cause":
        return _cause(messages, f"{action.id}.fix", action)
    id = f"{_TEXTS[action.kind]}-{action.id}.fix"
    if messages.has(id):
        return _filled(messages, id, action)
    if action.kind == "configuration" and action.id in CAUSE_OF_CONFIGURATION:
        return _cause(messages, f"{CAUSE_OF_CONFIGURATION[action.id].id}.fix", action)
    return messages("action-other")


def because(messages: Messages, action: Action) -> str:
    """The reason for a step, as a sentence."""
    if action.kind == "cause":
        return _cause(messages, action.id, action)
    id = f"{_TEXTS[action.kind]}-{action.id}"
    return _filled(messages, id, action) if messages.has(id) else action.id


_TEXTS = {"configuration": "deployed", "expectation": "expectation", "reason": "reason"}
"""How the ids of the texts of each kind of action begin."""


def _cause(messages: Messages, id: str, action: Action) -> str:
    """A cause's text; the id where another version wrote it, or every sentence needs a value that differs."""
    known = messages.has(f"cause-{id}")
    return (messages.cause(id, action.values) if known else "") or action.id


def _filled(messages: Messages, id: str, action: Action) -> str:
    """A text with targets and decisions in words, and a sign for each value that differs between environments."""
    words: dict[str, str] = {
        **{target: messages(f"target-{target}") for target in TARGETS},
        **{decision: messages(f"decision-{decision}") for decision in ("accepted", "refused", "undecided")},
    }
    values = {name.replace("-", "_"): words.get(value, value) for name, value in action.values.items()}
    return messages(id, dict.fromkeys(messages.variables(id.partition(".")[0]), "…") | values)
