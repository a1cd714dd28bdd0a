"""What to do after a run: one action for each reason why it is not verified, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, get_args

from agentcore_probe.judge.asked_again import asked_again
from agentcore_probe.judge.aws_login import diagnose_aws_login
from agentcore_probe.judge.causes import CAUSE_OF_CONFIGURATION, CAUSES, Cause
from agentcore_probe.judge.findings import WITHHELD
from agentcore_probe.model.configuration import NO_GATEWAY_ID
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.judgement import (
    Action,
    ConfigurationFinding,
    Diagnosis,
    ExpectationFinding,
    Finding,
    Owner,
    Severity,
)
from agentcore_probe.model.methods import caller_of, method, way_of
from agentcore_probe.model.record import RunRecord

_SEVERITIES: tuple[Severity, ...] = get_args(Severity)

_CONSEQUENCES = ("no-accepted-twin", "no-encoded-call")
"""Reasons of rows that follow from another row's: nothing has to be done about them alone."""

_OF_THE_DEPLOYMENT = (
    "no-prediction",
    "no-challenge",
    "no-token-endpoint",
    "against-prediction",
    "rules-let-in",
    "engine-only-logs",
    "unexpected",
)
"""Reasons that only the account's administrator can remove."""

_OPENS = ("gateway-open", "gateway-bypassed", "authorizer-without-rule")
"""Findings about the configuration by which callers are accepted that must be refused."""


def actions(
    record: RunRecord,
    findings: Iterable[Finding],
    errors: Iterable[ConfigurationFinding],
    expectations: Iterable[ExpectationFinding],
) -> tuple[Action, ...]:
    """What to do about a run that is not verified, the worst first, each reason once.

    Args:
        record: the facts.
        findings: every row.
        errors: what is wrong in the deployed configuration and not expected.
        expectations: the environment file's expectations that are not met or out of date.
    """
    findings, expectations = tuple(findings), tuple(expectations)
    unmet = {expectation.method for expectation in expectations if expectation.problem == "not-met"}
    by_row = [
        reason
        for finding in findings
        if finding.method not in unmet or CAUSES[finding.diagnosis.cause].inconclusive
        if (reason := _reason_of(finding, record)) is not None
    ]
    result = _merge_configuration([_action(record, group) for group in _groups(by_row)], errors, record)
    done = {id for action in result for id in action.methods}
    result += [
        _of_expectation(expectation, record)
        for expectation in expectations
        if expectation.problem != "not-met" or expectation.method not in done
    ]
    result = result or [_of_consequences(record, findings)]
    return tuple(sorted(result, key=lambda action: _SEVERITIES.index(action.severity)))


class _Reason(NamedTuple):
    """Why a row is not as expected. Rows with an equal reason share an action."""

    kind: Literal["cause", "reason"]
    id: str
    scope: str
    """What the reason is about: a target, a host, a further caller; empty for the caller of the rows."""
    severity: Severity
    finding: Finding


def _reason_of(finding: Finding, record: RunRecord) -> _Reason | None:
    """None if the row needs no action of its own."""
    cause, severity = CAUSES[finding.diagnosis.cause], _severity(finding)
    if severity is None or finding.reason in _CONSEQUENCES:
        return None
    if finding.reason == "no-prediction":
        if (login := record.provenance.aws_login) is not None and login.cause in CAUSES:
            # The login is also why the configuration could not be read.
            diagnosis = diagnose_aws_login(login, record, finding.method)
            by_login = finding.model_copy(update={"diagnosis": diagnosis})
            return _Reason("cause", login.cause, "", severity, by_login)
        if _lacks_gateway_id(finding, record):
            return _Reason("reason", NO_GATEWAY_ID, "", severity, finding)
    if _is_explained_by_cause(finding, cause):
        return _Reason("cause", cause.id, _scope(finding, cause), severity, finding)
    scope = _target(finding.method) if finding.outcome == "unexpected" else ""
    return _Reason("reason", finding.reason or "unexpected", scope, severity, finding)


def _severity(finding: Finding) -> Severity | None:
    if finding.outcome in ("as-expected", "not-applicable"):
        return None
    if finding.outcome != "unexpected":
        return "not-determined"
    is_meant = finding.expected == finding.observed and finding.reason != "against-prediction"
    return _severity_of_unexpected(finding.observed, is_meant=is_meant)


def _severity_of_unexpected(observed: Decision | None, *, is_meant: bool) -> Severity:
    """How bad an unexpected row is.

    Args:
        observed: its decision.
        is_meant: whether that is the intended decision, and something else is wrong.
    """
    if is_meant:
        return "unexpected"
    return "open" if observed == "accepted" else "refused" if observed == "refused" else "unexpected"


def _is_explained_by_cause(finding: Finding, cause: Cause) -> bool:
    """Whether the fix of the cause is what this row needs."""
    if finding.reason in WITHHELD:
        return False
    if finding.reason == "no-prediction":
        # Whoever logs in again can also read what is deployed. A call that should be refused needs no better token.
        row = method(finding.method)
        is_genuine = row is not None and row.auth in ("jwt", "sigv4")
        return cause.group == "resource" or (cause.concerns_caller and is_genuine)
    return cause.id != "none" and finding.reason != "no-challenge"


