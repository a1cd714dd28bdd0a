"""Tools under a policy engine as readers see them: each tool by each caller, what a stricter mode would take away."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.methods import caller_of
from agentcore_probe.model.policy_engine import PolicyEngine, ToolResult
from agentcore_probe.report.view.names import Names

_SYMBOLS = {"not-determined": "not-testable"}
"""The outcome whose symbol is shown for one that rows do not have."""


_FEW = 3
"""So many callers are shown unfolded."""


def mode(names: Names) -> str:
    """The engine's mode; `unknown` where it could not be read."""
    gateway = names.record.configuration.gateway
    return (gateway.policy_engine if gateway else None) or "unknown"


def blocks(names: Names) -> list[dict[str, Any]]:
    """The results of each caller."""
    results: dict[str, list[ToolResult]] = {}
    for result in names.judgement.tools:
        results.setdefault(result.method, []).append(result)
    return [
        {
            "id": method,
            "caller": caller(names, method),
            "caption": names.messages("policy-caption", caller=caller(names, method)),
            "title": names.messages("policy-fold", caller=caller(names, method), count=len(own)),
            "symbol": _worst(own),
            "rows": [_row(names, result) for result in own],
        }
        for method, own in results.items()
    ]


def tools_part(names: Names) -> dict[str, Any]:
    """The part of the report about tools: what they come to, and a table for each caller; many are folded."""
    found = blocks(names)
    return {
        "intro": names.messages("policy-intro", mode=mode(names)),
        "sentences": sentences(names),
        "blocks": found,
        "is_open": len(found) <= _FEW,
    }


def _worst(results: list[ToolResult]) -> str:
    """The symbol of a caller's results; those that are not determined count only where nothing is."""
    order = ("unexpected", "as-expected", "not-determined")
    outcome = min((result.outcome for result in results), key=order.index)
    return SYMBOLS[_SYMBOLS.get(outcome, outcome)]


def caller(names: Names, method: str) -> str:
    """Who called: the caller's name, and for the caller of the rows with which credential."""
    name = caller_of(method)
    if name is not None:
        return name
    auth = names.messages("auth-sigv4" if method.endswith("sigv4") else "auth-jwt")
    return f"{names.messages('policy-own')}{names.messages.comma}{auth}"


def _row(names: Names, result: ToolResult) -> dict[str, Any]:
    t = names.messages
    listed = None if result.listed is None else "policy-listed-yes" if result.listed else "policy-listed-no"
    return {
        "tool": result.tool,
        "outcome": result.outcome,
        "symbol": SYMBOLS[_SYMBOLS.get(result.outcome, result.outcome)],
        "may": _may(names, result),
        "listed": t(listed) if listed else "–",
        "called": names.decision(result.called) if result.called else "–",
        "by": _by(names, result),
        "list": [] if result.called else _references(names, result),
        "call": _references(names, result) if result.called else [],
    }


def _references(names: Names, result: ToolResult) -> list[dict[str, str]]:
    return [names.reference(id) for id in result.evidence]


def _may(names: Names, result: ToolResult) -> str:
    """What the policies say, and why they say nothing."""
    word = names.messages(f"policy-may-{result.may_call or 'unknown'}")
    if result.may_call is not None or result.why is None:
        return word
    return names.messages("policy-may-why", word=word, why=why(names, result.why))


def why(names: Names, reason: str) -> str:
    """Why something is not predicted."""
    return names.messages(f"why-{reason}") if names.messages.has(f"why-{reason}") else reason


def _by(names: Names, result: ToolResult) -> str:
    """The policy that the denial names, else those of the prediction."""
    if result.denied_by:
        return result.denied_by
    if result.by and result.denied_by is None:
        return names.messages.comma.join(result.by)
    is_default = result.denied_by == "" or result.may_call == "deny"
    return names.messages("policy-default") if is_default else "–"


def sentences(names: Names) -> list[str]:
    """What the table comes to: how many predictions came true, who would lose what, what is not evaluated."""
    found = [
        _counts(names),
        _losses(names),
        _none_active(names),
        _unevaluated(names),
        *_lacking(names),
        *_not_predicted(names),
    ]
    return [sentence for sentence in found if sentence]


