"""Further callers as readers see them: who they are, what each way in gave them, which tools they see."""

from __future__ import annotations

from collections import Counter
from typing import Any

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.identity import NamedIdentity
from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import (
    TARGETS,
    caller_of,
    documented_call,
    is_invocation,
    method,
    way_in,
    way_of,
)
from agentcore_probe.model.record import CallerRecord
from agentcore_probe.report.view.causes import cause_anchor
from agentcore_probe.report.view.entrances import cell as map_cell
from agentcore_probe.report.view.entrances import groups, tally
from agentcore_probe.report.view.names import Names


def called_targets(names: Names) -> list[str]:
    """The targets that a caller was to call, in reading order."""
    called = {row.target for item in names.judgement.identities if (row := method(item.method)) is not None}
    return [target for target in TARGETS if target in called]


def entrances_of_callers(names: Names) -> list[dict[str, Any]]:
    """The results of all callers by entrance, each entrance with the worst outcome."""
    return [
        {
            "name": group.name,
            "worst": group.worst,
            "symbol": SYMBOLS[group.worst],
            "tally": tally(names, group.findings),
            "is_open": group.worst in ("unexpected", "error"),
            "cells": [{**map_cell(names, one), **_result(names, one)} for one in group.findings],
        }
        for group in groups(names, names.judgement.identities)
    ]


def caller_rows(names: Names) -> list[dict[str, Any]]:
    """One row for each caller: who it is, its results by target, and its tools."""
    return [_row(names, caller) for caller in names.record.identities]


def _row(names: Names, caller: CallerRecord) -> dict[str, Any]:
    own = [finding for finding in names.judgement.identities if caller_of(finding.method) == caller.name]
    findings = {
        row.target: finding
        for finding in own
        if (row := method(finding.method)) is not None and is_invocation(row)
    }
    return {
        "name": caller.name,
        "auth": names.messages("auth-sigv4" if caller.kind == "role" else "auth-jwt"),
        "who": who(names, caller),
        "cells": {target: _cell(names, finding) for target, finding in findings.items()},
        "tools": _tools(names, caller),
        "tally": tally(names, own),
    }


def _cell(names: Names, finding: Finding) -> dict[str, Any]:
    """One result of the matrix."""
    return {
        "id": finding.method,
        "outcome": finding.outcome,
        "mark": {"as-expected": True, "unexpected": False}.get(finding.outcome),
        "symbol": SYMBOLS[finding.outcome],
        **_result(names, finding),
    }


def _result(names: Names, finding: Finding) -> dict[str, Any]:
    """A result in words, with what shows it. What is wanted is named where it differs."""
    decision = "in-part" if names.is_in_part(finding) else finding.observed
    is_at_login = finding.reason == "refused-at-login"
    word = f"decision-{decision}" if decision else None
    intended = names.intended(finding)
    text = names.messages(word or ("result-refused-at-login" if is_at_login else "result-nothing-sent"))
    if finding.outcome == "unexpected" and intended is not None:
        text = names.messages("caller-should-be", result=text, decision=names.decision(intended))
    return {
        "word": text,
        "evidence": [names.reference(id) for id in finding.diagnosis.evidence[:1]],
    }


def who(names: Names, caller: CallerRecord) -> str:
    """The user, the app client or the role."""
    identity = (names.record.environment.identities or {}).get(caller.name) or NamedIdentity()
    if caller.kind == "role":
        return identity.role_arn or caller.principal or ""
    claims = caller.token.claims if caller.token else {}
    client = identity.client_id or claims.get("client_id")
    groups = claims.get("cognito:groups")
    parts = {
        "caller-user": identity.username,
        "caller-client": client if isinstance(client, str) else None,
        "caller-groups": ", ".join(map(str, groups)) if isinstance(groups, list) else None,
    }
    texts = [names.messages(message, value=value) for message, value in parts.items() if value]
    return names.messages.comma.join(texts)


def _tools(names: Names, caller: CallerRecord) -> str:
    """How many tools the Gateway listed for the caller, and which ones only others see; empty if it listed none."""
    own, everyones = _listed(names, caller), dict.fromkeys(
        tool
        for other in (None, *names.record.identities)
        for tool in _listed(names, other) or ()
    )  # fmt: skip
    if own is None:
        return ""
    hidden = [tool for tool in everyones if tool not in own]
    if not hidden:
        return names.messages("caller-tools", count=len(own))
    text = names.messages.comma.join(hidden)
    return names.messages("caller-tools-fewer", count=len(own), all=len(everyones), hidden=text)


def _listed(names: Names, caller: CallerRecord | None) -> list[str] | None:
    """The tools that a caller's conversation with the Gateway listed; None: that of the rows."""
    for id in (documented_call("gateway", auth).id for auth in ("jwt", "sigv4")):
        observation = names.record.observation(way_in(caller.name, id) if caller else id)
        if observation is not None and "tools" in observation.facts:
            return [str(tool) for tool in observation.facts["tools"] or ()]
    return None


def callers_sentence(names: Names) -> str:
    """How many results of the callers are as wanted; empty if there are no callers."""
    findings = [item for item in names.judgement.identities if item.outcome != "not-applicable"]
    if not findings:
        return ""
    outcomes = Counter(finding.outcome for finding in findings)
    return names.messages(
        "evaluation-callers",
        all=len(findings),
        callers=len({caller_of(finding.method) for finding in findings}),
        bad=outcomes["unexpected"],
        open=outcomes["error"] + outcomes["not-testable"],
    )


def causes_of_cells(names: Names) -> list[dict[str, Any]]:
    """Why the results are as they are: each explanation once, with the ways in that have it, the worst first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in names.judgement.identities:
        groups.setdefault((finding.outcome, names.explanation(finding)), []).append(finding)
    order = ("unexpected", "error", "not-testable", "as-expected", "not-applicable")
    return [
        {
            "symbol": SYMBOLS[outcome],
            "names": _who_by_way(names, findings),
            "explanation": explanation,
            "cause": findings[0].diagnosis.cause,
            "anchor": cause_anchor(names, findings[0]) if findings[0].diagnosis.cause != "none" else None,
            "evidence": [
                names.reference(id)
                for id in dict.fromkeys(id for finding in findings for id in finding.diagnosis.evidence[:1])
            ],
        }
        for (outcome, explanation), findings in sorted(
            groups.items(), key=lambda group: order.index(group[0][0])
        )
    ]


def _who_by_way(names: Names, findings: list[Finding]) -> str:
    """The callers of some findings, after what they called."""
    callers: dict[str, list[str]] = {}
    for finding in findings:
        callers.setdefault(way_of(finding.method), []).append(caller_of(finding.method) or "")
    comma = names.messages.comma
    return comma.join(
        names.messages("callers-by-way", way=names.name(way), callers=comma.join(own))
        for way, own in callers.items()
    )


def outlives_login(names: Names) -> bool:
    """Whether it matters here that a token stays valid although its user was disabled or signed out."""
    return any(finding.reason == "refused-at-login" for finding in names.judgement.identities) or any(
        finding.reason == "rules-let-in" and caller.kind == "token"
        for caller in names.record.identities
        for finding in names.judgement.identities
        if caller_of(finding.method) == caller.name
    )