def _lacks_gateway_id(finding: Finding, record: RunRecord) -> bool:
    """Whether the Gateway is named by a URL from which its configuration cannot be found."""
    gateway = record.configuration.gateway
    is_known = gateway is None or gateway.unreadable != NO_GATEWAY_ID
    return _target(finding.method) == "gateway" and not is_known


def _scope(finding: Finding, cause: Cause) -> str:
    if cause.concerns_caller:
        return caller_of(finding.method) or ""
    return (cause.group == "arrival" and finding.diagnosis.values.get("host")) or _target(finding.method)


def _target(id: str) -> str:
    row = method(id)
    return row.target if row else ""


def _groups(reasons: Iterable[_Reason]) -> Iterator[list[_Reason]]:
    """Equal reasons together, in the order of `_urgency`."""
    groups: dict[tuple[str, str, str], list[_Reason]] = {}
    for reason in reasons:
        # A token that is no JWT is the cause of a call, and the reason why none was forged from it.
        kind = "cause" if reason.id in CAUSES else reason.kind
        scope = "" if kind != reason.kind else reason.scope
        groups.setdefault((kind, reason.id, scope), []).append(reason)
    yield from sorted(groups.values(), key=lambda group: _urgency(group[0]))


def _urgency(reason: _Reason) -> int:
    """Those of the caller first, with which other rows may change, too; then what kept calls from arriving."""
    if reason.kind != "cause":
        return 2
    return 0 if reason.scope == "" else 1 if CAUSES[reason.id].group == "arrival" else 2


def _action(record: RunRecord, group: list[_Reason]) -> Action:
    first = min(group, key=lambda reason: _SEVERITIES.index(reason.severity))
    diagnosis = first.finding.diagnosis
    methods = tuple(reason.finding.method for reason in group)
    commands = diagnosis.remedy.commands if diagnosis.remedy and first.kind == "cause" else ()
    return Action(
        kind=first.kind,
        id=first.id,
        owner=_owner_of_cause(diagnosis) if first.kind == "cause" else _owner_of_reason(first.id),
        severity=first.severity,
        values=diagnosis.values if first.kind == "cause" else {},
        methods=methods,
        command=commands[0] if commands else "",
        check=_check(record, methods, first.id),
    )


def _owner_of_cause(diagnosis: Diagnosis) -> Owner:
    """The table's, except for a tool that only the environment file names."""
    is_own_tool = diagnosis.cause == "tool-failed" and diagnosis.values.get("listed") == "no"
    return "you" if is_own_tool else CAUSES[diagnosis.cause].owner


def _owner_of_reason(reason: str) -> Owner:
    return "account-administrator" if reason in _OF_THE_DEPLOYMENT else "you"


def _check(record: RunRecord, methods: Iterable[str] = (), cause: str = "") -> str:
    """The command that sends the first of these methods again, or all; none where nothing would be sent."""
    if record.provenance.source == "recorded":
        return ""
    if record.provenance.command is not None:
        return asked_again(record.provenance.command, cause)
    only = next((f" --only {way_of(id)}" for id in methods), "")
    return f"agentcore-probe verify {record.environment.name}{only}"


def _merge_configuration(
    rows: list[Action], errors: Iterable[ConfigurationFinding], record: RunRecord
) -> list[Action]:
    """The actions of rows, with the errors that have the same fix, then the other errors."""
    others: dict[tuple[str, str], Action] = {}
    for error in errors:
        cause = CAUSE_OF_CONFIGURATION.get(error.id)
        fix = cause.id if cause is not None else error.values.get("cause")
        target = error.values.get("target")
        index = next(
            (
                index
                for index, action in enumerate(rows)
                if fix is not None
                and (action.kind, action.id) == ("cause", fix)
                and target in (None, *map(_target, action.methods))
            ),
            None,
        )
        if index is not None:
            settles = dict.fromkeys((*rows[index].settles, error.id))
            rows[index] = rows[index].model_copy(update={"settles": tuple(settles)})
            continue
        others[error.id, str(error.values)] = Action(
            kind="configuration",
            id=error.id,
            owner=cause.owner if cause else error.owner,
            severity="open" if error.id in _OPENS else "configuration",
            values=error.values,
            settles=(error.id,),
            check=_check(record),
        )
    return [*rows, *others.values()]


def _of_expectation(expectation: ExpectationFinding, record: RunRecord) -> Action:
    severity: Severity = "expectation"
    if expectation.problem == "not-met":
        severity = _severity_of_unexpected(expectation.observed, is_meant=False)
    methods = (expectation.method,) if method(expectation.method) else ()
    return Action(
        kind="expectation",
        id=expectation.problem,
        owner="you",
        severity=severity,
        values=expectation.text_values,
        methods=methods,
        check=_check(record, methods),
    )


def _of_consequences(record: RunRecord, findings: Iterable[Finding]) -> Action:
    """For a run in which nothing is wrong by itself and nothing was accepted, or no method applies."""
    rows = [finding for finding in findings if finding.reason in _CONSEQUENCES]
    methods = tuple(finding.method for finding in rows)
    return Action(
        kind="reason",
        id="no-accepted-twin" if rows else "nothing-applicable",
        owner="you",
        severity="not-determined",
        methods=methods,
        check=_check(record),
    )