def _counts(names: Names) -> str:
    if mode(names) != "ENFORCE":
        return ""
    compared = [item for item in names.judgement.tools if item.outcome != "not-determined"]
    right = sum(item.outcome == "as-expected" for item in compared)
    return names.messages("policy-counts", right=right, all=len(compared)) if compared else ""


def _losses(names: Names) -> str:
    """Which callers would lose which tools if an engine that only logs enforced."""
    lost = [item for item in names.judgement.tools if item.would_lose]
    is_logging = mode(names) == "LOG_ONLY"
    if not lost:
        is_predicted = any(item.may_call is not None for item in names.judgement.tools)
        return names.messages("policy-would-lose-nothing") if is_logging and is_predicted else ""
    callers = dict.fromkeys(caller(names, item.method) for item in lost)
    tools = dict.fromkeys(item.tool for item in lost)
    comma = names.messages.comma
    return names.messages(
        "policy-would-lose",
        callers=len(callers),
        names=comma.join(callers),
        tools=len(tools),
        list=comma.join(tools),
    )


def _engine(names: Names) -> PolicyEngine | None:
    gateway = names.record.configuration.gateway
    return gateway.engine if gateway else None


def _none_active(names: Names) -> str:
    engine = _engine(names)
    if engine is None or engine.policies is None or any(policy.is_enforced for policy in engine.policies):
        return ""
    return names.messages("policy-none-active")


def _unevaluated(names: Names) -> str:
    """The policies that are not evaluated, as the predictions name them."""
    unknown = dict.fromkeys(
        str(name)
        for observation in names.record.all_observations
        for name in (observation.facts.get("policy") or {}).get("unknown", ())
    )
    return names.messages("policy-unevaluated", names=names.messages.comma.join(unknown)) if unknown else ""


def _lacking(names: Names) -> list[str]:
    """The callers who are denied a tool, and whose tokens lack a claim that policies name."""
    denied = {result.method for result in names.judgement.tools if result.may_call == "deny"}
    by_claims: dict[str, list[str]] = {}
    for observation in names.record.all_observations:
        claims = [str(name) for name in (observation.facts.get("policy") or {}).get("lacks", ())]
        if claims and observation.method in denied:
            by_claims.setdefault(names.messages.comma.join(claims), []).append(
                caller(names, observation.method)
            )
    return [
        names.messages("policy-lacks", names=names.messages.comma.join(callers), claims=claims)
        for claims, callers in by_claims.items()
    ]


def _not_predicted(names: Names) -> list[str]:
    """The callers for whom nothing is predicted, by the reason."""
    by_reason: dict[str, list[str]] = {}
    shown = {result.method for result in names.judgement.tools}
    for observation in names.record.all_observations:
        if observation.method not in shown:
            continue
        reason = (observation.facts.get("policy") or {}).get("why")
        if reason is not None:
            by_reason.setdefault(str(reason), []).append(caller(names, observation.method))
    comma = names.messages.comma
    return [
        names.messages("policy-not-predicted", names=comma.join(callers), why=why(names, reason))
        for reason, callers in by_reason.items()
    ]


def unreadable(names: Names) -> list[str]:
    """What could not be read of the engine, and which permission that needs."""
    engine = _engine(names)
    if engine is None:
        return []
    found = [("unreadable-policy-engine", engine.unreadable)]
    found.append(
        (
            "unreadable-policies" if engine.policies is None else "unreadable-policy-texts",
            engine.texts_unreadable,
        )
    )
    return [names.messages(message, why=reason) for message, reason in found if reason]


def lines(names: Names, only: str | None = None) -> list[str]:
    """One line for each tool and caller, as text.

    Args:
        names: the report.
        only: the outcome that is shown; None: every one.
    """
    return [
        names.messages(
            "policy-line",
            caller=block["caller"],
            tool=row["tool"],
            may=row["may"],
            listed=row["listed"],
            called=row["called"],
            by=row["by"],
        )
        for block in blocks(names)
        for row in block["rows"]
        if only in (None, row["outcome"])
    ]
