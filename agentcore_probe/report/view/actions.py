"""What to do now, in words: who does what, why, what to paste, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentcore_probe.judge.causes import CAUSE_OF_CONFIGURATION
from agentcore_probe.model.judgement import Action, Diagnosis, Finding
from agentcore_probe.model.methods import method
from agentcore_probe.report.view.causes import cause_anchor
from agentcore_probe.report.view.names import Names


def action_rows(names: Names) -> list[dict[str, Any]]:
    """One item for each action, in order; `id` says which cause, reason, configuration finding or expectation it is."""
    return [_row(names, action) for action in names.judgement.actions]


def _row(names: Names, action: Action) -> dict[str, Any]:
    finding = names.judgement.finding(action.methods[0]) if action.methods else None
    is_of_cause = finding is not None and action.kind == "cause" and finding.diagnosis.cause == action.id
    return {
        "id": action.id,
        "severity": action.severity,
        "owner": names.messages(f"action-owner-{action.owner}"),
        "title": _title(names, action),
        "because": _because(names, action, finding),
        "methods": list(action.methods),
        "command": action.command,
        "check": action.check,
        "anchor": cause_anchor(names, finding) if is_of_cause and finding is not None else None,
    }


def _title(names: Names, action: Action) -> str:
    """What to do, as an imperative."""
    messages = names.messages
    if action.kind == "cause":
        return names.cause(_diagnosis(action), ".fix")
    if action.kind == "expectation":
        return messages(f"expectation-{action.id}.fix")
    if action.kind == "configuration":
        own = f"deployed-{action.id}.fix"
        if messages.has(own):
            return messages(own, names.with_target_names(action.values))
        return messages.cause(f"{CAUSE_OF_CONFIGURATION[action.id].id}.fix", action.values)
    own = f"reason-{action.id}.fix"
    return messages(own, target=_target(action)) if messages.has(own) else messages("action-other")


def _target(action: Action) -> str:
    """The one target that the action is about; `unknown` where there are several."""
    targets = {row.target for row in map(method, action.methods) if row is not None}
    return targets.pop() if len(targets) == 1 else "unknown"


def _because(names: Names, action: Action, finding: Finding | None) -> str:
    """The reason for it, as a sentence."""
    messages = names.messages
    if action.kind == "cause":
        return names.cause(_diagnosis(action))
    if action.kind == "expectation":
        return messages(f"expectation-{action.id}", expectation_values(names, action.values))
    if action.kind == "configuration":
        return messages(f"deployed-{action.id}", names.with_target_names(action.values))
    text = f"reason-{action.id}"
    return names.explanation(finding) if finding is not None and not messages.has(text) else messages(text)


def _diagnosis(action: Action) -> Diagnosis:
    """The cause that the action removes. A row's own may be another one, which the AWS login hides."""
    return Diagnosis(cause=action.id, confidence="probable", values=action.values)


def expectation_values(names: Names, values: Mapping[str, str]) -> dict[str, str]:
    """The values of an expectation's text, with its decisions in words."""
    decisions = {name: names.decision(values[name]) for name in ("wanted", "observed") if values.get(name)}
    return {**values, **decisions}
