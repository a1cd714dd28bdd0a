"""Whether the Runtime can be reached through its Gateway only: the direct calls of a run beside those through the Gateway.

The question is asked where the environment file wants it, or the configuration shows that it is wanted: by a workload
binding, or by a resource policy that admits the Gateway's role only. Otherwise both ways may be open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from agentcore_probe.model.judgement import Conclusion, ConfigurationFinding, Finding
from agentcore_probe.model.methods import is_public, method
from agentcore_probe.model.methods.through_gateway import TO_RUNTIME
from agentcore_probe.model.record import RunRecord

CLAIM = "only-through-gateway"
_CLOSING = ("workload-binding", "resource-policy-denied")
"""The causes of a refusal that closes the direct way to everyone; a resource policy does only if it spares nobody but the
Gateway's role, and may have been written against one caller otherwise."""
_CLOSING_THROUGH = (
    "binding-with-passthrough",
    "workload-binding",
    "outbound-credential-refused",
    "caller-credentials-not-forwarded",
)
"""The same for the way through the Gateway."""
_GENUINE = ("jwt", "sigv4")
_EXCEPT = ("arnnotequals", "arnnotlike", "stringnotequals", "stringnotlike")
"""Condition operators by which a Deny spares the principals that it lists."""


class OnlyWayIn(NamedTuple):
    """What a run shows of it."""

    conclusions: tuple[Conclusion, ...] = ()
    problems: tuple[ConfigurationFinding, ...] = ()


def judge_only_way_in(record: RunRecord, findings: Iterable[Finding]) -> OnlyWayIn:
    """The claim and what contradicts it; nothing where the question was not asked.

    Args:
        record: the facts.
        findings: every row, and every way in of further callers.
    """
    rows = [(row, finding) for finding in findings if (row := method(finding.method)) is not None]
    through = [finding for row, finding in rows if row.entrance == TO_RUNTIME and row.auth in _GENUINE]
    wanted = _wanted_by(record) if through else None
    if wanted is None:
        return OnlyWayIn()
    direct = [finding for row, finding in rows if row.target == "runtime" and not is_public(row)]
    passed = [finding for finding in direct if finding.observed == "accepted"]
    if passed:
        values = {"why": wanted, "methods": ", ".join(dict.fromkeys(finding.method for finding in passed))}
        problem = ConfigurationFinding(id="gateway-bypassed", severity="error", values=values)
        return OnlyWayIn((_claim(False, passed),), (problem,))
    accepted = [finding for finding in through if finding.observed == "accepted"]
    closing = _CLOSING if _admits_role_only(record) else _CLOSING[:1]
    closed = [finding for finding in direct if finding.diagnosis.cause in closing]
    if accepted:
        is_shown = closed and not any(_is_open_question(finding) for finding in direct)
        return OnlyWayIn((_claim(True, [*closed, *accepted]) if is_shown else _claim(None, ()),))
    why = _why_closed(through) if closed else None
    problems = (
        () if why is None else (ConfigurationFinding(id="nobody-gets-in", severity="error", values=why),)
    )
    return OnlyWayIn((_claim(None, ()),), problems)


def _claim(is_shown: bool | None, support: Iterable[Finding]) -> Conclusion:
    support = list(support)
    return Conclusion(
        claim=CLAIM,
        shown=is_shown,
        carried_by=tuple(finding.method for finding in support),
        evidence=tuple(id for finding in support for id in finding.diagnosis.evidence[:1]),
    )


def _is_open_question(finding: Finding) -> bool:
    """Whether a genuine direct call was made and not decided, so that this way in may be open."""
    row = method(finding.method)
    return (
        row is not None
        and row.auth in _GENUINE
        and row.fixed_prediction is None
        and finding.observed == "undecided"
    )


def _why_closed(through: Iterable[Finding]) -> dict[str, str] | None:
    """Why nobody passes through the Gateway; None where somebody else may."""
    through = list(through)
    if all(finding.reason == "no-runtime-target" for finding in through):
        return {"cause": "no-target"}
    causes = [finding.diagnosis.cause for finding in through if finding.expected == "accepted"]
    is_closed = bool(causes) and all(cause in _CLOSING_THROUGH for cause in causes)
    return {"cause": causes[0]} if is_closed else None


def _wanted_by(record: RunRecord) -> str | None:
    """Who says that the Gateway is the only way in: `file`, `binding` or `policy`; None if nobody does."""
    gateway = record.environment.gateway
    if gateway is not None and gateway.only_way_in is not None:
        return "file" if gateway.only_way_in else None
    authorizer = record.configuration.authorizer("runtime")
    if authorizer is not None and authorizer.jwt is not None and authorizer.jwt.workload_binding:
        return "binding"
    return "policy" if _admits_role_only(record) else None


def _admits_role_only(record: RunRecord) -> bool:
    """Whether the Runtime's resource policy denies everyone but the Gateway's role (docs/agentcore.md section 6.1)."""
    runtime, gateway = record.configuration.runtime, record.configuration.gateway
    role = gateway.role if gateway is not None else None
    if runtime is None or role is None:
        return False
    documents = [
        policy.document
        for policy in record.configuration.policies or ()
        if policy.document is not None and policy.resource == runtime.arn
    ]
    return any(_spares_only(statement, role) for document in documents for statement in _statements(document))


def _statements(document: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(document)
    except ValueError:
        return []
    statements = value.get("Statement") if isinstance(value, dict) else None
    listed = statements if isinstance(statements, list) else [statements]
    return [statement for statement in listed if isinstance(statement, dict)]


def _spares_only(statement: dict[str, Any], role: str) -> bool:
    """Whether a Deny has a condition that spares this role and nobody else."""
    conditions = statement.get("Condition")
    if statement.get("Effect") != "Deny" or not isinstance(conditions, dict):
        return False
    return any(
        operator.lower() in _EXCEPT
        and isinstance(keys, dict)
        and _values_of(keys, "aws:principalarn") == [role]
        for operator, keys in conditions.items()
    )


def _values_of(keys: dict[str, Any], name: str) -> list[Any]:
    value: Any = next((value for key, value in keys.items() if key.lower() == name), [])
    return value if isinstance(value, list) else [value]
